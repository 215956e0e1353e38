"""Changes to log-mel batches that leave the words as they are: the same words by other mouths, rooms and devices.

All of it happens on mel energies, so one decoded pack serves every epoch; the two approximations are named where
they are made.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

PIECE = 500  # frames of noise mixed in, repeated where speech is longer; a corpus of noises must have more


def tempi(batch: int, generator: torch.Generator) -> Tensor:
    """Draw (batch,) tempi of 0.75..1.3. Most of a tempo is the whole batch's, so that its items stay of alike lengths
    and padding costs little."""
    speed = torch.empty(1).uniform_(0.82, 1.2, generator=generator)
    return speed * torch.empty(batch).uniform_(0.92, 1.08, generator=generator)


def stretch(x: Tensor, lengths: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Other tempi and vocal tracts: (batch, frames, mels) resampled in time by 0.75..1.3 and in mel by 0.9..1.12.

    The tempi are the first numbers drawn (`tempi`). Bilinear in the log-mel plane, which is what resampling the sound
    by a speed does to it but for the finest structure (Jaitly & Hinton 2013, vocal tract length perturbation, for the
    mel axis).
    """
    batch, frames, mels = x.shape
    speed = tempi(batch, generator)
    tract = torch.empty(batch).uniform_(0.9, 1.12, generator=generator)
    after = (lengths / speed).long()
    rows = torch.arange(int(after.max()))[None, :] * speed[:, None]  # where in x each new frame lies
    bands = (torch.arange(mels)[None, :] * tract[:, None]).clamp(max=mels - 1)
    grid = torch.empty(batch, rows.shape[1], mels, 2)
    grid[..., 0] = (2 * bands / (mels - 1) - 1)[:, None, :]
    grid[..., 1] = (2 * rows / max(frames - 1, 1) - 1)[:, :, None]
    warped = F.grid_sample(x[:, None], grid, padding_mode="border", align_corners=True)[:, 0]
    return warped, after.clamp(min=1)


def _average(x: Tensor, which: Tensor) -> Tensor:
    """(batch, frames, mels) and (batch, frames) -> (batch, mels): the mean of some of an item's frames."""
    return (x * which[..., None]).sum(1) / which.sum(1)[:, None]


def _loud(x: Tensor, lengths: Tensor) -> Tensor:
    """(batch, frames): an item's loudest 22 dB, 5 in ln."""
    loudness = x.mean(2)
    past = torch.arange(x.shape[1])[None] >= lengths[:, None]
    return loudness > loudness.masked_fill(past, -torch.inf).amax(1, keepdim=True) - 5


def swap_voice(x: Tensor, lengths: Tensor, generator: torch.Generator, share: float = 0.5) -> Tensor:
    """Another's voice and microphone: the mean spectrum of an item's loud frames and their deviations from it move
    some way to those of another (MixStyle, Zhou et al. 2021, arXiv 2104.02008, equations 2 to 6)."""
    loud = _loud(x, lengths)
    mean = _average(x, loud)
    deviation = _average((x - mean[:, None]) ** 2, loud).sqrt().clamp(min=0.1)
    other = torch.randperm(len(x), generator=generator)
    way = torch.rand(len(x), 1, generator=generator)
    way = way * (torch.rand(len(x), 1, generator=generator) < share)
    ratio = (deviation[other] / deviation).clamp(0.8, 1.25) ** way
    return (x - mean[:, None]) * ratio[:, None] + torch.lerp(mean, mean[other], way)[:, None]


def room(x: Tensor, lengths: Tensor, generator: torch.Generator, share: float = 0.3) -> Tensor:
    """Another's room: the spectrum of another's quietest frames, as far below its loud ones as it was there, becomes a
    steady noise beneath the item's own sound."""
    loudness = x.mean(2)
    past = torch.arange(x.shape[1])[None] >= lengths[:, None]
    tenth = loudness.masked_fill(past, torch.inf).sort(1).values.gather(1, lengths[:, None] // 10)
    level = _average(x, _loud(x, lengths)).mean(1, keepdim=True)
    floor = _average(x, (loudness <= tenth) & ~past) - level
    floor = floor[torch.randperm(len(x), generator=generator)] + level
    pick = torch.rand(len(x), generator=generator) < share
    # Deviations, in ln, of the energy of Gaussian noise in as many bins of the Fourier transform as a band has, about.
    flutter = torch.randn(x[pick].shape, generator=generator) * torch.linspace(1.1, 0.4, x.shape[2])
    x = x.clone()
    x[pick] = torch.logaddexp(x[pick], floor[pick][:, None] + flutter)
    return x


def reverberate(x: Tensor, generator: torch.Generator, share: float = 0.2) -> Tensor:
    """A diffuse tail: energies decay by 60 dB in 0.15..0.8 s behind the direct sound (Polack's model of a room)."""
    pick = torch.rand(len(x), generator=generator) < share
    if not pick.any():
        return x
    seconds = torch.empty(int(pick.sum()), 1).uniform_(0.15, 0.8, generator=generator)
    level = torch.empty(len(seconds), 1).uniform_(0.02, 0.25, generator=generator)
    times = torch.arange(1, 40)[None, :] * 0.01
    tail = level * 10 ** (-6 * times / seconds)
    kernel = torch.cat([torch.ones(len(seconds), 1), tail], 1).flip(1)
    energy = x[pick].exp().permute(2, 0, 1)  # (mels, picked, frames), a group a picked item
    padded = F.pad(energy, (kernel.shape[1] - 1, 0))
    wet = F.conv1d(padded, kernel[:, None], groups=len(seconds))
    x = x.clone()
    x[pick] = wet.permute(1, 2, 0).log()
    return x


def add_noise(x: Tensor, noise: np.ndarray, generator: torch.Generator, share: float = 0.35) -> Tensor:
    """Noise of 3..30 dB below the speech; mel energies of uncorrelated sounds add, on average."""
    x = x.clone()
    for i in torch.nonzero(torch.rand(len(x), generator=generator) < share).flatten().tolist():
        begin = int(torch.randint(len(noise) - PIECE, (1,), generator=generator))
        piece = torch.from_numpy(np.asarray(noise[begin : begin + PIECE], dtype=np.float32))
        piece = piece.repeat(math.ceil(x.shape[1] / PIECE), 1)[: x.shape[1]]
        decibels = float(torch.empty(1).uniform_(3, 30, generator=generator))
        speech, sound = x[i].exp().mean().log(), piece.exp().mean().log()
        x[i] = torch.logaddexp(x[i], piece + (speech - sound) - decibels * math.log(10) / 10)
    return x


def tilt_spectrum(x: Tensor, generator: torch.Generator) -> Tensor:
    """Another microphone, another distance: a level of -16..+8 dB, a tilt and a slow wave over the bands."""
    batch, _, mels = x.shape
    band = torch.linspace(-1, 1, mels)[None, :]
    level = torch.empty(batch, 1).uniform_(-3.7, 1.8, generator=generator)
    tilt = torch.randn(batch, 1, generator=generator) * 0.5
    wave = torch.randn(batch, 1, generator=generator) * 0.3
    phase = torch.empty(batch, 1).uniform_(0, 6.3, generator=generator)
    return x + (level + tilt * band + wave * torch.sin(3 * band + phase))[:, None, :]


def narrow(x: Tensor, generator: torch.Generator, share: float = 0.05) -> Tensor:
    """Telephones and low bit rates: all above an edge of 3.3 to 4.2 kHz, a part of the bands, falls by 20 to 70 dB."""
    x = x.clone()
    mels = x.shape[2]
    for i in torch.nonzero(torch.rand(len(x), generator=generator) < share).flatten().tolist():
        edge = int(mels * float(torch.empty(1).uniform_(0.70, 0.79, generator=generator)))
        x[i, :, edge:] -= float(torch.empty(1).uniform_(20, 70, generator=generator)) * math.log(10) / 10
    return x


def mask(x: Tensor, lengths: Tensor, fill: Tensor, generator: torch.Generator, often: float = 1.0) -> Tensor:
    """SpecAugment (Park et al. 2019) without its time warp: two bands, and stretches, `often` a second, become
    the mean."""
    x = x.clone()
    mels = x.shape[2]

    def draw(high: int) -> int:
        return int(torch.randint(high, (1,), generator=generator))

    for i, length in enumerate(lengths.tolist()):
        for _ in range(2):
            width = draw(15)
            first = draw(mels - width)
            x[i, :, first : first + width] = fill[first : first + width]
        for _ in range(1 + int(often * length / 100)):
            width = draw(min(25, max(2, length // 10)))
            first = draw(max(1, length - width))
            x[i, first : first + width] = fill
    return x
