"""Evaluate the recogniser on a manifest through the streaming path that the program uses.

python -m asr.training.evaluation.evaluate TEST/manifest.jsonl [--json] [--model FOLDER] [--limit N]

Each recording is passed to `transcribe` in chunks of 0.1 s. Word error rates are computed by jiwer, for each corpus.
The real-time factor is processor time per second of sound, on one core. The first-word delay is the time in the
recording at which the first final word was first shown, after the onset of the sound.

The fields of `asr.decoding.search_options.SearchOptions` are options. `--neural-lm-share 0` leaves out the neural LM.
`--language unigram` leaves out all context of words, `--language none` their frequencies, too: only the acoustic model
and the lexicon remain. `asr.training.evaluation.peers.measure` evaluates another recogniser by the same functions.
"""

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import jiwer
import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from asr.acoustic import model_file
from asr.audio.media import read_file
from asr.decoding.search_options import SearchOptions
from asr.language.lexicon import Lexicon
from asr.language.ngram_lm import NgramLM
from asr.pipeline import transcribe
from asr.recognizer import SHIPPED, Recognizer
from asr.text.normalize import normalize
from asr.training.evaluation.latency import onset
from asr.training.manifests import read_manifest
from asr.updates import Update

CHUNK = 1600  # samples
LANGUAGES = ("whole", "unigram", "none")


@dataclass(frozen=True)
class StreamRecognizer:
    """A recogniser under test: Echoic or another one."""

    rate: int  # Hz
    transcribe: Callable[[Iterable[np.ndarray]], Iterator[Update]]


def without_context(language: NgramLM, frequencies: bool) -> NgramLM:
    """Return a unigram model: with the frequencies of the words, or with probability 1 for every word."""
    words = language.logp[: 1 + language.vocabulary]
    return NgramLM.of_trie(
        order=1,
        keys=np.zeros(0, np.int64),
        logp=words if frequencies else np.zeros_like(words),
        backoff=np.zeros(1, np.float32),
        shorter=np.zeros(1, np.int32),
        parent=np.zeros(1, bool),
    )


def load_echoic(folder: Path | None, search: SearchOptions, language: str) -> StreamRecognizer:
    """Load Echoic.

    Args:
        folder: Of the model; None for the shipped one.
        search: Options of the search.
        language: One of LANGUAGES: the whole language model, only unigrams, or none.
    """
    recognizer = Recognizer.load(folder, search)
    if language != "whole":
        folder = folder or SHIPPED
        ngram = without_context(NgramLM.load(folder / "ngram_lm.safetensors"), language == "unigram")
        model, name = model_file.load(folder / "model.safetensors")
        recognizer = Recognizer(model, Lexicon.load(folder / "lexicon.safetensors"), ngram, search, name)
    return StreamRecognizer(recognizer.config.rate, partial(transcribe, recognizer))


def recognise(recognizer: StreamRecognizer, sound: np.ndarray) -> tuple[str, float | None, float]:
    """Recognise a recording as a stream.

    Args:
        recognizer: Under test.
        sound: (n,) samples at its rate.

    Returns:
        The text, the seconds of sound after which its first word was first shown (None without words), and the
        processor seconds.
    """
    began = time.process_time()
    words: list[str] = []
    shown: list[tuple[float, str]] = []
    for update in recognizer.transcribe(sound[i : i + CHUNK] for i in range(0, len(sound), CHUNK)):
        if not words and (first := (update.words + update.partial)[:1]):
            shown.append((update.seconds, first[0].text))
        words += [word.text for word in update.words]
    processor_seconds = time.process_time() - began
    first_shown = next((seconds for seconds, text in shown if words and text == words[0]), None)
    return " ".join(words), first_shown, processor_seconds


_recognizer: StreamRecognizer  # of a worker process


def _prepare(load: Callable[[], StreamRecognizer]) -> None:
    global _recognizer
    torch.set_num_threads(1)
    _recognizer = load()


def _score(job: tuple[Path, dict]) -> dict:
    path, entry = job
    sound = np.concatenate(list(read_file(path, _recognizer.rate)))
    text, first_shown, processor_seconds = recognise(_recognizer, sound)
    return {
        "corpus": entry["corpus"],
        "reference": normalize(entry["text"]),
        "hypothesis": normalize(text),
        "seconds": len(sound) / _recognizer.rate,
        "processor_seconds": processor_seconds,
        "delay": None if first_shown is None else first_shown - onset(sound, _recognizer.rate),
    }


def summary(rows: list[dict]) -> dict:
    """Summarise the rows of one set; rates are in %, the delay in seconds."""
    counts = jiwer.process_words([row["reference"] for row in rows], [row["hypothesis"] for row in rows])
    total = counts.hits + counts.substitutions + counts.deletions
    delays = [row["delay"] for row in rows if row["delay"] is not None]
    seconds = sum(row["seconds"] for row in rows)
    return {
        "utterances": len(rows),
        "words": total,
        "wer": round(100 * counts.wer, 2),
        "substitutions": round(100 * counts.substitutions / total, 2),
        "deletions": round(100 * counts.deletions / total, 2),
        "insertions": round(100 * counts.insertions / total, 2),
        "real_time_factor": round(sum(row["processor_seconds"] for row in rows) / seconds, 4),
        "first_word_delay": round(float(np.median(delays)), 2) if delays else None,
    }


def by_corpus(rows: list[dict]) -> dict[str, dict]:
    """Summarise the rows of each corpus, and all rows as "all"."""
    names = sorted({row["corpus"] for row in rows})
    sets = {name: summary([row for row in rows if row["corpus"] == name]) for name in names}
    return {**sets, "all": summary(rows)}


def evaluate(manifest: Path, load: Callable[[], StreamRecognizer], limit: int, processes: int) -> list[dict]:
    """Recognise the recordings of a manifest.

    Args:
        manifest: JSON lines.
        load: Loads the recogniser, in each process; it must be picklable.
        limit: Recordings, about; 0 for all.
        processes: Recordings recognised at the same time.

    Returns:
        One row for each recording, in no particular order.
    """
    jobs = [(manifest.parent / entry["audio"], entry) for entry in read_manifest(manifest, limit)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _prepare, (load,)) as pool:
        done = pool.imap_unordered(_score, jobs, chunksize=4)
        return list(track(done, "Recognising", len(jobs), console=Console(stderr=True)))


def common_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that the evaluations of all recognisers share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="manifest of the recordings")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--limit", type=int, default=0, help="use about this many recordings")
    parser.add_argument("--details", type=Path, help="write the text of each recording to this JSON-lines file")
    return parser


def add_processes(parser: argparse.ArgumentParser) -> None:
    """Add the option for several processes to a parser (see `evaluate`)."""
    parser.add_argument("--processes", type=int, default=1, help="recordings recognised at the same time")


def add_search_options(parser: argparse.ArgumentParser) -> None:
    """Add the fields of SearchOptions to a parser, with dashes (see `search_of`)."""
    group = parser.add_argument_group("search (asr.decoding.search_options.SearchOptions)")
    for field in fields(SearchOptions):
        default = getattr(SearchOptions(), field.name)
        option = "--" + field.name.replace("_", "-")
        group.add_argument(option, type=type(default), default=default, help=f"default: {default:g}")


def search_of(args: argparse.Namespace) -> SearchOptions:
    """Return the SearchOptions of a command line."""
    return SearchOptions(**{field.name: getattr(args, field.name) for field in fields(SearchOptions)})


def report(rows: list[dict], args: argparse.Namespace) -> None:
    """Print the results of each corpus and of all recordings.

    Args:
        rows: Of `evaluate`.
        args: Of `common_parser`.
    """
    if args.details:
        args.details.write_text("".join(json.dumps(row) + "\n" for row in rows))
    sets = by_corpus(rows)
    if args.json:
        print(json.dumps(sets, indent=2))
        return
    table = Table()
    table.add_column("set")
    for name in sets["all"]:
        table.add_column(name.replace("_", " "), justify="right")
    for corpus, figures in sets.items():
        table.add_row(corpus, *(str(value) for value in figures.values()))
    Console().print(table)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; the fields of SearchOptions are options, with dashes."""
    parser = common_parser(__doc__)
    add_processes(parser)
    parser.add_argument("--model", type=Path, help="folder of the model; default: the shipped one")
    parser.add_argument(
        "--language", choices=LANGUAGES, default="whole", help="part of the language model that is used"
    )
    add_search_options(parser)
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    load = partial(load_echoic, args.model, search_of(args), args.language)
    report(evaluate(args.manifest, load, args.limit, args.processes), args)


if __name__ == "__main__":
    main()
