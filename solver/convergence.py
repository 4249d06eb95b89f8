"""When a run has arrived: the rules of the convergence check, and a look for a higher peak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solver.criterion import Criterion
from solver.state import Options, Outcome, Rule, State
from solver.surface import profile
from solver.updates import relative, step_to_go

RISE = 1e-9
"""A profile that is higher elsewhere by more than this part of ℓ has its peak there."""

NOISE = 1e-6
"""A step to go below this that no trial makes smaller is rounding."""

GRID = 48
"""Points of the profile that are looked at, over its whole length and around each of its peaks."""

ZOOMS = 3
"""Times that the neighbourhood of a peak is looked at more closely."""


def rules(state: State, options: Options) -> tuple[tuple[Rule, ...], Criterion | None]:
    """The rules that a converged update meets, and a higher peak if one is in sight.

    Three compare a relative size with the tolerance, or with what rounding leaves to be seen of it
    where that is larger: the change of σ², that of τ², and the Newton–Raphson step still to go.
    Once they are met, the profile of ℓ over τ²/σ² is searched for a second, higher peak.
    """
    new, old = state.criterion, state.updated_from
    assert old is not None
    limit = NOISE if new is old else max(options.tolerance, _rounding(new))
    checked = (
        _rule("change_sigma2", relative(new.sigma2 - old.sigma2, new.sigma2), limit),
        _rule("change_tau2", relative(new.tau2 - old.tau2, new.tau2), limit),
        _rule("step_to_go", step_to_go(new), limit),
    )
    if not all(rule.met for rule in checked):
        return checked, None
    peak = profile_peak(new)
    limit = RISE * max(abs(new.loglik), 1.0)
    rise = _rule("rise_elsewhere", max(peak.loglik - new.loglik, 0.0), limit)
    return (*checked, rise), None if rise.met else peak


def outcome(
    state: State, checked: tuple[Rule, ...], options: Options, iteration: int
) -> Outcome | None:
    """Why the run ends here, or None when it goes on."""
    if all(rule.met for rule in checked):
        return Outcome.BOUNDARY if state.at_boundary else Outcome.CONVERGED
    if state.criterion is state.updated_from and not all(rule.met for rule in checked[:3]):
        return Outcome.STALLED
    if iteration < options.max_iterations:
        return None
    downhill = options.algorithm == "em" and profile_peak(state.criterion).tau2 == 0
    return Outcome.CREEPING if downhill else Outcome.ITERATION_LIMIT


def _rule(name: str, value: float, limit: float) -> Rule:
    return Rule(name, value, limit, value <= limit)


def _rounding(at: Criterion) -> float:
    """How far rounding in the score can move its root, relative to (σ², τ²); at most 10⁻⁶."""
    theta = np.array([at.sigma2, at.tau2])
    noise = 16 * np.finfo(np.float64).eps * (np.abs(at.traces) + np.abs(at.quadratics)) * theta
    information = at.fisher * np.outer(theta, theta)
    if at.tau2 == 0:
        return float(noise[0] / information[0, 0])
    moved = np.abs(np.linalg.inv(information)) @ noise
    return min(float(moved.max()), NOISE)


def profile_peak(at: Criterion) -> Criterion:
    """The highest point of the profile of ℓ over the ratio τ²/σ²: a grid, and its peaks refined."""
    m = at.moments
    between = float((m.total - m.within)[-1, -1]) / m.n
    most = max(10 * between / (m.rss_within / m.df_within), 10.0)
    ratios = np.concatenate([[0.0], np.geomspace(1e-3 / m.sizes[-1], most, GRID)])
    height, _ = profile(m, at.method, ratios)
    padded = np.concatenate([[-np.inf], height, [-np.inf]])
    peaks = np.flatnonzero((height >= padded[:-2]) & (height >= padded[2:]))
    found = []
    for peak in peaks:
        near = ratios[max(peak - 1, 0) : peak + 2]
        for _ in range(ZOOMS):
            near = np.linspace(near[0], near[-1], GRID)
            best = int(np.argmax(profile(m, at.method, near)[0]))
            near = near[max(best - 1, 0) : best + 2]
        found.append(near)
    ratios = np.concatenate(found)
    height, sigma2 = profile(m, at.method, ratios)
    best = int(np.argmax(height))
    return replace(at, sigma2=float(sigma2[best]), tau2=float(sigma2[best] * ratios[best]))
