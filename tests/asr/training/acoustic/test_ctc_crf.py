"""The sum over all paths against every path counted one by one."""

from itertools import product

import numpy as np
import pytest
import torch

from asr.training.acoustic.ctc_crf import Denominator, trigrams

LABELS = 3
UNITS = (0, *(a * LABELS + b for a in range(LABELS) for b in range(1, LABELS)))
SAID = [np.array(s, dtype=np.int64) for s in ([1, 2, 2], [2, 2, 1], [1], [], [1, 1, 1, 2])]


@pytest.fixture
def model():
    return trigrams(SAID, LABELS)


def one_by_one(logp, trigram, end):
    """ln of the sum over all sequences of units that are about the same labels, one a row."""
    total = 0.0
    for path in product(UNITS, repeat=len(logp)):
        said = [divmod(u, LABELS) for i, u in enumerate(path) if u and (i == 0 or path[i - 1] != u)]
        if [left for left, _ in said] != [0, *(label for _, label in said)][: len(said)]:
            continue  # a unit says that another label was before it than was
        weight, a, b = 1.0, 0, 0
        for _, c in said:
            weight *= float(trigram[a, b, c])
            a, b = b, c
        total += weight * float(end[a, b]) * np.exp(sum(float(logp[i, u]) for i, u in enumerate(path)))
    return np.log(total)


def random(seed: int, items: int, rows: int) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.randn(items, rows, LABELS**2).log_softmax(-1)


def test_every_context_shares_out_all_of_its_mass(model):
    trigram, end = model
    assert torch.allclose(trigram.sum(2) + end, torch.ones(LABELS, LABELS))
    assert (trigram[..., 0] == 0).all()
    assert trigram[0, 0, 1] > trigram[0, 0, 2]  # 1 begins more often than 2 does


def test_the_sum_is_that_of_all_paths_and_lengths_are_obeyed(model):
    logp, rows = random(1, 3, 5), torch.tensor([5, 4, 1])
    total = Denominator(*model)(logp, rows)
    expected = [one_by_one(logp[i, :n], *model) for i, n in enumerate(rows)]
    assert total.numpy() == pytest.approx(np.array(expected), abs=1e-4)


def test_the_model_follows_the_scores_to_their_device(model):
    logp = random(1, 2, 4).to("meta").requires_grad_()
    total = Denominator(*model)(logp, torch.tensor([4, 3]))
    total.sum().backward()
    assert total.shape == (2,) and total.is_meta and logp.grad is not None and logp.grad.shape == logp.shape


def test_the_gradient_is_the_slope(model):
    logp = random(2, 1, 4).requires_grad_()
    Denominator(*model)(logp, torch.tensor([3])).sum().backward()
    assert logp.grad is not None
    for t, unit in product(range(4), range(LABELS**2)):
        sides = []
        for step in (1e-2, -1e-2):
            moved = logp.detach().clone()
            moved[0, t, unit] += step
            sides.append(one_by_one(moved[0, :3], *model))
        assert float(logp.grad[0, t, unit]) == pytest.approx((sides[0] - sides[1]) / 2e-2, abs=1e-3)


def test_what_was_said_is_never_likelier_than_everything(model):
    logp = random(3, 1, 8)
    units, counts, rows = torch.tensor([2, 2 * 3 + 2, 2 * 3 + 1]), torch.tensor([3]), torch.tensor([8])
    said = -torch.nn.functional.ctc_loss(logp.transpose(0, 1), units, rows, counts, reduction="sum")
    denominator = Denominator(*model)
    assert said + denominator.weight(units, counts)[0] < denominator(logp, rows)[0]


def test_the_weight_of_what_was_said_is_that_of_its_trigrams(model):
    trigram, end = model
    expected = [trigram[0, 0, 2] * trigram[0, 2, 1] * end[2, 1], end[0, 0], trigram[0, 0, 2] * end[0, 2]]
    weight = Denominator(*model).weight(torch.tensor([2, 2 * 3 + 1, 2]), torch.tensor([2, 0, 1]))
    assert torch.allclose(weight, torch.stack(expected).log())
