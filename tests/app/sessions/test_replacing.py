"""Words are found and replaced as a reader sees them: with the marks beside them, and those written as one as one."""

from app.sessions.document import Document
from app.sessions.edits import replaced, substitutions
from asr.updates import Update, Word


def formatted() -> Document:
    """Return "The ship, ninety-two feet long, left. The ship!", of which "92" is written for two words."""
    pairs = [("the", "The"), ("ship", "ship,"), ("ninety", "92"), ("two", ""), ("feet", "feet,"), ("the", "The")]
    pairs.append(("ship", "ship!"))
    words = tuple(Word(text, i, i + 0.5, 0.9, display) for i, (text, display) in enumerate(pairs))
    return Document().append(Update(words, (), 9.0, True))


def test_marks_and_capitals_stay() -> None:
    document = formatted()
    after = document.apply(replaced(document.utterances, ("ship",), ("sheep",)))
    assert after.text() == "The sheep, 92 feet, The sheep!"
    after = document.apply(replaced(document.utterances, ("the", "ship"), ("a", "small", "boat")))
    assert after.text() == "A small boat, 92 feet, A small boat!"
    assert after.undo() == document


def test_words_written_as_one_are_replaced_as_one() -> None:
    document = formatted()
    after = document.apply(replaced(document.utterances, ("92",), ("94",)))
    assert after.text() == "The ship, 94 feet, The ship!"
    assert after.undo() == document


def test_a_correction_is_what_a_reader_sees_of_it() -> None:
    document = formatted()
    edit = document.revise(0, "The sheep, 92 feet, The ship!")
    assert substitutions(edit.before, edit.after) == [(("ship",), ("sheep",))]
    edit = document.revise(0, "The ship; 92 feet, The ship!")
    assert substitutions(edit.before, edit.after) == []
