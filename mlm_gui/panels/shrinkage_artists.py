"""What matplotlib draws of the shrinkage: arrows from r̄ to û, or λ against n."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from mlm_gui.panels.drawn_groups import FEW
from mlm_gui.theme import Theme
from mlm_gui.widgets.plot_layout import count
from mlm_gui.widgets.plot_look import BESIDE, aim, beside_colour, dress, make_arrows
from solver import Problem
from solver.moments import Codes, Floats

WIDE = 30.0
"""Group sizes further apart than this factor are drawn on a log scale."""


class _Groups:
    """What both views know of the groups, and the veil that fades them."""

    def __init__(self, axes: Axes, problem: Problem, theme: Theme) -> None:
        self.axes, self.problem, self.theme = axes, problem, theme
        self.few = problem.J <= FEW
        dress(axes, theme)
        self.veil = Rectangle(
            (0, 0), 1, 1, transform=axes.transAxes, fc=theme.sheet, alpha=0.8, lw=0
        )
        self.veil.set_visible(False)

    def colour(self, j: int) -> str:
        """A group's colour."""
        return self.theme.group(int(j), self.problem.J).colour

    def strong(self, j: int) -> str:
        """A group's colour while it is lit."""
        return self.colour(j) if self.few else self.theme.ink


class ArrowArtists(_Groups):
    """A row for each group: a circle at r̄, an arrow to û.

    Attributes
    ----------
    order : (G,)
        The group of each row, from below.
    starts, arrows
        The circles and the arrows.
    """

    def __init__(self, axes: Axes, problem: Problem, order: Codes, theme: Theme) -> None:
        super().__init__(axes, problem, theme)
        self.order = order
        self._rows = np.arange(len(order), dtype=np.float64)
        self._ends: tuple[Floats, Floats] = (self._rows, self._rows)
        weight = theme.zoom
        axes.set_ylim(-0.7, len(order) - 0.3)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.axvline(0, color=theme.ink, lw=0.9 * weight, zorder=0.5)
        size = float(np.interp(len(order), [12, 200], [6.0, 2.0])) * weight
        self.starts = Line2D([], [], ls="none", marker="o", ms=size, mfc=theme.sheet)
        self.starts.set(mec=theme.muted, mew=min(1.1, 0.25 * size) * weight)
        axes.add_artist(self.starts)
        self.before = Line2D([], [], ls="none", marker="|", ms=1.9 * size, mec=theme.muted)
        self.before.set(mew=1.4 * weight, visible=False)
        axes.add_artist(self.before)
        thin = float(np.interp(len(order), [12, 200], [1.0, 0.5]))
        self.arrows = make_arrows(axes, [self.colour(j) for j in order], theme, thin)
        axes.add_artist(self.veil)
        self.lit_start = Line2D(
            [], [], ls="none", marker="o", ms=max(size, 6 * weight), mfc=theme.sheet
        )
        axes.add_artist(self.lit_start)
        self.lit_arrow = make_arrows(axes, [theme.ink], theme)
        self._lit: int | None = None

    @property
    def moving(self) -> list[Any]:
        """The artists that move, in the order in which to draw them."""
        marks = [self.starts, self.before, self.arrows]
        return [*marks, self.veil, self.lit_start, self.lit_arrow]

    def set_before(self, u: Floats) -> None:
        """Mark û in the run beside; nan for a group that it does not have."""
        self.before.set_data(u[self.order], self._rows)
        self.before.set_visible(True)

    def set(self, mean_residuals: Floats, u: Floats) -> None:
        """Let the arrows lead from r̄ to û."""
        start, end = mean_residuals[self.order], u[self.order]
        self._ends = start, end
        self.starts.set_data(start, self._rows)
        aim(self.arrows, start, self._rows, end - start, np.zeros(len(start)))
        row = self._row(self._lit)
        if row is not None:
            self._place_lit(row)

    def light(self, group: int | None) -> None:
        """Veil all rows but a group's."""
        self._lit = group
        self.veil.set_visible(group is not None)
        row = self._row(group)
        for artist in (self.lit_start, self.lit_arrow):
            artist.set_visible(row is not None)
        if group is None or row is None:
            return
        self.lit_start.set_markeredgecolor(self.strong(group))
        self.lit_arrow.set_color(self.strong(group))
        self._place_lit(row)

    def place(self, group: int) -> tuple[float, float] | None:
        """Where a group's arrow starts; None when it is not drawn."""
        row = self._row(group)
        return None if row is None else (float(self._ends[0][row]), float(row))

    def _row(self, group: int | None) -> int | None:
        if group is None:
            return None
        rows = np.flatnonzero(self.order == group)
        return int(rows[0]) if len(rows) else None

    def _place_lit(self, row: int) -> None:
        start, end = self._ends
        y = np.array([float(row)])
        self.lit_start.set_data(start[row : row + 1], y)
        aim(self.lit_arrow, start[row : row + 1], y, end[row : row + 1] - start[row], np.zeros(1))


class CurveArtists(_Groups):
    """λ = nτ²/(nτ² + σ²) as a curve over n, and the groups on it.

    Attributes
    ----------
    curve : Line2D
    marks : list of Line2D
        One for each group where there are few; else one for the sizes of each magnitude of count.
    """

    def __init__(self, axes: Axes, problem: Problem, theme: Theme) -> None:
        super().__init__(axes, problem, theme)
        weight = theme.zoom
        m = problem.moments
        low, high = float(m.sizes[0]), float(m.sizes[-1])
        self._wide = high > WIDE * low
        if self._wide:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(numticks=6))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(round(value))))
            axes.set_xlim(low / 1.3, high * 1.3)
            self._n = np.geomspace(low / 1.3, high * 1.3, 200)
        else:
            axes.set_xlim(0, 1.08 * high)
            self._n = np.linspace(0, 1.08 * high, 200)
        axes.set_ylim(-0.03, 1.03)
        self.before = Line2D([], [], color=beside_colour(theme), lw=1.2 * weight, ls=BESIDE)
        self.before.set_visible(False)
        axes.add_artist(self.before)
        self.curve = Line2D([], [], color=theme.ink, lw=1.3 * weight)
        axes.add_artist(self.curve)
        self._of_size = np.unique(m.group_sizes, return_index=True)[1]
        self._classes: list[Codes] = []
        self.marks: list[Line2D] = []
        if self.few:
            for j in range(problem.J):
                style = theme.group(j, problem.J)
                self._mark(style.colour, style.marker, 8 * weight)
        else:
            magnitude = np.minimum(np.log10(m.counts).astype(np.intp), 4)
            for size in range(int(magnitude.max()) + 1):
                self._classes.append(np.flatnonzero(magnitude == size))
                self._mark(theme.neutral, "o", (4 + 2.5 * size) * weight)
        axes.add_artist(self.veil)
        self.lit_mark = Line2D([], [], ls="none", marker="o", ms=9 * weight, mew=0)
        axes.add_artist(self.lit_mark)
        self._shrinkage: Floats = np.zeros(problem.J)
        self._lit: int | None = None

    def _mark(self, colour: str, marker: str, size: float) -> None:
        mark = Line2D([], [], ls="none", color=colour, marker=marker, ms=size, mew=0)
        self.axes.add_artist(mark)
        self.marks.append(mark)

    @property
    def moving(self) -> list[Any]:
        """The artists that move, in the order in which to draw them."""
        return [self.before, self.curve, *self.marks, self.veil, self.lit_mark]

    def set_before(self, sigma2: float, tau2: float) -> None:
        """The curve in the run beside."""
        n_tau2 = self._n * tau2
        self.before.set_data(self._n, n_tau2 / (n_tau2 + sigma2))
        self.before.set_visible(True)

    def set(self, shrinkage: Floats, sigma2: float, tau2: float) -> None:
        """Bring the curve to σ² and τ², and the groups to their λ."""
        self._shrinkage = shrinkage
        n_tau2 = self._n * tau2
        self.curve.set_data(self._n, n_tau2 / (n_tau2 + sigma2))
        sizes, of_size = self.problem.moments.sizes, shrinkage[self._of_size]
        for k, mark in enumerate(self.marks):
            if self.few:
                mark.set_data([self.problem.group_sizes[k]], [shrinkage[k]])
            else:
                chosen = self._classes[k]
                mark.set_data(sizes[chosen], of_size[chosen])
        self.light(self._lit)

    def light(self, group: int | None) -> None:
        """Veil all but a group."""
        self._lit = group
        self.veil.set_visible(group is not None)
        self.lit_mark.set_visible(group is not None)
        if group is not None:
            self.lit_mark.set_data([self.problem.group_sizes[group]], [self._shrinkage[group]])
            style = self.theme.group(group, self.problem.J)
            self.lit_mark.set(color=self.strong(group), marker=style.marker if self.few else "o")

    def place(self, group: int) -> tuple[float, float]:
        """Where a group lies on the curve."""
        return float(self.problem.group_sizes[group]), float(self._shrinkage[group])

    def near(self, x: float, y: float, within: float) -> int | None:
        """Which of the distinct group sizes has its mark near a place of the figure."""
        places = np.column_stack([self.problem.moments.sizes, self._shrinkage[self._of_size]])
        pixels = self.axes.transData.transform(places)
        distance = np.hypot(pixels[:, 0] - x, pixels[:, 1] - y)
        nearest = int(distance.argmin())
        return nearest if distance[nearest] <= within else None

    def group_of(self, size: int) -> int:
        """A group of one of the distinct sizes."""
        return int(self._of_size[size])
