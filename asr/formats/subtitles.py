"""Words cut into subtitles that can be read: short lines, breaks where speech breaks, room to read each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from asr.updates import Word

LINE = 42  # characters a line at most
LINES = 2
SHORTEST, LONGEST = 5 / 6, 7.0  # seconds a cue stands
GAP = 0.08  # seconds between cues: less reads as a flicker
SPEED = 17.0  # characters a second that are read with ease
PAUSE = 0.7  # seconds of silence that end a cue
TICK = 0.001  # seconds: the formats count in milliseconds

# A line does not end on a word that leans on the next.
_ARTICLES = ("a", "an", "the", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our")
_SMALL = ("of", "to", "in", "on", "at", "by", "for", "with", "from", "and", "or", "but", "their")
_TITLES = ("mr", "mrs", "miss", "ms", "dr", "doctor", "saint", "sir", "professor")
LEANING = frozenset(_ARTICLES + _SMALL + _TITLES)


@dataclass(frozen=True)
class Cue:
    """One subtitle."""

    start: float  # seconds of media time, in whole milliseconds
    end: float  # seconds, > start, at least a tick before the next cue's start
    lines: tuple[str, ...]  # one or two, at most LINE characters each (a longer single word stands alone)


def cues(words: Iterable[Word]) -> list[Cue]:
    """Subtitles of words in the order of their times: monotone, never overlapping, start < end.

    Each starts with its first word and stands until it could be read, as far as the next one allows; speech
    faster than SPEED is shown as long as there is room. Nothing is left out.
    """
    groups = list(_groups(sorted(words, key=lambda word: word.start)))
    made: list[Cue] = []
    earliest = 0.0
    for position, group in enumerate(groups):
        start = max(round(group[0].start, 3), earliest)
        length = len(" ".join(word.text for word in group))
        wanted = max(group[-1].end, start + SHORTEST, start + length / SPEED)
        end = min(wanted, start + LONGEST)
        if position + 1 < len(groups):
            end = min(end, groups[position + 1][0].start - GAP)
        end = max(round(end, 3), round(start + TICK, 3))
        made.append(Cue(start, end, _lines(group)))
        earliest = round(end + GAP, 3)
    return made


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Runs of words that stand together: cut at pauses first, then where a cue is full."""
    group: list[Word] = []
    for word in words:
        over = bool(group) and _over(group, word)
        if group and (over or not _fits([*group, word])):
            cut = len(group) if over else _last_break(group)
            yield group[:cut]
            group = group[cut:]
            # what leans over may not fit with the next word either
            if group and not _fits([*group, word]):
                yield group
                group = []
        group.append(word)
    if group:
        yield group


def _over(group: Sequence[Word], after: Word) -> bool:
    """Whether the silence before the word after it ends a cue; not where the cue would only flash up."""
    stands = after.start - GAP - group[0].start
    return after.start - group[-1].end >= PAUSE and stands >= SHORTEST


def _fits(group: Sequence[Word]) -> bool:
    lines = _lines(group)
    short = len(lines) <= LINES and (len(group) == 1 or max(map(len, lines)) <= LINE)
    return short and group[-1].end - group[0].start <= LONGEST - GAP


def _last_break(group: Sequence[Word]) -> int:
    """How many words to keep so that the cue ends neither on a leaning word nor far from its end.

    The longest pause among the last few words is the best place; without one, the end is.
    """
    least = max(1, len(group) - 4)
    good = [cut for cut in range(least, len(group) + 1) if _tail(group[cut - 1]) not in LEANING]
    if not good:
        return len(group)
    pauses = {cut: group[cut].start - group[cut - 1].end for cut in good if cut < len(group)}
    best = max(pauses, key=lambda cut: (pauses[cut], cut), default=good[-1])
    return best if best in pauses and pauses[best] >= 0.2 else good[-1]


def _tail(word: Word) -> str:
    return word.text.lower().strip(".,;:!?\"'")


def _lines(group: Sequence[Word]) -> tuple[str, ...]:
    """One line where it fits; else two of like length, not broken behind a leaning word if it can be."""
    texts = [word.text for word in group]
    whole = " ".join(texts)
    if len(whole) <= LINE or len(texts) == 1:
        return (whole,)

    def cost(cut: int) -> tuple[bool, bool, int]:
        upper, lower = len(" ".join(texts[:cut])), len(" ".join(texts[cut:]))
        return max(upper, lower) > LINE, _tail(group[cut - 1]) in LEANING, abs(upper - lower)

    cut = min(range(1, len(texts)), key=cost)
    return " ".join(texts[:cut]), " ".join(texts[cut:])
