"""The neural language model: a GRU that gives the probability of each word after all previous words of its sentence.

The `vocabulary` most frequent words of the lexicon are classes of their own; all others form one class, in which each
word has a share by its frequency. So every word of the lexicon has a probability, and all of them sum to 1 with <unk>
and </s>, as in the n-gram model: perplexities can be compared.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from asr.language.lexicon import END, START, digest
from asr.language.ngram_lm import NgramLM
from asr.training import checkpoints

MAX_ROWS = 512  # distributions computed at once: 60 MB for 30,000 classes


def frequencies(language: NgramLM) -> np.ndarray:
    """Return the unigram probabilities of an n-gram model, (lexicon,) float64."""
    return np.exp(language.logp[1 : 1 + language.vocabulary].astype(np.float64))


def shares(frequency: np.ndarray, vocabulary: int) -> Tensor:
    """Return the logarithm of each word's share of its class, (lexicon,) float32; 0 for a word that is a class.

    Args:
        frequency: (lexicon,) of each word, not normalised.
        vocabulary: Words that are classes of their own.
    """
    share = np.zeros(len(frequency))
    rare = np.asarray(frequency[vocabulary:], np.float64)
    share[vocabulary:] = np.log(rare / rare.sum()) if len(rare) else 0
    return torch.from_numpy(share).float()


def load_grown(path: Path, frequency: np.ndarray, words: Sequence[str]) -> "NeuralLMNetwork":
    """Load a checkpoint for a vocabulary that begins with the vocabulary of its training.

    Args:
        path: The checkpoint.
        frequency: (lexicon,) of each word, not normalised.
        words: The vocabulary; those that the checkpoint does not have become classes (`NeuralLMNetwork.grown`).

    Raises:
        SystemExit: The checkpoint was trained with more words than these, or with others.
    """
    model = NeuralLMNetwork.load(path, frequency)
    try:
        grown = model.grown(len(words), frequency)
    except ValueError as error:
        raise SystemExit(f"{path}: {error}") from None
    checkpoints.check_lexicon(path, digest(words[: model.vocabulary]))
    return grown


class NeuralLMNetwork(nn.Module):
    """Embedding, one `nn.GRU`, a projection back, and the embedding again as output (Press and Wolf 2017).

    A word's class is its id in the lexicon, which is sorted by frequency; all ids from `vocabulary` on are the last
    class.
    """

    share: Tensor  # (lexicon,) logarithm of a word's share of its class; 0 for a word that is a class

    def __init__(self, vocabulary: int, frequency: np.ndarray, width: int = 512, inner: int = 256):
        """Make a network with random weights.

        Args:
            vocabulary: Words that are classes of their own.
            frequency: (lexicon,) of each word, not normalised.
            width: Units of the recurrent layer.
            inner: Width of the embedding.
        """
        super().__init__()
        self.vocabulary, self.inner = vocabulary, inner
        self.embedding = nn.Embedding(vocabulary + 1, inner)
        nn.init.normal_(self.embedding.weight, std=inner**-0.5)  # small, as the embedding is the output layer too
        self.gru = nn.GRU(inner, width, batch_first=True)
        self.down = nn.Linear(width, inner)
        self.bias = nn.Parameter(torch.zeros(vocabulary + 1))
        self.register_buffer("share", shares(frequency, vocabulary))

    @classmethod
    def load(cls, path: Path, frequency: np.ndarray) -> "NeuralLMNetwork":
        """Load a checkpoint of `asr.training.language.neural_lm` for scoring.

        Args:
            path: The checkpoint.
            frequency: (lexicon,) of each word. The lexicon may have gained words since the training, after those of
                the network's vocabulary: they belong to the last class.

        Raises:
            ValueError: The lexicon has fewer words than at the training.
        """
        weights = torch.load(path, weights_only=True, map_location="cpu")["model"]
        if len(frequency) < (words := len(weights["share"])):
            raise ValueError(f"{path} was trained for {words} words, the lexicon has {len(frequency)}; train it again")
        classes, inner = weights["embedding.weight"].shape
        width = weights["down.weight"].shape[1]
        model = cls(classes - 1, frequency, width, inner)
        model.load_state_dict(weights | {"share": model.share})
        return model.eval().requires_grad_(False)

    def grown(self, vocabulary: int, frequency: np.ndarray) -> "NeuralLMNetwork":
        """Return a network with more words as classes of their own and the same distributions.

        The new classes begin with the embedding of the class that the words belonged to.

        Args:
            vocabulary: Words that are classes of their own.
            frequency: (lexicon,) of each word, not normalised.

        Raises:
            ValueError: `vocabulary` is smaller than that of this network.
        """
        had, more = self.vocabulary, vocabulary - self.vocabulary
        if more < 0:
            raise ValueError(f"the network knows {had} words; {vocabulary} would lose some")
        if not more:
            return self
        larger = NeuralLMNetwork(vocabulary, frequency, self.gru.hidden_size, self.inner)
        weights = self.state_dict()
        of_class = weights["embedding.weight"][had:].expand(more + 1, -1)
        weights["embedding.weight"] = torch.cat((weights["embedding.weight"][:had], of_class))
        rare = np.append(frequency[had:vocabulary], frequency[vocabulary:].sum())
        parts = torch.from_numpy(np.log(rare / rare.sum())).float()
        weights["bias"] = torch.cat((weights["bias"][:had], weights["bias"][had] + parts))
        larger.load_state_dict(weights | {"share": larger.share})
        return larger.eval().requires_grad_(False)

    def classes(self, words: np.ndarray) -> np.ndarray:
        """Map lexicon ids to classes."""
        return np.minimum(words, self.vocabulary)

    def forward(self, classes: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map (batch, steps) classes and a state (1, batch, width) to all states (batch, steps, width) and the last."""
        return self.gru(self.embedding(classes) * self.inner**0.5, hidden)

    def output(self, states: Tensor) -> Tensor:
        """Map states (..., width) to logits of the next word's class, (..., classes). <s> is never predicted."""
        logits = F.linear(self.down(states), self.embedding.weight, self.bias)
        logits[..., START] = -torch.inf
        return logits

    def score(self, sentences: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """Return the log probabilities of the words of sentences.

        A prefix that several sentences share is computed once, as in the hypotheses for one utterance; the outputs are
        computed for all sentences together, as they cost more than the recurrent layer.

        Args:
            sentences: Each n lexicon ids, without <s> and </s>.

        Returns:
            For each sentence (n + 1,) float32: of its words and of </s>.
        """
        longest = max(map(len, sentences), default=0) + 1
        words = np.full((len(sentences), longest + 1), -1)
        words[:, 0] = START
        for row, sentence in zip(words, sentences, strict=True):
            row[1 : len(sentence) + 2] = [*sentence, END]
        place = np.full((len(sentences), longest), -1)  # index of the state before each word, among all states
        parent = np.zeros(len(sentences), np.int64)  # index of each sentence's prefix among the distinct ones
        device = self.bias.device
        hidden = torch.zeros(1, 1, self.gru.hidden_size, device=device)
        found: list[Tensor] = []
        total = 0
        with torch.inference_mode():
            for step, (here, after) in enumerate(pairwise(words.T)):
                rows = np.flatnonzero(after >= 0)
                # Sentences with the same prefix and the same next word share a state.
                key = parent[rows] * len(self.share) + here[rows]
                distinct, first, parent[rows] = np.unique(key, return_index=True, return_inverse=True)
                came = torch.from_numpy(distinct // len(self.share)).to(device)
                given = torch.from_numpy(self.classes(here[rows[first]])).to(device)
                states, hidden = self(given[:, None], hidden[:, came])
                found.append(states[:, 0])
                place[rows, step] = total + parent[rows]
                total += len(distinct)
            predicted = np.nonzero(place >= 0)
            scores = np.zeros(place.shape, np.float32)
            scores[predicted] = self._chosen(torch.cat(found), place[predicted], words[:, 1:][predicted])
        return [row[: len(sentence) + 1] for row, sentence in zip(scores, sentences, strict=True)]

    def _chosen(self, states: Tensor, place: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Return ln p(words[i] | states[place[i]]), (n,), for states (s, width), place (n,) and lexicon ids (n,)."""
        found = np.zeros(len(words), np.float32)
        classes = self.classes(words)
        for begin in range(0, len(states), MAX_ROWS):
            logits = self.output(states[begin : begin + MAX_ROWS])
            rows = np.flatnonzero((place >= begin) & (place < begin + MAX_ROWS))
            at = torch.from_numpy(place[rows] - begin).to(logits.device)
            own = logits[at, torch.from_numpy(classes[rows]).to(logits.device)]
            found[rows] = (own - logits.logsumexp(-1)[at]).cpu().numpy()
        return found + self.share.cpu().numpy()[words]
