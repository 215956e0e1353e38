"""A transcript as text for other programs: txt, srt, vtt, tsv, json and jsonl of a list of utterances.

Every writer takes the same arguments, whether it needs them or not:

    utterances: As `asr.updates.utterances_of` folds them; those without words are left out.
    file: The name of the file or session, as the JSON formats state it.
    seconds: Length of the sound, within which all times are. 0: unknown.
    model: The name of the model that recognised it.
    language: ISO 639-1 code of the words; it decides where the lines of subtitles may break.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any

from asr.formats.subtitles import Cue, cues, within
from asr.text.languages import language_of
from asr.updates import Alternative, Utterance, Word, text_of, transcript_text

Writer = Callable[[Sequence[Utterance], str, float, str, str], str]

TSV_HEADER = "start\tend\ttext\n"


def word_dict(word: Word) -> dict[str, Any]:
    """Return a word as every JSON of Echoic has it: times in seconds, rounded to the millisecond.

    "text" is as spoken; "display" is as written, and missing where words were not formatted. It has alternatives only
    where there are some.
    """
    values: dict[str, Any] = {
        "text": word.text,
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "confidence": round(word.confidence, 3),
    }
    if word.display is not None:
        values["display"] = word.display
    return values | alternatives_dict(word.alternatives)


def alternatives_dict(alternatives: Iterable[Alternative]) -> dict[str, Any]:
    """Return `{"alternatives": [{"text", "score"}]}`, or nothing where there are none."""
    listed = [{"text": other.text, "score": other.score} for other in alternatives]
    return {"alternatives": listed} if listed else {}


def txt(
    utterances: Sequence[Utterance], file: str = "", seconds: float = 0.0, model: str = "", language: str = ""
) -> str:
    """Write plain text, a line for each utterance."""
    return transcript_text(utterances)


def srt(
    utterances: Sequence[Utterance], file: str = "", seconds: float = 0.0, model: str = "", language: str = ""
) -> str:
    """Write SubRip: cues numbered from 1, times as `HH:MM:SS,mmm`."""
    return "".join(
        f"{number}\n{_timestamp(cue.start, ',')} --> {_timestamp(cue.end, ',')}\n" + "\n".join(cue.lines) + "\n\n"
        for number, cue in enumerate(_cues(utterances, seconds, language), start=1)
    )


def vtt(
    utterances: Sequence[Utterance], file: str = "", seconds: float = 0.0, model: str = "", language: str = ""
) -> str:
    """Write WebVTT: times as `HH:MM:SS.mmm`, and `&`, `<` and `>` escaped, as the format gives them a meaning."""
    blocks = ["WEBVTT\n"]
    for cue in _cues(utterances, seconds, language):
        text = "\n".join(cue.lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{_timestamp(cue.start, '.')} --> {_timestamp(cue.end, '.')}\n{text}\n")
    return "\n".join(blocks)


def tsv(
    utterances: Sequence[Utterance], file: str = "", seconds: float = 0.0, model: str = "", language: str = ""
) -> str:
    """Write a table for spreadsheets, a row for each utterance: start and end in whole milliseconds, and the text."""
    spoken = (within(utterance.words, seconds or inf) for utterance in utterances if utterance.text)
    rows = (
        f"{round(words[0].start * 1000)}\t{round(words[-1].end * 1000)}\t{' '.join(text_of(words).split())}\n"
        for words in spoken
    )
    return TSV_HEADER + "".join(rows)


def json_text(
    utterances: Sequence[Utterance], file: str = "", seconds: float = 0.0, model: str = "", language: str = ""
) -> str:
    """Write one JSON object: `{"file", "seconds", "text", "words", "model"}`.

    Where readings of utterances are known, also `"utterances": [{"start", "end", "text", "alternatives"}]`.
    """
    words = within(_words(utterances), seconds or inf)
    whole: dict[str, Any] = {
        "file": _printable(file),
        "seconds": round(seconds, 3),
        "text": text_of(words),
        "words": [word_dict(word) for word in words],
        "model": model,
    }
    if any(utterance.readings for utterance in utterances):
        whole["utterances"] = [
            {"start": round(u.words[0].start, 3), "end": round(u.words[-1].end, 3), "text": u.text}
            | alternatives_dict(u.readings)
            for u in utterances
            if u.words
        ]
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def jsonl(
    utterances: Sequence[Utterance], file: str = "", seconds: float = 0.0, model: str = "", language: str = ""
) -> str:
    """Write JSON lines, one object for each utterance: `{"file", "start", "end", "text", "words", "model"}`.

    Where its readings are known, also `"alternatives": [{"text", "score"}]`.
    """
    spoken = ((within(u.words, seconds or inf), u.readings) for u in utterances if u.words)
    lines = (
        {
            "file": _printable(file),
            "start": round(words[0].start, 3),
            "end": round(words[-1].end, 3),
            "text": text_of(words),
            "words": [word_dict(word) for word in words],
            "model": model,
        }
        | alternatives_dict(readings)
        for words, readings in spoken
    )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _words(utterances: Iterable[Utterance]) -> list[Word]:
    return [word for utterance in utterances for word in utterance.words]


def _cues(utterances: Sequence[Utterance], seconds: float, language: str) -> list[Cue]:
    first = {utterance.words[0] for utterance in utterances if utterance.is_line and utterance.words}
    return cues(_words(utterances), language_of(language).leaning, seconds or inf, first)


def _printable(file: str) -> str:
    """Return a file name as text: bytes in it that are not UTF-8, which Linux allows, become question marks."""
    return file.encode(errors="replace").decode()


def _timestamp(seconds: float, point: str) -> str:
    """Format as `HH:MM:SS` and milliseconds; rounded once, as a whole, so that 59.9996 s is a minute."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"
