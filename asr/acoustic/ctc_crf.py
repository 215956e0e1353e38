"""The CTC loss, and the denominator that makes it CTC-CRF: maximum mutual information over the CTC topology.

Xiang & Ou 2019, "CRF-based single-stage acoustic modeling with CTC topology"; Hadian et al. 2018 for the flat start.
CTC rewards each row for the phones of the transcript. A search needs the right words to win against all others, given
a language model. So the loss is

    ln sum over paths of any phones  -  ln sum over paths of the phones of the transcript,

each path weighted by a phone trigram model. Both sums use the same posteriors, so their normalisation cancels.
"""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asr.text.phones import BLANK

assert BLANK == 0  # in the trigram model this symbol marks the start of an utterance


def trigrams(sequences: Iterable[np.ndarray], labels: int) -> tuple[Tensor, Tensor]:
    """Estimate a trigram model of labels, with Witten-Bell interpolation (Chen & Goodman 1999, section 2.4).

    Args:
        sequences: (k,) labels of each utterance.
        labels: Number of labels.

    Returns:
        p(c | a, b), (labels, labels, labels), and p(end | a, b), (labels, labels). Before the first label a and b are
        0.
    """
    end = labels
    counts = np.zeros((labels, labels, labels + 1))
    for sequence in sequences:
        padded = np.concatenate([[0, 0], sequence, [end]])
        np.add.at(counts, (padded[:-2], padded[1:-1], padded[2:]), 1)
    lower = np.full(labels + 1, 1 / labels)
    lower[0] = 0  # the blank is never predicted
    for seen in (counts.sum((0, 1)), counts.sum(0), counts):
        kinds = (seen > 0).sum(-1, keepdims=True)
        total = seen.sum(-1, keepdims=True)
        lower = (seen + kinds * lower) / np.maximum(total + kinds, 1) + np.where(total > 0, 0.0, 1.0) * lower
    p = torch.from_numpy(lower).float()
    return p[..., :end].contiguous(), p[..., end].contiguous()


class Denominator:
    """ln Z: the logarithm of the sum over all paths of the CTC topology, weighted by a phone trigram model.

    A path is in state (a, b, spoken) or (a, b, blank): the last two labels, and whether b may continue. All states of a
    row are two (labels, labels) tables, so a row costs one matrix product for each label of the model. While b
    continues, the row scores unit (a, b): units are pairs of labels (asr.acoustic.biphones), as the states are.
    """

    def __init__(self, trigram: Tensor, end: Tensor):
        """Prepare the tables of a model that `trigrams` has estimated."""
        self.trigram, self.final = trigram, end
        self.logp = torch.cat([trigram, end[..., None]], 2).log()  # (a, b, c or the end)
        self.onward = trigram.transpose(0, 1).contiguous()  # (b, a, c): p(c | a, b)
        self.backward = self.onward.transpose(1, 2).contiguous()  # (b, c, a)
        self.repeat = trigram.diagonal(dim1=0, dim2=1).diagonal()  # (b,): p(b | b, b)
        self.end = end.t().contiguous()  # (b, a)

    def to(self, device: torch.device) -> "Denominator":
        """Return a copy on another device, or this object if it is there already."""
        return self if self.end.device == device else Denominator(self.trigram.to(device), self.final.to(device))

    def weight(self, units: Tensor, counts: Tensor) -> Tensor:
        """Return the logarithm of each sequence's probability by the trigram model, (batch,).

        Args:
            units: Units of all sequences, one after the other.
            counts: (batch,) their numbers.
        """
        item = torch.arange(len(counts)).repeat_interleave(counts + 1)  # the sequence of each label, or end
        place = torch.arange(len(item)) + 2 * (item + 1)  # after two zeros at the start of each sequence
        line = torch.zeros(len(item) + 2 * len(counts), dtype=torch.int64)
        last = (counts + 1).cumsum(0) - 1
        line[place[last]] = len(self.logp)
        ends = torch.zeros(len(item), dtype=torch.bool)
        ends[last] = True
        line[place[~ends]] = units.cpu() % len(self.logp)
        place, line, item = (tensor.to(self.logp.device) for tensor in (place, line, item))
        parts = self.logp[line[place - 2], line[place - 1], line[place]]
        return parts.new_zeros(len(counts)).index_add(0, item, parts)

    def __call__(self, logp: Tensor, rows: Tensor) -> Tensor:
        """Return ln Z (batch,), differentiable, of log posteriors (batch, time, units) with lengths `rows` (batch,)."""
        return _LogZ.apply(logp, rows.to(logp.device), self.to(logp.device))  # type: ignore[no-any-return]

    @torch.no_grad()
    def sums(self, logp: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return ln Z (batch,) and the posterior of each unit in each row over all paths, (batch, time, units).

        Tables are [b, item, a], scaled to sum to 1 in each row (Rabiner 1989, section V.A).
        """
        labels = len(self.logp)
        p = logp.float().exp().unflatten(2, (labels, labels)).permute(1, 3, 0, 2).contiguous()  # (time, b, batch, a)
        time, _, batch, _ = p.shape
        behind = rows - 1 - torch.arange(time, device=p.device)[:, None]  # (time, batch) rows after each row

        before = p.new_empty(time, 2, labels, batch, labels)  # spoken, silent
        state = p.new_zeros(2, labels, batch, labels)
        state[1, 0, :, 0] = 1
        scales = p.new_empty(time, batch)
        for sound, scale, new in zip(p, scales, before, strict=True):
            self._forward(state, sound, new)
            torch.sum(new, (0, 1, 3), out=scale)
            state = new.div_(scale.clamp_(min=1e-30)[None, None, :, None])
        final = before[rows - 1, :, :, torch.arange(batch, device=p.device)].sum(1)
        final = (final * self.end).sum((1, 2)).clamp(min=1e-30)
        total = (scales.log() * (behind >= 0)).sum(0) + final.log()

        p /= scales[:, None, :, None]
        occupied = torch.empty_like(p)
        end = self.end[:, None].expand(2, labels, batch, labels)
        after, new = end, torch.empty_like(state)
        ended = (behind <= 0)[:, None, None, :, None]
        for t in range(time - 1, -1, -1):
            after = torch.where(ended[t], end, after)
            torch.mul(before[t, 0], after[0], out=occupied[t])
            torch.mul(before[t, 1], after[1], out=before[t, 1])
            after = self._backward(after, p[t], new)
        occupied[:, BLANK] = 0
        occupied[:, BLANK, :, BLANK] = before[:, 1].sum((1, 3))
        within = (behind >= 0) / occupied.sum((1, 3)).clamp(min=1e-30)
        occupied *= within[:, None, :, None]
        return total, occupied.permute(2, 0, 3, 1).flatten(2)

    def _forward(self, state: Tensor, p: Tensor, new: Tensor) -> None:
        """Compute the state after a row from the state before it, into `new`, not scaled."""
        both = state.sum(0)
        mass = torch.bmm(both, self.onward)  # [b, item, c]
        # A label that repeats must have a blank between, so spoken states do not move to the same label.
        mass.diagonal(dim1=0, dim2=2).addcmul_(state[0].diagonal(dim1=0, dim2=2), self.repeat, value=-1)
        torch.add(state[0], mass.permute(2, 1, 0), out=new[0])
        new[0].mul_(p)
        torch.mul(both, p[BLANK, :, BLANK][None, :, None], out=new[1])

    def _backward(self, state: Tensor, p: Tensor, new: Tensor) -> Tensor:
        """Compute the backward state before a row from the one after it, into `new`."""
        spoken = state[0] * p
        onward = spoken.permute(2, 1, 0).contiguous()  # [b, item, c]
        torch.bmm(onward, self.backward, out=new[1])
        new[1].addcmul_(state[1], p[BLANK, :, BLANK][None, :, None])
        torch.add(new[1], spoken, out=new[0])
        new[0].diagonal(dim1=0, dim2=2).addcmul_(onward.diagonal(dim1=0, dim2=2), self.repeat, value=-1)
        return new


class _LogZ(torch.autograd.Function):
    """ln Z with its gradient: the derivative by a log posterior is the unit's posterior over all paths."""

    @staticmethod
    def forward(ctx, logp: Tensor, rows: Tensor, denominator: Denominator) -> Tensor:
        torch.set_flush_denormal(True)  # many path probabilities are denormal numbers, which are slow
        try:
            total, occupied = denominator.sums(logp, rows)
        finally:
            torch.set_flush_denormal(False)
        ctx.save_for_backward(occupied)
        return total

    @staticmethod
    def backward(ctx, *gradients: Tensor):
        (occupied,) = ctx.saved_tensors
        return occupied * gradients[0][:, None, None], None, None


def ctc(
    logits: Tensor,
    rows: Tensor,
    units: Tensor,
    counts: Tensor,
    denominator: Denominator | None = None,
    share: float = 0.9,
) -> Tensor:
    """Return the mean CTC loss per label (Graves et al. 2006), or the CTC-CRF loss if there is a denominator.

    Items whose labels no longer fit after a change of tempo count as 0. A batch with few labels for its length, such as
    noises, counts as one label for 8 rows, as its gradient would otherwise be far too large.

    Args:
        logits: (batch, time, units).
        rows: (batch,) lengths.
        units: Units (asr.acoustic.biphones) of all items, one after the other.
        counts: (batch,) number of units of each item.
        denominator: The sum over all paths that the right path competes with.
        share: Weight of the denominator; a little less than 1 keeps some CTC, as in Xiang & Ou 2019.
    """
    logp = logits.float().log_softmax(-1)
    losses = F.ctc_loss(
        logp.transpose(0, 1), units.to(logp.device), rows, counts, blank=BLANK, reduction="none", zero_infinity=True
    )
    if denominator is not None:
        against_all = denominator(logp, rows) - denominator.weight(units, counts).to(logp.device)
        losses = losses + share * against_all * (losses > 0)
    return losses.sum() / torch.maximum(counts.sum(), rows.sum() // 8).clamp(min=1)
