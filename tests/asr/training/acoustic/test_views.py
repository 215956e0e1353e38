"""Two views of an utterance in a batch, and the consistency loss between them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from asr.training.acoustic.batches import Epoch, collate
from asr.training.acoustic.losses import disagreement
from tests.support.recognition.training import CONFIG, FOUR, NOISE

FILL = torch.full((CONFIG.mels,), -6.0)


def test_views_share_their_tempo_and_labels_and_nothing_else() -> None:
    x, lengths, labels, counts = collate(FOUR, CONFIG, NOISE, FILL, 1, views=2)
    one, two = x.chunk(2)
    assert lengths[:4].tolist() == lengths[4:].tolist()
    assert counts.tolist() == 2 * [len(item.labels) for item in FOUR]
    assert labels.tolist() == 2 * [label for item in FOUR for label in item.labels]
    assert not any(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    alone = collate(FOUR, CONFIG, None, None, 1, views=2)[0]
    assert torch.equal(*alone.chunk(2))


@pytest.mark.parametrize("views", [1, 2])
def test_an_epoch_holds_every_utterance_once_in_each_view(views: int) -> None:
    epoch = Epoch(FOUR * 20, 12.0, CONFIG, NOISE, FILL, 1, 1, views=views)
    drawn = [counts for _, _, _, counts in (epoch[i] for i in range(len(epoch)))]
    assert sorted(torch.cat(drawn).tolist()) == sorted(20 * views * [len(item.labels) for item in FOUR])
    seconds = [float(epoch[i][1].sum()) / 100 for i in range(len(epoch))]
    assert max(seconds) < 20  # as long with two views as with one


def test_a_corpus_may_have_a_smaller_share() -> None:
    known = [replace(item, corpus="known") for item in FOUR]
    epochs = [Epoch(FOUR * 20 + known * 20, 12.0, CONFIG, NOISE, FILL, 1, n, seldom={"known": 0.25}) for n in (1, 2)]
    counts = [sum(len(group) for group in epoch.groups) for epoch in epochs]
    assert all(85 <= count <= 115 for count in counts)  # all 80, and about 20 of 80
    names = [sorted(item.corpus for group in epoch.groups for item in group) for epoch in epochs]
    assert all(name.count(FOUR[0].corpus) == 80 for name in names)


def test_equal_views_have_no_loss() -> None:
    logits = torch.randn(3, 7, 5).repeat(2, 1, 1).requires_grad_()
    loss = disagreement(logits, torch.tensor([7, 4, 2] * 2), 6)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(0, abs=1e-6)
    assert logits.grad is not None and logits.grad.abs().max() < 1e-6


def test_the_loss_of_different_views_is_that_of_the_formula() -> None:
    """The loss is that of the formula, and a gradient step reduces it."""
    torch.manual_seed(1)
    logits = torch.randn(2, 6, 5, requires_grad=True)
    rows = torch.tensor([4, 4])
    loss = disagreement(logits, rows, 2)
    p = logits.detach().softmax(-1)[:, :4].double().numpy()
    expected = sum((p[b] * np.log(p[b] / p[a])).sum() for a, b in ((0, 1), (1, 0)))
    assert float(loss.detach()) == pytest.approx(expected / 2, rel=1e-5)
    loss.backward()
    assert logits.grad is not None
    assert (logits.grad[:, 4:] == 0).all()
    after = disagreement(logits.detach() - 0.1 * logits.grad, rows, 2)
    assert float(after) < float(loss.detach())
