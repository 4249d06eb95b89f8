"""A page to read: heads, running text, small print and tables under one another, scrolled."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.definitions import Definitions, Meanings
from mlm_gui.widgets.estimate_table import EstimateTable
from mlm_gui.widgets.formed_table import FormedTable
from mlm_gui.widgets.page import Page

WIDEST = 90
"""Width of the column in units of the theme: longer lines are hard to read."""


Part = TypeVar("Part", FormedTable, EstimateTable, Definitions, Meanings)


class ReadingPage(Page):
    """A column of parts on a sheet.

    Signals
    -------
    group_pointed : object
        The reader chose group j (an int).
    """

    group_pointed = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(name, [])
        self._heads: list[QLabel] = []
        self._texts: list[QLabel] = []
        self._notes: list[QLabel] = []
        self._parts: list[FormedTable | Definitions | Meanings] = []

    def add(self, part: QWidget) -> None:
        """Put a part at the foot."""
        self.column.insertWidget(self.column.count() - 1, part)

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

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        palette = theme.palette
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Base))
        self.set_ground(palette)
        self.column.setContentsMargins(unit, unit, unit, 2 * unit)
        self.column.setSpacing(unit // 2)
        self.content.setMaximumWidth(WIDEST * unit)
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
