"""What the beam holds beside its best hypothesis: shares, competitors and readings."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.decoding.beams import Beams, Histories, WordHypothesis
from asr.decoding.confusions import LAST_WORDS, MOST_CLUSTERS, RECENT_ROWS, Clusters, observe
from asr.decoding.search_options import SearchOptions
from asr.stream_options import StreamOptions
from tests.support.recognition.streams import SLOW
from tests.support.recognition.tiny import EXHAUSTIVE, WORDS, Bigrams, decode, rows_of, texts, tiny_decoder

OPTIONS = StreamOptions(alternatives=5)


def beams_of(histories: list[list[tuple[int, int, int]]], logp: list[float]) -> tuple[Beams, Histories]:
    """Return hypotheses with these words (word, first row, last row) and scores."""
    count = len(histories)
    one = Beams.initial(0).take(np.zeros(count, int))
    beams = replace(one, lm_score=np.array(logp), word_count=np.array([len(words) for words in histories]))
    columns = np.zeros((3, count, 12), np.int32)
    for row, words in enumerate(histories):
        for slot, word in enumerate(words):
            columns[:, row, slot] = word
    blank = np.zeros((count, 12), np.float32)
    return beams, Histories(columns[0], columns[1], columns[2], blank, blank.copy())


def test_a_word_has_the_share_of_all_hypotheses_that_hold_it_at_about_the_same_time() -> None:
    a, b, c = 4, 5, 6
    beams, histories = beams_of(
        [[(a, 0, 3), (b, 5, 8)], [(a, 0, 4), (c, 5, 9)], [(c, 0, 3), (b, 6, 10)]], np.log([0.5, 0.3, 0.2]).tolist()
    )
    seen, clusters = observe(beams, histories, 12)
    assert np.allclose(seen.shares[:, :2], [[0.8, 0.7], [0.8, 0.3], [0.2, 0.7]])
    found = {(int(w), round(float(s), 3)) for w, s in zip(clusters.words, clusters.shares, strict=True)}
    assert found == {(a, 0.8), (b, 0.7), (c, 0.3), (c, 0.2)}
    word = WordHypothesis(b, 5, 8, 0.9, 0.7)
    for looks in (1, 2):  # what was seen twice counts twice
        words, held, late = clusters.competitors(word, 5)
        assert (words.tolist(), held.tolist(), late.tolist()) == ([c], [pytest.approx(looks * 0.3 * 4 / 5)], [1])
        clusters = clusters.add(clusters)
    for empty in (clusters.competitors(word, 5, neighbours=(c,)), clusters.competitors(word, 0)):
        assert [len(each) for each in empty] == [0, 0, 0]
    later, _ = observe(replace(beams, lm_score=np.log([0.1, 0.1, 0.8])), seen, 20)
    assert np.array_equal(later.shares, seen.shares)  # a word keeps what it had when it was first seen


def test_the_same_word_at_another_time_is_another_cluster_and_old_words_are_left_alone() -> None:
    beams, histories = beams_of([[(4, 0, 2), (4, 9, 12)], [(5, 0, 2), (4, 9, 13)]], np.log([0.6, 0.4]).tolist())
    seen, _ = observe(beams, histories, 14)
    assert np.allclose(seen.shares[:, :2], [[0.6, 1.0], [0.4, 1.0]])
    seen, clusters = observe(beams, histories, 3 + RECENT_ROWS)
    assert np.allclose(seen.shares[:, :2], [[0, 1.0], [0, 1.0]]) and clusters.words.tolist() == [4]


@given(
    st.lists(
        st.tuples(st.lists(st.tuples(st.integers(3, 6), st.integers(1, 5)), max_size=8), st.floats(-20, 0)),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=100, **SLOW)
def test_shares_are_probabilities_and_competitors_are_other_words_best_first(
    hypotheses: list[tuple[list[tuple[int, int]], float]],
) -> None:
    timed = []
    for words, _ in hypotheses:
        ends = [*itertools.accumulate(length for _, length in words)]
        timed.append([(word, end - length, end - 1) for (word, length), end in zip(words, ends, strict=True)])
    beams, histories = beams_of(timed, [logp for _, logp in hypotheses])
    seen, clusters = observe(beams, histories, 41)
    assert ((seen.shares >= 0) & (seen.shares <= 1)).all()
    assert (clusters.shares > 0).all() and (clusters.shares <= 1).all()
    for history in timed:
        recent = [word for word in history[-LAST_WORDS:] if word[2] >= 41 - RECENT_ROWS]
        for word, first, last in recent:
            others, held, _ = clusters.competitors(WordHypothesis(word, first, last, 0.5, 0.5), 3)
            assert len(others) <= 3 and word not in others and len(np.unique(others)) == len(others)
            assert held.tolist() == sorted(held, reverse=True) and (held > 0).all()


def test_what_is_kept_of_a_block_is_bounded() -> None:
    many = Clusters(np.arange(500), np.zeros(500), np.ones(500), np.linspace(0, 1, 500))
    kept = Clusters.empty().add(many)
    assert len(kept.words) == MOST_CLUSTERS and kept.shares.min() > 0.7
    assert len(kept.add(many).since(2.0).words) == 0


def test_words_between_which_the_sound_leaves_the_choice_are_alternatives_of_each_other() -> None:
    """ "bee" and "be" sound alike, so the language model alone decides, and the other one is offered."""
    decoder = tiny_decoder(Bigrams(0, bee=-1.0, be=-1.5))
    state, final, _ = decoder.step(decoder.start(OPTIONS), rows_of("..B.....A.."))
    words = [*final, *decoder.close(state)]
    assert texts(words)[0] == "bee"
    (first, score), *rest = words[0].alternatives
    assert first == "be" and 1 > score > 5 * sum(other for _, other in rest)


def test_readings_are_the_sequences_of_all_hypotheses_with_the_sums_of_their_probability() -> None:
    decoder = tiny_decoder(Bigrams(3))
    for text in ("..B..A.A..", "A.B..B.", ".BAD.A.", "....."):
        state, _, _ = decoder.step(decoder.start(StreamOptions(alternatives=4)), rows_of(text, 0.6))
        readings = decoder.nbest(state)
        assert list(readings[0].words) == texts(decoder.close(state))
        complete, totals = decoder.results.complete(state)
        shares = np.exp(totals - totals.max())
        shares /= shares.sum()
        sums: dict[tuple[str, ...], float] = {}
        for beam, share in zip(complete, shares, strict=True):
            words = tuple(
                WORDS[word.word] for word in decoder.results.words_of(replace(state, clusters=None), int(beam))
            )
            sums[words] = sums.get(words, 0.0) + share
        assert len(readings) == min(4, len(sums)) and len({reading.words for reading in readings}) == len(readings)
        assert all(reading.score == pytest.approx(sums[reading.words]) for reading in readings)
        rest = sorted((score for words, score in sums.items() if words != readings[0].words), reverse=True)
        assert [reading.score for reading in readings[1:]] == pytest.approx(rest[: len(readings) - 1])


@pytest.mark.slow
@pytest.mark.parametrize("search", [EXHAUSTIVE, SearchOptions(beam_size=6, beam_threshold=6.0)])
def test_alternatives_change_no_words_and_cost_nothing_when_they_are_off(search: SearchOptions) -> None:
    decoder = tiny_decoder(Bigrams(5), search)
    rows = rows_of("..B..A.A...BAD.......A.B.", 0.7)
    plain = decode(decoder, rows)
    state, final, _ = decoder.step(decoder.start(OPTIONS), rows)
    assert plain == [replace(word, alternatives=()) for word in [*final, *decoder.close(state)]]
    off, _, _ = decoder.step(decoder.start(), rows)
    assert off.clusters is None and off.readings == () and decoder.nbest(off) == ()
