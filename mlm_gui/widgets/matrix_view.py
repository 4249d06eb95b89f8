"""A matrix as a book prints it: its name and size, heads, brackets and entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from mlm_gui.spotlight import HIDDEN, Question, Spot, asked_entries, asked_size, cell_of
from mlm_gui.theme import Theme
from mlm_gui.widgets.brackets import RightBracket
from mlm_gui.widgets.face import Face
from mlm_gui.widgets.linked_bar import linked_bar
from mlm_gui.widgets.matrix_model import MatrixModel
from mlm_gui.widgets.matrix_table import MatrixTable
from mlm_gui.widgets.matrix_texts import FEWEST
from mlm_gui.widgets.matrix_window import Density, Display
from mlm_gui.widgets.overview import Overview
from mlm_gui.widgets.tint import image, tints
from solver.matrices import Matrix
from solver.moments import Codes

SAMPLE = 64
"""Rows and columns of a large matrix that its map is made of."""

LEAST_ROWS, LEAST_COLUMNS = 6, 4
"""What must be in sight of a matrix that is too large to be seen whole."""

LEAST_MAPPED = 30
"""Rows or columns from which on a matrix has a map when it is not seen whole."""

WRITTEN_TIGHTLY = 16
"""Columns up to which a matrix is written more tightly where that shows it whole."""

LARGEST = 2**24
"""Widgets are never larger; Qt's limit."""

EDITABLE = ("y", "Z")
"""The matrices that are data: a reader may ask what if an entry were another."""

MAP = 8
"""Side of the map, in units of the theme."""


class MatrixView(QWidget):
    """One matrix, as large as it is or as there is room for, then with scroll bars and a map.

    Signals
    -------
    cell_asked : str, int, int
        How does the entry of this matrix at this row and column come about?
    edit_asked : str, int, int
        Another value is wanted in this matrix at this row and column of the table.
    group_pointed : object
        The pointer is on group j (int), or on none (None).
    size_changed : ()
        It needs another size than before.
    scrolled : str, int
        This row of the matrix is at the top now.
    """

    cell_asked = Signal(str, int, int)
    edit_asked = Signal(str, int, int)
    group_pointed = Signal(object)
    size_changed = Signal()
    scrolled = Signal(str, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.note = ""
        self.lit = False
        self.model = MatrixModel(self)
        self.table = MatrixTable(self.model, self)
        self.map = Overview(self)
        self._caption = QLabel(self)
        self._caption.setWordWrap(True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._bracket = RightBracket(self)
        self._theme: Theme | None = None
        self._grouped = False
        self._questions: Sequence[Question] = ()
        self._sampled: Matrix | None = None
        self._fitted: tuple[int, int] | None = None
        self._laid_out = QSize()
        self._unit = 8
        self._down = linked_bar(Qt.Orientation.Vertical, self.table, self)
        self._across = linked_bar(Qt.Orientation.Horizontal, self.table, self)
        self.map.place_requested.connect(self._go)
        self.table.explained.connect(self._ask)
        self.table.editable = name in EDITABLE
        self.table.edit_asked.connect(lambda i, k: self.edit_asked.emit(self.name, i, k))
        self.table.pointed.connect(self.group_pointed)
        self.table.grew.connect(self.size_changed)
        self.table.looked_at.connect(self._show_place)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # -- what the pane asks for

    def show_matrix(self, matrix: Matrix, before: Matrix | None, *, grouped: bool) -> bool:
        """Show a matrix at a step; whether anything in sight differs from what was there.

        Parameters
        ----------
        matrix, before : Matrix, Matrix or None
            At this step and at the one before it.
        grouped : bool
            Whether the observations of a group stand together in the data.
        """
        afresh = self.model.matrix is None or self.model.matrix.problem is not matrix.problem
        self._grouped = grouped
        if not self.model.set_matrix(matrix, before):
            return False
        if afresh:
            self._name_it(matrix)
            self._fitted = None
            self.table.forget_widths()
            self.table.look_ahead()
            self.size_changed.emit()
        self.table.show_values(grouped=self._parted)
        self._sampled = None
        self._sample()
        return True

    def light_name(self, lit: bool) -> None:
        """Mark the matrix's name, or not."""
        self.lit = lit
        self.update()

    def light_cells(self, spot: Spot | None) -> None:
        """Veil all entries but some, or none."""
        self.table.light_cells(spot)

    def conceal(self, concealed: bool) -> None:
        """Put question marks in place of the numbers that the step has changed, or show them."""
        self.model.conceal(concealed)
        self.table.viewport().update()

    def withhold(self, questions: Sequence[Question]) -> None:
        """Put question marks in place of entries and sizes that are answers."""
        self._questions = questions
        self.model.withhold(asked_entries(questions, self.name))
        self.setToolTip(self._about())
        self.table.viewport().update()
        self.update()

    def clear(self) -> None:
        """Show nothing, and hold no data."""
        self._sampled = None
        self.model.clear()

    def set_display(self, display: Display) -> None:
        """Write the entries in another way; how tightly, is found by :meth:`fit_into`."""
        if replace(display, density=self.model.display.density) == self.model.display:
            return
        self._write(display)
        self._fitted = None
        self._sampled = None
        self._sample()
        self.size_changed.emit()

    def fit_into(self, width: int) -> None:
        """Write the entries as tightly as it takes to show all columns in so many pixels.

        Where that cannot be done they are written loosely, and scrolled.
        """
        fitted = (width, self.table.cell_width)
        columns, display = self.model.columnCount(), self.model.display
        if not 1 < columns <= WRITTEN_TIGHTLY or fitted == self._fitted:
            return
        self.table.look_ahead()
        densities = Density if display.digits <= Display().digits else ()
        for density in [*densities, Density.LOOSE]:
            if density is not self.model.display.density:
                self._write(replace(display, density=density))
            if self.natural_size.width() <= width:
                break
        self._fitted = (width, self.table.cell_width)

    def light(self, group: int | None) -> None:
        """Light the rows of a group."""
        self.table.light(group)

    def scroll_to_row(self, row: int) -> None:
        """Bring a row to the top, like a neighbour with the same rows."""
        self.table.verticalScrollBar().setValue(row)

    @property
    def top_row(self) -> int:
        """The row at the top."""
        return self.table.verticalScrollBar().value()

    def choose(self, row: int, column: int) -> None:
        """Put the keyboard's place on a cell of the matrix."""
        assert self.model.matrix is not None
        place = self.model.place_of(cell_of(self.model.matrix, row, column))
        self.table.setCurrentIndex(self.model.index(*place))

    def cell_box(self, row: int, column: int) -> QRect:
        """Where a cell of the table is, brought into sight first."""
        index = self.model.index(row, column)
        self.table.scrollTo(index)
        box = self.table.visualRect(index)
        return box.translated(self.table.viewport().mapTo(self, QPoint(0, 0)))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme, self._unit = theme, theme.unit
        self.setFont(theme.font())
        self.table.apply_theme(theme)
        self._bracket.apply_theme(theme)
        self.map.apply_theme(theme)
        self._faces = Face(theme.font(), bold=True), Face(theme.font("small"))
        self._caption.setFont(self._faces[1].font)
        palette = theme.palette
        palette.setColor(palette.ColorRole.WindowText, QColor(theme.muted))
        self._caption.setPalette(palette)
        self._sampled = self._fitted = None
        self._lay_out()

    @property
    def natural_size(self) -> QSize:
        """The size at which every entry is in sight; without a matrix, 0."""
        return self._size(self.model.rowCount(), self.model.columnCount(), bars=False)

    @property
    def least_size(self) -> QSize:
        """The size below which it makes no sense."""
        rows, columns = self.model.rowCount(), self.model.columnCount()
        few = min(rows, LEAST_ROWS), min(columns, LEAST_COLUMNS)
        return self._size(*few, bars=few != (rows, columns))

    def place(self, box: QRect) -> None:
        """Stand here; where cells have grown, the parts inside are placed anew, too."""
        self.setGeometry(box)
        if self._laid_out != self._cell:
            self._lay_out()

    @property
    def asks(self) -> bool:
        """Whether a question mark can be seen."""
        hidden = self.model.block().hidden
        seen = self.table.viewport().visibleRegion().boundingRect()
        if seen.isEmpty() or not hidden.any():
            return False
        width, height = self.table.cell_width, self.table.cell_height
        rows = slice(seen.top() // height, seen.bottom() // height + 1)
        columns = slice(seen.left() // width, seen.right() // width + 1)
        return bool(hidden[rows, columns].any())

    @property
    def bar_width(self) -> int:
        """Pixels that a scroll bar adds."""
        return self._bar()

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name in bold, the dimensions after it."""
        theme, matrix = self._theme, self.model.matrix
        if theme is None or matrix is None:
            return
        painter, (bold, small) = QPainter(self), self._faces
        painter.fillRect(event.rect(), QColor(theme.sheet))
        if self.lit:
            name = QRectF(0, 0, bold.width(matrix.name), bold.metrics.height())
            painter.fillRect(name, QColor(theme.accent_wash))
        room, x = float(self.width()), 0.0
        for text, face, colour in (
            (matrix.name, bold, theme.accent if self.lit else theme.ink),
            (self._dimensions(matrix), small, theme.muted),
            *((f"· {remark}", small, theme.muted) for remark in self._remarks),
        ):
            if text.startswith("·") and face.width(text) > room - x:
                continue
            painter.setFont(face.font)
            painter.setPen(QColor(colour))
            shown = text
            if face.width(text) > room - x:
                shown = face.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - x)
            painter.drawText(QPointF(x, bold.metrics.ascent()), shown)
            x += face.width(shown) + self._unit * 0.7

    # -- inside

    def _name_it(self, matrix: Matrix) -> None:
        rows, columns = matrix.shape
        said = self.tr("{0}, matrix of {1} rows and {2} columns").format(matrix.name, rows, columns)
        self.table.setAccessibleName(said)
        self.map.setAccessibleName(self.tr("Map of {}").format(matrix.name))
        self.setToolTip(self._about())

    def _write(self, display: Display) -> None:
        self.model.set_display(display)
        self.table.forget_widths()
        self.table.show_values(grouped=self._parted)

    @property
    def _remarks(self) -> list[str]:
        """Where it has fewer digits than were asked for, and what else there is to know."""
        display, fewer = self.model.display, ""
        fewest = FEWEST.get(display.density, display.digits)
        if fewest < display.digits and not display.symbols:
            fewer = self.tr("{} digits or more").format(fewest)
        return [remark for remark in (self.note, fewer) if remark]

    def say(self, note: str) -> None:
        """Put a remark after the name."""
        if note != self.note:
            self.note = note
            self.setToolTip(self._about())
            self.update()

    def _about(self) -> str:
        matrix = self.model.matrix
        if matrix is None:
            return self.note
        return "\n".join(filter(None, [f"{matrix.name}  {self._dimensions(matrix)}", self.note]))

    def _dimensions(self, matrix: Matrix) -> str:
        return " × ".join(
            HIDDEN if asked_size(self._questions, size) else _spaced(size) for size in matrix.shape
        )

    @property
    def _cell(self) -> QSize:
        return QSize(self.table.cell_width, self.table.cell_height)

    def _title_height(self) -> int:
        return round(self._faces[0].metrics.height() * 1.3)

    def _bar(self) -> int:
        return self._unit

    def _size(self, rows: int, columns: int, *, bars: bool) -> QSize:
        """The size at which so many rows and columns are in sight."""
        if self._theme is None or self.model.matrix is None:
            return QSize(0, 0)
        width = self.table.row_heads.width() + columns * self.table.cell_width
        width += self._bracket_width() + (self._side_width() if bars else 0)
        height = self._title_height() + self.table.column_heads.height()
        height += rows * self.table.cell_height + (self._bar() if bars else 0)
        bold, small = self._faces
        size_text = " × ".join(map(_spaced, self.model.matrix.shape))
        titled = bold.width(self.name) + small.width(size_text) + self._unit
        return QSize(min(max(width, round(titled)), LARGEST), min(height, LARGEST))

    def _bracket_width(self) -> int:
        return round(self._unit * 0.7)

    def _side_width(self) -> int:
        """Pixels that the scroll bar and the map take at the right."""
        return self._bar() + round((MAP + 0.5) * self._unit)

    def _lay_out(self) -> None:
        if self._theme is None or self.model.matrix is None:
            return
        self._laid_out = self._cell
        rows, columns = self.model.rowCount(), self.model.columnCount()
        heads = self.table.row_heads.width()
        top, strip, bar = self._title_height(), self._bracket_width(), self._bar()
        head = self.table.column_heads.height()
        wide, high = columns * self.table.cell_width, rows * self.table.cell_height
        down = high > self.height() - top - head
        across = wide > self.width() - heads - strip - (bar if down else 0)
        down = high > self.height() - top - head - (bar if across else 0)
        room = self.width() - heads - strip - self._side_width()
        mapped = down and across and max(rows, columns) > LEAST_MAPPED
        mapped = mapped and room >= 2 * self.table.cell_width
        side = self._side_width() if mapped else bar if down else 0
        wide = _whole_cells(wide, self.width() - heads - strip - side, self.table.cell_width)
        room = self.height() - top - head - (bar if across else 0)
        high = _whole_cells(high, room, self.table.cell_height)
        self.table.setGeometry(0, top, heads + wide, head + high)
        self._bracket.setGeometry(heads + wide, top + head, strip, high)
        self._down.setGeometry(heads + wide + strip, top + head, bar, high)
        self._across.setGeometry(heads, top + head + high, wide, bar)
        unit = self._unit
        left = heads + wide + strip + bar + unit // 2
        self.map.setGeometry(left, top + head, MAP * unit, MAP * unit)
        below = top + head + MAP * unit + unit // 3
        lines = min(4 * unit, max(top + head + high - below, 0))
        self._caption.setGeometry(left - unit // 2, below, (MAP + 1) * unit, lines)
        self._caption.setVisible(mapped)
        self._down.setVisible(down)
        self._across.setVisible(across)
        if mapped and self.map.isHidden():
            self._sampled = None
        self.map.setVisible(mapped)
        self._sample()
        self._show_place()

    def _show_place(self) -> None:
        """Tell brackets and map which part is in sight."""
        rows, columns = self.table.window_in_sight()
        count = max(self.model.rowCount(), 1), max(self.model.columnCount(), 1)
        height = self.table.viewport().height()
        ends = rows.stop == count[0] and len(rows) * self.table.cell_height <= height
        self._bracket.set_whole((rows.start == 0, ends))
        self._down.setPageStep(self.table.verticalScrollBar().pageStep())
        self._across.setPageStep(self.table.horizontalScrollBar().pageStep())
        if not self.map.isHidden():
            self.map.set_in_sight(
                QRectF(
                    columns.start / count[1],
                    rows.start / count[0],
                    len(columns) / count[1],
                    len(rows) / count[0],
                )
            )

    @property
    def _parted(self) -> bool:
        """Whether the observations of a group stand together in the table."""
        return self._grouped or self.model.display.in_group_order

    def _sample(self) -> None:
        """Take a sample where one is needed: for the scale of the tints, and for the map."""
        matrix, theme = self.model.matrix, self._theme
        mapped, tinted = not self.map.isHidden(), self.model.display.tinted
        if matrix is None or theme is None or self._sampled is matrix or not (mapped or tinted):
            return
        self._sampled = matrix
        values = self.model.entries(*(_spread(size) for size in matrix.shape))
        finite = values[np.isfinite(values)]
        scale = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        self.table.set_scale(scale)
        if mapped:
            step = _spaced(-(-max(matrix.shape) // SAMPLE))
            self.map.set_picture(image(tints(values, scale, theme)))
            self._caption.setText(self.tr("sampled,\n1 in {}").format(step))
            said = self.tr("Map, sampled: one row and column in {}. Click or drag to go there.")
            self.map.setToolTip(said.format(step))

    def _go(self, across: float, down: float) -> None:
        rows, columns = self.table.window_in_sight()
        self.table.verticalScrollBar().setValue(round(down * self.model.rowCount() - len(rows) / 2))
        self.table.horizontalScrollBar().setValue(
            round(across * self.model.columnCount() - len(columns) / 2)
        )

    def _scrolled(self, row: int) -> None:
        self.scrolled.emit(self.name, row)

    def _ask(self, row: int, column: int) -> None:
        self.cell_asked.emit(self.name, *self.model.cell_position(row, column))


def _spaced(count: int) -> str:
    """Thousands apart, from five figures on."""
    return f"{count:,}".replace(",", "\u202f") if count >= 10_000 else str(count)


def _whole_cells(wanted: int, room: int, cell: int) -> int:
    """As much of the room as whole cells take, if one does."""
    if wanted <= room:
        return wanted
    return max(room // cell * cell if room > cell else room, 0)


def _spread(size: int) -> Codes:
    """At most :data:`SAMPLE` positions, evenly spread."""
    return np.unique(np.linspace(0, size - 1, min(size, SAMPLE)).astype(np.intp))
