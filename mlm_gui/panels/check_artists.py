"""What matplotlib draws of the checks: clouds of points, and profiles.

This module imports matplotlib; import it when a check is first shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator

from mlm_gui.panels.drawn_groups import FEW, STRIP
from mlm_gui.theme import Theme
from mlm_gui.widgets.plot_look import dress
from solver import Problem
from solver.formatting import short
from solver.inference.checks import Points
from solver.inference.profiles import Profile
from solver.moments import Floats

LABEL = 12
"""Letters of a group's name on the axis."""


class CloudArtists:
    """Points, each with its group's colour and marker where there are few.

    Attributes
    ----------
    data : list of Line2D
        All the points; a line for each group where there are few.
    lit, ring : Line2D
        The points of the lit group, and a ring about the row that was found.
    """

    def __init__(self, axes: Axes, points: Points, problem: Problem, theme: Theme) -> None:
        self.axes, self.points, self.x = axes, points, points.x
        self._theme, self._problem, self._J = theme, problem, problem.J
        dress(axes, theme)
        few = problem.J <= FEW
        self._size = float(np.interp(np.log10(len(self.x)), [1, 3, 4.3], [6.5, 4.0, 2.2]))
        self._size *= theme.zoom
        crowd = float(np.interp(np.log10(len(self.x)), [1.5, 3, 4], [0.9, 0.5, 0.3]))
        if points.ends is not None:
            self._draw_intervals(points.ends)
        self.data: list[Line2D] = []
        self._parts: list[Any] = []
        for j in range(problem.J) if few else (0,):
            mine = points.groups == j if few else slice(None)
            style = theme.group(j, problem.J)
            self._parts.append(mine)
            self.data += axes.plot(
                self.x[mine],
                points.y[mine],
                ls="none",
                marker=style.marker if few else "o",
                ms=self._size,
                mew=0,
                color=style.colour,
                alpha=crowd,
            )
        self._set_limits()
        if points.line is not None:
            start, slope = points.line
            axes.axline((0.0, start), slope=slope, color=theme.muted, lw=theme.zoom, zorder=1)
        self.lit = Line2D([], [], ls="none", marker="o", mew=0, ms=1.4 * self._size)
        self.ring = Line2D([], [], ls="none", marker="o", mfc="none", ms=3 * self._size)
        self.ring.set(mec=theme.accent, mew=1.6 * theme.zoom)
        for artist in (self.lit, self.ring):
            axes.add_artist(artist)

    @property
    def moving(self) -> list[Artist]:
        """The artists that move, in the order in which to draw them."""
        return [self.lit, self.ring]

    def spread(self) -> None:
        """Move the points of a group a little aside, so that they do not hide each other."""
        self.x = self.points.x + _jitter(len(self.points.x))
        for line, mine in zip(self.data, self._parts, strict=True):
            line.set_xdata(self.x[mine])
        self._set_limits()

    def name_groups(self) -> None:
        """Put the groups' names on the axis, where there are few."""
        if self._J > FEW:
            return
        order = np.unique(np.column_stack([self.points.x, self.points.groups]), axis=0)
        names = [short(self._problem.group_labels[int(j)], LABEL) for j in order[:, 1]]
        self.axes.xaxis.set_major_locator(FixedLocator(order[:, 0].tolist()))
        self.axes.xaxis.set_major_formatter(FixedFormatter(names))

    def light(self, group: int | None) -> None:
        """Show the points of a group above the others."""
        self.lit.set_visible(group is not None)
        if group is None:
            return
        mine = self.points.groups == group
        self.lit.set_data(self.x[mine], self.points.y[mine])
        few = self._J <= FEW
        style = self._theme.group(group, self._J)
        self.lit.set_color(style.colour if few else self._theme.ink)
        self.lit.set_marker(style.marker if few else "o")

    def choose(self, row: int | None) -> None:
        """Put a ring about a row."""
        rows = self.points.rows
        shown = row is not None and rows is not None
        self.ring.set_visible(shown)
        if shown:
            mine = rows == row
            self.ring.set_data(self.x[mine], self.points.y[mine])

    def near(self, x: float, y: float, reach: float) -> int | None:
        """The point that is nearest to a place in the figure's pixels, if one is near."""
        places = self.axes.transData.transform(np.column_stack([self.x, self.points.y]))
        apart = np.hypot(places[:, 0] - x, places[:, 1] - y)
        nearest = int(np.argmin(apart))
        return nearest if apart[nearest] <= reach else None

    def _draw_intervals(self, ends: Floats) -> None:
        """Intervals about the points; those that miss 0 in ink."""
        theme = self._theme
        misses = (ends[:, 0] > 0) | (ends[:, 1] < 0)
        bars = np.stack([np.column_stack([self.x, ends[:, k]]) for k in (0, 1)], axis=1)
        colours = np.where(misses, theme.ink, theme.neutral).tolist()
        width = float(np.interp(np.log10(len(bars)), [1, 2, 3], [1.6, 1.2, 0.6])) * theme.zoom
        self.intervals = LineCollection(list(bars), colors=colours, linewidths=width, zorder=1.5)
        self.axes.add_collection(self.intervals, autolim=False)

    def _set_limits(self) -> None:
        y = self.points.y if self.points.ends is None else self.points.ends
        for low, high, set_limits in (
            (float(self.x.min()), float(self.x.max()), self.axes.set_xlim),
            (float(y.min()), float(y.max()), self.axes.set_ylim),
        ):
            margin = 0.05 * (high - low) or 0.5
            set_limits(low - margin, high + margin)


class CurveArtists:
    """A profile: the curve, the height of the cut, and the interval's ends."""

    def __init__(self, axes: Axes, profile: Profile, theme: Theme) -> None:
        self.axes, self.profile = axes, profile
        self.curve = profile.curve()
        values, loglik = self.curve.values, self.curve.loglik
        dress(axes, theme)
        (self.line,) = axes.plot(values, loglik, color=theme.ink, lw=1.8 * theme.zoom)
        axes.axhline(profile.cutoff, color=theme.muted, lw=theme.zoom, ls=(0, (5.0, 2.5)))
        self.ends = [
            axes.axvline(end, color=theme.muted, lw=theme.zoom) for end in profile.interval
        ]
        self.top = Line2D([profile.estimate], [profile.top.loglik], ls="none", marker="o")
        self.top.set(color=theme.accent, ms=7 * theme.zoom, mew=0)
        axes.add_artist(self.top)
        depth = profile.top.loglik - profile.cutoff
        lowest = max(float(loglik.min()), profile.top.loglik - 4 * depth)
        axes.set_ylim(lowest, profile.top.loglik + 0.3 * depth)
        margin = 0.02 * float(values[-1] - values[0])
        axes.set_xlim(float(values[0]) - margin, float(values[-1]) + margin)

    @property
    def moving(self) -> list[Artist]:
        """Nothing moves."""
        return []

    def near(self, x: float) -> int:
        """The point of the curve that is nearest across."""
        places = self.axes.transData.transform(
            np.column_stack([self.curve.values, self.curve.loglik])
        )
        return int(np.argmin(np.abs(places[:, 0] - x)))


def _jitter(count: int) -> Floats:
    """Small steps aside, always the same, so that the points of a group do not hide each other."""
    spread = np.modf((np.arange(count) + 1) * 0.6180339887498949)[0] - 0.5
    aside: Floats = 1.4 * STRIP * spread
    return aside
