"""A name to switch on and off: a checkable button that is drawn flat."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.face import Face


class Chip(QAbstractButton):
    """A rounded label; filled and in ink while it is checked.

    Signals
    -------
    switched : str, bool
        The reader has switched the chip with this text on or off.
    """

    switched = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._unit = 8
        self._face = Face(self.font())
        self.setCheckable(True)
        self.clicked.connect(self._say)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme, self._unit = theme, theme.unit
        self._face = Face(theme.font("small"))
        self.setFont(self._face.font)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """The text and a margin."""
        width = self._face.width(self.text()) + 1.4 * self._unit
        return QSize(round(width), round(self._face.metrics.height() * 1.3))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The shape and the text."""
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.hairline if not self.isChecked() else theme.muted
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else edge), 1))
        painter.setBrush(QColor(theme.stripe if self.isChecked() else theme.page))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, self._unit / 2, self._unit / 2)
        painter.setPen(QColor(theme.ink if self.isChecked() else theme.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _say(self, checked: bool) -> None:
        self.switched.emit(self.text(), checked)
