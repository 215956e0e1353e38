"""The sum over all paths against every path counted one by one."""

from itertools import product

import numpy as np
import pytest
import torch

from asr.training.mmi import Denominator, trigrams

LABELS = 4
SAID = [np.array(s, dtype=np.int64) for s in ([1, 2, 3], [2, 2, 1], [3], [], [1, 1, 3, 2])]


@pytest.fixture
def model():
    return trigrams(SAID, LABELS)


def one_by_one(logp, trigram, end):
    """ln of the sum over all sequences of labels, one a row."""
    total = 0.0
    for path in product(range(LABELS), repeat=len(logp)):
        said = [c for i, c in enumerate(path) if c and (i == 0 or path[i - 1] != c)]
        weight, a, b = 1.0, 0, 0
        for c in said:
            weight *= float(trigram[a, b, c])
            a, b = b, c
        total += weight * float(end[a, b]) * np.exp(sum(float(logp[i, c]) for i, c in enumerate(path)))
    return np.log(total)


def test_every_context_shares_out_all_of_its_mass(model):
    trigram, end = model
    assert torch.allclose(trigram.sum(2) + end, torch.ones(LABELS, LABELS))
    assert (trigram[..., 0] == 0).all()
    assert trigram[0, 0, 1] > trigram[0, 0, 3]  # 1 begins more often than 3 does


def test_the_sum_is_that_of_all_paths_and_lengths_are_obeyed(model):
    torch.manual_seed(1)
    logp = torch.randn(3, 6, LABELS).log_softmax(-1)
    rows = torch.tensor([6, 4, 1])
    total = Denominator(*model)(logp, rows)
    expected = [one_by_one(logp[i, :n], *model) for i, n in enumerate(rows)]
    assert total.numpy() == pytest.approx(np.array(expected), abs=1e-4)


def test_the_gradient_is_the_slope(model):
    torch.manual_seed(2)
    logp = torch.randn(1, 4, LABELS).log_softmax(-1).requires_grad_()
    Denominator(*model)(logp, torch.tensor([3])).sum().backward()
    assert logp.grad is not None
    for t, label in product(range(4), range(LABELS)):
        sides = []
        for step in (1e-2, -1e-2):
            moved = logp.detach().clone()
            moved[0, t, label] += step
            sides.append(one_by_one(moved[0, :3], *model))
        assert float(logp.grad[0, t, label]) == pytest.approx((sides[0] - sides[1]) / 2e-2, abs=1e-3)


def test_what_was_said_is_never_likelier_than_everything(model):
    torch.manual_seed(3)
    logp = torch.randn(1, 8, LABELS).log_softmax(-1)
    labels, counts, rows = torch.tensor([2, 2, 1]), torch.tensor([3]), torch.tensor([8])
    said = -torch.nn.functional.ctc_loss(logp.transpose(0, 1), labels, rows, counts, reduction="sum")
    denominator = Denominator(*model)
    assert said + denominator.weight(labels, counts)[0] < denominator(logp, rows)[0]


def test_the_weight_of_what_was_said_is_that_of_its_trigrams(model):
    trigram, end = model
    expected = [trigram[0, 0, 2] * trigram[0, 2, 1] * end[2, 1], end[0, 0], trigram[0, 0, 3] * end[0, 3]]
    weight = Denominator(*model).weight(torch.tensor([2, 1, 3]), torch.tensor([2, 0, 1]))
    assert torch.allclose(weight, torch.stack(expected).log())
