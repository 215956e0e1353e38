"""The commands `transcribe` and `listen`: one recogniser over a file, a pipe or the microphone."""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from math import log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.batch import Batch
from app.cli.display import Display, JsonLines, PlainText, TerminalText
from app.cli.interrupt import Interrupt, PipeReader, open_pipe
from app.cli.outputs import planned_outputs, refuse_input_as_stdout, write_outputs
from app.cli.sources import about, is_folder, is_stdin, name_of, open_source, place_of
from app.cli.terminal import clean, json_for, past_filter, report
from app.cli.usage_error import UsageError
from app.export.output_files import identity, reason_blocked
from app.export.registry import FORMATS
from app.export.transcript import ExportedTranscript
from app.log import logger
from app.sessions.document import Document
from app.worker.media_files import files_in
from app.worker.source import ErrorHoldingChunks
from asr.errors import AudioError
from asr.formats.joined import heading, join_lines
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions

if TYPE_CHECKING:
    import numpy as np

    from asr.audio.media import Media
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
    """Chunks whose seconds and loudest sample are known, and shown on a progress bar where there is one."""

    def __init__(self, chunks: "Iterable[np.ndarray]", rate: int, bar: "ProgressBar | None" = None) -> None:
        super().__init__(self._counted(chunks))
        self.seconds = 0.0
        self._peak = 0.0  # 1.0: full scale
        self._rate, self._bar = rate, bar

    def _counted(self, chunks: "Iterable[np.ndarray]") -> "Iterator[np.ndarray]":
        for chunk in chunks:
            self.seconds += len(chunk) / self._rate
            self._peak = max(self._peak, float(abs(chunk).max(initial=0.0)))
            yield chunk
            if self._bar is not None:
                self._bar.show(self.seconds)

    @property
    def level(self) -> str:
        """How loud the sound was, for people: it tells a quiet voice from a microphone that is switched off."""
        return f"loudest {20 * log10(self._peak):.0f} dBFS" if self._peak else "nothing but digital silence"


class ProgressBar:
    """Progress through one file, with an estimate of the time left.

    Args:
        name: Shown before the bar.
        total: Seconds of sound in the file, None where unknown.
        batch: The files of which it is one.
    """

    def __init__(self, name: str, total: float | None, batch: Batch) -> None:
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
            TextColumn("{task.fields[batch]}"),
            console=Console(file=past_filter(sys.stderr)),
            transient=True,
        )
        self._total, self._batch = total, batch
        self._task = self.progress.add_task(f"{batch.place}{clean(name)}", total=total, batch=batch.left(0.0))

    def show(self, seconds: float) -> None:
        """Draw the bar at so many seconds of sound."""
        left = self._batch.left(min(1.0, seconds / self._total if self._total else 0.0))
        self.progress.update(self._task, completed=seconds, batch=left)


def transcribe(
    files: list[Path],
    formats: list[str],
    output: Path | None,
    overwrite: bool,
    model: Path | None,
    recursive: bool = False,
    beside: bool = False,
    skip_existing: bool = False,
    track: int | None = None,
    channel: int | None = None,
    options: StreamOptions = DEFAULT_OPTIONS,
    loaded: "AnyRecognizer | None" = None,
) -> int:
    """Transcribe files to stdout, to files in a folder, or to the one file that `output` names.

    A file with a problem does not stop the rest, and outputs that exist are noticed before any work is done.

    Args:
        files: Sound or video, also pipes, or folders with such files; "-" is stdin.
        formats: Keys of `app.export.registry.FORMATS`; none: that of the suffix of `output`, else plain text.
        output: A folder, or a file whose suffix is that of a format. None or "-": stdout.
        overwrite: Replace outputs that exist.
        model: The folder of a model, None for the one shipped.
        recursive: Take also the files of the folders within a folder.
        beside: Write each output into the folder of its input.
        skip_existing: Make only outputs that do not exist.
        track: The number of the sound track in each file, None for the one that a player would choose.
        channel: The number of the only channel to take, None for all that hold more than steady noise.
        options: Of the stream of each file.
        loaded: The recogniser, if there is one already.

    Returns:
        The exit code.
    """
    inputs, failed = find_inputs(files, recursive)
    count = len(inputs) + failed
    several = count > 1 or any(map(is_folder, files))  # decides the shape of what is printed
    paths = [file for file, _ in inputs]
    if sum(map(is_stdin, paths)) > 1:
        raise UsageError("stdin-twice")
    formats, plan = planned_outputs(inputs, formats, output, several, beside, skip_existing)
    places = [place_of(file) for file in paths]
    refuse_input_as_stdout(places)
    accepted, skipped = [], 0
    planned: set[tuple[int, int]] = set()  # outputs that exist: two links may name one file
    for file, outputs in plan:
        fault = reason_blocked(outputs.values(), overwrite or skip_existing, places)
        existing = {found for path in outputs.values() if (found := identity(path))}
        if not fault and existing & planned:
            same = f"The outputs of {name_of(file)} are the same files as those of another input"
            fault = f"{same}; give another --output."
        planned |= existing
        if fault:
            report(fault)
            failed += 1
            continue
        if skip_existing:
            outputs = {name: path for name, path in outputs.items() if not path.exists()}
            if not outputs:
                skipped += 1
                continue
        accepted.append((file, outputs))
    if skipped:
        report(f"{skipped} of {count} files left out, whose outputs exist.")
    interrupt = Interrupt()
    names = [Path(name_of(file)).name for file in paths]

    def printed(recognizer: "AnyRecognizer") -> Iterator[tuple[str, str]]:
        """Transcribe all and yield what is to be printed of each: its name and text."""
        nonlocal failed
        headed, batch = False, Batch([file for file, _ in accepted])

        def head(file: Path) -> None:
            nonlocal headed
            if several:
                sys.stdout.write(heading(clean(name_of(file)), first=not headed))
            headed = True

        for file, outputs in accepted:
            batch.next()
            wanted = list(outputs) or formats
            text: str | None = None
            faults: list[str] = []
            notes: list[AudioError] = []
            try:
                with open_source(file, interrupt) as media:
                    faults, text = _transcribe_one(
                        recognizer,
                        media,
                        track,
                        channel,
                        file,
                        wanted,
                        outputs,
                        interrupt,
                        head,
                        skip_existing,
                        batch,
                        options,
                    )
                    notes = media.notes
            except AudioError as error:
                if not interrupt.requested:
                    faults = [str(error)]
            for sentence in (*faults, *map(str, notes)):
                report(about(file, sentence, names.count(Path(name_of(file)).name) == 1))
            failed += bool(faults) and not interrupt.requested
            if text is not None:
                yield clean(name_of(file)), text
            if interrupt.requested:
                report(f"stopped by {interrupt.cause}; the words up to there are kept.")
                return

    if accepted:
        recognizer = loaded or load(model)
        format = FORMATS[formats[0]]
        live = formats == ["txt"]  # printed by a display
        join = format.join if several and not live and format.join and not accepted[0][1] else join_lines
        with interrupt:
            for text in join(printed(recognizer)):
                sys.stdout.write(json_for(sys.stdout, text) if format.json else text)
                sys.stdout.flush()
    if interrupt.requested:
        return interrupt.exit_code
    if failed and count > 1:
        report(f"{failed} of {count} files had a problem.")
    return BAD_INPUT if failed else OK


def find_inputs(files: list[Path], recursive: bool) -> tuple[list[tuple[Path, Path]], int]:
    """Return the files that are meant, each with its folder within the one that was named, and how many faults.

    A folder stands for the sound and video files in it; one without any, or that cannot be listed, is reported.
    """
    found: list[tuple[Path, Path]] = []
    faults = 0
    for file in files:
        if not is_folder(file):
            found.append((file, Path()))
            continue
        try:
            within = [(path, path.parent.relative_to(file)) for path in files_in(file, recursive)]
        except OSError as error:
            report(f"The folder {error.filename or file} cannot be listed: {error.strerror or error}.")
            faults += 1
            continue
        if not within:
            where = "in it or below it" if recursive else "in it (--recursive looks into its folders too)"
            report(f"{file} is a folder without a sound or video file {where}.")
            faults += 1
        found += within
    return found, faults


def _transcribe_one(
    recognizer: "AnyRecognizer",
    media: "Media",
    track: int | None,
    channel: int | None,
    file: Path,
    formats: list[str],
    outputs: dict[str, Path],
    interrupt: Interrupt,
    head: Callable[[Path], None],
    mark_unfinished: bool,
    batch: Batch,
    options: StreamOptions,
) -> tuple[list[str], str | None]:
    """Transcribe one file; what could be read is output even where something went wrong.

    Args:
        recognizer: The recogniser.
        media: Sound or video.
        track: The number of its sound track, None for the one that a player would choose.
        channel: The number of the only channel to take, None for all that hold more than steady noise.
        file: What was opened.
        formats: What is made of it.
        outputs: Where that is written, by format; none: it is printed.
        interrupt: Ends the sound.
        head: Called before words are printed as they come.
        mark_unfinished: Outputs get another name where the sound was ended before its time.
        batch: What the progress bar shows of all files.
        options: Of the stream.

    Returns:
        Sentences about what went wrong, and the text that the caller has to print or None.
    """
    from asr.pipeline import transcribe as recognize

    live = not outputs and formats == ["txt"]  # printed as it comes, not when the file is over
    bar = ProgressBar(media.name, media.duration, batch) if sys.stderr.isatty() else None
    rate = recognizer.config.rate
    sound = CountedChunks(interrupt.until_requested(media.read(rate, track, channel)), rate, bar)
    document = Document()
    context: AbstractContextManager[Any]
    display: Display | None = None
    if live and sys.stdout.isatty():  # words and bar share one terminal, and so one display
        context = display = TerminalText(sys.stdout, bar.progress if bar else None)
    else:
        context = bar.progress if bar else nullcontext()
        display = PlainText(sys.stdout) if live else None
    if live:
        head(file)
    with context:
        for update in recognize(recognizer, sound, options):
            document = document.append(update)
            if display is not None:
                display.show(update)
        if display is not None:
            display.end()
    # What ends the sound also ends a pipe, in the middle of what it would have brought.
    faults = [str(sound.error)] if sound.error and not interrupt.requested else []
    if not document.count and sound.seconds:
        report(f"no speech found in {name_of(file)} ({sound.level}).")
    if live or (sound.error and not sound.seconds):
        return faults, None
    language = recognizer.config.language
    transcript = ExportedTranscript(document, media.name, model=recognizer.name, language=language, file=name_of(file))
    unwritten, text = write_outputs(transcript, formats, outputs, unfinished=mark_unfinished and interrupt.requested)
    return faults + unwritten, text


def listen(
    device: str | None,
    as_json: bool,
    source: str | None,
    rate: float,
    encoding: str,
    model: Path | None,
    options: StreamOptions = DEFAULT_OPTIONS,
) -> int:
    """Transcribe the microphone, or raw samples from a pipe, to stdout until the end, Ctrl+C, SIGTERM or SIGHUP.

    Args:
        device: Name or index of an input, None for the system's default.
        as_json: Print JSON lines, partials too.
        source: "-" for stdin, or the path of a pipe; None for the microphone.
        rate: Hz of the pipe's samples.
        encoding: A key of `asr.audio.pcm.ENCODINGS`, of the pipe's samples.
        model: The folder of a model, None for the one shipped.
        options: Of the stream.

    Returns:
        The exit code.
    """
    with Interrupt() as interrupt:
        if source is None:
            sound = _listen_microphone(device, as_json, model, interrupt, options)
        else:
            sound = _listen_pipe(source, rate, encoding, as_json, model, interrupt, options)
    if interrupt.requested:
        return interrupt.exit_code
    if sound.error:
        report(str(sound.error))
    return BAD_INPUT if sound.error else OK


def _listen_microphone(
    device: str | None, as_json: bool, model: Path | None, interrupt: Interrupt, options: StreamOptions
) -> CountedChunks:
    from app.audio_io.microphone import Microphone

    with Microphone(device) as microphone:  # opened first: what is said while the model loads is captured
        recognizer = load(model)
        if sys.stderr.isatty():
            report("listening; Ctrl+C ends.")
        microphone.target_rate = recognizer.config.rate
        chunks = interrupt.until_requested(iter(microphone), microphone.stop)
        sound = CountedChunks(chunks, recognizer.config.rate)
        _show(recognizer, sound, as_json, options)
    if sound.error:
        logger.warning("microphone: %s", sound.error.code)
        report("`echoic devices` lists what --device can choose.")
    if microphone.suspended:
        report(f"stopped for {microphone.suspended:.1f} s; what was said meanwhile is missing.")
    lost = sum(gap.seconds for gap in microphone.gaps) - microphone.suspended
    if lost > 0.01:
        logger.warning("%.1f s of sound were dropped", lost)
        report(f"{lost:.1f} s of sound were dropped, since this computer could not keep up.")
    return sound


def _listen_pipe(
    source: str,
    rate: float,
    encoding: str,
    as_json: bool,
    model: Path | None,
    interrupt: Interrupt,
    options: StreamOptions,
) -> CountedChunks:
    from asr.audio.byte_stream import PeekedStream
    from asr.audio.media import open_media
    from asr.audio.pcm import read_pcm
    from asr.audio.signatures import media_kind

    try:
        number = os.dup(sys.stdin.fileno()) if source == "-" else open_pipe(source)
    except OSError as error:
        raise AudioError("pipe-unreadable", path=source, reason=error.strerror or error) from error
    recognizer = load(model)
    pipe, target = PeekedStream(PipeReader(number, interrupt)), recognizer.config.rate
    if kind := media_kind(pipe.head):  # `arecord` and others write a header unless they are told not to
        report(f"the pipe brings {kind}: its own sample rate and format are used, not --rate and --encoding.")
        with open_media(pipe, name_of(Path(source))) as media:
            sound = CountedChunks(media.read(target, live=True), target)
            _show(recognizer, sound, as_json, options)
    else:
        with closing(pipe):
            sound = CountedChunks(read_pcm(pipe, rate, encoding, target), target)
            _show(recognizer, sound, as_json, options)
    if not sound.seconds and not sound.error:
        sound.error = AudioError("silent-pipe")
    return sound


def _show(recognizer: "AnyRecognizer", sound: CountedChunks, as_json: bool, options: StreamOptions) -> None:
    from asr.pipeline import transcribe as recognize

    stream = sys.stdout
    display: Display = JsonLines(stream) if as_json else TerminalText(stream) if stream.isatty() else PlainText(stream)
    words = 0
    with display:
        for update in recognize(recognizer, sound, options):
            words += len(update.words)
            display.show(update)
        display.end()
    if not words and sound.seconds:
        report(f"no speech found in {sound.seconds:.1f} s of sound ({sound.level}).")
