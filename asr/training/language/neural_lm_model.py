"""A language model of words with a recurrent memory: how likely each word is after all words of its sentence so far.

Words outside the `vocabulary` most frequent ones of the lexicon form one class; the class has the network's
probability, and each word of it its share of their frequency. So every word of the lexicon has a probability, and all
of them sum to 1 with <unk> and </s>, as they do in the n-gram model: perplexities compare.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from asr.decoding.lexicon import END, START, digest
from asr.decoding.ngram_lm import NgramLM
from asr.training import checkpoints

ROWS = 512  # contexts whose whole distribution is computed at once: 60 MB for 30,000 classes


def frequencies(language: NgramLM) -> np.ndarray:
    """(lexicon,) p(word) on its own."""
    return np.exp(language.logp[1 : 1 + language.vocabulary].astype(np.float64))


def shares(frequency: np.ndarray, vocabulary: int) -> Tensor:
    """(lexicon,) p(word) on its own, not normalised -> (lexicon,) float32 ln of each word's share of its class."""
    share = np.zeros(len(frequency))
    rare = np.asarray(frequency[vocabulary:], np.float64)
    share[vocabulary:] = np.log(rare / rare.sum()) if len(rare) else 0
    return torch.from_numpy(share).float()


def learnt(path: Path, frequency: np.ndarray, words: Sequence[str]) -> "NeuralLMNetwork":
    """The network of a checkpoint that tells `words`, of which it may have told only the first.
    SystemExit when it told others, or more."""
    model = NeuralLMNetwork.load(path, frequency)
    try:
        grown = model.telling(len(words), frequency)
    except ValueError as error:
        raise SystemExit(f"{path}: {error}") from None
    checkpoints.agree(path, digest(words[: model.vocabulary]))
    return grown


class NeuralLMNetwork(nn.Module):
    """Embedding, one `nn.GRU`, a projection back, and the embedding again as output (Press and Wolf 2017).

    A word's class is its id in the lexicon, which is sorted by frequency; all from `vocabulary` on are the last class.
    """

    share: Tensor  # (lexicon,) ln of a word's share of its class; 0 for a word that is a class

    def __init__(self, vocabulary: int, frequency: np.ndarray, width: int = 512, inner: int = 256):
        """frequency: (lexicon,) p(word) on its own, not normalised."""
        super().__init__()
        self.vocabulary, self.inner = vocabulary, inner
        self.embedding = nn.Embedding(vocabulary + 1, inner)
        nn.init.normal_(self.embedding.weight, std=inner**-0.5)  # small, as it is the output too
        self.gru = nn.GRU(inner, width, batch_first=True)
        self.down = nn.Linear(width, inner)
        self.bias = nn.Parameter(torch.zeros(vocabulary + 1))
        self.register_buffer("share", shares(frequency, vocabulary))

    @classmethod
    def load(cls, path: Path, frequency: np.ndarray) -> "NeuralLMNetwork":
        """From a checkpoint of `asr.training.language.neural_lm`, ready to be asked.

        frequency: (lexicon,) p(word) on its own. The lexicon may have gained words since the training, all of them
        behind the network's vocabulary: they belong to the class that it has for all of those. ValueError when it has
        lost some.
        """
        weights = torch.load(path, weights_only=True, map_location="cpu")["model"]
        if len(frequency) < (words := len(weights["share"])):
            raise ValueError(f"{path} was trained for {words} words, the lexicon has {len(frequency)}; train it again")
        classes, inner = weights["embedding.weight"].shape
        width = weights["down.weight"].shape[1]
        model = cls(classes - 1, frequency, width, inner)
        model.load_state_dict(weights | {"share": model.share})
        return model.eval().requires_grad_(False)

    def telling(self, vocabulary: int, frequency: np.ndarray) -> "NeuralLMNetwork":
        """The same distributions from a network in which more words are classes of their own: they begin as the class
        that they were of. ValueError when fewer were asked for."""
        had, more = self.vocabulary, vocabulary - self.vocabulary
        if more < 0:
            raise ValueError(f"the network tells {had} words; {vocabulary} would lose some")
        if not more:
            return self
        grown = NeuralLMNetwork(vocabulary, frequency, self.gru.hidden_size, self.inner)
        weights = self.state_dict()
        of_class = weights["embedding.weight"][had:].expand(more + 1, -1)
        weights["embedding.weight"] = torch.cat((weights["embedding.weight"][:had], of_class))
        rare = np.append(frequency[had:vocabulary], frequency[vocabulary:].sum())
        parts = torch.from_numpy(np.log(rare / rare.sum())).float()
        weights["bias"] = torch.cat((weights["bias"][:had], weights["bias"][had] + parts))
        grown.load_state_dict(weights | {"share": grown.share})
        return grown.eval().requires_grad_(False)

    def classes(self, words: np.ndarray) -> np.ndarray:
        """Lexicon ids to classes."""
        return np.minimum(words, self.vocabulary)

    def forward(self, classes: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(batch, steps) classes, (1, batch, width) -> (batch, steps, width) states, (1, batch, width) the last."""
        return self.gru(self.embedding(classes) * self.inner**0.5, hidden)

    def output(self, states: Tensor) -> Tensor:
        """(..., width) states -> (..., classes) logits of the next word's class. <s> is never next."""
        logits = F.linear(self.down(states), self.embedding.weight, self.bias)
        logits[..., START] = -torch.inf
        return logits

    def score(self, sentences: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """Sentences of n lexicon ids, without <s> and </s> -> for each (n + 1,) float32 ln p of its words and </s>.

        What begins alike is computed once, as guesses at one utterance share most of their words, and all outputs
        together, since they cost more than the memory.
        """
        longest = max(map(len, sentences), default=0) + 1
        words = np.full((len(sentences), longest + 1), -1)
        words[:, 0] = START
        for row, sentence in zip(words, sentences, strict=True):
            row[1 : len(sentence) + 2] = [*sentence, END]
        place = np.full((len(sentences), longest), -1)  # the state before each word, among all states
        parent = np.zeros(len(sentences), np.int64)  # where each sentence's beginning is among the distinct ones
        device = self.bias.device
        hidden = torch.zeros(1, 1, self.gru.hidden_size, device=device)
        found: list[Tensor] = []
        total = 0
        with torch.inference_mode():
            for step, (here, after) in enumerate(pairwise(words.T)):
                rows = np.flatnonzero(after >= 0)
                # Those that began alike and go on with the same word have one future.
                key = parent[rows] * len(self.share) + here[rows]
                distinct, first, parent[rows] = np.unique(key, return_index=True, return_inverse=True)
                came = torch.from_numpy(distinct // len(self.share)).to(device)
                given = torch.from_numpy(self.classes(here[rows[first]])).to(device)
                states, hidden = self(given[:, None], hidden[:, came])
                found.append(states[:, 0])
                place[rows, step] = total + parent[rows]
                total += len(distinct)
            asked = np.nonzero(place >= 0)
            scores = np.zeros(place.shape, np.float32)
            scores[asked] = self._chosen(torch.cat(found), place[asked], words[:, 1:][asked])
        return [row[: len(sentence) + 1] for row, sentence in zip(scores, sentences, strict=True)]

    def _chosen(self, states: Tensor, place: np.ndarray, words: np.ndarray) -> np.ndarray:
        """(s, width), (n,) and (n,) ids -> (n,) ln p(words[i] | states[place[i]])."""
        found = np.zeros(len(words), np.float32)
        classes = self.classes(words)
        for begin in range(0, len(states), ROWS):
            logits = self.output(states[begin : begin + ROWS])
            rows = np.flatnonzero((place >= begin) & (place < begin + ROWS))
            at = torch.from_numpy(place[rows] - begin).to(logits.device)
            own = logits[at, torch.from_numpy(classes[rows]).to(logits.device)]
            found[rows] = (own - logits.logsumexp(-1)[at]).cpu().numpy()
        return found + self.share.cpu().numpy()[words]
