"""What lies over the whole window in a lecture: a black screen, or the dot of a pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

FOLLOW = 16
"""Milliseconds between two looks at where the mouse is."""


class Overlay(QWidget):
    """Lets the mouse through; as large as the window that it lies over."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("lecture_overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.black = False
        self._dot: QPointF | None = None
        self._size, self._colour = 12.0, QColor(Qt.GlobalColor.red)
        self._timer = QTimer(self)
        self._timer.setInterval(FOLLOW)
        self._timer.timeout.connect(self._follow)
        window.installEventFilter(self)
        self.resize(window.size())
        self.hide()

    @property
    def pointing(self) -> bool:
        """Whether the dot follows the mouse."""
        return self._timer.isActive()

    def set_look(self, colour: str, size: float) -> None:
        """The dot's colour and its radius in pixels."""
        self._colour, self._size = QColor(colour), size

    def set_black(self, black: bool) -> None:
        """Cover all with black, or uncover it."""
        self.black = black
        self._update()

    def set_pointing(self, pointing: bool) -> None:
        """Let the dot follow the mouse, or take it away."""
        if pointing:
            self._timer.start()
            self._follow()
        else:
            self._timer.stop()
            self._dot = None
        self._update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint black, or the dot."""
        painter = QPainter(self)
        if self.black:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
        elif self._dot is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            halo = QColor(self._colour)
            halo.setAlphaF(0.25)
            for colour, size in ((halo, 2.2 * self._size), (self._colour, self._size)):
                painter.setBrush(colour)
                painter.drawEllipse(self._dot, size, size)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        place = QPointF(self.mapFromGlobal(QCursor.pos()))
        if place != self._dot:
            self._dot = place
            self.update()

    def _update(self) -> None:
        self.setVisible(self.black or self.pointing)
        self.raise_()
        self.update()
