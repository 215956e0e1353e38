"""Calls of the desktop's portal (XDG Desktop Portal), for Wayland, where programs see neither keys nor focus.

By jeepney and not by QtDBus: PySide6 cannot write the arrays of structures that GlobalShortcuts takes, nor unsigned
numbers. The bus is a local socket.
"""

import secrets
import threading
import time
from typing import Any

from app.dictation.errors import DictationError

BUS_NAME, OBJECT = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
SLICE = 0.2  # seconds between two looks whether the program ends
ANSWER = 10.0  # seconds for an answer that asks nobody
ASKING = 300.0  # seconds in which the user may decide

Options = dict[str, tuple[str, Any]]  # a{sv}: name -> (signature, value)


class Ended(Exception):
    """The program ends while the portal is awaited."""


class Portal:
    """One connection. One thread at a time; `stop` ends what it waits for."""

    def __init__(self, stop: threading.Event) -> None:
        """Connect to the session bus. Raises DictationError."""
        try:
            from jeepney.io.blocking import open_dbus_connection
        except ImportError as error:
            raise DictationError("no-library", package="jeepney", reason=error) from error
        self._stop = stop
        try:
            self.connection = open_dbus_connection(bus="SESSION")
        except Exception as error:  # no address, nobody there, an address of a kind that is not known
            raise DictationError("no-bus", reason=error or type(error).__name__) from error
        self._register()

    def close(self) -> None:
        """Close the connection, with which the portal ends its sessions."""
        self.connection.close()

    def has(self, interface: str) -> bool:
        """Return whether the desktop's portal has an interface, as "org.freedesktop.portal.RemoteDesktop"."""
        try:
            self.call("org.freedesktop.DBus.Properties", "Get", "ss", (interface, "version"))
        except DictationError:
            return False
        return True

    def call(self, interface: str, member: str, signature: str = "", body: tuple = (), path: str = OBJECT) -> tuple:
        """Call a method and return its answer. Raises DictationError "portal-failed"."""
        from jeepney import DBusAddress, MessageType, new_method_call

        address = DBusAddress(path, bus_name=BUS_NAME, interface=interface)
        message = new_method_call(address, member, signature or None, body)
        try:
            reply = self.connection.send_and_get_reply(message, timeout=ANSWER)
        except TimeoutError as error:
            raise DictationError("portal-failed", what=member, reason="it does not answer") from error
        except OSError as error:
            raise DictationError("no-bus", reason=error) from error
        if reply.header.message_type is MessageType.error:
            raise DictationError("portal-failed", what=member, reason=reply.body[0] if reply.body else "an error")
        return tuple(reply.body)

    def request(
        self, interface: str, member: str, signature: str, body: tuple, options: Options, what: str
    ) -> dict[str, Any]:
        """Call a method whose answer comes by the signal Response, perhaps after the user was asked.

        Args:
            interface: Of the portal.
            member: The method.
            signature: Of `body`; the options follow it.
            body: The arguments.
            options: Without the token of the request.
            what: What is asked for, as it follows "to", for the error.

        Raises:
            DictationError: The user or the portal refused.
            Ended: The program ends.
        """
        from jeepney import MatchRule, message_bus

        token = f"echoic{secrets.token_hex(8)}"
        sender = self.connection.unique_name.lstrip(":").replace(".", "_")
        path = f"{OBJECT}/request/{sender}/{token}"
        rule = MatchRule(type="signal", interface="org.freedesktop.portal.Request", member="Response", path=path)
        self.connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=ANSWER)
        with self.connection.filter(rule) as responses:
            arguments = (*body, {**options, "handle_token": ("s", token)})
            self.call(interface, member, f"{signature}a{{sv}}", arguments)
            end = time.monotonic() + ASKING
            while time.monotonic() < end:
                if self._stop.is_set():
                    raise Ended
                try:
                    code, results = self.connection.recv_until_filtered(responses, timeout=SLICE).body
                except TimeoutError:
                    continue
                if code:  # 1: the user cancelled; 2: ended in another way
                    raise DictationError("denied", what=what)
                return {name: value for name, (_, value) in results.items()}
        raise DictationError("denied", what=what)

    def create_session(self, interface: str, what: str) -> str:
        """Return the path of a new session of an interface. Raises as `request` does."""
        token: Options = {"session_handle_token": ("s", f"echoic{secrets.token_hex(8)}")}
        return str(self.request(interface, "CreateSession", "", (), token, what)["session_handle"])

    def _register(self) -> None:
        """Give the portal the name of the program's menu entry, by which desktops remember what was allowed."""
        try:
            self.call("org.freedesktop.host.portal.Registry", "Register", "sa{sv}", ("echoic", {}))
        except DictationError:
            return  # an older portal, which finds it out by itself, or a sandbox
