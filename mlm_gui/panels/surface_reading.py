"""What the pointer reads off the likelihood surface: a trial, an iteration, a height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from mlm_gui.panels.run_history import Refusal, RunHistory
from mlm_gui.widgets.asking import Asked, Untold
from mlm_gui.widgets.plot_pointer import Pointed
from solver import Step
from solver.criterion import Criterion
from solver.formatting import number
from solver.moments import Floats
from solver.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.panels.surface_artists import SurfaceArtists
    from mlm_gui.widgets.plot_canvas import PlotCanvas

NEAR = 9.0
"""Pixels within which the pointer is on a mark."""


class SurfaceReading:
    """Reads the surface of a run.

    Parameters
    ----------
    canvas : PlotCanvas
    artists : SurfaceArtists
    run : RunHistory
    symbol : str
        ℓ_R or ℓ.
    """

    def __init__(
        self, canvas: PlotCanvas, artists: SurfaceArtists, run: RunHistory, symbol: str
    ) -> None:
        self._artists, self._run, self._symbol = artists, run, symbol
        self._near = NEAR * canvas.ratio

    def refused(self, at: MouseEvent, refusals: Sequence[Refusal]) -> Pointed | None:
        """One of some trials that guards refused; its σ² where it lies outside the model."""
        trials = [item.trial for item in refusals]
        x, y = (np.array([getattr(trial, key) for trial in trials]) for key in ("sigma2", "tau2"))
        nearest = self._nearest(at, *self._artists.inside(x, y))
        if nearest is None:
            return None
        item = refusals[nearest]
        name = _tr("iteration %1, refused").replace("%1", str(item.iteration))
        step = self._run.steps[item.iteration]
        tried = self._run.trace[step].state.trials
        t = next(k for k, trial in enumerate(tried) if trial is item.trial)
        what = "sigma2" if item.trial.loglik is None else "loglik"
        asked = Asked(Quantity("trial", (t, what)), step)
        return Pointed(f"<b>{name}</b><br>{item.text}", asked=asked)

    def reached(self, at: MouseEvent, last: int) -> Pointed | None:
        """One of the points that the run came through, from the start to the last one."""
        sigma2, tau2 = (self._run.series(key)[: last + 1] for key in ("sigma2", "tau2"))
        nearest = self._nearest(at, sigma2, tau2)
        if nearest is None:
            return None
        name = _tr("iteration %1").replace("%1", str(nearest)) if nearest else _tr("start")
        text = f"<b>{name}</b><br>{self._height(self._run.criteria[nearest])}"
        step = self._run.steps[nearest]
        return Pointed(text, step=step, asked=Asked(Quantity("loglik"), step))

    def beside(self, at: MouseEvent, then: Step, *, other_data: bool) -> Pointed | None:
        """The point of the run beside; the surface tells its height where the data are the same."""
        state = then.state
        if self._nearest(at, *map(np.asarray, self._artists.there.get_data())) is None:
            return None
        said = f"σ² = {number(state.sigma2)} · τ² = {number(state.tau2)}"
        if not other_data:
            said = self._height(state.criterion)
        asked = Asked(Quantity("loglik"), then.index, beside=True)
        return Pointed(f"<b>{_tr('as it was')}</b><br>{said}", asked=asked)

    def height(self, sigma2: float, tau2: float) -> Pointed:
        """The height of the surface at any place."""
        if tau2 < 0 or sigma2 <= 0:
            why = _tr("There is no log-likelihood here: τ² is a variance and cannot be below 0.")
            return Pointed(_tr("outside the model: τ² is a variance"), asked=Untold(why))
        here = replace(self._run.criteria[0], sigma2=float(sigma2), tau2=float(tau2))
        place = f"at {here.sigma2!r} {here.tau2!r}"
        return Pointed(self._height(here), asked=Asked(Quantity("loglik", (), place)))

    def _nearest(self, at: MouseEvent, x: Floats, y: Floats) -> int | None:
        """The last of the points that the pointer is on."""
        if not len(x):
            return None
        pixels = self._artists.axes.transData.transform(np.column_stack([x, y]))
        distance = np.hypot(pixels[:, 0] - at.x, pixels[:, 1] - at.y)
        nearest = len(distance) - 1 - int(distance[::-1].argmin())
        return nearest if distance[nearest] <= self._near else None

    def _height(self, at: Criterion) -> str:
        below = max(self._artists.best - at.loglik, 0.0)
        text = f"σ² = {number(at.sigma2)} · τ² = {number(at.tau2)}<br>"
        text += f"{self._symbol} = {number(at.loglik, 7)}"
        return text + "<br>" + _tr("%1 below the best").replace("%1", number(below, 3))


def _tr(text: str) -> str:
    return QCoreApplication.translate("surface_reading", text)
