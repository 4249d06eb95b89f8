"""A small table of facts inside a page: as tall as its rows, and no frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking, nearer_end
from mlm_gui.widgets.copy_menu import model_grid, offer_grid
from mlm_gui.widgets.plain_header import PlainHeader
from solver.exports.grid import Grid
from solver.quantity import Quantity

Cell = tuple[str, str]
"""What a cell says, and what it says when pointed at."""

NARROWEST = 7
"""Ems of its last column that a table shows before it scrolls."""

SHORTENED = 0.6
"""Part of its width that the first column keeps where the last has too little."""

MARGIN = 3
"""Pixels that Qt keeps free at the left of an item's text."""


class FactTable(QTreeWidget):
    """Rows of text and numbers; a row may hold others, which a click or Enter opens."""

    def __init__(
        self, numeric: Iterable[int], parent: QWidget | None = None, *, unlike: Iterable[int] = ()
    ) -> None:
        """Make a table whose columns ``numeric`` hold numbers.

        Their points stand in line, but not in columns of ``unlike`` things.
        """
        super().__init__(parent)
        self._unlike = frozenset(unlike)
        self._numeric = frozenset(numeric)
        self._theme: Theme | None = None
        self._size = "small"
        self._head = PlainHeader(self, MARGIN)
        self.setHeader(self._head)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setSectionsMovable(False)
        self.header().setSectionsClickable(False)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(1)
        self.itemClicked.connect(self._toggle)
        self.itemActivated.connect(self._toggle)
        self.itemExpanded.connect(self._fit)
        self.itemCollapsed.connect(self._fit)
        offer_grid(self, self.tr("table"), lambda: self.grid())
        Asking(
            self,
            lambda place: nearer_end(
                self._asked_at(self.indexAt(place)), self.visualRect(self.indexAt(place)), place
            ),
            lambda: self._asked_at(self.currentIndex()),
        )

    def set_rows(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        inside: dict[int, Sequence[Sequence[Cell]]] | None = None,
        lit: int | None = None,
    ) -> None:
        """Show rows.

        Parameters
        ----------
        heads : sequence of str
        rows : sequence of rows of Cell
            A row of one cell among others is a line across all columns.
        inside : dict
            Rows folded into a row, by its position.
        lit : int, optional
            The row that is "now".
        """
        inside = inside or {}
        self.clear()
        self.setColumnCount(len(heads))
        self.setHeaderLabels(list(heads))
        self.setRootIsDecorated(bool(inside))
        everything = [*rows, *(row for folded in inside.values() for row in folded)]
        texts = [
            aligned([row[k][0] if len(row) == len(heads) else "" for row in everything])
            if k in self._numeric - self._unlike
            else None
            for k in range(len(heads))
        ]
        items = [self._item(row, texts, at) for at, row in enumerate(everything)]
        self.addTopLevelItems(items[: len(rows)])
        for item, row in zip(items, everything, strict=True):
            if len(row) < len(heads):
                _lay_across(item)
        start = len(rows)
        for at, folded in inside.items():
            items[at].addChildren(items[start : start + len(folded)])
            start += len(folded)
        if lit is not None:
            self._light(items[lit])
        for k in range(len(heads)):
            self.headerItem().setTextAlignment(k, self._alignment(k))
        self._fit()

    def set_quantities(self, quantities: Sequence[Sequence[Quantity | None]]) -> None:
        """What the cells hold, row by row; the rows inside others come last."""
        items = [self.topLevelItem(k) for k in range(self.topLevelItemCount())]
        items += [item.child(k) for item in items if item for k in range(item.childCount())]
        for item, row in zip(items, quantities, strict=True):
            for k, quantity in enumerate(row):
                if item is not None:
                    item.setData(k, Qt.ItemDataRole.UserRole, quantity and (quantity,))

    def _asked_at(self, index: QModelIndex) -> Asked | None:
        held = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        return Asked(held[0]) if held else None

    def set_size(self, size: str) -> None:
        """Set the text at a size of the theme."""
        if size != self._size:
            self._size = size
            if self._theme is not None:
                self.apply_theme(self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font(self._size))
        self._head.apply_theme(theme)
        self._head.setFont(theme.font(self._size))
        gap = theme.unit // 2
        self.setStyleSheet(
            f"QTreeView {{ background: {theme.sheet}; color: {theme.ink}; outline: none; }}"
            f"QTreeView::item {{ padding: {gap // 2}px {3 * gap // 2}px {gap // 2}px 0; }}"
            f"QTreeView::item:hover {{ background: {theme.stripe}; }}"
            "QHeaderView { background: transparent; }"
            "QHeaderView::section { border: none;"
            f" padding: {gap // 2}px {2 * gap}px {gap // 2}px {MARGIN}px; }}"
        )
        self._fit()

    def grid(self) -> Grid:
        """What is copied of the table."""
        return model_grid(self.model())

    def natural_width(self) -> int:
        """Pixels that all columns take unshortened."""
        last = self.columnCount() - 1
        middle = sum(self.columnWidth(k) for k in range(1, last))
        end = max(self.sizeHintForColumn(last), self._head.sectionSizeHint(last))
        return self._first_width() + middle + end

    def sizeHint(self) -> QSize:
        """As wide and tall as its rows."""
        last = self.columnCount() - 1
        width = self._before_last() + (self.sizeHintForColumn(last) if last >= 0 else 0)
        return QSize(width, self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        """As tall as its rows; it scrolls where it has too little width."""
        return QSize(int(NARROWEST * self._em()), self.maximumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the last column the room that there is."""
        super().resizeEvent(event)
        self._fit_last()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave scrolling to the page."""
        event.ignore()

    def _item(self, row: Sequence[Cell], texts: list[list[str] | None], at: int) -> QTreeWidgetItem:
        item = QTreeWidgetItem()
        for k, (text, tooltip) in enumerate(row):
            column = texts[k]
            item.setText(k, column[at] or text if column else text)
            item.setToolTip(k, tooltip)
            item.setTextAlignment(k, self._alignment(k))
        return item

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        number = column in self._numeric
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _light(self, item: QTreeWidgetItem) -> None:
        if self._theme is not None:
            for k in range(self.columnCount()):
                item.setBackground(k, QBrush(QColor(self._theme.accent_wash)))

    def _toggle(self, item: QTreeWidgetItem) -> None:
        if item.childCount():
            item.setExpanded(not item.isExpanded())

    def _em(self) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance("m")

    def _before_last(self) -> int:
        """Width of all columns but the last."""
        return sum(self.columnWidth(k) for k in range(self.columnCount() - 1))

    def _first_width(self) -> int:
        """Width of the first column, unshortened."""
        return max(self.sizeHintForColumn(0), self._head.sectionSizeHint(0))

    def _fit(self) -> None:
        """Take the size of the rows that are open."""
        for k in range(self.columnCount() - 1):
            self.resizeColumnToContents(k)
        self._fit_last()

    def _fit_last(self) -> None:
        """The last column takes the room left: the first is shortened, or the table scrolls."""
        last = self.columnCount() - 1
        if last < 0:
            return
        least = int(min(self.sizeHintForColumn(last), NARROWEST * self._em()))
        first = self._first_width()
        missing = least + self._before_last() - self.columnWidth(0) + first
        missing -= self.viewport().width()
        if last and 0 not in self._numeric:
            self.setColumnWidth(0, first - max(min(missing, round((1 - SHORTENED) * first)), 0))
        room = self.viewport().width() - self._before_last()
        self.setColumnWidth(last, max(room, least))
        items = [self.topLevelItem(k) for k in range(self.topLevelItemCount())]
        shown = sum(1 + (item.childCount() if item.isExpanded() else 0) for item in items if item)
        height = self.header().sizeHint().height() + shown * self.sizeHintForRow(0) + 2
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if room < least else policy.ScrollBarAlwaysOff
        )
        if room < least:
            height += self.horizontalScrollBar().sizeHint().height()
        if height != self.maximumHeight():
            self.setFixedHeight(height)


def _lay_across(item: QTreeWidgetItem) -> None:
    """Let a row's text run across all columns, none of which it makes wider."""
    item.setFirstColumnSpanned(True)
    item.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    item.setSizeHint(0, QSize(1, -1))


def aligned(texts: Sequence[str]) -> list[str]:
    """Numbers padded with figure spaces: set flush right, their points stand in line."""
    plain = ["·" not in text and any(map(str.isdigit, text)) for text in texts]
    tails = [text.partition(".")[2] for text in texts]
    longest = max((len(tail) for tail, one in zip(tails, plain, strict=True) if one), default=0)
    padded = []
    for text, tail, one in zip(texts, tails, plain, strict=True):
        point = "" if "." in text or not longest else "\u2008"
        padded.append(text + point + "\u2007" * (longest - len(tail)) if one else text)
    return padded
