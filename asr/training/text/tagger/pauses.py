"""Measure how long speakers pause after each mark, as the recogniser's word times show it.

python -m asr.training.text.tagger.pauses MANIFEST WRITTEN.txt.xz [--limit 150]

Of the recordings in a manifest those are taken whose text is a sentence of the file of written text. Their recognised
words are aligned with the written ones. The shares are those of `PAUSE_SHARES` in `tagger_data.py`. A recording of one
sentence has no pause after its last mark that was not cut off, so that of full stops counts only inside recordings.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import numpy as np

from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.text.formatter.inputs import MARKS, PAUSES, TAGGED, pause_class
from asr.training.manifests import read_manifest
from asr.training.text.tagger.tagged_text import Token, read_tokens
from asr.updates import Word


def count_pauses(recognised: Sequence[Word], written: Sequence[Token]) -> np.ndarray:
    """Count the classes of pauses after each mark, (marks, pauses), where two words in a row were recognised."""
    counts = np.zeros((TAGGED, len(PAUSES) + 1), np.int64)
    matcher = SequenceMatcher(None, [w.text for w in recognised], [t.spoken for t in written], autojunk=False)
    for first, second, size in matcher.get_matching_blocks():
        for (word, after), token in zip(
            pairwise(recognised[first : first + size]), written[second : second + size], strict=False
        ):
            counts[token.mark, pause_class(after.start - word.end)] += 1
    return counts


def shares(counts: np.ndarray) -> np.ndarray:
    """Return the share of each class of pauses after each mark."""
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)


def show(counts: np.ndarray) -> Iterable[str]:
    """Yield a line for each mark."""
    for mark, row, count in zip(MARKS[:TAGGED], shares(counts), counts.sum(1), strict=True):
        yield json.dumps({"mark": mark or "none", "boundaries": int(count), "shares": row.round(3).tolist()})


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="recordings, not those of an evaluation set")
    parser.add_argument("written", type=Path, nargs="+", help="files of written text (*.txt.xz)")
    parser.add_argument("--limit", type=int, default=150, help="recordings at most")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    sentences = {" ".join(token.spoken for token in line): line for line in read_tokens(args.written)}
    entries = [entry for entry in read_manifest(args.manifest) if entry["text"] in sentences][: args.limit]
    recognizer = Recognizer.load()
    counts = np.zeros((TAGGED, len(PAUSES) + 1), np.int64)
    for entry in entries:
        sound = read_file(args.manifest.parent / entry["audio"], recognizer.config.rate)
        updates = transcribe(recognizer, sound, StreamOptions(formatted=False))
        words = [word for update in updates for word in update.words]
        counts += count_pauses(words, sentences[entry["text"]])
    print(f"{len(entries)} recordings")
    print("\n".join(show(counts)))


if __name__ == "__main__":
    main()
