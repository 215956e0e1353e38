"""The transcript on screen as a file of another program."""

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.export.output_files import write_whole
from app.export.registry import FORMATS, ExportedTranscript, format_of

# Offered first when opening a file.
MEDIA = ("wav", "mp3", "flac", "ogg", "opus", "m4a", "aac", "wma", "mp4", "mkv", "webm", "mov", "avi")


def label(kind: str) -> str:
    return QCoreApplication.translate("Export", FORMATS[kind].label)


def export(paper: ExportedTranscript, path: Path) -> None:
    """Write the file whole or not at all; the ending says the format. Raises OSError, ValueError."""
    format = format_of(path.suffix)
    if format is None:
        raise ValueError(f"{path.name} ends in none of {', '.join(FORMATS)}.")
    write_whole(path, format.write(paper))


def ask(parent: QWidget, paper: ExportedTranscript, kind: str = "txt") -> Path | None:
    """A path from the user, with the ending of the chosen format."""
    title = Path(paper.title).stem if Path(paper.title).suffix.lower().lstrip(".") in MEDIA else paper.title
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
    return path if not path.exists() or _replaces(parent, path) else None  # the dialog looked for the shorter name


def _replaces(parent: QWidget, path: Path) -> bool:
    asked = QCoreApplication.translate("Export", "{0} already exists. Do you want to replace it?").format(path.name)
    title = QCoreApplication.translate("Export", "Export")
    return QMessageBox.question(parent, title, asked) == QMessageBox.StandardButton.Yes
