"""The texts of an exercise on its data: the question, the hints, and the worked solution."""

from __future__ import annotations

from solver.errors import Refusal
from solver.formatting import number
from solver.practice.expressions import read
from solver.practice.quantities import QUANTITIES, SYMBOLIC
from solver.practice.targets import WHOLE, Target

DATA = ("y", "X", "Z")
"""Matrices that are read off the table."""

EXAMPLES = 2
"""Entries of a matrix that a solution works out."""


def question(goal: Target) -> str:
    """The question with its data filled in."""
    return _filled(goal, goal.exercise.ask)


def hint(goal: Target, which: int) -> str:
    """One of the three hints, from 0."""
    return _filled(goal, goal.exercise.hints[which])


def solution(goal: Target) -> tuple[str, ...]:
    """Why the answer is what it is, the formula behind it, and entries worked out with numbers."""
    said = [_filled(goal, goal.exercise.solution)]
    return (*said, *_worked(goal))


def _filled(goal: Target, text: str) -> str:
    return text.format_map(goal.case.facts(goal.exercise))


def _worked(goal: Target) -> list[str]:
    """How the first entries that are not 0 come about, as the matrices of the step say."""
    exercise = goal.exercise
    if exercise.symbols or exercise.answer in QUANTITIES or exercise.answer in SYMBOLIC:
        return []
    if exercise.kind not in ("matrix", "number") or exercise.answer in DATA:
        return []
    matrix = goal.case.step(exercise.step, exercise.start).matrix(exercise.answer)
    rows, columns = matrix.shape
    places = [(i, j) for i in range(rows) for j in range(columns) if goal.model[i][j] != "0"]
    lines = []
    for i, j in places[:EXAMPLES]:
        cell = matrix.cell(i, j)
        if cell.numbers:
            lines.append(f"{cell.formula} = {cell.numbers} = {number(cell.value)}")
    return lines


def understood(goal: Target, typed: str) -> str:
    """What a cell is understood as while it is typed; empty where that is not yet clear."""
    if not goal.read_as_mathematics or not typed.strip():
        return ""
    try:
        return read(typed.strip(), WHOLE).text
    except Refusal:
        return ""
