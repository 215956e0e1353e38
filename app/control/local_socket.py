"""The local socket through which a second start, and commands as `echoic toggle`, reach the running program.

This is the one module that may import Qt's network library, of which it uses local sockets alone: a socket file that
only its user may open (on Windows a named pipe). No packet of it leaves the computer, and it has no address on a
network. `tests/test_contracts.py` holds that no other module imports that library.

A request is one JSON object on one line, and so is its answer, after which the connection is closed.
"""

import hashlib
import json
import os
import stat
import sys
import tempfile
import time
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket  # noqa: TID251  # local sockets only, see above

from app.control.errors import ControlError

LONGEST = 1_000_000  # bytes of a request or an answer
CONNECT = 1000  # ms to reach a program; it is on this computer
ANSWER = 5.0  # seconds for an answer that waits for nothing
SLICE = 100  # ms between two looks for Ctrl+C and for the end of the patience

Request = dict[str, Any]
Answer = dict[str, Any]
Respond = Callable[[Answer], None]


def address(data: Path) -> str:
    """Return where the program that uses this data folder listens: the path of a socket, on Windows a name.

    Programs on different data folders, as of tests or of another home, do not meet.
    """
    digest = hashlib.sha256(os.fsencode(os.path.realpath(data))).hexdigest()[:12]
    if sys.platform == "win32":
        return f"echoic-{digest}"
    return str(_folder() / f"echoic-{digest}")


def _folder() -> Path:
    """Return the folder of the user's sockets: XDG_RUNTIME_DIR, or one in the temporary folder made for it.

    Raises:
        OSError: That folder belongs to someone else, or others may write into it.
    """
    for folder, make in (
        (Path(os.environ.get("XDG_RUNTIME_DIR") or "."), False),
        (Path(tempfile.gettempdir()) / f"echoic-{os.getuid()}", True),  # type: ignore[attr-defined,unused-ignore]
    ):
        if make:
            folder.mkdir(mode=0o700, exist_ok=True)
        elif not folder.is_absolute() or not folder.is_dir():
            continue
        found = folder.stat(follow_symlinks=not make)
        if found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o022:  # type: ignore[attr-defined,unused-ignore]
            return folder
    raise PermissionError(f"{folder} belongs to someone else")


class LocalServer(QObject):
    """Takes requests. Interface thread."""

    def __init__(self, handle: Callable[[Request, Respond], None], parent: QObject | None = None) -> None:
        """`handle` gets each request with the function that answers it, which it calls once, now or later."""
        super().__init__(parent)
        self._handle = handle
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        self._received: dict[QLocalSocket, bytearray] = {}

    def listen(self, where: str) -> bool:
        """Listen at an address; return False if another program does, or if it is not possible there."""
        # Two programs that start at the same moment must not each take the socket of the other for a forgotten one.
        lock = QLockFile(f"{where}.lock") if sys.platform != "win32" else None
        if lock is not None and not lock.tryLock(CONNECT):
            return False
        try:
            if reachable(where):
                return False
            QLocalServer.removeServer(where)  # what a killed program left
            return self._server.listen(where)
        finally:
            if lock is not None:
                lock.unlock()

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._server.close()
        sockets, self._received = list(self._received), {}
        for socket in sockets:
            socket.abort()

    def _accept(self) -> None:
        # Weak: else the last reference to this server may be that of a socket, which deletes the server, its own
        # parent, while it is being deleted itself.
        server = weakref.ref(self)

        def pass_on(method: Callable[[LocalServer, QLocalSocket], None], socket: QLocalSocket) -> None:
            if (alive := server()) is not None:
                method(alive, socket)

        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._received[socket] = bytearray()
            socket.readyRead.connect(partial(pass_on, LocalServer._read, socket))
            socket.disconnected.connect(partial(pass_on, LocalServer._forget, socket))
            self._read(socket)

    def _forget(self, socket: QLocalSocket) -> None:
        if self._received.pop(socket, None) is not None:
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        received = self._received.get(socket)
        if received is None:
            return
        received += socket.readAll().data()
        line, end, _ = bytes(received).partition(b"\n")
        if len(received) > LONGEST:
            socket.abort()
            return
        if not end:
            return
        received.clear()

        def respond(answer: Answer) -> None:
            if socket in self._received:  # who asked may have gone
                socket.write(json.dumps(answer).encode() + b"\n")
                socket.flush()
                socket.disconnectFromServer()

        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise ValueError("not an object")
        except (ValueError, RecursionError):
            respond({"ok": False, "error": "Expected one JSON object on one line."})
            return
        self._handle(request, respond)


def reachable(where: str) -> bool:
    """Return whether a program listens at an address. Blocks for CONNECT at most."""
    socket = QLocalSocket()
    socket.connectToServer(where)
    found = socket.waitForConnected(CONNECT)
    socket.abort()
    return found


def send(where: str, request: Request, patience: float | None = ANSWER) -> Answer | None:
    """Send a request and return its answer; None if no program listens there. Blocks; any thread.

    Args:
        where: As `address` returns it.
        request: What `json` can write.
        patience: Seconds to wait for the answer; None: as long as it takes.

    Raises:
        ControlError: The program did not answer.
    """
    socket = QLocalSocket()
    try:
        socket.connectToServer(where)
        if not socket.waitForConnected(CONNECT):
            return None
        socket.write(json.dumps(request).encode() + b"\n")
        end = None if patience is None else time.monotonic() + patience
        received = b""
        while b"\n" not in received:
            if socket.bytesToWrite():
                socket.waitForBytesWritten(SLICE)
            ready = socket.bytesAvailable() or socket.waitForReadyRead(SLICE)
            received += socket.readAll().data()
            gone = socket.state() != QLocalSocket.LocalSocketState.ConnectedState
            late = end is not None and time.monotonic() > end
            if b"\n" not in received and ((gone and not ready) or late or len(received) > LONGEST):
                raise ControlError("no-answer")
    finally:
        socket.abort()
        del socket  # in this thread: an error would keep it, by its traceback, until another thread deletes it
    answer = json.loads(received)
    return answer if isinstance(answer, dict) else {}
