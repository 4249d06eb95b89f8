"""A row of the group plot that is dragged to another height, to ask what if it were there."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from mlm_gui.widgets.observation_name import observation_name
from solver.formatting import as_typed

if TYPE_CHECKING:
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.panels.group_artists import GroupArtists


class HeldRow:
    """A row under the pointer, from where it is to where it is held.

    Parameters
    ----------
    artists : GroupArtists
    row : int
        Its position in the data.
    at : MouseEvent
        Where the pointer took hold of it.

    Attributes
    ----------
    x, y : float
        Where it is held, in units of the axes.
    """

    def __init__(self, artists: GroupArtists, row: int, at: MouseEvent) -> None:
        self.row = row
        self._artists = artists
        self._problem = artists.drawn.problem
        self._old = float(self._problem.y[row])
        self.x = float(artists.drawn.places(np.array([row]))[0])
        self.y = self._old
        self._offset = float(artists.axes.transData.transform((self.x, self.y))[1]) - at.y

    def move(self, at: MouseEvent) -> None:
        """Draw it at the height of the pointer, rounded to what a pixel tells."""
        axes, height = self._artists.axes, at.y + self._offset
        inverse = axes.transData.inverted()
        (_, value), (_, next_pixel) = inverse.transform([(at.x, height), (at.x, height + 1)])
        low, high = axes.get_ylim()
        self.y = self._rounded(min(max(value, low), high), next_pixel - value)
        self._artists.held.set_data([self.x, self.x], [self._old, self.y])
        self._artists.held.set_visible(True)

    def let_go(self) -> None:
        """Draw it no more."""
        self._artists.held.set_visible(False)

    @property
    def moved(self) -> bool:
        """Whether it is held elsewhere than it was."""
        return self.y != self._old

    @property
    def text(self) -> str:
        """Its name, and the response that it has where it is held."""
        said = QCoreApplication.translate("HeldRow", "%1 = <b>%2</b> (was %3)")
        said = said.replace("%1", html.escape(self._problem.response))
        said = said.replace("%2", as_typed(self.y)).replace("%3", as_typed(self._old))
        return f"{observation_name(self._problem, self.row)}<br>{said}"

    def _rounded(self, value: float, pixel: float) -> float:
        """A value to the digits that a pixel tells; whole where all of y are."""
        decimals = -math.floor(math.log10(pixel))
        if decimals > 0 and bool(np.all(self._problem.y == np.rint(self._problem.y))):
            decimals = 0
        return round(value, decimals)
