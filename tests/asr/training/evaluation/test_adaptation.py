"""The measures of a user's language: parts are apart, perplexity is that of the search, and figures are of all ways."""

import math
from pathlib import Path

import numpy as np
import pytest

from asr.adaptation.language import SpokenWord
from asr.decoding.user_lm import compile_language
from asr.language.lexicon import END
from asr.training.evaluation import adaptation
from asr.user.language import UserLanguage
from tests.support.recognition.tiny import pronunciations, tiny_recognizer


def sentence(text: str) -> list[SpokenWord]:
    return [SpokenWord(word, word, False) for word in text.split()]


def test_parts_of_the_documents_are_apart(tmp_path: Path) -> None:
    for number in range(23):
        (tmp_path / f"{number:02}.txt").write_text(f"file {'x' * (number + 1)} here")
    parts = {part: [each[1].text for each in adaptation.read_part(tmp_path, part)] for part in ("test", "tuning", "")}
    assert [len(text) - 1 for text in parts["test"]] == [0, 10, 20]
    assert [len(text) - 1 for text in parts["tuning"]] == [5, 15]
    assert len(parts[""]) == 18 and not set(parts[""]) & {*parts["test"], *parts["tuning"]}


def test_what_is_spoken_is_of_a_length_that_can_be_said_and_without_unknown_words() -> None:
    able = [sentence(" ".join("abcdefgh") + f" {n}") for n in range(9)]
    texts = adaptation.to_speak([sentence("too short"), sentence("<unk> " * 9), *able, able[0]], 3)
    assert texts == ["a b c d e f g h 0", "a b c d e f g h 3", "a b c d e f g h 6"]
    assert len(list(adaptation.month(able * 100, 2))) == 60


def test_perplexity_is_that_of_the_mixture_and_leaves_unknown_words_out() -> None:
    recognizer = tiny_recognizer()
    words = list(pronunciations())[:6]
    language = UserLanguage.of([words] * 3000, words)
    user_lm = compile_language(language, recognizer._lexicon.words, [])
    model, ids = recognizer._decoder.ngram_lm, recognizer._lexicon.ids
    state, total = np.array([model.start]), 0.0
    user = np.array([user_lm.start])
    for number in [*(ids[word] for word in words), END]:
        base, state = model.score(state, np.array([number]))
        scores, user = user_lm.score(user, np.array([number]))
        total += float(np.logaddexp(scores.logp[0], scores.rest + base[0]))

    mixed = adaptation.perplexity(recognizer, user_lm, [words])
    assert mixed == pytest.approx(math.exp(-total / 7), rel=1e-6)
    without = adaptation.perplexity(recognizer, None, [words])
    assert mixed < without == pytest.approx(adaptation.perplexity(recognizer, None, [words]))
    assert adaptation.perplexity(recognizer, None, [["unheard"]]) == pytest.approx(
        math.exp(-float(model.score(model.score(np.array([model.start]), np.array([2]))[1], np.array([END]))[0][0]))
    )


def row(reference: str, hypothesis: str) -> dict:
    return {"reference": reference, "hypothesis": hypothesis, "seconds": 4.0, "processor_seconds": 1.0, "delay": None}


def test_figures_count_words_that_only_a_language_has() -> None:
    rows = {
        "without": [row("ask grothmir now", "ask growth now"), row("grothmir and zed", "and said")],
        "documents": [row("ask grothmir now", "ask grothmir now"), row("grothmir and zed", "grothmir and said")],
    }
    figures = adaptation.wer_figures(rows, {"documents": {"grothmir"}})
    assert figures["without"]["wer"] == 50.0 and figures["documents"]["wer"] == round(100 / 6, 2)
    assert figures["documents"]["new_words_spoken"] == figures["documents"]["new_words_found"] == 2
    assert figures["without"]["new_words_found"] == 0 and figures["without"]["real_time_factor"] == 0.25
    low, high = adaptation.paired_interval(rows, "documents", "without")
    assert low <= -33.33 <= high < 0
