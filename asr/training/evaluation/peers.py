"""Evaluate PocketSphinx with its default model on the same recordings and by the same rules as `evaluate`.

python -m asr.training.evaluation.peers TEST/manifest.jsonl [--json] [--limit N]        (pip install pocketsphinx)

It gets the same chunks of 0.1 s as a stream; its hypothesis is read after each chunk, and once more after the second
pass that it makes over the whole recording at the end, as its own command does. Each recording is a new stream, so its
running estimate of the channel (cepstral mean) begins at the default each time. Its spelling is converted to that of
the manifests.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from asr.text.normalize import normalize
from asr.training.evaluation.evaluate import StreamRecognizer, add_processes, common_parser, evaluate, report
from asr.updates import Update, Word

if TYPE_CHECKING:
    import pocketsphinx

RATE = 16_000  # Hz, of its default model
_SPELT = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_ALTERNATIVE = re.compile(r"\(\d+\)$")


def spoken(word: str) -> str:
    """Convert a word of its dictionary to spoken form; "" for silence, noise and sentence marks."""
    if word.startswith(("<", "[", "+")):
        return ""
    bare = _ALTERNATIVE.sub("", word).replace(".'", "'").replace(".", " ")
    return normalize(_SPELT.get(bare.strip(), bare))


def transcribe(decoder: "pocketsphinx.Decoder", chunks: Iterable[np.ndarray]) -> Iterator[Update]:
    """Recognise a stream, like `asr.pipeline.transcribe`; no word is final before the end of the stream.

    Args:
        decoder: Of PocketSphinx.
        chunks: (n,) float32 samples at RATE.
    """
    frames = decoder.config["frate"]
    decoder.set_cmn(decoder.config["cmninit"])
    decoder.start_utt()
    samples = 0
    shown: tuple[Word, ...] = ()

    def words() -> tuple[Word, ...]:
        found = ((spoken(segment.word), segment) for segment in decoder.seg() or ())
        return tuple(
            Word(
                text,
                segment.start_frame / frames,
                (segment.end_frame + 1) / frames,
                min(decoder.logmath.exp(segment.prob), 1.0),  # its logarithms are rounded
            )
            for text, segment in found
            if text
        )

    for chunk in chunks:
        decoder.process_raw(np.clip(chunk * 32768, -32768, 32767).astype("<i2").tobytes())
        samples += len(chunk)
        if (partial := words()) != shown:
            shown = partial
            yield Update((), partial, samples / RATE)
    decoder.end_utt()
    yield Update(words(), (), samples / RATE, True)


def load() -> StreamRecognizer:
    """Return PocketSphinx behind the interface of `evaluate`."""
    import pocketsphinx  # here, so that --help works without it

    decoder = pocketsphinx.Decoder(loglevel="FATAL")
    return StreamRecognizer(RATE, lambda chunks: transcribe(decoder, chunks))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = common_parser(__doc__)
    add_processes(parser)
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    report(evaluate(args.manifest, load, args.limit, args.processes), args)


if __name__ == "__main__":
    main()
