"""What follows from a student's own earlier answers: a right method on a wrong number is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np

from solver.errors import Refusal
from solver.practice.exercise import Grid
from solver.practice.expressions import read
from solver.practice.targets import WHOLE, Target, Understood, Worths, spread
from solver.practice.values import Point, Value, worth


def followed_within(goal: Target, cells: Sequence[Understood]) -> dict[int, Value]:
    """The values of blanks by the student's own other blanks, by their rows."""
    own = {f"a_{k + 1}": cell.values[0] for k, cell in enumerate(cells) if cell.values}
    found: dict[int, Value] = {}
    for place, formula in goal.exercise.follows.items():
        with suppress(Refusal):
            point = Point({**goal.wide[0].values, **own})
            found[int(place) - 1] = worth(read(formula, WHOLE).tree, point)
    return found


def followed(goal: Target, earlier: Mapping[str, tuple[Target, Grid]]) -> list[Worths] | None:
    """The values that the formula gives with the student's own earlier answers in it.

    None where no earlier answer goes into it, or one cannot be read.
    """
    exercise = goal.exercise
    if not exercise.formula or not exercise.uses or goal.exercise.symbols:
        return None
    if not any(place.partition(":")[0] in earlier for place in exercise.uses.values()):
        return None
    try:
        values = dict(goal.wide[0].values)
        for name, place in exercise.uses.items():
            values |= own_value(name, place, earlier)
        return [spread(worth(read(exercise.formula, WHOLE).tree, Point(values)))]
    except Refusal:
        return None


def own_value(
    name: str, place: str, earlier: Mapping[str, tuple[Target, Grid]]
) -> dict[str, Value]:
    """What a letter is worth by the answer to an earlier exercise; nothing where there is none."""
    id_, _, row = place.partition(":")
    if id_ not in earlier:
        return {}
    goal, grid = earlier[id_]
    full = tuple(
        tuple(
            m if (i, j) in goal.given else text
            for j, (m, text) in enumerate(zip(*pair, strict=True))
        )
        for i, pair in enumerate(zip(goal.model, grid, strict=True))
    )
    values = np.array(goal.worths(full)[0], float)
    if not row:
        return {name: values}
    value = float(values[int(row) - 1, 0])
    if name in ("σ²", "τ²"):
        if value < 0:
            raise Refusal("A variance is not negative.")
        return {name[0]: float(np.sqrt(value))}
    return {name: value}
