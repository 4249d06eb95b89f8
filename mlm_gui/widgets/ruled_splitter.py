"""A splitter whose parts a hairline parts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget


class RuledSplitter(QSplitter):
    """Widgets parted by a line of one pixel that can be moved.

    A style sheet for the line would set every widget inside anew with each theme and zoom.
    """

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self._colour = QColor()
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    @property
    def colour(self) -> QColor:
        """That of the line."""
        return self._colour

    def set_colour(self, colour: str) -> None:
        """Draw the line in a colour."""
        self._colour = QColor(colour)
        for k in range(self.count()):
            self.handle(k).update()

    def createHandle(self) -> QSplitterHandle:
        """A line, in place of the style's handle."""
        return _Line(self)


class _Line(QSplitterHandle):
    def __init__(self, splitter: RuledSplitter) -> None:
        super().__init__(splitter.orientation(), splitter)
        self._splitter = splitter

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._splitter.colour)
