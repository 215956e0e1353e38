"""Words cut into subtitles that can be read: short lines, breaks at pauses, and enough time to read each.

Limits follow the common practice of broadcasters (42 characters a line, two lines, 17 characters a second, a cue for
5/6 to 7 seconds; for example Netflix, "Timed Text Style Guide: General Requirements").
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor, inf

from asr.updates import Word, shown_words, text_of

LINE = 42  # characters a line at most
LINES = 2
SHORTEST, LONGEST = 5 / 6, 7.0  # seconds a cue is shown
GAP = 0.08  # seconds between cues: less looks like a flicker
SPEED = 17.0  # characters a second that are read with ease
PAUSE = 0.7  # seconds of silence that end a cue
BREATH = 0.2  # seconds of silence that make a better break than the end of a full cue
TICK = 0.001  # seconds: the formats count in milliseconds


@dataclass(frozen=True)
class Cue:
    """One subtitle."""

    start: float  # seconds of media time, in whole milliseconds
    end: float  # seconds, > start, at least a tick before the next cue's start
    lines: tuple[str, ...]  # one or two, at most LINE characters each (a longer single word stands alone)


def within(words: Iterable[Word], seconds: float) -> list[Word]:
    """Return words whose times lie within the sound. A recogniser's last peak may come in the silence after the end."""
    last = seconds - TICK
    return [
        word if word.end <= seconds else replace(word, start=max(0.0, min(word.start, last)), end=seconds)
        for word in words
    ]


def cues(
    words: Iterable[Word],
    leaning: Collection[str] = frozenset(),
    seconds: float = inf,
    first: Collection[Word] = frozenset(),
) -> list[Cue]:
    """Cut words into subtitles: in order, never overlapping, start < end, and nothing left out.

    Each cue starts with its first word and is shown until it could be read, as far as the next one allows; speech
    faster than SPEED is shown for as long as there is room.

    Args:
        words: Sorted here by their times.
        leaning: Lower-case words that lean on the next one, as `asr.text.languages` lists them: a line does not
            end on them if that can be avoided.
        seconds: Length of the sound, in which each cue ends.
        first: Words that begin a cue in any case.
    """
    ordered = shown_words(sorted(within(words, seconds), key=lambda word: word.start))
    groups = list(_groups(ordered, leaning, first))
    limit = seconds if seconds == inf else floor(seconds * 1000 + 1e-6) / 1000  # rounding must not pass the end
    made: list[Cue] = []
    earliest = 0.0
    for position, group in enumerate(groups):
        start = max(round(group[0].start, 3), earliest)
        wanted = max(group[-1].end, start + SHORTEST, start + len(text_of(group)) / SPEED)
        end = min(wanted, start + LONGEST)
        if position + 1 < len(groups):
            end = min(end, groups[position + 1][0].start - GAP)
        end = min(end, limit)
        end = max(round(end, 3), round(start + TICK, 3))
        made.append(Cue(start, end, _lines(group, leaning)))
        earliest = round(end + GAP, 3)
    return made


def _groups(words: Sequence[Word], leaning: Collection[str], first: Collection[Word]) -> Iterator[list[Word]]:
    """Yield the words of each cue: cut at pauses first, then where a cue is full."""
    group: list[Word] = []
    for word in words:
        paused = bool(group) and (word in first or _ends_in_pause(group, word))
        if group and (paused or not _fits([*group, word], leaning)):
            cut = len(group) if paused else _last_break(group, leaning)
            yield group[:cut]
            group = group[cut:]
            # what is carried over may not fit with the next word either
            if group and not _fits([*group, word], leaning):
                yield group
                group = []
        group.append(word)
    if group:
        yield group


def _ends_in_pause(group: Sequence[Word], after: Word) -> bool:
    """Return whether the silence before `after` ends the cue; not where the cue would then only flash up."""
    shown = after.start - GAP - group[0].start
    return after.start - group[-1].end >= PAUSE and shown >= SHORTEST


def _fits(group: Sequence[Word], leaning: Collection[str]) -> bool:
    lines = _lines(group, leaning)
    short = len(lines) <= LINES and (len(group) == 1 or max(map(len, lines)) <= LINE)
    return short and group[-1].end - group[0].start <= LONGEST - GAP


def _last_break(group: Sequence[Word], leaning: Collection[str]) -> int:
    """Return how many words to keep, so that the cue does not end on a leaning word and stays nearly full.

    The longest pause among the last few words is the best place; without one, the end is.
    """
    least = max(1, len(group) - 4)
    good = [cut for cut in range(least, len(group) + 1) if _bare(group[cut - 1]) not in leaning]
    if not good:
        return len(group)
    pauses = {cut: group[cut].start - group[cut - 1].end for cut in good if cut < len(group)}
    best = max(pauses, key=lambda cut: (pauses[cut], cut), default=good[-1])
    return best if best in pauses and pauses[best] >= BREATH else good[-1]


def _bare(word: Word) -> str:
    """Return the word in lower case without the punctuation around it."""
    return word.shown.lower().strip(".,;:!?\"'")


def _lines(group: Sequence[Word], leaning: Collection[str]) -> tuple[str, ...]:
    """Break a cue into one line where it fits, else into two of similar length, not after a leaning word."""
    texts = [word.shown for word in group]
    whole = " ".join(texts)
    if len(whole) <= LINE or len(texts) == 1:
        return (whole,)

    def cost(cut: int) -> tuple[bool, bool, int]:
        upper, lower = len(" ".join(texts[:cut])), len(" ".join(texts[cut:]))
        return max(upper, lower) > LINE, _bare(group[cut - 1]) in leaning, abs(upper - lower)

    cut = min(range(1, len(texts)), key=cost)
    return " ".join(texts[:cut]), " ".join(texts[cut:])
