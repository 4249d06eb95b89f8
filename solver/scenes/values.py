"""The numbers in a lesson's text: placeholders such as {u[5]}, read from the run on screen.

The language is small and closed: a name, perhaps a place in brackets, perhaps how to write it.
``assets/lessons/README.md`` lists the names.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from solver import accounts
from solver.errors import Refusal
from solver.fit import Fit, fit
from solver.formatting import exact, number, quoted
from solver.lessons import words
from solver.matrices import Matrix
from solver.ols import Ols, no_pooling
from solver.problem import Problem
from solver.start import MomentStart, method_of_moments
from solver.state import Options
from solver.step import Step


@dataclass(frozen=True)
class Shown:
    """A placeholder's value for a reader.

    Attributes
    ----------
    text : str
        As it stands in the text; an en dash while it is not known.
    exact : str
        All digits; empty where there are no more.
    value : float or None
        The number; None for words and for what is not known.
    """

    text: str
    exact: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Place:
    """The labels along one side of a quantity, and what one of them is called.

    Where it is ``numbered``, a number that is no label is a position, counted from 1.
    """

    labels: Sequence[str]
    kind: str
    numbered: bool = False


@dataclass(frozen=True)
class Quantity:
    """Something that can be shown: a word, a number, or an array with a label for each entry."""

    value: Any
    places: tuple[Place, ...] = ()


class SceneValues:
    """Reads placeholders for one run; what needs another fit is computed once and kept.

    Parameters
    ----------
    problem : Problem
    options : Options
        Of the run, for its end.
    """

    def __init__(self, problem: Problem, options: Options) -> None:
        self.problem = problem
        self.options = options
        self._fits: dict[Options, Fit] = {}

    def show(self, placeholder: str, step: Step) -> Shown:
        """The value of a placeholder at a step.

        Parameters
        ----------
        placeholder : str
            Without its braces.
        step : Step

        Raises
        ------
        Refusal
            When there is nothing of that name, or no such place in it.
        """
        parsed = _PLACEHOLDER.fullmatch(placeholder.strip())
        if parsed is None:
            raise Refusal(f"'{{{placeholder}}}' is not a placeholder such as {{u[5]}} or {{n}}.")
        what, at, how = parsed["what"], parsed["at"], parsed["how"]
        factor = int(parsed["factor"] or 1)
        places = [part.strip() for part in at.split(",")] if at else []
        if what.startswith("matrix "):
            value: Any = self._entry(what.removeprefix("matrix ").strip(), places, step)
        else:
            value = _pick(what, self._quantity(what, step), places)
        return _shown(value, how, factor)

    def quantity(self, placeholder: str, step: Step) -> accounts.Quantity | None:
        """What a placeholder's number is, to be explained; None for words and for other runs."""
        parsed = _PLACEHOLDER.fullmatch(placeholder.strip())
        if parsed is None or parsed["factor"]:
            return None
        what, at = parsed["what"], parsed["at"]
        labels = [part.strip() for part in at.split(",")] if at else []
        if what.startswith("matrix "):
            matrix, i, j = self._place(what.removeprefix("matrix ").strip(), labels, step)
            return accounts.Quantity("entry", (matrix.name, i, j))
        scope, _, last = what.rpartition(".")
        name = _EXPLAINED.get(last if self._of_this_run(scope) else what)
        if name is None:
            return None
        places = self._quantity(what, step).places
        if len(labels) != len(places):
            return None
        found = (_position(label, place) for label, place in zip(labels, places, strict=True))
        return accounts.Quantity(name, (*found, "value") if name == "rule" else tuple(found))

    def of_the_end(self, placeholder: str) -> bool:
        """Whether a placeholder's number is one of the end of this run, and not of the step."""
        parsed = _PLACEHOLDER.fullmatch(placeholder.strip())
        return parsed is not None and self._of_this_run(parsed["what"].rpartition(".")[0])

    def _of_this_run(self, scope: str) -> bool:
        """Whether the numbers of a scope are those that this run ends with."""
        methods = {"end": self.options, "ml": Options(method="ml"), "reml": Options(method="reml")}
        return methods.get(scope) == self.options

    # -- quantities by their names

    def _quantity(self, what: str, step: Step) -> Quantity:
        scope, dot, name = what.rpartition(".")
        tables: dict[str, Callable[[], Mapping[str, Callable[[], Quantity]]]] = {
            "": lambda: self._live(step),
            "ols": self._ols_table,
            "moments": self._moments_table,
            "truth": self._truth_table,
            "end": lambda: self._fit_table(self.options),
            "ml": lambda: self._fit_table(Options(method="ml")),
            "reml": lambda: self._fit_table(Options(method="reml")),
        }
        if scope not in tables:
            raise Refusal(_unknown(scope + dot, [f"{each}." for each in tables if each]))
        table = tables[scope]()
        if name not in table:
            raise Refusal(_unknown(name, list(table)))
        return table[name]()

    def _live(self, step: Step) -> Mapping[str, Callable[[], Quantity]]:
        state, problem = step.state, self.problem
        method = words()["methods"][step.options.method]
        fixed, groups = self._fixed, self._groups
        return {
            "n": lambda: Quantity(problem.n),
            "p": lambda: Quantity(problem.p),
            "J": lambda: Quantity(problem.J),
            "df": lambda: Quantity(problem.n - problem.p),
            "response": lambda: Quantity(problem.response),
            "group": lambda: Quantity(problem.group),
            "formula": lambda: Quantity(problem.formula),
            "group_sizes": lambda: Quantity(problem.group_sizes, (groups,)),
            "method": lambda: Quantity(method["name"]),
            "algorithm": lambda: Quantity(words()["algorithms"][step.options.algorithm]),
            "iteration": lambda: Quantity(step.iteration),
            "step": lambda: Quantity(step.index),
            "sigma2": lambda: Quantity(state.sigma2),
            "tau2": lambda: Quantity(state.tau2),
            "sigma": lambda: Quantity(math.sqrt(state.sigma2)),
            "tau": lambda: Quantity(math.sqrt(state.tau2)),
            "icc": lambda: Quantity(state.icc),
            "loglik": lambda: Quantity(state.loglik),
            "constant": lambda: Quantity(state.loglik_parts.constant),
            "log_det_V": lambda: Quantity(state.loglik_parts.log_det_V),
            "log_det_information": lambda: Quantity(state.loglik_parts.log_det_information),
            "quadratic": lambda: Quantity(state.loglik_parts.quadratic),
            "beta": lambda: Quantity(state.beta, (fixed,)),
            "se": lambda: Quantity(
                None if state.beta_cov is None else np.sqrt(np.diag(state.beta_cov)), (fixed,)
            ),
            "score_beta": lambda: Quantity(state.score_beta, (fixed,)),
            "u": lambda: Quantity(state.u, (groups,)),
            "mean_residuals": lambda: Quantity(state.mean_residuals, (groups,)),
            "shrinkage": lambda: Quantity(state.shrinkage, (groups,)),
            "alone": lambda: Quantity(no_pooling(problem), (groups, fixed)),
            "score": lambda: Quantity(state.score, (_VARIANCES,)),
            "fisher": lambda: Quantity(state.fisher, (_VARIANCES, _VARIANCES)),
            "average": lambda: Quantity(state.average, (_VARIANCES, _VARIANCES)),
            "observed": lambda: Quantity(state.observed, (_VARIANCES, _VARIANCES)),
            "full_step": lambda: Quantity(state.full_step, (_VARIANCES,)),
            "proposed": lambda: Quantity(_proposed(step), (_VARIANCES,)),
            "trials": lambda: Quantity(len(state.trials)),
            "rules": lambda: Quantity(
                [rule.value for rule in state.rules],
                (Place([rule.name for rule in state.rules], "rule"),),
            ),
            "outcome": lambda: Quantity(
                words()["outcomes"][state.outcome] if state.outcome else None
            ),
        }

    def _ols_table(self) -> Mapping[str, Callable[[], Quantity]]:
        ols, fixed = self._ols, self._fixed
        return {
            "beta": lambda: Quantity(ols.beta, (fixed,)),
            "se": lambda: Quantity(ols.se, (fixed,)),
            "t": lambda: Quantity(ols.t, (fixed,)),
            "p": lambda: Quantity(ols.p_value, (fixed,)),
            "sigma2": lambda: Quantity(ols.sigma2),
            "rss": lambda: Quantity(ols.rss),
            "sigma": lambda: Quantity(math.sqrt(ols.sigma2)),
            "ml_sigma2": lambda: Quantity(ols.rss / self.problem.n),
        }

    def _moments_table(self) -> Mapping[str, Callable[[], Quantity]]:
        start = self._moments
        return {
            "msw": lambda: Quantity(start.msw),
            "msb": lambda: Quantity(start.msb),
            "n0": lambda: Quantity(start.n0),
            "estimate": lambda: Quantity(start.estimate),
            "sigma2": lambda: Quantity(start.sigma2),
            "tau2": lambda: Quantity(start.tau2),
        }

    def _truth_table(self) -> Mapping[str, Callable[[], Quantity]]:
        truth = self.problem.truth
        if truth is None:
            raise Refusal("The truth is known of simulated data alone.")
        return {
            "sigma2": lambda: Quantity(truth.sigma2),
            "tau2": lambda: Quantity(truth.tau2),
            "beta": lambda: Quantity(truth.beta, (self._fixed,)),
            "u": lambda: Quantity(truth.u, (self._groups,)),
        }

    def _fit_table(self, options: Options) -> Mapping[str, Callable[[], Quantity]]:
        if options not in self._fits:
            self._fits[options] = fit(self.problem, options)
        done = self._fits[options]
        fixed, groups = self._fixed, self._groups
        return {
            "sigma2": lambda: Quantity(done.sigma2),
            "tau2": lambda: Quantity(done.tau2),
            "sigma": lambda: Quantity(math.sqrt(done.sigma2)),
            "tau": lambda: Quantity(math.sqrt(done.tau2)),
            "icc": lambda: Quantity(done.icc),
            "loglik": lambda: Quantity(done.loglik),
            "deviance": lambda: Quantity(done.deviance),
            "constant": lambda: Quantity(done.state.loglik_parts.constant),
            "iterations": lambda: Quantity(done.iterations),
            "beta": lambda: Quantity(done.beta, (fixed,)),
            "se": lambda: Quantity(done.se, (fixed,)),
            "u": lambda: Quantity(done.u, (groups,)),
            "mean_residuals": lambda: Quantity(done.state.mean_residuals, (groups,)),
            "shrinkage": lambda: Quantity(done.shrinkage, (groups,)),
        }

    def _entry(self, name: str, places: list[str], step: Step) -> float:
        """An entry of a matrix, by 1-based numbers or by the labels of rows and columns."""
        matrix, i, j = self._place(name, places, step)
        return matrix.value(i, j)

    def _place(self, name: str, places: list[str], step: Step) -> tuple[Matrix, int, int]:
        """A matrix, and which row and column of it."""
        matrix = step.matrix(name)
        sides = ((matrix.row_kind, matrix.shape[0]), (matrix.column_kind, matrix.shape[1]))
        if matrix.shape[1] == 1 and len(places) == 1:
            places = [*places, "1"]
        if len(places) != 2:
            raise Refusal(f"An entry of {name} needs its row and its column, such as [1,2].")
        found = []
        for label, (kind, size), labels in zip(
            places, sides, (matrix.row_labels, matrix.column_labels), strict=True
        ):
            if kind == "observation" or size == 1:
                numbers: Sequence[str] = _Counting(size)
            else:
                numbers = labels()
            place = Place(numbers, f"row or column of {name}", numbered=True)
            found.append(_position(label, place))
        return matrix, found[0], found[1]

    @property
    def _fixed(self) -> Place:
        return Place(self.problem.fixed_names, "fixed effect")

    @property
    def _groups(self) -> Place:
        return Place(self.problem.group_labels, "group")

    @cached_property
    def _ols(self) -> Ols:
        return Ols(self.problem)

    @cached_property
    def _moments(self) -> MomentStart:
        return method_of_moments(self.problem.moments)


class _Counting(Sequence[str]):
    """The labels 1, 2, 3 … without a list of them."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, k: Any) -> Any:
        return str(k + 1)

    def index(self, label: object, start: int = 0, stop: int | None = None) -> int:
        """Where a number stands."""
        text = str(label)
        if text.isdecimal() and 1 <= int(text) <= self._size:
            return int(text) - 1
        raise ValueError(text)


_EXPLAINED = {
    name: name
    for name in (
        *("n", "p", "J", "sigma2", "tau2", "sigma", "tau", "icc", "loglik", "constant"),
        *("log_det_V", "log_det_information", "quadratic", "beta", "se", "score_beta", "u"),
        *("mean_residuals", "shrinkage", "score", "fisher", "average", "observed", "full_step"),
    )
} | {
    "group_sizes": "size",
    "deviance": "deviance",
    "rules": "rule",
    "ols.beta": "ols_beta",
    "ols.se": "ols_se",
    "ols.sigma2": "ols_sigma2",
    "moments.msw": "msw",
    "moments.msb": "msb",
    "moments.n0": "n0",
    "moments.estimate": "tau2_moments",
}
"""The placeholders whose numbers have accounts, and the accounts' names."""

_VARIANCES = Place(("sigma2", "tau2"), "variance")

_PLACEHOLDER = re.compile(
    r"(?:(?P<factor>\d+)\*)?(?P<what>[^\[\]:]+)(?:\[(?P<at>[^\]]+)\])?(?::(?P<how>%|\d{1,2}))?"
)


def _proposed(step: Step) -> Any:
    """Where the step before any guard would lead."""
    state = step.state
    if state.full_step is None or state.updated_from is None:
        return None
    return np.array([state.updated_from.sigma2, state.updated_from.tau2]) + state.full_step


def _pick(what: str, quantity: Quantity, places: list[str]) -> Any:
    """A quantity, or the entry of it at the places given."""
    if len(places) != len(quantity.places):
        asked = ", ".join(f"a {place.kind}" for place in quantity.places) or "no place"
        raise Refusal(f"{quoted(what)} needs {asked} in brackets after it, not {len(places)}.")
    if quantity.value is None or (quantity.places and len(quantity.value) == 0):
        return None
    value = quantity.value
    for label, place in zip(places, quantity.places, strict=True):
        value = value[_position(label, place)]
    return value


def _position(label: str, place: Place) -> int:
    name = {"1": "(Intercept)", "Intercept": "(Intercept)"}.get(label, label)
    for each in (label, name):
        try:
            return place.labels.index(each)
        except ValueError:
            continue
    if place.numbered and label.isdecimal() and 1 <= int(label) <= len(place.labels):
        return int(label) - 1
    shown = ", ".join(place.labels[k] for k in range(min(len(place.labels), 8)))
    raise Refusal(f"There is no {place.kind} {quoted(label)}. There are: {shown}.")


def _unknown(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {quoted(near[0])}?" if near else ""
    return f"There is no value called {quoted(name)}.{hint}"


def _shown(value: Any, how: str | None, factor: int) -> Shown:
    if value is None:
        return Shown("–")
    if isinstance(value, str):
        return Shown(value)
    figure = factor * float(value)
    if how == "%":
        return Shown(f"{number(100 * figure, 2)} %", exact(figure), figure)
    return Shown(number(figure, int(how or 4)), exact(figure), figure)
