"""Another program on the session bus starts, stops, and gets each final word once; of a private session none."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.window.desktop.dbus_service import INTERFACE, NAME, PATH
from tests.support.desktop import buses
from tests.support.programs.scripts import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the D-Bus interface is for Linux"),
    pytest.mark.skipif(bool(buses.missing()), reason=buses.missing() or "everything is here"),
]

PROGRAM = """\
import sys
from app.__main__ import main
from app.window import application
from tests.support.recognition.fakes import FakeMicrophone, FakeRecognizer

class Talking(FakeMicrophone):
    def __init__(self, name=None):
        super().__init__(name)
        for _ in range(6):
            self.push(1.0)

application.devices = lambda: []
application.load = lambda path: FakeRecognizer(by_word=True)
application.open_device = lambda name, rate: Talking(name)
if "private" in sys.argv:
    from app.window import main_window
    made = main_window.MainWindow.__init__
    def make(self, *arguments):
        made(self, *arguments)
        self.commands["private"].setChecked(True)
    main_window.MainWindow.__init__ = make
sys.exit(main(["window", "--hidden"]))
"""


class Client:
    """Another program: calls methods, and collects signals."""

    def __init__(self, address: str) -> None:
        from jeepney import DBusAddress, MatchRule, MessageType, message_bus
        from jeepney.io.blocking import open_dbus_connection

        self.bus = address
        self.connection = open_dbus_connection(bus=address)
        self.address = DBusAddress(PATH, bus_name=NAME, interface=INTERFACE)
        self.signals: list[tuple[str, tuple]] = []
        self._signal = MessageType.signal
        rule = MatchRule(type="signal", interface=INTERFACE)
        self.connection.send_and_get_reply(message_bus.AddMatch(rule))

    def call(self, method: str) -> Any:
        from jeepney import MessageType, new_method_call

        reply = self.connection.send_and_get_reply(new_method_call(self.address, method), timeout=20)
        if reply.header.message_type is MessageType.error:
            raise LookupError(reply.body)
        return reply.body[0] if reply.body else None

    def wait(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        from jeepney import HeaderFields

        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, self.signals
            try:
                message = self.connection.receive(timeout=0.1)
            except TimeoutError:
                continue
            if message.header.message_type is self._signal:
                self.signals.append((message.header.fields[HeaderFields.member], message.body))

    def until_there(self) -> None:
        def there() -> bool:
            try:
                return self.call("State") == "ready"
            except LookupError:
                return False

        self.wait(there)

    def of(self, member: str) -> list[tuple]:
        return [body for name, body in self.signals if name == member]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with buses.bus(tmp_path) as address:
        client = Client(address)
        yield client
        client.connection.close()


@pytest.fixture
def start(client: Client, tmp_path: Path) -> Iterator[Callable[..., None]]:
    processes = []

    def begin(*arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(tmp_path),
            "DBUS_SESSION_BUS_ADDRESS": client.bus,
        }
        command = [sys.executable, "-c", PROGRAM, *arguments]
        processes.append(subprocess.Popen(command, cwd=tmp_path, env=environment))

    yield begin
    for process in processes:
        process.terminate()
        process.wait(30)


def test_another_program_starts_stops_and_gets_each_final_word_once(client: Client, start: Callable[..., None]) -> None:
    start()
    client.until_there()
    client.call("Start")
    client.wait(lambda: len(client.of("Final")) > 8)
    assert client.call("State") == "listening"
    client.call("Stop")
    client.wait(lambda: ("ready",) in client.of("StateChanged") and bool(client.of("UtteranceEnded")))
    finals = client.of("Final")
    assert [word for word, *_ in finals[:9]] == ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]
    assert all(0 <= begin < end for _, begin, end in finals)
    assert [begin for _, begin, _ in finals] == sorted(begin for _, begin, _ in finals)
    assert client.of("UtteranceEnded") and client.of("Partial")
    assert client.call("State") == "ready"


def test_words_of_a_private_session_are_not_sent(client: Client, start: Callable[..., None]) -> None:
    start("private")
    client.until_there()
    client.call("Toggle")
    client.wait(lambda: ("listening",) in client.of("StateChanged"))
    time.sleep(1.0)
    client.call("Toggle")
    client.wait(lambda: ("ready",) in client.of("StateChanged"))
    assert client.of("Final") == client.of("Partial") == client.of("UtteranceEnded") == []
