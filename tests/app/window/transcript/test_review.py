"""A finished transcript: corrected, walked, played, searched, exported, deleted and brought back."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCharFormat
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.transcript import export_dialog
from app.window.transcript.header import SEGMENTS, SUBTITLES, TEXT
from app.window.transcript.view.transcript_view import TranscriptView
from asr.updates import Alternative, Word
from tests.app.window.helpers import Desktop, click_session, kept, shown_problem
from tests.support.desktop.loudspeaker import Loudspeaker
from tests.support.recognition.fakes import SCRIPT, timed_lines

TEXTS = [text for text, _ in SCRIPT]


def put_caret(window: MainWindow, position: int) -> None:
    cursor = window.ui.view.textCursor()
    cursor.setPosition(position)
    window.ui.view.setTextCursor(cursor)


def test_an_edit_keeps_the_times_and_is_kept(finished: MainWindow, qtbot: QtBot) -> None:
    before = finished.transcript.document.words
    put_caret(finished, len("the quick"))
    qtbot.keyClick(finished.ui.view, Qt.Key.Key_Return)
    qtbot.keyClicks(finished.ui.view, "est")
    finished.review.line_editor.commit()
    after = finished.transcript.document.words
    assert [w.text for w in after[:3]] == ["the", "quickest", "brown"]
    assert [(w.start, w.end) for w in after] == [(w.start, w.end) for w in before]
    assert finished.store.open(kept(finished).id).document.words == after
    finished.commands["undo"].trigger()
    assert finished.transcript.document.words == before
    assert finished.ui.view.toPlainText().split("\n") == TEXTS


def message(window: MainWindow) -> str:
    """Return the passing message of the status bar, and clear it."""
    text = window.ui.status_bar.currentMessage()
    window.ui.status_bar.clearMessage()
    return text


def test_keys_outside_an_edit_never_join_lines_and_say_so(finished: MainWindow, qtbot: QtBot) -> None:
    view = finished.ui.view
    for caret, key in (
        (len(TEXTS[0]) + 1, Qt.Key.Key_Backspace),
        (len(TEXTS[0]), Qt.Key.Key_Delete),
    ):
        put_caret(finished, caret)
        message(finished)
        qtbot.keyClick(view, key)
        assert message(finished)
        assert view.toPlainText().split("\n") == TEXTS
    view.selectAll()
    for press in (lambda: qtbot.keyClicks(view, "x"), lambda: qtbot.keyClick(view, Qt.Key.Key_Backspace)):
        press()
        assert message(finished)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert message(finished) and not finished.review.line_editor.editing
    assert view.toPlainText().split("\n") == TEXTS


def select_by_f7(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["doubtful"].trigger()


def select_by_double_click(window: MainWindow, qtbot: QtBot) -> None:
    view = window.ui.view
    place = view.cursorRect(view.cursor_over(13)).center()
    place.setX(place.x() - 5)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    window.ui.player.pause()


@pytest.mark.parametrize("while_editing", [False, True])
@pytest.mark.parametrize("select_word", [select_by_f7, select_by_double_click])
def test_space_on_a_selected_word_plays_and_replaces_nothing(
    finished: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    select_word: Callable[[MainWindow, QtBot], None],
    while_editing: bool,
) -> None:
    loudspeaker(finished, monkeypatch)
    finished.activateWindow()
    view, player = finished.ui.view, finished.ui.player
    view.setFocus()
    if while_editing:
        qtbot.keyClick(view, Qt.Key.Key_Return)
        assert finished.review.line_editor.editing
    select_word(finished, qtbot)
    assert view.textCursor().selectedText() == "five"
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert player.playing
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert not player.playing
    assert view.toPlainText().split("\n") == TEXTS
    assert not finished.review.line_editor.editing


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2])
def test_a_line_is_edited_once_that_is_asked_for(finished: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    finished.activateWindow()
    view = finished.ui.view
    view.setFocus()
    for pressed in ("x", " "):  # without an edit, a letter says how to begin one
        put_caret(finished, len("the quick"))
        qtbot.keyClicks(view, pressed)
    qtbot.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    finished.ui.player.pause()
    assert view.toPlainText().split("\n") == TEXTS
    view.select_word(1)
    qtbot.keyClick(view, key)
    qtbot.keyClicks(view, " and")  # behind the word, which stays
    qtbot.keyClick(view, Qt.Key.Key_Escape)  # ends the edit, and keeps it
    assert finished.transcript.document.utterances[0].text.startswith("the quick and brown")
    qtbot.keyClicks(view, "x")
    assert view.toPlainText().startswith("the quick and brown")
    finished.commands["undo"].trigger()
    assert view.toPlainText().split("\n") == TEXTS


def test_letters_replace_a_selected_word_and_a_blank_is_then_typed(finished: MainWindow, qtbot: QtBot) -> None:
    view = finished.ui.view
    view.select_word(1)
    qtbot.keyClicks(view, "very slow")
    assert finished.review.line_editor.editing
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert finished.transcript.document.utterances[0].text.startswith("the very slow brown")


def test_an_emptied_line_comes_back_by_undo(finished: MainWindow, qtbot: QtBot) -> None:
    view = finished.ui.view
    put_caret(finished, 0)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    message(finished)
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.toPlainText().split("\n") == ["", *TEXTS[1:]]
    assert message(finished)
    finished.transcript.show_kept(kept(finished).id)  # also after it was opened again
    finished.commands["undo"].trigger()
    assert view.toPlainText().split("\n") == TEXTS


def test_another_line_or_another_widget_ends_an_edit(finished: MainWindow, qtbot: QtBot) -> None:
    finished.activateWindow()
    view, editor = finished.ui.view, finished.review.line_editor
    view.setFocus()
    put_caret(finished, 3)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert not editor.editing
    qtbot.keyClick(view, Qt.Key.Key_Return)
    finished.ui.session_list.search.setFocus()
    assert not editor.editing


def test_pasting_stays_in_the_line(finished: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("very\nvery ")
    put_caret(finished, 0)
    qtbot.keyClick(finished.ui.view, Qt.Key.Key_Return)
    qtbot.keyClick(finished.ui.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(finished.ui.view, " ")
    finished.review.line_editor.commit()
    assert finished.transcript.document.utterances[0].text == "very very " + TEXTS[0]
    assert len(finished.transcript.document.utterances) == len(TEXTS)


def test_the_live_text_cannot_be_edited(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(20.0)
    qtbot.waitUntil(lambda: len(listening.ui.view.words) > 30)
    text = listening.ui.view.toPlainText()
    qtbot.keyClicks(listening.ui.view, "x")
    assert listening.ui.view.toPlainText() == text


def test_f7_walks_the_doubtful_words_and_goes_round(finished: MainWindow) -> None:
    seen = []
    for _ in range(3):
        finished.commands["doubtful"].trigger()
        seen.append(finished.ui.view.textCursor().selectedText())
    assert seen == ["five", "shells", "five"]


def test_f7_goes_on_from_the_caret_and_says_how_far_it_is(finished: MainWindow) -> None:
    view = finished.ui.view
    put_caret(finished, view.cursor_over(20).position())  # between the two
    message(finished)
    finished.commands["doubtful"].trigger()
    assert view.textCursor().selectedText() == "shells" and "2 of 2" in message(finished)
    finished.commands["doubtful"].trigger()
    assert view.textCursor().selectedText() == "five" and "1 of 2" in message(finished)
    finished.commands["doubtful"].trigger()
    assert view.textCursor().selectedText() == "shells"
    words = finished.transcript.document.words
    for word in ("five", "shells"):
        finished.commands["doubtful_before"].trigger()
        assert view.textCursor().selectedText() == word
    assert finished.transcript.document.words == words  # going back confirms nothing
    put_caret(finished, 0)
    finished.commands["confirm"].trigger()  # nor does a word that is not doubtful
    assert finished.transcript.document.edits == ()


def test_f7_visits_every_underlined_word(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    first, *rest = timed_lines()
    lines = [[replace(word, confidence=0.3) for word in first], *rest]
    desktop.recognizer.script = lambda line: lines[line] if line < len(lines) else None
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: window.transcript.kept is not None)
    view, seen = window.ui.view, []
    for _ in first:
        window.commands["doubtful"].trigger()
        seen.append(view.textCursor().selectedText())
        assert view.textCursor().charFormat().underlineStyle() is QTextCharFormat.UnderlineStyle.DotLine
    assert seen == [word.text for word in first]


@pytest.mark.parametrize("mode", [TEXT, SEGMENTS, SUBTITLES])
def test_f7_works_in_every_view(finished: MainWindow, mode: int) -> None:
    finished.ui.header.modes.button(mode).click()
    finished.commands["doubtful"].trigger()
    assert finished.ui.view.textCursor().selectedText() == "five"


def test_redo_makes_again_what_undo_took_back(finished: MainWindow, qtbot: QtBot) -> None:
    finished.activateWindow()
    view, transcript = finished.ui.view, finished.transcript
    view.setFocus()
    view.select_word(1)
    qtbot.keyClicks(view, "slow")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    finished.commands["doubtful"].trigger()
    finished.commands["confirm"].trigger()
    changed = transcript.document
    assert len(changed.edits) == 2
    control = Qt.KeyboardModifier.ControlModifier
    shift = control | Qt.KeyboardModifier.ShiftModifier
    for key, modifiers in ((Qt.Key.Key_Y, control), (Qt.Key.Key_Z, shift)):
        for _ in range(3):  # once more than there are changes
            qtbot.keyClick(view, Qt.Key.Key_Z, control)
        assert transcript.document.edits == () and view.toPlainText().split("\n") == TEXTS
        for _ in range(3):
            qtbot.keyClick(view, key, modifiers)
        assert transcript.document == changed
        transcript.save_queue.flush()
        assert finished.store.open(kept(finished).id).document.words == changed.words
    finished.commands["undo"].trigger()
    view.select_word(0)
    qtbot.keyClicks(view, "a")
    finished.commands["redo"].trigger()  # another change was made since: nothing is left to redo
    assert not transcript.can_redo and transcript.document.words[13].confidence < 0.5


@pytest.fixture
def offering(desktop: Desktop) -> None:
    """Doubtful words of the recogniser have alternatives."""
    script = desktop.recognizer.script

    def with_alternatives(line: int) -> Sequence[Word] | None:
        others = (Alternative("fife", 0.2), Alternative("R&D", 0.1))
        words = script(line)
        return words and [replace(word, alternatives=others) if word.confidence < 0.5 else word for word in words]

    desktop.recognizer.script = with_alternatives


def test_an_alternative_of_a_doubtful_word_is_chosen_from_its_menu_undone_and_kept(
    offering: None, finished: MainWindow
) -> None:
    view = finished.ui.view
    finished.commands["doubtful"].trigger()
    index = view.word_at(view.textCursor().selectionStart())
    assert index is not None and view.words[index].text == "five"
    before = finished.transcript.document
    menu = finished.review.menu.build(view.cursor_over(index).selectionStart())
    names = [action.text() for action in menu.actions()]
    assert names[:2] == ["fife", "R&&D"] and menu.actions()[2].isSeparator() and len(names) > 3
    menu.actions()[1].trigger()
    menu.deleteLater()
    after = finished.transcript.document
    assert after.words[index].text == "R&D" and after.words[index].confidence == 1.0
    assert [w.text for i, w in enumerate(after.words) if i != index] == [
        w.text for i, w in enumerate(before.words) if i != index
    ]
    assert (after.words[index].start, after.words[index].end) == (before.words[index].start, before.words[index].end)
    assert finished.transcript.save_queue.flush()
    assert finished.store.open(kept(finished).id).document == after
    plain = finished.review.menu.build(view.cursor_over(index).selectionStart())  # it is no longer doubtful
    assert "fife" not in [action.text() for action in plain.actions()]
    plain.deleteLater()
    finished.commands["undo"].trigger()
    assert finished.transcript.document.words == before.words
    assert finished.transcript.save_queue.flush()
    assert finished.store.open(kept(finished).id).document.words[index].alternatives[0].text == "fife"


def test_nothing_is_offered_where_nothing_can_be_corrected(offering: None, finished: MainWindow) -> None:
    view = finished.ui.view
    (index,) = (i for i, word in enumerate(view.words) if word.text == "five")
    finished.ui.header.set_mode(SUBTITLES)
    finished.review._show_mode(SUBTITLES)
    menu = finished.review.menu.build(0)
    assert "fife" not in [action.text() for action in menu.actions()]
    menu.deleteLater()
    finished.ui.header.set_mode(TEXT)
    finished.review._show_mode(TEXT)
    menu = finished.review.menu.build(view.cursor_over(index).selectionStart())
    assert menu.actions()[0].text() == "fife"
    menu.deleteLater()


def test_a_confirmed_word_is_no_longer_doubtful(finished: MainWindow) -> None:
    finished.commands["doubtful"].trigger()
    finished.commands["confirm"].trigger()
    assert finished.ui.view.textCursor().selectedText() == "shells"
    assert finished.store.open(kept(finished).id).document.words[13].confidence == 1.0


def marked(view: TranscriptView) -> str | None:
    """The highlighted word, or None."""
    selections = view.extraSelections()
    return selections[0].cursor.selectedText() if selections else None


def loudspeaker(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[Loudspeaker]:
    """Replace the sound output of the player; return the outputs it opens."""
    outputs: list[Loudspeaker] = []
    player = window.ui.player

    def open_output(fill: Callable[..., None]) -> Loudspeaker:
        outputs.append(Loudspeaker(fill, player))
        return outputs[-1]

    monkeypatch.setattr(player, "_open_output", open_output)
    return outputs


def test_playing_marks_the_word_and_double_click_seeks(
    finished: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs, player = loudspeaker(finished, monkeypatch), finished.ui.player
    view = finished.ui.view
    place = view.cursorRect(view.cursor_over(3)).center()  # behind "fox"
    place.setX(place.x() - 5)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert player.playing
    assert player.position == pytest.approx(view.words[3].start, abs=0.001)
    qtbot.waitUntil(lambda: marked(view) is not None)
    assert marked(view) == "fox"
    outputs[-1].play(0.35)
    qtbot.waitUntil(lambda: marked(view) == "jumps")
    outputs[-1].play(60.0)
    qtbot.waitUntil(lambda: not player.playing)
    assert outputs[-1].closed
    assert marked(view) is None


def test_twice_as_fast_moves_twice_as_far(finished: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs, player = loudspeaker(finished, monkeypatch), finished.ui.player
    speed = finished.ui.player_bar.speed
    speed.setCurrentIndex(speed.findText("2×"))
    player.seek(3.0)
    player.play()
    outputs[-1].play(1.0)
    assert player.position == pytest.approx(5.0, abs=0.01)
    speed.setCurrentIndex(speed.findText("0.5×"))  # in the middle of it
    outputs[-1].play(1.0)
    assert player.position == pytest.approx(5.5, abs=0.01)
    player.pause()


def test_the_keyboard_plays_from_the_word_at_the_caret(
    finished: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = loudspeaker(finished, monkeypatch)
    finished.activateWindow()
    finished.ui.view.setFocus()
    finished.commands["doubtful"].trigger()
    qtbot.keyClick(finished.ui.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert finished.ui.player.playing and outputs
    assert finished.ui.player.position == pytest.approx(finished.ui.view.words[13].start, abs=0.001)
    assert finished.ui.view.words[13].text == "five"
    qtbot.keyClick(finished.ui.view, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert not finished.ui.player.playing


def test_space_plays_from_the_list_and_is_typed_into_an_edited_line(
    finished: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loudspeaker(finished, monkeypatch)
    finished.activateWindow()
    finished.ui.session_list.list.setFocus()
    qtbot.keyClick(finished.ui.session_list.list, Qt.Key.Key_Space)
    assert finished.ui.player.playing
    qtbot.keyClick(finished.ui.session_list.list, Qt.Key.Key_Space)
    assert not finished.ui.player.playing
    put_caret(finished, len("the"))
    finished.ui.view.setFocus()
    qtbot.keyClick(finished.ui.view, Qt.Key.Key_Return)
    qtbot.keyClick(finished.ui.view, Qt.Key.Key_Space)
    assert finished.ui.view.toPlainText().startswith("the  quick")
    assert not finished.ui.player.playing
    finished.review.line_editor.commit()


def test_alt_and_arrows_go_3_seconds(finished: MainWindow, qtbot: QtBot) -> None:
    finished.activateWindow()
    player = finished.ui.player
    player.seek(5.0)
    qtbot.keyClick(finished, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert player.position == 8.0
    qtbot.keyClick(finished, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(finished, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert player.position == 2.0
    qtbot.keyClick(finished, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert player.position == 0.0


def test_only_finished_words_can_be_walked_and_the_rest_is_said(window: MainWindow) -> None:
    window.commands["doubtful"].trigger()
    assert window.statusBar().currentMessage() == "No doubtful words here"


def test_f7_walks_while_listening(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(20.0)
    qtbot.waitUntil(lambda: len(listening.ui.view.words) == 45)
    listening.commands["doubtful"].trigger()
    assert listening.ui.view.textCursor().selectedText() == "five"
    assert listening.live.state is LiveState.LISTENING


def test_no_loudspeaker_is_said(finished: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(fill: Callable[..., None]) -> None:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr(finished.ui.player, "_open_output", refuse)
    finished.ui.player.play()
    assert finished.ui.banner.text.text().startswith("Playing needs PortAudio")
    assert not finished.ui.banner.action.isVisible()


@pytest.mark.parametrize(
    "said", ["Invalid sample rate [PaErrorCode -9997]", "Error querying device -1", "Device unavailable [-9993]"]
)
def test_a_loudspeaker_that_fails_is_no_microphone(
    finished: MainWindow, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def refuse(fill: Callable[..., None]) -> None:
        raise OSError(said)

    monkeypatch.setattr(finished.ui.player, "_open_output", refuse)
    finished.ui.player.play()
    banner = finished.ui.banner
    assert "loudspeaker" in banner.text.text() and said in banner.text.text()
    assert "OSError" in shown_problem(finished).details
    assert not banner.action.isVisible()  # "Try again" would record


def test_find_counts_and_selects(finished: MainWindow, qtbot: QtBot) -> None:
    finished.commands["find"].trigger()
    qtbot.keyClicks(finished.ui.find_bar.field, "the")
    assert finished.ui.find_bar.count.text() == "1/5"
    qtbot.keyClick(finished.ui.find_bar.field, Qt.Key.Key_Return)
    assert finished.ui.find_bar.count.text() == "2/5"
    assert finished.ui.view.textCursor().selectedText() == "the"
    finished.commands["escape"].trigger()
    assert not finished.ui.find_bar.isVisible()


def test_views(finished: MainWindow) -> None:
    for mode in (SEGMENTS, SUBTITLES, TEXT):
        finished.ui.header.modes.button(mode).click()
        assert "quick brown fox" in finished.ui.view.toPlainText()
        assert finished.review.line_editor.enabled == (mode != SUBTITLES)
    assert finished.ui.view.toPlainText().split("\n") == TEXTS


def test_copy_all_is_clean(finished: MainWindow) -> None:
    finished.commands["copy_all"].trigger()
    assert QGuiApplication.clipboard().text().split("\n") == TEXTS


@pytest.mark.parametrize("kind", export_dialog.FORMATS)
def test_export(finished: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = tmp_path / f"out.{export_dialog.FORMATS[kind].suffix}"
    monkeypatch.setattr(export_dialog, "ask", lambda parent, paper, asked, *_: path if asked == kind else None)
    finished.exporter.export(kind)
    data = path.read_bytes()
    match kind:
        case "txt":
            assert data.decode().splitlines() == TEXTS
        case "times":
            assert [line.split("\t")[1] for line in data.decode().splitlines()] == TEXTS
        case "md":
            assert data.startswith(b"# ") and all(text in data.decode() for text in TEXTS)
        case "srt":
            assert data.startswith(b"1\n00:00:00,200 --> ")
        case "vtt":
            assert data.startswith(b"WEBVTT\n")
        case "json":
            assert [w["text"] for w in json.loads(data)["words"]][:2] == ["the", "quick"]
        case "docx":
            assert data[:2] == b"PK"
    assert list(tmp_path.glob("*.part")) == []


def test_an_export_that_fails_is_said(finished: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_dialog, "ask", lambda *_: tmp_path / "missing" / "out.txt")
    finished.exporter.export("txt")
    assert "Not exported" in finished.ui.banner.text.text()


def test_delete_can_be_undone(finished: MainWindow) -> None:
    id = kept(finished).id
    finished.commands["delete"].trigger()
    assert finished.store.list() == ()
    assert finished.ui.view.toPlainText() == ""
    assert finished.ui.banner.action.text() == "Undo"
    finished.ui.banner.action.click()
    assert [entry.id for entry in finished.store.list()] == [id]
    assert finished.ui.view.toPlainText().split("\n") == TEXTS


def test_rename_and_search(finished: MainWindow, qtbot: QtBot) -> None:
    finished.ui.session_list.renamed.emit(kept(finished).id, "Station")
    qtbot.waitUntil(lambda: finished.ui.session_list.list.item(0).text() == "Station")
    finished.ui.session_list.search.setText("shells")
    qtbot.waitUntil(lambda: "shells" in finished.ui.session_list.list.item(0).data(257))
    finished.ui.session_list.search.setText("zebra")
    qtbot.waitUntil(lambda: finished.ui.session_list.list.count() == 0)


def test_f2_renames_in_the_list(finished: MainWindow, qtbot: QtBot) -> None:
    finished.activateWindow()
    finished.commands["rename"].trigger()
    editor = finished.ui.session_list.list.findChild(QLineEdit)
    qtbot.keyClicks(editor, "At the station")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [e.title for e in finished.store.list()] == ["At the station"])
    assert finished.ui.header.title.text() == "At the station"


def test_an_older_session_can_be_read_while_listening(finished: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    old = kept(finished).id
    finished.commands["start"].trigger()
    qtbot.waitUntil(lambda: len(desktop.feeds) == 2)
    desktop.feed.push(2.0)
    qtbot.waitUntil(lambda: bool(finished.ui.view.toPlainText()))
    click_session(finished, 1)
    assert kept(finished).id == old
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: finished.live.document.words != ())
    assert finished.ui.view.toPlainText().split("\n") == TEXTS
    click_session(finished, 0)
    assert finished.ui.view.toPlainText().startswith(TEXTS[0])
