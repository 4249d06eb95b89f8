"""Tints behind numbers: by value, in colours that the numbers stay readable on."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from mlm_gui.theme import Theme
from solver.moments import Floats

SHADES = 32
"""Shades from nothing to the strongest."""

STRONGEST = 0.4
"""How much of the colour the strongest shade has; the rest is the ground."""


def blend(ground: str, colour: str, part: float) -> str:
    """A colour with so much of ``colour`` and the rest of ``ground``."""
    a, b = QColor(ground), QColor(colour)
    mixed = (
        round(x + (y - x) * part)
        for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return "#{:02x}{:02x}{:02x}".format(*mixed)


@lru_cache(16)
def shades(ground: str, below: str, above: str) -> NDArray[np.uint32]:
    """The shades for −1 … 1 as 32-bit colours, (2·SHADES + 1,); the middle one is transparent."""
    colours = []
    for k in range(-SHADES, SHADES + 1):
        mixed = blend(ground, above if k > 0 else below, STRONGEST * abs(k) / SHADES)
        colours.append(QColor(mixed).rgb() if k else 0)
    return np.array(colours, np.uint32)


def tints(values: Floats, scale: tuple[float, float], theme: Theme) -> NDArray[np.uint32]:
    """The tints of values as 32-bit colours: two hues where there are both signs, grey otherwise.

    Parameters
    ----------
    values : (a, b)
    scale : (float, float)
        The smallest and the largest value of the matrix.
    theme : Theme
    """
    low, high = scale
    largest = max(abs(low), abs(high)) or 1.0
    if low < 0 < high:
        below, above = theme.fall, theme.rise
    else:
        below = above = theme.muted
    level = np.clip(np.nan_to_num(values / largest), -1, 1)
    shade = np.rint(np.sign(level) * np.sqrt(np.abs(level)) * SHADES).astype(np.intp)
    tinted: NDArray[np.uint32] = shades(theme.sheet, below, above)[shade + SHADES]
    return tinted


def image(colours: NDArray[np.uint32]) -> QImage:
    """A picture with one pixel a colour."""
    pixels = np.ascontiguousarray(colours, np.uint32)
    rows, columns = pixels.shape
    picture = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32)
    return picture.copy()
