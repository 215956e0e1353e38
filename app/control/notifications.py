"""Notifications of the desktop without a tray icon: the D-Bus interface org.freedesktop.Notifications."""

from contextlib import suppress


def notify(summary: str, body: str) -> bool:
    """Show a notification; return False where the desktop shows none. Blocks for seconds at most; any thread."""
    try:
        from jeepney import DBusAddress, MessageType, new_method_call
        from jeepney.io.blocking import open_dbus_connection

        connection = open_dbus_connection(bus="SESSION")
    except Exception:  # no library, no bus, an address of a kind that is not known
        return False
    address = DBusAddress(
        "/org/freedesktop/Notifications",
        bus_name="org.freedesktop.Notifications",
        interface="org.freedesktop.Notifications",
    )
    hints = {"desktop-entry": ("s", "echoic")}
    # The server may take the body for markup.
    escaped = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    arguments: tuple = ("Echoic", 0, "echoic", summary, escaped, [], hints, -1)
    try:
        with suppress(TimeoutError, OSError):
            reply = connection.send_and_get_reply(
                new_method_call(address, "Notify", "susssasa{sv}i", arguments), timeout=5
            )
            return bool(reply.header.message_type is MessageType.method_return)
        return False
    finally:
        connection.close()
