"""Numbers with their names before them, and what they are for who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking
from mlm_gui.widgets.disclosure import Disclosure
from mlm_gui.widgets.fact_table import aligned
from mlm_gui.widgets.rich_text import rich_text
from solver.lessons import Head
from solver.quantity import Quantity

READ = Qt.TextInteractionFlag.TextSelectableByMouse


class Defined(NamedTuple):
    """A number: its name and definition, how it is shown, and all its digits."""

    head: Head
    text: str
    exact: str
    quantity: Quantity | None = None


class Definitions(QWidget):
    """A row for each number, name and value; what they are is one click away."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.meanings = Meanings()
        self._grid = QGridLayout()
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addWidget(self.meanings)
        self._theme: Theme | None = None
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._shown: Sequence[Defined] = ()

    def set_rows(self, rows: Sequence[Defined]) -> None:
        """Show numbers; there are as many each time."""
        while len(self._rows) < len(rows):
            self._add()
        self._shown = rows
        texts = aligned([row.text for row in rows])
        for (name, value), row, text in zip(self._rows, rows, texts, strict=True):
            name.setText(rich_text(row.head.name))
            name.setToolTip(row.head.meaning)
            value.setText(text)
            value.setToolTip(f"{row.exact}\n{row.head.meaning}")
            value.setAccessibleName(f"{row.head.name}: {row.text}")
        self.meanings.explain([row.head for row in rows])

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Names and values as they are shown."""
        return [(name.text(), value.text().strip("\u2007\u2008")) for name, value in self._rows]

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.meanings.apply_theme(theme)
        self._grid.setHorizontalSpacing(2 * theme.unit)
        self._grid.setVerticalSpacing(theme.unit // 4)
        for row in self._rows:
            for label in row:
                label.setFont(theme.font("small"))

    def _asked(self, row: int, place: QPoint) -> Asked | None:
        quantity = self._shown[row].quantity if row < len(self._shown) else None
        return Asked(quantity) if quantity else None

    def _add(self) -> None:
        name, value = row = QLabel(), QLabel()
        name.setTextFormat(Qt.TextFormat.RichText)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        for k, label in enumerate(row):
            label.setTextInteractionFlags(READ)
            self._grid.addWidget(label, len(self._rows), k)
        Asking(value, partial(self._asked, len(self._rows)))
        self._rows.append((name, value))
        if self._theme is not None:
            self.apply_theme(self._theme)


class Meanings(Disclosure):
    """What numbers are, folded away until it is asked for."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(heading, parent)
        if not heading:
            self.button.setText(self.tr("What these numbers are"))

    def explain(self, heads: Iterable[Head]) -> None:
        """Tell of each number what it is."""
        lines = [f"<b>{rich_text(h.name)}</b>: {rich_text(h.meaning)}" for h in heads]
        self.text.setText("<br>".join(lines))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        super().apply_theme(theme)
        for part in (self.button, self.text):
            part.setFont(theme.font("small"))
        self.text.setStyleSheet(f"color: {theme.muted};")
