"""Mix the channels of a recording to mono by their content, as a stream.

The plain mean of all channels loses speech: two channels of opposite phase cancel, and noise on one channel covers the
voice on another. Levels of speech move by more than 22 dB within seconds, since it has pauses; those of steady noise
(fans, rain, traffic) by less than 14. Of the channels, those that move like speech are averaged, with the sign that
makes them add up, and the rest are turned down.

All decisions are made for whole seconds of the recording, counted from its first sample, and never depend on how the
sound was cut into blocks.
"""

from collections.abc import Iterator

import numpy as np

_FRAMES_PER_SECOND = 50  # of which levels are measured
_BEFORE, _AFTER = 5, 5  # seconds around a second that decide on its weights
_FLOOR = 1e-8  # mean square; softer sound (-80 dBFS) is silence
_PEAK, _PAUSE = 98.0, 10.0  # percentiles of the level: speech, and the pauses between words
_STEADY, _SPEECH = 14.0, 22.0  # dB between them: noise below the first, speech above the second
_TURNED_DOWN = 0.05  # the most that a channel of steady noise weighs: a speaker in it is soft, but not lost
_BELOW_SPEECH = 50.0  # dB that such a channel stays below the speech at least
_OPPOSITE = 0.5  # correlation beyond which two channels have equal or opposite sign
_CENTRE_BELOW = 20.0  # dB below the loudest channel down to which the centre of a film has its dialogue


class ChannelMixer:
    """Turns (channels, n) blocks of one recording into mono, some seconds late.

    Args:
        channels: How many there are.
        rate: Sample rate in Hz.
        names: FFmpeg's names of the channels ("FL", "FC", "LFE"), where it knows them. Dialogue is in "FC".
        only: The number of the one channel to take, from 1; None: by content.
        live: Give the plain mean of the channels, at once.

    Attributes:
        turned_down: Channels, from 1, that hold steady noise and were turned down for a second or more.
        opposite: Whether channels had opposite phase.
    """

    def __init__(
        self, channels: int, rate: int, names: tuple[str, ...] = (), only: int | None = None, live: bool = False
    ) -> None:
        self.turned_down: set[int] = set()
        self.opposite = False
        self._only, self._live = only, live
        self._hop = max(1, rate // _FRAMES_PER_SECOND)
        self._second = self._hop * _FRAMES_PER_SECOND  # samples between two decisions
        self._centre = names.index("FC") if len(names) == channels > 2 and "FC" in names else None
        self._no_speech = [index for index, name in enumerate(names) if name == "LFE" and len(names) == channels > 2]
        self._pending = np.zeros((channels, 0), np.float32)  # not yet a whole second
        self._seconds: list[np.ndarray] = []  # (channels, second) not yet mixed
        self._levels: list[np.ndarray] = []  # (channels, frames) mean squares, of earlier seconds too
        self._products: list[np.ndarray] = []  # (channels, channels) sums of products of samples
        self._mixed = 0  # seconds of `_levels` that were mixed
        self._weights = np.full(channels, 1 / channels, np.float32)
        self._signs = np.ones(channels, np.float32)
        self._started = False

    def feed(self, samples: np.ndarray) -> Iterator[np.ndarray]:
        """Take (channels, n) float32, yield mono (m,) float32 blocks that are decided on."""
        if self._only is not None or len(samples) == 1:
            yield np.ascontiguousarray(samples[(self._only or 1) - 1])
            return
        if self._live:
            yield _weighted(samples, self._weights)
            return
        self._pending = np.concatenate([self._pending, samples], axis=1)
        while self._pending.shape[1] >= self._second:
            self._take(self._pending[:, : self._second].copy())
            self._pending = self._pending[:, self._second :]
            if len(self._seconds) > _AFTER:
                yield self._mix()

    def flush(self) -> Iterator[np.ndarray]:
        """Yield what is left; the recording ends here."""
        rest, self._pending = self._pending, self._pending[:, :0]
        if rest.shape[1]:
            self._take(rest)
        while self._seconds:
            yield self._mix()

    def _take(self, samples: np.ndarray) -> None:
        """Measure one second, or the rest at the end."""
        self._seconds.append(samples)
        whole = samples[:, : samples.shape[1] // self._hop * self._hop]
        frames = whole.reshape(len(samples), -1, self._hop)
        self._levels.append(np.square(frames, dtype=np.float64).mean(axis=2))
        exact = samples.astype(np.float64)
        self._products.append(exact @ exact.T)

    def _mix(self) -> np.ndarray:
        """Mix the oldest second that is left: from the weights of the second before to its own, in a straight line."""
        samples = self._seconds.pop(0)
        before = self._weights * self._signs
        self._decide(np.concatenate(self._levels, axis=1), np.sum(self._products, axis=0))
        after = self._weights * self._signs
        self._mixed += 1
        if self._mixed > _BEFORE:
            self._mixed -= 1
            del self._levels[0], self._products[0]
        if not self._started:
            before, self._started = after, True
        if (before == after).all():
            return _weighted(samples, after[:, None])
        share = (np.arange(samples.shape[1], dtype=np.float32) + 1) / np.float32(samples.shape[1])
        return _weighted(samples, before[:, None] + (after - before)[:, None] * share)

    def _decide(self, levels: np.ndarray, products: np.ndarray) -> None:
        """Set weights and signs by (channels, frames) mean squares and (channels, channels) sums of products.

        Where no channel moves like speech, the weights that were decided before stay.
        """
        if not levels.shape[1]:  # less than a frame
            return
        decibels = 10 * np.log10(np.maximum(levels, _FLOOR))
        peak, pause = np.percentile(decibels, (_PEAK, _PAUSE), axis=1)
        moving = peak - pause
        moving[self._no_speech] = 0.0
        if moving.max() >= _SPEECH:
            share = np.clip((moving - _STEADY) / (_SPEECH - _STEADY), _TURNED_DOWN, 1.0)
            centre = self._centre
            if centre is not None and moving[centre] >= _SPEECH and peak[centre] >= peak.max() - _CENTRE_BELOW:
                share[:] = _TURNED_DOWN
                share[centre] = 1.0
            down = share <= _TURNED_DOWN
            share[down] *= np.minimum(1.0, 10 ** ((peak[~down].max() - _BELOW_SPEECH - peak[down]) / 20) / _TURNED_DOWN)
            self._weights = (share / share.sum()).astype(np.float32)
            noise = down & (peak > 10 * np.log10(_FLOOR))
            self.turned_down |= {int(index) + 1 for index in np.flatnonzero(noise)}
        loudest = int(np.argmax(np.where(self._weights == self._weights.max(), peak, -np.inf)))
        self._signs = self._signs_of(products, loudest)
        self.opposite |= bool((self._signs < 0).any())

    def _signs_of(self, products: np.ndarray, reference: int) -> np.ndarray:
        """Return the signs by which channels add up with the reference; those that are unlike it keep theirs."""
        power = np.sqrt(np.maximum(np.diag(products), 1e-12))
        alike = products[reference] / (power * power[reference])
        signs = np.where(alike < -_OPPOSITE, -1, np.where(alike > _OPPOSITE, 1, self._signs * self._signs[reference]))
        return signs.astype(np.float32)


def _weighted(samples: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum (channels, n) samples by weights, channel by channel: one order of sums for any n."""
    mixed = samples[0] * weights[0]
    for row, weight in zip(samples[1:], weights[1:], strict=True):
        mixed = mixed + row * weight
    return mixed
