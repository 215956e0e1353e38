"""The command `transcribe`: one recogniser over files, folders and pipes, one after the other."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.console.batch import Batch
from app.cli.console.display import Display, PlainText, TerminalText
from app.cli.console.progress import CountedChunks, ProgressBar
from app.cli.console.terminal import clean, json_for, report
from app.cli.files.outputs import planned_outputs, refuse_input_as_stdout, unfinished, write_outputs
from app.cli.files.passage import WHOLE, Passage
from app.cli.files.sources import about, find_inputs, is_folder, is_stdin, name_of, open_source, place_of
from app.cli.process import loading
from app.cli.process.exit_codes import BAD_INPUT, OK
from app.cli.process.interrupt import Interrupt
from app.cli.process.usage_error import UsageError
from app.export.output_files import identities, identity, reason_blocked
from app.export.registry import FORMATS
from app.export.transcript import ExportedTranscript
from app.sessions.document import Document
from asr.errors import AudioError
from asr.formats.joined import heading, join_lines
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions

if TYPE_CHECKING:
    import numpy as np

    from asr.audio.media import Media
    from asr.pipeline import AnyRecognizer
    from asr.updates import Update


@dataclass(frozen=True)
class TranscribeOptions:
    """What `echoic transcribe` makes of its files.

    Attributes:
        formats: Keys of `app.export.registry.FORMATS`; none: that of the suffix of `output`, else plain text.
        output: A folder, or a file whose suffix is that of a format. None or "-": stdout.
        overwrite: Replace outputs that exist.
        beside: Write each output into the folder of its input.
        skip_existing: Make only outputs that do not exist. Those of sound that was ended before its time get another
            name, so that they are made the next time.
        recursive: Take also the files of the folders within a folder.
        model: The folder of a model, None for the one shipped.
        track: The number of the sound track in each file, None for the one that a player would choose.
        channel: The number of the only channel to take, None for all that hold more than steady noise.
        passage: The part of each file that is transcribed.
        stream: Options of the stream of each file.
    """

    formats: tuple[str, ...] = ()
    output: Path | None = None
    overwrite: bool = False
    beside: bool = False
    skip_existing: bool = False
    recursive: bool = False
    model: Path | None = None
    track: int | None = None
    channel: int | None = None
    passage: Passage = WHOLE
    stream: StreamOptions = DEFAULT_OPTIONS


def transcribe(files: list[Path], options: TranscribeOptions, loaded: "AnyRecognizer | None" = None) -> int:
    """Transcribe files to stdout, to files in a folder, or to the one file that `options.output` names.

    A file with a problem does not stop the rest, and outputs that exist are noticed before any work is done.

    Args:
        files: Sound or video, also pipes, or folders with such files; "-" is stdin.
        options: What is made of them.
        loaded: The recogniser, if there is one already.

    Returns:
        The exit code.
    """
    inputs, failed = find_inputs(files, options.recursive)
    count = len(inputs) + failed
    several = count > 1 or any(map(is_folder, files))  # decides the shape of what is printed
    paths = [file for file, _ in inputs]
    if sum(map(is_stdin, paths)) > 1:
        raise UsageError("stdin-twice")
    formats, plan = planned_outputs(
        inputs, options.formats, options.output, several, options.beside, options.skip_existing
    )
    places = [place_of(file) for file in paths]
    refuse_input_as_stdout(places)
    accepted, blocked, skipped = _accepted(plan, places, options)
    failed += blocked
    if skipped:
        report(f"{skipped} of {count} files left out, whose outputs exist.")
    interrupt = Interrupt()
    if accepted:
        run = _Run(loaded or loading.load(options.model), replace(options, formats=tuple(formats)), interrupt, several)
        format = FORMATS[formats[0]]
        live = formats == ["txt"]  # printed by a display
        join = format.join if several and not live and format.join and not accepted[0][1] else join_lines
        with interrupt:
            for text in join(run.texts(accepted, paths)):
                sys.stdout.write(json_for(sys.stdout, text) if format.json else text)
                sys.stdout.flush()
        failed += run.failed
    if interrupt.requested:
        return interrupt.exit_code
    if failed and count > 1:
        report(f"{failed} of {count} files had a problem.")
    return BAD_INPUT if failed else OK


_Plan = list[tuple[Path, dict[str, Path]]]  # files, each with the paths of its outputs by format


def _accepted(plan: _Plan, places: list[Path], options: TranscribeOptions) -> tuple[_Plan, int, int]:
    """Return what of a plan is to be done, how many files are blocked, which is reported, and how many left out.

    Args:
        plan: All files.
        places: The paths of all inputs, which are never written to.
        options: Whether outputs may exist.
    """
    accepted: _Plan = []
    blocked = skipped = 0
    read = identities(places)
    planned: set[tuple[int, int]] = set()  # outputs that exist: two links may name one file
    for file, outputs in plan:
        fault = reason_blocked(outputs.values(), options.overwrite or options.skip_existing, read)
        existing = {found for path in outputs.values() if (found := identity(path))}
        if not fault and existing & planned:
            same = f"The outputs of {name_of(file)} are the same files as those of another input"
            fault = f"{same}; give another --output."
        planned |= existing
        if fault:
            report(fault)
            blocked += 1
            continue
        if options.skip_existing:
            outputs = {name: path for name, path in outputs.items() if not path.exists()}
            if not outputs:
                skipped += 1
                continue
        accepted.append((file, outputs))
    return accepted, blocked, skipped


def chosen_sound(
    media: "Media", rate: int, options: TranscribeOptions, skipped: "Callable[[float], None] | None" = None
) -> "Iterator[np.ndarray]":
    """Yield the samples of a file that are meant: of its track and channel, within the passage.

    Args:
        media: The opened file.
        rate: Hz.
        options: `track`, `channel` and `passage` are used.
        skipped: Called with the seconds before the passage that were read so far.
    """
    chunks = media.read(rate, options.track, options.channel)
    if options.passage.whole:
        return chunks
    return options.passage.cut(chunks, rate, media.name, media.notes, skipped or (lambda seconds: None))


def recognised(
    recognizer: "AnyRecognizer",
    media: "Media",
    file: str,
    sound: CountedChunks,
    options: TranscribeOptions,
    show: "Callable[[Update], None] | None" = None,
) -> ExportedTranscript:
    """Recognise the sound of a file; what could be read is in the transcript even where `sound.error` is set then.

    Args:
        recognizer: The recogniser.
        media: The opened file.
        file: What it is called in outputs.
        sound: Of `media`, see `chosen_sound`.
        options: `stream` and `passage` are used.
        show: Is called with each update.
    """
    from asr.pipeline import transcribe as recognize

    document = Document()
    updates = recognize(recognizer, sound, options.stream)
    for update in options.passage.timed(updates, recognizer.config.rate):
        document = document.append(update)
        if show is not None:
            show(update)
    language = recognizer.config.language
    return ExportedTranscript(document, media.name, model=recognizer.name, language=language, file=file)


class _Run:
    """One recogniser over the files of a call, in order.

    Args:
        recognizer: The recogniser.
        options: Their formats are those that are made.
        interrupt: Ends the sound.
        several: Words that are printed as they come get a heading for each file.

    Attributes:
        failed: Files that had a problem.
    """

    def __init__(
        self, recognizer: "AnyRecognizer", options: TranscribeOptions, interrupt: Interrupt, several: bool
    ) -> None:
        self._recognizer, self._options, self._interrupt = recognizer, options, interrupt
        self._several, self._headed = several, False
        self.failed = 0

    def texts(self, accepted: _Plan, paths: list[Path]) -> Iterator[tuple[str, str]]:
        """Transcribe all and yield what is to be printed of each: its name and text.

        Args:
            accepted: The files.
            paths: All files that were named, which a sentence about one has to tell apart.
        """
        names = [Path(name_of(file)).name for file in paths]
        interrupt, batch = self._interrupt, Batch([file for file, _ in accepted])
        for file, outputs in accepted:
            batch.next()
            text: str | None = None
            faults: list[str] = []
            notes: list[AudioError] = []
            try:
                with open_source(file, interrupt) as media:
                    faults, text = self._one(file, media, outputs, batch)
                    notes = media.notes
            except AudioError as error:
                if not interrupt.requested:
                    faults = [str(error)]
            for sentence in (*faults, *map(str, notes)):
                report(about(file, sentence, names.count(Path(name_of(file)).name) == 1))
            self.failed += bool(faults) and not interrupt.requested
            if text is not None:
                yield clean(name_of(file)), text
            if interrupt.requested:
                report(f"stopped by {interrupt.cause}; the words up to there are kept.")
                return

    def _head(self, file: Path) -> None:
        """Print the heading over the words of a file."""
        if self._several:
            sys.stdout.write(heading(clean(name_of(file)), first=not self._headed))
        self._headed = True

    def _one(self, file: Path, media: "Media", outputs: dict[str, Path], batch: Batch) -> tuple[list[str], str | None]:
        """Transcribe one file; what could be read is output even where something went wrong.

        Args:
            file: What was opened.
            media: Its sound.
            outputs: Where the formats are written; none: they are printed.
            batch: What the progress bar shows of all files.

        Returns:
            Sentences about what went wrong, and the text that the caller has to print or None.
        """
        recognizer, options, interrupt = self._recognizer, self._options, self._interrupt
        wanted = list(outputs) or list(options.formats)
        live = not outputs and wanted == ["txt"]  # printed as it comes, not when the file is over
        passage, rate = options.passage, recognizer.config.rate
        length = passage.length(media.duration)
        total = None if length is None else passage.start + length
        bar = ProgressBar(media.name, total, batch) if sys.stderr.isatty() else None
        chunks = interrupt.until_requested(chosen_sound(media, rate, options, bar.show if bar else None))
        sound = CountedChunks(chunks, rate, bar, passage.start)
        context: AbstractContextManager[Any]
        display: Display | None = None
        if live and sys.stdout.isatty():  # words and bar share one terminal, and so one display
            context = display = TerminalText(sys.stdout, bar.progress if bar else None)
        else:
            context = bar.progress if bar else nullcontext()
            display = PlainText(sys.stdout) if live else None
        if live:
            self._head(file)
        with context:
            show = display.show if display is not None else None
            transcript = recognised(recognizer, media, name_of(file), sound, options, show)
            if display is not None:
                display.end()
        # What ends the sound also ends a pipe, in the middle of what it would have brought.
        faults = [str(sound.error)] if sound.error and not interrupt.requested else []
        if not transcript.document.count and sound.seconds:
            report(f"no speech found in {name_of(file)} ({sound.level}).")
        if live or (sound.error and not sound.seconds):
            return faults, None
        if options.skip_existing and interrupt.requested:
            outputs = {name: unfinished(path) for name, path in outputs.items()}
        unwritten, text = write_outputs(transcript, wanted, outputs)
        return faults + unwritten, text
