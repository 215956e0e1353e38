"""The training commands that the pages name: their modules exist, and their parsers have the options."""

import argparse
import importlib
import re
from pathlib import Path

import pytest

from tests.support.programs.scripts import ROOT

PAGES = [
    "README.md",
    "asr/training/README.md",
    "asr/training/research/MODELS.md",
    "asr/training/research/LANGUAGE.md",
    "asr/training/research/STUDY.md",
    "assets/model/README.md",
]
COMMAND = re.compile(r"-m (asr\.training\.[\w.]+)([^`#|&\n]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


def joined(page: str) -> list[str]:
    """Return the lines of a page, with those that a backslash or an open backquote continues."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    text = re.sub(r"`[^`]+`", lambda match: match[0].replace("\n", " "), re.sub(r"```.*\n", "\n\n", text))
    return text.splitlines()


def commands(page: str) -> list[tuple[str, str]]:
    """Return the commands of a page as (module, arguments), also those that call a function of the shell."""
    lines = joined(page)
    found, functions, name = [], {}, ""
    for line in lines:
        if definition := re.match(r"(\w+)\(\) \{", line):
            name = definition[1]
        elif line == "}":
            name = ""
        for module, arguments in COMMAND.findall(line):
            found.append((module, arguments))
            if name:
                functions[name] = (module, arguments.replace('"$@"', ""))
        for function, (module, arguments) in functions.items():
            if call := re.match(rf"{function} ([^#&]*)", line):
                found.append((module, f"{arguments} {call[1]}"))
    return found


def source_of(module: str) -> Path:
    """Return the file that `python -m MODULE` runs, relative to the root."""
    path = Path(*module.split("."))
    return path / "__main__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")


def parser_of(module: str) -> argparse.ArgumentParser | None:
    """Return the parser of a command, or None where a package that it imports is not installed."""
    try:
        imported = importlib.import_module(".".join(source_of(module).with_suffix("").parts))
    except ImportError as error:
        if not error.name or error.name.startswith("asr"):
            raise
        return None
    parser = imported.make_parser()
    assert isinstance(parser, argparse.ArgumentParser)
    return parser


def subparser(parser: argparse.ArgumentParser, arguments: str) -> argparse.ArgumentParser:
    """Return the parser of the subcommand that the arguments begin with, or the parser itself."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            choice = arguments.split()[:1]
            assert not choice or choice[0] in action.choices, f"no subcommand {choice}"
            return action.choices[choice[0]] if choice else parser
    return parser


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def test_pages_name_commands() -> None:
    modules = {page: {module for module, _ in commands(page)} for page in PAGES}
    assert "asr.training.evaluation.evaluate" in modules["README.md"]
    assert len(modules["asr/training/README.md"]) > 12
    calls = [arguments for module, arguments in commands("asr/training/research/MODELS.md") if module.endswith("train")]
    assert len(calls) > 10 and all("--dev" in arguments for arguments in calls)


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_pages_exist(page: str) -> None:
    used: set[str] = set()
    for module, arguments in commands(page):
        assert (ROOT / source_of(module)).exists(), f"{page}: {module} does not exist"
        whole = parser_of(module)
        if whole is None:
            continue
        parser = subparser(whole, arguments)
        known = options_of(parser)
        used |= known
        given = set(OPTION.findall(arguments))
        assert given <= known, f"{page}: {module} has no {', '.join(sorted(given - known))}"
        required = {a.option_strings[0] for a in parser._actions if a.required and a.option_strings}
        complete = given and "$" not in arguments and "..." not in arguments
        assert not complete or required <= given, f"{page}: {module} needs {', '.join(sorted(required - given))}"
    # Options that a variable of the shell holds.
    for line in joined(page):
        if assignment := re.match(r'\w+="(--[^"]*)"', line):
            given = set(OPTION.findall(assignment[1]))
            assert given <= used, f"{page}: no command has {', '.join(sorted(given - used))}"


def modules_with_main() -> list[str]:
    files = sorted((ROOT / "asr" / "training").rglob("*.py"))
    return [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
        for file in files
        if "__main__" in file.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("module", modules_with_main())
def test_every_command_explains_its_options_and_is_in_the_readme(module: str) -> None:
    readme = (ROOT / "asr" / "training" / "README.md").read_text(encoding="utf-8")
    assert f"]({source_of(module).relative_to('asr/training').as_posix()})" in readme
    parser = parser_of(module)
    if parser is None:
        pytest.skip("a package that it imports is not installed")
    for action in subparser(parser, "train" if module.endswith("neural_lm") else "")._actions:
        assert action.help or action.dest == "seed" or action.choices, f"{module}: {action.dest} has no help"
    assert "python -m " + module in (parser.format_help())


def test_every_folder_has_a_section_and_every_module_a_row() -> None:
    readme = (ROOT / "asr" / "training" / "README.md").read_text(encoding="utf-8")
    folder = ROOT / "asr" / "training"
    for path in sorted(folder.rglob("*.py")):
        if path.name != "__init__.py" and not path.name.startswith("study_"):
            assert f"]({path.relative_to(folder).as_posix()})" in readme, path
    for sub in ("acoustic", "distillation", "language", "text", "evaluation", "research"):
        assert re.search(rf"^### {sub}: ", readme, re.M)


def test_a_page_with_an_unknown_option_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above would report it."""
    (tmp_path / "page.md").write_text(
        "```sh\npython -m asr.training.text.transcripts a \\\n    --held b --outptu c\n```\n"
    )
    monkeypatch.setattr("tests.asr.training.test_commands.ROOT", tmp_path)
    ((module, arguments),) = commands("page.md")
    assert module == "asr.training.text.transcripts"
    parser = parser_of(module)
    assert parser and set(OPTION.findall(arguments)) - options_of(parser) == {"--outptu"}
