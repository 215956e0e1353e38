"""The network of the tagger: a GRU over the words so far, and a window over at most four words after them."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from asr.text.formatter.inputs import LOOKAHEAD, PAUSES, PRIORS, UNKNOWN_CASE

SIDE = 8  # width of the embeddings of pauses and of priors


class Inputs(NamedTuple):
    """Words as classes, each (batch, steps + LOOKAHEAD) int64; the last LOOKAHEAD ones are only looked at."""

    words: Tensor
    pauses: Tensor
    priors: Tensor


class TaggerNetwork(nn.Module):
    """Two labels a word: the mark after it, and its case.

    Args:
        classes: Rows of the embedding of words.
        inner: Width of that embedding.
        width: Units of the GRU and of the layer before the labels.
    """

    def __init__(self, classes: int, inner: int = 96, width: int = 192):
        super().__init__()
        self.words = nn.Embedding(classes, inner)
        self.pauses = nn.Embedding(len(PAUSES) + 1, SIDE)
        self.priors = nn.Embedding(PRIORS, SIDE)
        size = inner + 2 * SIDE
        self.gru = nn.GRU(size, width, batch_first=True)
        self.state = nn.Linear(width, width)
        self.window = nn.Linear(LOOKAHEAD * size, width, bias=False)
        self.marks = nn.Linear(width, 4)
        self.cases = nn.Linear(width, UNKNOWN_CASE)
        nn.init.normal_(self.words.weight, std=0.3)
        self.dropout = nn.Dropout(0.1)

    def embed(self, inputs: Inputs) -> Tensor:
        """Return (batch, steps + LOOKAHEAD, inner + 2 * SIDE)."""
        return torch.cat([self.words(inputs.words), self.pauses(inputs.pauses), self.priors(inputs.priors)], dim=-1)

    def forward(self, inputs: Inputs, seen: Tensor, unseen: int) -> tuple[Tensor, Tensor]:
        """Return logits of marks and of cases, (batch, steps, 4) each.

        Args:
            inputs: The words, the first of which is a start.
            seen: (batch, steps) int64, how many of the words after each word are known, 0 to LOOKAHEAD.
            unseen: The class of a word that is not known yet.
        """
        x = self.dropout(self.embed(inputs))
        steps = x.shape[1] - LOOKAHEAD
        states, _ = self.gru(x[:, :steps])
        size = x.shape[-1]
        zero = inputs.words.new_zeros(1, 1)
        hidden = self.embed(Inputs(zero + unseen, zero, zero + UNKNOWN_CASE))[0, 0]
        total = self.state(states)
        for ahead in range(LOOKAHEAD):
            known = (seen > ahead)[..., None]
            following = torch.where(known, x[:, ahead + 1 : ahead + 1 + steps], hidden)
            total = total + nn.functional.linear(following, self.window.weight[:, ahead * size : (ahead + 1) * size])
        total = self.dropout(torch.relu(total))
        return self.marks(total), self.cases(total)
