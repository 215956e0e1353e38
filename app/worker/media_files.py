"""Which files of a folder are sound or video, by their names."""

import os
from collections.abc import Iterator
from pathlib import Path

# Suffixes that are offered when files are opened and taken from a folder; a file that is named is tried whatever it is.
MEDIA = (
    *("wav", "mp3", "flac", "ogg", "opus", "m4a", "aac", "wma", "wmv", "mp4", "mkv", "webm", "mov", "avi"),
    *("oga", "mka", "m4b", "aif", "aiff", "amr", "caf", "w64", "wv", "3gp", "flv", "m4v", "mpg", "mpeg", "ts"),
)


def is_media(name: str) -> bool:
    """Return whether a name ends as those of sound and video do, in any case of letters."""
    return os.path.splitext(name)[1].lower().lstrip(".") in MEDIA


def files_in(folder: Path, recursive: bool = False) -> Iterator[Path]:
    """Yield the sound and video files of a folder by name, and with `recursive` those of folders in it."""
    return files_below(folder, tuple(f".{suffix}" for suffix in MEDIA), recursive)


def files_below(folder: Path, suffixes: tuple[str, ...], recursive: bool = True) -> Iterator[Path]:
    """Yield the files of a folder with one of these suffixes by name, and with `recursive` those of the folders in it.

    Hidden files are left out, among them what some systems write beside each file on a foreign disk (`._talk.mp3`).
    Links to folders are not followed, so that none leads in a circle.

    Raises:
        OSError: A folder cannot be listed.
    """

    def fail(error: OSError) -> None:
        raise error

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if recursive else []
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in suffixes and not name.startswith("."):
                yield Path(parent, name)
