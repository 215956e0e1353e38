"""Text for the word GRU: every sentence once an epoch, in batches of sentences alike in length.

Sentences stand alone, each from an empty memory, because an utterance does and because the n-gram model sees them so.
Sorted by length within large random blocks they need hardly any padding, and no cutting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asr.lexicon import START
from asr.training.ngram import tokens
from asr.training.vocabulary import read_lines
from asr.training.wordgru_model import WordGRU

LONGEST = 64  # words; what a sentence has more of is left out
BLOCK = 16384  # sentences that are sorted together


@dataclass(frozen=True)
class Sentences:
    """n sentences end to end."""

    text: np.ndarray  # (t,) uint16 classes, each sentence from <s> to </s>
    begins: np.ndarray  # (n,) int64
    lengths: np.ndarray  # (n,) int64, words to be predicted: all but <s>

    @classmethod
    def of(cls, text: np.ndarray) -> "Sentences":
        begins = np.flatnonzero(text == START)
        return cls(text, begins, np.minimum(np.diff(np.append(begins, len(text))) - 1, LONGEST))

    @classmethod
    def load(
        cls, folder: Path, weights: Mapping[str, int], ids: dict[str, int], vocabulary: int, kept: Path
    ) -> "Sentences":
        """The sentences of `read_lines`; their classes are kept in the file `kept`, and read from it if it is there."""
        if not kept.exists():
            text = np.minimum(tokens(read_lines(folder, weights), ids), vocabulary).astype(np.uint16)
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(".part.npy")
            np.save(part, text)
            part.replace(kept)
        return cls.of(np.load(kept, mmap_mode="r"))

    def batches(self, words: int, seed: int, epoch: int) -> Iterator[np.ndarray]:
        """Sentence numbers, together at most about `words` words with their padding; all sentences, in random order."""
        rng = np.random.default_rng((seed, epoch))
        order = rng.permutation(len(self.begins))
        for begin in range(0, len(order), BLOCK):
            block = order[begin : begin + BLOCK]
            block = block[np.argsort(self.lengths[block], kind="stable")]
            cuts, start = [0], 0
            for i, length in enumerate(self.lengths[block].tolist()):
                if (i + 1 - start) * length > words and i > start:
                    cuts.append(i)
                    start = i
            parts = np.split(block, cuts[1:])
            for i in rng.permutation(len(parts)):
                yield parts[i]

    def padded(self, chosen: np.ndarray) -> tuple[Tensor, Tensor]:
        """(b,) sentence numbers -> (b, longest + 1) int64 classes from <s> on, (b, longest) bool: to be predicted."""
        lengths = self.lengths[chosen]
        steps = np.arange(lengths.max() + 1)
        at = np.minimum(self.begins[chosen, None] + steps, len(self.text) - 1)
        told = steps[1:] <= lengths[:, None]
        return torch.from_numpy(self.text[at].astype(np.int64)), torch.from_numpy(told)


class Rivals:
    """The classes a word is told from, instead of all (Bengio and Senecal 2008; Jean et al. 2015).

    The `head` most frequent are always there, so that part of the sum is exact; others are drawn by their frequency
    and count for all they stand for (Botev et al. 2017). The same rivals serve a whole batch.
    """

    def __init__(self, frequency: np.ndarray, head: int, draws: int):
        """frequency: (classes,) how often each is seen."""
        weight = np.maximum(frequency, 1) ** 0.75
        weight[START] = 0  # never predicted
        last = len(frequency) - 1  # the class of all rare words, which together are frequent
        self.head = np.unique(np.append(np.arange(1, min(head, last)), last))
        weight[self.head] = 0
        total = weight.sum()
        self.odds = weight / total if total else weight
        self.draws = draws if total else 0
        self.until = np.cumsum(self.odds)

    def draw(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """(k,) different classes, (k,) ln of how many each stands for."""
        drawn = np.minimum(np.searchsorted(self.until, rng.random(self.draws)), len(self.odds) - 1)
        found, times = np.unique(drawn, return_counts=True)
        standing = np.log(times / (self.draws * self.odds[found])) if self.draws else np.zeros(0)
        worth = np.concatenate([np.zeros(len(self.head)), standing])
        return torch.from_numpy(np.concatenate([self.head, found])), torch.from_numpy(worth).float()


def sampled_loss(
    model: WordGRU, states: Tensor, targets: Tensor, rivals: Tensor, worth: Tensor, even: float = 0.0
) -> Tensor:
    """(n, width) states, (n,) classes that came next -> mean of -ln p by the sum over rivals.

    `even` is the weight of ln(sum)^2: a network whose sums are near 1 can be asked for one word without summing over
    all (Devlin et al. 2014, section 3.2, self-normalisation).
    """
    place = torch.full((model.vocabulary + 1,), -1)
    place[rivals] = torch.arange(len(rivals))
    inner = model.down(states)
    scores = F.linear(inner, model.embedding(rivals), model.bias[rivals]).float() + worth
    own = (inner * model.embedding(targets)).sum(-1).float() + model.bias[targets]
    at = place[targets]
    rows = torch.nonzero(at >= 0)[:, 0]
    scores[rows, at[rows]] = -torch.inf  # no word is its own rival
    sums = torch.logaddexp(scores.logsumexp(-1), own)
    return (sums - own + even * sums.square()).mean()
