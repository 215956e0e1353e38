"""What every export format is written from."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from app.sessions.document import Document


class ExportedTranscript(NamedTuple):
    """A transcript on its way to a file of another program."""

    document: "Document"
    title: str
    created: float | None = None  # seconds since 1970, UTC
    model: str = ""  # the name of the model that recognised the words
    language: str = ""  # ISO 639-1 code of the words
    file: str = ""  # the file that the words are from, as the user named it; the title stands for it where empty
