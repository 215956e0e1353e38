"""Keeping a session while it happens, whatever the disk does."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from io import FileIO
from typing import Any

import numpy as np

from app.sessions.journal import (
    HEADER,
    JOURNAL,
    RATE,
    RESERVE,
    SOUND,
    SessionRecord,
    first_record,
    fold,
    line,
    lock,
    read,
    update_record,
    write,
    write_header,
)
from asr.updates import Update

RESERVED = 1 << 20  # bytes given up when the disk is full, so that hours of text still find room


class SessionRecorder:
    """Keeps one session while it happens. One thread at a time; a context manager that closes it."""

    session: SessionRecord  # so far
    problem: str  # a sentence to show, or "": why sound or words are not being kept; never an exception

    def __init__(self, session: SessionRecord, index: Callable[[SessionRecord], None] = lambda session: None) -> None:
        """Keep a session in its folder, which must not exist yet, or only in memory where `folder` is None.

        `index` is told of the session whenever it is worth finding: at endpoints, in pauses and at the end.
        """
        self.session = session
        self.problem = ""
        self._index = index
        self._heard = 0  # samples given
        self._unwritten: list[bytes] = []  # records waiting for room on the disk
        self._journal: FileIO | None = None
        self._sound: FileIO | None = None
        if session.folder is None:
            return
        try:
            session.folder.mkdir(parents=True, mode=0o700)
            self._journal = (session.folder / JOURNAL).open("ab", buffering=0)
            lock(self._journal)
        except OSError as error:
            self.session = replace(session, folder=None)
            self.problem = f"This session is only in memory: its folder cannot be written ({reason_for(error)})."
            return
        self._record(first_record(session))
        try:
            (session.folder / RESERVE).write_bytes(bytes(RESERVED))
            self._sound = (session.folder / SOUND).open("x+b", buffering=0)
            write_header(self._sound, 0)
        except OSError as error:
            self._stop_sound(error)

    @property
    def saved(self) -> bool:
        """Whether all final words so far are on the disk."""
        return self._journal is not None and not self._unwritten

    def sound(self, samples: np.ndarray) -> np.ndarray:
        """Keep samples, (n,) float32 mono 16 kHz; returns them as the file will give them back (16 bits).

        Recognise what is returned: then the words are those that the kept sound gives. ValueError if not
        finite.
        """
        if not np.isfinite(samples).all():
            raise ValueError("expected finite samples, found NaN or infinity")
        pcm = np.clip(np.rint(samples * np.float32(32768)), -32768, 32767).astype("<i2")
        before = 2 * self._heard
        self._heard += len(pcm)
        if self._sound is not None:
            try:
                write(self._sound, pcm.tobytes())
                write_header(self._sound, 2 * self._heard)
            except OSError as error:
                with suppress(OSError):
                    self._sound.truncate(HEADER.size + before)
                self._stop_sound(error)
        return pcm.astype(np.float32) / np.float32(32768)

    def update(self, update: Update) -> None:
        """Keep the final words of an update; on disk, synced, when this returns."""
        if update.words or update.endpoint:
            self._record(update_record(update))
        if update.endpoint:
            self._sync_sound()
            self._index(self.session)

    def gap(self, start: float, seconds: float) -> None:
        """Mark a loss of so many seconds of sound at `start` seconds of the stream."""
        self._record({"gap": [float(start), float(seconds)]})

    def pause(self) -> None:
        """Note that recording paused here and bring everything to the disk."""
        self._sync_sound()
        self._record({"pause": self._heard / RATE})
        self._index(self.session)

    def close(self) -> SessionRecord:
        """End the session; returns it. May be called again."""
        if self.session.closed:
            return self.session
        self._sync_sound()
        if self._sound is not None:
            self._sound.close()
        if self.session.folder is not None:
            with suppress(OSError):
                (self.session.folder / RESERVE).unlink(missing_ok=True)
        self._record({"close": max(self._heard / RATE, self.session.document.seconds)})
        if self._journal is not None:
            self._journal.close()
        if self.session.folder is not None and not self._unwritten:
            with suppress(OSError):
                self.session = read(self.session.folder)  # it may have been edited or renamed meanwhile
        self._index(self.session)
        return self.session

    def __enter__(self) -> "SessionRecorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _record(self, record: dict[str, Any]) -> None:
        self.session = fold(self.session, record)
        if self._journal is None:
            return
        self._unwritten.append(line(record))
        try:
            while self._unwritten:
                write(self._journal, self._unwritten[0])
                del self._unwritten[0]
            os.fsync(self._journal.fileno())
            self.problem = self.session.problems[-1] if self.session.problems else ""  # there is room again
        except OSError as error:
            self.problem = f"New words cannot be kept ({reason_for(error)}): export them to another disk."

    def _sync_sound(self) -> None:
        if self._sound is not None:
            try:
                os.fsync(self._sound.fileno())
            except OSError as error:
                self._stop_sound(error)

    def _stop_sound(self, error: OSError) -> None:
        """Sound may fail; the words go on, with the room that was reserved for them."""
        sound, self._sound = self._sound, None
        with suppress(OSError):
            if sound is not None:
                sound.close()
        with suppress(OSError):
            if self.session.folder is not None:
                (self.session.folder / RESERVE).unlink(missing_ok=True)
        self.problem = f"Sound is no longer being kept ({reason_for(error)}); the text goes on."
        self._record({"problem": self.problem})


def reason_for(error: Exception) -> str:
    """The reason in words a user knows."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "the disk is full"
    return os.strerror(number) if number else str(error)
