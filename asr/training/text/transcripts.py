"""Make text of what is said in training recordings, for a language model:

python -m asr.training.text.transcripts TRAIN/manifest.jsonl WEAK/manifest.jsonl \\
    --held DEV/manifest.jsonl TEST/manifest.jsonl --output TEXT_DIR/transcripts.txt.xz

Every sentence of two words or more once, sorted; none that is a held sentence or shares eight words in a row with one.
"""

from collections.abc import Sequence
from pathlib import Path

from asr.text.normalize import normalize
from asr.training.acoustic.packs import entries
from asr.training.text import sentence_files


def transcripts(train: Sequence[Path], held: Sequence[Path]) -> list[str]:
    """The sentences of the manifests `train` that share nothing with those of `held`."""
    said = (normalize(entry["text"]) for path in train for entry in entries(path))
    return sentence_files.unscored((line for line in said if " " in line), held)


def main() -> None:
    parser = sentence_files.arguments(__doc__)
    parser.add_argument("train", type=Path, nargs="+", help="manifests of recordings that were trained on")
    args = parser.parse_args()
    sentence_files.write(args.output, transcripts(args.train, args.held))


if __name__ == "__main__":
    main()
