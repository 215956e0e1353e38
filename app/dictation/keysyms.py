"""The numbers of keys by what they mean, which X11 and the portals share."""

RETURN = 0xFF0D
SHIFT = 0xFFE1


def keysym_of(character: str) -> int:
    """Return the keysym of a character (X11 protocol, appendix A): Latin-1 as it is, others by their Unicode number."""
    if character == "\n":
        return RETURN
    number = ord(character)
    return number if number < 0x100 else 0x0100_0000 | number
