"""Make manifests of LibriSpeech, of Common Voice, or of noises, from their folders as they are downloaded.

python -m asr.training.corpora librispeech LibriSpeech/train-clean-100 LibriSpeech/train-clean-360 --output DATA/books
python -m asr.training.corpora commonvoice CORPUS/en --list train.tsv --processes 16 --output DATA/clips
python -m asr.training.corpora noise musan/noise --output DATA/noise

Each writes folders DATA/books-000, DATA/books-001 and so on, with a manifest.jsonl of at most --hours of sound each: a
part is what one process computes the frames of in memory, and what is computed again after a stop. LibriSpeech stays
where it is. Clips of Common Voice, which are MP3, and noises are written as FLAC at 16 kHz beside their manifest; a
stopped command continues where it was. Sentences are spelt as the lexicon spells; those with digits or without a
letter of English are left out.
"""

import argparse
import csv
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from rich.console import Console
from rich.progress import track

from asr.audio.media import read_file
from asr.errors import AudioError
from asr.text.normalize import normalize

RATE = 16000
COLUMNS = ("client_id", "path", "sentence")  # of Common Voice's lists, among others
SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3")

Entry = dict[str, Any]  # of a manifest; "audio" is an absolute path until it is written


def librispeech(folder: Path) -> Iterator[Entry]:
    """Yield the recordings of a folder of LibriSpeech, by its *.trans.txt files.

    Raises:
        SystemExit: There is no such file, or a recording is missing.
    """
    lists = sorted(folder.rglob("*.trans.txt"))
    if not lists:
        raise SystemExit(f"{folder} has no *.trans.txt: expected a part of LibriSpeech, such as LibriSpeech/dev-clean")
    for path in lists:
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, text = line.partition(" ")
            audio = path.parent / f"{name}.flac"
            if not audio.exists():
                raise SystemExit(f"{audio} is missing, which {path.name} lists")
            speaker = f"librispeech-{name.partition('-')[0]}"
            yield {"audio": audio, "text": text, "speaker": speaker, "corpus": "librispeech"}


def commonvoice(folder: Path, lists: Iterable[str], without: Iterable[str]) -> Iterator[Entry]:
    """Yield the clips of a folder of Common Voice in one language.

    Args:
        folder: With `clips` and the lists.
        lists: Names of the lists to read.
        without: Names of lists whose speakers are left out.

    Raises:
        SystemExit: A list is missing or is none.
    """
    held_out = {row["client_id"] for name in without for row in _rows(folder / name)}
    for name in lists:
        for row in _rows(folder / name):
            if row["client_id"] in held_out:
                continue
            speaker = "commonvoice-" + hashlib.sha256(row["client_id"].encode()).hexdigest()[:16]
            audio = folder / "clips" / row["path"]
            yield {"audio": audio, "text": row["sentence"], "speaker": speaker, "corpus": "commonvoice"}


def noises(folder: Path) -> Iterator[Entry]:
    """Yield the sounds below a folder; the kind of each is the name of the folder that it is in.

    Raises:
        SystemExit: There are none.
    """
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS)
    if not found:
        raise SystemExit(f"{folder} has no sounds ({', '.join(SOUNDS)})")
    for path in found:
        yield {"audio": path, "text": "", "speaker": "unknown", "corpus": "noise", "kind": path.parent.name}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a list of Common Voice, by column."""
    if not path.exists():
        raise SystemExit(f"{path} does not exist: expected a list of Common Voice, such as train.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        absent = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if absent:
            raise SystemExit(f"{path} has no column {', '.join(absent)}: expected a list of Common Voice")
        yield from rows


def spelt(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries with their text in the spelling of the lexicon, without those that cannot be spelt."""
    for entry in entries:
        text = normalize(entry["text"])
        if text and not re.search(r"\d", entry["text"]):
            yield entry | {"text": text}


def parts(entries: Iterable[tuple[Entry, float]], hours: float) -> Iterator[list[Entry]]:
    """Yield lists of entries of at most so many hours; one recording may be longer.

    Args:
        entries: Each with its length in seconds, which is put into it.
        hours: Of a part.
    """
    part: list[Entry] = []
    length = 0.0
    for entry, seconds in entries:
        if part and length + seconds > hours * 3600:
            yield part
            part, length = [], 0.0
        part.append(entry | {"seconds": round(seconds, 3)})
        length += seconds
    if part:
        yield part


def measured(entries: Iterable[Entry]) -> Iterator[tuple[Entry, float]]:
    """Yield entries with the lengths of their recordings in seconds."""
    for entry in entries:
        yield entry, soundfile.info(entry["audio"]).duration


def converted(folder: Path, entry: Entry) -> tuple[Entry, float] | None:
    """Write a recording as FLAC at 16 kHz, unless that was done before.

    Args:
        folder: Where to.
        entry: Of the recording.

    Returns:
        The entry of what was written, and its length in seconds; None for a recording that cannot be read.
    """
    source: Path = entry["audio"]
    digest = hashlib.sha256(os.fspath(source).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    path = folder / digest[:2] / f"{source.stem}-{digest}.flac"
    if not path.exists():
        try:
            sound = np.concatenate([np.zeros(0, np.float32), *read_file(source, RATE)])
        except AudioError:
            return None
        if not len(sound):
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        soundfile.write(unfinished, np.clip(sound, -1, 1), RATE, format="FLAC", subtype="PCM_16")
        unfinished.replace(path)
    return entry | {"audio": path}, soundfile.info(path).duration


def write_parts(output: Path, found: Iterable[list[Entry]]) -> list[Path]:
    """Write each list of entries as OUTPUT-NNN/manifest.jsonl, with paths relative to that folder, and return these."""
    manifests = []
    for number, entries in enumerate(found):
        folder = output.with_name(f"{output.name}-{number:03d}")
        folder.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(entry | {"audio": os.path.relpath(entry["audio"], folder)}) + "\n" for entry in entries]
        manifest = folder / "manifest.jsonl"
        unfinished = manifest.with_suffix(".part")
        unfinished.write_text("".join(lines), encoding="utf-8")
        unfinished.replace(manifest)
        manifests.append(manifest)
    for manifest in output.parent.glob(f"{output.name}-[0-9][0-9][0-9]/manifest.jsonl"):
        if manifest not in manifests:  # of an earlier run with shorter parts: its recordings are in others now
            manifest.unlink()
    return manifests


def make(args: argparse.Namespace) -> None:
    """Run a subcommand and say what it wrote."""
    entries = list(args.read(args))
    spoken = entries if args.kind == "noise" else list(spelt(entries))
    progress: Callable[..., Iterable] = partial(
        track, description=args.output.name, total=len(spoken), console=Console(stderr=True)
    )
    if args.kind == "librispeech":
        timed = list(measured(progress(spoken)))
    else:
        folder = args.output.with_name(f"{args.output.name}-sound")
        with Pool(args.processes) as pool:
            results = pool.imap(partial(converted, folder), spoken, chunksize=16)
            timed = [result for result in progress(results) if result]
    if not timed:
        raise SystemExit("Nothing is left to write: no recording with a sentence could be read")
    manifests = write_parts(args.output, parts(timed, args.hours))
    hours = sum(seconds for _, seconds in timed) / 3600
    last = f" to {manifests[-1]}" if len(manifests) > 1 else ""
    print(f"{len(timed)} recordings, {hours:.1f} h: {manifests[0]}{last}")
    print(f"left out: {len(entries) - len(spoken)} by their text, {len(spoken) - len(timed)} that cannot be read")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    books = kinds.add_parser("librispeech", help="parts of LibriSpeech (OpenSLR 12)")
    books.add_argument("folder", type=Path, nargs="+", help="folders such as LibriSpeech/train-clean-100")
    books.set_defaults(read=lambda args: chain.from_iterable(map(librispeech, args.folder)))
    clips = kinds.add_parser("commonvoice", help="Common Voice in English")
    clips.add_argument("folder", type=Path, help="folder with clips and *.tsv")
    clips.add_argument("--list", nargs="+", default=["train.tsv"], help="lists of clips to take")
    clips.add_argument("--without", nargs="*", default=[], help="lists whose speakers are left out, such as test.tsv")
    clips.set_defaults(read=lambda args: commonvoice(args.folder, args.list, args.without))
    noise = kinds.add_parser("noise", help="sounds without speech, such as those of MUSAN (OpenSLR 17)")
    noise.add_argument("folder", type=Path, help="folder of sounds; the name of each one's folder is its kind")
    noise.set_defaults(read=lambda args: noises(args.folder))
    for each in (books, clips, noise):
        each.add_argument("--hours", type=float, default=20.0, help="sound of a part; a GB of memory for 20")
        each.add_argument("--output", type=Path, required=True, help="DATA/books makes DATA/books-000 and so on")
    for each in (clips, noise):
        each.add_argument("--processes", type=int, default=2, help="decode on so many cores")
    return parser


def main() -> None:
    """Run the command."""
    make(make_parser().parse_args())


if __name__ == "__main__":
    main()
