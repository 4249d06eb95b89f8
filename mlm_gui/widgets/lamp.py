"""A lamp: a fact that holds or does not, told by shape and words as well as by colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from mlm_gui.theme import Theme

LEFT = 1.25
"""Where the words begin, in lines of text."""


class Lamp(QWidget):
    """A full disc with a tick beside bold words when lit; else an empty ring beside plain ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.lit = False
        self.text = ""
        self._theme: Theme | None = None
        self._colour = ""

    def show_fact(self, lit: bool, text: str) -> None:
        """Light the lamp or not, and say what that means."""
        if (lit, text) != (self.lit, self.text):
            self.lit, self.text = lit, text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def apply_theme(self, theme: Theme, colour: str) -> None:
        """Take on sizes, and the colour to shine in."""
        self._theme, self._colour = theme, colour
        self.setFont(theme.font())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the bold words."""
        metrics = QFontMetricsF(self._bold())
        width = metrics.horizontalAdvance(self.text) + LEFT * metrics.height()
        return QSize(int(width) + 2, int(1.4 * metrics.height()))

    def minimumSizeHint(self) -> QSize:
        """Room for the longest word."""
        metrics = QFontMetricsF(self._bold())
        longest = max(map(metrics.horizontalAdvance, self.text.split()), default=0.0)
        return QSize(int(longest + LEFT * metrics.height()) + 2, self.sizeHint().height())

    def heightForWidth(self, width: int) -> int:
        """Room for the lines that the words break into."""
        metrics = QFontMetricsF(self._bold())
        room = QRectF(0, 0, width - LEFT * metrics.height(), 0)
        text = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self.text)
        return int(text.height() + 0.4 * metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the disc or ring, and the words."""
        if self._theme is None:
            return
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setBold(self.lit)
        metrics = QFontMetricsF(font)
        radius = 0.36 * metrics.height()
        line = max(1.0, 0.09 * metrics.height())
        centre = QPointF(radius + line, 0.7 * metrics.height())
        if self.lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(centre, radius + line / 2, radius + line / 2)
            painter.setPen(QPen(QColor(theme.page), 1.3 * line, c=Qt.PenCapStyle.RoundCap))
            bend = centre + QPointF(-0.1 * radius, 0.45 * radius)
            painter.drawLine(centre + QPointF(-0.5 * radius, 0.05 * radius), bend)
            painter.drawLine(bend, centre + QPointF(0.55 * radius, -0.42 * radius))
        else:
            painter.setPen(QPen(QColor(theme.muted), line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, radius, radius)
        painter.setFont(font)
        painter.setPen(QColor(theme.ink if self.lit else theme.muted))
        left = LEFT * metrics.height()
        room = QRectF(left, 0.2 * metrics.height(), self.width() - left, self.height())
        painter.drawText(room, Qt.TextFlag.TextWordWrap, self.text)
        painter.end()

    def _bold(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font
