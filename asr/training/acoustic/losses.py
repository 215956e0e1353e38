"""The losses of the acoustic training, and its validation by the phone error rate."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from torch import Tensor, nn
from torch.nn import functional as F

from asr.acoustic.biphones import label_logits, to_units
from asr.acoustic.ctc_crf import Denominator, ctc
from asr.acoustic.network import AcousticModel, Memory
from asr.text.phones import BLANK
from asr.training.acoustic.batches import collate
from asr.training.acoustic.packs import Example, batches


def disagreement(logits: Tensor, rows: Tensor, labels: int) -> Tensor:
    """Return how much the outputs for two views of the same utterances differ.

    CR-CTC (Yao et al. 2024, arXiv 2410.05101, equation 6): Kullback-Leibler divergences from each view to the other,
    which gets no gradient.

    Args:
        logits: (2 * batch, time, units), all items of the first view before those of the second.
        rows: (2 * batch,) lengths.
        labels: Number of labels in both views; the divergence is per label.
    """
    logp = logits.float().log_softmax(-1)
    other = torch.cat(logp.chunk(2)[::-1]).detach()
    divergence = F.kl_div(logp, other, reduction="none", log_target=True).sum(-1)
    within = torch.arange(logp.shape[1], device=logp.device)[None] < rows.to(logp.device)[:, None]
    return (divergence * within).sum() / max(labels, int(rows.sum()) // 8, 1)


def initial_memory(last: Memory | None, memory: Memory, rng: np.random.Generator) -> Memory:
    """Choose the network's state at the start of a batch: half of the time one in which another utterance ended.

    A live stream seldom begins in the state of zeros, so training must not either.

    Args:
        last: State after the previous batch, or None.
        memory: State of zeros for this batch.
        rng: Randomness of the choice.
    """
    if last is None or rng.random() < 0.5:
        return memory
    pick = torch.from_numpy(rng.integers(len(last.frames), size=len(memory.frames)))

    def take(h: Any) -> Any:
        return tuple(take(part) for part in h) if isinstance(h, tuple) else h[:, pick].detach().float()

    return replace(memory, hidden=tuple(take(h) for h in last.hidden))


def greedy(logits: Tensor) -> list[int]:
    """Return the labels of the best path through (rows, labels), with repeats and blanks removed."""
    best = logits.argmax(-1).cpu()
    changed = torch.cat([torch.ones(1, dtype=torch.bool), best[1:] != best[:-1]])
    return [int(label) for label in best[changed] if label != BLANK]


@torch.inference_mode()
def outputs(model: AcousticModel, items: list[Example]) -> list[Tensor]:
    """Return the logits (rows, units) of each item, float32, on the device of the model."""
    c = model.config
    x, lengths, _, _ = collate(items, c, None, None, 0)
    logits, _, _ = model(x.to(model.mean.device), model.begin(len(items)))
    rows = (-(-lengths // c.stride) * c.rows_per_step).tolist()
    first = c.output_delay_rows
    return [scores[first : first + n] for scores, n in zip(logits.float(), rows, strict=True)]


@torch.inference_mode()
def phone_errors(
    model: AcousticModel,
    items: list[Example],
    autocast: Callable[[], AbstractContextManager[Any]],
    denominator: Denominator | None = None,
) -> dict[str, tuple[float, float]]:
    """Validate a model: corpus -> phone error rate of the greedy path in %, and loss per phone (see `ctc`).

    Args:
        model: In training mode before and after.
        items: Development set.
        autocast: Makes the context of the forward pass.
        denominator: Of the CTC-CRF loss, or None for CTC.
    """
    model.eval()
    found = {}
    for corpus in sorted({item.corpus for item in items}):
        errors, total, count = 0, 0.0, 0
        group = [item for item in items if item.corpus == corpus]
        for batch in batches(group, 300, model.config, np.random.default_rng(0)):
            with autocast():
                scores = outputs(model, batch)
            labels = [torch.from_numpy(item.labels) for item in batch]
            rows, counts = torch.tensor([len(s) for s in scores]), torch.tensor([len(each) for each in labels])
            units = to_units(torch.cat(labels), counts, model.config)
            loss = ctc(nn.utils.rnn.pad_sequence(scores, True), rows, units, counts, denominator)
            total += float(loss) * int(counts.sum())
            count += int(counts.sum())
            best = [greedy(label_logits(s, model.config)) for s in scores]
            errors += sum(map(Levenshtein.distance, map(Tensor.tolist, labels), best))
        found[corpus] = (round(100 * errors / count, 1), round(total / count, 3))
    model.train()
    return found
