"""Sessions on disk. The folders (see `journal`) are the truth; SQLite is an index of them that can be lost."""

from dataclasses import dataclass
from pathlib import Path

from app.document import Place
from app.journal import Session, SessionWriter


@dataclass(frozen=True)
class Entry:
    """One line of the list of sessions."""

    id: str
    kind: str  # "live" or "file"
    title: str
    source: str  # the device or the file
    created: float  # seconds since 1970, UTC
    seconds: float  # of sound
    words: int
    recovered: float  # seconds of sound found after the program was killed; 0 for a session that was closed
    excerpt: str = ""  # of a search: the words round the first hit


class Store:
    """All sessions below one folder. Usable from any thread; each gets its own connection to the index."""

    problem: str  # a sentence to show, or ""; not empty when the folder cannot be written to
    recovered: tuple[Entry, ...]  # sessions that a killed program left behind, found when this store opened

    def __init__(self, root: Path | None = None, retention_days: float | None = None) -> None:
        """Open or make the store, recover what was not closed, empty old trash, apply the retention setting.

        `root`: the folder, the user's data folder if None. Never raises for a folder that cannot be written:
        then `problem` says so, what is there can be read, and new sessions live in memory.
        """
        raise NotImplementedError

    def create(self, kind: str, title: str, source: str = "", private: bool = False) -> SessionWriter:
        """Begin a session; never raises for a disk that is full or read-only, see `SessionWriter.problem`.

        A private session has the same interface and leaves nothing on disk, nor in the list.
        """
        raise NotImplementedError

    def list(self, search: str = "") -> tuple[Entry, ...]:
        """Sessions, newest first; with `search`, those whose title and text contain (the beginnings of) all its words."""
        raise NotImplementedError

    def open(self, id: str) -> Session:
        """One session with its words. Raises StoreError if there is none of that id."""
        raise NotImplementedError

    def rename(self, id: str, title: str) -> None:
        """Give a session another title."""
        raise NotImplementedError

    def delete(self, id: str) -> None:
        """Move a session to the trash, from where `undelete` brings it back. StoreError while it is recorded."""
        raise NotImplementedError

    def undelete(self, id: str) -> None:
        """Bring a session back from the trash."""
        raise NotImplementedError

    def trash(self) -> tuple[Entry, ...]:
        """What `delete` moved away and `purge` has not yet removed, newest first."""
        raise NotImplementedError

    def purge(self, id: str | None = None) -> None:
        """Really remove a session of the trash, or all of them: sound, words, and their traces in the index."""
        raise NotImplementedError

    def retention(self, days: float | None) -> None:
        """Move sessions older than so many days to the trash; None keeps all."""
        raise NotImplementedError

    def edit(self, session: Session, utterance: int, text: str) -> Session:
        """The session with one utterance reading `text`, see `Document.revise`; kept in its journal."""
        raise NotImplementedError

    def confirm(self, session: Session, place: Place) -> Session:
        """The session with a doubtful word said to be right; kept in its journal."""
        raise NotImplementedError

    def undo(self, session: Session) -> Session:
        """The session with its last edit taken back, also after it was closed and opened again."""
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection; writers go on keeping their sessions, the index catches up at the next start."""
        raise NotImplementedError
