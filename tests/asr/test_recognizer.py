"""Words, times, confidences and state do not depend on how the sound is cut, and a step changes nothing it is given."""

import ast
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from app.cli.benchmark import SAMPLE
from asr.acoustic.model_file import save
from asr.audio.media import read_file
from asr.decoding.beams import NEVER, WordHypothesis
from asr.decoding.biasing import PRONOUNCE
from asr.decoding.compiled.acceleration import UNCOMPILED
from asr.decoding.merging import group
from asr.errors import ModelError
from asr.language.lexicon import Lexicon, digest
from asr.limits import LIMITS
from asr.pipeline import transcribe
from asr.recognizer import FILES, FORMATTER, LEXICON, MODEL, NEURAL_LM, Recognizer, State, release_freed_memory
from asr.stream_options import DEFAULT_OPTIONS, ENDPOINTS, StreamOptions
from asr.updates import Word, text_of, utterances_of
from tests.support.programs.scripts import ROOT
from tests.support.recognition.damage import recognises, save_tiny_model
from tests.support.recognition.streams import (
    BURSTS,
    SLOW,
    SPEECH,
    Burst,
    check_cuts,
    check_words,
    leaves,
    run_stream,
    sound_of,
)
from tests.support.recognition.tiny import nonsense, pronunciations, tiny_recognizer


@settings(max_examples=25, **SLOW)
@given(BURSTS, st.data())
@pytest.mark.slow
def test_however_the_sound_is_cut(tiny: Recognizer, bursts: list[Burst], data: st.DataObject) -> None:
    sound = sound_of(bursts)
    cuts = data.draw(st.lists(st.integers(0, len(sound)), max_size=12))
    single = data.draw(st.integers(0, len(sound)))
    check_cuts(tiny, sound, sorted([*cuts, *(min(single + i, len(sound)) for i in (0, 0, 1, 2))]))


UNDECIDED = SPEECH[:22_000]  # at whose end the beam holds several sequences of words


@settings(max_examples=8, **SLOW)
@given(st.lists(st.integers(0, len(UNDECIDED)), max_size=8).map(sorted))
@pytest.mark.slow
def test_however_the_sound_is_cut_with_alternatives(tiny: Recognizer, cuts: list[int]) -> None:
    options = StreamOptions(alternatives=3)
    check_cuts(tiny, UNDECIDED, cuts, options)
    updates, plain = (list(transcribe(tiny, np.split(UNDECIDED, cuts), o)) for o in (options, DEFAULT_OPTIONS))
    assert [replace(w, alternatives=()) for u in updates for w in u.words] == [w for u in plain for w in u.words]
    assert any(word.alternatives for update in updates for word in update.words)
    for update in updates:
        assert bool(update.readings) <= update.endpoint and len(update.readings) <= 3
        assert not update.readings or update.readings[0].text == text_of(update.words)
        assert all(len(w.alternatives) <= 3 and w.text not in [o.text for o in w.alternatives] for w in update.words)
    (utterance,) = utterances_of(updates)
    assert utterance.readings[0].text == utterance.text and len(utterance.readings) == 3


@settings(max_examples=5, **SLOW)
@given(BURSTS, st.data())
def test_however_the_sound_is_cut_with_the_shipped_model(
    shipped: Recognizer, bursts: list[Burst], data: st.DataObject
) -> None:
    sound = sound_of(bursts)
    check_cuts(shipped, sound, sorted(data.draw(st.lists(st.integers(0, len(sound)), max_size=8))))


def endpoints(
    recognizer: Recognizer, chunks: Iterable[np.ndarray], options: StreamOptions = DEFAULT_OPTIONS
) -> list[int]:
    """Return the number of final words at each endpoint."""
    words = 0
    counts: list[int] = []
    for update in transcribe(recognizer, chunks, options):
        words += len(update.words)
        if update.endpoint:
            counts.append(words)
    return counts


@pytest.fixture(scope="module")
def pausing(tiny: Recognizer) -> Recognizer:
    """The tiny recogniser with blanks in silence."""
    return tiny_recognizer(tiny._decoder.search, pausing=True)


# Bursts of speech with pauses of 0.2 to 2.5 s, so that each endpoint rule closes some of them.
WITH_PAUSES = np.concatenate(
    [
        part
        for i, seconds in enumerate((0.2, 0.6, 1.2, 2.5))
        for part in (SPEECH[6000 + 1000 * i : 16_000], np.zeros(round(seconds * 16_000), np.float32))
    ]
)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@settings(max_examples=4, **SLOW)
@given(cuts=st.lists(st.integers(0, len(WITH_PAUSES)), max_size=6).map(sorted))
@pytest.mark.slow
def test_each_endpoint_rule_gives_the_same_however_the_sound_is_cut(
    pausing: Recognizer, endpoint: str, cuts: list[int]
) -> None:
    options = StreamOptions(endpoint=endpoint)
    check_cuts(pausing, WITH_PAUSES, cuts, options)
    whole = endpoints(pausing, [WITH_PAUSES], options)
    assert endpoints(pausing, np.split(WITH_PAUSES, cuts), options) == whole


def test_a_longer_endpoint_rule_closes_fewer_utterances(pausing: Recognizer) -> None:
    counts = {rule: len(endpoints(pausing, [WITH_PAUSES], StreamOptions(endpoint=rule))) for rule in ENDPOINTS}
    assert counts == {"short": 5, "normal": 4, "long": 2}  # the end of the stream is one of them


@settings(max_examples=5, **SLOW)
@given(st.lists(st.integers(0, 150_000), max_size=3).map(sorted))
@pytest.mark.slow
def test_endpoints_come_after_the_same_words_however_the_sound_is_cut(shipped: Recognizer, cuts: list[int]) -> None:
    speech = np.concatenate(list(read_file(SAMPLE, 16_000)))[:32_000]
    sound = np.tile(np.concatenate([speech, np.zeros(18_000, np.float32)]), 3)
    whole = endpoints(shipped, np.split(sound, range(160, len(sound), 160)))
    assert len(set(whole)) > 2
    assert endpoints(shipped, np.split(sound, cuts)) == whole


def test_the_engine_reads_no_clock() -> None:
    """Time is counted in frames: no module of asr imports `time` or `datetime`, training aside."""
    files = [file for file in (ROOT / "asr").rglob("*.py") if "training" not in file.parts]
    assert len(files) > 20
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"time", "datetime"} & set(names), file


def test_final_words_only_grow_and_the_partial_comes_after_them(tiny: Recognizer) -> None:
    """At each update, the final words so far and the partial are in order and within the sound."""
    sound = np.tile(SPEECH, 2)
    words: list[Word] = []
    for update in transcribe(tiny, np.array_split(sound, 60)):
        words += update.words
        check_words([*words, *update.partial], update.seconds)
    assert len(words) > 10


def test_a_word_begins_after_the_word_before_it(tiny: Recognizer) -> None:
    """Hypotheses that agree on a word may begin the next one before the best hypothesis ends it."""
    first, second, third = (
        WordHypothesis(3, 10, 20, 0.5, 0.5),
        WordHypothesis(4, 18, 25, 0.5, 0.5),
        WordHypothesis(5, 19, 22, 0.5, 0.5),
    )
    words, last_row = tiny._words([first, second, third], 12)
    check_words(words, 10.0)
    moved = [replace(first, first_row=13), replace(second, first_row=21), replace(third, first_row=26, last_row=26)]
    assert last_row == 26 and words == tiny._words(moved, -1)[0]
    assert tiny._words([first], -1)[0][0].start == words[0].start - 3 * tiny.config.output_seconds


def test_the_tiny_recogniser_finds_enough_words_to_test(tiny: Recognizer) -> None:
    updates = list(transcribe(tiny, np.split(SPEECH, 20)))
    assert len([w for u in updates for w in u.words]) > 5
    assert len({u.partial for u in updates}) > 2


def test_partials_come_at_the_same_seconds(tiny: Recognizer) -> None:
    """Chunks of a divisor of the block: the update comes with the chunk that completes the block."""
    reach, block = tiny.config.block_reach, tiny.config.block_samples
    cuts = list(range(reach, len(SPEECH), block))
    _, words, partials = run_stream(tiny, np.split(SPEECH, cuts))
    finer = sorted({*cuts, *range(1000, len(SPEECH), 1777)})
    _, words_fine, partials_fine = run_stream(tiny, np.split(SPEECH, finer))
    assert (words, partials) == (words_fine, partials_fine)


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
    state = tiny.start()
    words: list[Word] = []
    for part in np.split(SPEECH, 5):
        state, update = tiny.step(state, part)
        words += update.words if update else ()
        tiny.finish(state)
    plain, plain_words, _ = run_stream(tiny, [SPEECH])
    assert leaves(state) == leaves(plain) and words == plain_words


def test_the_state_does_not_share_the_callers_memory(tiny: Recognizer) -> None:
    part = SPEECH[:3000].copy()
    state, _ = tiny.step(tiny.start(), part)
    before = leaves(state)
    part[:] = 9
    assert leaves(state) == before


def test_two_streams_and_two_threads_do_not_mix(tiny: Recognizer) -> None:
    sounds = [SPEECH[:12_000], SPEECH[8000:20_000]]
    alone = [leaves(run_stream(tiny, np.split(sound, 4))[0]) for sound in sounds]
    states = [tiny.start(), tiny.start()]
    for pair in zip(*(np.split(sound, 4) for sound in sounds), strict=True):
        states = [tiny.step(state, part)[0] for state, part in zip(states, pair, strict=True)]
    assert [leaves(state) for state in states] == alone
    assert alone[0] != alone[1]

    results: dict[int, list[Any]] = {}

    def run(i: int) -> None:
        results[i] = leaves(run_stream(tiny, np.split(sounds[i], 4))[0])

    threads = [threading.Thread(target=run, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [results[0], results[1]] == alone


def size(state: State) -> int:
    """Return the bytes of all arrays in a state."""
    return sum(len(leaf[2]) for leaf in leaves(state) if isinstance(leaf, tuple))


def test_after_ten_hours(tiny: Recognizer) -> None:
    """The state does not grow, and times are exact multiples of half a row."""
    c = tiny.config
    state, _, _ = run_stream(tiny, np.split(SPEECH, 8))
    rows = round(36_000 / c.output_seconds)
    blocks = rows // (c.block * c.rows_per_step)
    beams, histories = state.decoder.beams, state.decoder.histories
    beams = replace(beams, first_row=beams.first_row + rows)
    histories = replace(histories, first_rows=histories.first_rows + rows, last_rows=histories.last_rows + rows)
    state = replace(
        state,
        samples_consumed=state.samples_consumed + 36_000 * c.rate,
        blocks=state.blocks + blocks,
        decoder=replace(state.decoder, row=state.decoder.row + rows, beams=beams, histories=histories),
    )
    search = tiny._decoder.search
    beam = 13 * 8 + search.max_open_words * 4 * 4
    bound = search.beam_size * beam + c.block_reach * 4 + size(tiny.start())
    words: list[Word] = []
    last: tuple[Word, ...] = ()
    for part in np.split(np.tile(SPEECH, 2)[:57_600], 12):
        state, update = tiny.step(state, part)
        assert size(state) <= bound
        if update:
            words += update.words
            last = update.partial
    assert len(words) > 3
    for word in (*words, *last):
        assert 35_999 < word.start < word.end <= state.samples_consumed / c.rate
        for time in (word.start, word.end):
            assert time == round(round(time / c.output_seconds * 2) * c.output_seconds / 2, 3)


@pytest.mark.parametrize("length", [400, 1000, 1361, 5359, 5360, 5361, 9111, 10_480, 12_345])
def test_words_lie_in_order_inside_the_sound(tiny: Recognizer, length: int) -> None:
    state, words, _ = run_stream(tiny, [SPEECH[:length]])
    check_words((*words, *state.partial), length / 16_000)
    end = tiny.finish(state)
    assert end.endpoint and not end.partial and end.seconds == length / 16_000
    check_words((*words, *end.words), length / 16_000)


def test_the_end_is_silence_and_the_same_step(tiny: Recognizer) -> None:
    """No word near the end is lost: `finish` gives what the stream would after a block or two of silence."""
    for length in (9000, 10_479, 10_480, 11_903):
        state, words, _ = run_stream(tiny, [SPEECH[:length]])
        ended = [*words, *tiny.finish(state).words]
        c = tiny.config
        blocks = -(-(length + c.lookahead * c.stride * c.hop) // c.block_samples)
        padded = np.concatenate([SPEECH[:length], np.zeros((blocks - 1) * c.block_samples + c.block_reach - length)])
        late, more, _ = run_stream(tiny, [padded.astype(np.float32)])
        closed, _ = tiny._words(tiny._decoder.close(late.decoder), late.last_final_row)
        assert [w.text for w in ended] == [w.text for w in (*more, *closed)]
        assert late.decoder.row >= length / 16_000 / c.output_seconds
        assert ended


@pytest.mark.parametrize("length", [0, 1, 399])
def test_less_than_a_frame_has_no_word(tiny: Recognizer, length: int) -> None:
    (update,) = transcribe(tiny, [SPEECH[:length]])
    assert (update.words, update.partial, update.seconds, update.endpoint) == ((), (), length / 16_000, True)


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.02])
def test_silence_and_noise_have_no_words(shipped: Recognizer, level: float) -> None:
    sound = np.random.default_rng(1).normal(0, level, 48_000).astype(np.float32)
    for update in transcribe(shipped, np.split(sound, 10)):
        assert not update.words


INVALID = [np.array([0, value], np.float32) for value in (np.nan, np.inf, -np.inf, 1e20, -1e9)]


@pytest.mark.parametrize("samples", [np.zeros(3), np.zeros((2, 3), np.float32), *INVALID])
def test_invalid_samples_are_refused(tiny: Recognizer, samples: np.ndarray) -> None:
    with pytest.raises(ValueError):
        tiny.step(tiny.start(), samples)


def test_a_language_model_with_another_number_of_words_is_refused(tiny: Recognizer, tmp_path: Path) -> None:
    save(tmp_path / "model.safetensors", tiny._model, "tiny-1")
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    ngram_lm.save(tmp_path / "ngram_lm.safetensors")
    lexicon.save(tmp_path / "lexicon.safetensors")
    Recognizer.load(tmp_path)
    nonsense(list(pronunciations(20)))[0].save(tmp_path / "lexicon.safetensors")
    with pytest.raises(ModelError, match=r"the one has 2\d words, the other 3\d"):
        Recognizer.load(tmp_path)


def test_a_language_model_of_other_words_is_refused(tiny: Recognizer, tmp_path: Path) -> None:
    save(tmp_path / "model.safetensors", tiny._model, "tiny-1")
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    lexicon.save(tmp_path / "lexicon.safetensors")
    replace(ngram_lm, lexicon_digest=digest(lexicon.words)).save(tmp_path / "ngram_lm.safetensors")
    Recognizer.load(tmp_path)
    other = digest([*lexicon.words[:-1], "other"])
    replace(ngram_lm, lexicon_digest=other).save(tmp_path / "ngram_lm.safetensors")
    with pytest.raises(ModelError, match="of other words"):
        Recognizer.load(tmp_path)


def test_a_network_of_more_words_than_the_lexicon_is_refused(tmp_path: Path) -> None:
    save_tiny_model(tmp_path)
    path = tmp_path / NEURAL_LM
    tensors = load_file(path)
    for name in ("embedding.weight", "embedding.weight.step", "bias"):
        tensors[name] = np.resize(tensors[name], (100, *tensors[name].shape[1:]))
    words = Lexicon.load(tmp_path / LEXICON).words
    save_file(tensors, path, {"layout": "reader 2", "words": digest(words)})
    with pytest.raises(ModelError, match="another lexicon's words"):
        Recognizer.load(tmp_path)


@pytest.mark.parametrize("name", [*FILES, NEURAL_LM, FORMATTER, PRONOUNCE])
def test_a_pipe_in_place_of_a_file_does_not_hang(name: str, tmp_path: Path) -> None:
    save_tiny_model(tmp_path)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(ModelError, match="a pipe or a device"):
        Recognizer.load(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="No model file at"):
        Recognizer.load(tmp_path)


def test_scores_stay_small_enough_to_compare(tmp_path: Path) -> None:
    """Weights at their limits give posteriors far below any real one; the search still finds a best hypothesis."""
    save_tiny_model(tmp_path)
    tensors = load_file(tmp_path / MODEL)
    tensors["head.pairs.bias"] = np.where(np.arange(3200) % 7, -9e3, 9e3).astype(np.float16)
    tensors["head.pairs.weight.step"] = np.full(3200, 70, np.float32)
    with safe_open(tmp_path / MODEL, framework="numpy") as file:
        metadata = file.metadata()
    save_file(tensors, tmp_path / MODEL, metadata)
    assert recognises(tmp_path)


@pytest.mark.parametrize("do", [group, UNCOMPILED.group])
def test_the_largest_model_that_is_loaded_fits_into_the_keys_of_merge(do: Callable[..., Any]) -> None:
    """Hypotheses that differ in one bit of state, node or unit stay apart at the limits of asr.limits."""
    top = [int(LIMITS[name][1]) - 1 for name in ("states", "nodes", "units")]
    others = []
    for field, value in enumerate(top):
        others += [[*top[:field], value ^ 1 << bit, *top[field + 1 :]] for bit in range(value.bit_length())]

    def kept(hypotheses: list[list[int]]) -> int:
        zeros = np.zeros(len(hypotheses))
        return len(do(*np.array(hypotheses).T.copy(), zeros + NEVER, zeros, zeros, zeros, 1000, 1e9)[0])

    assert kept([top, top, *others]) == 1 + len(others)
    assert kept([[0, 0, 0], top]) == 2


@pytest.mark.parametrize("library", [object(), None])
def test_a_c_library_without_malloc_trim_is_fine(library: object | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: None) -> object:
        if library is None:
            raise OSError
        return library

    monkeypatch.setattr("ctypes.CDLL", load)
    release_freed_memory()


def test_the_loudest_possible_sound_is_recognised(tiny: Recognizer) -> None:
    *_, last = transcribe(tiny, [SPEECH / np.abs(SPEECH).max() * np.float32(0.99e9)])
    assert last.endpoint
