"""The formatter: a pure stage behind the decoder that gives every word its written form, `Word.display`.

Final words wait here until the words after them decide how they are written: at most LOOKAHEAD words for a mark, the
end of a number for its digits, an endpoint at the latest. Words that wait are the front of the partial in the meantime,
written as they would be if nothing came after. What has left the stage as final never changes.

A display holds no white space, but for the line feed of a command that ends a line. Words that are written as one, as
in "ninety two" -> "92", have their display on the first; the others have "". A mark belongs to the word before it. A
word that comes with a display, as the vocabulary of the stream writes it, keeps that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor

from asr.text.formatter.commands import Action, SpokenCommand, command_at, may_begin_command
from asr.text.formatter.inputs import (
    AFTER_SENTENCE,
    CAPITAL,
    COMMA,
    INSIDE_SENTENCE,
    LOOKAHEAD,
    LOWER,
    MARKS,
    NONE,
    PERIOD,
    QUESTION,
    SENTENCE_ENDS,
    START,
    TAGGED,
)
from asr.text.formatter.name_rules import names
from asr.text.formatter.number_rules import numbers
from asr.text.formatter.tagger import Tagger
from asr.text.formatter.words_ahead import MoreNeededError, SpokenWord, Unit, WordsAhead
from asr.updates import Update, Word

CERTAIN = 0.9  # probability of a mark with which a word need not wait for all of the look-ahead
MAX_HELD = 24  # words that wait for the end of a number or a name at most
MAX_PHRASE = 12  # words without a mark that wait where "scratch that" may remove them
CONTEXT = 2  # written words that the rules for the next ones may look at


SILENT = SpokenWord("", NONE, LOWER, "")  # a word that is not written: of a command, or removed by one


@dataclass(frozen=True)
class Waiting:
    """A final word whose mark is not decided."""

    word: Word
    vector: Tensor | None = None  # (size,) float32, its input to the tagger; None: it is not written
    state: Tensor | None = None  # (width,) float32, of the tagger after the word; None likewise
    mark: int | None = None  # a mark that was spoken


@dataclass(frozen=True)
class FormatterState:
    """Everything that the formatter remembers of one stream. Never written into."""

    hidden: Tensor  # (width,) float32, of the tagger after the last final word of the open utterance
    commands: bool = False  # spoken commands act
    last_end: float | None = None  # seconds, of that word; None at the beginning of an utterance
    previous: str = ""  # that word, as spoken
    pending: tuple[Word, ...] = ()  # final words that may be the beginning of a command
    waiting: tuple[Waiting, ...] = ()  # at most LOOKAHEAD between two updates, words that are not written aside
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

    def start(self, commands: bool = False) -> FormatterState:
        """Return the state before the first word of a stream; `commands`: spoken commands act."""
        return FormatterState(self._tagger.start(START), commands)

    def step(self, state: FormatterState, update: Update) -> tuple[FormatterState, tuple[Update, ...]]:
        """Take an update of the recogniser; return the new state and updates with written words.

        The final words are those that are decided by now; the partial begins with those that wait. There is more than
        one update only where a spoken command ends a line.
        """
        return self._step(state, update, ends=False)

    def finish(self, state: FormatterState, update: Update) -> tuple[Update, ...]:
        """Return the last updates of a stream, for `update`, with all words that wait; the last ends its sentence."""
        return self._step(state, update, ends=True)[1]

    def stop(self, state: FormatterState) -> tuple[Word, ...]:
        """Return the words that wait, written as if nothing came after them; the state is not to be used any more."""
        return self._advance(state, (), (), provisional=True)[1]

    def _step(self, state: FormatterState, update: Update, ends: bool) -> tuple[FormatterState, tuple[Update, ...]]:
        state, new, lines = self._end_lines(state, update.words)
        ahead = () if update.endpoint else update.partial
        state, words = self._advance(state, new, ahead, closed=update.endpoint, ends=ends)
        if update.endpoint:
            state = self._restart(state)
        _, partial = self._advance(state, update.partial, (), provisional=True)
        ended = tuple(Update(line, partial, update.seconds, True) for line in lines)
        return state, (*ended, replace(update, words=words, partial=partial))

    def _restart(self, state: FormatterState) -> FormatterState:
        """Return the state at the beginning of the next utterance, in which no word waits."""
        kind = AFTER_SENTENCE if state.sentence_start else INSIDE_SENTENCE
        return FormatterState(self._tagger.start(kind), state.commands, sentence_start=state.sentence_start)

    def _end_lines(
        self, state: FormatterState, new: tuple[Word, ...]
    ) -> tuple[FormatterState, tuple[Word, ...], list[tuple[Word, ...]]]:
        """Return the state after the last command that ends a line, the words after it, and the lines."""
        lines: list[tuple[Word, ...]] = []
        if not state.commands:
            return state, new, lines
        words = (*state.pending, *new)
        previous, i = state.previous, 0
        while i < len(words):
            found = command_at([word.text for word in words[i:]], previous)
            if found and found[1] in (SpokenCommand.LINE, SpokenCommand.PARAGRAPH):
                state, line = self._advance(replace(state, pending=()), words[:i], (), closed=True)
                state = self._restart(state)
                first, second = (replace(word, display="\n") for word in words[i : i + 2])
                if found[1] is SpokenCommand.LINE:
                    lines.append((*line, first, replace(second, display="")))
                else:  # an empty line is one of words that show nothing
                    lines += [(*line, first), (second,)]
                words, previous, i = words[i + found[0] :], "", 0
            else:
                step = found[0] if found else 1
                previous, i = words[i + step - 1].text, i + step
        return (replace(state, pending=()) if lines else state), words if lines else new, lines

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
        everything = closed or provisional
        state = self._take_in(state, new, everything)
        state = self._decide(state, ahead, closed, ends, provisional)
        texts = (*(w.text for w in state.pending), *(w.text for w in ahead))
        hints = (*(waiting.word.text for waiting in state.waiting), *texts)
        return self._write(state, hints, everything)

    def _take_in(self, state: FormatterState, new: Sequence[Word], everything: bool) -> FormatterState:
        """Return the state with new words waiting, and with the effect of commands among them."""
        words = (*state.pending, *new)
        state, done = replace(state, pending=()), 0
        while done < len(words):
            word = words[done]
            if state.commands:
                if found := command_at([w.text for w in words[done:]], state.previous):
                    state = self._obey(state, words[done : done + found[0]], found[1])
                    done += found[0]
                    continue
                if done + 1 == len(words) and not everything and may_begin_command(word.text, state.previous):
                    return replace(state, pending=words[done:])
            pause = word.start - state.last_end if state.last_end is not None else 0.0
            vector = self._tagger.vector(word.text, pause)
            hidden = self._tagger.advance(state.hidden, vector)
            waiting = (*state.waiting, Waiting(word, vector, hidden))
            state = replace(state, hidden=hidden, last_end=word.end, previous=word.text, waiting=waiting)
            done += 1
        return state

    def _obey(self, state: FormatterState, spoken: Sequence[Word], action: Action) -> FormatterState:
        """Return the state after a command, whose words are not written."""
        silent = tuple(Waiting(word) for word in spoken)
        waiting, decided = list(state.waiting), state.decided
        hidden = state.hidden
        if action is SpokenCommand.SCRATCH:
            last = max((i for i, w in enumerate(waiting) if w.mark is not None), default=-1)
            waiting[last + 1 :] = [Waiting(w.word) for w in waiting[last + 1 :]]
            if last < 0:
                kept = max((i for i, (_, w) in enumerate(decided) if w.mark != NONE), default=-1) + 1
                decided = (*decided[:kept], *((word, SILENT) for word, _ in decided[kept:]))
            hidden = self._tagger.start(INSIDE_SENTENCE)
        elif isinstance(action, int):
            if waiting and waiting[-1].vector is not None:
                waiting[-1] = replace(waiting[-1], mark=action)
            else:  # no word to belong to: the mark stands alone
                silent = (replace(silent[0], mark=action), *silent[1:])
        return replace(
            state,
            hidden=hidden,
            waiting=(*waiting, *silent),
            decided=decided,
            last_end=spoken[-1].end,
            previous=spoken[-1].text if action is SpokenCommand.SCRATCH else "",
        )

    def _decide(
        self, state: FormatterState, ahead: Sequence[Word], closed: bool, ends: bool, provisional: bool
    ) -> FormatterState:
        """Return the state with marks and cases of all words that have enough look-ahead."""
        vectors = [waiting.vector for waiting in state.waiting if waiting.vector is not None]
        words, end = len(vectors), state.last_end
        for word in ahead[:LOOKAHEAD]:
            vectors.append(self._tagger.vector(word.text, word.start - end if end is not None else 0.0))
            end = word.end
        fill = self._tagger.end if closed else self._tagger.unseen
        decided, number = list(state.decided), 0  # number: of words so far, those that are not written aside
        for i, waiting in enumerate(state.waiting):
            if waiting.vector is None or waiting.state is None:
                silent = SILENT if waiting.mark is None else SILENT._replace(mark=waiting.mark)
                decided.append((waiting.word, silent))
                continue
            number += 1
            following = vectors[number : number + LOOKAHEAD]
            known = LOOKAHEAD if closed or provisional else len(following)
            labels = self._tagger.label(waiting.state, following + [fill] * (LOOKAHEAD - len(following)))
            mark = max(range(TAGGED), key=labels.marks.__getitem__)
            certain = known >= LOOKAHEAD or (known and labels.marks[mark] >= CERTAIN)
            if state.commands and not (closed or provisional):
                certain = certain and number < words  # the next word might be a command
            if waiting.mark is None and not certain:
                return replace(state, waiting=state.waiting[i:], decided=tuple(decided))
            if waiting.mark is not None:
                mark = waiting.mark
            elif ends and number == words and mark in (NONE, COMMA):
                mark = QUESTION if labels.marks[QUESTION] > labels.marks[PERIOD] else PERIOD
            text, fixed = waiting.word.text, waiting.word.display
            if fixed is None:
                spoken = SpokenWord(text, mark, labels.case, self._tagger.written(text, labels.case))
            else:
                spoken = SpokenWord(text, mark, CAPITAL if fixed[:1].isupper() else LOWER, fixed, fixed=True)
            decided.append((waiting.word, spoken))
        return replace(state, waiting=(), decided=tuple(decided))

    def _held_phrase(self, state: FormatterState) -> int:
        """Return how many decided words may be written where commands act: those up to the last mark."""
        marked = max((i for i, (_, word) in enumerate(state.decided) if word.mark != NONE), default=-1) + 1
        while marked < len(state.decided) and state.decided[marked][1] is SILENT:
            marked += 1  # the words of the command that made the mark
        return max(marked, len(state.decided) - MAX_PHRASE)

    def _write(
        self, state: FormatterState, hints: Sequence[str], closed: bool
    ) -> tuple[FormatterState, tuple[Word, ...]]:
        """Return the state without the words that can be written, and those words."""
        spoken = [decided for _, decided in state.decided]
        before, begins, done = state.before, state.sentence_start, 0
        written: list[Word] = []
        end = self._held_phrase(state) if state.commands and not closed else len(spoken)
        while done < end:
            rest = spoken[done:]
            if not rest[0].text:
                written.append(replace(state.decided[done][0], display=MARKS[rest[0].mark]))
                begins = begins or rest[0].mark in SENTENCE_ENDS
                done += 1
                continue
            try:
                units = [Unit(1)] if rest[0].fixed else write_units(WordsAhead(rest, closed, before, hints))
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
                begins = last.mark in SENTENCE_ENDS
                done += unit.words
            before = (*before, *(word.text for word in spoken[first:done]))[-CONTEXT:]
            if spoken[done - 1].mark != NONE:
                before = ()
        state = replace(state, decided=state.decided[done:], before=before, sentence_start=begins)
        return state, tuple(written)


def write_units(words: WordsAhead) -> list[Unit]:
    """Return how the first words are written: by a rule, or the first one as it is."""
    return numbers(words) or names(words) or [Unit(1)]
