"""Whether data can tell σ², τ² and β: finite, of a size to compute with, and not collinear."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from solver.errors import Refusal
from solver.formatting import number, quoted
from solver.moments import Codes, CollinearError, Floats, Moments

LARGEST = 1e30
"""Values are kept between this and its inverse, so that no product of variances overflows."""

_OF_CELL = "Correct it, or leave the cell empty if the value is missing."
_OF_FORMULA = "The formula asks for what cannot be computed there. Change that term."


def floats(values: ArrayLike, name: str) -> Floats:
    """A copy of an array as floats, stored by columns; masked values become nan."""
    if np.ma.isMaskedArray(values):
        values = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    try:
        if not np.iscomplexobj(values):
            return np.array(values, dtype=np.float64, order="F")
    except (TypeError, ValueError):
        pass
    raise Refusal(f"{name} must hold real numbers, in rows of one length.")


def check_labels(labels: Any, group: str) -> None:
    """Refuse labels one of which is missing."""
    if labels.dtype == object:
        missing = np.array([_is_missing(label) for label in labels])
    else:
        missing = labels != labels
    if missing.any():
        raise Refusal(
            f"{quoted(group)} has no label in {row_name(int(missing.argmax()), None)}. "
            "Leave that row out."
        )


def _is_missing(label: Any) -> bool:
    """Whether a label is None, or nan or a like of it, which does not equal itself."""
    same = label == label
    return label is None or not isinstance(same, bool | np.bool_) or not same


def _check_finite(values: Any, name: str, rows: Codes | None, advice: str = _OF_CELL) -> None:
    finite = np.isfinite(values)
    if not finite.all():
        first = int(np.flatnonzero(~finite)[0])
        value = {"nan": "no number", "inf": "infinity", "-inf": "minus infinity"}[
            str(values[first])
        ]
        raise Refusal(f"{quoted(name)} is {value} in {row_name(first, rows)}. {advice}")


def check_range(
    values: Floats, name: str, rows: Codes | None, columns: Collection[str] | None
) -> float:
    """Refuse what is not finite, and numbers whose products would overflow; the largest size."""
    low, high = float(values.min()), float(values.max())
    largest = max(-low, high)
    if not math.isfinite(largest):
        computed = columns is not None and name not in columns
        _check_finite(values, name, rows, _OF_FORMULA if computed else _OF_CELL)
    if largest > LARGEST:
        raise Refusal(
            f"{quoted(name)} is as large as {number(largest)}, and its variance would overflow. "
            "Give it in larger units."
        )
    if 0 < high - low < 1 / LARGEST:
        raise Refusal(
            f"{quoted(name)} varies by no more than {number(high - low)}, and its variance would "
            "vanish. "
            "Give it in smaller units."
        )
    return largest


def check_identified(m: Moments, size: float, names: dict[str, Any]) -> None:
    """Refuse data that leave nothing to tell σ² or τ² from; ``size`` is that of y and Xβ."""
    response, group = quoted(names["response"]), quoted(names["group"])
    if m.df_within < 1:
        raise Refusal(
            f"The predictors and the groups of {group} leave no rows over to tell σ² from: "
            f"{m.n} rows, {m.J} groups, {counted(names['fixed_names'])}. "
            "Use fewer predictors or more rows."
        )
    if m.df_between < 1:
        raise Refusal(
            f"The predictors explain every difference between the groups of {group}, so τ² cannot "
            "be told. Leave out the predictors that are constant within groups."
        )
    if math.sqrt(max(m.rss_within, 0) / m.df_within) <= 4 * np.finfo(np.float64).eps * size:
        raise Refusal(
            f"The predictors and groups fit {response} exactly: the residual variance is zero, and "
            "the likelihood has no maximum. Check that the response is not computed from them."
        )


def collinear(error: CollinearError, names: Sequence[str], X: Floats) -> str:
    """Say which column of X is a combination of which others."""
    name = names[error.column]
    if not error.others:
        value = X[0, error.column]
        return (
            f"The predictor {quoted(name)} is constant: every row has {number(value)}. "
            "It cannot be told from the intercept. Leave it out."
        )
    return (
        f"The predictor {quoted(name)} is a combination of "
        f"{listed(names[k] for k in error.others)}, "
        "so their effects cannot be told apart (collinear). Leave one of them out."
    )


def row_name(position: int, rows: Codes | None) -> str:
    """How a reader finds a row: its number, and that in a sheet whose first row is the header."""
    number = int(position if rows is None else rows[position]) + 1
    return f"row {number} ({number + 1} with the header)"


def counted(fixed_names: Sequence[str]) -> str:
    """The number of fixed effects, and the part of a predictor that has several."""
    ((stem, several),) = Counter(name.partition("[")[0] for name in fixed_names).most_common(1)
    part = f", {several} of them for {quoted(stem)}" if several > 1 else ""
    return f"{len(fixed_names)} fixed effects{part}"


def listed(names: Iterable[str]) -> str:
    """At most twelve names, quoted."""
    shown = [quoted(name) for name in names]
    return ", ".join(shown[:12]) + (" …" if len(shown) > 12 else "")
