"""An ensemble: the means of the scores of several networks, with all laws of one."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from asr import matrix_products
from asr.acoustic.adaptation import network_digest, vector_shapes
from asr.acoustic.model_file import load, save
from asr.acoustic.network import AcousticModel, Memory, weight_shapes, weights
from asr.acoustic.packing import packed
from asr.errors import ModelError
from asr.inspection import inspected, without_memory
from asr.matrix_products import PackedMatrix
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.training.acoustic.export import ensemble
from asr.user.voice import VoiceFacts, VoiceProfile
from tests.support.recognition.streams import check_cuts, leaves, run_stream
from tests.support.recognition.tiny import mel_bank, tiny_model, tiny_recognizer

SOUND = np.random.default_rng(8).normal(0, 0.2, 40_000).astype(np.float32)


def two_networks(cell: str = "gru") -> tuple[AcousticModel, AcousticModel]:
    """Return two models that differ in all weights a little."""
    first, second = tiny_model(cell=cell, bottleneck=6), tiny_model(cell=cell, bottleneck=6)
    with torch.no_grad():
        for value in second.parameters():
            value.add_(0.05 * value.abs().mean() * torch.randn_like(value))
    for model in (first, second):
        model.bank.copy_(mel_bank(model.config))
    return first, second


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return tiny_recognizer(bottleneck=6, members=2)


@pytest.mark.parametrize("cell", ["gru", "lstm", "gru2014", "rnn"])
def test_its_scores_are_the_means_of_those_of_its_networks(cell: str) -> None:
    first, second = two_networks(cell)
    both = ensemble(first, second)
    frames = torch.randn(2, 64, first.config.mels, generator=torch.Generator().manual_seed(0)) - 6
    memories = [model.begin(2) for model in (first, second, both)]
    for part in frames.split(32, 1):
        found = []
        for i, model in enumerate((first, second, both)):
            logits, memories[i], _ = model(part, memories[i])
            found.append(logits)
        expected = (found[0].log_softmax(-1) + found[1].log_softmax(-1)) / 2
        assert not torch.allclose(found[0], found[1], atol=1e-3)
        torch.testing.assert_close(found[2], expected)


@pytest.mark.slow
def test_however_the_sound_is_cut(recognizer: Recognizer) -> None:
    assert run_stream(recognizer, [SOUND])[1]

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.integers(0, len(SOUND)), max_size=12))
    def cut(cuts: list[int]) -> None:
        check_cuts(recognizer, SOUND, sorted(cuts))

    cut()


def test_streams_together_have_what_they_have_alone(recognizer: Recognizer) -> None:
    sounds = [SOUND[: 5120 * count] for count in (1, 2, 3)]
    together = recognizer.step_together([(recognizer.start(), sound) for sound in sounds])
    for sound, found in zip(sounds, together, strict=True):
        assert leaves(found) == leaves(recognizer.step(recognizer.start(), sound))
    assert recognizer.joins_streams or not matrix_products.has_product()


def test_memories_are_stacked_and_split() -> None:
    model = ensemble(*two_networks())
    frames = torch.randn(3, model.config.block_frames, model.config.mels) - 6
    memory = model(frames, model.begin(3))[1]
    parts = memory.split()
    assert len(memory.others) == len(parts[0].others) == 1
    assert leaves(Memory.stack(parts)) == leaves(memory)
    assert parts[1].others[0].frames.untyped_storage().nbytes() == parts[1].others[0].frames.nbytes


@pytest.mark.parametrize("small", [False, True])
def test_a_file_keeps_all_networks(tmp_path: Path, small: bool) -> None:
    both = ensemble(*two_networks())
    save(tmp_path / "m.safetensors", both, "tiny", small)
    again, _ = load(tmp_path / "m.safetensors")
    assert again.config == both.config and again.config.members == 2
    assert set(weights(again)) == set(weight_shapes(both.config)) and "others.0.mean" in weights(again)
    limit = 0.03 if small else 0.001
    for name, value in weights(both).items():
        assert (weights(again)[name] - value).norm() <= limit * value.norm()
    assert network_digest(packed(again)) == network_digest(again)


def test_a_file_of_one_network_is_that_of_earlier_versions(tmp_path: Path) -> None:
    save(tmp_path / "m.safetensors", two_networks()[0], "tiny")
    with safe_open(tmp_path / "m.safetensors", "pt") as file:
        assert "members" not in json.loads(file.metadata()["config"])
    assert load(tmp_path / "m.safetensors")[0].config.members == 1


def test_a_file_that_lacks_a_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save(path, two_networks()[0], "tiny")
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    config = {**json.loads(metadata["config"]), "members": 2}
    save_file(load_file(path), path, {**metadata, "config": json.dumps(config)})
    with pytest.raises(ModelError, match=r"does not hold the weights|contradicts"):
        load(path)


def test_a_voice_changes_each_network(recognizer: Recognizer) -> None:
    shapes = vector_shapes(recognizer.config)
    shifts = {name: np.zeros(length, np.float32) for name, length in shapes.items()}
    facts = VoiceFacts(1e9, 300.0, 80, 20, 15)
    expected = run_stream(recognizer, [SOUND])[1]
    nothing = StreamOptions(voice=VoiceProfile("Ann", recognizer.digest, shifts, facts))
    assert run_stream(recognizer, [SOUND], nothing)[1] == expected
    assert any(name.startswith("others.0.") for name in shifts)
    random = np.random.default_rng(0)
    other = {
        name: random.normal(0, 0.3, length).astype(np.float32)
        for name, length in shapes.items()
        if name.startswith("others.0.")
    }
    changed = StreamOptions(voice=VoiceProfile("Ann", recognizer.digest, other, facts))
    assert run_stream(recognizer, [SOUND], changed)[1] != expected


def test_the_inspector_shows_its_first_network_and_a_reset_is_of_all(recognizer: Recognizer) -> None:
    view, inspector = inspected(recognizer)
    state, _ = view.step(view.start(), SOUND)
    assert len(inspector.take()[0].hidden) == recognizer.config.layers
    reset, first = without_memory(view, state).memory, view.start().memory
    for found, begun in ((reset, first), (reset.others[0], first.others[0])):
        assert leaves(found.hidden) == leaves(begun.hidden) and leaves(found.frames) != leaves(begun.frames)


def test_networks_of_two_configurations_are_no_ensemble() -> None:
    first, _ = two_networks()
    for other in (tiny_model(), ensemble(*two_networks())):
        with pytest.raises(ValueError, match="one configuration"):
            ensemble(first, other)


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("cell", ["gru", "gru2014"])
def test_a_file_that_is_loaded_packed_is_the_packed_model(tmp_path: Path, cell: str, small: bool) -> None:
    save(tmp_path / "m.safetensors", ensemble(*two_networks(cell)), "tiny", small)
    plain, _ = load(tmp_path / "m.safetensors")
    network, _ = load(tmp_path / "m.safetensors", packed=True)
    assert all(torch.equal(weights(network)[name], value) for name, value in weights(plain).items())
    assert isinstance(network.others[0].head.weight, PackedMatrix) == (small and matrix_products.has_product())
    frames = torch.randn(2, 64, plain.config.mels, generator=torch.Generator().manual_seed(0)) - 6
    with torch.inference_mode():
        expected, after, _ = packed(plain)(frames, plain.begin(2))
        logits, memory, _ = packed(network)(frames, network.begin(2))
    assert torch.equal(logits, expected) and leaves(memory) == leaves(after)
