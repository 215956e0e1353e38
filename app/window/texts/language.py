"""The language of the window: its catalogue, Qt's own, and how numbers, dates and times are written for people.

Texts are English in the code and translated where they are shown, by `tr` and `messages.plural`. The catalogues are
made by .ci/translations.py. What machines read (files, exports, the command line, replies to other programs) does not
pass through here, so that it is the same in every language.
"""

import string
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, QMargins, Qt, QTime, QTranslator
from PySide6.QtGui import QGuiApplication

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "translations"
SYSTEM = "system"  # the setting: as the system is set
SOURCE = "en"  # of the texts in the code
LANGUAGES = {SOURCE: "English", "de": "Deutsch"}  # code: its own name for itself, which is never translated


def spoken_by_system() -> str:
    """Return the first language of the user's system that there is a catalogue of; else English."""
    return first_known(QLocale.system().uiLanguages())


def first_known(languages: Sequence[str]) -> str:
    """Return the first of some languages, written like "de-AT", that the window can be shown in; else English."""
    codes = (language.replace("_", "-").split("-")[0].lower() for language in languages)
    return next((code for code in codes if code in LANGUAGES), SOURCE)


def locale_for(language: str, system: QLocale) -> QLocale:
    """Return how numbers, dates and times are written: as in the system where it has the language.

    Else as the language is written in the country of the system, where anybody does so. A system without any locale has
    times of 24 hours, also in English.
    """
    if QLocale(language).language() == system.language():
        return system
    if language == SOURCE and system.language() is QLocale.Language.C:
        return system
    return QLocale(QLocale(language).language(), system.territory())


def use(app: QCoreApplication, setting: str) -> list[QTranslator]:
    """Show everything that is made from now on in a language. Interface thread, before the first widget.

    Args:
        app: Keeps the translators.
        setting: A key of LANGUAGES, or SYSTEM.

    Returns:
        The translators; none for English.
    """
    language = setting if setting in LANGUAGES else spoken_by_system()
    QLocale.setDefault(locale_for(language, QLocale.system()))
    translators = []
    for name, folder in (
        (f"qtbase_{language}", Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))),
        (f"echoic_{language}", FOLDER),
    ):
        translator = QTranslator(app)
        # English is in the code; a Qt without its catalogues has its own buttons in English
        if language != SOURCE and translator.load(str(folder / f"{name}.qm")) and app.installTranslator(translator):
            translators.append(translator)
    return translators


class Filler(string.Formatter):
    """Fills in numbers as they are written in the language of the window."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return the text of one value."""
        text = str(format(value, format_spec))
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return self.as_people_write(text) if is_number else text

    def as_people_write(self, text: str) -> str:
        """Return a number, written as in English, with the marks of the language."""
        locale = QLocale()
        marks = {".": locale.decimalPoint(), ",": locale.groupSeparator()}
        return "".join(marks.get(letter, letter) for letter in text)


def filled(template: str, *values: object, **named: object) -> str:
    """Return a translated text with its placeholders filled in; numbers as people write them."""
    return Filler().vformat(template, values, named)


def number(value: float, decimals: int) -> str:
    """Return a number as people write it, with so many decimals."""
    return filled(f"{{0:.{decimals}f}}", value)


def margins(start: int, top: int, end: int, bottom: int) -> QMargins:
    """Return margins of which `start` is where lines begin: on the right in languages read from there."""
    if QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        start, end = end, start
    return QMargins(start, top, end, bottom)


def time_of(moment: datetime) -> str:
    """Return the time of the day, such as 14:05 or 2:05 PM."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:  # it writes the seconds, too
        return f"{moment:%H:%M}"
    return locale.toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


def day_of(moment: datetime, weekday: bool = False, year: bool = False) -> str:
    """Return the date with the month's short name, such as "5 Mar" or "5. März"; with the weekday or the year."""
    date = QDate(moment.year, moment.month, moment.day)
    day = QLocale().toString(date, QCoreApplication.translate("Dates", "d MMM"))
    if weekday:
        day = f"{QLocale().toString(date, 'ddd')} {day}"
    return f"{day} {moment.year}" if year else day
