"""What is to be fitted: y, X and the groups, checked, with the names that a reader knows."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from solver.data.meanings import Meaning
from solver.errors import Refusal
from solver.formatting import number, quoted
from solver.grouping import Groups, group_codes, group_codes_of_column
from solver.moments import Codes, CollinearError, Floats, Moments, moments
from solver.start import ols_beta

if TYPE_CHECKING:
    import pandas as pd

    from solver.data.simulation import Truth
    from solver.formula import ParsedFormula

LARGEST = 1e30
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
    meanings : dict
        What columns of the table stand for, by their names, as far as it is known.
    truth : Truth or None
        What the data were drawn from, when they are simulated by this model; (J,) its u.
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
    meanings: dict[str, Meaning] = field(default_factory=dict, repr=False)
    truth: Truth | None = field(default=None, repr=False)

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

    def file_row(self, observation: int) -> int:
        """The row of the reader's table, counted from 1, of an observation counted from 0."""
        return (observation if self.rows is None else int(self.rows[observation])) + 1

    @cached_property
    def group_labels(self) -> tuple[str, ...]:
        """The groups' labels as text."""
        return tuple(map(str, self.group_values.tolist()))

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, formula: str, table_rows: Codes | None = None
    ) -> Problem:
        """The model of a formula on a table.

        Parameters
        ----------
        frame : DataFrame
            A row for each observation.
        formula : str
            Such as ``LOOK_HRS ~ HOURS + (1 | INDUSTRY)``; see :mod:`solver.formula`.
        table_rows : (rows of frame,), optional
            Which rows of the reader's table those of the frame are, counted from 0; without, the
            frame is the whole table.

        Raises
        ------
        Refusal
            When the formula does not parse, a column is unknown or unusable, or the model cannot
            be told from the data.
        """
        from solver.design import design
        from solver.formula import parse_formula

        parsed = parse_formula(formula)
        used, missing, rows = _complete_rows(_columns(frame, parsed))
        if table_rows is not None:
            rows = table_rows if rows is None else table_rows[rows]
        y, X, names = design(parsed, _numbers(used, parsed, rows))
        return cls._checked(
            y,
            X,
            group_codes_of_column(used[parsed.group]),
            response=parsed.response_text,
            group=parsed.group,
            fixed_names=names,
            formula=parsed.text,
            rows=rows,
            rows_dropped=len(frame) - len(used),
            missing=missing,
            columns=parsed.columns,
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
        formula: str | None = None,
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
        formula : str, optional
            The model as a reader writes it; made from the names without.

        Raises
        ------
        Refusal
            When shapes do not fit, a value is missing or infinite, or the model cannot be told
            from the data.
        """
        y_array, X_array, labels = _floats(y, "y"), _floats(X, "X"), np.asarray(groups)
        if X_array.ndim == 1:
            X_array = X_array[:, None]
        if y_array.ndim != 1 or X_array.ndim != 2 or labels.ndim != 1:
            raise Refusal("y and groups must have one dimension, X one or two.")
        if not len(y_array) == len(X_array) == len(labels):
            raise Refusal(
                f"y has {len(y_array)} rows, X {len(X_array)} and groups {len(labels)}; "
                "they must have the same number."
            )
        if not X_array.size:
            raise Refusal("y and X are empty. Give at least one row and one column.")
        _check_labels(labels, group)
        names = tuple(fixed_names) if fixed_names is not None else _default_names(X_array)
        if len(names) != X_array.shape[1]:
            raise Refusal(f"X has {X_array.shape[1]} columns and fixed_names {len(names)} names.")
        if formula is None:
            terms = ["1" if name == "(Intercept)" else name for name in names]
            terms = terms if "1" in terms else ["0", *terms]
            formula = f"{response} ~ {' + '.join(terms)} + (1 | {group})"
        return cls._checked(
            y_array,
            X_array,
            group_codes(labels),
            response=response,
            group=group,
            fixed_names=names,
            formula=formula,
            rows=None,
            rows_dropped=0,
            missing={},
        )

    @classmethod
    def _checked(
        cls,
        y: Floats,
        X: Floats,
        groups: Groups,
        *,
        rows: Codes | None,
        columns: Collection[str] | None = None,
        **names: Any,
    ) -> Problem:
        """A problem whose data can tell σ², τ² and β, or a refusal.

        ``columns`` are those of a table that a formula uses: what else is in X, it computes.
        """
        response, group, fixed_names = names["response"], names["group"], names["fixed_names"]
        (n, p), J = X.shape, len(groups.sizes)
        twice = [name for k, name in enumerate(fixed_names) if name in fixed_names[:k]]
        if twice:
            raise Refusal(f"Two columns of X are called {quoted(twice[0])}. Rename one of them.")
        largest_y = _check_range(y, response, rows, columns)
        largest_X = [
            _check_range(X[:, k], name, rows, columns) for k, name in enumerate(fixed_names)
        ]
        if J < 2:
            raise Refusal(
                f"{quoted(group)} has only one group in the rows used. "
                "A random intercept needs at least two; five or more make a useful estimate."
            )
        if n == J:
            raise Refusal(
                f"Every group of {quoted(group)} has one row, so σ² (within groups) and τ² "
                "(between them) cannot be told apart. Choose a grouping with several rows a group."
            )
        if n <= p:
            raise Refusal(
                f"{n} rows are too few for {_counted(fixed_names)}. "
                "Use fewer predictors or more rows."
            )
        if y[0] == y[-1] and bool((y == y[0]).all()):
            raise Refusal(
                f"The response {quoted(response)} is constant: every row has {number(y[0])}. "
                "There is nothing to explain; choose another."
            )
        try:
            reduced = moments(y, X, groups.codes, groups.sizes)
        except CollinearError as error:
            raise Refusal(_collinear(error, fixed_names, X)) from None
        fitted = np.abs(ols_beta(reduced)) @ np.array(largest_X)
        _check_identified(reduced, largest_y + float(fitted), names)
        for array in (y, X, groups.codes):
            array.setflags(write=False)
        return cls(y, X, groups.codes, groups.values, rows=rows, moments=reduced, **names)


def _floats(values: ArrayLike, name: str) -> Floats:
    """A copy of an array as floats, stored by columns; masked values become nan."""
    if np.ma.isMaskedArray(values):
        values = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    try:
        if not np.iscomplexobj(values):
            return np.array(values, dtype=np.float64, order="F")
    except (TypeError, ValueError):
        pass
    raise Refusal(f"{name} must hold real numbers, in rows of one length.")


def _check_labels(labels: Any, group: str) -> None:
    """Refuse labels one of which is missing."""
    if labels.dtype == object:
        missing = np.array([_is_missing(label) for label in labels])
    else:
        missing = labels != labels
    if missing.any():
        raise Refusal(
            f"{quoted(group)} has no label in {_row(int(missing.argmax()), None)}. "
            "Leave that row out."
        )


def _is_missing(label: Any) -> bool:
    """Whether a label is None, or nan or a like of it, which does not equal itself."""
    same = label == label
    return label is None or not isinstance(same, bool | np.bool_) or not same


def _default_names(X: Floats) -> tuple[str, ...]:
    ones = [k for k in range(X.shape[1]) if np.all(X[:, k] == 1)][:1]
    others = count(1)
    return tuple("(Intercept)" if k in ones else f"x{next(others)}" for k in range(X.shape[1]))


def _columns(frame: pd.DataFrame, parsed: ParsedFormula) -> pd.DataFrame:
    """The columns that the formula uses, the group's last."""
    wanted = list(dict.fromkeys([*parsed.columns, parsed.group]))
    known = [unicodedata.normalize("NFC", str(name)) for name in frame.columns]
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.5) or [
                k for k in known if k.lower() == name.lower()
            ]
            there_are = f"There are: {_listed(known)}." if known else "The table has none."
            hint = f"Did you mean {quoted(near[0])}?" if near else there_are
            raise Refusal(f"There is no column {quoted(name)}. {hint}")
        if known.count(name) > 1:
            raise Refusal(f"Two columns are called {quoted(name)}. Rename one of them.")
    chosen = frame.iloc[:, [known.index(name) for name in wanted]]
    return chosen.set_axis(wanted, axis=1)


def _complete_rows(
    frame: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, int], Codes | None]:
    """The rows without a missing value, the missing values by column, and the rows kept."""
    lacking = {name: frame[name].isna().to_numpy() for name in frame.columns}
    missing = {name: int(mask.sum()) for name, mask in lacking.items() if mask.any()}
    for name, cells in missing.items():
        if cells == len(frame):
            raise Refusal(f"The column {quoted(name)} is empty: all {cells} values are missing.")
    if len(frame) == 0:
        raise Refusal("The table has no rows.")
    if not missing:
        return frame, missing, None
    rows = np.flatnonzero(~np.logical_or.reduce([lacking[name] for name in missing]))
    if len(rows) == 0:
        counts = ", ".join(f"{quoted(name)} {cells}" for name, cells in missing.items())
        raise Refusal(f"No row has a value in every column used. Missing values: {counts}.")
    return frame.iloc[rows], missing, rows


def _numbers(frame: pd.DataFrame, parsed: ParsedFormula, rows: Codes | None) -> pd.DataFrame:
    """The table with its numeric columns as numbers; words among numbers are refused."""
    changed: dict[str, Any] = {}
    for name in parsed.columns:
        if name in parsed.categorical:
            continue
        values = _number_column(frame[name], name in parsed.numeric, rows)
        if values is not None and values.dtype != frame[name].dtype:
            changed[name] = values
    return frame.assign(**changed) if changed else frame


def _number_column(column: pd.Series[Any], needed: bool, rows: Codes | None) -> Any:
    """The column's numbers as an array; None when it holds categories and may."""
    import pandas as pd
    from pandas.api import types

    name = quoted(column.name)
    column = column.infer_objects()
    if isinstance(column.dtype, pd.CategoricalDtype | pd.BooleanDtype) or column.dtype.kind == "b":
        if not needed:
            return None
    elif types.is_complex_dtype(column.dtype):
        raise Refusal(f"{name} holds complex numbers. Choose a column of real ones.")
    elif column.dtype.kind in "Mm":
        raise Refusal(
            f"{name} holds dates or times. Turn it into a number first, such as the year."
        )
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy()
    values = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(np.float64)
    words = np.flatnonzero(np.isnan(values))
    if len(words) == 0:
        return values
    first = f"{_row(words[0], rows)} has {quoted(column.iloc[words[0]])}"
    if 2 * len(words) <= len(values):
        such = f", the first of {len(words)} such rows" if len(words) > 1 else ""
        raise Refusal(
            f"{name} should hold numbers, but {first}{such}. "
            "Correct it, or leave the cell empty if the value is missing."
        )
    if needed:
        raise Refusal(f"{name} holds words, not numbers: {first}. Choose a numeric column.")
    return None


_OF_CELL = "Correct it, or leave the cell empty if the value is missing."
_OF_FORMULA = "The formula asks for what cannot be computed there. Change that term."


def _check_finite(values: Any, name: str, rows: Codes | None, advice: str = _OF_CELL) -> None:
    finite = np.isfinite(values)
    if not finite.all():
        first = int(np.flatnonzero(~finite)[0])
        value = {"nan": "no number", "inf": "infinity", "-inf": "minus infinity"}[
            str(values[first])
        ]
        raise Refusal(f"{quoted(name)} is {value} in {_row(first, rows)}. {advice}")


def _row(position: int, rows: Codes | None) -> str:
    """How a reader finds a row: its number, and that in a sheet whose first row is the header."""
    number = int(position if rows is None else rows[position]) + 1
    return f"row {number} ({number + 1} with the header)"


def _collinear(error: CollinearError, names: Sequence[str], X: Floats) -> str:
    name = names[error.column]
    if not error.others:
        value = X[0, error.column]
        return (
            f"The predictor {quoted(name)} is constant: every row has {number(value)}. "
            "It cannot be told from the intercept. Leave it out."
        )
    return (
        f"The predictor {quoted(name)} is a combination of "
        f"{_listed(names[k] for k in error.others)}, "
        "so their effects cannot be told apart (collinear). Leave one of them out."
    )


def _check_range(
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


def _check_identified(m: Moments, size: float, names: dict[str, Any]) -> None:
    """Refuse data that leave nothing to tell σ² or τ² from; ``size`` is that of y and Xβ."""
    response, group = quoted(names["response"]), quoted(names["group"])
    if m.df_within < 1:
        raise Refusal(
            f"The predictors and the groups of {group} leave no rows over to tell σ² from: "
            f"{m.n} rows, {m.J} groups, {_counted(names['fixed_names'])}. "
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


def _counted(fixed_names: Sequence[str]) -> str:
    """The number of fixed effects, and the part of a predictor that has several."""
    ((stem, several),) = Counter(name.partition("[")[0] for name in fixed_names).most_common(1)
    part = f", {several} of them for {quoted(stem)}" if several > 1 else ""
    return f"{len(fixed_names)} fixed effects{part}"


def _listed(names: Iterable[str]) -> str:
    shown = [quoted(name) for name in names]
    return ", ".join(shown[:12]) + (" …" if len(shown) > 12 else "")
