"""The errors of kept sessions, and the reasons of a bad disk in words a person knows."""

import errno
import os
from typing import ClassVar

from asr.errors import EchoicError


class StoreError(EchoicError):
    """Something about the kept sessions cannot be done."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "unreadable": "{folder} cannot be read: {reason}.",
        "other-version": "This session was written by another version of Echoic (its journal has version {version}, "
        "expected {expected}). Open it with that version.",
        "recording": "This session is still being recorded: stop it before deleting it.",
        "list-unreadable": "The list of sessions cannot be read: {reason}.",
        "change-not-kept": "The change cannot be kept: {reason}.",
        "conflict": "The change was not made, since this session was changed in another window meanwhile. "
        "It is shown as it is now: make the change again.",
        "not-moved": "The session cannot be moved: {reason}.",
        "trash-not-emptied": "The trash cannot be emptied: {reason}.",
        "missing": "There is no session {id!r} in {folder}.",
    }


def reason_for(error: Exception) -> str:
    """Return the reason in words a user knows."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "the disk is full"
    return os.strerror(number) if number else str(error)
