"""Estimates with their intervals: as many columns as there is room for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from mlm_gui.widgets.fact_table import Cell
from mlm_gui.widgets.formed_table import BLANK, Form, FormedTable
from solver.exports.grid import Grid
from solver.formatting import MINUS, exact, number, p_value
from solver.lessons import Head
from solver.quantity import Quantity

FIGURE, SIXTH = "\u2007", "\u2006"
"""Spaces as wide as a figure, and as what a minus is wider than one."""

INDENT = FIGURE


class Estimate(NamedTuple):
    """A row: its name, what it is, its numbers, the ends of its interval, and what they all are.

    The ``quantities`` are those of the values and, last, of the lower end.
    """

    name: str
    meaning: str
    values: tuple[float, ...]
    interval: tuple[float, float]
    quantities: tuple[Quantity, ...] = ()


class EstimateTable(FormedTable):
    """Estimates under heads: all columns, the first few of them, or the names in their own lines.

    Signals
    -------
    shortened : bool
        Whether columns are left out now; the names tell them when pointed at.
    """

    shortened = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = Grid((), ())
        self._longest = False
        self.formed.connect(lambda form: self.shortened.emit(form > 0 and self._longest))

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
        names = ("", *(head.name for head in heads), self.tr("95 % from"), self.tr("to"))
        self._grid = Grid(
            names, tuple((row.name, *row.values, *row.interval) for row in rows), digits=7
        )
        self._longest = kept < len(heads)
        self.set_forms(
            [
                _in_columns(heads, rows, interval, len(heads)),
                *([_in_columns(heads, rows, interval, kept)] if self._longest else []),
                names_apart(_in_columns(heads, rows, interval, kept)),
                _in_lines(heads, rows, interval, kept),
            ]
        )

    def grid(self) -> Grid:
        """All numbers with all their digits, the ends of the interval in two columns."""
        return self._grid


def names_apart(form: Form) -> Form:
    """A form whose rows' names stand in lines of their own, above the numbers."""
    rows: list[tuple[Cell, ...]] = []
    for name, *cells in form.rows:
        rows += [(name,), tuple(cells)]
    asked: list[Sequence[Quantity | None]] = []
    for quantities in form.quantities:
        asked += [(), quantities[1:]]
    return Form(
        form.heads[1:],
        rows,
        frozenset(k - 1 for k in form.numeric),
        frozenset(k - 1 for k in form.unlike),
        asked,
    )


def _in_columns(
    heads: Sequence[Head], rows: Sequence[Estimate], interval: Head, columns: int
) -> Form:
    """A line for each row, with the first columns and the interval."""
    lines: list[tuple[Cell, ...]] = []
    for row, between in zip(rows, interval_texts([row.interval for row in rows]), strict=True):
        cells = zip(heads[:columns], row.values, strict=False)
        lines.append(
            (
                _name(heads, row, columns),
                *((_text(head, value), exact(value)) for head, value in cells),
                (between, _exactly(row.interval)),
                BLANK,
            )
        )
    named = [(head.name, _meaning(head)) for head in (*heads[:columns], interval)]
    last = columns + 1
    return Form(
        [BLANK, *named, BLANK],
        lines,
        frozenset(range(1, last + 1)),
        unlike=frozenset({last}),
        quantities=[(None, *row.quantities[:columns], *row.quantities[-1:]) for row in rows],
    )


def _in_lines(
    heads: Sequence[Head], rows: Sequence[Estimate], interval: Head, columns: int
) -> Form:
    """A line for each number: the first beside the name, the others below it."""
    lines: list[tuple[Cell, ...]] = []
    for row in rows:
        first, *others = zip(heads[:columns], row.values, strict=False)
        lines.append((_name(heads, row, columns), (_text(*first), exact(first[1])), BLANK))
        for head, value in others:
            name = f"{INDENT}{head.name}"
            lines.append(((name, _meaning(head)), (_text(head, value), exact(value)), BLANK))
        between = (f"{INDENT}{interval.name}", _meaning(interval))
        lines.append((between, (_between(*row.interval), _exactly(row.interval)), BLANK))
    asked = [
        (None, quantity)
        for row in rows
        for quantity in (
            *row.quantities[: min(columns, len(heads))],
            row.quantities[-1] if row.quantities else None,
        )
    ]
    top = (heads[0].name, _meaning(heads[0]))
    known = asked if rows and rows[0].quantities else ()
    return Form([BLANK, top, BLANK], lines, frozenset(), quantities=known)


def _name(heads: Sequence[Head], row: Estimate, columns: int) -> Cell:
    """A row's name; what it is and the numbers that are left out are told on hover."""
    left_out = list(zip(heads, row.values, strict=True))[columns:]
    told = [row.meaning, *(f"{head.name} = {_text(head, value)}" for head, value in left_out)]
    return row.name, "\n".join(told)


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
