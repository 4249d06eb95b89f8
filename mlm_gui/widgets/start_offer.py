"""A button that appears where the reader clicked a surface: start a new run there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from solver.formatting import number


class StartOffer(QPushButton):
    """Offers one (σ², τ²) at a time; a click by accident does not start anything.

    Signals
    -------
    accepted : float, float
        The reader wants to start from these σ² and τ².
    """

    accepted = Signal(float, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.place: tuple[float, float] | None = None
        self.setToolTip(self.tr("Begin a new run from these variances; Esc puts this away"))
        self.clicked.connect(self._accept)
        self.hide()

    def offer(self, place: tuple[float, float] | None) -> None:
        """Offer to start from σ² and τ², or put the offer away."""
        self.place = place
        self.setVisible(place is not None)
        if place is not None:
            text = self.tr("Start here: σ² = %1, τ² = %2").replace("%1", number(place[0], 3))
            self.setText(text.replace("%2", number(place[1], 3)))
            self.setAccessibleName(self.text())

    def stand_at(self, canvas: QWidget, x: float, y: float, gap: float) -> None:
        """Stand beside a place of a canvas, inside it."""
        self.setParent(canvas)
        self.adjustSize()
        left = x + gap if x + gap + self.width() < canvas.width() else x - gap - self.width()
        top = min(max(y - self.height() / 2, 0), canvas.height() - self.height())
        self.move(round(max(left, 0)), round(top))
        self.show()
        self.raise_()

    def _accept(self) -> None:
        if self.place is not None:
            place = self.place
            self.offer(None)
            self.accepted.emit(*place)
