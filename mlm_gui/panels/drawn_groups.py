"""Which rows and groups of a problem are drawn, and where: all of them, or a fixed sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver import Problem
from solver.moments import Codes, Floats

MOST_ROWS = 20_000
"""Rows up to which all are drawn."""

ROWS = 5_000
"""Rows drawn of more than that."""

MOST_GROUPS = 200
"""Groups up to which all have their line drawn; of more, this many have."""

STRIP = 0.36
"""Half the width of a group's strip where groups stand side by side."""

FEW = 8
"""Groups up to which lines run over the whole plot; of more, over their own rows."""


def predictors(problem: Problem) -> list[int]:
    """The columns of X that vary: those with more than two values first."""
    varying: list[tuple[bool, int]] = []
    for k in range(problem.p):
        column = problem.X[:, k]
        low, high = column.min(), column.max()
        if low < high:
            varying.append((bool(np.all((column == low) | (column == high))), k))
    return [k for _, k in sorted(varying)]


def sample(count: int, most: int, drawn: int) -> Codes:
    """0 … count − 1, or a fixed random choice of them where there are more than ``most``."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).choice(count, drawn, replace=False))


@dataclass(frozen=True, eq=False)
class DrawnGroups:
    """A problem as it is drawn against one predictor, or with the groups side by side.

    Attributes
    ----------
    problem : Problem
    column : int or None
        The column of X on the axis; None for groups side by side.
    """

    problem: Problem
    column: int | None

    @cached_property
    def rows(self) -> Codes:
        """The rows drawn."""
        return sample(self.problem.n, MOST_ROWS, ROWS)

    @cached_property
    def groups(self) -> Codes:
        """The groups whose lines are drawn."""
        return sample(self.problem.J, MOST_GROUPS, MOST_GROUPS)

    @cached_property
    def x(self) -> Floats:
        """Where the drawn rows lie; rows of a strip are spread a little, always in the same way."""
        return self.places(self.rows)

    @property
    def y(self) -> Floats:
        """The response of the drawn rows."""
        return self.problem.y[self.rows]

    def places(self, rows: Codes) -> Floats:
        """Where rows lie across."""
        if self.column is not None:
            chosen: Floats = self.problem.X[rows, self.column]
            return chosen
        spread = np.modf((rows + 1) * 0.6180339887498949)[0] - 0.5
        places: Floats = self.problem.codes[rows] + 1.4 * STRIP * spread
        return places

    def rows_of(self, group: int) -> Codes:
        """The rows of a group, or as many of them as a plot needs."""
        rows = np.flatnonzero(self.problem.codes == group)
        return rows[sample(len(rows), ROWS, ROWS)]

    @cached_property
    def means(self) -> Floats:
        """The means of the columns of X: predictors that are not on the axis are held there."""
        means: Floats = self.problem.X.mean(axis=0)
        return means

    @cached_property
    def held(self) -> bool:
        """Whether there are predictors that are not on the axis."""
        return len(predictors(self.problem)) > (self.column is not None)

    @cached_property
    def _across(self) -> Floats:
        """Every row's place across."""
        if self.column is None:
            return self.problem.codes.astype(np.float64)
        across: Floats = self.problem.X[:, self.column]
        return across

    @cached_property
    def limits(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of the whole view."""
        y = self.problem.y
        bottom, top = float(y.min()), float(y.max())
        margin = 0.05 * (top - bottom)
        if self.column is None:
            return -0.5, self.problem.J - 0.5, bottom - margin, top + margin
        left, right = self.ends
        aside = (0.25 if self.two_valued else 0.03) * (right - left)
        return left - aside, right + aside, bottom - margin, top + margin

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value of the predictor."""
        return float(self._across.min()), float(self._across.max())

    @cached_property
    def two_valued(self) -> bool:
        """Whether the predictor takes two values only, as one that stands for a category does."""
        low, high = self.ends
        return bool(np.all((self._across == low) | (self._across == high)))

    @cached_property
    def centres(self) -> Floats:
        """x̄_j, (J,): the mean place of each group's rows."""
        if self.column is None:
            return np.arange(self.problem.J, dtype=np.float64)
        sums = np.bincount(self.problem.codes, self._across, self.problem.J)
        centres: Floats = sums / self.problem.group_sizes
        return centres

    @cached_property
    def spans(self) -> Floats:
        """From where to where each group's own rows reach, (J, 2), and at least a little way."""
        J = self.problem.J
        if self.column is None:
            strips: Floats = np.arange(J)[:, None] + np.array([-STRIP, STRIP])
            return strips
        left, right, *_ = self.limits
        spans = np.column_stack([np.full(J, np.inf), np.full(J, -np.inf)])
        np.minimum.at(spans[:, 0], self.problem.codes, self._across)
        np.maximum.at(spans[:, 1], self.problem.codes, self._across)
        short = np.maximum(0.02 * (right - left) - (spans[:, 1] - spans[:, 0]), 0.0) / 2
        return spans + np.outer(short, [-1, 1])

    def extent(self, group: int) -> tuple[float, float]:
        """From where to where a group's own line is drawn."""
        if self.column is not None and self.problem.J <= FEW:
            return self.limits[0], self.limits[1]
        low, high = self.spans[group]
        return float(low), float(high)

    @cached_property
    def extents(self) -> Floats:
        """:meth:`extent` of every drawn group."""
        if self.column is not None and self.problem.J <= FEW:
            return np.tile(self.limits[:2], (len(self.groups), 1))
        return self.spans[self.groups]

    def level(self, beta: Floats) -> tuple[Floats, Floats]:
        """Intercept and slope along the axis of lines with coefficients β, (…, p)."""
        held = self.means.copy()
        slope: Floats = np.zeros(beta.shape[:-1])
        if self.column is not None:
            held[self.column] = 0.0
            slope = beta[..., self.column]
        return beta @ held, slope
