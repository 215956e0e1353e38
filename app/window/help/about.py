"""What the program is, that nothing leaves the computer, and the proof of it."""

import os
import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.window.help.network_audit import attempts
from app.window.shell.actions import Actions
from app.window.shell.icons import program_icon

# Modules through which a Python program with Qt could reach a network; `socket` alone is the door to all others.
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
    "huggingface_hub",
)


def tr(text: str) -> str:
    return QCoreApplication.translate("AboutDialog", text)


def evidence() -> str:
    """What this process did, what it has open right now, and which modules it could do more with."""
    lines = []
    if (tried := attempts()) is not None:
        lines.append(tr("attempts to reach a network since the start: {0}").format(sum(tried.values())))
        lines += [f"  {name}: {count}" for name, count in tried.items()]
    if (sockets := open_sockets()) is not None:
        lines.append(tr("network connections open at this moment: {0}").format(sockets))
    lines += ["", tr("modules that can speak to a network:")]
    lines += [f"  {name:<26}{tr('LOADED') if name in sys.modules else tr('not loaded')}" for name in NETWORK]
    return "\n".join(lines)


def open_sockets() -> int | None:
    """Internet sockets of this process, as the system counts them; None where it cannot be asked."""
    try:
        mine = {
            os.readlink(f"/proc/self/fd/{fd}")
            for fd in os.listdir("/proc/self/fd")
            if os.path.exists(f"/proc/self/fd/{fd}")
        }
        found = 0
        for table in ("tcp", "tcp6", "udp", "udp6"):
            with open(f"/proc/self/net/{table}", encoding="ascii") as rows:
                found += sum(f"socket:[{row.split()[9]}]" in mine for row in list(rows)[1:])
        return found
    except OSError:
        return None


class AboutDialog(QDialog):
    def __init__(self, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Echoic"))
        sign = QLabel()
        sign.setPixmap(program_icon().pixmap(64, 64))
        told = QLabel(
            "<h2>Echoic</h2><p>"
            + tr("Writes down speech while it is spoken. Model: {0}.").format(model or "–")
            + "</p><p><b>"
            + tr("Nothing leaves this computer.")
            + "</b> "
            + tr(
                "There is no network code in Echoic: no account, no telemetry, no update check, no download. "
                "Sound and words are kept in your own folder until you delete them, and a private session "
                "is not kept at all. You need not believe it: this is what the running program has done."
            )
            + "</p>"
        )
        told.setWordWrap(True)
        self.proof = QPlainTextEdit(evidence())
        self.proof.setReadOnly(True)
        self.proof.setAccessibleName(tr("What the running program has done"))
        self.proof.setStyleSheet("font-family: monospace")
        _column(self, sign, told, self.proof)
        self.resize(520, 480)


class ShortcutsDialog(QDialog):
    """Every command that has a key, in the order of the menus."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        rows = "".join(
            f"<tr><td style='padding:3px 24px 3px 0'><b>{'</b> / <b>'.join(keys)}</b></td>"
            f"<td style='padding:3px 0'>{action.text().replace('&', '').rstrip('…')}</td></tr>"
            for action in actions.all()
            if (keys := [keys.toString() for keys in action.shortcuts()])
        )
        self.table = QLabel(f"<table>{rows}</table>")
        _column(self, self.table)


def _column(dialog: QDialog, *widgets: QWidget) -> None:
    column = QVBoxLayout(dialog)
    for widget in widgets:
        column.addWidget(widget)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
