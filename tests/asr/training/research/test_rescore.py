"""Lists of guesses from the search, and choosing from them."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from asr.decoding.decoder import SearchOptions
from asr.recognizer import Recognizer
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.training.research import rescore_lists
from asr.training.research.rescore import ScoredSet, Weighting, by_ngram, report
from asr.training.research.rescore_lists import Histories, Lister, Recording, SentenceHypothesis, listen
from tests.sound import noise
from tests.tiny import nonsense, pronunciations, tiny_model

LEXICON, LANGUAGE = nonsense(list(pronunciations()))
SEARCH = SearchOptions(lm_weight=0.8, word_score=0.6, beam_size=60, beam_threshold=12.0)
FREQUENCY = np.ones(len(LEXICON.words))
LETTERS = str.maketrans("0123456789", "abcdefghij")  # digits are no spoken words


def listening(merge: bool = False, most: int = 20) -> tuple[Recognizer, Lister]:
    recognizer = Recognizer(tiny_model(), LEXICON, LANGUAGE, SEARCH)
    noting = Lister(LEXICON, LANGUAGE, SEARCH, recognizer.config.output_seconds, most)
    if not merge:
        noting.ngram_lm = Histories(LANGUAGE)
    recognizer._decoder = noting
    return recognizer, noting


def said(words: str) -> tuple[int, ...]:
    return tuple(LEXICON.ids[word] for word in words.split())


def gru() -> NeuralLMNetwork:
    torch.manual_seed(0)
    return NeuralLMNetwork(25, FREQUENCY, width=8, inner=4).eval().requires_grad_(False)


@pytest.mark.parametrize("merge", [False, True])
def test_the_first_guesses_are_what_the_stream_says(merge: bool, monkeypatch) -> None:
    monkeypatch.setattr(rescore_lists, "FASTEST", 40)  # this model babbles
    recognizer, noting = listening(merge)
    sound = noise(6.0, seed=2, level=0.3)
    heard = listen(recognizer, noting, sound)
    noting.lists = []
    state, words = recognizer.start(), []
    for chunk in np.split(sound, range(5000, len(sound), 5000)):
        state, update = recognizer.step(state, chunk)
        words += [word.text for word in (update.words if update else ())]
    words += [word.text for word in recognizer.finish(state).words]
    assert len(words) > 5
    assert [LEXICON.words[word] for guesses in heard for word in guesses[0].words] == words
    for guesses in heard:
        assert 1 < len(guesses) <= 20
        assert len({guess.words for guess in guesses}) == len(guesses)
        language = [logp.sum() for logp in by_ngram(LANGUAGE, [guess.words for guess in guesses])]
        worth = [
            g.sound + SEARCH.lm_weight * lm + SEARCH.word_score * len(g.words)
            for g, lm in zip(guesses, language, strict=True)
        ]
        # In the search's own order, up to words that can be said in two ways, whose sound is summed in the list.
        assert all(after < before + 1.0 for before, after in pairwise(worth))
        assert worth[0] > worth[-1]


def test_histories_answer_as_the_model_does_but_never_merge() -> None:
    histories = Histories(LANGUAGE)
    states, want = np.array([histories.start] * 2), np.array([LANGUAGE.start] * 2)
    seen = {0}
    for words in np.array([[4, 5], [7, 7], [8, 8], [9, 9], [9, 9]]):
        logp, states = histories.score(states, words)
        expected, want = LANGUAGE.score(want, words)
        np.testing.assert_array_equal(logp, expected)
        assert states[0] != states[1] and not seen & set(states.tolist())
        seen |= set(states.tolist())
    assert want[0] == want[1]  # the model itself has forgotten the difference
    np.testing.assert_array_equal(histories.end(states), LANGUAGE.end(want))
    again = np.array([histories.start])
    for word in (4, 7, 8, 9, 9):
        again = histories.score(again, np.array([word]))[1]
    assert again[0] == states[0]


def test_the_ngram_scores_whole_sentences_word_by_word() -> None:
    sentences = [said("word1 word2 word3"), (), said("word4")]
    for sentence, scores in zip(sentences, by_ngram(LANGUAGE, sentences), strict=True):
        state, want = np.array([LANGUAGE.start]), []
        for word in sentence:
            logp, state = LANGUAGE.score(state, np.array([word]))
            want.append(logp[0])
        np.testing.assert_array_equal(scores, [*want, LANGUAGE.end(state)[0]])


def heard(texts: list[tuple[str, list[list[str]]]]) -> ScoredSet:
    """Recordings of (what was said, lists of guesses); the sound favours earlier guesses a little."""
    recordings = [
        Recording(
            "one",
            text.translate(LETTERS),
            [[SentenceHypothesis(said(g), -0.001 * i) for i, g in enumerate(guesses)] for guesses in utterances],
        )
        for text, utterances in texts
    ]
    return ScoredSet(recordings, [word.translate(LETTERS) for word in LEXICON.words], LANGUAGE, gru())


def test_errors_are_counted_over_all_utterances_of_a_recording() -> None:
    found = heard([("word1 word2 word3 word4", [["word1 word5", "word1 word2"], ["word3", "word3 word4"]])])
    assert found.first().tolist() == [2]
    assert found.oracle(1).tolist() == [2]
    assert found.oracle(2).tolist() == [0]
    assert found.rates(found.first()) == {"one": 50.0, "all": 50.0}


def test_a_bonus_and_a_weight_choose_as_the_formula_says() -> None:
    found = heard([("word1 word2", [["word1", "word1 word2", "word1 word2 word3"]])])
    weighed = found.weighed[0][0]
    for way in (
        Weighting("ngram", 0, 0.0, 0.1),
        Weighting("linear", 0.3, 0.7, 0.5),
        Weighting("log-linear", 0.6, 1.2, 2.5),
    ):
        worth = []
        for guess, gru_logp, ngram_logp in zip(weighed.guesses, weighed.gru, weighed.ngram, strict=True):
            mixtures = {
                "ngram": ngram_logp,
                "linear": np.log(way.share * np.exp(gru_logp) + (1 - way.share) * np.exp(ngram_logp)),
                "log-linear": way.share * gru_logp + (1 - way.share) * ngram_logp,
            }
            worth.append(guess.sound + way.weight * mixtures[way.kind].sum() + way.bonus * len(guess.words))
        assert weighed.best([way], 3) == [weighed.guesses[int(np.argmax(worth))].words]
        assert weighed.best([way], 1) == [said("word1")]


def test_a_report_tunes_on_the_first_set_and_never_ends_below_the_lists() -> None:
    right = [f"word{a} word{b} word{c}" for a, b, c in np.random.default_rng(1).integers(0, 28, (12, 3))]
    wrong = ["word0 word3", *right]
    dev, test = (heard([(text, [[other, text]]) for text, other in zip(right, wrong, strict=False)][part::2])
                 for part in (0, 1))  # fmt: skip
    found = report(dev, test, 2)
    for name in ("dev", "test"):
        rates = found["wer"][name]
        assert rates["best in the lists"]["all"] == 0 < rates["first pass"]["all"]
        assert all(rates[kind]["all"] >= 0 for kind in ("ngram", "linear", "log-linear"))
    assert found["wer"]["dev"]["ngram"]["all"] <= found["wer"]["dev"]["first pass"]["all"]
    assert found["gru_ms_per_utterance"]["test"]["guesses"] == 12


def test_lists_survive_being_kept(tmp_path) -> None:
    recordings = [
        Recording(
            "one",
            "word1",
            [[SentenceHypothesis((3, 4), -1.25), SentenceHypothesis((), -3.5)], [SentenceHypothesis((5,), 0.0)]],
        )
    ]
    rescore_lists.save(recordings, tmp_path / "new" / "lists.jsonl")
    assert rescore_lists.load(tmp_path / "new" / "lists.jsonl") == recordings
