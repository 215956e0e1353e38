"""Tells a screen reader what a person cannot be expected to look for: final words, changes of state, problems."""

from PySide6 import QtGui
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> bool:
    """Spoken politely, behind what is being spoken; False where nobody listens or Qt is older than 6.8."""
    if not text or not QAccessible.isActive() or not hasattr(QtGui, "QAccessibleAnnouncementEvent"):
        return False
    QAccessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(widget, text))
    return True
