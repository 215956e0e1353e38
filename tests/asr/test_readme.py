"""Every file, name and test that asr/README.md mentions exists, and its examples run."""

import ast
import importlib
import re
import sys
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from tests.support.programs.scripts import ROOT
from tests.support.recognition.streams import SPEECH

PAGE = (ROOT / "asr" / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
EXAMPLES = [text for kind, text in FENCE.findall(PAGE) if kind == "python"]
PICTURES = [text for kind, text in FENCE.findall(PAGE) if kind == "text"]
PROSE = FENCE.sub("", PAGE)
VARIABLES = {"recognizer", "chunks", "step", "yield", "[t * hop, t * hop + window)"}  # of the examples and formulas


def members(node: ast.ClassDef) -> set[str]:
    """Return the methods and annotated fields of a class."""
    methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    annotated = {item.target for item in node.body if isinstance(item, ast.AnnAssign)}
    return methods | {target.id for target in annotated if isinstance(target, ast.Name)}


@cache
def defined() -> frozenset[str]:
    """Return the top-level names of asr and of the streams of the tests, class members as Class.member, and tests."""
    names: set[str] = set()
    for file in [
        *(ROOT / "asr").rglob("*.py"),
        *(ROOT / "tests" / "asr").rglob("*.py"),
        ROOT / "tests" / "support" / "recognition" / "streams.py",
    ]:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.ClassDef):
                names |= {node.name, *(f"{node.name}.{member}" for member in members(node))}
            elif isinstance(node, ast.Assign):
                names |= {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return frozenset(names)


def exists(name: str) -> bool:
    """Return whether a path, a dotted module path or a name is there."""
    if "/" in name:
        return (ROOT / name).exists()
    if name.startswith("asr."):
        return bool(importlib.import_module(name))
    return name in defined()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([^`\n]+)`", PROSE)) - VARIABLES))
def test_every_name_in_the_text_exists(name: str) -> None:
    assert exists(name)


def test_every_name_in_the_data_flow_exists() -> None:
    (picture,) = PICTURES
    files = re.findall(r"[\w/]+\.py", picture) + re.findall(r"(?:app|asr)/\w+(?![\w/.])", picture)
    names = re.findall(r"\b[A-Z]\w+(?:\.\w+)?", picture)
    assert len(files) > 10 and len(names) > 10
    assert [name for name in (*files, *names) if not exists(name)] == []


class FakeInputStream:
    """A microphone that plays a sound, as `sounddevice.InputStream` gives it: (n, 1) float32."""

    def __init__(self, rate: int, channels: int, dtype: str) -> None:
        assert (rate, channels, dtype) == (16_000, 1, "float32")
        self._at = 0

    def __enter__(self) -> "FakeInputStream":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def read(self, count: int) -> tuple[np.ndarray, bool]:
        samples = np.resize(SPEECH, self._at + count)[self._at :]
        self._at += count
        return samples[:, None], False


@pytest.mark.slow
def test_the_examples_run(
    tiny: Recognizer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the page, with a small recogniser, the chunks of a sound, and a microphone that plays one."""
    monkeypatch.setattr(Recognizer, "load", classmethod(lambda cls, path=None: tiny))
    monkeypatch.setitem(sys.modules, "sounddevice", SimpleNamespace(InputStream=FakeInputStream))
    monkeypatch.chdir(ROOT)
    chunks = np.array_split(SPEECH, 7)
    variables: dict[str, Any] = {"recognizer": tiny, "chunks": chunks, "__name__": "readme"}
    printed = []
    for example in EXAMPLES:
        exec(compile(example, "asr/README.md", "exec"), variables)
        variables["chunks"] = chunks
        printed.append(capsys.readouterr().out)
    assert len(EXAMPLES) == 10
    rate = tiny.config.rate
    words = [w.text for u in transcribe(tiny, read_file("assets/samples/lighthouse.ogg", rate)) for w in u.words]
    assert [line.split()[2] for line in printed[3].splitlines()] == words == printed[5].split()
    assert len(printed[4].split()) > 10
