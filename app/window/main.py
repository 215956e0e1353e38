"""The main window: where everything stands, and which command does what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDateTime, QLocale, QMimeData, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow, QSplitter, QVBoxLayout, QWidget

from app.session import Keeper, Pace, warmed
from app.store import Store
from app.task import Errand
from app.window import problems
from app.window.actions import Actions
from app.window.banner import Banner
from app.window.captions import Captions
from app.window.desk import Desk
from app.window.entries import LIVE, SessionList
from app.window.find import FindBar
from app.window.icons import program_icon
from app.window.jobs import OpenFile, Queue
from app.window.live import Live, OpenSource
from app.window.problems import Remedy
from app.window.queue import QueueView
from app.window.ribbon import Ribbon
from app.window.settings import Settings
from app.window.states import State
from app.window.status import StatusLine
from app.window.toolbar import TopBar
from app.window.transcript import TranscriptView
from asr.config import EchoicError


@dataclass(frozen=True)
class Outside:
    """What the window needs from the rest of the program; tests hand in their own."""

    load: Callable[[Path | None], Any]  # a recogniser; in a worker
    open_device: OpenSource  # in a worker
    open_file: OpenFile  # in a worker
    devices: Callable[[], Sequence[str]]  # names; raises where there is no PortAudio


class MainWindow(QMainWindow):
    def __init__(self, outside: Outside, store: Store, settings: Settings) -> None:
        super().__init__()
        self.outside, self.store, self.settings = outside, store, settings
        self.setWindowTitle("Echoic")
        self.setWindowIcon(program_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(720, 480)
        self.commands = Actions(self)
        self.live = Live(outside.open_device, self)
        self.live.device = settings.device
        self.queue = Queue(outside.open_file, self._keep_file, self)
        self.view = TranscriptView()
        self.desk = Desk(self.view, self.live, self.queue, store, self)
        self._lay_out()
        self._wire()
        self._loading: Errand | None = None
        self.view.set_size(settings.size)
        self.refresh_devices()
        self.refresh_sessions()
        self._state_changed(self.live.state)
        self.load_model(settings.model)
        if store.problem:
            self.banner.show_problem(problems.not_kept(store.problem))

    def _lay_out(self) -> None:
        self.top = TopBar(self.commands, self)
        self.addToolBar(self.top)
        self.banner = Banner(self)
        self.sessions = SessionList()
        self.files = QueueView(self.queue)
        self.finder = FindBar(self.view)
        self.ribbon = Ribbon()
        self.ribbon.setVisible(self.settings.ribbon)
        self.commands["ribbon"].setChecked(self.settings.ribbon)
        self.captions = Captions(
            self.settings.caption_lines, self.settings.caption_size, self.settings.caption_opacity
        )
        side = QSplitter(Qt.Orientation.Vertical)
        side.addWidget(self.sessions)
        side.addWidget(self.files)
        side.setStretchFactor(0, 2)
        side.setStretchFactor(1, 1)
        reading = QWidget()
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.finder, self.view, self.ribbon):
            column.addWidget(widget, 1 if widget is self.view else 0)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(side)
        self.split.addWidget(reading)
        self.split.setStretchFactor(0, 0)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([230, 770])
        self.split.setChildrenCollapsible(False)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.banner)
        rows.addWidget(self.split, 1)
        self.setCentralWidget(whole)
        self.status = StatusLine(self)
        self.setStatusBar(self.status)
        self.resize(1080, 680)

    def _wire(self) -> None:
        live, view = self.live, self.view
        live.state_changed.connect(self._state_changed)
        live.updated.connect(self.captions.apply)
        live.updated.connect(self.ribbon.apply)
        live.heard.connect(self.top.meter.feed)
        live.heard.connect(self.ribbon.feed)
        live.paced.connect(self._pace)
        live.problem.connect(self.banner.show_problem)
        live.began.connect(self._live_began)
        live.finished.connect(self.refresh_sessions)
        self.queue.idle.connect(self.refresh_sessions)
        self.files.chosen.connect(self.desk.show_job)
        self.desk.changed.connect(self._desk_changed)
        self.desk.failed.connect(self._say)
        self.banner.acted.connect(self._remedy)
        self.top.device_chosen.connect(self._choose_device)
        self.sessions.searched.connect(lambda text: self.refresh_sessions())
        self.sessions.chosen.connect(self._choose_session)
        self.sessions.renamed.connect(self._rename)
        self.captions.closed.connect(lambda: self.commands["captions"].setChecked(False))
        view.size_stepped.connect(self._step_size)
        for name, act in {
            "open": self.choose_files,
            "model": self.choose_model,
            "quit": self.close,
            "start": lambda: live.toggle(self._keep_live),
            "pause": live.toggle_pause,
            "cancel": self._escape,
            "rename": self.sessions.edit_title,
            "copy_all": self.copy_all,
            "find": self.finder.open_bar,
            "find_next": lambda: self.finder.step(1),
            "find_previous": lambda: self.finder.step(-1),
            "search": self.sessions.search.setFocus,
            "larger": lambda: self._step_size(1),
            "smaller": lambda: self._step_size(-1),
            "normal": lambda: self._set_size(13.0),
        }.items():
            self.commands[name].triggered.connect(act)
        self.commands["captions"].toggled.connect(self._show_captions)
        self.commands["ribbon"].toggled.connect(self._show_ribbon)
        self.commands["full_screen"].toggled.connect(self._full_screen)

    # The model.

    def load_model(self, path: Path | None) -> None:
        self.live.reload()
        self._model_path = path
        loading = Errand(lambda: warmed(self.outside.load(path)), "model", self)
        loading.done.connect(self._loaded)
        loading.ended.connect(self._load_ended)
        self._loading = loading
        loading.start()

    def _loaded(self, recognizer: Any) -> None:
        self.status.show_model(getattr(recognizer, "name", ""))
        self.live.use(recognizer)
        self.queue.use(recognizer)

    def _load_ended(self, error: Exception | None) -> None:
        self._loading = None
        if error is not None:
            self.live.fail(problems.bad_model(error, self._model_path))

    def choose_model(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a model"))
        if name:
            self.settings.model = Path(name)
            self.banner.clear()
            self.load_model(Path(name))

    # Live.

    def _keep_live(self) -> Keeper:
        time = QLocale().toString(QDateTime.currentDateTime().time(), QLocale.FormatType.ShortFormat)
        return self.store.create(
            "live",
            self.tr("Live {0}").format(time),
            self.live.device or "",
            private=self.commands["private"].isChecked(),
        )

    def _live_began(self) -> None:
        self.captions.clear()
        self.ribbon.clear()
        self.top.show_seconds(0.0)
        self.desk.show_live()
        self.refresh_sessions()
        self.sessions.select(LIVE)

    def _state_changed(self, state: State) -> None:
        self.top.show_state(state)
        self.status.show_state(state)

    def _pace(self, pace: Pace) -> None:
        self.top.show_seconds(pace.seconds)
        self.status.show_pace(pace)

    def refresh_devices(self) -> None:
        try:
            names = self.outside.devices()
        except Exception as error:  # any of: no library, no sound server, no device
            self.top.show_devices([], None)
            self.banner.show_problem(problems.of_session(error))
            return
        self.top.show_devices(names, self.live.device)

    def _choose_device(self, name: str | None) -> None:
        self.settings.device = name
        self.live.choose(name)

    def _escape(self) -> None:
        if self.finder.isVisible():
            self.finder.close_bar()
        elif self.live.active:
            self.live.cancel()
        elif self.queue.running is not None:
            self.queue.cancel(self.queue.running)

    # Files.

    def open_files(self, paths: list[Path]) -> None:
        if not paths:
            return
        self.queue.add(paths)
        if not self.live.active:
            self.desk.show_job(next(job for job in reversed(self.queue.jobs) if job.path == paths[0]))

    def choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Open sound or video"),
            filter=self.tr("Sound and video")
            + " (*.wav *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.wma *.mp4 *.mkv *.webm *.mov *.avi);;"
            + self.tr("All files")
            + " (*)",
        )
        self.open_files([Path(name) for name in names])

    def _keep_file(self, path: Path) -> Keeper:
        return self.store.create("file", path.name, str(path), private=self.commands["private"].isChecked())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_files(_paths(event.mimeData()))
        event.acceptProposedAction()

    # Sessions.

    def refresh_sessions(self) -> None:
        keeper = self.live.keeper
        live = keeper.session.title if self.live.active and keeper is not None else ""
        try:
            entries = self.store.list(self.sessions.search.text())
        except EchoicError as error:
            self._say(error)
            return
        running = {
            job.keeper.session.id for job in self.queue.jobs if job is self.queue.running and job.keeper
        }
        if live:
            running.add(keeper.session.id)
        self.sessions.fill([entry for entry in entries if entry.id not in running], live)
        self._select_shown()

    def _select_shown(self) -> None:
        if self.desk.live_shown and self.live.active:
            self.sessions.select(LIVE)
        elif self.desk.session is not None:
            self.sessions.select(self.desk.session.id)
        else:
            self.sessions.select(None)

    def _choose_session(self, id: str) -> None:
        if id == LIVE:
            self.desk.show_live()
        else:
            self.desk.show_kept(id)

    def _rename(self, id: str, title: str) -> None:
        try:
            self.store.rename(id, title)
        except EchoicError as error:
            self._say(error)
        self.refresh_sessions()

    def _desk_changed(self) -> None:
        self._select_shown()

    # The rest.

    def _say(self, error: Exception) -> None:
        self.banner.show_problem(problems.Problem(str(error), details=problems.details_of(error)))

    def _remedy(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.RETRY if self.live.state is State.LOST:
                self.live.reopen()
            case Remedy.RETRY:
                self.commands["start"].trigger()
            case Remedy.OPEN_FILE:
                self.choose_files()
            case Remedy.CHOOSE_MODEL:
                self.choose_model()
            case Remedy.STOP:
                self.live.stop()

    def copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.desk.document.text())
        self.status.showMessage(self.tr("Copied {0} words").format(len(self.desk.document.words)), 3000)

    def _step_size(self, steps: int) -> None:
        self._set_size(self.settings.size + steps)

    def _set_size(self, points: float) -> None:
        self.settings.size = points
        self.view.set_size(self.settings.size)

    def _show_captions(self, shown: bool) -> None:
        self.captions.setVisible(shown)

    def _show_ribbon(self, shown: bool) -> None:
        self.settings.ribbon = shown
        self.ribbon.setVisible(shown)

    def _full_screen(self, full: bool) -> None:
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.keep_geometry("main", self.saveGeometry())
        self.captions.close()
        self.live.close()
        self.queue.close()
        if self._loading is not None:
            self._loading.wait(30.0)
        super().closeEvent(event)


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
