"""A user's language in the search: words have the probability of the mixture, and any cutting gives the same words."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.decoding.beams import STATE_BITS, Beams
from asr.decoding.compiled.acceleration import UNCOMPILED, Kernels
from asr.decoding.expansion import Expansion, Moves
from asr.decoding.merging import merge
from asr.decoding.user_lm import HALF, MOST, UserLM, base_states, compile_language, grams_of
from asr.decoding.word_ends import WordEnds
from asr.language.lexicon import END, UNKNOWN
from asr.language.ngram_estimation import count
from asr.stream_options import ENDPOINTS, StreamOptions
from asr.text.phones import BLANK, LABEL_IDS
from asr.updates import Word
from asr.user.language import MARKS, START, UserLanguage
from asr.user.vocabulary import Vocabulary
from tests.support.recognition.streams import BURSTS, SLOW, SPEECH, Burst, check_cuts, leaves, run_stream, sound_of
from tests.support.recognition.tiny import (
    EXHAUSTIVE,
    PRONS,
    WORDS,
    Bigrams,
    pronunciations,
    rows_of,
    tiny_decoder,
    tiny_neural_lm,
    tiny_recognizer,
)

SEARCH = replace(EXHAUSTIVE, new_word_score=-0.8, language_boost=0.3)
NEW = Vocabulary.parse("Zed = B D")
TEXT = [line.split() for line in ("bad be", "zed bad be", "a bad bad be a", "zed", "be quiet a", "a bad be")]
LANGUAGE = UserLanguage.of(TEXT * 200, ["bad", "be", "a", "zed"], NEW)


def user_logp(user_lm: UserLM, history: tuple[int, ...], word: int) -> float:
    """Return ln p(word | history) of the user's model alone, word ids being those of the search."""
    state = np.array([user_lm.ngram_lm.start])
    for before in history[1:]:
        local = user_lm.local[[before]]
        state = user_lm.ngram_lm.score(state, local)[1] if local[0] != UNKNOWN else np.array([0])
    local = user_lm.local[[word]]
    return float(user_lm.ngram_lm.score(state, local)[0][0]) if local[0] != UNKNOWN else -np.inf


def test_shorter_ngrams_follow_from_triples() -> None:
    text = []
    for sentence in TEXT:
        text += [START, *(LANGUAGE.words.index(w) if w in LANGUAGE.words else UNKNOWN for w in sentence), END]
    expected = count(np.array(text, np.int32), 3, len(LANGUAGE.words))
    found = grams_of(UserLanguage.of(TEXT, LANGUAGE.words[len(MARKS) :]))
    for each, other in zip(found, expected, strict=True):
        assert each.prefix.tolist() == other.prefix.tolist() and each.word.tolist() == other.word.tolist()
        assert each.suffix.tolist() == other.suffix.tolist() and each.count.tolist() == other.count.tolist()
        assert each.known.tolist() == other.known.tolist() and each.from_start.tolist() == other.from_start.tolist()


def test_the_users_model_sums_to_one_and_its_share_grows_with_the_text() -> None:
    shares = []
    for times in (1, 100, 100_000):
        language = UserLanguage.of(TEXT, LANGUAGE.words[len(MARKS) :])
        language = replace(language, counts=language.counts * times)
        user_lm = compile_language(language, WORDS, ["zed"])
        words = np.arange(1, len(language.words))
        for state in range(len(user_lm.ngram_lm.first) - 1):
            total = np.exp(user_lm.ngram_lm.score(np.full(len(words), state), words)[0].astype(float)).sum()
            assert total == pytest.approx(1.0, abs=1e-3)
        assert user_lm.share == pytest.approx(MOST * 17 * times / (17 * times + HALF))
        shares.append(user_lm.share)
    assert shares == sorted(shares) and shares[0] < 0.01 and shares[-1] < MOST


@pytest.mark.parametrize("share", [0.0, 0.6])
@pytest.mark.parametrize("seed", range(3))
def test_the_score_is_a_sum_over_all_paths_of_words_by_the_mixture(seed: int, share: float) -> None:
    ngram_lm, rng = Bigrams(seed), np.random.default_rng(seed)
    used = [BLANK, *(LABEL_IDS[p] for p in ("AA", "B", "D"))]
    rows = np.full((5, len(LABEL_IDS)), -1e4)
    rows[:, used] = np.log(rng.dirichlet(np.full(len(used), 0.6), 5))
    rows = rows.astype(np.float32).astype(np.float64)
    paths: dict[tuple[int, ...], float] = {}
    for path in itertools.product(used, repeat=len(rows)):
        labels = tuple(label for label, _ in itertools.groupby(path) if label != BLANK)
        p = float(sum(rows[t, label] for t, label in enumerate(path)))
        paths[labels] = float(np.logaddexp(paths.get(labels, -np.inf), p))
    network = tiny_neural_lm()
    decoder = tiny_decoder(ngram_lm, replace(SEARCH, neural_lm_share=share), network)
    state = decoder.start(StreamOptions(language=LANGUAGE))
    user_lm = state.user_lm
    assert user_lm
    zed = len(WORDS)
    sounds = {WORDS.index(word): prons for word, prons in PRONS.items()} | {zed: [("B", "D")]}
    expected: dict[tuple[int, ...], float] = {}
    history: tuple[int, ...]
    for length in range(4):
        for words in itertools.product(sounds, repeat=length):
            history, score, lm_states, row = (0,), 0.0, network.start(), np.zeros(1, np.int64)
            for word in words:
                known = UNKNOWN if word == zed else word
                logp = ngram_lm.logp(tuple(UNKNOWN if w == zed else w for w in history), known) - 0.8 * (word == zed)
                lm_states = network.advance(lm_states, row)
                if share and word < network.vocabulary:
                    neural = float(network.score(lm_states, row, np.array([word]))[0])
                    logp = np.logaddexp(neural + np.log(share), logp + np.log(1 - share))
                lm_states = lm_states.extend(row, np.array([word])).take(np.array([len(lm_states)]))
                user = user_logp(user_lm, history, word)
                mixed = np.logaddexp(user + np.log(user_lm.share), logp + np.log1p(-user_lm.share))
                score += SEARCH.lm_weight * (mixed + 0.3 * (word == zed)) + SEARCH.word_score
                history = (*history, word)
            for prons in itertools.product(*(sounds[word] for word in words)):
                labels = tuple(LABEL_IDS[p] for pron in prons for p in pron)
                if labels in paths:
                    known_history = tuple(UNKNOWN if w == zed else w for w in history)
                    total = paths[labels] + score
                    expected[known_history] = float(np.logaddexp(expected.get(known_history, -np.inf), total))
    state, final, _ = decoder.step(state, rows)
    assert not final
    totals: dict[tuple[int, ...], float] = {}
    for beam in np.flatnonzero((state.beams.node == 0) & (state.beams.word_count <= 3)):
        history = ngram_lm.histories[int(base_states(state.beams.ngram_state[beam]))]
        totals[history] = float(np.logaddexp(totals.get(history, -np.inf), state.beams.total[beam]))
    assert totals.keys() == expected.keys() and any(UNKNOWN in history for history in totals)
    for history, total in expected.items():
        assert totals[history] == pytest.approx(total, abs=2e-4)


def test_an_utterance_ends_by_the_mixture_too() -> None:
    """The recogniser's model never ends a sentence after `bad`; the user's always does."""
    language = UserLanguage.of([["bad"]] * 10_000, ["bad"])
    ngram_lm = Bigrams(1, bad=-1.0, bee=-1.0, be=-1.0)
    ngram_lm.table[WORDS.index("bad"), END] = -30.0
    decoder = tiny_decoder(ngram_lm, SEARCH)
    state, _, _ = decoder.step(decoder.start(StreamOptions(language=language)), rows_of("..BAD.."))
    complete, totals = decoder.results.complete(state)
    bad = [n for n in range(len(complete)) if state.histories.words[complete[n], 0] == WORDS.index("bad")]
    added = totals[bad] - state.beams.total[complete[bad]]
    assert state.user_lm and (added > SEARCH.lm_weight * (np.log(state.user_lm.share) - 0.5)).any()


def test_words_of_the_language_win_and_new_ones_are_written_as_there() -> None:
    ngram_lm = Bigrams(2, be=-5.0, bee=-3.0, bad=-2.0, a=-2.0)
    decoder = tiny_decoder(ngram_lm, replace(SEARCH, language_boost=2.0))
    found = {}
    for name, options in (("without", StreamOptions()), ("with", StreamOptions(language=LANGUAGE))):
        state, words, _ = decoder.step(decoder.start(options), rows_of("..BAD.B...BD.."))
        found[name] = [h.written or WORDS[h.word] for h in (*words, *decoder.close(state))]
    assert found["without"] != found["with"] == ["bad", "be", "Zed"]


@pytest.mark.parametrize("size", [3, 12, 40])
def test_words_dropped_before_they_are_scored_would_be_pruned(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The beam is the same, to the bit, as where every word is scored; with a vocabulary beside the language, too."""
    found = []
    for floor in (None, -np.inf):
        decoder = tiny_decoder(Bigrams(4), replace(SEARCH, beam_size=size, neural_lm_share=0.6), tiny_neural_lm())
        if floor is not None:
            scorer = decoder._row_search.scorer
            real = scorer.end_words
            monkeypatch.setattr(scorer, "end_words", lambda *terms, real=real: real(*terms[:-1], -np.inf))
        options = StreamOptions(language=LANGUAGE, vocabulary=Vocabulary.parse("bad be :2\nQ = D AA"))
        state = decoder.step(decoder.start(options), rows_of("..BAD.B.ADA.BD.", posterior=0.7))[0]
        beams, histories = state.beams, state.histories
        words = [tuple(histories.words[i, :count].tolist()) for i, count in enumerate(beams.word_count)]
        found.append(sorted(zip(words, beams.node.tolist(), beams.total.tolist(), strict=True)))
    assert found[0] == found[1] and len(found[0]) == size


@pytest.mark.parametrize("kernels", [None, UNCOMPILED])
def test_hypotheses_are_merged_by_the_states_of_both_models(kernels: Kernels | None) -> None:
    """States of two models, above 28 bits, have no place in a key of merging."""
    states = np.array([5, 5 | 1 << STATE_BITS, 5 | 1 << STATE_BITS, 6 | 7 << STATE_BITS + 8])
    beams = replace(Beams.initial(0).take(np.zeros(4, int)), ngram_state=states)
    none, nothing = np.zeros(0, np.int64), np.zeros(0)
    expansion = Expansion(
        beams.blank, beams.nonblank, beams.total, -100.0, Moves(none, none, none, nothing, nothing), none
    )
    ends = WordEnds(none, none, none, none, none, nothing, none, nothing, nothing, None)
    merged = merge(beams, expansion, ends, None, np.zeros(2), 2, 0, SEARCH, kernels)
    assert sorted(merged.ngram_state.tolist()) == sorted(set(states.tolist()))
    assert merged.total.tolist() == pytest.approx([np.log(2), 0.0, 0.0])


def language_of_tiny_words(seed: int) -> UserLanguage:
    """Return a language of words of the tiny recogniser, one of them new."""
    rng, words = np.random.default_rng(seed), [*list(pronunciations())[:12], "fresh"]
    sentences = [list(rng.choice(words, rng.integers(1, 6))) for _ in range(2000)]
    return UserLanguage.of(sentences, words, Vocabulary.parse("Fresh = S T AA\n"))


LANGUAGES = [language_of_tiny_words(seed) for seed in (1, 2)]


@given(BURSTS, st.lists(st.integers(0, 36_000), max_size=6), st.sampled_from(list(ENDPOINTS)))
@settings(max_examples=6, **SLOW)
def test_however_the_sound_is_cut_with_a_language(bursts: list[Burst], cuts: list[int], endpoint: str) -> None:
    sound = sound_of(bursts)
    options = StreamOptions(endpoint=endpoint, language=LANGUAGES[0], alternatives=2)
    check_cuts(tiny_recognizer(), sound, sorted(min(cut, len(sound)) for cut in cuts), options)


@pytest.mark.parametrize("second", [StreamOptions(language=LANGUAGES[1]), StreamOptions()])
def test_a_language_that_changes_while_the_sound_runs_takes_effect_at_the_same_sound(second: StreamOptions) -> None:
    recognizer, first = tiny_recognizer(), StreamOptions(language=LANGUAGES[0])
    ends = []
    for size in (len(SPEECH), 160, 1111):
        state, words = recognizer.start(first), list[Word]()
        for part in (SPEECH[:15_000], SPEECH[15_000:]):
            for begin in range(0, len(part), size):
                state, update = recognizer.step(state, part[begin : begin + size])
                words += update.words if update else ()
            state = recognizer.change_options(state, second)
        ends.append((words, leaves(state), recognizer.finish(state)))
    assert ends[0] == ends[1] == ends[2]


def test_the_language_changes_what_is_recognised_and_leaves_nothing_behind() -> None:
    recognizer = tiny_recognizer()
    without = run_stream(recognizer, [SPEECH])[1:]
    with_language = run_stream(recognizer, [SPEECH], StreamOptions(language=LANGUAGES[0]))[1:]
    assert without != with_language
    assert run_stream(recognizer, [SPEECH])[1:] == without


def test_a_language_is_prepared_once_also_for_streams_that_alternate_with_others() -> None:
    decoder, options = tiny_decoder(Bigrams(1), SEARCH), StreamOptions(language=LANGUAGE)
    first = decoder.start(options).user_lm
    assert decoder.start().user_lm is None and decoder.start(options).user_lm is first is not None
