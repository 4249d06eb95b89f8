"""Hard data: the fit keeps the digits that its data hold, measured against 60-digit fits.

What the data hold is measured too: they are moved by one unit in the last place and fitted again.
"""

import numpy as np
import pytest
from exact import exact_fit
from mpmath import mp, mpf

from solver import Options, Problem, fit

SLACK = 1.5
"""Digits that may be lost beyond what one unit in the last place of the data changes."""

MOST = 13.5
"""Digits asked for where the data hold more."""


def groups_of(rng, sizes):
    return rng.permutation(np.repeat(np.arange(len(sizes)), sizes))


def rows(seed, sizes, tau, sigma, design, beta, shift=0.0):
    """y, X and groups in no order; ``design`` makes columns from (rng, rows, groups)."""
    rng = np.random.default_rng(seed)
    g = groups_of(rng, sizes)
    X = np.column_stack(design(rng, len(g), g))
    u, e = rng.normal(size=len(sizes)), rng.normal(size=len(g))
    return X @ np.array(beta, float) + tau * u[g] + sigma * e + shift, X, g


def per_group(rng, g):
    return rng.normal(size=g.max() + 1)[g]


def centred(x, g):
    return x - (np.bincount(g, x) / np.bincount(g))[g]


UNEVEN = (4, 2, 7, 1, 9, 3, 5, 2)
SPREAD = (1, 1, 2, 3, 1500, 4, 1, 2)


def line(rng, n, g):
    return np.ones(n), rng.normal(size=n)


def far_line(rng, n, g):
    return np.ones(n), 1e8 + rng.normal(size=n)


def simpson(rng, n, g):
    return np.ones(n), 10.0 * g + rng.normal(size=n)


def nearly_collinear(rng, n, g):
    x, z, w = rng.normal(size=(3, n))
    return np.ones(n), x, x + 1e-6 * z, w


def group_covariate(rng, n, g):
    return np.ones(n), rng.normal(size=n), per_group(rng, g), per_group(rng, g)


def within_and_raw(rng, n, g):
    x = 2 * per_group(rng, g) + rng.normal(size=n)
    return np.ones(n), x, centred(x, g)


def no_intercept(rng, n, g):
    return 3 + rng.normal(size=n), 100 + rng.normal(size=n)


def year(rng, n, g):
    t = 2000.0 + rng.integers(0, 20, n)
    return np.ones(n), t, t**2


CASES = {
    "offset in y": rows(1, UNEVEN, 1, 1, line, (1, 2), 1e9),
    "offset in x": rows(2, UNEVEN, 1, 1, far_line, (1, 2)),
    "offset in x and y": rows(3, UNEVEN, 1, 1, far_line, (1, 2), 1e9),
    "year and its square": rows(4, UNEVEN, 1, 1, year, (1, 0.1, 0.01)),
    "opposite slopes, tiny noise": rows(5, UNEVEN, 50, 1e-6, simpson, (0, -1)),
    "opposite slopes": rows(6, UNEVEN, 50, 1e-2, simpson, (0, -1)),
    "nearly collinear": rows(7, UNEVEN, 1, 1, nearly_collinear, (1, 1, 1, 1)),
    "huge imbalance": rows(8, SPREAD, 1, 1, line, (1, 2)),
    "ICC near 1": rows(9, UNEVEN, 1, 1e-6, line, (1, 2)),
    "ICC near 1, group covariates": rows(10, UNEVEN, 1, 1e-6, group_covariate, (1, 2, 3, 4)),
    "ICC near 1, raw and centred": rows(11, UNEVEN, 1, 1e-4, within_and_raw, (1, 2, 3)),
    "group covariates": rows(12, UNEVEN, 1, 1, group_covariate, (1, 2, 3, 4)),
    "R² near 1": rows(13, UNEVEN, 1e-5, 1e-5, line, (1, 2)),
    "no intercept": rows(14, UNEVEN, 1, 1, no_intercept, (1, 2)),
    "no intercept, ICC near 1": rows(15, UNEVEN, 1, 1e-6, no_intercept, (1, 2)),
}


def correct(value, exact):
    """Correct digits of the worst entry."""
    with mp.workdps(40):
        errors = [
            abs(a - b) / abs(b) if b else mpf(a != 0) for a, b in zip(value, exact, strict=True)
        ]
        return float(-mp.log10(max(*errors, mpf(10) ** -17)))


def estimates(result):
    """β̂, SE, σ̂², τ̂² and ℓ."""
    return [*result.beta, *result.se, result.sigma2, result.tau2, result.loglik]


def nudged(values, rng):
    """The values moved by a unit in the last place, up or down; a column of ones left alone."""
    up = rng.integers(0, 2, values.shape).astype(bool)
    moved = np.where(up, np.nextafter(values, np.inf), np.nextafter(values, -np.inf))
    return np.where(values == 1, values, moved)
