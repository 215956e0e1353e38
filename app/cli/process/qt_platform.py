"""Whether Qt can open a window on X11. Qt itself ends the process by SIGABRT where its plugin does not load."""

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

PLUGIN = "libqxcb.so"
# What Qt's plugin for X11 loads: the library, and the package of Debian and Ubuntu that has it.
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}


def uses_x11() -> bool:
    """Return whether Qt would open its window on X11: it is asked to, or nothing else is there to open it on."""
    if sys.platform != "linux":
        return False
    asked = os.environ.get("QT_QPA_PLATFORM", "")
    if asked:
        return asked.split(":")[0] == "xcb"  # "wayland;xcb" is a list, of which Qt tries one after the other
    return bool(os.environ.get("DISPLAY")) and not os.environ.get("WAYLAND_DISPLAY")


def plugin() -> Path | None:
    """Return the file of Qt's plugin for X11, or None where this Qt has it elsewhere. Raises ImportError without Qt."""
    from PySide6.QtCore import QLibraryInfo

    path = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / PLUGIN
    return path if path.is_file() else None


def x11_fault() -> str:
    """Return why Qt cannot open a window on X11, with the packages to install, or "" where it can.

    The plugin is loaded as Qt would load it: a library that is missing raises an error here and ends nothing.
    """
    path = plugin()
    if path is None:
        return ""  # nothing is known; this Qt may have it built in
    try:
        ctypes.CDLL(str(path))
    except OSError as error:
        missing = dict(_missing())
        if not missing:
            return str(error)
        return f"{', '.join(missing)} missing; on Debian: apt install {' '.join(dict.fromkeys(missing.values()))}"
    if not _answers():
        return f"no X server answers at DISPLAY={os.environ.get('DISPLAY', '')}"
    return ""


def _missing() -> Iterator[tuple[str, str]]:
    """Yield the libraries that do not load, each with its package."""
    for library, package in X11_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            yield library, package


def _answers() -> bool:
    """Return whether the X server that DISPLAY names takes a connection."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    works = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return works
