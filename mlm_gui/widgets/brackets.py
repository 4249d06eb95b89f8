"""The square brackets of a matrix, as high as what stands between them."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mlm_gui.theme import Theme


class Side(Enum):
    """Which of the two brackets."""

    LEFT = 0
    RIGHT = 1


def draw_bracket(
    painter: QPainter, box: QRectF, side: Side, whole: tuple[bool, bool], theme: Theme
) -> None:
    """Draw a bracket.

    Parameters
    ----------
    painter : QPainter
    box : QRectF
        Where; the hooks are nearly as long as it is wide.
    side : Side
    whole : (bool, bool)
        Whether the matrix begins and ends here: a bracket without a hook says that it goes on.
    theme : Theme
    """
    thick = max(1, round(theme.unit / 7))
    hook = round(0.7 * box.width())
    ink = QColor(theme.ink)
    start, end = round(box.left()), round(box.right())
    left = start if side is Side.LEFT else end - thick
    hook_left = start if side is Side.LEFT else end - hook
    painter.fillRect(QRectF(left, box.top(), thick, box.height()), ink)
    if whole[0]:
        painter.fillRect(QRectF(hook_left, box.top(), hook, thick), ink)
    if whole[1]:
        painter.fillRect(QRectF(hook_left, box.bottom() - thick, hook, thick), ink)


class RightBracket(QWidget):
    """The bracket that closes a matrix."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._whole = (True, True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.update()

    def set_whole(self, whole: tuple[bool, bool]) -> None:
        """Whether the matrix begins at the top and ends at the bottom."""
        if whole != self._whole:
            self._whole = whole
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bracket."""
        if self._theme is not None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor(self._theme.sheet))
            draw_bracket(painter, QRectF(self.rect()), Side.RIGHT, self._whole, self._theme)
