"""Announcements for screen readers: final words, changes of state, problems."""

from PySide6 import QtGui
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> bool:
    """Let a screen reader read a text after what it is reading; return False if none runs or Qt is older than 6.8."""
    if not text or not QAccessible.isActive() or not hasattr(QtGui, "QAccessibleAnnouncementEvent"):
        return False
    QAccessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(widget, text))
    return True
