"""Estimates with their intervals: as many columns as there is room for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.fact_table import Cell, FactTable
from solver.formatting import MINUS, exact, number, p_value
from solver.grid import Grid
from solver.lessons import Head

FIGURE, SIXTH = "\u2007", "\u2006"
"""Spaces as wide as a figure, and as what a minus is wider than one."""

BLANK: Cell = ("", "")
"""A last column that takes the room left over, so that the numbers stay together."""


class Estimate(NamedTuple):
    """A row: its name, what it is, the numbers of its columns, and the ends of its interval."""

    name: str
    meaning: str
    values: tuple[float, ...]
    interval: tuple[float, float]


class _Form(NamedTuple):
    """One way to set the rows: heads, what they mean, the rows, and how many columns are left."""

    heads: list[str]
    meanings: list[str]
    rows: list[tuple[Cell, ...]]
    numeric: frozenset[int]


class EstimateTable(FactTable):
    """Estimates under heads, in the fullest of three forms for which there is room.

    All columns; the first few, with the others on hover; or a line for each number.

    Signals
    -------
    shortened : bool
        Whether columns are left out now.
    """

    shortened = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((), parent)
        self._forms: list[_Form] = []
        self._widths: list[int] = []
        self._form = -1
        self._grid = Grid((), ())

    def set_estimates(
        self, heads: Sequence[Head], rows: Sequence[Estimate], interval: Head, kept: int
    ) -> None:
        """Show estimates.

        Parameters
        ----------
        heads : sequence of Head
            Of the columns; that named ``p`` is set as a p value.
        rows : sequence of Estimate
        interval : Head
            Of the interval.
        kept : int
            Columns that are shown where there is little room.
        """
        every = len(heads)
        self._forms = [_in_columns(heads, rows, interval, every)]
        if kept < every:
            self._forms.append(_in_columns(heads, rows, interval, kept))
        self._forms.append(_in_lines(heads, rows, interval, kept))
        names = ("", *(head.name for head in heads), self.tr("95 % from"), self.tr("to"))
        self._grid = Grid(
            names, tuple((row.name, *row.values, *row.interval) for row in rows), digits=7
        )
        self._measure()

    def grid(self) -> Grid:
        """All numbers with all their digits, the ends of the interval in two columns."""
        return self._grid

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        super().apply_theme(theme)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the form for which there is room."""
        super().resizeEvent(event)
        self._choose()

    def _measure(self) -> None:
        self._widths = []
        for form in self._forms:
            self._set(form)
            self._widths.append(self.natural_width())
        self._form = -1
        self._choose()

    def _choose(self) -> None:
        room = self.viewport().width()
        fits = (k for k, width in enumerate(self._widths) if width <= room)
        form = next(fits, len(self._widths) - 1)
        if form in (self._form, -1):
            return
        self._form = form
        self._set(self._forms[form])
        self.shortened.emit(self.columnCount() < len(self._forms[0].heads) and form > 0)

    def _set(self, form: _Form) -> None:
        self._numeric = form.numeric
        self._unlike = form.numeric & {len(form.heads) - 2}
        self.set_rows(form.heads, form.rows)
        for k, meaning in enumerate(form.meanings):
            self.headerItem().setToolTip(k, meaning)


def _in_columns(
    heads: Sequence[Head], rows: Sequence[Estimate], interval: Head, columns: int
) -> _Form:
    """A line for each row, with the first columns and the interval."""
    shown, rest = heads[:columns], heads[columns:]
    lines: list[tuple[Cell, ...]] = []
    for row, between in zip(rows, interval_texts([row.interval for row in rows]), strict=True):
        others = zip(rest, row.values[columns:], strict=True)
        told = [row.meaning, *(f"{head.name} = {_text(head, value)}" for head, value in others)]
        cells = zip(shown, row.values[:columns], strict=True)
        lines.append(
            (
                (row.name, "\n".join(told)),
                *((_text(head, value), exact(value)) for head, value in cells),
                (between, _exactly(row.interval)),
                BLANK,
            )
        )
    named = [*shown, interval]
    return _Form(
        ["", *(head.name for head in named), ""],
        ["", *map(_meaning, named)],
        lines,
        frozenset(range(1, columns + 2)),
    )


def _in_lines(
    heads: Sequence[Head], rows: Sequence[Estimate], interval: Head, columns: int
) -> _Form:
    """A line for each number: the first beside the name, the others below it."""
    lines: list[tuple[Cell, ...]] = []
    for row in rows:
        first = _text(heads[0], row.values[0])
        others = zip(heads[columns:], row.values[columns:], strict=True)
        told = [row.meaning, *(f"{head.name} = {_text(head, value)}" for head, value in others)]
        lines.append(((row.name, "\n".join(told)), (first, exact(row.values[0])), BLANK))
        for head, value in zip(heads[1:columns], row.values[1:columns], strict=True):
            name = f"{FIGURE}{FIGURE}{head.name}"
            lines.append(((name, _meaning(head)), (_text(head, value), exact(value)), BLANK))
        between = (f"{FIGURE}{FIGURE}{interval.name}", _meaning(interval))
        lines.append((between, (_between(*row.interval), _exactly(row.interval)), BLANK))
    return _Form(["", heads[0].name, ""], ["", _meaning(heads[0])], lines, frozenset())


def interval_texts(intervals: Sequence[tuple[float, float]]) -> list[str]:
    """Intervals as "low to high": set flush right, each "to" stands below the other."""
    highs = [number(high) for _, high in intervals]
    widest = max(map(len, highs), default=0)
    return [
        _between(low, high) + FIGURE * (widest - len(text))
        for (low, high), text in zip(intervals, highs, strict=True)
    ]


def led(text: str, figures: int, *, signed: bool) -> str:
    """A number with spaces before it, as wide as one with so many figures and a minus."""
    lead = FIGURE * (figures - len(text.lstrip(MINUS)))
    return (FIGURE + SIXTH) * (signed and not text.startswith(MINUS)) + lead + text


def _text(head: Head, value: float) -> str:
    return p_value(value) if head.name == "p" else number(value)


def _between(low: float, high: float) -> str:
    return "–" if math.isnan(low) else f"{number(low)} {_to()} {number(high)}"


def _exactly(interval: tuple[float, float]) -> str:
    return "" if math.isnan(interval[0]) else f"{exact(interval[0])} {_to()} {exact(interval[1])}"


def _meaning(head: Head) -> str:
    return f"{head.name}: {head.meaning}"


def _to() -> str:
    return QCoreApplication.translate("EstimateTable", "to")
