"""The sum over all paths, compared with a sum over every single path."""

from itertools import product

import numpy as np
import pytest
import torch

from asr.acoustic.ctc_crf import Denominator, trigrams

LABELS = 3
UNITS = (0, *(a * LABELS + b for a in range(LABELS) for b in range(1, LABELS)))
SEQUENCES = [np.array(s, dtype=np.int64) for s in ([1, 2, 2], [2, 2, 1], [1], [], [1, 1, 1, 2])]


@pytest.fixture
def model() -> tuple[torch.Tensor, torch.Tensor]:
    return trigrams(SEQUENCES, LABELS)


def sum_of_all_paths(logp: torch.Tensor, trigram: torch.Tensor, end: torch.Tensor) -> float:
    """Return the logarithm of the sum over all sequences of units that are consistent, one unit in each row."""
    total = 0.0
    for path in product(UNITS, repeat=len(logp)):
        pairs = [divmod(u, LABELS) for i, u in enumerate(path) if u and (i == 0 or path[i - 1] != u)]
        if [left for left, _ in pairs] != [0, *(label for _, label in pairs)][: len(pairs)]:
            continue  # the first label of a unit is not the label before it
        weight, a, b = 1.0, 0, 0
        for _, c in pairs:
            weight *= float(trigram[a, b, c])
            a, b = b, c
        total += weight * float(end[a, b]) * np.exp(sum(float(logp[i, u]) for i, u in enumerate(path)))
    return float(np.log(total))


def random(seed: int, items: int, rows: int) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.randn(items, rows, LABELS**2).log_softmax(-1)


def test_every_context_sums_to_one(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    trigram, end = model
    assert torch.allclose(trigram.sum(2) + end, torch.ones(LABELS, LABELS))
    assert (trigram[..., 0] == 0).all()
    assert trigram[0, 0, 1] > trigram[0, 0, 2]  # 1 begins more often than 2 does


def test_the_sum_is_that_of_all_paths_of_each_length(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    logp, rows = random(1, 3, 5), torch.tensor([5, 4, 1])
    total = Denominator(*model)(logp, rows)
    expected = [sum_of_all_paths(logp[i, :n], *model) for i, n in enumerate(rows)]
    assert total.numpy() == pytest.approx(np.array(expected), abs=1e-4)


@pytest.mark.slow
def test_the_tables_are_moved_to_the_device_of_the_scores(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    logp = random(1, 2, 4).to("meta").requires_grad_()
    total = Denominator(*model)(logp, torch.tensor([4, 3]))
    total.sum().backward()
    assert total.shape == (2,) and total.is_meta and logp.grad is not None and logp.grad.shape == logp.shape


def test_the_gradient_is_the_slope(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    logp = random(2, 1, 4).requires_grad_()
    Denominator(*model)(logp, torch.tensor([3])).sum().backward()
    assert logp.grad is not None
    for t, unit in product(range(4), range(LABELS**2)):
        sides = []
        for step in (1e-2, -1e-2):
            moved = logp.detach().clone()
            moved[0, t, unit] += step
            sides.append(sum_of_all_paths(moved[0, :3], *model))
        assert float(logp.grad[0, t, unit]) == pytest.approx((sides[0] - sides[1]) / 2e-2, abs=1e-3)


def test_one_sequence_is_never_likelier_than_all(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    logp = random(3, 1, 8)
    units, counts, rows = torch.tensor([2, 2 * 3 + 2, 2 * 3 + 1]), torch.tensor([3]), torch.tensor([8])
    numerator = -torch.nn.functional.ctc_loss(logp.transpose(0, 1), units, rows, counts, reduction="sum")
    denominator = Denominator(*model)
    assert numerator + denominator.weight(units, counts)[0] < denominator(logp, rows)[0]


def test_the_weight_of_a_sequence_is_that_of_its_trigrams(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    trigram, end = model
    expected = [trigram[0, 0, 2] * trigram[0, 2, 1] * end[2, 1], end[0, 0], trigram[0, 0, 2] * end[0, 2]]
    weight = Denominator(*model).weight(torch.tensor([2, 2 * 3 + 1, 2]), torch.tensor([2, 0, 1]))
    assert torch.allclose(weight, torch.stack(expected).log())
