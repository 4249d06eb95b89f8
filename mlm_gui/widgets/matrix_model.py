"""A structured matrix as a table model: any part of it on request, whatever its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from mlm_gui.spotlight import HIDDEN, Spot
from mlm_gui.widgets.matrix_texts import entry_text, entry_texts
from mlm_gui.widgets.matrix_window import ARROWS, RISE, ROUNDING, SAME, Block, Display, Window
from mlm_gui.widgets.observation_name import observation_name
from mlm_gui.widgets.tiles import Tiles
from solver.exports.grid import Grid, matrix_grid
from solver.formatting import exact
from solver.matrices import Matrix
from solver.matrix_table import Kind
from solver.moments import Codes, Floats
from solver.problem import Problem

Index = QModelIndex | QPersistentModelIndex

_orders: WeakKeyDictionary[Problem, Codes] = WeakKeyDictionary()


def _group_order(matrix: Matrix) -> Codes:
    """The order that brings the observations of a group together, found once for a problem."""
    order = _orders.get(matrix.problem)
    if order is None:
        order = _orders[matrix.problem] = matrix.group_order
    return order


class MatrixModel(QAbstractTableModel):
    """The entries of one matrix; the view says by :meth:`look_at` which ones it shows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.matrix: Matrix | None = None
        self.display = Display()
        self._before: Matrix | None = None
        self._order: Codes | None = None
        self._heads: dict[Qt.Orientation, tuple[range, list[str]]] = {}
        self._window = Window(range(0), range(0))
        self._block: Block | None = None
        self._texts: list[list[str]] | None = None
        self._concealed = False
        self._asked: list[float] = []
        self._tiles = Tiles(lambda rows, columns: np.empty((0, 0)), (0, 0))

    # -- what is shown

    def set_matrix(self, matrix: Matrix, before: Matrix | None) -> bool:
        """Show a matrix; whether anything in sight differs from what was there.

        Parameters
        ----------
        matrix : Matrix
            As it is at this step.
        before : Matrix or None
            As it was one step earlier, to mark what changed; None when it was not there.
        """
        known = self.matrix
        if known is None or known.problem is not matrix.problem or known.name != matrix.name:
            self.beginResetModel()
            self._order = None
            self._window = Window(range(0), range(0))
            self._heads = {}
            self._take(matrix, before)
            self.endResetModel()
            return True
        seen, texts = self.block(), self._texts
        self._take(matrix, before)
        now = self.block()
        if all(
            np.array_equal(getattr(seen, key), getattr(now, key))
            for key in ("values", "changes", "hidden")
        ):
            self._block, self._texts = seen, texts
            return False
        self._emit_changed()
        return True

    def clear(self) -> None:
        """Show nothing, and hold no data."""
        self.beginResetModel()
        self.matrix = self._before = self._order = None
        self._heads = {}
        self._window = Window(range(0), range(0))
        self._tiles = Tiles(lambda rows, columns: np.empty((0, 0)), (0, 0))
        self._block = self._texts = None
        self.endResetModel()

    def conceal(self, concealed: bool) -> None:
        """Put question marks in place of the numbers that this step has changed, or show them."""
        if concealed != self._concealed:
            self._concealed = concealed
            self._block = self._texts = None
            self._emit_changed()

    def withhold(self, values: Sequence[float]) -> None:
        """Put question marks in place of these values as well."""
        if [*values] != self._asked:
            self._asked = [*values]
            self._block = self._texts = None
            self._emit_changed()

    def hides(self, row: int, column: int) -> bool:
        """Whether a question mark stands for an entry."""
        window = Window(range(row, row + 1), range(column, column + 1))
        return bool(self._hidden(self._fetch(*map(np.array, window)), window)[0, 0])

    def set_display(self, display: Display) -> None:
        """Write the entries in another way."""
        if display == self.display:
            return
        reordered = display.in_group_order != self.display.in_group_order
        self.display = display
        self._block = self._texts = None
        if reordered:
            self.layoutAboutToBeChanged.emit()
            self._retile()
            self.layoutChanged.emit()
        self._emit_changed()

    def look_at(self, window: Window) -> None:
        """The view shows these rows and columns now."""
        if window != self._window:
            self._window = window
            self._block = self._texts = None

    @property
    def window(self) -> Window:
        """The rows and columns in sight."""
        return self._window

    def block(self) -> Block:
        """The entries in sight, and how they changed."""
        if self._block is None:
            values = self._tiles.block(*self._window)
            changes = self._changes(values, self._window)
            self._block = Block(self._window, values, changes, self._hidden(values, self._window))
        return self._block

    def entries(self, rows: Codes, columns: Codes) -> Floats:
        """The entries in any rows and columns of the table."""
        return self._fetch(rows, columns)

    def texts(self) -> list[list[str]]:
        """The texts of the entries in sight; a question mark for each that is hidden."""
        if self._texts is None:
            self._texts = _covered(self.texts_in(self._window), self.block().hidden)
        return self._texts

    def texts_in(self, window: Window) -> list[list[str]]:
        """The texts of some neighbouring rows and columns."""
        if self.display.symbols and self.matrix is not None:
            return self.matrix.symbols(*self._positions(window))
        in_sight = window == self._window
        values = self.block().values if in_sight else self._fetch(*map(np.array, window))
        return entry_texts(values, self.display)

    def grid(self, window: Window) -> Grid:
        """The values of some neighbouring rows and columns, with their labels.

        Raises
        ------
        Refusal
            When there are too many.
        """
        assert self.matrix is not None
        return matrix_grid(self.matrix, *self._positions(window))

    # -- rows and columns of the table, and what they stand for

    def position(self, kind: Kind, shown: int) -> int:
        """The position in the matrix of a row or column of the table."""
        if self._order is None or kind != "observation":
            return shown
        return int(self._order[shown])

    def place_of(self, spot: Spot) -> tuple[int, int]:
        """Row and column of the table at which the first entry of a spot stands."""
        places = []
        for orientation, lit in (
            (Qt.Orientation.Vertical, spot.rows),
            (Qt.Orientation.Horizontal, spot.columns),
        ):
            ordered = self._order is not None and self.kind(orientation) == "observation"
            found = np.flatnonzero(self._order == lit[0]) if ordered else lit
            places.append(int(found[0]))
        return places[0], places[1]

    def lit(self, spot: Spot, window: Window) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which neighbouring rows and columns belong to a spot."""
        rows, columns = self._positions(window)
        return np.isin(rows, spot.rows), np.isin(columns, spot.columns)

    def group(self, orientation: Qt.Orientation, shown: int) -> int | None:
        """The group of a row or column of the table."""
        groups = self.groups(orientation, range(shown, shown + 1))
        return None if groups is None else int(groups[0])

    def groups(self, orientation: Qt.Orientation, shown: range) -> Codes | None:
        """The groups of neighbouring rows or columns; None where they are not of a group."""
        kind = self.kind(orientation)
        if self.matrix is None or kind not in ("observation", "group"):
            return None
        positions = self._ordered(kind, np.arange(shown.start, shown.stop))
        return self.matrix.problem.codes[positions] if kind == "observation" else positions

    def labels(self, orientation: Qt.Orientation, shown: range) -> list[str]:
        """The heads of neighbouring rows or columns."""
        if self.matrix is None:
            return []
        known = self._heads.get(orientation)
        if known is not None and known[0] == shown:
            return known[1]
        positions = self._ordered(self.kind(orientation), np.arange(shown.start, shown.stop))
        vertical = orientation == Qt.Orientation.Vertical
        labels = (self.matrix.row_labels if vertical else self.matrix.column_labels)(positions)
        self._heads[orientation] = (shown, labels)
        return labels

    @property
    def layout_key(self) -> tuple[object, ...]:
        """What the heads depend on."""
        return (self.matrix and self.matrix.problem, id(self._order), self._window)

    def kind(self, orientation: Qt.Orientation) -> Kind:
        """What rows or columns stand for."""
        if self.matrix is None:
            return "one"
        vertical = orientation == Qt.Orientation.Vertical
        return self.matrix.row_kind if vertical else self.matrix.column_kind

    def cell_position(self, row: int, column: int) -> tuple[int, int]:
        """The position in the matrix of a cell of the table."""
        return (
            self.position(self.kind(Qt.Orientation.Vertical), row),
            self.position(self.kind(Qt.Orientation.Horizontal), column),
        )

    # -- Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows of the matrix."""
        return 0 if parent.isValid() or self.matrix is None else self.matrix.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Columns of the matrix."""
        return 0 if parent.isValid() or self.matrix is None else self.matrix.shape[1]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """An entry's text, its value, all its digits, and how a screen reader says it."""
        if not index.isValid() or self.matrix is None:
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.UserRole:
            return self._tiles.value(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._all_digits(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._said(row, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The head of a row or column."""
        count = self.rowCount() if orientation == Qt.Orientation.Vertical else self.columnCount()
        if not 0 <= section < count:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.labels(orientation, range(section, section + 1))[0]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._who(orientation, section)
        return None

    # -- inside

    def _take(self, matrix: Matrix, before: Matrix | None) -> None:
        self.matrix, self._before = matrix, before
        self._retile()

    def _retile(self) -> None:
        matrix = self.matrix
        if matrix is None:
            return
        order = self._order
        if not self.display.in_group_order:
            self._order = None
        elif self._order is None and "observation" in (matrix.row_kind, matrix.column_kind):
            self._order = _group_order(matrix)
        if self._order is not order:
            self._heads = {}
        self._tiles = Tiles(self._fetch, matrix.shape)
        self._block = self._texts = None

    def _fetch(self, rows: Codes, columns: Codes) -> Floats:
        assert self.matrix is not None
        return self.matrix.block(
            self._ordered(self.matrix.row_kind, rows),
            self._ordered(self.matrix.column_kind, columns),
        )

    def _ordered(self, kind: Kind, shown: Codes) -> Codes:
        return shown if self._order is None or kind != "observation" else self._order[shown]

    def _positions(self, window: Window) -> tuple[Codes, Codes]:
        return (
            self._ordered(self.kind(Qt.Orientation.Vertical), np.array(window.rows, np.intp)),
            self._ordered(self.kind(Qt.Orientation.Horizontal), np.array(window.columns, np.intp)),
        )

    def _changes(self, values: Floats, window: Window) -> NDArray[np.int8]:
        if self._before is None or not values.size:
            return np.zeros(values.shape, np.int8)
        before = self._before.block(*self._positions(window))
        change = values - before
        rounding = ROUNDING * np.maximum(np.abs(values), np.abs(before))
        return np.where(np.abs(change) > rounding, np.sign(change), 0).astype(np.int8)

    @property
    def _covers(self) -> bool:
        """Whether a question mark may stand for an entry."""
        return self._concealed or bool(self._asked)

    def _hidden(self, values: Floats, window: Window) -> NDArray[np.bool_]:
        """Numbers that are new with this step, while it conceals."""
        hidden = np.zeros(values.shape, np.bool_)
        if self.display.symbols or self.matrix is None:
            return hidden
        for asked in self._asked:
            hidden |= np.isclose(values, asked, rtol=ROUNDING, atol=ROUNDING)
        if self._concealed and self._before is None:
            hidden |= not self.matrix.of_data
        elif self._concealed:
            hidden |= self._changes(values, window) != 0
        return hidden

    def _emit_changed(self) -> None:
        rows, columns = self._window
        if len(rows) and len(columns):
            self.dataChanged.emit(
                self.index(rows.start, columns.start), self.index(rows.stop - 1, columns.stop - 1)
            )

    def _text(self, row: int, column: int) -> str:
        rows, columns = self._window
        if row in rows and column in columns:
            return self.texts()[row - rows.start][column - columns.start]
        if self.display.symbols:
            return self._symbol(row, column)
        if self._covers and self.hides(row, column):
            return HIDDEN
        return entry_text(self._tiles.value(row, column), self.display.digits)

    def _symbol(self, row: int, column: int) -> str:
        assert self.matrix is not None
        i, j = self.cell_position(row, column)
        return self.matrix.symbols([i], [j])[0][0]

    def _change(self, row: int, column: int) -> int:
        rows, columns = self._window
        if row not in rows or column not in columns:
            return SAME
        return int(self.block().changes[row - rows.start, column - columns.start])

    def _all_digits(self, row: int, column: int) -> str:
        assert self.matrix is not None
        i, j = self.cell_position(row, column)
        lines = [f"{self.matrix.entry(i, j)} = {self._symbol(row, column)}"]
        if self._covers and self.hides(row, column):
            return f"{lines[0]} = {HIDDEN}"
        lines.append(f"= {exact(self._tiles.value(row, column))}")
        change = self._change(row, column)
        if change and self._before is not None:
            lines.append(f"{ARROWS[change]} {self.tr('was')} {exact(self._before.value(i, j))}")
        return "\n".join(lines)

    def _said(self, row: int, column: int) -> str:
        assert self.matrix is not None
        parts = [
            self.matrix.name,
            self.tr("row {}").format(self._name(Qt.Orientation.Vertical, row)),
        ]
        if self.matrix.column_kind != "one":
            name = self._name(Qt.Orientation.Horizontal, column)
            parts.append(self.tr("column {}").format(name))
        parts.append(self._text(row, column))
        change = self._change(row, column)
        if change and not self.hides(row, column):
            parts.append(self.tr("rose") if change == RISE else self.tr("fell"))
        return ", ".join(parts)

    def _name(self, orientation: Qt.Orientation, section: int) -> str:
        return self.labels(orientation, range(section, section + 1))[0]

    def _who(self, orientation: Qt.Orientation, section: int) -> str:
        """``observation 3 · INDUSTRY 5``."""
        assert self.matrix is not None
        kind, label = self.kind(orientation), self._name(orientation, section)
        group = self.group(orientation, section)
        problem = self.matrix.problem
        if kind == "observation" and group is not None:
            named = f"{problem.group} {problem.group_labels[group]}"
            (position,) = self._ordered(kind, np.array([section]))
            return f"{observation_name(problem, int(position))} · {named}"
        return f"{problem.group} {label}" if kind == "group" else label


def _covered(texts: list[list[str]], hidden: NDArray[np.bool_]) -> list[list[str]]:
    """Texts with a question mark for those that are hidden."""
    if not hidden.any():
        return texts
    return [
        [HIDDEN if covered else text for text, covered in zip(row, marks, strict=True)]
        for row, marks in zip(texts, hidden.tolist(), strict=True)
    ]
