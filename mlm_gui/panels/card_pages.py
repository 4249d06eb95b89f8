"""A card that is longer than a projector's screen, parted into pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from mlm_gui.typeset import Formula
from mlm_gui.widgets.fact_table import FactTable

SIZES = (1.0, 0.9, 0.8, 0.7)
"""Sizes of a formula that are tried before it is set as small as may be."""


class CardPage(NamedTuple):
    """What a page of the card shows.

    Attributes
    ----------
    lesson : bool
        Whether sentence and formula are on it.
    numbers : range
        The pieces of the step's numbers that are on it, counted from 0.
    """

    lesson: bool
    numbers: range


def parted(
    lesson: float, numbers: Sequence[float], heading: float, room: float
) -> Sequence[CardPage]:
    """One page where all fits; else sentence and formula first, and the numbers on pages after it.

    Parameters
    ----------
    lesson : float
        Pixels that sentence and formula take.
    numbers : sequence of float
        Pixels that each piece of the numbers takes.
    heading : float
        Pixels that the heading of the numbers takes.
    room : float
        Pixels of a page.
    """
    if not numbers or lesson + heading + sum(numbers) <= room:
        return [CardPage(True, range(len(numbers)))]
    pages = [CardPage(True, range(0))]
    first, used = 0, heading
    for k, height in enumerate(numbers):
        if k > first and used + height > room:
            pages.append(CardPage(False, range(first, k)))
            first, used = k, heading
        used += height
    return [*pages, CardPage(False, range(first, len(numbers)))]


class Room(NamedTuple):
    """Width and height of a page below its title, and the space between its parts, in pixels."""

    width: int
    height: int
    gap: int

    def taken_by(self, parts: Iterable[QWidget]) -> int:
        """Pixels of the height that some parts take."""
        return sum(height_of(part, self.width) + self.gap for part in parts)


def height_of(widget: QWidget, width: int) -> int:
    """Pixels that a widget takes of the height, at a width."""
    if widget.hasHeightForWidth():
        return widget.heightForWidth(width)
    return widget.sizeHint().height()


def fit_formula(formula: Formula, room: Room, below: Iterable[QWidget], smallest: float) -> None:
    """Set a formula smaller where it leaves no room for the parts below it."""
    height = room.height - room.taken_by(below) - room.gap
    for size in (*SIZES, smallest):
        if formula.height_at(room.width, size, smallest / size) <= height:
            break
    formula.set_size(size)
    formula.set_smallest(smallest / size)


def fit_tables(tables: Iterable[FactTable], room: Room, sizes: Sequence[str]) -> None:
    """Set each table in the first of some sizes in which it has room; else in the last."""
    for table in tables:
        for size in sizes:
            table.set_size(size)
            if size != sizes[-1] and _has_room(table, room):
                break


def _has_room(table: FactTable, room: Room) -> bool:
    return table.natural_width() <= room.width and table.sizeHint().height() <= room.height
