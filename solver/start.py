"""Where a run starts: β by ordinary least squares, and starting values for (σ², τ²)."""

from __future__ import annotations

import numpy as np

from solver.criterion import Criterion
from solver.moments import Floats, Moments
from solver.state import Options

FLOOR = 0.01
"""Least τ²₀ of the method of moments, as a part of σ²₀: EM cannot leave τ² = 0."""


def start(moments: Moments, options: Options) -> Criterion:
    """The criterion at the starting values (σ²₀, τ²₀) that the options ask for."""
    if options.start == "moments":
        sigma2, tau2 = method_of_moments(moments)
    elif options.start == "half":
        sigma2 = tau2 = 0.5 * ols_variance(moments)
    else:
        sigma2, tau2 = options.start
    return Criterion(moments, options.method, float(sigma2), float(tau2))


def method_of_moments(moments: Moments) -> tuple[float, float]:
    """(σ²₀, τ²₀) from the mean squares of the OLS residuals within and between groups.

    σ²₀ = MSW = Σ_ji (r_ji − r̄_j)²/(n − J) and τ²₀ = (MSB − MSW)/n₀ with MSB = Σ n_jr̄_j²/(J − 1) and
    n₀ = (n − Σn_j²/n)/(J − 1), but at least 0.01 σ²₀.
    """
    m = moments
    within = _quadratic(m.within, _ols_delta(m))
    between = _quadratic(m.total, _ols_delta(m)) - within
    mean_square_within = within / (m.n - m.J)
    n0 = (m.n - m.group_sizes @ m.group_sizes / m.n) / (m.J - 1)
    tau2 = (between / (m.J - 1) - mean_square_within) / n0
    return mean_square_within, max(float(tau2), FLOOR * mean_square_within)


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
