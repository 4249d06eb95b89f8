"""Matrices side by side: small ones whole, large ones sharing the room that is left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.matrix_view import MatrixView


class Shelf(QScrollArea):
    """Places matrices in lines, as many in a line as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._board = QWidget()
        self._board.setAutoFillBackground(True)
        self.setWidget(self._board)
        self._views: list[MatrixView] = []
        self._gap = 16
        self._arranging = False
        self.viewport().installEventFilter(self)

    @property
    def board(self) -> QWidget:
        """The parent of the matrices."""
        return self._board

    @property
    def views(self) -> list[MatrixView]:
        """The matrices that are shown, in their order."""
        return list(self._views)

    def show_views(self, views: Sequence[MatrixView]) -> None:
        """Show these matrices and no others."""
        for view in self._views:
            if view not in views:
                view.hide()
        self._views = list(views)
        self.arrange()

    def bring_into_sight(self, view: MatrixView, row: int, column: int) -> None:
        """Scroll until a cell of a matrix can be seen."""
        if view in self._views:
            box = view.cell_box(row, column).translated(view.pos())
            self.ensureVisible(box.center().x(), box.center().y(), 0, 2 * box.height())

    def turn(self, by: int) -> bool:
        """Scroll to the first matrix that is cut off below, or back; whether there was one."""
        bar, page = self.verticalScrollBar(), self.viewport().height()
        before = bar.value()
        if by > 0:
            cut = [v.y() for v in self._views if v.geometry().bottom() >= before + page]
            place = min(cut, default=before) - self._gap // 2
            bar.setValue(place if place > before else before + (page if cut else 0))
        else:
            bar.setValue(before - page)
        return bar.value() != before

    def turn_back(self) -> None:
        """Scroll to the first matrix."""
        self.verticalScrollBar().setValue(0)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._gap = 2 * theme.unit
        self.verticalScrollBar().setSingleStep(2 * theme.unit)
        palette = theme.palette
        palette.setColor(palette.ColorRole.Window, QColor(theme.sheet))
        self._board.setPalette(palette)
        self.setPalette(palette)

    def arrange(self) -> None:
        """Give every matrix its place, and once more where that took the scroll bar off or on.

        What fits beside the bar may not need it, and what fits without may not fit beside it.
        """
        if self._arranging:
            return
        self._arranging = True
        width = self.viewport().width()
        self._arrange()
        if self.viewport().width() != width:
            self._arrange()
        self._arranging = False

    def _arrange(self) -> None:
        gap = self._gap
        room = QSize(self.viewport().width() - gap, self.viewport().height() - gap)
        lines = self._lines([_Item(view, room) for view in self._views], room.width())
        heights = _shared(
            [max(item.natural.height() for item in line) for line in lines],
            [max(item.least.height() for item in line) for line in lines],
            room.height() - gap * (len(lines) - 1),
        )
        y = gap // 2
        for line, height in zip(lines, heights, strict=True):
            widths = _shared(
                [item.natural.width() for item in line],
                [min(item.least.width(), room.width()) for item in line],
                room.width() - gap * (len(line) - 1),
            )
            x = gap // 2
            for item, width in zip(line, widths, strict=True):
                item.view.place(QRect(x, y, width, min(height, item.natural.height())))
                item.view.show()
                x += width + gap
            y += height + gap
        self._board.resize(self.viewport().width(), max(y - gap // 2, self.viewport().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange anew when there is more or less room."""
        if event.type() == QEvent.Type.Resize and watched is self.viewport():
            self.arrange()
        return super().eventFilter(watched, event)

    def _lines(self, items: list[_Item], room: int) -> list[list[_Item]]:
        """Which matrices stand in which line."""
        lines: list[list[_Item]] = []
        used = 0
        for item in items:
            least = item.least.width()
            if not lines or used + self._gap + least > room:
                lines.append([])
                used = -self._gap
            lines[-1].append(item)
            used += self._gap + least
        return lines


class _Item:
    """A matrix with the size it wants, and the least it must have: all where that fits."""

    def __init__(self, view: MatrixView, room: QSize) -> None:
        self.view = view
        view.fit_into(room.width())
        self.natural, excerpt = view.natural_size, view.least_size
        if self.natural.height() > room.height():
            self.natural += QSize(view.bar_width, 0)
        if self.natural.width() > room.width():
            self.natural += QSize(0, view.bar_width)
        self.least = QSize(
            self.natural.width() if self.natural.width() <= room.width() else excerpt.width(),
            self.natural.height() if self.natural.height() <= room.height() else excerpt.height(),
        )


def _shared(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Share room: each gets what it wants if that goes, no one less than its least."""
    given = [min(a, b) for a, b in zip(wanted, least, strict=True)]
    left = room - sum(given)
    open_ones = [k for k, want in enumerate(wanted) if want > given[k]]
    while left > 0 and open_ones:
        share = max(left // len(open_ones), 1)
        for k in list(open_ones):
            more = min(share, wanted[k] - given[k], left)
            given[k] += more
            left -= more
            if given[k] >= wanted[k]:
                open_ones.remove(k)
    return given
