"""A recogniser small enough to hear minutes in a second: random weights, thirty words, a model of nonsense."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
import torch

from app.store import Store
from asr.config import Config
from asr.decoder import Search
from asr.language import LanguageModel
from asr.lexicon import MARKS, Lexicon
from asr.model import AcousticModel
from asr.recognizer import SHIPPED, Recognizer
from asr.text import LABELS
from asr.training.ngram import count, prune, smooth, tokens

torch.set_num_threads(1)  # one order of sums, and no threads that fight over a busy machine

PHONES = ("AA", "B", "D", "IY", "K", "S", "T")


def pronunciations(words: int = 30, seed: int = 3) -> dict[str, list[tuple[str, ...]]]:
    """Words of one to four of seven phones; the last two sound like the first two."""
    rng = np.random.default_rng(seed)
    said: dict[tuple[str, ...], str] = {}
    while len(said) < words - 2:
        said.setdefault(tuple(str(p) for p in rng.choice(PHONES, rng.integers(1, 5))), f"word{len(said)}")
    spoken = {word: [pron] for pron, word in said.items()}
    return {**spoken, "twin0": spoken["word0"], "twin1": spoken["word1"]}


def nonsense(words: list[str], seed: int = 4) -> tuple[Lexicon, LanguageModel]:
    """A lexicon of `pronunciations`, and a trigram of random sentences."""
    rng = np.random.default_rng(seed)
    lines = [" ".join(rng.choice(words, rng.integers(1, 7))) for _ in range(200)]
    everything = (*MARKS, *words)
    grams = count(tokens([lines], {word: i for i, word in enumerate(everything)}), 3, len(everything))
    smooth(grams)
    logp = np.asarray(grams[0].logp)
    return Lexicon.build(everything, pronunciations(len(words)), logp), prune(grams, [0, 0, 0])


def tiny_config(**changes) -> Config:
    return Config(labels=LABELS, **{"layers": 2, "width": 24, "channels": (8, 16), **changes})


def tiny_model(**changes) -> AcousticModel:
    """Random weights, its head scaled and pushed towards the blank and PHONES so that sound becomes many words."""
    torch.manual_seed(5)
    model = AcousticModel(tiny_config(**changes))
    with torch.no_grad():
        model.mean.fill_(-6.0)
        model.scale.fill_(0.3)
        for convolution in model.convolutions:
            convolution.weight.mul_(2.5)
        model.ahead.weight.add_(0.02 * torch.randn_like(model.ahead.weight))  # so that the future matters
        model.head.weight.mul_(18.0)
        bias = torch.full((len(LABELS),), -40.0)
        bias[[LABELS.index(p) for p in PHONES]] = 0.0
        bias[0] = 4.0
        model.head.bias.copy_(bias.repeat(model.config.outputs))
        if model.config.narrow:
            model.head.pairs.weight.normal_()
    return model.eval().requires_grad_(False)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture(scope="session")
def tiny() -> Recognizer:
    lexicon, language = nonsense(list(pronunciations()))
    return Recognizer(tiny_model(), lexicon, language, Search(weight=0.8, bonus=0.6, beams=6, width=6.0), name="tiny")


@pytest.fixture(scope="session")
def shipped() -> Recognizer:
    if not (SHIPPED / "model.safetensors").is_file():
        pytest.skip("no acoustic model in assets/model yet")
    return Recognizer.load()
