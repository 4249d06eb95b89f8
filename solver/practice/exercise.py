"""What an exercise is, and what counts as an answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from solver.state import StepName

ExerciseKind = Literal["matrix", "number", "formula", "choose", "predict", "order", "words"]

KINDS: tuple[ExerciseKind, ...] = get_args(ExerciseKind)

Family = Literal["none", "people", "line", "unequal", "mixed", "boundary", "balanced"]
"""Which data an exercise draws; ``none`` for one about letters only."""

FAMILIES: tuple[Family, ...] = get_args(Family)

Grid = tuple[tuple[str, ...], ...]
"""An answer as it was typed: rows of cells. One blank a row, where there is no matrix."""


@dataclass(frozen=True)
class Exercise:
    """One exercise, as a file in ``assets/lessons/exercises/`` declares it.

    Attributes
    ----------
    id : str
        Its name in files; unlike all others.
    kind : ExerciseKind
    title, ask : str
        ``ask`` may hold placeholders such as ``{n}``, which the data fill.
    hints : tuple of three str
        Each says more than the one before.
    solution : str
        Why the answer is what it is, with placeholders.
    data : Family
    step : StepName
        After which step of the first iteration the quantities are taken.
    start : {"moments", "given"}
        Where σ² and τ² begin; ``given`` are small whole numbers.
    answer : str
        What the solver computes: a matrix's name, or one of ``solver.practice.quantities``.
    right : tuple of str
        The right formulas, choices or order, for exercises about letters and words.
    labels : tuple of str
        What each blank is called.
    options : tuple of str
        What to choose from.
    symbols : bool
        Whether the cells are symbols, not numbers.
    given : {"", "zeros", "first_row"}
        Cells that stand there already.
    names : tuple of str
        The letters that a formula may use.
    formula : str
        How the answer comes from other quantities.
    uses : mapping
        Which of the formula's letters were the answer to an earlier exercise: its id, or ``id:2``
        for its second blank.
    follows : mapping
        How a blank comes from others of the exercise, by its number: ``{"5": "(a_2 − a_1)/a_3"}``,
        a_1 being the first blank.
    shows : tuple of str
        Matrices of the step that stand below the question.
    misconceptions : tuple of str
        Names in ``misconceptions.toml``.
    parts : tuple of str
        What a good answer in words says; the student compares each with their own.
    latex, plain : tuple of str
        Lines of a formula to show below the question, and the same in plain characters.
    tolerance : float
        Relative, for numbers that are not whole, and for numbers foretold.
    chapter, file, line : str, str, int
        Where it is from.
    """

    id: str
    kind: ExerciseKind
    title: str
    ask: str
    hints: tuple[str, ...]
    solution: str
    data: Family = "none"
    step: StepName = "initialize"
    start: Literal["moments", "given"] = "moments"
    answer: str = ""
    right: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    symbols: bool = False
    given: Literal["", "zeros", "first_row"] = ""
    names: tuple[str, ...] = ()
    formula: str = ""
    uses: Mapping[str, str] = field(default_factory=dict, hash=False)
    follows: Mapping[str, str] = field(default_factory=dict, hash=False)
    shows: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    latex: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    tolerance: float = 0.01
    chapter: str = ""
    file: str = ""
    line: int = 0

    @property
    def asks_shape(self) -> bool:
        """Whether the student says how many rows and columns there are."""
        return self.kind == "matrix"

    @property
    def by_words(self) -> bool:
        """Whether only the student can compare the answer with the model answer."""
        return self.kind == "words"

    @property
    def foretells(self) -> bool:
        """Whether the answer is a prediction: the first one counts, and then the truth is shown."""
        return self.kind == "predict"


@dataclass(frozen=True)
class Chapter:
    """The exercises of one file, in their order."""

    name: str
    title: str
    exercises: tuple[Exercise, ...]

    @property
    def short_name(self) -> str:
        """The file's name without the number that orders it: ``steps`` of ``3_steps``."""
        return self.name.lstrip("0123456789").lstrip("_") or self.name
