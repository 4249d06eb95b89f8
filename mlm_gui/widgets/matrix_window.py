"""What can be seen of a matrix, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.moments import Floats

RISE, SAME, FALL = 1, 0, -1

ROUNDING = 1e-12
"""Relative differences up to this are rounding and no change."""

ARROWS = {RISE: "▲", FALL: "▼"}


class Density(Enum):
    """How much room the entries take."""

    LOOSE = 0
    CLOSE = 1
    TIGHT = 2


class Window(NamedTuple):
    """Neighbouring rows and columns of the table."""

    rows: range
    columns: range


@dataclass(frozen=True)
class Display:
    """How the entries are written.

    Attributes
    ----------
    symbols : bool
        As symbols (τ²+σ²) instead of numbers.
    digits : int
        Significant digits of the numbers.
    in_group_order : bool
        Whether observations of a group are brought together.
    tinted : bool
        Whether cells are tinted by value.
    density : Density
        Close entries have no more decimals than their column's largest; tight ones also fewer
        digits, in a smaller type.
    """

    symbols: bool = False
    digits: int = 4
    in_group_order: bool = False
    tinted: bool = False
    density: Density = Density.LOOSE


@dataclass(frozen=True, eq=False)
class Block:
    """What can be seen of a matrix.

    Attributes
    ----------
    window : Window
    values : (rows, columns)
    changes : (rows, columns) of int
        1 where an entry rose in this step, −1 where it fell, 0 elsewhere.
    hidden : (rows, columns) of bool
        Where a question mark stands for the entry.
    """

    window: Window
    values: Floats
    changes: NDArray[np.int8]
    hidden: NDArray[np.bool_]
