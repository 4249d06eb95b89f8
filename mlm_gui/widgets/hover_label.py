"""The values under the pointer: a small label that never leaves the plot."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from mlm_gui.theme import Theme


class HoverLabel(QLabel):
    """A label beside the pointer, inside its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._distance = 12
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._distance = round(1.5 * theme.unit)
        self.setFont(theme.font("small"))
        half = theme.unit // 2
        self.setStyleSheet(
            f"background: {theme.sheet}; color: {theme.ink};"
            f"border: 1px solid {theme.muted}; padding: {half // 2}px {half}px;"
        )

    def show_at(self, text: str, pointer: QPointF) -> None:
        """Show a text (HTML) beside the pointer; nothing where the text is empty."""
        if not text:
            self.hide()
            return
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect()
        if text != self.text():
            self.setText(text)
            self.setWordWrap(False)
            self.resize(self.sizeHint())
            if self.width() > room.width():
                self.setWordWrap(True)
                self.resize(room.width(), self.heightForWidth(room.width()))
        x = round(pointer.x()) + self._distance
        if x + self.width() > room.width():
            x = round(pointer.x()) - self._distance - self.width()
        y = round(pointer.y()) - self._distance - self.height()
        if y < 0:
            y = round(pointer.y()) + self._distance
        self.move(
            max(0, min(x, room.width() - self.width())),
            max(0, min(y, room.height() - self.height())),
        )
        self.show()
        self.raise_()
