"""What matplotlib draws of the likelihood surface: contours, boundary, path and guards."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mlm_gui.theme import Theme
from mlm_gui.widgets.plot_look import BESIDE, aim, beside_colour, dress, make_arrows, mix
from solver.criterion import Criterion
from solver.formatting import number
from solver.moments import Floats
from solver.surface import loglik_surface

DROPS = (0.5, 2.0, 5.0, *(base * 10.0**k for k in range(1, 7) for base in (1, 2, 5)))
"""How far below the best the contours lie, in units of the log-likelihood."""

STRIP = 0.1
"""The part of the plot's height below τ² = 0: outside the model."""

POINTS = 90
"""Points of the grid along each side, at most."""

LARGEST = 5e5
"""Points of the grid times distinct group sizes; the grid is coarser where there would be more."""


class FromZero(MaxNLocator):
    """Ticks from 0 on."""

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """The ticks of a range that are not below 0."""
        ticks = np.asarray(super().tick_values(vmin, vmax))
        return ticks[ticks >= 0]


class SurfaceArtists:
    """The artists of a likelihood surface on new axes.

    Parameters
    ----------
    axes : Axes
        With its limits set.
    at : Criterion
        Any point of the surface: says of which data, and which criterion.
    best : float
        The greatest log-likelihood.
    theme : Theme

    Attributes
    ----------
    marks : list of (σ², τ², drop, colour)
        For each contour in view a place to name it, how far below the best it lies, and its ground.
    path, start, here, came_from : Line2D
        The iterations so far, the first and the present point, and where the update started from.
    before, there : Line2D
        The path of the run beside, and where it is.
    refused_now, refused_before : Line2D
        Trials that the guards refused, in this update and in those before.
    rings : list of Line2D
        Contours of the local quadratic.
    full_step : Quiver
        From where the update started to the quadratic's peak.
    candidate : Line2D
        Where a new run may start.
    truth : Line2D
        The (σ², τ²) that simulated data were drawn from.
    """

    def __init__(self, axes: Axes, at: Criterion, best: float, theme: Theme) -> None:
        self.axes, self.at, self.best, self.theme = axes, at, best, theme
        weight = theme.zoom
        dress(axes, theme)
        axes.spines["bottom"].set_visible(False)
        axes.yaxis.set_major_locator(FromZero(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=2))
        depth = 1e3 * axes.get_ylim()[1]
        axes.axhspan(-depth, 0, fc=theme.sheet, lw=0, zorder=0.4)
        axes.axhline(0, color=theme.ink, lw=1.6 * weight, zorder=0.6)
        self.contours: tuple[QuadContourSet, QuadContourSet] | None = None
        self.marks: list[tuple[float, float, float, str]] = []
        self.rings = [
            self._line(color=theme.accent, lw=1.1 * weight, ls=(0, (4, 2.5))) for _ in range(3)
        ]
        self.path = self._line(color=theme.ink, lw=1.3 * weight, marker="o", ms=4 * weight, mew=0)
        self.before = self._line(color=beside_colour(theme), lw=1.2 * weight, ls=BESIDE)
        self.there = self._line(ls="none", marker="o", ms=7 * weight, mfc=theme.sheet)
        self.there.set(mec=theme.muted, mew=1.4 * weight)
        self.start = self._line(
            ls="none", marker="s", ms=7 * weight, mfc=theme.sheet, mec=theme.ink, mew=1.4 * weight
        )
        cross = {"ls": "none", "marker": "x", "ms": 7 * weight, "mew": 1.6 * weight}
        self.refused_before = self._line(mec=theme.muted, **cross)
        self.refused_now = self._line(mec=theme.ink, **cross)
        self.came_from = self._line(
            ls="none", marker="o", ms=8 * weight, mfc="none", mec=theme.accent, mew=1.4 * weight
        )
        self.full_step = make_arrows(axes, [theme.accent], theme)
        self.here = self._line(ls="none", marker="o", ms=8 * weight, mew=0, color=theme.accent)
        self.candidate = self._line(
            ls="none", marker="o", ms=11 * weight, mfc="none", mec=theme.ink, mew=1.4 * weight
        )
        self.truth = self._line(
            ls="none", marker="*", ms=11 * weight, mfc=theme.sheet, mec=theme.ink, mew=1.2 * weight
        )

    def _line(self, **look: Any) -> Line2D:
        line = Line2D([], [], **look)
        self.axes.add_artist(line)
        return line

    @property
    def moving(self) -> list[Any]:
        """The artists that move, in the order in which to draw them."""
        return [
            *self.rings,
            self.before,
            self.there,
            self.path,
            self.start,
            self.refused_before,
            self.refused_now,
            self.came_from,
            self.full_step,
            self.here,
            self.candidate,
            self.truth,
        ]

    def draw_contours(self) -> None:
        """Contours over the part in view."""
        for old in self.contours or ():
            old.remove()
        self.marks = []
        points = int(np.clip(np.sqrt(LARGEST / len(self.at.moments.sizes)), 24, POINTS))
        (left, right), top = self.axes.get_xlim(), self.axes.get_ylim()[1]
        if top <= 0:
            self.contours = None
            return
        sigma2 = _grid(max(left, 1e-3 * right), right, points)
        tau2 = _grid(max(self.axes.get_ylim()[0], 0.0), top, points)
        surface = loglik_surface(self.at.moments, self.at.method, sigma2, tau2[:, None])
        deepest = self.best - float(surface.min())
        drops = [drop for drop in DROPS if drop < deepest] or [DROPS[0]]
        levels = [self.best - drop for drop in reversed(drops)]
        theme, count = self.theme, len(levels)
        shades = [mix(theme.sheet, theme.muted, 0.34 * (1 - k / count)) for k in range(count)]
        filled = self.axes.contourf(
            sigma2,
            tau2,
            surface,
            levels=[*levels, self.best + 1.0],
            colors=[*shades[1:], theme.sheet],
            zorder=0.2,
        )
        self.axes.set_facecolor(shades[0])
        lines = self.axes.contour(
            sigma2,
            tau2,
            surface,
            levels=levels,
            colors=[mix(theme.sheet, theme.muted, 0.7)],
            linewidths=0.7 * theme.zoom,
            linestyles="solid",
            zorder=0.3,
        )
        self.contours = filled, lines
        self.marks = self._find_marks(lines, [*shades[1:], theme.sheet])

    def _find_marks(
        self, lines: QuadContourSet, grounds: list[str]
    ) -> list[tuple[float, float, float, str]]:
        (left, right), (bottom, top) = self.axes.get_xlim(), self.axes.get_ylim()
        marks = []
        for level, pieces, ground in zip(lines.levels, lines.allsegs, grounds, strict=True):
            places = np.concatenate([np.zeros((0, 2)), *pieces])
            x, y = (places[:, 0] - left) / (right - left), (places[:, 1] - bottom) / (top - bottom)
            inside = (x > 0.04) & (x < 0.93) & (y > STRIP + 0.03) & (y < 0.95)
            if inside.any():
                k = int(np.argmax(np.where(inside, x + 0.7 * y, -1.0)))
                place = float(places[k, 0]), float(places[k, 1])
                marks.append((*place, float(self.best - level), ground))
        return marks

    def set_quadratic(
        self, start: Criterion, information: Floats, step: Floats, score: Floats
    ) -> None:
        """Contours of s·d − ½dᵀId about its peak, the full step.

        They lie as far below that peak as the first contours of the surface below the best; where
        the step gains much, the outermost passes through its start.
        """
        gain = 0.5 * float(score @ step)
        drops = [gain / 9, 4 * gain / 9, gain] if gain > DROPS[1] else DROPS[:3]
        angle = np.linspace(0, 2 * np.pi, 97)
        circle = np.linalg.solve(np.linalg.cholesky(information).T, [np.cos(angle), np.sin(angle)])
        for ring, drop in zip(self.rings, drops, strict=True):
            radius = np.sqrt(2 * drop)
            ring.set_data(
                start.sigma2 + step[0] + radius * circle[0],
                start.tau2 + step[1] + radius * circle[1],
            )

    def set_full_step(self, start: Criterion, step: Floats) -> None:
        """The arrow of the full step, before any guard."""
        aim(
            self.full_step,
            np.array([start.sigma2]),
            np.array([start.tau2]),
            np.array([step[0]]),
            np.array([step[1]]),
        )

    def beyond(self, sigma2: float, tau2: float) -> str:
        """Where a place outside the view lies, with an arrow that way; empty for one inside."""
        (left, right), (bottom, top) = self.axes.get_xlim(), self.axes.get_ylim()
        far = [
            f"{arrow} {symbol} = {number(value, 3)}"
            for arrow, symbol, value, outside in (
                ("←", "σ²", sigma2, sigma2 < left),
                ("→", "σ²", sigma2, sigma2 > right),
                ("↓", "τ²", tau2, tau2 < bottom),
                ("↑", "τ²", tau2, tau2 > top),
            )
            if outside
        ]
        return ", ".join(far)

    def inside(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Places brought into view: a trial far outside is marked at the edge."""
        (left, right), (bottom, top) = self.axes.get_xlim(), self.axes.get_ylim()
        dx, dy = 0.015 * (right - left), 0.025 * (top - bottom)
        return np.clip(x, left + dx, right - dx), np.clip(y, bottom + dy, top - dy)


def _grid(low: float, high: float, points: int) -> Floats:
    """Points of a range, closer together near 0, where the log-likelihood bends most."""
    part = np.linspace(0.0, 1.0, points)
    bend = 1.0 - low / high
    return low + (high - low) * (bend * part**2 + (1.0 - bend) * part)
