"""Renew the catalogues of the window's language: python3 .ci/translations.py [--check]

Finds every text that the code translates, enters it into assets/translations/echoic_LANGUAGE.ts with Qt's lupdate, and
makes the .qm that the program loads with lrelease; both come with PySide6-Essentials. What is not translated yet is
named at the end: write it into the .ts (with Qt Linguist or an editor) and run this again. With --check nothing is
written, and what is missing is an error. A new language: add it to LANGUAGES of app/window/texts/language.py first.

lupdate reads Python, too, but takes the class around a call for its context, and neither knows `plural` nor tables such
as the sentences of errors. So the texts are found here by Python's own parser, and lupdate is given a list of them.
"""

import argparse
import ast
import importlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "assets" / "translations"
SOURCE = "en"
# Their errors are for the command line and for clients of the server, which are in English.
NOT_SHOWN = ("app/cli/", "app/cluster/", "app/server/", "asr/training/")


@dataclass(frozen=True, order=True)
class Text:
    """One text that the window shows."""

    context: str
    source: str
    plural: bool = False  # it contains a number, written %n

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.source


def name_of(function: ast.expr) -> str:
    """The last name of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def context_of_tr(body: list[ast.stmt]) -> str:
    """The context of a function `tr` that is made or imported here; "" if none is."""
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and "tr" in [alias.name for alias in statement.names]:
            module = ROOT / f"{str(statement.module).replace('.', '/')}.py"
            return context_of_tr(ast.parse(module.read_text(encoding="utf-8")).body)
        if isinstance(statement, ast.FunctionDef) and statement.name == "tr":
            for call in ast.walk(statement):
                if isinstance(call, ast.Call) and name_of(call.func) == "translate":
                    return literal(call.args[0]) or ""
    return ""


class Finder(ast.NodeVisitor):
    """Collects the texts of one module, and what looks like a text but is none that can be looked up."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.wrong: list[str] = []
        self._classes: list[str] = []
        self._own: list[str] = [""]  # contexts of the functions named `tr` that hold here

    def visit_Module(self, node: ast.Module) -> None:
        self._scope(node, node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name != "tr":
            self._scope(node, node.body)

    def _scope(self, node: ast.AST, body: list[ast.stmt]) -> None:
        self._own.append(context_of_tr(body) or self._own[-1])
        self.generic_visit(node)
        self._own.pop()

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        name = name_of(node.func)
        if name == "tr" and isinstance(node.func, ast.Name):
            self._add(self._own[-1], node.args[0])
        elif name in ("tr", "QT_TR_NOOP"):
            self._add(self._classes[-1] if self._classes else "", node.args[0])
        elif name == "plural" or (name == "translate" and literal(node.args[0])):
            self._add(literal(node.args[0]) or "", node.args[1], name == "plural")

    def _add(self, context: str, text: ast.expr, plural: bool = False) -> None:
        if (source := literal(text)) is not None and context:
            self.texts.append(Text(context, source, plural))
        else:
            self.wrong.append(f"line {text.lineno}: {ast.unparse(text)} in the context {context!r}")


def in_code(path: Path) -> Finder:
    """The texts of one file."""
    finder = Finder()
    finder.visit(ast.parse(path.read_text(encoding="utf-8")))
    return finder


def in_tables() -> Iterator[tuple[str, Text]]:
    """Yield file and text of the tables whose texts are looked up by a variable."""
    from app.export.registry import FORMATS
    from app.window.texts.kept_sentences import REASONS, SENTENCES
    from asr.errors import EchoicError

    for path in sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "asr").rglob("*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(NOT_SHOWN) or "SENTENCES: ClassVar" not in path.read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, EchoicError) and kind.__module__ == module.__name__:
                for sentence in kind.SENTENCES.values():
                    yield name, Text("Errors", sentence)
    for sentence in (*SENTENCES, *REASONS):
        yield "app/window/texts/kept_sentences.py", Text("Errors", sentence)
    for format in FORMATS.values():
        yield "app/export/registry.py", Text("Export", format.label)


def texts() -> dict[Text, list[str]]:
    """Every text that the window shows, with the files that have it."""
    found: dict[Text, list[str]] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for text in in_code(path).texts if not name.startswith(NOT_SHOWN) else ():
            found.setdefault(text, []).append(name)
    for name, text in in_tables():
        # `{reason}` alone has nothing to translate
        if text.source.strip("{}").isidentifier():
            continue
        found.setdefault(text, []).append(name)
    return dict(sorted(found.items()))


def as_cpp(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def catalogue(language: str) -> Path:
    return FOLDER / f"echoic_{language}.ts"


def translations(path: Path) -> dict[tuple[str, str], list[str]]:
    """The forms of each text of a catalogue by (context, source); none where it is not translated."""
    result = {}
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translated = message.find("translation")
            assert translated is not None
            forms = [form.text or "" for form in translated.iter("numerusform")] or [translated.text or ""]
            done = translated.get("type") is None and all(forms)
            result[context.findtext("name", ""), message.findtext("source", "")] = forms if done else []
    return result


def missing(language: str) -> list[str]:
    """What a catalogue lacks, or has too much, in words."""
    known, wanted = translations(catalogue(language)), {text.key for text in texts()}
    lacking = {key: "not translated" for key in wanted if not known.get(key)}
    lacking |= {key: "no longer used" for key in known if key not in wanted}
    return sorted(f"{language}: {what}: {context}: {source!r}" for (context, source), what in lacking.items())


def run(tool: str, *arguments: str) -> None:
    """Run a Qt tool of the environment."""
    import PySide6

    folder = Path(PySide6.__file__).parent
    program = next((path for path in (folder / tool, folder / f"{tool}.exe") if path.exists()), None)
    command = [str(program)] if program else [f"pyside6-{tool}"]
    subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL)


def renew(language: str) -> None:
    """Bring the texts of the code into a catalogue, and make what the program loads of it."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "texts.cpp"
        lines = []
        for text, files in texts().items():
            macro = "QT_TRANSLATE_N_NOOP" if text.plural else "QT_TRANSLATE_NOOP"
            lines.append(f"//: {', '.join(dict.fromkeys(files))}")
            lines.append(f"{macro}({as_cpp(text.context)}, {as_cpp(text.source)})")
        listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
        target = catalogue(language)
        target.parent.mkdir(parents=True, exist_ok=True)
        options = ("-locations", "none", "-no-obsolete", "-source-language", SOURCE, "-target-language", language)
        run("lupdate", str(listed), *options, "-disable-heuristic", "similartext", "-ts", str(target))
        run("lrelease", "-silent", str(target), "-qm", str(target.with_suffix(".qm")))


def main() -> int:
    from app.window.texts.language import LANGUAGES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where something is missing")
    check = parser.parse_args().check
    lines: list[str] = []
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        if not check:
            renew(language)
        lines += missing(language)
    print("\n".join(lines) or "Nothing is missing.")
    return 1 if lines and check else 0


if __name__ == "__main__":
    sys.exit(main())
