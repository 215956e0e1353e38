"""Greys out the entries of an open menu that would do nothing now."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from app.window.files.file_queue import FileQueue
from app.window.layout import Layout
from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState
from app.window.sessions.session_list import LIVE
from app.window.shell.actions import Actions
from app.window.transcript.current_transcript import CurrentTranscript, Empty, QueuedFile
from app.window.transcript.review import Review

Conditions = Mapping[str, Callable[[], bool]]  # by the name of a command: whether it would do something now


class Availability(QObject):
    """Looks at the conditions each time a menu of the menu bar opens. Interface thread.

    The actions are as before once the menu is closed: their keys always work, and say why where they do nothing.
    """

    def __init__(self, window: QMainWindow, commands: Actions, conditions: Conditions) -> None:
        super().__init__(window)
        self._conditions = {commands[name]: condition for name, condition in conditions.items()}
        self._greyed: list[QAction] = []
        for entry in window.menuBar().actions():
            menu = entry.menu()
            if isinstance(menu, QMenu):
                menu.aboutToShow.connect(partial(self._grey, menu))
                menu.aboutToHide.connect(self._restore)

    def _grey(self, menu: QMenu) -> None:
        self._restore()
        self._greyed = [
            action
            for action in menu.actions()
            if action.isEnabled() and action in self._conditions and not self._conditions[action]()
        ]
        for action in self._greyed:
            action.setEnabled(False)

    def _restore(self) -> None:
        while self._greyed:
            self._greyed.pop().setEnabled(True)


def conditions(
    ui: Layout, transcript: CurrentTranscript, live: LiveSession, queue: FileQueue, review: Review
) -> Conditions:
    """Return when the commands that need something on screen, or something that runs, have it."""

    def words() -> bool:
        return bool(transcript.document.count)

    def correctable() -> bool:
        return transcript.kept is not None and words()

    def private() -> bool:
        return transcript.kept is not None and transcript.kept.private and words()

    def deletable() -> bool:
        shown = transcript.kept
        return bool(ui.session_list.selected) or (shown is not None and shown.folder is not None)

    def running() -> bool:
        return live.active or live.state is LiveState.WAITING

    def leaves() -> bool:
        shown = transcript.shown
        file = isinstance(shown, QueuedFile) and shown.job is queue.running
        return file or running() or ui.player.playing or ui.find_bar.isVisible() or ui.view.window().isFullScreen()

    return {
        "export": lambda: not isinstance(transcript.shown, Empty),
        "cancel": lambda: live.active or queue.running is not None,
        "escape": leaves,
        "rename": lambda: ui.session_list.current not in (None, LIVE),
        "keep": private,
        "delete": deletable,
        "delete_rows": lambda: bool(ui.session_list.selected),
        "undo": lambda: transcript.can_undo or review.line_editor.unsaved,
        "redo": lambda: transcript.can_redo,
        "copy_all": words,
        "find": words,
        "find_next": words,
        "find_previous": words,
        "split": correctable,
        "join": correctable,
        "bookmark": lambda: live.active or transcript.kept is not None,
        "next_bookmark": lambda: transcript.kept is not None,
        "doubtful": words,
        "doubtful_before": words,
        "confirm": correctable,
        "add_word": lambda: ui.view.textCursor().hasSelection(),
        "play_word": lambda: correctable() and bool(ui.player.duration),
    }
