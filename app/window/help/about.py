"""The dialog About: what the program is, and the evidence that nothing leaves the computer."""

import os
import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.window.help.network_audit import attempts
from app.window.shell.first_page import language_name
from app.window.style.colors import LARGE, SMALL, WIDE
from app.window.style.icons import program_icon
from app.window.style.scrolled_dialog import ScrolledArea, ScrolledDialog
from app.window.style.style_sheet import FIXED
from app.window.texts.plain_text import Label, RichLabel, escaped

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
ROWS = 9  # of the evidence that are seen at once
LOCAL = NETWORK[0]  # app.control.local_socket takes local sockets from it, and nothing else


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
    if LOCAL in sys.modules:
        lines += ["", tr("{0} is loaded for local sockets: through one, a file that only you may").format(LOCAL)]
        lines += [tr("open, another start of Echoic and commands like `echoic toggle` reach this program.")]
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


class AboutDialog(ScrolledDialog):
    """About Echoic and your privacy."""

    def __init__(self, model: str, language: str, parent: QWidget | None = None) -> None:
        """Name the model that is loaded and its language, an ISO 639-1 code; both are "" before that."""
        super().__init__(parent)
        self.setWindowTitle(tr("About Echoic"))
        icon = Label()
        icon.setPixmap(program_icon().pixmap(64, 64))
        text = RichLabel(
            "<h2>Echoic</h2><p>"
            + tr("Writes down speech while it is spoken. Language: {0}. Model: {1}.").format(
                escaped(language_name(language) or "–"), escaped(model or "–")
            )
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
        self.evidence.setObjectName(FIXED)
        self.evidence.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.evidence.setMinimumHeight(ROWS * self.fontMetrics().lineSpacing())
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(WIDE, WIDE, WIDE, SMALL)
        column.setSpacing(LARGE)
        for widget in (icon, text, self.evidence):
            column.addWidget(widget)
        self.show_area(ScrolledArea(content), letters=70)
