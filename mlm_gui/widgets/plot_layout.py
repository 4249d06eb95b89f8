"""Where axes and words go on a plot, from the measures of the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mlm_gui.widgets.plot_label import Label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlm_gui.widgets.plot_canvas import PlotCanvas


def place_rows(
    canvas: PlotCanvas,
    unit: int,
    rows: Sequence[Axes],
    weights: Sequence[float] | None = None,
    *,
    left: float = 0.0,
    right: float = 0.0,
    above: float = 0.0,
    gap: float = 0.0,
) -> float:
    """Place axes under one another, with room for figures and titles around them.

    Parameters
    ----------
    canvas : PlotCanvas
    unit : int
        The grid of spaces.
    rows : sequence of Axes
    weights : sequence of float, optional
        Their heights, relative to each other.
    left, right : float
        The least room at the left, and what labels need at the right, in pixels.
    above : float
        Pixels between the line of the title and the first row.
    gap : float
        Pixels between rows, beside a line of text.

    Returns
    -------
    float
        The room that is left at the left.
    """
    from mlm_gui.widgets.plot_look import set_ticks, tick_texts

    line = canvas.metrics().height()
    width, height = max(canvas.width(), 1), max(canvas.height(), 1)
    top, bottom = line + unit + above, 2 * line + 1.5 * unit
    weights = weights or [1.0] * len(rows)
    room = max(height - top - bottom - (line + gap) * (len(rows) - 1), 1.0)
    heights = [max(room * weight / sum(weights), 1.0) for weight in weights]
    texts = []
    for axes, high in zip(rows, heights, strict=True):
        set_ticks(axes.yaxis, high / (2.8 * line))
        texts += tick_texts(axes.yaxis)
    widest = max((canvas.width_of(text) for text in texts), default=1.5 * unit) + 2.2 * unit
    left = min(max(left, widest), 0.5 * width)
    across = max(width - left - right - 2 * unit, 0.2 * width)
    y = height - top
    for axes, high in zip(rows, heights, strict=True):
        set_ticks(axes.xaxis, across / (7 * canvas.metrics().averageCharWidth()))
        axes.set_position((left / width, (y - high) / height, across / width, high / height))
        y -= high + line + gap
    return left


def titles(
    canvas: PlotCanvas,
    unit: int,
    colour: str,
    y_title: str,
    x_title: str,
    caption: str,
    corner: float,
) -> Iterator[Label]:
    """The titles of the axes, and the line at the foot; ``corner`` is taken at the upper right."""
    width, foot = canvas.width(), canvas.height() - 0.5 * unit
    right = width - unit
    yield Label(y_title, unit, 0.5 * unit, colour, down=0.0, room=right - unit - corner)
    title = min(canvas.width_of(x_title), 0.5 * width)
    yield Label(x_title, right, foot, colour, across=1.0, down=1.0, room=0.5 * width)
    yield Label(caption, unit, foot, colour, down=1.0, room=right - title - 3 * unit)


def spread(wanted: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Places for labels of one height that do not overlap, each as near as can be to its own.

    Labels that overlap are moved apart about their common middle; all stay between ``low`` and
    ``high``, and overlap only where there is no room for them.
    """
    height = min(height, (high - low) / max(len(wanted) - 1, 1))
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    blocks: list[tuple[float, int]] = []
    for rank, k in enumerate(order):
        total, size = wanted[k] - rank * height, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            before = blocks.pop()
            total, size = total + before[0], size + before[1]
        blocks.append((total, size))
    starts = [total / size for total, size in blocks for _ in range(size)]
    top = high - (len(wanted) - 1) * height
    places = [0.0] * len(wanted)
    for rank, (k, start) in enumerate(zip(order, starts, strict=True)):
        places[k] = max(low, min(start, top)) + rank * height
    return places


def count(n: int) -> str:
    """A count for a reader: thousands parted by narrow spaces."""
    return f"{n:,}".replace(",", "\u202f")


def subscript(symbol: str) -> str:
    """A symbol such as ℓ_R with its index set low, as labels and HTML write it."""
    return re.sub(r"_(\w)", r"<sub>\1</sub>", symbol)
