"""How it looks and whether it can be read: palettes, contrast, letters of double size, the smallest window."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app.sessions.document import Gap
from app.sessions.search.search_index import SessionEntry
from app.sessions.store import Store
from app.voices.store import VoiceStore
from app.window.help.about import AboutDialog
from app.window.live.live_state import LiveState, display_of
from app.window.main_window import MainWindow
from app.window.sessions.trash_dialog import TrashDialog
from app.window.settings.settings import Settings
from app.window.style.colors import (
    CAPTIONS_DARK,
    CAPTIONS_LIGHT,
    DARK,
    LIGHT,
    TINY,
    Colors,
    colors_of,
    contrast,
    current_colors,
    palette_of,
    text_pairs,
)
from app.window.style.icons import icon
from app.window.texts import messages
from app.window.texts.messages import Problem, Remedy
from app.window.transcript.header import TITLE_ROOM
from app.window.vocabulary.corrections_dialog import CorrectionsDialog
from app.window.vocabulary.corrections_file import CorrectionsFile
from app.window.vocabulary.vocabulary_dialog import VocabularyDialog
from app.window.vocabulary.vocabulary_file import VocabularyFile
from app.window.voices.voices_dialog import VoicesDialog
from asr.updates import Update
from tests.app.window.helpers import Desktop, dark, high_contrast
from tests.support.recognition.fakes import words

Role = QPalette.ColorRole


@pytest.fixture
def set_palette(qapp: QApplication) -> Iterator[Callable[[QPalette], None]]:
    before = QPalette(qapp.palette())
    yield qapp.setPalette
    qapp.setPalette(before)


@pytest.fixture
def set_font(qapp: QApplication) -> Iterator[Callable[[float], None]]:
    before = qapp.font()

    def scale(times: float) -> None:
        font = qapp.font()
        font.setPointSizeF(before.pointSizeF() * times)
        qapp.setFont(font)

    yield scale
    qapp.setFont(before)


def themes() -> dict[str, Colors]:
    return {"light": LIGHT, "dark": DARK} | {
        f"derived, {name}": colors_of(palette())
        for name, palette in {"light": QPalette, "dark": dark, "high contrast": high_contrast}.items()
    }


def test_everything_that_is_read_can_be_read(qapp: QApplication) -> None:
    """WCAG 2.1 asks for 4.5."""
    for name, colors in themes().items():
        for text, ground in text_pairs(colors):
            ratio = contrast(QColor(getattr(colors, text)), QColor(getattr(colors, ground)))
            assert ratio >= 4.5, (name, text, ground, ratio)
    for captions in (CAPTIONS_DARK, CAPTIONS_LIGHT):
        for text in (captions.text, captions.muted, captions.notice):
            assert contrast(QColor(text), QColor(captions.ground)) >= 4.5


def test_the_palette_of_a_theme_leads_back_to_it(qapp: QApplication) -> None:
    for colors in (LIGHT, DARK):
        assert colors_of(palette_of(colors)) is colors


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


def colour_of(image: QImage) -> str:
    """Of the strongest pixels of an icon."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=lambda colour: colour.alpha()).name()


def test_a_theme_that_changes_while_it_runs_is_followed(
    window: MainWindow, set_palette: Callable[[QPalette], None], qtbot: QtBot
) -> None:
    window.problems.show(messages.no_microphone())
    view = window.ui.view
    view.apply([Update(words("final"), words("partial", 1.0), 2.0)])

    def inks() -> tuple[str, bool, str]:
        pause = window.commands["pause"].icon().pixmap(24, 24).toImage()
        banner = window.ui.banner.ground
        cursor = view.textCursor()
        cursor.setPosition(len("final par"))
        return colour_of(pause), banner.lightness() > 128, cursor.charFormat().foreground().color().name()

    light = inks()
    assert light[1]
    set_palette(dark())
    qtbot.wait(1)
    assert inks() == ("#ffffff", False, colors_of(dark()).muted)
    assert inks()[0] != light[0]


def test_an_icon_is_drawn_in_the_ink_of_the_palette(set_palette: Callable[[QPalette], None]) -> None:
    set_palette(high_contrast())
    assert colour_of(icon("stop").pixmap(24, 24).toImage()) == "#ffff00"


def cut_off(window: MainWindow) -> list[str]:
    """Texts that do not fit into their own widget."""
    found = []
    for widget in window.findChildren(QAbstractButton):
        if (
            widget.isVisible()
            and widget.text()
            and getattr(widget, "toolButtonStyle", lambda: None)() != (Qt.ToolButtonStyle.ToolButtonIconOnly)
        ):
            needed = QFontMetrics(widget.font()).horizontalAdvance(widget.text().replace("&", ""))
            if needed > widget.width():
                found.append(widget.text())
    return found


@pytest.mark.parametrize("times", [1.0, 2.0])
def test_it_holds_at_720_by_480(
    window: MainWindow, desktop: Desktop, set_font: Callable[[float], None], qtbot: QtBot, times: float
) -> None:
    set_font(times)
    window.resize(720, 480)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds))
    desktop.feed.push(5.0)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING and len(window.ui.view.words) > 3)
    assert (window.width(), window.height()) == (720, 480)
    top = window.ui.toolbar
    for widget in (top.start, top.pause, top.captions, top.devices, top.meter, top.clock):
        assert widget.isVisible(), widget
        assert widget.geometry().right() <= top.width()
    assert cut_off(window) == []
    assert window.ui.view.viewport().height() > 3 * window.ui.view.fontMetrics().height()
    assert top.meter.width() >= top.meter.minimumSizeHint().width()


def test_the_transcript_follows_the_letters_of_the_system_until_a_size_is_chosen(
    window: MainWindow, set_font: Callable[[float], None], qtbot: QtBot
) -> None:
    view = window.ui.view
    before = view.font().pointSizeF()
    set_font(2.0)
    qtbot.waitUntil(lambda: view.font().pointSizeF() == pytest.approx(2 * before, abs=1))
    window.commands["larger"].trigger()
    chosen = view.font().pointSizeF()
    set_font(1.0)
    qtbot.wait(100)
    assert view.font().pointSizeF() == chosen
    window.commands["normal"].trigger()
    assert view.font().pointSizeF() == before


def test_the_size_goes_by_keys_and_by_the_wheel_and_is_remembered(
    window: MainWindow, make_window: Callable[[], MainWindow]
) -> None:
    before = window.ui.view.font().pointSizeF()
    window.commands["larger"].trigger()
    window.commands["larger"].trigger()
    window.commands["smaller"].trigger()
    window.ui.view.size_stepped.emit(1)
    assert window.ui.view.font().pointSizeF() == before + 2
    assert make_window().ui.view.font().pointSizeF() == before + 2


def test_icons_grow_with_the_letters(window: MainWindow, set_font: Callable[[float], None], qtbot: QtBot) -> None:
    before = window.ui.toolbar.start.iconSize().height()
    set_font(2.0)
    qtbot.waitUntil(lambda: window.ui.toolbar.start.iconSize().height() == pytest.approx(2 * before, abs=3))


def test_nothing_moves_when_the_large_button_changes_its_text(listening: MainWindow) -> None:
    place = listening.ui.toolbar.devices.x()
    for state in LiveState:
        listening.ui.toolbar.show_state(display_of(state))
        QApplication.processEvents()
        assert listening.ui.toolbar.devices.x() == place, state


def test_lost_sound_has_a_sign_in_the_gutter(window: MainWindow) -> None:
    view = window.ui.view
    view.apply([Update(words("one"), (), 1.0, True)])

    def coloured() -> bool:
        image = view.grab().toImage()
        return any(image.pixelColor(x, y).saturation() > 120 for x in range(24) for y in range(40))

    assert not coloured()
    view.reset()
    view.add_gap(Gap(0.0, 0.5))
    view.apply([Update(words("one"), (), 1.0, True)])
    assert coloured()


def test_start_is_filled_and_red_while_it_listens(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    def ground() -> str:
        start = window.ui.toolbar.start if window.ui.toolbar.start.isVisible() else window.ui.first_page.start
        return start.grab().toImage().pixelColor(start.width() // 2, 4).name()

    colors = current_colors()
    assert ground() == colors.accent
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    assert ground() == colors.record


def test_full_screen_and_back(window: MainWindow) -> None:
    window.commands["full_screen"].trigger()
    assert window.isFullScreen()
    window.commands["full_screen"].trigger()
    assert not window.isFullScreen()


def test_a_long_title_ends_in_an_ellipsis_and_stands_whole_in_the_tip(finished: MainWindow) -> None:
    long = "A title that is much longer than the room there is for it in any window, however wide it is made"
    finished.ui.header.refresh(long, True, True)
    title = finished.ui.header.title
    QApplication.processEvents()
    whole = title.grab().toImage()
    assert title.toolTip() == long
    title.setText(title.fontMetrics().elidedText(long, Qt.TextElideMode.ElideRight, title.width()))
    assert title.text().endswith("…")
    assert title.grab().toImage() == whole


def test_a_title_keeps_room_beside_the_buttons(finished: MainWindow) -> None:
    finished.resize(800, 500)
    QApplication.processEvents()
    title = finished.ui.header.title
    assert title.width() >= title.fontMetrics().averageCharWidth() * TITLE_ROOM


def test_the_list_of_microphones_is_wide_enough_for_a_name(window: MainWindow) -> None:
    window.resize(1080, 680)
    QApplication.processEvents()
    box: QComboBox = window.ui.toolbar.devices
    assert box.width() > box.fontMetrics().horizontalAdvance("Built-in Audio Analog")


def test_a_banner_is_as_high_as_its_text_wants_at_every_width(window: MainWindow, qtbot: QtBot) -> None:
    banner, button = window.ui.banner, window.ui.first_page.open
    line = banner.fontMetrics().height()
    banner.add_notice(Problem("One private session is not saved.", Remedy.KEEP_PRIVATE, "Keep", grave=False))
    qtbot.waitUntil(lambda: banner.height() < button.height() + 2 * line)
    high = banner.height()
    banner.show_problem(Problem("A sentence that says what is wrong, and what could be done about it. " * 4))
    window.resize(720, 480)
    qtbot.waitUntil(lambda: banner.height() > high)
    banner.show_problem(Problem("One.", Remedy.RETRY, "Retry"))
    window.resize(1080, 680)
    qtbot.waitUntil(lambda: banner.height() <= high)


def test_lists_and_texts_of_dialogs_have_the_ground_of_fields_and_check_marks_are_the_accent(
    window: MainWindow, store: Store, settings: Settings, qtbot: QtBot
) -> None:
    entry = SessionEntry("one", "live", "Reading group", "Built-in", 0.0, 20.0, 31, 0.0)
    voices = VoicesDialog(VoiceStore(store.root), settings, [entry], ["one"], False, window)
    corrections = CorrectionsDialog(CorrectionsFile(store.root), window)
    trash = TrashDialog(store, window)
    words = VocabularyDialog(VocabularyFile(store.root / "vocabulary.txt"), "Nguyen = win", None, window)
    for dialog, part in (
        (voices, voices.sessions),
        (corrections, corrections.list),
        (trash, trash.list),
        (words, words.editor),
    ):
        dialog.show()
        qtbot.waitExposed(dialog)
        image = dialog.grab().toImage()
        corner = part.mapTo(dialog, part.rect().bottomRight())
        inside = image.pixelColor(corner.x() - 12, corner.y() - 12).name()
        outside = image.pixelColor(corner.x() + 4, corner.y() - 12).name()
        assert (inside, outside) == (current_colors().base, current_colors().window), type(dialog)
        edge = image.pixelColor(corner.x(), corner.y() - 30).name()
        assert edge == current_colors().border, type(dialog)
        if dialog is voices:
            mark = image.copy(QRect(part.mapTo(dialog, QPoint(0, 0)), QSize(40, 40)))
            shown = {mark.pixelColor(x, y).name() for x in range(40) for y in range(40)}
            assert current_colors().accent in shown
            voices.sessions.item(0).setCheckState(Qt.CheckState.Unchecked)
            box = voices.sessions.grab().toImage().copy(0, 0, 40, 40)
            places = [(x, y) for x in range(40) for y in range(40)]
            outline = [place for place in places if box.pixelColor(*place).name() == current_colors().outline]
            across, down = Counter(y for _, y in outline), Counter(x for x, _ in outline)
            assert sorted(across.values())[-2] > 8 < sorted(down.values())[-2]  # all four sides of the box
        dialog.close()


def test_the_badge_of_private_sessions_ends_where_the_panes_end(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["private"].trigger()
    badge = window.ui.status_bar.private
    qtbot.waitUntil(badge.isVisible)
    end = badge.mapTo(window, badge.rect().topRight()).x()
    pane = window.ui.pages.mapTo(window, window.ui.pages.contentsRect().topRight()).x()
    assert abs(end - pane) <= 2


def test_the_explanations_of_a_new_vocabulary_stand_in_lines_of_their_own(
    window: MainWindow, store: Store, qtbot: QtBot
) -> None:
    file = VocabularyFile(store.root / "vocabulary.txt")
    dialog = VocabularyDialog(file, file.text, None, window)
    dialog.show()
    qtbot.waitExposed(dialog)
    block = dialog.editor.document().begin()
    assert block.next().isValid()
    while block.isValid():
        assert block.layout().lineCount() == 1, block.text()
        block = block.next()
    dialog.close()


@pytest.mark.parametrize("times", [1.0, 2.0])
def test_no_text_of_about_is_cut(
    window: MainWindow, set_font: Callable[[float], None], qtbot: QtBot, times: float
) -> None:
    set_font(times)
    dialog = AboutDialog("large", "en", window)
    dialog.resize(600, 500)
    dialog.show()
    qtbot.waitExposed(dialog)
    labels = [label for label in dialog.findChildren(QLabel) if label.wordWrap()]
    assert labels
    for label in labels:
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    assert dialog.evidence.height() >= 5 * dialog.evidence.fontMetrics().lineSpacing()
    dialog.close()


@pytest.mark.parametrize("times", [1.0, 2.0])
def test_lines_of_a_menu_have_one_height(window: MainWindow, set_font: Callable[[float], None], times: float) -> None:
    """Also those of commands that have an icon elsewhere."""
    set_font(times)
    for menu in window.menuBar().findChildren(QMenu):
        menu.ensurePolished()
        lines = [menu.actionGeometry(action).height() for action in menu.actions() if not action.isSeparator()]
        assert max(lines) - min(lines) <= 1, (menu.title(), lines)


def test_the_dialog_on_voices_has_no_empty_lines_and_a_bar_like_the_others(
    window: MainWindow, store: Store, settings: Settings, qtbot: QtBot
) -> None:
    dialog = VoicesDialog(VoiceStore(store.root), settings, [], [], True, window)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.show_progress(0.25, 12.0)
    for bar in (dialog.bar, window.ui.file_queue_view.bar):
        assert (bar.isTextVisible(), bar.maximumHeight()) == (False, TINY)
    assert dialog.bar.isVisible() and dialog.state.isVisible()
    dialog.show_end("")
    assert [label.text() for label in dialog.findChildren(QLabel) if label.isVisible() and not label.text()] == []
    dialog.close()
