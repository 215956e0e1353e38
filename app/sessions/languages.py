"""The languages of the user's own texts, kept in the folder of this user's data: one file each, found by its name."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.sessions.store import data_folder
from asr.errors import LanguageError

if TYPE_CHECKING:
    from asr.user.language import UserLanguage

FOLDER, SUFFIX = "languages", ".language"
_NAME = re.compile(r"[\w-]{1,40}")


def path_of(name: str, root: Path | None = None) -> Path:
    """Return the file of a language.

    Args:
        name: A name, or the path of a file: that has a slash or the suffix of such a file.
        root: The folder of the user's data; None: the usual one.

    Raises:
        LanguageError: It can be no name.
    """
    if os.path.dirname(name) or name.endswith(SUFFIX):
        return Path(name)
    if not _NAME.fullmatch(name):
        raise LanguageError("bad-name", name=name)
    return (root or data_folder()) / FOLDER / f"{name}{SUFFIX}"


def kept_languages(root: Path | None = None) -> list[Path]:
    """Return the files of all languages that are kept, sorted by name."""
    return sorted(((root or data_folder()) / FOLDER).glob(f"*{SUFFIX}"))


def load_languages(names: Sequence[str], root: Path | None = None) -> "UserLanguage | None":
    """Return the languages of these names or paths as one, or None for no names.

    Raises:
        LanguageError: One is missing or damaged.
    """
    if not names:
        return None
    from asr.user.language import UserLanguage

    first, *others = (UserLanguage.load(path_of(name, root)) for name in dict.fromkeys(names))
    for other in others:
        first = first.merged(other)
    return first


def remove_language(name: str, root: Path | None = None) -> Path:
    """Delete the file of a language, and return its path.

    Raises:
        LanguageError: There is none, or it cannot be deleted.
    """
    path = path_of(name, root)
    try:
        path.unlink()
    except FileNotFoundError as error:
        raise LanguageError("missing", path=path) from error
    except OSError as error:
        raise LanguageError("cannot-write", path=path, reason=error.strerror or error) from error
    return path
