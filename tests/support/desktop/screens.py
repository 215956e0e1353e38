"""A screen of its own for tests that type: Xvfb with a window manager, and text fields of other processes on it."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Xlib.display import Display

FIELD = """\
import sys, time
from PySide6.QtWidgets import QApplication, QPlainTextEdit

class Field(QPlainTextEdit):
    def keyPressEvent(self, event):
        if event.text():
            with open(sys.argv[2] + ".keys", "a", encoding="utf-8") as file:
                file.write(f"{time.monotonic()}\\n")
        super().keyPressEvent(event)

app = QApplication([])
field = Field()
field.setWindowTitle(sys.argv[1])
pressed = []

def save():
    with open(sys.argv[2] + ".new", "w", encoding="utf-8") as file:
        file.write(field.toPlainText())
    import os
    os.replace(sys.argv[2] + ".new", sys.argv[2])

field.textChanged.connect(save)
field.resize(500, 200)
field.show()
app.exec()
"""


def missing() -> str:
    """What this computer lacks for a screen of its own, or ""."""
    for program in ("Xvfb", "openbox", "xdotool"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    try:
        import Xlib  # noqa: F401
    except ImportError:
        return "python-xlib is not installed"
    from app.cli.process.qt_platform import x11_fault

    before, os.environ["DISPLAY"] = os.environ.get("DISPLAY"), ":none"
    try:
        fault = x11_fault()
    finally:
        if before is None:
            del os.environ["DISPLAY"]
        else:
            os.environ["DISPLAY"] = before
    return "" if fault.startswith("no X server") else fault


class Screen:
    """A running Xvfb; `display` is its DISPLAY."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.fields: list[subprocess.Popen] = []

    def xdotool(self, *arguments: str) -> str:
        """What xdotool answers; "" where it fails, as for a window that has just gone."""
        run = subprocess.run(["xdotool", *arguments], env=self.environment, capture_output=True, text=True, timeout=30)
        return "" if run.returncode else run.stdout.strip()

    def colors(self, window: str) -> set[bytes]:
        """The colours of the pixels that a window shows, each as the X server has it."""
        from Xlib import X

        _, _, width, height = self.geometry(window)
        with self._connection() as display:
            shown = display.create_resource_object("window", int(window))
            pixels = shown.get_image(0, 0, width, height, X.ZPixmap, 0xFFFFFFFF).data
        return {bytes(pixels[at : at + 4]) for at in range(0, len(pixels), 4)}

    def geometry(self, window: str) -> tuple[int, int, int, int]:
        """Left, top, width and height of a window without its frame, in pixels of the screen."""
        with self._connection() as display:
            shown = display.create_resource_object("window", int(window))
            size, place = shown.get_geometry(), display.screen().root.translate_coords(shown, 0, 0)
        return place.x, place.y, size.width, size.height

    def close_window(self, window: str) -> None:
        """Ask the window manager to close a window, as its button does."""
        from Xlib import X
        from Xlib.protocol.event import ClientMessage

        with self._connection() as display:
            closing, person = display.intern_atom("_NET_CLOSE_WINDOW"), 2
            shown = display.create_resource_object("window", int(window))
            event = ClientMessage(window=shown, client_type=closing, data=(32, [X.CurrentTime, person, 0, 0, 0]))
            mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
            display.screen().root.send_event(event, event_mask=mask)
            display.sync()

    @contextmanager
    def _connection(self) -> "Iterator[Display]":
        from Xlib.display import Display

        display = Display(self.display)
        try:
            yield display
        finally:
            display.close()

    def field(self, name: str, folder: Path) -> Path:
        """Open a text field in a process of its own, give it the focus, and return the file with its text."""
        file = folder / f"{name}.txt"
        file.write_text("")
        command = [sys.executable, "-c", FIELD, name, str(file)]
        self.fields.append(subprocess.Popen(command, env=self.environment))
        self.focus(name)
        return file

    @staticmethod
    def keys(file: Path) -> list[float]:
        """When each key of a character arrived in the text field with this file, by the monotonic clock."""
        times = file.with_name(f"{file.name}.keys")
        return [float(line) for line in times.read_text().splitlines()] if times.exists() else []

    def hold(self, key: str, down: bool) -> float:
        """Press or release a key, without a process that has to start first; return when, by the monotonic clock."""
        from Xlib import XK, X
        from Xlib.ext.xtest import fake_input

        with self._connection() as display:
            code = display.keysym_to_keycode(XK.string_to_keysym(key))
            at = time.monotonic()
            fake_input(display, X.KeyPress if down else X.KeyRelease, code)
            display.sync()
        return at

    def close_fields(self) -> None:
        """End the processes of all text fields."""
        while self.fields:
            process = self.fields.pop()
            process.kill()
            process.wait()

    def focus(self, name: str) -> None:
        """Give the focus to the window of this name, and wait until it has it."""
        end = time.monotonic() + 60
        while True:
            window = self.xdotool("search", "--onlyvisible", "--name", f"^{name}$")
            if window and self.xdotool("getwindowfocus") == window:
                return
            if window and " " not in window:
                self.xdotool("windowactivate", window)
            time.sleep(0.1)
            assert time.monotonic() < end, "the window manager gives no focus"


@contextmanager
def screen(size: tuple[int, int] = (1280, 800)) -> Iterator[Screen]:
    """A new screen of so many pixels with a window manager; all that runs on it ends with it."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as numbers:
        display = f":{numbers.readline().strip()}"
    shown = Screen(display)
    manager = subprocess.Popen(["openbox"], env=shown.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield shown
    finally:
        shown.close_fields()
        for process in (manager, server):
            process.kill()
            process.wait()
