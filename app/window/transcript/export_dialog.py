"""Export of the transcript on screen: the dialog that asks for a file, the writing, and copying as text."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.export.output_files import write_whole
from app.export.registry import FORMATS, format_of
from app.export.transcript import ExportedTranscript
from app.sessions.recorder import reason_for
from app.window.shell import messages
from app.window.shell.messages import Problem, plural
from app.window.shell.text import confirmed
from app.window.transcript.current_transcript import CurrentTranscript
from app.worker.media_files import is_media


def label(kind: str) -> str:
    """Return the name of a format in the language of the window."""
    return QCoreApplication.translate("Export", FORMATS[kind].label)


def export(transcript: ExportedTranscript, path: Path) -> None:
    """Write the file whole or not at all; its suffix decides the format. Raises OSError, ValueError."""
    format = format_of(path.suffix)
    if format is None:
        raise ValueError(f"{path.name} ends in none of {', '.join(FORMATS)}.")
    write_whole(path, format.write(transcript))


def ask(parent: QWidget | None, transcript: ExportedTranscript, kind: str = "txt") -> Path | None:
    """Ask the user for a path; it gets the suffix of the chosen format. Return None if the user cancels."""
    title = Path(transcript.title).stem if is_media(transcript.title) else transcript.title
    name = re.sub(r"[^\w .()-]+", "-", title).strip() or "transcript"
    filters = {f"{label(one)} (*.{FORMATS[one].suffix})": one for one in FORMATS}
    wanted = next(text for text, one in filters.items() if one == kind)
    chosen, filter = QFileDialog.getSaveFileName(
        parent,
        QCoreApplication.translate("Export", "Export"),
        str(Path.home() / f"{name}.{FORMATS[kind].suffix}"),
        ";;".join(filters),
        wanted,
    )
    if not chosen:
        return None
    path = Path(chosen)
    if format_of(path.suffix) is not None:
        return path
    path = path.with_name(f"{path.name}.{FORMATS[filters[filter]].suffix}")
    return path if not path.exists() or _replaces(parent, path) else None  # the dialog checked the name without suffix


def _replaces(parent: QWidget | None, path: Path) -> bool:
    question = QCoreApplication.translate("Export", "{0} already exists. Do you want to replace it?").format(path.name)
    title = QCoreApplication.translate("Export", "Export")
    return confirmed(parent, title, question)


class Exporter(QObject):
    """Exports the transcript on screen as a file, or copies it as text. Interface thread."""

    done = Signal(str)  # a sentence for the status bar
    failed = Signal(Problem)

    def __init__(self, transcript: CurrentTranscript, save_edit: Callable[[], None], window: QWidget) -> None:
        """Export from `transcript`; `save_edit` saves the line being edited first, so that the export contains it."""
        super().__init__(window)
        self._transcript, self._save_edit, self._window = transcript, save_edit, window

    def export(self, format: str) -> None:
        """Ask for a path and write the file. `format`: the key of FORMATS that is offered first."""
        self._save_edit()
        record = self._transcript.record
        created, model = (record.created, record.model) if record is not None else (None, "")
        document, title, language = self._transcript.document, self._transcript.title, self._transcript.language
        exported = ExportedTranscript(document, title, created, model, language)
        path = ask(self._window, exported, format)
        if path is None:
            return
        try:
            export(exported, path)
        except (OSError, ValueError) as error:
            cause = self.tr("Not exported to {0}: {1}.").format(path, reason_for(error).rstrip("."))
            self.failed.emit(Problem(cause, details=messages.details_of(error)))
        else:
            self.done.emit(self.tr("Exported to {0}").format(path))

    def copy_all(self) -> None:
        """Copy the text, without times, to the clipboard."""
        self._save_edit()
        document = self._transcript.document
        QGuiApplication.clipboard().setText(document.text())
        self.done.emit(plural("Exporter", "Copied %n (word|words)", document.count))
