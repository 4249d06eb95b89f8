"""The update of (σ², τ²): which step, and the guards that keep it inside the model and uphill."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from solver.criterion import Criterion
from solver.moments import Floats
from solver.state import Algorithm, Kind, Refused, Trial

HALVINGS = 100
"""Halvings after which a direction is given up."""

NEAR = 1e-4
"""A relative step to go below which its growth is an overshoot."""

ARRIVED = 1e-14
"""A relative step to go that is not worth taking."""

CONDITION = 1e-10
"""An information matrix whose scaled determinant is below this is not used."""


@dataclass(frozen=True, eq=False)
class Update:
    """Where an update went and how; the fields are those of the same names in ``State``."""

    criterion: Criterion
    information: Floats | None
    full_step: Floats
    trials: tuple[Trial, ...]


def update(at: Criterion, algorithm: Algorithm, jump: Criterion | None = None) -> Update:
    """Move (σ², τ²) uphill by one guarded step.

    Fisher scoring, average information and Newton–Raphson take the step ℐ⁻¹s, each with its own ℐ;
    EM takes 2θ_k²s_k/m_k with m = (n, J).

    Parameters
    ----------
    at : Criterion
        The present point.
    algorithm : Algorithm
        Whose step to take.
    jump : Criterion, optional
        A point known to be higher, to go to instead.

    Notes
    -----
    An information matrix that is not positive definite points nowhere in particular: Fisher's is
    used in its place. The step is halved until it stays inside the model and ℓ does not fall. A
    trial with τ² < 0 is followed by one that stops at τ² = 0, with σ² moved towards the best that
    the local quadratic has there. While the score points out of the model, τ² = 0 stays as it is.
    """
    information, step, trials = _full_step(at, algorithm)
    if jump is not None:
        trials = [Trial(Kind.JUMP, 1.0, jump.sigma2, jump.tau2, jump.loglik, None)]
        return Update(jump, information, step, tuple(trials))
    for kind, factor, sigma2, tau2 in _candidates(at, information, step):
        if factor < 1 and (sigma2, tau2) == (at.sigma2, at.tau2):
            break
        if sigma2 <= 0 or tau2 < 0:
            outside = Refused.SIGMA2_NOT_POSITIVE if sigma2 <= 0 else Refused.TAU2_NEGATIVE
            trials.append(Trial(kind, factor, sigma2, tau2, None, outside))
            continue
        reached = replace(at, sigma2=sigma2, tau2=tau2)
        refused = _refused(at, reached)
        trials.append(Trial(kind, factor, sigma2, tau2, reached.loglik, refused))
        if refused is None:
            return Update(reached, information, step, tuple(trials))
    return Update(at, information, step, tuple(trials))


def _refused(old: Criterion, new: Criterion) -> Refused | None:
    """Why a point inside the model is refused; None when it is accepted.

    ℓ must not fall. Where the two are too near for rounding to tell, the step still to go must not
    grow: near the top a scoring step can overshoot by more than it gains.
    """
    rounding = 8 * np.finfo(np.float64).eps * max(map(abs, (*old.parts, *new.parts)))
    if not new.loglik >= old.loglik - rounding:
        return Refused.LOGLIK_FELL
    near = new.loglik <= old.loglik + rounding and step_to_go(old) < NEAR
    if near and step_to_go(new) > max(step_to_go(old), ARRIVED):
        return Refused.STEP_TO_GO_GREW
    return None


def step_to_go(at: Criterion) -> float:
    """The Newton–Raphson step from here, relative to σ² and τ²: the larger of the two."""
    step = newton_step(at)
    return max(relative(step[0], at.sigma2), relative(step[1], at.tau2))


def relative(change: float, size: float) -> float:
    """|change|/size, 0 where nothing changes and ∞ where something changes from 0."""
    return 0.0 if change == 0 else float(abs(change) / size) if size else math.inf


def newton_step(at: Criterion) -> Floats:
    """The Newton–Raphson step from here, or Fisher's where that would not lead uphill."""
    return _solve(newton_information(at), at.score, _held(at))


def newton_information(at: Criterion) -> Floats:
    """The observed information, or Fisher's where the observed is not positive definite."""
    return at.observed if _positive_definite(at.observed, _held(at)) else at.fisher


def _full_step(at: Criterion, algorithm: Algorithm) -> tuple[Floats | None, Floats, list[Trial]]:
    """The information used, its step, and the trial refused when it is not the algorithm's own."""
    if algorithm == "em":
        theta = np.array([at.sigma2, at.tau2])
        return None, 2 * theta**2 * at.score / [at.moments.n, at.moments.J], []
    held = _held(at)
    own = {"fisher": at.fisher, "ai": at.average, "newton": at.observed}[algorithm]
    if _positive_definite(own, held):
        return own, _solve(own, at.score, held), []
    refused = Trial(Kind.STEP, 1.0, np.nan, np.nan, None, Refused.NOT_POSITIVE_DEFINITE)
    return at.fisher, _solve(at.fisher, at.score, held), [refused]


def _candidates(
    at: Criterion, information: Floats | None, step: Floats
) -> Iterator[tuple[Kind, float, float, float]]:
    """The trials in their order: (kind, factor, σ², τ²)."""
    d_sigma2, d_tau2 = map(float, step)
    along_boundary = 0.0
    if information is not None:
        along_boundary = float((at.score[0] + information[0, 1] * at.tau2) / information[0, 0])
    for halving in range(HALVINGS):
        factor = 0.5**halving
        yield Kind.STEP, factor, at.sigma2 + factor * d_sigma2, at.tau2 + factor * d_tau2
        if at.tau2 + factor * d_tau2 < 0:
            yield Kind.BOUNDARY, factor, at.sigma2 + factor * along_boundary, 0.0


def _held(at: Criterion) -> bool:
    """Whether τ² is 0 and the score points out of the model."""
    return at.tau2 == 0 and bool(at.score[1] <= 0)


def _solve(information: Floats, score: Floats, held: bool) -> Floats:
    """ℐ⁻¹s; of σ² alone while τ² is held at 0."""
    if held:
        return np.array([score[0] / information[0, 0], 0.0])
    scale = 1 / np.sqrt(np.diag(information))
    solved: Floats = scale * np.linalg.solve(information * np.outer(scale, scale), scale * score)
    return solved


def _positive_definite(information: Floats, held: bool) -> bool:
    (a, b), (_, d) = information
    return bool(a > 0 and (held or (d > 0 and b * b < (1 - CONDITION) * a * d)))
