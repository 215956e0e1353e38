"""tests/README.md: every test that it names exists, and no test module imports another."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.programs.scripts import ROOT


@cache
def trees() -> dict[Path, ast.Module]:
    """The parsed files of all tests."""
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted((ROOT / "tests").rglob("*.py"))}


@pytest.mark.slow
def test_every_test_of_the_page_exists() -> None:
    page = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    written = {node.name for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert len(named) > 30 and not named - written


def test_no_test_module_imports_another() -> None:
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tests"):
                names = [node.module.rpartition(".")[2], *(alias.name for alias in node.names)]
                assert not [name for name in names if name.startswith("test_")], f"{file}: {names}"
