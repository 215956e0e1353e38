"""A desktop's portal that a test plays: GlobalShortcuts and RemoteDesktop on a bus of its own."""

import threading
from typing import Any

DESKTOP = "/org/freedesktop/portal/desktop"


class FakePortal:
    """Answers in a thread of its own; `typed` has the keys, `calls` the methods with their arguments."""

    def __init__(
        self, address: str, without: tuple[str, ...] = (), denies: tuple[str, ...] = (), silent: bool = False
    ) -> None:
        from jeepney import message_bus
        from jeepney.io.blocking import open_dbus_connection

        self.without, self.denies = without, denies  # interfaces; methods that the user refuses
        self.silent = silent  # the user does not decide
        self.calls: list[tuple[str, tuple]] = []
        self.typed = ""
        self.session = ""
        self._asker = ""
        self._outbox: list[Any] = []
        self._connection = open_dbus_connection(bus=address)
        reply = self._connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.portal.Desktop"))
        assert reply.body == (1,)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        self._connection.close()

    def signal(self, member: str, name: str = "dictate") -> None:
        """Emit Activated or Deactivated of a global shortcut."""
        body: tuple = (self.session, name, 0, {})
        self._outbox.append(self._signal(DESKTOP, "org.freedesktop.portal.GlobalShortcuts", member, "osta{sv}", body))

    def _serve(self) -> None:
        while not self._end.is_set():
            while self._outbox:
                self._connection.send(self._outbox.pop(0))
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            except OSError:
                return
            self._answer(message)

    def _signal(self, path: str, interface: str, member: str, signature: str, body: tuple) -> Any:
        from jeepney import DBusAddress, HeaderFields, new_signal

        message = new_signal(DBusAddress(path, interface=interface), member, signature, body)
        message.header.fields[HeaderFields.destination] = self._asker  # as the portal does: to who asked alone
        return message

    def _answer(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType, new_error, new_method_return

        if message.header.message_type is not MessageType.method_call:
            return
        fields = message.header.fields
        member, interface = fields[HeaderFields.member], fields[HeaderFields.interface]
        self._asker = fields[HeaderFields.sender]
        self.calls.append((member, message.body))
        send = self._connection.send
        wanted = message.body[0] if interface == "org.freedesktop.DBus.Properties" else interface
        if wanted in self.without or "Registry" in interface:
            send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", ("No such interface",)))
        elif interface == "org.freedesktop.DBus.Properties":
            send(new_method_return(message, "v", (("u", 1),)))
        elif member == "NotifyKeyboardKeysym":
            session, _, keysym, pressed = message.body
            assert session == self.session
            if pressed:
                self.typed += "\n" if keysym == 0xFF0D else chr(keysym & 0xFFFFFF)
            send(new_method_return(message))
        else:
            token = message.body[-1]["handle_token"][1]
            path = f"{DESKTOP}/request/{self._asker[1:].replace('.', '_')}/{token}"
            send(new_method_return(message, "o", (path,)))
            results: dict[str, tuple[str, Any]] = {}
            if member == "CreateSession":
                self.session = f"{DESKTOP}/session/{message.body[-1]['session_handle_token'][1]}"
                results["session_handle"] = ("s", self.session)
            elif member == "Start":
                results |= {"devices": ("u", 1), "restore_token": ("s", "remember me")}
            elif member == "BindShortcuts":
                results["shortcuts"] = ("a(sa{sv})", message.body[1])
            code = 1 if member in self.denies else 0
            body: tuple = (code, {} if code else results)
            if not self.silent:
                send(self._signal(path, "org.freedesktop.portal.Request", "Response", "ua{sv}", body))
