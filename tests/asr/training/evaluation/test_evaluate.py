"""The results of an evaluation, and its options."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from asr.decoding.search_options import SearchOptions
from asr.language.lexicon import END
from asr.recognizer import Recognizer
from asr.training.evaluation import evaluate
from asr.training.evaluation.evaluate import CHUNK, StreamRecognizer, recognise, report, summary, without_context
from asr.training.evaluation.latency import onset
from asr.updates import Update, Word
from tests.support.recognition.tiny import nonsense, pronunciations, tiny_model

RATE = 16_000


def word(text: str) -> Word:
    return Word(text, 0.0, 1.0, 0.5)


def scripted(chunks: Iterable[np.ndarray]) -> Iterator[Update]:
    """Show `their` after three chunks, `there` after five, and make it final after seven."""
    for i, chunk in enumerate(chunks, 1):
        assert 0 < len(chunk) <= CHUNK
        if i in (3, 4, 5, 6):
            yield Update((), (word("their" if i < 5 else "there"), word("is")), i / 10)
        elif i == 7:
            yield Update((word("there"),), (word("is"),), i / 10)
    yield Update((word("was"),), (), i / 10)


def test_the_first_word_counts_from_when_it_was_shown_and_stayed() -> None:
    text, shown, spent = recognise(StreamRecognizer(RATE, scripted), np.zeros(RATE, np.float32))
    assert text == "there was"
    assert shown == 0.5
    assert spent >= 0


def test_onset_is_where_the_loud_part_begins() -> None:
    sound = np.random.default_rng(0).normal(0, 1e-4, RATE).astype(np.float32)
    sound[RATE // 2 :] *= 1000
    assert onset(sound, RATE) == pytest.approx(0.5)


def row(reference: str, hypothesis: str, **changes: Any) -> dict:
    texts = {"corpus": "made", "reference": reference, "hypothesis": hypothesis}
    return {**texts, "seconds": 2.0, "processor_seconds": 0.5, "delay": 1.0, **changes}


def test_summary_counts_words_not_recordings() -> None:
    rows = [
        row("one two three four", "one too three four", delay=0.5),  # a substitution
        row("five six", "five", delay=None),  # a deletion
        row("seven", "seven eight", seconds=4.0, processor_seconds=1.0, delay=0.9),  # an insertion
        row("eight", "", delay=0.6),  # another deletion
    ]
    assert summary(rows) == {
        "utterances": 4,
        "words": 8,
        "wer": 50.0,
        "substitutions": 12.5,
        "deletions": 25.0,
        "insertions": 12.5,
        "real_time_factor": 0.25,
        "first_word_delay": 0.6,
    }


def test_report_is_by_corpus_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row("a b", "a b"), row("a b", "b b", corpus="other")]
    monkeypatch.setattr(sys, "argv", ["evaluate", "m.jsonl", "--json", "--details", str(tmp_path / "rows.jsonl")])
    report(rows, evaluate.common_parser("").parse_args())
    sets = json.loads(capsys.readouterr().out)
    assert {name: figures["wer"] for name, figures in sets.items()} == {"made": 0.0, "other": 50.0, "all": 25.0}
    assert [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()] == rows


def test_both_texts_are_compared_in_the_same_spelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def upper_case(chunks: Iterable[np.ndarray]) -> Iterator[Update]:
        yield Update((word("It’s"), word("TWENTY-ONE")), (), sum(map(len, chunks)) / RATE)

    soundfile.write(tmp_path / "a.wav", np.full(RATE, 0.1, np.float32), RATE)
    monkeypatch.setattr(evaluate, "_recognizer", StreamRecognizer(RATE, upper_case), raising=False)
    scored = evaluate._score((tmp_path / "a.wav", {"corpus": "made", "text": "it's twenty one"}))
    assert scored["reference"] == scored["hypothesis"] == "it's twenty one"
    assert scored["seconds"] == 1.0


def test_without_context_a_word_has_the_same_probability_after_any_other() -> None:
    _, language = nonsense(list(pronunciations()))
    words = np.arange(END, language.vocabulary)
    unigram = without_context(language, frequencies=True)
    logp, after = unigram.score(np.full(len(words), unigram.start), words)
    assert (logp == language.logp[1 + words]).all()
    assert unigram.start == 0 and (after == 0).all()  # the only state
    assert len(set(logp.tolist())) > 5
    uniform = without_context(language, frequencies=False)
    assert (uniform.score(np.zeros(len(words), int), words)[0] == 0).all()
    assert uniform.start == 0  # the only state


@pytest.mark.parametrize("frequencies", [False, True])
def test_a_search_without_context_finds_words(frequencies: bool) -> None:
    lexicon, language = nonsense(list(pronunciations()))
    search = replace(SearchOptions(beam_size=6, beam_threshold=6.0), word_score=0.0)
    sound = np.random.default_rng(1).normal(0, 0.1, 3 * RATE).astype(np.float32)
    recognizer = Recognizer(tiny_model(), lexicon, without_context(language, frequencies), search)
    stream = StreamRecognizer(RATE, lambda chunks: evaluate.transcribe(recognizer, chunks))
    text, shown, _ = recognise(stream, sound)
    assert set(text.split()) <= set(lexicon.words) and len(text.split()) > 3
    assert shown is not None and 0 < shown <= 3


def test_every_search_option_is_an_option_of_the_command() -> None:
    parser = evaluate.make_parser()
    defaults = parser.parse_args(["manifest.jsonl"])
    assert {field.name: getattr(defaults, field.name) for field in fields(SearchOptions)} == vars(SearchOptions())
    args = parser.parse_args(["manifest.jsonl", "--lm-weight", "0.9", "--neural-lm-share", "0", "--beam-size", "50"])
    assert (args.lm_weight, args.neural_lm_share, args.beam_size) == (0.9, 0.0, 50)
