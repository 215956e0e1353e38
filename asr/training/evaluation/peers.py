"""Score PocketSphinx, with its own default model, on the recordings and by the rules that `evaluate` has for us:

python -m asr.training.evaluation.peers TEST/manifest.jsonl [--json] [--limit N]        (pip install pocketsphinx)

It hears the same chunks of 0.1 s as a stream, is asked for its words after each, and has a last look at the whole
recording when it ends, as its own command does. Every recording is a new stream, so its running estimate of the
microphone (cepstral mean) begins at its default each time. Its spelling is brought to that of the manifests.
"""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pocketsphinx

from asr.text.normalize import normalize
from asr.training.evaluation.evaluate import StreamRecognizer, arguments, evaluate, report
from asr.updates import Update, Word

RATE = 16_000  # Hz, that its model assumes
_SPELT = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_ALTERNATIVE = re.compile(r"\(\d+\)$")


def spoken(word: str) -> str:
    """A word of its dictionary -> spoken form, empty for silence, noise and sentence marks."""
    if word.startswith(("<", "[", "+")):
        return ""
    bare = _ALTERNATIVE.sub("", word).replace(".'", "'").replace(".", " ")
    return normalize(_SPELT.get(bare.strip(), bare))


def transcribe(decoder: pocketsphinx.Decoder, chunks: Iterable[np.ndarray]) -> Iterator[Update]:
    """`asr.recognizer.transcribe` by PocketSphinx: nothing is final before the end of the stream."""
    frames = decoder.config["frate"]
    decoder.set_cmn(decoder.config["cmninit"])
    decoder.start_utt()
    heard = 0
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
        heard += len(chunk)
        if (partial := words()) != shown:
            shown = partial
            yield Update((), partial, heard / RATE)
    decoder.end_utt()
    yield Update(words(), (), heard / RATE, True)


def load() -> StreamRecognizer:
    decoder = pocketsphinx.Decoder(loglevel="FATAL")
    return StreamRecognizer(RATE, lambda chunks: transcribe(decoder, chunks))


def main() -> None:
    args = arguments(__doc__).parse_args()
    report(evaluate(args.manifest, load, args.limit, args.processes), args)


if __name__ == "__main__":
    main()
