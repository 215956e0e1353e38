"""The measures of a vocabulary count what they say, and its names are in no lexicon."""

from asr.language.lexicon import Lexicon
from asr.recognizer import LEXICON, SHIPPED
from asr.text.normalize import normalize
from asr.training.evaluation import vocabulary
from asr.user.vocabulary import Vocabulary


def row(reference: str, hypothesis: str, seconds: float = 30.0) -> dict:
    return {
        "reference": reference,
        "hypothesis": hypothesis,
        "seconds": seconds,
        "processor_seconds": 3.0,
        "delay": None,
        "corpus": "voice",
    }


def test_no_name_is_in_the_lexicon() -> None:
    known = set(Lexicon.load(SHIPPED / LEXICON).words)
    entries = vocabulary.names("all")
    assert len(entries) > vocabulary.MEASURED == len(vocabulary.names("test"))
    for entry in entries:
        assert not all(word in known for word in normalize(entry.written).split()), entry.written


def test_every_name_is_spoken_in_as_many_sentences() -> None:
    sentences = [normalize(text) for text in vocabulary.sentences()]
    for entry in vocabulary.names("all"):
        assert sum(vocabulary.holds(text, entry) for text in sentences) == vocabulary.COPIES


def test_recall_counts_names_that_are_spoken() -> None:
    entries = Vocabulary.parse("McAllister\nBattery Park").entries
    rows = [
        row("ask mcallister about it", "ask mcallister about it"),
        row("mcallister said so", "mick alister said so"),
        row("near battery park", "near battery park"),
        row("nothing here", "mcallister"),
    ]
    assert vocabulary.recall(rows, entries)["spoken"] == 3
    assert vocabulary.recall(rows, entries)["recall"] == round(200 / 3, 1)
    assert vocabulary.recall(rows, entries)["names_found_once_at_least"] == 2


def test_insertions_are_entries_that_nobody_spoke() -> None:
    entries = Vocabulary.parse("Mark\nBattery Park")
    rows = [
        row("a mark of ink", "a mark of mark"),
        row("some batter he parked", "some battery park"),
        row("mark and mark", "mark and mark"),
    ]
    measured = vocabulary.insertions(rows, entries)
    assert measured["inserted"] == 2 and measured["words"] == {"Mark": 1, "Battery Park": 1}
    assert measured["minutes"] == 1.5 and measured["inserted_a_minute"] == round(2 / 1.5, 3)


def test_a_large_vocabulary_has_its_size_and_is_always_the_same() -> None:
    lexicon = Lexicon.load(SHIPPED / LEXICON)
    large = vocabulary.large_vocabulary(400, lexicon)
    assert len({entry.written for entry in large.entries}) == 400
    assert large == vocabulary.large_vocabulary(400, lexicon)
    known = set(lexicon.words)
    assert 100 < sum(entry.written in known for entry in large.entries) < 200
