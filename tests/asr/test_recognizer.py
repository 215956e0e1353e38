"""The law: words, times, confidences and state do not depend on how the sound was cut."""

import threading
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.benchmark import SAMPLE
from asr.acoustic.model_file import save
from asr.audio.media import read_file
from asr.decoding.beams import WordHypothesis
from asr.decoding.lexicon import digest
from asr.errors import ModelError
from asr.pipeline import transcribe
from asr.recognizer import Recognizer, State, give_back
from asr.updates import Word
from tests.tiny import nonsense, pronunciations

PIECE = st.tuples(st.sampled_from(["noise", "tone", "silence"]), st.integers(0, 9000), st.integers(0, 99))
SOUND = st.lists(PIECE, min_size=1, max_size=4)
SLOW = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


def sound_of(pieces) -> np.ndarray:
    """Bursts of noise, tones and silence -> (n,) float32."""
    made = [np.zeros(0)]
    for kind, length, seed in pieces:
        noise = np.random.default_rng(seed).normal(0, 0.02 + seed / 300, length)
        tone = 0.3 * np.sin(2 * np.pi * (100 + 40 * seed) * np.arange(length) / 16_000)
        made.append({"noise": noise, "tone": tone, "silence": np.zeros(length)}[kind])
    return np.concatenate(made).astype(np.float32)


SPEECH = sound_of(
    [("noise", 6000, 50), ("tone", 5000, 20), ("noise", 7000, 80), ("silence", 2000, 0), ("noise", 9000, 9)]
)


def leaves(value) -> list:
    """Every array and number in a state, in order."""
    if is_dataclass(value) and not isinstance(value, Word):
        return [leaf for f in fields(value) for leaf in leaves(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [leaf for part in value for leaf in leaves(part)]
    if isinstance(value, torch.Tensor):
        return [(value.dtype, tuple(value.shape), value.numpy().tobytes())]
    if isinstance(value, np.ndarray):
        return [(value.dtype, value.shape, value.tobytes())]
    return [value]


def hear(recognizer: Recognizer, chunks, state: State | None = None):
    """State, final words before the end, and what was told: (seconds, partial) where a chunk changed it."""
    state = state or recognizer.start()
    words, told = [], []
    for chunk in chunks:
        state, update = recognizer.step(state, chunk)
        if update:
            words += update.words
            told.append((update.seconds, update.partial))
    return state, words, told


def check_cuts(recognizer: Recognizer, sound: np.ndarray, cuts: list[int]) -> None:
    whole, words, told = hear(recognizer, [sound])
    cut, words_cut, told_cut = hear(recognizer, np.split(sound, cuts))
    assert words == words_cut
    assert whole.partial == cut.partial
    assert leaves(whole) == leaves(cut)
    assert recognizer.finish(whole) == recognizer.finish(cut)
    # The partial that stood at any second is one that blocks of the network's own size would have shown.
    _, _, steps = hear(recognizer, np.split(sound, range(160, len(sound), 160)))
    history = {partial for _, partial in steps} | {()}
    assert {partial for _, partial in told + told_cut} <= history


@settings(max_examples=25, **SLOW)
@given(SOUND, st.data())
def test_however_the_sound_is_cut(tiny: Recognizer, pieces, data) -> None:
    sound = sound_of(pieces)
    cuts = data.draw(st.lists(st.integers(0, len(sound)), max_size=12).map(sorted))
    single = data.draw(st.integers(0, len(sound)))
    check_cuts(tiny, sound, sorted([*cuts, *(min(single + i, len(sound)) for i in (0, 0, 1, 2))]))


@settings(max_examples=5, **SLOW)
@given(SOUND, st.data())
def test_however_the_sound_is_cut_with_the_shipped_model(shipped: Recognizer, pieces, data) -> None:
    sound = sound_of(pieces)
    check_cuts(shipped, sound, data.draw(st.lists(st.integers(0, len(sound)), max_size=8).map(sorted)))


def endpoints(recognizer: Recognizer, chunks) -> list[int]:
    """How many words are final at each endpoint."""
    words, found = 0, []
    for update in transcribe(recognizer, chunks):
        words += len(update.words)
        if update.endpoint:
            found.append(words)
    return found


@settings(max_examples=5, **SLOW)
@given(st.lists(st.integers(0, 150_000), max_size=3).map(sorted))
@pytest.mark.slow
def test_endpoints_stand_behind_the_same_words_however_the_sound_is_cut(shipped: Recognizer, cuts) -> None:
    said = np.concatenate(list(read_file(SAMPLE, 16_000)))[:32_000]
    sound = np.tile(np.concatenate([said, np.zeros(18_000, np.float32)]), 3)
    once = endpoints(shipped, np.split(sound, range(160, len(sound), 160)))
    assert len(set(once)) > 2
    assert endpoints(shipped, np.split(sound, cuts)) == once


def test_words_part_where_the_first_of_them_ends(tiny: Recognizer) -> None:
    """Beams that agree on a word may begin the next one before the likeliest of them ends it."""
    found = [WordHypothesis(3, 10, 20, 0.5), WordHypothesis(4, 18, 25, 0.5), WordHypothesis(5, 19, 22, 0.5)]
    words, told = tiny._words(found, 12)
    check_words(words, 10.0)
    assert told == 26 and words == tiny._words([replace(found[0], begin=13), replace(found[1], begin=21),
                                                replace(found[2], begin=26, end=26)], -1)[0]  # fmt: skip
    assert tiny._words(found[:1], -1)[0][0].start == words[0].start - 3 * tiny.config.output_seconds


def test_the_tiny_recogniser_says_enough_to_test(tiny: Recognizer) -> None:
    updates = list(transcribe(tiny, np.split(SPEECH, 20)))
    assert len([w for u in updates for w in u.words]) > 5
    assert len({u.partial for u in updates}) > 2


def test_partials_come_at_the_same_seconds(tiny: Recognizer) -> None:
    """Chunks of a divisor of the block: the update comes with the chunk that completes the block."""
    reach, block = tiny.config.block_reach, tiny.config.block_samples
    cuts = list(range(reach, len(SPEECH), block))
    _, words, told = hear(tiny, np.split(SPEECH, cuts))
    finer = sorted({*cuts, *range(1000, len(SPEECH), 1777)})
    _, words_fine, told_fine = hear(tiny, np.split(SPEECH, finer))
    assert (words, told) == (words_fine, told_fine)


def test_step_writes_into_nothing_and_old_states_stay_valid(tiny: Recognizer) -> None:
    parts = np.split(SPEECH, [7000, 14_000, 21_000])
    states = [tiny.start()]
    for part in parts:
        before, samples = leaves(states[-1]), part.copy()
        states.append(tiny.step(states[-1], part)[0])
        tiny.finish(states[-2])
        assert leaves(states[-2]) == before
        assert np.array_equal(part, samples)
    for state, part, after in zip(states, parts, states[1:], strict=False):
        assert leaves(tiny.step(state, part)[0]) == leaves(after)


def test_finish_at_any_moment_changes_nothing_later(tiny: Recognizer) -> None:
    state, words = tiny.start(), []
    for part in np.split(SPEECH, 5):
        state, update = tiny.step(state, part)
        words += update.words if update else ()
        tiny.finish(state)
    plain, plain_words, _ = hear(tiny, [SPEECH])
    assert leaves(state) == leaves(plain) and words == plain_words


def test_the_state_does_not_share_the_callers_memory(tiny: Recognizer) -> None:
    part = SPEECH[:3000].copy()
    state, _ = tiny.step(tiny.start(), part)
    before = leaves(state)
    part[:] = 9
    assert leaves(state) == before


def test_two_streams_and_two_threads_do_not_mix(tiny: Recognizer) -> None:
    sounds = [SPEECH[:12_000], SPEECH[8000:20_000]]
    alone = [leaves(hear(tiny, np.split(sound, 4))[0]) for sound in sounds]
    states = [tiny.start(), tiny.start()]
    for pair in zip(*(np.split(sound, 4) for sound in sounds), strict=True):
        states = [tiny.step(state, part)[0] for state, part in zip(states, pair, strict=True)]
    assert [leaves(state) for state in states] == alone
    assert alone[0] != alone[1]

    found: dict[int, list] = {}

    def run(i: int) -> None:
        found[i] = leaves(hear(tiny, np.split(sounds[i], 4))[0])

    threads = [threading.Thread(target=run, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[0], found[1]] == alone


def size(state: State) -> int:
    return sum(len(leaf[2]) for leaf in leaves(state) if isinstance(leaf, tuple))


def test_ten_hours_on(tiny: Recognizer) -> None:
    """The state does not grow, and times are still exact multiples of half a row."""
    c = tiny.config
    state, _, _ = hear(tiny, np.split(SPEECH, 8))
    rows = round(36_000 / c.output_seconds)
    blocks = rows // (c.block * c.rows_per_step)
    first = state.decoder.beams
    moved = replace(first, **{name: getattr(first, name) + rows for name in ("begin", "begins", "ends")})
    state = replace(
        state, heard=state.heard + 36_000 * c.rate, blocks=state.blocks + blocks,
        decoder=replace(state.decoder, row=state.decoder.row + rows, beams=moved),
    )  # fmt: skip
    search = tiny._decoder.search
    beam = 10 * 8 + search.max_open_words * (3 * 8 + 4)
    bound = search.beam_size * beam + c.block_reach * 4 + size(tiny.start())
    words, last = [], ()
    for part in np.split(np.tile(SPEECH, 2)[:57_600], 12):
        state, update = tiny.step(state, part)
        assert size(state) <= bound
        if update:
            words += update.words
            last = update.partial
    assert len(words) > 3
    for word in (*words, *last):
        assert 35_999 < word.start < word.end <= state.heard / c.rate
        for time in (word.start, word.end):
            assert time == round(round(time / c.output_seconds * 2) * c.output_seconds / 2, 3)


def check_words(words, seconds: float) -> None:
    for word in words:
        assert 0 <= word.start < word.end <= seconds
        assert 0 <= word.confidence <= 1
    for one, two in pairwise(words):
        assert one.end <= two.start


@pytest.mark.parametrize("length", [400, 1000, 1361, 5359, 5360, 5361, 9111, 10_480, 12_345])
def test_words_lie_in_order_inside_the_sound(tiny: Recognizer, length: int) -> None:
    state, words, _ = hear(tiny, [SPEECH[:length]])
    check_words((*words, *state.partial), length / 16_000)
    end = tiny.finish(state)
    assert end.endpoint and not end.partial and end.seconds == length / 16_000
    check_words((*words, *end.words), length / 16_000)


def test_the_end_is_silence_and_the_same_step(tiny: Recognizer) -> None:
    """Nothing said near the end is lost: finish tells what the stream would after a block or two of silence."""
    for length in (9000, 10_479, 10_480, 11_903):
        state, words, _ = hear(tiny, [SPEECH[:length]])
        ended = [*words, *tiny.finish(state).words]
        c = tiny.config
        blocks = -(-(length + c.lookahead * c.stride * c.hop) // c.block_samples)
        padded = np.concatenate([SPEECH[:length], np.zeros((blocks - 1) * c.block_samples + c.block_reach - length)])
        late, more, _ = hear(tiny, [padded.astype(np.float32)])
        closed, _ = tiny._words(tiny._decoder.close(late.decoder), late.told)
        assert [w.text for w in ended] == [w.text for w in (*more, *closed)]
        assert late.decoder.row >= length / 16_000 / c.output_seconds
        assert ended


@pytest.mark.parametrize("length", [0, 1, 399])
def test_less_than_a_frame_is_no_word(tiny: Recognizer, length: int) -> None:
    (update,) = transcribe(tiny, [SPEECH[:length]])
    assert (update.words, update.partial, update.seconds, update.endpoint) == ((), (), length / 16_000, True)


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.02])
def test_silence_and_noise_alone_are_no_words(shipped: Recognizer, level: float) -> None:
    sound = np.random.default_rng(1).normal(0, level, 48_000).astype(np.float32)
    for update in transcribe(shipped, np.split(sound, 10)):
        assert not update.words


@pytest.mark.parametrize(
    "samples",
    [np.zeros(3), np.zeros((2, 3), np.float32),
     *(np.array([0, value], np.float32) for value in (np.nan, np.inf, -np.inf, 1e20, -1e9))],
)  # fmt: skip
def test_what_is_no_sound_is_refused(tiny: Recognizer, samples) -> None:
    with pytest.raises(ValueError):
        tiny.step(tiny.start(), samples)


def test_a_lexicon_with_another_text_s_language_model_is_refused(tiny: Recognizer, tmp_path) -> None:
    save(tmp_path / "model.safetensors", tiny._model, "tiny-1")
    lexicon, language = nonsense(list(pronunciations()))
    language.save(tmp_path / "ngram_lm.safetensors")
    lexicon.save(tmp_path / "lexicon.safetensors")
    Recognizer.load(tmp_path)
    nonsense(list(pronunciations(20)))[0].save(tmp_path / "lexicon.safetensors")
    with pytest.raises(ModelError, match=r"the one has 2\d words, the other 3\d"):
        Recognizer.load(tmp_path)


def test_a_language_model_of_other_words_is_refused(tiny: Recognizer, tmp_path) -> None:
    save(tmp_path / "model.safetensors", tiny._model, "tiny-1")
    lexicon, language = nonsense(list(pronunciations()))
    lexicon.save(tmp_path / "lexicon.safetensors")
    replace(language, words=digest(lexicon.words)).save(tmp_path / "ngram_lm.safetensors")
    Recognizer.load(tmp_path)
    replace(language, words=digest([*lexicon.words[:-1], "other"])).save(tmp_path / "ngram_lm.safetensors")
    with pytest.raises(ModelError, match="of other words"):
        Recognizer.load(tmp_path)


@pytest.mark.parametrize("library", [object(), None])
def test_another_c_library_needs_not_give_memory_back(library, monkeypatch) -> None:
    def load(name):
        if library is None:
            raise OSError
        return library

    monkeypatch.setattr("ctypes.CDLL", load)
    give_back()


def test_the_loudest_sound_there_may_be_is_heard(tiny: Recognizer) -> None:
    *_, last = transcribe(tiny, [SPEECH / np.abs(SPEECH).max() * np.float32(0.99e9)])
    assert last.endpoint
