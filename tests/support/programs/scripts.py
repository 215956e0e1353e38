"""The scripts in .ci as modules, what the program's own code imports, and the environment of processes that run it."""

import ast
import importlib.util
import os
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]
OUR_OWN = [
    *(ROOT / "app").rglob("*.py"),
    *(p for p in (ROOT / "asr").rglob("*.py") if "training" not in p.parts),
]  # what runs; training is elsewhere


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that runs this code, from whatever folder it starts in; `more` comes on top."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, **more}


def script(name: str) -> ModuleType:
    """The module .ci/NAME.py."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def imported() -> frozenset[str]:
    """Every module that the program's own code imports, at the top of a file or within a function."""
    found = set()
    for file in OUR_OWN:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)
