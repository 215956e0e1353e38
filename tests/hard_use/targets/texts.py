"""Texts: lists of words, texts of recordings, documents, spoken words, searches, and the file of settings."""

import io
import random
import tempfile
import zipfile
from pathlib import Path

from tests.hard_use.mutations import FLOATS, TEXTS, Target, bytes_of, some_of, text_of


def vocabulary() -> Target:
    """Lists of somebody's own words, and what a recogniser of few words makes of them."""
    from asr.stream_options import StreamOptions
    from asr.user.vocabulary import Vocabulary
    from tests.support.recognition.tiny import tiny_recognizer

    recognizer = tiny_recognizer()
    text = "McAllister # note\nNguyen = win = N UW Y EH N\nKaduna Bay = kah-doona bay\n"
    text += "Zoë May = Z OW IY | M EY\nPark :2\n"

    def read(chance: random.Random, folder: Path) -> None:
        path = folder / "names.txt"
        changed = text_of(text, chance).encode("utf-8", "surrogatepass")
        path.write_bytes(bytes_of(changed, chance) if chance.random() < 0.5 else changed)
        recognizer.start(StreamOptions(vocabulary=Vocabulary.read(path)))

    return read


def written_text() -> Target:
    """Texts that are aligned with sound."""
    from asr.alignment.written_text import decoded, lines_of
    from asr.text.spoken_forms import spoken_forms

    text = "In 1984, Dr. Smith paid $5.50 (7 % more) to NATO.\nIt was 9:30 on 3 May; the 21st call to 555-0199.\n"

    def read(chance: random.Random, folder: Path) -> None:
        data = text_of(text, chance).encode(chance.choice(("utf-8", "utf-16", "cp1252")), "replace")
        for line in lines_of(decoded(bytes_of(data, chance) if chance.random() < 0.5 else data, "a.txt")):
            for word in line.words:
                spoken_forms(word)

    return read


def documents() -> Target:
    """Documents that a language is learnt from."""
    import docx

    from asr.adaptation.document_text import paragraphs_of
    from asr.adaptation.language import sentences_of
    from tests.support.recognition.documents import pdf

    stored = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("In 1984, Dr. Smith paid $5.50 to NATO.")
    document.add_table(1, 1).rows[0].cells[0].text = "A cell."
    document.save(stored)
    with zipfile.ZipFile(stored) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = "# A title\n\nIn *1984*, Dr. Smith paid `x` to [NATO](http://a.b).\n\n| a | b |\n|---|---|\n| one | two |\n"
    wholes = {"a.pdf": pdf(["In 1984 Dr. Smith\npaid NATO.", "The end."]), "a.docx": stored.getvalue()}

    def read(chance: random.Random, folder: Path) -> None:
        name = chance.choice(("a.txt", "a.md", "a.markdown", "a.md", "a.pdf", "a.docx", "b.docx"))
        path = folder / name
        if name == "b.docx":  # a whole archive with one damaged part
            damaged = chance.choice(list(parts))
            with zipfile.ZipFile(path, "w") as archive:
                for part, content in parts.items():
                    archive.writestr(part, bytes_of(content, chance) if part == damaged else content)
        elif name in wholes:
            path.write_bytes(bytes_of(wholes[name], chance))
        else:
            data = text_of(text, chance).encode(chance.choice(("utf-8", "utf-16", "cp1252")), "replace")
            path.write_bytes(bytes_of(data, chance) if chance.random() < 0.5 else data)
        for sentence in sentences_of(paragraphs_of(path)):
            assert sentence

    return read


SPOKEN_WORDS = (
    *(
        "ninety",
        "two",
        "hundred",
        "and",
        "five",
        "point",
        "dollars",
        "percent",
        "january",
        "third",
        "a",
        "i",
        "f",
        "oh",
    ),
    *(
        "mister",
        "smith",
        "at",
        "dot",
        "com",
        "thousand",
        "nineteen",
        "p",
        "m",
        "one",
        "she",
        "was",
        "iphone",
        "million",
    ),
    *(
        "zero",
        "half",
        "past",
        "quarter",
        "to",
        "pounds",
        "cents",
        "first",
        "twenty",
        "minus",
        "double",
        "o'clock",
        "the",
    ),
    *(
        "new",
        "line",
        "paragraph",
        "comma",
        "period",
        "question",
        "mark",
        "undo",
        "that",
        "scratch",
        "delete",
        "cap",
        "x",
    ),
)


def words() -> Target:
    """Spoken words of any kind, which are written with numbers, marks and commands."""
    from asr.text.formatter.stage import Formatter
    from asr.text.formatter.tagger import Tagger
    from asr.updates import Update, Word
    from tests.support.recognition.tiny import MIXED_FORMS, SPOKEN, tiny_network

    formatter = Formatter(Tagger.rounded(tiny_network().state_dict(), SPOKEN[:20], {"smith": 1}, MIXED_FORMS))

    def write(chance: random.Random, folder: Path) -> None:
        state = formatter.start(commands=chance.random() < 0.3)
        told, written, at = [], [], 0.0
        odd = [*SPOKEN_WORDS, *(text_of(chance.choice(SPOKEN_WORDS), chance) for _ in range(2))]
        for _ in range(chance.randint(1, 4)):
            new = []
            for text in some_of(odd, chance, 8):
                # a word has a letter and no blank; it comes from a file in UTF-8
                text = "".join(text.encode("utf-8", "ignore").decode().split())[:500] or "x"
                at += chance.choice((0.0, 0.1, 0.5, 3.0))
                new.append(Word(text, at, at + 0.1, chance.choice((0.0, 0.5, 1.0))))
            told += new
            last = chance.random() < 0.3
            state, updates = formatter.step(state, Update(tuple(new), (), at, last))
            written += [word for update in updates for word in update.words]
        for update in formatter.finish(state, Update((), (), at, True)):
            written += update.words
        assert [word.text for word in written] == [word.text for word in told], "a word came out otherwise"

    return write


def search() -> Target:
    """What people type to find a session: the index lists something, or nothing."""
    from app.sessions.search.search_index import SearchIndex
    from tests.support.recognition.sessions import kept_sessions

    made = kept_sessions({"one": "hello world", "\u4f1a\u8bae": "\u4f60\u597d hello there"})
    opened: list[SearchIndex] = []
    texts = (
        "hello wor",
        '"hello" OR (x)',
        "november 2026",
        "29 nov sunday",
        "\u597d hel*",
        "text:hello NEAR(a b)",
        "-a ^b",
    )

    def find(chance: random.Random, folder: Path) -> None:
        if not opened:  # a connection to SQLite stays in its process
            opened.append(SearchIndex(made / "index.sqlite"))
        query = text_of(chance.choice(texts), chance)
        assert len(opened[0].entries(query.encode("utf-8", "replace").decode())) <= 2
        assert len(opened[0].entries()) == 2

    return find


def settings() -> Target:
    """The file of settings, which people edit."""
    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QGuiApplication

    from app.window.settings.settings import Settings

    application = QGuiApplication.instance() or QGuiApplication([])
    properties = [name for name, value in vars(Settings).items() if isinstance(value, property)]
    made = Path(tempfile.mkdtemp()) / "settings.ini"
    first = Settings(QSettings(str(made), QSettings.Format.IniFormat))
    for name in properties:
        kind = vars(Settings)[name]
        if kind.fset is not None and (value := getattr(first, name)) is not None:
            setattr(first, name, value)
    first.retention_days, first.waiting_files = 30.0, [Path("a.wav"), Path("b.wav")]
    first._store.sync()
    whole = made.read_text()
    assert application is not None

    def read(chance: random.Random, folder: Path) -> None:
        path = folder / "settings.ini"
        changed = text_of(whole, chance).encode("utf-8", "surrogatepass")
        path.write_bytes(bytes_of(changed, chance) if chance.random() < 0.3 else changed)
        found = Settings(QSettings(str(path), QSettings.Format.IniFormat))
        for name in properties:
            getattr(found, name)
        for size in (found.text_size, found.caption_size):
            assert 1 <= size <= 200

    return read


def shortcut() -> Target:
    """Keys for dictation, as the settings have them."""
    from app.dictation.shortcut import Shortcut

    texts = ("Ctrl+Alt+D", "Meta+Space", "Ctrl++", "F12, Ctrl+B", "Shift+PgUp")

    def read(chance: random.Random, folder: Path) -> None:
        found = Shortcut.parse(text_of(chance.choice(texts), chance))
        if found is not None:
            assert found.key.strip() and found.keysym and found.trigger
            assert Shortcut.parse(str(found)) == found or "," in found.key or "+" in found.key

    return read


def times() -> Target:
    """Times of passages, as arguments."""
    import argparse
    import math

    from app.cli.files.passage import seconds_of, shown_time

    texts = ("1:30", "90", "1:02:03.5", "0.1", "2h", "1m30s", *map(str, FLOATS), *TEXTS)

    def read(chance: random.Random, folder: Path) -> None:
        try:
            seconds = seconds_of(text_of(chance.choice(texts), chance))
        except (argparse.ArgumentTypeError, ValueError):  # argparse makes a sentence of both
            return
        assert math.isfinite(seconds) and seconds >= 0
        shown_time(seconds)

    return read
