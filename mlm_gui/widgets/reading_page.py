"""A page to read: heads, running text, small print and tables under one another, scrolled."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asking, Untold
from mlm_gui.widgets.definitions import Definitions, Meanings
from mlm_gui.widgets.estimate_table import EstimateTable
from mlm_gui.widgets.formed_table import FormedTable
from mlm_gui.widgets.page import Page

WIDEST = 90
"""Width of a column in units of the theme: longer lines are hard to read."""

BESIDE = 140
"""Width of the page in units of the theme, from which on two columns stand beside each other."""


Part = TypeVar("Part", FormedTable, EstimateTable, Definitions, Meanings)


class ReadingPage(Page):
    """A column of parts on a sheet; two of them where there is room.

    Signals
    -------
    group_pointed : object
        The reader chose group j (an int).
    """

    group_pointed = Signal(object)

    def __init__(self, name: str) -> None:
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        super().__init__(name, [self._sides])
        self._columns: list[QVBoxLayout] = []
        self.add_column()
        self._unit = 0
        self._heads: list[QLabel] = []
        self._texts: list[QLabel] = []
        self._notes: list[QLabel] = []
        self._parts: list[FormedTable | Definitions | Meanings] = []
        Asking(self, self._untold)

    def add_column(self) -> None:
        """Put what follows into a column of its own, beside that before it or below."""
        column = QVBoxLayout()
        self._columns.append(column)
        self._sides.addLayout(column, 1)
        self._sides.setAlignment(column, Qt.AlignmentFlag.AlignTop)

    def add(self, part: QWidget, alignment: Qt.AlignmentFlag | None = None) -> None:
        """Put a part at the foot of the column."""
        self._columns[-1].addWidget(part, 0, alignment or Qt.AlignmentFlag(0))

    def add_head(self, text: str) -> QLabel:
        """Put a head at the foot."""
        return self._add_label(text, self._heads)

    def add_text(self, text: str = "") -> QLabel:
        """Put running text at the foot."""
        return self._add_label(text, self._texts)

    def add_note(self, text: str = "") -> QLabel:
        """Put small print at the foot."""
        return self._add_label(text, self._notes)

    def add_table(self, name: str) -> FormedTable:
        """Put a table at the foot."""
        table = self._add_part(FormedTable())
        table.setAccessibleName(name)
        return table

    def add_estimates(self, name: str) -> EstimateTable:
        """Put a table of estimates with their intervals at the foot."""
        table = self._add_part(EstimateTable())
        table.setAccessibleName(name)
        return table

    def add_meanings(self, heading: str = "") -> Meanings:
        """Put what the numbers of a table are at the foot, folded."""
        return self._add_part(Meanings(heading))

    def add_definitions(self, name: str) -> Definitions:
        """Put numbers with their definitions at the foot."""
        return self._add_part(Definitions(name))

    def _untold(self, place: QPoint) -> Untold | None:
        """Where the numbers of a sentence are explained."""
        below = self.viewport().childAt(place)
        if below not in self._texts:
            return None
        return Untold(
            self.tr(
                "Each number of this text stands in a table of the results: ask about it there."
            )
        )

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        palette = theme.palette
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Base))
        self.set_ground(palette)
        self.column.setContentsMargins(unit, unit, unit, 2 * unit)
        self._unit = unit
        for column in self._columns:
            column.setSpacing(unit // 2)
        self._arrange()
        bold = theme.font()
        bold.setBold(True)
        for label in self._heads:
            label.setFont(bold)
            label.setContentsMargins(0, unit, 0, 0)
        for label in self._texts:
            label.setFont(theme.font())
        for label in self._notes:
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        for part in self._parts:
            part.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The columns stand beside each other on a wide page, below each other else."""
        beside = len(self._columns) > 1 and self.width() >= BESIDE * self._unit
        direction = QBoxLayout.Direction
        self._sides.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._sides.setSpacing(4 * self._unit if beside else self._unit // 2)
        self.content.setMaximumWidth((len(self._columns) if beside else 1) * WIDEST * self._unit)

    def _add_part(self, part: Part) -> Part:
        self._parts.append(part)
        self.add(part)
        return part

    def _add_label(self, text: str, kind: list[QLabel]) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        kind.append(label)
        self.add(label)
        return label
