"""What a machine of a cluster does: transcribe a file as `echoic transcribe` does, with the same reader and writers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.console.progress import CountedChunks
from app.cli.files.outputs import write_outputs
from app.cli.transcribe import TranscribeOptions, chosen_sound, recognised
from app.cluster import places
from app.cluster.places import Place
from app.cluster.plan import Task
from asr.errors import AudioError

if TYPE_CHECKING:
    from asr.pipeline import AnyRecognizer

Load = Callable[[Path | None], "AnyRecognizer"]


@dataclass(frozen=True)
class Result:
    """What became of a file.

    Attributes:
        faults: Sentences about what went wrong; outputs of what could be read may be there all the same.
        notes: Sentences about what is odd.
        seconds: Of sound.
        cost: Seconds that it took.
        silent: How loud the sound was, where no speech was found in it; else "".
        model: The name of the model.
    """

    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    cost: float = 0.0
    silent: str = ""
    model: str = ""


@cache
def _loaded(load: Load, model: Path | None) -> "AnyRecognizer":
    """Return the recogniser of this process."""
    return load(model)


def _within(folder: Path, place: Place) -> Place:
    return folder / place if isinstance(place, Path) else place


def transcribe_task(task: Task, options: TranscribeOptions, load: Load, folder: Path) -> Result:
    """Transcribe a file and write its outputs.

    Args:
        task: The file.
        options: As of the command; `formats`, `track`, `channel`, `passage`, `model` and `stream` are used.
        load: Loads the recogniser, once in a process.
        folder: That of the command, to which paths are relative: a process of a cluster may have another.
    """
    recognizer = _loaded(load, options.model and folder / options.model)
    began = time.monotonic()
    try:
        with places.open_sound(_within(folder, task.source.place)) as media:
            rate = recognizer.config.rate
            sound = CountedChunks(chosen_sound(media, rate, options), rate, begin=options.passage.start)
            transcript = recognised(recognizer, media, str(task.source.place), sound, options)
            faults = [str(sound.error)] if sound.error else []
            if sound.seconds or not sound.error:
                outputs = {name: _within(folder, place) for name, place in task.outputs.items()}
                unwritten, _ = write_outputs(transcript, list(outputs), outputs, write=places.write)
                faults += unwritten
            return Result(
                tuple(faults),
                tuple(map(str, media.notes)),
                sound.seconds,
                time.monotonic() - began,
                sound.level if sound.seconds and not transcript.document.count else "",
                recognizer.name,
            )
    except AudioError as error:
        return Result((str(error),), cost=time.monotonic() - began)
