"""Export of sessions: the dialogs that ask for files, the writing, and copying as text."""

import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from app.export.output_files import write_whole
from app.export.registry import FORMATS, format_of_name
from app.export.transcript import ExportedTranscript
from app.sessions.folder.session_record import SessionRecord
from app.sessions.recorder import reason_for
from app.sessions.store import Store
from app.window.settings.settings import Settings
from app.window.texts import messages
from app.window.texts.kept_sentences import shown
from app.window.texts.messages import Problem, plural
from app.window.texts.plain_text import confirmed
from app.window.transcript.current_transcript import CurrentTranscript
from app.worker.media_files import is_media
from asr.errors import EchoicError
from asr.text.encodable import encodable

FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')  # what one file system or another does not take in names
LONGEST_NAME = 150  # bytes, which leaves room for a suffix


def label(kind: str) -> str:
    """Return the name of a format in the language of the window."""
    return QCoreApplication.translate("Export", FORMATS[kind].label)


def export(transcript: ExportedTranscript, path: Path) -> None:
    """Write the file whole or not at all; its suffix decides the format. Raises OSError, ValueError."""
    format = format_of_name(path.name)
    if format is None:
        raise ValueError(f"{path.name} ends in none of {', '.join(FORMATS)}.")
    write_whole(path, format.write(transcript))


def proposed_name(transcript: ExportedTranscript, live: bool = False) -> str:
    """Return a file name without suffix: the title as far as file systems allow, of a live session with its date."""
    title = encodable(Path(transcript.title).stem if is_media(transcript.title) else transcript.title)
    name = " ".join(FORBIDDEN.sub("-", title).split()).strip(". ")
    if live and transcript.created is not None:
        name = f"{datetime.fromtimestamp(transcript.created):%Y-%m-%d} {name}".strip()
    while len(name.encode()) > LONGEST_NAME:
        name = name[:-1].rstrip()
    return name or "transcript"


def ask(
    parent: QWidget | None,
    transcript: ExportedTranscript,
    kind: str = "txt",
    folder: Path | None = None,
    name: str = "",
) -> Path | None:
    """Ask the user for a path; it gets the suffix of the chosen format.

    Args:
        parent: Of the dialog.
        transcript: What is exported.
        kind: The format that is offered first.
        folder: Where the dialog begins.
        name: The file name that is offered, without suffix.

    Returns:
        The path; None if the user cancels.
    """
    filters = {f"{label(one)} (*.{FORMATS[one].suffix})": one for one in FORMATS}
    wanted = next(text for text, one in filters.items() if one == kind)
    proposed = (folder or Path.home()) / f"{name or proposed_name(transcript)}.{FORMATS[kind].suffix}"
    title = QCoreApplication.translate("Export", "Export")
    chosen, filter = QFileDialog.getSaveFileName(parent, title, str(proposed), ";;".join(filters), wanted)
    if not chosen:
        return None
    path = Path(chosen)
    by_name, by_filter = format_of_name(path.name), FORMATS.get(filters.get(filter, ""))
    if by_name is not None:
        if by_filter is None or not by_filter.suffix.endswith(f".{by_name.suffix}"):
            return path
        path = path.with_name(path.name[: -len(by_name.suffix) - 1])  # as `talk.txt` where `talk.times.txt` is meant
    path = path.with_name(f"{path.name}.{(by_filter or FORMATS[kind]).suffix}")
    return path if not path.exists() or _replaces(parent, path) else None  # the dialog checked the name without suffix


def ask_for_several(parent: QWidget, count: int, kind: str, folder: Path) -> tuple[str, Path] | None:
    """Ask the user for a format and a folder for several files; None if the user cancels."""
    labels = {label(one): one for one in FORMATS}
    title = plural("Export", "Export %n (session|sessions)", count)
    format = QCoreApplication.translate("Export", "Format of the files")
    chosen, accepted = QInputDialog.getItem(
        parent, title, format, list(labels), list(labels.values()).index(kind), False
    )
    if not accepted:
        return None
    into = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return (labels[chosen], Path(into)) if into else None


def _replaces(parent: QWidget | None, path: Path) -> bool:
    question = QCoreApplication.translate("Export", "{0} already exists. Do you want to replace it?").format(path.name)
    title = QCoreApplication.translate("Export", "Export")
    return confirmed(parent, title, question)


class Exporter(QObject):
    """Exports sessions as files, or copies them as text. Interface thread."""

    done = Signal(str)  # a sentence for the status bar
    failed = Signal(Problem)

    def __init__(
        self,
        transcript: CurrentTranscript,
        save_edit: Callable[[], None],
        store: Store,
        settings: Settings,
        window: QWidget,
    ) -> None:
        """Export from `transcript`; `save_edit` saves the line being edited first, so that the export contains it."""
        super().__init__(window)
        self._transcript, self._save_edit, self._window = transcript, save_edit, window
        self._store, self._settings = store, settings

    def export(self, format: str = "") -> None:
        """Ask for a path and write the file of what is on screen.

        Args:
            format: The key of FORMATS that is offered first; "": that of the last export.
        """
        self._save_edit()
        record = self._transcript.record
        created, model = (record.created, record.model) if record is not None else (None, "")
        document, title, language = self._transcript.document, self._transcript.title, self._transcript.language
        self._export(ExportedTranscript(document, title, created, model, language), record, format)

    def export_sessions(self, ids: Sequence[str]) -> None:
        """Ask for a path and write the file of a kept session, or for a folder and write a file of each."""
        self._save_edit()
        try:
            records = [self._store.open(id) for id in ids]
        except EchoicError as error:
            self.failed.emit(Problem(messages.sentence(error), details=messages.details_of(error)))
            return
        if len(records) == 1:
            self._export(_exported(records[0]), records[0], "")
        elif records:
            self._export_several(records)

    def copy_all(self) -> None:
        """Copy the text, without times, to the clipboard."""
        self._save_edit()
        document = self._transcript.document
        QGuiApplication.clipboard().setText(document.text())
        self.done.emit(plural("Exporter", "Copied %n (word|words)", document.count))

    def copy_today(self) -> None:
        """Copy the texts of all sessions of today under their titles, oldest first."""
        self._save_edit()
        today = datetime.now().date()
        try:
            entries = [e for e in self._store.list() if datetime.fromtimestamp(e.created).date() == today and e.words]
            records = [self._store.open(entry.id) for entry in reversed(entries)]
        except EchoicError as error:
            self.failed.emit(Problem(messages.sentence(error), details=messages.details_of(error)))
            return
        if not records:
            self.done.emit(self.tr("There are no words of today"))
            return
        parts = [
            f"{datetime.fromtimestamp(record.created):%H:%M} {record.title}\n{record.document.text()}"
            for record in records
        ]
        QGuiApplication.clipboard().setText("\n\n".join(parts) + "\n")
        self.done.emit(plural("Exporter", "Copied %n (session|sessions) of today", len(records)))

    def _export(self, exported: ExportedTranscript, record: SessionRecord | None, format: str) -> None:
        kind = format or self._last_format()
        live = record is not None and record.kind == "live"
        path = ask(self._window, exported, kind, self._folder_of(record), proposed_name(exported, live))
        if path is not None and self._write(exported, path):
            self._remember(path)
            self.done.emit(self.tr("Exported to {0}").format(path))

    def _export_several(self, records: list[SessionRecord]) -> None:
        answer = ask_for_several(self._window, len(records), self._last_format(), self._folder_of(None))
        if answer is None:
            return
        kind, folder = answer
        written = 0
        for record in records:
            exported = _exported(record)
            path = _free(folder, proposed_name(exported, record.kind == "live"), FORMATS[kind].suffix)
            if not self._write(exported, path):
                break  # the next would fail as well
            self._remember(path)
            written += 1
        if written:
            self.done.emit(plural("Exporter", "Exported %n (file|files) to {0}", written).format(folder))

    def _write(self, exported: ExportedTranscript, path: Path) -> bool:
        try:
            export(exported, path)
        except (OSError, ValueError) as error:
            cause = self.tr("Not exported to {0}: {1}.").format(path, shown(reason_for(error).rstrip(".")))
            self.failed.emit(Problem(cause, details=messages.details_of(error)))
            return False
        return True

    def _last_format(self) -> str:
        return self._settings.export_format if self._settings.export_format in FORMATS else "txt"

    def _folder_of(self, record: SessionRecord | None) -> Path:
        """Return the folder of the file that a session is of or, where that is gone, the one that was used last."""
        if record is not None and record.kind == "file":
            folder = Path(record.source).parent
            if folder.is_absolute() and os.access(folder, os.W_OK):
                return folder
        last = self._settings.export_folder
        return last if last is not None and last.is_dir() else Path.home()

    def _remember(self, path: Path) -> None:
        self._settings.export_folder = path.parent
        format = format_of_name(path.name)
        if format is not None:
            self._settings.export_format = format.name


def _exported(record: SessionRecord) -> ExportedTranscript:
    return ExportedTranscript(record.document, record.title, record.created, record.model, record.language)


def _free(folder: Path, name: str, suffix: str) -> Path:
    """Return the path of a file that does not exist yet: with a number behind its name if need be."""
    path, number = folder / f"{name}.{suffix}", 2
    while os.path.lexists(path):
        path, number = folder / f"{name} ({number}).{suffix}", number + 1
    return path
