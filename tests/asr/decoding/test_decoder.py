"""The beam search against all paths, and words at the rows where they were said."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from asr.decoding.decoder import Decoder, SearchOptions
from asr.decoding.lexicon import MARKS, Lexicon
from asr.stream_options import StreamOptions
from asr.text.phones import BLANK, LABEL_IDS, LABELS

PRONS = {
    "a": [("AA",)],
    "aa": [("AA", "AA")],
    "ab": [("AA", "B")],
    "bee": [("B",)],
    "be": [("B",)],
    "bad": [("B", "AA", "D")],
}
WORDS = (*MARKS, *PRONS)
WIDE = SearchOptions(
    lm_weight=0.7,
    word_score=0.4,
    beam_size=5000,
    beam_threshold=1e3,
    token_threshold=-1e3,
    commit_threshold=2.0,
    max_open_words=12,
)
ROW = 0.04  # seconds


class Bigrams:
    """A language model that remembers everything: its states are the histories, so no two are ever merged."""

    start = 0

    def __init__(self, seed: int = 0, **favour: float):
        self.table = np.log(np.random.default_rng(seed).dirichlet(np.full(len(WORDS), 5.0), len(WORDS)))
        if favour:
            self.table[:, 1] = -2.0
        for word, logp in favour.items():
            self.table[:, WORDS.index(word)] = logp
        self.histories: list[tuple[int, ...]] = [(0,)]
        self.states = {(0,): 0}

    def logp(self, history: tuple[int, ...], word: int) -> float:
        return float(self.table[history[-1], word])

    def score(self, states, words):
        logps, following = [], []
        for state, word in zip(states.tolist(), words.tolist(), strict=True):
            history = (*self.histories[state], word)
            if history not in self.states:
                self.states[history] = len(self.histories)
                self.histories.append(history)
            logps.append(self.logp(history[:-1], word))
            following.append(self.states[history])
        return np.array(logps, np.float32), np.array(following, np.int64)

    def end(self, states):
        return np.array([self.table[self.histories[state][-1], 1] for state in states.tolist()], np.float32)


def decoder(language, search: SearchOptions = WIDE) -> Decoder:
    unigrams = np.log(np.linspace(1, 2, len(WORDS)) / 20)
    return Decoder(Lexicon.build(WORDS, PRONS, unigrams, LABELS), language, search, ROW)


def rows_of(text: str, sure: float = 0.998) -> np.ndarray:
    """One row a name: "." the blank, A B D the phones AA B D -> (n, labels) float32 ln posteriors."""
    names = {".": BLANK, "A": LABEL_IDS["AA"], "B": LABEL_IDS["B"], "D": LABEL_IDS["D"]}
    rows = np.full((len(text), len(LABELS)), (1 - sure) / (len(LABELS) - 1))
    for row, name in zip(rows, text, strict=True):
        row[names[name]] = sure
    return np.log(rows).astype(np.float32)


def said(decoder: Decoder, rows: np.ndarray):
    state, words, _ = decoder.step(decoder.start(), rows)
    return [*words, *decoder.close(state)]


def texts(words) -> list[str]:
    return [WORDS[word.word] for word in words]


def all_paths(rows: np.ndarray, symbols: list[int]) -> dict[tuple[int, ...], float]:
    """Units (blanks and repeats out) -> ln of the summed probability of all paths to them."""
    sums: dict[tuple[int, ...], float] = {}
    for path in itertools.product(symbols, repeat=len(rows)):
        labels = tuple(label for label, _ in itertools.groupby(path) if label != BLANK)
        p = float(sum(rows[t, label] for t, label in enumerate(path)))
        sums[labels] = float(np.logaddexp(sums.get(labels, -np.inf), p))
    return sums


def units_of(labels: tuple[int, ...]) -> tuple[int, ...]:
    """Each label behind the one before it; the first behind the blank."""
    return tuple(a * len(LABELS) + b for a, b in zip((BLANK, *labels), labels, strict=False))


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.slow
def test_the_best_words_and_their_score_are_those_of_all_paths(seed: int, pairs: bool) -> None:
    rng = np.random.default_rng(seed)
    language = Bigrams(seed)
    used = [LABEL_IDS[p] for p in ("AA", "B", "D")]
    if pairs:
        used = [a * len(LABELS) + b for a in (BLANK, *used) for b in used]
    used = [BLANK, *used]
    rows = np.full((5, len(LABELS) ** (2 if pairs else 1)), -1e4)
    rows[:, used] = np.log(rng.dirichlet(np.full(len(used), 0.6), 5))
    rows = rows.astype(np.float32).astype(np.float64)
    paths = all_paths(rows, used)
    expected = {}
    for many in range(4):
        for words in itertools.product(range(3, len(WORDS)), repeat=many):
            labels = tuple(LABEL_IDS[p] for word in words for p in PRONS[WORDS[word]][0])
            if pairs:
                labels = units_of(labels)
            if labels in paths:
                history = (0, *words)
                prior = sum(language.logp(history[:i], history[i]) for i in range(1, len(history)))
                expected[words] = paths[labels] + WIDE.lm_weight * prior + WIDE.word_score * many
    machine = decoder(language)
    state, final, _ = machine.step(machine.start(), rows)
    assert not final
    beams = state.beams
    # Words of the same phones in the same order end alike, so every sequence is one beam between words.
    found = {
        tuple(beams.words[i, : beams.count[i]].tolist()): float(beams.total[i])
        for i in range(len(beams.node))
        if beams.node[i] == 0 and beams.count[i] <= 3
    }
    assert found.keys() == expected.keys()
    for words, total in expected.items():
        assert found[words] == pytest.approx(total, abs=1e-4)
    best = max(expected, key=lambda w: expected[w] + WIDE.lm_weight * language.table[(0, *w)[-1], 1])
    assert tuple(h.word for h in machine.close(state)) == best


def test_a_repeated_phone_needs_a_blank_between() -> None:
    language = Bigrams(1, a=-4.0, aa=-1.0)
    assert texts(said(decoder(language), rows_of("..AAA.."))) == ["a"]
    assert texts(said(decoder(language), rows_of("..A.A.."))) == ["aa"]


@pytest.mark.parametrize("likely", ["be", "bee"])
def test_the_language_model_chooses_among_homophones(likely: str) -> None:
    language = Bigrams(2, **{"be": -4.0, "bee": -4.0, likely: -1.0})
    assert texts(said(decoder(language), rows_of("..B.."))) == [likely]


def test_words_lie_at_the_rows_of_their_phones() -> None:
    found = said(decoder(Bigrams(3, bad=-1.0, ab=-1.0)), rows_of("...B.AA.D....A.B.."))
    assert [(WORDS[h.word], h.begin, h.end) for h in found] == [("bad", 3, 8), ("ab", 13, 15)]
    assert all(0.9 < h.trust <= 1 for h in found)


def test_blanks_alone_are_no_words() -> None:
    machine = decoder(Bigrams(4))
    state, words, closed = machine.step(machine.start(), rows_of("." * 80))
    assert not words and not closed and not machine.best(state) and not machine.close(state)


def test_a_pause_closes_an_utterance() -> None:
    """After exactly 0.4 seconds without a phone, once, and the next begins at the start of a sentence."""
    language = Bigrams(5, bad=-1.0, ab=-1.0)
    machine = decoder(language)
    state, words, closed = machine.step(machine.start(StreamOptions(endpoint="short")), rows_of(".BAD" + "." * 9))
    assert not words and not closed and texts(machine.best(state)) == ["bad"]
    state, words, closed = machine.step(state, rows_of("."))
    assert texts(words) == ["bad"] and closed
    assert not machine.best(state) and state.beams.context.tolist() == [language.start]
    state, words, closed = machine.step(state, rows_of("." * 30))
    assert not words and not closed
    state, words, closed = machine.step(state, rows_of("A.B" + "." * 10))
    assert [(WORDS[h.word], h.begin, h.end) for h in words] == [("ab", 44, 46)] and closed


def test_a_pause_after_final_words_is_an_endpoint_too() -> None:
    machine = decoder(Bigrams(5, bad=-1.0, ab=-1.0), replace(WIDE, commit_threshold=0.9))
    state, words, closed = machine.step(machine.start(StreamOptions(endpoint="short")), rows_of("BAD..A.B.", 0.9999))
    assert words and state.spoken and not closed
    state, more, closed = machine.step(state, rows_of("." * 10))
    assert closed and not state.spoken
    assert texts([*words, *more]) == ["bad", "ab"]


def test_an_utterance_without_end_gives_its_first_words() -> None:
    machine = decoder(Bigrams(6, a=-0.1), replace(WIDE, max_open_words=6, beam_size=50))
    state, words = machine.start(), []
    for _ in range(20):
        state, final, closed = machine.step(state, rows_of("A.", 0.999))
        words += final
        assert int(state.beams.count.max()) <= 6 and not closed
    assert len(words) >= 10  # though `sure` can never be reached
    words += machine.close(state)
    assert [h.begin for h in words] == sorted(h.begin for h in words)
    assert sum(len(PRONS[text][0]) for text in texts(words)) == 20  # every phone is in one word


def test_the_rows_may_come_in_any_portions_while_nothing_is_settled() -> None:
    rng = np.random.default_rng(7)
    rows = np.log(rng.dirichlet(np.full(len(LABELS), 0.05), 30) + 1e-9)
    machine = decoder(Bigrams(7), replace(WIDE, beam_size=40))
    whole, _, _ = machine.step(machine.start(), rows)
    state = machine.start()
    for portion in np.split(rows, [1, 1, 8, 20]):
        state, _, _ = machine.step(state, portion)
    assert machine.close(whole) == machine.close(state)
    assert np.array_equal(whole.beams.total, state.beams.total)


def test_trust_is_of_the_phone_whatever_stands_before_it() -> None:
    rows, many = rows_of("..B.A.D...A.."), len(LABELS)
    pairs = np.full((len(rows), many, many), -1e4)
    pairs[:, :, 1:] = rows[:, None, 1:] - np.log(many)
    pairs[:, BLANK, BLANK] = rows[:, BLANK]
    searching = decoder(Bigrams(3, bad=-1.0))
    alone, paired = said(searching, rows), said(searching, pairs.reshape(len(rows), -1))
    assert texts(alone) == texts(paired) and alone
    assert [w.trust for w in paired] == pytest.approx([w.trust for w in alone], abs=1e-5)
