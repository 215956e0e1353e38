"""The word GRU beside the n-gram model on the same held-out words, and both together.

Every word and sentence end is one prediction; words outside the lexicon are left out, as in
`asr.training.language.ngram`, though both models see that there was one. The weight of the mixture p = w * p_gru + (1 -
w) * p_ngram is found on every other sentence, and all figures are of the sentences between."""

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from asr.decoding.lexicon import END, START, UNKNOWN, Lexicon
from asr.decoding.neural_lm import interpolate
from asr.decoding.ngram_lm import NgramLM
from asr.recognizer import SHIPPED
from asr.training.language.neural_lm_model import NeuralLMNetwork, frequencies
from asr.training.language.ngram import tokens

WEIGHTS = np.arange(0, 1.001, 0.05)


def known(text: np.ndarray) -> np.ndarray:
    """(t,) ids of whole sentences -> (p,) bool: which predictions count. There is none of <s>."""
    return text[text != START] != UNKNOWN


def of_gru(model: NeuralLMNetwork, text: np.ndarray) -> np.ndarray:
    """(t,) ids of whole sentences -> (p,) float32 ln p of all but <s>, in their order."""
    sentences = [part[1:-1].tolist() for part in np.split(text, np.flatnonzero(text == START)[1:])]
    return np.concatenate(model.score(sentences))


def of_ngram(model: NgramLM, text: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same by the n-gram model, and (p,) how many words before each it could make use of."""
    logp, length = np.zeros(len(text), np.float32), np.zeros(len(text), np.int64)
    position = np.flatnonzero(text == START)
    state = np.full(len(position), model.start)
    while len(position):
        position = position + 1
        length[position] = depth(model, state)
        logp[position], state = model.score(state, text[position])
        going = text[position] != END
        position, state = position[going], state[going]
    return logp[text != START], length[text != START]


def depth(model: NgramLM, states: np.ndarray) -> np.ndarray:
    """(n,) states -> (n,) words in each."""
    found, at = np.zeros(len(states), np.int64), np.array(states, np.int64)
    while at.any():
        found += at > 0
        at = model.shorter[at].astype(np.int64)
    return found


def perplexity(logp: np.ndarray) -> float:
    return float(np.exp(-logp.mean(dtype=np.float64)))


def groups(text: np.ndarray, length: np.ndarray, vocabulary: int) -> dict[str, np.ndarray]:
    """Name -> (p,) bool of what the predictions are asked for by."""
    words = text[text != START]
    begins = np.flatnonzero(text == START)
    place = np.concatenate([np.arange(n - 1) for n in np.diff(np.append(begins, len(text)))])
    counted, ends = known(text), words == END
    found = {"everything": counted}
    found["word 1 of a sentence"] = counted & ~ends & (place == 0)
    found["words 2 and 3"] = counted & ~ends & (place > 0) & (place < 3)
    found["words 4 to 10"] = counted & ~ends & (place >= 3) & (place < 10)
    found["words 11 and later"] = counted & ~ends & (place >= 10)
    found["ends of sentences"] = ends
    # Where a sentence has just begun no model could know more, so these are of later words only.
    for known_words in range(int(length.max()) + 1):
        name = f"word 4 or later, n-gram knows {known_words} before it"
        found[name] = counted & ~ends & (place >= 3) & (length == known_words)
    first = UNKNOWN + 1  # the most frequent word
    edges = [first, first + 100, first + 1_000, first + 10_000, vocabulary, int(words.max()) + 1]
    for low, high in pairwise(sorted(edges)):
        rank = f"rank {low - first + 1} to {high - first} by frequency"
        found[rank if high <= vocabulary else "rarer than its vocabulary"] = counted & (words >= low) & (words < high)
    return {name: rows for name, rows in found.items() if rows.any()}


def compare(gru: NeuralLMNetwork, ngram: NgramLM, text: np.ndarray) -> dict:
    """(t,) ids of whole sentences -> perplexities of each model, and of both, by groups of words."""
    by_gru, (by_ngram, length) = of_gru(gru, text), of_ngram(ngram, text)
    sentence = (np.cumsum(text == START) - 1)[text != START]
    tuning, counted = sentence % 2 == 0, known(text)
    rows = tuning & counted
    weight = float(min(WEIGHTS, key=lambda w: perplexity(interpolate(by_gru[rows], by_ngram[rows], w))))
    both = interpolate(by_gru, by_ngram, weight)
    table = []
    for name, chosen in groups(text, length, gru.vocabulary).items():
        asked = chosen & ~tuning
        if asked.any():
            models = {"ngram": by_ngram, "gru": by_gru, "both": both}
            figures = {model: round(perplexity(logp[asked]), 1) for model, logp in models.items()}
            table.append({"words": name, "count": int(asked.sum()), **figures})
    return {
        "whole_text": {"ngram": round(perplexity(by_ngram[counted]), 1), "gru": round(perplexity(by_gru[counted]), 1)},
        "left_out": int((~counted).sum()),
        "weight_of_gru": round(weight, 2),
        "other_half": table,
    }


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)
    parser.add_argument("--text", type=Path, required=True, help="held-out sentences, one a line")
    parser.add_argument("--gru", type=Path, required=True, help="checkpoint")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of lexicon and n-gram model")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")


def run(args: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    lexicon = Lexicon.load(args.model / "lexicon.safetensors")
    language = NgramLM.load(args.model / "ngram_lm.safetensors")
    gru = NeuralLMNetwork.load(args.gru, frequencies(language))
    text = tokens([args.text.read_text(encoding="utf-8").splitlines()], lexicon.ids)
    found = compare(gru, language, text)
    if args.json:
        print(json.dumps(found, indent=2))
        return
    whole = found["whole_text"]
    print(f"Whole text: n-gram {whole['ngram']}, GRU {whole['gru']}; {found['left_out']} unknown words left out.")
    print(f"Best weight of the GRU on every other sentence: {found['weight_of_gru']}. The sentences between:")
    table = Table()
    for column in ("words", "count", "n-gram", "GRU", "both"):
        table.add_column(column, justify="left" if column == "words" else "right")
    for row in found["other_half"]:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
