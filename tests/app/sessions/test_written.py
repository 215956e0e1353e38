"""Written words in sessions: kept with what was spoken, corrected as they are shown, and found in both forms."""

import json
from pathlib import Path

import pytest

from app.sessions.document import Document, WordPosition
from app.sessions.folder.journal import read
from app.sessions.folder.records import update_record
from app.sessions.folder.session_files import JOURNAL
from app.sessions.folder.session_record import fold
from app.sessions.search.search_index import spoken_only
from app.sessions.store import Store
from asr.formats.writers import json_text, jsonl, srt, tsv, txt, vtt
from asr.updates import Update, Word, shown_words, text_of
from tests.support.recognition.sessions import RATE, samples

WORDS = (
    Word("i", 0.0, 0.2, 0.9, "I"),
    Word("guess", 0.2, 0.5, 0.9, "guess"),
    Word("she", 0.5, 0.7, 0.9, "she"),
    Word("was", 0.7, 0.9, 0.9, "was"),
    Word("ninety", 0.9, 1.3, 0.5, "92."),
    Word("two", 1.3, 1.6, 0.8, ""),
)
UPDATE = Update(WORDS, (), 2.0, True)


@pytest.fixture
def document() -> Document:
    return Document().append(UPDATE)


def revised(document: Document, text: str) -> tuple[Word, ...]:
    return document.apply(document.revise(0, text)).utterances[0].words


def test_the_text_is_written_and_the_words_are_spoken(document: Document) -> None:
    assert document.text() == "I guess she was 92."
    assert document.utterances[0].spoken == "i guess she was ninety two"
    assert [word.text for word in shown_words(WORDS)][-1] == "ninety two"
    assert shown_words(WORDS)[-1] == Word("ninety two", 0.9, 1.6, 0.5, "92.")


def test_a_journal_keeps_both(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.create("live", "A talk").begin(RATE) as writer:
        writer.sound(samples(0.1))
        writer.update(UPDATE)
    folder = writer.session.folder
    assert folder is not None and read(folder).document.words == WORDS
    line = (folder / JOURNAL).read_text().splitlines()[2]
    assert json.loads(line)["words"][-2:] == [["ninety", 0.9, 1.3, 0.5, "92."], ["two", 1.3, 1.6, 0.8, ""]]
    store.close()


def test_words_without_a_written_form_are_kept_as_before() -> None:
    assert update_record(Update((Word("one", 0.0, 0.5, 0.9),), (), 1.0))["words"] == [["one", 0.0, 0.5, 0.9]]


@pytest.mark.parametrize("row", [["a", 0.0, 0.5, 0.9, 7], ["a", 0.0, 0.5, 0.9, None], ["a", 0.0, 0.5, 0.9, "a", "b"]])
def test_a_written_form_that_is_none_is_refused(row: list, tmp_path: Path) -> None:
    store = Store(None)
    session = store.create("live", "A talk").session
    with pytest.raises(ValueError, match="one"):
        fold(session, {"words": [row], "seconds": 1.0, "endpoint": True})
    store.close()


@pytest.mark.parametrize("search", ["92", "ninety two", "ninety", "two", "guess"])
def test_both_forms_are_found(search: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.create("live", "A talk").begin(RATE) as writer:
        writer.update(UPDATE)
    assert [entry.title for entry in store.list(search)] == ["A talk"]
    assert store.list("ninetytwo") == ()
    store.close()


def test_both_forms_of_a_corrected_line_are_found(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.create("live", "A talk").begin(RATE) as writer:
        writer.update(UPDATE)
    session = store.open(writer.session.id)
    store.edit(session, 0, "I guess he was 92.")
    assert [entry.title for entry in store.list("he ninety")] == ["A talk"]
    assert store.list("she") == ()
    store.close()


def test_only_words_that_are_written_in_another_way_are_indexed_twice() -> None:
    assert spoken_only(WORDS) == "ninety two"
    assert spoken_only((Word("o'brien", 0.0, 0.5, 0.9, "O'Brien,"), Word("usa", 0.5, 0.9, 0.9))) == ""


def test_a_line_that_is_saved_as_it_is_changes_nothing(document: Document) -> None:
    assert revised(document, "I guess she was 92.") == WORDS


def test_a_correction_sets_what_is_shown_and_what_was_spoken_follows(document: Document) -> None:
    words = revised(document, "I guess she was 93.")
    assert words[:4] == WORDS[:4]
    assert words[4:] == (Word("93.", 0.9, 1.6, 1.0, "93."),)


def test_a_corrected_mark_or_capital_leaves_what_was_spoken(document: Document) -> None:
    words = revised(document, "I guess, She was 92?")
    assert [(word.text, word.display) for word in words[:3]] == [("i", "I"), ("guess", "guess,"), ("she", "She")]
    assert text_of(words) == "I guess, She was 92?"
    assert words[1].confidence == 1.0


def test_words_can_be_added_and_removed_round_a_number(document: Document) -> None:
    words = revised(document, "I really guess she was about 92.")
    assert text_of(words) == "I really guess she was about 92."
    assert words[-2:] == WORDS[-2:]
    assert all(word.display is not None for word in words)
    assert text_of(revised(document, "I guess she was.")) == "I guess she was."


def test_words_of_a_plain_session_stay_plain() -> None:
    plain = Document().append(Update(tuple(Word(w.text, w.start, w.end, w.confidence) for w in WORDS), (), 2.0, True))
    words = revised(plain, "i guess she was about ninety three")
    assert all(word.display is None for word in words)
    assert text_of(words) == "i guess she was about ninety three"


def test_a_number_is_confirmed_as_a_whole(document: Document) -> None:
    for place in (4, 5):
        words = document.apply(document.confirm(WordPosition(0, place))).utterances[0].words
        assert [word.confidence for word in words[3:]] == [0.9, 1.0, 1.0]


def test_every_format_has_the_written_text(document: Document) -> None:
    utterances = document.utterances
    assert txt(utterances) == "I guess she was 92.\n"
    assert srt(utterances).splitlines()[2] == "I guess she was 92."
    assert vtt(utterances).splitlines()[3] == "I guess she was 92."
    assert tsv(utterances).splitlines()[1] == "0\t1600\tI guess she was 92."
    whole = json.loads(json_text(utterances))
    assert whole["text"] == "I guess she was 92."
    assert [word["text"] for word in whole["words"]] == ["i", "guess", "she", "was", "ninety", "two"]
    assert [word["display"] for word in whole["words"]] == ["I", "guess", "she", "was", "92.", ""]
    assert json.loads(jsonl(utterances))["text"] == "I guess she was 92."


def test_without_written_forms_json_has_none() -> None:
    plain = Document().append(Update((Word("one", 0.0, 0.5, 0.9),), (), 1.0, True))
    assert "display" not in json_text(plain.utterances)
