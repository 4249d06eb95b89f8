"""How much is shown: everything, or what a first course needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from solver.lessons import StepLesson, read_words, step_formulas, step_lessons, words


@dataclass(frozen=True, eq=False)
class Course:
    """What the window says and shows; see the head of ``assets/lessons/simple.toml``.

    Attributes
    ----------
    simple : whether it is a first course
    lessons : what each step says, by the step's name
    outcomes : why a run ended, by the outcome's name
    hidden_panes : panes that are not shown
    matrices : the only ones that are offered; empty for all
    hidden_symbols : entries of the glossary that are left out
    algorithm : what is said in place of an unusual algorithm's name; empty for the name
    update : the update of the variances in words; empty where it has formulas
    """

    simple: bool
    lessons: Mapping[str, StepLesson]
    outcomes: Mapping[str, str]
    hidden_panes: frozenset[str] = frozenset()
    matrices: tuple[str, ...] = ()
    hidden_symbols: frozenset[str] = frozenset()
    algorithm: str = ""
    update: Mapping[str, str] = field(default_factory=dict)
    keeps_out: re.Pattern[str] | None = None

    def offers(self, matrix: str) -> bool:
        """Whether a matrix can be looked at."""
        return not self.matrices or matrix in self.matrices

    def allows(self, text: str) -> bool:
        """Whether a text says nothing that is kept out."""
        return self.keeps_out is None or not self.keeps_out.search(text)

    def formulas(
        self, name: str, start: object, algorithm: str, method: str
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A step's formulas, plain and in LaTeX, as :func:`solver.lessons.step_formulas` does."""
        plain, latex = step_formulas(name, start, algorithm, method)
        lesson, whole = self.lessons[name], step_lessons()[name]
        if lesson.formula != whole.formula:
            plain = _filled(lesson.formula, words()["methods"][method]["loglik"])
        if lesson.latex != whole.latex:
            latex = _filled(lesson.latex, r"\ell_R" if method == "reml" else r"\ell")
        return plain, latex


@cache
def whole_course() -> Course:
    """Everything there is."""
    return Course(False, step_lessons(), words()["outcomes"])


@cache
def first_course() -> Course:
    """What a first course needs."""
    said = read_words("simple.toml")
    lessons = {
        name: replace(lesson, **{key: _value(item) for key, item in said["steps"][name].items()})
        for name, lesson in step_lessons().items()
    }
    return Course(
        simple=True,
        lessons=lessons,
        outcomes=words()["outcomes"] | said["outcomes"],
        hidden_panes=frozenset(said["panes"]),
        matrices=tuple(said["matrices"]),
        hidden_symbols=frozenset(said["symbols"]),
        algorithm=said["algorithm"],
        update=said["update"],
        keeps_out=re.compile(rf"\b({'|'.join(map(re.escape, said['keeps_out']))})\b"),
    )


def _value(item: Any) -> Any:
    return item.strip() if isinstance(item, str) else tuple(item)


def _filled(lines: tuple[str, ...], loglik: str) -> tuple[str, ...]:
    return tuple(line.replace("{loglik}", loglik) for line in lines)
