"""The beam search equals a sum over all paths, and words get the rows of their phones."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from asr.decoding.beams import WordHypothesis
from asr.stream_options import ENDPOINTS, StreamOptions
from asr.text.phones import BLANK, LABEL_IDS, LABELS
from tests.support.recognition.tiny import EXHAUSTIVE, PRONS, WORDS, Bigrams, decode, rows_of, texts, tiny_decoder


def all_paths(rows: np.ndarray, symbols: list[int]) -> dict[tuple[int, ...], float]:
    """Return ln of the summed probability of all paths to each sequence of units, without blanks and repeats."""
    sums: dict[tuple[int, ...], float] = {}
    for path in itertools.product(symbols, repeat=len(rows)):
        labels = tuple(label for label, _ in itertools.groupby(path) if label != BLANK)
        p = float(sum(rows[t, label] for t, label in enumerate(path)))
        sums[labels] = float(np.logaddexp(sums.get(labels, -np.inf), p))
    return sums


def units_of(labels: tuple[int, ...]) -> tuple[int, ...]:
    """Return the units of labels: each pairs with the label before it, the first one with the blank."""
    return tuple(a * len(LABELS) + b for a, b in zip((BLANK, *labels), labels, strict=False))


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.slow
def test_the_best_words_and_their_score_are_those_of_all_paths(seed: int, pairs: bool) -> None:
    rng = np.random.default_rng(seed)
    ngram_lm = Bigrams(seed)
    used = [LABEL_IDS[p] for p in ("AA", "B", "D")]
    if pairs:
        used = [a * len(LABELS) + b for a in (BLANK, *used) for b in used]
    used = [BLANK, *used]
    rows = np.full((5, len(LABELS) ** (2 if pairs else 1)), -1e4)
    rows[:, used] = np.log(rng.dirichlet(np.full(len(used), 0.6), 5))
    rows = rows.astype(np.float32).astype(np.float64)
    paths = all_paths(rows, used)
    expected: dict[tuple[int, ...], float] = {}
    for count in range(4):
        for words in itertools.product(range(3, len(WORDS)), repeat=count):
            labels = tuple(LABEL_IDS[p] for word in words for p in PRONS[WORDS[word]][0])
            if pairs:
                labels = units_of(labels)
            if labels in paths:
                history = (0, *words)
                prior = sum(ngram_lm.logp(history[:i], history[i]) for i in range(1, len(history)))
                expected[words] = paths[labels] + EXHAUSTIVE.lm_weight * prior + EXHAUSTIVE.word_score * count
    searching = tiny_decoder(ngram_lm)
    state, final, _ = searching.step(searching.start(), rows)
    assert not final
    beams = state.beams
    # Equal words have equal phones, so every sequence of words is one hypothesis between words.
    totals = {
        tuple(state.histories.words[i, : beams.word_count[i]].tolist()): float(beams.total[i])
        for i in range(len(beams.node))
        if beams.node[i] == 0 and beams.word_count[i] <= 3
    }
    assert totals.keys() == expected.keys()
    for words, total in expected.items():
        assert totals[words] == pytest.approx(total, abs=1e-4)
    best = max(expected, key=lambda w: expected[w] + EXHAUSTIVE.lm_weight * ngram_lm.table[(0, *w)[-1], 1])
    assert tuple(h.word for h in searching.close(state)) == best


def test_a_repeated_phone_needs_a_blank_between() -> None:
    ngram_lm = Bigrams(1, a=-4.0, aa=-1.0)
    assert texts(decode(tiny_decoder(ngram_lm), rows_of("..AAA.."))) == ["a"]
    assert texts(decode(tiny_decoder(ngram_lm), rows_of("..A.A.."))) == ["aa"]


@pytest.mark.parametrize("likely", ["be", "bee"])
def test_the_language_model_chooses_among_homophones(likely: str) -> None:
    ngram_lm = Bigrams(2, **{"be": -4.0, "bee": -4.0, likely: -1.0})
    assert texts(decode(tiny_decoder(ngram_lm), rows_of("..B.."))) == [likely]


def test_words_have_the_rows_of_their_phones() -> None:
    words = decode(tiny_decoder(Bigrams(3, bad=-1.0, ab=-1.0)), rows_of("...B.AA.D....A.B.."))
    assert [(WORDS[h.word], h.first_row, h.last_row) for h in words] == [("bad", 3, 8), ("ab", 13, 15)]
    assert all(0.9 < h.posterior <= 1 for h in words)


@pytest.mark.slow
def test_blanks_alone_give_no_words() -> None:
    searching = tiny_decoder(Bigrams(4))
    state, words, closed = searching.step(searching.start(), rows_of("." * 80))
    assert not words and not closed and not searching.partial(state) and not searching.close(state)


@pytest.mark.slow
def test_a_pause_closes_an_utterance() -> None:
    """After exactly 0.4 seconds of blanks, once; the next utterance still depends on the words before it."""
    ngram_lm = Bigrams(5, bad=-1.0, ab=-1.0)
    searching = tiny_decoder(ngram_lm)
    state, words, closed = searching.step(searching.start(StreamOptions(endpoint="short")), rows_of(".BAD" + "." * 9))
    assert not words and not closed and texts(searching.partial(state)) == ["bad"]
    state, words, closed = searching.step(state, rows_of("."))
    assert texts(words) == ["bad"] and closed
    after_bad = ngram_lm.states[0, WORDS.index("bad")]
    assert not searching.partial(state) and state.beams.ngram_state.tolist() == [after_bad]
    state, words, closed = searching.step(state, rows_of("." * 30))
    assert not words and not closed
    state, words, closed = searching.step(state, rows_of("A.B" + "." * 10))
    assert [(WORDS[h.word], h.first_row, h.last_row) for h in words] == [("ab", 44, 46)] and closed


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_long_pause_begins_a_new_sentence(endpoint: str) -> None:
    """After 3 seconds (75 rows) of blanks the language model forgets the words before, under every endpoint rule."""
    ngram_lm = Bigrams(5, bad=-1.0)
    searching = tiny_decoder(ngram_lm)
    state, words, _ = searching.step(searching.start(StreamOptions(endpoint=endpoint)), rows_of("BAD" + "." * 74))
    assert texts(words) == ["bad"] and state.beams.ngram_state.tolist() != [ngram_lm.start]
    state, words, closed = searching.step(state, rows_of("."))
    assert not words and not closed and state.beams.ngram_state.tolist() == [ngram_lm.start]


def test_every_utterance_may_be_a_sentence_of_its_own() -> None:
    ngram_lm = Bigrams(5, bad=-1.0)
    searching = tiny_decoder(ngram_lm, replace(EXHAUSTIVE, context_silence=0.0))
    state, words, _ = searching.step(searching.start(StreamOptions(endpoint="short")), rows_of("BAD" + "." * 10))
    assert texts(words) == ["bad"] and state.beams.ngram_state.tolist() == [ngram_lm.start]


def test_words_after_a_short_pause_depend_on_those_before_it() -> None:
    """`be` and `bee` sound alike: which one follows "bad" is for the language model, across the endpoint."""
    for likely in ("be", "bee"):
        ngram_lm = Bigrams(5, bad=-1.0)
        ngram_lm.table[:, [WORDS.index("be"), WORDS.index("bee")]] = -8.0
        ngram_lm.table[WORDS.index("bad"), WORDS.index(likely)] = -1.0
        searching = tiny_decoder(ngram_lm)
        sound = rows_of("BAD" + "." * 12 + "B" + "." * 12)
        _, words, closed = searching.step(searching.start(StreamOptions(endpoint="short")), sound)
        assert closed and texts(words) == ["bad", likely]


def test_a_pause_after_final_words_is_an_endpoint_too() -> None:
    searching = tiny_decoder(Bigrams(5, bad=-1.0, ab=-1.0), replace(EXHAUSTIVE, commit_threshold=0.9))
    state, words, closed = searching.step(
        searching.start(StreamOptions(endpoint="short")), rows_of("BAD..A.B.", 0.9999)
    )
    assert words and state.has_final_words and not closed
    state, more, closed = searching.step(state, rows_of("." * 10))
    assert closed and not state.has_final_words
    assert texts([*words, *more]) == ["bad", "ab"]


def test_an_utterance_without_pauses_gives_its_first_words() -> None:
    searching = tiny_decoder(Bigrams(6, a=-0.1), replace(EXHAUSTIVE, max_open_words=6, beam_size=50))
    state = searching.start()
    words: list[WordHypothesis] = []
    for _ in range(20):
        state, final, closed = searching.step(state, rows_of("A.", 0.999))
        words += final
        assert int(state.beams.word_count.max()) <= 6 and not closed
    assert len(words) >= 10  # though EXHAUSTIVE.commit_threshold can never be reached
    words += searching.close(state)
    assert [h.first_row for h in words] == sorted(h.first_row for h in words)
    assert sum(len(PRONS[text][0]) for text in texts(words)) == 20  # every phone is in one word


def test_rows_may_come_in_any_portions_while_no_word_is_final() -> None:
    rng = np.random.default_rng(7)
    rows = np.log(rng.dirichlet(np.full(len(LABELS), 0.05), 30) + 1e-9)
    searching = tiny_decoder(Bigrams(7), replace(EXHAUSTIVE, beam_size=40))
    whole, _, _ = searching.step(searching.start(), rows)
    state = searching.start()
    for portion in np.split(rows, [1, 1, 8, 20]):
        state, _, _ = searching.step(state, portion)
    # How sure the beam was of a word is looked at after each portion.
    one, other = ([replace(word, share=0.0) for word in searching.close(s)] for s in (whole, state))
    assert one == other
    assert np.array_equal(whole.beams.total, state.beams.total)


def test_confidence_is_that_of_the_phone_whatever_comes_before_it() -> None:
    rows, labels = rows_of("..B.A.D...A.."), len(LABELS)
    pairs = np.full((len(rows), labels, labels), -1e4)
    pairs[:, :, 1:] = rows[:, None, 1:] - np.log(labels)
    pairs[:, BLANK, BLANK] = rows[:, BLANK]
    searching = tiny_decoder(Bigrams(3, bad=-1.0))
    alone, paired = decode(searching, rows), decode(searching, pairs.reshape(len(rows), -1))
    assert texts(alone) == texts(paired) and alone
    assert [w.posterior for w in paired] == pytest.approx([w.posterior for w in alone], abs=1e-5)
