"""`echoic adapt-language` as a user meets it: documents become a language that other commands take."""

from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.process import loading
from asr.user.language import UserLanguage
from tests.support.programs.commands import Listen, pcm
from tests.support.recognition import spoken
from tests.support.recognition.sound import tone, write

TEXT = "We met Grothmir at ten. The fox said that Grothmir is here.\n\nIt was 5 miles.\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's data."""
    monkeypatch.setattr("app.sessions.languages.data_folder", lambda: tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def recognizer(monkeypatch: pytest.MonkeyPatch) -> spoken.SecondsRecognizer:
    loaded = spoken.SecondsRecognizer()
    monkeypatch.setattr(loading, "load", lambda path: loaded)
    return loaded


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with documents, one of them in another folder, and a file that is none."""
    folder = tmp_path / "notes"
    (folder / "more").mkdir(parents=True)
    (folder / "a.txt").write_text(TEXT)
    (folder / "more" / "b.md").write_text("# Second\n\nThe `fox` ran.\n")
    (folder / "picture.png").write_bytes(b"\0")
    return folder


def test_documents_become_a_language_that_every_command_takes(
    data: Path,
    notes: Path,
    recognizer: spoken.SecondsRecognizer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    through_a_pipe: Listen,
) -> None:
    assert main(["adapt-language", str(notes)]) == 0
    err = capsys.readouterr().err
    assert "20 words, 1 new word (Grothmir)" in err and "--language documents" in err
    made = UserLanguage.load(data / "languages" / "documents.language")
    assert made.sources == ("a.txt", "b.md") and {"grothmir", "fox"} <= set(made.words)
    talk = str(write(tmp_path / "talk.wav", tone(1.0)))
    assert main(["transcribe", talk, "--language", "documents"]) == 0
    assert through_a_pipe(pcm(1.0), "--language", str(data / "languages" / "documents.language"))[0] == 0
    assert main(["transcribe", talk]) == 0
    assert [options.language for options in recognizer.options] == [made, made, None]


def test_languages_are_added_to_listed_and_removed(
    data: Path, notes: Path, recognizer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["adapt-language", "--list"]) == 0
    assert "no language is kept yet" in capsys.readouterr().err
    assert main(["adapt-language", str(notes / "a.txt"), "--name", "work"]) == 0
    assert main(["adapt-language", str(notes / "more"), "--name", "work", "--add"]) == 0
    assert main(["adapt-language", str(notes / "more"), "--name", "other"]) == 0
    capsys.readouterr()
    assert main(["adapt-language", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(", of ")[0] for line in lines] == ["other: 4 words, 0 new words", "work: 20 words, 1 new word"]
    assert lines[1].endswith("from a.txt, b.md")
    assert main(["adapt-language", "--remove", "work"]) == 0
    assert [path.stem for path in (data / "languages").iterdir()] == ["other"]
    assert main(["adapt-language", "--remove", "work"]) == 2
    assert "No language file at" in capsys.readouterr().err


def test_a_bad_document_is_said_and_the_others_are_learnt(
    data: Path, notes: Path, recognizer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    (notes / "c.docx").write_bytes(b"no document")
    assert main(["adapt-language", str(notes), "--name", "work"]) == 2
    assert "c.docx cannot be read as docx" in capsys.readouterr().err
    assert UserLanguage.load(data / "languages" / "work.language").sources == ("a.txt", "b.md")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Give documents to learn from, or --list, or --remove NAME"),
        (["x.txt", "--list"], "one of these"),
        (["x.odt"], "x.odt is no document that can be read; expected one of .txt, .md"),
        (["none.txt"], "none.txt cannot be read: No such file"),
        (["a.txt", "--name", "a b"], "'a b' cannot be the name of a language"),
        (["empty.txt"], "empty.txt holds no words"),
        (["folder"], "No documents there"),
    ],
)
def test_what_cannot_be_learnt_from_is_a_sentence_and_writes_nothing(
    data: Path,
    recognizer: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "empty.txt").write_text("1_2 ...\n")
    (tmp_path / "folder").mkdir()
    assert main(["adapt-language", *arguments]) == 2
    assert sentence in capsys.readouterr().err and not data.exists()


def test_a_language_that_cannot_be_used_is_a_sentence_before_any_work(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", None)
    talk = str(write(tmp_path / "talk.wav", tone(1.0)))
    assert main(["transcribe", talk, "--language", "none"]) == 2
    assert f"No language file at {data}" in capsys.readouterr().err
    (tmp_path / "bad.language").write_bytes(b"bad")
    assert main(["transcribe", talk, "--language", str(tmp_path / "bad.language")]) == 2
    assert "bad.language is damaged" in capsys.readouterr().err
