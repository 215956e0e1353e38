"""The command `align`: a text that is there already gets the times at which it is spoken."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.console.batch import Batch
from app.cli.console.progress import CountedChunks, ProgressBar
from app.cli.console.terminal import json_for, report
from app.cli.files.outputs import planned_outputs, refuse_input_as_stdout, write_outputs
from app.cli.files.sources import STDIN, about, is_stdin, name_of, open_source, place_of
from app.cli.process import loading
from app.cli.process.exit_codes import BAD_INPUT, OK
from app.cli.process.interrupt import Interrupt
from app.cli.process.usage_error import UsageError
from app.export.output_files import identities, reason_blocked
from app.export.registry import FORMATS
from app.export.transcript import ExportedTranscript
from app.sessions.document import Document
from asr.errors import TextError

if TYPE_CHECKING:
    from asr.alignment.aligner import AlignedText

SHOWN = 5  # passages and words that a sentence names


def align(
    sound: Path,
    text: Path,
    formats: list[str],
    output: Path | None,
    overwrite: bool,
    model: Path | None,
    track: int | None = None,
    channel: int | None = None,
) -> int:
    """Align a text with the sound in which it is spoken, and write it as `transcribe` would.

    Args:
        sound: Sound or video, also a pipe; "-" is stdin.
        text: A text file; "-" is stdin.
        formats: Keys of `app.export.registry.FORMATS`; none: that of the suffix of `output`, else subtitles (srt).
        output: A folder, or a file whose suffix is that of a format. None or "-": stdout.
        overwrite: Replace outputs that exist.
        model: The folder of a model, None for the one shipped.
        track: The number of the sound track, None for the one that a player would choose.
        channel: The number of the only channel to take, None for all that hold more than steady noise.

    Returns:
        The exit code.
    """
    if is_stdin(sound) and is_stdin(text):
        raise UsageError("stdin-twice")
    formats, plan = planned_outputs([(sound, Path())], formats, output, default="srt")
    places = [place_of(sound), place_of(text)]
    refuse_input_as_stdout(places)
    outputs = plan[0][1]
    if fault := reason_blocked(outputs.values(), overwrite, identities(places)):
        report(fault)
        return BAD_INPUT
    from asr.alignment.written_text import decoded, lines_of

    lines = lines_of(decoded(_read(text), name_of(text)))
    if not lines:
        raise TextError("no-words", name=name_of(text))
    recognizer: Any = loading.load(model)  # a Recognizer: the aligner needs its scores
    from asr.alignment.aligner import Aligner
    from asr.pipeline import transcribe as recognize

    aligner = Aligner(recognizer)
    rate = recognizer.config.rate
    interrupt = Interrupt()
    faults: list[str] = []
    result: AlignedText | None = None
    with interrupt:
        with open_source(sound, interrupt) as media:
            bar = ProgressBar(media.name, media.duration, Batch([])) if sys.stderr.isatty() else None
            chunks = CountedChunks(interrupt.until_requested(media.read(rate, track, channel)), rate, bar)
            with bar.progress if bar else nullcontext():
                for _ in recognize(aligner.recognizer, chunks):
                    pass
            notes = media.notes
        ended = interrupt.requested
        if chunks.error and not ended:
            faults.append(str(chunks.error))
        if chunks.seconds or not faults:
            try:
                result = aligner.align(lines, chunks.seconds, cut_short=ended)
            except TextError as error:
                if not ended:
                    level = f" ({chunks.level})" if error.code == "no-speech" else ""
                    faults.append(f"{error}{level}")
        for sentence in (*faults, *map(str, notes)):
            report(about(sound, sentence))
        if result:
            document = Document(result.utterances, seconds=chunks.seconds)
            language = recognizer.config.language
            transcript = ExportedTranscript(
                document, media.name, model=recognizer.name, language=language, file=name_of(sound)
            )
            unwritten, printed = write_outputs(transcript, formats, outputs)
            for sentence in (*unwritten, *_sentences(result, text, ended)):
                report(sentence)
            faults += unwritten
            if printed is not None:
                sys.stdout.write(json_for(sys.stdout, printed) if FORMATS[formats[0]].json else printed)
                sys.stdout.flush()
    if ended:
        kept = "the text up to there is kept" if result else "nothing was written"
        report(f"stopped by {interrupt.cause}; {kept}.")
        return interrupt.exit_code
    return BAD_INPUT if faults else OK


def _read(text: Path) -> bytes:
    """Return the content of the text file, or of stdin. Raises TextError."""
    from asr.alignment.written_text import LARGEST

    try:
        with open(os.dup(sys.stdin.fileno()) if text == STDIN else text, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise TextError("unreadable", path=name_of(text), reason=error.strerror or error) from error
    if len(content) > LARGEST:
        raise TextError("too-large", path=name_of(text), largest=LARGEST >> 20)
    return content


def _sentences(result: "AlignedText", text: Path, ended: bool) -> list[str]:
    """Return what a person should know of how well text and sound fit."""
    name = name_of(text)
    sentences = []
    if result.found < result.words and not ended:
        share = 100 * result.found / result.words
        sentence = f"{share:.0f} % of the {result.words} words of {name} were found in the sound"
        if result.estimated:
            sentence += f"; times of {result.estimated} lie between those of their neighbours (confidence 0)"
        sentences.append(f"{sentence}.")
    for passage in result.left_out[:SHOWN]:
        sentences.append(
            f'{name}, line {passage.line}: {passage.words} words from "{passage.text}" on are not in the sound, '
            "and were left out."
        )
    if len(result.left_out) > SHOWN:
        words = sum(passage.words for passage in result.left_out[SHOWN:])
        sentences.append(f"{name}: {len(result.left_out) - SHOWN} further passages ({words} words) were left out.")
    if result.unknown:
        some = ", ".join(result.unknown[:SHOWN]) + (", ..." if len(result.unknown) > SHOWN else "")
        count = len(result.unknown)
        sentences.append(f"words whose pronunciation is not known, so that their times are rough: {count} ({some}).")
    return sentences
