"""A map of a large matrix: where in the whole the part in sight lies."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mlm_gui.theme import Theme


class Overview(QWidget):
    """The matrix in miniature, with a frame round the part in sight; click or drag to go there.

    Signals
    -------
    place_requested : float, float
        Bring the place at these parts of the width and the height (0 … 1) into the middle.
    """

    place_requested = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._picture = QImage()
        self._in_sight = QRectF(0, 0, 1, 1)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.update()

    def set_picture(self, picture: QImage) -> None:
        """The matrix in miniature, one pixel a sampled entry."""
        self._picture = picture
        self.update()

    def set_in_sight(self, part: QRectF) -> None:
        """The part in sight, in parts of the whole."""
        if part != self._in_sight:
            self._in_sight = part
            self.update()

    @property
    def in_sight(self) -> QRectF:
        """The part in sight, in parts of the whole."""
        return self._in_sight

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._request(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while a button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._request(event.position())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The miniature and the frame."""
        if self._theme is None:
            return
        painter, area = QPainter(self), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(self.rect(), QColor(self._theme.sheet))
        if not self._picture.isNull():
            painter.drawImage(area, self._picture)
        painter.setPen(QPen(QColor(self._theme.hairline), 1))
        painter.drawRect(area)
        least = self._theme.unit / 2
        frame = QRectF(
            area.left() + self._in_sight.left() * area.width(),
            area.top() + self._in_sight.top() * area.height(),
            max(self._in_sight.width() * area.width(), least),
            max(self._in_sight.height() * area.height(), least),
        )
        frame.moveRight(min(frame.right(), area.right()))
        frame.moveBottom(min(frame.bottom(), area.bottom()))
        painter.setPen(QPen(QColor(self._theme.ink), max(1.0, self._theme.unit / 6)))
        painter.drawRect(frame)

    def _request(self, place: QPointF) -> None:
        across = min(max(place.x() / max(self.width() - 1, 1), 0.0), 1.0)
        down = min(max(place.y() / max(self.height() - 1, 1), 0.0), 1.0)
        self.place_requested.emit(across, down)
