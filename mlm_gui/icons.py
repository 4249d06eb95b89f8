"""The program's own single-line icons, in the colour of the text that they stand beside."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from assets import ASSETS


def icon(name: str, colour: str, size: int) -> QIcon:
    """An icon of ``assets/icons/`` in a colour, ``size`` pixels wide, sharp at any density."""
    source = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("#000000", colour).encode()))
    result = QIcon()
    for density in (1, 2, 3):
        pixmap = QPixmap(QSize(size, size) * density)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        pixmap.setDevicePixelRatio(density)
        result.addPixmap(pixmap)
    return result
