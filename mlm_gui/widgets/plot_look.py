"""How plots look: the page's fonts and colours on matplotlib's axes.

This module imports matplotlib; import it when a plot is first shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.quiver import Quiver
from matplotlib.ticker import (
    Formatter,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
)
from PySide6.QtGui import QFontInfo

from mlm_gui.theme import Theme
from solver.formatting import MINUS, number
from solver.moments import Floats

FALLBACK = "DejaVu Sans"
"""The font that matplotlib brings along: it has every sign that the page's own may lack."""


@cache
def _known_families() -> frozenset[str]:
    return frozenset(fontManager.get_font_names())


def font_properties(theme: Theme, size: str = "small", bold: bool = False) -> FontProperties:
    """The page's font for matplotlib."""
    font = theme.font(size)
    family = QFontInfo(font).family()
    families = [family] if family in _known_families() and family != FALLBACK else []
    return FontProperties(
        family=[*families, FALLBACK],
        size=font.pointSizeF(),
        weight="bold" if bold else "normal",
    )


@cache
def mix(one: str, other: str, part: float) -> str:
    """A colour between two: ``part`` of the other."""
    (r, g, b), (red, green, blue) = to_rgb(one), to_rgb(other)
    return to_hex((r + part * (red - r), g + part * (green - g), b + part * (blue - b)))


BESIDE = (0, (3.0, 1.8))
"""The dashes of the run beside."""


def beside_colour(theme: Theme) -> str:
    """The grey of the run beside."""
    return mix(theme.sheet, theme.muted, 0.7)


class PlainFormatter(Formatter):
    """Ticks with as many decimals as tell them apart, and a true minus sign."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        """One tick by itself."""
        return number(value)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All ticks, with the same number of decimals; huge and tiny ones as powers of ten."""
        largest = max(map(abs, values), default=0.0)
        if len(values) < 2 or not 1e-4 <= largest < 1e7:
            return [number(value, 3) for value in values]
        step = min(abs(b - a) for a, b in pairwise(values))
        decimals = next(
            (k for k in range(10) if abs(round(step, k) - step) <= 1e-3 * step),
            10,
        )
        return [f"{value + 0.0:.{decimals}f}".replace("-", MINUS) for value in values]


def dress(axes: Axes, theme: Theme) -> None:
    """Hairlines left and below, small muted figures, no frame and no grid."""
    axes.set_facecolor(theme.sheet)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(mix(theme.hairline, theme.muted, 0.4))
        spine.set_linewidth(0.75 * theme.zoom)
    font = font_properties(theme)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3))
        axis.set_major_formatter(PlainFormatter())
        axis.set_label_coords(0, 0)  # it has no label of its own: no place is sought for one
    axes.tick_params(
        which="both",
        length=3 * theme.zoom,
        width=0.75 * theme.zoom,
        pad=3 * theme.zoom,
        color=mix(theme.hairline, theme.muted, 0.4),
        labelcolor=theme.muted,
        labelfontfamily=font.get_family(),
        labelsize=font.get_size_in_points(),
    )


NEAREST = 0.42
"""The least distance of ticks, as a part of that which they are to have."""


def set_ticks(axis: Axis, room: float) -> None:
    """Give an axis as many ticks as there is room for: two, unless these would touch."""
    locator = axis.get_major_locator()
    if isinstance(locator, MaxNLocator):
        low, high = sorted(axis.get_view_interval())
        for least in (2, 1):
            locator.set_params(nbins=int(max(1, min(room, 7))), min_n_ticks=least)
            seen = [place for place in locator() if low <= place <= high]
            if all(b - a >= NEAREST * (high - low) / room for a, b in pairwise(seen)):
                break
    elif isinstance(locator, LogLocator):
        locator.set_params(numticks=int(max(2, min(room, 5))))


def tick_texts(axis: Axis) -> list[str]:
    """The texts of the ticks in view."""
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    seen = [place for place in axis.get_major_locator()() if low - slack <= place <= high + slack]
    return axis.get_major_formatter().format_ticks(seen)


def make_arrows(axes: Axes, colours: Sequence[str], theme: Theme, weight: float = 1.0) -> Quiver:
    """Arrows that :func:`aim` points somewhere; short ones have small heads."""
    nowhere = np.zeros(len(colours))
    return axes.quiver(
        nowhere,
        nowhere,
        nowhere,
        nowhere,
        color=colours,
        angles="xy",
        scale_units="xy",
        scale=1.0,
        units="inches",
        width=0.016 * theme.zoom * weight,
        headwidth=4.5,
        headlength=5.0,
        headaxislength=4.5,
        minlength=0.5,
    )


def aim(arrows: Quiver, x: Floats, y: Floats, dx: Floats, dy: Floats) -> None:
    """Let arrows start at (x, y) and end at (x + dx, y + dy)."""
    arrows.XY = np.column_stack([x, y])
    arrows.set_offsets(arrows.XY)
    arrows.set_UVC(dx, dy)


def log_scale(axes: Axes) -> None:
    """Put the upright axis of axes on a log scale, with whole powers of ten."""
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(numticks=4))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: number(value, 1).removeprefix("1·"))
    )
