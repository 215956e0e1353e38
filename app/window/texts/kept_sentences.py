"""Sentences that were kept in English, shown in the language of the window.

A session keeps what is wrong with it as English sentences, so that its file is the same in every language of the
window, and the parts below the window report in English, too. Here such a sentence is recognised by its template, and
shown as the translation of that.
"""

import re
import string
from functools import cache
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.audio_io.portaudio import DeviceError
from app.sessions.errors import StoreError
from app.window.texts.language import Filler
from asr.errors import AudioError, ModelError

# Of app.sessions and app.worker; a test compares them with the code there.
SENTENCES = (
    "Incomplete: the file was recognised up to {time} only.",
    "This session is only in memory: its folder cannot be written ({reason}).",
    "The folder of this session was moved: it is no longer in the list of sessions.",
    "The folder of this session was deleted: it is only in memory now.",
    "New words cannot be kept ({reason}): export them to another disk.",
    "Sound is no longer being kept ({reason}); the text goes on.",
    "{folder} cannot be written ({reason}): new sessions are only in memory.",
    "The clock of this computer is {days} days ahead of the last use of Echoic. If it is right, old sessions and the "
    "trash are cleared at a start from tomorrow on; nothing was deleted now.",
    "{count} further records cannot be read.",
    "Record {number} of the journal was left out: {reason}.",
    "The beginning of the journal is missing.",
    "The journal is longer than any that Echoic writes: its end was not read.",
    "The journal cannot be read: {reason}.",
    "The alternatives of some words cannot be read.",
    "The {name} of this session cannot be read.",
)
# What stands behind "{reason}" and "{what}" of a sentence: of Echoic, then of the system.
REASONS = (
    "the disk is full",
    "its file was deleted",
    "it is not a file",
    "it is no ordinary file",
    "it does not answer",
    "it is not JSON",
    "it is not an object",
    "it is longer than {bytes} bytes",
    "it is of an unknown kind, or of a later version",
    "it changes words that are not there",
    "it changes other words than those that are there",
    "it changes an utterance twice",
    "it breaks a line at a word that is not there",
    "it joins other lines than those that are there",
    "it takes back another change than the last",
    "it takes back a change that is not there",
    "a number in it is none, or out of range",
    "a text in it is none",
    "its words are none",
    "one of its words is none",
    "it takes neither one channel nor its own number of them",
    "have a global key",
    "type into other programs",
    "Permission denied",
    "Operation not permitted",
    "No such file or directory",
    "No such device",
    "Is a directory",
    "Not a directory",
    "File exists",
    "Read-only file system",
    "Input/output error",
    "Device or resource busy",
    "File name too long",
    "Too many open files",
    "Invalid data found when processing input",
)


class _KeptFiller(Filler):
    """Fills in what was formatted already."""

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        return self.as_people_write(value) if format_spec else value


def shown(text: str) -> str:
    """Return an English sentence, or a reason within one, in the language of the window; as it is if none knows it."""
    for pattern, template in _patterns():
        if (match := pattern.fullmatch(text)) is not None:
            values = {name: shown(value) if name == "reason" else value for name, value in match.groupdict().items()}
            return _KeptFiller().vformat(QCoreApplication.translate("Errors", template), (), values)
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what recognises each template; those with the most words of their own first."""
    kinds = (AudioError, DeviceError, ModelError, StoreError)
    templates = [*SENTENCES, *REASONS, *(sentence for kind in kinds for sentence in kind.SENTENCES.values())]
    templates.sort(key=lambda template: len(re.sub(r"\{[^}]*\}", "", template)), reverse=True)
    return tuple((re.compile(_pattern(template), re.DOTALL), template) for template in templates)


def _pattern(template: str) -> str:
    seen: set[str] = set()
    pattern = ""
    for text, name, _, _ in string.Formatter().parse(template):
        pattern += re.escape(text)
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            seen.add(name)
    return pattern
