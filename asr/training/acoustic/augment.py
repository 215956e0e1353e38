"""Augmentation of log-mel batches: other speakers, tempi, rooms, noises and microphones; the words stay the same.

Everything is computed on mel energies, so one pack of frames serves all epochs. `stretch` and `add_noise` approximate
what the same change of the sound would give; their docstrings describe how.

x is a batch (batch, frames, mels) of natural logarithms of energies, `lengths` (batch,) the frames of each item. No
function writes into its arguments.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

PIECE = 500  # frames of noise mixed into one item, repeated if it is longer; a pack of noises must have more


def tempi(batch: int, generator: torch.Generator) -> Tensor:
    """Draw the tempi of a batch, (batch,) from 0.75 to 1.3.

    Most of the tempo is common to the batch, so that its items keep similar lengths and padding stays small.
    """
    common = torch.empty(1).uniform_(0.82, 1.2, generator=generator)
    return common * torch.empty(batch).uniform_(0.92, 1.08, generator=generator)


def stretch(x: Tensor, lengths: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Change tempo and vocal tract: resample in time by 0.75..1.3 and along the mel axis by 0.9..1.12.

    The tempi are the first numbers drawn from `generator` (`tempi`). The interpolation is bilinear in the log-mel
    plane; except for the finest structure this is what resampling the sound gives (Jaitly & Hinton 2013, vocal tract
    length perturbation, for the mel axis).

    Returns:
        The resampled batch and its lengths.
    """
    batch, frames, mels = x.shape
    speed = tempi(batch, generator)
    tract = torch.empty(batch).uniform_(0.9, 1.12, generator=generator)
    after = (lengths / speed).long()
    rows = torch.arange(int(after.max()))[None, :] * speed[:, None]  # position in x of each new frame
    bands = (torch.arange(mels)[None, :] * tract[:, None]).clamp(max=mels - 1)
    grid = torch.empty(batch, rows.shape[1], mels, 2)
    grid[..., 0] = (2 * bands / (mels - 1) - 1)[:, None, :]
    grid[..., 1] = (2 * rows / max(frames - 1, 1) - 1)[:, :, None]
    warped = F.grid_sample(x[:, None], grid, padding_mode="border", align_corners=True)[:, 0]
    return warped, after.clamp(min=1)


def _average(x: Tensor, chosen: Tensor) -> Tensor:
    """Return the mean of the chosen frames (batch, frames) of each item, (batch, mels)."""
    return (x * chosen[..., None]).sum(1) / chosen.sum(1)[:, None]


def _loud(x: Tensor, lengths: Tensor) -> Tensor:
    """Return which frames are at most 22 dB (5 in natural logarithm) below an item's loudest, (batch, frames) bool."""
    loudness = x.mean(2)
    past = torch.arange(x.shape[1])[None] >= lengths[:, None]
    return loudness > loudness.masked_fill(past, -torch.inf).amax(1, keepdim=True) - 5


def swap_voice(x: Tensor, lengths: Tensor, generator: torch.Generator, share: float = 0.5) -> Tensor:
    """Move voice and microphone of an item towards those of another one of the batch.

    The mean spectrum of an item's loud frames and the deviations from it are interpolated with those of the other
    (MixStyle, Zhou et al. 2021, arXiv 2104.02008, equations 2 to 6). `share` is the probability of a change.
    """
    loud = _loud(x, lengths)
    mean = _average(x, loud)
    deviation = _average((x - mean[:, None]) ** 2, loud).sqrt().clamp(min=0.1)
    other = torch.randperm(len(x), generator=generator)
    weight = torch.rand(len(x), 1, generator=generator)
    weight = weight * (torch.rand(len(x), 1, generator=generator) < share)
    ratio = (deviation[other] / deviation).clamp(0.8, 1.25) ** weight
    return (x - mean[:, None]) * ratio[:, None] + torch.lerp(mean, mean[other], weight)[:, None]


def room(x: Tensor, lengths: Tensor, generator: torch.Generator, share: float = 0.3) -> Tensor:
    """Add the room noise of another item of the batch, steady, as far below the speech as it is there.

    The noise is the mean spectrum of the quietest tenth of the other item's frames. `share` is the probability of a
    change.
    """
    loudness = x.mean(2)
    past = torch.arange(x.shape[1])[None] >= lengths[:, None]
    tenth = loudness.masked_fill(past, torch.inf).sort(1).values.gather(1, lengths[:, None] // 10)
    level = _average(x, _loud(x, lengths)).mean(1, keepdim=True)
    floor = _average(x, (loudness <= tenth) & ~past) - level
    floor = floor[torch.randperm(len(x), generator=generator)] + level
    pick = torch.rand(len(x), generator=generator) < share
    # Standard deviation of the logarithm of Gaussian noise's energy in a band: less, the more Fourier bins it has.
    flutter = torch.randn(x[pick].shape, generator=generator) * torch.linspace(1.1, 0.4, x.shape[2])
    x = x.clone()
    x[pick] = torch.logaddexp(x[pick], floor[pick][:, None] + flutter)
    return x


def reverberate(x: Tensor, generator: torch.Generator, share: float = 0.2) -> Tensor:
    """Add a diffuse reverberation tail whose energy decays by 60 dB in 0.15..0.8 s (Polack's model of a room).

    `share` is the probability of a change.
    """
    pick = torch.rand(len(x), generator=generator) < share
    if not pick.any():
        return x
    seconds = torch.empty(int(pick.sum()), 1).uniform_(0.15, 0.8, generator=generator)
    level = torch.empty(len(seconds), 1).uniform_(0.02, 0.25, generator=generator)
    times = torch.arange(1, 40)[None, :] * 0.01
    tail = level * 10 ** (-6 * times / seconds)
    kernel = torch.cat([torch.ones(len(seconds), 1), tail], 1).flip(1)
    energy = x[pick].exp().permute(2, 0, 1)  # (mels, picked, frames); one convolution group for each picked item
    padded = F.pad(energy, (kernel.shape[1] - 1, 0))
    wet = F.conv1d(padded, kernel[:, None], groups=len(seconds))
    x = x.clone()
    x[pick] = wet.permute(1, 2, 0).log()
    return x


def add_noise(x: Tensor, noise: np.ndarray, generator: torch.Generator, share: float = 0.35) -> Tensor:
    """Mix in noise, 3..30 dB below the speech. Mel energies are added, which is exact only on average.

    Args:
        noise: (frames, mels) of all noises, with more than PIECE frames.
        share: Probability that an item is changed.
    """
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
    """Change microphone and distance: a level of -16..+8 dB, a spectral tilt and a slow ripple over the bands."""
    batch, _, mels = x.shape
    band = torch.linspace(-1, 1, mels)[None, :]
    level = torch.empty(batch, 1).uniform_(-3.7, 1.8, generator=generator)
    tilt = torch.randn(batch, 1, generator=generator) * 0.5
    wave = torch.randn(batch, 1, generator=generator) * 0.3
    phase = torch.empty(batch, 1).uniform_(0, 6.3, generator=generator)
    return x + (level + tilt * band + wave * torch.sin(3 * band + phase))[:, None, :]


def limit_bandwidth(x: Tensor, generator: torch.Generator, share: float = 0.05) -> Tensor:
    """Imitate telephones and low bit rates: attenuate all above 3.3 to 4.2 kHz by 20 to 70 dB.

    The edge is drawn as a part of the bands; `share` is the probability of a change.
    """
    x = x.clone()
    mels = x.shape[2]
    for i in torch.nonzero(torch.rand(len(x), generator=generator) < share).flatten().tolist():
        edge = int(mels * float(torch.empty(1).uniform_(0.70, 0.79, generator=generator)))
        x[i, :, edge:] -= float(torch.empty(1).uniform_(20, 70, generator=generator)) * math.log(10) / 10
    return x


def mask(x: Tensor, lengths: Tensor, fill: Tensor, generator: torch.Generator, often: float = 1.0) -> Tensor:
    """Mask two bands and stretches of time of each item: SpecAugment (Park et al. 2019) without its time warp.

    Args:
        fill: (mels,) value of what is masked.
        often: Masked stretches of time per second.
    """
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
