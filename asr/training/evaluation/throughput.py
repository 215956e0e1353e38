"""Measure how much speech a core recognises when so many streams run at once in a process.

python -m asr.training.evaluation.throughput [FILE] [--streams 1 2 4 8 16] [--processes 1 2] [--rounds N]

Streams begin at places of their own in the file, and go on together block by block (`SpeechStream.push_together`); the
words of each are compared with those of a stream that runs alone. Figures are seconds of speech for each second of
processor time, best of the rounds; the numbers of streams take turns within a round, so that other programs disturb all
of them alike. With several processes, each has so many streams and all run at the same time.
"""

import argparse
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from asr.audio.media import read_file
from asr.pipeline import AnyRecognizer, SpeechStream, blocks_of, transcribe
from asr.recognizer import Recognizer
from asr.updates import Update

SAMPLE = Path(__file__).parents[3] / "assets" / "samples" / "lighthouse.ogg"


@dataclass(frozen=True)
class Throughput:
    """What so many streams in each of some processes take."""

    processes: int
    streams: int  # in each process
    processor: float  # seconds of speech for a second of processor time of all processes
    clock: float  # seconds of speech for a second by the clock
    equal: bool  # each stream has the updates that it has alone


def shifted(sound: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the sounds of streams: (n,) each, that begin at places of their own."""
    return [np.roll(sound, -(len(sound) * number) // count) for number in range(count)]


def together(recognizer: AnyRecognizer, sounds: Sequence[np.ndarray]) -> list[list[Update]]:
    """Recognise sounds of one length at once, and return the updates of each."""
    streams = [SpeechStream(recognizer) for _ in sounds]
    updates: list[list[Update]] = [[] for _ in sounds]
    for parts in zip(*(blocks_of(recognizer.config, [sound]) for sound in sounds), strict=True):
        found = SpeechStream.push_together(list(zip(streams, parts, strict=True)))
        for each, new in zip(updates, found, strict=True):
            if isinstance(new, Exception):
                raise new
            each += new
    for each, stream in zip(updates, streams, strict=True):
        each += stream.finish()
    return updates


def measure(
    recognizer: AnyRecognizer, sound: np.ndarray, counts: Sequence[int], rounds: int
) -> list[tuple[float, float, bool]]:
    """Measure in one process.

    Returns:
        Of each count the seconds of processor time and by the clock, of the best round, and whether all updates are
        those of streams alone.
    """
    alone = {count: [list(transcribe(recognizer, [each])) for each in shifted(sound, count)] for count in counts}
    best = {count: (float("inf"), float("inf")) for count in counts}
    equal = dict.fromkeys(counts, True)
    for _ in range(rounds):
        for count in counts:
            sounds = shifted(sound, count)
            processor, clock = time.process_time(), time.perf_counter()
            updates = together(recognizer, sounds)
            best[count] = min(best[count], (time.process_time() - processor, time.perf_counter() - clock))
            equal[count] &= updates == alone[count]
    return [(*best[count], equal[count]) for count in counts]


def _measure_process(
    path: Path, model: Path | None, counts: Sequence[int], rounds: int
) -> list[tuple[float, float, float, bool]]:
    recognizer = Recognizer.load(model)
    sound = np.concatenate(list(read_file(path, recognizer.config.rate)))
    seconds = len(sound) / recognizer.config.rate
    return [(seconds, *found) for found in measure(recognizer, sound, counts, rounds)]


def throughput(path: Path, model: Path | None, processes: int, counts: Sequence[int], rounds: int) -> list[Throughput]:
    """Measure in so many processes at the same time."""
    work = [(path, model, counts, rounds)] * processes
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        found = pool.starmap(_measure_process, work, chunksize=1)
    return [
        Throughput(
            processes,
            count,
            sum(seconds * count for seconds, _, _, _ in each) / sum(processor for _, processor, _, _ in each),
            sum(seconds * count for seconds, _, _, _ in each) / max(clock for _, _, clock, _ in each),
            all(equal for _, _, _, equal in each),
        )
        for count, each in zip(counts, zip(*found, strict=True), strict=True)
    ]


def report(found: Sequence[Throughput]) -> Table:
    """Return the table; gains are over the first row of each number of processes."""
    table = Table("processes", "streams in each", "speech s / core s", "gain", "speech s / s", "words as alone")
    for row in found:
        first = next(each for each in found if each.processes == row.processes)
        table.add_row(
            str(row.processes),
            str(row.streams),
            f"{row.processor:.1f}",
            f"{row.processor / first.processor:.2f}",
            f"{row.clock:.1f}",
            "yes" if row.equal else "NO",
        )
    return table


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE, help="speech (default: the sample shipped)")
    parser.add_argument("--model", type=Path, help="folder of a model (default: the one shipped)")
    parser.add_argument(
        "--streams", type=int, nargs="+", default=[1, 2, 4, 8, 16], metavar="N", help="so many in a process"
    )
    parser.add_argument("--processes", type=int, nargs="+", default=[1], metavar="N", help="so many at the same time")
    parser.add_argument("--rounds", type=int, default=4, metavar="N", help="of which the best counts (default: 4)")
    return parser


def main() -> None:
    """Measure and print, as the arguments of the process ask."""
    arguments = make_parser().parse_args()
    found: list[Throughput] = []
    for processes in arguments.processes:
        found += throughput(arguments.file, arguments.model, processes, arguments.streams, arguments.rounds)
    Console().print(report(found))


if __name__ == "__main__":
    main()
