"""Profiles of the log-likelihood in τ, in σ and in the ICC, and the intervals they give.

The profile at a value is the highest log-likelihood of all points that have it. β is out of ℓ
already, so that one variance is left to choose. The interval holds the values whose profile lies
less than ½χ²₁,₀.₉₅ = 1.92 below the top.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from solver.convergence import profile_peak
from solver.criterion import Criterion
from solver.inference.satterthwaite import normal_quantile
from solver.moments import Floats, Moments
from solver.surface import loglik_surface, profile

Parameter = Literal["tau", "sigma", "icc"]
"""What a profile runs along."""

Interval = tuple[float, float]

GRID = 32
"""Points at which the other variance is looked at, over its whole length and around the best."""

ZOOMS = 5
"""Times that the neighbourhood of the best point is looked at more closely."""

WIDTH = 1e-10
"""Width to which the ends of an interval are found, in steps of about their distance."""


class Curve(NamedTuple):
    """A profile to draw: rising values of a parameter, and the highest points there, (m,) each."""

    values: Floats
    loglik: Floats
    sigma2: Floats
    tau2: Floats


@dataclass(frozen=True, eq=False)
class Profile:
    """The profile of one parameter.

    Attributes
    ----------
    top : Criterion
        The log-likelihood, restricted or ordinary, at its maximum.
    parameter : {"tau", "sigma", "icc"}
        τ and σ in units of the response, or τ²/(τ² + σ²).
    """

    top: Criterion
    parameter: Parameter

    @property
    def estimate(self) -> float:
        """The parameter's value at the maximum."""
        return self._value(self._place_of_top)

    @property
    def cutoff(self) -> float:
        """The profile's height at the ends of the interval."""
        return self.top.loglik - 0.5 * normal_quantile() ** 2

    def root(self, value: float) -> float:
        """The signed root ±√(2(ℓ̂ − ℓ)), negative below the estimate."""
        return self._root(self._place(value))

    @cached_property
    def interval(self) -> Interval:
        """The 95 % profile-likelihood interval.

        The lower end is 0 when the profile does not fall to the cut-off on the way to τ² = 0: the
        data do not rule out that the groups are alike.
        """
        centre, step, least = self._place_of_top, self._step, self._least
        low = least
        if math.isinf(least) or self._root(least) < -normal_quantile():
            low = _crossing(self._root, -normal_quantile(), centre, -step, least)
        high = _crossing(self._root, normal_quantile(), centre, step)
        return self._value(low), self._value(high)

    def curve(self, points: int = 61, beyond: float = 0.4) -> Curve:
        """The profile to draw: over the interval, and past its ends by a part of its width."""
        low, high = map(self._place, self.interval)
        margin = beyond * (high - low)
        places = np.linspace(max(low - margin, self._least), high + margin, points)
        places = np.unique(np.append(places, self._place_of_top))
        sigma2, tau2, loglik = self._heights(places)
        values = np.array([self._value(place) for place in places.tolist()])
        return Curve(values, loglik, sigma2, tau2)

    # The search runs along places on which the signed root is nearly straight: τ, log σ and τ/σ.

    @property
    def _place_of_top(self) -> float:
        sigma, tau = math.sqrt(self.top.sigma2), math.sqrt(self.top.tau2)
        return {"tau": tau, "sigma": math.log(sigma), "icc": tau / sigma}[self.parameter]

    @property
    def _least(self) -> float:
        return -math.inf if self.parameter == "sigma" else 0.0

    @property
    def _step(self) -> float:
        """About the distance from the top to an end."""
        m = self.top.moments
        if self.parameter == "sigma":
            return normal_quantile() / math.sqrt(2 * m.df_within)
        ratio = self.top.tau2 / self.top.sigma2
        step = normal_quantile() * math.sqrt((ratio + m.J / m.n) / (2 * m.df_between))
        return step * math.sqrt(self.top.sigma2) if self.parameter == "tau" else step

    def _place(self, value: float) -> float:
        if self.parameter == "icc":
            return math.sqrt(value / (1 - value))
        return math.log(value) if self.parameter == "sigma" else value

    def _value(self, place: float) -> float:
        if self.parameter == "icc":
            return place**2 / (1 + place**2)
        return math.exp(place) if self.parameter == "sigma" else place

    @cached_property
    def _free(self) -> Floats:
        """The grid of the variance that is left to choose."""
        m = self.top.moments
        return _free_sigma2(m) if self.parameter == "tau" else _free_tau2(m)

    def _heights(self, places: Floats) -> tuple[Floats, Floats, Floats]:
        """σ², τ² and ℓ of the highest point at each place."""
        m, method = self.top.moments, self.top.method
        square = places**2
        match self.parameter:
            case "tau":
                sigma2, loglik = _highest(
                    lambda free: loglik_surface(m, method, free, square[:, None]),
                    self._free,
                    len(places),
                )
                return sigma2, square, loglik
            case "sigma":
                square = np.exp(2 * places)
                tau2, loglik = _highest(
                    lambda free: loglik_surface(m, method, square[:, None], free),
                    self._free,
                    len(places),
                )
                return square, tau2, loglik
        loglik, sigma2 = profile(m, method, square)
        return sigma2, sigma2 * square, loglik

    def _root(self, place: float) -> float:
        _, _, (loglik,) = self._heights(np.array([place]))
        drop = max(self.top.loglik - float(loglik), 0.0)
        return math.copysign(math.sqrt(2 * drop), place - self._place_of_top)


def fixed_effect_interval(top: Criterion, k: int) -> Interval:
    """The 95 % profile-likelihood interval of β_k under maximum likelihood.

    The restricted likelihood has no such profile: β is not in it.

    Parameters
    ----------
    top : Criterion
        The ordinary log-likelihood at its maximum.
    k : int
        Which fixed effect.
    """
    estimate, step = float(top.beta[k]), normal_quantile() * math.sqrt(top.beta_cov[k, k])

    def root(value: float) -> float:
        held = profile_peak(replace(top, moments=_with_beta_held(top.moments, k, value)))
        return math.copysign(math.sqrt(2 * max(top.loglik - held.loglik, 0.0)), value - estimate)

    return (
        _crossing(root, -normal_quantile(), estimate, -step),
        _crossing(root, normal_quantile(), estimate, step),
    )


def _with_beta_held(m: Moments, k: int, value: float) -> Moments:
    """The moments of y − x_kβ_k on the other columns, for a held β_k = tᵀ(γ + δ), t a row of T⁻¹.

    δ = d + Nη with tᵀN = 0 has tᵀδ = β_k − tᵀγ whatever η is: e becomes e − Qd, and Q becomes QN.
    """
    t = m.T_inverse[k]
    d = t * (value - t @ m.gamma) / (t @ t)
    N = np.linalg.svd(t[None])[2][1:].T
    A = np.zeros((m.p + 1, m.p))
    A[:-1, :-1], A[:-1, -1], A[-1, -1] = N, -d, 1.0
    one = np.eye(m.p - 1)
    return replace(
        m,
        p=m.p - 1,
        T=one,
        T_inverse=one,
        log_det_T=0.0,
        gamma=np.zeros(m.p - 1),
        means=m.means @ A,
        within=A.T @ m.within @ A,
        between=A.T @ m.between @ A,
    )


def _free_sigma2(m: Moments) -> Floats:
    """σ² among which the best one lies, whatever τ² is.

    Below RSS within groups/n, and above that of least squares over the rows left within groups,
    the score has one sign.
    """
    least_squares = Criterion(m, "ml", 1.0, 0.0)
    return np.geomspace(m.rss_within / m.n, -2 * least_squares.parts.quadratic / m.df_within, GRID)


def _free_tau2(m: Moments) -> Floats:
    """τ² among which the best one lies: 0, and up to ten times what the group means would ask."""
    most = 10 * float(m.means[:, -1] @ m.means[:, -1]) / m.df_between
    return np.append(0.0, np.geomspace(1e-6 * most, most, GRID - 1))


def _highest(height: Callable[[Floats], Floats], grid: Floats, rows: int) -> tuple[Floats, Floats]:
    """For each of several rows the place in a grid where a height is greatest, and that height.

    ``height`` takes and gives (rows, GRID). The neighbours of the best place are looked at more
    and more closely; the height is flat there, so that it is right to all its digits.
    """
    places, row = np.tile(grid, (rows, 1)), np.arange(rows)
    for _ in range(ZOOMS):
        best = np.argmax(height(places), axis=1)
        low, high = np.maximum(best - 1, 0), np.minimum(best + 1, GRID - 1)
        places = np.linspace(places[row, low], places[row, high], GRID, axis=1)
    heights = height(places)
    best = np.argmax(heights, axis=1)
    return places[row, best], heights[row, best]


def _crossing(
    root: Callable[[float], float],
    level: float,
    centre: float,
    step: float,
    least: float = -math.inf,
) -> float:
    """Where a rising signed root crosses a level, going from the centre in steps that double."""
    from scipy.optimize import brentq

    near, far = centre, max(centre + step, least)
    while abs(root(far)) < abs(level):
        near, far = far, max(centre + 2 * (far - centre), least)
    return float(brentq(lambda v: root(v) - level, near, far, xtol=WIDTH * abs(step)))
