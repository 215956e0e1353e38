"""Every command of the window in one table: its text, shortcut, icon and menu."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.window.style.icons import set_icon
from app.window.texts.plain_text import set_tip


@dataclass(frozen=True)
class Command:
    """One row of the table."""

    name: str
    text: str
    shortcut: str = ""  # several shortcuts are separated by spaces
    icon: str = ""
    checkable: bool = False


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("Actions", text)


def menus() -> dict[str, tuple[Command | None, ...]]:
    """Return the menus in their order on screen: title -> commands; None is a separator."""
    return {
        tr("&File"): (
            Command("open", tr("&Open files…"), "Ctrl+O", "open"),
            Command("sample", tr("&Try the sample"), icon="sample"),
            Command("export", tr("&Export…"), "Ctrl+E", "export"),
            None,
            Command("private", tr("&Private session (nothing is saved)"), "Ctrl+Shift+P", checkable=True),
            Command("model", tr("Choose &model…")),
            Command("settings", tr("&Settings…"), "Ctrl+,", "settings"),
            Command("vocabulary", tr("Your &vocabulary…"), "Ctrl+Shift+V"),
            Command("voices", tr("&Learn my voice…")),
            None,
            Command("quit", tr("&Quit"), "Ctrl+Q"),
        ),
        tr("&Session"): (
            Command("start", tr("&Start"), "Ctrl+R", "record"),
            Command("pause", tr("&Pause"), "Ctrl+Shift+R", "pause"),
            Command("cancel", tr("Stop &now")),
            Command("escape", tr("&Leave or stop what is shown"), "Esc"),
            None,
            Command("dictate", tr("Di&ctate into other programs"), checkable=True),
            Command("dictation", tr("Dictation and &tray…")),
            None,
            Command("rename", tr("&Rename"), "F2"),
            Command("keep", tr("&Keep this private session")),
            Command("delete", tr("&Delete session"), "Ctrl+Shift+Delete", "delete"),
            Command("delete_rows", tr("D&elete what the list has selected"), "Del"),
            Command("trash", tr("Recentl&y deleted…")),
        ),
        tr("&Edit"): (
            Command("undo", tr("&Undo"), "Ctrl+Z"),
            Command("redo", tr("&Redo"), "Ctrl+Shift+Z Ctrl+Y"),
            Command("copy_all", tr("Copy &all text"), "Ctrl+Shift+C"),
            Command("copy_today", tr("Copy text of &today")),
            None,
            Command("find", tr("&Find"), "Ctrl+F", "find"),
            Command("find_next", tr("Find &next"), "F3", "down"),
            Command("find_previous", tr("Find &previous"), "Shift+F3", "up"),
            None,
            Command("split", tr("&Split line at the caret"), "Ctrl+Shift+Return"),
            Command("join", tr("&Join with the next line"), "Ctrl+J"),
            None,
            Command("bookmark", tr("Set &bookmark"), "Ctrl+B"),
            Command("next_bookmark", tr("Ne&xt bookmark"), "Ctrl+Shift+B"),
            None,
            Command("doubtful", tr("Next &doubtful word"), "F7"),
            Command("doubtful_before", tr("Doubtful &word before"), "Shift+F7"),
            Command("confirm", tr("&Mark word as correct"), "Ctrl+F7"),
            Command("add_word", tr("Add selection to &vocabulary"), "Ctrl+D"),
        ),
        tr("&Play"): (
            Command("play", tr("&Play or pause"), "Space Ctrl+Space", "resume"),
            Command("play_word", tr("Play from this &word"), "Ctrl+Return"),
            Command("back", tr("3 seconds &back"), "Alt+Left", "back"),
            Command("forward", tr("3 seconds &forward"), "Alt+Right", "forward"),
        ),
        tr("&View"): (
            Command("captions", tr("&Captions"), "F8", "captions", checkable=True),
            Command("spectrogram", tr("Show sound &picture"), "F9", checkable=True),
            Command("search", tr("S&earch sessions"), "Ctrl+Shift+F"),
            None,
            Command("larger", tr("&Larger text"), "Ctrl++", "larger"),
            Command("smaller", tr("&Smaller text"), "Ctrl+-", "smaller"),
            Command("normal", tr("&Reset text size"), "Ctrl+0"),
            None,
            Command("full_screen", tr("F&ull screen"), "F11", checkable=True),
        ),
        tr("&Help"): (
            Command("shortcuts", tr("&Shortcuts"), "F1"),
            Command("listening", tr("&How it listens")),
            Command("about", tr("&About Echoic and your privacy")),
        ),
    }


class Actions:
    """The commands as QActions, by name: `actions["open"]`."""

    def __init__(self, window: QMainWindow) -> None:
        self._actions: dict[str, QAction] = {}
        for title, commands in menus().items():
            menu: QMenu = window.menuBar().addMenu(title)
            for command in commands:
                if command is None:
                    menu.addSeparator()
                    continue
                action = QAction(command.text, window)
                action.setObjectName(command.name)
                action.setCheckable(command.checkable)
                if command.shortcut:
                    action.setShortcuts([QKeySequence(keys) for keys in command.shortcut.split()])
                    plain = command.text.replace("&", "").rstrip("…")
                    set_tip(action, f"{plain} ({action.shortcut().toString(_NATIVE)})")
                if command.icon:
                    set_icon(action, command.icon)
                    action.setIconVisibleInMenu(False)
                menu.addAction(action)
                self._actions[command.name] = action
        # Space also presses buttons and is typed into text, so it plays only in widgets that add this action.
        # Ctrl+Space plays in text, too.
        self["play"].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self["delete_rows"].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # of the list of sessions

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def all(self) -> tuple[QAction, ...]:
        """Return all actions in the order of the menus."""
        return tuple(self._actions.values())


_NATIVE = QKeySequence.SequenceFormat.NativeText
