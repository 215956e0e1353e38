"""Text that can be encoded: what people paste, and what other programs send, may hold halves of surrogate pairs."""


def encodable(text: str) -> str:
    """Return a text in which half a surrogate pair, which UTF-8 cannot hold, is a question mark."""
    return text.encode(errors="replace").decode()
