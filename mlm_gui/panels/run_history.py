"""What a run has come through so far, as series to plot: a value for each iteration."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from solver import Step, Trace
from solver.criterion import Criterion, Method
from solver.formatting import number
from solver.lessons import words
from solver.moments import Floats
from solver.state import Trial
from solver.surface import loglik_surface, profile

PARTS = ("log_det_V", "log_det_information", "quadratic", "constant")
"""The addends of the log-likelihood, in the order in which to show them."""

GRID = 96
"""Points of the profile that are looked at for its peak."""


class Refusal(NamedTuple):
    """A trial that a guard refused, and in which iteration."""

    iteration: int
    trial: Trial

    @property
    def text(self) -> str:
        """What was tried and why it was refused, for a reader."""
        trial, known = self.trial, words()
        assert trial.refused is not None
        what = f"{known['trials'][trial.kind]} × {number(trial.factor, 3)}"
        if math.isfinite(trial.sigma2):
            what += f", σ² = {number(trial.sigma2)}, τ² = {number(trial.tau2)}"
        return f"{what}: {known['refused'][trial.refused]}"


class RunHistory:
    """The points (σ², τ²) that a run has come through, and the log-likelihood there.

    Attributes
    ----------
    criteria : list of Criterion
        At the start, and after the update of each iteration.
    steps : list of int
        The index of the step that reached each of them.
    refusals : list of Refusal
        The trials that guards refused, in their order.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.criteria: list[Criterion] = []
        self.steps: list[int] = []
        self.refusals: list[Refusal] = []
        self._seen = 0
        self._series: dict[str, Floats] = {}

    def grow(self) -> bool:
        """Take in the steps that were added to the trace; whether there is a new point."""
        if self._seen == len(self.trace):
            return False
        before, taken = len(self.criteria), len(self.trace)
        for step in self.trace[self._seen : taken]:
            if step.name == "update_variances":
                refused = (trial for trial in step.state.trials if trial.refused is not None)
                self.refusals.extend(Refusal(step.iteration, trial) for trial in refused)
            elif step.name != "initialize":
                continue
            self.criteria.append(step.state.criterion)
            self.steps.append(step.index)
        self._seen = taken
        return len(self.criteria) > before

    @staticmethod
    def position(step: Step) -> int:
        """Which of the points a step is at."""
        reached = step.name in ("initialize", "update_variances", "check_convergence")
        return step.iteration if reached else step.iteration - 1

    @property
    def method(self) -> Method:
        """The criterion in use."""
        return self.criteria[0].method

    @property
    def other(self) -> Method:
        """The criterion that is not in use."""
        return "ml" if self.method == "reml" else "reml"

    def series(self, key: str) -> Floats:
        """A value for each point: ``sigma2``, ``tau2``, ``loglik``, ``other``, or one of PARTS."""
        known = self._series.get(key, np.zeros(0))
        new = self.criteria[len(known) :]
        if new:
            known = self._series[key] = np.concatenate([known, self.values(key, new)])
        return known

    def values(self, key: str, criteria: list[Criterion]) -> Floats:
        """The value of a series at some points."""
        if key in PARTS:
            return np.array([getattr(at.parts, key) for at in criteria])
        if key == "other":
            sigma2, tau2 = (
                np.array([getattr(at, k) for at in criteria]) for k in ("sigma2", "tau2")
            )
            return loglik_surface(criteria[0].moments, self.other, sigma2, tau2)
        return np.array([getattr(at, key) for at in criteria])


def near_peak(at: Criterion) -> Criterion:
    """A point close to the highest that the log-likelihood has, from its profile over τ²/σ²."""
    ratios = np.concatenate([[0.0], np.geomspace(1e-4 / at.moments.sizes[-1], 1e6, GRID)])
    for _ in range(3):
        height, sigma2 = profile(at.moments, at.method, ratios)
        best = int(np.argmax(height))
        peak = replace(at, sigma2=float(sigma2[best]), tau2=float(sigma2[best] * ratios[best]))
        low, high = ratios[max(best - 1, 0)], ratios[min(best + 1, len(ratios) - 1)]
        ratios = np.linspace(low, high, 25)
    return peak


def region(history: RunHistory, peak: Criterion) -> tuple[float, float, float]:
    """A least σ², a greatest σ² and a greatest τ² that hold a run and the surroundings of a peak.

    Those reach four standard errors to each side.
    """
    error = np.sqrt(np.diag(np.linalg.inv(peak.fisher)))
    sigma2 = np.append(history.series("sigma2"), peak.sigma2 + error[0] * np.array([-4, 4]))
    tau2 = np.append(history.series("tau2"), peak.tau2 + 4 * error[1])
    return max(float(sigma2.min()), 0.0), float(sigma2.max()), float(tau2.max())
