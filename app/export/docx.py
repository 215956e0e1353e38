"""A transcript as a Word document: a title, then a paragraph for each utterance with its time before it."""

import re
from datetime import UTC, datetime
from io import BytesIO

from docx import Document as new_docx
from docx.document import Document as Docx
from docx.shared import Cm

from app.export.gaps import gap_note
from app.export.transcript import ExportedTranscript
from app.sessions.document import Gap, clock
from asr.updates import Utterance

# XML 1.0 cannot hold these; pasted text may, and the library refuses it
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INDENT = Cm(2)  # the width of the column of times
LONGEST_TITLE = 255  # characters that the format allows in the title of a document


def docx_bytes(transcript: ExportedTranscript) -> bytes:
    """Return the content of a DOCX file. Lost sound is a paragraph in italics."""
    docx = new_docx()
    docx.core_properties.title = _clean(transcript.title)[:LONGEST_TITLE]
    docx.core_properties.author = ""  # else that of the library's template
    docx.core_properties.comments = ""
    docx.core_properties.created = docx.core_properties.modified = datetime.now(UTC)
    if transcript.created is not None:
        docx.core_properties.created = datetime.fromtimestamp(transcript.created, UTC)
    docx.add_heading(_clean(transcript.title), level=0)
    document = transcript.document
    parts: list[tuple[float, Utterance | Gap]] = [(u.start, u) for u in document.utterances if u.words]
    parts += [(gap.start, gap) for gap in document.gaps]
    for start, part in sorted(parts, key=lambda timed: timed[0]):
        if isinstance(part, Gap):
            _add_line(docx, start, gap_note(part), italic=True)
        else:
            _add_line(docx, start, part.text)
    content = BytesIO()
    docx.save(content)
    return content.getvalue()


def _add_line(docx: Docx, start: float, text: str, italic: bool = False) -> None:
    paragraph = docx.add_paragraph()
    paragraph.paragraph_format.left_indent = INDENT
    paragraph.paragraph_format.first_line_indent = -INDENT
    paragraph.paragraph_format.tab_stops.add_tab_stop(INDENT)
    paragraph.add_run(f"{clock(start)}\t")
    paragraph.add_run(_clean(text)).italic = italic or None


def _clean(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", text)
