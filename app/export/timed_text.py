"""Text for people with the time of each line: plain, and as Markdown."""

import re
from datetime import datetime

from app.export.gaps import with_gaps
from app.export.transcript import ExportedTranscript
from app.sessions.document import clock

# What has a meaning in Markdown, at the beginning of a line or anywhere
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~]|^[+-](?=\s)|^\d+(?=[.)]\s))")


def times_bytes(transcript: ExportedTranscript) -> bytes:
    """Return a line for each utterance: its time, a tab, its words."""
    document = transcript.document
    lines = with_gaps(document.utterances, document.gaps)
    return "".join(f"{clock(line.start)}\t{line.text}\n" for line in lines if line.words).encode(errors="replace")


def markdown_bytes(transcript: ExportedTranscript) -> bytes:
    """Return a Markdown document: the title, when it was recorded, and a paragraph for each utterance."""
    document = transcript.document
    parts = [f"# {_escaped(transcript.title)}"]
    if transcript.created is not None:
        parts.append(f"{datetime.fromtimestamp(transcript.created):%Y-%m-%d %H:%M} · {clock(document.seconds)}")
    parts += [
        f"**{clock(line.start)}** {_escaped(line.text)}"
        for line in with_gaps(document.utterances, document.gaps)
        if line.words
    ]
    return ("\n\n".join(parts) + "\n").encode(errors="replace")


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: "\\" + found[0], " ".join(text.split()))
