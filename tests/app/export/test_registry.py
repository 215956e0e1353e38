"""One table of formats: the command line and the window write the same files, and a new format takes two steps."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.__main__ import main
from app.cli.console.display import PlainText
from app.cli.process import loading
from app.export import registry
from app.export.registry import FORMATS, ExportFormat, format_of
from app.export.transcript import ExportedTranscript
from app.sessions.document import Document, Gap
from app.window.transcript import export_dialog
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update, Word
from tests.support.programs.scripts import ROOT
from tests.support.recognition import sound, spoken
from tests.support.recognition.fakes import FakeConfig

TEXTS = st.sampled_from(["a", "the", "fox", "l'été", "straße"])
TALK = ExportedTranscript(Document().append(Update((Word("hello", 0.0, 0.5, 1.0),), (), 1.0, True)), "Talk")


@pytest.mark.parametrize("name", FORMATS)
def test_halves_of_surrogate_pairs_end_no_export(name: str) -> None:
    odd = "a\ud800b"
    document = Document().append(Update((Word(odd, 0.0, 0.5, 1.0),), (), 1.0, True)).lose(Gap(1.0, 2.0))
    talk = ExportedTranscript(document, odd)
    assert FORMATS[name].write(talk)
    assert export_dialog.proposed_name(talk) == "a-b"


@st.composite
def streams(draw: st.DrawFn) -> list[Update]:
    """Updates of any stream: words or none, pauses of any length, an endpoint or none."""
    updates, now = [], 0.0
    for _ in range(draw(st.integers(0, 10))):
        words = []
        for text in draw(st.lists(TEXTS, max_size=3)):
            now += draw(st.sampled_from([0.0, 0.2, 0.9, 3.0]))
            words.append(Word(text, now, now + 0.1, 0.9))
            now += 0.1
        updates.append(Update(tuple(words), (), now, draw(st.booleans())))
    return updates


class Replay:
    """A recogniser whose stream consists of the updates given."""

    name, config, formatter = "replay", FakeConfig(), None

    def __init__(self, updates: list[Update]) -> None:
        self.updates = updates

    def features(self, samples: np.ndarray) -> np.ndarray:
        return np.zeros((0, 1), np.float32)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> int:
        return 0

    def step(self, state: int, samples: np.ndarray) -> tuple[int, Update | None]:
        return state + 1, self.updates[state] if state < len(self.updates) else None

    def finish(self, state: int) -> Update:
        seconds = self.updates[-1].seconds if self.updates else 0.0
        return Update((), (), seconds, True)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 s of sound: a block of the pretended recogniser for each update, and some over."""
    return sound.write(tmp_path_factory.mktemp("talk") / "talk.wav", sound.noise(12.0))


@settings(max_examples=25, deadline=None)
@given(updates=streams())
@pytest.mark.slow
def test_there_is_one_text_of_the_same_updates(updates: list[Update], talk: Path) -> None:
    """On a terminal, through a pipe, with --output, exported from the window, and as the document has it."""
    folder = talk.parent
    document = Document()
    for update in [*updates, Replay(updates).finish(0)]:
        document = document.append(update)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load", lambda path: Replay(updates))
        with (folder / "stdout").open("w+", encoding="utf-8") as stdout:
            patch.setattr(sys, "stdout", stdout)
            assert main(["transcribe", str(talk)]) == 0
        patch.undo()
        patch.setattr(loading, "load", lambda path: Replay(updates))
        assert main(["transcribe", str(talk), "-o", str(folder), "--overwrite"]) == 0
    export_dialog.export(ExportedTranscript(document, "Talk"), folder / "window.txt")
    printed = (folder / "stdout").read_text("utf-8")
    assert printed == (folder / "talk.txt").read_text("utf-8") == (folder / "window.txt").read_text("utf-8")
    assert printed.removesuffix("\n") == document.text()


def test_a_display_breaks_lines_as_the_document_does(tmp_path: Path) -> None:
    updates = [
        Update((), (), 0.5, True),
        Update((Word("one", 0.5, 1.0, 1.0),), (), 1.0),
        Update((), (), 2.0, True),
        Update((Word("two", 5.0, 6.0, 1.0),), (), 6.0),
    ]
    document = Document()
    with (tmp_path / "out").open("w+") as stream, PlainText(stream) as display:
        for update in updates:
            display.show(update)
            document = document.append(update)
        display.end()
    assert (tmp_path / "out").read_text() == document.text() + "\n" == "one\ntwo\n"


def test_names_and_suffixes_are_those_of_one_format_each() -> None:
    assert [format.name for format in FORMATS.values()] == list(FORMATS)
    assert len({format.suffix for format in FORMATS.values()}) == len(FORMATS)
    assert format_of(".SRT") is FORMATS["srt"] and format_of("doc") is None and format_of("") is None


@pytest.mark.parametrize("format", FORMATS.values(), ids=list(FORMATS))
def test_every_format_writes_a_transcript_with_and_without_words(format: ExportFormat) -> None:
    content = format.write(TALK)
    assert format.binary or b"hello" in content
    assert isinstance(format.write(TALK._replace(document=Document())), bytes)


def test_a_new_format_is_a_function_and_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, talk: Path) -> None:
    """What app/README.md says of adding one: then the command line, the window and both name checks know it."""

    def shout(transcript: ExportedTranscript) -> bytes:
        return transcript.document.text().upper().encode()

    monkeypatch.setitem(registry.FORMATS, "shout", ExportFormat("shout", "loud", "Capitals (LOUD)", shout))
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    assert main(["transcribe", str(talk), "-f", "shout", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "talk.loud").read_text().startswith("WORD0 WORD1 WORD2")
    export_dialog.export(TALK, tmp_path / "window.loud")
    assert (tmp_path / "window.loud").read_text() == "HELLO"
    assert export_dialog.label("shout") == "Capitals (LOUD)"


def test_the_table_imports_nothing_that_help_would_wait_for() -> None:
    code = (
        "import sys, app.export.registry;"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'docx', 'asr.formats', 'app.sessions', 'dataclasses')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
