"""Checks of decoded samples that every source shares."""

from collections.abc import Iterator

import numpy as np

MAX_SAMPLE = 1e9  # samples are -1..1, or -32768..32767 by mistake; the energy of one much larger is infinite in float32
NOT_A_SAMPLE = f"NaN, infinite, or {MAX_SAMPLE:g} and more"


def nonempty(samples: np.ndarray) -> Iterator[np.ndarray]:
    """Yield (n,) samples unless there are none."""
    if len(samples):
        yield samples


def good_samples(samples: np.ndarray) -> int:
    """Count the samples before the first that is NaN, infinite or far too large."""
    fine = np.abs(samples) < MAX_SAMPLE
    return len(samples) if fine.all() else int(np.argmin(fine))
