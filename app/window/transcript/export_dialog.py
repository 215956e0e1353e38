"""The transcript on screen as a file of another program."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.export.output_files import write_whole
from app.sessions.document import Document

# Offered first when opening a file.
MEDIA = ("wav", "mp3", "flac", "ogg", "opus", "m4a", "aac", "wma", "mp4", "mkv", "webm", "mov", "avi")


@dataclass(frozen=True)
class ExportedTranscript:
    """What is exported."""

    document: Document
    title: str
    created: float | None = None  # seconds since 1970
    model: str = ""


def _text(paper: ExportedTranscript) -> bytes:
    return (paper.document.text() + "\n").encode()


def _writer(name: str) -> Callable[[ExportedTranscript], bytes]:
    def write(paper: ExportedTranscript) -> bytes:
        from asr.formats import writers

        make = getattr(writers, name)
        return make(paper.document.words, paper.title, paper.document.seconds, paper.model).encode()

    return write


def _docx(paper: ExportedTranscript) -> bytes:
    from app.export.docx import write_docx  # a library of its own, wanted rarely

    whole = BytesIO()
    write_docx(paper.document, whole, paper.title, paper.created)
    return whole.getvalue()


FORMATS: dict[str, Callable[[ExportedTranscript], bytes]] = {
    "txt": _text,
    "srt": _writer("srt"),
    "vtt": _writer("vtt"),
    "json": _writer("json_text"),
    "docx": _docx,
}


def label(kind: str) -> str:
    def tr(text: str) -> str:
        return QCoreApplication.translate("Export", text)

    return {
        "txt": tr("Plain text (TXT)"),
        "srt": tr("Subtitles (SRT)"),
        "vtt": tr("Web subtitles (VTT)"),
        "json": tr("Words with times (JSON)"),
        "docx": tr("Word document (DOCX)"),
    }[kind]


def export(paper: ExportedTranscript, path: Path) -> None:
    """Write the file whole or not at all; the ending says the format. Raises OSError, ValueError."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise ValueError(f"{path.name} ends in none of {', '.join(FORMATS)}.")
    write_whole(path, FORMATS[kind](paper))


def ask(parent: QWidget, paper: ExportedTranscript, kind: str = "txt") -> Path | None:
    """A path from the user, with the ending of the chosen format."""
    title = Path(paper.title).stem if Path(paper.title).suffix.lower().lstrip(".") in MEDIA else paper.title
    name = re.sub(r"[^\w .()-]+", "-", title).strip() or "transcript"
    filters = {f"{label(one)} (*.{one})": one for one in FORMATS}
    wanted = next(text for text, one in filters.items() if one == kind)
    chosen, filter = QFileDialog.getSaveFileName(
        parent,
        QCoreApplication.translate("Export", "Export"),
        str(Path.home() / f"{name}.{kind}"),
        ";;".join(filters),
        wanted,
    )
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower().lstrip(".") in FORMATS:
        return path
    path = path.with_name(f"{path.name}.{filters[filter]}")
    return path if not path.exists() or _replaces(parent, path) else None  # the dialog looked for the shorter name


def _replaces(parent: QWidget, path: Path) -> bool:
    asked = QCoreApplication.translate("Export", "{0} already exists. Do you want to replace it?").format(path.name)
    title = QCoreApplication.translate("Export", "Export")
    return QMessageBox.question(parent, title, asked) == QMessageBox.StandardButton.Yes
