"""The local socket: one line there, one line back, for the same user only, whatever comes."""

import gc
import json
import os
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app.control import client, local_socket
from app.control.errors import ControlError
from app.control.local_socket import LocalServer, address, reachable, send

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets are named pipes there")


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ec-") as folder:  # the path of a socket has to be short
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield address(tmp_path)


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """Objects of Qt that are garbage go in this thread; a collection in that of the next test would crash."""
    yield
    gc.collect()


@pytest.fixture
def server(where: str, qtbot: QtBot) -> Iterator[LocalServer]:
    server = LocalServer(lambda request, respond: respond({"ok": True, "got": request}))
    assert server.listen(where)
    yield server
    server.close()


def apart(qtbot: QtBot, call: Callable[[], Any]) -> Any:
    """What a call returns or raises in another thread, while this one serves."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    qtbot.waitUntil(lambda: bool(results))
    thread.join()
    return results[0]


def test_a_request_comes_back_with_its_answer(server: LocalServer, where: str, qtbot: QtBot) -> None:
    request = {"command": "open", "files": ["/tmp/Größe\n2.wav"]}
    for _ in range(3):
        assert apart(qtbot, lambda: send(where, request)) == {"ok": True, "got": request}


def test_nobody_listens(where: str, tmp_path: Path) -> None:
    assert send(where, {}) is None and not reachable(where)


def test_only_the_user_may_open_the_socket(server: LocalServer, where: str) -> None:
    assert stat.S_IMODE(Path(where).stat().st_mode) & 0o077 == 0
    assert stat.S_ISSOCK(Path(where).stat().st_mode)


def test_a_folder_that_others_may_write_into_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not address(tmp_path).startswith(str(tmp_path))
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / f"echoic-{os.getuid()}").symlink_to(tmp_path)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(planted))
    with pytest.raises(OSError):
        address(tmp_path)


def test_each_data_folder_has_a_socket_of_its_own(where: str, tmp_path: Path) -> None:
    assert address(tmp_path / "other") != where == address(tmp_path / "sub" / "..")


def test_a_second_server_leaves_the_first_alone(server: LocalServer, where: str, qtbot: QtBot) -> None:
    second = LocalServer(lambda request, respond: None)
    assert not second.listen(where)
    second.close()
    assert apart(qtbot, lambda: send(where, {})) == {"ok": True, "got": {}}


def test_what_a_killed_program_left_is_in_nobodys_way(where: str, qtbot: QtBot) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(where)
    assert Path(where).exists() and not reachable(where)
    server = LocalServer(lambda request, respond: respond({"ok": True}))
    assert server.listen(where)
    assert apart(qtbot, lambda: send(where, {})) == {"ok": True}
    server.close()
    assert not Path(where).exists()


@pytest.mark.parametrize("sent", [b"nonsense\n", b"[1]\n", b"\xff\xfe\n", b"[" * 5000 + b"\n", b"1" * 5000 + b"\n"])
def test_whatever_comes_is_answered_and_the_next_one_served(
    server: LocalServer, where: str, qtbot: QtBot, sent: bytes
) -> None:
    def talk() -> bytes:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(where)
            for at in range(0, len(sent), 7):  # in pieces
                peer.sendall(sent[at : at + 7])
            return peer.makefile("rb").read()

    assert json.loads(apart(qtbot, talk))["ok"] is False
    assert apart(qtbot, lambda: send(where, {"a": 1}))["ok"] is True


def test_a_request_without_end_is_cut_off(
    server: LocalServer, where: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_socket, "LONGEST", 10_000)

    def flood() -> int:
        sent = 0
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(where)
            try:
                while sent < 50_000_000:
                    sent += peer.send(b"x" * 10_000)
            except OSError:
                pass
        return sent

    assert apart(qtbot, flood) < 50_000_000


def test_an_answer_may_come_later_and_to_one_who_has_gone(where: str, qtbot: QtBot) -> None:
    waiting: list[Any] = []
    server = LocalServer(lambda request, respond: waiting.append(respond))
    assert server.listen(where)
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(where)
        peer.sendall(b"{}\n")
        qtbot.waitUntil(lambda: len(waiting) == 1)
    qtbot.waitUntil(lambda: not server._received)
    waiting[0]({"ok": True})
    server.close()


def test_a_server_may_go_while_a_socket_of_it_is_being_deleted(where: str, qtbot: QtBot) -> None:
    """The socket is a child of the server: neither may delete the other in the middle of its own end."""
    server: LocalServer | None = LocalServer(lambda request, respond: None)
    assert server is not None and server.listen(where)
    received = server._received
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(where)
        peer.sendall(b"{}\n")
        qtbot.waitUntil(lambda: bool(received))
    qtbot.waitUntil(lambda: not received)
    server = None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_program_that_does_not_answer_is_said(where: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    server = LocalServer(lambda request, respond: None)
    assert server.listen(where)
    error = apart(qtbot, lambda: send(where, {}, patience=0.3))
    assert isinstance(error, ControlError) and error.code == "no-answer"
    server.close()


def test_a_refusal_is_a_sentence(where: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "data_folder", lambda: tmp_path)
    assert isinstance(apart(qtbot, lambda: client.ask({"command": "x"})), ControlError)
    server = LocalServer(lambda request, respond: respond({"ok": False, "error": "Not now."}))
    assert server.listen(where)
    assert str(apart(qtbot, lambda: client.ask({"command": "x"}))) == "Not now."
    server.close()
    assert isinstance(server, QObject)


def test_files_are_handed_over_with_their_whole_path(
    where: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "data_folder", lambda: tmp_path)
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "t")
    monkeypatch.chdir(tmp_path)
    assert apart(qtbot, lambda: client.hand_over([Path("a.wav")])) is False
    got: list[Any] = []

    def handle(request: Any, respond: Any) -> None:
        got.append(request)
        respond({"ok": True})

    server = LocalServer(handle)
    assert server.listen(where)
    assert apart(qtbot, lambda: client.hand_over([Path("a.wav")])) is True
    assert got == [{"command": "open", "files": [str(tmp_path / "a.wav")], "token": "t"}]
    server.close()
