"""PocketSphinx behind the protocol of systems."""

import numpy as np
import pytest

from asr.audio.media import read_file

pytest.importorskip("pocketsphinx")

from asr.training.evaluation.systems.pocketsphinx import RATE, PocketSphinx, spoken
from tests.support.programs.scripts import ROOT

SAMPLE = ROOT / "assets" / "samples" / "lighthouse.ogg"


@pytest.fixture(scope="module")
def system() -> PocketSphinx:
    return PocketSphinx()


@pytest.mark.parametrize(
    "word, expected",
    [
        ("lighthouse", "lighthouse"),
        ("read(2)", "read"),
        ("mr.", "mr"),
        ("t.'s", "t's"),
        ("u.s.", "u s"),
        ("twenty-one", "twenty one"),
        ("<sil>", ""),
        ("</s>", ""),
        ("[NOISE]", ""),
    ],
)
def test_its_spelling_is_converted(word: str, expected: str) -> None:
    assert spoken(word) == expected


def words(system: PocketSphinx, sound: np.ndarray) -> list[str]:
    stream = system.open()
    return [stream.push(sound[i : i + 1600]) for i in range(0, len(sound), 1600)] + [stream.finish()]


def test_streams_are_independent(system: PocketSphinx) -> None:
    sound = np.concatenate(list(read_file(SAMPLE, RATE)))[: 3 * RATE]
    shown = words(system, sound)
    assert shown[-1] and shown[0] == "" and len(set(shown)) > 2
    assert words(system, sound[::-1] * 0.1) != shown
    assert words(system, sound) == shown
    assert system.file(sound) == system.file(sound) != ""
    assert words(system, sound) == shown
