"""Loading the model in the background, and choosing another one."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.window.live.live_session import LiveSession
from app.window.services import LoadModel
from app.window.settings.settings import Settings
from app.window.texts import messages
from app.worker.task import BackgroundCall
from app.worker.transcription_worker import warm_up


class ModelLoader(QObject):
    """Loads the model that the settings name. Interface thread; the model is read in a worker thread."""

    loaded = Signal(object)  # SpeechRecognizer, warmed up
    chosen = Signal()  # the user chose another model, which is being loaded

    def __init__(self, load: LoadModel, live: LiveSession, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._load, self._live, self._settings, self._window = load, live, settings, parent
        self._running: BackgroundCall | None = None
        self._stale = False  # another model was chosen while one was being loaded

    def start(self) -> None:
        """Load the model; a running session goes on with the one it has."""
        if self._running is not None:
            self._stale = True
            return
        path = self._settings.model
        if not self._live.active:
            self._live.reload()
        running = BackgroundCall(lambda: warm_up(self._load(path)), "model", self)
        running.done.connect(self.loaded)
        running.ended.connect(lambda error: self._ended(path, error))
        self._running = running
        running.start()

    def choose(self) -> None:
        """Ask the user for the folder of a model, and load that model."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Choose the folder of a model"))
        if name:
            self.use(Path(name))

    def use(self, path: Path | None) -> None:
        """Load this model now and at the next starts; None: the one that came with the program."""
        self._settings.model = path
        self.chosen.emit()
        self.start()

    def close(self, seconds: float = 2.0) -> None:
        """Wait for the model being loaded; one that takes longer than `seconds` is abandoned."""
        self._stale = False
        if self._running is not None:
            self._running.wait(seconds)

    def _ended(self, path: Path | None, error: Exception | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.deleteLater()
        if self._stale:
            self._stale = False
            self.start()
        elif error is not None:
            self._live.fail(messages.bad_model(error, path))
