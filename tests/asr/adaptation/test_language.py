"""Written text becomes sentences as they are spoken, and the words that no lexicon has get pronunciations."""

from collections.abc import Iterable

import pytest

from asr.adaptation.language import language_of, sentences_of
from asr.errors import LanguageError, VocabularyError
from asr.user.language import UserLanguage
from asr.user.vocabulary import PronouncedWord, Vocabulary

KNOWN = {"we", "run", "it", "on", "the", "ship", "said"}


class Spelling:
    """Knows a few words, and pronounces the others as B for each letter."""

    def knows(self, words: Iterable[str]) -> set[str]:
        return KNOWN & set(words)

    def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
        return [(PronouncedWord(e.words[0], False, (" ".join("B" * len(e.words[0])),)),) for e in vocabulary.entries]


def spoken(text: str) -> list[str]:
    """Return the sentences of a paragraph as texts."""
    return [" ".join(word.text for word in sentence) for sentence in sentences_of([text])]


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        ("We ran. It broke! Why?", ["we ran", "it broke", "why"]),
        ("Dr. Smith met Mr. J. Jones, e.g. at 9.", ["doctor smith met mister j jones eg at nine"]),
        ("In 1984, $5 was 10% of it.", ["in nineteen eighty four five dollars was ten percent of it"]),
        ("well-known Café owners’ “quotes” (here)", ["well known cafe owners quotes here"]),
        ("Run main.rs or a_b; see https://x.org/y now", ["run <unk> or <unk>", "see <unk> now"]),
        ("3.5 — 1st", ["three point five first"]),
        ("... --- ***", []),
        ("λ ≥ 0", ["<unk> <unk> zero"]),
    ],
)
def test_text_is_spoken_in_sentences(written: str, sentences: list[str]) -> None:
    assert spoken(written) == sentences


def test_new_words_are_taken_when_they_occur_twice_and_are_written_as_inside_sentences() -> None:
    text = ["Kubernetes is it. We run Kubernetes on the ship. Etcd it. We said iPlant. It said gRPC", "The etcd ship"]
    language = language_of(sentences_of(text), Spelling(), sources=["a.txt"])
    assert [entry.written for entry in language.new_words.entries] == ["etcd", "Kubernetes"]
    (sound,) = language.new_words.entries[0].sounds
    assert sound[0].phones and sound[0].parts == ("B",) * 4
    assert {"etcd", "kubernetes"} <= set(language.words) and "iplant" not in language.words
    assert language.sources == ("a.txt",) and language.size == 20
    corrected = language_of(sentences_of(text), Spelling(), least=1)
    assert {entry.written for entry in corrected.new_words.entries} >= {"iPlant", "gRPC", "is"}


def test_a_word_that_nobody_can_pronounce_is_left_out() -> None:
    long = "b" * 61
    language = language_of(sentences_of([f"We {long} {long} run"]), Spelling())
    assert not language.new_words and long not in language.words and isinstance(language, UserLanguage)


def test_a_model_that_pronounces_nothing_learns_phrases_alone() -> None:
    class Silent(Spelling):
        def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
            raise VocabularyError("no-pronunciation", name="", line=0, word="x", file="none")

    language = language_of(sentences_of(["Grothmir and Grothmir run it"]), Silent())
    assert not language.new_words and language.words[3:] == ("it", "run")


def test_a_text_without_words_is_an_error() -> None:
    with pytest.raises(LanguageError, match=r"x\.txt holds no words"):
        language_of(sentences_of(["123_abc", "..."]), Spelling(), sources=["x.txt"])
