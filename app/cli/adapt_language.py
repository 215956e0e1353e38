"""The command `adapt-language`: the language of the user's own documents, which transcribing then knows."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.console.terminal import clean, report
from app.cli.process import loading
from app.cli.process.exit_codes import BAD_INPUT, OK
from app.cli.process.interrupt import Interrupt
from app.cli.process.usage_error import UsageError
from app.sessions.languages import kept_languages, path_of, remove_language
from app.worker.media_files import files_below
from asr.errors import LanguageError

if TYPE_CHECKING:
    from asr.adaptation.language import SpokenWord
    from asr.pipeline import AnyRecognizer
    from asr.user.language import UserLanguage

SHOWN = 8  # new words that a sentence names


def adapt_language(texts: list[Path], name: str, model: Path | None, add: bool = False) -> int:
    """Make a language of documents, keep it under a name, and return the exit code. Main thread.

    Args:
        texts: Documents, and folders with them.
        name: Of the language, or the path of its file.
        model: The folder of a model, None for the one shipped; it pronounces the words that it lacks.
        add: The words of a language that is there already stay.

    Raises:
        LanguageError: No document has words, or the file cannot be written.
        ModelError: The model cannot be loaded.
    """
    from asr.adaptation.document_text import KINDS, paragraphs_of
    from asr.adaptation.language import sentences_of
    from asr.user.language import UserLanguage

    place = path_of(name)
    before = UserLanguage.load(place) if add and place.exists() else None
    documents = [path for text in texts for path in (files_below(text, tuple(KINDS)) if text.is_dir() else [text])]
    if not documents:
        raise LanguageError("no-documents", known=", ".join(KINDS))
    began, failed = time.monotonic(), False
    with Interrupt() as interrupt:
        recognizer = loading.load(model)
        sentences: list[list[SpokenWord]] = []
        read: list[str] = []
        for number, document in enumerate(documents, 1):
            if interrupt.requested:
                report(f"stopped by {interrupt.cause}; nothing was written.")
                return interrupt.exit_code
            _show(f"{number} of {len(documents)}: {document.name}")
            try:
                sentences += sentences_of(paragraphs_of(document))
                read.append(document.name)
            except LanguageError as error:
                failed = True
                report(str(error))
        _show("")
        if failed and not read:
            return BAD_INPUT
        language = _language(sentences, recognizer, read, before)
        language.save(place)
    _tell(language, place, name, time.monotonic() - began)
    return BAD_INPUT if failed else OK


def _language(
    sentences: "list[list[SpokenWord]]", recognizer: "AnyRecognizer", read: list[str], before: "UserLanguage | None"
) -> "UserLanguage":
    from asr.adaptation.language import language_of

    language = language_of(sentences, recognizer, sources=read)
    return before.merged(language) if before else language


def list_languages() -> int:
    """Print what is kept, one line a language, and return the exit code."""
    from asr.user.language import UserLanguage

    paths, failed = kept_languages(), False
    for path in paths:
        try:
            language = UserLanguage.load(path)
        except LanguageError as error:
            report(str(error))
            failed = True
            continue
        day = time.strftime("%Y-%m-%d", time.localtime(path.stat().st_mtime))
        more = f" and {len(language.sources) - SHOWN} more" if len(language.sources) > SHOWN else ""
        sources = ", ".join(map(clean, language.sources[:SHOWN])) + more
        print(f"{clean(path.stem)}: {_counted(language)}, of {day}, from {sources}")
    if not paths:
        report("no language is kept yet; `echoic adapt-language TEXT...` makes one.")
    return BAD_INPUT if failed else OK


def remove(name: str) -> int:
    """Delete a language, and return the exit code. Raises LanguageError."""
    report(f"{remove_language(name)} is deleted.")
    return OK


def check(texts: list[Path], listed: bool, removed: str | None) -> None:
    """Refuse arguments that do not say one thing. Raises UsageError."""
    if sum((bool(texts), listed, removed is not None)) != 1:
        raise UsageError("adapt-one-thing")


def _counted(language: "UserLanguage") -> str:
    """Return how large a language is, for people."""
    words, new = language.size, len(language.new_words.entries)
    return f"{words:,} word{'s' if words != 1 else ''}, {new:,} new word{'s' if new != 1 else ''}"


def _tell(language: "UserLanguage", place: Path, name: str, seconds: float) -> None:
    some = [entry.written for entry in language.new_words.entries]
    named = f" ({', '.join(some[:SHOWN])}{', ...' if len(some) > SHOWN else ''})" if some else ""
    report(f"{_counted(language)}{named}, in {seconds:.1f} s: {place}")
    report(f"use it with: echoic transcribe talk.wav --language {name}")


def _show(text: str) -> None:
    """Show on a terminal what is being read."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{clean(text)}", end="", file=sys.stderr, flush=True)
