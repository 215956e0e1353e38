"""Measure what the options of a stream cost: processor time beside a stream as spoken, and memory.

python -m asr.training.evaluation.option_costs DEV/manifest.jsonl --limit 20 [--documents FILE...]

Every set of options has a process of its own for each round, so its memory is its own, too; rounds go through all sets
in turn, and the least time of each set counts. Loading and preparing are left out of the time: they happen once.
"""

import argparse
import multiprocessing
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from asr.adaptation.document_text import paragraphs_of
from asr.adaptation.language import language_of, sentences_of
from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.training.evaluation.peers.side_by_side import memory_in_megabytes
from asr.training.evaluation.vocabulary import large_vocabulary
from asr.training.manifests import read_manifest

PLAIN = "as spoken"
ALL = "all of these"
ENTRIES = 1000
ALTERNATIVES = 5
CHUNKS_A_SECOND = 10


class Cost(NamedTuple):
    """What one process measured."""

    seconds: float  # of the processor, to recognise
    peak: float  # MB of memory at its highest


def options_by_name(recognizer: Recognizer, documents: list[Path]) -> dict[str, StreamOptions]:
    """Return the sets of options to compare; the first has none, the last has all."""
    changes: dict[str, dict] = {
        "capitals, marks and digits": {"formatted": True},
        f"a vocabulary of {ENTRIES:,} entries": {"vocabulary": large_vocabulary(ENTRIES, recognizer._lexicon)},
        f"{ALTERNATIVES} alternatives": {"alternatives": ALTERNATIVES},
    }
    if documents:
        sentences = (sentence for path in documents for sentence in sentences_of(paragraphs_of(path)))
        changes["a language of documents"] = {"language": language_of(sentences, recognizer)}
    plain = {"formatted": False}
    together = {key: value for change in changes.values() for key, value in change.items()}
    named = {PLAIN: plain} | changes | {ALL: together}
    return {name: StreamOptions(**(plain | change)) for name, change in named.items()}


def measure_once(model: Path | None, options: StreamOptions, paths: list[Path]) -> Cost:
    """Recognise recordings one after the other in this process, which has done nothing before."""
    torch.set_num_threads(1)
    recognizer = Recognizer.load(model)
    recognizer.start(options)  # prepares it, which is no part of recognising
    seconds, size = 0.0, recognizer.config.rate // CHUNKS_A_SECOND
    for path in paths:
        sound = np.concatenate(list(read_file(path, recognizer.config.rate)))
        began = time.process_time()
        for _ in transcribe(recognizer, (sound[i : i + size] for i in range(0, len(sound), size)), options):
            pass
        seconds += time.process_time() - began
    return Cost(seconds, memory_in_megabytes("VmHWM"))


def measure(
    model: Path | None, ways: Mapping[str, StreamOptions], paths: list[Path], rounds: int
) -> dict[str, list[Cost]]:
    """Measure every set of options in each round, in a process of its own each time."""
    context = multiprocessing.get_context("spawn")
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in track(range(rounds), "Rounds", console=Console(stderr=True)):
        for name, options in ways.items():
            with context.Pool(1) as pool:
                costs[name].append(pool.apply(measure_once, (model, options, paths)))
    return costs


def as_markdown(costs: Mapping[str, list[Cost]]) -> str:
    """Return a table: the least time of each set beside that of the first, and the memory beyond it."""
    seconds = {name: min(cost.seconds for cost in each) for name, each in costs.items()}
    peaks = {name: min(cost.peak for cost in each) for name, each in costs.items()}
    lines = ["| options | processor time | memory (MB) |", "| --- | --- | --- |"]
    for name in costs:
        lines.append(f"| {name} | {seconds[name] / seconds[PLAIN]:.2f} | {peaks[name] - peaks[PLAIN]:+.0f} |")
    return "\n".join(lines)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="manifest of development speech")
    parser.add_argument("--documents", type=Path, nargs="+", default=[], help="texts to make a language of, too")
    parser.add_argument("--model", type=Path, help="folder of the model; default: the shipped one")
    parser.add_argument("--limit", type=int, default=20, help="use about this many recordings (default: 20)")
    parser.add_argument("--rounds", type=int, default=3, help="processes for each set of options (default: 3)")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    ways = options_by_name(Recognizer.load(args.model), args.documents)
    paths = [args.manifest.parent / entry["audio"] for entry in read_manifest(args.manifest, args.limit)]
    print(as_markdown(measure(args.model, ways, paths, args.rounds)))


if __name__ == "__main__":
    main()
