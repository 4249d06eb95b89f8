"""A page to read: heads, running text, small print and tables under one another, scrolled."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.definitions import Definitions
from mlm_gui.widgets.fact_table import FactTable
from mlm_gui.widgets.page import Page

WIDEST = 90
"""Width of the column in units of the theme: longer lines are hard to read."""


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
        self._tables: list[FactTable | Definitions] = []

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

    def add_table(self, name: str, numeric: tuple[int, ...]) -> FactTable:
        """Put a table at the foot, whose columns ``numeric`` hold numbers."""
        table = FactTable(numeric)
        table.setAccessibleName(name)
        self._tables.append(table)
        self.add(table)
        return table

    def add_definitions(self, name: str) -> Definitions:
        """Put numbers with their definitions at the foot."""
        definitions = Definitions(name)
        self._tables.append(definitions)
        self.add(definitions)
        return definitions

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        palette = theme.palette
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Base))
        self.set_ground(palette)
        self.column.setContentsMargins(2 * unit, unit, 2 * unit, 2 * unit)
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
        for table in self._tables:
            table.apply_theme(theme)

    def _add_label(self, text: str, kind: list[QLabel]) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        kind.append(label)
        self.add(label)
        return label
