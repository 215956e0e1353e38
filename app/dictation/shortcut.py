"""A global key: how Qt writes it, and how X11, the portals and pynput do."""

from dataclasses import dataclass

MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")  # as Qt writes them in a sequence of keys
# Qt's names of keys -> the names that X11 and the portals use (keysyms); letters, digits and F keys are the same
KEYSYMS = {
    "space": "space",
    "pause": "Pause",
    "scrolllock": "Scroll_Lock",
    "print": "Print",
    "ins": "Insert",
    "insert": "Insert",
    "home": "Home",
    "end": "End",
    "pgup": "Prior",
    "pgdown": "Next",
    "menu": "Menu",
    "backspace": "BackSpace",
    "tab": "Tab",
    "capslock": "Caps_Lock",
    "`": "grave",
    "-": "minus",
    "=": "equal",
    ",": "comma",
    ".": "period",
    "/": "slash",
    ";": "semicolon",
    "'": "apostrophe",
    "\\": "backslash",
    "[": "bracketleft",
    "]": "bracketright",
}


@dataclass(frozen=True)
class Shortcut:
    """One key with modifiers."""

    key: str  # as Qt writes it
    modifiers: frozenset[str] = frozenset()  # of MODIFIERS

    @classmethod
    def parse(cls, text: str) -> "Shortcut | None":
        """Return the shortcut of a text like "Ctrl+Alt+D"; None where it names no key."""
        first = text.split(",")[0].strip() if text.strip(", ") else text.strip()
        *names, key = first.replace("++", "+plus").split("+")
        known = {name.lower(): name for name in MODIFIERS}
        if not key.strip() or any(name.strip().lower() not in known for name in names):
            return None
        return cls(key.strip(), frozenset(known[name.strip().lower()] for name in names))

    def __str__(self) -> str:
        return "+".join([*(name for name in MODIFIERS if name in self.modifiers), self.key])

    @property
    def keysym(self) -> str:
        """The name of the key for X11 and the portals."""
        if len(self.key) == 1 and self.key.isalnum():
            return self.key.lower()
        return KEYSYMS.get(self.key.lower().replace(" ", ""), self.key)

    @property
    def trigger(self) -> str:
        """The shortcut as the portal GlobalShortcuts takes it (XDG Shortcuts Specification): "CTRL+ALT+d"."""
        names = {"Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT", "Meta": "LOGO"}
        return "+".join([*(names[name] for name in MODIFIERS if name in self.modifiers), self.keysym])
