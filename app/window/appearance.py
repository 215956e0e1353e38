"""Applies the settings to the widgets: letters, colours, captions, spectrogram; and opens the settings dialog."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QWidget

from app.window.layout import Layout
from app.window.live.captions import can_stay_on_top
from app.window.live.model_loader import ModelLoader
from app.window.settings.settings import Settings
from app.window.settings.settings_dialog import SettingsDialog
from app.window.shell.actions import Actions
from app.window.shell.colors import muted
from app.window.shell.icons import redraw
from app.window.transcript.current_transcript import CurrentTranscript, Live


class Appearance(QObject):
    """Changes how the window looks when a setting, the palette or the system's font changes. Interface thread."""

    retention_chosen = Signal()
    options_chosen = Signal()  # those of streams: how words are written

    def __init__(
        self,
        ui: Layout,
        commands: Actions,
        settings: Settings,
        transcript: CurrentTranscript,
        model_loader: ModelLoader,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._ui, self._settings, self._transcript = ui, settings, transcript
        self._model_loader, self._window = model_loader, window
        commands["larger"].triggered.connect(lambda: self.step_size(1))
        commands["smaller"].triggered.connect(lambda: self.step_size(-1))
        commands["normal"].triggered.connect(lambda: self.set_size(None))
        commands["captions"].toggled.connect(ui.captions.setVisible)
        commands["spectrogram"].toggled.connect(self._toggle_spectrogram)
        ui.captions.closed.connect(lambda: commands["captions"].setChecked(False))
        ui.view.size_stepped.connect(self.step_size)
        transcript.changed.connect(self._show_spectrogram)
        self.adapt()

    def adapt(self) -> None:
        """Follow the palette and the font of the system, which may change at any time."""
        redraw(self._window)
        self._ui.banner.recolor()
        palette = QPalette(QGuiApplication.palette())
        palette.setColor(QPalette.ColorRole.PlaceholderText, muted(palette))  # Qt's own has too little contrast
        for field in (self._ui.view, self._ui.session_list.search, self._ui.find_bar.field):
            field.setPalette(palette)
        self._ui.view.set_size(self._settings.text_size)

    def step_size(self, steps: int) -> None:
        """Make the transcript's letters so many points larger."""
        self.set_size(self._settings.text_size + steps)

    def set_size(self, points: float | None) -> None:
        """Set the size of the transcript's letters; None: follow the system's."""
        self._settings.text_size = points
        self._ui.view.set_size(self._settings.text_size)

    def open_preferences(self, data: Path) -> SettingsDialog:
        """Open the settings dialog. `data`: the folder that sessions are kept in."""
        dialog = SettingsDialog(self._settings, data, can_stay_on_top(), self._window)
        dialog.model_wanted.connect(self._model_loader.choose)
        dialog.shipped_model_wanted.connect(lambda: self._model_loader.use(None))
        self._model_loader.chosen.connect(dialog.show_model)
        dialog.changed.connect(self._apply)
        dialog.open()
        return dialog

    def _apply(self, name: str) -> None:
        settings, captions = self._settings, self._ui.captions
        match name:
            case "text_size":
                self._ui.view.set_size(settings.text_size)
            case "caption_lines":
                captions.set_lines(settings.caption_lines)
            case "caption_size":
                captions.set_size(settings.caption_size)
            case "caption_opacity":
                captions.set_opacity(settings.caption_opacity)
            case "retention_days":
                self.retention_chosen.emit()
            case "formatted" | "spoken_commands":
                self.options_chosen.emit()

    def _toggle_spectrogram(self, shown: bool) -> None:
        self._settings.show_spectrogram = shown
        self._show_spectrogram()

    def _show_spectrogram(self) -> None:
        """Show the live spectrogram with the live transcript only: it shows the sound of this moment."""
        is_live = self._transcript.shown == Live()
        self._ui.spectrogram.setVisible(self._settings.show_spectrogram and is_live)
