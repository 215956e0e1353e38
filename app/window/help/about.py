"""The dialogs About (what the program is, and the evidence that nothing leaves the computer) and Shortcuts."""

import os
import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.window.help.network_audit import attempts
from app.window.shell.actions import Actions
from app.window.shell.icons import program_icon
from app.window.shell.text import Label, RichLabel, escaped

# Modules through which a Python program with Qt could reach a network. `socket` is not listed: torch imports it, and
# the audit counts its use.
NETWORK = (
    "PySide6.QtNetwork",
    "PySide6.QtWebSockets",
    "PySide6.QtWebEngineCore",
    "aiohttp",
    "ftplib",
    "httpx",
    "requests",
    "smtplib",
    "urllib3",
    "uvicorn",
    "websockets",
    "huggingface_hub",
)


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("AboutDialog", text)


def evidence() -> str:
    """Return the evidence: network calls so far, sockets open now, and which network modules are loaded."""
    lines = []
    if (calls := attempts()) is not None:
        lines.append(tr("attempts to reach a network since the start: {0}").format(sum(calls.values())))
        lines += [f"  {name}: {count}" for name, count in calls.items()]
    if (sockets := open_sockets()) is not None:
        lines.append(tr("network connections open at this moment: {0}").format(sockets))
    lines += ["", tr("modules that can speak to a network:")]
    lines += [f"  {name:<26}{tr('LOADED') if name in sys.modules else tr('not loaded')}" for name in NETWORK]
    return "\n".join(lines)


def open_sockets() -> int | None:
    """Return the number of internet sockets of this process; None where the system has no /proc."""
    try:
        own = {
            os.readlink(f"/proc/self/fd/{fd}")
            for fd in os.listdir("/proc/self/fd")
            if os.path.exists(f"/proc/self/fd/{fd}")
        }
        count = 0
        for table in ("tcp", "tcp6", "udp", "udp6"):
            with open(f"/proc/self/net/{table}", encoding="ascii") as rows:
                count += sum(f"socket:[{row.split()[9]}]" in own for row in list(rows)[1:])
        return count
    except OSError:
        return None


class AboutDialog(QDialog):
    """About Echoic and your privacy."""

    def __init__(self, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Echoic"))
        icon = Label()
        icon.setPixmap(program_icon().pixmap(64, 64))
        text = RichLabel(
            "<h2>Echoic</h2><p>"
            + tr("Writes down speech while it is spoken. Model: {0}.").format(escaped(model or "–"))
            + "</p><p><b>"
            + tr("Nothing leaves this computer.")
            + "</b> "
            + tr(
                "No account, no telemetry, no update check, no download. A port opens only when you start "
                "`echoic serve`, and this window never does. "
                "Sound and words are kept in your own folder until you delete them, and a private session "
                "is not kept at all. You need not believe it: this is what the running program has done."
            )
            + "</p>"
        )
        text.setWordWrap(True)
        self.evidence = QPlainTextEdit(evidence())
        self.evidence.setReadOnly(True)
        self.evidence.setAccessibleName(tr("What the running program has done"))
        self.evidence.setStyleSheet("font-family: monospace")
        _column(self, icon, text, self.evidence)
        self.resize(520, 480)


class ShortcutsDialog(QDialog):
    """Lists every command that has a shortcut, in the order of the menus."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        rows = "".join(
            f"<tr><td style='padding:3px 24px 3px 0'><b>{'</b> / <b>'.join(map(escaped, keys))}</b></td>"
            f"<td style='padding:3px 0'>{escaped(action.text().replace('&', '').rstrip('…'))}</td></tr>"
            for action in actions.all()
            if (keys := [keys.toString() for keys in action.shortcuts()])
        )
        self.table = RichLabel(f"<table>{rows}</table>")
        _column(self, self.table)


def _column(dialog: QDialog, *widgets: QWidget) -> None:
    column = QVBoxLayout(dialog)
    for widget in widgets:
        column.addWidget(widget)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
