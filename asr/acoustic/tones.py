"""Tell tones from speech, as a stream: words that are recognised in tones are none.

The network has learnt from speech alone, and makes words of plucked notes and of a buzz. What they lack is that speech
never stays as it is: from one frame to the next, ten milliseconds later, the bands that carry most of its energy change
against each other. Of a tone, however it is coloured, fades or is switched on and off, they rise and fall together. So
the change of a frame is the mean absolute difference of the strongest bands from the frame before, less what they have
in common; and sound is a tone where the median change of its loudest frames is small. What is softer than the strongest
bands does not count, so a tone in a noisy room is one, too.

Steps take the frames of whole blocks of the network, so no decision depends on how the sound was cut.
"""

from dataclasses import dataclass

import numpy as np

KEPT = 1500  # frames that are remembered; most words become final sooner
STRONGEST = 3.0  # ln of the energy of the strongest band over that of the weakest that counts
LOUDEST = 4.6  # ln of the energy of the loudest frame over that of the softest that counts
NEAR = (20, 20)  # frames before and after a word that count as its own: its times are those of the network's peaks
AROUND = (150, 50)  # frames before and after it that are looked at, too
# ln of energy. Spans of 0.2 s of the buzz and the plucked notes that become words have at most 0.012; with
# noise 40 dB softer 0.013, 30 dB softer 0.029. Of speech (151 minutes) the lowest are the vowels that one learner holds
# for half a second each, 0.041, and a hum before the words of another, 0.040; then 0.063.
LEAST_CHANGE = 0.025


@dataclass(frozen=True)
class Changes:
    """How the sound of a stream changed lately, frame by frame. Before the stream it is silent."""

    frames: int  # of the stream so far
    last: np.ndarray  # (mels,) float32, the frame before the next one
    changes: np.ndarray  # (KEPT,) float32, of the last frames
    levels: np.ndarray  # (KEPT,) float32, ln of the mean energy of their bands


def begin(mels: int) -> Changes:
    """Return what is known before any sound."""
    return Changes(0, np.zeros(mels, np.float32), np.zeros(KEPT, np.float32), np.full(KEPT, -np.inf, np.float32))


def listen(state: Changes, frames: np.ndarray) -> Changes:
    """Take in the next (n, mels) float32 log-mel frames of a stream."""
    pairs = np.concatenate([state.last[None], frames])
    differences, upper = np.diff(pairs, axis=0), np.maximum(pairs[1:], pairs[:-1])
    strong = (upper > upper.max(1, keepdims=True) - STRONGEST).astype(np.float32)
    counts = strong.sum(1, keepdims=True)
    common = (differences * strong).sum(1, keepdims=True) / counts
    changes = (np.abs(differences - common) * strong).sum(1) / counts[:, 0]
    levels = np.log(np.exp(frames).mean(1))
    return Changes(
        state.frames + len(frames),
        frames[-1].copy(),
        np.concatenate([state.changes, changes])[-KEPT:],
        np.concatenate([state.levels, levels])[-KEPT:],
    )


def is_tone(state: Changes, first: int, end: int) -> bool:
    """Return whether a word in the frames [first, end) of the stream was recognised in a tone.

    Sound that is no longer remembered, or has not come yet, is not looked at.
    """
    oldest = state.frames - KEPT
    for before, after in (NEAR, AROUND):
        part = slice(max(first - before, oldest, 0) - oldest, max(end + after - oldest, 0))
        changes, levels = state.changes[part], state.levels[part]
        if not len(changes) or np.median(changes[levels > levels.max() - LOUDEST]) >= LEAST_CHANGE:
            return False
    return True
