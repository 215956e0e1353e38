"""Decides when the first page shows the level of the microphone."""

from PySide6.QtCore import QEvent, QObject

from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState
from app.window.services import OpenDevice
from app.window.settings.settings import Settings
from app.window.shell.first_page import FirstPage
from app.worker.level_preview import LevelPreview
from app.worker.source import Source
from asr.pipeline import AnyRecognizer


class DevicePreview(QObject):
    """Shows the level while the first page is on screen in the active window, and nothing else wants the device.

    Interface thread. Without a way to open devices (`open_device` is None) nothing is shown.
    """

    def __init__(
        self, open_device: OpenDevice | None, page: FirstPage, live: LiveSession, settings: Settings, window: QObject
    ) -> None:
        super().__init__(window)
        self._page, self._live, self._settings, self._window = page, live, settings, window
        self._possible = open_device is not None
        self._recognizer: AnyRecognizer | None = None
        self._querying = False
        self.preview = LevelPreview(open_device or _no_device, self)
        self.preview.measured.connect(self._show)
        self.preview.stopped.connect(page.meter.clear)
        page.appeared.connect(lambda _: self.refresh())
        live.state_changed.connect(lambda _: self.refresh())
        window.installEventFilter(self)

    def use(self, recognizer: AnyRecognizer) -> None:
        """Measure at the rate of this model."""
        self._recognizer = recognizer
        self.refresh()

    def hold(self, querying: bool) -> None:
        """Give the device back while the devices are listed, since a list is new only while none is open."""
        self._querying = querying
        self.refresh()

    def refresh(self) -> None:
        """Begin or end the preview, as it is wanted now."""
        wanted = (
            self._possible
            and self._settings.shows_level_before_start
            and self._page.isVisible()
            and self._page.isActiveWindow()
            and not self._querying
            and self._live.state in (LiveState.READY, LiveState.FAILED)
        )
        if wanted and self._recognizer is not None:
            self.preview.show(self._recognizer, self._live.device)
        else:
            self.preview.stop()

    def close(self) -> None:
        """End the preview for good."""
        self._possible = False
        self.preview.close()

    def _show(self, columns: tuple) -> None:
        if self._page.isVisible():
            self._page.meter.feed(columns)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow whether the window is active."""
        if event.type() in (QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate):
            self.refresh()
        return False


def _no_device(name: str | None, rate: int) -> Source:
    raise OSError("no device can be opened here")
