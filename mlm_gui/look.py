"""How the window looks: its theme, and the size of everything."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QToolTip

from mlm_gui.settings import Settings
from mlm_gui.theme import Theme, load_theme

STEP = 1.1
"""How much larger one step makes everything."""

LEAST, MOST, MOST_ON_A_PROJECTOR = 0.5, 3.0, 8.0
"""Bounds of the zoom."""


class Look(QObject):
    """Theme and zoom, changed by the reader and by a lecture.

    Parameters
    ----------
    settings : Settings
        Remembers both.
    parent : QObject

    Attributes
    ----------
    theme : Theme
        Colours and sizes.
    zoom : float
        The size of everything; 1 is the system's.

    Signals
    -------
    changed : Theme
    """

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self.zoom = settings.zoom
        self.theme = load_theme(settings.theme, self.zoom)
        self._dress()

    def set_theme(self, key: str) -> None:
        """Change the theme."""
        self._settings.theme = key
        self._take(load_theme(key, self.zoom))

    def set_zoom(self, zoom: float, *, remember: bool = True) -> None:
        """Change the size of everything; for a lecture it is not remembered, and may be larger."""
        zoom = min(max(zoom, LEAST), MOST if remember else MOST_ON_A_PROJECTOR)
        if zoom == self.zoom:
            return
        self.zoom = zoom
        if remember:
            self._settings.zoom = zoom
        self._take(load_theme(self.theme.key, zoom))

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What the actions of the zoom do."""
        return {
            "zoom_in": lambda: self.set_zoom(self.zoom * STEP),
            "zoom_out": lambda: self.set_zoom(self.zoom / STEP),
            "zoom_reset": lambda: self.set_zoom(1.0),
        }

    def _take(self, theme: Theme) -> None:
        self.theme = theme
        self._dress()
        self.changed.emit(theme)

    def _dress(self) -> None:
        """Give what belongs to the whole application its colours and sizes."""
        QApplication.setPalette(self.theme.palette)
        QToolTip.setFont(self.theme.font("small"))
        QToolTip.setPalette(self.theme.palette)
