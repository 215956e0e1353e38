"""The terminal uses: the same `transcribe` over a file, a pipe or the microphone, shown or written."""

import gc
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.display import JsonLines, Plain, Screen
from app.cli.interrupt import Interrupt, Pipe
from app.cli.usage_error import UsageError
from app.export.output_files import blocked, make_folder, targets, write_whole
from app.worker.broken import UntilBroken
from asr.errors import AudioError
from asr.updates import Word

if TYPE_CHECKING:
    import numpy as np

OK, BAD_INPUT, INTERRUPTED = 0, 2, 130


def load(path: Path | None) -> Any:
    """The recogniser of a model's folder, or of the model that is shipped; imports torch, so only when needed.

    A thousand modules come with it, and none of them is garbage. Looking through them for some, once and again, takes
    an eighth of the processor time to the first words; so the collector is told to leave them alone.
    """
    gc.disable()
    try:
        from asr.recognizer import Recognizer

        recognizer = Recognizer.load(path)
        gc.freeze()
    finally:
        gc.enable()
    return recognizer


def complain(said: str) -> None:
    print(f"echoic: {said}", file=sys.stderr, flush=True)


class Sound(UntilBroken):
    """Its seconds are counted and shown as they pass."""

    def __init__(self, chunks: "Iterable[np.ndarray]", rate: int, bar: "Bar | None" = None) -> None:
        super().__init__(self._counted(chunks))
        self.seconds = 0.0
        self._rate, self._bar = rate, bar

    def _counted(self, chunks: "Iterable[np.ndarray]") -> "Iterator[np.ndarray]":
        for chunk in chunks:
            self.seconds += len(chunk) / self._rate
            yield chunk
            if self._bar is not None:
                self._bar.reach(self.seconds)


class Bar:
    """Progress through one file, with an estimate of the time left; `total` seconds, None where unknown."""

    def __init__(self, name: str, total: float | None) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("left"))
        self.progress = Progress(
            TextColumn("{task.description}", markup=False),
            *columns,
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self.progress.add_task(name, total=total)

    def reach(self, seconds: float) -> None:
        self.progress.update(self._task, completed=seconds)


def transcribe(files: list[Path], formats: list[str], output: Path | None, overwrite: bool, model: Path | None) -> int:
    """Each file to stdout, or to files in `output`. Returns the exit code; one bad file stops no other."""
    plan: list[tuple[Path, dict[str, Path]]] = [(file, {}) for file in files]
    if output is not None:
        make_folder(output)
        plan = list(zip(files, targets(files, formats, output), strict=True))
    elif len(formats) > 1:
        raise UsageError("formats-need-folder")
    failed, wanted = 0, []
    for file, outputs in plan:
        fault = blocked(outputs.values(), overwrite)
        if fault:
            complain(fault)
            failed += 1
        else:
            wanted.append((file, outputs))
    recognizer = load(model) if wanted else None
    with Interrupt() as interrupt:
        for file, outputs in wanted:
            faults = _transcribe_one(recognizer, file, formats, outputs, interrupt)
            for fault in faults:
                complain(fault)
            failed += bool(faults) and not interrupt.asked
            if interrupt.asked:
                complain("stopped by Ctrl+C; the words up to there are kept.")
                return INTERRUPTED
    if failed and len(files) > 1:
        complain(f"{failed} of {len(files)} files had a problem.")
    return BAD_INPUT if failed else OK


def _transcribe_one(
    recognizer: Any, file: Path, formats: list[str], outputs: dict[str, Path], interrupt: Interrupt
) -> list[str]:
    """What went wrong. Whatever can be had of the file is shown or written all the same."""
    from asr.audio.media import duration, read_file
    from asr.formats.writers import WRITERS
    from asr.pipeline import transcribe as recognize

    try:
        total = duration(file)
    except AudioError as error:
        return [str(error)]
    live = not outputs and formats == ["txt"]
    bar = Bar(file.name, total) if sys.stderr.isatty() else None
    sound = Sound(interrupt.ends(read_file(file, recognizer.config.rate)), recognizer.config.rate, bar)
    words: list[Word] = []
    if live and sys.stdout.isatty():  # words and bar share one terminal, and so one display
        display: Any = Screen(sys.stdout, bar.progress if bar else None)
        show: Any = display
    else:
        display = bar.progress if bar else nullcontext()
        show = Plain(sys.stdout) if live else None
    with display:
        for update in recognize(recognizer, sound):
            words += update.words
            if show is not None:
                show.show(update)
        if show is not None:
            show.end()
    faults = [str(sound.fault)] if sound.fault else []
    if live or (faults and not sound.seconds):
        return faults
    for kind in formats:
        text = WRITERS[kind](words, str(file), sound.seconds, recognizer.name)
        if not outputs:
            sys.stdout.write(text)
            sys.stdout.flush()
            continue
        try:
            write_whole(outputs[kind], text)
        except OSError as error:
            faults.append(f"{outputs[kind]} cannot be written: {error.strerror or error}.")
    return faults


def listen(
    device: str | None, as_json: bool, source: str | None, rate: float, encoding: str, model: Path | None
) -> int:
    """The microphone, or raw samples from a pipe, to stdout until the end or Ctrl+C. Returns the code."""
    with Interrupt() as interrupt:
        if source is None:
            sound = _listen_microphone(device, as_json, model, interrupt)
        else:
            sound = _listen_pipe(source, rate, encoding, as_json, model, interrupt)
    if interrupt.asked:
        return INTERRUPTED
    if sound.fault:
        complain(str(sound.fault))
    return BAD_INPUT if sound.fault else OK


def _listen_microphone(device: str | None, as_json: bool, model: Path | None, interrupt: Interrupt) -> Sound:
    from app.audio_io.microphone import Microphone

    with Microphone(device) as microphone:  # opened first: what is said while the model loads is heard too
        recognizer = load(model)
        if sys.stderr.isatty():
            complain("listening; Ctrl+C ends.")
        microphone.target_rate = recognizer.config.rate
        sound = Sound(interrupt.ends(iter(microphone), microphone.stop), recognizer.config.rate)
        _show(recognizer, sound, as_json)
    if sound.fault:
        complain("`echoic devices` lists what --device can choose.")
    lost = sum(gap.seconds for gap in microphone.gaps)
    if lost:
        complain(f"{lost:.1f} s of sound were dropped, since this computer could not keep up.")
    return sound


def _listen_pipe(
    source: str, rate: float, encoding: str, as_json: bool, model: Path | None, interrupt: Interrupt
) -> Sound:
    from asr.audio.pcm import read_pcm

    try:
        number = sys.stdin.fileno() if source == "-" else os.open(source, os.O_RDONLY)
    except OSError as error:
        raise AudioError("pipe-unreadable", path=source, reason=error.strerror or error) from error
    recognizer = load(model)
    chunks = read_pcm(Pipe(number, interrupt), rate, encoding, recognizer.config.rate)
    sound = Sound(chunks, recognizer.config.rate)
    _show(recognizer, sound, as_json)
    if not sound.seconds and not sound.fault:
        sound.fault = AudioError("silent-pipe")
    return sound


def _show(recognizer: Any, sound: Sound, as_json: bool) -> None:
    from asr.pipeline import transcribe as recognize

    stream = sys.stdout
    display = JsonLines(stream) if as_json else Screen(stream) if stream.isatty() else Plain(stream)
    with display as show:
        for update in recognize(recognizer, sound):
            show.show(update)
        show.end()
