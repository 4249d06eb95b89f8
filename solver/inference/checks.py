"""What a reader looks at before trusting a fit: the points of each check, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from solver.inference.profiles import Parameter, Profile
from solver.inference.results import Results
from solver.moments import Codes, Floats

Check = Literal[
    "caterpillar",
    "residuals_fitted",
    "qq_residuals",
    "qq_u",
    "residuals_group",
    "observed_fitted",
    "profile_tau",
    "profile_sigma",
    "profile_icc",
]

CHECKS: tuple[Check, ...] = get_args(Check)
"""The checks, in the order in which to offer them."""

MOST = 20_000
"""Points up to which all are shown."""

SHOWN = 5_000
"""Points shown of more than that."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Points:
    """The points of a check.

    Attributes
    ----------
    x, y : (m,)
    groups : (m,)
        The group that each belongs to.
    rows : (m,) or None
        The row that each is; None where the points are groups.
    ends : (m, 2) or None
        Ends of an interval about each point.
    line : (intercept, slope) or None
        Where the points would lie if all were well.
    total : int
        How many points there are, of which these are all or a sample.
    """

    x: Floats
    y: Floats
    groups: Codes
    rows: Codes | None = None
    ends: Floats | None = None
    line: tuple[float, float] | None = None
    total: int


def points(results: Results, check: Check) -> Points:
    """The points of a check that is not a profile."""
    fit = results.fit
    match check:
        case "caterpillar":
            return _groups(results, np.argsort(fit.u, kind="stable"), None)
        case "qq_u":
            order = np.argsort(fit.u, kind="stable")
            return _groups(results, order, normal_scores(len(order)))
        case "residuals_fitted":
            return _rows(results, fit.fitted, fit.residuals, (0.0, 0.0))
        case "observed_fitted":
            return _rows(results, fit.fitted, fit.problem.y, (0.0, 1.0))
        case "residuals_group":
            return _rows(results, fit.problem.codes.astype(np.float64), fit.residuals, (0.0, 0.0))
        case "qq_residuals":
            return _qq_rows(results)
    raise ValueError(check)


def profile_of(results: Results, check: Check) -> Profile | None:
    """The profile that a check shows; None when the run did not converge."""
    parameters: dict[str, Parameter] = {
        "profile_tau": "tau",
        "profile_sigma": "sigma",
        "profile_icc": "icc",
    }
    return results.profile(parameters[check])


def normal_scores(count: int) -> Floats:
    """Where ordered normal values are expected: Φ⁻¹((i − ½)/count), i = 1 … count."""
    from scipy.special import ndtri

    scores: Floats = ndtri((np.arange(count) + 0.5) / count)
    return scores


def _groups(results: Results, order: Codes, scores: Floats | None) -> Points:
    """û in its order, with its intervals against ranks or without against normal scores."""
    u = results.fit.u[order]
    kept = _sample(len(order))
    across = np.arange(len(order), dtype=np.float64) if scores is None else scores
    return Points(
        x=across[kept],
        y=u[kept],
        groups=order[kept],
        ends=results.u_intervals[order[kept]] if scores is None else None,
        line=(0.0, 0.0) if scores is None else _through_quartiles(scores, u),
        total=len(order),
    )


def _rows(results: Results, x: Floats, y: Floats, line: tuple[float, float]) -> Points:
    rows = _sample(len(x))
    codes = results.fit.problem.codes
    return Points(x=x[rows], y=y[rows], groups=codes[rows], rows=rows, line=line, total=len(x))


def _qq_rows(results: Results) -> Points:
    residuals = results.fit.residuals
    order = np.argsort(residuals, kind="stable")
    scores, kept = normal_scores(len(order)), _sample(len(order))
    return Points(
        x=scores[kept],
        y=residuals[order[kept]],
        groups=results.fit.problem.codes[order[kept]],
        rows=order[kept],
        line=_through_quartiles(scores, residuals[order]),
        total=len(order),
    )


def _sample(count: int) -> Codes:
    """0 … count − 1, or a fixed random choice of them, with both ends, where there are many."""
    if count <= MOST:
        return np.arange(count)
    drawn = np.random.default_rng(0).choice(count, SHOWN, replace=False)
    return np.union1d(drawn, [0, count - 1])


def _through_quartiles(scores: Floats, ordered: Floats) -> tuple[float, float]:
    """The line through the quartiles, (intercept, slope)."""
    low, high = len(scores) // 4, len(scores) - 1 - len(scores) // 4
    rise = float(ordered[high] - ordered[low])
    slope = rise / float(scores[high] - scores[low]) if high > low else 0.0
    return float(ordered[low]) - slope * float(scores[low]), slope
