"""Words on a plot. Qt sets them: ten times as fast as matplotlib, and in the page's own font."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked

SUBSCRIPT = re.compile(r"<sub>(.*?)</sub>")
"""The one piece of markup that a label may hold."""


@dataclass(frozen=True)
class Label:
    """A piece of text and where it belongs.

    Attributes
    ----------
    text : str
        May hold ``<sub>…</sub>``.
    x, y : float
        Where, in the canvas's pixels from its top left corner.
    colour : str
    size : str
        ``small``, ``body`` or ``large``.
    across, down : float
        Which point of the text lies there: 0 its left or top, ½ its middle, 1 its right or bottom.
    room : float or None
        Pixels that it may take; a longer text is elided.
    ground : str or None
        Colour behind it.
    group : int or None
        The group that it names.
    bold : bool
    asked : Asked or None
        The number that it shows, which can be explained.
    leader : (x, y) or None
        A place that a hairline leads to from the text's left end.
    """

    text: str
    x: float
    y: float
    colour: str
    size: str = "small"
    across: float = 0.0
    down: float = 0.5
    room: float | None = None
    ground: str | None = None
    group: int | None = None
    bold: bool = False
    asked: Asked | None = None
    leader: tuple[float, float] | None = None


@dataclass(frozen=True)
class SetLabel:
    """A label as it was last painted: ``text`` is what there was room for."""

    label: Label
    text: str
    rect: QRectF

    @property
    def elided(self) -> bool:
        """Whether a part of the text had no room."""
        return self.text != self.label.text

    @property
    def leader(self) -> tuple[QPointF, QPointF] | None:
        """The ends of the hairline that leads to it."""
        if self.label.leader is None:
            return None
        return QPointF(*self.label.leader), QPointF(self.rect.left() - 2, self.rect.center().y())

    @property
    def mathtext(self) -> str:
        """The text as matplotlib writes it."""
        return SUBSCRIPT.sub(r"$_{\\mathregular{\1}}$", self.text.replace("$", r"\$"))


class Letters:
    """Measures and paints labels in the fonts of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._fonts: dict[tuple[str, bool, bool], tuple[QFont, QFontMetricsF]] = {}
        self._widths: dict[tuple[str, str, bool], float] = {}

    def forget(self) -> None:
        """Forget the widths of texts, many of which are not shown any more."""
        self._widths = {}

    def metrics(self, size: str = "small", bold: bool = False) -> QFontMetricsF:
        """The measures of a text size."""
        return self._font(size, bold)[1]

    def width_of(self, text: str, size: str = "small", bold: bool = False) -> float:
        """Pixels that a text takes."""
        known = self._widths.get((text, size, bold))
        if known is None:
            known = self._widths[text, size, bold] = sum(
                self._font(size, bold, low)[1].horizontalAdvance(part) for part, low in _runs(text)
            )
        return known

    def set(self, label: Label) -> SetLabel:
        """Fit a label into its room."""
        metrics = self.metrics(label.size, label.bold)
        text, width = label.text, self.width_of(label.text, label.size, label.bold)
        if label.room is not None and width > label.room:
            plain, room = SUBSCRIPT.sub(r"\1", text), max(label.room, 0.0)
            text = metrics.elidedText(plain, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
        height = metrics.height()
        left, top = label.x - label.across * width, label.y - label.down * height
        return SetLabel(label, text, QRectF(left, top, width, height))

    def paint(self, painter: QPainter, item: SetLabel) -> None:
        """Paint a label, on its ground and with its leader."""
        label = item.label
        if label.ground:
            painter.fillRect(item.rect.adjusted(-2, 0, 2, 0), QColor(label.ground))
        painter.setPen(QColor(label.colour))
        if item.leader is not None:
            painter.drawLine(*item.leader)
        ascent = self.metrics(label.size, label.bold).ascent()
        x, y = item.rect.left(), item.rect.top() + ascent
        for part, low in _runs(item.text):
            font, metrics = self._font(label.size, label.bold, low)
            painter.setFont(font)
            painter.drawText(QPointF(x, y + (0.25 * ascent if low else 0.0)), part)
            x += metrics.horizontalAdvance(part)

    def _font(self, size: str, bold: bool, low: bool = False) -> tuple[QFont, QFontMetricsF]:
        known = self._fonts.get((size, bold, low))
        if known is None:
            font = self._theme.font(size)
            font.setBold(bold)
            if low:
                font.setPointSizeF(0.75 * font.pointSizeF())
            known = self._fonts[size, bold, low] = font, QFontMetricsF(font)
        return known


def _runs(text: str) -> list[tuple[str, bool]]:
    """Pieces of a text, and whether each is a subscript."""
    if "<sub>" not in text:
        return [(text, False)]
    pieces = SUBSCRIPT.split(text)
    return [(piece, bool(k % 2)) for k, piece in enumerate(pieces) if piece]
