"""Fixtures of the server's tests. Only these tests open ports, and only on loopback."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.programs.servers import Running, running


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that connects to, or listens at, anything but this computer."""

    def guarded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple) and not ipaddress.ip_address(address[0].partition("%")[0]).is_loopback:
                raise AssertionError(f"{name} {address}")
            return original(self, address)

        return call

    for name in ("connect", "connect_ex", "bind"):
        monkeypatch.setattr(socket.socket, name, guarded(name))


@pytest.fixture
def serving() -> Iterator[Running]:
    """A server that finds word0, word1, ... in the seconds of any sound."""
    with running() as server:
        yield server
