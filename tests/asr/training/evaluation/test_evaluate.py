"""The figures of an evaluation, and what a search knows of words."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.decoding.decoder import SearchOptions
from asr.decoding.lexicon import END
from asr.recognizer import Recognizer
from asr.training.evaluation import evaluate
from asr.training.evaluation.evaluate import CHUNK, StreamRecognizer, alone, hear, onset, report, summary
from asr.updates import Update, Word
from tests.tiny import nonsense, pronunciations, tiny_model

RATE = 16_000


def word(text: str) -> Word:
    return Word(text, 0.0, 1.0, 0.5)


def scripted(chunks):
    """Shows `their` after three chunks, thinks better of it after five, is sure after seven."""
    for i, chunk in enumerate(chunks, 1):
        assert 0 < len(chunk) <= CHUNK
        if i in (3, 4, 5, 6):
            yield Update((), (word("their" if i < 5 else "there"), word("is")), i / 10)
        elif i == 7:
            yield Update((word("there"),), (word("is"),), i / 10)
    yield Update((word("was"),), (), i / 10)


def test_a_first_word_counts_from_when_it_was_shown_for_good() -> None:
    text, shown, spent = hear(StreamRecognizer(RATE, scripted), np.zeros(RATE, np.float32))
    assert text == "there was"
    assert shown == 0.5
    assert spent >= 0


def test_onset_is_where_the_loud_part_begins() -> None:
    sound = np.random.default_rng(0).normal(0, 1e-4, RATE).astype(np.float32)
    sound[RATE // 2 :] *= 1000
    assert onset(sound, RATE) == pytest.approx(0.5)


def row(said: str, heard: str, **changes) -> dict:
    return {"corpus": "made", "said": said, "heard": heard, "seconds": 2.0, "spent": 0.5, "delay": 1.0, **changes}


def test_summary_counts_words_not_recordings() -> None:
    rows = [
        row("one two three four", "one too three four", delay=0.5),  # a substitution
        row("five six", "five", delay=None),  # a deletion
        row("seven", "seven eight", seconds=4.0, spent=1.0, delay=0.9),  # an insertion
        row("eight", "", delay=0.6),  # another deletion
    ]
    assert summary(rows) == {
        "utterances": 4, "words": 8, "wer": 50.0, "substitutions": 12.5, "deletions": 25.0, "insertions": 12.5,
        "real_time_factor": 0.25, "first_word_delay": 0.6,
    }  # fmt: skip


def test_report_is_by_corpus_and_whole(tmp_path: Path, monkeypatch, capsys) -> None:
    rows = [row("a b", "a b"), row("a b", "b b", corpus="other")]
    monkeypatch.setattr(sys, "argv", ["evaluate", "m.jsonl", "--json", "--details", str(tmp_path / "rows.jsonl")])
    report(rows, evaluate.arguments("").parse_args())
    sets = json.loads(capsys.readouterr().out)
    assert {name: figures["wer"] for name, figures in sets.items()} == {"made": 0.0, "other": 50.0, "all": 25.0}
    assert [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()] == rows


def test_both_sides_are_scored_in_the_same_spelling(tmp_path: Path, monkeypatch) -> None:
    def shouting(chunks):
        yield Update((word("It’s"), word("TWENTY-ONE")), (), sum(map(len, chunks)) / RATE)

    soundfile.write(tmp_path / "a.wav", np.full(RATE, 0.1, np.float32), RATE)
    monkeypatch.setattr(evaluate, "_listener", StreamRecognizer(RATE, shouting), raising=False)
    scored = evaluate._score((tmp_path / "a.wav", {"corpus": "made", "text": "it's twenty one"}))
    assert scored["said"] == scored["heard"] == "it's twenty one"
    assert scored["seconds"] == 1.0


def test_alone_a_word_is_worth_the_same_behind_any_other() -> None:
    _, language = nonsense(list(pronunciations()))
    words = np.arange(END, language.vocabulary)
    frequent = alone(language, frequencies=True)
    for state in (language.start, *np.arange(20)):
        logp, after = frequent.score(np.full(len(words), state), words)
        assert (logp == language.logp[1 + words]).all() and (after == 0).all()
    assert len(set(logp.tolist())) > 5
    blind = alone(language, frequencies=False)
    assert (blind.score(np.zeros(len(words), int), words)[0] == 0).all()
    assert blind.start == 0  # nothing to remember


@pytest.mark.parametrize("frequencies", [False, True])
def test_a_search_without_context_hears_words(frequencies: bool) -> None:
    lexicon, language = nonsense(list(pronunciations()))
    search = replace(SearchOptions(beam_size=6, beam_threshold=6.0), word_score=0.0)
    sound = np.random.default_rng(1).normal(0, 0.1, 3 * RATE).astype(np.float32)
    recognizer = Recognizer(tiny_model(), lexicon, alone(language, frequencies), search)
    text, shown, _ = hear(StreamRecognizer(RATE, lambda chunks: evaluate.transcribe(recognizer, chunks)), sound)
    assert set(text.split()) <= set(lexicon.words) and len(text.split()) > 3
    assert shown is not None and 0 < shown <= 3
