"""What a person sets acts, is remembered, and can be taken back: device, model, pause, retention."""

import configparser
import functools
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.arguments import make_parser
from app.sessions.store import Store
from app.window import application
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import ALTERNATIVES, Settings
from app.window.settings.settings_dialog import SettingsDialog
from app.window.texts.messages import expired, plural, recovered
from asr.errors import ModelError
from asr.stream_options import ENDPOINTS, StreamOptions
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop
from tests.support.programs.scripts import ROOT
from tests.support.recognition.fakes import FakeFile, FakeRecognizer
from tests.support.recognition.tiny import tiny_formatter


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Iterator[SettingsDialog]:
    opened = window.appearance.open_preferences(window.store.root)
    yield opened
    opened.close()


def keep(store: Store, title: str, days_ago: float) -> str:
    """A session of one word, begun so many days ago."""
    with patch("time.time", return_value=time.time() - 86400 * days_ago):
        writer = store.create("file", title).begin(16_000)
        writer.update(Update((Word(title, 0.0, 0.5, 0.9),), (), 1.0, True))
        writer.close()
    return writer.session.id


def test_a_microphone_is_remembered(
    window: MainWindow, make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: window.ui.toolbar.devices.count() == 4)
    row = window.ui.toolbar.devices.findData("USB headset")
    window.ui.toolbar.devices.setCurrentIndex(row)
    window.ui.toolbar.devices.activated.emit(row)
    again = make_window()
    qtbot.waitUntil(lambda: again.live.state is LiveState.READY)
    qtbot.waitUntil(lambda: again.ui.toolbar.devices.currentText() == "USB headset")
    again.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.name == "USB headset")


def test_what_the_computer_plays_is_listed_behind_the_microphones(window: MainWindow, qtbot: QtBot) -> None:
    devices = window.ui.toolbar.devices
    qtbot.waitUntil(lambda: devices.count() == 4)
    texts = [devices.itemText(row) for row in range(4)]
    assert texts == [
        "Built-in (default)",
        "Built-in",
        "USB headset",
        "Monitor of Speakers (what this computer plays)",
    ]
    assert devices.itemData(3) == "Monitor of Speakers"


def test_what_the_computer_plays_is_told_by_the_sound_system_and_not_by_a_word_in_its_name(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.names = ["Echo des haut-parleurs", "Studio monitor microphone", "Built-in"]
    desktop.monitors = {"Echo des haut-parleurs"}
    devices = window.ui.toolbar.devices
    devices.opened.emit()
    qtbot.waitUntil(lambda: devices.findData("Echo des haut-parleurs") > 0)
    assert [devices.itemText(row) for row in range(1, 4)] == [
        "Studio monitor microphone",
        "Built-in",
        "Echo des haut-parleurs (what this computer plays)",
    ]


def test_a_microphone_that_is_gone_stays_chosen(
    make_window: Callable[[], MainWindow], settings: Settings, desktop: Desktop, qtbot: QtBot
) -> None:
    settings.device = "Studio microphone"
    window = make_window()
    qtbot.waitUntil(lambda: window.ui.toolbar.devices.currentText() == "Studio microphone (not plugged in)")


def test_plugging_one_in_is_noticed_and_the_message_goes(
    make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.names = []
    window = make_window()
    window.device_picker._refresh_timer.setInterval(50)
    qtbot.waitUntil(lambda: window.ui.banner.isVisible())
    assert window.ui.banner.text.text() == ("No microphone found. Plug one in (the list refreshes) or open a file.")
    assert window.ui.banner.action.text() == "Open file…"
    desktop.names = ["USB headset"]
    qtbot.waitUntil(lambda: not window.ui.banner.isVisible())
    assert window.ui.toolbar.devices.findData("USB headset") > 0


def test_the_list_is_asked_anew_when_it_is_opened(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.names = [*desktop.names, "New one"]
    window.ui.toolbar.devices.opened.emit()
    qtbot.waitUntil(lambda: window.ui.toolbar.devices.findData("New one") > 0)


@pytest.fixture
def plugged(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> MainWindow:
    """The list of microphones is open, and the answer that there is a new one came while it was."""
    devices = window.ui.toolbar.devices
    qtbot.waitUntil(lambda: devices.count() == 4 and window.device_picker._query is None)
    desktop.names = ["New one", *desktop.names]
    devices.showPopup()
    assert window.device_picker._query is not None
    qtbot.waitUntil(lambda: window.device_picker._query is None)
    assert devices.view().isVisible() and devices.findData("New one") < 0  # nothing moves under the pointer
    return window


@pytest.mark.parametrize("close", ["hidePopup", "outside"])
def test_what_was_plugged_in_is_in_the_list_once_it_was_closed(plugged: MainWindow, qtbot: QtBot, close: str) -> None:
    devices = plugged.ui.toolbar.devices
    if close == "hidePopup":
        devices.hidePopup()
    else:
        devices.view().window().close()  # as the desktop does when another program is clicked
    qtbot.waitUntil(lambda: devices.findData("New one") == 1)
    assert devices.currentIndex() == 0


def test_what_is_chosen_from_an_old_list_is_what_was_meant(plugged: MainWindow, qtbot: QtBot) -> None:
    devices = plugged.ui.toolbar.devices
    qtbot.keyClick(devices.view(), Qt.Key.Key_Down)
    qtbot.keyClick(devices.view(), Qt.Key.Key_Down)
    qtbot.keyClick(devices.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: devices.findData("New one") == 1)
    assert plugged.settings.device == plugged.live.device == devices.currentData() == "USB headset"


def test_another_microphone_can_be_found_and_chosen_when_one_is_lost(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.feed.unplug()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.LOST)
    desktop.names = ["New one"]
    devices = listening.ui.toolbar.devices
    devices.showPopup()
    devices.hidePopup()
    qtbot.waitUntil(lambda: devices.findData("New one") == 1)
    devices.activated.emit(1)
    qtbot.waitUntil(lambda: desktop.feed.name == "New one")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_pause_that_ends_a_line_goes_to_the_next_stream(
    window: MainWindow,
    dialog: SettingsDialog,
    desktop: Desktop,
    qtbot: QtBot,
    endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is an option of the stream: no model is loaded again."""
    monkeypatch.setattr(window.model_loader, "_load", lambda path: pytest.fail("the model was loaded again"))
    row = dialog.pause.findData(endpoint)
    dialog.pause.setCurrentIndex(row)
    dialog.pause.activated.emit(row)
    assert window.settings.endpoint == endpoint
    desktop.files["talk.wav"] = FakeFile(2)
    window.open_files([Path("talk.wav")])
    qtbot.waitUntil(lambda: window.file_queue.running is None)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    assert [options.endpoint for options in desktop.recognizer.options] == [
        "normal",
        endpoint,
        endpoint,
    ]  # warm-up first


def test_how_words_are_written_goes_to_the_stream_that_runs(
    window: MainWindow, dialog: SettingsDialog, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.recognizer.formatter = tiny_formatter()
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(5.0)
    qtbot.waitUntil(lambda: window.live.document.count >= 9)
    dialog.formatted.click()
    assert not window.settings.formatted and not dialog.commands.isEnabled()
    desktop.feed.push(5.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    displays = [word.display for word in window.live.document.words]
    assert displays[0] is not None and displays[-1] is None
    assert window.settings.stream_options == StreamOptions(alternatives=ALTERNATIVES, formatted=False)


def test_spoken_commands_are_an_option_of_the_stream(window: MainWindow, dialog: SettingsDialog) -> None:
    assert not dialog.commands.isChecked()
    dialog.commands.click()
    assert window.settings.stream_options == StreamOptions(alternatives=ALTERNATIVES, spoken_commands=True)


def test_two_changes_in_a_row_end_with_the_last(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def load(path: Path | None) -> FakeRecognizer:
        time.sleep(0.1)
        asked.append(path)
        return desktop.recognizer

    monkeypatch.setattr(window.model_loader, "_load", load)
    for path in (tmp_path / "one", tmp_path / "other"):
        window.settings.model = path
        window.model_loader.start()
    qtbot.waitUntil(lambda: asked == [tmp_path / "one", tmp_path / "other"])
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)


def test_another_model_is_chosen_shown_and_taken_back(
    window: MainWindow,
    dialog: SettingsDialog,
    desktop: Desktop,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    asked = []

    def load(path: Path | None) -> FakeRecognizer:
        asked.append(path)
        return desktop.recognizer

    monkeypatch.setattr(window.model_loader, "_load", load)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    assert not dialog.shipped.isEnabled()
    window.commands["model"].trigger()
    qtbot.waitUntil(lambda: asked == [tmp_path])
    assert dialog.model.text() == str(tmp_path)
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    dialog.shipped.click()
    qtbot.waitUntil(lambda: asked == [tmp_path, None])
    assert dialog.model.text() == "Built-in model"
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)


def test_a_model_of_the_command_line_is_for_that_start_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: QApplication
) -> None:
    used: list[Settings] = []

    def open_window(services: Services, store: None, settings: Settings) -> Mock:
        used.append(settings)
        return Mock()

    monkeypatch.setattr(application, "Settings", functools.partial(Settings, settings._store))
    monkeypatch.setattr(application, "Store", lambda **_: None)
    monkeypatch.setattr(application, "MainWindow", open_window)
    monkeypatch.setattr(application, "Program", lambda window: Mock())
    monkeypatch.setattr(QApplication, "exec", lambda *_: 0)
    monkeypatch.chdir(tmp_path)
    application.start([], Path("mine"))
    assert used[0].model == tmp_path / "mine"
    assert settings.model is None
    used[0].model = None  # the one that came with the program, chosen in the window
    assert used[0].model is None
    used[0].model = tmp_path / "chosen"
    assert used[0].model == settings.model == tmp_path / "chosen"


def test_a_damaged_model_can_be_left_for_the_shipped_one(
    make_window: Callable[[], MainWindow], settings: Settings, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    settings.model = tmp_path / "mine"
    desktop.load_error = ModelError("damaged", path="model.safetensors", reason="cut short")
    window = make_window()
    qtbot.waitUntil(lambda: window.live.state is LiveState.FAILED)
    said = window.ui.banner.text.text()
    assert "cut short" in said and str(tmp_path / "mine") in said
    assert window.ui.banner.action.text() == "Choose model…"
    desktop.load_error = None
    window.ui.banner.other.click()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    assert settings.model is None


def test_a_model_that_does_not_load_leaves_a_running_session_alone(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    desktop.load_error = ModelError("missing", path="there")
    listening.model_loader.use(tmp_path)
    qtbot.waitUntil(lambda: listening.ui.banner.isVisible())
    assert listening.live.state is LiveState.LISTENING
    desktop.feed.push(2.0)
    qtbot.waitUntil(lambda: listening.live.document.seconds > 2)


def test_retention_deletes_what_is_older_when_the_dialog_closes_and_can_be_undone(
    window: MainWindow, store: Store, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    old, new = keep(store, "old", 40), keep(store, "new", 2)
    window.library.refresh()
    window.transcript.show_kept(old)
    for days in (1, 14, 30):  # as the arrows step by
        dialog.keep.setValue(days)
    assert {entry.id for entry in store.list()} == {old, new}
    dialog.reject()
    assert [entry.id for entry in store.list()] == [new]
    assert window.ui.view.toPlainText() == ""
    assert window.ui.banner.text.text().startswith("1 session was older")
    window.ui.banner.action.click()
    assert {entry.id for entry in store.list()} == {old, new}
    assert window.settings.retention_days == 30


def test_retention_is_kept_at_the_next_start(tmp_path: Path, store: Store, settings: Settings) -> None:
    keep(store, "old", 40)
    store.close()
    settings.retention_days = 30
    again = Store(tmp_path / "data", retention_days=settings.retention_days)
    assert again.list() == ()
    assert [entry.title for entry in again.trash()] == ["old"]
    again.close()


def test_settings_that_a_person_has_garbled_do_no_harm(settings: Settings) -> None:
    for key in ("text/size", "captions/lines", "captions/opacity", "model/pause", "sessions/retention"):
        settings._store.setValue(key, "nonsense")
    assert settings.caption_lines == 2
    assert settings.endpoint == "normal"
    assert settings.retention_days is None
    settings._store.setValue("captions/lines", 99)
    assert settings.caption_lines == 5
    assert isinstance(settings, Settings)


def test_the_english_plural_is_right_and_a_translation_brings_its_own(qapp: QApplication) -> None:
    assert expired(1).cause == "1 session was older than the settings keep them, and deleted."
    assert expired(2).cause == "2 sessions were older than the settings keep them, and deleted."
    assert [plural("Any", "%n (word|words) of (it|them)", n) for n in (0, 1)] == ["0 words of them", "1 word of it"]

    class OneForm(QTranslator):
        def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
            return "%n Wort" if source == "%n (word|words)" and n == 1 else "%n Wörter"

        def isEmpty(self) -> bool:
            return False

    translator = OneForm()
    qapp.installTranslator(translator)
    try:
        assert [plural("Any", "%n (word|words)", n) for n in (1, 2)] == ["1 Wort", "2 Wörter"]
    finally:
        qapp.removeTranslator(translator)


def test_the_wording_of_a_recovered_session() -> None:
    assert recovered(192.4).cause == "Last session ended unexpectedly; 3:12 of sound and text restored."
    assert (recovered(1).action, recovered(1).other_action) == ("Open", "Discard")


def test_the_desktop_file_starts_what_is_installed() -> None:
    desktop = configparser.ConfigParser(interpolation=None)
    desktop.optionxform = str  # type: ignore[assignment, method-assign]  # as documented: keys keep their case
    desktop.read(ROOT / "assets" / "desktop" / "echoic.desktop", encoding="utf-8")
    entry = desktop["Desktop Entry"]
    scripts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    command, *arguments = entry["Exec"].split()
    assert f"\n{command} = " in scripts
    taken = make_parser().parse_args([argument for argument in arguments if argument != "%F"] + ["a.wav", "b.wav"])
    assert (taken.command, taken.files) == ("window", ["a.wav", "b.wav"])
    assert (ROOT / "assets" / "icons" / f"{entry['Icon']}.svg").is_file()
    assert entry["Type"] == "Application"
    if checker := shutil.which("desktop-file-validate"):
        subprocess.run([checker, ROOT / "assets" / "desktop" / "echoic.desktop"], check=True)


def test_the_dialog_has_what_there_is_to_set(dialog: SettingsDialog) -> None:
    assert isinstance(dialog, SettingsDialog)
    for field in (dialog.model, dialog.pause, dialog.text_size, dialog.lines, dialog.caption_size, dialog.opacity):
        assert field.accessibleName()
    assert dialog.keep.text() == "until I delete them"
