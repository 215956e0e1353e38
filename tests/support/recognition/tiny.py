"""A recogniser with random weights and thirty words, fast enough for tests, and a decoder with six words."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from asr.acoustic.config import Config
from asr.acoustic.features import LogMel
from asr.acoustic.network import AcousticModel, weights
from asr.decoding.beams import WordHypothesis
from asr.decoding.decoder import Decoder
from asr.decoding.search_options import SearchOptions
from asr.language.lexicon import MARKS, Lexicon
from asr.language.neural_lm import NeuralLM
from asr.language.ngram_estimation import count, prune, smooth, tokens
from asr.language.ngram_lm import NgramLM
from asr.quantization import dequantize, quantize
from asr.recognizer import Recognizer
from asr.text.formatter.inputs import WordClasses
from asr.text.formatter.stage import Formatter
from asr.text.formatter.tagger import Tagger
from asr.text.phones import BLANK, LABEL_IDS, LABELS
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.training.text.tagger.model import TaggerNetwork

PHONES = ("AA", "B", "D", "IY", "K", "S", "T")

# The tiny recogniser: random weights, random sentences.


def pronunciations(words: int = 30, seed: int = 3) -> dict[str, list[tuple[str, ...]]]:
    """Return words of one to four of seven phones; the last two sound like the first two."""
    rng = np.random.default_rng(seed)
    word_of: dict[tuple[str, ...], str] = {}
    while len(word_of) < words - 2:
        word_of.setdefault(tuple(str(p) for p in rng.choice(PHONES, rng.integers(1, 5))), f"word{len(word_of)}")
    prons = {word: [pron] for pron, word in word_of.items()}
    return {**prons, "twin0": prons["word0"], "twin1": prons["word1"]}


def nonsense(words: list[str], seed: int = 4, order: int = 3) -> tuple[Lexicon, NgramLM]:
    """Return a lexicon of `pronunciations`, and a model of n-grams of random sentences."""
    rng = np.random.default_rng(seed)
    lines = [" ".join(rng.choice(words, rng.integers(1, 7))) for _ in range(200)]
    vocabulary = (*MARKS, *words)
    grams = count(tokens([lines], {word: i for i, word in enumerate(vocabulary)}), order, len(vocabulary))
    smooth(grams)
    logp = np.asarray(grams[0].logp)
    return Lexicon.build(vocabulary, pronunciations(len(words)), logp, LABELS), prune(grams, [0] * order)


def tiny_config(**changes: Any) -> Config:
    """Return the configuration of a small model, with some fields changed."""
    values: dict[str, Any] = {"layers": 2, "width": 24, "channels": (8, 16), **changes}
    return Config(labels=LABELS, **values)


def mel_bank(config: Config) -> torch.Tensor:
    """Return triangular HTK mel filters, (fft // 2 + 1, mels) float32.

    This is a second implementation of `asr.training.acoustic.mel_bank`, which takes them from torchaudio.
    """

    def mel(hertz: float) -> float:
        return 2595.0 * math.log10(1.0 + hertz / 700.0)

    points = torch.linspace(mel(config.low), mel(config.high), config.mels + 2)
    edges = 700.0 * (10.0 ** (points / 2595.0) - 1.0)  # Hz; band i begins, peaks and ends at edges i, i + 1 and i + 2
    bins = torch.linspace(0, config.rate // 2, config.fft // 2 + 1)
    slopes = edges[None] - bins[:, None]
    rising, falling = -slopes[:, :-2] / edges.diff()[:-1], slopes[:, 2:] / edges.diff()[1:]
    return torch.minimum(rising, falling).clamp_min(0.0)


def rounded(model: AcousticModel) -> AcousticModel:
    """Return the model with its matrices as a model file has them: int8 times a step for each channel."""
    model.load_state_dict(dequantize(quantize(weights(model))), strict=False)
    return model


def tiny_model(**changes: Any) -> AcousticModel:
    """Return a model of random weights whose head favours the blank and PHONES, so that sound becomes many words."""
    torch.manual_seed(5)
    model: Any = AcousticModel(tiny_config(**changes))  # Any: torch gives submodules and parameters one type
    with torch.no_grad():
        model.mean.fill_(-6.0)
        model.scale.fill_(0.3)
        for convolution in model.convolutions:
            convolution.weight.mul_(2.5)
        model.ahead.weight.add_(0.02 * torch.randn_like(model.ahead.weight))  # so that the look-ahead matters
        model.head.weight.mul_(18.0)
        bias = torch.full((len(LABELS),), -40.0)
        bias[[LABELS.index(p) for p in PHONES]] = 0.0
        bias[0] = 4.0
        model.head.bias.copy_(bias.repeat(model.config.rows_per_step))
        if model.config.bottleneck:
            model.head.pairs.weight.normal_()
        model.bank.copy_(mel_bank(model.config))
    return model.eval().requires_grad_(False)


def favour_blank_in_silence(model: AcousticModel) -> None:
    """Change the head so that silence becomes blanks, as with a trained model: endpoints need pauses."""
    head: Any = model.head
    config = model.config
    inputs: list[torch.Tensor] = []
    hook = head.register_forward_pre_hook(lambda _, arguments: inputs.append(arguments[0][0]))
    noise = torch.from_numpy(np.random.default_rng(6).normal(0, 0.2, 3 * config.rate).astype(np.float32))
    with torch.no_grad():
        for sound in (torch.zeros_like(noise), noise):
            frames = LogMel(config, model.bank)(sound)
            model(frames[None, : len(frames) // config.stride * config.stride], model.begin())
        hook.remove()
        silent, loud = (steps[len(steps) // 2 :].mean(0) for steps in inputs)
        direction = silent - loud
        weight = 100.0 * direction / direction.square().sum()  # +50 for silence, -50 for noise
        blanks = slice(None, None, len(LABELS))  # the blank of each row of a step
        head.weight[blanks] += weight
        head.bias[blanks] -= weight @ (silent + loud) / 2


def tiny_recognizer(
    search: SearchOptions | None = None, name: str = "", pausing: bool = False, **changes: Any
) -> Recognizer:
    """Return a recogniser with a tiny model, thirty words and a trigram model; `changes` are of the configuration.

    Its matrices are int8, as those of a model file. With `pausing`, silence becomes blanks (`favour_blank_in_silence`).
    """
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    search = search or SearchOptions(beam_size=6, beam_threshold=6.0)
    model = tiny_model(**changes)
    if pausing:
        favour_blank_in_silence(model)
    return Recognizer(rounded(model), lexicon, ngram_lm, search, name)


# The tiny formatter: random weights, and thirty words of which rules for numbers and names know most.

SPOKEN = (
    *("ninety", "two", "hundred", "and", "five", "point", "dollars", "percent", "january", "third", "a", "i", "f", "b"),
    *("mister", "smith", "at", "dot", "com", "oh", "thousand", "nineteen", "p", "m", "one", "she", "was", "iphone"),
    *("the", "jane"),
)
MIXED_FORMS = {"iphone": "iPhone"}


def tiny_network(seed: int = 7, silent: bool = False) -> TaggerNetwork:
    """Return a network whose marks and cases are all frequent; if it is to be silent, it gives neither."""
    torch.manual_seed(seed)
    network = TaggerNetwork(WordClasses(SPOKEN[:20], {}).classes, inner=6, width=8)
    with torch.no_grad():
        for head in (network.marks, network.cases):
            head.weight.mul_(12.0)
        network.marks.bias[0] += 1.0
        if silent:
            network.marks.bias.copy_(torch.tensor([1000.0, 0.0, 500.0, 0.0]))
            network.cases.bias[0] = 1000.0
    return network.eval().requires_grad_(False)


def tiny_formatter(seed: int = 7, silent: bool = False) -> Formatter:
    """Return a formatter of `tiny_network`, which knows 20 words of SPOKEN and the suffixes of the others."""
    weights = tiny_network(seed, silent).state_dict()
    return Formatter(Tagger.rounded(weights, SPOKEN[:20], {"smith": 1, "iphone": 3}, MIXED_FORMS))


def spoken_recognizer(formatter: Formatter | None) -> Recognizer:
    """Return the tiny recogniser with the words of SPOKEN, and a formatter."""
    names = dict(zip(pronunciations(), SPOKEN, strict=True))
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    lexicon = replace(lexicon, words=tuple(names.get(word, word) for word in lexicon.words))
    search = SearchOptions(beam_size=6, beam_threshold=6.0)
    return Recognizer(tiny_model(), lexicon, ngram_lm, search, formatter=formatter)


# The tiny decoder: six words of three phones, and rows of posteriors written as text.

PRONS: dict[str, list[tuple[str, ...]]] = {
    "a": [("AA",)],
    "aa": [("AA", "AA")],
    "ab": [("AA", "B")],
    "bee": [("B",)],
    "be": [("B",)],
    "bad": [("B", "AA", "D")],
}
WORDS = (*MARKS, *PRONS)
ROW_SECONDS = 0.04
# Settings that prune nothing and commit nothing.
EXHAUSTIVE = SearchOptions(
    lm_weight=0.7,
    word_score=0.4,
    beam_size=5000,
    beam_threshold=1e3,
    token_threshold=-1e3,
    commit_threshold=2.0,
    max_open_words=12,
)


class Bigrams:
    """A language model whose states are whole histories, so that no two hypotheses are ever merged.

    Args:
        seed: Of the random probabilities.
        favour: ln p of some words after any word.
    """

    start = 0

    def __init__(self, seed: int = 0, **favour: float) -> None:
        self.table = np.log(np.random.default_rng(seed).dirichlet(np.full(len(WORDS), 5.0), len(WORDS)))
        if favour:
            self.table[:, 1] = -2.0
        for word, logp in favour.items():
            self.table[:, WORDS.index(word)] = logp
        self.histories: list[tuple[int, ...]] = [(0,)]
        self.states: dict[tuple[int, ...], int] = {(0,): 0}

    def logp(self, history: tuple[int, ...], word: int) -> float:
        """Return ln p(word | history)."""
        return float(self.table[history[-1], word])

    def score(self, states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score words as `NgramLM.score` does."""
        logps, following = [], []
        for state, word in zip(states.tolist(), words.tolist(), strict=True):
            history = (*self.histories[state], word)
            if history not in self.states:
                self.states[history] = len(self.histories)
                self.histories.append(history)
            logps.append(self.logp(history[:-1], word))
            following.append(self.states[history])
        return np.array(logps, np.float32), np.array(following, np.int64)

    def upper_bound(self, words: np.ndarray) -> np.ndarray:
        """Bound the scores of words as `NgramLM.upper_bound` does."""
        return (self.table.max(0)[words] + 1e-3).astype(np.float32)

    def end(self, states: np.ndarray) -> np.ndarray:
        """Score the end of the sentence as `NgramLM.end` does."""
        return np.array([self.table[self.histories[state][-1], 1] for state in states.tolist()], np.float32)


def tiny_decoder(ngram_lm: Bigrams, search: SearchOptions = EXHAUSTIVE, neural_lm: NeuralLM | None = None) -> Decoder:
    """Return a decoder over the six words of WORDS."""
    unigrams = np.log(np.linspace(1, 2, len(WORDS)) / 20)
    lexicon = Lexicon.build(WORDS, PRONS, unigrams, LABELS)
    model: Any = ngram_lm  # all that a decoder uses of an NgramLM
    return Decoder(lexicon, model, search, ROW_SECONDS, neural_lm)


def rows_of(text: str, posterior: float = 0.998) -> np.ndarray:
    """Return (n, labels) float32 ln posteriors, one row per character: "." is the blank, A B D are AA B D."""
    names = {".": BLANK, "A": LABEL_IDS["AA"], "B": LABEL_IDS["B"], "D": LABEL_IDS["D"]}
    rows = np.full((len(text), len(LABELS)), (1 - posterior) / (len(LABELS) - 1))
    for row, name in zip(rows, text, strict=True):
        row[names[name]] = posterior
    return np.log(rows).astype(np.float32)


def tiny_neural_lm(words: int = len(WORDS)) -> NeuralLM:
    """Return a network of random weights that scores all of some words but the last."""
    torch.manual_seed(1)
    network = NeuralLMNetwork(words - 1, np.linspace(2, 1, words), width=6, inner=4).requires_grad_(False)
    weights = quantize(network.state_dict())
    kept = {key: value for key, value in weights.items() if key.startswith("embedding")}
    others = {key: value for key, value in weights.items() if not key.startswith("embedding") and key != "share"}
    return NeuralLM(kept | dequantize(others), "")


def decode(decoder: Decoder, rows: np.ndarray) -> list[WordHypothesis]:
    """Return all words of one utterance, (n, units) ln posteriors."""
    state, words, _ = decoder.step(decoder.start(), rows)
    return [*words, *decoder.close(state)]


def texts(words: list[WordHypothesis]) -> list[str]:
    """Return the texts of hypotheses of a tiny decoder."""
    return [WORDS[word.word] for word in words]
