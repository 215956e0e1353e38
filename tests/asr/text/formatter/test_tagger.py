"""The tagger computes what the network of training computes, word by word, and loads nothing that is damaged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from asr.errors import ModelError
from asr.quantization import dequantize, quantize
from asr.text.formatter.inputs import (
    CAPITAL,
    END,
    LOOKAHEAD,
    LOWER,
    MIXED,
    PAUSES,
    START,
    UNKNOWN_CASE,
    UNSEEN,
    UPPER,
    pause_class,
)
from asr.text.formatter.tagger import LAYOUT, Tagger
from asr.training.text.tagger.model import Inputs
from tests.support.recognition.tiny import MIXED_FORMS, SPOKEN, tiny_network

PRIORS = {"smith": CAPITAL, "iphone": MIXED}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "formatter.safetensors"
    Tagger.save(path, tiny_network().state_dict(), SPOKEN[:20], PRIORS, MIXED_FORMS)
    return path


@pytest.mark.parametrize("known", range(LOOKAHEAD + 1))
def test_word_by_word_it_is_the_network_of_training(known: int, saved: Path) -> None:
    tagger = Tagger.load(saved)
    network = tiny_network()
    network.load_state_dict(dequantize(quantize(network.state_dict())))
    vocabulary = tagger.vocabulary
    rng = np.random.default_rng(1)
    texts = [str(text) for text in rng.choice([*SPOKEN, "elsewhere"], 12)]
    gaps = [0.0, *rng.choice([0.0, 0.1, 0.4, 1.0], 11).tolist()]
    special = vocabulary.first_special
    words = [special + START, *map(vocabulary.word_class, texts), *[special + END] * LOOKAHEAD]
    pauses = [0, *map(pause_class, gaps), *[len(PAUSES)] * LOOKAHEAD]
    priors = [UNKNOWN_CASE, *map(vocabulary.prior, texts), *[UNKNOWN_CASE] * LOOKAHEAD]
    seen = torch.full((1, 1 + len(texts)), known)
    inputs = Inputs(*(torch.tensor([row]) for row in (words, pauses, priors)))
    marks, cases = network(inputs, seen, special + UNSEEN)
    state, vectors = tagger.start(START), [tagger.vector(*pair) for pair in zip(texts, gaps, strict=True)]
    for i, vector in enumerate(vectors):
        state = tagger.advance(state, vector)
        following = [*vectors[i + 1 :], *[tagger.end] * LOOKAHEAD][:known]
        labels = tagger.label(state, [*following, *[tagger.unseen] * (LOOKAHEAD - known)])
        assert np.allclose(labels.marks, marks[0, i + 1].softmax(0).numpy(), atol=1e-5)
        assert labels.case == int(cases[0, i + 1].argmax())


def test_rounded_is_what_is_saved_and_loaded(saved: Path) -> None:
    loaded = Tagger.load(saved)
    rounded = Tagger.rounded(tiny_network().state_dict(), SPOKEN[:20], PRIORS, MIXED_FORMS)
    following = [loaded.end] * LOOKAHEAD
    assert loaded.label(loaded.start(START), following) == rounded.label(rounded.start(START), following)


@pytest.mark.parametrize(
    ("word", "case", "written"),
    [
        ("she", LOWER, "she"),
        ("paris", CAPITAL, "Paris"),
        ("paris's", CAPITAL, "Paris's"),
        ("nasa", UPPER, "NASA"),
        ("nasa's", UPPER, "NASA's"),
        ("iphone", MIXED, "iPhone"),
        ("iphone", LOWER, "iphone"),
        ("unlisted", MIXED, "Unlisted"),
        ("mcdonald", CAPITAL, "McDonald"),
        ("o'brien", CAPITAL, "O'Brien"),
        ("i", LOWER, "I"),
        ("i'm", LOWER, "I'm"),
        ("i'd", UPPER, "I'd"),
        ("in", LOWER, "in"),
    ],
)
def test_capitals(word: str, case: int, written: str, saved: Path) -> None:
    assert Tagger.load(saved).written(word, case) == written


DAMAGES: dict[str, tuple[dict[str, Any], str]] = {
    "a weight is missing": ({"state.bias": None}, "state.bias"),
    "one too many": ({"more": np.zeros(3, np.float32)}, "more"),
    "another shape": ({"marks.bias": np.zeros(5, np.float32)}, "marks.bias"),
    "not a number": ({"state.bias": np.full(8, np.nan, np.float32)}, "impossible"),
    "no text": ({"vocabulary": np.full(9, 255, np.uint8)}, "no list of words"),
    "a line feed too many": ({"listed": np.frombuffer(b"smith\n\niphone", np.uint8)}, "no list of words"),
    "a word twice": (
        {"vocabulary": np.frombuffer("\n".join([*SPOKEN[:19], SPOKEN[0]]).encode(), np.uint8)},
        "twice",
    ),
    "words missing": ({"vocabulary": np.frombuffer(b"one\ntwo", np.uint8)}, "another size"),
    "a case that is none": ({"priors": np.array([1, 9], np.uint8)}, "a case is impossible"),
    "cases of other words": ({"listed": np.frombuffer(b"smith", np.uint8)}, "differ in number"),
    "a form of another word": ({"mixed": np.frombuffer(b"iphone\niPad", np.uint8)}, "of another word"),
    "a word without its form": ({"mixed": np.frombuffer(b"iphone", np.uint8)}, "of another word"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_tagger_is_refused(damage: str, saved: Path) -> None:
    changes, sentence = DAMAGES[damage]
    tensors = {key: value for key, value in (load_file(saved) | changes).items() if value is not None}
    save_file(tensors, saved, {"layout": LAYOUT})
    with pytest.raises(ModelError, match=sentence):
        Tagger.load(saved)


def test_another_layout_is_refused(saved: Path) -> None:
    save_file(load_file(saved), saved, {"layout": "formatter 9"})
    with pytest.raises(ModelError, match="formatter 1"):
        Tagger.load(saved)
