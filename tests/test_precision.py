"""Hard data: a fit keeps the digits that its data hold, measured against 60-digit fits.

What the data hold is measured too: they are moved by one unit in the last place and fitted again.
"""

from functools import cache

import numpy as np
import pytest
from exact import exact_fit
from mpmath import mp, mpf

from solver import Options, Problem, fit

ENOUGH = 12.5
"""Correct digits of the worst estimate that are asked for, where the data hold so many."""

SLACK = 1.5
"""Digits fewer than that which the data, moved by a unit in the last place, are taken to hold."""

UNEVEN = (4, 2, 7, 1, 9, 3, 5, 2)
ONE_LARGE = (1, 1, 2, 3, 1500, 4, 1, 2)
ONE_GIANT = (1, 2, 3, 19900, 40, 50, 4)


def rows(seed, sizes, tau, sigma, design, beta, shift=0.0):
    """y, X and groups in no order; ``design`` makes columns from (rng, n, group of each row)."""
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = np.column_stack(design(rng, len(groups), groups))
    u, e = rng.normal(size=len(sizes)), rng.normal(size=len(groups))
    return X @ np.array(beta, float) + tau * u[groups] + sigma * e + shift, X, groups


def per_group(rng, g):
    return rng.normal(size=g.max() + 1)[g]


def centred(x, g):
    return x - (np.bincount(g, x) / np.bincount(g))[g]


def line(rng, n, g):
    return np.ones(n), rng.normal(size=n)


def far_line(rng, n, g):
    return np.ones(n), 1e8 + rng.normal(size=n)


def year(rng, n, g):
    t = 2000.0 + rng.integers(0, 20, n)
    return np.ones(n), t, t**2


def opposite(rng, n, g):
    return np.ones(n), 10.0 * g + rng.normal(size=n)


def collinear(rng, n, g):
    x, z, w = rng.normal(size=(3, n))
    return np.ones(n), x, x + 1e-6 * z, w


def within_and_between(rng, n, g):
    return np.ones(n), rng.normal(size=n), per_group(rng, g), per_group(rng, g)


def raw_and_centred(rng, n, g):
    x = 2 * per_group(rng, g) + rng.normal(size=n)
    return np.ones(n), x, centred(x, g)


def almost_between(rng, n, g):
    return np.ones(n), rng.normal(size=n), per_group(rng, g) + 1e-3 * rng.normal(size=n)


def no_intercept(rng, n, g):
    return 3 + rng.normal(size=n), 100 + rng.normal(size=n)


CASES = {
    "offset in y": rows(1, UNEVEN, 1, 1, line, (1, 2), 1e9),
    "offset in x": rows(2, UNEVEN, 1, 1, far_line, (1, 2)),
    "offset in x and y": rows(3, UNEVEN, 1, 1, far_line, (1, 2), 1e9),
    "year and its square": rows(4, UNEVEN, 1, 1, year, (1, 0.1, 0.01)),
    "opposite slopes": rows(6, UNEVEN, 50, 1e-2, opposite, (0, -1)),
    "opposite slopes, tiny noise": rows(5, UNEVEN, 50, 1e-6, opposite, (0, -1)),
    "nearly collinear": rows(7, UNEVEN, 1, 1, collinear, (1, 1, 1, 1)),
    "R² near 1": rows(13, UNEVEN, 1e-5, 1e-5, line, (1, 2)),
    "group covariates": rows(12, UNEVEN, 1, 1, within_and_between, (1, 2, 3, 4)),
    "no intercept": rows(14, UNEVEN, 1, 1, no_intercept, (1, 2)),
    "ICC 1e-6": rows(16, UNEVEN, 0.5970793462950609, 1, line, (1, 2)),
    "ICC near 1": rows(9, UNEVEN, 1, 1e-6, line, (1, 2)),
    "ICC near 1, group covariates": rows(10, UNEVEN, 1, 1e-6, within_and_between, (1, 2, 3, 4)),
    "ICC near 1, raw and centred": rows(11, UNEVEN, 1, 1e-4, raw_and_centred, (1, 2, 3)),
    "ICC nearer 1, raw and centred": rows(19, UNEVEN, 1, 1e-6, raw_and_centred, (1, 2, 3)),
    "ICC near 1, almost a group's": rows(17, UNEVEN, 1, 1e-4, almost_between, (1, 2, 3)),
    "ICC near 1, no intercept": rows(15, UNEVEN, 1, 1e-6, no_intercept, (1, 2)),
    "one large group": rows(8, ONE_LARGE, 1, 1, line, (1, 2)),
    "one giant group": rows(18, ONE_GIANT, 1, 1, line, (1, 2)),
}


TAKEN_EXACTLY = {name for name in CASES if name.startswith(("offset", "year"))}
"""Where a unit in the last place says too little: offsets are taken off without rounding."""


def correct_digits(values, exact):
    """Of the worst of β̂, SE, σ̂², τ̂² and ℓ."""
    with mp.workdps(40):
        pairs = zip(estimates(values), estimates(exact), strict=True)
        worst = max(abs(a - b) / abs(b) for a, b in pairs)
        return float(-mp.log10(max(worst, mpf(10) ** -17)))


def digits_of_u(result, exact):
    """Of the worst û_j, beside the largest."""
    with mp.workdps(40):
        errors = [abs(a - b) for a, b in zip(result.u, exact.u, strict=True)]
        return float(-mp.log10(max(errors) / max(map(abs, exact.u))))


def estimates(result):
    return [*result.beta, *result.se, result.sigma2, result.tau2, result.loglik]


@cache
def expected(name, method):
    """The exact fit, and the digits of it that survive a unit in the last place of the data."""
    y, X, groups = CASES[name]
    rng = np.random.default_rng(1)
    best = exact_fit(y, X, groups, method)
    return best, correct_digits(exact_fit(nudged(y, rng), nudged(X, rng), groups, method), best)


def nudged(values, rng):
    """The values moved by a unit in the last place, up or down; ones stay."""
    to = rng.choice([-np.inf, np.inf], values.shape)
    return np.where(values == 1, values, np.nextafter(values, to))


@pytest.mark.parametrize("algorithm", ["fisher", "ai", "newton"])
@pytest.mark.parametrize(
    ("name", "method"),
    [*((name, "reml") for name in CASES), ("offset in x and y", "ml"), ("ICC near 1", "ml")],
)
def test_fit_keeps_the_digits_of_its_data(name, method, algorithm):
    best, held = expected(name, method)
    assert best.tau2 > 0
    y, X, groups = CASES[name]
    result = fit(Problem.from_arrays(y, X, groups), Options(method, algorithm))
    assert result.converged
    assert correct_digits(result, best) >= least(name, held)
    assert digits_of_u(result, best) >= least(name, held)


def least(name, held):
    return ENOUGH if name in TAKEN_EXACTLY else min(ENOUGH, held - SLACK)


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("name", ["handout", "rail", "nist_smls07"])
def test_exact_fits_are_the_reference_fits(name, method, reference):
    data = reference(name)
    of_json = data.fits[method]
    found = exact_fit(data.y, data.X, data.labels, method)
    assert len(found.peaks) == 1
    written = [*of_json["beta"], *of_json["se"], of_json["sigma2"], of_json["tau2"]]
    with mp.workdps(40):
        for a, b in zip(estimates(found), [*written, of_json["loglik"]], strict=True):
            assert abs(a - mpf(b)) <= abs(a) * mpf(10) ** -24
        for a, b in zip(found.u, of_json["u"], strict=True):
            assert abs(a - mpf(b)) <= max(map(abs, found.u)) * mpf(10) ** -24
