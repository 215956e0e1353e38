"""The main window: where everything stands, and which command does what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDateTime, QLocale, QMimeData, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow

from app.session import Keeper, Pace, warmed
from app.store import Store
from app.task import Errand
from app.window import exporting, problems
from app.window.about import About, Shortcuts
from app.window.actions import Actions
from app.window.announcing import announce
from app.window.desk import Desk
from app.window.jobs import Fate, Job, OpenFile, Queue
from app.window.layout import Layout
from app.window.library import Library
from app.window.live import Live, OpenSource
from app.window.preferences import Preferences
from app.window.problems import Problem, Remedy
from app.window.review import Review
from app.window.settings import Settings
from app.window.states import State, face

RELOOK = 3000  # ms between two looks for a microphone while there is none


@dataclass(frozen=True)
class Outside:
    """What the window needs from the rest of the program; tests hand in their own."""

    load: Callable[[Path | None, str], Any]  # path of the model, pause -> a recogniser; in a worker
    open_device: OpenSource  # in a worker
    open_file: OpenFile  # in a worker
    devices: Callable[[], Sequence[str]]  # names; raises where there is no PortAudio; in a worker


class MainWindow(QMainWindow):
    def __init__(self, outside: Outside, store: Store, settings: Settings) -> None:
        super().__init__()
        self.outside, self.store, self.settings = outside, store, settings
        self.commands = Actions(self)
        self.live = Live(outside.open_device, self)
        self.live.device = settings.device
        self.queue = Queue(outside.open_file, self._keep_file, self)
        self.ui = Layout(self, self.commands, self.queue, settings)
        self.desk = Desk(self.ui.view, self.live, self.queue, store, self)
        self.library = Library(self.ui.sessions, store, self.desk, self.live, self.queue)
        self.review = Review(self.ui.view, self.desk, self.ui.heading, self.ui.player_bar, self.ui.player)
        self._model = ""
        self._saved_at: float | None = None  # seconds of sound at the last final word
        self._loading: Errand | None = None
        self._looking: Errand | None = None
        self._relook = QTimer(self)
        self._relook.setInterval(RELOOK)
        self._relook.timeout.connect(self.look_for_devices)
        self._wire()
        self.setAcceptDrops(True)
        self.ui.view.set_size(settings.size)
        self._state_changed(self.live.state)
        self.look_for_devices()
        self.library.refresh()
        self.library.offer_recovered()
        if store.problem:
            self.say(problems.not_kept(store.problem))
        self.load_model(settings.model)

    def _wire(self) -> None:
        live, ui = self.live, self.ui
        live.state_changed.connect(self._state_changed)
        live.updated.connect(self._live_updated)
        live.heard.connect(ui.top.meter.feed)
        live.heard.connect(ui.ribbon.feed)
        live.paced.connect(self._pace)
        live.problem.connect(self.say)
        live.began.connect(self._live_began)
        self.queue.changed.connect(self._job_changed)
        ui.files.chosen.connect(self.desk.show_job)
        self.desk.changed.connect(self._show_ribbon)
        self.desk.failed.connect(self._say_error)
        self.library.said.connect(self.say)
        self.review.said.connect(self.say)
        ui.banner.acted.connect(self._remedy)
        ui.top.device_chosen.connect(self._choose_device)
        ui.top.devices.opened.connect(self.look_for_devices)
        ui.captions.closed.connect(lambda: self.commands["captions"].setChecked(False))
        ui.view.size_stepped.connect(self._step_size)
        ui.heading.export_chosen.connect(self.export)
        for name, act in {
            "open": self.choose_files,
            "export": lambda: self.export("txt"),
            "model": self.choose_model,
            "settings": self.open_preferences,
            "quit": self.close,
            "start": self._start,
            "pause": live.toggle_pause,
            "cancel": self._escape,
            "rename": ui.sessions.edit_title,
            "delete": self.library.delete,
            "undo": self.review.undo,
            "copy_all": self.copy_all,
            "find": ui.finder.open_bar,
            "find_next": lambda: ui.finder.step(1),
            "find_previous": lambda: ui.finder.step(-1),
            "doubtful": self._walk,
            "confirm": self.review.confirm,
            "search": ui.sessions.search.setFocus,
            "larger": lambda: self._step_size(1),
            "smaller": lambda: self._step_size(-1),
            "normal": lambda: self._set_size(13.0),
            "shortcuts": lambda: Shortcuts(self.commands, self).open(),
            "about": lambda: About(self._model, self).open(),
        }.items():
            self.commands[name].triggered.connect(act)
        self.commands["captions"].toggled.connect(ui.captions.setVisible)
        self.commands["ribbon"].toggled.connect(self._toggle_ribbon)
        self.commands["full_screen"].toggled.connect(lambda full: self.showFullScreen() if full else self.showNormal())

    # The model.

    def load_model(self, path: Path | None) -> None:
        """In the background; a session that runs goes on with the model it has."""
        if self._loading is not None:
            return
        pause = self.settings.pause
        if not self.live.active:
            self.live.reload()
        loading = Errand(lambda: warmed(self.outside.load(path, pause)), "model", self)
        loading.done.connect(self._loaded)
        loading.ended.connect(lambda error: self._load_ended(path, error))
        self._loading = loading
        loading.start()

    def _loaded(self, recognizer: Any) -> None:
        self._model = str(getattr(recognizer, "name", ""))
        self.ui.status.show_model(self._model)
        self.live.use(recognizer)
        self.queue.use(recognizer)

    def _load_ended(self, path: Path | None, error: Exception | None) -> None:
        self._loading = None
        if error is not None:
            self.live.fail(problems.bad_model(error, path))

    def choose_model(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder of a model"))
        if name:
            self.settings.model = Path(name)
            self.say(None)
            self.load_model(Path(name))

    # Live.

    def _start(self) -> None:
        """The large button; where it was the model that failed, trying again means loading it again."""
        if self.live.state is State.FAILED and not self.live.has_model:
            self.say(None)
            self.load_model(self.settings.model)
        else:
            self.live.toggle(self._keep_live)

    def _keep_live(self) -> Keeper:
        now = QLocale().toString(QDateTime.currentDateTime().time(), QLocale.FormatType.ShortFormat)
        private = self.commands["private"].isChecked()
        return self.store.create("live", self.tr("Live {0}").format(now), self.live.device or "", private)

    def _live_began(self) -> None:
        self.ui.captions.clear()
        self.ui.ribbon.clear()
        self.ui.top.show_seconds(0.0)
        self._saved_at = None
        self.desk.show_live()
        self.library.select_shown()

    def _live_updated(self, updates: tuple) -> None:
        self.ui.captions.apply(updates)
        self.ui.ribbon.apply(updates)
        said = " ".join(word.text for update in updates for word in update.words)
        if said:
            self._saved_at = updates[-1].seconds
            announce(self.ui.view, said)

    def _state_changed(self, state: State) -> None:
        self.ui.top.show_state(state)
        self.ui.status.show_state(state)
        if state in (State.READY, State.FAILED):
            self.ui.status.show_saved("")
        announce(self, face(state).status)

    def _pace(self, pace: Pace) -> None:
        self.ui.top.show_seconds(pace.seconds)
        self.ui.status.show_pace(pace)
        keeper = self.live.keeper
        if keeper is None or keeper.session.folder is None:
            self.ui.status.show_saved(self.tr("not kept"))
        elif self._saved_at is not None:
            ago = max(0.0, pace.seconds - self._saved_at)
            self.ui.status.show_saved(self.tr("saved {0:.0f} s ago").format(ago))

    def look_for_devices(self) -> None:
        """Asking the sound system takes a moment and may hang: never in the interface thread."""
        if self._looking is not None or self.live.active:
            return
        looking = Errand(self.outside.devices, "devices", self)
        looking.done.connect(self._devices_found)
        looking.ended.connect(self._devices_asked)
        self._looking = looking
        looking.start()

    def _devices_found(self, names: Sequence[str]) -> None:
        self.ui.top.show_devices(names, self.live.device)
        if names:
            self._relook.stop()
            if self.ui.banner.problem == problems.no_microphone():
                self.say(None)
        elif not self._relook.isActive():
            self._relook.start()
            self._say_if_quiet(problems.no_microphone())

    def _devices_asked(self, error: Exception | None) -> None:
        self._looking = None
        if error is not None:
            self.ui.top.show_devices([], self.live.device)
            self._say_if_quiet(problems.of_session(error))

    def _choose_device(self, name: str | None) -> None:
        self.settings.device = name
        self.live.choose(name)

    def _escape(self) -> None:
        if self.ui.finder.isVisible():
            self.ui.finder.close_bar()
        elif self.live.active:
            self.live.cancel()
        elif self.queue.running is not None:
            self.queue.cancel(self.queue.running)

    # Files.

    def open_files(self, paths: list[Path]) -> None:
        if not paths:
            return
        first = len(self.queue.jobs)
        self.queue.add(paths)
        if not self.live.active:
            self.desk.show_job(self.queue.jobs[first])

    def choose_files(self) -> None:
        kinds = " ".join(f"*.{kind}" for kind in exporting.MEDIA)
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Open sound or video"),
            filter=f"{self.tr('Sound and video')} ({kinds});;{self.tr('All files')} (*)",
        )
        self.open_files([Path(name) for name in names])

    def _keep_file(self, path: Path) -> Keeper:
        return self.store.create("file", path.name, str(path), self.commands["private"].isChecked())

    def _job_changed(self, job: Job) -> None:
        self.ui.status.show_job(job if job.fate is Fate.RUNNING else None)
        if job.fate is Fate.FAILED and job.error is not None:
            announce(self, str(job.error))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_files(_paths(event.mimeData()))
        event.acceptProposedAction()

    # The transcript.

    def export(self, kind: str) -> None:
        self.review.revising.commit()
        session = self.desk.session
        paper = exporting.Paper(self.desk.document, self.desk.title, session.created if session else None, self._model)
        path = exporting.ask(self, paper, kind)
        if path is None:
            return
        try:
            exporting.export(paper, path)
        except (OSError, ValueError) as error:
            self.say(Problem(self.tr("Not exported: {0}").format(error), details=problems.details_of(error)))
        else:
            self.ui.status.showMessage(self.tr("Exported to {0}").format(path), 5000)

    def copy_all(self) -> None:
        document = self.desk.document
        QGuiApplication.clipboard().setText(document.text())
        self.ui.status.showMessage(self.tr("Copied {0} words").format(len(document.words)), 3000)

    def _walk(self) -> None:
        if not self.review.walk():
            self.ui.status.showMessage(self.tr("No doubtful words here"), 3000)

    # The rest.

    def say(self, problem: Problem | None) -> None:
        self.ui.banner.show_problem(problem)
        if problem is not None:
            announce(self.ui.banner, problem.cause)

    def _say_if_quiet(self, problem: Problem) -> None:
        """Something that is not urgent, so it takes no other message's place."""
        if self.ui.banner.problem is None:
            self.say(problem)

    def _say_error(self, error: Exception) -> None:
        self.say(Problem(str(error), details=problems.details_of(error)))

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
            case _:
                self.library.remedy(remedy)

    def open_preferences(self) -> None:
        dialog = Preferences(self.settings, self.store.root, self.choose_model, self)
        dialog.changed.connect(self._setting_changed)
        dialog.open()

    def _setting_changed(self, name: str) -> None:
        settings, captions = self.settings, self.ui.captions
        match name:
            case "size":
                self.ui.view.set_size(settings.size)
            case "caption_lines":
                captions.set_lines(settings.caption_lines)
            case "caption_size":
                captions.set_size(settings.caption_size)
            case "caption_opacity":
                captions.set_opacity(settings.caption_opacity)
            case "pause":
                self.load_model(settings.model)

    def _step_size(self, steps: int) -> None:
        self._set_size(self.settings.size + steps)

    def _set_size(self, points: float) -> None:
        self.settings.size = points
        self.ui.view.set_size(self.settings.size)

    def _toggle_ribbon(self, shown: bool) -> None:
        self.settings.ribbon = shown
        self._show_ribbon()

    def _show_ribbon(self) -> None:
        """It shows the sound of the moment, so it belongs to the live transcript only."""
        self.ui.ribbon.setVisible(self.settings.ribbon and self.desk.live_shown)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.keep_geometry("main", self.saveGeometry())
        self.settings.keep_geometry("captions", self.ui.captions.saveGeometry())
        self._relook.stop()
        self.review.close()
        self.ui.captions.close()
        self.live.close()
        self.queue.close()
        for errand in (self._loading, self._looking):
            if errand is not None:
                errand.wait(30.0)
        super().closeEvent(event)


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
