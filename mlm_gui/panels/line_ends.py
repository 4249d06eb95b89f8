"""Names at the right ends of lines, moved apart where they would lie over one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_layout import spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlm_gui.widgets.plot_canvas import PlotCanvas

OUTSIDE = 0.1
"""A line that ends outside of the plot by no more than this part of its height has its name."""


class LineEnd(NamedTuple):
    """How high a line is where the plot ends, its name, and the group that it is of."""

    height: float
    name: str
    colour: str
    group: int | None = None


def labels_at_ends(
    canvas: PlotCanvas, axes: Axes, unit: int, ends: Iterable[LineEnd]
) -> Iterator[Label]:
    """The names of lines beside their ends, each with a leader where it had to move.

    Parameters
    ----------
    canvas : PlotCanvas
    axes : Axes
    unit : int
        The grid of spaces.
    ends : iterable of LineEnd
        Those far outside of the plot have no name.
    """
    end, (low, high) = axes.get_xlim()[1], axes.get_ylim()
    near = OUTSIDE * (high - low)
    named = [line for line in ends if low - near <= line.height <= high + near]
    box, height = canvas.box(axes), canvas.metrics().height()
    x = box.right()
    wanted = [canvas.to_widget(axes, end, min(max(one.height, low), high))[1] for one in named]
    places = spread(wanted, height, box.top(), box.bottom())
    for line, place, y in zip(named, places, wanted, strict=True):
        leader = (x + 1, y) if abs(place - y) > 0.25 * height else None
        room = canvas.width() - x - 1.5 * unit
        yield Label(
            line.name, x + unit, place, line.colour, room=room, group=line.group, leader=leader
        )
