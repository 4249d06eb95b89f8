"""Drawing the entries of a matrix: grounds, lines, numbers, arrows and the selection."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from mlm_gui.spotlight import Spot
from mlm_gui.theme import Theme
from mlm_gui.widgets.decimals import Decimals
from mlm_gui.widgets.face import Face
from mlm_gui.widgets.matrix_model import MatrixModel
from mlm_gui.widgets.matrix_window import ARROWS, Window
from mlm_gui.widgets.tint import blend, image, tints

OWN_DECIMALS = 32
"""Matrices with up to so many columns place the decimal point for each column by itself."""

LIT = 0.16
"""How much of a group's colour its rows have when they are lit."""


VEIL = 0.7
"""How thick the veil is over what is not in the spotlight."""


class Columns:
    """How wide the columns are, and where their decimal points stand; they only ever grow."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._decimals: dict[int, Decimals] = {}
        self._symbols = 0.0
        self._measured: list[list[str]] | None = None

    @property
    def widest(self) -> float:
        """Pixels that the widest text takes."""
        return max((d.width for d in self._decimals.values()), default=0.0) or self._symbols

    def decimals(self, column: int, count: int) -> Decimals:
        """Where the decimal point of a column is, of so many columns."""
        own = column if count <= OWN_DECIMALS else 0
        decimals = self._decimals.get(own)
        if decimals is None:
            decimals = self._decimals[own] = Decimals(self._face.font)
        return decimals

    def add(self, model: MatrixModel) -> None:
        """Make room for the texts in sight."""
        if model.texts() is self._measured:
            return
        self._measured, texts = model.texts(), model.texts_in(model.window)
        if model.display.symbols:
            seen = {text for row in texts for text in row}
            self._symbols = max([self._symbols, *map(self._face.width, seen)])
            return
        first, count = model.window.columns.start, model.columnCount()
        for k, column in enumerate(zip(*texts, strict=True)):
            self.decimals(first + k, count).add(column)


class Cells:
    """Draws the cells in sight with a painter; the ground comes first, the selection last."""

    def __init__(self, painter: QPainter, model: MatrixModel, theme: Theme, size: QSize) -> None:
        self._painter = painter
        self._model = model
        self._theme = theme
        self._width, self._height = size.width(), size.height()
        self._block = model.block()
        rows, columns = self._block.values.shape
        self._area = QRectF(0, 0, columns * self._width, rows * self._height)

    def draw_ground(self, scale: tuple[float, float]) -> None:
        """A tint by value, where the reader wants one; else one behind what changed."""
        block = self._block
        colours = np.zeros(block.values.shape, np.uint32)
        if self._model.display.tinted:
            colours = tints(block.values, scale, self._theme)
            colours[block.hidden] = QColor(self._theme.accent_wash).rgb()
        elif block.changes.any():
            colours[block.changes != 0] = QColor(self._theme.accent_wash).rgb()
        if colours.any():
            self._painter.drawImage(self._area, image(colours))

    def draw_lit(self, group: int) -> None:
        """A wash over the rows of a group, or its columns where the rows are of no group."""
        if self._model.matrix is None:
            return
        wash = QColor(self._theme.group(group, self._model.matrix.problem.J).colour)
        wash.setAlphaF(LIT)
        width, height = self._width, self._height
        groups = self._model.groups(Qt.Orientation.Vertical, self._block.window.rows)
        if groups is not None:
            for k in np.flatnonzero(groups == group).tolist():
                self._painter.fillRect(QRectF(0, k * height, self._area.width(), height), wash)
            return
        groups = self._model.groups(Qt.Orientation.Horizontal, self._block.window.columns)
        if groups is not None:
            for k in np.flatnonzero(groups == group).tolist():
                self._painter.fillRect(QRectF(k * width, 0, width, self._area.height()), wash)

    def draw_lines(self) -> None:
        """Hairlines between the groups."""
        right, bottom = self._area.width(), self._area.height()
        width, height = self._width, self._height
        lines = [
            QLineF(0, k * height - 0.5, right, k * height - 0.5)
            for k in self._breaks(Qt.Orientation.Vertical)
        ]
        lines += [
            QLineF(k * width - 0.5, 0, k * width - 0.5, bottom)
            for k in self._breaks(Qt.Orientation.Horizontal)
        ]
        if lines:
            rule = QColor(blend(self._theme.hairline, self._theme.muted, 0.3))
            self._painter.setPen(QPen(rule, 1))
            self._painter.drawLines(lines)

    def _breaks(self, orientation: Qt.Orientation) -> list[int]:
        """Where one group ends and another begins, counted from the first section in sight."""
        if self._model.kind(orientation) != "observation":
            return []
        window = self._block.window
        shown = window.rows if orientation == Qt.Orientation.Vertical else window.columns
        groups = self._model.groups(orientation, shown)
        if groups is None:
            return []
        breaks: list[int] = (np.flatnonzero(np.diff(groups)) + 1).tolist()
        return breaks

    def draw_texts(self, columns: Columns, face: Face) -> None:
        """Numbers at their decimal point, or symbols in the middle; zeros are muted."""
        symbols, texts = self._model.display.symbols, self._model.texts()
        first, count = self._block.window.columns.start, self._model.columnCount()
        width, height = self._width, self._height
        baseline = height / 2 + face.rise
        arrow = face.width(ARROWS[1]) if not symbols else 0.0
        painter = self._painter
        painter.setFont(face.font)
        painter.setPen(QColor(self._theme.ink))
        nought = []
        for k in range(len(self._block.window.columns)):
            decimals = columns.decimals(first + k, count)
            point = k * width + (width + decimals.width + arrow) / 2 - decimals.after
            middle = (k + 0.5) * width
            for row, cells in enumerate(texts):
                text = cells[k]
                left = middle - face.width(text) / 2 if symbols else point - decimals.parts(text)[0]
                place = QPointF(left, row * height + baseline)
                if text == "0":
                    nought.append(place)
                else:
                    painter.drawText(place, text)
        painter.setPen(QColor(self._theme.muted))
        for place in nought:
            painter.drawText(place, "0")

    def draw_arrows(self, face: Face) -> None:
        """A sign before every entry that changed and is not hidden."""
        painter, baseline = self._painter, self._height / 2 + face.rise
        indent = self._height / 10
        changes = np.where(self._block.hidden, 0, self._block.changes)
        painter.setFont(face.font)
        painter.setPen(QColor(self._theme.accent))
        for direction in ARROWS:
            for row, column in np.argwhere(changes == direction).tolist():
                place = QPointF(column * self._width + indent, row * self._height + baseline)
                painter.drawText(place, ARROWS[direction])

    def draw_spot(self, spot: Spot) -> None:
        """A veil over all cells but some, and a frame round those."""
        rows, columns = self._model.lit(spot, self._block.window)
        boxes = [
            QRectF(
                left * self._width,
                top * self._height,
                (right - left) * self._width,
                (bottom - top) * self._height,
            )
            for top, bottom in _runs(rows)
            for left, right in _runs(columns)
        ]
        veiled = QPainterPath()
        veiled.addRect(self._area)
        for box in boxes:
            veiled.addRect(box)
        veil = QColor(self._theme.sheet)
        veil.setAlphaF(VEIL)
        self._painter.fillPath(veiled, veil)
        thick = max(2.0, self._height / 14)
        self._painter.setPen(QPen(QColor(self._theme.accent), thick))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in boxes:
            self._painter.drawRect(box.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2))

    def draw_selection(self, chosen: Window | None, current: QModelIndex, *, focused: bool) -> None:
        """A wash over the selected cells, and a frame round the current one."""
        if chosen is None:
            return
        if len(chosen.rows) * len(chosen.columns) > 1:
            wash = QColor(self._theme.ink)
            wash.setAlphaF(0.1)
            self._painter.fillRect(self._box(chosen), wash)
        at = Window(
            range(current.row(), current.row() + 1), range(current.column(), current.column() + 1)
        )
        box = self._box(at).adjusted(0.5, 0.5, -0.5, -0.5)
        if current.isValid() and box.width() > 0 and box.height() > 0:
            thick = max(1.0, self._height / 10) if focused else 1.0
            self._painter.setPen(QPen(QColor(self._theme.accent), thick))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRect(box)

    def _box(self, cells: Window) -> QRectF:
        """Where the cells in sight of some rows and columns are."""
        window = self._block.window
        rows, columns = _common(cells.rows, window.rows), _common(cells.columns, window.columns)
        return QRectF(
            (columns.start - window.columns.start) * self._width,
            (rows.start - window.rows.start) * self._height,
            len(columns) * self._width,
            len(rows) * self._height,
        )


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where rows of marks begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _common(a: range, b: range) -> range:
    start = max(a.start, b.start)
    return range(start, max(min(a.stop, b.stop), start))
