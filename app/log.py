"""The log file: what the program did, for reports of defects. It never holds what a person said, wrote or named.

It is in the user's state folder (Linux: ~/.local/state/echoic/echoic.log), at most 4 files of 1 MB, and is never
sent anywhere. In it are: start and end of the program with its version, the system and the versions of libraries; the
command without its arguments; models loaded, by name; sessions begun and ended, by id and length; devices lost and
found; and errors, by their class, code and place in the program. Not in it are: words of transcripts, titles, search
terms, and names of the user's files and devices. So the messages of errors are left out too, since they may hold any
of those.

Where the file cannot be written, nothing is logged and nobody is bothered.
"""

import logging
import platform
import sys
import threading
import time
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from asr.errors import EchoicError

SIZE = 1_000_000  # bytes of a file before the next one is begun
OLDER = 3  # files kept besides the newest
LIBRARIES = ("torch", "numpy", "av", "soxr", "PySide6-Essentials", "sounddevice")

logger = logging.getLogger("echoic")
logger.addHandler(logging.NullHandler())  # until `start`, and in tests: nothing goes to stderr


def path() -> Path | None:
    """Return where the log file is, whether or not there is one yet; None where this user has no such folder."""
    try:
        import platformdirs

        folder = Path(platformdirs.user_state_path("echoic", appauthor=False))
    except Exception:  # the library is missing, or no home is known
        return None
    return folder / "echoic.log" if folder.is_absolute() else None


def start(command: str) -> None:
    """Open the log and write which command runs. Main thread, once; never raises.

    Defects that reach the top of any thread are logged from now on, then reported as before.
    """
    if any(isinstance(handler, _File) for handler in logger.handlers):
        return
    file = path()
    if file is None:
        return
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _File(file, maxBytes=SIZE, backupCount=OLDER, encoding="utf-8", delay=True)
        handler.setFormatter(_PlaceOnly("%(asctime)s %(process)d %(threadName)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        handler.hooks = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = _logged(sys.excepthook), _logged_thread(threading.excepthook)
        logger.info("start: command %s", command)
        if command != "window":
            write_versions()  # of the window they are written once it is painted: looking them up delays that


def write_versions() -> None:
    """Write the versions of the program, of Python, the system and libraries. Any thread."""
    libraries = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    logger.info("echoic %s, Python %s, %s", _version("echoic"), platform.python_version(), platform.platform())
    logger.info("libraries: %s", libraries)


def stop() -> None:
    """Close the log file; `start` may open it again. Main thread."""
    for handler in [handler for handler in logger.handlers if isinstance(handler, _File)]:
        sys.excepthook, threading.excepthook = handler.hooks
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = True


def describe(error: BaseException) -> str:
    """Name an error without its message: its class, and the code or number that says which of its kind it is."""
    kind = type(error).__name__
    if isinstance(error, EchoicError):
        return f"{kind} {error.code}"
    if isinstance(error, OSError) and error.errno:
        return f"{kind} {error.errno}"
    return kind


class _File(RotatingFileHandler):
    hooks: tuple[Any, Any]  # what reported defects before `start`

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop a line that cannot be written: the disk is full, or the folder is gone."""


class _PlaceOnly(logging.Formatter):
    """Formats errors by class, code and place, without their messages and without paths."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatException(self, info: Any) -> str:
        error: BaseException | None = info[1]
        lines: list[str] = []
        while error is not None:
            lines += [f"  {place}" for place in _places(error.__traceback__)]
            lines.append(f"  {describe(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
            if error is not None:
                lines.append("  after:")
        return "\n".join(lines)


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        frame = trace.tb_frame
        places.append(f"{frame.f_globals.get('__name__', '?')}:{trace.tb_lineno} {frame.f_code.co_name}")
        trace = trace.tb_next
    return places


def _logged(hook: Any) -> Any:
    def log_and_report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            logger.error("defect", exc_info=(kind, error, trace))
        hook(kind, error, trace)

    return log_and_report


def _logged_thread(hook: Any) -> Any:
    def log_and_report(arguments: threading.ExceptHookArgs) -> None:
        if isinstance(arguments.exc_value, Exception):
            logger.error("defect", exc_info=arguments.exc_value)
        hook(arguments)

    return log_and_report


def _version(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "missing"
