"""A font together with what it measures."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF

KEPT = 5000
"""Widths of texts that are remembered."""


class Face:
    """A font, and how wide texts are in it."""

    def __init__(self, font: QFont, *, bold: bool = False) -> None:
        self.font = QFont(font)
        self.font.setBold(bold)
        self.metrics = QFontMetricsF(self.font)
        self.rise = self.metrics.capHeight() / 2
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """Pixels that a text takes."""
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) > KEPT:
                self._widths.clear()
            width = self._widths[text] = self.metrics.horizontalAdvance(text)
        return width
