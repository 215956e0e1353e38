"""Compare the neural LM with the n-gram model, and with their mixture, by perplexity on held-out text.

Each word and each sentence end is one prediction. Words outside the lexicon are not predicted, as in
`asr.training.language.ngram`, but are part of the context. The weight w of the mixture p = w * p_neural + (1 - w) *
p_ngram is tuned on every other sentence, and all figures are of the other half.
"""

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from asr.language.lexicon import END, START, UNKNOWN, Lexicon
from asr.language.neural_lm import interpolate
from asr.language.ngram_estimation import tokens
from asr.language.ngram_lm import NgramLM
from asr.recognizer import SHIPPED
from asr.training.language.neural_lm_model import NeuralLMNetwork, frequencies

WEIGHTS = np.arange(0, 1.001, 0.05)


def known(text: np.ndarray) -> np.ndarray:
    """Return which predictions count, (p,) bool, of whole sentences (t,) of ids; <s> is not predicted."""
    return text[text != START] != UNKNOWN


def neural_logp(model: NeuralLMNetwork, text: np.ndarray) -> np.ndarray:
    """Return the log probabilities of all words but <s>, (p,) float32, of whole sentences (t,) of ids."""
    sentences = [part[1:-1].tolist() for part in np.split(text, np.flatnonzero(text == START)[1:])]
    return np.concatenate(model.score(sentences))


def ngram_logp(model: NgramLM, text: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the same by the n-gram model, and (p,) how many previous words it used for each prediction."""
    logp, length = np.zeros(len(text), np.float32), np.zeros(len(text), np.int64)
    position = np.flatnonzero(text == START)
    state = np.full(len(position), model.start)
    while len(position):
        position = position + 1
        length[position] = depth(model, state)
        logp[position], state = model.score(state, text[position])
        within = text[position] != END
        position, state = position[within], state[within]
    return logp[text != START], length[text != START]


def depth(model: NgramLM, states: np.ndarray) -> np.ndarray:
    """Return the number of words in the context of each state, (n,)."""
    found, at = np.zeros(len(states), np.int64), np.array(states, np.int64)
    while at.any():
        found += at > 0
        at = model.shorter[at].astype(np.int64)
    return found


def perplexity(logp: np.ndarray) -> float:
    """Return the perplexity of predictions with these log probabilities."""
    return float(np.exp(-logp.mean(dtype=np.float64)))


def groups(text: np.ndarray, length: np.ndarray, vocabulary: int) -> dict[str, np.ndarray]:
    """Return the groups of predictions that are reported: name -> (p,) bool.

    Args:
        text: (t,) ids of whole sentences.
        length: (p,) previous words that the n-gram model used.
        vocabulary: Of the neural LM.
    """
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
    # At the start of a sentence no model has more context, so these groups are of later words only.
    for known_words in range(int(length.max()) + 1):
        name = f"word 4 or later, n-gram uses {known_words} before it"
        found[name] = counted & ~ends & (place >= 3) & (length == known_words)
    first = UNKNOWN + 1  # the most frequent word
    edges = [first, first + 100, first + 1_000, first + 10_000, vocabulary, int(words.max()) + 1]
    for low, high in pairwise(sorted(edges)):
        rank = f"rank {low - first + 1} to {high - first} by frequency"
        found[rank if high <= vocabulary else "rarer than its vocabulary"] = counted & (words >= low) & (words < high)
    return {name: rows for name, rows in found.items() if rows.any()}


def compare(neural: NeuralLMNetwork, ngram: NgramLM, text: np.ndarray) -> dict:
    """Return perplexities of each model and of their mixture, by groups of words, of whole sentences (t,) of ids."""
    by_neural, (by_ngram, length) = neural_logp(neural, text), ngram_logp(ngram, text)
    sentence = (np.cumsum(text == START) - 1)[text != START]
    tuning, counted = sentence % 2 == 0, known(text)
    rows = tuning & counted
    weight = float(min(WEIGHTS, key=lambda w: perplexity(interpolate(by_neural[rows], by_ngram[rows], w))))
    both = interpolate(by_neural, by_ngram, weight)
    table = []
    for name, chosen in groups(text, length, neural.vocabulary).items():
        tested = chosen & ~tuning
        if tested.any():
            models = {"ngram": by_ngram, "neural": by_neural, "both": both}
            figures = {model: round(perplexity(logp[tested]), 1) for model, logp in models.items()}
            table.append({"words": name, "count": int(tested.sum()), **figures})
    return {
        "whole_text": {
            "ngram": round(perplexity(by_ngram[counted]), 1),
            "neural": round(perplexity(by_neural[counted]), 1),
        },
        "left_out": int((~counted).sum()),
        "neural_weight": round(weight, 2),
        "other_half": table,
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the comparison to a parser."""
    parser.set_defaults(run=run)
    parser.add_argument("--text", type=Path, required=True, help="held-out sentences, one a line")
    parser.add_argument("--gru", type=Path, required=True, help="checkpoint of the neural LM")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of lexicon and n-gram model")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")


def run(args: argparse.Namespace) -> None:
    """Print the comparison."""
    torch.set_num_threads(1)
    lexicon = Lexicon.load(args.model / "lexicon.safetensors")
    ngram = NgramLM.load(args.model / "ngram_lm.safetensors")
    neural = NeuralLMNetwork.load(args.gru, frequencies(ngram))
    text = tokens([args.text.read_text(encoding="utf-8").splitlines()], lexicon.ids)
    found = compare(neural, ngram, text)
    if args.json:
        print(json.dumps(found, indent=2))
        return
    whole = found["whole_text"]
    print(f"Whole text: n-gram {whole['ngram']}, neural {whole['neural']}; {found['left_out']} unknown words left out.")
    print(f"Best weight of the neural LM on every other sentence: {found['neural_weight']}. The other half:")
    table = Table()
    for column in ("words", "count", "n-gram", "neural", "both"):
        table.add_column(column, justify="left" if column == "words" else "right")
    for row in found["other_half"]:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
