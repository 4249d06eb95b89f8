"""What a reader chose – data, preparation, model, options – and the problem that it makes."""

from __future__ import annotations

import ast
import csv
from dataclasses import dataclass, field, replace
from functools import cached_property

from solver.data.examples import Example, load_example
from solver.data.meanings import Meaning
from solver.data.preparation import Preparation, Prepared, prepare
from solver.data.simulation import FORMULA, Simulation
from solver.data.sources import ExampleSource, Source
from solver.data.tables import Table
from solver.errors import Refusal
from solver.formula import column_of, parse_formula
from solver.problem import Problem
from solver.state import Options


@dataclass(frozen=True)
class Choices:
    """Everything that a run depends on.

    Attributes
    ----------
    source : where the table comes from
    formula : the model
    preparation : what is done to the table first
    options : how to fit
    """

    source: Source
    formula: str
    preparation: Preparation = field(default_factory=Preparation)
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, eq=False)
class Analysis:
    """A reader's choices with the problem they make; make one with :func:`analyse`.

    Attributes
    ----------
    choices : Choices
    problem : Problem
    read : Table or None
        The table, when it has been read already.
    """

    choices: Choices
    problem: Problem
    read: Table | None = None

    def with_options(self, options: Options) -> Analysis:
        """The same data and model, fitted otherwise."""
        return replace(self, choices=replace(self.choices, options=options))

    @property
    def as_it_comes(self) -> bool:
        """Whether it is a built-in example with its own formula and nothing done to its table."""
        source, preparation = self.choices.source, self.choices.preparation
        if not isinstance(source, ExampleSource) or preparation != Preparation():
            return False
        return self.choices.formula == load_example(source.name).formula

    @property
    def reserved(self) -> bool:
        """Whether it is a built-in example some of whose values are reserve codes."""
        source = self.choices.source
        if not isinstance(source, ExampleSource):
            return False
        return any(variable.missing for variable in load_example(source.name).variables)

    @cached_property
    def table(self) -> Table:
        """The table as it was read, before its preparation."""
        return self.choices.source.read() if self.read is None else self.read

    @cached_property
    def prepared(self) -> Prepared:
        """The table as the model sees it, with an account of what was done to it."""
        return prepare(self.table, self.choices.preparation)


def analyse(choices: Choices, table: Table | None = None) -> Analysis:
    """Read, prepare and check.

    Parameters
    ----------
    choices : Choices
    table : Table, optional
        What reading the source gave, to spare reading it again.

    Raises
    ------
    Refusal
        When the data, their preparation or the formula cannot be used; names the source.
    """
    source = choices.source
    if table is None and isinstance(source, ExampleSource):
        example = load_example(source.name)
        if (choices.formula, choices.preparation) == (example.formula, Preparation()):
            problem = replace(_as_it_comes(example), meanings=meanings(source))
            return Analysis(choices, problem)
    table = source.read() if table is None else table
    try:
        prepared = prepare(table, choices.preparation)
        problem = Problem.from_frame(prepared.frame, choices.formula, prepared.rows)
    except Refusal as refusal:
        raise Refusal(f"{source.title}: {refusal}") from None
    problem = replace(problem, meanings=meanings(source, table))
    return Analysis(choices, _with_truth(problem, source), table)


def _with_truth(problem: Problem, source: Source) -> Problem:
    """Simulated data know what they were drawn from, as long as the model is that of the draw."""
    if not isinstance(source, Simulation) or problem.formula != FORMULA:
        return problem
    truth = source.truth
    return replace(problem, truth=replace(truth, u=truth.u[problem.group_values - 1]))


def meanings(source: Source, table: Table | None = None) -> dict[str, Meaning]:
    """What the columns stand for: as the example's description has it, or the file's labels."""
    if isinstance(source, ExampleSource):
        variables = load_example(source.name).variables
        return {v.name: Meaning(v.meaning, v.unit, v.labels) for v in variables}
    if table is None:
        return {}
    return {
        name: Meaning(
            table.variable_labels.get(name, ""),
            "",
            {_as_label(code): label for code, label in table.value_labels.get(name, {}).items()},
        )
        for name in {*table.variable_labels, *table.value_labels}
    }


def _as_it_comes(example: Example) -> Problem:
    """An example under its own formula, whose terms are numeric columns: read without pandas.

    The window opens on one, and importing pandas would take a third of that time.
    """
    parsed = parse_formula(example.formula)
    names = [
        column_of(leaf) for term in parsed.fixed for leaf in term if isinstance(leaf, ast.Name)
    ]
    with example.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = [row[parsed.group] for row in rows]
    return Problem.from_arrays(
        [float(row[parsed.response_text]) for row in rows],
        [[1.0, *(float(row[name]) for name in names)] for row in rows],
        [int(label) for label in labels] if all(map(str.isdecimal, labels)) else labels,
        fixed_names=["(Intercept)", *names],
        response=parsed.response_text,
        group=parsed.group,
        formula=example.formula,
    )


def _as_label(code: float | int | str) -> str:
    """A code as a group's label has it: whole numbers without decimals."""
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)
