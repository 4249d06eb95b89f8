"""A matrix to fill in: the student says how many rows and columns there are, then the entries."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.practice.answers import AnswerView
from mlm_gui.practice.blank import Blank
from mlm_gui.theme import Theme
from mlm_gui.widgets.brackets import Side, draw_bracket
from solver.practice.exercise import Grid
from solver.practice.marking import Marked
from solver.practice.targets import Target

MOST = 12
"""Rows and columns that can be asked for."""


class MatrixAnswer(AnswerView):
    """Rows × columns, and below it a cell for each entry."""

    def __init__(self, goal: Target) -> None:
        super().__init__(goal)
        self._theme: Theme | None = None
        self.rows, self.columns = QSpinBox(), QSpinBox()
        for box, name in ((self.rows, self.tr("Rows")), (self.columns, self.tr("Columns"))):
            box.setRange(0, MOST)
            box.setSpecialValueText("?")
            box.setAccessibleName(name)
            box.valueChanged.connect(self._resize)
        self._said = [QLabel(self.tr("rows")), QLabel("×"), QLabel(self.tr("columns"))]
        self.grid = _Bracketed()
        self.cells: list[list[Blank]] = []
        self._typed: dict[tuple[int, int], str] = {}
        layout, line = QVBoxLayout(self), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(line)
        for widget in (self.rows, *self._said[:2], self.columns, self._said[2]):
            line.addWidget(widget)
        line.addStretch(1)
        self._room = QScrollArea()
        self._room.setFrameShape(QScrollArea.Shape.NoFrame)
        self._room.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._room.setWidget(self.grid)
        layout.addWidget(self._room)
        if goal.given:
            self._set_shape(*goal.shape)
            for box in (self.rows, self.columns):
                box.setEnabled(False)

    def answer(self) -> Grid:
        """The cells; nothing before there is a size."""
        return tuple(tuple(cell.text() for cell in row) for row in self.cells)

    def fields(self) -> Sequence[QWidget]:
        """The size, then the cells row by row."""
        return (self.rows, self.columns, *(cell for row in self.cells for cell in row))

    def fill(self, answer: Grid) -> None:
        """Take a size and fill the cells in."""
        if not answer or not answer[0]:
            return
        self._set_shape(len(answer), len(answer[0]))
        for row, texts in zip(self.cells, answer, strict=False):
            for cell, text in zip(row, texts, strict=False):
                if cell.isEnabled():
                    cell.setText(text)

    def show_marks(self, marked: Marked) -> None:
        """A sign in each cell."""
        for row, verdicts in zip(self.cells, marked.verdicts, strict=False):
            for cell, verdict in zip(row, verdicts, strict=False):
                cell.show_verdict(verdict)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        for widget in (self.rows, self.columns, *self._said):
            widget.setFont(theme.font())
        for box in (self.rows, self.columns):
            box.setPalette(theme.edged_palette)
        for label in self._said:
            label.setStyleSheet(f"color: {theme.muted};")
        self.grid.apply_theme(theme)
        for row in self.cells:
            for cell in row:
                cell.apply_theme(theme)
        self._fit()
        layout = self.layout()
        assert layout is not None
        layout.setSpacing(theme.unit)

    def begin(self) -> None:
        """The size, or the first cell where the size is given."""
        if self.rows.isEnabled() and not self.cells:
            self.rows.setFocus()
            self.rows.selectAll()
        else:
            blank = [cell for row in self.cells for cell in row if cell.isEnabled()]
            next((cell for cell in blank if not cell.text()), blank[0]).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter leads from the rows to the columns, and from there into the cells."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.modifiers():
            event.ignore()
        elif self.rows.hasFocus():
            self.columns.setFocus()
            self.columns.selectAll()
        elif self.columns.hasFocus() and self.cells:
            self.begin()
        else:
            event.ignore()

    def _set_shape(self, rows: int, columns: int) -> None:
        for box, size in ((self.rows, rows), (self.columns, columns)):
            box.blockSignals(True)
            box.setValue(size)
            box.blockSignals(False)
        self._resize()

    def _resize(self) -> None:
        """Make the cells anew; what was typed stays where it was."""
        for i, row in enumerate(self.cells):
            for j, cell in enumerate(row):
                self._typed[i, j] = cell.text()
        rows, columns = self.rows.value(), self.columns.value()
        if not (rows and columns):
            rows = columns = 0
        whole = self.goal.exact and not self.goal.exercise.symbols
        wide = columns <= 3 or (self.goal.exercise.symbols and not self.goal.letters)
        ems = 6.0 if whole else 13.0 if wide else 9.0
        self.cells = [
            [
                Blank(self.tr("Row {}, column {}").format(i + 1, j + 1), ems, self.grid)
                for j in range(columns)
            ]
            for i in range(rows)
        ]
        for i, row in enumerate(self.cells):
            for j, cell in enumerate(row):
                self._prepare(cell, i, j)
        self.grid.hold(self.cells)
        self._fit()
        self.reshaped.emit()
        self.edited.emit()

    def _fit(self) -> None:
        """Give the grid its size, and as much height as it takes; it scrolls sideways."""
        self.grid.adjustSize()
        bar = self._room.horizontalScrollBar().sizeHint().height()
        self._room.setFixedHeight(self.grid.height() + bar if self.cells else 0)

    def _prepare(self, cell: Blank, i: int, j: int) -> None:
        cell.setText(self._typed.get((i, j), ""))
        if (i, j) in self.goal.given:
            cell.give(self.goal.model[i][j])
        cell.left_by.connect(lambda down, right: self._go(i, j, down, right))
        self.watch(cell, self.tr("row {}, column {}").format(i + 1, j + 1))
        if self._theme is not None:
            cell.apply_theme(self._theme)

    def _go(self, i: int, j: int, down: int, right: int) -> None:
        """On to the next cell in a direction that is not given."""
        i, j = i + down, j + right
        while 0 <= i < len(self.cells) and 0 <= j < len(self.cells[0]):
            if self.cells[i][j].isEnabled():
                self.cells[i][j].setFocus()
                self._room.ensureWidgetVisible(self.cells[i][j])
                return
            i, j = i + down, j + right


class _Bracketed(QWidget):
    """Cells between brackets."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._layout = QGridLayout(self)
        self._layout.setSpacing(2)
        self.hide()

    def hold(self, cells: list[list[Blank]]) -> None:
        """Show these cells in place of the ones before."""
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                self._layout.addWidget(cell, i, j)
                cell.show()
        self._layout.activate()
        self.setVisible(bool(cells))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self._layout.setContentsMargins(theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the brackets."""
        if self._theme is None:
            return
        painter = QPainter(self)
        width = 0.6 * self._theme.unit
        height = float(self.height())
        for side, left in ((Side.LEFT, 0.0), (Side.RIGHT, self.width() - width)):
            box = QRectF(left, 0.0, width, height)
            draw_bracket(painter, box, side, (True, True), self._theme)
