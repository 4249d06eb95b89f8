"""What matplotlib draws of the group lines: what stands, what moves, and the group that is lit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from mlm_gui.panels.drawn_groups import FEW, DrawnGroups
from mlm_gui.panels.pooled_lines import PooledLines
from mlm_gui.theme import Theme
from mlm_gui.widgets.plot_look import BESIDE, aim, beside_colour, dress, make_arrows
from solver.moments import Codes, Floats

FADED = 0.15
"""How much is left to see of what is not meant."""

DOTS = (0, (1.2, 1.6))
DASHES = (0, (5.0, 2.5))
DASH_DOTS = (0, (7.0, 1.8, 1.4, 1.8))


class GroupArtists:
    """The artists of a group plot on new axes.

    Attributes
    ----------
    data : list of Line2D
        The rows; a line for each group where there are few.
    ols, alone, blup : Line2D or LineCollection
        Complete pooling, no pooling and partial pooling.
    fixed : Line2D
        The line of the fixed effects, Xβ̂.
    truth : LineCollection
        The lines that simulated data were drawn from.
    arrows : Quiver
        From the level of each group's mean residual to that of its û.
    starts : Line2D
        A small circle where each arrow starts.
    before : LineCollection
        Partial pooling in the run beside.
    held : Line2D
        A row that is being dragged, from where it was.
    rings : Line2D
        Rings round the rows that a spotlight is on.
    veil, lit_rows, lit_line, lit_alone
        A veil over everything, and over it the rows and lines of the lit group.
    """

    def __init__(self, axes: Axes, drawn: DrawnGroups, theme: Theme) -> None:
        self.axes, self.drawn, self.theme = axes, drawn, theme
        problem, weight = drawn.problem, theme.zoom
        few = problem.J <= FEW
        left, right, bottom, top = drawn.limits
        dress(axes, theme)
        axes.set(xlim=(left, right), ylim=(bottom, top))
        colours = [self.colour(j) for j in drawn.groups]
        self.mark_size = float(np.interp(np.log10(len(drawn.rows)), [1, 3, 4.3], [6.5, 4.0, 2.2]))
        self.data: list[Line2D] = []
        self.alone = LineCollection(
            [], linestyles=[DOTS], linewidths=1.3 * weight, colors=colours, alpha=1 if few else 0.6
        )
        self.fixed = Line2D([], [], color=theme.ink, lw=1.5 * weight, ls=DASH_DOTS)
        self.ols = Line2D([], [], color=theme.ink, lw=1.3 * weight, ls=DASHES)
        self.blup = LineCollection(
            [],
            linewidths=(1.8 if few else 0.9) * weight,
            colors=colours,
            alpha=1 if few else 0.7,
            capstyle="butt",
        )
        self.truth = LineCollection(
            [],
            linestyles=[DASHES],
            linewidths=1.1 * weight,
            colors=colours if few else [theme.accent],
            alpha=0.8,
        )
        self.arrows = make_arrows(axes, colours, theme)
        self.starts = Line2D([], [], ls="none", marker="o", ms=3.5 * weight, mfc=theme.sheet)
        self.starts.set(mec=theme.muted, mew=0.9 * weight)
        self.veil = Rectangle(
            (0, 0), 1, 1, transform=axes.transAxes, fc=theme.sheet, alpha=0.8, lw=0
        )
        self.lit_rows = Line2D([], [], ls="none", ms=1.2 * self.mark_size * weight, mew=0)
        self.lit_alone = Line2D([], [], lw=1.8 * weight, ls=DOTS)
        self.lit_line = Line2D([], [], lw=2.4 * weight)
        self.lit_arrow = make_arrows(axes, [theme.ink], theme)
        self.before = LineCollection(
            [],
            linestyles=[BESIDE],
            linewidths=1.3 * weight,
            colors=[beside_colour(theme)],
            alpha=1 if few else 0.6,
        )
        self.held = Line2D([], [], color=theme.accent, lw=1.0 * weight, marker="o", markevery=[1])
        self.held.set(ms=1.4 * self.mark_size * weight, mew=0, visible=False)
        axes.add_collection(self.before, autolim=False)
        axes.add_artist(self.held)
        self.rings = Line2D([], [], ls="none", marker="o", ms=2.4 * self.mark_size * weight)
        self.rings.set(mfc="none", mec=theme.accent, mew=2.0 * weight)
        axes.add_collection(self.alone, autolim=False)
        axes.add_collection(self.truth, autolim=False)
        axes.add_collection(self.blup, autolim=False)
        for artist in (
            self.ols,
            self.fixed,
            self.starts,
            self.veil,
            self.lit_rows,
            self.lit_alone,
            self.lit_line,
            self.rings,
        ):
            axes.add_artist(artist)

    @property
    def moving(self) -> list[Artist]:
        """The artists that move, in the order in which to draw them."""
        return [
            self.truth,
            self.before,
            self.blup,
            self.ols,
            self.fixed,
            self.starts,
            self.arrows,
            self.veil,
            self.lit_rows,
            self.lit_alone,
            self.lit_line,
            self.lit_arrow,
            self.held,
            self.rings,
        ]

    def colour(self, j: int) -> str:
        """The colour of a group's data and lines."""
        return self.theme.group(int(j), self.drawn.problem.J).colour

    def draw_data(self) -> None:
        """The rows: each group with its colour and marker where there are few."""
        problem, codes = self.drawn.problem, self.drawn.problem.codes[self.drawn.rows]
        few = problem.J <= FEW
        crowd = float(np.interp(np.log10(len(codes)), [1.5, 3, 4], [0.9, 0.5, 0.3]))
        for j in range(problem.J) if few else (0,):
            mine = codes == j if few else slice(None)
            style = self.theme.group(j, problem.J)
            self.data += self.axes.plot(
                self.drawn.x[mine],
                self.drawn.y[mine],
                ls="none",
                marker=style.marker if few else "o",
                ms=self.mark_size * self.theme.zoom,
                mew=0,
                color=style.colour,
                alpha=crowd,
                zorder=1,
                scalex=False,
                scaley=False,
            )

    def ring(self, rows: Sequence[int]) -> None:
        """Put rings round some rows."""
        chosen = np.array(rows, dtype=np.intp)
        self.rings.set_data(self.drawn.places(chosen), self.drawn.problem.y[chosen])

    def keep(self, layers: Collection[str] | None) -> None:
        """Fade all layers but some, or none."""
        parts: dict[str, list[Artist]] = {
            "data": [*self.data],
            "alone": [self.alone],
            "ols": [self.ols],
            "fixed": [self.fixed],
            "blup": [self.blup],
            "truth": [self.truth],
            "arrows": [self.arrows, self.starts],
        }
        for layer, artists in parts.items():
            if layers is not None and layer not in layers:
                for artist in artists:
                    artist.set_alpha(FADED)

    def set_blup(self, lines: PooledLines) -> None:
        """Partial pooling: the common line moved by û_j."""
        self.blup.set_segments(list(lines.segments))

    def lines(self, levels: Floats, slopes: Floats) -> Floats:
        """Ends of a line for each drawn group, (groups, 2, 2), from coefficients of all groups."""
        groups, extents = self.drawn.groups, self.drawn.extents
        heights = levels[groups, None] + slopes[groups, None] * extents
        return np.stack([extents, heights], axis=2)

    def set_truth(self, lines: PooledLines) -> None:
        """The true line moved by the true u_j."""
        self.truth.set_segments(list(lines.segments))

    def draw_changed(self, rows: Codes, y: Floats) -> None:
        """Rings where rows were before they were changed, and the ways from there."""
        x, weight = self.drawn.places(rows), self.theme.zoom
        now = self.drawn.problem.y[rows]
        ways = [((a, b), (a, c)) for a, b, c in zip(x, y, now, strict=True)]
        self.axes.add_collection(
            LineCollection(ways, colors=[self.theme.muted], linewidths=weight, zorder=1.5),
            autolim=False,
        )
        size = 1.5 * self.mark_size * weight
        rings = Line2D(x, y, ls="none", marker="o", ms=size, mfc="none", zorder=1.6)
        rings.set(mec=self.theme.muted, mew=1.1 * weight)
        self.axes.add_artist(rings)

    def set_before(self, lines: PooledLines) -> None:
        """Partial pooling in the run beside."""
        self.before.set_segments(list(lines.segments))

    def set_arrows(self, lines: PooledLines, start: Floats) -> None:
        """Arrows at x̄_j from one height above the common line to û_j, for each drawn group."""
        groups = self.drawn.groups
        x = self.drawn.centres[groups]
        y = lines.level + lines.slope * x + start[groups]
        self.starts.set_data(x, y)
        aim(self.arrows, x, y, np.zeros(len(x)), (lines.u - start)[groups])

    def show_arrows(self, shown: bool) -> None:
        """Whether the arrows are there."""
        self.arrows.set_visible(shown)
        self.starts.set_visible(shown)

    def set_alone(self, levels: Floats, slopes: Floats) -> None:
        """Each group's own regression; nan where its rows cannot tell one."""
        self.alone.set_segments(list(self.own_lines(levels, slopes)))

    def own_lines(self, levels: Floats, slopes: Floats) -> Floats:
        """Ends of a line over each drawn group's own rows, (groups, 2, 2)."""
        groups = self.drawn.groups
        spans = self.drawn.spans[groups]
        heights = levels[groups, None] + slopes[groups, None] * spans
        return np.stack([spans, heights], axis=2)

    def set_ols(self, lines: PooledLines) -> None:
        """The line of complete pooling, over the whole plot."""
        self._set_common(self.ols, lines)

    def set_fixed(self, lines: PooledLines) -> None:
        """The line of the fixed effects, over the whole plot."""
        self._set_common(self.fixed, lines)

    def _set_common(self, line: Line2D, lines: PooledLines) -> None:
        ends = self.drawn.limits[:2]
        line.set_data(ends, [lines.common(x) for x in ends])

    def light(self, group: int | None) -> None:
        """Veil everything; show the rows of a group above."""
        for artist in (self.veil, self.lit_rows, self.lit_line, self.lit_alone, self.lit_arrow):
            artist.set_visible(group is not None)
        if group is None:
            return
        few = self.drawn.problem.J <= FEW
        colour = self.colour(group) if few else self.theme.ink
        style = self.theme.group(group, self.drawn.problem.J)
        rows = self.drawn.rows_of(group) if self.data else np.zeros(0, np.intp)
        self.lit_rows.set_data(self.drawn.places(rows), self.drawn.problem.y[rows])
        self.lit_rows.set(color=colour, marker=style.marker if few else "o")
        for line in (self.lit_line, self.lit_alone):
            line.set_color(colour)
        self.lit_arrow.set_color(colour)

    def light_line(self, group: int, lines: PooledLines) -> None:
        """The lit group's line of partial pooling."""
        ends = self.drawn.extent(group)
        self.lit_line.set_data(ends, [lines.height(group, x) for x in ends])

    def light_alone(self, group: int, level: float, slope: float) -> None:
        """The lit group's own regression."""
        ends = self.drawn.spans[group]
        self.lit_alone.set_data(ends, level + slope * ends)

    def light_arrow(self, group: int, lines: PooledLines, start: float) -> None:
        """The lit group's arrow, from a height above the common line."""
        x = float(self.drawn.centres[group])
        place = np.array([x]), np.array([lines.common(x) + start])
        change = np.array([float(lines.u[group]) - start])
        aim(self.lit_arrow, *place, np.zeros(1), change)
