"""A widget that shows lines of mathematics: they break and shrink with the room there is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mlm_gui.widgets.mathlayout import Box
from mlm_gui.widgets.maths import Line

SMALLEST = 0.45
"""A piece too wide for the widget is shrunk down to this; below it, the widget asks for width."""

KEPT = 24
"""Pictures that are kept for going back; the one that was made first goes first."""

LARGEST = 500_000
"""Pixels up to which a picture is kept."""


class Settled(NamedTuple):
    """A box at its place: left end, baseline, and how much it was shrunk."""

    box: Box
    x: float
    y: float
    scale: float


class MathView(QWidget):
    """Lines of mathematics, left-aligned.

    Signals
    -------
    pointed : object
        The ``key`` of the box under the pointer; None when there is none.
    """

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self._lines: Sequence[Line] = ()
        self._leading = 0.0
        self._size = 1.0
        self._smallest = SMALLEST
        self._pointed: object = None
        self._settled: dict[int, tuple[list[Settled], int]] = {}
        self._pictures: OrderedDict[tuple[object, ...], tuple[Sequence[Line], QPixmap]] = (
            OrderedDict()
        )

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown."""
        return self._lines

    @property
    def plain(self) -> str:
        """What is shown, in plain characters, a line each."""
        return "\n".join(
            "".join(f"{'   ' if piece.glue else ''}{piece.box.plain}" for piece in line)
            for line in self._lines
        )

    def set_lines(self, lines: Sequence[Line], leading: float) -> None:
        """Show lines, ``leading`` pixels apart."""
        self._lines, self._leading = lines, leading
        self._settled.clear()
        self.setAccessibleName(self.plain)
        self.updateGeometry()
        self.update()

    def forget(self) -> None:
        """Keep no picture of lines that will not come back."""
        self._pictures.clear()

    def set_size(self, size: float) -> None:
        """Show everything at a multiple of its own size."""
        if size != self._size:
            self._size = size
            self._settled.clear()
            self.updateGeometry()
            self.update()

    def set_smallest(self, smallest: float) -> None:
        """How far a piece that is too wide may be shrunk."""
        if smallest != self._smallest:
            self._smallest = smallest
            self._settled.clear()
            self.updateGeometry()
            self.update()

    def height_at(self, width: int, size: float, smallest: float) -> int:
        """The height that the lines would take at another size."""
        return ceil(size * settle(self._lines, width / size, self._leading, smallest)[1])

    def heightForWidth(self, width: int) -> int:
        """The height that the lines take when broken to a width."""
        return self._settle(width)[1]

    def sizeHint(self) -> QSize:
        """As wide as the widest line, and as tall as unbroken lines are."""
        widths = (sum(piece.glue + piece.box.width for piece in line) for line in self._lines)
        width = int(self._size * max(widths, default=0.0)) + 2
        return QSize(width, self._settle(width)[1])

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest piece, shrunk as far as it may be."""
        pieces = (piece.box.width for line in self._lines for piece in line)
        width = int(self._smallest * self._size * max(pieces, default=0.0)) + 1
        return QSize(width, self._settle(max(width, self.width()))[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """At another width the lines break elsewhere, and the least height is another."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines, or their picture if they were drawn before."""
        if self.width() * self.height() > LARGEST:
            self._draw(QPainter(self), event.rect().top(), event.rect().bottom())
            return
        ratio = self.devicePixelRatioF()
        key = (id(self._lines), self.width(), self.height(), self._size, ratio)
        if key not in self._pictures:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            self._draw(QPainter(picture), 0, self.height())
            self._pictures[key] = (self._lines, picture)
            if len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
        QPainter(self).drawPixmap(0, 0, self._pictures[key][1])

    def _draw(self, painter: QPainter, top: int, bottom: int) -> None:
        """Draw what lies between two heights."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box, x, y, scale in self._settle(self.width())[0]:
            if y + scale * box.descent < top or y - scale * box.ascent > bottom:
                continue
            if scale == 1:
                box.draw(painter, x, y)
                continue
            painter.save()
            painter.translate(x, y)
            painter.scale(scale, scale)
            box.draw(painter, 0.0, 0.0)
            painter.restore()
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Say all digits of a number that is pointed at."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tips = [box.tooltip for box in self.trail(QPointF(event.pos())) if box.tooltip]
            if tips:
                QToolTip.showText(event.globalPos(), tips[-1], self)
            else:
                QToolTip.hideText()
                event.ignore()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is pointed at."""
        keys = [box.key for box in self.trail(event.position()) if box.key is not None]
        self._point(keys[-1] if keys else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self._point(None)

    def trail(self, position: QPointF) -> list[Box]:
        """The boxes under a position, from the outermost inwards."""
        for box, x, y, scale in self._settle(self.width())[0]:
            found = box.trail((position.x() - x) / scale, (position.y() - y) / scale)
            if found:
                return found
        return []

    def _point(self, key: object) -> None:
        if key != self._pointed:
            self._pointed = key
            self.pointed.emit(key)

    def _settle(self, width: int) -> tuple[list[Settled], int]:
        """Where each box goes at a width, and the height of all."""
        if width not in self._settled:
            if len(self._settled) > 8:
                self._settled.clear()
            size = self._size
            settled, height = settle(self._lines, width / size, self._leading, self._smallest)
            self._settled[width] = (
                [Settled(box, x * size, y * size, scale * size) for box, x, y, scale in settled],
                ceil(height * size),
            )
        return self._settled[width]


def settle(
    lines: Sequence[Line], width: float, leading: float, smallest: float = SMALLEST
) -> tuple[list[Settled], int]:
    """Break lines to a width; the boxes at their places, and the height of all."""
    settled: list[Settled] = []
    y = 0.0
    for line in lines:
        for part in _broken(line, width, smallest):
            ascent = max(box.ascent * scale for box, _, scale in part)
            descent = max(box.descent * scale for box, _, scale in part)
            y = float(ceil(y + ascent))
            settled += [Settled(box, x, y, scale) for box, x, scale in part]
            y += descent + leading / 2
        y += leading / 2
    return settled, int(max(y - leading, 0.0) + 1)


def _broken(line: Line, width: float, smallest: float) -> list[list[tuple[Box, float, float]]]:
    """The lines that a line is broken into: boxes, their left ends and scales.

    A formula that would fit on a line of its own is not broken.
    """
    broken: list[list[tuple[Box, float, float]]] = [[]]
    x = 0.0
    for k, piece in enumerate(line):
        box, glue = piece.box, piece.glue if broken[-1] else 0.0
        needed = _whole(line[k:]) if k == 0 or piece.glue else box.width
        if needed > width:
            needed = box.width
        if broken[-1] and x + glue + needed > width:
            broken.append([])
            x = min(piece.indent, max(width - box.width, 0.0))
        else:
            x += glue
        scale = min(1.0, max(smallest, (width - x) / box.width)) if box.width else 1.0
        broken[-1].append((box, x, scale))
        x += scale * box.width
    return [part for part in broken if part]


def _whole(line: Line) -> float:
    """The width of the formula that begins a line, up to the next glue."""
    width = line[0].box.width
    for piece in line[1:]:
        if piece.glue:
            break
        width += piece.box.width
    return width
