"""What commands, D-Bus and the tray do with the window: one place for all that steers the program from outside."""

import os
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.control.local_socket import Answer, Request, Respond
from app.window.desktop.dictation_control import DictationControl
from app.window.live.live_state import LiveState, display_of
from app.window.main_window import MainWindow


class Controller(QObject):
    """Starts and stops the live session, opens files, shows the window. Interface thread."""

    state_changed = Signal(str)  # as `state` returns it

    def __init__(
        self, window: MainWindow, dictation: DictationControl | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.window, self.dictation = window, dictation
        window.live.state_changed.connect(lambda state: self.state_changed.emit(state.name.lower()))

    @property
    def state(self) -> str:
        """The state of the live session, for programs: a name of `LiveState` in small letters."""
        return self.window.live.state.name.lower()

    def start(self) -> None:
        """Start a live session, at once or when the model is loaded; do nothing if one runs."""
        live = self.window.live
        if not live.active and live.state is not LiveState.WAITING:
            self.window.commands["start"].trigger()

    def stop(self) -> None:
        """Stop the live session; the last words are still recognised. Do nothing if none runs."""
        live = self.window.live
        if live.state is LiveState.WAITING:
            live.toggle()
        elif live.active:
            live.stop()

    def toggle(self) -> None:
        """Start a live session, or stop the one that runs."""
        live = self.window.live
        (self.stop if live.active or live.state is LiveState.WAITING else self.start)()

    def show(self, token: str = "") -> None:
        """Bring the window to the front. `token`: of Wayland, by which the desktop allows that."""
        if token and token.isascii() and token.isprintable():  # it may come from any program of this user
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt takes it from there
        window = self.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def status(self) -> Answer:
        """Return the state, a sentence about it, and title, seconds and words of the live session."""
        live = self.window.live
        answer: Answer = {"ok": True, "state": self.state, "sentence": display_of(live.state, translated=False).status}
        answer["dictating"] = self.dictation is not None and self.dictation.active
        if live.active:
            answer |= {"seconds": round(live.document.seconds, 2), "words": live.document.count}
        if (job := self.window.file_queue.running) is not None:
            answer |= {"file": job.name, "fraction": job.fraction}
        return answer

    def handle(self, request: Request, respond: Respond) -> None:
        """Carry out a request of the local socket. Whatever is wrong with it becomes an answer, not an error."""
        match request:
            case {"command": "open", "files": list(names)}:
                self.show(str(request.get("token", "")))
                self.window.open_files([Path(name) for name in names if isinstance(name, str)])
            case {"command": "start"}:
                self.start()
            case {"command": "stop"}:
                self.stop()
            case {"command": "toggle"}:
                self.toggle()
            case {"command": "status"}:
                pass
            case {"command": "quit"}:
                QTimer.singleShot(0, self.window.close)  # after the answer
            case {"command": "dictate", "action": str(action)} if self.dictation is not None:
                self.dictation.handle(action, request.get("print") is True, respond, self.status)
                return
            case _:
                respond({"ok": False, "error": "This Echoic does not know the command. Is another version running?"})
                return
        respond(self.status())
