"""The list of bookmarks: where each is, its note, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.place import position_of
from mlm_gui.theme import Theme
from solver.lessons import step_lessons
from solver.saving.session_file import Notes
from solver.state import STEP_NAMES

ITERATION, STEP, NOTE = range(3)
"""Columns of the list."""


class BookmarkList(QWidget):
    """A row for each bookmark; Enter or a double click goes there, F2 writes its note.

    Signals
    -------
    step_requested : int
        Go to the step with this index.
    renamed : int, str
        The note on this step is to begin with this line.
    removed : int
        Take the bookmark off this step.
    """

    step_requested = Signal(int)
    renamed = Signal(int, str)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[int, QTreeWidgetItem] = {}
        self.rows = _Rows(self)
        self.rows.setObjectName("bookmarks")
        self.rows.setAccessibleName(self.tr("Bookmarks"))
        self.rows.setHeaderLabels([self.tr("iteration"), self.tr("step"), self.tr("note")])
        self.go, self.rename, self.remove = (
            QPushButton(text) for text in (self.tr("Go to"), self.tr("Note…"), self.tr("Take off"))
        )
        self._layout, buttons = QVBoxLayout(self), QHBoxLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.rows, 1)
        self._layout.addLayout(buttons)
        buttons.addStretch(1)
        for name, button in (("go", self.go), ("rename", self.rename), ("remove", self.remove)):
            button.setObjectName(f"bookmark_{name}")
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.go.clicked.connect(self._go)
        self.rename.clicked.connect(self._rename)
        self.remove.clicked.connect(self._remove)
        self.rows.itemActivated.connect(self._go)
        self.rows.rename_asked.connect(self._rename)
        self.rows.remove_asked.connect(self._remove)
        self.rows.itemChanged.connect(self._read)
        self.rows.currentItemChanged.connect(self._offer)
        self._offer()

    def show_notes(self, notes: Notes) -> None:
        """List the bookmarks; the chosen row stays chosen."""
        self.rows.blockSignals(True)
        if notes.bookmarks != tuple(self._items):
            self._fill(notes.bookmarks)
        for index, text in notes.steps:
            item = self._items[index]
            for column, said in enumerate(_texts(index, text)):
                item.setText(column, said)
            item.setToolTip(NOTE, text)
        self.rows.blockSignals(False)
        for column in (ITERATION, STEP):
            self.rows.resizeColumnToContents(column)
        self._offer()

    @property
    def chosen(self) -> int | None:
        """The step of the chosen row."""
        item = self.rows.currentItem()
        return None if item is None else int(item.data(ITERATION, Qt.ItemDataRole.UserRole))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._layout.setSpacing(theme.unit)
        for widget in (self.rows, self.go, self.rename, self.remove):
            widget.setFont(theme.font())
        self.rows.header().setFont(theme.font("small"))
        gap = theme.unit // 2
        self.rows.setStyleSheet(f"QTreeView::item {{ padding: {gap // 2}px {gap}px; }}")
        palette = theme.palette
        palette.setColor(palette.ColorRole.Highlight, QColor(theme.accent_wash))
        palette.setColor(palette.ColorRole.HighlightedText, QColor(theme.ink))
        self.rows.setPalette(palette)
        for column in (ITERATION, STEP):
            self.rows.resizeColumnToContents(column)

    def _fill(self, indices: tuple[int, ...]) -> None:
        chosen = self.chosen
        self.rows.clear()
        self._items = {index: QTreeWidgetItem(self.rows) for index in indices}
        for index, item in self._items.items():
            item.setData(ITERATION, Qt.ItemDataRole.UserRole, index)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setTextAlignment(ITERATION, Qt.AlignmentFlag.AlignRight)
            if index == chosen:
                self.rows.setCurrentItem(item)

    def _go(self) -> None:
        if self.chosen is not None:
            self.step_requested.emit(self.chosen)

    def _rename(self) -> None:
        item = self.rows.currentItem()
        if item is not None:
            self.rows.editItem(item, NOTE)

    def _remove(self) -> None:
        if self.chosen is not None:
            self.removed.emit(self.chosen)

    def _read(self, item: QTreeWidgetItem) -> None:
        self.renamed.emit(item.data(ITERATION, Qt.ItemDataRole.UserRole), item.text(NOTE))

    def _offer(self) -> None:
        for button in (self.go, self.rename, self.remove):
            button.setEnabled(self.chosen is not None)


class _Rows(QTreeWidget):
    """The rows; only a note can be written in."""

    rename_asked = Signal()
    remove_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        self.setItemDelegate(_OnlyNotes(self))
        self.header().setSectionsMovable(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 writes a note, Delete takes a bookmark off."""
        if event.key() == Qt.Key.Key_F2:
            self.rename_asked.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)


class _OnlyNotes(QStyledItemDelegate):
    def createEditor(  # type: ignore[override]
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget | None:
        """A field in the column of notes, none elsewhere."""
        return super().createEditor(parent, option, index) if index.column() == NOTE else None


def first_line(text: str) -> str:
    """What is shown of a note where there is one line."""
    return text.strip().partition("\n")[0]


def _texts(index: int, text: str) -> list[str]:
    """What a row says."""
    iteration, position = position_of(index)
    return [str(iteration or "–"), f"{position + 1} · {title_at(index)}", first_line(text)]


def title_at(index: int) -> str:
    """What the step with an index is called."""
    return step_lessons()[STEP_NAMES[position_of(index)[1]]].title
