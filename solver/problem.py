"""What is to be fitted: y, X and the groups, checked, with the names that a reader knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from solver.data.meanings import Meaning
from solver.errors import Refusal
from solver.formatting import number, quoted
from solver.grouping import Groups, group_codes, group_codes_of_column
from solver.model_checks import (
    check_identified,
    check_labels,
    check_range,
    collinear,
    counted,
    floats,
)
from solver.moments import Codes, CollinearError, Floats, Moments, moments
from solver.start import ols_beta

if TYPE_CHECKING:
    import pandas as pd

    from solver.data.simulation import Truth


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
        from solver.model_columns import columns_used, complete_rows, with_numbers

        parsed = parse_formula(formula)
        used, missing, rows = complete_rows(columns_used(frame, parsed))
        if table_rows is not None:
            rows = table_rows if rows is None else table_rows[rows]
        y, X, names = design(parsed, with_numbers(used, parsed, rows))
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
        y_array, X_array, labels = floats(y, "y"), floats(X, "X"), np.asarray(groups)
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
        check_labels(labels, group)
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

    def with_data(self, y: Floats, groups: Groups) -> Problem:
        """The same model of the same rows, with another response or other groups.

        Parameters
        ----------
        y : (n,)
        groups : Groups
            Of the n rows.

        Raises
        ------
        Refusal
            When the model cannot be told from them.
        """
        changed = self._checked(
            y,
            self.X,
            groups,
            response=self.response,
            group=self.group,
            fixed_names=self.fixed_names,
            formula=self.formula,
            rows=self.rows,
            rows_dropped=self.rows_dropped,
            missing=self.missing,
        )
        same = groups.values is self.group_values
        return replace(changed, meanings=self.meanings, truth=self.truth if same else None)

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
        largest_y = check_range(y, response, rows, columns)
        largest_X = [
            check_range(X[:, k], name, rows, columns) for k, name in enumerate(fixed_names)
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
                f"{n} rows are too few for {counted(fixed_names)}. "
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
            raise Refusal(collinear(error, fixed_names, X)) from None
        fitted = np.abs(ols_beta(reduced)) @ np.array(largest_X)
        check_identified(reduced, largest_y + float(fitted), names)
        for array in (y, X, groups.codes):
            array.setflags(write=False)
        return cls(y, X, groups.codes, groups.values, rows=rows, moments=reduced, **names)


def _default_names(X: Floats) -> tuple[str, ...]:
    ones = [k for k in range(X.shape[1]) if np.all(X[:, k] == 1)][:1]
    others = count(1)
    return tuple("(Intercept)" if k in ones else f"x{next(others)}" for k in range(X.shape[1]))
