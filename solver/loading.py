"""From what the reader names, a file or an example, to the problem to be fitted."""

from __future__ import annotations

import ast
import csv
import os
from pathlib import Path

from solver.errors import Refusal
from solver.examples import Example, example_names, load_example
from solver.formatting import quoted
from solver.formula import column_of, parse_formula
from solver.problem import Problem
from solver.tables import read_table


def load(data: str, formula: str | None = None) -> Problem:
    """The problem of a file and a formula, or of a built-in example.

    Parameters
    ----------
    data : str
        Path of a file, or name of an example.
    formula : str, optional
        The model; an example has its own.

    Raises
    ------
    Refusal
        When the data or the formula cannot be used; names the file.
    """
    if data in example_names() and not Path(data).is_file():
        example = load_example(data)
        return (
            _as_it_comes(example)
            if formula is None
            else Problem.from_frame(example.frame(), formula)
        )
    if not Path(data).suffix and not Path(data).exists() and os.sep not in data:
        raise Refusal(f"There is neither a file nor an example '{data}'. {_near_example(data)}")
    frame = read_table(data).frame
    if formula is None:
        columns = ", ".join(map(quoted, frame.columns[:8])) + " …" * (len(frame.columns) > 8)
        raise Refusal(
            f"{Path(data).name} needs a formula, such as "
            f'"response ~ predictor + (1 | group)". Its columns: {columns}.'
        )
    try:
        return Problem.from_frame(frame, formula)
    except Refusal as refusal:
        raise Refusal(f"{Path(data).name}: {refusal}") from None


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


def _near_example(name: str) -> str:
    try:
        load_example(name)
    except Refusal as refusal:
        return str(refusal).partition(". ")[2]
    return ""
