"""What an export may replace, what it says when it fails, and which model it names."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from app.sessions.document import Document
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.transcript import export_dialog
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop, kept

Asked = tuple[list[str], list[bool]]  # questions so far, the answer to the next
PAPER = export_dialog.ExportedTranscript(Document(), "Talk")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    """The dialog gives `talk`, with subtitles chosen as the kind; the questions asked after it are listed."""
    questions: list[str] = []
    answer = [True]

    def question(parent: object, title: str, text: str) -> bool:
        questions.append(text)
        return answer[0]

    chosen = str(tmp_path / "talk"), f"{export_dialog.label('srt')} (*.srt)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    monkeypatch.setattr(export_dialog, "confirmed", question)
    return questions, answer


def test_a_file_that_only_the_added_ending_hits_is_asked_about(
    qapp: QApplication, asked: Asked, tmp_path: Path
) -> None:
    questions, answer = asked
    path = tmp_path / "talk.srt"
    assert export_dialog.ask(None, PAPER, "srt") == path and questions == []
    path.write_text("corrected by hand")
    assert export_dialog.ask(None, PAPER, "srt") == path
    assert len(questions) == 1 and "talk.srt" in questions[0]
    answer[0] = False
    assert export_dialog.ask(None, PAPER, "srt") is None


def test_a_path_that_the_dialog_has_seen_is_not_asked_about_twice(
    qapp: QApplication, asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "talk.srt"
    path.write_text("old")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    assert export_dialog.ask(None, PAPER, "srt") == path
    assert asked[0] == []


def test_a_neighbour_is_left_alone(tmp_path: Path) -> None:
    neighbour = tmp_path / "talk.txt.part"
    neighbour.write_text("someone else's")
    export_dialog.export(PAPER, tmp_path / "talk.txt")
    assert neighbour.read_text() == "someone else's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talk.txt", "talk.txt.part"]


def test_a_failure_names_the_file_that_was_wanted(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "talk.txt"
    monkeypatch.setattr(export_dialog, "ask", lambda *_: path)
    window.exporter.export("txt")
    assert window.ui.banner.text.text() == f"Not exported to {path}: No such file or directory."


def named(window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The model that an export names."""
    monkeypatch.setattr(export_dialog, "ask", lambda *_: path)
    window.exporter.export("json")
    return json.loads(path.read_text())["model"]


def test_the_model_named_is_the_one_that_wrote_the_words(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "talk.json"
    desktop.feed.push(20.0)
    qtbot.waitUntil(lambda: bool(listening.live.document.words))
    desktop.recognizer = type(desktop.recognizer)()
    desktop.recognizer.name = "another"
    listening.model_loader.use(tmp_path)
    qtbot.waitUntil(lambda: getattr(listening._recognizer, "name", "") == "another")
    assert named(listening, path, monkeypatch) == "scripted"  # a session that runs keeps its model
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    assert named(listening, path, monkeypatch) == "scripted"
    listening.transcript.show_kept(kept(listening).id)
    assert named(listening, path, monkeypatch) == "scripted"
    listening.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: listening.file_queue.running is None and listening.transcript.kept is not None)
    assert named(listening, path, monkeypatch) == "another"


def test_names_keep_what_file_systems_allow() -> None:
    def name(title: str, live: bool = False, created: float | None = None) -> str:
        return export_dialog.proposed_name(PAPER._replace(title=title, created=created), live)

    assert name("Gespräch, Teil 1 & 2 (neu)!") == "Gespräch, Teil 1 & 2 (neu)!"
    assert name("a/b\\c:d\n e") == "a-b-c-d- e"
    assert name("talk.mp3") == "talk" and name("v1.2 of it") == "v1.2 of it"
    assert name("...") == name("") == "transcript"
    assert len(name("é" * 500).encode()) <= 200
    day = datetime(2026, 3, 4, 12, 0).timestamp()
    assert name("we met", live=True, created=day) == "2026-03-04 we met" and name("we met", created=day) == "we met"


@pytest.fixture
def proposals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Path, str]]:
    """What the file dialog proposed: path and filter. It is accepted as proposed, in another folder the first time."""
    shown: list[tuple[Path, str]] = []

    def accept(parent: object, title: str, path: str, filters: str, wanted: str) -> tuple[str, str]:
        shown.append((Path(path), wanted))
        return str(tmp_path / Path(path).name), wanted

    monkeypatch.setattr(QFileDialog, "getSaveFileName", accept)
    return shown


def test_the_last_format_and_folder_are_proposed_again(
    finished: MainWindow, proposals: list[tuple[Path, str]], tmp_path: Path
) -> None:
    finished.exporter.export("times")
    finished.commands["export"].trigger()
    assert [path.suffixes[-2:] for path, _ in proposals] == [[".times", ".txt"]] * 2
    assert proposals[1][0].parent == tmp_path and finished.settings.export_format == "times"
    title, date = kept(finished).title, datetime.fromtimestamp(kept(finished).created)
    written = tmp_path / f"{date:%Y-%m-%d} {title}.times.txt"
    assert written.read_text().splitlines()[1].startswith("00:0")


def test_a_file_is_exported_beside_its_source(
    window: MainWindow, proposals: list[tuple[Path, str]], tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    window.open_files([folder / "a.wav"])
    qtbot.waitUntil(lambda: window.transcript.kept is not None)
    window.commands["export"].trigger()
    assert proposals[0][0] == folder / "a.txt"


def test_a_name_for_plain_text_becomes_that_of_the_chosen_kind(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = str(tmp_path / "talk.txt"), f"{export_dialog.label('times')} (*.times.txt)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    assert export_dialog.ask(None, PAPER) == tmp_path / "talk.times.txt"


def test_several_sessions_are_exported_and_replace_nothing(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.md").write_text("mine")
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_: (export_dialog.label("md"), True))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    window.ui.session_list.list.selectAll()
    (entry,) = [a for a in window.ui.session_list.menu().actions() if a.text().startswith("Export")]
    entry.trigger()
    assert sorted(path.name for path in out.iterdir()) == ["a (2).md", "a.md", "b.md"]
    assert (out / "a.md").read_text() == "mine"
    assert (out / "b.md").read_text().startswith("# b.wav\n\n")


def test_the_text_of_today_is_copied_and_of_no_other_day(finished: MainWindow, qtbot: QtBot) -> None:
    finished.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: finished.file_queue.progress() == (1, 1))
    old = finished.store.create("live", "yesterday")
    old._session = replace(old._session, created=old._session.created - 2 * 86400)
    with old.begin(16_000):
        old.update(Update((Word("zebra", 0.0, 0.5, 0.9),), (), 1.0, True))
    finished.commands["copy_today"].trigger()
    text = QGuiApplication.clipboard().text()
    first, second = (record.document.text() for record in map(finished.store.open, ids_by_age(finished)[-2:]))
    assert text.index(first) < text.rindex(second) and "a.wav" in text and "zebra" not in text


def ids_by_age(window: MainWindow) -> list[str]:
    return [entry.id for entry in reversed(window.store.list())]
