"""Errors: every code that is raised has a sentence, and every placeholder of it a parameter."""

import ast
import pickle
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.audio_io.portaudio import DeviceError
from app.cli.process.usage_error import UsageError
from app.cluster.errors import ClusterError
from app.control.errors import ControlError
from app.dictation.errors import DictationError
from app.export.output_files import OutputError
from app.server.errors import ServerError
from app.sessions.store import StoreError
from asr.errors import AudioError, EchoicError, LanguageError, ModelError, TextError, VocabularyError, VoiceError
from tests.support.programs.scripts import OUR_OWN, ROOT

KINDS: dict[str, type[EchoicError]] = {
    kind.__name__: kind
    for kind in (
        *(AudioError, ClusterError, ControlError, DeviceError, DictationError, LanguageError, ModelError),
        *(OutputError, ServerError, StoreError, TextError, UsageError, VocabularyError, VoiceError),
    )
}


def constructions(path: Path) -> Iterator[tuple[type[EchoicError], ast.Call]]:
    """Yield every place of a file where an error is made."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield KINDS[node.func.id], node


def codes_of(node: ast.expr, path: Path) -> Iterator[str]:
    """Yield the codes an argument may be: a literal, one of two literals, or a variable with literals assigned."""
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=body, orelse=orelse):
            yield from codes_of(body, path)
            yield from codes_of(orelse, path)
        case ast.Name(id=name):
            for assignment in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(assignment, ast.Assign) and ast.unparse(assignment.targets[0]) == name:
                    yield from codes_of(assignment.value, path)
        case _:
            pytest.fail(f"{path}:{node.lineno}: the code of an error must be a literal")


MADE = [(path, kind, call) for path in OUR_OWN for kind, call in constructions(path)]


def placeholders(template: str) -> set[str]:
    """Return the names in the braces of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_kind_of_error_is_known_here() -> None:
    def below(kind: type[EchoicError]) -> Iterator[type[EchoicError]]:
        for sub in kind.__subclasses__():
            yield sub
            yield from below(sub)

    assert set(below(EchoicError)) <= set(KINDS.values()) and len(MADE) > 30


@pytest.mark.parametrize(
    ("path", "kind", "call"), MADE, ids=[f"{path.relative_to(ROOT)}:{call.lineno}" for path, _, call in MADE]
)
def test_every_error_that_is_raised_has_a_sentence_and_all_its_parameters(
    path: Path, kind: type[EchoicError], call: ast.Call
) -> None:
    codes = list(codes_of(call.args[0], path))
    given = {keyword.arg for keyword in call.keywords}
    assert codes
    for code in codes:
        assert code in kind.SENTENCES, f"{kind.__name__} has no code {code!r}"
        assert placeholders(kind.SENTENCES[code]) <= given, f"{code}: {given}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_code_is_without_use(kind: type[EchoicError]) -> None:
    used = {code for path, of, call in MADE if of is kind for code in codes_of(call.args[0], path)}
    assert used == set(kind.SENTENCES)


def test_an_error_has_its_code_its_parameters_and_a_sentence() -> None:
    error = AudioError("cut-short", name="talk.wav", expected=10.0, seconds=2.5)
    assert error.code == "cut-short" and error.parameters["expected"] == 10.0
    assert str(error) == "talk.wav is cut short: it should last 10.0 s but ends after 2.5 s."
    assert error.template.format(**error.parameters) == str(error)


def test_an_error_reaches_other_processes_unchanged() -> None:
    error = pickle.loads(pickle.dumps(DeviceError("silent", seconds=1.0)))
    assert isinstance(error, DeviceError) and error.code == "silent" and "1 s without any" in str(error)


def test_a_wrong_code_or_a_missing_parameter_raises_at_once() -> None:
    with pytest.raises(KeyError):
        AudioError("no-such-code")
    with pytest.raises(KeyError):
        AudioError("folder")
