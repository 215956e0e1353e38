"""Sounds and checks for streams: the law that results do not depend on how the sound is cut."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from hypothesis import HealthCheck
from hypothesis import strategies as st

from asr.recognizer import Recognizer, State
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Word

Burst = tuple[str, int, int]  # kind of sound, samples, seed

BURST = st.tuples(st.sampled_from(["noise", "tone", "silence"]), st.integers(0, 9000), st.integers(0, 99))
BURSTS = st.lists(BURST, min_size=1, max_size=4)
SLOW: dict[str, Any] = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


def sound_of(bursts: Sequence[Burst]) -> np.ndarray:
    """Return bursts of noise, tones and silence as (n,) float32 at 16 kHz."""
    parts = [np.zeros(0)]
    for kind, length, seed in bursts:
        noise = np.random.default_rng(seed).normal(0, 0.02 + seed / 300, length)
        tone = 0.3 * np.sin(2 * np.pi * (100 + 40 * seed) * np.arange(length) / 16_000)
        parts.append({"noise": noise, "tone": tone, "silence": np.zeros(length)}[kind])
    return np.concatenate(parts).astype(np.float32)


# A sound in which the recogniser of tests/support/recognition/tiny.py finds many words.
SPEECH = sound_of(
    [("noise", 6000, 50), ("tone", 5000, 20), ("noise", 7000, 80), ("silence", 2000, 0), ("noise", 9000, 9)]
)


def leaves(value: Any) -> list[Any]:
    """Return every array and number in a state, in order, in a form that `==` compares to the bit."""
    if is_dataclass(value) and not isinstance(value, Word):
        return [leaf for f in fields(value) for leaf in leaves(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [leaf for part in value for leaf in leaves(part)]
    if isinstance(value, torch.nn.Module):  # a network never changes: the same tensors are the same network
        return sorted(weight.data_ptr() for weight in value.parameters())
    if isinstance(value, torch.Tensor):
        return [(value.dtype, tuple(value.shape), value.numpy().tobytes())]
    if isinstance(value, np.ndarray):
        return [(value.dtype, value.shape, value.tobytes())]
    return [value]


def run_stream(
    recognizer: Recognizer, chunks: Iterable[np.ndarray], options: StreamOptions = DEFAULT_OPTIONS
) -> tuple[State, list[Word], list[tuple[float, tuple[Word, ...]]]]:
    """Step through a stream that does not end.

    Returns:
        The last state, the final words, and (seconds, partial) of each update.
    """
    state = recognizer.start(options)
    words: list[Word] = []
    partials: list[tuple[float, tuple[Word, ...]]] = []
    for chunk in chunks:
        state, update = recognizer.step(state, chunk)
        if update:
            words += update.words
            partials.append((update.seconds, update.partial))
    return state, words, partials


def check_cuts(
    recognizer: Recognizer, sound: np.ndarray, cuts: Sequence[int], options: StreamOptions = DEFAULT_OPTIONS
) -> None:
    """Check that a sound gives the same words and state whether it is cut at `cuts` (sample numbers) or not."""
    whole, words, partials = run_stream(recognizer, [sound], options)
    cut, words_cut, partials_cut = run_stream(recognizer, np.split(sound, cuts), options)
    assert words == words_cut
    assert whole.partial == cut.partial
    assert leaves(whole) == leaves(cut)
    assert recognizer.finish(whole) == recognizer.finish(cut)
    # The partial at any second is one that blocks of the network's own size would have shown.
    _, _, steps = run_stream(recognizer, np.split(sound, range(160, len(sound), 160)), options)
    history = {partial for _, partial in steps} | {()}
    assert {partial for _, partial in partials + partials_cut} <= history


def check_words(words: Sequence[Word], seconds: float) -> None:
    """Check that words are in order, do not overlap, and lie within the first `seconds` of a stream."""
    for word in words:
        assert 0 <= word.start < word.end <= seconds
        assert 0 <= word.confidence <= 1
    for word, following in pairwise(words):
        assert word.end <= following.start
