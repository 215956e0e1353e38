"""PocketSphinx behind the interface of our own streams."""

import numpy as np
import pytest

from asr.audio.media import read_file
from asr.recognizer import SHIPPED

pytest.importorskip("pocketsphinx")

import itertools

from asr.training.evaluation import peers
from asr.training.evaluation.evaluate import CHUNK, StreamRecognizer

SAMPLE = SHIPPED.parent / "samples" / "lighthouse.ogg"


@pytest.fixture(scope="module")
def pocketsphinx() -> StreamRecognizer:
    return peers.load()


def chunks(sound: np.ndarray) -> list[np.ndarray]:
    return [sound[i : i + CHUNK] for i in range(0, len(sound), CHUNK)]


@pytest.mark.parametrize(
    "word, expected",
    [
        ("lighthouse", "lighthouse"),
        ("read(2)", "read"),
        ("mr.", "mister"),
        ("mrs.(2)", "missus"),
        ("t.'s", "t's"),
        ("u.s.", "u s"),
        ("twenty-one", "twenty one"),
        ("st.", "saint"),
        ("<sil>", ""),
        ("</s>", ""),
        ("[NOISE]", ""),
    ],
)
def test_its_spelling_is_converted(word: str, expected: str) -> None:
    assert peers.spoken(word) == expected


def test_streams_are_independent_and_words_are_in_order(pocketsphinx: StreamRecognizer) -> None:
    sound = np.concatenate(list(read_file(SAMPLE, peers.RATE)))[: 3 * peers.RATE]
    updates = list(pocketsphinx.transcribe(chunks(sound)))
    *early, last = updates
    assert last.endpoint and not last.partial and last.seconds == 3.0
    assert early and not any(update.words for update in early)
    assert all(a.seconds < b.seconds and a.partial != b.partial for a, b in itertools.pairwise(early))
    assert last.words, "no words in the sample"
    assert all(0 <= word.start < word.end <= 3.1 and 0 <= word.confidence <= 1 for word in last.words)
    assert all(a.end <= b.start for a, b in zip(last.words, last.words[1:], strict=False))
    list(pocketsphinx.transcribe(chunks(sound[::-1] * 0.1)))
    assert list(pocketsphinx.transcribe(chunks(sound)))[-1] == last


def test_sound_too_loud_for_its_integers_is_clipped(pocketsphinx: StreamRecognizer) -> None:
    square = np.where(np.arange(8000) % 100 < 50, 2.0, -2.0).astype(np.float32)
    assert list(pocketsphinx.transcribe([square])) == list(pocketsphinx.transcribe([square / 2]))
