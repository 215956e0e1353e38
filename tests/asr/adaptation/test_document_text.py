"""Documents of each kind become paragraphs; what is none is an error that says what was expected."""

from pathlib import Path

import docx
import pytest

from asr.adaptation.document_text import paragraphs_of
from asr.errors import LanguageError
from tests.support.recognition.documents import pdf

MARKDOWN = """# The *title*

First line of a [link](http://x.org/a) and `code`
goes on.

```python
never = "said"
```

<!-- a remark -->
- an item

| a | table |
| --- | --- |
| with | cells |
"""


def test_plain_text_is_parted_at_blank_lines_or_else_at_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("One\ntwo.\r\n\r\nThree  four\n\n\n".encode("utf-16"))
    assert paragraphs_of(file) == ["One two.", "Three four"]
    file.write_bytes("Caf\xe9\nagain\n".encode("cp1252"))
    assert paragraphs_of(file) == ["Café", "again"]
    file.write_bytes(b" \n")
    assert paragraphs_of(file) == []


def test_of_markdown_only_what_is_read_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.MD"
    file.write_text(MARKDOWN)
    assert paragraphs_of(file) == [
        "The title",
        "First line of a link and code goes on.",
        "an item",
        *("a", "table", "with", "cells"),
    ]


def test_word_documents_have_paragraphs_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Heading", 1)
    document.add_paragraph("We met  Dr. Grothmir.")
    document.add_table(1, 2).cell(0, 1).text = "a cell"
    document.save(str(tmp_path / "a.docx"))
    assert paragraphs_of(tmp_path / "a.docx") == ["Heading", "We met Dr. Grothmir.", "a cell"]


def test_pdf_pages_have_words_that_were_parted_at_the_end_of_a_line(tmp_path: Path) -> None:
    pytest.importorskip("pypdf", reason="pypdf is not installed")
    (tmp_path / "a.pdf").write_bytes(pdf(["We met a bac-\nterium and\nothers.", "Second page."]))
    assert " ".join(paragraphs_of(tmp_path / "a.pdf")) == "We met a bacterium and others. Second page."


@pytest.mark.parametrize("name", ["a.docx", "a.pdf"])
@pytest.mark.parametrize("content", [b"", b"no document", b"PK\x03\x04 broken", b"%PDF-1.4 broken"])
def test_a_damaged_document_is_an_error(tmp_path: Path, name: str, content: bytes) -> None:
    pytest.importorskip("pypdf", reason="pypdf is not installed")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LanguageError, match=f"{name} cannot be read as {name[2:]}"):
        paragraphs_of(tmp_path / name)


def test_other_files_are_refused_with_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match=r"expected one of \.txt, \.md, \.markdown, \.docx, \.pdf"):
        paragraphs_of(tmp_path / "a.odt")
    with pytest.raises(LanguageError, match=r"a\.txt cannot be read: No such file"):
        paragraphs_of(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_bytes(b"\0\1\2")
    with pytest.raises(LanguageError, match="it is no plain text"):
        paragraphs_of(tmp_path / "b.txt")
