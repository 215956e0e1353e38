"""Streams that share calls of the networks: each has the states, words and updates that it has alone, to the bit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from asr import matrix_products
from asr.acoustic.adaptation import vector_shapes
from asr.acoustic.network import AcousticModel, Memory, weights
from asr.acoustic.packing import packed
from asr.audio.media import read_file
from asr.batching import MOST_TOGETHER, Call, Work, run_alone, run_together, same_bits
from asr.decoding.search_options import SearchOptions
from asr.language.neural_lm import NeuralLM
from asr.matrix_products import PackedMatrix, gru_step, packed_matrix, plain_matrix, product
from asr.pipeline import SpeechStream, blocks_of, transcribe
from asr.quantization import dequantize, quantize
from asr.recognizer import Recognizer, State
from asr.stream_options import StreamOptions
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.user.vocabulary import Vocabulary
from asr.user.voice import VoiceFacts, VoiceProfile
from tests.support.recognition.streams import SLOW, SPEECH, leaves, sound_of
from tests.support.recognition.tiny import favour_blank_in_silence, nonsense, pronunciations, rounded, tiny_model

NEEDS_PRODUCT = pytest.mark.skipif(
    not matrix_products.has_product(), reason="torch has no fast product by int8 here, or this is no x86 with AVX2"
)
SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "lighthouse.ogg"
SOUND = np.concatenate([SPEECH, sound_of([("silence", 12_000, 0), ("noise", 9_000, 70), ("tone", 4_000, 5)]), SPEECH])


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """A tiny one with all that a stream may ask networks for."""
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    torch.manual_seed(2)
    network = NeuralLMNetwork(25, np.linspace(2, 1, len(lexicon.words)), width=32, inner=16)
    path = tmp_path_factory.mktemp("model") / "neural_lm.safetensors"
    NeuralLM.save(path, network.state_dict(), lexicon.words)
    search = SearchOptions(lm_weight=0.8, word_score=0.6, beam_size=12, beam_threshold=8.0, vocabulary_boost=2.0)
    model = tiny_model(bottleneck=6)
    favour_blank_in_silence(model)
    return Recognizer(rounded(model), lexicon, ngram_lm, search, neural_lm=NeuralLM.load(path))


@pytest.fixture(scope="module")
def options(recognizer: Recognizer) -> Sequence[StreamOptions]:
    """Streams that differ in all that they may differ in."""
    random = np.random.default_rng(1)
    shapes = vector_shapes(recognizer.config)
    shifts = {key: random.normal(0, 0.05, length).astype(np.float32) for key, length in shapes.items()}
    voice = VoiceProfile("Ann", recognizer.digest, shifts, VoiceFacts(1e9, 300.0, 80, 20, 15))
    vocabulary = Vocabulary.parse("New = B AA\nOther one = S IY | B = K | AA :2\n")
    return (
        StreamOptions(),
        StreamOptions(endpoint="short", alternatives=3),
        StreamOptions(vocabulary=vocabulary),
        StreamOptions(voice=voice),
    )


def alone(recognizer: Recognizer, options: StreamOptions, chunks: Sequence[np.ndarray]) -> tuple[list[Any], State]:
    """Return the updates of a stream that has a recogniser to itself, and its last state."""
    state, updates = recognizer.start(options), []
    for chunk in chunks:
        state, update = recognizer.step(state, chunk)
        updates.append(update)
    return updates, state


@settings(max_examples=25, **SLOW)
@given(data=st.data())
@pytest.mark.slow
def test_any_schedule_of_streams_gives_each_what_it_has_alone(
    recognizer: Recognizer, options: Sequence[StreamOptions], data: st.DataObject
) -> None:
    """Each begins when it likes, brings chunks of its own lengths at moments of its own, and leaves when it likes."""
    count = data.draw(st.integers(1, 6))
    lengths = st.lists(st.integers(0, 13_000), min_size=1, max_size=9)
    chosen = [data.draw(st.sampled_from(range(len(options)))) for _ in range(count)]
    starts = [data.draw(st.integers(0, len(SOUND) - 1)) for _ in range(count)]
    chunks = [np.split(np.roll(SOUND, -start), np.cumsum(data.draw(lengths)))[:-1] for start in starts]
    expected = [alone(recognizer, options[number], parts) for number, parts in zip(chosen, chunks, strict=True)]
    states = [recognizer.start(options[number]) for number in chosen]
    updates: list[list[Any]] = [[] for _ in range(count)]
    left = [list(parts) for parts in chunks]
    while any(left):
        able = [number for number in range(count) if left[number]]
        now = data.draw(st.lists(st.sampled_from(able), min_size=1, unique=True))
        found = recognizer.step_together([(states[number], left[number].pop(0)) for number in now])
        for number, result in zip(now, found, strict=True):
            assert not isinstance(result, Exception)
            states[number], update = result
            updates[number].append(update)
    for number in range(count):
        assert updates[number] == expected[number][0]
        assert leaves(states[number]) == leaves(expected[number][1])
        assert recognizer.finish(states[number]) == recognizer.finish(expected[number][1])


def test_that_law_tests_something(recognizer: Recognizer, options: Sequence[StreamOptions]) -> None:
    """Words are found, the neural language model is asked, and options make a difference."""
    found = [alone(recognizer, each, [SOUND]) for each in options]
    assert all(sum(len(update.words) for update in updates if update) > 3 for updates, _ in found)
    assert all(state.decoder.lm_states is not None and len(state.decoder.lm_states) > 1 for _, state in found)
    assert len({str(updates) for updates, _ in found}) == len(options)


@NEEDS_PRODUCT
def test_calls_are_joined_where_the_bits_allow_it(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recognizer.joins_streams
    sizes: dict[str, list[int]] = {"acoustic": [], "words": []}
    acoustic, words = AcousticModel.score_blocks, NeuralLM.advance_all

    def score_blocks(self: AcousticModel, blocks: Any) -> Any:
        sizes["acoustic"].append(len(blocks))
        return acoustic(self, blocks)

    def advance_all(self: NeuralLM, requests: Any) -> Any:
        sizes["words"].append(len(requests))
        return words(self, requests)

    monkeypatch.setattr(AcousticModel, "score_blocks", score_blocks)
    monkeypatch.setattr(NeuralLM, "advance_all", advance_all)
    block = recognizer.config.block_samples
    count = MOST_TOGETHER + 3
    states = [recognizer.start() for _ in range(count)]
    for at in range(0, 4 * block, block):
        sounds = [np.roll(SPEECH, -700 * number)[at : at + block] for number in range(count)]
        found = recognizer.step_together(list(zip(states, sounds, strict=True)))
        states = [result[0] for result in found if not isinstance(result, Exception)]
    assert set(sizes["acoustic"]) == {MOST_TOGETHER, 3}
    assert max(sizes["words"]) > 3 and max(sizes["words"]) <= MOST_TOGETHER


@NEEDS_PRODUCT
def test_a_stream_without_a_whole_block_takes_part_in_no_call(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    score_blocks = AcousticModel.score_blocks

    def counted(self: AcousticModel, blocks: Any) -> Any:
        calls.append(len(blocks))
        return score_blocks(self, blocks)

    monkeypatch.setattr(AcousticModel, "score_blocks", counted)
    assert recognizer.joins_streams
    calls.clear()
    block, reach = recognizer.config.block_samples, recognizer.config.block_reach
    inputs = [(recognizer.start(), SPEECH[:length]) for length in (reach, reach - 1, 0, reach + block)]
    found = recognizer.step_together(inputs)
    assert calls == [2, 1]
    for (state, samples), result in zip(inputs, found, strict=True):
        assert leaves(result) == leaves(recognizer.step(state, samples))


def test_where_bits_differ_streams_go_one_by_one(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    score_blocks = AcousticModel.score_blocks

    def inexact(self: AcousticModel, blocks: Any) -> Any:
        sizes.append(len(blocks))
        found = score_blocks(self, blocks)
        return found if len(blocks) < 3 else [(torch.nextafter(rows, rows + 1), memory) for rows, memory in found]

    other = Recognizer.__new__(Recognizer)
    vars(other).update({key: value for key, value in vars(recognizer).items() if key != "joins_streams"})
    monkeypatch.setattr(AcousticModel, "score_blocks", inexact)
    assert not other.joins_streams
    sizes.clear()
    inputs = [(other.start(), SPEECH) for _ in range(4)]
    found = other.step_together(inputs)
    assert set(sizes) == {1}
    assert all(leaves(result) == leaves(other.step(*inputs[0])) for result in found)


def test_what_is_wrong_with_a_stream_is_its_own(recognizer: Recognizer) -> None:
    states = [recognizer.start() for _ in range(3)]
    broken = np.full(9000, np.nan, np.float32)
    first, second, third = recognizer.step_together([(states[0], SPEECH), (states[1], broken), (states[2], SPEECH)])
    assert isinstance(second, ValueError) and not isinstance(first, Exception)
    assert leaves(first) == leaves(third) == leaves(recognizer.step(states[0], SPEECH))


def test_many_pushed_streams_are_many_streams(recognizer: Recognizer, options: Sequence[StreamOptions]) -> None:
    streams = [SpeechStream(recognizer, each) for each in options]
    updates: list[list[Any]] = [[] for _ in streams]
    for part in blocks_of(recognizer.config, [SOUND]):
        for number, found in enumerate(SpeechStream.push_together([(stream, part) for stream in streams])):
            assert not isinstance(found, Exception)
            updates[number] += found
    for number, stream in enumerate(streams):
        assert updates[number] + stream.finish() == list(transcribe(recognizer, [SOUND], options[number]))


def test_a_pushed_stream_that_fails_takes_no_other_with_it(recognizer: Recognizer) -> None:
    good, bad = SpeechStream(recognizer), SpeechStream(recognizer)
    nothing = np.zeros(5120, np.float32)
    found = SpeechStream.push_together([(bad, nothing + np.nan), (good, nothing)])
    assert isinstance(found[0], ValueError) and found[1] == []
    assert SpeechStream.push_together([]) == []


def doubled(values: Sequence[int]) -> list[int]:
    if 13 in values:
        raise RuntimeError("13 breaks the call for all")
    return [2 * value for value in values]


def asking(*values: int) -> Work[list[int]]:
    found = []
    for value in values:
        found.append((yield Call(doubled, value)))
    return found


def test_a_call_that_fails_for_all_is_made_for_each() -> None:
    found = run_together([asking(1, 2), asking(13, 3), asking(4)])
    assert found[0] == [2, 4] and isinstance(found[1], RuntimeError) and found[2] == [8]
    with pytest.raises(RuntimeError):
        run_alone(asking(1, 13))


def test_late_calls_wait_until_they_are_many() -> None:
    made: list[tuple[str, int]] = []

    def early(values: Sequence[int]) -> Sequence[int]:
        made.append(("early", len(values)))
        return values

    def late(values: Sequence[int]) -> Sequence[int]:
        made.append(("late", len(values)))
        return values

    def work(before: int) -> Work[int]:
        for _ in range(before):
            yield Call(early, 0)
        return (yield Call(late, before, late=True))

    assert run_together([work(0), work(1), work(3)]) == [0, 1, 3]
    assert made == [("early", 2), ("early", 1), ("early", 1), ("late", 3)]


def test_same_bits_finds_a_difference() -> None:
    def exact(values: Sequence[float]) -> list[float]:
        return [value / 3 for value in values]

    def inexact(values: Sequence[float]) -> list[float]:
        return [value / 3 + (len(values) == 4) * 1e-16 for value in values]

    def bits(value: float) -> bytes:
        return np.float64(value).tobytes()

    values = [0.1 * number for number in range(5)]
    assert same_bits(exact, values, bits) and not same_bits(inexact, values, bits)


@pytest.mark.parametrize("cell", ["gru", "lstm", "gru2014", "rnn"])
def test_memories_are_stacked_and_split(cell: str) -> None:
    model = tiny_model(cell=cell)
    frames = (
        torch.randn(3, model.config.block_frames, model.config.mels, generator=torch.Generator().manual_seed(0)) - 6
    )
    memory = model(frames, model.begin(3))[1]
    parts = memory.split()
    assert leaves(Memory.stack(parts)) == leaves(memory)
    assert [leaves(each) for each in Memory.stack(parts[1:]).split()] == [leaves(each) for each in parts[1:]]
    for part in parts:  # a stream that stays must not keep the memory of those that have left
        assert part.frames.untyped_storage().nbytes() == part.frames.nbytes


@pytest.mark.parametrize("cell", ["gru", "lstm", "gru2014", "rnn"])
@pytest.mark.parametrize("bottleneck", [0, 6])
def test_a_packed_network_is_the_model(cell: str, bottleneck: int) -> None:
    """As near as three digits are, where its matrices are int8."""
    for model, most in (
        (tiny_model(cell=cell, bottleneck=bottleneck), 1e-6),
        (rounded(tiny_model(cell=cell, bottleneck=bottleneck)), 0.02),
    ):
        network = packed(model)
        frames = torch.randn(2, 64, model.config.mels, generator=torch.Generator().manual_seed(0)) - 6
        expected, _, _ = model(frames, model.begin(2))
        with torch.inference_mode():
            logits, _, _ = network(frames, network.begin(2))
        assert (logits - expected).norm() <= most * expected.norm()
        assert isinstance(model.head.weight, torch.nn.Parameter)  # the model itself is not changed
        for name, value in weights(model).items():
            assert torch.equal(weights(network)[name], value)


@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0"])
def test_one_matrix_of_a_layer_may_be_packed_without_the_other(name: str) -> None:
    """So it is where a file has some matrices as int8 and some as floats."""
    model = rounded(tiny_model())
    with torch.no_grad():
        getattr(model.layers[0], name).mul_(torch.rand(72, 24))
    network = packed(model)
    frames = torch.randn(2, 64, model.config.mels, generator=torch.Generator().manual_seed(0)) - 6
    expected, _, _ = model(frames, model.begin(2))
    with torch.inference_mode():
        logits, _, _ = network(frames, network.begin(2))
    assert (logits - expected).norm() <= 0.02 * expected.norm()


def rounded_matrix(*shape: int) -> torch.Tensor:
    """Return random weights as a model file has them: int8 times a step for each row."""
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    return dequantize(quantize({"matrix": matrix}))["matrix"]


def test_a_step_of_a_gru_is_that_of_torch() -> None:
    torch.manual_seed(0)
    layer: Any = torch.nn.GRU(7, 12)
    x, before = torch.randn(1, 5, 7), torch.randn(1, 5, 12)
    for most in (1e-6, 0.01):
        with torch.no_grad():
            inputs = product(x[0], packed_matrix(layer.weight_ih_l0), layer.bias_ih_l0)
            after = gru_step(inputs, before[0], packed_matrix(layer.weight_hh_l0), layer.bias_hh_l0)
            expected = layer(x, before)[1][0]
            assert (after - expected).norm() < most * expected.norm()
            layer.weight_ih_l0.copy_(rounded_matrix(36, 7))
            layer.weight_hh_l0.copy_(rounded_matrix(36, 12))


SHAPES = [(1536, 512), (2304, 320), (5, 3), (1, 1), (80, 130)]


@NEEDS_PRODUCT
@pytest.mark.parametrize("shape", SHAPES)
def test_int8_is_packed_and_keeps_its_numbers(shape: tuple[int, int]) -> None:
    matrix = rounded_matrix(*shape)
    matrix[0] = 0
    found = packed_matrix(matrix)
    assert isinstance(found, PackedMatrix)
    assert torch.equal(plain_matrix(found), matrix)


@pytest.mark.parametrize("shape", SHAPES[:3])
def test_what_is_no_int8_stays_as_it_is(shape: tuple[int, int]) -> None:
    """A number that is rounded would be another model's."""
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    assert packed_matrix(matrix) is matrix and plain_matrix(matrix) is matrix
    almost = rounded_matrix(*shape)
    almost[-1, 0] *= 1.001
    assert packed_matrix(almost) is almost


@NEEDS_PRODUCT
@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_has_the_same_product_beside_any_others(shape: tuple[int, int]) -> None:
    """The product of torch reads what is behind a matrix of odd sizes, so those must be padded."""
    matrix, x = packed_matrix(rounded_matrix(*shape)), torch.randn(37, shape[1])
    bias = torch.randn(shape[0])
    alone = torch.cat([product(row, matrix, bias) for row in x.split(1)])
    expected = torch.nn.functional.linear(x, plain_matrix(matrix), bias)
    assert (alone - expected).norm() < 0.01 * expected.norm()
    for count in range(1, len(x)):
        assert torch.equal(product(x[:count], matrix, bias), alone[:count])
        assert torch.equal(product(x[-count:], matrix, bias), alone[-count:])


@NEEDS_PRODUCT
@pytest.mark.slow
def test_the_model_that_is_shipped_joins_streams(shipped: Recognizer) -> None:
    """At its own sizes, for the speech that it was made for."""
    assert shipped.joins_streams
    speech = np.concatenate(list(read_file(SAMPLE, shipped.config.rate)))[: 5 * shipped.config.rate]
    sounds = [np.roll(speech, -9000 * number) for number in range(5)]
    states = [shipped.start() for _ in sounds]
    updates: list[list[Any]] = [[] for _ in sounds]
    for at in range(0, len(speech), shipped.config.block_samples):
        pieces = [sound[at : at + shipped.config.block_samples] for sound in sounds]
        for number, result in enumerate(shipped.step_together(list(zip(states, pieces, strict=True)))):
            assert not isinstance(result, Exception)
            states[number] = result[0]
            updates[number].append(result[1])
    for number in (0, 4):
        expected, last = alone(shipped, StreamOptions(), np.split(sounds[number], range(5120, len(speech), 5120)))
        assert updates[number] == expected and leaves(states[number]) == leaves(last)
        assert any(update.words for update in expected if update)
