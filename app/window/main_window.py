"""The main window: its parts, and which command reaches which of them."""

from pathlib import Path

from PySide6.QtCore import QDateTime, QEvent, QLocale, QMimeData
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow

from app.sessions.picture import picture
from app.sessions.store import Store
from app.window.appearance import Appearance
from app.window.files.file_queue import MEDIA, FileJob, FileQueue, JobStatus
from app.window.help.about import AboutDialog, ShortcutsDialog
from app.window.help.inspector_dialog import InspectorDialog
from app.window.layout import Layout
from app.window.live.device_picker import DevicePicker
from app.window.live.live_display import LiveDisplay
from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState
from app.window.live.model_loader import ModelLoader
from app.window.services import Services
from app.window.sessions.session_library import SessionLibrary
from app.window.settings.settings import Settings
from app.window.shell import messages
from app.window.shell.actions import Actions
from app.window.shell.messages import Problem, Remedy
from app.window.shell.screen_reader import announce
from app.window.transcript.current_transcript import CurrentTranscript
from app.window.transcript.export_dialog import Exporter
from app.window.transcript.playback_spectrogram import PlaybackSpectrogram
from app.window.transcript.review import Review
from app.worker.transcription_worker import Recorder
from asr.errors import EchoicError
from asr.pipeline import AnyRecognizer
from asr.stream_options import StreamOptions

SAID_FOR = 4000  # ms a passing message stands in the status line


class MainWindow(QMainWindow):
    def __init__(self, outside: Services, store: Store, settings: Settings) -> None:
        super().__init__()
        self.store, self.settings = store, settings
        self.commands = Actions(self)
        self.live = LiveSession(outside.open_device, self, self._stream_options)
        self.queue = FileQueue(outside.open_file, self._keep_file, self, self._stream_options)
        self.ui = Layout(self, self.commands, self.queue, settings)
        self.loading = ModelLoader(outside.load, self.live, settings, self)
        self.devices = DevicePicker(outside.devices, self.ui.top, self.live, settings)
        self.desk = CurrentTranscript(self.ui.view, self.live, self.queue, store, self)
        self.onair = LiveDisplay(self.live, self.ui.top, self.ui.status, self.ui.ribbon, self.ui.captions, self.ui.view)
        self.library = SessionLibrary(self.ui.sessions, store, self.desk, self.live, self.queue)
        self.review = Review(self.ui.view, self.desk, self.ui.heading, self.ui.player_bar, self.ui.player)
        self.pages = PlaybackSpectrogram(self.ui.page, self.ui.player, self.desk)
        self.handing = Exporter(self.desk, self.live, self.review.revising.commit, self)
        self.appearance = Appearance(self.ui, self.commands, settings, self.desk, self.loading, self)
        self._model = ""
        self._recognizer: AnyRecognizer | None = None
        self.commands["listening"].setEnabled(False)  # until there is a model to look into
        self._wire()
        self.setAcceptDrops(True)
        self.devices.look()
        self.library.refresh()
        self.library.offer_recovered()
        if store.problem:
            self.say(messages.not_kept(store.problem))
        self.loading.start()

    def _wire(self) -> None:
        live, ui = self.live, self.ui
        live.problem.connect(self.say)
        live.over.connect(self._unsay)
        live.began.connect(self._show_live)
        self.loading.loaded.connect(self._loaded)
        self.loading.chosen.connect(lambda: self.say(None))
        self.devices.missed.connect(self._say_if_quiet)
        self.devices.found.connect(lambda: self._unsay(messages.no_microphone()))
        self.queue.changed.connect(self._job_changed)
        ui.files.chosen.connect(self.desk.show_job)
        self.desk.failed.connect(self._say_error)
        self.library.said.connect(self.say)
        self.review.said.connect(self.say)
        self.handing.done.connect(self._mention)
        self.handing.failed.connect(self.say)
        self.appearance.retention_chosen.connect(lambda: self.library.retain(self.settings.retention_days))
        ui.banner.acted.connect(self._remedy)
        ui.heading.export_chosen.connect(self.handing.export)
        for name, act in {
            "open": self.choose_files,
            "export": lambda: self.handing.export("txt"),
            "model": self.loading.choose,
            "settings": lambda: self.appearance.open_preferences(self.store.root),
            "quit": self.close,
            "start": self._start,
            "pause": live.toggle_pause,
            "cancel": self._escape,
            "rename": ui.sessions.edit_title,
            "delete": self.library.delete,
            "undo": self.review.undo,
            "copy_all": self.handing.copy_all,
            "find": ui.finder.open_bar,
            "find_next": lambda: ui.finder.step(1),
            "find_previous": lambda: ui.finder.step(-1),
            "doubtful": self._walk,
            "confirm": self.review.confirm,
            "play_word": self.review.play_here,
            "search": ui.sessions.search.setFocus,
            "shortcuts": lambda: ShortcutsDialog(self.commands, self).open(),
            "listening": self._inspect,
            "about": lambda: AboutDialog(self._model, self).open(),
        }.items():
            self.commands[name].triggered.connect(act)
        self.commands["ribbon"].toggled.connect(self.pages.switch)
        self.pages.switch(self.settings.ribbon)
        self.commands["full_screen"].toggled.connect(lambda full: self.showFullScreen() if full else self.showNormal())

    # Live.

    def _stream_options(self) -> StreamOptions:
        return self.settings.stream_options

    def _inspect(self) -> None:
        if self._recognizer is not None:
            InspectorDialog(self._recognizer, self).open()

    def _loaded(self, recognizer: AnyRecognizer) -> None:
        self._recognizer = recognizer
        self.commands["listening"].setEnabled(True)
        self._model = recognizer.name
        self.ui.status.show_model(self._model)
        self.live.use(recognizer)
        self.queue.use(recognizer)
        self.pages.use(lambda sound, start, seconds: picture(recognizer, sound, start, seconds))

    def _start(self) -> None:
        """The large button; where it was the model that failed, trying again means loading it again."""
        if self.live.state is LiveState.FAILED and not self.live.has_model:
            self.say(None)
            self.loading.start()
        else:
            self.live.toggle(self._keep_live)

    def _keep_live(self) -> Recorder:
        now = QLocale().toString(QDateTime.currentDateTime().time(), QLocale.FormatType.ShortFormat)
        private = self.commands["private"].isChecked()
        return self.store.create("live", self.tr("Live {0}").format(now), self.live.device or "", private, self._model)

    def _show_live(self) -> None:
        self.desk.show_live()
        self.library.select_shown()

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
        self.queue.add(paths, self.commands["private"].isChecked())
        if not self.live.active:
            self.desk.show_job(self.queue.jobs[first])

    def choose_files(self) -> None:
        kinds = " ".join(f"*.{kind}" for kind in MEDIA)
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Open sound or video"),
            filter=f"{self.tr('Sound and video')} ({kinds});;{self.tr('All files')} (*)",
        )
        self.open_files([Path(name) for name in names])

    def _keep_file(self, path: Path, private: bool) -> Recorder:
        return self.store.create("file", path.name, str(path), private, self._model)

    def _job_changed(self, job: FileJob) -> None:
        if job.fate is JobStatus.RUNNING:
            self.ui.status.show_file(job.name, job.speed)
        else:
            self.ui.status.clear_file()
        if job.fate is JobStatus.FAILED and job.error is not None:
            announce(self, str(job.error))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_files(_paths(event.mimeData()))
        event.acceptProposedAction()

    # What is said.

    def say(self, problem: Problem | None) -> None:
        self.ui.banner.show_problem(problem)
        if problem is not None:
            announce(self.ui.banner, problem.cause)

    def _unsay(self, problem: Problem) -> None:
        if self.ui.banner.problem == problem:
            self.say(None)

    def _say_if_quiet(self, problem: Problem) -> None:
        """Something that is not urgent, so it takes no other message's place."""
        if self.ui.banner.problem is None:
            self.say(problem)

    def _say_error(self, error: EchoicError) -> None:
        self.say(Problem(messages.sentence(error), details=messages.details_of(error)))

    def _mention(self, sentence: str) -> None:
        self.ui.status.showMessage(sentence, SAID_FOR)

    def _walk(self) -> None:
        if not self.review.walk():
            self._mention(self.tr("No doubtful words here"))

    def _remedy(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.RETRY if self.live.state is LiveState.LOST:
                self.live.reopen()
            case Remedy.RETRY:
                self.commands["start"].trigger()
            case Remedy.OPEN_FILE:
                self.choose_files()
            case Remedy.CHOOSE_MODEL:
                self.loading.choose()
            case Remedy.SHIPPED_MODEL:
                self.loading.use(None)
            case Remedy.STOP:
                self.live.stop()
            case _:
                self.library.remedy(remedy)

    # The window itself.

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):  # as the system changes them
            self.appearance.adapt()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.review.close():  # the banner says why; the next time there is nothing left to keep
            event.ignore()
            return
        self.settings.keep_geometry("main", self.saveGeometry())
        self.settings.keep_geometry("captions", self.ui.captions.saveGeometry())
        self.hide()  # what follows may wait some seconds for a sound system or a model
        self.pages.close()
        self.ui.captions.close()
        self.live.close()
        self.queue.close()
        self.loading.close()
        self.devices.close()
        super().closeEvent(event)


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
