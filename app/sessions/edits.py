"""What a person can change in a transcript: each change is a value that can be made, and made undone by its inverse.

Every change works on a list of utterances in place, so that a journal with many of them is read in linear time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate

from asr.updates import Alternative, Utterance, Word, shown_groups, shown_words

MARKS = '.,;:!?…"“”„«»()[]'  # beside words
LONGEST = 5  # words that a correction puts in place of others to be offered elsewhere


@dataclass(frozen=True)
class Edit:
    """A change of an utterance: its first words `before` become `after`."""

    utterance: int
    before: tuple[Word, ...]
    after: tuple[Word, ...]

    def make(self, utterances: list[Utterance]) -> int:
        """Change the list; words that were recognised since the edit was begun stay, after it.

        Returns:
            How many words were looked at.

        Raises:
            ValueError: There is no such utterance, or it does not begin with the words that the edit replaces.
        """
        target = _at(utterances, self.utterance)
        if target.words[: len(self.before)] != self.before:
            raise ValueError(
                f"utterance {self.utterance} does not begin with the {len(self.before)} words to replace:"
                " it changes other words than those that are there"
            )
        utterances[self.utterance] = replace(target, words=self.after + target.words[len(self.before) :])
        return len(target.words) + len(self.after)

    def inverse(self) -> "Edit":
        """Return the edit that takes this one back."""
        return Edit(self.utterance, self.after, self.before)


@dataclass(frozen=True)
class Split:
    """A line break: the utterance ends before its word `word`, which begins a new one."""

    utterance: int
    word: int
    end: float  # seconds, where the first part ends
    start: float  # seconds, where the second part begins
    readings: tuple[Alternative, ...] = ()  # of the second part
    is_line: bool = False  # the second part is a line of a text that was given

    def make(self, utterances: list[Utterance]) -> int:
        """Change the list; see `Edit.make`. Raises ValueError where there is nothing on one side of the break."""
        target = _at(utterances, self.utterance)
        if not 0 <= self.word <= len(target.words):
            raise ValueError("it breaks a line at a word that is not there")
        first = replace(target, words=target.words[: self.word], end=self.end, closed=True)
        rest = target.words[self.word :]
        second = Utterance(rest, self.start, target.end, target.closed, self.readings, self.is_line)
        utterances[self.utterance : self.utterance + 1] = [first, second]
        return len(target.words) + len(utterances)

    def inverse(self) -> "Join":
        """Return the change that takes this one back."""
        return Join(self.utterance, self.word, self.end, self.start, self.readings, self.is_line)


@dataclass(frozen=True)
class Join:
    """A line break removed: the utterance, which has `word` words, takes over those of the next one."""

    utterance: int
    word: int
    end: float  # seconds, where the first part ended
    start: float  # seconds, where the second part began
    readings: tuple[Alternative, ...] = ()  # that the second part had
    is_line: bool = False  # the second part was a line of a text that was given

    def make(self, utterances: list[Utterance]) -> int:
        """Change the list; see `Edit.make`."""
        first, second = _at(utterances, self.utterance), _at(utterances, self.utterance + 1)
        if len(first.words) != self.word or (first.end, second.start) != (self.end, self.start):
            raise ValueError("it joins other lines than those that are there")
        joined = replace(first, words=first.words + second.words, end=second.end, closed=second.closed)
        utterances[self.utterance : self.utterance + 2] = [joined]
        return len(joined.words) + len(utterances)

    def inverse(self) -> Split:
        """Return the change that takes this one back."""
        return Split(self.utterance, self.word, self.end, self.start, self.readings, self.is_line)


@dataclass(frozen=True)
class EditGroup:
    """Edits of different utterances that are made, and taken back, at once."""

    edits: tuple[Edit, ...]

    @property
    def utterance(self) -> int:
        """The first utterance that changes."""
        return min((edit.utterance for edit in self.edits), default=0)

    def make(self, utterances: list[Utterance]) -> int:
        """Change the list, or raise ValueError before anything has changed."""
        copies = {edit.utterance: _at(utterances, edit.utterance) for edit in self.edits}
        if len(copies) != len(self.edits):
            raise ValueError("it changes an utterance twice")
        try:
            return sum(edit.make(utterances) for edit in self.edits)
        except ValueError:
            for number, utterance in copies.items():
                utterances[number] = utterance
            raise

    def inverse(self) -> "EditGroup":
        """Return the change that takes this one back."""
        return EditGroup(tuple(edit.inverse() for edit in self.edits))


AnyEdit = Edit | Split | Join | EditGroup


def replaced(utterances: Iterable[Utterance], old: tuple[str, ...], new: tuple[str, ...]) -> EditGroup:
    """Return the edits that put words in place of others wherever those stand.

    Args:
        utterances: Of the document.
        old: Neighbouring words as they are shown, found in any case of letters and with any marks beside them. Words
            that a person typed or marked as right are left alone.
        new: The words in their place. They share the time of the old ones, keep the marks beside them, and are no
            longer in doubt.
    """
    edits = []
    for number, utterance in enumerate(utterances):
        words = utterance.words
        places = places_of(words, old, new)
        if not places:
            continue
        shown, groups = shown_words(words), shown_groups(words)
        formatted = any(word.display is not None for word in words)
        after: list[Word] = []
        done = 0
        for place in places:
            first, end = groups[place][0], groups[place + len(old) - 1][1]
            after += words[done:first]
            after += _in_place_of(shown[place : place + len(old)], new, formatted)
            done = end
        edits.append(Edit(number, words, (*after, *words[done:])))
    return EditGroup(tuple(edits))


def places_of(words: Sequence[Word], old: tuple[str, ...], new: tuple[str, ...]) -> list[int]:
    """Return where words begin that `replaced` changes, in order and without overlap, counted as they are shown."""
    shown = shown_words(words)
    wanted, places, at = tuple(text.casefold() for text in old), [], 0
    while wanted and at + len(wanted) <= len(shown):
        found = shown[at : at + len(wanted)]
        texts = tuple(bare(word.shown) for word in found)
        fits = tuple(map(str.casefold, texts)) == wanted and texts != new
        if fits and all(word.confidence < 1.0 for word in found):
            places.append(at)
            at += len(wanted)
        else:
            at += 1
    return places


def substitutions(before: Sequence[Word], after: Sequence[Word]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what was put in place of what: neighbouring words as they are shown, then those in their place.

    Words that were only added or only deleted are left out, as are marks, and rewritten sentences, which stand nowhere
    twice.
    """
    old, new = ([bare(word.shown) for word in shown_words(words)] for words in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (tuple(old[i:i_end]), tuple(new[j:j_end]))
        for tag, i, i_end, j, j_end in matcher.get_opcodes()
        if tag == "replace" and i_end - i <= LONGEST and j_end - j <= LONGEST
    ]


def bare(text: str) -> str:
    """Return a word without the marks beside it."""
    return text.strip(MARKS) or text


def spread(texts: Sequence[str], start: float, end: float, formatted: bool = False) -> list[Word]:
    """Spread words over a span of seconds, in proportion to their letters."""
    ends = list(accumulate(len(text) for text in texts))
    edges = [start, *(start + (end - start) * letters / ends[-1] for letters in ends[:-1]), end]
    return [Word(text, edges[i], edges[i + 1], 1.0, text if formatted else None) for i, text in enumerate(texts)]


def _in_place_of(words: Sequence[Word], new: tuple[str, ...], formatted: bool) -> list[Word]:
    if not new:
        return []
    first, last = words[0].shown, words[-1].shown
    texts = list(new)
    if bare(first)[:1].isupper():
        texts[0] = texts[0][:1].upper() + texts[0][1:]
    texts[0] = first[: len(first) - len(first.lstrip(MARKS))] + texts[0]
    texts[-1] += last[len(last.rstrip(MARKS)) :]
    if len(texts) != len(words):
        return spread(texts, words[0].start, words[-1].end, formatted)
    return [
        Word(text, word.start, word.end, 1.0, text if formatted else None)
        for word, text in zip(words, texts, strict=True)
    ]


def _at(utterances: list[Utterance], number: int) -> Utterance:
    if not 0 <= number < len(utterances):
        raise ValueError(f"no utterance {number}: there are {len(utterances)}; it changes words that are not there")
    return utterances[number]
