"""A card that is longer than a projector's screen, parted into pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


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
