"""Data and lines: one line for all groups, one from each group alone, and what lies between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QComboBox, QWidget

from mlm_gui.panels.drawn_groups import FEW, DrawnGroups, predictors
from mlm_gui.panels.group_words import in_words, left_out, row_in_words
from mlm_gui.panels.held_row import HeldRow
from mlm_gui.panels.line_ends import LineEnd, labels_at_ends
from mlm_gui.panels.line_motion import Drawn, LineMotion, Move, colouring, gliding, growing
from mlm_gui.panels.lines_beside import LinesBeside
from mlm_gui.panels.pooled_lines import PooledLines
from mlm_gui.panels.row_places import NEAR, RowPlaces
from mlm_gui.plotting import PlotPanel
from mlm_gui.spotlight import Spot, lit_layers
from mlm_gui.widgets.group_choice import GroupChoice
from mlm_gui.widgets.layer_bar import Layer
from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_layout import count
from mlm_gui.widgets.plot_pointer import Pointed
from solver import Ols, Problem, Step, Trace, no_pooling
from solver.branch import OtherY
from solver.lessons import step_lessons
from solver.moments import Floats

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.panels.group_artists import GroupArtists
LINES = ("data", "ols", "fixed", "alone", "blup")
"""The layers that can move from one picture to the next."""

FIXED = "Xβ"
"""Name of the line of the fixed effects."""

SEEN = 1e-3
"""What can be seen of a move, as a part of the range of the response."""

NAMED = 12
"""Groups side by side up to which each has its name below."""


class GroupLinesPanel(PlotPanel):
    """The response against a predictor, with the lines of the model as layers.

    Attributes
    ----------
    glide : int
        Milliseconds that lines take from where they were, at a step and from scene to scene; 0
        moves them at once.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("group_lines")
        self._drawn: DrawnGroups | None = None
        self._artists: GroupArtists | None = None
        self._lines: PooledLines | None = None
        self._beside: LinesBeside | None = None
        self._alone: tuple[Floats, Floats] | None = None
        self._rows: RowPlaces | None = None
        self._spot = Spot()
        self._held: HeldRow | None = None
        self.glide = 0
        self._motion = LineMotion(self._refresh, self)

    # -- what the plot is

    def name(self) -> str:
        """What the plot is called."""
        return self.tr("Group lines")

    def layer_list(self) -> Sequence[Layer]:
        """Data, the three poolings, and the way from one to the other."""
        ols = self.tr("Complete pooling: one line, as if there were no groups")
        fixed = self.tr("The line of the fixed effects alone: a group whose u is 0 would lie on it")
        alone = self.tr("No pooling: each group's own regression")
        blup = self.tr("Partial pooling: the fixed line, moved by each group's predicted û (BLUP)")
        truth = self.tr("The lines that the data were simulated from, with the true β and u")
        arrows = self.tr("From each group's mean residual to its û, at its mean of the predictor")
        return (
            Layer("data", self.tr("data"), self.tr("One mark a row"), "point"),
            Layer("ols", self.tr("OLS line"), ols, "dash"),
            Layer("fixed", self.tr("fixed line Xβ"), fixed, "dashdot"),
            Layer("alone", self.tr("OLS in each group"), alone, "dot", shown=False),
            Layer("blup", self.tr("BLUP lines"), blup, "line"),
            Layer("arrows", self.tr("shrinkage"), arrows, "arrow", shown=False),
            Layer("truth", self.tr("truth"), truth, "dash"),
        )

    def controls(self) -> Sequence[QWidget]:
        """The predictor on the axis, and the list of groups."""
        self.axis_choice = QComboBox(self)
        self.axis_choice.setAccessibleName(self.tr("Predictor on the axis"))
        self.axis_choice.setToolTip(self.tr("Predictor on the axis"))
        self.axis_choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.axis_choice.setMinimumContentsLength(10)
        self.axis_choice.activated.connect(self._axis_chosen)
        self.group_choice = GroupChoice(self)
        self.group_choice.chosen.connect(lambda j: self.point_group(j, pin=True))
        return self.axis_choice, self.group_choice

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins; on the same data the axis stays as the reader chose it."""
        if problem is not self.problem:
            same = self.problem is not None and problem.X is self.problem.X
            column = self.drawn.column if same else None
            self.layers.set_present("truth", problem.truth is not None)
            choices: list[int | None] = [*predictors(problem), None]
            self.axis_choice.clear()
            for k in choices:
                side_by_side = self.tr("groups side by side")
                self.axis_choice.addItem(side_by_side if k is None else problem.fixed_names[k], k)
            self.axis_choice.setVisible(len(choices) > 1)
            self.group_choice.setVisible(problem.J > FEW)
            self.group_choice.set_groups(problem.group_labels, self.tr("Find a group"))
            if not same:
                column = choices[0]
            self.axis_choice.setCurrentIndex(choices.index(column))
            self._take(DrawnGroups(problem, column))
        super().show_problem(problem, trace)

    def _axis_chosen(self) -> None:
        self._take(DrawnGroups(self.data, self.axis_choice.currentData()))
        self.rebuild()

    def _take(self, drawn: DrawnGroups) -> None:
        self._drawn, self._artists = drawn, None
        self._alone = None
        problem = drawn.problem
        self._ols = PooledLines.of(drawn, Ols(problem).beta, np.zeros(problem.J))

    @property
    def drawn(self) -> DrawnGroups:
        """Which rows and groups are drawn, and where."""
        assert self._drawn is not None
        return self._drawn

    @property
    def artists(self) -> GroupArtists:
        """What is drawn; there is something once the pane has been seen."""
        assert self._artists is not None
        return self._artists

    @property
    def lines(self) -> PooledLines:
        """The lines of partial pooling; there are some once the pane has been seen."""
        assert self._lines is not None
        return self._lines

    @property
    def alone(self) -> tuple[Floats, Floats]:
        """Level and slope of each group's own regression, computed when asked for."""
        if self._alone is None:
            self._alone = self.drawn.level(no_pooling(self.data))
        return self._alone

    def least_size(self) -> tuple[float, float]:
        """A line for each name."""
        return 24.0, 6.0 + (self.data.J if self.few else 2)

    @property
    def few(self) -> bool:
        """Whether the groups are few enough to be told apart by colour."""
        return self.data.J <= FEW

    def build(self) -> None:
        """The rows and the lines that stand; then the lines that move."""
        from mlm_gui.panels.group_artists import GroupArtists

        drawn, data = self.drawn, self.data
        self._motion.forget()
        axes = self.figure.add_subplot()
        artists = self._artists = GroupArtists(axes, drawn, self.look)
        if drawn.column is None:
            axes.set_xticks([])
        elif drawn.two_valued:
            axes.set_xticks(drawn.ends)
        if self.layers.shown("data"):
            artists.draw_data()
        if self.layers.shown("ols"):
            artists.set_ols(self._ols)
        if self.layers.shown("alone"):
            artists.set_alone(*self.alone)
        if (truth := self._truth) is not None:
            artists.set_truth(truth)
        self._beside = None
        if self.then is not None:
            shown = self.layers.shown("blup")
            self._beside = LinesBeside(artists, self.then, shown=shown)
        artists.keep(lit_layers(self._spot.symbol))
        artists.ring(self._spot.observations if self.layers.shown("data") else ())
        self.canvas.moving.extend(artists.moving)
        self.view.watch(axes)
        self._rows = RowPlaces(self.canvas, artists)
        self.y_title = data.response
        self.x_title = data.group if drawn.column is None else data.fixed_names[drawn.column]

    @property
    def _truth(self) -> PooledLines | None:
        """The lines that data were simulated from, where they are shown."""
        truth = self.data.truth
        if truth is None or not self.layers.shown("truth"):
            return None
        return PooledLines.of(self.drawn, truth.beta, truth.u)

    def show_spot(self, spot: Spot) -> None:
        """Fade what does not show a symbol; put rings round the rows that entries belong to."""
        super().show_spot(spot)
        if spot != self._spot:
            self._spot = spot
            self.rebuild()

    def changed(self, new: Step, old: Step) -> bool:
        """Whether lines or arrows that are shown lie elsewhere, as far as an eye can tell."""
        now, was = new.state, old.state
        least = SEEN * float(np.ptp(self.data.y))
        if self.layers.shown("blup") or self.layers.shown("arrows"):
            if now.mean_residuals is None or was.mean_residuals is None:
                return now.u is not was.u or now.beta is not was.beta
            if float(np.abs(now.u - was.u).max()) > least:
                return True
        moved = float(np.abs(self.data.X @ (now.beta - was.beta)).max())
        return moved > least and self._any_shown()

    def _any_shown(self) -> bool:
        """Whether anything that moves is shown."""
        return any(map(self.layers.shown, ("blup", "fixed", "arrows")))

    def update_step(self, new: Step, old: Step | None) -> bool:
        """Move the BLUP lines to β and û, and the arrows to the mean residuals."""
        now, was = new.state, old.state if old else None
        stays = was is not None and now.beta is was.beta and now.u is was.u
        if not stays:
            self._lines = PooledLines.of(self.drawn, now.beta, now.u)
        moved = self._beside is not None and self._follow_beside(self._beside)
        if stays:
            return moved
        if self.layers.shown("blup"):
            before = self._segments() if old is not None else None
            self._motion.finish()
            self.artists.set_blup(self.lines)
            if before is not None:
                self._motion.begin(gliding(self.artists.blup, before, self._segments()), self.glide)
        if self.layers.shown("fixed"):
            self.artists.set_fixed(self.lines)
        known = now.mean_residuals is not None and self.layers.shown("arrows")
        self.artists.show_arrows(known)
        if known and now.mean_residuals is not None:
            self.artists.set_arrows(self.lines, now.mean_residuals)
        self._light_lines()
        return True

    def _follow_beside(self, beside: LinesBeside) -> bool:
        """Move the lines of the run beside; whether they moved. The axis holds those of both."""
        assert self.then is not None
        moved = beside.show_step(self.then)
        axes = self.artists.axes
        (low, high), ends = axes.get_ylim(), np.concatenate([self.lines.ends, beside.lines.ends])
        bottom, top = float(np.nanmin(ends)), float(np.nanmax(ends))
        held = not self.layers.shown("blup") or (bottom >= low and top <= high)
        if not held and not self.view.zoomed:
            margin = 0.03 * (high - low)
            axes.set_ylim(min(low, bottom - margin), max(high, top + margin))
            self.view.rehome(axes)
            self.canvas.draw_anew()
        return moved

    # -- a row that is dragged

    def take_hold(self, at: MouseEvent) -> bool:
        """Whether a row that stands by itself is under the pointer."""
        self._held = None
        if self._rows is None or at.inaxes is not self.artists.axes:
            return False
        rows = self._rows.near(at)
        if len(rows) == 1:
            self._held = HeldRow(self.artists, int(rows[0]), at)
        return self._held is not None

    def move_held(self, at: MouseEvent) -> None:
        """Show the row at another height, and its value."""
        held = self._held
        if held is not None:
            held.move(at)
            place = QPointF(*self.canvas.to_widget(self.artists.axes, held.x, held.y))
            self.frame.show_hover(held.text, place)
            self.canvas.refresh()

    def let_go(self, dropped: bool) -> None:
        """Ask what if the row were there; or put it back."""
        held, self._held = self._held, None
        if held is None:
            return
        held.let_go()
        self.frame.hover.hide()
        self.canvas.refresh()
        if dropped and held.moved:
            self.what_if_requested.emit(OtherY(held.row, held.y))

    # -- motion

    def picture(self) -> Drawn | None:
        """What the reader sees now; None where nothing is drawn."""
        if self.problem is None or not self._built or not self.isVisible():
            return None
        lines: Floats | None = None
        if self.layers.shown("blup"):
            lines = self._segments()
        elif self.layers.shown("alone"):
            lines = self.artists.lines(*self.alone)
        elif self.layers.shown("ols"):
            lines = self._ols.segments
        return Drawn(self.problem, frozenset(filter(self.layers.shown, LINES)), lines)

    def tell_from(self, before: Drawn | None) -> None:
        """Go on from another picture: points take their colours, lines are drawn, split or meet."""
        self._motion.finish()
        now = self.picture()
        if now is None or not self.glide:
            return
        known = before is not None and before.problem is now.problem
        new = now.layers - before.layers if before is not None and known else now.layers
        artists, moves = self.artists, list[Move]()
        for layer, line in (("ols", artists.ols), ("fixed", artists.fixed)):
            if layer in new:
                moves += growing(line)
        if before is not None and known and before.lines is not None:
            if "alone" in new:
                moves += gliding(artists.alone, before.lines, artists.own_lines(*self.alone))
                self._set_moving([artists.alone])
            if "blup" in now.layers:
                moves += gliding(artists.blup, before.lines, self._segments())
        if "data" in new and self.few:
            moves += colouring(artists.data, self.look.muted)
            self._set_moving(artists.data)
        self._motion.begin(moves, self.glide)
        self._refresh()

    def _set_moving(self, artists: Sequence[Artist]) -> None:
        """Draw artists over the kept picture, which has had them till now."""
        self.canvas.moving[:0] = artists
        self.canvas.draw_anew()

    def _segments(self) -> Floats:
        return np.array(self.artists.blup.get_segments())

    def _refresh(self) -> None:
        if self._built:
            self.canvas.refresh()

    def light(self) -> None:
        """Veil the others and show the lit group above."""
        self.artists.light(self.lit)
        self.group_choice.show_group(self.lit)
        self._light_lines()

    def _light_lines(self) -> None:
        j, state = self.lit, self.now.state
        if j is None:
            return
        artists = self.artists
        if self.layers.shown("blup"):
            artists.light_line(j, self.lines)
        if self.layers.shown("alone"):
            artists.light_alone(j, float(self.alone[0][j]), float(self.alone[1][j]))
        known = state.mean_residuals is not None and self.layers.shown("arrows")
        artists.lit_arrow.set_visible(known)
        if known and state.mean_residuals is not None:
            artists.light_arrow(j, self.lines, float(state.mean_residuals[j]))

    # -- words

    def lay_out(self) -> None:
        """Leave room for the labels at the lines' ends."""
        canvas, drawn = self.canvas, self.drawn
        names = [self.tr("OLS"), FIXED, *([self.tr("truth")] if self.data.truth else [])]
        if drawn.column is not None and self.few:
            names += [self.group_name(j) for j in range(self.data.J)]
        widest = max(canvas.width_of(name) for name in names)
        if not self.few:
            widest = max(widest, 8 * canvas.metrics().averageCharWidth())
        self.place(self.figure.axes, right=min(widest + self.look.unit, 0.28 * canvas.width()))

    def labels(self) -> Iterable[Label]:
        """Names at the lines' ends, or below the groups."""
        yield from self.titles()
        if self.drawn.column is None and self.data.J <= NAMED:
            yield from self._labels_below()
        yield from labels_at_ends(self.canvas, self.artists.axes, self.look.unit, self._line_ends())
        if self.lit is not None and not self.few:
            yield from self._label_of_lit(self.lit)

    def _line_ends(self) -> Iterable[LineEnd]:
        theme, data, end = self.look, self.data, self.artists.axes.get_xlim()[1]
        if self.layers.shown("ols"):
            yield LineEnd(self._ols.common(end), self.tr("OLS"), theme.ink)
        if self.layers.shown("fixed"):
            yield LineEnd(self.lines.common(end), FIXED, theme.ink)
        if (truth := self._truth) is not None:
            highest = float(truth.u[self.drawn.groups].max())
            colour = theme.ink if self.few else theme.accent
            yield LineEnd(truth.common(end) + highest, self.tr("truth"), colour)
        if self.drawn.column is not None and self.few:
            for j in range(data.J):
                faded = self.lit is not None and j != self.lit
                colour = theme.hairline if faded else self.artists.colour(j)
                yield LineEnd(self._end_of(j, end), self.group_name(j), colour, j)

    def _label_of_lit(self, j: int) -> Iterable[Label]:
        """The name of the lit group where its line ends, among many."""
        canvas, theme, axes = self.canvas, self.look, self.artists.axes
        (left, end), (low, high) = axes.get_xlim(), axes.get_ylim()
        last = min(self.drawn.extent(j)[1], end)
        height = self.lines.height(j, last)
        if left < last and low <= height <= high:
            x, y = canvas.to_widget(axes, last, height)
            room = canvas.width() - x - 1.5 * theme.unit
            name, x = self.group_name(j), x + 0.75 * theme.unit
            yield Label(name, x, y, theme.ink, room=room, ground=theme.sheet, bold=True)

    def _end_of(self, j: int, end: float) -> float:
        """How high a group's line ends; without lines, its mean response."""
        if self.layers.shown("blup"):
            return self.lines.height(j, end)
        if self.layers.shown("alone"):
            level, slope = (float(part[j]) for part in self.alone)
            if not np.isnan(level):
                return level + slope * end
        return float(self.data.y[self.data.codes == j].mean())

    def _labels_below(self) -> Iterable[Label]:
        canvas, axes = self.canvas, self.artists.axes
        left, right = axes.get_xlim()
        room = canvas.box(axes).width() / (right - left) - 0.5 * self.look.unit
        for j in range(self.data.J):
            if left <= j <= right:
                x, y = canvas.to_widget(axes, j, axes.get_ylim()[0])
                colour = self.artists.colour(j) if self.few else self.look.muted
                y += 0.5 * self.look.unit
                yield Label(
                    self.group_name(j), x, y, colour, across=0.5, down=0.0, room=room, group=j
                )

    def notes(self) -> list[str]:
        """What is left out of the picture, and where the other predictors are held."""
        notes = []
        if self.now.state.mean_residuals is None and self.layers.shown("blup"):
            title = step_lessons()["predict_u"].title
            notes.append(self.tr("û = 0 until “%1”").replace("%1", title))
        notes += left_out(self.drawn)
        if self.layers.shown("alone"):
            untold = int(np.isnan(self.alone[0]).sum())
            if untold:
                notes.append(
                    self.tr("%1 groups cannot tell a line alone").replace("%1", count(untold))
                )
        return notes

    def description(self) -> str:
        """What is plotted, in words."""
        told = in_words(self.lines)
        return ". ".join([*told, *self.notes()])

    # -- the pointer

    def point(self, at: MouseEvent) -> Pointed | None:
        """The row or the group's line under the pointer."""
        if self._rows is None or at.inaxes is not self.artists.axes:
            return None
        if at.xdata is None or at.ydata is None:
            return None
        for row in self._rows.near(at)[:1]:
            j = int(self.data.codes[row])
            return Pointed(f"{row_in_words(self.drawn, int(row))}<br>{self.group_text(j)}", j)
        near = NEAR * self.canvas.ratio
        place = at.xdata, at.ydata, near / self.artists.axes.transData.get_matrix()[1, 1]
        if self.layers.shown("blup") and (line := self.lines.nearest(*place)) is not None:
            return Pointed(self.group_text(line), line)
        if self._beside is not None and (line := self._beside.point(*place)) is not None:
            return self._beside.pointed(line, self.group_name(line))
        return None
