"""Texts as people have them: encodings, line ends, marks that stand alone, and what is no text."""

import pytest

from asr.alignment.written_text import TextLine, decoded, lines_of
from asr.errors import TextError

TEXT = "Zoë said:\r\n“No — never!”\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_the_encodings_of_editors(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding), "a.txt") == TEXT


def test_lines_keep_their_words_marks_and_numbers() -> None:
    text = "\n— Yes, she said — *** no!\r\n\r\n...\r21 & 22%\n"
    assert lines_of(text) == [
        TextLine(2, ("— Yes,", "she", "said — ***", "no!")),
        TextLine(5, ("21", "&", "22%")),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no-words"),
        (b" \r\n", "no-words"),
        (b"a\0b", "not-text"),
        (b"\xff\xfea", "not-text"),
        (b"\x81\x8d", "not-text"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(TextError) as error:
        decoded(content, "a.txt")
    assert error.value.code == code
