"""How the entries of a matrix are written, loosely or tightly."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from mlm_gui.widgets.matrix_window import Density, Display
from solver.formatting import MINUS, number
from solver.moments import Floats

TIGHT_DIGITS = 3
"""Significant digits of a matrix that is written as tightly as can be."""

FEWEST = {Density.CLOSE: 3, Density.TIGHT: 2}
"""Significant digits that every entry has at least, where not all have those asked for."""

entry_text = lru_cache(1 << 15)(number)


def entry_texts(values: Floats, display: Display) -> list[list[str]]:
    """The texts of entries; in tight ones few columns have more decimals than the largest needs."""
    digits = display.digits
    if display.density is Density.LOOSE:
        return [[entry_text(value, digits) for value in row] for row in values.tolist()]
    if display.density is Density.TIGHT:
        digits = min(digits, TIGHT_DIGITS)
    fewest = FEWEST[display.density]
    largest = np.abs(np.where(np.isfinite(values), values, 0.0)).max(axis=0, initial=0.0)
    decimals = [_decimals(entry_text(value, digits)) for value in largest.tolist()]
    return [
        [_limited(value, digits, fewest, most) for value, most in zip(row, decimals, strict=True)]
        for row in values.tolist()
    ]


@lru_cache(1 << 12)
def _limited(value: float, digits: int, fewest: int, most: int) -> str:
    """A number with at most so many decimals, but as many significant digits as all must have."""
    text = entry_text(value, digits)
    if "·" in text or _decimals(text) <= most:
        return text
    first = min(digits, fewest) - 1 - math.floor(math.log10(abs(value)))
    return f"{value:.{max(most, first)}f}".replace("-", MINUS)


def _decimals(text: str) -> int:
    return len(text.partition("·")[0].partition(".")[2])
