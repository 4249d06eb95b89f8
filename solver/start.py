"""Where a run starts: β by ordinary least squares, and starting values for (σ², τ²)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.criterion import Criterion
from solver.moments import Floats, Moments
from solver.state import Options

FLOOR = 0.01
"""Least τ²₀ of the method of moments, as a part of σ²₀: EM cannot leave τ² = 0."""


def start(moments: Moments, options: Options) -> Criterion:
    """The criterion at the starting values (σ²₀, τ²₀) that the options ask for."""
    if options.start == "moments":
        mom = method_of_moments(moments)
        sigma2, tau2 = mom.sigma2, mom.tau2
    elif options.start == "half":
        sigma2 = tau2 = 0.5 * ols_variance(moments)
    else:
        sigma2, tau2 = options.start
    return Criterion(moments, options.method, float(sigma2), float(tau2))


class MomentStart(NamedTuple):
    """The method of moments: mean squares of the OLS residuals, and what they say of σ² and τ².

    Attributes
    ----------
    msw, msb : float
        Within groups, Σ_ji (r_ji − r̄_j)²/(n − J), and between them, Σ n_jr̄_j²/(J − 1).
    n0 : float
        (n − Σn_j²/n)/(J − 1), the group size that unequal groups are worth.
    """

    msw: float
    msb: float
    n0: float

    @property
    def sigma2(self) -> float:
        """σ²₀ = MSW."""
        return self.msw

    @property
    def estimate(self) -> float:
        """(MSB − MSW)/n₀, which may be negative."""
        return (self.msb - self.msw) / self.n0

    @property
    def tau2(self) -> float:
        """τ²₀: the estimate, but at least 0.01 σ²₀."""
        return max(self.estimate, FLOOR * self.msw)


def method_of_moments(moments: Moments) -> MomentStart:
    """Starting values from the least-squares residuals, within groups and between them."""
    m = moments
    within = _quadratic(m.within, _ols_delta(m))
    between = _quadratic(m.total, _ols_delta(m)) - within
    n0 = float(m.n - m.group_sizes @ m.group_sizes / m.n) / (m.J - 1)
    return MomentStart(within / (m.n - m.J), between / (m.J - 1), n0)


def ols_variance(moments: Moments) -> float:
    """s² = RSS/(n − p) of ordinary least squares."""
    return _quadratic(moments.total, _ols_delta(moments)) / (moments.n - moments.p)


def ols_beta(moments: Moments) -> Floats:
    """β̂ of ordinary least squares, (p,)."""
    return moments.beta(_ols_delta(moments))


def _ols_delta(m: Moments) -> Floats:
    delta: Floats = np.linalg.solve(m.total[:-1, :-1], m.total[:-1, -1])
    return delta


def _quadratic(M: Floats, delta: Floats) -> float:
    r = np.append(-delta, 1.0)
    return float(r @ M @ r)
