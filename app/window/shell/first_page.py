"""The page that is shown while there is no transcript: a person begins here."""

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.window.shell.actions import Actions
from app.window.shell.device_list import DeviceList
from app.window.shell.level_meter import LevelMeter
from app.window.shell.state_display import StateDisplay
from app.window.style.colors import LARGE, MEDIUM, SMALL, TINY, WIDE
from app.window.style.icons import set_icon
from app.window.style.style_sheet import BADGE, HEADLINE, LARGE_BUTTON, PRIMARY, QUIET, RECORDING, SCROLLED, restyle
from app.window.texts.plain_text import Label

COLUMN = 44  # width of the column, in letters


class FirstPage(QFrame):
    """The large button, two other ways to begin, and the microphone with its level. Interface thread."""

    appeared = Signal(bool)  # whether the page is on screen now

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = ""
        self._headline = Label(self.tr("Speak, and read along"))
        self._headline.setObjectName(HEADLINE)
        self._headline.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._headline.setWordWrap(True)
        self.start = QPushButton()
        self.start.setObjectName(PRIMARY)
        self.start.clicked.connect(actions["start"].trigger)
        self.open = self._button(actions, "open", self.tr("Open a file…"))
        self.sample = self._button(actions, "sample", self.tr("Try the sample"))
        self._icon = Label()
        set_icon(self._icon, "microphone", "muted")
        self.devices = DeviceList()
        self._icon.setAccessibleName(self.tr("Microphone"))
        self._icon.setBuddy(self.devices)
        self.meter = LevelMeter()
        self.promise = Label()
        self.private = Label(self.tr("Private session (nothing is saved)"))
        self.private.setObjectName(BADGE)
        self.private.setVisible(actions["private"].isChecked())
        actions["private"].toggled.connect(self.private.setVisible)
        self.hint = Label(self.tr("Sound and video files can be dropped here."))
        for label in (self.promise, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
        self.hint.setObjectName(QUIET)
        self._arrange()
        self.show_language("")

    def _button(self, actions: Actions, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(LARGE_BUTTON)
        set_icon(button, name)
        button.clicked.connect(actions[name].trigger)
        return button

    def _arrange(self) -> None:
        self._others = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._others.setSpacing(SMALL)
        self._others.addWidget(self.open, 1)
        self._others.addWidget(self.sample, 1)
        microphone = QHBoxLayout()
        microphone.setSpacing(SMALL)
        microphone.addWidget(self._icon)
        microphone.addWidget(self.devices, 5)
        microphone.addSpacing(TINY)
        microphone.addWidget(self.meter, 2)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        badge = QHBoxLayout()
        badge.addStretch(1)
        badge.addWidget(self.private)
        badge.addStretch(1)
        for item, space in (
            (self._headline, MEDIUM),
            (badge, MEDIUM),
            (self.start, MEDIUM),
            (self._others, WIDE),
            (microphone, WIDE + LARGE),
            (self.promise, TINY),
            (self.hint, 0),
        ):
            if isinstance(item, QWidget):
                column.addWidget(item)
            else:
                column.addLayout(item)
            column.addSpacing(space)
        middle = QHBoxLayout()  # an alignment would do, but takes the height that wrapped labels need
        middle.addStretch(1)
        middle.addWidget(self._column, 1000)  # up to its maximum
        middle.addStretch(1)
        inner = QWidget()
        inner.setObjectName(SCROLLED)
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        whole.addStretch(4)
        whole.addLayout(middle)
        whole.addStretch(5)  # the eye finds the middle a little higher
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(self._area)
        self._fit()

    def show_state(self, display: StateDisplay) -> None:
        """Show whether the large button begins or ends something."""
        self.start.setText(display.button)
        self.start.setEnabled(display.enabled)
        set_icon(self.start, display.icon, "on_record" if display.stops else "on_accent")
        restyle(self.start, RECORDING, display.stops)

    def show_language(self, code: str) -> None:
        """Show which language is understood. `code`: ISO 639-1; "" while no model is loaded."""
        self._language = language_name(code)
        promise = self.tr("Nothing leaves this computer.")
        self.promise.setText(f"{self._language}. {promise}" if self._language else promise)

    def _fit(self) -> None:
        letters = self.start.fontMetrics().height()
        self.start.setIconSize(QSize(letters, letters))
        for button in (self.open, self.sample):
            button.setIconSize(QSize(button.fontMetrics().height(), button.fontMetrics().height()))
        self._column.setMaximumWidth(self.fontMetrics().horizontalAdvance("n") * COLUMN)
        self._stack()

    def _stack(self) -> None:
        """Put the two buttons side by side, or one over the other where they have no room."""
        room = min(self.width() - 2 * WIDE, self._column.maximumWidth())
        fits = self.open.sizeHint().width() + self.sample.sizeHint().width() + SMALL <= room
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        self._others.setDirection(direction)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the buttons to the new width."""
        super().resizeEvent(event)
        self._stack()

    def changeEvent(self, event: QEvent) -> None:
        """Fit everything to the new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.layout() is not None:
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit everything to the font, which the style sheet decides; emit `appeared`."""
        super().showEvent(event)
        self._fit()
        self.appeared.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Emit `appeared`."""
        super().hideEvent(event)
        self.appeared.emit(False)


def language_name(code: str) -> str:
    """Return the name of a language, or its code where Qt does not know it; "" for ""."""
    if not code:
        return ""
    if code == "en":
        return QCoreApplication.translate("Languages", "English")
    language = QLocale.codeToLanguage(code)
    return QLocale.languageToString(language) if language != QLocale.Language.AnyLanguage else code
