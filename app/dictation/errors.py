"""Why words cannot be typed into other programs here, and what to do about it."""

from typing import ClassVar

from asr.errors import EchoicError

BIND = "Bind the command `echoic dictate` to a key in the keyboard settings of the desktop instead."


class DictationError(EchoicError):
    """Dictation cannot type, or has no key."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "no-x-server": "The X server cannot be reached ({reason}), so nothing can be typed into other programs.",
        "no-xtest": "This X server takes no typed keys from programs (its extension XTEST is missing). "
        "`echoic dictate --once --print` prints the words.",
        "no-library": "Dictation needs {package}, which does not load here ({reason}): pip install {package}.",
        "unknown-key": "The key {key!r} is not known here. Choose another one in the settings of dictation.",
        "no-spare-key": "The keyboard has no key that could type {character!r}.",
        "key-taken": "Another program has the key {key}. Choose another one in the settings of dictation.",
        "no-portal-keys": "This desktop has no global keys for programs (its portal lacks GlobalShortcuts). " + BIND,
        "no-portal-typing": "This desktop lets no program type into others (its portal lacks RemoteDesktop). Where it "
        "has wtype or ydotool, bind `echoic dictate --once --print | wtype -` to a key.",
        "denied": "You, or the desktop, did not allow Echoic to {what}. Dictate again to be asked again.",
        "portal-failed": "The desktop's portal refused to {what} ({reason}).",
        "not-trusted": "The system lets Echoic see no keys. Allow it under Privacy & Security, in Accessibility and in "
        "Input Monitoring, and set the key again.",
        "no-bus": "There is no D-Bus session to reach the desktop's portal through ({reason}).",
        "no-back-end": "Nothing is known here that could type into other programs. "
        "`echoic dictate --once --print` prints the words.",
    }
