"""Leaks of evaluation sets into training data: sentences, runs of eight words and speakers."""

import json
import lzma
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from asr.training.evaluation import leak_check
from asr.training.evaluation.leak_check import RUN, HeldOutText, blocks, check
from asr.training.text.transcripts import transcripts

LONG = "the old lighthouse keeper counted nine white ships at dawn and smiled"
HELD = [("ann", LONG), ("bob", "her brother paints doors"), ("bob", "his sister paints green doors"), ("", "yes")]
SAFE = [("cy", "nothing here is held by anybody at all so it may stay"), ("dee", "no")]


def manifest(folder: Path, name: str, entries: list[tuple[str, str]]) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps({"speaker": speaker, "text": text}) + "\n" for speaker, text in entries))
    return path


def packed(folder: Path, lines: list[str]) -> Path:
    path = folder / "text.txt.xz"
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    return path


def run(folder: Path, train: list[tuple[str, str]], lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines that report a leak, and the others."""
    found = list(check([manifest(folder, "train", train)], [packed(folder, lines)], [manifest(folder, "held", HELD)]))
    return [line for leak, line in found if leak], [line for leak, line in found if not leak]


def test_different_data_have_no_leak(tmp_path: Path) -> None:
    leaks, others = run(tmp_path, SAFE, ["the old lighthouse keeper counted nine white", "ships at dawn and smiled"])
    assert leaks == []
    assert any("4 recordings of 2 speakers, 4 different sentences, 5 runs of 8 words" in line for line in others)
    assert any("2 recordings, 13 words, 2 speakers" in line for line in others)
    assert any("2 lines, 12 words" in line for line in others)


def test_a_held_sentence_in_training_is_a_leak_in_any_spelling(tmp_path: Path) -> None:
    leaks, _ = run(tmp_path, [*SAFE, ("cy", "His sister paints green doors.")], [])
    assert len(leaks) == 1 and leaks[0].endswith("his sister paints green doors")


def test_a_held_speaker_in_training_is_a_leak(tmp_path: Path) -> None:
    leaks, _ = run(tmp_path, [*SAFE, ("bob", "another thing")], [])
    assert len(leaks) == 1 and leaks[0].endswith("held speaker bob")


@pytest.mark.parametrize("unknown", ["", "unknown"])
def test_unknown_speakers_are_reported_and_are_no_leak(tmp_path: Path, unknown: str) -> None:
    leaks, others = run(tmp_path, [(unknown, "another thing"), (unknown, "and more")], [])
    assert leaks == []
    assert any("2 recordings of unknown speakers" in line for line in others)


def test_short_sentences_are_counted_and_are_no_leak(tmp_path: Path) -> None:
    leaks, others = run(tmp_path, [("cy", "yes")], ["yes", "her brother paints doors", "yes"])
    assert leaks == []
    assert any("2 held sentences of fewer than 5 words, 3 times" in line for line in others)


@pytest.mark.parametrize("first", range(len(LONG.split()) - RUN + 1))
def test_eight_words_in_a_row_are_a_leak_anywhere_and_seven_are_not(tmp_path: Path, first: int) -> None:
    words = LONG.split()[first:]
    eight, seven = " ".join(words[:RUN]), " ".join(words[: RUN - 1])
    for before in ("", "she said that ", "white "):
        leaks, _ = run(tmp_path, SAFE, ["a line before", before + eight + " unheard", "a line behind"])
        assert len(leaks) == 1 and leaks[0].endswith(": " + eight)
        leaks, _ = run(tmp_path, SAFE, [before + seven + " unheard", words[RUN - 1]])
        assert leaks == []


def test_a_whole_held_sentence_is_reported_once(tmp_path: Path) -> None:
    leaks, _ = run(tmp_path, SAFE, [LONG, "x", LONG])
    assert len(leaks) == 1 and "2 times, the held sentence" in leaks[0]


@pytest.mark.parametrize("seed", range(5))
def test_runs_are_those_of_a_plain_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    held = [" ".join(rng.choice(list("ab"), 12)) for _ in range(3)]
    lines = [" ".join(rng.choice(list("abc"), rng.integers(0, 25), p=[0.48, 0.48, 0.04])) for _ in range(200)]

    def runs(line: str) -> list[str]:
        words = line.split()
        return [" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]

    wanted = {run for sentence in held for run in runs(sentence)}
    expected = Counter(run for line in lines for run in runs(line) if run in wanted)
    assert expected, "the made-up lines share nothing"
    assert HeldOutText(held).find_in(lines)[1] == expected


def test_held_sentences_may_all_be_short() -> None:
    assert HeldOutText(["yes", "no"]).find_in(["yes", "maybe"]) == (Counter(yes=1), Counter())


def test_blocks_come_in_spoken_form(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("Thank  you.\nall  well\n\nlast", encoding="utf-8")
    assert list(blocks(plain, size=3)) == [["thank you", "all well", ""], ["last"]]
    assert list(blocks(packed(tmp_path, ["all  well"]))) == [["all well"]]


@pytest.mark.parametrize("lines, code", [(["a line of its own"], 0), (["his sister paints green doors"], 1)])
def test_the_exit_code_is_1_for_a_leak(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lines: list[str],
    code: int,
) -> None:
    held, text = manifest(tmp_path, "held", HELD), packed(tmp_path, lines)
    monkeypatch.setattr(sys, "argv", ["leak_check", "--text", str(text), "--held", str(held)])
    with pytest.raises(SystemExit) as left:
        leak_check.main()
    assert left.value.code == code
    assert ("LEAK" in capsys.readouterr().out) == bool(code)


def test_sentences_that_training_leaves_out_are_no_leak(tmp_path: Path) -> None:
    train = [*SAFE, ("eve", LONG), ("eve", "yes")]
    trained, held = [manifest(tmp_path, "train", train)], [manifest(tmp_path, "held", HELD)]
    assert any(leak for leak, _ in check(trained, [], held))
    found = list(check(trained, [], held, as_trained=True))
    assert not any(leak for leak, _ in found)
    assert any("1 recordings of held sentences left out" in line for _, line in found)


def test_transcripts_are_the_sentences_of_training_that_are_not_held(tmp_path: Path) -> None:
    run_of_eight = "yes " + " ".join(LONG.split()[1:9])
    spoken = [("cy", "So, it's four doors"), ("dee", "green doors"), ("dee", "green doors"), ("cy", "no"), ("cy", LONG)]
    train = manifest(tmp_path, "train", [*spoken, ("ed", run_of_eight), ("ed", "her brother paints doors")])
    assert transcripts([train], [manifest(tmp_path, "held", HELD)]) == ["green doors", "so it's four doors"]
