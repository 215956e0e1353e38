"""Alternatives are ordered by the words that follow, and any cutting gives the same."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.decoding.choices.confidence import confidence
from asr.decoding.choices.following import DOUBTED, NEURAL_WEIGHTS, NGRAM_WEIGHTS, FollowingWords, Weights, with_end
from asr.decoding.confusions import Competitors
from asr.decoding.search_options import SearchOptions
from asr.decoding.state import Context
from asr.decoding.word_ends import WordScorer
from asr.language.lexicon import END
from asr.language.neural_lm import LMStates, NeuralLM
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from tests.support.recognition.streams import SLOW, SPEECH, check_cuts
from tests.support.recognition.tiny import (
    WORDS,
    Bigrams,
    nonsense,
    pronunciations,
    rows_of,
    texts,
    tiny_decoder,
    tiny_model,
    tiny_neural_lm,
)

A, AB, BEE, BE, BAD = (WORDS.index(word) for word in ("a", "ab", "bee", "be", "bad"))
ALTERNATIVES = StreamOptions(alternatives=3)


def following_words(ngram_lm: Bigrams, neural_lm: NeuralLM | None = None) -> FollowingWords:
    decoder = tiny_decoder(ngram_lm, neural_lm=neural_lm)
    scorer: WordScorer = decoder.results._scorer
    return FollowingWords(scorer)


def competitors(*others: tuple[int, float]) -> Competitors:
    """Return alternatives: their ids, and how much the beam held of them. All end one row after the word."""
    words, seen = zip(*others, strict=True) if others else ((), ())
    return Competitors(np.array(words, np.int64), np.array(seen, float), np.ones(len(words)))


def said(scores: dict[int, float], weights: Weights, sure: float) -> dict[int, Any]:
    """Return how likely it is that each alternative was said, by their weighted sums."""
    total = np.exp(weights.none + weights.sure * np.log(sure / (1 - sure))) + sum(map(np.exp, scores.values()))
    return {word: pytest.approx(np.exp(score) / total, rel=1e-4) for word, score in scores.items()}


def test_of_two_alternatives_the_one_before_the_likelier_words_comes_first() -> None:
    ngram_lm = Bigrams(1)
    ngram_lm.table[:, [A, END]] = -3.0
    ngram_lm.table[BE, A], ngram_lm.table[BAD, A] = -1.0, -19.0
    words, context = following_words(ngram_lm), Context(0, None)
    others = {BAD: 0.2, BE: 0.1, AB: 0.01}
    found, after = words.rank(context, BEE, competitors(*others.items()), (A, A), 0.4, 3, None, None)
    assert after is context  # nothing was taken into the neural language model: there is none
    seen, late, first = NGRAM_WEIGHTS.values[:3]
    ratios = {word: float(ngram_lm.table[word, A] - ngram_lm.table[BEE, A]) for word in others}
    scores = {word: seen * np.log(held) + late + first * ratios[word] for word, held in others.items()}
    assert [word for word, _ in found] == [BE, AB, BAD]
    assert dict(found) == said(scores, NGRAM_WEIGHTS, 0.4)
    assert words.rank(context, BEE, competitors(*others.items()), (A, A), 0.4, 2, None, None)[0] == found[:2]
    assert words.rank(context, BEE, competitors(*others.items()), (), 0.4, 1, None, None)[0][0][0] == BAD
    assert words.rank(context, BEE, competitors(), (A,), 0.4, 3, None, None) == ((), context)


@given(
    st.lists(st.tuples(st.sampled_from([A, AB, BEE, BE, BAD]), st.floats(1e-9, 50)), unique_by=lambda each: each[0]),
    st.lists(st.sampled_from([A, AB, BEE, BE, BAD, END]), max_size=5),
    st.floats(0, 1),
    st.integers(0, 6),
    st.booleans(),
)
@settings(max_examples=50, **SLOW)
def test_how_likely_each_was_said_is_a_probability(
    others: list[tuple[int, float]], following: list[int], confidence: float, count: int, neural: bool
) -> None:
    neural_lm = tiny_neural_lm() if neural else None
    words = following_words(Bigrams(2), neural_lm)
    context = Context(0, neural_lm.start() if neural_lm else None)
    found, _ = words.rank(context, BAD, competitors(*others), tuple(following), confidence, count, None, None)
    scores = [score for _, score in found]
    assert len(found) == min(count, len(others)) and {word for word, _ in found} <= {word for word, _ in others}
    assert scores == sorted(scores, reverse=True) and all(score >= 0 for score in scores)
    assert sum(scores) <= 1
    # The surer the word, the less likely any other one.
    sure, surer = (
        words.rank(context, BAD, competitors(*others), tuple(following), odds, count, None, None)[0]
        for odds in (0.95, 0.99)
    )
    assert all(less < more for (_, less), (_, more) in zip(surer, sure, strict=True))


def logp(neural_lm: NeuralLM, ngram_lm: Bigrams, share: float, before: list[int], word: int) -> float:
    """Return ln p of a word after others by the mixture, of a whole sequence from its beginning."""
    first = np.zeros(1, np.int64)
    states = neural_lm.advance(neural_lm.start(), first)
    for each in before:
        states = states.extend(first, np.array([each])).take(first + 1)
        states = neural_lm.advance(states, first)
    ngram = float(ngram_lm.table[before[-1] if before else 0, word])
    if word >= neural_lm.vocabulary:
        return ngram
    neural = float(neural_lm.score(states, first, np.array([word]))[0])
    return float(np.logaddexp(np.log(share) + neural, np.log(1 - share) + ngram))


def test_where_the_word_is_in_doubt_the_neural_language_model_reads_on_from_all_words_before_it() -> None:
    ngram_lm, neural_lm = Bigrams(2), tiny_neural_lm()
    words = following_words(ngram_lm, neural_lm)
    context = Context(0, neural_lm.start())
    for word in (A, BE):
        context = words.after(context, word, None, None)
    assert context.taken == (A, BE) and ngram_lm.histories[context.ngram_state][1:] == (A, BE)
    others = {BE: 0.3, AB: 0.1, BAD: 0.03}
    found, after = words.rank(context, BEE, competitors(*others.items()), (A, AB, END), 0.3, 3, None, None)
    assert after.taken == () and after.ngram_state == context.ngram_state

    def total(word: int) -> float:
        neural = [logp(neural_lm, ngram_lm, 0.85, before, next_word) for before, next_word in paths(word)]
        ngram = [float(ngram_lm.table[before[-1], next_word]) for before, next_word in paths(word)[1:]]
        ngram.append(float(ngram_lm.table[AB, END]))
        return float(np.dot(NEURAL_WEIGHTS.values[2:], ngram + neural))

    def paths(word: int) -> list[tuple[list[int], int]]:
        return [([A, BE], word), ([A, BE, word], A), ([A, BE, word, A], AB)]

    seen, late = NEURAL_WEIGHTS.values[:2]
    scores = {word: seen * np.log(held) + late + total(word) - total(BEE) for word, held in others.items()}
    assert dict(found) == said(scores, NEURAL_WEIGHTS, 0.3)
    plain, same = words.rank(context, BEE, competitors(*others.items()), (A, AB, END), DOUBTED, 3, None, None)
    assert plain != found and same is context  # a word that is not in doubt costs no step of the network


@given(st.lists(st.tuples(st.sampled_from([A, AB, BEE, BE, BAD]), st.booleans()), max_size=6))
@settings(max_examples=20, **SLOW)
def test_it_makes_no_difference_when_words_are_taken_into_the_neural_language_model(
    steps: list[tuple[int, bool]],
) -> None:
    neural_lm = tiny_neural_lm()
    words = following_words(Bigrams(3), neural_lm)
    early = late = Context(0, neural_lm.start())
    for word, now in steps:
        early, late = (words.after(context, word, None, None) for context in (early, late))
        early = early.caught_up(neural_lm) if now else early
    one, other = early.caught_up(neural_lm).lm_states, late.caught_up(neural_lm).lm_states
    assert isinstance(one, LMStates) and isinstance(other, LMStates) and len(one) == len(other) == 1
    assert one.hidden[one.vector].numpy().tobytes() == other.hidden[other.vector].numpy().tobytes()


def test_only_the_end_of_an_utterance_is_a_word_that_follows() -> None:
    assert with_end((A, BE), True) == (A, BE, END) and with_end((A,), False) == (A,)


def test_the_words_after_decide_how_likely_a_homophone_is() -> None:
    """ "bee" and "be" sound alike; "be" scores higher where it goes with the "a" after it."""
    scores = []
    for ratio in (-2.0, 0.0, 1.5):
        ngram_lm = Bigrams(0, bee=-1.0, be=-3.5)
        ngram_lm.table[:, A] = -3.0
        ngram_lm.table[BE, A] += ratio
        decoder = tiny_decoder(ngram_lm)
        state, final, _ = decoder.step(decoder.start(ALTERNATIVES), rows_of("..B.....A.."))
        words = [*final, *decoder.close(state)]
        assert texts(words)[0] == "bee"
        scores.append(dict(words[0].alternatives)["be"])
    assert scores == sorted(scores) and scores[0] < scores[1] < scores[2]


def test_a_word_is_surer_with_surer_phones_and_more_of_the_beam() -> None:
    assert 0 < confidence(0.1, 0.1, 5) < DOUBTED < confidence(0.999, 0.999, 5) < 1
    assert confidence(0.5, 0.5, 5) < min(confidence(0.6, 0.5, 5), confidence(0.5, 0.6, 5))


@pytest.fixture(scope="module")
def reading() -> Recognizer:
    """Return the tiny recogniser with a neural language model of random weights."""
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    search = SearchOptions(beam_size=30, beam_threshold=12.0)
    return Recognizer(tiny_model(), lexicon, ngram_lm, search, neural_lm=tiny_neural_lm(len(lexicon.words)))


UNDECIDED = SPEECH[:15_000]  # at whose end the beam holds several sequences of words


@settings(max_examples=4, **SLOW)
@given(st.lists(st.integers(0, len(UNDECIDED)), max_size=8).map(sorted))
@pytest.mark.slow
def test_however_the_sound_is_cut_alternatives_are_in_the_same_order(reading: Recognizer, cuts: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("asr.decoding.choices.following.DOUBTED", 1.1)  # so that all words are in doubt
        check_cuts(reading, UNDECIDED, cuts, ALTERNATIVES)
        pieces = np.split(UNDECIDED, cuts)
        updates, plain = (list(transcribe(reading, pieces, o)) for o in (ALTERNATIVES, DEFAULT_OPTIONS))
    words = [word for update in updates for word in update.words]
    assert [replace(word, alternatives=()) for word in words] == [w for u in plain for w in u.words]
    assert any(len(word.alternatives) > 1 for word in words)
