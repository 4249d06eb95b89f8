"""Marks an answer cell by cell; empty is not wrong, and what follows from an own answer counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from solver.lessons import practice_words
from solver.practice.exercise import Grid
from solver.practice.expressions import Name, read
from solver.practice.following import followed, followed_within
from solver.practice.misconceptions import recognised
from solver.practice.quantities import SYMBOLIC
from solver.practice.targets import Target, Understood, Worths
from solver.practice.values import Identity, Value, same


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
        for i, value in followed_within(goal, [row[0] for row in cells]).items():
            if verdicts[i][0] is Verdict.WRONG and goal.agrees(cells[i][0].values, [value]):
                verdicts[i][0] = Verdict.FOLLOWS
    if _count(verdicts, Verdict.FOLLOWS):
        said.append(words["follows"])
    said += _troubles(goal, cells)
    found = None
    if _count(verdicts, Verdict.WRONG) and not goal.exercise.foretells:
        found = recognised(goal, _values(goal, cells), answer)
        said += [found.says] if found else []
    if not found:
        said += _nearly(goal, cells, verdicts)
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
    """Why cells cannot be read, each reason once, with the first place."""
    found: dict[str, str] = {}
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            if cell.trouble:
                found.setdefault(cell.trouble, f"{goal.place(i, j)}: {cell.trouble}")
    return list(found.values())


NEAR = 0.05
"""Relative distance up to which a wrong number is called near."""


def _nearly(
    goal: Target, cells: list[list[Understood]], verdicts: list[list[Verdict]]
) -> list[str]:
    """What is said of the first wrong cell of which something can be said."""
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            if verdicts[i][j] is Verdict.WRONG and cell.values:
                said = _of_wrong(goal, cell, i, j)
                if said:
                    return [said]
    return []


def _of_wrong(goal: Target, cell: Understood, i: int, j: int) -> str:
    """Of a number that is near, an index that is another, a formula of another size."""
    words, exercise = practice_words()["marking"], goal.exercise
    where, typed = goal.place(i, j), cell.text
    wanted = [at[i][j] for at in goal.values]
    if exercise.answer in SYMBOLIC and _same_letter(typed, goal.model[i][j]):
        first = next(text for row in goal.model for text in row if _same_letter(text, typed))
        like = words[f"index_{SYMBOLIC[exercise.answer].counts}"].format(first=first)
        return str(words["index"]).format(where=where, typed=typed, model_like=like)
    if exercise.kind in ("number", "matrix") and not goal.exact:
        near = all(same(a, b, NEAR) for a, b in zip(cell.values, wanted, strict=True))
        return str(words["near"]).format(where=where, typed=typed) if near else ""
    if exercise.kind == "formula" and not isinstance(cell.values[0], Identity):
        got, right = goal.size(cell.values[0]), goal.size(wanted[0])
        if got != right:
            return str(words["size"]).format(where=where, typed=typed, got=got, wanted=right)
    return ""


def _same_letter(one: str, other: str) -> bool:
    """Whether both are one letter with an index, and the letter is the same."""
    trees = [read(text).tree for text in (one, other)]
    if not all(isinstance(tree, Name) and "_" in tree.name for tree in trees):
        return False
    first, second = (tree.name.partition("_")[0] for tree in trees if isinstance(tree, Name))
    return first == second


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
