"""The matrices on their shelf, and beside or below them how an entry comes about."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.cell_explanation import CellExplanation
from mlm_gui.widgets.matrix_view import EDITABLE
from mlm_gui.widgets.shelf import Shelf

AT_ONCE = 50_000
"""Observations up to which a cell is explained anew at every step; with more, when it is calm."""

CALM = 150
"""Milliseconds after a step until it is calm."""


class ExplainedShelf(QSplitter):
    """Explains one entry at a time of the matrices in sight.

    Attributes
    ----------
    explanation : CellExplanation
        Hidden while no entry is explained.
    asked : (name, row, column) or None
        The entry that the reader asked for; it may be one that is hidden just now.
    """

    def __init__(self, shelf: Shelf, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._shelf = shelf
        self.explanation = CellExplanation(self)
        self.asked: tuple[str, int, int] | None = None
        self.addWidget(shelf)
        self.addWidget(self.explanation)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 1)
        self.explanation.hide()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM)
        self._later.timeout.connect(self.explain_again)
        self._clicked = ("", 0, 0)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._explain_clicked)

    @property
    def open(self) -> bool:
        """Whether there is an explanation to see."""
        return not self.explanation.isHidden()

    def ask(self, name: str, row: int, column: int) -> None:
        """Explain an entry that was clicked.

        One that can be edited is explained when it is known that no second click follows: the
        explanation takes room from the matrices, and the cell would move below the pointer.
        """
        if name in EDITABLE and not self.open:
            self._clicked = (name, row, column)
            self._soon.start(QApplication.doubleClickInterval())
        else:
            self.explain(name, row, column)

    def take_back(self) -> None:
        """Leave an entry unexplained that was clicked just now."""
        self._soon.stop()

    def explain(self, name: str, row: int, column: int) -> None:
        """Explain an entry of a matrix in sight; close where the matrix is not."""
        view = next((view for view in self._shelf.views if view.name == name), None)
        matrix = None if view is None else view.model.matrix
        if view is None or matrix is None:
            self.close_explanation()
            return
        self._soon.stop()
        self.asked = (name, row, column)
        if view.model.hides(row, column):
            self.explanation.hide()
            return
        digits = view.model.display.digits
        self.explanation.show_cell(matrix.cell(row, column, digits), matrix.problem, digits)
        if not self.open:
            self.explanation.show()
            self.make_room()
            self.explanation.verticalScrollBar().setValue(0)
            self._shelf.bring_into_sight(view, row, column)

    def explain_again(self) -> None:
        """Explain the same entry, which may have another value or be hidden."""
        if self.asked is not None:
            self.explain(*self.asked)

    def follow(self, n: int) -> None:
        """Explain the same entry after a step, of a run on n observations."""
        if n <= AT_ONCE:
            self.explain_again()
        elif self.asked is not None:
            self._later.start()

    def close_explanation(self) -> None:
        """Explain nothing."""
        self._soon.stop()
        self.asked = None
        self.explanation.clear_cell()
        self.explanation.hide()

    def make_room(self) -> None:
        """Give the explanation a third of the pane, and some lines at least."""
        across = self.orientation() == Qt.Orientation.Horizontal
        size = self.width() if across else self.height()
        line = QFontMetricsF(self.explanation.font()).height()
        natural = self.explanation.natural_width + self.handleWidth() if across else 6 * line
        part = round(min(max(size * 0.33, natural), size * 0.5))
        self.setSizes([size - part, part])

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.setHandleWidth(max(theme.unit // 2, 3))
        self._shelf.apply_theme(theme)
        self.explanation.apply_theme(theme)

    def _explain_clicked(self) -> None:
        self.explain(*self._clicked)
