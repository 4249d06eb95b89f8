"""The log-likelihood over (σ², τ²): where the run has been, and what the next step believes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from mlm_gui.panels.run_history import Refusal, RunHistory, near_peak, region
from mlm_gui.panels.surface_labels import NamedPoint, SurfaceLabels
from mlm_gui.panels.surface_reading import SurfaceReading
from mlm_gui.plotting import PlotPanel
from mlm_gui.widgets.layer_bar import Layer
from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_layout import subscript
from mlm_gui.widgets.plot_pointer import Pointed
from mlm_gui.widgets.start_offer import StartOffer
from solver import Problem, Step, Trace
from solver.criterion import Criterion
from solver.formatting import number
from solver.lessons import symbols, words
from solver.state import Refused

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.panels.surface_artists import SurfaceArtists
ASIDE = 0.35
"""Space around the path when the view is zoomed to it, as a part of its size."""

ROOMY = 48
"""Width in units of the theme from which on there is room to say what the contours are."""

REACH = 20.0
"""How many times the whole view may be zoomed out to."""


class SurfacePanel(PlotPanel):
    """Contours of ℓ, the path of the iterations on it, and the quadratic of the update."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surface")
        self.history: RunHistory | None = None
        self.before: RunHistory | None = None
        self.peak: Criterion | None = None
        self._artists: SurfaceArtists | None = None
        self._stale = False
        self._marks: tuple[int, int, bool] | None = None
        self.offer = StartOffer(self)
        self.offer.accepted.connect(self._start)

    # -- what the plot is

    def name(self) -> str:
        """What the plot is called."""
        return self.tr("Likelihood surface")

    def layer_list(self) -> Sequence[Layer]:
        """Path, guards and quadratic."""
        path = self.tr("The (σ², τ²) of every iteration so far")
        guards = self.tr("Trial steps that a guard refused, each with its reason")
        quadratic = self.tr(
            "What the update believes the surface to be, s·d − ½ dᵀ I d; its peak is the full step"
        )
        return (
            Layer("path", self.tr("path"), path, "line"),
            Layer("guards", self.tr("refused trials"), guards),
            Layer("quadratic", self.tr("local quadratic"), quadratic, "dash"),
        )

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins."""
        super().show_problem(problem, trace)
        self.history, self.peak = RunHistory(trace), None
        self._offer(None)

    def show_beside(self, beside: Trace | None) -> None:
        """Draw the path of another run as well, or none."""
        super().show_beside(beside)
        self.before = RunHistory(beside) if beside is not None else None

    @property
    def run(self) -> RunHistory:
        """The run so far."""
        assert self.history is not None
        return self.history

    @property
    def artists(self) -> SurfaceArtists:
        """What is drawn; there is something once the pane has been seen."""
        assert self._artists is not None
        return self._artists

    def controls(self) -> Sequence[QWidget]:
        """A button that shows the path large."""
        self.closer = QToolButton(self)
        self.closer.setText(self.tr("Zoom to the path"))
        self.closer.setAccessibleName(self.closer.text())
        self.closer.setToolTip(
            self.tr("Show only the surroundings of the path; the wheel zooms, 0 shows the whole")
        )
        self.closer.setAutoRaise(True)
        self.closer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.closer.clicked.connect(self.zoom_to_path)
        return (self.closer,)

    def zoom_to_path(self) -> None:
        """Show the surroundings of the path so far and of the peak; the whole where they are it."""
        assert self.peak is not None
        sigma2 = np.append(self.run.series("sigma2"), self.peak.sigma2)
        tau2 = np.append(self.run.series("tau2"), self.peak.tau2)
        (left, right), (low, high) = (
            (float(values.min()), float(values.max())) for values in (sigma2, tau2)
        )
        wide, tall = ASIDE * max(right - left, right / 8), ASIDE * max(high - low, high / 8)
        low = low - tall if low > tall else min(-tall, 0.0)
        self.view.show(self.artists.axes, (max(left - wide, 0.0), low, right + wide, high + tall))
        self.view_moved()

    def build(self) -> None:
        """Contours and boundary over a range that holds the start, the path and the optimum."""
        from mlm_gui.panels.surface_artists import SurfaceArtists

        self.run.grow()
        start = self.run.criteria[0]
        peak = self.peak = self.peak or near_peak(start)
        best = max(peak.loglik, float(self.run.series("loglik").max()))
        axes = self.figure.add_subplot()
        self._set_limits(axes)
        self._artists = SurfaceArtists(axes, start, best, self.look)
        if self.data.truth is not None:
            self.artists.truth.set_data([self.data.truth.sigma2], [self.data.truth.tau2])
        self.view.watch(axes, reach=REACH, bounds=(0.0, axes.get_ylim()[0], 1e300, 1e300))
        self.canvas.moving.extend(self.artists.moving)
        self._stale = True
        self.x_title = f"{symbols()['sigma2'].symbol}, {symbols()['sigma2'].name}"
        self.y_title = f"{symbols()['tau2'].symbol}, {symbols()['tau2'].name}"

    def _set_limits(self, axes: Axes) -> None:
        """Some standard errors about the peak, and further where the run has been."""
        from mlm_gui.panels.surface_artists import STRIP

        assert self.peak is not None
        left, right, top = region(self.run, self.peak)
        if self.data.truth is not None:
            left, right = min(left, self.data.truth.sigma2), max(right, self.data.truth.sigma2)
            top = max(top, self.data.truth.tau2)
        if self.before is not None and self.then is not None:
            self.before.grow()
            sigma2, tau2 = self.before.series("sigma2"), self.before.series("tau2")
            left, right = min(left, float(sigma2.min())), max(right, float(sigma2.max()))
            top = max(top, float(tau2.max()))
        margin, height = 0.06 * (right - left), 1.06 * top
        axes.set_xlim(max(left - margin, 0.0), right + margin)
        axes.set_ylim(-height * STRIP / (1 - STRIP), height)

    def view_changed(self) -> None:
        """The contours are drawn anew for the part in view."""
        self._stale = True
        self._place_offer()
        self._set_marks()

    def lay_out(self) -> None:
        """Draw the contours when the view has changed."""
        if self._stale:
            self.artists.draw_contours()
            self._stale = False
        super().lay_out()

    # -- a step

    def changed(self, new: Step, old: Step) -> bool:
        """Whether the cursor is on another point, or within another update."""
        return self._place(new) != self._place(old)

    def _place(self, step: Step) -> tuple[int, int, bool]:
        return self.run.position(step), step.iteration, step.name == "update_variances"

    def update_step(self, new: Step, old: Step | None) -> bool:
        """Lengthen the path; in an update show the quadratic, the full step and the trials."""
        grown = self.run.grow()
        if grown and self._path_left_view():
            self._set_limits(self.artists.axes)
            self.view.rehome(self.artists.axes)
            self._stale = True
            self.canvas.draw_anew()
        beside = self.before is not None and self._update_beside(self.before)
        marks = self._place(new)
        if old is not None and marks == self._marks:
            return beside
        self._marks = marks
        self._set_marks()
        return True

    def _update_beside(self, before: RunHistory) -> bool:
        """Lengthen the path of the run beside, or where its data are others, move its end."""
        then = self.then
        assert then is not None
        before.grow()
        end = before.position(then) + 1
        sigma2, tau2 = before.series("sigma2")[:end], before.series("tau2")[:end]
        artists = self.artists
        moved = len(artists.before.get_xdata()) != end  # type: ignore[arg-type]
        artists.before.set_data(sigma2, tau2)
        artists.before.set_visible(not self.other_data)
        artists.there.set_data(sigma2[-1:], tau2[-1:])
        return moved

    def _path_left_view(self) -> bool:
        axes = self.artists.axes
        if self.view.zoomed:
            return False
        right, top = axes.get_xlim()[1], axes.get_ylim()[1]
        left = axes.get_xlim()[0]
        last = self.run.criteria[-1]
        return not (left <= last.sigma2 <= right and last.tau2 <= top)

    def _set_marks(self) -> None:
        step, artists = self.now, self.artists
        end = self.run.position(step) + 1
        sigma2, tau2 = self.run.series("sigma2")[:end], self.run.series("tau2")[:end]
        shown = self.layers.shown("path")
        artists.path.set_data(sigma2 if shown else [], tau2 if shown else [])
        artists.start.set_data(sigma2[:1], tau2[:1])
        artists.here.set_data(sigma2[-1:], tau2[-1:])
        updating = step.name == "update_variances"
        for line, now in ((artists.refused_now, True), (artists.refused_before, False)):
            trials = [
                item.trial for item in self._refusals() if (item.iteration == step.iteration) == now
            ]
            x, y = (
                np.array([getattr(trial, key) for trial in trials]) for key in ("sigma2", "tau2")
            )
            line.set_data(*artists.inside(x, y))
        self._set_quadratic(updating and self.layers.shown("quadratic"))

    def _refusals(self) -> list[Refusal]:
        """The refused trials up to the cursor."""
        if not self.layers.shown("guards"):
            return []
        last = self.run.position(self.now)
        return [
            item
            for item in self.run.refusals
            if item.iteration <= last and np.isfinite(item.trial.sigma2)
        ]

    def _set_quadratic(self, shown: bool) -> None:
        state, artists = self.now.state, self.artists
        start, step = state.updated_from, state.full_step
        shown = shown and start is not None and step is not None
        artists.full_step.set_visible(shown)
        artists.came_from.set_visible(shown)
        rings = shown and state.information is not None and not self._held()
        for ring in artists.rings:
            ring.set_visible(rings)
        if start is None or step is None or not shown:
            return
        artists.set_full_step(start, step)
        artists.came_from.set_data([start.sigma2], [start.tau2])
        if rings and state.information is not None and state.score is not None:
            artists.set_quadratic(start, state.information, step, state.score)

    def _held(self) -> bool:
        """Whether the update held τ² at 0: then its quadratic is one of σ² alone."""
        state = self.now.state
        assert state.updated_from is not None
        assert state.full_step is not None
        return state.updated_from.tau2 == 0 and float(state.full_step[1]) == 0

    # -- words

    @property
    def symbol(self) -> str:
        """ℓ_R or ℓ."""
        return subscript(str(words()["methods"][self.now.options.method]["loglik"]))

    def labels(self) -> Iterable[Label]:
        """The contours' depths, the boundary, the start and the full step."""
        yield from self.titles()
        labels = SurfaceLabels(self.canvas, self.artists)
        yield from labels.of_contours()
        yield from labels.of_boundary()
        if self.now.name == "update_variances":
            yield from labels.of_trials(
                item.trial for item in self._refusals() if item.iteration == self.now.iteration
            )
        yield from labels.of_points(self._named_points())

    def _named_points(self) -> Iterable[NamedPoint]:
        """The full step, the present point, that of the run beside, the start and the truth."""
        first, state = self.run.criteria[0], self.now.state
        start, step = state.updated_from, state.full_step
        below = -0.8
        full = self.artists.full_step.get_visible() and start is not None and step is not None
        if full and start is not None and step is not None:
            below = 0.8 if step[1] > 0 else -0.8
            sigma2, tau2 = start.sigma2 + float(step[0]), start.tau2 + float(step[1])
            yield NamedPoint(sigma2, tau2, self.tr("full step"), self.look.accent, -below)
        position = self.run.position(self.now)
        here = self.run.criteria[position]
        if position and not (full and self._same_place(here, sigma2, tau2)):
            name = self.tr("estimate") if state.converged else self.tr("now")
            yield NamedPoint(here.sigma2, here.tau2, name, self.look.accent, -below)
        then = self.then
        if then is not None and not self._same_place(here, then.state.sigma2, then.state.tau2):
            was = self.tr("as it was")
            yield NamedPoint(then.state.sigma2, then.state.tau2, was, self.look.muted, below)
        yield NamedPoint(first.sigma2, first.tau2, self.tr("start"), self.look.ink, below)
        if self.data.truth is not None:
            truth = self.data.truth
            yield NamedPoint(truth.sigma2, truth.tau2, self.tr("truth"), self.look.ink, 0.8)

    def _same_place(self, at: Criterion, sigma2: float, tau2: float) -> bool:
        """Whether a point and a place are one on the screen."""
        axes = self.artists.axes
        x, y = self.canvas.to_widget(axes, sigma2, tau2)
        a, b = self.canvas.to_widget(axes, at.sigma2, at.tau2)
        return abs(x - a) + abs(y - b) < self.look.unit

    def notes(self) -> list[str]:
        """What the contours are, and an information matrix that was refused."""
        said = self.tr("contours: %1 less its greatest value").replace("%1", self.symbol)
        notes = [said] if self.canvas.width() > ROOMY * self.look.unit else []
        if self.other_data:
            notes = [self.tr("contours: changed data")]
        refused = words()["refused"]
        if self.now.name == "update_variances" and any(
            trial.refused is Refused.NOT_POSITIVE_DEFINITE for trial in self.now.state.trials
        ):
            notes.append(refused[Refused.NOT_POSITIVE_DEFINITE])
        return notes

    def description(self) -> str:
        """The point, and what the guards did, in words."""
        state = self.now.state
        symbol = words()["methods"][self.now.options.method]["loglik"]
        parts = [f"σ² {number(state.sigma2)}, τ² {number(state.tau2)}"]
        parts.append(f"{symbol} {number(state.loglik, 7)}")
        if self.data.truth is not None:
            truth = self.data.truth
            said = self.tr("truth: σ² %1, τ² %2").replace("%1", number(truth.sigma2))
            parts.append(said.replace("%2", number(truth.tau2)))
        if self.now.name == "update_variances":
            here = [item for item in self.run.refusals if item.iteration == self.now.iteration]
            parts += [self.tr("refused: %1").replace("%1", item.text) for item in here]
        return ". ".join(parts)

    # -- the pointer

    def point(self, at: MouseEvent) -> Pointed | None:
        """A refused trial, an iteration, the run beside, or the height of the surface."""
        if at.inaxes is not self.artists.axes or at.xdata is None or at.ydata is None:
            return None
        reading = SurfaceReading(self.canvas, self.artists, self.run, self.symbol)
        pointed = reading.refused(at, self._refusals())
        if pointed is None and self.layers.shown("path"):
            pointed = reading.reached(at, self.run.position(self.now))
        if pointed is None and self.then is not None:
            pointed = reading.beside(at, self.then, other_data=self.other_data)
        return pointed or reading.height(at.xdata, at.ydata)

    def click(self, at: MouseEvent) -> None:
        """Offer to start where the reader clicked; below τ² = 0, on the boundary."""
        inside = at.inaxes is self.artists.axes and at.xdata is not None and at.ydata is not None
        if not inside or at.xdata is None or at.ydata is None or at.xdata <= 0:
            self._offer(None)
            return
        self._offer((float(at.xdata), max(float(at.ydata), 0.0)))

    def escaped(self) -> None:
        """Put the offer away."""
        super().escaped()
        self._offer(None)

    def _offer(self, place: tuple[float, float] | None) -> None:
        self.offer.offer(place)
        if self._artists is not None and self.step is not None:
            self._artists.candidate.set_data(*([[place[0]], [place[1]]] if place else [[], []]))
            self._place_offer()
            self.canvas.refresh()

    def _place_offer(self) -> None:
        if self.offer.place is not None:
            x, y = self.canvas.to_widget(self.artists.axes, *self.offer.place)
            self.offer.stand_at(self.canvas, x, y, 2 * self.look.unit)

    def _start(self, sigma2: float, tau2: float) -> None:
        self._offer(None)
        self.start_requested.emit(sigma2, tau2)
