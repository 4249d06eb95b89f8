"""Where a number is looked at: a step of a run, and the (σ², τ²) that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from solver.accounts.account import TERMS, Addend, Part, Sum
from solver.criterion import Criterion
from solver.errors import Refusal
from solver.fit import Fit
from solver.inference.results import Results
from solver.moments import Codes, Floats, Moments
from solver.problem import Problem
from solver.quantity import Place, Quantity
from solver.start import ols_beta
from solver.state import State
from solver.step import Step
from solver.trace import Trace

Column = int | str
"""A column of X by its position, or ``y``, ``r`` = y − Xβ̂ at (σ², τ²), ``e`` = y − Xβ with the
step's own β, ``o`` the residuals of least squares, or ``m`` = Xβ̂."""

OF_THE_END = "This is known once the run has ended. Press End to run to the estimates."


class Draft(NamedTuple):
    """What an :class:`~solver.accounts.account.Account` says of how a number comes about."""

    template: str = ""
    parts: tuple[Part, ...] = ()
    sum: Sum | None = None
    shapes: str = ""
    rows: slice | Codes = slice(None)
    note: str = ""


@dataclass(frozen=True)
class Declared:
    """A kind of number that can be explained.

    Attributes
    ----------
    symbol, value, explain : functions of an :class:`At` and a place
    made : str, or a function of a place
        The field of ``State`` that it is in or is computed from; ``end`` for what is computed once
        the run has ended, and empty for what is given or computed from the data alone.
    kinds : tuple of str
        What the numbers of a place count: ``group``, ``effect``, ``row``, ``variance`` …
    at_point : bool
        Whether it belongs to a (σ², τ²).
    """

    symbol: Callable[..., str]
    value: Callable[..., float]
    explain: Callable[..., Draft]
    made: str | Callable[..., str] = "criterion"
    kinds: tuple[str, ...] = ()
    at_point: bool = True


@dataclass(frozen=True, eq=False)
class At:
    """A place in a run to look at numbers from."""

    trace: Trace
    index: int
    point: str
    table: Mapping[str, Declared] = field(repr=False)

    @cached_property
    def step(self) -> Step:
        """The step."""
        return self.trace[self.index]

    @property
    def state(self) -> State:
        """What the step left."""
        return self.step.state

    @property
    def problem(self) -> Problem:
        """The data and the model."""
        return self.step.problem

    @property
    def moments(self) -> Moments:
        """The data reduced to what the likelihood needs."""
        return self.problem.moments

    @property
    def reml(self) -> bool:
        """Whether the criterion is the restricted log-likelihood."""
        return self.criterion.method == "reml"

    @cached_property
    def criterion(self) -> Criterion:
        """The log-likelihood at the (σ², τ²) of the point."""
        kind, _, which = self.point.partition(" ")
        state = self.state
        if kind == "trial":
            trial = state.trials[int(which)]
            return replace(state.criterion, sigma2=trial.sigma2, tau2=trial.tau2)
        if kind == "peak":
            from solver.convergence import profile_peak

            return state.higher_peak or profile_peak(state.criterion)
        if kind == "without":
            test = self.results.group_test
            assert test is not None
            return test.without
        if kind == "at":
            sigma2, tau2 = map(float, which.split())
            return replace(state.criterion, sigma2=sigma2, tau2=tau2)
        if kind == "other":
            return replace(state.criterion, method="ml" if self._restricted else "reml")
        return state.criterion

    @cached_property
    def results(self) -> Results:
        """What the end of the run says.

        Raises
        ------
        Refusal
            When the run has not ended.
        """
        if self.state.outcome is None:
            raise Refusal(OF_THE_END)
        return Results(Fit(self.step))

    @property
    def _restricted(self) -> bool:
        return self.step.options.method == "reml"

    def seen_from(self, point: str) -> At:
        """The same step, with another (σ², τ²) or criterion."""
        return At(self.trace, self.index, point, self.table)

    @cached_property
    def before(self) -> At:
        """The step before: where an update started from."""
        return At(self.trace, self.index - 1, "", self.table)

    # -- columns of the data and their moments

    def vector(self, column: Column) -> Floats:
        """A column, (n,)."""
        problem = self.problem
        if isinstance(column, int):
            return problem.X[:, column]
        if column == "y":
            return problem.y
        fitted: Floats = problem.X @ self.coefficients(column)
        return fitted if column == "m" else problem.y - fitted

    def coefficients(self, column: Column) -> Floats:
        """The β that a residual or fitted value is made with, (p,)."""
        match column:
            case "e":
                return self.state.beta
            case "o":
                return ols_beta(self.moments)
        return self.criterion.beta

    def means(self, column: Column) -> Floats:
        """Each group's mean of a column, (J,)."""
        if column == "r":
            return self.criterion.mean_residuals
        return self.moments.means @ self._in_basis(column)

    def within(self, left: Column, right: Column) -> float:
        """Σ (a − ā_j)(b − b̄_j) over the rows."""
        return float(self._in_basis(left) @ self.moments.within @ self._in_basis(right))

    def _in_basis(self, column: Column) -> Floats:
        """A column as a combination of those of [Q e]."""
        m = self.moments
        if isinstance(column, int):
            return np.append(m.T[:, column], 0.0)
        if column == "y":
            return np.append(m.gamma, 1.0)
        delta = m.delta(self.coefficients(column))
        return np.append(m.gamma + delta, 0.0) if column == "m" else np.append(-delta, 1.0)

    @cached_property
    def omega(self) -> Floats:
        """ω_j = σ² + n_jτ², (J,)."""
        at = self.criterion
        return at.sigma2 + self.moments.group_sizes * at.tau2

    def rows_of(self, j: int) -> Codes:
        """Positions of a group's observations."""
        return np.flatnonzero(self.problem.codes == j)

    # -- sums

    def sum_over_groups(
        self,
        symbol: str,
        term: str,
        values: Sequence[tuple[str, Floats]],
        total: Floats,
        quantity: Callable[[int], Quantity | None] = lambda j: None,
        factors: Callable[[int], tuple[Quantity | None, ...]] = lambda j: (),
    ) -> Sum:
        """A term for each group."""
        labels = self.problem.group_labels
        return self._sum(
            "group",
            symbol,
            term,
            values,
            total,
            lambda j: labels[j],
            quantity,
            lambda j: j,
            factors,
        )

    def sum_over_rows(
        self,
        symbol: str,
        term: str,
        values: Sequence[tuple[str, Floats]],
        total: Floats,
        rows: Codes,
        quantity: Callable[[int], Quantity | None] = lambda i: None,
    ) -> Sum:
        """A term for each of some observations, of which ``values`` and ``total`` have one each."""
        codes = self.problem.codes
        return self._sum(
            "observation",
            symbol,
            term,
            values,
            total,
            lambda k: str(int(rows[k]) + 1),
            lambda k: quantity(int(rows[k])),
            lambda k: int(codes[rows[k]]),
        )

    def sum_over_effects(
        self,
        symbol: str,
        term: str,
        values: Sequence[tuple[str, Floats]],
        total: Floats,
        quantity: Callable[[int], Quantity | None] = lambda k: None,
        label: Callable[[int], str] | None = None,
        factors: Callable[[int], tuple[Quantity | None, ...]] = lambda k: (),
    ) -> Sum:
        """A term for each fixed effect, or for each of what ``label`` names."""
        names = self.problem.fixed_names
        return self._sum(
            "fixed effect",
            symbol,
            term,
            values,
            total,
            label or (lambda k: names[k]),
            quantity,
            lambda k: None,
            factors,
        )

    def _sum(
        self,
        over: str,
        symbol: str,
        term: str,
        values: Sequence[tuple[str, Floats]],
        total: Floats,
        label: Callable[[int], str],
        quantity: Callable[[int], Quantity | None],
        group: Callable[[int], int | None],
        factors: Callable[[int], tuple[Quantity | None, ...]] = lambda k: (),
    ) -> Sum:
        count = len(total)
        if count <= TERMS:
            shown = np.arange(count)
        else:
            shown = np.sort(np.argpartition(np.abs(total), -TERMS)[-TERMS:])
        rest = np.delete(total, shown)
        addends = tuple(
            Addend(
                label(k),
                tuple(float(column[k]) for _, column in values),
                float(total[k]),
                group(k),
                self._at_point(quantity(k)),
                tuple(map(self._at_point, factors(k))),
            )
            for k in shown.tolist()
        )
        heads = tuple(head for head, _ in values)
        return Sum(over, symbol, term, heads, addends, len(rest), float(rest.sum()), self.index)

    # -- parts

    def _at_point(self, quantity: Quantity | None) -> Quantity | None:
        return quantity and quantity._replace(point=quantity.point or self.point)

    def draft(self, name: str, *place: Place) -> Draft:
        """How a number comes about, seen from this step and point."""
        return self.table[name].explain(self, *place)

    def part(self, name: str, *place: Place) -> Part:
        """A number that goes in, at this step and point."""
        declared = self.table[name]
        quantity = Quantity(name, place, self.point if declared.at_point else "")
        return Part(
            declared.symbol(self, *place), declared.value(self, *place), quantity, self.index
        )


def of_sum(total: Sum) -> Part:
    """A sum as a part of a formula."""
    return Part(total.symbol, total.total)


def constant(symbol: str, value: float) -> Part:
    """A number that has no account."""
    return Part(symbol, value)


def known(values: Floats | None) -> Floats:
    """Values that the step has; :func:`~solver.accounts.account` has looked whether it does."""
    assert values is not None
    return values
