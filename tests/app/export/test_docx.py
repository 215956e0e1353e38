"""The exported Word file, read back by the library."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as open_docx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.export.docx import docx_bytes
from app.export.output_files import write_whole
from app.export.transcript import ExportedTranscript
from app.sessions.document import Document, Gap
from asr.updates import Update, Word


def line(text: str, start: float) -> Update:
    return Update(tuple(Word(t, start, start + 1, 0.9) for t in text.split()), (), start + 1, True)


def paragraphs(document: Document, title: str = "A talk") -> list[str]:
    content = docx_bytes(ExportedTranscript(document, title))
    return [p.text for p in open_docx(BytesIO(content)).paragraphs]


def test_a_document_in_order(tmp_path: Path) -> None:
    document = Document().append(line("hello world", 0.5)).append(line("late words", 3725.0)).lose(Gap(61.0, 2.5))
    document = document.append(line("gone", 3800.0))
    document = document.apply(document.revise(2, ""))
    path = tmp_path / "talk.docx"
    write_whole(path, docx_bytes(ExportedTranscript(document, "A talk", created=86400.0)))
    read = open_docx(str(path))
    assert [p.text for p in read.paragraphs] == [
        "A talk",
        "00:00\thello world",
        "01:01\t[2.5 s of sound lost]",
        "1:02:05\tlate words",
    ]
    assert read.paragraphs[2].runs[1].italic and not read.paragraphs[1].runs[1].italic
    assert (read.core_properties.title, read.core_properties.author) == ("A talk", "")
    created = read.core_properties.created
    assert created is not None and created.replace(tzinfo=UTC) == datetime(1970, 1, 2, tzinfo=UTC)  # 1.1 tells no zone


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(st.characters(exclude_categories=["Z", "Cc"]) | st.sampled_from("\0\x0b\ud800\uffff"), max_size=9))
@pytest.mark.slow
def test_any_text_can_be_exported(text: str) -> None:
    update = Update((Word("a" + text, 0.0, 1.0, 1.0),), (), 1.0, True)
    title, first = paragraphs(Document().append(update), title=text * 300)
    assert first.startswith("00:00\ta") and len(first) >= len(text) + 7
    assert len(title) >= len(text)


def test_an_empty_document_has_its_title() -> None:
    assert paragraphs(Document()) == ["A talk"]
