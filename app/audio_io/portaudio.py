"""PortAudio, shared by all that listen or play: loaded late, never restarted under an open stream.

Its list of devices is frozen at its start, so a new device is seen only after a restart, and a restart ends every
stream there is, also one that another thread is about to open.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

from asr.errors import AudioError, EchoicError

PATIENCE = 10.0  # seconds in which a sound system that works at all has opened a device


class DeviceError(AudioError):
    """A microphone or loudspeaker that cannot be used."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "no-portaudio": "Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work.",
        "no-device": "No input device found: plug one in.",
        "refused": "The system refused the microphone ({reason}). Check the privacy settings; another program may be "
        "using it.",
        "busy": "The sound system does not answer. Try again in a moment.",
        "cannot-open": "The microphone cannot be opened: {reason}.",
        "silent": "The microphone stopped sending sound ({seconds:g} s without any). Plug it in again or choose "
        "another.",
        "unknown-device": "The device {name!r} is no input; choose one of: {names}.",
        "ambiguous-device": "The device {name!r} fits several inputs; choose one of: {names}.",
    }


_gate = threading.RLock()  # one thread opens, or looks at the devices
_streams: set[int] = set()  # owners of streams that are open


def library() -> Any:
    """The module sounddevice; its import fails where PortAudio is missing, so DeviceError is raised then."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise DeviceError("no-portaudio") from error
    return sounddevice


@contextmanager
def opening(owner: object, patience: float) -> Iterator[None]:
    """Round the opening of a stream. If that succeeds, nothing restarts PortAudio until `closed`.

    DeviceError when another thread is still at it after `patience` seconds.
    """
    with _alone(patience):
        yield
        _streams.add(id(owner))


def closed(owner: object) -> None:
    """To be called after the stream of `owner` was closed."""
    _streams.discard(id(owner))


@contextmanager
def fresh() -> Iterator[Any]:
    """sounddevice with a list of devices that is as new as open streams allow, and stays while it is looked at."""
    with _alone(PATIENCE):
        sound = library()
        if not _streams:
            with suppress(Exception):
                sound._terminate()
                sound._initialize()
        yield sound


def within(seconds: float, work: Callable[[], None], undo: Callable[[], None] = lambda: None) -> None:
    """Do `work` in a thread of its own: a sound system that hangs keeps the thread that asks it.

    Raises what `work` raises; DeviceError when it takes longer, and then `undo` follows it, if it ever ends.
    """
    lock, errors = threading.Lock(), list[Exception]()
    over = given_up = False

    def run() -> None:
        nonlocal over
        try:
            work()
        except Exception as error:
            errors.append(error)
        with lock:
            over = True
        if given_up:
            undo()

    thread = threading.Thread(target=run, name="sound system", daemon=True)
    thread.start()
    thread.join(seconds)
    with lock:
        given_up = not over
    if given_up:
        raise DeviceError("busy")
    if errors:
        raise errors[0]


def as_echoic_error(error: BaseException) -> EchoicError:
    """Classify an error of PortAudio or of its import by its code; an EchoicError is returned as it is."""
    text = str(error)
    if isinstance(error, EchoicError):
        return error
    if "PortAudio library not found" in text:
        return DeviceError("no-portaudio")
    if "querying device" in text:
        return DeviceError("no-device")
    if any(code in text for code in ("-9996", "-9997", "-9999", "-9985")):
        return DeviceError("refused", reason=text)
    return DeviceError("cannot-open", reason=text or type(error).__name__)


@contextmanager
def _alone(patience: float) -> Iterator[None]:
    if not _gate.acquire(timeout=patience):
        raise DeviceError("busy")
    try:
        yield
    finally:
        _gate.release()
