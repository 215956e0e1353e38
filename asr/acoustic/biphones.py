"""What a network scores: labels alone, or labels in pairs, since a phone sounds otherwise behind another.

With L labels, label b behind label a is unit a * L + b. What is said first stands behind the blank, label 0, so unit 0
is the blank itself, and a blank behind anything else is no unit. A network without pairs has labels for units.
"""

from torch import Tensor

from asr.acoustic.config import Config


def to_units(labels: Tensor, counts: Tensor, config: Config) -> Tensor:
    """The labels of some utterances end to end, and how many each has -> as many units."""
    if not config.bottleneck:
        return labels
    before = labels.roll(1)
    first = counts.cumsum(0) - counts
    before[first[counts > 0]] = 0
    return before * len(config.labels) + labels


def label_logits(logits: Tensor, config: Config) -> Tensor:
    """(..., units) -> (..., labels): how likely a label is, whatever stands before it."""
    many = len(config.labels)
    return logits.unflatten(-1, (many, many)).logsumexp(-2) if config.bottleneck else logits
