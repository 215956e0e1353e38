"""Lost sound is in every export, where it was lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.export.gaps import gap_note, with_gaps
from app.export.registry import FORMATS, ExportFormat, format_of_name
from app.export.transcript import ExportedTranscript
from app.sessions.document import Document, Gap
from asr.updates import Update
from tests.support.recognition.fakes import words

INSIDE, BETWEEN = Gap(2.0, 2.5), Gap(6.0, 1.0)


def document(*gaps: Gap) -> Document:
    made = Document().append(Update(words("one two three four"), (), 4.0, True))
    made = made.append(Update(words("five six", 10.0), (), 12.0, True))
    for gap in gaps:
        made = made.lose(gap)
    return made


@pytest.mark.parametrize("format", [f for f in FORMATS.values() if not f.binary and not f.json], ids=lambda f: f.name)
def test_text_says_where_sound_was_lost(format: ExportFormat) -> None:
    text = " ".join(format.write(ExportedTranscript(document(INSIDE, BETWEEN), "Talk")).decode().split())
    text = text.replace("\\[", "[").replace("\\]", "]")
    places = [text.index(part) for part in ("two", gap_note(INSIDE)[:4], "three", gap_note(BETWEEN)[:4], "five")]
    assert places == sorted(places)
    whole = format.write(ExportedTranscript(document(), "Talk")).decode()
    assert "lost" not in whole


def test_programs_read_where_sound_was_lost() -> None:
    exported = ExportedTranscript(document(INSIDE, BETWEEN), "Talk")
    gaps = [{"start": 2.0, "seconds": 2.5}, {"start": 6.0, "seconds": 1.0}]
    whole = json.loads(FORMATS["json"].write(exported))
    assert whole["gaps"] == gaps and whole["text"] == "one two three four five six"
    rows = [json.loads(line) for line in FORMATS["jsonl"].write(exported).splitlines()]
    assert rows[0]["gaps"] == gaps and "gaps" not in rows[1] and rows[1]["text"] == "five six"


def test_gaps_before_after_and_without_words() -> None:
    made = with_gaps(document().utterances, [Gap(0.0, 1.0), Gap(20.0, 1.0)])
    assert [line.text for line in made] == [
        "[1.0 s of sound lost]",
        "one two three four",
        "five six",
        gap_note(Gap(0, 1)),
    ]
    assert [line.text for line in with_gaps((), [Gap(0.0, 1.0)])] == ["[1.0 s of sound lost]"]


@given(st.lists(st.builds(Gap, st.floats(0, 30), st.floats(0.1, 9)), max_size=5))
def test_subtitles_stay_in_order(gaps: list[Gap]) -> None:
    lines = with_gaps(document().utterances, gaps)
    spoken = [word for line in lines for word in line.words if "lost" not in word.text]
    assert spoken == list(document().words)
    assert all(word.start < word.end for line in lines for word in line.words)
    starts = [word.start for line in lines for word in line.words]
    assert starts == sorted(starts)
    FORMATS["srt"].write(ExportedTranscript(document(*gaps), "Talk"))


def test_the_longest_suffix_decides() -> None:
    assert format_of_name("talk.times.txt") is FORMATS["times"] and format_of_name("talk.TXT") is FORMATS["txt"]
    assert format_of_name(".srt") is None and format_of_name("talk") is None
