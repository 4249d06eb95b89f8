"""Where the rows of a plot of the groups lie on the screen, for the pointer to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.moments import Codes, Floats

if TYPE_CHECKING:
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.panels.group_artists import GroupArtists
    from mlm_gui.widgets.plot_canvas import PlotCanvas

NEAR = 7.0
"""Pixels within which the pointer is on a row or a line."""


class RowPlaces:
    """The drawn rows in the figure's pixels, as far as they are in the picture."""

    def __init__(self, canvas: PlotCanvas, artists: GroupArtists) -> None:
        self._canvas, self._artists = canvas, artists
        self._known: tuple[int, Floats] | None = None

    def near(self, at: MouseEvent) -> Codes:
        """The rows that the pointer is on, the nearest first."""
        if not self._artists.data:
            return np.zeros(0, np.intp)
        pixels = self._pixels()
        distance = np.hypot(pixels[:, 0] - at.x, pixels[:, 1] - at.y)
        close = np.flatnonzero(distance <= NEAR * self._canvas.ratio)
        rows: Codes = self._artists.drawn.rows[close[distance[close].argsort(kind="stable")]]
        return rows

    def _pixels(self) -> Floats:
        """Pixels of each drawn row, (rows, 2), for the present view."""
        if self._known is None or self._known[0] != self._canvas.full_draws:
            drawn = self._artists.drawn
            to_pixels = self._artists.axes.transData
            self._known = (
                self._canvas.full_draws,
                to_pixels.transform(np.column_stack([drawn.x, drawn.y])),
            )
        return self._known[1]
