"""Renew the locked versions in .ci/lock to the newest that pyproject.toml allows: python3 .ci/relock.py

Writes three files with exact versions and hashes for every Python and system at once:

  run.txt    what the program needs, and what builds its package
  cuda.txt   what PyTorch's CUDA build, the default on Linux, needs besides; other builds run without
  test.txt   what lint, types, import contracts, tests and training need besides

uv resolves them (it is installed into a temporary environment); no file names a host, so any index will do.
Install one or more of them with `pip install --no-deps -r FILE`: each list is whole, so pip need not look for more.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / ".ci" / "lock"
OLDEST = "3.11"
CUDA = re.compile(r"(nvidia|cuda|triton)\b")
# Versions held back, and why.
HELD = ["torch==2.14.1"]  # torch 2.15.0 runs too, but mirrors that lag behind have 2.14.1
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BUILD = PROJECT["build-system"]["requires"]  # for `pip install --no-build-isolation`


def blocks(lock: str) -> dict[str, str]:
    """The requirements of a file of `uv pip compile`, each with its hashes, by "name==version ; marker"."""
    parts = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    return {part.split("\\")[0].strip(): part for part in parts if "==" in part}


def compiled(uv: Path, *more: str) -> dict[str, str]:
    """Resolve pyproject.toml, and BUILD, for all Pythons from OLDEST and all systems."""
    with tempfile.TemporaryDirectory() as folder:
        held, build = Path(folder) / "held.txt", Path(folder) / "build.in"
        held.write_text("\n".join(HELD))
        build.write_text("\n".join(BUILD))
        options = (
            f"--quiet --universal --python-version {OLDEST} --upgrade --generate-hashes --no-emit-index-url "
            "--no-header --no-annotate"
        )
        command = [uv, "pip", "compile", *options.split(), "--constraint", held, *more, ROOT / "pyproject.toml", build]
        return blocks(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([tools / "pip", "install", "--quiet", "uv"], check=True)
        everything = compiled(tools / "uv", "--extra", "test")
        whole = Path(folder) / "everything.txt"
        whole.write_text("".join(everything.values()))
        needed = set(compiled(tools / "uv", "--constraint", str(whole)))
    groups: dict[str, list[str]] = {"run": [], "cuda": [], "test": []}
    for name, block in everything.items():
        groups["cuda" if CUDA.match(name) else "run" if name in needed else "test"].append(block)
    LOCK.mkdir(exist_ok=True)
    for group, requirements in groups.items():
        text = "".join(requirements)
        if "://" in text:
            raise SystemExit(f"{group}.txt would name a host; nothing was written.")
        (LOCK / f"{group}.txt").write_text(f"# Written by .ci/relock.py, which says what this is.\n{text}")
        print(f"{group}.txt: {len(requirements)} requirements")


if __name__ == "__main__":
    main()
