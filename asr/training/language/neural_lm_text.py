"""Text for the word GRU: every sentence once an epoch, in batches of sentences alike in length; and its two losses.

Sentences stand alone, each from an empty memory, because an utterance does and because the n-gram model sees them so.
Sorted by length within large random blocks they need hardly any padding, and no cutting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asr.decoding.lexicon import START
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.training.language.ngram import tokens
from asr.training.language.vocabulary import read_lines

LONGEST = 64  # words; what a sentence has more of is left out
BLOCK = 16384  # sentences that are sorted together, at least
ALIGNED = 64  # classes: products of matrices whose rows are no multiple of a few bytes are many times slower on a GPU


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
        size = max(BLOCK, 4 * words)  # so that large batches are alike in length, too
        for begin in range(0, len(order), size):
            block = order[begin : begin + size]
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
    model: NeuralLMNetwork, states: Tensor, targets: Tensor, rivals: Tensor, worth: Tensor, even: float = 0.0
) -> Tensor:
    """(n, width) states, (n,) classes that came next -> mean of -ln p by the sum over rivals.

    `even` is the weight of ln(sum)^2: a network whose sums are near 1 can be asked for one word without summing over
    all (Devlin et al. 2014, section 3.2, self-normalisation).
    """
    # No word is its own rival: it is struck out where it is among them, and else a last one that counts for nothing is,
    # so that nobody must count these words first, for which a GPU would have to stop.
    place = torch.full((model.vocabulary + 1,), len(rivals), device=states.device)
    place[rivals] = torch.arange(len(rivals), device=states.device)
    rivals, worth = F.pad(rivals, (0, 1), value=START), F.pad(worth, (0, 1), value=-torch.inf)
    inner = model.down(states)
    scores = F.linear(inner, model.embedding(rivals), model.bias[rivals]).float() + worth
    own = (inner * model.embedding(targets)).sum(-1).float() + model.bias[targets]
    scores.scatter_(1, place[targets][:, None], -torch.inf)
    sums = torch.logaddexp(scores.logsumexp(-1), own)
    return (sums - own + even * sums.square()).mean()


class _Sums(torch.autograd.Function):
    """ln of the sum over all classes but <s>, of exp(logit).

    Of the largest arrays, (n, classes), it writes two in the precision of `inner` and keeps one, the probabilities. By
    `logsumexp` in float32 and what autograd makes of it, a GPU moves five times the bytes, and does little else.
    """

    @staticmethod
    def forward(ctx: Any, inner: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        """(n, inner), (classes, inner), (classes,), (n,) a class of each row by which to measure -> (n,) float32."""
        with torch.autocast(inner.device.type, enabled=False):
            spare = -len(weight) % ALIGNED
            weight = F.pad(weight, (0, 0, 0, spare)).to(inner.dtype)
            bias = F.pad(bias, (0, spare), value=-torch.inf)
            bias[START] = -torch.inf
            logits = F.linear(inner, weight, bias.to(inner.dtype))
            p = logits.softmax(-1)  # which is summed in float32
            # p = exp(logit - ln sum) of every class, to the relative precision of p.
            at = targets[:, None]
            smallest = torch.finfo(torch.float32).tiny
            sums = logits.gather(1, at).float() - p.gather(1, at).float().clamp(min=smallest).log()
        ctx.save_for_backward(inner, weight, p)
        ctx.spare = spare
        return sums[:, 0]

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        inner, weight, p = ctx.saved_tensors
        # p is never multiplied by `grad`, the smaller arrays are; the ones that follow `inner` are the bias's inputs.
        ones = F.pad(inner.new_ones(len(inner), 1), (0, -(inner.shape[1] + 1) % 8))
        both = (p.T @ (torch.cat([inner, ones], 1) * grad[:, None]).to(p.dtype)).float()[: len(weight) - ctx.spare]
        width = inner.shape[1]
        return (p @ weight) * grad[:, None].to(p.dtype), both[:, :width], both[:, width], None


def exact_loss(model: NeuralLMNetwork, states: Tensor, targets: Tensor, even: float = 0.0) -> Tensor:
    """What `sampled_loss` is with all classes as rivals: (n, width) states, (n,) classes that came next -> mean."""
    inner = model.down(states)
    sums = _Sums.apply(inner, model.embedding.weight, model.bias, targets)
    own = (inner * model.embedding(targets)).sum(-1).float() + model.bias[targets]
    return (sums - own + even * sums.square()).mean()
