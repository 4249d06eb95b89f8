"""What was drawn once, kept until something about it differs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

LARGEST = 500_000
"""Pixels of a widget up to which its picture is kept."""


class Picture:
    """A picture of a widget, drawn anew only for another key, size or resolution."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._pixels = QPixmap()

    def show(
        self, widget: QWidget, key: tuple[object, ...], draw: Callable[[QPainter], None]
    ) -> None:
        """Put the picture on a widget; ``draw`` makes it and must cover the whole widget.

        Parameters
        ----------
        widget : QWidget
        key : tuple
            All that the picture depends on.
        draw : callable
            Draws with the painter that it gets.
        """
        painter, size = QPainter(widget), widget.size()
        if size.width() * size.height() > LARGEST:
            self._key, self._pixels = None, QPixmap()
            draw(painter)
            return
        ratio = widget.devicePixelRatioF()
        full = (*key, size.width(), size.height(), ratio)
        if full != self._key:
            self._pixels = QPixmap(size * ratio)
            self._pixels.setDevicePixelRatio(ratio)
            inner = QPainter(self._pixels)
            draw(inner)
            inner.end()
            self._key = full
        painter.drawPixmap(0, 0, self._pixels)
