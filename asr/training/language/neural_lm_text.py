"""Text and losses of the neural LM: batches of sentences of similar length, each sentence once in an epoch.

Every sentence begins with an empty state, as an utterance does and as in the n-gram model. Sorted by length within
large random blocks, sentences need hardly any padding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asr.language.lexicon import START
from asr.language.ngram_estimation import tokens
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.training.language.vocabulary import read_lines

MAX_WORDS = 64  # of a sentence; further words are left out
BLOCK = 16384  # sentences at least that are sorted together
ALIGNED = 64  # classes are padded to a multiple, as matrix products with unaligned rows are far slower on a GPU


@dataclass(frozen=True)
class Sentences:
    """n sentences, one after the other."""

    text: np.ndarray  # (t,) uint16 classes, each sentence from <s> to </s>
    begins: np.ndarray  # (n,) int64
    lengths: np.ndarray  # (n,) int64, words to be predicted: all but <s>

    @classmethod
    def of(cls, text: np.ndarray) -> "Sentences":
        """Find the sentences in (t,) classes, of which each sentence begins with <s> and ends with </s>."""
        begins = np.flatnonzero(text == START)
        return cls(text, begins, np.minimum(np.diff(np.append(begins, len(text))) - 1, MAX_WORDS))

    @classmethod
    def load(
        cls, folder: Path, weights: Mapping[str, int], ids: dict[str, int], vocabulary: int, cache: Path
    ) -> "Sentences":
        """Load the sentences of a folder of text.

        Args:
            folder: Of *.txt.xz, see `read_lines`.
            weights: File name without suffix -> how often the file is read.
            ids: Word -> lexicon id.
            vocabulary: Words that are classes of their own.
            cache: File (*.npy) that stores the classes; if it exists, the text is not read.
        """
        if not cache.exists():
            text = np.minimum(tokens(read_lines(folder, weights), ids), vocabulary).astype(np.uint16)
            cache.parent.mkdir(parents=True, exist_ok=True)
            part = cache.with_suffix(".part.npy")
            np.save(part, text)
            part.replace(cache)
        return cls.of(np.load(cache, mmap_mode="r"))

    def batches(self, words: int, seed: int, epoch: int) -> Iterator[np.ndarray]:
        """Yield the numbers of all sentences in random batches of at most about `words` words, padding included."""
        rng = np.random.default_rng((seed, epoch))
        order = rng.permutation(len(self.begins))
        size = max(BLOCK, 4 * words)  # so that sentences of large batches have similar lengths, too
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
        """Return a batch of sentences as padded arrays.

        Args:
            chosen: (b,) sentence numbers.

        Returns:
            (b, longest + 1) int64 classes, beginning with <s>, and (b, longest) bool: which steps predict a word.
        """
        lengths = self.lengths[chosen]
        steps = np.arange(lengths.max() + 1)
        at = np.minimum(self.begins[chosen, None] + steps, len(self.text) - 1)
        predicted = steps[1:] <= lengths[:, None]
        return torch.from_numpy(self.text[at].astype(np.int64)), torch.from_numpy(predicted)


class NegativeSampler:
    """Samples the classes over which a loss sums instead of all (Bengio and Senecal 2008; Jean et al. 2015).

    The most frequent classes are always in the sample, so that their part of the sum is exact; others are drawn by
    their frequency and weighted by the inverse of their probability (Botev et al. 2017). One sample serves a batch.
    """

    def __init__(self, frequency: np.ndarray, head: int, draws: int):
        """Prepare the distribution.

        Args:
            frequency: (classes,) how often each class occurs.
            head: Most frequent classes that are always in the sample.
            draws: Draws of further classes.
        """
        weight = np.maximum(frequency, 1) ** 0.75
        weight[START] = 0  # never predicted
        last = len(frequency) - 1  # the class of all rare words, which are frequent together
        self.head = np.unique(np.append(np.arange(1, min(head, last)), last))
        weight[self.head] = 0
        total = weight.sum()
        self.odds = weight / total if total else weight
        self.draws = draws if total else 0
        self.cumulative = np.cumsum(self.odds)

    def draw(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Draw a sample: (k,) different classes, and (k,) the logarithm of each one's weight."""
        drawn = np.minimum(np.searchsorted(self.cumulative, rng.random(self.draws)), len(self.odds) - 1)
        tail, times = np.unique(drawn, return_counts=True)
        tail_weights = np.log(times / (self.draws * self.odds[tail])) if self.draws else np.zeros(0)
        log_weights = np.concatenate([np.zeros(len(self.head)), tail_weights])
        return torch.from_numpy(np.concatenate([self.head, tail])), torch.from_numpy(log_weights).float()


def sampled_loss(
    model: NeuralLMNetwork, states: Tensor, targets: Tensor, sample: Tensor, log_weights: Tensor, even: float = 0.0
) -> Tensor:
    """Return the mean of -ln p of the next words, with sums over sampled classes.

    Args:
        model: The network.
        states: (n, width).
        targets: (n,) classes of the next words.
        sample: (k,) different classes.
        log_weights: (k,) of the sample.
        even: Weight of ln(sum)^2. A network whose sums are near 1 gives the probability of one word without summing
            over all (Devlin et al. 2014, section 3.2, self-normalisation).
    """
    # A target must not be summed twice: it is removed from the sample where it is in it. Elsewhere an additional class
    # of weight 0 is removed, so that all rows are alike and a GPU need not wait for a count.
    place = torch.full((model.vocabulary + 1,), len(sample), device=states.device)
    place[sample] = torch.arange(len(sample), device=states.device)
    sample, log_weights = F.pad(sample, (0, 1), value=START), F.pad(log_weights, (0, 1), value=-torch.inf)
    inner = model.down(states)
    scores = F.linear(inner, model.embedding(sample), model.bias[sample]).float() + log_weights
    own = (inner * model.embedding(targets)).sum(-1).float() + model.bias[targets]
    scores.scatter_(1, place[targets][:, None], -torch.inf)
    sums = torch.logaddexp(scores.logsumexp(-1), own)
    return (sums - own + even * sums.square()).mean()


class _LogSumExp(torch.autograd.Function):
    """The logarithm of the sum of exp(logit) over all classes but <s>.

    Of the largest arrays, (n, classes), it writes two in the precision of `inner` and keeps one, the probabilities.
    `logsumexp` in float32 with autograd moves five times as many bytes, which is most of the time on a GPU.
    """

    @staticmethod
    def forward(ctx: Any, inner: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        """Return (n,) float32 from inner (n, inner), weight (classes, inner), bias (classes,), targets (n,)."""
        with torch.autocast(inner.device.type, enabled=False):
            spare = -len(weight) % ALIGNED
            weight = F.pad(weight, (0, 0, 0, spare)).to(inner.dtype)
            bias = F.pad(bias, (0, spare), value=-torch.inf)
            bias[START] = -torch.inf
            logits = F.linear(inner, weight, bias.to(inner.dtype))
            p = logits.softmax(-1)  # torch sums it in float32
            # p = exp(logit - ln sum) for every class, so the target's p and logit give ln sum.
            at = targets[:, None]
            smallest = torch.finfo(torch.float32).tiny
            sums = logits.gather(1, at).float() - p.gather(1, at).float().clamp(min=smallest).log()
        ctx.save_for_backward(inner, weight, p)
        ctx.spare = spare
        return sums[:, 0]

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        inner, weight, p = ctx.saved_tensors
        # The smaller arrays are multiplied by `grad`, not p. The column of ones after `inner` is the input of the bias.
        ones = F.pad(inner.new_ones(len(inner), 1), (0, -(inner.shape[1] + 1) % 8))
        both = (p.T @ (torch.cat([inner, ones], 1) * grad[:, None]).to(p.dtype)).float()[: len(weight) - ctx.spare]
        width = inner.shape[1]
        return (p @ weight) * grad[:, None].to(p.dtype), both[:, :width], both[:, width], None


def exact_loss(model: NeuralLMNetwork, states: Tensor, targets: Tensor, even: float = 0.0) -> Tensor:
    """Return `sampled_loss` with all classes in the sample, from states (n, width) and targets (n,)."""
    inner = model.down(states)
    sums = _LogSumExp.apply(inner, model.embedding.weight, model.bias, targets)
    own = (inner * model.embedding(targets)).sum(-1).float() + model.bias[targets]
    return (sums - own + even * sums.square()).mean()
