"""Measure Echoic and other recognisers side by side, on the same recordings, by the same rules.

python -m asr.training.evaluation.peers TEST/manifest.jsonl [--whisper NAME=FOLDER] [--vosk NAME=FOLDER]
    [--sherpa-onnx NAME=FOLDER] [--noise NOISE/manifest.jsonl] [--rows FILE.jsonl] [--markdown] [--plot FILE.svg]

pip install "echoic[peers]"; models are folders that you have already, nothing is downloaded. Echoic and PocketSphinx
bring theirs. Each system runs on one core in a process of its own, as a stream (chunks of 0.1 s) where it has one, and
with whole files. The systems take turns with each recording. With --rows a run that was ended goes on; of a system
whose lines are deleted from that file, all is measured anew: `sed -i '/"key": "echoic"/d' FILE.jsonl` (keys: echoic,
pocketsphinx, "whisper NAME" and so on; times: when words end).

WER: word error rate by jiwer; of a written text the reading that fits the transcript best (`readings.py`).
times real time: seconds of sound in a processor second. megabytes: of the model's files; memory: what the process grew
by, libraries and model included (Linux).
The clock of streams is virtual (`latency.py`): it is the time of the sound, and processor time where that is behind it.
first word: from the beginning of the sound until the first word of the text is shown.
stable: from the end of a word that is right until it and all before it change no more. When words end is found by
forced alignment with Echoic's model, the same for all.
final: from the end of the recording to the last text. changed: words that were shown and taken back, for 100 words.
invented: words in a minute of noise.
"""

import argparse
import importlib
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from asr.text.normalize import normalize
from asr.training.evaluation.peers.report import as_markdown, draw, summaries
from asr.training.evaluation.peers.side_by_side import TIMES, Recording, Worker, rows_of
from asr.training.evaluation.systems.protocol import MODES, System
from asr.training.manifests import read_manifest

# key -> module and class; those with an option of their own take a model's folder and name
OWN_MODEL = {
    "echoic": ("asr.training.evaluation.systems.echoic", "Echoic"),
    "pocketsphinx": ("asr.training.evaluation.systems.pocketsphinx", "PocketSphinx"),
}
GIVEN_MODEL = {
    "whisper": ("asr.training.evaluation.systems.faster_whisper", "FasterWhisper"),
    "sherpa-onnx": ("asr.training.evaluation.systems.sherpa_onnx", "SherpaOnnx"),
    "vosk": ("asr.training.evaluation.systems.vosk", "Vosk"),
}
NOISE = "noise"


def load(place: tuple[str, str], *model: object) -> System:
    """Load a system, in the process that measures it, so that it is charged for its own imports alone."""
    module, name = place
    system: System = getattr(importlib.import_module(module), name)(*model)
    return system


def modes_of(place: tuple[str, str]) -> tuple[str, ...]:
    """Return the modes of a system; its module imports its library only when it is loaded."""
    module, name = place
    modes: tuple[str, ...] = getattr(importlib.import_module(module), name).MODES
    return modes


def named_folder(text: str) -> tuple[str, Path]:
    """Return NAME and FOLDER of NAME=FOLDER; without a name that of the folder."""
    name, equals, folder = text.rpartition("=")
    path = Path(folder)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"expected a model as NAME=FOLDER, found no folder {folder}")
    return (name if equals else path.name), path


def workers_of(args: argparse.Namespace) -> list[Worker]:
    """Return the systems in the modes that a command line asks for."""
    loads = [(key, OWN_MODEL[key], ()) for key in args.own] + [
        (f"{key} {name}", place, (folder, name))
        for key, place in GIVEN_MODEL.items()
        for name, folder in getattr(args, key.replace("-", "_"))
    ]
    found = [
        Worker(key, mode, partial(load, place, *model))
        for key, place, model in loads
        for mode in [mode for mode in modes_of(place) if mode in args.modes] or modes_of(place)
    ]
    return [Worker(TIMES, TIMES, partial(load, OWN_MODEL["echoic"])), *found] if "stream" in args.modes else found


def recordings_of(args: argparse.Namespace) -> list[Recording]:
    """Return the recordings that a command line asks for."""
    found = [
        Recording(args.manifest.parent / entry["audio"], entry["corpus"], normalize(entry["text"]))
        for entry in read_manifest(args.manifest, args.limit)
    ]
    if args.noise:
        entries = read_manifest(args.noise, args.noise_limit)
        found += [Recording(args.noise.parent / entry["audio"], NOISE, "") for entry in entries]
    return found


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="manifest of the recordings")
    parser.add_argument("--limit", type=int, default=0, help="use about this many recordings")
    parser.add_argument("--own", nargs="*", choices=list(OWN_MODEL), default=list(OWN_MODEL), help="default: both")
    for key in GIVEN_MODEL:
        parser.add_argument(
            f"--{key}", type=named_folder, action="append", default=[], metavar="NAME=FOLDER", help="may be repeated"
        )
    modes_help = "default: both; a system that has none of these is measured as it can be"
    parser.add_argument("--modes", nargs="+", choices=MODES, default=list(MODES), help=modes_help)
    parser.add_argument("--noise", type=Path, help="manifest of recordings without speech")
    parser.add_argument("--noise-limit", type=int, default=0, help="use about this many of them")
    parser.add_argument("--rows", type=Path, help="JSON-lines file of what was shown: a run goes on where it ended")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no recording after so many minutes")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--markdown", action="store_true", help="print them as tables of Markdown")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them (svg or png)")
    return parser


def measured(args: argparse.Namespace) -> list[dict]:
    """Recognise and return the rows, system by system; Ctrl+C ends it with those so far."""
    workers, recordings = workers_of(args), recordings_of(args)
    rows: list[dict] = []
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Recognising", total=len(workers) * len(recordings))
        try:
            for row in _counted(rows_of(workers, recordings, args.rows, args.minutes)):
                rows.append(row)
                progress.advance(task)
        except KeyboardInterrupt:
            progress.console.print("ended by Ctrl+C")
    order = [(worker.key, worker.mode) for worker in workers]
    return sorted(rows, key=lambda row: order.index((row["key"], row["mode"])))


def _counted(rows: Iterator[dict]) -> Iterator[dict]:
    """Yield the rows, and end their iterator whatever happens, so that no process stays."""
    try:
        yield from rows
    finally:
        rows.close()  # type: ignore[attr-defined]


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    found = summaries(measured(args))
    print(json.dumps(found, indent=2) if args.json else as_markdown(found))
    if args.plot:
        draw(args.plot, found)
