"""app/README.md is true: the names in it exist, and its recipe for an export format works as it stands."""

import ast
import importlib
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from app.__main__ import main
from app.cli.process import loading
from app.export import registry
from tests.support.programs.scripts import OUR_OWN, ROOT
from tests.support.recognition import sound, spoken

PAGE = (ROOT / "app" / "README.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", PAGE)))
EXAMPLES = {"app/export/words.py"}  # made by the recipe


@cache
def names_of_code() -> dict[str, set[str]]:
    """Every class of the program with its methods, and every function and constant of a module with none."""
    found: dict[str, set[str]] = {}
    for file in OUR_OWN:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
                methods |= {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)}  # type: ignore[union-attr]
                found[node.name] = methods
            elif isinstance(node, ast.FunctionDef):
                found[node.name] = set()
            elif isinstance(node, ast.Assign):
                found |= {target.id: set() for target in node.targets if isinstance(target, ast.Name)}
    return found


def exists(dotted: str) -> bool:
    """Whether a module, or something in it, has this name."""
    module, rest = dotted.split("."), list[str]()
    while module:
        try:
            value = importlib.import_module(".".join(module))
            break
        except ModuleNotFoundError:
            rest.insert(0, module.pop())
    for name in rest:
        if not hasattr(value, name):
            return False
        value = getattr(value, name)
    return bool(module)


@pytest.mark.parametrize("name", [name for name in NAMES if re.fullmatch(r"[\w./]+/[\w./]*", name)])
def test_the_files_it_names_exist(name: str) -> None:
    assert name in EXAMPLES or (ROOT / name).exists()


@pytest.mark.parametrize("name", [name for name in NAMES if re.fullmatch(r"(app|asr)(\.\w+)+", name)])
def test_the_modules_it_names_exist(name: str) -> None:
    assert exists(name)


@pytest.mark.parametrize("name", [name for name in NAMES if re.fullmatch(r"_?[A-Z]\w+(\.\w+)?", name)])
def test_the_classes_and_constants_it_names_exist(name: str) -> None:
    known = names_of_code()
    owner, _, method = name.partition(".")
    assert owner in known or name == "ID"
    assert not method or method in known[owner]


def test_the_page_names_things_at_all() -> None:
    assert len(NAMES) > 60


def test_each_recipe_has_ten_lines_at_most_and_the_sections_are_there() -> None:
    sections = dict(re.findall(r"^## ([^\n]*)\n\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
    assert len(sections) == 7
    for title, text in sections.items():
        if title.startswith("How to add"):
            assert 8 <= len(re.findall(r"^\d+\. ", text, re.M)) <= 10


def test_the_recipe_for_an_export_format_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module_code, function_code, line = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    module = ModuleType("app.export.words")
    exec(module_code, module.__dict__)
    monkeypatch.setitem(sys.modules, "app.export.words", module)
    table = dict(vars(registry))
    exec(function_code, table)
    format = eval(line, table)
    monkeypatch.setitem(registry.FORMATS, format.name, format)
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    talk = sound.write(tmp_path / "talk.wav", sound.noise(2.0))
    assert main(["transcribe", str(talk), "-f", "words", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "talk.tab").read_text() == "0.00\tword0\n1.00\tword1\n"
    assert main(["transcribe", str(talk), "-f", "words"]) == 0
    assert capsys.readouterr().out == "0.00\tword0\n1.00\tword1\n"
