"""Where the speech comes from that a voice is learnt from: corrected sessions, or a manifest of recordings."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app.sessions.document import DOUBTFUL
from app.sessions.folder.session_record import SessionRecord
from app.sessions.folder.session_sound import map_sound, read_sound
from asr.adaptation.speech import LONGEST, SpokenText
from asr.audio.media import open_media, read_file
from asr.audio.resampler import Resampler
from asr.errors import AudioError, VoiceError
from asr.updates import Word

MARGIN = 0.25  # seconds of sound before and after the words of a piece, as far as no other word is there
LONGEST_PIECE = 15.0  # seconds of words; longer lines are parted at their longest pauses
LARGEST_LINE = 1 << 16  # bytes of a line of a manifest


def of_session(session: SessionRecord, rate: int) -> list[SpokenText]:
    """Return the speech of a session, with its words as they were corrected.

    A line with a word in doubt that nobody has corrected or confirmed is left out: a voice must not learn mistakes.

    Args:
        session: A kept one.
        rate: Hz, of the model.

    Raises:
        VoiceError: It has no sound.
    """
    sound = session.sound
    if sound is None:
        raise VoiceError("no-sound", id=session.id)
    samples, sound_rate = map_sound(sound)
    end = len(samples) / sound_rate
    pieces = [
        piece
        for utterance in session.document.utterances
        if utterance.words and all(word.confidence >= DOUBTFUL for word in utterance.words)
        for piece in _parted(utterance.words)
    ]
    words = session.document.words
    starts, ends = (np.array([getattr(word, side) for word in words]) for side in ("start", "end"))
    found = []
    for piece in pieces:
        before = ends[ends <= piece[0].start].max(initial=0.0)
        after = starts[starts >= piece[-1].end].min(initial=end)
        first = max(piece[0].start - MARGIN, (before + piece[0].start) / 2 if before else 0.0, 0.0)
        last = min(piece[-1].end + MARGIN, (after + piece[-1].end) / 2 if after < end else end)
        text = " ".join(word.text for word in piece)
        found.append(SpokenText(last - first, text, partial(_samples, sound, first, last - first, rate)))
    return found


def _parted(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield the words in pieces of LONGEST_PIECE at most, parted at the longest pauses."""
    if len(words) < 2 or words[-1].end - words[0].start <= LONGEST_PIECE:
        yield words
        return
    cut = max(range(1, len(words)), key=lambda i: words[i].start - words[i - 1].end)
    yield from _parted(words[:cut])
    yield from _parted(words[cut:])


def _samples(sound: Path, start: float, seconds: float, rate: int) -> np.ndarray:
    samples, sound_rate = read_sound(sound, start, seconds)
    resampler = Resampler(sound_rate, rate)
    return np.concatenate([resampler.feed(samples), resampler.flush()])


def of_manifest(manifest: Path, rate: int) -> list[SpokenText]:
    """Return the recordings of a manifest: JSON lines with "audio", a path from its folder, and "text".

    Args:
        manifest: The file.
        rate: Hz, of the model.

    Raises:
        VoiceError: It cannot be read, or a line is none of a manifest.
        AudioError: A recording cannot be opened.
    """
    found = []
    try:
        with manifest.open(encoding="utf-8") as file:
            for number, line in enumerate(iter(lambda: file.readline(LARGEST_LINE), ""), start=1):
                if line.strip():
                    found.append(_recording(manifest, number, line, rate))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise VoiceError("bad-manifest", path=manifest, line=1, reason=reason) from error
    return found


def _recording(manifest: Path, number: int, line: str, rate: int) -> SpokenText:
    def refused(reason: str) -> VoiceError:
        return VoiceError("bad-manifest", path=manifest, line=number, reason=reason)

    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise refused("it is no JSON") from error
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) and row[key] for key in ("audio", "text")):
        raise refused("one is missing or empty")
    path = manifest.parent / row["audio"]
    with open_media(path) as media:
        seconds = media.duration
    # Without a known length it is tried; what is too long is not read to its end.
    return SpokenText(seconds if seconds is not None else LONGEST, row["text"], partial(_read, path, rate))


def _read(path: Path, rate: int) -> np.ndarray:
    """Return the samples of a recording, as far as it may be long."""
    chunks: list[np.ndarray] = []
    for chunk in read_file(path, rate):
        chunks.append(chunk)
        if sum(map(len, chunks)) > (LONGEST + 1) * rate:
            break
    if not chunks:
        raise AudioError("nothing-decoded", name=path.name)
    return np.concatenate(chunks)
