"""Counts the network calls of this process from its start on; the About dialog shows them.

Python reports such calls to an audit hook (PEP 578), and no code can remove the hook.
"""

import sys
from collections import Counter

AF_UNIX = 1  # sockets between programs of this computer; not from `socket`, which nothing here imports
NETWORK_EVENTS = (
    "socket.__new__",
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostby",
    "urllib.",
)

_counts: Counter[str] = Counter()
_watching = False


def watch() -> None:
    """Start counting. Call this as early as possible."""
    global _watching
    if not _watching:
        _watching = True
        sys.addaudithook(_count)


def attempts() -> dict[str, int] | None:
    """Return the number of calls since `watch` by the name of their audit event; None if `watch` was not called."""
    return dict(_counts) if _watching else None


def _count(event: str, arguments: tuple) -> None:
    if event.startswith(NETWORK_EVENTS) and not _is_local(event, arguments):
        _counts[event] += 1


def _is_local(event: str, arguments: tuple) -> bool:
    """Return whether a call is about a socket between programs of this computer: of D-Bus, of the X server."""
    match event, arguments:
        case "socket.__new__", (_, family, *_):
            return bool(family == AF_UNIX)
        case (("socket.bind" | "socket.connect"), (socket, *_)):
            return bool(getattr(socket, "family", None) == AF_UNIX)
    return False
