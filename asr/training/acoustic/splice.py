"""New sentences from pieces of recordings: without them, texts that are read many times are memorised.

Recordings are cut between words, at the cut points of an alignment file, and put together in another order, also with
pieces of other recordings of the same speaker (after Lam et al. 2021, "On-the-fly aligned data augmentation for
sequence-to-sequence ASR", arXiv 2104.01393, who exchange single words). Pieces are joined without smoothing; some joins
have a pause, as in hesitant speech.
"""

import itertools
from collections import defaultdict

import numpy as np

from asr.training.acoustic.packs import Example

Piece = tuple[np.ndarray, np.ndarray]  # (frames, mels) and the labels (k,) in them


def pieces(item: Example, rng: np.random.Generator, count: int) -> list[Piece]:
    """Cut an utterance into `count` pieces in their order, or into fewer where it has fewer cut points."""
    chosen = sorted(rng.choice(len(item.cuts), min(count - 1, len(item.cuts)), replace=False))
    at = [(0, 0), *(item.cuts[i] for i in chosen), (len(item.frames), len(item.labels))]
    return [(item.frames[a:b], item.labels[m:n]) for (a, m), (b, n) in itertools.pairwise(at)]


def pause(item: Example, rng: np.random.Generator) -> Piece:
    """Make a pause of 0.05 to 0.6 s: frames drawn from the quietest tenth of an utterance, without labels."""
    loudness = item.frames.mean(1, dtype=np.float32)
    quiet = np.flatnonzero(loudness <= np.quantile(loudness, 0.1))
    return item.frames[rng.choice(quiet, rng.integers(5, 61))], item.labels[:0]


def spliced(items: list[Example], share: float, rng: np.random.Generator) -> list[Example]:
    """Replace a share of the items by spliced ones.

    A spliced item consists of 2 to 4 pieces in random order. Each piece is replaced with probability 0.5 by one of
    another utterance of the speaker, if the speaker is known; a pause precedes 30 % of the pieces.

    Args:
        items: Examples; those without cut points stay as they are.
        share: Probability that an item is spliced, 0 to 1.
        rng: Randomness of the choice.
    """
    by_speaker: dict[str, list[Example]] = defaultdict(list)
    for item in items:
        if item.speaker and item.cuts:
            by_speaker[item.speaker].append(item)
    made = []
    for item in items:
        if not item.cuts or rng.random() >= share:
            made.append(item)
            continue
        parts, same_speaker = pieces(item, rng, int(rng.integers(2, 5))), by_speaker[item.speaker]
        for i in range(len(parts)):
            if same_speaker and rng.random() < 0.5:
                others = pieces(same_speaker[rng.integers(len(same_speaker))], rng, len(parts))
                parts[i] = others[rng.integers(len(others))]
        order = [parts[i] for i in rng.permutation(len(parts))]
        chain = [piece for part in order for piece in ([pause(item, rng), part] if rng.random() < 0.3 else [part])]
        frames, labels = zip(*chain, strict=True)
        made.append(Example(np.concatenate(frames), np.concatenate(labels), item.corpus))
    return made
