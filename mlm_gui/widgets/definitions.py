"""Numbers with their names before them and what they are beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.rich_text import rich_text
from solver.lessons import Head

READ = Qt.TextInteractionFlag.TextSelectableByMouse


class Defined(NamedTuple):
    """A number: its name and definition, how it is shown, and all its digits."""

    head: Head
    text: str
    exact: str


class Definitions(QWidget):
    """A row for each number: name, value, and the definition in small print."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(2, 1)
        self._theme: Theme | None = None
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []

    def set_rows(self, rows: Sequence[Defined]) -> None:
        """Show numbers; there are as many each time."""
        while len(self._rows) < len(rows):
            self._add()
        for (name, value, meaning), row in zip(self._rows, rows, strict=True):
            name.setText(rich_text(row.head.name))
            value.setText(row.text)
            value.setToolTip(f"{row.exact}\n{row.head.meaning}")
            value.setAccessibleName(f"{row.head.name}: {row.text}")
            meaning.setText(rich_text(row.head.meaning))

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Names and values as they are shown."""
        return [(name.text(), value.text()) for name, value, _ in self._rows]

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self._grid.setHorizontalSpacing(2 * theme.unit)
        self._grid.setVerticalSpacing(theme.unit // 2)
        for name, value, meaning in self._rows:
            for label in (name, value, meaning):
                label.setFont(theme.font("small"))
            meaning.setStyleSheet(f"color: {theme.muted};")

    def _add(self) -> None:
        name, value, meaning = row = QLabel(), QLabel(), QLabel()
        meaning.setWordWrap(True)
        at = len(self._rows)
        for k, label in enumerate(row):
            label.setTextInteractionFlags(READ)
            label.setTextFormat(Qt.TextFormat.RichText if k != 1 else Qt.TextFormat.PlainText)
            side = Qt.AlignmentFlag.AlignRight if k == 1 else Qt.AlignmentFlag.AlignLeft
            label.setAlignment(side | Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label, at, k)
        self._rows.append((name, value, meaning))
        if self._theme is not None:
            self.apply_theme(self._theme)
