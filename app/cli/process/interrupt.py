"""Ctrl+C, SIGTERM and SIGHUP as the end of the sound: what came before is still recognised, printed and written."""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, TypeVar

from asr.errors import AudioError

Item = TypeVar("Item")

POLL = 0.1  # seconds between two looks for the end while a pipe is silent
# What asks a program to end: the terminal's Ctrl+C; `timeout`, `kill` and service managers; a terminal that is closed.
ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupt:
    """A context manager: within it the first signal of ENDING sets `requested`, a second Ctrl+C raises an error.

    Further SIGTERM and SIGHUP change nothing: `timeout` sends the first twice, and of a closed terminal both the shell
    and the system tell. A SIGHUP that is ignored, as under `nohup`, stays ignored.
    Main thread; in any other it changes nothing, since Python delivers signals to the main thread only.
    """

    def __init__(self) -> None:
        self.requested = False
        self.signal = signal.SIGINT  # the one that asked for the end
        self._before: dict[signal.Signals, Any] = {}  # the handlers that were set
        self._terminals: list[int] = []  # of stdout and stderr those that are a terminal

    @property
    def exit_code(self) -> int:
        """The exit code of a program that the signal ended: 130, 143 or 129."""
        return 128 + self.signal

    @property
    def cause(self) -> str:
        """What ended it, for people."""
        return "Ctrl+C" if self.signal == signal.SIGINT else self.signal.name

    def __enter__(self) -> "Interrupt":
        if threading.current_thread() is threading.main_thread():
            self._terminals = [number for number in map(_number, (sys.stdout, sys.stderr)) if _is_terminal(number)]
            for number in ENDING:
                before = signal.getsignal(number)
                if before is not signal.SIG_IGN or number == signal.SIGINT:
                    self._before[number] = before
                    signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before = {}

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            self._leave_closed_terminals()
        elif self.requested and self.signal == signal.SIGINT:
            raise KeyboardInterrupt
        if not self.requested:
            self.requested, self.signal = True, signal.Signals(number)

    def _leave_closed_terminals(self) -> None:
        """Let what is still written to a closed terminal go nowhere: an error there would cost the output files."""
        for number in self._terminals:
            if not _is_terminal(number):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, number)
                os.close(nowhere)

    def until_requested(self, source: Iterator[Item], stop: Callable[[], None] | None = None) -> Iterator[Item]:
        """Yield from `source` until the end is requested.

        With `stop`, that is called once instead, and the source ends by itself.
        """
        stopped = False
        for item in source:
            yield item
            if self.requested and not stopped:
                if stop is None:
                    return
                stop()
                stopped = True


class PipeReader:
    """A file descriptor as a stream for `read_pcm` and `open_media` of `asr.audio`: each read returns what is there.

    It looks for the end while it waits, since a signal alone does not end a read; then it takes what lies in the pipe
    and ends.
    """

    def __init__(self, number: int, interrupt: Interrupt) -> None:
        self._number, self._interrupt = number, interrupt
        self._last = False

    def read1(self, size: int) -> bytes:
        """Return up to `size` bytes, empty at the end. Raises AudioError."""
        while not self._last:
            self._last = self._interrupt.requested
            # On Windows select knows only sockets: there Ctrl+C waits for the next sound.
            if os.name == "nt" or select.select([self._number], [], [], 0.0 if self._last else POLL)[0]:
                try:
                    return os.read(self._number, size)
                except BlockingIOError:  # nothing has come yet, or another process took it
                    continue
                except OSError as error:
                    raise AudioError("read-failed", reason=error.strerror or error) from error
        return b""

    read = read1

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._number)


def open_pipe(path: str) -> int:
    """Return a descriptor of a file or named pipe, without waiting for who writes into it. Raises OSError."""
    return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def _number(stream: Any) -> int:
    """Return the descriptor of a stream, -1 where it has none."""
    try:
        return int(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return -1


def _is_terminal(number: int) -> bool:
    return number >= 0 and os.isatty(number)
