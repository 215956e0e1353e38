"""Applies the settings to the widgets: letters, colours, captions, spectrogram; and opens the settings dialog."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.sessions.document import clock
from app.window.layout import Layout
from app.window.live.captions import can_stay_on_top
from app.window.live.device_picker import DevicePicker
from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState, display_of
from app.window.live.model_loader import ModelLoader
from app.window.settings.settings import Settings
from app.window.shell.actions import Actions
from app.window.style.icons import redraw
from app.window.style.theme import SYSTEM, apply_theme, follow_system
from app.window.transcript.current_transcript import CurrentTranscript, Empty, Live
from app.worker.transcription_worker import Pace

if TYPE_CHECKING:
    from app.window.settings.settings_dialog import SettingsDialog

CAPTION_STEP = 2.0  # points


class Appearance(QObject):
    """Changes how the window looks when a setting, the palette or the system's font changes. Interface thread."""

    retention_chosen = Signal()
    language_chosen = Signal()  # what streams learn from
    options_chosen = Signal()  # those of streams: how words are written

    def __init__(
        self,
        ui: Layout,
        commands: Actions,
        settings: Settings,
        transcript: CurrentTranscript,
        live: LiveSession,
        model_loader: ModelLoader,
        device_picker: DevicePicker,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._ui, self._settings, self._transcript = ui, settings, transcript
        self._live, self._model_loader, self._device_picker = live, model_loader, device_picker
        self._window = window
        commands["larger"].triggered.connect(lambda: self.step_size(1))
        commands["smaller"].triggered.connect(lambda: self.step_size(-1))
        commands["normal"].triggered.connect(lambda: self.set_size(None))
        commands["captions"].toggled.connect(self._show_captions)
        commands["spectrogram"].toggled.connect(self._toggle_spectrogram)
        ui.captions.size_stepped.connect(self._step_captions)
        ui.captions.place_chosen.connect(lambda place: setattr(settings, "caption_place", place))
        ui.captions.closed.connect(lambda: commands["captions"].setChecked(False))
        ui.view.size_stepped.connect(self.step_size)
        transcript.changed.connect(self._show_spectrogram)
        transcript.changed.connect(self._show_page)
        transcript.changed.connect(self._show_title)
        live.state_changed.connect(self._show_state)
        live.started.connect(self._begin_clock)
        live.pace_changed.connect(self._show_seconds)
        self._seconds = 0.0  # of sound in the live session
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_scheme)
        self._applying = False
        self.adapt()
        self._show_state(live.state)

    def adapt(self) -> None:
        """Follow the palette and the font of the system, which may change at any time."""
        follow_system()
        redraw(self._window)
        self._ui.banner.recolor()
        self._ui.view.set_size(self._settings.text_size)
        self._ui.captions.set_size(self._settings.caption_size)

    def _apply_theme(self) -> None:
        self._applying = True  # the theme may change the system's own, which would be followed once more
        apply_theme(self._settings.theme)
        self._applying = False

    def _follow_scheme(self) -> None:
        if self._settings.theme == SYSTEM and not self._applying:
            self._apply_theme()

    def step_size(self, steps: int) -> None:
        """Make the transcript's letters so many points larger."""
        self.set_size(self._settings.text_size + steps)

    def set_size(self, points: float | None) -> None:
        """Set the size of the transcript's letters; None: follow the system's."""
        self._settings.text_size = points
        self._ui.view.set_size(self._settings.text_size)

    def open_preferences(self, data: Path) -> "SettingsDialog":
        """Open the settings dialog. `data`: the folder that sessions are kept in."""
        from app.window.settings.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._settings, data, can_stay_on_top(), self._window)
        dialog.model_wanted.connect(self._model_loader.choose)
        dialog.shipped_model_wanted.connect(lambda: self._model_loader.use(None))
        self._model_loader.chosen.connect(dialog.show_model)
        dialog.changed.connect(self._apply)
        self._device_picker.add(dialog.devices)
        dialog.finished.connect(lambda: self._device_picker.remove(dialog.devices))
        dialog.open()
        return dialog

    def _apply(self, name: str) -> None:
        settings, captions = self._settings, self._ui.captions
        match name:
            case "theme":
                self._apply_theme()
            case "text_size":
                self._ui.view.set_size(settings.text_size)
            case "caption_lines":
                captions.set_lines(settings.caption_lines)
            case "caption_size":
                captions.set_size(settings.caption_size)
            case "caption_opacity":
                captions.set_opacity(settings.caption_opacity)
            case "caption_place":
                captions.set_place(settings.caption_place, self._window.screen())
            case "caption_style":
                captions.set_style(settings.caption_style)
            case "caption_fades":
                captions.set_fades(settings.caption_fades)
            case "retention_days":
                self.retention_chosen.emit()
            case "learns_from_corrections" | "languages":
                self.language_chosen.emit()
            case "formatted" | "spoken_commands":
                self.options_chosen.emit()

    def _show_captions(self, shown: bool) -> None:
        """Show the captions where the settings say; the window is placed before it is seen."""
        if shown:
            self._ui.captions.set_place(self._settings.caption_place, self._window.screen())
        self._ui.captions.setVisible(shown)

    def _step_captions(self, steps: int) -> None:
        self._settings.caption_size += steps * CAPTION_STEP
        self._ui.captions.set_size(self._settings.caption_size)

    def _show_state(self, state: LiveState) -> None:
        self._ui.first_page.show_state(display_of(state))
        self._show_page()
        self._show_title()

    def _begin_clock(self) -> None:
        self._seconds = 0.0
        self._show_title()

    def _show_seconds(self, pace: Pace) -> None:
        self._seconds = pace.seconds
        self._show_title()

    def _show_title(self) -> None:
        """Say in the title of the window what is shown, or how long is being listened: it is read in the task bar."""
        text = self.tr("{0} Live").format(clock(self._seconds)) if self._live.active else self._transcript.title
        title = f"{text} - Echoic" if text else "Echoic"
        if title != self._window.windowTitle():
            self._window.setWindowTitle(title)

    def _show_page(self) -> None:
        """Show the first page while there is no transcript."""
        self._ui.show_page(not isinstance(self._transcript.shown, Empty), self._live.active)

    def _toggle_spectrogram(self, shown: bool) -> None:
        self._settings.show_spectrogram = shown
        self._show_spectrogram()

    def _show_spectrogram(self) -> None:
        """Show the live spectrogram with the live transcript only: it shows the sound of this moment."""
        is_live = self._transcript.shown == Live()
        self._ui.spectrogram.setVisible(self._settings.show_spectrogram and is_live)
