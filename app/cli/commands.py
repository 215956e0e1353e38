"""The commands `transcribe` and `listen`: one recogniser over a file, a pipe or the microphone."""

import gc
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from app.cli.display import Display, JsonLines, PlainText, TerminalText
from app.cli.interrupt import Interrupt, PipeReader, open_pipe
from app.cli.terminal import clean, json_for, past_filter, report
from app.cli.usage_error import UsageError
from app.export.output_files import identity, make_folder, reason_blocked, targets, write_whole
from app.export.registry import FORMATS
from app.export.transcript import ExportedTranscript
from app.log import logger
from app.sessions.document import Document
from app.worker.source import ErrorHoldingChunks
from asr.errors import AudioError

if TYPE_CHECKING:
    import numpy as np

    from asr.pipeline import AnyRecognizer

OK, BAD_INPUT = 0, 2


def load(path: Path | None) -> "AnyRecognizer":
    """Load the recogniser of a model's folder, or of the model that is shipped. Imports torch.

    A thousand modules are imported, and none of them is garbage. Collections during the import take an eighth of the
    processor time to the first words, so the garbage collector is stopped meanwhile and skips those objects later.
    """
    gc.disable()
    try:
        from asr.recognizer import Recognizer

        recognizer = Recognizer.load(path)
        gc.freeze()
    finally:
        gc.enable()
    logger.info("model %s, %d Hz, language %s", recognizer.name, recognizer.config.rate, recognizer.config.language)
    return recognizer


class CountedChunks(ErrorHoldingChunks):
    """Chunks whose seconds are counted, and shown on a progress bar where there is one."""

    def __init__(self, chunks: "Iterable[np.ndarray]", rate: int, bar: "ProgressBar | None" = None) -> None:
        super().__init__(self._counted(chunks))
        self.seconds = 0.0
        self._rate, self._bar = rate, bar

    def _counted(self, chunks: "Iterable[np.ndarray]") -> "Iterator[np.ndarray]":
        for chunk in chunks:
            self.seconds += len(chunk) / self._rate
            yield chunk
            if self._bar is not None:
                self._bar.show(self.seconds)


class ProgressBar:
    """Progress through one file, with an estimate of the time left.

    Args:
        name: Shown before the bar.
        total: Seconds of sound in the file, None where unknown.
    """

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
            console=Console(file=past_filter(sys.stderr)),
            transient=True,
        )
        self._task = self.progress.add_task(clean(name), total=total)

    def show(self, seconds: float) -> None:
        """Draw the bar at so many seconds of sound."""
        self.progress.update(self._task, completed=seconds)


def transcribe(files: list[Path], formats: list[str], output: Path | None, overwrite: bool, model: Path | None) -> int:
    """Transcribe files to stdout, or to files in the folder `output`.

    A file with a problem does not stop the rest, and outputs that exist are noticed before any work is done.

    Args:
        files: Sound or video.
        formats: Keys of `app.export.registry.FORMATS`.
        output: The folder, None for stdout.
        overwrite: Replace outputs that exist.
        model: The folder of a model, None for the one shipped.

    Returns:
        The exit code.
    """
    plan: list[tuple[Path, dict[str, Path]]] = [(file, {}) for file in files]
    if output is not None:
        make_folder(output)
        plan = list(zip(files, targets(files, formats, output), strict=True))
    elif len(formats) > 1:
        raise UsageError("formats-need-folder")
    elif FORMATS[formats[0]].binary:
        raise UsageError("binary-needs-folder", format=formats[0])
    _refuse_input_as_stdout(files)
    failed, accepted = 0, []
    planned: set[tuple[int, int]] = set()  # outputs that exist: two links may name one file
    for file, outputs in plan:
        fault = reason_blocked(outputs.values(), overwrite, files)
        existing = {found for path in outputs.values() if (found := identity(path))}
        if not fault and existing & planned:
            fault = f"The outputs of {file} are the same files as those of another input; give another --output."
        planned |= existing
        if fault:
            report(fault)
            failed += 1
        else:
            accepted.append((file, outputs))
    if accepted:
        recognizer = load(model)
        with Interrupt() as interrupt:
            for file, outputs in accepted:
                faults = _transcribe_one(recognizer, file, formats, outputs, interrupt)
                for fault in faults:
                    report(fault)
                failed += bool(faults) and not interrupt.requested
                if interrupt.requested:
                    report(f"stopped by {interrupt.cause}; the words up to there are kept.")
                    return interrupt.exit_code
    if failed and len(files) > 1:
        report(f"{failed} of {len(files)} files had a problem.")
    return BAD_INPUT if failed else OK


def _refuse_input_as_stdout(files: list[Path]) -> None:
    """Raise UsageError if stdout is appended to one of the files that are read."""
    try:
        status = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError):  # stdout is no file of the system
        return
    for file in files:
        if S_ISREG(status.st_mode) and identity(file) == (status.st_dev, status.st_ino):
            raise UsageError("input-is-output", file=file)


def _transcribe_one(
    recognizer: "AnyRecognizer", file: Path, formats: list[str], outputs: dict[str, Path], interrupt: Interrupt
) -> list[str]:
    """Transcribe one file and return sentences about what went wrong; what could be read is output all the same."""
    from asr.audio.media import duration, read_file
    from asr.pipeline import transcribe as recognize

    try:
        total = duration(file)
    except AudioError as error:
        return [str(error)]
    live = not outputs and formats == ["txt"]  # printed as it comes, not when the file is over
    bar = ProgressBar(file.name, total) if sys.stderr.isatty() else None
    rate = recognizer.config.rate
    sound = CountedChunks(interrupt.until_requested(read_file(file, rate)), rate, bar)
    document = Document()
    context: AbstractContextManager[Any]
    display: Display | None = None
    if live and sys.stdout.isatty():  # words and bar share one terminal, and so one display
        context = display = TerminalText(sys.stdout, bar.progress if bar else None)
    else:
        context = bar.progress if bar else nullcontext()
        display = PlainText(sys.stdout) if live else None
    with context:
        for update in recognize(recognizer, sound):
            document = document.append(update)
            if display is not None:
                display.show(update)
        if display is not None:
            display.end()
    faults = [str(sound.error)] if sound.error else []
    if live or (faults and not sound.seconds):
        return faults
    language = recognizer.config.language
    transcript = ExportedTranscript(document, file.name, model=recognizer.name, language=language, file=str(file))
    for name in formats:
        content = FORMATS[name].write(transcript)
        if not outputs:
            text = content.decode()
            sys.stdout.write(json_for(sys.stdout, text) if FORMATS[name].json else text)
            sys.stdout.flush()
            continue
        try:
            write_whole(outputs[name], content)
        except OSError as error:
            faults.append(f"{outputs[name]} cannot be written: {error.strerror or error}.")
    return faults


def listen(
    device: str | None, as_json: bool, source: str | None, rate: float, encoding: str, model: Path | None
) -> int:
    """Transcribe the microphone, or raw samples from a pipe, to stdout until the end, Ctrl+C, SIGTERM or SIGHUP.

    Args:
        device: Name or index of an input, None for the system's default.
        as_json: Print JSON lines, partials too.
        source: "-" for stdin, or the path of a pipe; None for the microphone.
        rate: Hz of the pipe's samples.
        encoding: A key of `asr.audio.pcm.ENCODINGS`, of the pipe's samples.
        model: The folder of a model, None for the one shipped.

    Returns:
        The exit code.
    """
    with Interrupt() as interrupt:
        if source is None:
            sound = _listen_microphone(device, as_json, model, interrupt)
        else:
            sound = _listen_pipe(source, rate, encoding, as_json, model, interrupt)
    if interrupt.requested:
        return interrupt.exit_code
    if sound.error:
        report(str(sound.error))
    return BAD_INPUT if sound.error else OK


def _listen_microphone(device: str | None, as_json: bool, model: Path | None, interrupt: Interrupt) -> CountedChunks:
    from app.audio_io.microphone import Microphone

    with Microphone(device) as microphone:  # opened first: what is said while the model loads is captured
        recognizer = load(model)
        if sys.stderr.isatty():
            report("listening; Ctrl+C ends.")
        microphone.target_rate = recognizer.config.rate
        chunks = interrupt.until_requested(iter(microphone), microphone.stop)
        sound = CountedChunks(chunks, recognizer.config.rate)
        _show(recognizer, sound, as_json)
    if sound.error:
        logger.warning("microphone: %s", sound.error.code)
        report("`echoic devices` lists what --device can choose.")
    lost = sum(gap.seconds for gap in microphone.gaps)
    if lost:
        logger.warning("%.1f s of sound were dropped", lost)
        report(f"{lost:.1f} s of sound were dropped, since this computer could not keep up.")
    return sound


def _listen_pipe(
    source: str, rate: float, encoding: str, as_json: bool, model: Path | None, interrupt: Interrupt
) -> CountedChunks:
    from asr.audio.pcm import read_pcm

    try:
        number = sys.stdin.fileno() if source == "-" else open_pipe(source)
    except OSError as error:
        raise AudioError("pipe-unreadable", path=source, reason=error.strerror or error) from error
    recognizer = load(model)
    chunks = read_pcm(PipeReader(number, interrupt), rate, encoding, recognizer.config.rate)
    sound = CountedChunks(chunks, recognizer.config.rate)
    _show(recognizer, sound, as_json)
    if not sound.seconds and not sound.error:
        sound.error = AudioError("silent-pipe")
    return sound


def _show(recognizer: "AnyRecognizer", sound: CountedChunks, as_json: bool) -> None:
    from asr.pipeline import transcribe as recognize

    stream = sys.stdout
    display: Display = JsonLines(stream) if as_json else TerminalText(stream) if stream.isatty() else PlainText(stream)
    with display:
        for update in recognize(recognizer, sound):
            display.show(update)
        display.end()
