"""Sentences for the text of a language model: once each, and nothing of what is scored among them."""

import argparse
import lzma
from collections.abc import Iterable, Sequence
from pathlib import Path

from asr.training.acoustic.packs import entries
from asr.training.evaluation.leak_check import Held


def arguments(about: str | None) -> argparse.ArgumentParser:
    """What every maker of such text is told."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", type=Path, nargs="+", required=True, help="manifests that are scored on")
    parser.add_argument("--output", type=Path, required=True, help="*.txt.xz, beside the other text")
    return parser


def unscored(said: Iterable[str], held: Iterable[Path]) -> list[str]:
    """Sentences in spoken form, once each, sorted; none that is in the manifests `held`, and none that shares eight
    words in a row with one of theirs."""
    lines = sorted(set(said))
    whole, runs = Held([entry["text"] for path in held for entry in entries(path)]).among(lines)
    return [line for line in lines if line not in whole and not any(f" {run} " in f" {line} " for run in runs)]


def write(output: Path, lines: Sequence[str]) -> None:
    with lzma.open(output, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    print(f"{output}: {len(lines)} sentences, {sum(line.count(' ') + 1 for line in lines)} words")
