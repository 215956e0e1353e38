"""A loudspeaker that plays when a test asks for it."""

import time

import numpy as np

from app.audio_io.player import Fill, Player

BLOCK = 0.1  # seconds asked for at a time, as a sound system does


class Loudspeaker:
    """What `Player` opens; `play` is the callback of a sound system that waits for sound to be ready."""

    def __init__(self, fill: Fill, player: Player) -> None:
        self._fill, self._player = fill, player
        self.closed = False

    def start(self) -> None:
        """Do nothing: `play` plays."""

    def stop(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        self.closed = True

    def play(self, seconds: float, rate: int = 16_000) -> np.ndarray:
        """Play so many seconds and return them, (n,) int16; silence where the sound is over."""
        blocks = []
        for size in np.diff([*range(0, round(seconds * rate), round(BLOCK * rate)), round(seconds * rate)]):
            deadline = time.monotonic() + 20
            while self._player.buffered < size / rate and not self._ended() and time.monotonic() < deadline:
                time.sleep(0.002)
            out = np.ones((int(size), 1), np.int16)
            self._fill(out, len(out), None, None)
            blocks.append(out[:, 0])
        return np.concatenate(blocks)

    def _ended(self) -> bool:
        return self._player._reader._complete
