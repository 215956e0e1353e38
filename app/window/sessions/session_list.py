"""The list of sessions: a search field, rows in groups of days that can be renamed, and the way to the trash."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.sessions.document import clock
from app.sessions.search.search_index import SessionEntry
from app.window.sessions.day_groups import heading_of
from app.window.sessions.session_row import DETAIL, ICON, ID, SessionRow
from app.window.sessions.session_row import HEADING as DAY
from app.window.style.colors import LARGE, SMALL, TINY
from app.window.style.icons import set_icon
from app.window.style.style_sheet import HEADING, QUIET
from app.window.texts.kept_sentences import shown
from app.window.texts.language import day_of, margins, time_of
from app.window.texts.messages import plural
from app.window.texts.plain_text import Label, set_tip

LIVE = "live"  # id of the row of the session that is running
SEARCH_AFTER = 150  # ms without a key after which the search starts


class SessionList(QWidget):
    """Shows the entries it is given and emits what the user does; `SessionLibrary` asks the store."""

    searched = Signal(str)
    chosen = Signal(str)  # id, or LIVE
    renamed = Signal(str, str)  # id, title
    delete_wanted = Signal(list)  # ids
    export_wanted = Signal(list)  # ids
    folder_wanted = Signal(str)  # id
    trash_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = Label(self.tr("Sessions"))
        heading.setObjectName(HEADING)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search all sessions"))
        self.search.setAccessibleName(self.tr("Search all sessions"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Sessions"))
        self.list.setItemDelegate(SessionRow(self.list))
        self.list.setEditTriggers(QListWidget.EditTrigger.NoEditTriggers)
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(heading)
        top = QVBoxLayout()
        top.setContentsMargins(margins(SMALL, 0, TINY, 0))
        top.addWidget(self.search)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        self.empty = Label(self.tr("What you record and the files you open are listed here."))
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(LARGE, TINY, LARGE, 0)
        self.empty.setObjectName(QUIET)
        column.addWidget(self.empty, 1)
        self.trash = QToolButton()
        set_icon(self.trash, "delete")
        self.trash.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.trash.setAutoRaise(True)
        self.trash.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_tip(self.trash, self.tr("Sessions that were deleted and can be restored"))
        self.trash.clicked.connect(self.trash_wanted)
        self.show_trash(0)
        column.addWidget(self.trash)
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(SEARCH_AFTER)
        self._search_timer.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self.search.textChanged.connect(lambda: self._search_timer.start())
        # Not `currentItemChanged`: a list without a current row makes one current as soon as it gets the focus.
        self.list.itemClicked.connect(self._click)
        self.list.itemActivated.connect(self._choose)
        self.search.installEventFilter(self)
        self.list.itemChanged.connect(self._rename)
        self._filling = False

    @property
    def current(self) -> str | None:
        """The id of the row that has the focus frame."""
        item = self.list.currentItem()
        return item.data(ID) if item is not None else None

    @property
    def selected(self) -> tuple[str, ...]:
        """The ids of the kept sessions that keys act on: the selected rows while the list has the focus, else none."""
        return self._marked() if self.list.hasFocus() else ()

    def fill(self, entries: Sequence[SessionEntry], live: str = "") -> None:
        """Replace all rows. `live`: title of the running session, shown first; "" if none runs."""
        keep, marked, now = self.current, set(self._marked()), datetime.now()
        self._filling = True
        self.list.clear()
        if live:
            self._add(LIVE, "● " + live, self.tr("running now"))
        last = ""
        for entry in entries:
            heading = heading_of(entry.created, now)
            title = f"⚠ {entry.title}" if entry.damage else entry.title
            item = self._add(entry.id, title, entry.excerpt or self._detail(entry), "" if heading == last else heading)
            item.setData(ICON, "sample" if entry.kind == "file" else "microphone")
            if entry.damage:
                set_tip(item, f"{entry.title}\n{shown(entry.damage)}")
            else:  # a title with a mark would be kept as it is edited
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            last = heading
        self.list.setVisible(self.list.count() > 0)
        self.empty.setVisible(self.list.count() == 0)
        self.empty.setText(
            self.tr("No session contains these words.")
            if self.search.text()
            else self.tr("What you record and the files you open are listed here.")
        )
        if keep is not None:
            self._set_current(keep)
            for item in self._rows():
                if item.data(ID) in marked:
                    item.setSelected(True)
        self._filling = False

    def show_trash(self, count: int) -> None:
        """Show how many deleted sessions can be restored."""
        self.trash.setText(plural("SessionList", "Recently deleted (%n)", count))
        self.trash.setAccessibleName(self.trash.text())
        self.trash.setVisible(count > 0)

    def select(self, id: str | None) -> None:
        """Select the row with this id without emitting `chosen`, since the window shows that session already."""
        self._filling = True
        if id is None or id not in self._marked():  # else several may be selected, this one among them
            self._set_current(id)
        self._filling = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field, open the first hit with Enter and go down into the list with the arrow key."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._search_now()
                self._choose(self._first_hit())
                return True
            if event.key() == Qt.Key.Key_Down:
                self._search_now()
                if (first := self._first_hit()) is not None:
                    self.list.setCurrentItem(first)
                    self.list.setFocus()
                return True
        return super().eventFilter(watched, event)

    def edit_title(self) -> None:
        """Let the user rename the selected session."""
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEditable:
            self.list.setFocus()
            self.list.editItem(item)

    def menu(self) -> QMenu:
        """Return the context menu of the selected rows."""
        menu, ids = QMenu(self), list(self._marked())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(text: str) -> QAction:
            return menu.addAction(text)

        if len(ids) == 1:
            add(self.tr("Open")).triggered.connect(lambda: self.chosen.emit(ids[0]))
            add(self.tr("Rename")).triggered.connect(self.edit_title)
            add(self.tr("Export…")).triggered.connect(lambda: self.export_wanted.emit(ids))
            add(self.tr("Open folder")).triggered.connect(lambda: self.folder_wanted.emit(ids[0]))
            menu.addSeparator()
            add(self.tr("Delete")).triggered.connect(lambda: self.delete_wanted.emit(ids))
        elif ids:
            export = plural("SessionList", "Export %n (session|sessions)…", len(ids))
            add(export).triggered.connect(lambda: self.export_wanted.emit(ids))
            delete = plural("SessionList", "Delete %n (session|sessions)", len(ids))
            add(delete).triggered.connect(lambda: self.delete_wanted.emit(ids))
        return menu

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        if menu.actions():
            menu.popup(self.list.viewport().mapToGlobal(at))

    def _rows(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _marked(self) -> tuple[str, ...]:
        ids = [item.data(ID) for item in self._rows() if item.isSelected()]
        return tuple(id for id in ids if id != LIVE)

    def _search_now(self) -> None:
        if self._search_timer.isActive():
            self._search_timer.stop()
            self.searched.emit(self.search.text())

    def _first_hit(self) -> QListWidgetItem | None:
        """Return the first row; while something is searched for, the first that was found by it."""
        return next((row for row in self._rows() if row.data(ID) != LIVE or not self.search.text()), None)

    def _detail(self, entry: SessionEntry) -> str:
        when = datetime.fromtimestamp(entry.created)
        days = (datetime.now().date() - when.date()).days
        day = "" if days in (0, 1) else day_of(when, weekday=days <= 7) + " "
        words = plural("SessionList", "%n (word|words)", entry.words)
        # the live session of this window has a row of its own
        mark = self.tr("● another program records it") + " · " if entry.recording else ""
        return f"{mark}{day}{time_of(when)} · {clock(entry.seconds)} · {words}"

    def _add(self, id: str, title: str, detail: str, heading: str = "") -> QListWidgetItem:
        item = QListWidgetItem(title, self.list)
        item.setData(ID, id)
        item.setData(DETAIL, detail)
        item.setData(DAY, heading)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {detail}")
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, heading)
        set_tip(item, f"{title}\n{detail}")
        return item

    def _set_current(self, id: str | None) -> None:
        for row, item in enumerate(self._rows()):
            if item.data(ID) == id:
                self.list.setCurrentRow(row, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                return
        self.list.setCurrentRow(-1)
        self.list.clearSelection()

    def _click(self, item: QListWidgetItem) -> None:
        """Open the row, unless others are being added to the selection."""
        several = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if not QApplication.keyboardModifiers() & several:
            self._choose(item)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self.chosen.emit(item.data(ID))

    def _rename(self, item: QListWidgetItem) -> None:
        if not self._filling and item.text().strip():
            self.renamed.emit(item.data(ID), item.text().strip())
