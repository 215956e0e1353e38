"""Rules of languages are found by the code that a model file has."""

from asr.recognizer import Recognizer
from asr.text.languages import LANGUAGES, language_of
from asr.text.normalize import normalize


def test_a_language_is_found_by_its_code() -> None:
    assert language_of("en").name == "English" and "the" in language_of("en").leaning


def test_an_unknown_language_has_no_rules() -> None:
    assert language_of("xx").name == "xx" and not language_of("xx").leaning


def test_words_of_the_rules_are_spelt_as_the_recogniser_spells_them() -> None:
    for language in LANGUAGES.values():
        assert all(normalize(word) == word for word in language.leaning)


def test_the_language_of_the_shipped_model_is_known(shipped: Recognizer) -> None:
    assert shipped.config.language in LANGUAGES
