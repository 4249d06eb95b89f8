"""What is to be fitted: y, X and the groups, checked, with the names that a reader knows."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from solver.errors import Refusal
from solver.grouping import group_codes, group_codes_of_column
from solver.moments import Codes, CollinearError, Floats, Moments, moments
from solver.start import ols_beta

if TYPE_CHECKING:
    import pandas as pd

    from solver.formula import ParsedFormula

LARGEST = 1e60
"""Values are kept between this and its inverse, so that no product of variances overflows."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A random-intercept model and its data; make one with :meth:`from_frame`.

    Attributes
    ----------
    y : (n,)
        The response, in its own units; read-only, as are X and codes.
    X : (n, p)
        The fixed-effects design.
    codes : (n,)
        Group of each row, 0 … J − 1.
    group_values : (J,)
        The groups' labels as they stand in the data.
    response, group : str
        Names of the response and of the grouping.
    fixed_names : tuple of str
        Names of the columns of X.
    formula : str
        The model as a formula.
    rows : (n,) or None
        Which rows of the table were kept, counted from 0; None when all were.
    rows_dropped : int
        Rows left out because a value was missing.
    missing : dict
        Missing values by column, where there were any.
    moments : Moments
        The data reduced to what the likelihood needs.
    """

    y: Floats = field(repr=False)
    X: Floats = field(repr=False)
    codes: Codes = field(repr=False)
    group_values: Any = field(repr=False)
    response: str
    group: str
    fixed_names: tuple[str, ...]
    formula: str
    rows: Codes | None = field(repr=False)
    rows_dropped: int
    missing: dict[str, int]
    moments: Moments = field(repr=False)

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.y)

    @property
    def p(self) -> int:
        """Number of fixed effects."""
        return len(self.fixed_names)

    @property
    def J(self) -> int:
        """Number of groups."""
        return len(self.group_values)

    @property
    def group_sizes(self) -> Floats:
        """n_j, (J,)."""
        return self.moments.group_sizes

    @cached_property
    def group_labels(self) -> tuple[str, ...]:
        """The groups' labels as text."""
        return tuple(map(str, self.group_values.tolist()))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, formula: str) -> Problem:
        """The model of a formula on a table.

        Parameters
        ----------
        frame : DataFrame
            A row for each observation.
        formula : str
            Such as ``LOOK_HRS ~ HOURS + (1 | INDUSTRY)``; see :mod:`solver.formula`.

        Raises
        ------
        Refusal
            When the formula does not parse, a column is unknown or unusable, or the model cannot
            be told from the data.
        """
        from solver.formula import design, parse_formula

        parsed = parse_formula(formula)
        used, missing, rows = _complete_rows(_columns(frame, parsed))
        used = _numbers(used, parsed, rows)
        y, X, names = design(parsed, used)
        codes, values = group_codes_of_column(used[parsed.group])
        return cls._checked(
            y,
            X,
            codes,
            values,
            response=parsed.response_text,
            group=parsed.group,
            fixed_names=names,
            formula=formula,
            rows=rows,
            rows_dropped=len(frame) - len(used),
            missing=missing,
        )

    @classmethod
    def from_arrays(
        cls,
        y: ArrayLike,
        X: ArrayLike,
        groups: ArrayLike,
        *,
        fixed_names: Sequence[str] | None = None,
        response: str = "y",
        group: str = "group",
    ) -> Problem:
        """The model of ready-made arrays.

        Parameters
        ----------
        y : (n,)
        X : (n, p) or (n,)
            The whole design: put the column of ones in yourself.
        groups : (n,)
            Labels of any kind.
        fixed_names : sequence of str, optional
            Names of the columns of X; ``(Intercept)`` and ``x1``, ``x2`` … without.
        response, group : str
            Names for the response and the grouping.

        Raises
        ------
        Refusal
            When shapes do not fit, a value is missing or infinite, or the model cannot be told
            from the data.
        """
        y_array = np.array(y, dtype=np.float64)
        X_array = np.array(X, dtype=np.float64, order="F")
        if X_array.ndim == 1:
            X_array = X_array[:, None]
        labels = np.asarray(groups)
        if y_array.ndim != 1 or X_array.ndim != 2 or labels.ndim != 1:
            raise Refusal("y and groups must have one dimension, X one or two.")
        if not len(y_array) == len(X_array) == len(labels):
            raise Refusal(
                f"y has {len(y_array)} rows, X {len(X_array)} and groups {len(labels)}; "
                "they must have the same number."
            )
        names = tuple(fixed_names) if fixed_names is not None else _default_names(X_array)
        if len(names) != X_array.shape[1]:
            raise Refusal(f"X has {X_array.shape[1]} columns and fixed_names {len(names)} names.")
        codes, values = group_codes(labels)
        terms = ["1" if name == "(Intercept)" else name for name in names]
        return cls._checked(
            y_array,
            X_array,
            codes,
            values,
            response=response,
            group=group,
            fixed_names=names,
            formula=f"{response} ~ {' + '.join(terms)} + (1 | {group})",
            rows=None,
            rows_dropped=0,
            missing={},
        )

    @classmethod
    def _checked(
        cls, y: Floats, X: Floats, codes: Codes, values: Any, *, rows: Codes | None, **names: Any
    ) -> Problem:
        """A problem whose data can tell σ², τ² and β, or a refusal."""
        response, group, fixed_names = names["response"], names["group"], names["fixed_names"]
        (n, p), J = X.shape, len(values)
        largest_y = _check_range(y, response, rows)
        largest_X = [_check_range(X[:, k], name, rows) for k, name in enumerate(fixed_names)]
        if J < 2:
            raise Refusal(
                f"{group} has {J} group in the rows used. "
                "A random intercept needs at least two; five or more make a useful estimate."
            )
        if n == J:
            raise Refusal(
                f"Every group of {group} has one row, so σ² (within groups) and τ² (between them) "
                "cannot be told apart. Choose a grouping with several rows a group."
            )
        if n <= p:
            raise Refusal(
                f"{n} rows are too few for {p} fixed effects. Use fewer predictors or more rows."
            )
        try:
            reduced = moments(y, X, codes, J)
        except CollinearError as error:
            raise Refusal(_collinear(error, fixed_names, X)) from None
        fitted = np.abs(ols_beta(reduced)) @ np.array(largest_X)
        _check_identified(reduced, largest_y + float(fitted), response, group)
        for array in (y, X, codes):
            array.setflags(write=False)
        return cls(y, X, codes, values, rows=rows, moments=reduced, **names)


def _default_names(X: Floats) -> tuple[str, ...]:
    ones = [k for k in range(X.shape[1]) if len(X) and np.all(X[:, k] == 1)][:1]
    return tuple("(Intercept)" if k in ones else f"x{k + 1 - len(ones)}" for k in range(X.shape[1]))


def _columns(frame: pd.DataFrame, parsed: ParsedFormula) -> pd.DataFrame:
    """The columns that the formula uses, the group's last."""
    wanted = [*parsed.response_columns, *parsed.fixed_columns, parsed.group]
    known = [str(name) for name in frame.columns]
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.5) or [
                k for k in known if k.lower() == name.lower()
            ]
            hint = f"Did you mean '{near[0]}'?" if near else f"There are: {_listed(known)}."
            raise Refusal(f"There is no column '{name}'. {hint}")
    twice = sorted({name for name in wanted if known.count(name) > 1})
    if twice:
        raise Refusal(f"Two columns are called '{twice[0]}'. Rename one of them.")
    chosen = frame.iloc[:, [known.index(name) for name in dict.fromkeys(wanted)]]
    return chosen.set_axis(list(dict.fromkeys(wanted)), axis=1)


def _complete_rows(
    frame: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, int], Codes | None]:
    """The rows without a missing value, the missing values by column, and the rows kept."""
    lacking = {name: frame[name].isna().to_numpy() for name in frame.columns}
    missing = {name: int(mask.sum()) for name, mask in lacking.items() if mask.any()}
    for name, number in missing.items():
        if number == len(frame):
            raise Refusal(f"The column '{name}' has no values: all {number} rows are missing.")
    if len(frame) == 0:
        raise Refusal("The table has no rows.")
    if not missing:
        return frame, missing, None
    rows = np.flatnonzero(~np.logical_or.reduce([lacking[name] for name in missing]))
    if len(rows) == 0:
        counts = ", ".join(f"{name} {number}" for name, number in missing.items())
        raise Refusal(f"No row has a value in every column used. Missing values: {counts}.")
    return frame.iloc[rows], missing, rows


def _numbers(frame: pd.DataFrame, parsed: ParsedFormula, rows: Codes | None) -> pd.DataFrame:
    """The table with its numeric columns as numbers; words among numbers are refused."""
    changed: dict[str, Any] = {}
    for name in parsed.response_columns | parsed.fixed_columns:
        if name in parsed.categorical:
            continue
        values = _number_column(frame[name], name in parsed.response_columns, rows)
        if values is not None and values.dtype != frame[name].dtype:
            changed[name] = values
    return frame.assign(**changed) if changed else frame


def _number_column(column: pd.Series[Any], needed: bool, rows: Codes | None) -> Any:
    """The column's numbers as an array; None when it holds categories and may."""
    import pandas as pd
    from pandas.api import types

    if types.is_bool_dtype(column.dtype):
        return column.to_numpy(np.float64) if needed else None
    if types.is_complex_dtype(column.dtype):
        raise Refusal(f"'{column.name}' holds complex numbers. Choose a column of real ones.")
    if types.is_numeric_dtype(column.dtype):
        if isinstance(column.dtype, np.dtype):
            return column.to_numpy()
        return column.to_numpy(np.float64)
    if types.is_datetime64_any_dtype(column.dtype) or types.is_timedelta64_dtype(column.dtype):
        raise Refusal(
            f"'{column.name}' holds dates or times. Turn it into a number first, such as the year."
        )
    values = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(np.float64)
    words = np.flatnonzero(np.isnan(values))
    if len(words) == 0:
        return values
    if not needed and 2 * len(words) > len(values):
        return None
    word = column.iloc[words[0]]
    more = f" So have {len(words) - 1} other rows." if len(words) > 1 else ""
    raise Refusal(
        f"'{column.name}' should hold numbers, but {_row(words[0], rows)} has '{word}'.{more} "
        "Correct it, or leave the cell empty if the value is missing."
    )


def _check_finite(values: Any, name: str, rows: Codes | None) -> None:
    finite = np.isfinite(values)
    if not finite.all():
        first = int(np.flatnonzero(~finite)[0])
        value = {"nan": "no number", "inf": "infinity", "-inf": "minus infinity"}[
            str(values[first])
        ]
        raise Refusal(
            f"'{name}' is {value} in {_row(first, rows)}. "
            "Correct it, or leave the cell empty if the value is missing."
        )


def _row(position: int, rows: Codes | None) -> str:
    """How a reader finds a row: its number, and its line in a file with a header."""
    number = int(position if rows is None else rows[position]) + 1
    return f"row {number} (line {number + 1} with the header)"


def _collinear(error: CollinearError, names: Sequence[str], X: Floats) -> str:
    name = names[error.column]
    if not error.others:
        value = X[0, error.column]
        return (
            f"The predictor '{name}' is constant: every row has {value:g}. "
            "It cannot be told from the intercept; leave it out."
        )
    return (
        f"The predictor '{name}' is a combination of {_listed([names[k] for k in error.others])}, "
        "so their effects cannot be told apart (collinear). Leave one of them out."
    )


def _check_range(values: Floats, name: str, rows: Codes | None) -> float:
    """Refuse what is not finite, and numbers whose products would overflow; the largest size."""
    low, high = float(values.min()), float(values.max())
    largest = max(-low, high)
    if not math.isfinite(largest):
        _check_finite(values, name, rows)
    if largest > LARGEST:
        raise Refusal(
            f"'{name}' is as large as {largest:g}, and its variance would overflow. "
            "Give it in larger units."
        )
    if 0 < high - low < 1 / LARGEST:
        raise Refusal(
            f"'{name}' varies by no more than {high - low:g}, and its variance would vanish. "
            "Give it in smaller units."
        )
    return largest


def _check_identified(m: Moments, size: float, response: str, group: str) -> None:
    """Refuse data that leave nothing to tell σ² or τ² from; ``size`` is that of y and Xβ."""
    if m.df_within < 1:
        raise Refusal(
            f"The predictors and the groups of {group} leave no rows over to tell σ² from "
            f"({m.n} rows, {m.J} groups, {m.p} fixed effects). Use fewer predictors or more rows."
        )
    if m.df_between < 1:
        raise Refusal(
            f"The predictors explain every difference between the groups of {group}, so τ² cannot "
            "be told. Leave out the predictors that are constant within groups."
        )
    if math.sqrt(m.rss_within / m.df_within) <= 4 * np.finfo(np.float64).eps * size:
        raise Refusal(
            f"The predictors and groups fit {response} exactly: the residual variance is zero, and "
            "the likelihood has no maximum. Check that the response is not computed from them."
        )


def _listed(names: Iterable[str]) -> str:
    shown = [f"'{name}'" for name in names]
    return ", ".join(shown[:12]) + (" …" if len(shown) > 12 else "")
