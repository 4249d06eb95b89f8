"""The random intercepts as a table: any number of groups, a row each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking, nearer_end
from mlm_gui.widgets.copy_menu import offer_grid
from mlm_gui.widgets.estimate_table import led
from solver.exports.grid import Grid
from solver.formatting import MINUS, exact
from solver.inference.results import Results
from solver.lessons import Head
from solver.moments import Floats
from solver.quantity import Quantity

ROWS = 9
"""Rows that are seen at a time."""

INTERVAL = 4
"""The column of the intervals."""

QUANTITIES = {1: "size", 2: "u", 3: "u_se", INTERVAL: "u_end", 5: "shrinkage"}
"""What the columns hold."""

SPARED = (5, 1, 3)
"""Columns that are left out where there is little room, in this order: λ, n, SE."""

_Index = QModelIndex | QPersistentModelIndex


class GroupTable(QTableView):
    """Each group's n, û, standard error, interval and λ; a click on a head sorts by it.

    Signals
    -------
    pointed : object
        The reader chose the row of group j (an int).
    """

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Random intercepts"))
        self._widths: list[int] = []
        self._groups = _GroupModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._groups)
        self._sorted.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._sorted)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setResizeContentsPrecision(2 * ROWS)
        self.selectionModel().currentRowChanged.connect(self._chosen)
        offer_grid(self, self.accessibleName(), self.grid)
        Asking(
            self,
            lambda place: nearer_end(
                self._asked(self.indexAt(place)), self.visualRect(self.indexAt(place)), place
            ),
            lambda: self._asked(self.currentIndex()),
        )

    def show_results(self, results: Results, said: dict[str, Head]) -> None:
        """Show the groups in their own order."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._sorted.sort(-1)
        self._groups.set_results(results, said)
        self._fit()

    def grid(self) -> Grid:
        """All groups as they are sorted, with all digits, the ends of intervals in two columns."""
        rows = range(self._sorted.rowCount())
        order = [self._sorted.mapToSource(self._sorted.index(row, 0)).row() for row in rows]
        return self._groups.grid(order)

    def show_group(self, group: int | None) -> None:
        """Mark the row of the lit group, and bring it into sight."""
        selection = self.selectionModel()
        if group is None or group >= self._groups.rowCount():
            selection.clearSelection()
            return
        index = self._sorted.mapFromSource(self._groups.index(group, 0))
        if not selection.isRowSelected(index.row(), QModelIndex()):
            flags = QItemSelectionModel.SelectionFlag
            selection.select(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.setFont(theme.font("small"))
        palette = theme.palette
        palette.setColor(palette.ColorRole.Window, QColor(theme.sheet))
        palette.setColor(palette.ColorRole.Highlight, QColor(theme.accent_wash))
        palette.setColor(palette.ColorRole.HighlightedText, QColor(theme.ink))
        self.setPalette(palette)
        self.horizontalHeader().setFont(theme.font("small"))
        self.horizontalHeader().setStyleSheet(
            "QHeaderView { background: transparent; }"
            f"QHeaderView::section {{ border: none; background: {theme.sheet};"
            f" color: {theme.muted}; padding: {theme.unit // 4}px {theme.unit // 2}px; }}"
        )
        self.verticalHeader().setMinimumSectionSize(1)
        height = round(QFontMetricsF(theme.font("small")).height() * 1.3)
        self.verticalHeader().setDefaultSectionSize(height)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the columns for which there is room."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Leave out columns where there is no room for all."""
        widths = dict(enumerate(self._widths))
        for column in SPARED:
            if sum(widths.values()) > self.viewport().width():
                widths.pop(column, None)
        for column in range(len(self._widths)):
            self.setColumnHidden(column, column not in widths)

    def _fit(self) -> None:
        """Take the room of the rows that are seen at a time."""
        for column in range(self._groups.columnCount()):
            self.setColumnHidden(column, False)
        self.resizeColumnsToContents()
        gap = self.fontMetrics().averageCharWidth()
        self._widths = [self.columnWidth(k) + gap for k in range(self._groups.columnCount())]
        for column, width in enumerate(self._widths):
            self.setColumnWidth(column, width)
        self._fit_columns()
        rows = min(max(self._groups.rowCount(), 1), ROWS)
        header = self.horizontalHeader().sizeHint().height()
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(header + rows * self.verticalHeader().defaultSectionSize() + bar)

    def _asked(self, index: QModelIndex) -> Asked | None:
        name = QUANTITIES.get(index.column()) if index.isValid() else None
        if name is None:
            return None
        j = self._sorted.mapToSource(index).row()
        return Asked(Quantity(name, (j, "low") if index.column() == INTERVAL else (j,)))

    def _chosen(self, now: QModelIndex) -> None:
        if now.isValid():
            self.pointed.emit(self._sorted.mapToSource(now).row())


class _GroupModel(QAbstractTableModel):
    """A row for each group; numbers are made into text when they are seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._columns: list[tuple[Floats, int]] = []
        self._heads: list[tuple[str, str]] = []
        self._high: Floats = np.empty(0)
        self._widest, self._signed = 0, False

    def set_results(self, results: Results, said: dict[str, Head]) -> None:
        """Show other results."""
        self.beginResetModel()
        fit = results.fit
        low, high = results.u_intervals.T
        self._labels = fit.problem.group_labels
        decimals = _decimals(max(-low.min(), high.max()))
        self._columns = [(fit.problem.group_sizes, 0)]
        self._columns += [(values, decimals) for values in (fit.u, fit.u_se, low)]
        self._columns += [(fit.shrinkage, 4)]
        self._high = high
        ends = [_fixed(float(end), decimals) for end in (high.min(), high.max())]
        self._widest = max(len(end.lstrip(MINUS)) for end in ends)
        self._signed = ends[0].startswith(MINUS)
        keys = ("n", "u", "u_se", "u_interval", "shrinkage")
        self._heads = [(fit.problem.group, "")]
        self._heads += [(said[key].name, said[key].meaning) for key in keys]
        self.endResetModel()

    def grid(self, order: Sequence[int]) -> Grid:
        """The numbers of groups, with the ends of their intervals in two columns."""
        heads = [name for name, _ in self._heads]
        heads[INTERVAL : INTERVAL + 1] = [self.tr("95 % from"), self.tr("to")]
        columns = [values for values, _ in self._columns]
        columns.insert(INTERVAL, self._high)
        rows = ((self._labels[j], *(column[j].item() for column in columns)) for j in order)
        return Grid(tuple(heads), tuple(rows), digits=7)

    def rowCount(self, parent: _Index | None = None) -> int:
        """One row for each group."""
        return 0 if parent is not None and parent.isValid() else len(self._labels)

    def columnCount(self, parent: _Index | None = None) -> int:
        """The label and the numbers."""
        return 0 if parent is not None and parent.isValid() else len(self._heads)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell says."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if column == 0:
            if role == Qt.ItemDataRole.UserRole:
                return row
            if role == Qt.ItemDataRole.ToolTipRole:
                return self._about(row)
            return self._labels[row] if role == Qt.ItemDataRole.DisplayRole else None
        values, decimals = self._columns[column - 1]
        value = float(values[row])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                text = _fixed(value, decimals)
                return f"{text} {self.tr('to')} {self._end(row)}" if column == INTERVAL else text
            case Qt.ItemDataRole.ToolTipRole:
                if column == INTERVAL:
                    return f"{exact(value)} {self.tr('to')} {exact(float(self._high[row]))}"
                return exact(value)
            case Qt.ItemDataRole.UserRole:
                return value
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The heads, and what their numbers are."""
        if orientation == Qt.Orientation.Vertical or section >= len(self._heads):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._heads[section][0]
            case Qt.ItemDataRole.ToolTipRole:
                return self._heads[section][1]
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _about(self, row: int) -> str:
        """A group's label, and what may be left out of its row."""
        told = [self._labels[row]]
        for k in sorted(SPARED):
            values, decimals = self._columns[k - 1]
            told.append(f"{self._heads[k][0]} = {_fixed(float(values[row]), decimals)}")
        return "\n".join(told)

    def _end(self, row: int) -> str:
        """The upper end of an interval, as wide as the widest."""
        text = _fixed(float(self._high[row]), self._columns[INTERVAL - 1][1])
        return led(text, self._widest, signed=self._signed)


def _fixed(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace("-", MINUS)


def _decimals(largest: float) -> int:
    """Decimals that give the largest number four digits; all have them, so points are in line."""
    return min(max(3 - math.floor(math.log10(largest)), 0), 12) if largest > 0 else 0
