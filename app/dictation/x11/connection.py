"""The connection to the X server, for typing and for the global key."""

import os
from typing import Any

from app.dictation.errors import DictationError


def open_display() -> Any:
    """Return a new connection to the display that DISPLAY names, an `Xlib.display.Display`.

    A display of this computer is reached by its local socket alone: python-xlib would else try TCP after it.

    Raises:
        DictationError: There is none, or python-xlib does not load.
    """
    try:
        from Xlib.display import Display
        from Xlib.error import DisplayError, XError
    except ImportError as error:
        raise DictationError("no-library", package="python-xlib", reason=error) from error
    name = os.environ.get("DISPLAY", "")
    try:
        return Display(f"unix/{name}" if name.startswith(":") else name)
    except (DisplayError, XError, OSError) as error:
        raise DictationError("no-x-server", reason=error) from error
