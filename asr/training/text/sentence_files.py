"""Sentence files: text for a language model, each sentence once, without the sentences of evaluation sets."""

import argparse
import lzma
from collections.abc import Iterable, Sequence
from pathlib import Path

from asr.training.evaluation.leak_check import HeldOutText
from asr.training.manifests import read_manifest


def make_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that all commands that write sentence files share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", type=Path, nargs="+", required=True, help="manifests of evaluation sets")
    parser.add_argument("--output", type=Path, required=True, help="file to write, *.txt.xz, in the folder of text")
    return parser


def without_held_out(sentences: Iterable[str], held_out: Iterable[Path]) -> list[str]:
    """Return sentences once each, sorted, without those that evaluation sets contain.

    Args:
        sentences: In spoken form.
        held_out: Manifests. A sentence is left out if it is one of theirs or shares eight words in a row with one.
    """
    lines = sorted(set(sentences))
    held_out_text = HeldOutText([entry["text"] for path in held_out for entry in read_manifest(path)])
    whole, runs = held_out_text.find_in(lines)
    return [line for line in lines if line not in whole and not any(f" {run} " in f" {line} " for run in runs)]


def write(output: Path, lines: Sequence[str]) -> None:
    """Write sentences, one per line, compressed by xz, and print their number."""
    with lzma.open(output, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    print(f"{output}: {len(lines)} sentences, {sum(line.count(' ') + 1 for line in lines)} words")
