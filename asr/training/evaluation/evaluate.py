"""Score a manifest through the streaming path, as the program itself would hear it:

python -m asr.training.evaluation.evaluate TEST/manifest.jsonl [--json] [--model FOLDER] [--limit N]

Each recording arrives in chunks of 0.1 s through `transcribe`. Word errors are by jiwer, by corpus. The real-time
factor is processor time over sound on one core; the first-word delay is how much sound the recogniser had heard
past a recording's first voiced frame when it first showed a word that it kept.

`--share 0` leaves the word GRU out, if the model has one; `--language unigram` knows only how frequent each word is,
`--language none` not even that: what the ears alone say.
Other recognisers are heard and scored by the same functions, see `asr.training.evaluation.peers`.
"""

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
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
from asr.decoding.decoder import SearchOptions
from asr.decoding.lexicon import Lexicon
from asr.decoding.ngram_lm import NgramLM
from asr.pipeline import transcribe
from asr.recognizer import SHIPPED, Recognizer
from asr.text.normalize import normalize
from asr.training.acoustic.packs import entries
from asr.updates import Update

CHUNK = 1600  # samples
TUNED = ("weight", "bonus", "share", "width", "beams")
LANGUAGES = ("whole", "unigram", "none")


@dataclass(frozen=True)
class StreamRecognizer:
    """A recogniser under test, ours or another."""

    rate: int  # Hz
    transcribe: Callable[[Iterable[np.ndarray]], Iterator[Update]]


def alone(language: NgramLM, frequencies: bool) -> NgramLM:
    """The model less all context: a word's probability is its frequency, or 1 for every word."""
    words = language.logp[: 1 + language.vocabulary]
    return NgramLM.of_trie(
        order=1, keys=np.zeros(0, np.int64), logp=words if frequencies else np.zeros_like(words),
        backoff=np.zeros(1, np.float32), shorter=np.zeros(1, np.int32), parent=np.zeros(1, bool),
    )  # fmt: skip


def echoic(folder: Path | None, search: SearchOptions, language: str) -> StreamRecognizer:
    """This program with the model in a folder (the shipped one for None) and one of LANGUAGES."""
    recognizer = Recognizer.load(folder, search)
    if language != "whole":
        folder = folder or SHIPPED
        bare = alone(NgramLM.load(folder / "ngram_lm.safetensors"), language == "unigram")
        model, name = model_file.load(folder / "model.safetensors")
        recognizer = Recognizer(model, Lexicon.load(folder / "lexicon.safetensors"), bare, search, name)
    return StreamRecognizer(recognizer.config.rate, partial(transcribe, recognizer))


def hear(listener: StreamRecognizer, sound: np.ndarray) -> tuple[str, float | None, float]:
    """(n,) samples -> text, seconds of sound heard when the first word that stayed was shown, processor seconds."""
    began = time.process_time()
    words: list[str] = []
    shown: list[tuple[float, str]] = []
    for update in listener.transcribe(sound[i : i + CHUNK] for i in range(0, len(sound), CHUNK)):
        if not words and (first := (update.words + update.partial)[:1]):
            shown.append((update.seconds, first[0].text))
        words += [word.text for word in update.words]
    spent = time.process_time() - began
    delay = next((seconds for seconds, text in shown if words and text == words[0]), None)
    return " ".join(words), delay, spent


def onset(sound: np.ndarray, rate: int) -> float:
    """Second at which the sound first comes within 25 dB of its loudest 20 ms."""
    size = rate // 50
    power = np.square(sound[: len(sound) // size * size].reshape(-1, size)).mean(1)
    return float(np.argmax(power > power.max() / 316)) * size / rate


_listener: StreamRecognizer


def _prepare(load: Callable[[], StreamRecognizer]) -> None:
    global _listener
    torch.set_num_threads(1)
    _listener = load()


def _score(job: tuple[Path, dict]) -> dict:
    path, entry = job
    sound = np.concatenate(list(read_file(path, _listener.rate)))
    text, shown, spent = hear(_listener, sound)
    seconds = len(sound) / _listener.rate
    delay = None if shown is None else shown - onset(sound, _listener.rate)
    return {"corpus": entry["corpus"], "said": normalize(entry["text"]), "heard": normalize(text), "seconds": seconds,
            "spent": spent, "delay": delay}  # fmt: skip


def summary(rows: list[dict]) -> dict:
    """Rows of one set -> its figures; rates in %."""
    said, heard = [row["said"] for row in rows], [row["heard"] for row in rows]
    counts = jiwer.process_words(said, heard)
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
        "real_time_factor": round(sum(row["spent"] for row in rows) / seconds, 4),
        "first_word_delay": round(float(np.median(delays)), 2) if delays else None,
    }


def by_corpus(rows: list[dict]) -> dict[str, dict]:
    """The figures of each set, and of all rows."""
    names = sorted({row["corpus"] for row in rows})
    sets = {name: summary([row for row in rows if row["corpus"] == name]) for name in names}
    return {**sets, "all": summary(rows)}


def evaluate(manifest: Path, load: Callable[[], StreamRecognizer], limit: int, processes: int) -> list[dict]:
    """One row a recording, in no order; every process loads its own listener."""
    jobs = [(manifest.parent / entry["audio"], entry) for entry in entries(manifest, limit)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _prepare, (load,)) as pool:
        done = pool.imap_unordered(_score, jobs, chunksize=4)
        return list(track(done, "Listening", len(jobs), console=Console(stderr=True)))


def arguments(about: str | None) -> argparse.ArgumentParser:
    """What every recogniser's evaluation is told."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    parser.add_argument("--limit", type=int, default=0, help="hear about this many recordings only")
    parser.add_argument("--processes", type=int, default=1, help="recordings heard side by side")
    parser.add_argument("--details", type=Path, help="write every recording's text to this JSON-lines file")
    return parser


def report(rows: list[dict], args: argparse.Namespace) -> None:
    """Print the figures of every corpus and of all."""
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


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--model", type=Path, help="folder of the model; the shipped one if left out")
    parser.add_argument("--language", choices=LANGUAGES, default="whole", help="how much is known of words")
    for name in TUNED:
        kind = type(getattr(SearchOptions(), name))
        parser.add_argument(f"--{name}", type=kind, default=getattr(SearchOptions(), name), help="of the beam search")
    args = parser.parse_args()
    search = replace(SearchOptions(), **{name: getattr(args, name) for name in TUNED})
    load = partial(echoic, args.model, search, args.language)
    report(evaluate(args.manifest, load, args.limit, args.processes), args)


if __name__ == "__main__":
    main()
