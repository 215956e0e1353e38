"""Counts what this process does that could reach a network, from its start on, so that the About box can tell.

Python reports it to such a hook (PEP 578), and no code can take the hook away again.
"""

import sys
from collections import Counter

LOCAL = 1  # AF_UNIX: between programs of this computer
REACHING = ("socket.__new__", "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostby", "urllib.")

_seen: Counter[str] = Counter()
_watching = False


def watch() -> None:
    """From now on; to be called as early as possible."""
    global _watching
    if not _watching:
        _watching = True
        sys.addaudithook(_note)


def attempts() -> dict[str, int] | None:
    """What was done since `watch` and how often, as Python names it; None if nobody watched."""
    return dict(_seen) if _watching else None


def _note(event: str, arguments: tuple) -> None:
    if event.startswith(REACHING) and not (event == "socket.__new__" and arguments[1] == LOCAL):
        _seen[event] += 1
