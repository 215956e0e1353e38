"""Written text is scored by the reading that fits."""

import itertools

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.text.spoken_forms import spoken_forms
from asr.training.evaluation.peers.readings import closest_reading


@pytest.mark.parametrize(
    "written, spoken",
    [
        ("In 1984, Mr. O'Neil paid $5.", "in nineteen eighty four mister o'neil paid five dollars"),
        ("Flight 204 to St. Paul", "flight two oh four to saint paul"),
        ("the 21st of May", "the twenty first of may"),
        ("A well-known man", "a well known man"),
        ("NATO", "n a t o"),
    ],
)
def test_the_reading_with_the_fewest_errors_is_taken(written: str, spoken: str) -> None:
    assert closest_reading(written, spoken.split()) == spoken


def test_what_was_not_spoken_stays_an_error() -> None:
    assert closest_reading("The dog sat, 3 times.", ["the", "cat", "sat"]) == "the dog sat three times"
    assert closest_reading("", ["the"]) == ""


WORDS = st.lists(st.sampled_from(["12", "Mr.", "cat", "US", "the", "2nd", "$3"]), max_size=4)
FORMS = ["twelve", "one", "two", "mister", "cat", "u", "s", "the", "three"]
SPOKEN = st.lists(st.sampled_from(FORMS), min_size=1, max_size=6)


@given(WORDS, SPOKEN)
def test_no_other_reading_has_fewer_errors(written: list[str], spoken: list[str]) -> None:
    def errors(reading: str) -> int:
        counts = jiwer.process_words(" ".join(spoken), reading)
        return counts.substitutions + counts.deletions + counts.insertions

    all_readings = [
        " ".join(word for form in forms for word in form)
        for forms in itertools.product(*(spoken_forms(word) for word in written))
    ]
    found = closest_reading(" ".join(written), spoken)
    assert found in all_readings and errors(found) == min(map(errors, all_readings))
