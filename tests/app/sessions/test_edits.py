"""Every change of a transcript can be taken back, and means the same on the disk as on the screen."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sessions.document import Document, WordPosition
from app.sessions.edits import AnyEdit, EditGroup, Join, Split, replaced
from app.sessions.errors import StoreError
from app.sessions.folder.journal import append, read
from app.sessions.folder.records import edit_record, undo_record
from app.sessions.store import Store
from asr.updates import Update, Word, utterances_of
from tests.support.recognition.sessions import start

TEXTS = ("to be or not to be", "that is to say", "be it To be")


def updates(*texts: str) -> list[Update]:
    """Return lines of words, one a second, none of which is beyond doubt."""
    made, at = [], 0.0
    for text in texts:
        words = tuple(Word(word, at + i, at + i + 0.8, 0.9) for i, word in enumerate(text.split()))
        at += len(words) + 2.0
        made.append(Update(words, (), at, True))
    return made


def document(*texts: str) -> Document:
    return Document(utterances_of(updates(*texts)))


@st.composite
def changed(draw: st.DrawFn) -> list[tuple[Document, AnyEdit]]:
    """Draw changes, one made after the other, each with the document before it."""
    now, made = document(*TEXTS), []
    for _ in range(draw(st.integers(1, 6))):
        line = draw(st.integers(0, len(now.utterances) - 1))
        count = len(now.utterances[line].words)
        kinds = ["revise", "replace"] + ["split"] * (count > 1) + ["join"] * (line + 1 < len(now.utterances))
        edit: AnyEdit
        match draw(st.sampled_from(kinds)):
            case "revise":
                edit = now.revise(line, " ".join(draw(st.lists(st.sampled_from(["to", "be", "do"]), max_size=4))))
            case "replace":
                new = draw(st.sampled_from([("two",), ("two", "bees"), ()]))
                edit = replaced(now.utterances, draw(st.sampled_from([("to", "be"), ("be",)])), new)
            case "split":
                edit = now.split(WordPosition(line, draw(st.integers(1, count - 1))))
            case _:
                edit = now.join(line)
        made.append((now, edit))
        now = now.apply(edit)
    return made


@given(changed())
def test_undo_takes_every_change_back_exactly(changes: list[tuple[Document, AnyEdit]]) -> None:
    now = changes[-1][0].apply(changes[-1][1])
    for before, _ in reversed(changes):
        now = now.undo()
        assert now == before


@settings(deadline=None, max_examples=30)
@given(changed())
def test_the_journal_has_every_change_as_it_was_made(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[Document, AnyEdit]]
) -> None:
    folder = tmp_path_factory.mktemp("root") / "id"
    with start(folder) as recorder:
        for update in updates(*TEXTS):
            recorder.update(update)
    for before, edit in changes:
        append(folder, edit_record(edit, before.utterances))
    last, edit = changes[-1]
    found = read(folder)
    assert found.damage == ()
    assert (found.document.utterances, len(found.document.edits)) == (last.apply(edit).utterances, len(changes))
    for before, edit in reversed(changes):
        append(folder, undo_record(edit))
        assert read(folder).document.utterances == before.utterances
    assert read(folder).damage == ()


def test_words_are_replaced_wherever_they_stand_in_any_case_of_letters() -> None:
    before = document(*TEXTS)
    after = before.apply(replaced(before.utterances, ("to", "be"), ("two", "bees", "here")))
    assert after.text() == "two bees here or not two bees here\nthat is to say\nbe it Two bees here"
    for utterance in after.utterances:
        times = [time for word in utterance.words for time in (word.start, word.end)]
        assert times == sorted(times)
    assert after.undo() == before


def test_words_that_a_person_typed_or_confirmed_stay() -> None:
    before = document(*TEXTS)
    before = before.apply(before.revise(0, "two be or not to be"))
    before = before.apply(before.confirm(WordPosition(0, 4)))
    after = before.apply(replaced(before.utterances, ("to",), ("two",)))
    assert after.text() == "two be or not to be\nthat is two say\nbe it Two be"


def test_lines_that_another_window_changed_are_neither_split_nor_joined(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    with start(folder) as recorder:
        for update in updates(*TEXTS):
            recorder.update(update)
    before = read(folder).document
    append(folder, edit_record(before.revise(1, "that was to say")))
    for edit in (before.split(WordPosition(1, 2)), before.join(0), before.join(1)):
        with pytest.raises(StoreError) as raised:
            append(folder, edit_record(edit, before.utterances))
        assert raised.value.code == "conflict"
    assert len(read(folder).document.edits) == 1


def test_a_line_is_split_between_two_of_its_words_only() -> None:
    lines = document("one two", "three")
    for place in (WordPosition(0, 0), WordPosition(0, 2), WordPosition(1, 0)):
        with pytest.raises(ValueError):
            lines.split(place)
    with pytest.raises(ValueError):
        lines.join(1)
    for edit in (Split(2, 0, 0.0, 0.0), Split(0, 3, 0.0, 0.0), Join(0, 1, 0.0, 0.0), Join(1, 1, 0.0, 0.0)):
        with pytest.raises(ValueError):
            lines.apply(edit)


def test_a_group_that_does_not_fit_changes_nothing() -> None:
    lines = document(*TEXTS)
    fits, other = lines.revise(0, "x"), document("a", "b").revise(1, "y")
    utterances = list(lines.utterances)
    for group in (EditGroup((fits, other)), EditGroup((fits, fits))):
        with pytest.raises(ValueError):
            group.make(utterances)
        assert tuple(utterances) == lines.utterances


def test_search_finds_the_lines_as_they_are_after_a_change(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.create("live", "A talk").begin(16_000) as recorder:
        for update in updates(*TEXTS):
            recorder.update(update)
    session = store.open(recorder.session.id)
    session = store.apply(session, session.document.split(WordPosition(0, 2)))
    session = store.apply(session, replaced(session.document.utterances, ("to",), ("zebra",)))
    assert [entry.id for entry in store.list("zebra")] == [session.id]
    session = store.undo(store.undo(session))
    assert store.list("zebra") == ()
    assert store.open(session.id).document.text() == "\n".join(TEXTS)
    store.close()
