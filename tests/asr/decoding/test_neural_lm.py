"""The word GRU, word by word, against the whole network at once; and a search that asks it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from asr.decoding.decoder import Decoder, SearchOptions
from asr.decoding.lexicon import END, START, Lexicon
from asr.decoding.neural_lm import READ, LMStates, NeuralLM
from asr.quantization import dequantize, quantize
from asr.recognizer import Recognizer
from asr.text.phones import LABELS
from asr.training.language.neural_lm_model import NeuralLMNetwork
from tests.asr.decoding.test_decoder import PRONS, ROW, WIDE, WORDS, Bigrams, rows_of, said, texts
from tests.asr.test_recognizer import SPEECH, check_cuts, hear
from tests.tiny import nonsense, pronunciations, tiny_model

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
def reader(network: NeuralLMNetwork, tmp_path) -> NeuralLM:
    NeuralLM.save(tmp_path / "neural_lm.safetensors", network.state_dict(), LEXICON)
    return NeuralLM.load(tmp_path / "neural_lm.safetensors")


def test_word_by_word_is_the_whole_network(network: NeuralLMNetwork, reader: NeuralLM) -> None:
    sentence = [5, 17, 25, 3, 29, 3]  # 25 and 29 are read, but not asked for
    with torch.inference_mode():
        states, _ = network(torch.from_numpy(network.classes(np.array([START, *sentence])))[None])
        logits = network.output(states)[0].numpy()
    stories = reader.start()
    for i, word in enumerate([*sentence, END]):
        asked = np.array([word if word < reader.vocabulary else 19, 7])
        stories = reader.read(stories, np.array([i]))
        assert np.allclose(reader.ask(stories, np.array([i, i]), asked), logits[i, asked], atol=1e-5)
        stories = stories.tell(np.array([i]), np.array([word]))


def test_stories_are_told_side_by_side_and_never_written_into(reader: NeuralLM) -> None:
    first = reader.read(reader.start(), np.array([0]))
    both = first.tell(np.array([0, 0]), np.array([4, 9]))
    kept = both.hidden.clone()
    at, words = np.array([1, 2]), np.array([5, 5])
    after = reader.read(both, at)
    logp = reader.ask(after, at, words)
    assert len(first) == 1 and len(both) == len(after) == 3
    assert torch.equal(both.hidden, kept) and both.unread.tolist() == [READ, 4, 9]
    assert after.unread.tolist() == [READ, READ, READ] and not torch.equal(after.hidden[1], after.hidden[2])
    alone = reader.ask(reader.read(both.take(np.array([2])), np.array([0])), np.array([0]), np.array([5]))
    assert np.allclose(alone, logp[1:]) and not np.allclose(alone, logp[:1])


def test_another_file_is_refused(tmp_path) -> None:
    save_file({"weight": torch.zeros(3)}, tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match="no word GRU"):
        NeuralLM.load(tmp_path / "x.safetensors")


def test_a_reader_knows_its_lexicon_by_its_vocabulary(reader: NeuralLM) -> None:
    assert reader.knows(LEXICON) and reader.knows((*LEXICON[:20], "others", "behind", "it"))
    assert not reader.knows((*LEXICON[:19], "other")) and not reader.knows(LEXICON[:19])


class Table:
    """A reader whose memory is the last word, and whose probabilities are those of a table."""

    def __init__(self, table: np.ndarray, vocabulary: int = len(WORDS)):
        self.table, self.vocabulary = table, vocabulary

    def start(self) -> LMStates:
        return LMStates(torch.zeros(1, 1), np.array([START]), torch.zeros(1, 1))

    def read(self, stories: LMStates, at: np.ndarray) -> LMStates:
        return stories

    def ask(self, stories: LMStates, at: np.ndarray, words: np.ndarray) -> np.ndarray:
        assert (words < self.vocabulary).all()
        return self.table[stories.unread[at], words]


def decoder(language: Bigrams, reader: Table | None, share: float = 0.5) -> Decoder:
    lexicon = Lexicon.build(WORDS, PRONS, np.log(np.linspace(1, 2, len(WORDS)) / 20), LABELS)
    return Decoder(lexicon, language, replace(WIDE, neural_lm_share=share), ROW, reader)  # type: ignore[arg-type]


SOUNDS = ("AB.AA.B", "B.AD.A.A", "AA.B.BAD", "A.A.A.B.A")


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize(("seed", "vocabulary"), [(0, len(WORDS)), (1, len(WORDS)), (2, len(WORDS) - 2), (3, 4)])
def test_a_mixture_is_searched_as_one_model_would_be(sound: str, seed: int, vocabulary: int) -> None:
    """Two models, mixed in the search, find what their mixture finds as a single model. Rare words are not mixed."""
    one, other, whole = Bigrams(seed), Bigrams(seed + 10), Bigrams()
    whole.table = np.logaddexp(np.log(0.3) + one.table, np.log(0.7) + other.table)
    whole.table[:, vocabulary:] = one.table[:, vocabulary:]
    rows = rows_of(sound, sure=0.7)
    both = decoder(one, Table(other.table, vocabulary), 0.7)
    assert texts(said(both, rows)) == texts(said(decoder(whole, None), rows))
    state, _, _ = both.step(both.start(), rows)
    expected, _, _ = decoder(whole, None).step(decoder(whole, None).start(), rows)
    assert np.isclose(state.beams.total.max(), expected.beams.total.max(), atol=1e-4)


def test_the_reader_can_change_a_word() -> None:
    rows = rows_of("B.A")
    spelt = {favoured: Bigrams(**{favoured: -0.1}) for favoured in ("be", "bee")}
    assert texts(said(decoder(spelt["be"], None), rows))[0] == "be"
    assert texts(said(decoder(spelt["be"], Table(spelt["bee"].table), 0.99), rows))[0] == "bee"


def test_no_share_is_no_reader() -> None:
    without = decoder(Bigrams(), Table(np.full((9, 9), np.nan)), 0.0)
    assert without.reader is None and without.start().stories is None


def test_stories_that_no_beam_tells_are_forgotten() -> None:
    language = Bigrams()
    searching = decoder(language, Table(language.table))
    state = searching.start()
    for row in rows_of("A.B.A.AB.BAD.A"):
        state, _, _ = searching.step(state, row[None])
        assert state.stories is not None
        assert len(state.stories) <= len(state.beams.node) + 1
        assert state.beams.story.max() < len(state.stories)


def test_however_the_sound_is_cut_the_reader_reads_the_same(tmp_path) -> None:
    """The law of tests/asr/test_recognizer.py, with stories in the state."""
    lexicon, language = nonsense(list(pronunciations()))
    torch.manual_seed(2)
    network = NeuralLMNetwork(8, np.linspace(2, 1, len(lexicon.words)), width=12, inner=6)
    NeuralLM.save(tmp_path / "neural_lm.safetensors", network.state_dict(), lexicon.words)
    search = SearchOptions(lm_weight=0.8, word_score=0.6, beam_size=6, beam_threshold=6.0)
    recognizer = Recognizer(
        tiny_model(), lexicon, language, search, reader=NeuralLM.load(tmp_path / "neural_lm.safetensors")
    )
    state, words, _ = hear(recognizer, [SPEECH])
    assert words and state.decoder.stories is not None
    for seed in range(6):
        cuts = np.sort(np.random.default_rng(seed).integers(0, len(SPEECH), 8))
        check_cuts(recognizer, SPEECH, cuts.tolist())
