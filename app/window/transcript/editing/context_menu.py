"""The context menu of the transcript, put together from small functions: each adds the entries of one thing.

To add entries: write a function that takes the menu and what was clicked, and give it to `ContextMenu.add`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu

from app.window.transcript.editing.line_editor import LineEditor
from app.window.transcript.view.transcript_view import TranscriptView
from asr.updates import Word

EDITING_ENTRIES = ("edit-cut", "edit-paste", "edit-delete")  # Qt's object names of entries of its own menu


@dataclass(frozen=True)
class MenuTarget:
    """What the menu is about: the word under the pointer or, opened by a key, the one at the caret."""

    line: int  # number of the line
    index: int | None  # of the word among all words of the view; None between words, and in subtitles
    word: Word | None  # the same word
    correctable: bool  # the words are those of a finished session, which may be changed


MenuSection = Callable[[QMenu, MenuTarget], None]  # adds entries, or none where they make no sense


class ContextMenu(QObject):
    """Opens the menu: the sections in the order in which they were added, then Qt's own entries. Interface thread."""

    def __init__(self, view: TranscriptView, editor: LineEditor, history: Callable[[], tuple[bool, bool]]) -> None:
        """Serve a view.

        Args:
            view: Whose menu it is.
            editor: Edits its lines.
            history: Returns whether there is a saved change to undo, and one to redo.
        """
        super().__init__(view)
        self._view, self._editor, self._history = view, editor, history
        self._sections: list[MenuSection] = []
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)  # receives the mouse

    def add(self, section: MenuSection) -> None:
        """Add a section below those there are; a line parts it from its neighbours."""
        self._sections.append(section)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open this menu in place of Qt's."""
        if isinstance(event, QContextMenuEvent):
            self._open(event)
            return True
        return False

    def _open(self, event: QContextMenuEvent) -> None:
        self.build(self._position(event)).popup(event.globalPos())

    def build(self, position: int) -> QMenu:
        """Return the menu of what stands at a position of the text."""
        index = self._view.word_at(position)
        line = self._view.document().findBlock(position).blockNumber()
        word = None if index is None else self._view.words[index]
        target = MenuTarget(line, index, word, self._editor.enabled)
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section in self._sections:
            before = len(menu.actions())
            section(menu, target)
            if len(menu.actions()) > before:
                menu.addSeparator()
        self._add_standard(menu)
        return menu

    def _position(self, event: QContextMenuEvent) -> int:
        """Find what is meant, and put the caret there; what is selected stays selected, to be copied."""
        view, cursor = self._view, self._view.textCursor()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            at: QPoint = view.viewport().mapFromGlobal(event.globalPos())
            pressed = view.cursorForPosition(at)
            if not cursor.hasSelection():
                view.setTextCursor(pressed)
            return int(pressed.position())
        return int(cursor.selectionStart())

    def _add_standard(self, menu: QMenu) -> None:
        """Add Qt's entries without those that would join lines. They edit the line by themselves."""
        editor, before = self._editor, self._editor.editing
        editor.begin()
        standard = self._view.createStandardContextMenu()
        standard.setParent(menu, standard.windowFlags())  # which removes it together with the menu
        can_undo, can_redo = self._history()
        for action in standard.actions():
            if action.objectName() in ("edit-undo", "edit-redo"):
                undo = action.objectName() == "edit-undo"
                action.setEnabled((can_undo or editor.unsaved) if undo else can_redo)
                action.triggered.connect(editor.undo if undo else editor.redo)
            if action.objectName() in EDITING_ENTRIES and self._view.spans_lines:
                action.setEnabled(False)
            menu.addAction(action)
        if not before:  # later, as the menu is hidden before its entry acts
            menu.aboutToHide.connect(editor.finish, Qt.ConnectionType.QueuedConnection)
