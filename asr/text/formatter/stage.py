"""The formatter: a pure stage behind the decoder that gives every word its written form, `Word.display`.

Final words wait here until the words after them decide how they are written: at most LOOKAHEAD words for a mark, the
end of a number for its digits, an endpoint at the latest. Words that wait are the front of the partial in the meantime,
written as they would be if nothing came after. What has left the stage as final never changes.

A display never holds white space. Words that are written as one, as in "ninety two" -> "92", have their display on the
first; the others have "". A mark belongs to the word before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor

from asr.text.formatter.inputs import (
    AFTER_SENTENCE,
    COMMA,
    INSIDE_SENTENCE,
    LOOKAHEAD,
    MARKS,
    NONE,
    PERIOD,
    QUESTION,
    START,
)
from asr.text.formatter.name_rules import names
from asr.text.formatter.number_rules import numbers
from asr.text.formatter.tagger import Tagger
from asr.text.formatter.words_ahead import MoreNeededError, SpokenWord, Unit, WordsAhead
from asr.updates import Update, Word

CERTAIN = 0.9  # probability of a mark with which a word need not wait for all of the look-ahead
MAX_HELD = 24  # words that wait for the end of a number or a name at most
CONTEXT = 2  # written words that the rules for the next ones may look at


@dataclass(frozen=True)
class Waiting:
    """A final word whose mark is not decided."""

    word: Word
    vector: Tensor  # (size,) float32, its input to the tagger
    state: Tensor  # (width,) float32, of the tagger after the word


@dataclass(frozen=True)
class FormatterState:
    """Everything that the formatter remembers of one stream. Never written into."""

    hidden: Tensor  # (width,) float32, of the tagger after the last final word of the open utterance
    last_end: float | None = None  # seconds, of that word; None at the beginning of an utterance
    waiting: tuple[Waiting, ...] = ()  # at most LOOKAHEAD between two updates
    decided: tuple[tuple[Word, SpokenWord], ...] = ()  # words with mark and case that wait for their rule
    before: tuple[str, ...] = ()  # the last written words of this utterance, as spoken
    sentence_start: bool = True  # the next word begins a sentence


class Formatter:
    """The stage. It holds the tagger and no state of any stream, so streams and threads share it."""

    def __init__(self, tagger: Tagger):
        self._tagger = tagger

    @classmethod
    def load(cls, path: Path) -> "Formatter":
        """Load the tagger's weights and word lists. Raises ModelError as `Tagger.load` does."""
        return cls(Tagger.load(path))

    def start(self) -> FormatterState:
        """Return the state before the first word of a stream."""
        return FormatterState(self._tagger.start(START))

    def step(self, state: FormatterState, update: Update) -> tuple[FormatterState, Update]:
        """Take an update of the recogniser; return the new state and the update with written words.

        The final words of the new update are those that are decided by now; its partial begins with those that wait.
        """
        return self._step(state, update, ends=False)

    def finish(self, state: FormatterState, update: Update) -> Update:
        """Return the last update of a stream, `update`, with all words that wait; the last one ends its sentence."""
        return self._step(state, update, ends=True)[1]

    def _step(self, state: FormatterState, update: Update, ends: bool) -> tuple[FormatterState, Update]:
        ahead = () if update.endpoint else update.partial
        state, words = self._advance(state, update.words, ahead, closed=update.endpoint, ends=ends)
        if update.endpoint:
            state = self._restart(state)
        _, partial = self._advance(state, update.partial, (), provisional=True)
        return state, replace(update, words=words, partial=partial)

    def _restart(self, state: FormatterState) -> FormatterState:
        """Return the state at the beginning of the next utterance, in which no word waits."""
        kind = AFTER_SENTENCE if state.sentence_start else INSIDE_SENTENCE
        return FormatterState(self._tagger.start(kind), sentence_start=state.sentence_start)

    def _advance(
        self,
        state: FormatterState,
        new: Sequence[Word],
        ahead: Sequence[Word],
        closed: bool = False,
        ends: bool = False,
        provisional: bool = False,
    ) -> tuple[FormatterState, tuple[Word, ...]]:
        """Take in new words and return those that can be written.

        Args:
            state: The state before them.
            new: The words.
            ahead: The words after them that may still change.
            closed: An endpoint comes after `new`: all words are written.
            ends: The stream ends there: the last word ends its sentence.
            provisional: Write all words although more may come; the state is not to be used.
        """
        state = self._take_in(state, new)
        state = self._decide(state, ahead, closed, ends, provisional)
        hints = (*(waiting.word.text for waiting in state.waiting), *(word.text for word in ahead))
        return self._write(state, hints, closed or provisional)

    def _take_in(self, state: FormatterState, new: Sequence[Word]) -> FormatterState:
        """Return the state with new words waiting."""
        hidden, last_end, waiting = state.hidden, state.last_end, list(state.waiting)
        for word in new:
            vector = self._tagger.vector(word.text, word.start - last_end if last_end is not None else 0.0)
            hidden, last_end = self._tagger.advance(hidden, vector), word.end
            waiting.append(Waiting(word, vector, hidden))
        return replace(state, hidden=hidden, last_end=last_end, waiting=tuple(waiting))

    def _decide(
        self, state: FormatterState, ahead: Sequence[Word], closed: bool, ends: bool, provisional: bool
    ) -> FormatterState:
        """Return the state with marks and cases of all words that have enough look-ahead."""
        vectors = [waiting.vector for waiting in state.waiting]
        end = state.last_end
        for word in ahead[:LOOKAHEAD]:
            vectors.append(self._tagger.vector(word.text, word.start - end if end is not None else 0.0))
            end = word.end
        fill = self._tagger.end if closed else self._tagger.unseen
        decided = list(state.decided)
        for i, waiting in enumerate(state.waiting):
            following = vectors[i + 1 : i + 1 + LOOKAHEAD]
            known = LOOKAHEAD if closed or provisional else len(following)
            labels = self._tagger.label(waiting.state, following + [fill] * (LOOKAHEAD - len(following)))
            mark = max(range(len(MARKS)), key=labels.marks.__getitem__)
            if known < LOOKAHEAD and not (known and labels.marks[mark] >= CERTAIN):
                return replace(state, waiting=state.waiting[i:], decided=tuple(decided))
            if ends and i + 1 == len(state.waiting) and mark in (NONE, COMMA):
                mark = QUESTION if labels.marks[QUESTION] > labels.marks[PERIOD] else PERIOD
            text = waiting.word.text
            written = self._tagger.written(text, labels.case)
            decided.append((waiting.word, SpokenWord(text, mark, labels.case, written)))
        return replace(state, waiting=(), decided=tuple(decided))

    def _write(
        self, state: FormatterState, hints: Sequence[str], closed: bool
    ) -> tuple[FormatterState, tuple[Word, ...]]:
        """Return the state without the words that can be written, and those words."""
        spoken = [decided for _, decided in state.decided]
        before, begins, done = state.before, state.sentence_start, 0
        written: list[Word] = []
        while done < len(spoken):
            rest = spoken[done:]
            try:
                units = write_units(WordsAhead(rest, closed, before, hints))
            except MoreNeededError:
                if len(rest) <= MAX_HELD:
                    break
                units = write_units(WordsAhead(rest, True, before))
            first = done
            for unit in units:
                last = spoken[done + unit.words - 1]
                text = spoken[done].written if unit.text is None else unit.text
                if begins and unit.text is None and text == spoken[done].text:
                    text = text[:1].upper() + text[1:]
                mark = MARKS[last.mark]
                text += "" if mark == "." and text.endswith(".") else mark
                for i in range(done, done + unit.words):
                    written.append(replace(state.decided[i][0], display=text if i == done else ""))
                begins = last.mark in (PERIOD, QUESTION)
                done += unit.words
            before = (*before, *(word.text for word in spoken[first:done]))[-CONTEXT:]
            if spoken[done - 1].mark != NONE:
                before = ()
        state = replace(state, decided=state.decided[done:], before=before, sentence_start=begins)
        return state, tuple(written)


def write_units(words: WordsAhead) -> list[Unit]:
    """Return how the first words are written: by a rule, or the first one as it is."""
    return numbers(words) or names(words) or [Unit(1)]
