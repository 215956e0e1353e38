"""Accents change the phones of a sentence, but not its words."""

import numpy as np
import pytest

from asr.training.research.accents import RULES, accented, rules

PHONES = "ðə θˈɪn wˈɔTəɹ bˈɑTəl wʌz vˈɛɹi ɡˈʊd fɔɹ sˈɪŋɪŋ ɡˈɜɹlz"


@pytest.mark.parametrize("accent", sorted(RULES))
def test_an_accent_changes_phones_and_keeps_words_separate(accent: str) -> None:
    rng = np.random.default_rng(1)
    variants = {accented(PHONES, rules(accent, 1.0, rng), rng) for _ in range(20)}
    assert len(variants) > 10 and PHONES not in variants
    assert all(len(sentence.split()) == len(PHONES.split()) for sentence in variants)


def test_without_strength_nothing_changes() -> None:
    rng = np.random.default_rng(1)
    assert rules("Hindi", 0.0, rng) == [] and accented(PHONES, [], rng) == PHONES
    assert len(rules("Hindi", 1.0, rng)) > len(rules("Hindi", 0.3, rng))


def test_the_same_seed_gives_the_same_phones() -> None:
    first, again = (accented(PHONES, rules("Spanish", 0.7, rng), rng) for rng in map(np.random.default_rng, (3, 3)))
    assert first == again
