"""Recently deleted: the sessions in the trash, to be restored or removed for good."""

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.sessions.document import clock
from app.sessions.retention import TRASH_DAYS
from app.sessions.store import Store
from app.window.sessions.session_row import DETAIL, ID, SessionRow
from app.window.shell.language import day_of, time_of
from app.window.shell.messages import plural, sentence
from app.window.shell.on_screen import resize_on_screen
from app.window.shell.style_sheet import FIELD
from app.window.shell.text import Label, confirmed, set_tip
from asr.errors import EchoicError


class TrashDialog(QDialog):
    """Lists what was deleted. Interface thread."""

    changed = Signal()  # sessions were restored or removed
    restored = Signal(list)  # ids

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.setWindowTitle(self.tr("Recently deleted"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.note = Label(
            plural(
                "TrashDialog", "Sessions stay here for %n (day|days), then a start of Echoic removes them.", TRASH_DAYS
            )
        )
        self.note.setWordWrap(True)
        self.list = QListWidget()
        self.list.setObjectName(FIELD)
        self.list.setAccessibleName(self.tr("Deleted sessions"))
        self.list.setItemDelegate(SessionRow(self.list))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._enable)
        self.list.itemActivated.connect(lambda _: self._restore())
        self.restore = QPushButton(self.tr("Restore"))
        self.restore.clicked.connect(self._restore)
        self.remove = QPushButton(self.tr("Delete for good"))
        self.remove.clicked.connect(self._remove)
        self.empty = QPushButton(self.tr("Delete all for good"))
        self.empty.clicked.connect(self._empty)
        row = QHBoxLayout()
        for button in (self.restore, self.remove, self.empty):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row.addWidget(close)
        self.problem = Label()
        self.problem.setWordWrap(True)
        self.problem.hide()
        column = QVBoxLayout(self)
        for widget in (self.note, self.list, self.problem):
            column.addWidget(widget, 1 if widget is self.list else 0)
        column.addLayout(row)
        letter = self.fontMetrics().horizontalAdvance("0")
        resize_on_screen(self, QSize(letter * 70, letter * 46))
        self._fill()

    def _fill(self) -> None:
        self.list.clear()
        try:
            entries = self._store.trash()
        except EchoicError as error:
            self._fail(error)
            return
        for entry in entries:
            item = QListWidgetItem(entry.title, self.list)
            words = plural("SessionList", "%n (word|words)", entry.words)
            created = datetime.fromtimestamp(entry.created)
            detail = f"{day_of(created, year=True)} {time_of(created)} · {clock(entry.seconds)} · {words}"
            item.setData(ID, entry.id)
            item.setData(DETAIL, detail)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {detail}")
            set_tip(item, f"{entry.title}\n{detail}")
        if entries:
            self.list.setCurrentRow(0)
        else:
            self.note.setText(self.tr("Nothing was deleted lately."))
        self._enable()

    def _enable(self) -> None:
        some = bool(self.list.selectedItems())
        self.restore.setEnabled(some)
        self.remove.setEnabled(some)
        self.empty.setEnabled(self.list.count() > 0)

    def _chosen(self) -> list[str]:
        return [item.data(ID) for item in self.list.selectedItems()]

    def _restore(self) -> None:
        restored = []
        try:
            for id in self._chosen():
                self._store.undelete(id)
                restored.append(id)
        except EchoicError as error:
            self._fail(error)
        self._fill()
        self.changed.emit()
        if restored:
            self.restored.emit(restored)

    def _remove(self) -> None:
        ids = self._chosen()
        question = plural("TrashDialog", "Delete %n (session|sessions) for good? This cannot be undone.", len(ids))
        if confirmed(self, self.tr("Delete for good"), question):
            self._purge(ids)

    def _empty(self) -> None:
        question = self.tr("Delete all of these sessions for good? This cannot be undone.")
        if confirmed(self, self.tr("Delete for good"), question):
            self._purge([None])

    def _purge(self, ids: list[str] | list[None]) -> None:
        try:
            for id in ids:
                self._store.purge(id)
        except EchoicError as error:
            self._fail(error)
        self._fill()
        self.changed.emit()

    def _fail(self, error: EchoicError) -> None:
        self.problem.setText(sentence(error))
        self.problem.show()
