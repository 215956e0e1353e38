"""A network with a voice: the law of cutting, what a voice may be, and what it leaves as it is."""

import gc
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from asr import matrix_products
from asr.acoustic.adaptation import network_digest, vector_shapes, with_vectors, with_voice
from asr.acoustic.network import weight_shapes, weights
from asr.errors import VoiceError
from asr.matrix_products import PackedMatrix
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update
from asr.user.voice import SUFFIX, VoiceFacts, VoiceProfile, is_name
from tests.support.recognition.streams import check_cuts
from tests.support.recognition.tiny import tiny_model, tiny_recognizer

SOUND = np.random.default_rng(8).normal(0, 0.2, 40_000).astype(np.float32)


@pytest.fixture(scope="module", params=["gru", "lstm", "gru2014"])
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    return tiny_recognizer(cell=request.param, bottleneck=6)


def run(recognizer: Recognizer, chunks: list[np.ndarray], options: StreamOptions = DEFAULT_OPTIONS) -> list[Update]:
    return list(transcribe(recognizer, chunks, options))


def voice_of(recognizer: Recognizer, size: float, name: str = "Ann", seed: int = 1) -> VoiceProfile:
    """Return a voice of random shifts."""
    rng = np.random.default_rng(seed)
    shapes = vector_shapes(recognizer.config)
    shifts = {key: rng.normal(0, size, length).astype(np.float32) for key, length in shapes.items()}
    return VoiceProfile(name, recognizer.digest, shifts, VoiceFacts(1e9, 300.0, 80, 20, 15))


@pytest.mark.slow
def test_however_the_sound_is_cut_with_a_voice(recognizer: Recognizer) -> None:
    options = StreamOptions(voice=voice_of(recognizer, 0.05))
    assert run(recognizer, [SOUND], options) != run(recognizer, [SOUND])

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.integers(0, len(SOUND)), max_size=12))
    def cut(cuts: list[int]) -> None:
        check_cuts(recognizer, SOUND, sorted(cuts), options)

    cut()


def test_a_voice_without_shifts_is_no_voice_to_the_bit(recognizer: Recognizer) -> None:
    none = VoiceProfile("none", recognizer.digest, {})
    for voice in (none, voice_of(recognizer, 0.0)):
        assert run(recognizer, [SOUND], StreamOptions(voice=voice)) == run(recognizer, [SOUND])
        before, after = recognizer.start(), recognizer.start(StreamOptions(voice=voice))
        for _ in range(3):
            before, after = (recognizer.step(state, SOUND[:9_000])[0] for state in (before, after))
        assert torch.equal(before.memory.pending_outputs, after.memory.pending_outputs)


def test_a_voice_changes_neither_the_recogniser_nor_streams_beside_it(recognizer: Recognizer) -> None:
    kept = network_digest(recognizer._model)
    alone = run(recognizer, [SOUND])
    with_it, without = recognizer.start(StreamOptions(voice=voice_of(recognizer, 0.3))), recognizer.start()
    found = []
    for piece in np.split(SOUND, 8):
        with_it, _ = recognizer.step(with_it, piece)
        without, update = recognizer.step(without, piece)
        found.append(update)
    assert network_digest(recognizer._model) == kept == recognizer.digest
    assert run(recognizer, [SOUND]) == alone


def test_matrices_are_shared_with_the_network(recognizer: Recognizer) -> None:
    voice, model = voice_of(recognizer, 0.1), tiny_model(cell=recognizer.config.cell, bottleneck=6)
    changed = weights(with_voice(model, recognizer.digest, voice))
    for name, value in weights(model).items():
        shared = changed[name].data_ptr() == value.data_ptr()
        assert shared == (name not in voice.shifts)
        if not shared:
            assert torch.equal(changed[name], value + torch.from_numpy(voice.shifts[name]))


def test_a_recogniser_keeps_its_matrices_once(recognizer: Recognizer) -> None:
    """Also where they are packed, which is what takes memory."""
    network, found = recognizer.start(StreamOptions(voice=voice_of(recognizer, 0.1))).network, 0
    for name, shape in weight_shapes(recognizer.config).items():
        module, _, field = name.rpartition(".")
        ours, theirs = (getattr(each.get_submodule(module), field) for each in (recognizer._model, network))
        if len(shape) > 1 and isinstance(ours, PackedMatrix):
            assert ours is theirs
            found += 1
    assert found or not matrix_products.has_product()


def test_a_recogniser_that_had_a_voice_is_freed_at_once() -> None:
    recognizer = tiny_recognizer()
    recognizer.start(StreamOptions(voice=voice_of(recognizer, 0.1)))
    gone = weakref.ref(recognizer)
    gc.disable()  # what is frozen is never collected
    try:
        del recognizer
        assert gone() is None
    finally:
        gc.enable()


def test_a_stream_keeps_the_voice_that_it_began_with(recognizer: Recognizer) -> None:
    options = StreamOptions(voice=voice_of(recognizer, 0.05))
    state = recognizer.start(options)
    assert recognizer.change_options(state, StreamOptions()).network is state.network


def test_the_digest_is_of_all_numbers(recognizer: Recognizer) -> None:
    model = recognizer._model
    assert network_digest(model) == network_digest(with_vectors(model, {}))
    bias = model.head.bias.clone()
    bias[3] += 1e-3
    assert network_digest(with_vectors(model, {"head.bias": bias})) != network_digest(model)


def test_a_voice_of_another_model_is_refused(recognizer: Recognizer) -> None:
    other = replace(voice_of(recognizer, 0.1), model="0" * 64)
    with pytest.raises(VoiceError) as refused:
        recognizer.start(StreamOptions(voice=other))
    assert refused.value.code == "other-model"


@pytest.mark.parametrize("name, size", [("head.weight", 24), ("head.bias", 3), ("middle.bias", 80), ("x", 1)])
def test_a_voice_of_other_vectors_is_refused(recognizer: Recognizer, name: str, size: int) -> None:
    voice = VoiceProfile("Ann", recognizer.digest, {name: np.zeros(size, np.float32)})
    with pytest.raises(VoiceError) as refused:
        recognizer.start(StreamOptions(voice=voice))
    assert refused.value.code == "other-vectors"


def test_a_voice_that_makes_sums_overflow_is_refused(recognizer: Recognizer) -> None:
    scale = np.full(recognizer.config.mels, 1e3, np.float32)
    huge = VoiceProfile("Ann", recognizer.digest, {"scale": scale * 1e3})
    with pytest.raises(VoiceError) as refused:
        recognizer.start(StreamOptions(voice=huge))
    assert refused.value.code == "too-large"


def test_a_voice_is_read_as_it_was_saved(recognizer: Recognizer, tmp_path: Path) -> None:
    path = tmp_path / f"Ann{SUFFIX}"
    voice = voice_of(recognizer, 0.1)
    voice.save(path)
    found = VoiceProfile.load(path)
    assert found == voice and found.facts == voice.facts and hash(found) == hash(voice)
    assert path.stat().st_mode & 0o077 == 0 and [file.name for file in tmp_path.iterdir()] == [path.name]
    assert found != replace(voice, name="Bob")


HEAD = {"layout": "echoic voice 1", "name": "Ann", "model": "a" * 64, "facts": "{}"}


@pytest.mark.parametrize(
    "metadata, tensors",
    [
        ({**HEAD, "layout": "echoic voice 2"}, {}),
        ({**HEAD, "name": "../Ann"}, {}),
        ({**HEAD, "name": "\x1b[2J"}, {}),
        ({**HEAD, "model": "short"}, {}),
        ({**HEAD, "facts": "[]"}, {}),
        ({**HEAD, "facts": '{"seconds": NaN}'}, {}),
        ({**HEAD, "facts": '{"other": 1}'}, {}),
        ({**HEAD, "facts": "[" * 100_000}, {}),
        (HEAD, {"mean": np.full(64, np.nan, np.float32)}),
        (HEAD, {"mean": np.full(64, np.inf, np.float32)}),
        (HEAD, {"mean": np.full(64, 1e4, np.float32)}),
        (HEAD, {"mean": np.zeros((8, 8), np.float32)}),
        (HEAD, {"mean": np.zeros(64, np.float64)}),
        (HEAD, {f"v{i}": np.zeros(1, np.float32) for i in range(1_001)}),
        (HEAD, {"mean": np.zeros(3 << 20, np.float32)}),
    ],
)
def test_a_damaged_voice_is_refused(metadata: dict[str, str], tensors: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / f"Ann{SUFFIX}"
    save_file(tensors, path, metadata)
    with pytest.raises(VoiceError) as refused:
        VoiceProfile.load(path)
    assert refused.value.code == "damaged"


def test_what_is_no_file_of_a_voice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / f"Ann{SUFFIX}"
    for content in (b"", b"text", bytes(100), (1 << 40).to_bytes(8, "little") + b"{}"):
        path.write_bytes(content)
        with pytest.raises(VoiceError, match="damaged"):
            VoiceProfile.load(path)
    path.unlink()
    with pytest.raises(VoiceError, match="no voice"):
        VoiceProfile.load(path)
    path.mkdir()
    with pytest.raises(VoiceError, match="damaged"):
        VoiceProfile.load(path)


def test_names_of_voices_are_names_of_files() -> None:
    assert all(map(is_name, ("me", "Ann", "Zoë O'Neil-May", "7", "a.b", "x" * 40)))
    assert not any(map(is_name, ("", " ", ".x", "../x", "a/b", "a\\b", "x" * 41, "a\n", "a ", "-a", "a\x1b")))
