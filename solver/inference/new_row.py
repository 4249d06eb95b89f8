"""From a reader's values of the variables to a row of X, for a prediction."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from solver.design import expression_value
from solver.formula import STATELESS, column_of, parse_formula
from solver.inference.terms import factors, term_of
from solver.moments import Floats
from solver.problem import Problem

Value = float | str


@dataclass(frozen=True)
class Input:
    """A variable to be given.

    Attributes
    ----------
    name : str
    levels : tuple of str
        The categories, the reference first (empty where its name is not known); none for a number.
    low, high, typical : float
        Least, greatest and mean value in the data; 0 for categories.
    whole : bool
        Whether all its values are whole numbers.
    """

    name: str
    levels: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    typical: float = 0.0
    whole: bool = False


@dataclass(frozen=True, eq=False)
class NewRow:
    """How a row of X comes from values of variables.

    A column that is a variable, or a category of one, is an input; what is made of these by
    arithmetic or as a product is computed; any other column is an input of its own.
    """

    problem: Problem

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """What has to be given: numbers, categories, and columns that cannot be computed."""
        columns = dict(zip(self.problem.fixed_names, self.problem.X.T, strict=True))
        slopes = [at for at in map(term_of, columns) if at.kind == "slope"]
        found = {at.variable: _number_input(at.variable, columns[at.name]) for at in slopes}
        found |= {name: Input(name, levels) for name, levels in self._levels().items()}
        for name, column in columns.items():
            if not self._computable(name, found):
                found[name] = _number_input(name, column)
        return tuple(found.values())

    def _levels(self) -> dict[str, tuple[str, ...]]:
        """The categories of each variable that has some, as far as the columns name them."""
        known: dict[str, dict[str, None]] = {}
        complete = set()
        for at in (term_of(part) for name in self.problem.fixed_names for part in factors(name)):
            if at.kind == "level":
                known.setdefault(at.variable, {}).update({at.reference: None, at.level: None})
            elif at.kind == "indicator":
                known.setdefault(at.variable, {}).update({at.level: None})
                complete.add(at.variable)
        return {
            name: tuple(level for level in levels if level or name not in complete)
            for name, levels in known.items()
        }

    @property
    def typical(self) -> dict[str, Value]:
        """The mean of each number, and the first category of each other variable."""
        return {
            given.name: given.levels[0] if given.levels else given.typical for given in self.inputs
        }

    def row(self, values: Mapping[str, Value]) -> Floats:
        """A row of X, (p,), for a value of every input.

        Raises
        ------
        Refusal
            When an expression cannot be computed there.
        """
        return np.array([self._value(name, values) for name in self.problem.fixed_names])

    def _value(self, name: str, values: Mapping[str, Value]) -> float:
        if name in values:
            return float(values[name])
        return prod(self._factor(part, values) for part in factors(name))

    @staticmethod
    def _factor(part: str, values: Mapping[str, Value]) -> float:
        at = term_of(part)
        match at.kind:
            case "intercept":
                return 1.0
            case "slope":
                return float(values[at.variable])
            case "level" | "indicator":
                return float(str(values[at.variable]) == at.level)
        return expression_value(part, {name: values[name] for name in _columns(part) or ()})

    @staticmethod
    def _computable(name: str, found: Mapping[str, Input]) -> bool:
        """Whether a column can be computed from the inputs."""
        for part in factors(name):
            at = term_of(part)
            if at.kind == "transformed":
                columns = _columns(part)
                if columns is None or any(c not in found or found[c].levels for c in columns):
                    return False
            elif at.kind == "slope" and at.variable not in found:
                return False
        return True


def _number_input(name: str, column: Floats) -> Input:
    low, high = float(column.min()), float(column.max())
    whole = bool((column == np.rint(column)).all())
    return Input(name, (), low, high, float(column.mean()), whole)


def _columns(expression: str) -> list[str] | None:
    """The variables of an expression; None when its value depends on other rows as well."""
    if "[" in expression:
        return None
    leaf = parse_formula(f"{expression} ~ 1 + (1 | g)").response
    called = [ast.unparse(node.func) for node in ast.walk(leaf) if isinstance(node, ast.Call)]
    if any(name not in STATELESS for name in called):
        return None
    functions = {node.func for node in ast.walk(leaf) if isinstance(node, ast.Call)}
    names = [n for n in ast.walk(leaf) if isinstance(n, ast.Name) and n not in functions]
    return [column_of(name) for name in names]
