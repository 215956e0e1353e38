"""Make text of what is said in training recordings, for a language model:

python -m asr.training.transcripts TRAIN/manifest.jsonl WEAK/manifest.jsonl \\
    --held DEV/manifest.jsonl TEST/manifest.jsonl --output TEXT_DIR/transcripts.txt.xz

Every sentence of two words or more once, sorted; none that is a held sentence or shares eight words in a row with one.
"""

from collections.abc import Sequence
from pathlib import Path

from asr.text import normalise
from asr.training import texts
from asr.training.data import entries


def transcripts(train: Sequence[Path], held: Sequence[Path]) -> list[str]:
    """The sentences of the manifests `train` that share nothing with those of `held`."""
    said = (normalise(entry["text"]) for path in train for entry in entries(path))
    return texts.unscored((line for line in said if " " in line), held)


def main() -> None:
    parser = texts.arguments(__doc__)
    parser.add_argument("train", type=Path, nargs="+", help="manifests of recordings that were trained on")
    args = parser.parse_args()
    texts.write(args.output, transcripts(args.train, args.held))


if __name__ == "__main__":
    main()
