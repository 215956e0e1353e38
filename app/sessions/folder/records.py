"""The records of a journal as they are written, one JSON object each, and the digests that tie changes to words."""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from app.sessions.document import DOUBTFUL
from app.sessions.edits import AnyEdit, Edit, EditGroup, Join, Split
from app.sessions.folder.record_values import MAX_ALTERNATIVES, MAX_NUMBER
from asr.updates import Update, Utterance, Word


def changed_digest(edit: AnyEdit, utterances: Sequence[Utterance]) -> str:
    """Return what tells the words that a change is made to from others.

    Args:
        edit: The change.
        utterances: Before it.
    """
    match edit:
        case Edit(before=words):
            return digest_of(words)
        case EditGroup(edits):
            return digest_of(word for one in edits for word in one.before)
        case Split(utterance=index):
            return digest_of(utterances[index].words)
    return digest_of((*utterances[edit.utterance].words, *utterances[edit.utterance + 1].words))


def update_record(update: Update) -> dict[str, Any]:
    """Return the record of the final words of an update; what is partial is not kept."""
    seconds, endpoint = finite(update.seconds), bool(update.endpoint)
    record = {"words": rows_of(update.words), "seconds": seconds, "endpoint": endpoint}
    others = [
        [number, [[other.text, round(finite(other.score), 4)] for other in word.alternatives[:MAX_ALTERNATIVES]]]
        for number, word in enumerate(update.words)
        if word.alternatives and word.confidence < DOUBTFUL
    ]
    return record | ({"alternatives": others} if others else {})


def edit_record(edit: AnyEdit, utterances: Sequence[Utterance] = ()) -> dict[str, Any]:
    """Return the record of a change.

    It states how many words it replaces, so that words recognised while it was made stay behind it, and a digest of
    these words, so that it is never made to others.

    Args:
        edit: The change.
        utterances: Before it; needed where lines are split or joined.
    """
    record: dict[str, Any]
    match edit:
        case Edit():
            record = {"edit": _row_of(edit)}
        case EditGroup(edits):
            record = {"edits": [_row_of(one) for one in edits]}
        case Split(utterance, word, end, start):
            record = {"split": [utterance, word, finite(end), finite(start)]}
        case Join(utterance):
            record = {"join": utterance}
    return record | {"of": changed_digest(edit, utterances)}


def _row_of(edit: Edit) -> list[Any]:
    return [edit.utterance, len(edit.before), rows_of(edit.after)]


def bookmark_record(seconds: float, on: bool) -> dict[str, Any]:
    """Return the record that sets a bookmark, or removes it."""
    return {"bookmark": finite(seconds), "on": on}


def undo_record(edit: AnyEdit) -> dict[str, Any]:
    """Return the record that takes back the last edit, which is `edit`."""
    return {"undo": True, "of": edit_digest(edit)}


def rows_of(words: Iterable[Word]) -> list[list[Any]]:
    """Return words as a record has them: text, start, end, confidence and, if there is one, the written form."""
    return [
        [word.text, finite(word.start), finite(word.end), min(max(finite(word.confidence), 0.0), 1.0)]
        + ([] if word.display is None else [word.display])
        for word in words
    ]


def finite(value: float) -> float:
    """Return a number that journals may have: a recogniser with defects must not end a session."""
    return min(max(float(value), -MAX_NUMBER), MAX_NUMBER) if math.isfinite(value) else 0.0


def digest_of(words: Iterable[Word]) -> str:
    """Return what tells these words from others."""
    return hashlib.sha256(json.dumps(rows_of(words), separators=(",", ":")).encode("ascii")).hexdigest()[:16]


def edit_digest(edit: AnyEdit) -> str:
    """Return what tells a change from others."""
    match edit:
        case Edit():
            return f"{edit.utterance}-{digest_of(edit.before)}-{digest_of(edit.after)}"
        case EditGroup(edits):
            parts = "+".join(map(edit_digest, edits))
            return f"group-{hashlib.sha256(parts.encode('ascii')).hexdigest()[:16]}"
    return f"{type(edit).__name__.lower()}-{edit.utterance}-{edit.word}"


def line(record: dict[str, Any]) -> bytes:
    """Return a record as the journal keeps it; floats are read back exactly."""
    return b"\n" + json.dumps(record, separators=(",", ":")).encode("ascii")
