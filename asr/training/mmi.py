"""The CTC-CRF objective: maximum mutual information over the CTC topology (Xiang & Ou 2019, "CRF-based single-stage
acoustic modeling with CTC topology"; Hadian et al. 2018 for the flat start).

CTC rewards each row for the phones that were said. What a search needs is that the right words win against all
others, given what a language model knows already. So the loss is

    ln sum over paths of any phones  -  ln sum over paths of the phones said,

each path weighted by a phone trigram model. Both sums take the same posteriors, so their normalisation cancels.
"""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from asr.text import BLANK

assert BLANK == 0  # as a symbol of the trigram model it stands for the start of an utterance


def trigrams(sequences: Iterable[np.ndarray], labels: int) -> tuple[Tensor, Tensor]:
    """Label sequences to p(c | a, b), (labels, labels, labels), and p(end | a, b), (labels, labels).

    Witten-Bell interpolation of trigrams, bigrams and unigrams (Chen & Goodman 1999, section 2.4); `a` and `b` are
    0 before the first label.
    """
    end = labels
    counts = np.zeros((labels, labels, labels + 1))
    for sequence in sequences:
        padded = np.concatenate([[0, 0], sequence, [end]])
        np.add.at(counts, (padded[:-2], padded[1:-1], padded[2:]), 1)
    lower = np.full(labels + 1, 1 / labels)
    lower[0] = 0  # nothing says the blank
    for seen in (counts.sum((0, 1)), counts.sum(0), counts):
        kinds = (seen > 0).sum(-1, keepdims=True)
        total = seen.sum(-1, keepdims=True)
        lower = (seen + kinds * lower) / np.maximum(total + kinds, 1) + np.where(total > 0, 0.0, 1.0) * lower
    p = torch.from_numpy(lower).float()
    return p[..., :end].contiguous(), p[..., end].contiguous()


class Denominator:
    """ln of the sum over all paths of a CTC topology, weighted by a phone trigram model.

    A path is in state (a, b, spoken) or (a, b, blank): the last two labels, and whether b may go on sounding. All
    states of a row are two (labels, labels) tables, so a row costs one product a table of the model. While b sounds
    the row gives the score of b behind a: units are pairs (asr.units), and states are what they are scored for.
    """

    def __init__(self, trigram: Tensor, end: Tensor):
        self.trigram, self.final = trigram, end
        self.logp = torch.cat([trigram, end[..., None]], 2).log()  # (a, b, c or the end)
        self.onward = trigram.transpose(0, 1).contiguous()  # (b, a, c): p(c | a, b)
        self.backward = self.onward.transpose(1, 2).contiguous()  # (b, c, a)
        self.repeat = trigram.diagonal(dim1=0, dim2=1).diagonal()  # (b,): p(b | b, b)
        self.end = end.t().contiguous()  # (b, a)

    def to(self, device: torch.device) -> "Denominator":
        """The same on another device, or itself."""
        return self if self.end.device == device else Denominator(self.trigram.to(device), self.final.to(device))

    def weight(self, units: Tensor, counts: Tensor) -> Tensor:
        """(batch,) ln of the trigram model's weight for each sequence; `units` are end to end, `counts` how many."""
        sums = []
        for said in (units % len(self.logp)).split(counts.tolist()):
            a, b = torch.cat([said.new_zeros(2), said])[:-1], torch.cat([said.new_zeros(1), said])
            sums.append(self.logp[a, b, torch.cat([said, said.new_full((1,), len(self.logp))])].sum())
        return torch.stack(sums)

    def __call__(self, logp: Tensor, rows: Tensor) -> Tensor:
        """(batch, time, units) log posteriors and their lengths -> (batch,) ln Z; differentiable."""
        return _LogZ.apply(logp, rows.to(logp.device), self.to(logp.device))  # type: ignore[no-any-return]

    @torch.no_grad()
    def sums(self, logp: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """-> ln Z (batch,), and how likely each unit is in each row, (batch, time, units), over all paths.

        Tables are [b, item, a] and scaled to sum to 1 in each row, as in Rabiner 1989, section V.A.
        """
        labels = len(self.logp)
        p = logp.float().exp().unflatten(2, (labels, labels)).permute(1, 3, 0, 2).contiguous()  # (time, b, batch, a)
        time, _, batch, _ = p.shape
        within = torch.arange(time, device=p.device)[:, None] < rows[None]
        spoken = p.new_zeros(labels, batch, labels)
        silent = spoken.clone()
        silent[0, :, 0] = 1
        alphas, scales = [], []
        for t in range(time):
            new_spoken, new_silent = self._forward(spoken, silent, p[t])
            keep = within[t][None, :, None]
            scale = (new_spoken + new_silent).sum((0, 2)).clamp(min=1e-30)
            scales.append(torch.where(within[t], scale, 1.0))
            spoken = torch.where(keep, new_spoken / scale[None, :, None], spoken)
            silent = torch.where(keep, new_silent / scale[None, :, None], silent)
            alphas.append((spoken, silent))
        final = ((spoken + silent) * self.end[:, None]).sum((0, 2)).clamp(min=1e-30)
        total = torch.stack(scales).log().sum(0) + final.log()

        occupied = torch.empty_like(p)
        after_spoken = after_silent = self.end[:, None].expand(labels, batch, labels)
        for t in range(time - 1, -1, -1):
            spoken, silent = alphas[t]
            occupied[t] = spoken * after_spoken
            occupied[t, BLANK] = 0
            occupied[t, BLANK, :, BLANK] = (silent * after_silent).sum((0, 2))
            before = self._backward(after_spoken, after_silent, p[t] / scales[t][None, :, None])
            keep = within[t][None, :, None]
            after_spoken = torch.where(keep, before[0], after_spoken)
            after_silent = torch.where(keep, before[1], after_silent)
        occupied *= (within / occupied.sum((1, 3)).clamp(min=1e-30))[:, None, :, None]
        return total, occupied.permute(2, 0, 3, 1).flatten(2)

    def _forward(self, spoken: Tensor, silent: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
        both = spoken + silent
        mass = torch.bmm(both, self.onward)  # [b, item, c]
        mass.diagonal(dim1=0, dim2=2).sub_(spoken.diagonal(dim1=0, dim2=2) * self.repeat)  # a repeat needs a blank
        return (spoken + mass.permute(2, 1, 0)) * p, both * p[BLANK, :, BLANK][None, :, None]

    def _backward(self, spoken: Tensor, silent: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
        said = spoken * p
        onward = said.permute(2, 1, 0).contiguous()  # [b, item, c]
        mass = torch.bmm(onward, self.backward) + silent * p[BLANK, :, BLANK][None, :, None]
        before = mass + said
        before.diagonal(dim1=0, dim2=2).sub_(onward.diagonal(dim1=0, dim2=2) * self.repeat)
        return before, mass


class _LogZ(torch.autograd.Function):
    """The gradient of ln Z by a log posterior is how likely its unit is there, over all paths."""

    @staticmethod
    def forward(ctx, logp: Tensor, rows: Tensor, denominator: Denominator) -> Tensor:
        torch.set_flush_denormal(True)  # many paths are next to impossible, and arithmetic next to 0 is slow
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
