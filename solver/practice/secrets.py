"""What a question must not give away: numbers in it that are the answers to earlier exercises."""

from __future__ import annotations

import string
from collections.abc import Callable

from solver.practice.content import chapters, exercises
from solver.practice.exercise import Exercise
from solver.practice.targets import Target, target

NUMBERS = ("sigma2", "tau2", "new_sigma2", "new_tau2", "b0", "b1")
"""Placeholders that stand for something to be worked out."""

TOLD_BY = {"tau2_moves": ("new_tau2",), "next_tau2": ("new_tau2",)}
"""Placeholders that tell what is to be foretold, though they are not the answer itself."""


def given_away(goal: Target) -> dict[str, tuple[str, ...]]:
    """The placeholders of the question that are answers, each with the exercises that ask for it.

    They are the first exercise before this one, in its chapter and on the same data, that has the
    number among its answers, and the predictions that the number would decide.
    """
    here = goal.exercise
    used = {name for _, name, _, _ in string.Formatter().parse(here.ask) if name in NUMBERS}
    facts = goal.case.facts(here)
    telling = {name: facts[name] for name in used if not _whole(facts[name])}
    found: dict[str, tuple[str, ...]] = {}
    for earlier in _before(here) if telling else ():
        answers = {text for row in target(earlier, goal.case).model for text in row}
        for name, text in telling.items():
            asked = text in answers and not any(map(_computes, found.get(name, ())))
            if asked or name in TOLD_BY.get(earlier.answer, ()):
                found[name] = (*found.get(name, ()), earlier.id)
    return found


def still_secret(goal: Target, settled: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
    """The placeholders to leave out, each with the exercises on it that are not settled.

    Who has worked a number out may see it, whatever was left to be foretold.
    """
    return {
        name: tuple(id_ for id_ in ids if not settled(id_))
        for name, ids in given_away(goal).items()
        if not all(map(settled, ids)) and not any(_computes(id_) and settled(id_) for id_ in ids)
    }


def _computes(id_: str) -> bool:
    return not exercises()[id_].foretells


def _before(here: Exercise) -> list[Exercise]:
    """The exercises of the chapter that come before one and have the same data."""
    every = next(c.exercises for c in chapters() if c.name == here.chapter)
    before = every[: every.index(exercises()[here.id])]
    return [each for each in before if each.data == here.data and not each.by_words]


def _whole(text: str) -> bool:
    return text.lstrip("−").isdigit()
