"""How the window looks as settings have it: the size of its letters, captions, ribbon; and the settings dialog."""

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
from app.window.transcript.current_transcript import CurrentTranscript


class Appearance(QObject):
    retention_chosen = Signal()

    def __init__(
        self,
        ui: Layout,
        commands: Actions,
        settings: Settings,
        desk: CurrentTranscript,
        loading: ModelLoader,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._ui, self._settings, self._desk, self._loading, self._window = ui, settings, desk, loading, window
        commands["larger"].triggered.connect(lambda: self.step_size(1))
        commands["smaller"].triggered.connect(lambda: self.step_size(-1))
        commands["normal"].triggered.connect(lambda: self.set_size(None))
        commands["captions"].toggled.connect(ui.captions.setVisible)
        commands["ribbon"].toggled.connect(self._toggle_ribbon)
        ui.captions.closed.connect(lambda: commands["captions"].setChecked(False))
        ui.view.size_stepped.connect(self.step_size)
        desk.changed.connect(self._show_ribbon)
        self.adapt()

    def adapt(self) -> None:
        """To the palette and the letters of the system, which may change at any time."""
        redraw(self._window)
        self._ui.banner.recolour()
        palette = QPalette(QGuiApplication.palette())
        palette.setColor(QPalette.ColorRole.PlaceholderText, muted(palette))  # Qt's own is too pale to be read
        for field in (self._ui.view, self._ui.sessions.search, self._ui.finder.field):
            field.setPalette(palette)
        self._ui.view.set_size(self._settings.size)

    def step_size(self, steps: int) -> None:
        self.set_size(self._settings.size + steps)

    def set_size(self, points: float | None) -> None:
        """None: as the letters of the system are."""
        self._settings.size = points
        self._ui.view.set_size(self._settings.size)

    def open_preferences(self, data: Path) -> SettingsDialog:
        """`data`: the folder that sessions are kept in."""
        dialog = SettingsDialog(self._settings, data, can_stay_on_top(), self._window)
        dialog.model_wanted.connect(self._loading.choose)
        dialog.shipped_model_wanted.connect(lambda: self._loading.use(None))
        self._loading.chosen.connect(dialog.show_model)
        dialog.changed.connect(self._apply)
        dialog.open()
        return dialog

    def _apply(self, name: str) -> None:
        settings, captions = self._settings, self._ui.captions
        match name:
            case "size":
                self._ui.view.set_size(settings.size)
            case "caption_lines":
                captions.set_lines(settings.caption_lines)
            case "caption_size":
                captions.set_size(settings.caption_size)
            case "caption_opacity":
                captions.set_opacity(settings.caption_opacity)
            case "retention_days":
                self.retention_chosen.emit()

    def _toggle_ribbon(self, shown: bool) -> None:
        self._settings.ribbon = shown
        self._show_ribbon()

    def _show_ribbon(self) -> None:
        """It shows the sound of the moment, so it belongs to the live transcript only."""
        self._ui.ribbon.setVisible(self._settings.ribbon and self._desk.live_shown)
