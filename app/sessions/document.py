"""The transcript as a value that can be corrected: words keep their times when text is edited."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import NamedTuple

from app.sessions.edits import AnyEdit, Edit, Join, Split, spread
from asr.updates import Update, Utterance, Word, add_update, shown_groups, shown_words, transcript_text

ROOM = 0.05  # seconds of pause an inserted word needs; with less it shares its neighbour's time
DOUBTFUL = 0.7  # confidence under which about half the words are wrong


class WordPosition(NamedTuple):
    """The place of a word; both numbers count from 0."""

    utterance: int
    word: int


@dataclass(frozen=True)
class Gap:
    """Sound that was lost, so that the words round it may not join up."""

    start: float  # seconds of sound since the stream began, where the loss happened
    seconds: float  # how much was lost; not part of the time of the stream


@dataclass(frozen=True)
class Document:
    """A transcript. It never changes: methods return a new one, so any thread may read it."""

    utterances: tuple[Utterance, ...] = ()
    gaps: tuple[Gap, ...] = ()
    seconds: float = 0.0  # sound consumed so far
    edits: tuple[AnyEdit, ...] = ()  # those in force, oldest first: what `undo` takes back
    pauses: tuple[float, ...] = ()  # seconds of sound at which recording was paused
    bookmarks: tuple[float, ...] = ()  # seconds of sound that a person marked

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in order."""
        return tuple(word for utterance in self.utterances for word in utterance.words)

    @property
    def count(self) -> int:
        """How many words there are."""
        return sum(len(utterance.words) for utterance in self.utterances)

    def __getitem__(self, place: WordPosition) -> Word:
        return self.utterances[place.utterance].words[place.word]

    def append(self, update: Update) -> "Document":
        """Add the final words of an update; its partial is not part of a document."""
        return replace(self, utterances=add_update(self.utterances, update), seconds=update.seconds)

    def lose(self, gap: Gap) -> "Document":
        """Mark lost sound."""
        return replace(self, gaps=(*self.gaps, gap))

    def pause(self, seconds: float) -> "Document":
        """Mark where recording was paused."""
        return replace(self, pauses=(*self.pauses, seconds))

    def bookmark(self, seconds: float, on: bool = True) -> "Document":
        """Set a bookmark, or remove it; there is one at most at each time."""
        others = [time for time in self.bookmarks if time != seconds]
        return replace(self, bookmarks=tuple(sorted([*others, seconds] if on else others)))

    def revise(self, utterance: int, text: str) -> Edit:
        """Return the edit that makes an utterance read `text`.

        Words that stay keep their times and confidence; replaced words share the span of those they replace;
        inserted words take the pause they fall in or, where there is none, part of the time of the word
        before them (at the beginning: of the word after them).

        Args:
            utterance: Its index.
            text: White space separates words; "" deletes them all.
        """
        target = self.utterances[utterance]
        return Edit(utterance, target.words, _align(target, text.split()))

    def confirm(self, place: WordPosition) -> Edit:
        """Return the edit that marks a doubtful word as right, with those that it is written as one with."""
        words = self.utterances[place.utterance].words
        groups = shown_groups(words)
        first, end = next((g for g in groups if g[0] <= place.word < g[1]), (place.word, place.word + 1))
        sure = (replace(word, confidence=1.0) for word in words[first:end])
        return Edit(place.utterance, words, (*words[:first], *sure, *words[end:]))

    def split(self, place: WordPosition) -> Split:
        """Return the change that begins a new line with the word at a place; times are those of the words beside it.

        Raises:
            ValueError: Nothing of the line is before the word, or there is no such word.
        """
        words = self.utterances[place.utterance].words
        if not 0 < place.word < len(words):
            raise ValueError("a line is split between two of its words")
        return Split(place.utterance, place.word, words[place.word - 1].end, words[place.word].start)

    def join(self, utterance: int) -> Join:
        """Return the change that makes one line of this utterance and the next. Raises ValueError at the last one."""
        if not 0 <= utterance < len(self.utterances) - 1:
            raise ValueError("there is no next line to join")
        first, second = self.utterances[utterance : utterance + 2]
        return Join(utterance, len(first.words), first.end, second.start, second.readings, second.is_line)

    def apply(self, edit: AnyEdit) -> "Document":
        """Make a change. Words that were recognised since it was begun stay, after it.

        Raises:
            ValueError: The words that it changes are not there.
        """
        return replace(self, utterances=self._after(edit), edits=(*self.edits, edit))

    def undo(self) -> "Document":
        """Take the last edit back; returns this document if there is none."""
        if not self.edits:
            return self
        return replace(self, utterances=self._after(self.edits[-1].inverse()), edits=self.edits[:-1])

    def _after(self, edit: AnyEdit) -> tuple[Utterance, ...]:
        utterances = list(self.utterances)
        edit.make(utterances)
        return tuple(utterances)

    def doubtful(self, below: float = DOUBTFUL, per_minute: int = 4) -> tuple[WordPosition, ...]:
        """Return the words to check, in order.

        Args:
            below: Only words of less confidence.
            per_minute: At most so many of each minute, the least confident ones.
        """
        minutes: dict[int, list[tuple[float, WordPosition]]] = {}
        for i, utterance in enumerate(self.utterances):
            for j, word in enumerate(utterance.words):
                if word.confidence < below:
                    minutes.setdefault(int(word.start // 60), []).append((word.confidence, WordPosition(i, j)))
        worst = [place for doubted in minutes.values() for _, place in sorted(doubted)[:per_minute]]
        return tuple(sorted(worst))

    def text(self) -> str:
        """Return plain text: a line for each utterance that has words; the last line without a line feed."""
        return transcript_text(self.utterances).removesuffix("\n")


def clock(seconds: float) -> str:
    """Format seconds for people: mm:ss, with hours only where there are some."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _key(text: str) -> str:
    """Return what two spellings of one word share: neither case nor punctuation."""
    return re.sub(r"[\W_]+", "", text.casefold()) or text


def _keep(word: Word, text: str) -> Word:
    """Return the word shown as another text at the same time; text that a person changed is no longer in doubt.

    What was spoken follows, unless only capitals or marks changed.
    """
    if word.shown == text:
        return word
    if word.display is None:
        return replace(word, text=text, confidence=1.0)
    spoken = word.text if _key(word.display) == _key(text) else text
    return replace(word, text=spoken, display=text, confidence=1.0)


def _align(utterance: Utterance, texts: Sequence[str]) -> tuple[Word, ...]:
    """Give new words the times of the old ones, see `Document.revise`.

    Words that are written as one are one word here; where it stays as it was, they stay as they were.
    """
    shown, groups = shown_words(utterance.words), shown_groups(utterance.words)
    parts = {whole: utterance.words[first:end] for whole, (first, end) in zip(shown, groups, strict=True)}
    return tuple(word for whole in _align_shown(utterance, shown, texts) for word in parts.get(whole, (whole,)))


def _align_shown(utterance: Utterance, old: list[Word], texts: Sequence[str]) -> list[Word]:
    formatted = any(word.display is not None for word in utterance.words)
    matcher = SequenceMatcher(None, [_key(w.shown) for w in old], [_key(t) for t in texts], autojunk=False)
    result: list[Word] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        fresh = texts[j:j_end]
        if i_end - i == j_end - j:  # the same words, or as many in their place
            result += map(_keep, old[i:i_end], fresh)
        elif tag == "replace":
            result += spread(fresh, old[i].start, old[i_end - 1].end, formatted)
        elif tag == "insert":
            left = result[-1].end if result else utterance.start
            right = old[i].start if i < len(old) else utterance.end
            if right - left >= ROOM * len(fresh) or not (result or old):
                result += spread(fresh, left, right, formatted)
            elif result:
                before = result[-1]
                shared = spread([before.shown, *fresh], before.start, max(before.end, right), formatted)
                result[-1:] = [replace(before, end=shared[0].end), *shared[1:]]
            else:
                shared = spread([*fresh, old[i].shown], left, old[i].end, formatted)
                result += shared[:-1]
                old[i] = replace(old[i], start=shared[-1].start)
    return result
