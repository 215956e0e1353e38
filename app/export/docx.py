"""A transcript as a Word document: a title, then a paragraph for each utterance with its time before it."""

import re
from datetime import UTC, datetime
from typing import BinaryIO

from docx import Document as new_docx
from docx.document import Document as Docx
from docx.shared import Cm

from app.sessions.document import Document, Gap, Utterance, clock

# what XML 1.0 has no place for: pasted text may hold it, and the library refuses it
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INDENT = Cm(2)  # the width of the column of times


def write_docx(document: Document, file: str | BinaryIO, title: str, created: float | None = None) -> None:
    """Write to a path or an open binary file; `created` in seconds since 1970. Raises OSError."""
    docx = new_docx()
    docx.core_properties.title = _clean(title)[:255]  # as much as the format allows
    docx.core_properties.author = ""  # else that of the library's template
    docx.core_properties.comments = ""
    docx.core_properties.created = docx.core_properties.modified = datetime.now(UTC)
    if created is not None:
        docx.core_properties.created = datetime.fromtimestamp(created, UTC)
    docx.add_heading(_clean(title), level=0)
    parts: list[tuple[float, Utterance | Gap]] = [(u.start, u) for u in document.utterances if u.words]
    parts += [(gap.start, gap) for gap in document.gaps]
    for start, part in sorted(parts, key=lambda timed: timed[0]):
        if isinstance(part, Gap):
            _line(docx, start, f"[{part.seconds:.1f} s of sound lost]", italic=True)
        else:
            _line(docx, start, part.text)
    docx.save(file)


def _line(docx: Docx, start: float, text: str, italic: bool = False) -> None:
    paragraph = docx.add_paragraph()
    paragraph.paragraph_format.left_indent = INDENT
    paragraph.paragraph_format.first_line_indent = -INDENT
    paragraph.paragraph_format.tab_stops.add_tab_stop(INDENT)
    paragraph.add_run(f"{clock(start)}\t")
    paragraph.add_run(_clean(text)).italic = italic or None


def _clean(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", text)
