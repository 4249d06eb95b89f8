"""The texts of an exercise on its data: the question, the hints, and the worked solution."""

from __future__ import annotations

import re
from collections.abc import Container

from solver.errors import Refusal
from solver.formatting import number, signed
from solver.lessons import practice_words
from solver.practice.exercise import Grid
from solver.practice.expressions import read
from solver.practice.quantities import QUANTITIES, SYMBOLIC
from solver.practice.targets import WHOLE, Target
from solver.practice.workings import WORKINGS, workings

DATA = ("y", "X", "Z")
"""Matrices that are read off the table."""

HOLE = "▢"
"""What stands for a number that the student is to put in."""

INDEX = re.compile(
    r"(?<=[A-Za-zÀ-žα-ωΣℓ)\u0302\u0304])_([a-z]{1,2}|\d{1,3}|[α-ω]|[A-Z](?![A-Za-z]))"
)
"""An index in a text, such as that of y_ji."""

EXAMPLES = 2
"""Entries of a matrix that a solution works out."""


def question(goal: Target, hidden: Container[str] = (), hole: str = HOLE) -> str:
    """The question with its data filled in, but for the placeholders that are to be hidden."""
    facts = goal.case.facts(goal.exercise)
    shown = {name: hole if name in hidden else text for name, text in facts.items()}
    return goal.exercise.ask.format_map(shown)


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
    if exercise.answer in WORKINGS:
        return [*workings(goal.case, exercise)]
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
            formula = f"{cell.formula} = {cell.numbers} = {number(cell.value)}"
            if goal.labels:  # the blank's own name, as 0 and the groups' codes count
                formula = f"{goal.labels[i]} = {formula.partition(' = ')[2]}"
            lines.append(formula)
    return lines


def understood(goal: Target, typed: str) -> str:
    """What a cell is understood as while it is typed; empty where that is not yet clear."""
    if not goal.read_as_mathematics or not typed.strip():
        return ""
    try:
        return read(typed.strip(), WHOLE).text
    except Refusal:
        return ""


def foretold_lines(goal: Target, answer: Grid) -> tuple[str, ...]:
    """What was foretold beside what happened, a line for each blank."""
    words = practice_words()["foretold"]
    lines = []
    for label, (said,), (truth,) in zip(goal.labels, answer, goal.model, strict=True):
        if not goal.read_as_mathematics:
            key = "same" if said == truth else "other"
            lines.append(words[key].format(label=label, said=said, truth=truth))
            continue
        got, wanted = (float(goal.worths([[text]])[0][0][0]) for text in (said, truth))  # type: ignore[arg-type]
        by = f"{signed(100 * (got / wanted - 1), 2) or '0'} %"
        shown, true = goal.understand(said).text, number(wanted)
        lines.append(words["number"].format(label=label, said=shown, truth=true, by=by))
    return tuple(lines)
