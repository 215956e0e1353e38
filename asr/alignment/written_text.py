"""A text as people have it, cut into lines and written words that keep their marks."""

from typing import NamedTuple

from asr.errors import TextError

ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SPOKEN_SIGNS = ("&", "+", "=", "@", "%")
LARGEST = 32 << 20  # bytes: ten times the longest novel


class TextLine(NamedTuple):
    """A line of a text that has words."""

    number: int  # from 1, empty lines counted
    words: tuple[str, ...]  # as they are written, with their marks


def decoded(content: bytes, name: str) -> str:
    """Decode a text file: by its byte order mark, else UTF-8, else Windows' Western encoding.

    Args:
        content: Of the file.
        name: Of the file, for errors.

    Raises:
        TextError: It is no text, or holds no words.
    """
    encoding = next((encoding for mark, encoding in ENCODINGS if content.startswith(mark)), "")
    try:
        try:
            text = content.decode(encoding or "utf-8")
        except UnicodeDecodeError:
            if encoding:
                raise
            text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise TextError("not-text", name=name) from error
    if "\0" in text:
        raise TextError("not-text", name=name)
    if not text.strip():
        raise TextError("no-words", name=name)
    return text


def lines_of(text: str) -> list[TextLine]:
    """Return the lines that have words.

    White space separates words. Marks that stand alone, as dashes do, stay with the word before them, or at the
    beginning of a line with the word after them.
    """
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        words: list[str] = []
        leading = ""
        for token in line.split():
            if any(c.isalnum() for c in token) or token in SPOKEN_SIGNS:
                words.append(f"{leading} {token}".strip())
                leading = ""
            elif words:
                words[-1] += f" {token}"
            else:
                leading = f"{leading} {token}".strip()
        if words:
            lines.append(TextLine(number, tuple(words)))
    return lines
