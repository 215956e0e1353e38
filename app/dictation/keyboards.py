"""What dictation needs of a desktop: a keyboard that types, and keys that are pressed anywhere."""

from enum import Enum, auto
from typing import Protocol

Window = int  # the number of a window, as the desktop gives it


class Typed(Enum):
    """What has become of a text that was to be typed."""

    DONE = auto()
    BUSY = auto()  # not now: a key is held with which letters would be commands, or the desktop is still asked
    ELSEWHERE = auto()  # another window has the focus by now: nothing was typed


class Keyboard(Protocol):
    """Types into the focused window. Interface thread; no method blocks for longer than a blink."""

    sees_focus: bool  # whether the desktop lets it know which window has the focus

    def focused(self) -> Window | None:
        """Return the window that has the focus; None if there is none, or it is not known."""

    def type(self, text: str, window: Window | None) -> Typed:
        """Type all of a text into a window, or nothing of it.

        Args:
            text: No line feed, unless Enter is to be pressed.
            window: It is typed only if this one has the focus; None: whichever has it, where that cannot be seen.

        Raises:
            DictationError: It cannot be typed, and trying again is of no use.
        """

    def rest(self) -> None:
        """Take back what typing has changed of the keyboard. The programs must have had time to read the keys."""

    def close(self) -> None:
        """Rest, and let go of the desktop."""
