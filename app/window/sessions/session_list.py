"""The list of sessions: a search field, and rows that can be renamed in place."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.sessions.document import clock
from app.sessions.search_index import SessionEntry
from app.window.shell.colors import LARGE, SMALL, TINY, current_colors
from app.window.shell.messages import plural
from app.window.shell.style_sheet import HEADING, QUIET
from app.window.shell.text import Label, set_tip

ID, DETAIL = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
LIVE = "live"  # id of the row of the session that is running
SEARCH_AFTER = 150  # ms without a key after which the search starts


class TwoLineDelegate(QStyledItemDelegate):
    """Draws a title, and under it details in smaller, paler letters."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return room for two lines, each as high as its own letters."""
        lines = option.fontMetrics.height() + QFontMetrics(_small(option.font)).height()
        return QSize(80, lines + 2 * SMALL)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the background as the style does, then the two lines."""
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        colors = current_colors()
        box = option.rect.adjusted(LARGE, SMALL, -LARGE, -SMALL)
        painter.save()
        for text, font, tone in (
            (title, QFont(option.font), colors.text),
            (str(index.data(DETAIL) or ""), _small(option.font), colors.muted),
        ):
            metrics = QFontMetrics(font)
            line = QRect(box.topLeft(), QSize(box.width(), metrics.height()))
            painter.setFont(font)
            painter.setPen(QColor(tone))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            box.setTop(line.bottom() + 1)
        painter.restore()


def _small(font: QFont) -> QFont:
    """Return a font for details."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.87)
    return small


class SessionList(QWidget):
    """Shows the entries it is given and emits what the user does; `SessionLibrary` asks the store."""

    searched = Signal(str)
    chosen = Signal(str)  # id, or LIVE
    renamed = Signal(str, str)  # id, title

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
        self.list.setItemDelegate(TwoLineDelegate(self.list))
        self.list.setEditTriggers(QListWidget.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(heading)
        top = QVBoxLayout()
        top.setContentsMargins(SMALL, 0, TINY, 0)
        top.addWidget(self.search)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        self.empty = Label(self.tr("What you record and the files you open are listed here."))
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(LARGE, TINY, LARGE, 0)
        self.empty.setObjectName(QUIET)
        column.addWidget(self.empty, 1)
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(SEARCH_AFTER)
        self._search_timer.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self.search.textChanged.connect(lambda: self._search_timer.start())
        # Not `currentItemChanged`: a list without a current row makes one current as soon as it gets the focus.
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.search.installEventFilter(self)
        self.list.itemChanged.connect(self._rename)
        self._filling = False

    @property
    def current(self) -> str | None:
        """The id of the selected row."""
        item = self.list.currentItem()
        return item.data(ID) if item is not None else None

    @property
    def selected(self) -> str | None:
        """The id of the row that keys act on: the selected one while the list has the focus, else None."""
        return self.current if self.list.hasFocus() else None

    def fill(self, entries: Sequence[SessionEntry], live: str = "") -> None:
        """Replace all rows. `live`: title of the running session, shown first; "" if none runs."""
        keep = self.current
        self._filling = True
        self.list.clear()
        if live:
            self._add(LIVE, "● " + live, self.tr("running now"), editable=False)
        for entry in entries:
            self._add(entry.id, entry.title, entry.excerpt or self._detail(entry), editable=True)
        self.list.setVisible(self.list.count() > 0)
        self.empty.setVisible(self.list.count() == 0)
        self.empty.setText(
            self.tr("No session contains these words.")
            if self.search.text()
            else self.tr("What you record and the files you open are listed here.")
        )
        if keep is not None:
            self._set_current(keep)
        self._filling = False

    def select(self, id: str | None) -> None:
        """Select the row with this id without emitting `chosen`, since the window shows that session already."""
        self._filling = True
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

    def _search_now(self) -> None:
        if self._search_timer.isActive():
            self._search_timer.stop()
            self.searched.emit(self.search.text())

    def _first_hit(self) -> QListWidgetItem | None:
        """Return the first row; while something is searched for, the first that was found by it."""
        rows = [self.list.item(row) for row in range(self.list.count())]
        return next((row for row in rows if row.data(ID) != LIVE or not self.search.text()), None)

    def edit_title(self) -> None:
        """Let the user rename the selected session."""
        item = self.list.currentItem()
        if item is not None and item.data(ID) != LIVE:
            self.list.setFocus()
            self.list.editItem(item)

    def _detail(self, entry: SessionEntry) -> str:
        when = datetime.fromtimestamp(entry.created)
        day = self.tr("today") if when.date() == datetime.now().date() else when.strftime("%d %b %Y")
        words = plural("SessionList", "%n (word|words)", entry.words)
        # the live session of this window has a row of its own
        mark = self.tr("● another program records it") + " · " if entry.recording else ""
        return f"{mark}{day} {when:%H:%M} · {clock(entry.seconds)} · {words}"

    def _add(self, id: str, title: str, detail: str, editable: bool) -> None:
        item = QListWidgetItem(title, self.list)
        item.setData(ID, id)
        item.setData(DETAIL, detail)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {detail}")
        set_tip(item, f"{title}\n{detail}")
        if editable:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)

    def _set_current(self, id: str | None) -> None:
        for row in range(self.list.count()):
            if self.list.item(row).data(ID) == id:
                self.list.setCurrentRow(row)
                return
        self.list.setCurrentRow(-1)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self.chosen.emit(item.data(ID))

    def _rename(self, item: QListWidgetItem) -> None:
        if not self._filling and item.text().strip():
            self.renamed.emit(item.data(ID), item.text().strip())
