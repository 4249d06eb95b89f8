"""Numbers under one another: where the decimal points go, and how wide a column must be."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QFont, QFontMetricsF


class Decimals:
    """The width of a column of numbers, which grows and never shrinks while texts are added.

    Parameters
    ----------
    font : QFont
        The font of the numbers; its figures should be tabular.

    Attributes
    ----------
    before, after : float
        Pixels that the longest part before the decimal point takes, and the longest from it on.
    """

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetricsF(font)
        self._known: dict[str, tuple[float, float]] = {}
        self.before = 0.0
        self.after = 0.0

    @property
    def width(self) -> float:
        """Pixels from the first figure of the longest number to the last."""
        return self.before + self.after

    def parts(self, text: str) -> tuple[float, float]:
        """Pixels before the decimal point of a text, and from it on."""
        widths = self._known.get(text)
        if widths is None:
            whole, point, _ = text.partition(".")
            before = self._metrics.horizontalAdvance(whole)
            after = self._metrics.horizontalAdvance(text) - before if point else 0.0
            widths = self._known[text] = (before, after)
        return widths

    def add(self, texts: Iterable[str]) -> bool:
        """Make room for texts; whether the column grew."""
        grew = False
        for text in set(texts):
            before, after = self.parts(text)
            if before > self.before:
                self.before, grew = before, True
            if after > self.after:
                self.after, grew = after, True
        return grew
