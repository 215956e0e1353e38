"""The words that a rule may look at: those that are decided, and a hint of what comes after them."""

from collections.abc import Sequence
from typing import NamedTuple

from asr.text.formatter.inputs import NONE


class SpokenWord(NamedTuple):
    """A word whose mark and case are decided."""

    text: str  # as spoken
    mark: int  # index of asr.text.formatter.inputs.MARKS, after the word
    case: int  # as it stands inside a sentence
    written: str  # with its capitals, inside a sentence
    fixed: bool = False  # a word of somebody's vocabulary: no rule writes it in another way


class Unit(NamedTuple):
    """Words that are written as one."""

    words: int  # how many
    text: str | None = None  # how they are written, without white space; None: as they are spoken, with their capitals


Units = list[Unit]


class MoreNeededError(Exception):
    """A rule needs a word that is not decided yet: what it has may still grow."""


class WordsAhead:
    """Words in order, from the first one that is not written yet.

    Args:
        words: The decided words; not empty.
        closed: Nothing comes after them that could belong to them.
        before: The spoken words before them, the last one last.
        hints: The texts of the words after them that are recognised, but not decided.
    """

    def __init__(
        self, words: Sequence[SpokenWord], closed: bool, before: Sequence[str] = (), hints: Sequence[str] = ()
    ):
        self._words, self._closed, self._before, self._hints = words, closed, before, hints

    def __getitem__(self, index: int) -> SpokenWord:
        return self._words[index]

    @property
    def previous(self) -> str:
        """The word before these; "" at the beginning of an utterance."""
        return self._before[-1] if self._before else ""

    def text(self, index: int) -> str:
        """Return the text of a word; "" behind a mark or the end, since no number or name goes on there.

        Raises:
            MoreNeededError: The word is not decided yet.
        """
        if index and index <= len(self._words) and self._words[index - 1].mark != NONE:
            return ""
        if index < len(self._words):
            return self._words[index].text
        if self._closed:
            return ""
        raise MoreNeededError

    def case(self, index: int) -> int:
        """Return the case of a word; -1 where `text` is "". Raises MoreNeededError as `text` does."""
        return self._words[index].case if self.text(index) else -1

    def hint(self, index: int) -> str:
        """Return the text of a word, though it may not be decided; "" if it is not known."""
        if index < len(self._words):
            return self._words[index].text
        behind = index - len(self._words)
        return self._hints[behind] if behind < len(self._hints) and not self._closed else ""
