"""What training minimises, and what tells whether it helped: losses and the phone error rate."""

from dataclasses import replace

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from torch import Tensor, nn
from torch.nn import functional as F

from asr.acoustic.biphones import label_logits, to_units
from asr.acoustic.network import AcousticModel, Memory
from asr.text.phones import BLANK
from asr.training.acoustic.batches import collate
from asr.training.acoustic.ctc_crf import Denominator
from asr.training.acoustic.packs import Example, batches


def ctc(
    logits: Tensor, rows: Tensor, said: Tensor, counts: Tensor, others: Denominator | None = None,
    share: float = 0.9,
) -> Tensor:  # fmt: skip
    """Mean CTC loss a label (Graves et al. 2006); items whose labels do not fit after a stretch count as 0.

    `said` are the units (asr.acoustic.biphones) of all items end to end, `counts` how many each has.

    With `others`, all that might have been said competes: the CTC-CRF loss, of which `share` is the weight of the
    denominator; a little less than 1 keeps some CTC, as Xiang & Ou 2019 do.
    A batch of few or no labels for its length (noises) counts as one label for 8 rows, or its gradient would dwarf.
    """
    logp = logits.float().log_softmax(-1)
    losses = F.ctc_loss(
        logp.transpose(0, 1), said.to(logp.device), rows, counts, blank=BLANK, reduction="none", zero_infinity=True
    )  # fmt: skip
    if others is not None:
        losses = losses + share * (others(logp, rows) - others.weight(said, counts).to(logp.device)) * (losses > 0)
    return losses.sum() / torch.maximum(counts.sum(), rows.sum() // 8).clamp(min=1)


def disagreement(logits: Tensor, rows: Tensor, labels: int) -> Tensor:
    """How far the two views of each utterance are apart: CR-CTC (Yao et al. 2024, arXiv 2410.05101, equation 6).

    `logits` (2 * batch, time, labels) of a batch of two views. Divergences of Kullback and Leibler from each view to
    the other, which is held fixed; the mean over views, for each of the `labels` that the batch says.
    """
    logp = logits.float().log_softmax(-1)
    other = torch.cat(logp.chunk(2)[::-1]).detach()
    apart = F.kl_div(logp, other, reduction="none", log_target=True).sum(-1)
    within = torch.arange(logp.shape[1], device=logp.device)[None] < rows.to(logp.device)[:, None]
    return (apart * within).sum() / max(labels, int(rows.sum()) // 8, 1)


def carried(last: Memory | None, memory: Memory, rng: np.random.Generator) -> Memory:
    """Half the time begin where another utterance ended: a live stream is seldom at zero."""
    if last is None or rng.random() < 0.5:
        return memory
    pick = torch.from_numpy(rng.integers(len(last.frames), size=len(memory.frames)))

    def take(h):
        return tuple(take(part) for part in h) if isinstance(h, tuple) else h[:, pick].detach().float()

    return replace(memory, hidden=tuple(take(h) for h in last.hidden))


def greedy(logits: Tensor) -> list[int]:
    """(rows, labels) -> the best path, repeats and blanks taken out."""
    best = logits.argmax(-1).cpu()
    changed = torch.cat([torch.ones(1, dtype=torch.bool), best[1:] != best[:-1]])
    return [int(label) for label in best[changed] if label != BLANK]


@torch.inference_mode()
def outputs(model: AcousticModel, items: list[Example]) -> list[Tensor]:
    """Logits (rows, units) of each item, in float32, where the model is; silence before and behind it."""
    c = model.config
    x, lengths, _, _ = collate(items, c, None, None, 0)
    logits, _, _ = model(x.to(model.mean.device), model.begin(len(items)))
    rows = (-(-lengths // c.stride) * c.rows_per_step).tolist()
    return [
        scores[c.output_delay_rows : c.output_delay_rows + n] for scores, n in zip(logits.float(), rows, strict=True)
    ]


@torch.inference_mode()
def phone_errors(
    model: AcousticModel, items: list[Example], amp, others: Denominator | None = None
) -> dict[str, tuple[float, float]]:  # fmt: skip
    """By corpus: the phone error rate of the greedy path in %, and the loss a phone (`ctc`)."""
    model.eval()
    found = {}
    for corpus in sorted({item.corpus for item in items}):
        wrong, total, count = 0, 0.0, 0
        group = [item for item in items if item.corpus == corpus]
        for batch in batches(group, 300, model.config, np.random.default_rng(0)):
            with amp():
                scores = outputs(model, batch)
            said = [torch.from_numpy(item.labels) for item in batch]
            rows, counts = torch.tensor([len(s) for s in scores]), torch.tensor([len(s) for s in said])
            units = to_units(torch.cat(said), counts, model.config)
            loss = ctc(nn.utils.rnn.pad_sequence(scores, True), rows, units, counts, others)
            total += float(loss) * int(counts.sum())
            count += int(counts.sum())
            best = [greedy(label_logits(s, model.config)) for s in scores]
            wrong += sum(map(Levenshtein.distance, map(Tensor.tolist, said), best))
        found[corpus] = (round(100 * wrong / count, 1), round(total / count, 3))
    model.train()
    return found
