"""Typeset formulas as pictures that stand on the baseline of running text."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QImage, QPainter, QTextCharFormat
from PySide6.QtGui import QTextImageFormat as ImageFormat

from mlm_gui.theme import Theme
from mlm_gui.typeset import EM, Drawing, renderer

IN_LINE, DISPLAYED = 1.22, 1.4
"""Sizes of a formula in the line and on a line of its own, as multiples of the body text's."""

KEPT = 512
"""Pictures that are kept."""


class Picture(NamedTuple):
    """A formula as an image, and the format that sets it on the baseline."""

    image: QImage
    form: ImageFormat


def picture(
    drawing: Drawing,
    name: str,
    theme: Theme,
    scale: float,
    text_size: str,
    ratio: float,
    most: float,
    clear: float = 0.0,
) -> Picture:
    """A drawing at a multiple of a text size, no wider than ``most`` pixels, clear above.

    Qt sets an image in a line so that it hangs below the baseline by the descent of its format's
    font. So that font is chosen as large as the formula hangs deep.
    """
    size = QFontInfo(theme.font(text_size)).pixelSize() * scale / EM
    size = min(size, most / max(drawing.width, 1.0))
    font, below = _hanging(theme.font(text_size), ceil(size * drawing.descent))
    above = ceil(size * drawing.ascent + clear)
    width = ceil(size * drawing.width)
    image = _render(drawing, theme.ink, theme.accent, size, ratio, (width, above, below))
    form = ImageFormat()
    form.setName(name)
    form.setWidth(width)
    form.setHeight(above + below)
    form.setFont(font)
    form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
    return Picture(image, form)


def _hanging(font: QFont, depth: int) -> tuple[QFont, int]:
    """A font whose descent is no less than a depth, and its descent."""
    font = QFont(font)
    size = QFontInfo(font).pixelSize()
    while True:
        font.setPixelSize(size)
        descent = QFontMetrics(font).descent()
        if descent >= depth:
            return font, descent
        size = max(size + 1, size * depth // max(descent, 1))


@lru_cache(KEPT)
def _render(
    drawing: Drawing, ink: str, accent: str, size: float, ratio: float, box: tuple[int, int, int]
) -> QImage:
    width, above, below = box
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(ceil(width * ratio), ceil((above + below) * ratio), form)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.translate(QPointF(0, above))
    frame = drawing.frame
    target = QRectF(0, frame.top() * size, frame.width() * size, frame.height() * size)
    renderer(drawing, ink, accent).render(painter, target)
    painter.end()
    return image
