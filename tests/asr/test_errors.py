"""An error has a code, parameters and one sentence, and reaches other processes unchanged."""

import pickle

import pytest

from asr.errors import AudioError, EchoicError, ModelError


def test_the_sentence_is_the_template_with_its_parameters() -> None:
    error = AudioError("half-sample", rest=1, size=4)
    assert str(error) == error.template.format(rest=1, size=4)
    assert "1 of 4 bytes" in str(error) and "{rest}" in error.template


@pytest.mark.parametrize(
    "error", [AudioError("silent-pipe"), AudioError("half-sample", rest=1, size=4), ModelError("missing", path="a")]
)
def test_an_error_survives_pickling(error: EchoicError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (copy.code, copy.parameters, str(copy)) == (error.code, error.parameters, str(error))


def test_an_unknown_code_and_a_missing_parameter_are_mistakes_of_the_program() -> None:
    with pytest.raises(KeyError):
        AudioError("no-such-code")
    with pytest.raises(KeyError):
        AudioError("half-sample", rest=1)


@pytest.mark.parametrize("kind", [AudioError, ModelError])
def test_sentences_are_sentences(kind: type[EchoicError]) -> None:
    for code, sentence in kind.SENTENCES.items():
        assert code == code.lower() and " " not in code
        assert sentence[0].isupper() or sentence.startswith("{")
        assert sentence.endswith((".", "{reason}"))
