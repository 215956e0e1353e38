"""What a screen reader finds: a name, a role and a value of every control, and lines that are read whole."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.window.help.about import AboutDialog
from app.window.help.shortcuts import ShortcutsDialog
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.sessions.trash_dialog import TrashDialog
from app.window.settings.settings_dialog import SettingsDialog
from app.window.shell import screen_reader
from app.worker.audio_monitor import AudioColumns
from tests.app.window.helpers import Desktop
from tests.support.recognition.fakes import SCRIPT

VAGUE = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane, QAccessible.Role.Grouping)
VALUED = (
    *(QAccessible.Role.ComboBox, QAccessible.Role.Slider, QAccessible.Role.SpinBox, QAccessible.Role.ProgressBar),
    QAccessible.Role.StaticText,
)


def controls(root: QWidget) -> list[QWidget]:
    """The widgets that Tab or a click can reach, and the labels that say something."""
    found = [child for child in root.findChildren(QWidget) if not child.objectName().startswith("qt_")]
    found = [child for child in found if child.focusProxy() is None and not child.isWindow()]
    return [
        child
        for child in found
        if (bool(child.text()) if isinstance(child, QLabel) else child.focusPolicy() != Qt.FocusPolicy.NoFocus)
    ]


def test_every_control_has_a_role_and_a_value(window: MainWindow, qtbot: QtBot) -> None:
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    window.commands["find"].trigger()
    dialogs = [
        AboutDialog("scripted", "en", window),
        ShortcutsDialog(window.commands, window),
        SettingsDialog(window.settings, window.store.root, False, window),
        TrashDialog(window.store, window),
    ]
    vague, empty = [], []
    for root in (window, *dialogs):
        for widget in controls(root):
            interface = QAccessible.queryAccessibleInterface(widget)
            place = f"{type(widget).__name__} {widget.accessibleName()!r} in {type(root).__name__}"
            inside = isinstance(widget.parent(), QComboBox) or widget.parent() is None
            if interface.role() in VAGUE and not inside:
                vague.append(place)
            value = interface.text(QAccessible.Text.Value) or interface.text(QAccessible.Text.Name)
            if interface.role() in VALUED and not value.strip():
                empty.append(place)
    assert (vague, empty) == ([], [])


def test_the_meter_has_a_value_that_nobody_can_change(window: MainWindow, qtbot: QtBot) -> None:
    meter = window.ui.toolbar.meter
    meter.feed((AudioColumns(0.1, -20.0, -6.0, False, b"", 0),))
    interface = QAccessible.queryAccessibleInterface(meter)
    assert interface.valueInterface().currentValue() == -20
    assert (interface.valueInterface().minimumValue(), interface.valueInterface().maximumValue()) == (-60, 0)
    qtbot.keyClick(meter, Qt.Key.Key_Up)
    assert meter.focusPolicy() == Qt.FocusPolicy.NoFocus
    meter.clear()
    assert interface.valueInterface().currentValue() == -60


def test_the_status_is_read_and_not_its_name(window: MainWindow) -> None:
    window.ui.status_bar.show_saved("not kept")
    label = window.ui.status_bar.findChild(QLabel)
    window.ui.status_bar.show_saved("not kept")
    assert isinstance(label, QLabel) and window.ui.status_bar.text == "not kept"
    assert QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name) == window.ui.status_bar.text


def test_boxes_of_choices_have_labels(window: MainWindow) -> None:
    dialog = SettingsDialog(window.settings, window.store.root, False, window)
    for root in (window.ui.toolbar, dialog):
        labelled = {label.buddy() for label in root.findChildren(QLabel) if label.buddy() is not None}
        boxes = set(root.findChildren(QComboBox))
        assert boxes and boxes <= labelled


@pytest.mark.slow
def test_final_words_are_read_line_by_line(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def hear(event: QAccessibleEvent) -> None:
        assert isinstance(event, QAccessibleAnnouncementEvent)
        told.append(event.message())

    monkeypatch.setattr(screen_reader.QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(screen_reader.QAccessible, "updateAccessibility", hear)
    desktop.recognizer.by_word = True  # each word is final at its end
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    for _ in range(8):
        desktop.feed.push(0.5)
        qtbot.wait(50)
    qtbot.waitUntil(lambda: SCRIPT[0][0] in told)
    desktop.feed.push(1.0)  # in the middle of the second line
    qtbot.waitUntil(lambda: len(window.ui.view.words) > 12)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    words = [text for text in told if text and text in " ".join(text for text, _ in SCRIPT)]
    assert words[0] == SCRIPT[0][0] and len(words) == 2 and SCRIPT[1][0].startswith(words[1])
