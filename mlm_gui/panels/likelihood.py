"""The log-likelihood by iteration, and the addends that trade against each other in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QWidget

from mlm_gui.panels.run_history import PARTS, RunHistory, near_peak
from mlm_gui.plotting import PlotPanel
from mlm_gui.spotlight import HIDDEN
from mlm_gui.widgets.asking import Asked
from mlm_gui.widgets.layer_bar import Layer
from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_layout import subscript
from mlm_gui.widgets.plot_pointer import Pointed
from solver import Problem, Step, Trace
from solver.criterion import Criterion
from solver.formatting import number, signed
from solver.lessons import words
from solver.moments import Floats
from solver.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import MouseEvent
    from matplotlib.lines import Line2D

DIGITS = 7
"""Significant digits of ℓ: of one that hardly rises any more, four would show nothing."""

ITERATIONS = 8
"""Iterations that the axis has room for at least; it doubles when a run needs more, and ends with
one that has ended."""

CROWD = 64
"""Iterations up to which each has its mark."""

KEYS = {"other": "loglik", "gap": "to_gain"}
"""The names of numbers for the rows that are called otherwise."""

FLAT = 0.02
"""The least range of an axis, in units of the log-likelihood."""


@dataclass
class Row:
    """One row of the plot: a series on axes of its own."""

    key: str
    axes: Axes
    past: Line2D
    ahead: Line2D
    here: Line2D
    before: Line2D
    there: Line2D


class LikelihoodPanel(PlotPanel):
    """ℓ by iteration; below it the other criterion and the four addends, each on its own axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("likelihood")
        self.history: RunHistory | None = None
        self.rows: dict[str, Row] = {}
        self._room = ITERATIONS
        self._peak: Criterion | None = None
        self.before: RunHistory | None = None

    # -- what the plot is

    def name(self) -> str:
        """What the plot is called."""
        return self.tr("Log-likelihood")

    def layer_list(self) -> Sequence[Layer]:
        """The rows below ℓ."""
        other = self.tr("The criterion that is not in use, at the same σ² and τ²")
        constant = self.tr(
            "What does not depend on σ², τ² or β: −½ n log 2π, under REML with n − p"
        )
        return (
            Layer("other", self.tr("other criterion"), other),
            Layer("log_det_V", "−½ log|V|", self.tr("Falls as the variances grow")),
            Layer("log_det_information", "−½ log|XᵀV⁻¹X|", self.tr("The price of estimating β")),
            Layer("quadratic", "−½ yᵀPy", self.tr("How well the model fits, in units of V")),
            Layer("constant", self.tr("constant"), constant, shown=False),
            Layer("gap", self.tr("still to gain"), self._gap_tip(), shown=False),
        )

    def _gap_tip(self) -> str:
        return self.tr("ℓ at the optimum less ℓ, on a log scale: shows the end of a run")

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins."""
        super().show_problem(problem, trace)
        self.history = RunHistory(trace)
        self._peak = None

    def show_beside(self, beside: Trace | None) -> None:
        """Draw the curves of another run as well, or none."""
        super().show_beside(beside)
        self.before = RunHistory(beside) if beside is not None else None

    @property
    def run(self) -> RunHistory:
        """The run so far."""
        assert self.history is not None
        return self.history

    def least_size(self) -> tuple[float, float]:
        """Some lines a row, and more for the first."""
        return 36.0, 5.0 + 3.7 * len(self._keys())

    def _keys(self) -> list[str]:
        return ["loglik", *(key for key in ("gap", "other", *PARTS) if self.layers.shown(key))]

    def build(self) -> None:
        """A row of axes for each series."""
        from mlm_gui.widgets.plot_look import dress

        self.run.grow()
        if self.before is not None and self.then is not None:
            self.before.grow()
        self._set_possible()
        self.rows = {}
        shared: Axes | None = None
        for key in self._keys():
            axes = self.figure.add_subplot(sharex=shared)
            shared = shared or axes
            dress(axes, self.look)
            self.rows[key] = self._make_row(key, axes)
        self._room = ITERATIONS
        self._make_room()
        self._set_x_limits()
        for row in self.rows.values():
            last = row is list(self.rows.values())[-1]
            row.axes.tick_params(labelbottom=last, bottom=last)
            row.axes.spines["bottom"].set_visible(last)
            self._set_limits(row, self._expected(row.key))
            self.view.watch(row.axes, "x")
        self.x_title = self.tr("iteration")

    def _make_row(self, key: str, axes: Axes) -> Row:
        from matplotlib.lines import Line2D
        from matplotlib.ticker import MaxNLocator

        from mlm_gui.widgets.plot_look import BESIDE, beside_colour, log_scale, mix

        theme, weight = self.look, self.look.zoom
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], min_n_ticks=2))
        if key == "gap":
            log_scale(axes)
        main = key == "loglik"
        size, width = (4.5, 1.8) if main else (3.0, 1.0)
        past, ahead, here = Line2D([], []), Line2D([], []), Line2D([], [])
        past.set(color=theme.ink, lw=width * weight, marker="o", ms=size * weight, mew=0)
        ahead.set(color=mix(theme.sheet, theme.muted, 0.5), lw=0.8 * width * weight, marker="o")
        ahead.set(ms=0.8 * size * weight, mew=0)
        here.set(color=theme.accent, marker="o", ms=(7 if main else 5) * weight, mew=0, zorder=5)
        before, there = Line2D([], []), Line2D([], [])
        before.set(color=beside_colour(theme), lw=0.8 * width * weight, ls=BESIDE)
        there.set(color=theme.muted, marker="o", ms=size * weight, mfc=theme.sheet)
        for line in (before, there):
            line.set_visible(self.before is not None and key != "gap")
        for line in (before, there, ahead, past, here):
            axes.add_artist(line)
        self.canvas.moving.extend([before, there, ahead, past, here])
        return Row(key, axes, past, ahead, here, before, there)

    def _set_possible(self) -> None:
        """Tick boxes only for what there is."""
        reml = self.run.method == "reml"
        none = None if reml else self.tr("0 under ML: β counts as known there")
        self.layers.set_possible("log_det_information", reml, none)
        trace, last = self.run.trace, self.run.trace[len(self.run.trace) - 1]
        done = trace.complete and last.state.converged
        later = (
            None if done else self.tr("Run until it has converged: then ℓ at the optimum is known")
        )
        self.layers.set_possible("gap", done, later)

    # -- limits that stand still

    def _set_x_limits(self) -> None:
        next(iter(self.rows.values())).axes.set_xlim(-0.03 * self._room, 1.01 * self._room)

    def _make_room(self) -> bool:
        """Let the axis reach as far as the runs need; whether that is another place."""
        before, runs = self._room, [run for run in (self.run, self.before) if run is not None]
        longest = max(len(run.criteria) for run in runs) - 1
        at_end = self.now.index == len(self.run.trace) - 1 or not self.hides_later
        if at_end and all(run.trace.complete for run in runs):
            self._room = max(ITERATIONS, longest)
        while self._room < longest:
            self._room *= 2
        return self._room != before

    def _expected(self, key: str) -> Floats:
        """What a series will span: its start, where the optimum must lie, and where it has been."""
        if key == "gap":
            return self._gaps()
        start = self.run.criteria[0]
        peak = self._peak = self._peak or near_peak(start)
        values = [self.run.values(key, [start, peak]), self.run.series(key)]
        if self.before is not None:
            values.append(self._values_beside(key, self.before))
        return np.concatenate(values)

    def _values_beside(self, key: str, before: RunHistory) -> Floats:
        """The series of the run beside; that of other data moved to the same start."""
        values = before.series(key)
        if self.other_data:
            values = values + (self.run.series(key)[0] - values[0])
        return values

    def _set_limits(self, row: Row, values: Floats) -> None:
        values = values[np.isfinite(values)]
        if row.key == "gap":
            row.axes.set_ylim(self._noise(), max(float(values.max(initial=0.0)), 1e-6) * 3)
            return
        low, high = float(values.min()), float(values.max())
        least = max(FLAT, 1e-10 * abs(high))
        middle, span = (low + high) / 2, max(high - low, least)
        row.axes.set_ylim(middle - 0.62 * span, middle + 0.62 * span)

    def _noise(self) -> float:
        """What rounding leaves to be seen of a difference of log-likelihoods."""
        return 8 * float(np.finfo(np.float64).eps) * max(map(abs, self.run.criteria[0].parts))

    def _gaps(self) -> Floats:
        """ℓ at the end of the run less ℓ; nan where rounding hides it."""
        heights = self.run.series("loglik")
        gaps = heights[-1] - heights
        return np.where(gaps > self._noise(), gaps, np.nan)

    def values(self, key: str) -> Floats:
        """The series of a row, by iteration."""
        return self._gaps() if key == "gap" else self.run.series(key)

    # -- a step

    def changed(self, new: Step, old: Step) -> bool:
        """Whether the cursor is on another point."""
        return self.run.position(new) != self.run.position(old)

    def update_step(self, new: Step, old: Step | None) -> bool:
        """Lengthen the lines, and move the marker."""
        grown, here = self.run.grow(), self.run.position(new)
        self._set_possible()
        beside = self.before is not None and self._update_beside(self.before)
        longer = self._make_room()
        if old is not None and not (grown or beside or longer or self.changed(new, old)):
            return False
        if longer:
            self._set_x_limits()
            self._rehome()
        iterations = np.arange(len(self.run.criteria))
        for row in self.rows.values():
            values = self.values(row.key)
            row.past.set_data(iterations[: here + 1], values[: here + 1])
            row.ahead.set_data(iterations[here:], values[here:])
            row.ahead.set_visible(here < iterations[-1] and not self.hides_later)
            row.here.set_data([here], [values[here]])
            if len(iterations) > CROWD:
                row.past.set_marker("none")
                row.ahead.set_marker("none")
            low, high = row.axes.get_ylim()
            if row.key != "gap" and grown and (values.min() < low or values.max() > high):
                self._set_limits(row, np.concatenate([values, [low, high]]))
                self._rehome()
        return True

    def _update_beside(self, before: RunHistory) -> bool:
        """Lengthen the curves of the run beside; whether anything moved."""
        then = self.then
        assert then is not None
        grown, there = before.grow(), before.position(then)
        iterations = np.arange(len(before.criteria))
        moved = grown
        for key, row in self.rows.items():
            if key == "gap":
                continue
            values = self._values_beside(key, before)
            moved |= not np.array_equal(row.there.get_xdata(), [there])
            row.before.set_data(iterations, values)
            row.there.set_data([there], [values[there]])
            low, high = row.axes.get_ylim()
            if grown and (values.min() < low or values.max() > high):
                self._set_limits(row, np.concatenate([values, [low, high]]))
                self._rehome()
        return moved

    def _rehome(self) -> None:
        for row in self.rows.values():
            self.view.rehome(row.axes)
        self.canvas.draw_anew()

    # -- words

    def lay_out(self) -> None:
        """The first row is the highest; the names of the criteria stand at the right."""
        names = [str(method["name"]) for method in words()["methods"].values()]
        right = max(map(self.canvas.width_of, names)) + self.look.unit
        weights = [2.2 if key == "loglik" else 1.0 for key in self.rows]
        axes = [row.axes for row in self.rows.values()]
        above, gap = 0.2 * self.canvas.metrics().height(), 2.2 * self.look.unit
        self.place(axes, weights, right=right, above=above, gap=gap)

    def symbol(self, key: str) -> str:
        """How a row is headed."""
        if key in ("loglik", "other"):
            method = words()["methods"][self.run.method if key == "loglik" else self.run.other]
            return f"{subscript(method['loglik'])} {method['name']}"
        if key == "gap":
            symbol = subscript(words()["methods"][self.run.method]["loglik"])
            return self.tr("%1 still to gain").replace("%1", symbol)
        return self.layers.box(key).text()

    def labels(self) -> Iterable[Label]:
        """The heads of the rows, with value and change at the cursor; names at the lines' ends."""
        yield from self.titles()
        canvas, theme = self.canvas, self.look
        here = self.run.position(self.now)
        heads = [self.symbol(key) for key in self.rows]
        concealed = self.conceals
        numbers = [HIDDEN if concealed else self._number(key, here) for key in self.rows]
        first = max(map(canvas.width_of, heads)) + 1.5 * theme.unit
        second = first + max(canvas.width_of(text, bold=True) for text in numbers)
        room = canvas.width() - second - 1.5 * theme.unit
        for head, text, (key, row) in zip(heads, numbers, self.rows.items(), strict=True):
            y, left = canvas.box(row.axes).top() - 1.15 * canvas.metrics().height(), theme.unit
            main = key == "loglik"
            yield Label(head, left, y, theme.ink if main else theme.muted, bold=main)
            asked = self._number_of(key, self.run.steps[here])
            yield Label(text, second, y, theme.ink, across=1.0, bold=main, asked=asked)
            change = self._change(key, here)
            if change and not concealed:
                texts = (signed(change, digits) for digits in (3, 2, 1))
                fits = (text for text in texts if canvas.width_of(text) <= room)
                moved = Asked(
                    Quantity("change", (KEYS.get(key, key),), asked.quantity.point), asked.step
                )
                yield Label(next(fits, ""), second + theme.unit, y, theme.accent, asked=moved)
        yield from self._names()

    def _number(self, key: str, k: int) -> str:
        value = float(self.values(key)[k])
        if key == "gap" and not np.isfinite(value):
            return self.tr("less than rounding")
        return number(value, 3 if key == "gap" else DIGITS)

    def _change(self, key: str, k: int) -> float | None:
        """A row's change in an iteration; 0 where it is no more than rounding."""
        if k == 0 or key in ("constant", "gap"):
            return None
        values = self.values(key)
        change = float(values[k] - values[k - 1])
        return change if abs(change) > self._noise() else 0.0

    def _names(self) -> Iterable[Label]:
        """REML and ML, where their lines end."""
        for key, method in (("loglik", self.run.method), ("other", self.run.other)):
            row = self.rows.get(key)
            if row is None:
                continue
            last = self.run.position(self.now) if self.hides_later else len(self.run.criteria) - 1
            left, right = row.axes.get_xlim()
            if left <= last <= right:
                x, y = self.canvas.to_widget(row.axes, last, float(self.values(key)[last]))
                colour = self.look.ink if key == "loglik" else self.look.muted
                name = str(words()["methods"][method]["name"])
                yield Label(name, x + self.look.unit, y, colour, bold=key == "loglik")
                if key == "loglik" and self.before is not None:
                    yield from self._name_before(row, self.before, x, y)

    def _name_before(self, row: Row, before: RunHistory, x: float, y: float) -> Iterable[Label]:
        """Where the curve of the run beside ends, clear of the name at a place."""
        canvas, text = self.canvas, self.tr("as it was")
        last, values = len(before.criteria) - 1, self._values_beside(row.key, before)
        if last > row.axes.get_xlim()[1]:
            return
        end, height = canvas.to_widget(row.axes, last, float(values[last]))
        line, width = canvas.metrics().height(), canvas.width_of(text)
        box = canvas.box(row.axes)
        if abs(height - y) < line and abs(end - x) < width + 6 * self.look.unit:
            height = y + (line if height >= y else -line)
            if not box.top() < height < box.bottom():
                height = y + (line if height < y else -line)
        left = min(end + self.look.unit, canvas.width() - width - self.look.unit)
        yield Label(text, left, height, self.look.muted, ground=self.look.sheet)

    def notes(self) -> list[str]:
        """That log-likelihoods of other data are not on one scale, and what is done about it."""
        if not self.other_data:
            return []
        return [self.tr("grey: other data, moved to the same start")]

    def description(self) -> str:
        """The values at the cursor, in words."""
        here = self.run.position(self.now)
        parts = []
        for key in self.rows:
            symbol = self.symbol(key).replace("<sub>", "_").replace("</sub>", "")
            parts.append(f"{symbol} {self._number(key, here)}")
        return "; ".join(parts)

    # -- the pointer

    def point(self, at: MouseEvent) -> Pointed | None:
        """The iteration under the pointer; a click goes to its update."""
        if at.inaxes is None or at.xdata is None:
            return None
        k = round(at.xdata)
        known = self.run.position(self.now) if self.hides_later else len(self.run.criteria) - 1
        if not 0 <= k <= known:
            return None
        at_k = self.run.criteria[k]
        lines = [self.tr("iteration %1").replace("%1", str(k)) if k else self.tr("start")]
        lines[0] = f"<b>{lines[0]}</b> · σ² = {number(at_k.sigma2)} · τ² = {number(at_k.tau2)}"
        for key in self.rows:
            change = self._change(key, k)
            end = "" if change is None else f" {signed(change)}"
            lines.append(f"{self.symbol(key)} = {self._number(key, k)}{end}")
        key = next((key for key, row in self.rows.items() if row.axes is at.inaxes), "loglik")
        step = self.run.steps[k]
        asked = self._number_of(key, step)
        before = self.before
        if before is not None and key != "gap" and k < len(before.criteria):
            here, was = float(self.values(key)[k]), float(self._values_beside(key, before)[k])
            if abs(was - (at.ydata or 0.0)) < abs(here - (at.ydata or 0.0)):
                asked = Asked(asked.quantity, before.steps[k], beside=True)
        return Pointed("<br>".join(lines), step=step, asked=asked)

    def _number_of(self, key: str, step: int) -> Asked:
        """The number that a row shows at a step."""
        if key == "other":
            return Asked(Quantity("loglik", (), "other"), step)
        return Asked(Quantity(KEYS.get(key, key)), step)
