"""What is typed for the words of an update."""

from asr.updates import Word


def text_to_type(word: Word, press_enter: bool = False) -> str:
    """Return what is typed for a final word: as it is shown, and a space behind it.

    Text is typed as it comes and never taken back, so the space is typed with the word it follows. A word that was
    written together with the one before it has nothing of its own. A line feed, as a spoken command may give, becomes
    a space unless Enter may be pressed; other control characters are never typed, since programs obey them.
    """
    shown = word.text if word.display is None else word.display
    lines = shown.replace("\r\n", "\n").split("\n")
    cleaned = ("".join(character for character in line if character.isprintable()) for line in lines)
    text = ("\n" if press_enter else " ").join(cleaned)
    if not press_enter:
        text = text.strip()
    if not text:
        return ""
    return text if text.endswith("\n") else text + " "
