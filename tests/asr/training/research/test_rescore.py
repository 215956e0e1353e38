"""N-best lists of the search, and rescoring."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from asr.decoding.search_options import SearchOptions
from asr.recognizer import Recognizer
from asr.training.language.neural_lm_model import NeuralLMNetwork
from asr.training.research import rescore_lists
from asr.training.research.rescore import ScoredSet, Weighting, ngram_scores, report
from asr.training.research.rescore_lists import (
    NBestDecoder,
    RecordingHypotheses,
    SentenceHypothesis,
    UnmergedLM,
    n_best_lists,
)
from tests.support.recognition.sound import noise
from tests.support.recognition.tiny import nonsense, pronunciations, tiny_model

LEXICON, LANGUAGE = nonsense(list(pronunciations()))
SEARCH = SearchOptions(lm_weight=0.8, word_score=0.6, beam_size=60, beam_threshold=12.0)
FREQUENCY = np.ones(len(LEXICON.words))
LETTERS = str.maketrans("0123456789", "abcdefghij")  # spoken form has no digits


def n_best_recognizer(merge: bool = False, most: int = 20) -> tuple[Recognizer, NBestDecoder]:
    recognizer = Recognizer(tiny_model(), LEXICON, LANGUAGE, SEARCH)
    language: Any = LANGUAGE if merge else UnmergedLM(LANGUAGE)  # has the methods that a decoder calls
    decoder = NBestDecoder(LEXICON, language, SEARCH, recognizer.config.output_seconds, most)
    recognizer._decoder = decoder
    return recognizer, decoder


def ids(words: str) -> tuple[int, ...]:
    return tuple(LEXICON.ids[word] for word in words.split())


def gru() -> NeuralLMNetwork:
    torch.manual_seed(0)
    return NeuralLMNetwork(25, FREQUENCY, width=8, inner=4).eval().requires_grad_(False)


@pytest.mark.parametrize("merge", [False, True])
def test_the_first_hypotheses_are_those_of_the_stream(merge: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescore_lists, "MAX_WORD_RATE", 40)  # this model outputs many words
    recognizer, decoder = n_best_recognizer(merge)
    sound = noise(6.0, seed=2, level=0.3)
    found = n_best_lists(recognizer, decoder, sound)
    decoder.lists = []
    state, words = recognizer.start(), []
    for chunk in np.split(sound, range(5000, len(sound), 5000)):
        state, update = recognizer.step(state, chunk)
        words += [word.text for word in (update.words if update else ())]
    words += [word.text for word in recognizer.finish(state).words]
    assert len(words) > 5
    assert [LEXICON.words[word] for hypotheses in found for word in hypotheses[0].words] == words
    for hypotheses in found:
        assert 1 < len(hypotheses) <= 20
        assert len({each.words for each in hypotheses}) == len(hypotheses)
        language = [logp.sum() for logp in ngram_scores(LANGUAGE, [each.words for each in hypotheses])]
        scores = [
            each.sound + SEARCH.lm_weight * lm + SEARCH.word_score * len(each.words)
            for each, lm in zip(hypotheses, language, strict=True)
        ]
        # In the order of the search, except for words with two pronunciations, whose scores are summed in the list.
        assert all(after < before + 1.0 for before, after in pairwise(scores))
        assert scores[0] > scores[-1]


def test_unmerged_states_have_the_scores_of_the_model() -> None:
    unmerged = UnmergedLM(LANGUAGE)
    states, want = np.array([unmerged.start] * 2), np.array([LANGUAGE.start] * 2)
    seen = {0}
    for words in np.array([[4, 5], [7, 7], [8, 8], [9, 9], [9, 9]]):
        logp, states = unmerged.score(states, words)
        expected, want = LANGUAGE.score(want, words)
        np.testing.assert_array_equal(logp, expected)
        assert states[0] != states[1] and not seen & set(states.tolist())
        seen |= set(states.tolist())
    assert want[0] == want[1]  # the model itself has one state for both
    np.testing.assert_array_equal(unmerged.end(states), LANGUAGE.end(want))
    again = np.array([unmerged.start])
    for word in (4, 7, 8, 9, 9):
        again = unmerged.score(again, np.array([word]))[1]
    assert again[0] == states[0]


def test_the_ngram_scores_whole_sentences_word_by_word() -> None:
    sentences = [ids("word1 word2 word3"), (), ids("word4")]
    for sentence, scores in zip(sentences, ngram_scores(LANGUAGE, sentences), strict=True):
        state, want = np.array([LANGUAGE.start]), []
        for word in sentence:
            logp, state = LANGUAGE.score(state, np.array([word]))
            want.append(logp[0])
        np.testing.assert_array_equal(scores, [*want, LANGUAGE.end(state)[0]])


def scored(texts: list[tuple[str, list[list[str]]]]) -> ScoredSet:
    """Score recordings of (transcript, n-best lists); the sound slightly favours earlier hypotheses."""
    recordings = [
        RecordingHypotheses(
            "one",
            text.translate(LETTERS),
            [[SentenceHypothesis(ids(g), -0.001 * i) for i, g in enumerate(hypotheses)] for hypotheses in utterances],
        )
        for text, utterances in texts
    ]
    return ScoredSet(recordings, [word.translate(LETTERS) for word in LEXICON.words], LANGUAGE, gru())


def test_errors_are_counted_over_all_utterances_of_a_recording() -> None:
    found = scored([("word1 word2 word3 word4", [["word1 word5", "word1 word2"], ["word3", "word3 word4"]])])
    assert found.first_pass_errors().tolist() == [2]
    assert found.oracle_errors(1).tolist() == [2]
    assert found.oracle_errors(2).tolist() == [0]
    assert found.rates(found.first_pass_errors()) == {"one": 50.0, "all": 50.0}


def test_the_best_hypothesis_is_that_of_the_formula() -> None:
    found = scored([("word1 word2", [["word1", "word1 word2", "word1 word2 word3"]])])
    utterance = found.utterances[0][0]
    for weighting in (
        Weighting("ngram", 0, 0.0, 0.1),
        Weighting("linear", 0.3, 0.7, 0.5),
        Weighting("log-linear", 0.6, 1.2, 2.5),
    ):
        scores = []
        for each, neural_logp, ngram_logp in zip(utterance.hypotheses, utterance.neural, utterance.ngram, strict=True):
            mixtures = {
                "ngram": ngram_logp,
                "linear": np.log(weighting.share * np.exp(neural_logp) + (1 - weighting.share) * np.exp(ngram_logp)),
                "log-linear": weighting.share * neural_logp + (1 - weighting.share) * ngram_logp,
            }
            language = mixtures[weighting.kind].sum()
            scores.append(each.sound + weighting.lm_weight * language + weighting.word_score * len(each.words))
        assert utterance.best([weighting], 3) == [utterance.hypotheses[int(np.argmax(scores))].words]
        assert utterance.best([weighting], 1) == [ids("word1")]


def test_a_report_tunes_on_the_first_set() -> None:
    right = [f"word{a} word{b} word{c}" for a, b, c in np.random.default_rng(1).integers(0, 28, (12, 3))]
    wrong = ["word0 word3", *right]
    texts = [(text, [[other, text]]) for text, other in zip(right, wrong, strict=False)]
    dev, test = scored(texts[0::2]), scored(texts[1::2])
    found = report(dev, test, 2)
    for name in ("dev", "test"):
        rates = found["wer"][name]
        assert rates["best in the lists"]["all"] == 0 < rates["first pass"]["all"]
        assert all(rates[kind]["all"] >= 0 for kind in ("ngram", "linear", "log-linear"))
    assert found["wer"]["dev"]["ngram"]["all"] <= found["wer"]["dev"]["first pass"]["all"]
    assert found["neural_lm_ms_per_utterance"]["test"]["hypotheses"] == 12


def test_lists_survive_a_file(tmp_path: Path) -> None:
    recordings = [
        RecordingHypotheses(
            "one",
            "word1",
            [[SentenceHypothesis((3, 4), -1.25), SentenceHypothesis((), -3.5)], [SentenceHypothesis((5,), 0.0)]],
        )
    ]
    rescore_lists.save(recordings, tmp_path / "new" / "lists.jsonl")
    assert rescore_lists.load(tmp_path / "new" / "lists.jsonl") == recordings
