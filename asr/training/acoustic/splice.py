"""Sentences that nobody said, by the voices that are there: what is heard fifty times is else learnt by heart.

Recordings are cut between words (asr.training.acoustic.align says where) and put together anew, pieces of one speaker
with each other (after Lam et al. 2021, "On-the-fly aligned data augmentation for sequence-to-sequence ASR", arXiv
2104.01393, who exchange single words). Nothing is smoothed where pieces meet, but some meet in a pause, as with
speakers who look for their words."""

import itertools
from collections import defaultdict

import numpy as np

from asr.training.acoustic.packs import Example

Piece = tuple[np.ndarray, np.ndarray]  # frames, and the labels said in them


def pieces(item: Example, rng: np.random.Generator, many: int) -> list[Piece]:
    """An utterance in `many` pieces, or as many as its cuts allow, in their order."""
    chosen = sorted(rng.choice(len(item.cuts), min(many - 1, len(item.cuts)), replace=False))
    at = [(0, 0), *(item.cuts[i] for i in chosen), (len(item.frames), len(item.labels))]
    return [(item.frames[a:b], item.labels[m:n]) for (a, m), (b, n) in itertools.pairwise(at)]


def pause(item: Example, rng: np.random.Generator) -> Piece:
    """0.05 to 0.6 s of the quietest tenth of an utterance's frames, drawn one by one; nothing is said in them."""
    loudness = item.frames.mean(1, dtype=np.float32)
    quiet = np.flatnonzero(loudness <= np.quantile(loudness, 0.1))
    return item.frames[rng.choice(quiet, rng.integers(5, 61))], item.labels[:0]


def spliced(items: list[Example], share: float, rng: np.random.Generator) -> list[Example]:
    """A share of the items in 2 to 4 pieces of another order, each of them, half of the time, another sentence's of
    the same speaker, if there is one, and before a third of them a pause; the rest as they are."""
    mates: dict[str, list[Example]] = defaultdict(list)
    for item in items:
        if item.speaker and item.cuts:
            mates[item.speaker].append(item)
    made = []
    for item in items:
        if not item.cuts or rng.random() >= share:
            made.append(item)
            continue
        parts, said = pieces(item, rng, int(rng.integers(2, 5))), mates[item.speaker]
        for i in range(len(parts)):
            if said and rng.random() < 0.5:
                others = pieces(said[rng.integers(len(said))], rng, len(parts))
                parts[i] = others[rng.integers(len(others))]
        order = [parts[i] for i in rng.permutation(len(parts))]
        chain = [piece for part in order for piece in ([pause(item, rng), part] if rng.random() < 0.3 else [part])]
        frames, labels = zip(*chain, strict=True)
        made.append(Example(np.concatenate(frames), np.concatenate(labels), item.corpus))
    return made
