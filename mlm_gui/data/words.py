"""Labels of the data dialogs: their fonts and colours follow the theme, without style sheets."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel

from mlm_gui.theme import Theme


def heading(text: str, theme: Theme) -> QLabel:
    """A heading of a part of a dialog."""
    label = QLabel(text)
    font = theme.font()
    font.setBold(True)
    label.setFont(font)
    return label


def wrapped(theme: Theme, colour: str = "") -> QLabel:
    """A sentence or more, over several lines where there is no room."""
    label = QLabel()
    label.setFont(theme.font())
    label.setWordWrap(True)
    tint(label, colour or theme.ink)
    return label


def tint(label: QLabel, colour: str) -> None:
    """Write in a colour."""
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    label.setPalette(palette)
