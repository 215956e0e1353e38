"""The transcript on screen handed to other programs: exported as a file, copied as clean text."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.window import exporting, problems
from app.window.desk import Desk
from app.window.problems import Problem
from app.window.review import Review


class Handing(QObject):
    done = Signal(str)  # a sentence: what was handed out
    failed = Signal(Problem)

    def __init__(self, desk: Desk, review: Review, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._review, self._window = desk, review, window
        self.model = ""  # its name goes into some formats

    def export(self, kind: str) -> None:
        """`kind`: a key of `exporting.FORMATS`, offered first."""
        self._review.revising.commit()
        session = self._desk.session
        created = session.created if session else None
        paper = exporting.Paper(self._desk.document, self._desk.title, created, self.model)
        path = exporting.ask(self._window, paper, kind)
        if path is None:
            return
        try:
            exporting.export(paper, path)
        except (OSError, ValueError) as error:
            said = self.tr("Not exported: {0}").format(error)
            self.failed.emit(Problem(said, details=problems.details_of(error)))
        else:
            self.done.emit(self.tr("Exported to {0}").format(path))

    def copy_all(self) -> None:
        self._review.revising.commit()
        document = self._desk.document
        QGuiApplication.clipboard().setText(document.text())
        self.done.emit(self.tr("Copied {0} words").format(document.count))
