"""Light and dark, banners that leave, dialogs that fit, names that are too long, and what the window remembers."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QScrollArea, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.audio_io.devices import Device
from app.window.help.shortcuts import ShortcutsDialog
from app.window.main_window import MainWindow
from app.window.settings.settings import Settings
from app.window.settings.settings_dialog import SettingsDialog
from app.window.settings.settings_group import SettingsGroup
from app.window.shell.actions import menus
from app.window.shell.device_list import DeviceList
from app.window.style import theme
from app.window.style.colors import DARK, LIGHT, current_colors
from app.window.style.theme import apply_theme
from app.window.texts import messages
from tests.app.window.helpers import high_contrast


@pytest.fixture(autouse=True)
def restored(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme("system")


def test_a_theme_is_chosen_at_once_and_remembered(window: MainWindow, settings: Settings) -> None:
    dialog = window.appearance.open_preferences(window.store.root)
    for name, colors in (("dark", DARK), ("light", LIGHT)):
        dialog.theme.activated.emit(dialog.theme.findData(name))
        assert current_colors() is colors and settings.theme == name
        image = window.grab().toImage()
        assert image.pixelColor(2, image.height() // 2).name() == colors.window
    dialog.close()


def test_the_system_is_followed_between_light_and_dark(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self) -> Qt.ColorScheme:
            return self.scheme

    hints = Hints()
    monkeypatch.setattr(theme.QGuiApplication, "styleHints", lambda: hints)
    window.appearance._follow_scheme()
    assert current_colors() is DARK
    hints.scheme = Qt.ColorScheme.Light
    window.appearance._follow_scheme()
    assert current_colors() is LIGHT
    window.settings.theme = "light"
    hints.scheme = Qt.ColorScheme.Dark
    window.appearance._follow_scheme()
    assert current_colors() is LIGHT


def test_high_contrast_of_the_system_is_left_as_it_is(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_system_palette", high_contrast)
    apply_theme("system")
    assert current_colors().text == "#ffff00" and current_colors().window == "#000000"
    apply_theme("light")  # whoever asks for it gets it
    assert current_colors() is LIGHT


@pytest.mark.slow
def test_a_message_that_only_informs_leaves_and_others_stay(window: MainWindow, qtbot: QtBot) -> None:
    banner = window.ui.banner
    banner._timer.setInterval(40)
    window.problems.show(messages.deleted("a session"))
    qtbot.waitUntil(lambda: not banner.isVisible())
    assert banner.problem is None
    for stays in (messages.no_microphone(), messages.not_kept("The disk is full."), messages.recovered(3.0)):
        window.problems.show(stays)
        qtbot.wait(80)
        assert banner.problem == stays
    window.problems.show(messages.deleted("another"))
    point = QPointF(5, 5)
    QApplication.sendEvent(banner, QEnterEvent(point, point, point))
    qtbot.wait(80)
    assert banner.isVisible()  # the pointer is on it
    QApplication.sendEvent(banner, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not banner.isVisible())


def test_settings_are_in_groups_and_scroll_where_the_screen_is_small(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Screen:
        def availableSize(self) -> QSize:
            return QSize(700, 420)

    monkeypatch.setattr(window, "screen", Screen)
    dialog = SettingsDialog(window.settings, window.store.root, True, window)
    dialog.show()
    assert len(dialog.groups.findChildren(SettingsGroup)) == 6
    assert dialog.height() <= 420
    assert dialog.groups.verticalScrollBar().maximum() > 0
    dialog.groups.ensureWidgetVisible(dialog.model)
    assert (
        dialog.groups.viewport()
        .rect()
        .contains(dialog.model.mapTo(dialog.groups.viewport(), dialog.model.rect().center()))
    )
    dialog.close()


@pytest.mark.parametrize("command", ["settings", "vocabulary", "voices", "trash", "shortcuts", "about"])
def test_no_dialog_is_larger_than_the_screen(window: MainWindow, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    class Screen:
        def availableSize(self) -> QSize:
            return QSize(800, 420)

    monkeypatch.setattr(window, "screen", Screen)
    window.commands[command].trigger()
    (dialog,) = [widget for widget in window.findChildren(QDialog) if widget.isVisible()]
    QApplication.processEvents()
    assert dialog.width() <= 800 and dialog.height() <= 420
    dialog.close()


def test_shortcuts_stand_in_columns_under_the_names_of_their_menus(window: MainWindow) -> None:
    dialog = ShortcutsDialog(window.commands, window)
    dialog.resize(1200, 1000)
    dialog.show()
    QApplication.processEvents()
    titles = [title.replace("&", "") for title, commands in menus().items() if any(c and c.shortcut for c in commands)]
    headings = [label for label in dialog.findChildren(QLabel) if label.objectName() == "heading"]
    assert [label.text() for label in headings] == titles
    assert len({label.mapTo(dialog, label.rect().topLeft()).x() for label in headings}) == 2
    (area,) = dialog.findChildren(QScrollArea)
    assert area.verticalScrollBar().maximum() == 0
    dialog.close()


def test_a_long_name_of_a_device_ends_in_an_ellipsis_and_stands_whole_in_the_tip(qtbot: QtBot) -> None:
    name = "A microphone with a name that is longer than any room there is for it in a window"
    devices = DeviceList()
    qtbot.addWidget(devices)
    devices.fill([Device(0, name, 1, 16_000.0, default=False, monitor=False)], name)
    devices.resize(200, devices.sizeHint().height())
    devices.show()
    assert devices.toolTip().startswith(name)
    assert devices.sizeHint().width() < QFontMetrics(devices.font()).horizontalAdvance(name)
    cut = devices.grab().toImage()
    devices.setItemText(devices.currentIndex(), name + " and more")
    assert devices.grab().toImage() == cut  # what does not fit is not drawn, and no letter is cut in two


def test_without_a_device_the_list_says_so(qtbot: QtBot) -> None:
    devices = DeviceList()
    qtbot.addWidget(devices)
    devices.fill([], None)
    assert devices.count() == 1 and devices.currentText() == "No microphone found"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_both_lines_of_a_session_have_room(window: MainWindow, scale: float, qapp: QApplication) -> None:
    before = qapp.font()
    font = qapp.font()
    font.setPointSizeF(scale * before.pointSizeF())
    qapp.setFont(font)
    try:
        rows = window.ui.session_list.list
        option = QStyleOptionViewItem()
        option.initFrom(rows)
        option.font = rows.font()
        option.fontMetrics = rows.fontMetrics()
        small = rows.font()
        small.setPointSizeF(small.pointSizeF() * 0.87)
        needed = rows.fontMetrics().height() + QFontMetrics(small).height()
        height = rows.itemDelegate().sizeHint(option, rows.model().index(0, 0)).height()
        assert needed < height < 1.8 * needed
    finally:
        qapp.setFont(before)


def test_the_scroll_bar_of_the_list_has_the_colours_of_the_theme(window: MainWindow) -> None:
    rows = window.ui.session_list.list
    rows.addItems([str(number) for number in range(200)])
    rows.show()
    QApplication.processEvents()
    bar = rows.verticalScrollBar()
    assert bar.isVisible() and current_colors() is LIGHT
    image = window.grab(QRect(bar.mapTo(window, QPoint(0, 0)), bar.size())).toImage()
    assert min(image.pixelColor(image.width() // 2, y).lightness() for y in range(image.height())) > 120


def test_full_screen_returns_to_maximised(window: MainWindow) -> None:
    window.showMaximized()
    window.commands["full_screen"].trigger()
    assert window.isFullScreen()
    window.commands["full_screen"].trigger()
    assert window.isMaximized() and not window.isFullScreen()


def test_the_width_of_the_side_bar_is_kept(make_window: Callable[[], MainWindow]) -> None:
    first = make_window()
    first.resize(1200, 700)
    first.ui.split.setSizes([400, 800])
    width = first.ui.split.sizes()[0]
    first.close()
    again = make_window()
    again.resize(1200, 700)
    QApplication.processEvents()
    assert width > 300 and again.ui.split.sizes()[0] == pytest.approx(width, abs=3)


def test_the_view_of_the_transcript_is_chosen_by_mouse_and_by_arrow_keys(finished: MainWindow, qtbot: QtBot) -> None:
    header = finished.ui.header
    text, segments, subtitles = (header.modes.button(number) for number in range(3))
    assert text.geometry().right() + 1 == segments.geometry().left()  # one control, without gaps
    qtbot.mouseClick(segments, Qt.MouseButton.LeftButton)
    assert header.mode == 1
    segments.setFocus()
    qtbot.keyClick(segments, Qt.Key.Key_Right)
    assert header.mode == 2 and subtitles.isChecked()
    assert QGuiApplication.palette().color(QPalette.ColorRole.Window).name() == current_colors().window
