"""The export formats, in one table for the command line and the window.

To add a format: write a module with a function from ExportedTranscript to bytes, import it in a function here, and
add a line to FORMATS. Importing this module must stay cheap, as `echoic --help` lists the formats: what a writer
needs is imported when it is called.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from app.export.transcript import ExportedTranscript

if TYPE_CHECKING:
    from asr.formats.joined import Joiner
    from asr.formats.writers import Writer


class ExportFormat(NamedTuple):
    """One format.

    Args:
        name: What `--format` takes.
        suffix: The ending of its files, lower case, without the dot.
        label: English name for people; the window translates it in the context "Export".
        write: Makes the content of a file. May raise OSError.
        binary: The content is no text, so it is never printed to a terminal.
        join: Makes one text of those of several files, see `asr.formats.joined`. Not of binary formats.
        json: The content is JSON, so any character may be written as an escape of JSON.
    """

    name: str
    suffix: str
    label: str
    write: Callable[[ExportedTranscript], bytes]
    binary: bool = False
    join: "Joiner | None" = None
    json: bool = False


def _encode(writer: "Writer", transcript: ExportedTranscript, noted: bool = True) -> bytes:
    """Return what a writer makes of a transcript; `noted`: with words that say where sound was lost.

    Pasted text may hold halves of surrogate pairs, which UTF-8 cannot: they become question marks.
    """
    from app.export.gaps import with_gaps

    document = transcript.document
    name = transcript.file or transcript.title
    utterances = with_gaps(document.utterances, document.gaps) if noted else document.utterances
    return writer(utterances, name, document.seconds, transcript.model, transcript.language).encode(errors="replace")


def _txt(transcript: ExportedTranscript) -> bytes:
    from asr.formats.writers import txt

    return _encode(txt, transcript)


def _srt(transcript: ExportedTranscript) -> bytes:
    from asr.formats.writers import srt

    return _encode(srt, transcript)


def _vtt(transcript: ExportedTranscript) -> bytes:
    from asr.formats.writers import vtt

    return _encode(vtt, transcript)


def _tsv(transcript: ExportedTranscript) -> bytes:
    from asr.formats.writers import tsv

    return _encode(tsv, transcript)


def _json(transcript: ExportedTranscript) -> bytes:
    from asr.formats.writers import json_text

    content = _encode(json_text, transcript, noted=False)
    if not transcript.document.gaps:
        return content
    from app.export.gaps import json_with_gaps

    return json_with_gaps(content.decode(), transcript.document.gaps).encode(errors="replace")


def _jsonl(transcript: ExportedTranscript) -> bytes:
    from asr.formats.writers import jsonl

    content = _encode(jsonl, transcript, noted=False)
    if not transcript.document.gaps:
        return content
    from app.export.gaps import jsonl_with_gaps

    return jsonl_with_gaps(content.decode(), transcript.document.gaps).encode(errors="replace")


def _times(transcript: ExportedTranscript) -> bytes:
    from app.export.timed_text import times_bytes

    return times_bytes(transcript)


def _markdown(transcript: ExportedTranscript) -> bytes:
    from app.export.timed_text import markdown_bytes

    return markdown_bytes(transcript)


def _docx(transcript: ExportedTranscript) -> bytes:
    from app.export.docx import docx_bytes

    return docx_bytes(transcript)


def _join(name: str) -> "Joiner":
    """Return a function of `asr.formats.joined`, which is imported when it is called."""

    def join(texts: "Iterable[tuple[str, str]]") -> "Iterator[str]":
        from asr.formats import joined

        joiner: Joiner = getattr(joined, name)
        return joiner(texts)

    return join


# In the order in which the window offers them.
FORMATS = {
    format.name: format
    for format in (
        ExportFormat("txt", "txt", "Plain text (TXT)", _txt, join=_join("join_txt")),
        ExportFormat("times", "times.txt", "Text with times (TXT)", _times, join=_join("join_txt")),
        ExportFormat("md", "md", "Markdown (MD)", _markdown, join=_join("join_txt")),
        ExportFormat("srt", "srt", "Subtitles (SRT)", _srt, join=_join("join_srt")),
        ExportFormat("vtt", "vtt", "Web subtitles (VTT)", _vtt, join=_join("join_vtt")),
        ExportFormat("tsv", "tsv", "Table with times (TSV)", _tsv, join=_join("join_tsv")),
        ExportFormat("json", "json", "Words with times (JSON)", _json, join=_join("join_json"), json=True),
        ExportFormat("jsonl", "jsonl", "Utterances with times (JSONL)", _jsonl, join=_join("join_lines"), json=True),
        ExportFormat("docx", "docx", "Word document (DOCX)", _docx, binary=True),
    )
}


def format_of_name(name: str) -> ExportFormat | None:
    """Return the format with the longest suffix that a file name ends in, in any case; None if there is none."""
    name = name.lower()
    fits = [format for format in FORMATS.values() if name.lstrip(".").endswith(f".{format.suffix}")]
    return max(fits, key=lambda format: len(format.suffix), default=None)


def format_of(suffix: str) -> ExportFormat | None:
    """Return the format whose files end so, with or without the dot, in any case; None if there is none."""
    wanted = suffix.lower().lstrip(".")
    return next((format for format in FORMATS.values() if format.suffix == wanted), None)
