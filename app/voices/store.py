"""The voices that were learnt on this computer: a file each, for this user only. Any thread."""

import os
from contextlib import suppress
from pathlib import Path

from app.sessions.errors import reason_for
from app.sessions.store import data_folder
from asr.errors import VoiceError
from asr.user.voice import SUFFIX, VoiceProfile, is_name

FOLDER = "voices"  # in the data folder


class VoiceStore:
    """The voices in a folder, by their names. Nothing is made before the first voice is kept.

    Args:
        root: The folder that holds the folder of voices; None: the user's data folder.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.folder = (root or data_folder()) / FOLDER

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the voices, in order. Files with other names are none."""
        try:
            found = [path.name.removesuffix(SUFFIX) for path in self.folder.iterdir() if path.name.endswith(SUFFIX)]
        except OSError:
            return ()
        return tuple(sorted(filter(is_name, found), key=str.casefold))

    def load(self, name: str) -> VoiceProfile:
        """Read a voice; it has the name of its file, whatever that holds.

        Raises:
            VoiceError: There is none of that name, or its file is damaged.
        """
        path = self._path(name)
        if not path.exists():
            known = ", ".join(self.names)
            raise VoiceError("unknown", name=name, known=f"there are: {known}" if known else "none was learnt yet")
        found = VoiceProfile.load(path)
        return VoiceProfile(name, found.model, found.shifts, found.facts)

    def check_free(self, name: str, overwrite: bool = False) -> None:
        """Refuse a name under which no voice can be kept. Raises VoiceError."""
        if self._path(name).exists() and not overwrite:
            raise VoiceError("exists", name=name)

    def save(self, voice: VoiceProfile, overwrite: bool = False) -> Path:
        """Keep a voice under its name, whole or not at all, and return its file.

        Raises:
            VoiceError: It cannot be written, or there is one of that name and `overwrite` is not set.
        """
        self.check_free(voice.name, overwrite)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(OSError):
                self.folder.chmod(0o700)
        except OSError as error:
            raise VoiceError("cannot-write", path=self.folder, reason=reason_for(error)) from error
        path = self._path(voice.name)
        voice.save(path)
        return path

    def delete(self, name: str) -> None:
        """Remove a voice for good.

        Raises:
            VoiceError: There is none of that name, or it cannot be removed.
        """
        path = self._path(name)
        if not path.exists():
            self.load(name)  # raises what says which there are
        try:
            os.unlink(path)
        except OSError as error:
            raise VoiceError("cannot-delete", name=name, reason=reason_for(error)) from error

    def _path(self, name: str) -> Path:
        """Return the file of a voice. Raises VoiceError where no voice can have that name, such as `../x`."""
        if not is_name(name):
            raise VoiceError("bad-name", name=name)
        return self.folder / f"{name}{SUFFIX}"
