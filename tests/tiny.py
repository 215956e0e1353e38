"""What a recogniser small enough to hear minutes in a second is made of: random weights, thirty words, a model of
nonsense."""

import math

import numpy as np
import torch

from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel
from asr.decoding.lexicon import MARKS, Lexicon
from asr.decoding.ngram_lm import NgramLM
from asr.text.phones import LABELS
from asr.training.language.ngram import count, prune, smooth, tokens

PHONES = ("AA", "B", "D", "IY", "K", "S", "T")


def pronunciations(words: int = 30, seed: int = 3) -> dict[str, list[tuple[str, ...]]]:
    """Words of one to four of seven phones; the last two sound like the first two."""
    rng = np.random.default_rng(seed)
    said: dict[tuple[str, ...], str] = {}
    while len(said) < words - 2:
        said.setdefault(tuple(str(p) for p in rng.choice(PHONES, rng.integers(1, 5))), f"word{len(said)}")
    spoken = {word: [pron] for pron, word in said.items()}
    return {**spoken, "twin0": spoken["word0"], "twin1": spoken["word1"]}


def nonsense(words: list[str], seed: int = 4) -> tuple[Lexicon, NgramLM]:
    """A lexicon of `pronunciations`, and a trigram of random sentences."""
    rng = np.random.default_rng(seed)
    lines = [" ".join(rng.choice(words, rng.integers(1, 7))) for _ in range(200)]
    everything = (*MARKS, *words)
    grams = count(tokens([lines], {word: i for i, word in enumerate(everything)}), 3, len(everything))
    smooth(grams)
    logp = np.asarray(grams[0].logp)
    return Lexicon.build(everything, pronunciations(len(words)), logp, LABELS), prune(grams, [0, 0, 0])


def tiny_config(**changes) -> Config:
    return Config(labels=LABELS, **{"layers": 2, "width": 24, "channels": (8, 16), **changes})


def mel_bank(config: Config) -> torch.Tensor:
    """The triangular HTK mel filters once more, (fft // 2 + 1, mels) float32: what
    `asr.training.acoustic.mel_bank` takes from torchaudio, without it."""

    def mel(hertz: float) -> float:
        return 2595.0 * math.log10(1.0 + hertz / 700.0)

    points = torch.linspace(mel(config.low), mel(config.high), config.mels + 2)
    edges = 700.0 * (10.0 ** (points / 2595.0) - 1.0)  # Hz, of each band the first, the peak, the last
    bins = torch.linspace(0, config.rate // 2, config.fft // 2 + 1)
    slopes = edges[None] - bins[:, None]
    rising, falling = -slopes[:, :-2] / edges.diff()[:-1], slopes[:, 2:] / edges.diff()[1:]
    return torch.minimum(rising, falling).clamp_min(0.0)


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
        model.head.bias.copy_(bias.repeat(model.config.rows_per_step))
        if model.config.bottleneck:
            model.head.pairs.weight.normal_()
        model.bank.copy_(mel_bank(model.config))
    return model.eval().requires_grad_(False)
