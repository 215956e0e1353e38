"""Collect the transcripts of training recordings as text for a language model.

python -m asr.training.text.transcripts TRAIN/manifest.jsonl WEAK/manifest.jsonl \\
    --held DEV/manifest.jsonl TEST/manifest.jsonl --output TEXT_DIR/transcripts.txt.xz

The output has every sentence of two words or more once, sorted, without held-out sentences and without sentences that
share eight words in a row with one.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from asr.text.normalize import normalize
from asr.training.manifests import read_manifest
from asr.training.text import sentence_files


def transcripts(train: Sequence[Path], held_out: Sequence[Path]) -> list[str]:
    """Return the sentences of the manifests `train` that share nothing with those of the manifests `held_out`."""
    texts = (normalize(entry["text"]) for path in train for entry in read_manifest(path))
    return sentence_files.without_held_out((text for text in texts if " " in text), held_out)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = sentence_files.make_parser(__doc__)
    parser.add_argument("train", type=Path, nargs="+", help="manifests of training recordings")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    sentence_files.write(args.output, transcripts(args.train, args.held))


if __name__ == "__main__":
    main()
