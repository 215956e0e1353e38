"""Accents change how a sentence is said, never what of."""

import numpy as np
import pytest

from asr.training.research.accents import RULES, accented, rules

SAID = "ðə θˈɪn wˈɔTəɹ bˈɑTəl wʌz vˈɛɹi ɡˈʊd fɔɹ sˈɪŋɪŋ ɡˈɜɹlz"


@pytest.mark.parametrize("accent", sorted(RULES))
def test_an_accent_is_heard_and_words_stay_apart(accent: str) -> None:
    rng = np.random.default_rng(1)
    said = {accented(SAID, rules(accent, 1.0, rng), rng) for _ in range(20)}
    assert len(said) > 10 and SAID not in said
    assert all(len(sentence.split()) == len(SAID.split()) for sentence in said)


def test_without_strength_nothing_changes() -> None:
    rng = np.random.default_rng(1)
    assert rules("Hindi", 0.0, rng) == [] and accented(SAID, [], rng) == SAID
    assert len(rules("Hindi", 1.0, rng)) > len(rules("Hindi", 0.3, rng))


def test_the_same_speaker_says_it_alike() -> None:
    first, again = (accented(SAID, rules("Spanish", 0.7, rng), rng) for rng in map(np.random.default_rng, (3, 3)))
    assert first == again
