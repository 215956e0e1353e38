"""Spliced sentences: their labels still belong to their sound and speaker."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asr.training.acoustic.packs import Example
from asr.training.acoustic.splice import pieces, spliced


def utterance(words: list[int], speaker: str) -> Example:
    """Return an example in which a word w is w labels w, each of 3 frames of value w, followed by quiet frames of 0."""
    labels = np.repeat(words, words)
    ends = np.cumsum(words)[:-1].tolist()
    frames = np.append(np.repeat(labels, 3), np.zeros(1 + len(labels)))[:, None].astype(np.float16)
    return Example(frames, labels, "made", tuple((3 * n, n) for n in ends), speaker)


words = st.lists(st.integers(1, 6), min_size=1, max_size=8)


@given(words, st.integers(1, 5), st.integers(0, 99))
def test_pieces_are_the_whole_in_order(spoken: list[int], many: int, seed: int) -> None:
    item = utterance(spoken, "a")
    parts = pieces(item, np.random.default_rng(seed), many)
    assert len(parts) == min(many, len(spoken))
    assert np.array_equal(np.concatenate([frames for frames, _ in parts]), item.frames)
    assert np.concatenate([labels for _, labels in parts]).tolist() == item.labels.tolist()


@given(st.lists(st.tuples(words, st.sampled_from(["", "a", "b"])), min_size=1, max_size=8), st.integers(0, 99))
def test_labels_stay_with_their_sound_and_speaker(drawn: list[tuple[list[int], str]], seed: int) -> None:
    # Each speaker has other words: 10 and more for "a", 20 and more for "b".
    base = {"": 0, "a": 10, "b": 20}
    items = [utterance([word + base[speaker] for word in spoken], speaker) for spoken, speaker in drawn]
    made = spliced(items, 1.0, np.random.default_rng(seed))
    assert len(made) == len(items)
    for old, new in zip(items, made, strict=True):
        voiced = new.frames[:, 0][new.frames[:, 0] > 0]
        assert np.repeat(new.labels, 3).tolist() == voiced.tolist()
        assert {label // 10 for label in new.labels} == {label // 10 for label in old.labels}
        quiet = len(new.frames) - len(voiced)
        assert quiet <= 4 * (60 + 1 + len(new.labels))
        if not old.speaker:  # an unknown speaker: only its own words
            assert sorted(new.labels) == sorted(old.labels)


def test_a_share_is_spliced_and_makes_new_sentences() -> None:
    items = [utterance([a, b, c], str(a % 3)) for a in range(1, 7) for b in range(a) for c in range(b)]
    same = spliced(items, 0.0, np.random.default_rng(0))
    assert all(old is new for old, new in zip(items, same, strict=True))
    half = spliced(items, 0.5, np.random.default_rng(0))
    assert 12 < sum(old is new for old, new in zip(items, half, strict=True)) < 24
    there = {tuple(item.labels) for item in items}
    assert sum(tuple(item.labels) not in there for item in half) > 8
