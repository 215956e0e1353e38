"""Spoken commands: marks, new lines and "scratch that" in dictation.

A command after an article or a pronoun is not meant: "the new line", "a long period" are words.
"""

from collections.abc import Sequence
from enum import Enum

from asr.text.formatter.inputs import COLON, COMMA, EXCLAMATION, PERIOD, QUESTION


class SpokenCommand(Enum):
    """What a command does that is no mark."""

    LINE = "ends the line"
    PARAGRAPH = "ends the line, with an empty one after it"
    SCRATCH = "removes the words since the last mark"


Action = int | SpokenCommand  # a mark, as an index of asr.text.formatter.inputs.MARKS, or another command

COMMANDS: dict[tuple[str, ...], Action] = {
    ("comma",): COMMA,
    ("period",): PERIOD,
    ("full", "stop"): PERIOD,
    ("question", "mark"): QUESTION,
    ("exclamation", "mark"): EXCLAMATION,
    ("exclamation", "point"): EXCLAMATION,
    ("colon",): COLON,
    ("new", "line"): SpokenCommand.LINE,
    ("new", "paragraph"): SpokenCommand.PARAGRAPH,
    ("scratch", "that"): SpokenCommand.SCRATCH,
}
_FIRST = {command[0]: len(command) for command in COMMANDS}
_NOT_AFTER = frozenset(
    (
        *("a", "an", "the", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their"),
        *("every", "each", "no", "any", "some", "one", "long", "short", "time", "trial", "of", "with"),
    )
)


def command_at(words: Sequence[str], previous: str) -> tuple[int, Action] | None:
    """Return the command that begins with the first of `words`: how many words it has, and what it does.

    Args:
        words: As spoken, not empty.
        previous: The word before them, or "".
    """
    if previous in _NOT_AFTER:
        return None
    for command, action in COMMANDS.items():
        if tuple(words[: len(command)]) == command:
            return len(command), action
    return None


def may_begin_command(word: str, previous: str) -> bool:
    """Return whether a command of several words may begin with a word; the next word decides."""
    return _FIRST.get(word, 0) > 1 and previous not in _NOT_AFTER
