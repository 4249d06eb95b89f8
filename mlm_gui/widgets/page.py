"""A page that scrolls: widgets under one another, on one ground."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget


class Page(QScrollArea):
    """Widgets, and layouts to be filled, under one another and as wide as the page.

    Attributes
    ----------
    content : QWidget
        What holds them.
    column : QVBoxLayout
        Their layout.
    """

    def __init__(self, name: str, parts: list[QWidget | QLayout]) -> None:
        super().__init__()
        self.content = QWidget()
        self.column = QVBoxLayout(self.content)
        for part in parts:
            if isinstance(part, QWidget):
                self.column.addWidget(part)
            else:
                self.column.addLayout(part)
        self.column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setAccessibleName(name)
        self.setWidget(self.content)

    def set_ground(self, palette: QPalette) -> None:
        """Take on the colours of a palette."""
        for part in (self, self.content):
            part.setPalette(palette)
