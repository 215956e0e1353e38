"""Training text of the tagger, its batches, a short training, and what its evaluation counts."""

import lzma
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from asr.text.formatter.inputs import (
    BOTH_CASES,
    CAPITAL,
    COMMA,
    END,
    LOOKAHEAD,
    LOWER,
    MIXED,
    NONE,
    PERIOD,
    QUESTION,
    UNKNOWN_CASE,
    UPPER,
    WordClasses,
)
from asr.training.text.tagger import train as tagger
from asr.training.text.tagger.data import IGNORED, Text, add_errors, batches, draw_pauses, sequences
from asr.training.text.tagger.evaluate import UNKNOWN_MARK, Tally, WrittenLines, labels_of
from asr.training.text.tagger.pauses import count_pauses
from asr.training.text.tagger.tagged_text import Token, case_of, tokens
from asr.training.text.tagger.written_forms import written_forms
from asr.updates import Word


def shown(line: str, known: frozenset[str] = frozenset()) -> str:
    """Return the tokens of a line as text, with their marks."""
    signs = {NONE: "", COMMA: ",", PERIOD: ".", QUESTION: "?"}
    return " ".join(token.spoken + signs[token.mark] for token in tokens(line, known))


@pytest.mark.parametrize(
    ("line", "spoken"),
    [
        ("I guess she was 92.", "i guess she was ninety two."),
        ("Wait... What?! No!", "wait. what? no."),
        ("well... maybe; yes: no", "well, maybe, yes, no"),
        ("A word - another\u2014third, a long-time friend.", "a word, another, third, a long time friend."),
        ("Mr. Smith's U.S. tour cost $3.5 million.", "mister smith's u s tour cost three point five million dollars."),
        ("At 3:30pm he said \u201cyes.\u201d", "at three thirty pm he said yes."),
        ("He uses AWS and the API.", "he uses a w s and the api."),
        ("Send it to foo@bar.com now. Then go.", "then go."),
    ],
)
def test_written_text_becomes_spoken_words_with_marks(line: str, spoken: str) -> None:
    assert shown(line, frozenset({"api"})) == spoken


def test_the_first_word_of_a_sentence_is_known_as_such() -> None:
    words = tokens("The cat. A dog, a Mouse?")
    assert [token.first for token in words] == [True, False, True, False, False, False]
    assert [token.written for token in words] == ["The", "cat", "A", "dog", "a", "Mouse"]


@pytest.mark.parametrize(
    ("written", "case"),
    [("cat", LOWER), ("Paris", CAPITAL), ("Paris's", CAPITAL), ("NASA", UPPER), ("iPhone", MIXED), ("APIs", MIXED)],
)
def test_cases(written: str, case: int) -> None:
    assert case_of(written) == case


def test_how_words_are_usually_written() -> None:
    lines = [tokens("We saw Will and his iPhone in Rome, will we?") for _ in range(3)]
    words = ("will", "iphone", "rome", "we", "london", "walked", "hopper", "unheard")
    forms = written_forms(lines, ["London", "walk", "Hopper", "hop"], ["Unheard", "Will"], words)
    assert forms.priors == {
        "will": BOTH_CASES,
        "iphone": MIXED,
        "rome": CAPITAL,
        "we": LOWER,
        "london": CAPITAL,
        "walked": LOWER,
        "hopper": CAPITAL,
        "unheard": CAPITAL,
    }
    assert forms.mixed == {"iphone": "iPhone"}


def text_of(count: int, seed: int = 0) -> Text:
    rng = np.random.default_rng(seed)
    return Text(
        rng.integers(0, 20, count).astype(np.int32),
        rng.integers(0, UNKNOWN_CASE, count).astype(np.int8),
        rng.choice([NONE, NONE, NONE, COMMA, PERIOD], count).astype(np.int8),
        rng.integers(0, UNKNOWN_CASE, count).astype(np.int8),
    )


def test_errors_leave_every_mark_and_the_order() -> None:
    text = text_of(5000)
    noisy = add_errors(text, np.random.default_rng(1))
    assert len(noisy) != len(text) or (noisy.words != text.words).any()
    sentences = int((text.marks == PERIOD).sum())
    assert 0.9 * sentences <= int((noisy.marks == PERIOD).sum()) <= sentences


def test_pauses_are_longer_at_marks_and_end_sequences() -> None:
    marks = np.tile([NONE, COMMA, PERIOD], 4000).astype(np.int8)
    pauses = draw_pauses(marks, np.random.default_rng(0))
    means = [pauses[marks == mark].mean() for mark in (NONE, COMMA, PERIOD)]
    assert means == sorted(means)
    cuts = sequences(pauses)
    assert cuts[0] == 0 and cuts[-1] == len(pauses) and (np.diff(cuts) > 0).all()


def test_a_batch_is_a_start_the_words_and_what_follows() -> None:
    vocabulary = WordClasses([f"word{n}" for n in range(20)], {})
    text = text_of(400)
    special = vocabulary.first_special
    total = 0
    for batch in batches(text, vocabulary, np.arange(vocabulary.classes), 300, 0, clean=True):
        steps = batch.marks.shape[1]
        assert batch.words.shape[1] == steps + LOOKAHEAD
        assert (batch.words[:, 0] >= special + 2).all() and (batch.marks[:, 0] == IGNORED).all()
        lengths = (batch.marks != IGNORED).sum(1)
        for row, length in zip(batch.words, lengths, strict=True):
            assert (row[1 : 1 + length] < 20).all()
            following = row[1 + length : 1 + length + LOOKAHEAD]
            assert (following == special + END).all() or (following < 20).any()
        total += int(lengths.sum())
    assert total == len(text)


def test_it_trains_resumes_and_exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "written_tales.txt.xz"
    with lzma.open(text, "wt") as file:
        file.writelines(f"The fox met Paris number {n}, and then? It ran.\n" for n in range(120))
    output = tmp_path / "out"
    arguments = ["train", str(text), "--output", str(output), "--vocabulary", "50", "--inner", "6", "--width", "8"]
    monkeypatch.setattr(tagger, "initial_embedding", lambda model, words, inner: np_tensor(len(words), inner))
    monkeypatch.setattr(tagger.TaggerTraining, "clock", staticmethod(map(float, count(0, 5)).__next__))
    monkeypatch.setattr(
        "sys.argv", ["tagger", *arguments, "--minutes", "1", "--batch", "256", "--model", str(lexicon(tmp_path))]
    )
    tagger.main()
    assert (output / "checkpoint.pt").exists() and "written_tales" in (output / "log.jsonl").read_text()
    monkeypatch.setattr(
        "sys.argv", ["tagger", "export", str(output / "checkpoint.pt"), str(tmp_path / "formatter.safetensors")]
    )
    tagger.main()
    from asr.text.formatter.stage import Formatter

    assert Formatter.load(tmp_path / "formatter.safetensors").start().sentence_start


def np_tensor(rows: int, columns: int):  # type: ignore[no-untyped-def]
    import torch

    return torch.from_numpy(np.random.default_rng(0).normal(0, 0.3, (rows, columns)).astype(np.float32))


def lexicon(folder: Path) -> Path:
    from tests.support.recognition.damage import save_tiny_model

    save_tiny_model(folder / "model")
    return folder / "model"


def word(text: str, display: str, at: float = 0.0) -> Word:
    return Word(text, at, at + 0.3, 0.9, display)


def test_marks_and_forms_of_written_words() -> None:
    words = [word("i", "I"), word("ninety", "92,"), word("two", ""), word("rome", "Rome?")]
    assert labels_of(words) == ([NONE, NONE, COMMA, QUESTION], ["I", "", "", "Rome"])


def test_f1_counts_marks_at_aligned_words() -> None:
    reference = tokens("He ran to Rome. Why not, Ann?")
    tally = Tally()
    tally.add(reference, [word(t.spoken, t.written + {0: "", 1: ",", 2: ".", 3: "?"}[t.mark]) for t in reference])
    assert [tally.figures()[sign] for sign in (",", ".", "?", "marks", "capitals")] == [1.0] * 5
    wrong = Tally()
    wrong.add(reference, [word(t.spoken, t.written.lower() + ("," if t.mark else "")) for t in reference])
    assert wrong.figures()["."] == 0.0 and 0 < wrong.figures()[","] < 1 and wrong.figures()["capitals"] == 0.0


def test_parts_of_a_transcript_are_found_in_written_lines() -> None:
    lines = WrittenLines([tokens("He ran home to Rome."), tokens("Not this one here.")])
    found = lines.reference("and he ran home to rome then")
    assert [token.mark for token in found] == [UNKNOWN_MARK, 0, 0, 0, 0, PERIOD, UNKNOWN_MARK]
    tally = Tally()
    tally.add(found, [word(t.spoken, t.spoken + ".") for t in found])
    assert tally.marks.sum() == 5


def test_pauses_are_counted_after_marks() -> None:
    reference = tokens("He ran, she sat.")
    times = [0.0, 0.3, 1.5, 1.8]
    words = [Word(token.spoken, at, at + 0.3, 0.9) for token, at in zip(reference, times, strict=True)]
    counts = count_pauses(words, reference)
    assert counts[COMMA].tolist() == [0, 0, 0, 0, 0, 1] and counts[NONE].sum() == 2


def test_the_vocabulary_has_classes_for_all_words() -> None:
    vocabulary = WordClasses(["cat", "dog"], {"rome": CAPITAL})
    assert vocabulary.word_class("dog") == 1 and vocabulary.prior("rome") == CAPITAL
    assert 2 <= vocabulary.word_class("elsewhere") == vocabulary.word_class("nowhere") < vocabulary.first_special
    assert vocabulary.prior("cat") == UNKNOWN_CASE
    assert Token("a", "A", NONE, True).first
