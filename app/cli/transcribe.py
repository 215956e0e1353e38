"""The command `transcribe`: one recogniser over files, folders and pipes.

What is printed as it is recognised, and pipes, come one after the other. Other files go several at a time, each in a
thread of its own: they share calls of the networks (`JoinedRecognizer`), which is why they take less time in all.
"""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.console.batch import Batch
from app.cli.console.display import Display, PlainText, TerminalText
from app.cli.console.progress import Bar, BatchBar, CountedChunks, ProgressBar
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
        jobs: How many files go at a time where their words are not printed as they come; None for the usual number.
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
    jobs: int | None = None


JOBS = 8  # files at a time: more gain little


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
            jobs = 1 if live else _jobs(options.jobs, run.recognizer, accepted)
            for text in join(run.texts(accepted, paths, jobs)):
                sys.stdout.write(json_for(sys.stdout, text) if format.json else text)
                sys.stdout.flush()
        failed += run.failed
    if interrupt.requested:
        return interrupt.exit_code
    if failed and count > 1:
        report(f"{failed} of {count} files had a problem.")
    return BAD_INPUT if failed else OK


def _jobs(wanted: int | None, recognizer: "AnyRecognizer", accepted: "_Plan") -> int:
    """Return how many files go at a time."""
    if len(accepted) < 2 or any(is_stdin(file) or not file.is_file() for file, _ in accepted):  # pipes come in order
        return 1
    most = wanted or (JOBS if recognizer.joins_streams else 1)
    return min(most, len(accepted))


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


@dataclass(frozen=True)
class _Done:
    """What became of a file."""

    faults: list[str] = field(default_factory=list)  # sentences about what went wrong
    notes: list[AudioError] = field(default_factory=list)  # what is odd about it
    text: str | None = None  # to be printed


_NOT_BEGUN = _Done()


class _LeftError(Exception):
    """Ends the thread of a file whose words nobody wants any more, before anything is written."""


class _Run:
    """One recogniser over the files of a call.

    Args:
        recognizer: The recogniser.
        options: Their formats are those that are made.
        interrupt: Ends the sound.
        several: Words that are printed as they come get a heading for each file.

    Attributes:
        failed: Files that had a problem.
        recognizer: The recogniser.
    """

    def __init__(
        self, recognizer: "AnyRecognizer", options: TranscribeOptions, interrupt: Interrupt, several: bool
    ) -> None:
        self.recognizer, self._options, self._interrupt = recognizer, options, interrupt
        self._several, self._headed = several, False
        self._joined = False  # files go several at a time
        self._left = False  # nobody wants the rest any more
        self.failed = 0

    def texts(self, accepted: _Plan, paths: list[Path], jobs: int = 1) -> Iterator[tuple[str, str]]:
        """Transcribe all and yield what is to be printed of each: its name and text. In the order of the files.

        Args:
            accepted: The files.
            paths: All files that were named, which a sentence about one has to tell apart.
            jobs: How many files go at a time; more than one only where nothing is printed as it comes.
        """
        names = [Path(name_of(file)).name for file in paths]
        interrupt = self._interrupt
        for file, done in self._several_at_once(accepted, jobs) if jobs > 1 else self._one_by_one(accepted):
            for sentence in (*done.faults, *map(str, done.notes)):
                report(about(file, sentence, names.count(Path(name_of(file)).name) == 1))
            self.failed += bool(done.faults) and not interrupt.requested
            if done.text is not None:
                yield clean(name_of(file)), done.text
        if interrupt.requested:
            report(f"stopped by {interrupt.cause}; the words up to there are kept.")

    def _one_by_one(self, accepted: _Plan) -> "Iterator[tuple[Path, _Done]]":
        batch = Batch([file for file, _ in accepted])
        for file, outputs in accepted:
            batch.next()
            yield file, self._done(file, outputs, lambda name, total: ProgressBar(name, total, batch))
            if self._interrupt.requested:
                return

    def _several_at_once(self, accepted: _Plan, jobs: int) -> "Iterator[tuple[Path, _Done]]":
        """Transcribe files in threads. What ends the program ends them all; the words so far are kept."""
        from asr.joined_recognizer import JoinedRecognizer

        self.recognizer, self._joined = JoinedRecognizer(self.recognizer), True
        bar = BatchBar([file for file, _ in accepted]) if sys.stderr.isatty() else None
        pool = ThreadPoolExecutor(jobs, thread_name_prefix="file")

        def done_of(number: int) -> _Done:
            if self._left or self._interrupt.requested:
                return _NOT_BEGUN
            done = self._done(*accepted[number], bar.of(number) if bar else None)
            if bar:
                bar.show(number, 1.0)
            return done

        with bar.progress if bar else nullcontext():
            try:
                futures = [pool.submit(done_of, number) for number in range(len(accepted))]
                for (file, _), future in zip(accepted, futures, strict=True):
                    done = future.result()
                    if done is not _NOT_BEGUN:
                        yield file, done
            finally:
                self._left = True
                pool.shutdown(cancel_futures=True)

    def _done(self, file: Path, outputs: dict[str, Path], bar: "Callable[[str, float | None], Bar] | None") -> "_Done":
        """Transcribe a file, any thread.

        Args:
            file: The file.
            outputs: Where the formats are written; none: they are printed.
            bar: Makes the progress bar, from a name and seconds of sound.
        """
        interrupt = self._interrupt
        faults: list[str] = []
        text: str | None = None
        notes: list[AudioError] = []
        try:
            with open_source(file, interrupt) as media:
                faults, text = self._one(file, media, outputs, bar)
                notes = media.notes
        except AudioError as error:
            if not interrupt.requested:
                faults = [str(error)]
        return _Done(faults, notes, text)

    def _while_wanted(self, chunks: "Iterator[np.ndarray]") -> "Iterator[np.ndarray]":
        """Yield chunks until the end is requested. Raises _LeftError once nobody wants the words any more."""
        for chunk in self._interrupt.until_requested(chunks):
            if self._left:
                raise _LeftError
            yield chunk

    def _head(self, file: Path) -> None:
        """Print the heading over the words of a file."""
        if self._several:
            sys.stdout.write(heading(clean(name_of(file)), first=not self._headed))
        self._headed = True

    def _one(
        self,
        file: Path,
        media: "Media",
        outputs: dict[str, Path],
        make_bar: "Callable[[str, float | None], Bar] | None",
    ) -> tuple[list[str], str | None]:
        """Transcribe one file; what could be read is output even where something went wrong.

        Args:
            file: What was opened.
            media: Its sound.
            outputs: Where the formats are written; none: they are printed.
            make_bar: Makes the progress bar, from a name and seconds of sound.

        Returns:
            Sentences about what went wrong, and the text that the caller has to print or None.
        """
        recognizer, options, interrupt = self.recognizer, self._options, self._interrupt
        wanted = list(outputs) or list(options.formats)
        live = not outputs and wanted == ["txt"]  # printed as it comes, not when the file is over
        passage, rate = options.passage, recognizer.config.rate
        length = passage.length(media.duration)
        total = None if length is None else passage.start + length
        bar = make_bar(media.name, total) if make_bar and sys.stderr.isatty() else None
        chunks = self._while_wanted(chosen_sound(media, rate, options, bar.show if bar else None))
        if self._joined:
            from asr.pipeline import whole_blocks

            chunks = whole_blocks(recognizer.config, chunks)
        sound = CountedChunks(chunks, rate, bar, passage.start)
        context: AbstractContextManager[Any]
        display: Display | None = None
        progress = bar.progress if isinstance(bar, ProgressBar) else None
        if live and sys.stdout.isatty():  # words and bar share one terminal, and so one display
            context = display = TerminalText(sys.stdout, progress)
        else:
            context = progress or nullcontext()
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
