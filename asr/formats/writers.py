"""A transcript as text for other programs: txt, srt, vtt, json and jsonl of a list of words."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from asr.formats.subtitles import PAUSE, cues
from asr.updates import Word


def word_dict(word: Word) -> dict[str, Any]:
    """A word as every JSON of Echoic has it: times in seconds to the millisecond."""
    return {
        "text": word.text,
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "confidence": round(word.confidence, 3),
    }


def _name(file: str) -> str:
    """A file's name as text: bytes in it that are no UTF-8, which Linux allows, become question marks."""
    return file.encode(errors="replace").decode()


def sentence(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def utterances(words: Sequence[Word]) -> list[list[Word]]:
    """Words parted where nothing was said for PAUSE seconds or more."""
    parts: list[list[Word]] = []
    for word in words:
        if not parts or word.start - parts[-1][-1].end >= PAUSE:
            parts.append([])
        parts[-1].append(word)
    return parts


def txt(words: Sequence[Word], file: str = "", seconds: float = 0.0, model: str = "") -> str:
    """A line an utterance."""
    return "".join(sentence(part) + "\n" for part in utterances(words))


def srt(words: Sequence[Word], file: str = "", seconds: float = 0.0, model: str = "") -> str:
    """SubRip: numbered from 1, `HH:MM:SS,mmm`."""
    return "".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n" + "\n".join(cue.lines) + "\n\n"
        for number, cue in enumerate(cues(words), start=1)
    )


def vtt(words: Sequence[Word], file: str = "", seconds: float = 0.0, model: str = "") -> str:
    """WebVTT: `HH:MM:SS.mmm`, the three characters with a meaning of their own escaped."""
    blocks = ["WEBVTT\n"]
    for cue in cues(words):
        text = "\n".join(cue.lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{text}\n")
    return "\n".join(blocks)


def json_text(words: Sequence[Word], file: str = "", seconds: float = 0.0, model: str = "") -> str:
    """One object: `{"file", "seconds", "text", "words", "model"}`."""
    whole = {
        "file": _name(file),
        "seconds": round(seconds, 3),
        "text": sentence(words),
        "words": [word_dict(word) for word in words],
        "model": model,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def jsonl(words: Sequence[Word], file: str = "", seconds: float = 0.0, model: str = "") -> str:
    """A line an utterance: `{"file", "start", "end", "text", "words", "model"}`."""
    lines = (
        {
            "file": _name(file),
            "start": round(part[0].start, 3),
            "end": round(part[-1].end, 3),
            "text": sentence(part),
            "words": [word_dict(word) for word in part],
            "model": model,
        }
        for part in utterances(words)
    )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


# what writes each format: (words, name of the file, its length in seconds, name of the model) -> text
WRITERS: dict[str, Callable[[Sequence[Word], str, float, str], str]] = {
    "txt": txt,
    "json": json_text,
    "jsonl": jsonl,
    "srt": srt,
    "vtt": vtt,
}


def _clock(seconds: float, point: str) -> str:
    """`HH:MM:SS` and milliseconds; rounded once, as a whole, so that 59.9996 s is a minute."""
    ticks = round(seconds * 1000)
    return f"{ticks // 3_600_000:02}:{ticks // 60_000 % 60:02}:{ticks // 1000 % 60:02}{point}{ticks % 1000:03}"
