"""Titles of sessions that nobody has named."""

from app.sessions.document import Document

LONGEST = 48  # characters
ENOUGH = 12  # characters of whole lines after which no other line is added


def title_of(document: Document) -> str:
    """Return the first words of a document, as many as fit, from one line unless that is short; "" if it has none."""
    title = ""
    for utterance in document.utterances:
        if len(title) >= ENOUGH:
            break
        for word in utterance.words:
            longer = f"{title} {word.text}".strip()
            if len(longer) > LONGEST:
                return f"{title or longer[:LONGEST]}…"
            title = longer
    return title
