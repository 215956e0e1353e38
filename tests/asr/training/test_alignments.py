"""Alignment files: written by one command, read by another, independent of the cache, refused where they do not fit."""

import itertools
import json
import math
import shutil
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from asr.training import alignments
from asr.training.acoustic import align, corpus, train
from asr.training.acoustic.corpus import Corpus
from asr.training.alignments import Alignment
from asr.training.checkpoints import FILE_NAME
from tests.support.recognition.training import CONFIG, FewWords, compute_packs_here, write_manifest

FOUND = {
    "0.wav": Alignment(("DH", "IY", "K", "IY"), 0.25, ((20, 2),)),
    "1.wav": Alignment(("DH", "AH", "K", "IY"), 2.5, ((31, 2),)),
    "2.wav": Alignment(("K", "IY"), math.inf),
}
TEXTS = ["the key", "the key", "key"]


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute packs in this process and without torchaudio, and do not load CMUdict."""
    compute_packs_here(monkeypatch)
    monkeypatch.setattr(corpus, "Pronouncer", FewWords)
    monkeypatch.setattr(align, "Pronouncer", FewWords)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return write_manifest(tmp_path / "speech", TEXTS, 1.0)


@pytest.fixture
def saved(tmp_path: Path, speech: Path) -> Path:
    path = tmp_path / "new" / "alignments.jsonl"
    alignments.save(path, CONFIG, {speech: FOUND})
    return path


def load_corpus(speech: Path, cache: Path, files: list[Path], max_loss: float = math.inf) -> Corpus:
    other = write_manifest(cache.parent / "dev", ["be"], 1.0) if not (cache.parent / "dev").exists() else None
    return Corpus.load(
        [speech], other or cache.parent / "dev" / "manifest.jsonl", None, [], CONFIG, cache, files, max_loss
    )


def phones(data: Corpus) -> list[list[str]]:
    return [[CONFIG.labels[label] for label in item.labels] for item in data.items]


def test_what_is_saved_is_loaded(tmp_path: Path, speech: Path, saved: Path) -> None:
    other = write_manifest(tmp_path / "other", ["key"], 1.0)
    assert alignments.load([saved], [speech, other], CONFIG) == {speech: FOUND}
    both = tmp_path / "both.jsonl"
    alignments.save(both, CONFIG, {other: {"0.wav": Alignment(("K", "IY"), 0.5)}, speech: FOUND})
    assert alignments.load([both], [speech], CONFIG) == {speech: FOUND}
    later = alignments.load([saved, both], [speech, other], CONFIG)
    assert later == {speech: FOUND, other: {"0.wav": Alignment(("K", "IY"), 0.5)}}


def test_a_training_keeps_its_alignments_when_the_cache_is_deleted(tmp_path: Path, speech: Path, saved: Path) -> None:
    """Alignments were part of the cache once; without it, --doubt and --splice had no effect and no message."""
    cache = tmp_path / "cache"
    before = load_corpus(speech, cache, [saved], max_loss=1.0)
    shutil.rmtree(cache)
    after = load_corpus(speech, cache, [saved], max_loss=1.0)
    for data in (before, after):
        assert phones(data) == [["DH", "IY", "K", "IY"]]
        assert data.items[0].cuts == ((20, 2),)
        assert data.not_aligned == ()


def test_without_alignments_words_have_their_usual_pronunciations(tmp_path: Path, speech: Path) -> None:
    data = load_corpus(speech, tmp_path / "cache", [])
    assert phones(data) == [["DH", "AH", "K", "IY"], ["DH", "AH", "K", "IY"], ["K", "IY"]]
    assert not any(item.cuts for item in data.items)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "something"}, "is not an alignment file"),
        ({"version": 2}, "has version 2 of the format; this program reads version 1"),
        ({"labels": ["<b>", "AA"]}, "other labels"),
        ({"frames_per_second": 50.0}, "counts 50 frames a second, this training 100"),
        ({"manifests": [{"path": "elsewhere.jsonl", "sha256": "0", "utterances": 3}]}, "covers none of the manifests"),
        ({"manifests": None}, "is not an alignment file"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(speech: Path, saved: Path, change: dict[str, Any], message: str) -> None:
    header, *records = saved.read_text(encoding="utf-8").splitlines()
    saved.write_text("\n".join([json.dumps(json.loads(header) | change), *records]))
    with pytest.raises(ValueError, match=message):
        alignments.load([saved], [speech], CONFIG)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda lines: [], "is not an alignment file"),
        (lambda lines: lines[1:], "is not an alignment file"),
        (lambda lines: lines[:-1], "is incomplete: 2 of 3 utterances"),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], "line 4: not a record of an alignment"),
        (lambda lines: [lines[0], "{}", *lines[2:]], "line 2: not a record of an alignment"),
        (lambda lines: [lines[0], "[" * 5000, *lines[2:]], "line 2: not a record of an alignment"),
        (
            lambda lines: [lines[0], json.dumps({**json.loads(lines[1]), "cuts": [[1e999, 1]]}), *lines[2:]],
            "line 2: not a record of an alignment",
        ),
        (lambda lines: ["[" * 5000, *lines[1:]], "is not an alignment file"),
    ],
)
def test_a_damaged_file_is_refused(
    speech: Path, saved: Path, damage: Callable[[list[str]], list[str]], message: str
) -> None:
    saved.write_text("\n".join(damage(saved.read_text(encoding="utf-8").splitlines())))
    with pytest.raises(ValueError, match=message):
        alignments.load([saved], [speech], CONFIG)


def test_a_manifest_that_has_changed_since_is_refused(tmp_path: Path, speech: Path, saved: Path) -> None:
    speech.write_text(speech.read_text().replace('"key"', '"keys"'))
    with pytest.raises(ValueError, match="has changed since"):
        alignments.load([saved], [speech], CONFIG)


def arguments(tmp_path: Path, speech: Path, *more: object) -> list[str]:
    noise = write_manifest(tmp_path / "noise", [""], 6.0)
    given = ["train", "--train", speech, "--dev", speech, "--noise", noise, "--cache", tmp_path / "cache"]
    given += ["--output", tmp_path / "run", "--width", 8, "--layers", 2, "--batch", 4, "--minutes", 0.002, *more]
    return [str(part) for part in given]


def run(module: Any, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", command)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork while threads run
        module.main()


@pytest.mark.parametrize("option", [["--doubt", 1.5], ["--splice", 0.5]])
def test_options_that_need_alignments_are_refused_without_them(
    tmp_path: Path,
    speech: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: list[object],
) -> None:
    with pytest.raises(SystemExit) as error:
        run(train, arguments(tmp_path, speech, *option), monkeypatch)
    assert error.value.code == 2
    assert f"{option[0]} needs --alignments" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_nothing_to_splice_is_refused(
    tmp_path: Path, speech: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "alignments.jsonl"
    alignments.save(path, CONFIG, {speech: {audio: replace(found, cuts=()) for audio, found in FOUND.items()}})
    with pytest.raises(SystemExit):
        run(train, arguments(tmp_path, speech, "--splice", 0.5, "--alignments", path), monkeypatch)
    assert "--splice has nothing to splice" in capsys.readouterr().err


def test_a_file_that_does_not_fit_is_a_sentence_of_the_command(
    tmp_path: Path, speech: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "alignments.jsonl"
    alignments.save(path, replace(CONFIG, labels=CONFIG.labels[:5]), {speech: FOUND})
    with pytest.raises(SystemExit) as error:
        run(train, arguments(tmp_path, speech, "--alignments", path), monkeypatch)
    assert error.value.code == 2 and "other labels" in capsys.readouterr().err


def test_two_texts_for_one_recording_are_refused(tmp_path: Path, speech: Path) -> None:
    first = json.loads(speech.read_text().splitlines()[0])
    speech.write_text(speech.read_text() + "\n" + json.dumps(first | {"text": "another text"}))
    with pytest.raises(SystemExit, match=r"two texts for 0\.wav"):
        align.align(SimpleNamespace(config=CONFIG), speech, tmp_path / "cache")  # type: ignore[arg-type]


@pytest.mark.slow
def test_alignments_of_a_training_are_used_by_the_next(
    tmp_path: Path, speech: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands one after the other: train, align, train with --splice and --doubt."""
    plain = arguments(tmp_path, speech)
    run(train, plain, monkeypatch)
    path = tmp_path / "alignments.jsonl"
    checkpoint = tmp_path / "run" / FILE_NAME
    command = ["align", checkpoint, speech, "--output", path, "--cache", tmp_path / "cache"]
    run(align, [str(part) for part in command], monkeypatch)
    found = alignments.load([path], [speech], CONFIG)[speech]
    assert set(found) == {"0.wav", "1.wav", "2.wav"}
    assert [len(found[f"{i}.wav"].cuts) for i in range(3)] == [1, 1, 0]

    loaded: list[Corpus] = []
    load = Corpus.load

    def recorded(*given: Any) -> Corpus:
        loaded.append(load(*given))
        return loaded[-1]

    monkeypatch.setattr(Corpus, "load", recorded)
    unaligned = write_manifest(tmp_path / "unaligned", ["key"], 1.0)
    more = ["--alignments", str(path), "--splice", "0.5", "--doubt", "1e9", "--output", str(tmp_path / "next")]
    at = plain.index("--train") + 1
    run(train, [*plain[:at], str(unaligned), *plain[at:], *more], monkeypatch)
    assert (tmp_path / "next" / FILE_NAME).exists()
    assert [item.cuts for item in loaded[0].items if item.cuts] == [found["0.wav"].cuts, found["1.wav"].cuts]
    output = capsys.readouterr().out
    assert f"{unaligned} has no alignments" in output and f"{speech} has no alignments" not in output


def test_a_file_is_plain_json_lines(tmp_path: Path, speech: Path, saved: Path) -> None:
    """The file is JSON lines that other programs can read: one header and one record for each utterance."""
    header, *records = [json.loads(line) for line in saved.read_text(encoding="utf-8").splitlines()]
    assert (header["format"], header["version"], header["labels"]) == ("echoic alignments", 1, list(CONFIG.labels))
    assert [record["audio"] for record in records] == ["0.wav", "1.wav", "2.wav"]
    assert records[2]["loss"] is None  # JSON has no infinity
    assert all(a["manifest"] == b["manifest"] == 0 for a, b in itertools.pairwise(records))
    assert np.isfinite([record["loss"] for record in records[:2]]).all()
