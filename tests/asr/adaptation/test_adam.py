"""Adam has the bits of PyTorch's."""

import torch

from asr.adaptation.adam import Adam


def test_tensors_become_what_those_of_pytorch_become() -> None:
    torch.manual_seed(0)
    own = [torch.randn(size, requires_grad=True) for size in ((50,), (3, 7), (2,))]
    others = [tensor.detach().clone().requires_grad_(True) for tensor in own]
    mine, theirs = Adam(own, (0.9, 0.98)), torch.optim.Adam(others, betas=(0.9, 0.98), foreach=False)
    for number in range(20):
        rate = 0.01 * (1 - number / 20)
        theirs.param_groups[0]["lr"] = rate
        mine.forget_gradients()
        theirs.zero_grad()
        for tensors in (own, others):  # the last one has no gradient
            ((tensors[0] ** 3).sum() * 1e-3 + (tensors[1] * (number % 3 - 1)).exp().sum()).backward()
        mine.step(rate)
        theirs.step()
    assert all(torch.equal(one, other) for one, other in zip(own, others, strict=True))
