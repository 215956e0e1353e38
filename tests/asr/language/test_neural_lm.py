"""The neural language model word by word equals the whole network at once, and the search mixes it in correctly."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from asr import matrix_products
from asr.decoding.decoder import Decoder
from asr.decoding.search_options import SearchOptions
from asr.errors import ModelError
from asr.language.lexicon import END, START
from asr.language.neural_lm import NO_WORD, LMStates, NeuralLM
from asr.quantization import dequantize, quantize
from asr.recognizer import Recognizer
from asr.training.language.neural_lm_model import NeuralLMNetwork
from tests.support.recognition.streams import SPEECH, check_cuts, run_stream
from tests.support.recognition.tiny import (
    EXHAUSTIVE,
    WORDS,
    Bigrams,
    decode,
    nonsense,
    pronunciations,
    rows_of,
    texts,
    tiny_decoder,
    tiny_model,
)

FREQUENCY = np.linspace(2, 1, 30)
LEXICON = tuple(f"w{i}" for i in range(30))


@pytest.fixture
def network() -> NeuralLMNetwork:
    torch.manual_seed(1)
    network = NeuralLMNetwork(20, FREQUENCY, width=12, inner=6).eval().requires_grad_(False)
    network.bias.normal_()
    network.load_state_dict(dequantize(quantize(network.state_dict())))
    return network


@pytest.fixture
def neural_lm(network: NeuralLMNetwork, tmp_path: Path) -> NeuralLM:
    NeuralLM.save(tmp_path / "neural_lm.safetensors", network.state_dict(), LEXICON)
    return NeuralLM.load(tmp_path / "neural_lm.safetensors")


@pytest.mark.parametrize(("packed", "most"), [(False, 1e-5), (True, 5e-3)])
def test_word_by_word_is_the_whole_network(
    network: NeuralLMNetwork, tmp_path: Path, packed: bool, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To float32 where matrices are float32, to the three digits of bfloat16 where they are int8."""
    if not packed:
        monkeypatch.setattr(matrix_products, "has_product", lambda: False)
    NeuralLM.save(tmp_path / "neural_lm.safetensors", network.state_dict(), LEXICON)
    neural_lm = NeuralLM.load(tmp_path / "neural_lm.safetensors")
    sentence = [5, 17, 25, 3, 29, 3]  # 25 and 29 are beyond the vocabulary: inputs, but never scored
    with torch.inference_mode():
        outputs, _ = network(torch.from_numpy(network.classes(np.array([START, *sentence])))[None])
        logits = network.output(outputs)[0].numpy()
    states = neural_lm.start()
    for i, word in enumerate([*sentence, END]):
        words = np.array([word if word < neural_lm.vocabulary else 19, 7])
        states = neural_lm.advance(states, np.array([i]))
        assert np.allclose(neural_lm.score(states, np.array([i, i]), words), logits[i, words], atol=most)
        states = states.extend(np.array([i]), np.array([word]))


def test_states_are_extended_side_by_side_and_never_written_into(neural_lm: NeuralLM) -> None:
    first = neural_lm.advance(neural_lm.start(), np.array([0]))
    both = first.extend(np.array([0, 0]), np.array([4, 9]))
    kept = both.hidden.clone()
    rows, words = np.array([1, 2]), np.array([5, 5])
    after = neural_lm.advance(both, rows)
    logp = neural_lm.score(after, rows, words)
    assert len(first) == 1 and len(both) == len(after) == 3
    assert torch.equal(both.hidden, kept) and both.pending_word.tolist() == [NO_WORD, 4, 9]
    _, one, other = after.hidden[after.vector]
    assert after.pending_word.tolist() == [NO_WORD] * 3 and not torch.equal(one, other)
    alone = neural_lm.advance(both.take(np.array([2])), np.array([0]))
    alone_logp = neural_lm.score(alone, np.array([0]), np.array([5]))
    assert np.allclose(alone_logp, logp[1:]) and not np.allclose(alone_logp, logp[:1])


def test_another_file_is_refused(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(3)}, tmp_path / "x.safetensors")
    with pytest.raises(ModelError, match="reader 2"):
        NeuralLM.load(tmp_path / "x.safetensors")


DAMAGES: dict[str, tuple[dict[str, torch.Tensor | None], str]] = {
    "weight that is no number": ({"bias": torch.full((21,), torch.nan)}, "a value of 'bias'"),
    "infinite step": ({"embedding.weight.step": torch.full((21,), torch.inf)}, r"a value of 'embedding\.weight\.step'"),
    "steps too large": ({"gru.weight_hh_l0.step": torch.full((36,), 1e4)}, r"a value of 'gru\.weight_hh_l0\.step'"),
    "fewer steps": ({"down.weight.step": torch.ones(5)}, r"'down\.weight\.step' is F32 \[5\], expected F32 \[6\]"),
    "no steps": ({"down.weight.step": None}, r"'down\.weight' is I8 without"),
    "no embedding": ({"embedding.weight": None}, r"embedding\.weight differs"),
    "embedding of floats": ({"embedding.weight": torch.ones(21, 6)}, r"'embedding\.weight' is F32"),
    "two words": ({"embedding.weight": torch.ones(3, 6, dtype=torch.int8)}, "vocabulary"),
    "another width": ({"gru.weight_hh_l0": torch.ones(36, 11, dtype=torch.int8)}, r"'gru\.weight_hh_l0' is"),
    "one more": ({"more": torch.ones(1)}, "more differs"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_network_is_refused(damage: str, neural_lm: NeuralLM, tmp_path: Path) -> None:
    changes, sentence = DAMAGES[damage]
    path = tmp_path / "neural_lm.safetensors"
    tensors = {key: value for key, value in (load_file(path) | changes).items() if value is not None}
    save_file(tensors, path, {"layout": "reader 2"})
    with pytest.raises(ModelError, match=sentence):
        NeuralLM.load(path)


def test_it_matches_a_lexicon_with_its_vocabulary(neural_lm: NeuralLM) -> None:
    assert neural_lm.matches(LEXICON) and neural_lm.matches((*LEXICON[:20], "others", "behind", "it"))
    assert not neural_lm.matches((*LEXICON[:19], "other")) and not neural_lm.matches(LEXICON[:19])


class TableLM:
    """A neural language model whose state is the last word, and whose probabilities are those of a table."""

    def __init__(self, table: np.ndarray, vocabulary: int = len(WORDS)) -> None:
        self.table, self.vocabulary = table, vocabulary

    def start(self) -> LMStates:
        return LMStates(torch.zeros(1, 1), torch.zeros(1, 1), np.zeros(1, np.int64), np.array([START]))

    def advance(self, states: LMStates, rows: np.ndarray) -> LMStates:
        return states

    def advance_all(self, requests: Sequence[tuple[LMStates, np.ndarray]]) -> list[LMStates]:
        return [states for states, _ in requests]

    def score(self, states: LMStates, rows: np.ndarray, words: np.ndarray) -> np.ndarray:
        assert (words < self.vocabulary).all()
        return self.table[states.pending_word[rows], words]


def decoder_with(ngram_lm: Bigrams, neural_lm: Any, share: float = 0.5) -> Decoder:
    """Return a decoder that prunes nothing; `neural_lm` is a TableLM or None."""
    return tiny_decoder(ngram_lm, replace(EXHAUSTIVE, neural_lm_share=share), neural_lm)


SOUNDS = ("AB.AA.B", "B.AD.A.A", "AA.B.BAD", "A.A.A.B.A")


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize(("seed", "vocabulary"), [(0, len(WORDS)), (1, len(WORDS)), (2, len(WORDS) - 2), (3, 4)])
def test_a_mixture_is_searched_as_one_model_would_be(sound: str, seed: int, vocabulary: int) -> None:
    """Two models mixed in the search give the words of their mixture as a single model. Rare words are not mixed."""
    one, other, whole = Bigrams(seed), Bigrams(seed + 10), Bigrams()
    whole.table = np.logaddexp(np.log(0.3) + one.table, np.log(0.7) + other.table)
    whole.table[:, vocabulary:] = one.table[:, vocabulary:]
    rows = rows_of(sound, posterior=0.7)
    both = decoder_with(one, TableLM(other.table, vocabulary), 0.7)
    assert texts(decode(both, rows)) == texts(decode(decoder_with(whole, None), rows))
    state, _, _ = both.step(both.start(), rows)
    expected, _, _ = decoder_with(whole, None).step(decoder_with(whole, None).start(), rows)
    assert np.isclose(state.beams.total.max(), expected.beams.total.max(), atol=1e-4)


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("size", [3, 12, 40])
def test_words_dropped_before_they_are_scored_would_be_pruned(
    sound: str, mixed: bool, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The beam is the same, to the bit, as where every word is scored: beam_threshold drops nothing here."""
    rows, found = rows_of(sound, posterior=0.7), []
    for floor in (None, -np.inf):
        search = replace(EXHAUSTIVE, beam_size=size, neural_lm_share=0.6)
        searching = tiny_decoder(Bigrams(4), search, cast(Any, TableLM(Bigrams(5).table)) if mixed else None)
        if floor is not None:
            scorer = searching._row_search.scorer
            end_words = scorer.end_words
            monkeypatch.setattr(
                scorer,
                "end_words",
                lambda beams, moves, biasing, _, end_words=end_words: end_words(beams, moves, biasing, -np.inf),
            )
        beams, histories = (state := searching.step(searching.start(), rows)[0]).beams, state.histories
        words = [tuple(histories.words[i, :count].tolist()) for i, count in enumerate(beams.word_count)]
        found.append(sorted(zip(words, beams.node.tolist(), beams.total.tolist(), strict=True)))
    assert found[0] == found[1] and len(found[0]) == size


def test_the_neural_language_model_can_change_a_word() -> None:
    rows = rows_of("B.A")
    models = {"be": Bigrams(be=-0.1), "bee": Bigrams(bee=-0.1)}
    assert texts(decode(decoder_with(models["be"], None), rows))[0] == "be"
    assert texts(decode(decoder_with(models["be"], TableLM(models["bee"].table), 0.99), rows))[0] == "bee"


def test_with_a_share_of_zero_it_is_not_used() -> None:
    without = decoder_with(Bigrams(), TableLM(np.full((9, 9), np.nan)), 0.0)
    assert without.neural_lm is None and without.start().lm_states is None


def test_states_without_a_hypothesis_are_dropped() -> None:
    """Half of them at the latest: there are fewer than two states for each hypothesis."""
    ngram_lm = Bigrams()
    searching = decoder_with(ngram_lm, TableLM(ngram_lm.table))
    state = searching.start()
    for row in rows_of("A.B.A.AB.BAD.A"):
        state, _, _ = searching.step(state, row[None])
        assert state.lm_states is not None
        assert len(state.lm_states) < 2 * len(state.beams.node)
        assert state.beams.lm_state.max() < len(state.lm_states)


@pytest.mark.slow
def test_however_the_sound_is_cut_with_a_neural_language_model(tmp_path: Path) -> None:
    """The law of tests/asr/test_recognizer.py, with LM states in the state."""
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    torch.manual_seed(2)
    network = NeuralLMNetwork(8, np.linspace(2, 1, len(lexicon.words)), width=12, inner=6)
    NeuralLM.save(tmp_path / "neural_lm.safetensors", network.state_dict(), lexicon.words)
    neural_lm = NeuralLM.load(tmp_path / "neural_lm.safetensors")
    search = SearchOptions(lm_weight=0.8, word_score=0.6, beam_size=6, beam_threshold=6.0)
    recognizer = Recognizer(tiny_model(), lexicon, ngram_lm, search, neural_lm=neural_lm)
    state, words, _ = run_stream(recognizer, [SPEECH])
    assert words and state.decoder.lm_states is not None
    for seed in range(6):
        cuts = np.sort(np.random.default_rng(seed).integers(0, len(SPEECH), 8))
        check_cuts(recognizer, SPEECH, cuts.tolist())
