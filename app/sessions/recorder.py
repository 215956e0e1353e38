"""Recording a session: its sound and words go to the disk while it happens, whatever the disk does."""

import errno
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.sessions.errors import StoreError
from app.sessions.errors import reason_for as reason_for  # for those who show what a recorder says
from app.sessions.folder.journal import read
from app.sessions.folder.records import bookmark_record, line, update_record
from app.sessions.folder.session_files import JOURNAL, RESERVE, SOUND, lock, open_file, write
from app.sessions.folder.session_record import SessionRecord, first_record, fold
from app.sessions.folder.session_sound import HEADER, SAMPLE_BYTES, write_header
from asr.updates import Update, Word

if TYPE_CHECKING:
    import numpy as np

RESERVED = 1 << 20  # bytes given up when the disk is full, so that hours of text still find room


@dataclass(frozen=True)
class RecorderStatus:
    """What a recorder has done so far: one value, so that another thread never sees half of a change."""

    session: SessionRecord
    problem: str = ""  # a sentence: why sound or words are not being kept; "" where nothing is wrong
    saved: bool = False  # all final words so far are on the disk


class SessionRecorder:
    """Records one session; a context manager that closes it.

    The worker thread calls the methods, one at a time, `begin` first. Any thread may read `status`, which the worker
    replaces as a whole at the end of each method. No method raises for a bad disk: `status.problem` says what is
    wrong, and the session goes on in memory.
    """

    def __init__(
        self,
        session: SessionRecord,
        index: Callable[[SessionRecord], None] = lambda session: None,
        problem: str = "",
    ) -> None:
        """Prepare a recorder; nothing is written before `begin`, so any thread may do this.

        Args:
            session: What is known of it. Its folder must not exist yet; None keeps the session in memory only.
            index: Called with the session whenever it is worth finding: at the beginning, at endpoints, in pauses and
                at the end; without a folder when that was deleted. In the worker.
            problem: A sentence: why the session is only in memory although it should not be.
        """
        self._session = session
        self._problem = problem
        self._index = index
        self._samples = 0  # recorded so far
        self._unwritten: list[bytes] = []  # records waiting for room on the disk
        self._journal: FileIO | None = None
        self._sound: FileIO | None = None
        self._lasting = ""  # a sentence: sound is no longer kept, which nothing mends
        self._gone = ""  # a sentence: the folder was deleted or moved, which nothing mends
        self._publish()

    @property
    def status(self) -> RecorderStatus:
        """The newest status. Any thread."""
        return self._status

    @property
    def session(self) -> SessionRecord:
        """The session so far. Any thread."""
        return self._status.session

    @property
    def problem(self) -> str:
        """A sentence: why sound or words are not being kept, or "". Any thread."""
        return self._status.problem

    @property
    def saved(self) -> bool:
        """Whether all final words so far are on the disk. Any thread."""
        return self._status.saved

    def begin(self, rate: int, model: str = "", language: str = "en") -> "SessionRecorder":
        """Make the folder of the session and enter it in the index.

        Args:
            rate: Hz of the samples that follow, as the recogniser takes them.
            model: Name of the recogniser.
            language: ISO 639-1 code of its words.

        Returns:
            The recorder, so that `with store.create(...).begin(rate) as recorder` reads well.
        """
        self._session = replace(self._session, rate=rate, model=model, language=language)
        folder = self._session.folder
        if folder is not None:
            try:
                self._journal = _make_journal(folder)
            except OSError as error:
                self._session = replace(self._session, folder=None)
                reason = reason_for(error)
                self._problem = f"This session is only in memory: its folder cannot be written ({reason})."
            else:
                self._record(first_record(self._session))
                fresh = os.O_RDWR | os.O_CREAT | os.O_EXCL
                try:
                    with open_file(folder / RESERVE, fresh) as reserve:
                        write(reserve, bytes(RESERVED))
                    self._sound = open_file(folder / SOUND, fresh)
                    write_header(self._sound, 0, rate)
                except OSError as error:
                    self._stop_sound(error)
        self._publish()
        self._index(self._session)
        return self

    def sound(self, samples: "np.ndarray") -> "np.ndarray":
        """Keep sound and return it as the file will give it back, rounded to 16 bits.

        Recognise what is returned: then the words are those that the kept sound gives.

        Args:
            samples: (n,) float32 mono, -1..1, at the rate given to `begin`.

        Raises:
            ValueError: A sample is not finite, or `begin` was not called.
        """
        import numpy as np

        if not self._session.rate:
            raise ValueError("expected `begin` to be called before `sound`")
        if not np.isfinite(samples).all():
            raise ValueError("expected finite samples, found NaN or infinity")
        pcm = np.clip(np.rint(samples * np.float32(32768)), -32768, 32767).astype("<i2")
        self._look_for_folder()
        before = SAMPLE_BYTES * self._samples
        self._samples += len(pcm)
        if self._sound is not None:
            try:
                write(self._sound, pcm.tobytes())
                write_header(self._sound, SAMPLE_BYTES * self._samples, self._session.rate)
            except OSError as error:
                with suppress(OSError):
                    self._sound.truncate(HEADER.size + before)
                self._stop_sound(error)
                self._publish()
        return pcm.astype(np.float32) / np.float32(32768)

    def update(self, update: Update) -> None:
        """Keep the final words of an update; they are on the disk when this returns."""
        self._look_for_folder()
        if update.words or update.endpoint:
            self._record(update_record(update), update.words)
        if update.endpoint:
            self._sync_sound()
        self._publish()
        if update.endpoint:
            self._index(self._session)

    def gap(self, start: float, seconds: float) -> None:
        """Record that so many seconds of sound were lost at `start` seconds of the stream."""
        self._look_for_folder()
        self._record({"gap": [float(start), float(seconds)]})
        self._publish()

    def pause(self) -> None:
        """Record that recording paused here, and bring everything to the disk."""
        self._look_for_folder()
        self._sync_sound()
        self._record({"pause": self._seconds})
        self._publish()
        self._index(self._session)

    def bookmark(self, seconds: float) -> None:
        """Record that a person marked this second of the sound."""
        self._look_for_folder()
        self._record(bookmark_record(seconds, on=True))
        self._publish()

    def note(self, sentence: str) -> None:
        """Record what is wrong with the sound itself, as `SessionRecord.problems` lists it."""
        self._look_for_folder()
        self._record({"problem": sentence})
        self._publish()

    def copy(self, session: SessionRecord) -> None:
        """Take over the words and marks of a session that was only in memory."""
        document = session.document
        for utterance in document.utterances:
            self._record(update_record(Update(utterance.words, (), utterance.end, True)))
        self._record(update_record(Update((), (), document.seconds, False)))
        for gap in document.gaps:
            self._record({"gap": [gap.start, gap.seconds]})
        for seconds in document.pauses:
            self._record({"pause": seconds})
        for seconds in document.bookmarks:
            self._record(bookmark_record(seconds, on=True))
        for problem in session.problems:
            self._record({"problem": problem})
        self._publish()

    def close(self) -> SessionRecord:
        """End the session and return it. May be called again, and without `begin`."""
        if self._session.closed:
            return self._session
        self._sync_sound()
        if self._sound is not None:
            self._sound.close()
        folder = self._session.folder
        if folder is not None:
            with suppress(OSError):
                (folder / RESERVE).unlink(missing_ok=True)
        self._record({"close": max(self._seconds, self._session.document.seconds)})
        begun = self._journal is not None
        if self._journal is not None:
            self._journal.close()
        if begun and folder is not None and not self._unwritten:
            with suppress(OSError, StoreError):
                self._session = read(folder)  # it may have been edited or renamed meanwhile
        self._publish()
        if begun:
            self._index(self._session)
        return self._session

    def __enter__(self) -> "SessionRecorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _seconds(self) -> float:
        return self._samples / self._session.rate if self._session.rate else 0.0

    def _publish(self) -> None:
        """Replace the status: one assignment of one frozen value, which needs no lock."""
        saved = self._journal is not None and not self._unwritten
        self._status = RecorderStatus(self._session, self._gone or self._problem, saved)

    def _look_for_folder(self) -> None:
        """Notice at once that the folder, or the sound in it, was deleted or moved: writing alone would never fail."""
        folder, journal = self._session.folder, self._journal
        if folder is None or journal is None:
            return
        if _is_at(journal, folder / JOURNAL):
            if self._sound is not None and not _is_at(self._sound, folder / SOUND):
                self._stop_sound(FileNotFoundError("its file was deleted"))
                self._publish()
            return
        if os.fstat(journal.fileno()).st_nlink:
            self._gone = "The folder of this session was moved: it is no longer in the list of sessions."
        else:
            self._gone = "The folder of this session was deleted: it is only in memory now."
            sound, self._journal, self._sound = self._sound, None, None
            for file in (journal, sound):
                with suppress(OSError):
                    if file is not None:
                        file.close()
        self._session = replace(self._session, folder=None)
        self._publish()
        self._index(self._session)

    def _record(self, record: dict[str, Any], words: tuple[Word, ...] = ()) -> None:
        self._session = fold(self._session, record, words)
        if self._journal is None:
            return
        self._unwritten.append(line(record))
        try:
            while self._unwritten:
                write(self._journal, self._unwritten[0])
                del self._unwritten[0]
            os.fsync(self._journal.fileno())
            self._problem = self._lasting  # there is room again
        except OSError as error:
            self._problem = f"New words cannot be kept ({reason_for(error)}): export them to another disk."

    def _sync_sound(self) -> None:
        if self._sound is not None:
            try:
                os.fsync(self._sound.fileno())
            except OSError as error:
                self._stop_sound(error)

    def _stop_sound(self, error: OSError) -> None:
        """Keep no more sound; the words go on, in the room that was reserved for them."""
        sound, self._sound = self._sound, None
        with suppress(OSError):
            if sound is not None:
                sound.close()
        with suppress(OSError):
            if self._session.folder is not None:
                (self._session.folder / RESERVE).unlink(missing_ok=True)
        self._problem = self._lasting = f"Sound is no longer being kept ({reason_for(error)}); the text goes on."
        self._record({"problem": self._problem})


def _make_journal(folder: Path) -> FileIO:
    """Make the folder of a session with an empty journal.

    The folder gets its name when its journal is locked already, so that no other program ever takes it for one whose
    program was killed. Raises OSError.
    """
    if os.path.lexists(folder):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = (
        folder if sys.platform == "win32" else folder.with_name(f".{folder.name}")
    )  # open files stay there on Windows
    made.mkdir(mode=0o700)
    try:
        journal = open_file(made / JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL)
        try:
            lock(journal)
            if made != folder:
                made.rename(folder)
        except OSError:
            journal.close()
            raise
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return journal


def _is_at(file: FileIO, path: Path) -> bool:
    """Return whether an open file is the one at `path`. A path that cannot be asked about is believed."""
    try:
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
    except OSError:
        return True
