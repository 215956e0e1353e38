"""The icon in the tray: what the program does, the commands that matter while its window is away, notifications."""

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.control.notifications import notify
from app.window.desktop.controller import Controller
from app.window.desktop.dictation_control import DictationControl
from app.window.files.file_queue import FileJob, JobStatus
from app.window.live.live_state import LiveState, display_of
from app.window.style.colors import LIGHT
from app.window.style.icons import program_icon
from app.window.texts import messages
from app.window.texts.messages import plural
from app.window.texts.plain_text import set_tip
from app.worker.task import BackgroundCall

SIZES = (16, 22, 24, 32, 48, 64)  # pixels
RECORDING = QColor(LIGHT.record)


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("Tray", text)


def state_icon(recording: bool) -> QIcon:
    """Return the icon of the program, with a dot while sound is taken."""
    plain = program_icon()
    if not recording:
        return plain
    marked = QIcon()
    for size in SIZES:
        pixmap = plain.pixmap(size, size)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(RECORDING)
        side = pixmap.width() / pixmap.devicePixelRatio()
        painter.drawEllipse(round(0.55 * side), round(0.55 * side), round(0.42 * side), round(0.42 * side))
        painter.end()
        marked.addPixmap(pixmap)
    return marked


class Tray(QObject):
    """One icon with a menu. A desktop that gets its tray later shows it then. Interface thread."""

    def __init__(self, controller: Controller, dictation: DictationControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._dictation = controller, dictation
        self._window = window = controller.window
        self._reported: set[int] = set()  # jobs whose end was notified
        self._notified: FileJob | None = None
        self._call: BackgroundCall | None = None
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()
        self.state = self.menu.addAction("")
        self.state.setEnabled(False)
        self.menu.addSeparator()
        self.toggle = self._add("", controller.toggle)
        self.dictate = window.commands["dictate"]
        self.menu.addAction(self.dictate)
        self.copy = self._add(tr("Copy what was not &typed"), dictation.copy_kept)
        self.menu.addSeparator()
        self._add(tr("&Show the window"), controller.show)
        self.menu.addAction(window.commands["open"])
        self.menu.addSeparator()
        self.menu.addAction(window.commands["quit"])
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activate)
        self.icon.messageClicked.connect(self._show_notified)
        self._recording: bool | None = None
        window.live.state_changed.connect(self.refresh)
        dictation.changed.connect(self.refresh)
        dictation.dictation.not_typed.connect(lambda _: self.refresh())
        window.file_queue.changed.connect(self._follow)
        self.refresh()
        self.icon.show()

    @property
    def available(self) -> bool:
        """Whether the desktop has a tray now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def refresh(self) -> None:
        """Show the state."""
        live = self._window.live
        shown = display_of(live.state)
        self.state.setText(shown.status)
        self.toggle.setText(tr("Stop &listening") if live.active else tr("Start &listening"))
        self.toggle.setEnabled(live.state is not LiveState.DRAINING)
        self.copy.setVisible(bool(self._dictation.dictation.kept))
        set_tip(self.icon, f"Echoic: {shown.status}")
        if live.active != self._recording:
            self._recording = live.active
            self.icon.setIcon(state_icon(live.active))

    def close(self) -> None:
        """Remove the icon."""
        self.icon.hide()
        if self._call is not None:
            self._call.wait(6.0)
        self.menu.deleteLater()

    def _add(self, text: str, handler: object) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(lambda: handler())  # type: ignore[operator]
        return action

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            if self._window.isVisible() and self._window.isActiveWindow():
                self._window.hide()
            else:
                self._controller.show()

    def _follow(self, job: FileJob) -> None:
        """Notify when a file is done or has failed, once, unless the window shows it anyway."""
        if job.status not in (JobStatus.DONE, JobStatus.FAILED) or job is self._window.file_queue.running:
            return
        if id(job) in self._reported:
            return
        self._reported.add(id(job))
        if self._window.isVisible() and self._window.isActiveWindow():
            return
        if job.wordless:
            text = messages.no_words_in_file(job.peak)
        elif job.status is JobStatus.DONE:
            text = plural("Tray", "%n (word|words) recognised", job.document.count)
        else:
            text = messages.text_of(job.error) if job.error is not None else ""
        self._notified = job
        self.notify(job.name, text)

    def notify(self, title: str, text: str) -> None:
        """Show a notification by the tray, or without one by the desktop."""
        if self.available:
            self.icon.showMessage(title, text, program_icon())
        elif self._call is None or not self._call.running:
            self._call = BackgroundCall(lambda: notify(title, text), "notification", self)
            self._call.start()

    def _show_notified(self) -> None:
        self._controller.show()
        if self._notified is not None and self._notified in self._window.file_queue.jobs:
            self._window.transcript.show_job(self._notified)
