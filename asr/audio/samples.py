"""Checks of decoded samples, shared by all sources."""

from collections.abc import Iterator

import numpy as np

# Samples are -1..1, or -32768..32767 by mistake. The energy of a much larger one is infinite in float32.
MAX_SAMPLE = 1e9
INVALID_SAMPLE = f"NaN, infinite, or {MAX_SAMPLE:g} and more"


def nonempty(samples: np.ndarray) -> Iterator[np.ndarray]:
    """Yield (n,) samples unless n is 0."""
    if len(samples):
        yield samples


def count_valid(samples: np.ndarray) -> int:
    """Count the samples before the first that is NaN, infinite or far too large, in (n,) float."""
    valid = np.abs(samples) < MAX_SAMPLE
    return len(samples) if valid.all() else int(np.argmin(valid))
