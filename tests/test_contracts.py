"""The import contracts of pyproject.toml: they hold, they see every module, and those on the network are complete."""

import re
import subprocess
import sys
import tomllib
from collections import Counter

import grimp
import pytest

from tests.support.programs.scripts import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
CONTRACTS = {contract["name"]: contract for contract in PROJECT["importlinter"]["contracts"]}
NETWORK = CONTRACTS["nothing that ships can reach a network, but app.server, which answers, and app.cluster"]
SERVER = CONTRACTS["app.server answers, and asks nobody: it has no client"]
STARTED = CONTRACTS["only the command line starts app.server and app.cluster"]
WINDOW = CONTRACTS["the window leaves sound and threads to app.worker"]


def test_every_contract_is_kept() -> None:
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
    run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in run.stdout


def test_the_contracts_see_every_module() -> None:
    """A folder without `__init__.py` would be left out without a word."""
    assert PROJECT["importlinter"]["root_packages"] == ["app", "asr"]
    assert PROJECT["importlinter"]["include_external_packages"] is True
    files = [path for package in ("app", "asr") for path in (ROOT / package).rglob("*.py")]
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files}
    assert len(modules) > 150
    assert modules == grimp.build_graph("app", "asr").modules


@pytest.mark.parametrize("package", ["app", "asr", "tests"])
def test_no_folder_has_more_than_a_dozen_modules(package: str) -> None:
    count = Counter(path.parent for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py")
    assert {str(folder): number for folder, number in count.items() if number > 12} == {}


def test_all_of_app_and_window_has_a_place_in_the_layers() -> None:
    layered = {tuple(c["containers"]): c for c in CONTRACTS.values() if c["type"] == "layers" and c.get("containers")}
    for container in ("app", "app.window"):
        assert layered[(container,)]["exhaustive"] is True
    cycles = [contract for contract in CONTRACTS.values() if contract["type"] == "acyclic_siblings"]
    assert any("app" in contract["ancestors"] for contract in cycles)


def test_the_network_is_out_of_reach_for_all_that_ships() -> None:
    """Only the training code, which the program never imports, and the server are left out."""
    assert NETWORK["source_modules"] == ["app", "asr"]
    left_out = ["asr.training", "asr.training.**", "app.server", "app.server.**"]
    cluster = ["app.cluster.places -> fsspec", "app.cluster.ray_cluster -> ray"]  # and no door of Python's own
    assert NETWORK["ignore_imports"] == [f"{name} -> **" for name in left_out] + cluster
    doors = "socket ssl http urllib ftplib smtplib asyncio requests httpx webbrowser uvicorn starlette websockets"
    assert {*doors.split(), "ray", "fsspec"} <= set(NETWORK["forbidden_modules"])
    # Import contracts know PySide6 only as a whole, so ruff refuses its network modules, in every file.
    lint = PROJECT["ruff"]["lint"]
    assert "TID251" in lint["select"]
    assert all(rules == ["D"] for rules in lint["per-file-ignores"].values())  # only docstrings are optional anywhere
    assert set(lint["flake8-tidy-imports"]["banned-api"]) == {
        "PySide6.QtNetwork",
        "PySide6.QtNetworkAuth",
        "PySide6.QtWebChannel",
        "PySide6.QtWebEngineCore",
        "PySide6.QtWebSockets",
    }


def test_one_module_has_local_sockets_of_qts_network_library() -> None:
    files = {path: path.read_text(encoding="utf-8") for name in ("app", "asr") for path in (ROOT / name).rglob("*.py")}
    pattern = re.compile(r"^\s*(?:from|import) PySide6\.Qt(?:Network|Web).*$", re.M)
    imports = {path: pattern.findall(text) for path, text in files.items()}
    assert {path.relative_to(ROOT).as_posix(): found for path, found in imports.items() if found} == {
        "app/control/local_socket.py": [
            "from PySide6.QtNetwork import QLocalServer, QLocalSocket  # noqa: TID251  # local sockets only, see above"
        ]
    }
    assert [path for path, text in files.items() if "TID251" in text] == [ROOT / "app" / "control" / "local_socket.py"]


def test_the_server_has_no_client_and_only_the_command_line_starts_it() -> None:
    assert SERVER["source_modules"] == ["app.server"]
    assert {"http", "httpx", "urllib", "requests", "smtplib", "ftplib"} <= set(SERVER["forbidden_modules"])
    assert SERVER["ignore_imports"] == ["app.server.load -> **"]
    assert STARTED["forbidden_modules"] == ["app.server", "app.cluster"]
    packages = {f"app.{path.stem}" for path in (ROOT / "app").iterdir() if path.is_dir() or path.suffix == ".py"}
    packages -= {"app.__init__", "app.__main__", "app.arguments", "app.README", "app.__pycache__"}
    packages -= {"app.server", "app.cluster"}
    assert packages | {"asr"} == set(STARTED["source_modules"])


def test_the_window_has_no_numpy_no_torch_and_no_threads_of_its_own() -> None:
    assert WINDOW["source_modules"] == ["app.window"]
    assert {"numpy", "threading", "torch"} <= set(WINDOW["forbidden_modules"])
    assert WINDOW["ignore_imports"] == ["app.window -> torch"]
