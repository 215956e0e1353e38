"""Score a manifest through the streaming path, as the program itself would hear it:

python -m asr.training.evaluate TEST/manifest.jsonl [--json] [--model FOLDER] [--limit N]

Each recording arrives in chunks of 0.1 s through `transcribe`. Word errors are by jiwer, by corpus. The real-time
factor is processor time over sound on one core; the first-word delay is how much sound the recogniser had heard
past a recording's first voiced frame when it first showed a word that it kept.
"""

import argparse
import json
import multiprocessing
import time
from dataclasses import replace
from pathlib import Path

import jiwer
import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from asr.audio import read_file
from asr.decoder import Search
from asr.recognizer import Recognizer, transcribe

CHUNK = 1600  # samples


def hear(recognizer: Recognizer, sound: np.ndarray) -> tuple[str, float | None, float]:
    """(n,) samples -> text, seconds of sound heard when the first word that stayed was shown, processor seconds."""
    began = time.process_time()
    words: list[str] = []
    shown: list[tuple[float, str]] = []
    for update in transcribe(recognizer, (sound[i : i + CHUNK] for i in range(0, len(sound), CHUNK))):
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


_recognizer: Recognizer


def _prepare(model: Path | None, search: Search) -> None:
    global _recognizer
    torch.set_num_threads(1)
    _recognizer = Recognizer.load(model, search)


def _score(job: tuple[Path, dict]) -> dict:
    path, entry = job
    sound = np.concatenate(list(read_file(path, _recognizer.config.rate)))
    text, shown, spent = hear(_recognizer, sound)
    seconds = len(sound) / _recognizer.config.rate
    delay = None if shown is None else shown - onset(sound, _recognizer.config.rate)
    return {"corpus": entry["corpus"], "said": entry["text"], "heard": text, "seconds": seconds,
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


def evaluate(manifest: Path, model: Path | None, search: Search, limit: int, processes: int) -> list[dict]:
    entries = [json.loads(line) for line in manifest.read_text().splitlines()]
    if limit:  # evenly over the manifest, so that every set is heard
        entries = entries[:: max(1, len(entries) // limit)]
    jobs = [(manifest.parent / entry["audio"], entry) for entry in entries]
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _prepare, (model, search)) as pool:
        done = pool.imap_unordered(_score, jobs, chunksize=4)
        return list(track(done, "Listening", len(jobs), console=Console(stderr=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", type=Path, help="folder of the model; the shipped one if left out")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    parser.add_argument("--limit", type=int, default=0, help="hear about this many recordings only")
    parser.add_argument("--processes", type=int, default=1, help="recordings heard side by side")
    parser.add_argument("--details", type=Path, help="write every recording's text to this JSON-lines file")
    for name in ("weight", "bonus", "width", "beams"):
        kind = type(getattr(Search(), name))
        parser.add_argument(f"--{name}", type=kind, default=getattr(Search(), name), help="of the beam search")
    args = parser.parse_args()
    search = replace(Search(), weight=args.weight, bonus=args.bonus, width=args.width, beams=args.beams)
    rows = evaluate(args.manifest, args.model, search, args.limit, args.processes)
    if args.details:
        args.details.write_text("".join(json.dumps(row) + "\n" for row in rows))
    names = sorted({row["corpus"] for row in rows})
    sets = {name: summary([row for row in rows if row["corpus"] == name]) for name in names}
    sets["all"] = summary(rows)
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


if __name__ == "__main__":
    main()
