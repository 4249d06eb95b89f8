"""Marks an answer cell by cell; empty is not wrong, and what follows from an own answer counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from solver.lessons import practice_words
from solver.practice.exercise import Grid
from solver.practice.misconceptions import recognised
from solver.practice.targets import Target, Understood, Worths, followed
from solver.practice.values import Value


class Verdict(StrEnum):
    """What a cell is."""

    RIGHT = "right"
    FOLLOWS = "follows"
    WRONG = "wrong"
    EMPTY = "empty"
    GIVEN = "given"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Marked:
    """An answer with its marks.

    Attributes
    ----------
    verdicts : rows of Verdict
    understood : Grid
        What each cell was understood as.
    said : tuple of str
        Sentences for the student.
    misconception : str
        The name of the one recognised, or nothing.
    points, of : int
        Blanks that are right, and blanks that there are; 0 of 0 where the student compares.
    own_points, own_of : float, int
        The student's own mark of an answer in words, and the parts that it had.
    """

    verdicts: tuple[tuple[Verdict, ...], ...]
    understood: Grid
    said: tuple[str, ...]
    misconception: str
    points: int
    of: int
    own_points: float = 0
    own_of: int = 0

    @property
    def full(self) -> bool:
        """Whether every blank is right."""
        return self.points == self.of

    @property
    def complete(self) -> bool:
        """Whether no blank is empty."""
        return not any(Verdict.EMPTY in row for row in self.verdicts)


def mark(
    goal: Target, answer: Grid, earlier: Mapping[str, tuple[Target, Grid]] | None = None
) -> Marked:
    """Mark an answer.

    Parameters
    ----------
    goal : Target
        The right answer.
    answer : Grid
        What was typed; cells that were given may be empty.
    earlier : mapping, optional
        The student's answers to other exercises on the same data, by their ids.
    """
    words = practice_words()["marking"]
    blanks = goal.shape[0] * goal.shape[1] - len(goal.given)
    if goal.exercise.by_words:
        written = any(text.strip() for row in answer for text in row)
        return Marked((), answer, () if written else (words["nothing"],), "", 0, 0)
    if not answer or not answer[0] or any(len(row) != len(answer[0]) for row in answer):
        return Marked((), (), (words["nothing"],), "", 0, blanks)
    if (len(answer), len(answer[0])) != goal.shape:
        return _of_another_shape(goal, answer, blanks)
    cells = [[goal.understand(text) for text in row] for row in _filled(goal, answer)]
    verdicts = _verdicts(goal, cells, goal.values)
    said: list[str] = []
    if _count(verdicts, Verdict.WRONG):
        own = followed(goal, earlier or {})
        if own is not None and [len(own[0]), len(own[0][0])] == [*goal.shape]:
            verdicts = _following(verdicts, _verdicts(goal, cells, own))
    if _count(verdicts, Verdict.FOLLOWS):
        said.append(words["follows"])
    said += _troubles(goal, cells)
    found = None
    if _count(verdicts, Verdict.WRONG) and goal.read_as_mathematics:
        found = recognised(goal, _values(goal, cells), answer)
        said += [found.says] if found else []
    points = _count(verdicts, Verdict.RIGHT) + _count(verdicts, Verdict.FOLLOWS)
    return Marked(
        tuple(map(tuple, verdicts)),
        tuple(tuple(cell.text for cell in row) for row in cells),
        tuple(said),
        found.name if found else "",
        points,
        blanks,
    )


def _filled(goal: Target, answer: Grid) -> list[list[str]]:
    """The answer with the cells that were given."""
    return [
        [goal.model[i][j] if (i, j) in goal.given else text for j, text in enumerate(row)]
        for i, row in enumerate(answer)
    ]


def _verdicts(
    goal: Target, cells: list[list[Understood]], wanted: list[Worths]
) -> list[list[Verdict]]:
    return [
        [
            Verdict.GIVEN if (i, j) in goal.given else _verdict(goal, cell, i, j, wanted)
            for j, cell in enumerate(row)
        ]
        for i, row in enumerate(cells)
    ]


def _verdict(goal: Target, cell: Understood, i: int, j: int, wanted: list[Worths]) -> Verdict:
    if cell.trouble:
        return Verdict.UNREADABLE
    if not cell.text:
        return Verdict.EMPTY
    if not goal.read_as_mathematics:
        return Verdict.RIGHT if cell.text == goal.model[i][j] else Verdict.WRONG
    right = goal.agrees(cell.values, [at[i][j] for at in wanted])
    return Verdict.RIGHT if right else Verdict.WRONG


def _following(verdicts: list[list[Verdict]], own: list[list[Verdict]]) -> list[list[Verdict]]:
    return [
        [
            Verdict.FOLLOWS if one is Verdict.WRONG and two is Verdict.RIGHT else one
            for one, two in zip(*rows, strict=True)
        ]
        for rows in zip(verdicts, own, strict=True)
    ]


def _troubles(goal: Target, cells: list[list[Understood]]) -> list[str]:
    """A sentence for each cell that cannot be read, with its place."""
    words = practice_words()["marking"]
    found = []
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            if cell.trouble:
                where = words["cell"].format(row=i + 1, column=j + 1)
                found.append(f"{goal.labels[i] if goal.labels else where}: {cell.trouble}")
    return found


def _values(goal: Target, cells: list[list[Understood]]) -> list[Worths]:
    """The values at each point; nan where a cell has none."""
    nothing: tuple[Value, ...] = (float("nan"),) * len(goal.points)
    return [
        [[(cell.values or nothing)[k] for cell in row] for row in cells]
        for k in range(len(goal.points))
    ]


def _of_another_shape(goal: Target, answer: Grid, blanks: int) -> Marked:
    """No cell of a matrix of another shape can be right; but the shape may tell why."""
    words = practice_words()["marking"]
    rows, columns = len(answer), len(answer[0])
    said = [words["shape"].format(rows=rows, columns=columns)]
    cells = [[goal.understand(text) for text in row] for row in answer]
    found = recognised(goal, _values(goal, cells), answer)
    verdicts = tuple(
        tuple(Verdict.WRONG if cell.text or cell.trouble else Verdict.EMPTY for cell in row)
        for row in cells
    )
    understood = tuple(tuple(cell.text for cell in row) for row in cells)
    said += [found.says] if found else []
    return Marked(verdicts, understood, tuple(said), found.name if found else "", 0, blanks)


def _count(verdicts: list[list[Verdict]], kind: Verdict) -> int:
    return sum(row.count(kind) for row in verdicts)
