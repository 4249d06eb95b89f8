"""What the right answer to an exercise is, computed, and what a given answer is worth beside it."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np

from solver.errors import Refusal
from solver.formatting import MINUS
from solver.lessons import practice_words
from solver.moments import Floats
from solver.practice.cases import Case, letters
from solver.practice.exercise import Exercise, Grid
from solver.practice.expressions import Name, read
from solver.practice.quantities import QUANTITIES, SYMBOLIC, figure
from solver.practice.tokens import WORDS
from solver.practice.values import Identity, Point, Value, rational, same, worth

POINTS = 3
"""Random points at which expressions must agree."""

SIZES = {"n": 6, "p": 2, "J": 3, "m": 4, "q": 5}
"""Shapes of the random matrices that formulas are tried on; no two alike."""

WHOLE = ("E(v)", "V(v)", "Var(v)", "E(y)", "V(y)", "E(a)")
"""Names with brackets that stand for one thing."""

Worths = list[list[Value]]

_SHAPE = re.compile(r"\b(\d+) × (\d+)\b")


@dataclass(frozen=True)
class Understood:
    """One cell as it was read: its text and its values, or why it was not read."""

    text: str
    values: tuple[Value, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, eq=False)
class Target:
    """The right answer.

    Attributes
    ----------
    exercise : Exercise
    case : Case
    labels : tuple of str
        What the blanks are called; empty for a matrix.
    options : tuple of str
        What there is to choose from.
    model : Grid
        The right answer as a student would type it.
    """

    exercise: Exercise
    case: Case
    labels: tuple[str, ...]
    options: tuple[str, ...]
    model: Grid
    _understood: dict[str, Understood] = field(default_factory=dict, repr=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.model), len(self.model[0])

    @cached_property
    def given(self) -> frozenset[tuple[int, int]]:
        """Cells that stand there already."""
        rule = self.exercise.given
        return frozenset(
            (i, j)
            for i, row in enumerate(self.model)
            for j, text in enumerate(row)
            if (rule == "zeros" and text == "0") or (rule == "first_row" and i == 0)
        )

    def place(self, i: int, j: int) -> str:
        """What a cell is called in a sentence."""
        if self.labels:
            return self.labels[i].removesuffix("=").rstrip()
        return str(practice_words()["marking"]["cell"]).format(row=i + 1, column=j + 1)

    def size(self, value: Value) -> str:
        """How large a value is, in the letters of the model where sizes are tried out."""
        words = practice_words()["marking"]
        if isinstance(value, np.ndarray):
            rows, columns = value.shape
            return self._of_any_size(words["matrix"].format(rows=rows, columns=columns))
        return str(words["number"])

    @property
    def shown(self) -> list[tuple[str, Grid]]:
        """The matrices that stand below the question: their names and entries."""
        step = self.case.step(self.exercise.step, self.exercise.start)
        matrices = [step.matrix(name) for name in self.exercise.shows]
        return [(m.name, _aligned(m.dense())) for m in matrices]

    @property
    def read_as_mathematics(self) -> bool:
        """Whether the cells are numbers or expressions, not words to choose."""
        kind = self.exercise.kind
        return kind in ("matrix", "number", "formula") or (kind == "predict" and not self.options)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """What a student's letters stand for."""
        exercise = self.exercise
        if exercise.kind == "formula":
            return tuple(_formula_point(k, exercise.names) for k in range(POINTS))
        if exercise.symbols:
            return tuple(Point(_variances(k), free=k, letters=self.letters) for k in range(POINTS))
        return (Point({}),)

    @cached_property
    def letters(self) -> dict[str, str]:
        """The letters with an index in the right answer, each with an example."""
        names = [text for row in self.model for text in row if _indexed(text)]
        trees = [read(text).tree for text in names]
        found: dict[str, str] = {}
        for text, tree in zip(names, trees, strict=True):
            assert isinstance(tree, Name)
            letter, _, index = tree.name.partition("_")
            typed = next((word for word, sign in WORDS.items() if sign == letter), "")
            shown = f"{text} (typed {typed}_{index})" if typed else text
            found.setdefault(letter, shown)
        return found

    @cached_property
    def wide(self) -> tuple[Point, ...]:
        """What the letters of formulas stand for, at the same points."""
        if self.exercise.kind == "formula":
            return tuple(_formula_point(k, ()) for k in range(POINTS))
        known = self.case.letters(self.exercise)
        return tuple(Point({**known, **point.values}) for point in self.points)

    @cached_property
    def values(self) -> list[Worths]:
        """The right values at each point; none where words are chosen."""
        if not self.read_as_mathematics:
            return []
        return self.worths(self.model)

    @cached_property
    def exact(self) -> bool:
        """Whether all right values are whole numbers or symbols."""
        if self.exercise.kind == "formula" or self.exercise.symbols:
            return True
        if self.exercise.foretells:
            return False
        return all(float(v).is_integer() for row in self.values[0] for v in row)  # type: ignore[arg-type]

    @cached_property
    def tolerance(self) -> float:
        """Relative tolerance of a cell."""
        return 1e-9 if self.exact else self.exercise.tolerance

    def worths(self, grid: Sequence[Sequence[str]]) -> list[Worths]:
        """The values of all cells, at each point.

        Raises
        ------
        Refusal
            When one cannot be read.
        """
        cells = [[self._worth(text) for text in row] for row in grid]
        return [[[cell[k] for cell in row] for row in cells] for k in range(len(self.points))]

    def _worth(self, text: str) -> tuple[Value, ...]:
        cell = self.understand(text)
        if not cell.values:
            raise Refusal(cell.trouble or "Nothing stands here yet.")
        return cell.values

    def understand(self, typed: str) -> Understood:
        """What a cell is understood as, and what it is worth at the exercise's points."""
        if typed not in self._understood:
            self._understood[typed] = self._read(typed.strip())
        return self._understood[typed]

    def _read(self, typed: str) -> Understood:
        if not typed or not self.read_as_mathematics:
            return Understood(typed)
        try:
            expression = read(typed, WHOLE)
            values = tuple(worth(expression.tree, point) for point in self.points)
        except Refusal as refusal:
            return Understood("", trouble=self._of_any_size(str(refusal)))
        return Understood(expression.text, values)

    def _of_any_size(self, said: str) -> str:
        """A sentence about shapes with n, p and J for the sizes that formulas are tried on."""
        if self.exercise.kind != "formula":
            return said
        letters = {str(size): letter for letter, size in SIZES.items()}
        said = _SHAPE.sub(
            lambda found: " × ".join(letters.get(size, size) for size in found.groups()), said
        )
        return re.sub(r"\ba (?=[mn] ×)", "an ", said)

    def agrees(self, got: Sequence[Value], wanted: Sequence[Value]) -> bool:
        """Whether a cell's values agree at every point."""
        return all(same(one, two, self.tolerance) for one, two in zip(got, wanted, strict=True))


def target(exercise: Exercise, case: Case) -> Target:
    """The right answer to an exercise on its data."""
    options = exercise.options
    if any("{" in text for text in options):
        facts = case.facts(exercise)
        options = tuple(text.format_map(facts) for text in options)
    if exercise.answer and exercise.answer not in QUANTITIES:
        return Target(exercise, case, _row_names(exercise, case), (), _matrix(exercise, case))
    if exercise.answer:
        rows = QUANTITIES[exercise.answer](case, exercise)
        if exercise.options == ("{groups}",):
            options = case.problem.group_labels
        labels = exercise.labels or tuple(rows)
        return Target(exercise, case, labels, options, tuple((text,) for text in rows.values()))
    labels = exercise.labels or tuple(str(k + 1) for k in range(len(exercise.right)))
    return Target(exercise, case, labels, options, tuple((text,) for text in exercise.right))


def _row_names(exercise: Exercise, case: Case) -> tuple[str, ...]:
    if exercise.asks_shape:
        return ()
    if exercise.labels:
        return exercise.labels
    m = case.step(exercise.step, exercise.start).matrix(exercise.answer)
    letter = exercise.title if m.column_kind != "one" else m.letter
    names = m.row_labels()
    if m.row_kind == "fixed effect":
        names = [str(k) for k in range(len(names))]
    return tuple(f"{letter}_{name}" for name in names)


def _matrix(exercise: Exercise, case: Case) -> Grid:
    if exercise.answer in SYMBOLIC:
        cells = SYMBOLIC[exercise.answer].entries(case)
        return tuple(tuple(read(text).text for text in row) for row in cells)
    matrix = case.step(exercise.step, exercise.start).matrix(exercise.answer)
    if exercise.symbols:
        return tuple(tuple(read(text).text for text in row) for row in matrix.symbols())
    return tuple(tuple(figure(float(value)) for value in row) for row in matrix.dense())


def _indexed(text: str) -> bool:
    """Whether a right cell is one letter with an index, such as u_5."""
    tree = read(text).tree
    return isinstance(tree, Name) and "_" in tree.name


def _aligned(values: Floats) -> Grid:
    """Entries with as many decimals as give the largest five digits."""
    decimals = max(4 - math.floor(math.log10(max(float(np.abs(values).max()), 1e-300))), 0)
    return tuple(
        tuple(f"{value:.{decimals}f}".replace("-", MINUS) for value in row) for row in values
    )


def _variances(k: int) -> dict[str, Value]:
    source = random.Random(f"variances/{k}")
    return {"σ": rational(source), "τ": rational(source)}


@cache
def _formula_point(k: int, names: tuple[str, ...]) -> Point:
    """Random matrices of the shapes that the letters have; only ``names``, if there are any."""
    source = np.random.default_rng(k)
    n, p, J, m, q = SIZES.values()
    Z = np.zeros((n, J))
    Z[np.arange(n), [0, 1, 1, 2, 2, 2]] = 1
    X = np.column_stack([np.ones(n), source.normal(size=n)])
    sigma2, tau2 = source.uniform(0.5, 3, 2)

    def column(size: int) -> np.ndarray:
        return source.normal(size=(size, 1))

    def symmetric(size: int) -> np.ndarray:
        square = source.normal(size=(size, size))
        return square @ square.T + np.eye(size)

    values = letters(column(n)[:, 0], X, Z, column(p)[:, 0], column(J)[:, 0], sigma2, tau2)
    values |= {
        "ε": column(n), "I": Identity(1.0), "A": source.normal(size=(q, m)), "v": column(m),
        "E(v)": column(m), "V(v)": symmetric(m), "w": column(J), "E(y)": column(n),
        "β̂": values["β"], "û": column(J), "π": float(np.pi), "a": column(q), "b": column(m),
        "μ_a": column(q), "μ_b": column(m), "Σ_a": symmetric(q), "Σ_b": symmetric(m),
        "Σ_ab": source.normal(size=(q, m)), "k": 1.7, "n_j": 4.0, "λ_j": 0.6, "r̄_j": 2.3,
        "ȳ_j": 5.1,
    }  # fmt: skip
    values["Var(v)"] = values["V(v)"]
    for name in names:
        if name not in values:
            raise Refusal(f"{name} is no letter here. There are: {', '.join(values)}.")
    if names:
        values = {name: values[name] for name in dict.fromkeys((*names, "I"))}
    return Point(values)


def spread(value: Value) -> Worths:
    """A value as rows of cells."""
    if isinstance(value, np.ndarray):
        return [[float(cell) for cell in row] for row in value]
    return [[value]]
