"""The transcript on screen handed to other programs: exported as a file, copied as clean text."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.export.registry import ExportedTranscript
from app.sessions.recorder import reason_for
from app.window.live.live_session import LiveSession
from app.window.shell import messages
from app.window.shell.messages import Problem
from app.window.transcript import export_dialog
from app.window.transcript.current_transcript import CurrentTranscript
from app.window.transcript.review import Review


class Exporter(QObject):
    done = Signal(str)  # a sentence: what was handed out
    failed = Signal(Problem)

    def __init__(self, desk: CurrentTranscript, live: LiveSession, review: Review, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._live, self._review, self._window = desk, live, review, window

    def export(self, kind: str) -> None:
        """`kind`: a key of `exporting.FORMATS`, offered first."""
        self._review.revising.commit()
        desk, live = self._desk, self._live
        keeper = live.keeper if desk.live_shown else desk.job.keeper if desk.job is not None else None
        session = keeper.session if keeper is not None else desk.session
        created, model = (session.created, session.model) if session is not None else (None, "")
        paper = ExportedTranscript(desk.document, desk.title, created, model, desk.language)
        path = export_dialog.ask(self._window, paper, kind)
        if path is None:
            return
        try:
            export_dialog.export(paper, path)
        except (OSError, ValueError) as error:
            said = self.tr("Not exported to {0}: {1}.").format(path, reason_for(error).rstrip("."))
            self.failed.emit(Problem(said, details=messages.details_of(error)))
        else:
            self.done.emit(self.tr("Exported to {0}").format(path))

    def copy_all(self) -> None:
        self._review.revising.commit()
        document = self._desk.document
        QGuiApplication.clipboard().setText(document.text())
        self.done.emit(self.tr("Copied {0} words").format(document.count))
