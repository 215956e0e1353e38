"""Encyclopaedia articles in spoken form."""

import gzip
import json
import lzma
from pathlib import Path

import pytest

pytest.importorskip("num2words")

from asr.training.text.articles import articles, sentences, spoken


@pytest.mark.parametrize(
    ("number", "fraction", "suffix", "words"),
    [
        ("7", "", "", "seven"),
        ("1,236", "", "", "one thousand two hundred thirty six"),
        ("2", ".05", "", "two point zero five"),
        ("19", "", "th", "nineteenth"),
        ("1981", "", "", "nineteen eighty one"),
        ("1906", "", "", "nineteen oh six"),
        ("1900", "", "", "nineteen hundred"),
        ("2008", "", "", "two thousand eight"),
        ("2015", "", "", "twenty fifteen"),
        ("1980", "", "s", "nineteen eighties"),
        ("1860", "", "'s", "eighteen sixties"),
    ],
)
def test_numbers_are_written_out(number: str, fraction: str, suffix: str, words: str) -> None:
    assert spoken(number, fraction, suffix) == words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("It was 5 km from town in 1906 .", ["it was five kilometers from town in nineteen oh six"]),
        (
            "Fleet Steele 's 2 @,@ 236 ships ( some old ) sank .",
            ["fleet steele's two thousand two hundred thirty six ships sank"],
        ),
        (
            "On May 6 , 1942 , she sank . She lay 2 @.@ 5 miles out .",
            ["on may sixth nineteen forty two she sank", "she lay two point five miles out"],
        ),
        (
            "Dr. Hay paid $ 5 million , or 15 % of it, in the U.S. courts.",
            ["doctor hay paid five million dollars or fifteen percent of it in the u s courts"],
        ),
        ("Henry VIII won no World War II .", ["henry the eighth won no world war two"]),
        ("In 3 months, and 10–12 years.", ["in three months and ten to twelve years"]),
        ("He was born.The rest came later on.", ["he was born", "the rest came later on"]),
        ("A heading that ends in nothing", []),
        ("The sign β cannot be said. Neither can x² here.", []),
        ("Too short.", []),
    ],
)
def test_paragraphs_become_sentences_in_spoken_form(written: str, expected: list[str]) -> None:
    assert list(sentences(written)) == expected


def test_held_out_sentences_are_left_out(tmp_path: Path) -> None:
    held = "the quick brown fox jumps over the lazy dog today"
    (tmp_path / "held.jsonl").write_text(json.dumps({"audio": "a.wav", "text": held, "seconds": 3.0}) + "\n")
    with gzip.open(tmp_path / "a.gz", "wt", encoding="utf-8") as file:
        file.write(" = Foxes = \nYesterday the quick brown fox jumps over the lazy cat. A fox is a small animal.\n")
        file.write("We saw that the quick brown fox jumps over the lazy dog again. A fox is a small animal.\n")
    assert articles([tmp_path / "a.gz"], [tmp_path / "held.jsonl"]) == ["a fox is a small animal"]


def test_the_command_writes_text_for_a_language_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from asr.training.text.articles import main

    (tmp_path / "held.jsonl").write_text("")
    (tmp_path / "a.txt").write_text("A fox is a small animal. It has 4 feet.\n")
    output = tmp_path / "articles.txt.xz"
    command = ["articles", tmp_path / "a.txt", "--held", tmp_path / "held.jsonl", "--output", output]
    monkeypatch.setattr("sys.argv", [str(part) for part in command])
    main()
    assert lzma.decompress(output.read_bytes()).decode() == "a fox is a small animal\nit has four feet\n"
    assert "2 sentences, 10 words" in capsys.readouterr().out
