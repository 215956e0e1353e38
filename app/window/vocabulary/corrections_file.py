"""The lines that the user has corrected, as they are now: what the window learns from. One text file, a line each."""

from collections.abc import Sequence
from pathlib import Path

from app.export.output_files import write_whole
from asr.errors import LanguageError

FILE = "corrections.txt"
MOST = 20_000  # lines; the oldest go
LARGEST = 16 << 20  # bytes


class CorrectionsFile:
    """Reads and writes the file, for this user only. Interface thread; the file is small."""

    def __init__(self, folder: Path) -> None:
        """Use the file in the folder of this user's data."""
        self.path = folder / FILE

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, the oldest first; none if there is no file.

        Raises:
            LanguageError: The file cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                text = file.read(LARGEST).decode("utf-8", "replace")
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise LanguageError("cannot-read", path=self.path, reason=error.strerror or error) from error
        return tuple(filter(None, map(str.strip, text.split("\n"))))[-MOST:]

    def change(self, before: str, after: str) -> None:
        """Put a line in the place of one that was learnt before, or behind the last one.

        Args:
            before: The line as it was; nothing is removed if it was not learnt.
            after: The line as it is now; "" if there is nothing to learn from it.

        Raises:
            LanguageError: The file cannot be read or written.
        """
        lines = list(self.lines)
        if before in lines:
            lines.reverse()  # the newest of equal ones is meant
            lines.remove(before)
            lines.reverse()
        self.write([*lines, after] if after else lines)

    def write(self, lines: Sequence[str]) -> None:
        """Replace the file as a whole; it is deleted where no line is left.

        Raises:
            LanguageError: It cannot be written.
        """
        try:
            if not lines:
                self.path.unlink(missing_ok=True)
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(mode=0o600)
            write_whole(self.path, "".join(f"{' '.join(line.split())}\n" for line in lines[-MOST:]).encode())
        except OSError as error:
            raise LanguageError("cannot-write", path=self.path, reason=error.strerror or error) from error
