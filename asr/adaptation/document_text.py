"""The text of documents: plain text, Markdown, Word's docx and PDF, as paragraphs of written text."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from asr.alignment.written_text import decoded
from asr.errors import LanguageError, TextError

LARGEST = 256 << 20  # bytes
KINDS: dict[str, Callable[[Path], Iterator[str]]]  # suffix -> reader of paragraphs; at the end of this module

_SAID = {"text": "", "code_inline": "", "softbreak": " ", "hardbreak": " "}  # what Markdown shows, and as what
_BLANK_LINE = re.compile(r"\n\s*\n")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def paragraphs_of(path: Path) -> list[str]:
    """Return the paragraphs of a document, each in one line.

    Code, pictures and addresses of links in Markdown are left out.

    Raises:
        LanguageError: It is no document of a kind in KINDS, or cannot be read.
    """
    reader = KINDS.get(path.suffix.lower())
    if reader is None:
        raise LanguageError("unknown-kind", path=path, known=", ".join(KINDS))
    try:
        if path.stat().st_size > LARGEST:
            raise LanguageError("too-large", path=path, largest=LARGEST >> 20)
        lines = (" ".join(paragraph.split()) for paragraph in reader(path))
        return [line for line in lines if line]
    except OSError as error:
        raise LanguageError("cannot-read", path=path, reason=error.strerror or error) from error


def _text(path: Path) -> str:
    try:
        return decoded(path.read_bytes(), path.name)
    except TextError as error:
        if error.code == "no-words":
            return ""
        raise LanguageError("not-a-document", path=path, kind="text", reason="it is no plain text") from error


def _plain(path: Path) -> Iterator[str]:
    """Yield what blank lines part; where there is none, lines."""
    text = _text(path).replace("\r\n", "\n").replace("\r", "\n")
    parts = _BLANK_LINE.split(text)
    yield from parts if len(parts) > 1 else text.split("\n")


def _markdown(path: Path) -> Iterator[str]:
    from markdown_it import MarkdownIt

    for block in MarkdownIt("commonmark").enable("table").parse(_COMMENT.sub("", _text(path))):
        if block.type == "inline":
            yield "".join(_SAID[part.type] or part.content for part in block.children or () if part.type in _SAID)


def _word(path: Path) -> Iterator[str]:
    import docx

    try:
        document = docx.Document(str(path))
        yield from (paragraph.text for paragraph in document.paragraphs)
        for table in document.tables:
            for row in table.rows:
                yield from (cell.text for cell in row.cells)
    except OSError:
        raise
    except Exception as error:  # whatever a damaged file makes the library raise
        raise _damaged(path, "docx", error) from error


def _pdf(path: Path) -> Iterator[str]:
    try:
        import pypdf
    except ImportError as error:
        raise LanguageError("pdf-missing", path=path, library="pypdf") from error
    try:
        for page in pypdf.PdfReader(path).pages:
            # Lines are those of the page: a paragraph is not marked, so a sentence ends at its full stop alone.
            yield from _BLANK_LINE.split(_HYPHENATED.sub("", page.extract_text()))
    except OSError:
        raise
    except Exception as error:  # whatever a damaged file makes the library raise
        raise _damaged(path, "pdf", error) from error


def _damaged(path: Path, kind: str, error: Exception) -> LanguageError:
    reason = f"it is damaged, encrypted or of another kind ({type(error).__name__})"
    return LanguageError("not-a-document", path=path, kind=kind, reason=reason)


KINDS = {".txt": _plain, ".md": _markdown, ".markdown": _markdown, ".docx": _word, ".pdf": _pdf}
