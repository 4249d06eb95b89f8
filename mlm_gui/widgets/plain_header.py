"""A table's head as a book sets it: small muted words over a hairline."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from mlm_gui.theme import Theme

_SUBSCRIPT = re.compile(r"_(\w)(?!\w)")


class PlainHeader(QHeaderView):
    """A horizontal head without buttons; ``ℓ_R`` is set with a lowered R.

    ``indent`` is the space at the left of a word, in pixels; one unit if None. Words in ``short``
    stand for those of the model.
    """

    def __init__(self, parent: QWidget | None = None, indent: int | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._indent = indent
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._theme: Theme | None = None
        self.pad = 0
        self.short: dict[int, str] = {}

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font("small"))
        self.pad = theme.unit
        self.setMinimumSectionSize(theme.unit)
        self.viewport().update()

    def text_width(self, section: int) -> float:
        """Pixels that a section's word takes."""
        return _advance(self._word(section), self.font())

    def sizeHint(self) -> QSize:
        """One line and a little space."""
        return QSize(self.length(), round(QFontMetricsF(self.font()).height() * 1.5))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """The word, on the side where the column's numbers stand, and the hairline."""
        if self._theme is None:
            return
        painter.fillRect(rect, QColor(self._theme.sheet))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(self._theme.hairline))
        word, pad = self._word(section), self.pad
        alignment = self.model().headerData(
            section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole
        )
        x = float(rect.left() + (pad if self._indent is None else self._indent))
        if Qt.AlignmentFlag(alignment) & Qt.AlignmentFlag.AlignRight:
            x = rect.right() - pad - _advance(word, self.font())
        painter.setPen(QColor(self._theme.muted))
        _draw(painter, QPointF(x, rect.center().y()), word, self.font())

    def _word(self, section: int) -> str:
        said = self.model().headerData(section, Qt.Orientation.Horizontal)
        return self.short.get(section, str(said))


def _pieces(word: str, font: QFont) -> list[tuple[str, QFont, bool]]:
    """A word cut at its subscripts: text, font and whether it is lowered."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.75)
    cut = _SUBSCRIPT.split(word)
    return [(text, small if k % 2 else font, bool(k % 2)) for k, text in enumerate(cut) if text]


def _advance(word: str, font: QFont) -> float:
    return sum(QFontMetricsF(face).horizontalAdvance(text) for text, face, _ in _pieces(word, font))


def _draw(painter: QPainter, middle_left: QPointF, word: str, font: QFont) -> None:
    metrics = QFontMetricsF(font)
    x, baseline = middle_left.x(), middle_left.y() + metrics.capHeight() / 2
    for text, face, lowered in _pieces(word, font):
        painter.setFont(face)
        painter.drawText(QPointF(x, baseline + lowered * 0.25 * metrics.ascent()), text)
        x += QFontMetricsF(face).horizontalAdvance(text)
