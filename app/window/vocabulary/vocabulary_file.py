"""The file of the user's own words: one word or phrase a line, beside the sessions."""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.export.output_files import write_whole
from asr.errors import VocabularyError
from asr.user.vocabulary import NO_VOCABULARY, Vocabulary

FILE = "vocabulary.txt"


def new_file() -> str:
    """Return what a new file begins with: comments in the language of the window."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("VocabularyFile", text)

    examples = {
        tr("How it sounds, if its spelling does not show it:"): "Nguyen = win",
        tr("The same in ARPAbet phones:"): "Nguyen = N UW Y EH N",
        tr("Twice as much preference as usual:"): "Battery Park :2",
    }
    width = max(map(len, examples))
    lines = [tr("One word or phrase a line, written as you want to see it.")]
    lines += [f"{text:<{width}}   {example}" for text, example in examples.items()]
    return "".join(f"# {line}\n" for line in lines)


class VocabularyFile:
    """Reads and writes one file, which other programs may change. Interface thread; the file is small."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def text(self) -> str:
        """What is in the file; what a new one begins with, if there is none.

        Raises:
            VocabularyError: It cannot be read, or is no text.
        """
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return new_file()
        except UnicodeDecodeError:
            Vocabulary.read(self.path)  # says which line it is
            raise
        except OSError as error:
            raise VocabularyError("cannot-read", path=self.path, reason=error.strerror or error) from error

    def read(self) -> Vocabulary:
        """Return the entries; none, if there is no file.

        Raises:
            VocabularyError: It cannot be read, or a line is no entry.
        """
        return Vocabulary.read(self.path) if self.path.exists() else NO_VOCABULARY

    def write(self, text: str) -> Vocabulary:
        """Replace the file as a whole, for the user only; return its entries.

        Raises:
            VocabularyError: A line is no entry, or the file cannot be written.
        """
        vocabulary = Vocabulary.parse(text, str(self.path))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(mode=0o600)
            write_whole(self.path, (text.rstrip("\n") + "\n").encode())
        except OSError as error:
            with suppress(OSError):
                if not self.path.stat().st_size:  # made a moment ago
                    self.path.unlink()
            raise VocabularyError("cannot-write", path=self.path, reason=error.strerror or error) from error
        return vocabulary

    def add(self, entry: str) -> Vocabulary:
        """Append an entry, unless its words have one; return all entries.

        Raises:
            VocabularyError: It is no entry, or the file cannot be read or written.
        """
        (added,) = Vocabulary.parse(entry, str(self.path)).entries
        vocabulary = self.read()
        if any(each.words == added.words for each in vocabulary.entries):
            return vocabulary
        return self.write(self.text.rstrip("\n") + "\n" + entry.strip() + "\n")
