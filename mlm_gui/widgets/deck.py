"""The plots: one large at a time, or four tiled; and what is shown in their place, alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.choice_button import ChoiceButton
from mlm_gui.widgets.choice_row import ChoiceRow
from mlm_gui.widgets.pane import Pane

ALL = "all"
"""The choice of every plot at once."""


class Deck(QWidget):
    """Plots under a row of buttons that choose among them.

    Signals
    -------
    chosen : str
        Name of a plot, or ``all``.

    Parameters
    ----------
    panes : mapping
        The plots by their names; the first is shown at the start.
    apart : set of str
        Those that are never tiled with the others.
    """

    chosen = Signal(str)

    def __init__(
        self,
        panes: Mapping[str, Pane],
        apart: Set[str] = frozenset(),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.panes, self.apart = dict(panes), apart
        self.choice = next(iter(panes))
        tiled = [name for name in panes if name not in apart]
        names = (*tiled, ALL, *(name for name in panes if name in apart))
        self.bar = ChoiceRow({name: self._button(name) for name in names})
        self.buttons = self.bar.buttons
        layout, self._grid = QVBoxLayout(self), QGridLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addLayout(self._grid, 1)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        for k, pane in enumerate(panes.values()):
            self._grid.addWidget(pane, k // 2, k % 2)

    def choose(self, name: str) -> None:
        """Show one plot, or ``all``."""
        self.choice = name
        self.bar.choose(name)
        self.chosen.emit(name)

    def wants(self, name: str) -> bool:
        """Whether a plot is among those chosen."""
        return self.choice == name or (self.choice == ALL and name not in self.apart)

    def arrange(self, shown: Collection[str], *, across: bool = False) -> None:
        """Share the room among the plots that are shown; two stand one below, or beside, the other.

        The second is so where ``across``.
        """
        names = [name for name in self.panes if name in shown]
        columns = 1 if len(names) <= (1 if across else 2) else 2
        cells = [divmod(k, columns) for k in range(len(names))]
        for name, (row, column) in zip(names, cells, strict=True):
            self._grid.addWidget(self.panes[name], row, column)
        for k in range(-(-len(self.panes) // 2)):
            self._grid.setRowStretch(k, int(any(row == k for row, _ in cells)))
        for k in range(2):
            self._grid.setColumnStretch(k, int(any(column == k for _, column in cells)))

    def offer(self, names: Set[str]) -> None:
        """Say how many plots there are to be tiled."""
        count = len(names - self.apart)
        said = {2: self.tr("Both"), 3: self.tr("All three")}.get(count, self.tr("All four"))
        self.buttons[ALL].setText(said)
        self.buttons[ALL].setAccessibleName(self.tr("Show {}").format(said))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.bar.apply_theme(theme)

    def _button(self, name: str) -> ChoiceButton:
        title = self.panes[name].title if name != ALL else self.tr("All four")
        button = ChoiceButton(f"plot_{name}", title, self.tr("Show {}").format(title))
        button.clicked.connect(lambda: self.choose(name))
        return button
