"""A splitter that shares its room by a rule until the reader moves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from mlm_gui.widgets.ruled_splitter import RuledSplitter


class ShareSplitter(RuledSplitter):
    """Widgets beside each other, or one above the other.

    Parameters
    ----------
    orientation : Qt.Orientation
    widgets : sequence of QWidget
    shares : callable
        From the pixels that there are to those of each widget.
    """

    def __init__(
        self,
        orientation: Qt.Orientation,
        widgets: Sequence[QWidget],
        shares: Callable[[int], list[int]],
    ) -> None:
        super().__init__(orientation)
        self._shares = shares
        self.by_hand = False
        for widget in widgets:
            self.addWidget(widget)
        self.splitterMoved.connect(self._moved)

    def share(self) -> None:
        """Share the room by the rule, unless the reader has shared it."""
        if not self.by_hand:
            across = self.orientation() == Qt.Orientation.Horizontal
            self.setSizes(self._shares(self.width() if across else self.height()))

    def restore(self, state: QByteArray) -> None:
        """Bring back what the reader had chosen."""
        self.by_hand = self.restoreState(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self.share()

    def _moved(self) -> None:
        self.by_hand = True
