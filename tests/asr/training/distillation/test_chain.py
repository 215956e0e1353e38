"""The commands of a distillation one after the other, from features on: paths, teacher, posteriors, student, export."""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from asr.training import alignments, checkpoints
from asr.training.acoustic import corpus, export
from asr.training.acoustic.packs import manifest_name
from asr.training.alignments import Alignment
from asr.training.distillation import paths, posteriors, shards, student, teacher, teacher_evaluate
from asr.training.distillation.posteriors import TOP_UNITS
from asr.training.manifests import read_manifest
from tests.support.recognition.tiny import mel_bank, nonsense, pronunciations, tiny_model
from tests.support.recognition.training import FewWords, compute_packs_here, write_manifest

ROWS = 26  # of features for 1 s


def run(command: Any, *arguments: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [command.__name__, *map(str, arguments)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
        command.main()


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs a command, in a process without torchaudio and CMUdict."""
    compute_packs_here(monkeypatch)
    monkeypatch.setattr(export, "mel_bank", mel_bank)
    for module in (corpus, paths, teacher):
        monkeypatch.setattr(module, "Pronouncer", FewWords)
    return lambda *arguments: run(*arguments, monkeypatch=monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("fast", [(), ("--bfloat16",)])
def test_each_command_reads_what_the_one_before_has_written(
    tmp_path: Path, commands: Any, capsys: pytest.CaptureFixture[str], fast: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(0)
    speech = write_manifest(tmp_path / "speech", ["the key", "key"], 1.0)
    new = write_manifest(tmp_path / "new", ["", ""], 1.0)
    noise = write_manifest(tmp_path / "noise", [""], 6.0)
    for manifest in (speech, new):
        names = [entry["audio"] for entry in read_manifest(manifest)]
        features = [rng.normal(size=(ROWS, 6)).astype(np.float16) for _ in names]
        shards.write(tmp_path / "features" / manifest_name(manifest) / "made" / "00000", names, features)
    model = tiny_model(bottleneck=4)
    torch.save({"config": model.config.to_dict(), "model": model.state_dict()}, tmp_path / "tiny.pt")
    aligned = tmp_path / "alignments.jsonl"
    found = {"0.wav": Alignment(("DH", "IY", "K", "IY"), 0.2), "1.wav": Alignment(("K", "IY"), 9.0)}
    alignments.save(aligned, model.config, {speech: found})
    cache = ("--cache", tmp_path / "cache")

    commands(paths, tmp_path / "tiny.pt", tmp_path / "paths", speech, "--alignments", aligned, *cache, *fast)
    path = shards.read(tmp_path / "paths")[f"{manifest_name(speech)}/0.wav"]
    labels = [int(unit) % len(model.config.labels) for unit in path if unit]
    assert labels and {model.config.labels[label] for label in labels} == {"DH", "IY", "K"}

    dev = write_manifest(tmp_path / "dev", ["be"], 1.0)
    data = ("--train", speech, "--dev", dev, "--alignments", aligned, *cache)
    folders = ("--features", tmp_path / "features", "--paths", tmp_path / "paths", "--output", tmp_path / "teacher")
    more = ("--doubt", 3, "--bottleneck", 4, "--minutes", 0.005)
    commands(teacher, *data, *folders, *more)
    assert "1 utterances" in capsys.readouterr().out  # --doubt leaves out the other

    taught = tmp_path / "teacher" / checkpoints.FILE_NAME
    commands(posteriors, taught, tmp_path / "features", tmp_path / "posteriors", speech, new, *fast)
    written = shards.read(tmp_path / "posteriors")
    assert len(written) == 4 and all(rows.shape == (ROWS,) and rows.dtype == TOP_UNITS for rows in written.values())

    folder = tmp_path / "language"
    folder.mkdir()
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    lexicon.save(folder / "lexicon.safetensors")
    ngram_lm.save(folder / "ngram_lm.safetensors")
    capsys.readouterr()
    commands(teacher_evaluate, speech, taught, tmp_path / "features", "--model", folder, "--json")
    assert json.loads(capsys.readouterr().out)["all"]["utterances"] == 2

    targets = ("--posteriors", tmp_path / "posteriors", "--untranscribed", new, "--noise", noise)
    sizes = ("--width", 8, "--layers", 2, "--bottleneck", 4, "--mmi", "--minutes", 0.005)
    commands(student, *data, *targets, *sizes, "--output", tmp_path / "student")
    trained = tmp_path / "student" / checkpoints.FILE_NAME
    assert checkpoints.read(trained)["update"] >= 1

    commands(export, trained, tmp_path / "one.safetensors", "--name", "one")
    commands(export, trained, tmp_path / "one.safetensors", tmp_path / "mean.safetensors", "--name", "mean")
    assert "update" in capsys.readouterr().out
    weights = [checkpoints.read(tmp_path / f"{name}.safetensors")["model"] for name in ("one", "mean")]
    assert all(torch.allclose(weights[1][name], weight, atol=0.02) for name, weight in weights[0].items())
