"""Named misconceptions: each is recognised by working out the answer that it leads to."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from assets import ASSETS
from solver.errors import Refusal
from solver.practice.exercise import Grid
from solver.practice.expressions import read
from solver.practice.quantities import figure
from solver.practice.targets import WHOLE, Target, Worths, spread
from solver.practice.values import Value, same, worth

ROUNDED = 1e-5
"""Relative tolerance of a number typed with six digits."""


REMEMBERED = 256
"""Answers of misconceptions that are kept: an exercise is marked again and again."""


@dataclass(frozen=True)
class Misconception:
    """One way to go wrong.

    Attributes
    ----------
    name : str
    says : str
        The sentence that mends it.
    formula : str
        What it works out instead, or
    cells : mapping
        what it writes on the diagonal (``own``), within a group (``within``) and between groups, or
    change : str
        what it does to the right matrix: one of :data:`CHANGES`, or
    choice : str
        what it chooses where another option is right.
    """

    name: str
    says: str
    formula: str = ""
    own: str = ""
    within: str = ""
    between: str = ""
    change: str = ""
    choice: str = ""


def _transposed(grid: Grid) -> Iterator[Grid]:
    yield tuple(zip(*grid, strict=True))


def _reversed(grid: Grid) -> Iterator[Grid]:
    yield tuple(row[::-1] for row in grid)


def _without_a_column(grid: Grid) -> Iterator[Grid]:
    for gone in range(len(grid[0])):
        yield tuple(tuple(text for j, text in enumerate(row) if j != gone) for row in grid)


def _without_the_first_column(grid: Grid) -> Iterator[Grid]:
    yield tuple(row[1:] for row in grid)


def _opposite(grid: Grid) -> Iterator[Grid]:
    yield tuple(tuple(figure(-_number(text)) for text in row) for row in grid)


def _twice(grid: Grid) -> Iterator[Grid]:
    yield tuple(tuple(figure(2 * _number(text)) for text in row) for row in grid)


def _number(text: str) -> float:
    from solver.practice.values import Point

    return float(worth(read(text).tree, Point({})))  # type: ignore[arg-type]


CHANGES: dict[str, Callable[[Grid], Iterator[Grid]]] = {
    "transpose": _transposed,
    "reverse_columns": _reversed,
    "drop_column": _without_a_column,
    "drop_first_column": _without_the_first_column,
    "negate": _opposite,
    "double": _twice,
}


@cache
def misconceptions() -> dict[str, Misconception]:
    """All of them, by name."""
    with (ASSETS / "lessons" / "misconceptions.toml").open("rb") as file:
        return {name: Misconception(name, **entry) for name, entry in tomllib.load(file).items()}


@lru_cache(maxsize=REMEMBERED)
def mistaken(of: Misconception, goal: Target) -> tuple[Grid, ...]:
    """The answers that the misconception leads to, as a student would type them.

    A formula that gives one number where there are several blanks is an answer to each of them, and
    the others are right.
    """
    if of.change:
        return tuple(CHANGES[of.change](goal.model))
    if of.choice:
        wrong = [k for k, (right,) in enumerate(goal.model) if right != of.choice]
        return tuple(_with(goal.model, row, of.choice) for row in wrong)
    if of.own:
        codes = goal.case.problem.codes
        place = {True: of.within, False: of.between}
        rows = range(len(codes))
        texts = [
            [of.own if i == k else place[bool(codes[i] == codes[k])] for k in rows] for i in rows
        ]
        if not goal.exercise.symbols:
            shown = {
                text: figure(float(worth(read(text).tree, goal.wide[0])))  # type: ignore[arg-type]
                for text in (of.own, of.within, of.between)
            }
            texts = [[shown[text] for text in row] for row in texts]
        return (tuple(map(tuple, texts)),)
    if goal.exercise.kind == "formula":
        return tuple(_with(goal.model, row, of.formula) for row in range(len(goal.model)))
    value = _worked_out(of, goal)[0]
    if isinstance(value, np.ndarray) and value.shape == goal.shape:
        return (tuple(tuple(figure(float(v)) for v in row) for row in value),)
    if isinstance(value, np.ndarray):
        return ()
    text = figure(float(value))  # type: ignore[arg-type]
    return tuple(_with(goal.model, row, text) for row in range(len(goal.model)))


@lru_cache(maxsize=REMEMBERED)
def _worked_out(of: Misconception, goal: Target) -> tuple[Value, ...]:
    """What its formula gives at each point."""
    tree = read(of.formula, WHOLE).tree
    return tuple(worth(tree, point) for point in goal.wide)


def _with(model: Grid, row: int, text: str) -> Grid:
    return tuple((text,) if i == row else line for i, line in enumerate(model))


def recognised(goal: Target, got: list[Worths], filled: Grid) -> Misconception | None:
    """The misconception that explains an answer, if one of the exercise's does.

    Parameters
    ----------
    goal : Target
    got : list of Worths
        The student's values at each point; an unread cell is nan.
    filled : Grid
        What was typed, for its shape.
    """
    shape = (len(filled), len(filled[0]))
    for name in goal.exercise.misconceptions:
        of = misconceptions()[name]
        try:
            if _chosen(of, goal, filled) if of.choice else _explains(of, goal, got, shape):
                return of
        except Refusal:
            continue
    return None


def _chosen(of: Misconception, goal: Target, filled: Grid) -> bool:
    return any(
        row != right and row[0] == of.choice for row, right in zip(filled, goal.model, strict=False)
    )


def _explains(of: Misconception, goal: Target, got: list[Worths], shape: tuple[int, int]) -> bool:
    if not (of.change or of.own):
        return _formula_explains(of, goal, got, shape)
    for grid in mistaken(of, goal):
        if (len(grid), len(grid[0])) != shape or grid == goal.model:
            continue
        wanted = goal.worths(grid)
        if all(_alike(goal, one, two) for one, two in zip(got, wanted, strict=True)):
            return True
    return False


def _formula_explains(
    of: Misconception, goal: Target, got: list[Worths], shape: tuple[int, int]
) -> bool:
    if shape != goal.shape:
        return False
    values = _worked_out(of, goal)
    whole = [spread(value) for value in values]
    is_whole = goal.exercise.kind != "formula" and (len(whole[0]), len(whole[0][0])) == shape
    if is_whole:
        right = all(_alike(goal, a, b) for a, b in zip(whole, goal.values, strict=True))
        return not right and all(_alike(goal, a, b) for a, b in zip(got, whole, strict=True))
    for i in range(shape[0]):
        mine = [at[i][0] for at in got]
        truth = [at[i][0] for at in goal.values]
        alike = all(same(a, b, _tolerance(goal)) for a, b in zip(mine, values, strict=True))
        if alike and not goal.agrees(mine, truth):
            return True
    return False


def _alike(goal: Target, one: Worths, two: Worths) -> bool:
    cells: list[tuple[Value, Value]] = [
        pair for rows in zip(one, two, strict=True) for pair in zip(*rows, strict=True)
    ]
    return all(same(a, b, _tolerance(goal)) for a, b in cells)


def _tolerance(goal: Target) -> float:
    """That of the exercise; a wrong number need not be whole where the right one happens to be."""
    mathematics = goal.exercise.symbols or goal.exercise.kind == "formula"
    return goal.tolerance if mathematics else max(goal.tolerance, ROUNDED)
