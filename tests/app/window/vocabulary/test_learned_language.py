"""The window learns from corrections: kept lines, running sessions that take them up, and everything deletable."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.sessions.languages import path_of
from app.sessions.store import Store
from app.window.main_window import MainWindow
from app.window.settings.settings_dialog import SettingsDialog
from app.window.vocabulary.corrections_dialog import CorrectionsDialog
from app.window.vocabulary.corrections_file import CorrectionsFile
from asr.user.language import UserLanguage
from tests.app.window.helpers import Desktop, kept


def correct(window: MainWindow, index: int, text: str) -> None:
    """Type a word in the place of another."""
    window.ui.view.select_word(index)
    QTest.keyClicks(window.ui.view, text)
    window.review.line_editor.finish()


def lines_of(store: Store) -> list[str]:
    return list(CorrectionsFile(store.root).lines)


def test_a_corrected_line_is_learnt_and_a_later_correction_takes_its_place(
    finished: MainWindow, store: Store, qtbot: QtBot
) -> None:
    first = kept(finished).document.utterances[0].text
    correct(finished, 2, "Grothmir")
    words = first.split()
    once = " ".join([*words[:2], "Grothmir", *words[3:]])
    assert lines_of(store) == [once]
    assert CorrectionsFile(store.root).path.stat().st_mode & 0o077 == 0
    qtbot.waitUntil(lambda: finished.learning.current is not None)
    language = finished.learning.current
    assert language and [entry.written for entry in language.new_words.entries] == ["Grothmir"]
    correct(finished, 3, "jumped")
    assert lines_of(store) == [once.replace(words[3], "jumped", 1)]
    finished.transcript.undo()
    assert lines_of(store) == [once]
    finished.transcript.undo()
    assert lines_of(store) == []
    qtbot.waitUntil(lambda: finished.learning.current is None)
    finished.transcript.redo()
    assert lines_of(store) == [once]
    finished.learning.close()


def test_the_next_session_has_what_was_learnt_also_after_a_start(
    finished: MainWindow, make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot
) -> None:
    correct(finished, 2, "Grothmir")
    qtbot.waitUntil(lambda: finished.learning.current is not None)
    again = make_window()
    qtbot.waitUntil(lambda: again.learning.current == finished.learning.current)
    again.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    assert desktop.recognizer.options[-1].language == finished.learning.current


def test_a_running_session_takes_up_what_is_learnt(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    listening.learning.file.write(["Grothmir ran"])
    listening.learning.refresh()

    def taken() -> bool:
        desktop.feed.push(0.2)
        changed = desktop.recognizer.changed_options
        return bool(changed) and changed[-1].language is not None

    qtbot.waitUntil(taken)


def test_nothing_is_learnt_where_the_setting_is_off_or_the_session_is_private(
    finished: MainWindow, store: Store, qtbot: QtBot
) -> None:
    finished.settings.learns_from_corrections = False
    correct(finished, 2, "Grothmir")
    assert not lines_of(store)
    finished.settings.learns_from_corrections = True
    before, record = kept(finished).document, kept(finished)
    correct(finished, 3, "jumped")
    learnt = lines_of(store)
    assert len(learnt) == 1
    CorrectionsFile(store.root).write([])
    finished.transcript.replace_record(replace(record, private=True, folder=None))
    finished._learn(before, kept(finished).document)
    correct(finished, 3, "leapt")
    assert not lines_of(store) and finished.learning.file.path.exists() is False


def test_switched_off_nothing_learnt_is_used_and_nothing_is_lost(
    finished: MainWindow, store: Store, qtbot: QtBot
) -> None:
    correct(finished, 2, "Grothmir")
    qtbot.waitUntil(lambda: finished.learning.current is not None)
    finished._open_settings()
    dialog = _settings(finished)
    assert dialog.learnt.text() == "1 corrected line"
    dialog.learns.click()
    qtbot.waitUntil(lambda: finished.learning.current is None)
    assert len(lines_of(store)) == 1
    dialog.close()


def test_lines_are_shown_and_deleted(finished: MainWindow, store: Store, qtbot: QtBot) -> None:
    CorrectionsFile(store.root).write(["first line", "second line", "third line"])
    finished._open_settings()
    settings = _settings(finished)
    settings.corrections_wanted.emit()
    (dialog,) = finished.findChildren(CorrectionsDialog)
    assert [dialog.list.item(row).text() for row in range(3)] == ["third line", "second line", "first line"]
    dialog.list.setCurrentRow(1)
    dialog.remove.click()
    assert lines_of(store) == ["first line", "third line"] and settings.learnt.text() == "2 corrected lines"
    dialog._write([])
    assert not CorrectionsFile(store.root).path.exists() and not dialog.clear.isEnabled()
    dialog.close()
    settings.close()


def test_a_language_of_documents_is_chosen_in_settings(
    window: MainWindow, store: Store, desktop: Desktop, qtbot: QtBot
) -> None:
    made = UserLanguage.of([["we", "run"]], ["we", "run"])
    made.save(path_of("work", store.root))
    window._open_settings()
    dialog = _settings(window)
    row = dialog.documents.findData("work")
    dialog.documents.setCurrentIndex(row)
    dialog.documents.activated.emit(row)
    qtbot.waitUntil(lambda: window.learning.current == made)
    path_of("work", store.root).write_bytes(b"damaged")
    window.learning.refresh()
    qtbot.waitUntil(lambda: window.learning.current is None)
    assert "damaged" in window.ui.banner.text.text()
    dialog.close()


def _settings(window: MainWindow) -> SettingsDialog:
    return window.findChildren(SettingsDialog)[-1]
