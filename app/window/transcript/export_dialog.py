"""The transcript on screen as a file of another program."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.export.output_files import write_whole
from app.sessions.document import Document
from app.sessions.recorder import reason_for
from app.window.files.file_queue import MEDIA
from app.window.live.live_session import LiveSession
from app.window.shell import messages
from app.window.shell.messages import Problem, plural
from app.window.transcript.current_transcript import CurrentTranscript


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


class Exporter(QObject):
    """Exports the transcript on screen as a file, or copies it as text."""

    done = Signal(str)  # a sentence for the status bar
    failed = Signal(Problem)

    def __init__(
        self, desk: CurrentTranscript, live: LiveSession, save_edit: Callable[[], None], window: QWidget
    ) -> None:
        """Export from `desk`; `save_edit` saves the line that is being edited, so that the export contains it."""
        super().__init__(window)
        self._desk, self._live, self._save_edit, self._window = desk, live, save_edit, window

    def export(self, kind: str) -> None:
        """Ask for a path and write the file. `kind`: the key of FORMATS that is offered first."""
        self._save_edit()
        desk, live = self._desk, self._live
        keeper = live.keeper if desk.live_shown else desk.job.keeper if desk.job is not None else None
        session = keeper.session if keeper is not None else desk.session
        created, model = (session.created, session.model) if session is not None else (None, "")
        paper = ExportedTranscript(desk.document, desk.title, created, model)
        path = ask(self._window, paper, kind)
        if path is None:
            return
        try:
            export(paper, path)
        except (OSError, ValueError) as error:
            cause = self.tr("Not exported to {0}: {1}.").format(path, reason_for(error).rstrip("."))
            self.failed.emit(Problem(cause, details=messages.details_of(error)))
        else:
            self.done.emit(self.tr("Exported to {0}").format(path))

    def copy_all(self) -> None:
        """Copy the text, without times, to the clipboard."""
        self._save_edit()
        document = self._desk.document
        QGuiApplication.clipboard().setText(document.text())
        self.done.emit(plural("Exporter", "Copied %n (word|words)", document.count))
