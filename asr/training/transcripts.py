"""Make text of what is said in training recordings, for a language model:

python -m asr.training.transcripts TRAIN/manifest.jsonl WEAK/manifest.jsonl \\
    --held DEV/manifest.jsonl TEST/manifest.jsonl --output TEXT_DIR/transcripts.txt.xz

Every sentence of two words or more once, sorted; none that is a held sentence or shares eight words in a row with one.
"""

import argparse
import lzma
from collections.abc import Sequence
from pathlib import Path

from asr.text import normalise
from asr.training.data import entries
from asr.training.overlap import Held


def transcripts(train: Sequence[Path], held: Sequence[Path]) -> list[str]:
    """The sentences of the manifests `train` that share nothing with those of `held`."""
    scored = Held([entry["text"] for path in held for entry in entries(path)])
    said = {normalise(entry["text"]) for path in train for entry in entries(path)}
    return sorted(line for line in said if " " in line and not any(scored.among([line])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, nargs="+", help="manifests of recordings that were trained on")
    parser.add_argument("--held", type=Path, nargs="+", required=True, help="manifests that are scored on")
    parser.add_argument("--output", type=Path, required=True, help="*.txt.xz, beside the other text")
    args = parser.parse_args()
    lines = transcripts(args.train, args.held)
    with lzma.open(args.output, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    print(f"{args.output}: {len(lines)} sentences, {sum(line.count(' ') + 1 for line in lines)} words")


if __name__ == "__main__":
    main()
