"""How near a number foretold came: both on one line, with the range that counts as right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from mlm_gui.theme import Theme
from solver.formatting import number

WIDEST = 60
"""Units of the theme that the line takes at most."""


class Nearness(QWidget):
    """A line from 0 with what was said above it and what happened below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said = self.truth = self.tolerance = 0.0
        self._theme: Theme | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_numbers(self, said: float, truth: float, tolerance: float) -> None:
        """Show what was said beside the truth, and the range of ``tolerance``·truth about it."""
        self.said, self.truth, self.tolerance = said, truth, tolerance
        text = self.tr("You said {}, it is {}; right is from {} to {}.")
        least, most = (truth * (1 + sign * tolerance) for sign in (-1, 1))
        self.setAccessibleName(text.format(*map(number, (said, truth, least, most))))
        self.setVisible(True)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font("small"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text and the line between them."""
        unit = self._theme.unit if self._theme is not None else 8
        return QSize(WIDEST * unit, round(2 * QFontMetricsF(self.font()).height() + 3 * unit))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, the range, and a tick and a number for each of the two."""
        if self._theme is None:
            return
        theme, unit = self._theme, self._theme.unit
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        width, middle = min(self.width(), WIDEST * unit) - 2 * unit, self.height() / 2
        least, most = min(0.0, self.said, self.truth), max(0.0, self.said, self.truth)
        scale = width / ((most - least) * 1.15 or 1.0)

        def across(value: float) -> float:
            return unit + (value - least) * scale

        half = abs(self.truth) * self.tolerance
        left = across(self.truth - half)
        right = min(across(self.truth + half), unit + width)
        painter.fillRect(
            QRectF(left, middle - unit / 2, right - left, unit), QColor(theme.accent_wash)
        )
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QPointF(unit, middle), QPointF(unit + width, middle))
        for value, text, up, ink in (
            (0.0, "0", False, theme.muted),
            (self.said, self.tr("you: {}").format(number(self.said)), True, theme.ink),
            (self.truth, number(self.truth), False, theme.accent),
        ):
            x, tick = across(value), unit if up else -unit
            painter.setPen(QPen(QColor(ink), 2))
            painter.drawLine(QPointF(x, middle), QPointF(x, middle - tick))
            room = metrics.horizontalAdvance(text)
            start = min(max(x - room / 2, 0.0), self.width() - room)
            base = middle - 1.3 * unit if up else middle + 1.3 * unit + metrics.ascent()
            painter.drawText(QPointF(start, base), text)
