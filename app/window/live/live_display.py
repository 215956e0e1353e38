"""What a live session tells, brought to every place that shows it; the transcript itself is the desk's."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.window.layout import Layout
from app.window.live.live_session import LiveSession
from app.window.live.states import LiveState, display_of
from app.window.shell.screen_reader import announce
from app.worker.transcription_worker import Pace


class LiveDisplay(QObject):
    """Bars, ribbon, captions and the screen reader follow the session."""

    def __init__(self, live: LiveSession, ui: Layout, window: QWidget) -> None:
        super().__init__(window)
        self._live, self._ui, self._window = live, ui, window
        self._saved_at: float | None = None  # seconds of sound at the last final word
        live.state_changed.connect(self._show_state)
        live.began.connect(self._begin)
        live.updated.connect(self._show_words)
        live.heard.connect(self._show_sound)
        live.paced.connect(self._show_pace)
        self._show_state(live.state)

    def _begin(self) -> None:
        self._ui.captions.clear()
        self._ui.ribbon.clear()
        self._ui.top.show_seconds(0.0)
        self._saved_at = None

    def _show_state(self, state: LiveState) -> None:
        self._ui.top.show_state(state)
        self._ui.status.show_state(state)
        if state is LiveState.LISTENING:
            self._ui.ribbon.lose_time()
        if state in (LiveState.READY, LiveState.FAILED):
            self._ui.status.show_saved("")
        announce(self._window, display_of(state).status)

    def _show_words(self, updates: tuple) -> None:
        self._ui.captions.apply(updates)
        self._ui.ribbon.apply(updates)
        final = [update for update in updates if update.words]
        if final:
            self._saved_at = final[-1].seconds
            announce(self._ui.view, " ".join(word.text for update in final for word in update.words))

    def _show_sound(self, sounds: tuple) -> None:
        self._ui.top.meter.feed(sounds)
        if self._live.state is not LiveState.PAUSED:  # the model hears none of it then, and its time stands still
            self._ui.ribbon.feed(sounds)

    def _show_pace(self, pace: Pace) -> None:
        self._ui.top.show_seconds(pace.seconds)
        if self._live.state is not LiveState.PAUSED:
            self._ui.ribbon.keep_time(pace.seconds)
        self._ui.status.show_pace(pace)
        keeper = self._live.keeper
        if keeper is None or not keeper.saved:
            self._ui.status.show_saved(self.tr("not kept"))
        elif self._saved_at is not None:
            ago = max(0.0, pace.seconds - self._saved_at)
            self._ui.status.show_saved(self.tr("saved {0:.0f} s ago").format(ago))
