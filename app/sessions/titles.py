"""Titles of sessions that nobody has named."""

from app.sessions.document import Document
from asr.updates import shown_words

LONGEST = 48  # characters
ENDS = ".,;:"  # marks that no ellipsis follows
ENOUGH = 12  # characters of whole lines after which no other line is added


def title_of(document: Document) -> str:
    """Return the first words of a document as they are written, as many as fit; "" if it has none.

    They are of one line unless that is short. A full stop at the end belongs to no title.
    """
    title = ""
    for utterance in document.utterances:
        if len(title) >= ENOUGH:
            break
        for word in shown_words(utterance.words):
            longer = " ".join(f"{title} {word.shown}".split())  # a command may write a line feed
            if len(longer) > LONGEST:
                return f"{title.rstrip(ENDS) or longer[:LONGEST]}…"
            title = longer
    return title.rstrip(".")
