"""The units that a network scores: labels, or pairs of labels, since a phone sounds different after another phone.

With L labels, label b after label a is unit a * L + b. The first label of an utterance comes after the blank, label 0.
Unit 0 is the blank itself; a blank after any other label is not a unit. Without pairs, the units are the labels.
"""

from torch import Tensor

from asr.acoustic.config import Config


def to_units(labels: Tensor, counts: Tensor, config: Config) -> Tensor:
    """Convert labels to units, both (n,) int64.

    Args:
        labels: The labels of several utterances, concatenated, without blanks.
        counts: (utterances,) int64, labels of each.
        config: The configuration of the model.
    """
    if not config.bottleneck:
        return labels
    before = labels.roll(1)
    first = counts.cumsum(0) - counts
    before[first[counts > 0]] = 0
    return before * len(config.labels) + labels


def label_logits(logits: Tensor, config: Config) -> Tensor:
    """Sum over the label before: (..., units) logits -> (..., labels) logits."""
    count = len(config.labels)
    return logits.unflatten(-1, (count, count)).logsumexp(-2) if config.bottleneck else logits
