"""Editing and doubting: the laws of a transcript whose words keep their times."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sessions.document import Document, Edit, Gap, WordPosition, clock
from asr.updates import Update, Word

VOCABULARY = st.sampled_from(["a", "the", "fox", "Fox,", "dog", "l'été", "straße", "…", "x" * 30])
TEXTS = st.lists(VOCABULARY, max_size=8).map(" ".join)


@st.composite
def heard(draw: st.DrawFn, written: bool = False) -> Document:
    """A document as a recogniser makes it: words in order, abutting or with pauses, a few utterances.

    If words are written, some of them are written as one.
    """
    document, now = Document(), 0.0
    for _ in range(draw(st.integers(1, 6))):
        words = []
        for text in draw(st.lists(VOCABULARY, min_size=1, max_size=6)):
            start = now + draw(st.sampled_from([0.0, 0.04, 0.7]))
            now = start + draw(st.floats(0.02, 0.5))
            display = draw(st.sampled_from([text, text.upper(), "", "92."])) if written else None
            words.append(Word(text, start, now, draw(st.floats(0, 1)), display))
        document = document.append(Update(tuple(words), (), now, draw(st.booleans())))
    return document


def spoken(text: str, start: float = 0.0, confidence: float = 0.9) -> tuple[Word, ...]:
    """Words of half a second each, with no pause between them."""
    return tuple(Word(t, start + i / 2, start + (i + 1) / 2, confidence) for i, t in enumerate(text.split()))


def said(*lines: str) -> Document:
    """A document of utterances, each beginning ten seconds after the one before it."""
    document = Document()
    for i, line in enumerate(lines):
        document = document.append(Update(spoken(line, 10.0 * i), (), 10.0 * i + 9, True))
    return document


def revised(document: Document, utterance: int, text: str) -> Document:
    return document.apply(document.revise(utterance, text))


def test_utterances_end_at_endpoints_only() -> None:
    document = Document().append(Update(spoken("one"), (), 1.0)).append(Update(spoken("two", 1.0), (), 2.0, True))
    document = document.append(Update((), (), 3.0, True)).append(Update(spoken("three", 3.0), (), 4.0))
    assert document.text() == "one two\nthree"
    assert [u.closed for u in document.utterances] == [True, False]
    assert document.seconds == 4.0
    assert document.lose(Gap(4.0, 0.5)).gaps == (Gap(4.0, 0.5),)


@pytest.mark.slow
@given(heard() | heard(written=True), st.data())
def test_an_edit_reads_as_written_and_keeps_times_in_order(document: Document, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(document.utterances) - 1))
    for _ in range(3):
        text = data.draw(TEXTS)
        document = revised(document, index, text)
        utterance = document.utterances[index]
        assert utterance.text == text
        assert all(word.start < word.end for word in utterance.words)
        times = [time for word in utterance.words for time in (word.start, word.end)]
        assert times == sorted(times)
        assert all(utterance.start <= time <= utterance.end for time in times)


@given(heard() | heard(written=True), st.lists(st.tuples(st.integers(0, 5), TEXTS), max_size=6))
def test_undo_takes_every_edit_back(original: Document, edits: list[tuple[int, str]]) -> None:
    document = original
    for index, text in edits:
        document = revised(document, index % len(document.utterances), text)
    for _ in edits:
        document = document.undo()
    assert document == original
    assert document.undo() == original


@given(heard() | heard(written=True), TEXTS, st.data())
def test_words_that_arrive_during_an_edit_stay_behind_it(document: Document, text: str, data: st.DataObject) -> None:
    last = len(document.utterances) - 1
    edit = document.revise(last, text)
    later = Update(spoken("later words", document.seconds + 1), (), document.seconds + 3, True)
    opened = replace(document.utterances[last], closed=False)
    document = replace(document, utterances=(*document.utterances[:last], opened)).append(later)
    edited = document.apply(edit)
    assert edited.utterances[last].text.split() == [*text.split(), "later", "words"]
    assert edited.utterances[last].words[-2:] == later.words
    assert edited.undo() == document


@given(heard(), st.data())
def test_words_that_stay_keep_their_times(document: Document, data: st.DataObject) -> None:
    """Replacing or deleting words moves no other word."""
    index = data.draw(st.integers(0, len(document.utterances) - 1))
    words = document.utterances[index].words
    first = data.draw(st.integers(0, len(words)))
    last = data.draw(st.integers(first, len(words)))
    fresh = ["new", "words"] if first < last and data.draw(st.booleans()) else []
    texts = [w.text for w in words[:first]] + fresh + [w.text for w in words[last:]]
    after = revised(document, index, " ".join(texts)).utterances[index].words
    if len({w.text.casefold().strip(",") for w in words}) == len(words):  # else which of two was meant is a guess
        assert after[:first] == words[:first]
        assert after[len(after) - len(words) + last :] == words[last:]


def test_replaced_words_share_the_span_of_those_they_replace() -> None:
    document = revised(said("the quick brown fox"), 0, "the nimble old russet fox")
    words = document.utterances[0].words
    assert (words[1].start, words[3].end) == (0.5, 1.5)
    assert words[1].end == words[2].start and words[2].end == words[3].start
    assert words[1].end - words[1].start == pytest.approx(6 / 15)  # longer words take longer
    assert [w.confidence for w in words] == [0.9, 1.0, 1.0, 1.0, 0.9]


def test_as_many_words_take_each_others_times() -> None:
    document = revised(said("their horse is"), 0, "there house is")
    assert [(w.start, w.end) for w in document.words] == [(w.start, w.end) for w in said("their horse is").words]


def test_case_and_punctuation_do_not_move_a_word() -> None:
    document = revised(said("hello world"), 0, "Hello, big world!")
    assert [w.text for w in document.words] == ["Hello,", "big", "world!"]
    assert document.words[0].start == 0.0 and document.words[2] == Word("world!", 0.5, 1.0, 1.0)


def test_an_inserted_word_takes_the_pause_it_falls_in() -> None:
    words = (Word("one", 0.0, 0.5, 0.9), Word("three", 1.5, 2.0, 0.9))
    document = revised(Document().append(Update(words, (), 2.0)), 0, "one two three")
    assert document.words == (words[0], Word("two", 0.5, 1.5, 1.0), words[1])


def test_an_inserted_word_without_a_pause_shares_its_neighbours_time() -> None:
    after = revised(said("one three"), 0, "one two three").words
    assert [(w.text, w.start, w.end) for w in after] == [
        ("one", 0, 0.25),
        ("two", 0.25, 0.5),
        ("three", 0.5, 1),
    ]
    before = revised(said("two three"), 0, "oo two three").words
    assert before[0].start == 0.0 and before[1].end == 0.5 and before[2] == said("two three").words[1]
    assert before[1].confidence == 0.9  # that word was not touched


def test_a_deleted_utterance_can_be_written_again() -> None:
    document = revised(revised(said("one two", "three"), 0, ""), 0, "four")
    assert document.words[0] == Word("four", 0.0, 1.0, 1.0)
    assert revised(document, 0, " \n").text() == "three"


def test_an_edit_of_other_words_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        said("one").apply(Edit(0, spoken("two"), ()))
    with pytest.raises(ValueError, match="no utterance 1"):
        said("one").apply(Edit(1, (), ()))


def test_doubtful_words_are_the_worst_of_each_minute_in_order() -> None:
    confidences = [0.4, 0.1, 0.6, 0.3, 0.2]
    words = tuple(Word(f"w{i}", i, i + 1, c) for i, c in enumerate(confidences))
    later = tuple(Word(f"w{i}", 60.0 + i, 61.0 + i, 0.45) for i in range(3))
    document = Document().append(Update(words, (), 10, True)).append(Update(later, (), 70, True))
    assert document.doubtful(below=0.5, per_minute=2) == (
        WordPosition(0, 1),
        WordPosition(0, 4),
        WordPosition(1, 0),
        WordPosition(1, 1),
    )
    assert document.doubtful(below=0.15) == (WordPosition(0, 1),)
    sure = document.apply(document.confirm(WordPosition(0, 1)))
    assert sure[WordPosition(0, 1)] == replace(words[1], confidence=1.0)
    assert WordPosition(0, 1) not in sure.doubtful()
    assert sure.undo() == document


@pytest.mark.slow
@given(heard(), st.integers(1, 3))
def test_doubt_is_bounded(document: Document, per_minute: int) -> None:
    places = document.doubtful(0.5, per_minute)
    assert list(places) == sorted(places)
    assert all(document[place].confidence < 0.5 for place in places)
    assert len(places) <= per_minute * (int(document.seconds // 60) + 1)


def test_times() -> None:
    assert [clock(s) for s in (0, 59.99, 60, 3599, 3600)] == ["00:00", "00:59", "01:00", "59:59", "1:00:00"]
