"""PocketSphinx with its default model behind the protocol of systems (pip install pocketsphinx).

As a stream, its hypothesis is read after each chunk, and once more after the second pass that it makes over the whole
recording at the end, as its own command does. Each stream begins with the default estimate of the channel (cepstral
mean), which it adapts; a file has the mean of all its frames instead.
"""

import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from asr.text.normalize import normalize
from asr.training.evaluation.systems.protocol import FILE, STREAM, SystemStream, pcm16

if TYPE_CHECKING:
    import pocketsphinx

RATE = 16_000  # Hz, of its default model
_ALTERNATIVE = re.compile(r"\(\d+\)$")


def spoken(word: str) -> str:
    """Convert a word of its dictionary to plain spelling; "" for silence, noise and sentence marks."""
    if word.startswith(("<", "[", "+")):
        return ""
    return normalize(_ALTERNATIVE.sub("", word).replace(".'", "'").replace(".", " "))


class PocketSphinxStream:
    """One stream of a decoder, which has one at a time."""

    def __init__(self, decoder: "pocketsphinx.Decoder") -> None:
        self._decoder = decoder
        decoder.reinit_feat()  # setting the mean alone leaves something of the recording before
        decoder.start_utt()

    def push(self, samples: np.ndarray, whole: bool = False) -> str:
        """Take samples; return the words of the hypothesis. `whole`: they are all of a recording."""
        self._decoder.process_raw(pcm16(samples), full_utt=whole)
        return self._words()

    def finish(self) -> str:
        """End the stream and return its words."""
        self._decoder.end_utt()
        return self._words()

    def _words(self) -> str:
        return " ".join(filter(None, (spoken(segment.word) for segment in self._decoder.seg() or ())))


class PocketSphinx:
    """PocketSphinx."""

    MODES: ClassVar[tuple[str, ...]] = (STREAM, FILE)

    def __init__(self) -> None:
        import pocketsphinx  # here, so that --help works without it

        self.name = f"PocketSphinx {version('pocketsphinx')}"
        self.rate = RATE
        self.model = Path(pocketsphinx.get_model_path())
        self._decoder = pocketsphinx.Decoder(loglevel="FATAL")

    def open(self) -> SystemStream:
        """Begin a stream; the one before has to be finished."""
        return PocketSphinxStream(self._decoder)

    def file(self, sound: np.ndarray) -> str:
        """Return the words of a recording."""
        stream = PocketSphinxStream(self._decoder)
        stream.push(sound, whole=True)
        return stream.finish()
