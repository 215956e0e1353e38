"""PortAudio, shared by everything that captures or plays: loaded late, never restarted under an open stream.

It lists the devices once, when it starts, so a new device is seen only after a restart; and a restart ends every
stream, also one that another thread is about to open.
"""

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
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


_gate = threading.RLock()  # held by the one thread that opens a stream or lists devices
_alsa_handler: Any = None  # ALSA calls it, so it must live as long as the program
_streams: set[int] = set()  # owners of streams that are open


def library() -> Any:
    """Return the module sounddevice. Raises DeviceError where its import fails, since PortAudio is missing."""
    silence_alsa()  # first, as the import starts PortAudio
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise DeviceError("no-portaudio") from error
    return sounddevice


@cache
def silence_alsa() -> bool:
    """Keep ALSA from writing on stderr about every device that it tries in vain; errors come as exceptions anyway.

    Returns:
        Whether there is an ALSA to be silenced.
    """
    global _alsa_handler
    if not sys.platform.startswith("linux"):
        return False
    try:
        set_handler = ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler
    except (OSError, AttributeError):
        return False
    handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
    _alsa_handler = handler(lambda *_: None)
    set_handler(_alsa_handler)
    return True


@contextmanager
def opening(owner: object, patience: float) -> Iterator[None]:
    """Open a stream within this context; if that succeeds, nothing restarts PortAudio until `closed`. Any thread.

    Args:
        owner: What holds the stream.
        patience: Seconds to wait for another thread that is opening a stream.

    Raises:
        DeviceError: That thread takes longer.
    """
    with _alone(patience):
        yield
        _streams.add(id(owner))


def closed(owner: object) -> None:
    """Allow restarts again, after the stream of `owner` was closed. Any thread."""
    _streams.discard(id(owner))


@contextmanager
def fresh() -> Iterator[Any]:
    """Yield sounddevice with a list of devices as new as open streams allow; it stays the same within. Any thread."""
    with _alone(PATIENCE):
        sound = library()
        if not _streams:
            with suppress(Exception):
                sound._terminate()
                sound._initialize()
        yield sound


def within(seconds: float, work: Callable[[], None], undo: Callable[[], None] = lambda: None) -> None:
    """Do `work` in a thread of its own, since a sound system that hangs holds the thread that called it.

    Args:
        seconds: How long to wait for it.
        work: Whatever it raises is raised here.
        undo: Called after work that took longer, if that ever ends.

    Raises:
        DeviceError: It takes longer.
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
