"""PortAudio, shared by all that listen or play: loaded late, never restarted under an open stream.

Its list of devices is frozen at its start, so a new device is seen only after a restart, and a restart ends every
stream there is, also one that another thread is about to open.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from asr.config import AudioError

MISSING = "Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work."
BUSY = "The sound system does not answer. Try again in a moment."

_gate = threading.RLock()  # one thread opens, or looks at the devices
_streams: set[int] = set()  # owners of streams that are open


def library() -> Any:
    """The module sounddevice; its import fails where PortAudio is missing, so AudioError is raised then."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise AudioError(MISSING) from error
    return sounddevice


@contextmanager
def opening(owner: object, patience: float = -1) -> Iterator[None]:
    """Round the opening of a stream. If that succeeds, nothing restarts PortAudio until `closed`.

    AudioError when another thread is still at it after `patience` seconds; -1 waits for as long as it takes.
    """
    if not _gate.acquire(timeout=patience):
        raise AudioError(BUSY)
    try:
        yield
        _streams.add(id(owner))
    finally:
        _gate.release()


def closed(owner: object) -> None:
    """To be called after the stream of `owner` was closed."""
    _streams.discard(id(owner))


@contextmanager
def fresh() -> Iterator[Any]:
    """sounddevice with a list of devices that is as new as open streams allow, and stays while it is looked at."""
    with _gate:
        sound = library()
        if not _streams:
            with suppress(Exception):
                sound._terminate()
                sound._initialize()
        yield sound
