"""The group lines of the run beside: partial pooling as it was, and the rows that were changed."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from mlm_gui.panels.pooled_lines import PooledLines
from mlm_gui.widgets.asking import Asked
from mlm_gui.widgets.plot_pointer import Pointed
from solver import Step
from solver.branch import matched, matching
from solver.formatting import number
from solver.quantity import Quantity

if TYPE_CHECKING:
    from mlm_gui.panels.group_artists import GroupArtists


class LinesBeside:
    """The run beside on a plot of the group lines.

    Parameters
    ----------
    artists : GroupArtists
    step : Step
        Of the run beside; its groups are found by their labels.
    shown : bool
        Whether lines of partial pooling are drawn.

    Attributes
    ----------
    step : Step
        Where the run beside is.
    lines : PooledLines
        Its lines, for the groups of the run that is shown.
    """

    def __init__(self, artists: GroupArtists, step: Step, *, shown: bool) -> None:
        self._artists, self._shown = artists, shown
        self._match = matching(artists.drawn.problem, step.problem)
        self.step = step
        artists.before.set_visible(shown)
        self._set_lines()
        self._mark_changes()

    def show_step(self, step: Step) -> bool:
        """Move the lines to a step; whether they moved."""
        old, new = self.step.state, step.state
        self.step = step
        if new.beta is old.beta and new.u is old.u:
            return False
        self._set_lines()
        return True

    def point(self, x: float, y: float, within: float) -> int | None:
        """The group whose line passes a place, at most so far above or below it."""
        return self.lines.nearest(x, y, within) if self._shown else None

    def pointed(self, j: int, name: str) -> Pointed:
        """What a group was predicted, with the group's name."""
        text = QCoreApplication.translate("LinesBeside", "%1 %2 as it was · û = %3")
        text = text.replace("%1", html.escape(self._artists.drawn.problem.group))
        text = text.replace("%2", html.escape(name))
        asked = Asked(Quantity("u", (int(self._match[j]),)), self.step.index, beside=True)
        return Pointed(text.replace("%3", number(float(self.lines.u[j]))), asked=asked)

    def _set_lines(self) -> None:
        state = self.step.state
        u = matched(state.u, self._match)
        self.lines = PooledLines.of(self._artists.drawn, state.beta, u)
        if self._shown:
            self._artists.set_before(self.lines)

    def _mark_changes(self) -> None:
        """Draw the rows that were changed where they were, and make room for them."""
        artists, other = self._artists, self.step.problem
        problem = artists.drawn.problem
        moved = self._match[problem.codes] != other.codes
        changed = np.flatnonzero((problem.y != other.y) | moved)
        if not len(changed):
            return
        y = other.y[changed]
        low, high = artists.axes.get_ylim()
        margin = 0.05 * (high - low)
        bottom, top = min(low, float(y.min()) - margin), max(high, float(y.max()) + margin)
        artists.axes.set_ylim(bottom, top)
        if artists.data:
            artists.draw_changed(changed, y)
