"""From each group's mean residual to its û: how far it shrinks, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QComboBox, QWidget

from mlm_gui.panels.drawn_groups import FEW, sample
from mlm_gui.plotting import PlotPanel
from mlm_gui.spotlight import HIDDEN
from mlm_gui.widgets.asking import Asked
from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_layout import count
from mlm_gui.widgets.plot_pointer import Pointed
from solver import Problem, Step, Trace
from solver.branch import matched, matching
from solver.criterion import Criterion
from solver.formatting import number
from solver.lessons import step_lessons, symbols
from solver.moments import Codes, Floats
from solver.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.panels.shrinkage_artists import ArrowArtists, CurveArtists
NAMED = 12
"""Groups up to which each has its name, λ and n beside its arrow."""

MOST = 200
"""Groups up to which all have an arrow; of more, this many have."""

NEAR = 8.0
"""Pixels within which the pointer is on a mark of the curve."""

MEAN, SIZE, CURVE = "mean_residual", "size", "curve"
"""The three views: arrows in the order of r̄ or of n, and λ against n."""


class ShrinkagePanel(PlotPanel):
    """An arrow for each group, or λ against n."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shrinkage")
        self.groups: Codes = np.zeros(0, np.intp)
        self._arrows: ArrowArtists | None = None
        self._curve: CurveArtists | None = None
        self._match: Codes = np.zeros(0, np.intp)

    # -- what the plot is

    def name(self) -> str:
        """What the plot is called."""
        return self.tr("Shrinkage")

    def controls(self) -> Sequence[QWidget]:
        """Which of the three views."""
        self.view_choice = QComboBox(self)
        self.view_choice.addItem(self.tr("arrows, by mean residual"), MEAN)
        self.view_choice.addItem(self.tr("arrows, by group size"), SIZE)
        self.view_choice.addItem(self.tr("λ against group size"), CURVE)
        self.view_choice.setAccessibleName(self.tr("What is drawn, and in which order"))
        self.view_choice.setToolTip(self.view_choice.accessibleName())
        self.view_choice.activated.connect(self.rebuild)
        return (self.view_choice,)

    def empty_text(self) -> str:
        """Before the first prediction there is nothing to shrink."""
        if self.now.state.mean_residuals is not None:
            return ""
        text = self.tr("Step to “%1” to see how far each group's mean residual shrinks.")
        return text.replace("%1", step_lessons()["predict_u"].title)

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins."""
        super().show_problem(problem, trace)
        self.groups = sample(problem.J, MOST, MOST)

    @property
    def kind(self) -> str:
        """The view that is chosen."""
        return str(self.view_choice.currentData())

    @property
    def arrows(self) -> ArrowArtists:
        """The arrows; there are some while they are chosen and known."""
        assert self._arrows is not None
        return self._arrows

    @property
    def curve(self) -> CurveArtists:
        """The curve of λ; there is one while it is chosen and known."""
        assert self._curve is not None
        return self._curve

    def least_size(self) -> tuple[float, float]:
        """A line for each name."""
        named = self.kind != CURVE and len(self.groups) <= NAMED
        return (36.0, 7.0 + 1.1 * len(self.groups)) if named else (24.0, 9.0)

    def build(self) -> None:
        """Arrows in an order that stands still, or the curve."""
        from mlm_gui.panels.shrinkage_artists import ArrowArtists, CurveArtists

        axes = self.figure.add_subplot()
        if self.beside is not None:
            self._match = matching(self.data, self.beside[0].problem)
        names = symbols()
        u, mean, share = (names[key] for key in ("u", "mean_residuals", "shrinkage"))
        if self.kind == CURVE:
            self._curve = CurveArtists(axes, self.data, self.look)
            self.canvas.moving.extend(self._curve.moving)
            self.x_title = self.tr("rows in the group, %1").replace("%1", "n<sub>j</sub>")
            self.y_title = f"{share.symbol}<sub>j</sub>"
        else:
            assert self.trace is not None
            first = self.trace[3].state.mean_residuals
            assert first is not None
            known = first if self.kind == MEAN else -self.data.group_sizes
            order = self.groups[np.argsort(known[self.groups], kind="stable")]
            self._arrows = ArrowArtists(axes, self.data, order, self.look)
            self._set_limits(first)
            self.canvas.moving.extend(self._arrows.moving)
            self.y_title = self.data.group
            self.x_title = f"{mean.symbol}<sub>j</sub> ○ → {u.symbol}<sub>j</sub>"
        self.view.watch(axes)

    def _set_limits(self, mean_residuals: Floats) -> None:
        shown = mean_residuals[self.groups]
        low, high = min(float(shown.min()), 0.0), max(float(shown.max()), 0.0)
        margin = 0.08 * (high - low)
        self.arrows.axes.set_xlim(low - margin, high + margin)

    def changed(self, new: Step, old: Step) -> bool:
        """Whether the groups were predicted anew."""
        now, was = new.state, old.state
        return now.u is not was.u or now.mean_residuals is not was.mean_residuals

    def update_step(self, new: Step, old: Step | None) -> bool:
        """Move the arrows to r̄ and û, or the curve to σ² and τ²."""
        now = new.state
        moved = self.beside is not None and self._update_beside(old)
        if old is not None and not self.changed(new, old):
            return moved
        assert now.mean_residuals is not None
        assert now.shrinkage is not None
        if self.kind == CURVE:
            at = self._predicted_at(new)
            self.curve.set(now.shrinkage, at.sigma2, at.tau2)
            return True
        self.arrows.set(now.mean_residuals, now.u)
        low, high = self.arrows.axes.get_xlim()
        shown = now.mean_residuals[self.groups]
        if not self.view.zoomed and (shown.min() < low or shown.max() > high):
            self._set_limits(now.mean_residuals)
            self.view.rehome(self.arrows.axes)
            self.canvas.draw_anew()
        return True

    def _update_beside(self, old: Step | None) -> bool:
        """Mark û, or draw the curve, of the run beside; whether anything moved."""
        then, beside = self.then, self.beside
        assert then is not None
        assert beside is not None
        if old is not None and beside.reach(old.index).state.u is then.state.u:
            return False
        if self.kind == CURVE:
            at = self._predicted_at(then)
            self.curve.set_before(at.sigma2, at.tau2)
            return True
        u = matched(then.state.u, self._match)
        self.arrows.set_before(u)
        low, high = self.arrows.axes.get_xlim()
        shown = u[self.groups]
        least, most = float(np.nanmin(shown)), float(np.nanmax(shown))
        if not self.view.zoomed and (least < low or most > high):
            self.arrows.axes.set_xlim(min(low, least), max(high, most))
            self.view.rehome(self.arrows.axes)
            self.canvas.draw_anew()
        return True

    @staticmethod
    def _predicted_at(step: Step) -> Criterion:
        """The criterion at the σ² and τ² that û was predicted with."""
        state = step.state
        if step.name == "predict_u" or state.outcome is not None or state.updated_from is None:
            return state.criterion
        return state.updated_from

    def light(self) -> None:
        """Veil the others and show the lit group above."""
        if self.kind == CURVE:
            self.curve.light(self.lit)
        else:
            self.arrows.light(self.lit)

    # -- words

    def lay_out(self) -> None:
        """Leave room for names at the left, λ and n at the right."""
        canvas, unit = self.canvas, self.look.unit
        if self.kind == CURVE or len(self.groups) > NAMED:
            self.place(self.figure.axes)
            return
        widest = max(canvas.width_of(self.group_name(int(j))) for j in self.groups)
        left = min(widest + 2 * unit, 0.3 * canvas.width())
        right, above = sum(self._columns()) + 2 * unit, canvas.metrics().height()
        self.place(self.figure.axes, left=left, right=right, above=above)

    def _columns(self) -> tuple[float, float]:
        """Widths of λ and of n."""
        largest = count(int(self.data.group_sizes[self.groups].max()))
        return self.canvas.width_of("0.0000"), max(map(self.canvas.width_of, (largest, "n_j")))

    def labels(self) -> Iterable[Label]:
        """Names, λ and n beside the arrows; of the lit group only where there are many."""
        yield from self.titles()
        if self.kind == CURVE or len(self.groups) > NAMED:
            yield from self._lit_label()
        else:
            yield from self._rows()
            canvas, axes, unit = self.canvas, self.arrows.axes, self.look.unit
            right, top = canvas.box(axes).right(), canvas.box(axes).top()
            share, size = self._columns()
            y, x = top - 0.3 * canvas.metrics().height(), right + 1.5 * unit + share
            muted = self.look.muted
            yield Label(symbols()["shrinkage"].symbol + "<sub>j</sub>", x, y, muted, across=1.0)
            yield Label("n<sub>j</sub>", x + 1.5 * unit + size, y, muted, across=1.0)

    def _rows(self) -> Iterable[Label]:
        canvas, theme, axes = self.canvas, self.look, self.arrows.axes
        shrinkage = self.now.state.shrinkage
        assert shrinkage is not None
        share, size = self._columns()
        left, right = canvas.box(axes).left(), canvas.box(axes).right()
        bottom, top = axes.get_ylim()
        for place, j in enumerate(map(int, self.arrows.order)):
            if not bottom <= place <= top:
                continue
            y = canvas.to_widget(axes, 0.0, place)[1]
            faded = self.lit is not None and self.lit != j
            colour = theme.hairline if faded else theme.ink
            named = colour if faded or self.data.J > FEW else self.arrows.colour(j)
            room, x = left - 1.5 * theme.unit, right + 1.5 * theme.unit + share
            yield Label(self.group_name(j), theme.unit, y, named, room=room, group=j)
            share_text = HIDDEN if self.conceals else number(float(shrinkage[j]), 3)
            asked = Asked(Quantity("shrinkage", (j,)))
            yield Label(share_text, x, y, colour, across=1.0, group=j, asked=asked)
            n, x = count(int(self.data.group_sizes[j])), x + 1.5 * theme.unit + size
            asked = Asked(Quantity("size", (j,)))
            yield Label(n, x, y, colour, across=1.0, group=j, asked=asked)

    def _lit_label(self) -> Iterable[Label]:
        j = self.lit
        if j is None:
            return
        artists = self.curve if self.kind == CURVE else self.arrows
        place = artists.place(j)
        axes, canvas, theme = artists.axes, self.canvas, self.look
        if place is None:
            return
        x, y = canvas.to_widget(axes, *place)
        name = self.group_name(j)
        room = 0.4 * canvas.width()
        beyond = x + theme.unit + min(canvas.width_of(name), room) > canvas.width()
        x += -theme.unit if beyond else theme.unit
        yield Label(
            name,
            x,
            y - canvas.metrics().height(),
            theme.ink,
            across=1.0 if beyond else 0.0,
            room=room,
            ground=theme.sheet,
            bold=True,
        )

    def notes(self) -> list[str]:
        """That a sample is drawn, or what the marks stand for."""
        if self.kind == CURVE:
            few = self.data.J <= FEW
            return [] if few else [self.tr("the larger a mark, the more groups of that size")]
        if len(self.groups) == self.data.J:
            return []
        text = self.tr("%1 of %2 groups drawn").replace("%1", count(len(self.groups)))
        return [text.replace("%2", count(self.data.J))]

    def description(self) -> str:
        """The range of λ, in words."""
        shrinkage = self.now.state.shrinkage
        if shrinkage is None:
            return self.empty_text()
        text = self.tr("%1 groups keep between %2 and %3 of their mean residual")
        text = text.replace("%1", count(self.data.J)).replace(
            "%2", number(float(shrinkage.min()), 3)
        )
        return text.replace("%3", number(float(shrinkage.max()), 3))

    # -- the pointer

    def point(self, at: MouseEvent) -> Pointed | None:
        """The group whose row or mark the pointer is on."""
        if at.inaxes is None or at.xdata is None or at.ydata is None:
            return None
        if self.kind == CURVE:
            return self._size_at(at)
        place = round(at.ydata)
        if not 0 <= place < len(self.arrows.order):
            return None
        j = int(self.arrows.order[place])
        return Pointed(self.group_text(j), j, asked=self._number_at(j, at.xdata))

    def _number_at(self, j: int, x: float) -> Asked:
        """r̄ where the pointer is nearest to the ring, û at the arrow's head, or as it was."""
        state, then = self.now.state, self.then
        assert state.mean_residuals is not None
        near = [
            (abs(x - float(state.u[j])), Asked(Quantity("u", (j,)))),
            (
                abs(x - float(state.mean_residuals[j])),
                Asked(Quantity("mean_residuals", (j,))),
            ),
        ]
        if then is not None and self._match[j] >= 0:
            was = int(self._match[j])
            asked = Asked(Quantity("u", (was,)), then.index, beside=True)
            near.append((abs(x - float(then.state.u[was])), asked))
        return min(near, key=lambda item: item[0])[1]

    def _size_at(self, at: MouseEvent) -> Pointed | None:
        """The group, or the groups of one size, whose mark the pointer is on."""
        size = self.curve.near(at.x, at.y, NEAR * self.canvas.ratio)
        if size is None:
            return None
        j, groups = self.curve.group_of(size), int(self.data.moments.counts[size])
        if groups == 1:
            return Pointed(self.group_text(j), j)
        shrinkage = self.now.state.shrinkage
        assert shrinkage is not None
        share = f"{symbols()['shrinkage'].symbol}<sub>j</sub> = {number(float(shrinkage[j]))}"
        text = f"n<sub>j</sub> = {count(int(self.data.group_sizes[j]))} · {share}<br>"
        text += self.tr("%1 groups").replace("%1", count(groups))
        return Pointed(text, asked=Asked(Quantity("shrinkage", (j,))))
