"""What an export may replace, what it says when it fails, and which model it names."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.sessions.document import Document
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.transcript import export_dialog
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
    qtbot.waitUntil(lambda: bool(listening.live.document.words), timeout=5000)
    desktop.recognizer = type(desktop.recognizer)()
    desktop.recognizer.name = "another"
    listening.model_loader.use(tmp_path)
    qtbot.waitUntil(lambda: "another" in listening.ui.status_bar.text, timeout=5000)
    assert named(listening, path, monkeypatch) == "scripted"  # a session that runs keeps its model
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY, timeout=5000)
    assert named(listening, path, monkeypatch) == "scripted"
    listening.transcript.show_kept(kept(listening).id)
    assert named(listening, path, monkeypatch) == "scripted"
    listening.open_files([Path("a.wav")])
    qtbot.waitUntil(
        lambda: listening.file_queue.running is None and listening.transcript.kept is not None, timeout=5000
    )
    assert named(listening, path, monkeypatch) == "another"
