"""Examples to padded batches, made by worker processes while the network trains."""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import Dataset, IterableDataset, get_worker_info

from asr.acoustic.config import Config
from asr.training.acoustic import augment
from asr.training.acoustic.packs import MIN_BATCH, Example, batches
from asr.training.acoustic.splice import spliced

# Frames (batch, frames, mels), their lengths (batch,), labels of all items one after the other, their counts (batch,)
Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def collate(
    items: list[Example],
    config: Config,
    noise: np.ndarray | None,
    fill: Tensor | None,
    seed: int,
    views: int = 1,
    masks: float = 1.0,
) -> Batch:
    """Make one padded batch, augmented if `noise` and `fill` are given.

    Each item is followed by silence up to a whole step and through the look-ahead, as at the end of a stream.

    Args:
        items: Examples.
        config: Stride, look-ahead and energy floor.
        noise: (frames, mels) of noises to mix in.
        fill: (mels,) value of masked frames and bands.
        seed: Of the augmentation.
        views: Copies of the items, all of the first copy before the second; with the same tempo, otherwise augmented
            independently (see losses.disagreement).
        masks: Masked stretches of time per second.
    """
    silence = math.log(config.floor)
    lengths = torch.tensor([len(item.frames) for item in items])
    x = torch.full((len(items), int(lengths.max()), config.mels), silence)
    for i, item in enumerate(items):
        x[i, : len(item.frames)] = torch.from_numpy(np.asarray(item.frames, dtype=np.float32))
    if noise is not None and fill is not None:
        generator = torch.Generator().manual_seed(seed)
        x, lengths = augment.stretch(x, lengths, generator)
    x, lengths = x.repeat(views, 1, 1), lengths.repeat(views)
    if noise is not None and fill is not None:
        x = augment.swap_voice(x, lengths, generator)
        x = augment.room(x, lengths, generator)
        x = augment.reverberate(x, generator)
        x = augment.add_noise(x, noise, generator)
        x = augment.tilt_spectrum(x, generator)
        x = augment.limit_bandwidth(x, generator)
        x = augment.mask(x, lengths, fill, generator, masks).clamp(min=silence)
    stride = config.stride
    steps = -(-x.shape[1] // stride) + config.lookahead
    x = F.pad(x, (0, 0, 0, steps * stride - x.shape[1]), value=silence)
    past = torch.arange(x.shape[1])[None, :] >= lengths[:, None]
    x = x.masked_fill(past[..., None], silence)
    labels = torch.from_numpy(np.concatenate([item.labels for item in items])).repeat(views)
    return x, lengths, labels, torch.tensor([len(item.labels) for item in items]).repeat(views)


class Epoch(Dataset):
    """One pass over the items, or the part of it that process `rank` trains on. A batch is made when it is indexed."""

    def __init__(
        self,
        items: list[Example],
        seconds: float,
        config: Config,
        noise: np.ndarray,
        fill: Tensor,
        seed: int,
        epoch: int,
        changed: float = 1.0,
        rank: int = 0,
        world: int = 1,
        views: int = 1,
        seldom: Mapping[str, float] = MappingProxyType({}),
        splice: float = 0.0,
        masks: float = 1.0,
    ):
        """Choose the items of the pass and group them into batches.

        Args:
            items: Examples.
            seconds: Sound of a batch. With two views it holds half as many utterances, each of them twice.
            config: Of the network.
            noise: (frames, mels) of noises to mix in.
            fill: (mels,) value of masked frames and bands.
            seed: Of the training.
            epoch: Number of the pass.
            changed: Share of batches that are augmented. A network that still underfits learns faster from
                unaugmented sound.
            rank: Of this process.
            world: Number of processes.
            views: 1 or 2, see `collate`.
            seldom: Corpus -> share of its utterances, drawn anew in each pass.
            splice: Share of utterances replaced by spliced ones (asr.training.acoustic.splice).
            masks: Masked stretches of time per second in augmented batches.
        """
        rng = np.random.default_rng((seed, epoch))
        items = [item for item in items if rng.random() < seldom.get(item.corpus, 1.0)]
        items = spliced(items, splice, rng)
        made = batches(items, seconds / views, config, rng, MIN_BATCH // views)
        groups = sorted(made, key=lambda group: max(len(item.frames) for item in group))
        # At each update the processes get batches of similar lengths, so that none waits for the others.
        self.groups = [groups[i * world + rank] for i in rng.permutation(len(groups) // world)]
        self.config, self.noise, self.fill, self.changed = config, noise, fill, changed
        self.views, self.masks = views, masks
        self.seed = seed * 1_000_003 + epoch * 10_007 + rank * 5_003

    def __len__(self) -> int:
        return len(self.groups)

    def augmented(self, i: int) -> bool:
        """Return whether batch i is one of those that are augmented."""
        return bool(np.random.default_rng(self.seed + i).random() < self.changed)

    def __getitem__(self, i: int) -> Batch:
        noise, fill = (self.noise, self.fill) if self.augmented(i) else (None, None)
        return collate(self.groups[i], self.config, noise, fill, self.seed + i, self.views, self.masks)


class Passes(IterableDataset):
    """An endless sequence of epochs, as pairs (epoch number, batch).

    Each of the n worker processes of a DataLoader makes every n-th epoch as a whole, so that no worker waits for an
    epoch to end.
    """

    def __init__(self, make: Callable[[int], Epoch], first: int):
        """Begin with epoch number `first`; `make` makes an epoch from its number."""
        self.make, self.first = make, first

    def __iter__(self) -> Iterator[tuple[int, Batch]]:
        worker = get_worker_info()
        begin, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for number in count(self.first + begin, step):
            epoch = self.make(number)
            for i in range(len(epoch)):
                yield number, epoch[i]
