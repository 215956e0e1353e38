from dataclasses import replace

from app.sessions.document import Document
from app.sessions.titles import LONGEST, title_of
from asr.updates import Update
from tests.support.recognition.fakes import words


def document(text: str) -> Document:
    return Document().append(Update(words(text), (), 9.0, True))


def test_a_title_has_the_first_words_that_fit() -> None:
    assert title_of(Document()) == ""
    assert title_of(document("we met at the station")) == "we met at the station"
    long = " ".join(["station"] * 500)
    title = title_of(document(long))
    assert title.endswith("…") and long.startswith(title[:-1]) and len(title) <= LONGEST + 1
    assert title_of(document("x" * 200)) == "x" * LONGEST + "…"


def test_a_short_first_line_is_not_all_of_the_title() -> None:
    both = document("so").append(Update(words("where were we last time", 10.0), (), 19.0, True))
    both = both.append(Update(words("at the station", 20.0), (), 29.0, True))
    assert title_of(both) == "so where were we last time"


def test_a_title_is_written_as_its_words_are() -> None:
    spoken = words("every evening at ninety two we met")
    shown = ("Every", "evening", "at", "92,", "", "we\n", "met.")
    written = tuple(replace(word, display=display) for word, display in zip(spoken, shown, strict=True))
    assert title_of(Document().append(Update(written, (), 9.0, True))) == "Every evening at 92, we met"
    assert title_of(document("station, " * 9)).endswith("station…")
