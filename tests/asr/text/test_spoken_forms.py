"""Spoken forms of written words: all ways in which they are likely to be spoken, in the spelling of the lexicon."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.text.spoken_forms import LONGEST_NUMBER, cardinal, ordinal, spoken_forms

num2words = pytest.importorskip("num2words").num2words


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello,", "hello"),
        ("“It's", "it's"),
        ("well-known", "well known"),
        ("Café", "cafe"),
        ("Dr.", "doctor"),
        ("NATO", "n a t o"),
        ("U.S.", "u s"),
        ("1984,", "nineteen eighty four"),
        ("1905", "nineteen oh five"),
        ("2008", "two thousand eight"),
        ("1900", "nineteen hundred"),
        ("1234", "one thousand two hundred thirty four"),
        ("1,250", "one thousand two hundred and fifty"),
        ("365", "three hundred and sixty five"),
        ("911", "nine one one"),
        ("747", "seven forty seven"),
        ("007", "oh oh seven"),
        ("3.14", "three point one four"),
        ("21st", "twenty first"),
        ("30th.", "thirtieth"),
        ("1980s", "nineteen eighties"),
        ("90's", "nineties"),
        ("$5", "five dollars"),
        ("$1", "one dollar"),
        ("$3.50", "three dollars fifty"),
        ("£2.01", "two pounds and one penny"),
        ("10%", "ten percent"),
        ("10:30", "ten thirty"),
        ("7:05", "seven oh five"),
        ("9:00", "nine o'clock"),
        ("&", "and"),
        ("AT&T", "a t and t"),
        ("MP3", "m p three"),
        ("12-14", "twelve fourteen"),
    ],
)
def test_a_written_word_has_this_spoken_form(written: str, spoken: str) -> None:
    assert tuple(spoken.split()) in spoken_forms(written)


def test_a_word_of_the_lexicon_is_spoken_as_it_stands() -> None:
    assert spoken_forms("Word3,", {"word3"}) == (("word3",),)


@pytest.mark.parametrize("mark", ["—", "...", "***", '"', "♪"])
def test_marks_alone_are_not_spoken(mark: str) -> None:
    assert spoken_forms(mark) == ()


@given(st.integers(0, 10**LONGEST_NUMBER - 1))
def test_numbers_are_written_out_as_a_second_implementation_does(value: int) -> None:
    def words(text: str) -> tuple[str, ...]:
        return tuple(word for word in re.split(r"[\s,-]+", text) if word != "and")

    assert cardinal(value) == words(num2words(value))
    assert tuple(w for w in cardinal(value, conjunction=True) if w != "and") == cardinal(value)
    assert ordinal(value) == words(num2words(value, to="ordinal"))


@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=30))
def test_any_word_has_forms_of_plain_words(word: str) -> None:
    for form in spoken_forms(word):
        assert form and all(re.fullmatch(r"[a-z']+", spoken) for spoken in form)
