"""Lost sound in exports: a reader, and a program, must see that words are missing."""

import json
from collections.abc import Iterable

from app.sessions.document import Gap
from asr.updates import Utterance, Word

SHOWN = 0.5  # seconds at most that the note of a gap takes in subtitles, where there is room for it


def gap_note(gap: Gap) -> str:
    """Return the words that stand where sound was lost."""
    return f"[{gap.seconds:.1f} s of sound lost]"


def with_gaps(utterances: tuple[Utterance, ...], gaps: Iterable[Gap]) -> tuple[Utterance, ...]:
    """Return the utterances with a note, as if it were a word, wherever sound was lost.

    A gap between two words of an utterance is noted between them, any other in an utterance of its own.
    """
    noted = list(utterances)
    for gap in sorted(gaps, key=lambda gap: gap.start):
        for number, utterance in enumerate(noted):
            before = sum(word.start < gap.start for word in utterance.words)
            if 0 < before < len(utterance.words):
                words = utterance.words
                note = _note(gap, words[before].start)
                changed = (*words[:before], note, *words[before:])
                noted[number] = Utterance(changed, utterance.start, utterance.end, utterance.closed)
                break
            if utterance.words and before == 0:
                noted.insert(number, _line(gap, utterance.words[0].start))
                break
        else:
            noted.append(_line(gap, gap.start + SHOWN))
    return tuple(noted)


def json_with_gaps(text: str, gaps: Iterable[Gap]) -> str:
    """Return the JSON object of a transcript with `gaps`: a list of objects with `start` and `seconds`."""
    whole = json.loads(text)
    whole["gaps"] = [_object(gap) for gap in gaps]
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def jsonl_with_gaps(text: str, gaps: Iterable[Gap]) -> str:
    """Return JSON lines in which each utterance lists the gaps up to the next, the first also those before it."""
    rows = [json.loads(line) for line in text.splitlines()]
    for gap in gaps:
        begun = [row for row in rows if row["start"] <= gap.start] or rows[:1]
        if begun:
            begun[-1].setdefault("gaps", []).append(_object(gap))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _note(gap: Gap, until: float) -> Word:
    end = min(gap.start + SHOWN, until)
    return Word(gap_note(gap), gap.start, end if end > gap.start else gap.start + 0.001, 1.0)


def _line(gap: Gap, until: float) -> Utterance:
    note = _note(gap, until)
    return Utterance((note,), note.start, note.end, True)


def _object(gap: Gap) -> dict[str, float]:
    return {"start": round(gap.start, 3), "seconds": round(gap.seconds, 3)}
