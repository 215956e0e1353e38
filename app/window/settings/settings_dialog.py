"""The settings dialog. Every change takes effect at once, so there is no Apply button."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)

from app.sessions.languages import kept_languages
from app.window.settings.settings import TEXT_SIZES, Settings
from app.window.settings.settings_group import LETTERS, Groups, SettingsGroup
from app.window.shell.device_list import DeviceList
from app.window.style.colors import SMALL
from app.window.style.scrolled_dialog import ScrolledDialog
from app.window.texts.language import LANGUAGES, SYSTEM
from app.window.texts.messages import plural
from app.window.texts.plain_text import ElidedLabel, Label, set_tip


class SettingsDialog(ScrolledDialog):
    """Writes the settings and emits `changed`; what needs other parts of the window is emitted as a wish."""

    changed = Signal(str)  # name of a property of Settings
    model_wanted = Signal()  # the user wants to choose the folder of a model
    shipped_model_wanted = Signal()  # the user wants the model that came with the program
    corrections_wanted = Signal()  # the user wants to see what was learnt from corrections

    def __init__(self, settings: Settings, data: Path, captions_stay_on_top: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._settings = settings
        self.groups = Groups(
            (
                self._sound(),
                self._text(),
                self._language(data),
                self._captions(captions_stay_on_top),
                self._privacy(data),
                self._model(),
            )
        )
        self.show_area(self.groups, LETTERS)

    def _sound(self) -> SettingsGroup:
        group = SettingsGroup(self.tr("Sound"))
        self.devices = DeviceList()
        group.add_row(self.tr("Microphone"), self.devices)
        self.preview = self._box(self.tr("Show its level before Start"), "shows_level_before_start")
        group.add_wide(self.preview)
        group.add_note(self.tr("Of the sound before Start nothing is kept."))
        return group

    def _text(self) -> SettingsGroup:
        group = SettingsGroup(self.tr("Text"))
        names = [(name, code) for code, name in LANGUAGES.items()]
        self.language = self._choice("language", (self.tr("As the system"), SYSTEM), *names)
        set_tip(self.language, self.tr("Takes effect at the next start of Echoic"))
        group.add_row(self.tr("Language of the window"), self.language)
        self.theme = self._choice(
            "theme", (self.tr("As the system"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark")
        )
        group.add_row(self.tr("Theme"), self.theme)
        self.text_size = self._points("text_size", *TEXT_SIZES)
        group.add_row(self.tr("Text size"), self.text_size)
        self.pause = self._choice(
            "endpoint",
            (self.tr("a short pause: a new line at every breath"), "short"),
            (self.tr("a normal pause"), "normal"),
            (self.tr("a long pause: lines of whole thoughts"), "long"),
        )
        group.add_row(self.tr("New line after"), self.pause)
        self.formatted = self._box(self.tr("Capitals, punctuation, numbers in digits"), "formatted")
        set_tip(self.formatted, self.tr("Otherwise words as they are spoken: i guess she was ninety two"))
        group.add_wide(self.formatted)
        self.commands = self._box(self.tr("Act on spoken commands: comma, new line, scratch that"), "spoken_commands")
        self.commands.setEnabled(self._settings.formatted)
        self.formatted.toggled.connect(self.commands.setEnabled)
        set_tip(
            self.commands,
            self.tr(
                "comma, full stop or period, question mark, exclamation mark, colon, new line, new paragraph. "
                "“Scratch that” removes the words since the last mark."
            ),
        )
        group.add_wide(self.commands)
        return group

    def _language(self, data: Path) -> SettingsGroup:
        group = SettingsGroup(self.tr("Your language"))
        self.learns = self._box(self.tr("Learn words and phrases from my corrections"), "learns_from_corrections")
        set_tip(self.learns, self.tr("Corrected lines are kept on this computer; those of private sessions never"))
        group.add_wide(self.learns)
        learnt = QWidget()
        row = QHBoxLayout(learnt)
        row.setContentsMargins(0, 0, 0, 0)
        self.learnt = Label()
        show = QPushButton(self.tr("Show and delete…"))
        show.setAutoDefault(False)
        show.clicked.connect(self.corrections_wanted)
        row.addWidget(self.learnt, 1)
        row.addWidget(show)
        group.add_wide(learnt)
        self.documents = QComboBox()
        self.documents.addItem(self.tr("none"), "")
        chosen = (*self._settings.languages, "")[0]
        for name in dict.fromkeys([*(path.stem for path in kept_languages(data)), *filter(None, [chosen])]):
            self.documents.addItem(name, name)
        self.documents.setCurrentIndex(self.documents.findData(chosen))
        self.documents.activated.connect(
            lambda index: self._set("languages", list(filter(None, [self.documents.itemData(index)])))
        )
        group.add_row(self.tr("Language of documents"), self.documents)
        group.add_note(self.tr("`echoic adapt-language` makes one of your own documents."))
        return group

    def show_learnt(self, text: str) -> None:
        """Show how much was learnt from corrections."""
        self.learnt.setText(text)

    def _captions(self, stay_on_top: bool) -> SettingsGroup:
        group = SettingsGroup(self.tr("Captions"))
        self.caption_place = self._choice(
            "caption_place",
            (self.tr("bottom of the screen"), "bottom"),
            (self.tr("top of the screen"), "top"),
            (self.tr("where I put them"), "free"),
        )
        group.add_row(self.tr("Place"), self.caption_place)
        self.caption_style = self._choice("caption_style", (self.tr("dark"), "dark"), (self.tr("light"), "light"))
        group.add_row(self.tr("Style"), self.caption_style)
        self.lines = QSpinBox()
        self.lines.setRange(1, 5)
        self.lines.setValue(self._settings.caption_lines)
        self.lines.valueChanged.connect(lambda lines: self._set("caption_lines", lines))
        group.add_row(self.tr("Lines"), self.lines)
        self.caption_size = self._points("caption_size", 10, 96)
        group.add_row(self.tr("Size"), self.caption_size)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(20, 100)
        self.opacity.setValue(round(100 * self._settings.caption_opacity))
        self.opacity.valueChanged.connect(lambda percent: self._set("caption_opacity", percent / 100))
        group.add_row(self.tr("Background"), self.opacity)
        self.caption_fades = self._box(self.tr("Fade after a silence"), "caption_fades")
        group.add_wide(self.caption_fades)
        if not stay_on_top:
            group.add_note(self.tr("On this desktop (Wayland) the system decides whether captions stay on top."))
        return group

    def _privacy(self, data: Path) -> SettingsGroup:
        group = SettingsGroup(self.tr("Privacy"))
        self.keep = QSpinBox()
        self.keep.setRange(0, 3650)
        self.keep.setSpecialValueText(self.tr("until I delete them"))
        self.keep.valueChanged.connect(self._name_days)
        self.keep.setValue(round(self._settings.retention_days or 0))
        self._name_days(self.keep.value())
        # Acts when the dialog closes, not at every step: a "1" on the way to "14" must not delete anything.
        self._retention_before = self._settings.retention_days
        self.keep.valueChanged.connect(lambda days: setattr(self._settings, "retention_days", float(days) or None))
        self.finished.connect(self._retain)
        group.add_row(self.tr("Keep sessions"), self.keep)
        folder = ElidedLabel(str(data))
        folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        group.add_row(self.tr("Storage folder"), folder)
        return group

    def _model(self) -> SettingsGroup:
        group = SettingsGroup(self.tr("Model"))
        self.model = QLineEdit()
        self.model.setReadOnly(True)
        browse = QPushButton(self.tr("Choose…"))
        browse.clicked.connect(self.model_wanted)
        self.shipped = QPushButton(self.tr("Reset"))
        set_tip(self.shipped, self.tr("Use the built-in model"))
        self.shipped.clicked.connect(self.shipped_model_wanted)
        self.show_model()
        group.add_row(self.tr("Model"), self.model)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addStretch(1)
        row.addWidget(browse)
        row.addWidget(self.shipped)
        group.add_wide(buttons)
        return group

    def show_model(self) -> None:
        """Show the model that the settings name now."""
        path = self._settings.model
        self.model.setText(str(path or self.tr("Built-in model")))
        self.model.setCursorPosition(0)
        set_tip(self.model, self.model.text())
        self.shipped.setEnabled(path is not None)

    def _name_days(self, days: int) -> None:
        self.keep.setSuffix(plural("SettingsDialog", " (day|days)", days))

    def _retain(self) -> None:
        if self._settings.retention_days != self._retention_before:
            self.changed.emit("retention_days")

    def _set(self, name: str, value: object) -> None:
        setattr(self._settings, name, value)
        self.changed.emit(name)

    def _choice(self, name: str, *choices: tuple[str, str]) -> QComboBox:
        """Return a box of the values of a setting, each with its text."""
        box = QComboBox()
        for text, value in choices:
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(getattr(self._settings, name)))
        box.activated.connect(lambda row: self._set(name, box.itemData(row)))
        return box

    def _points(self, name: str, least: float, most: float) -> QDoubleSpinBox:
        """Return a field for a size of letters."""
        field = QDoubleSpinBox()
        field.setRange(least, most)
        field.setDecimals(0)
        field.setSuffix(self.tr(" pt"))
        field.setValue(getattr(self._settings, name))
        field.valueChanged.connect(lambda points: self._set(name, points))
        return field

    def _box(self, text: str, name: str) -> QCheckBox:
        """Return a box to check."""
        box = QCheckBox(text)
        box.setChecked(getattr(self._settings, name))
        box.toggled.connect(lambda on: self._set(name, on))
        return box
