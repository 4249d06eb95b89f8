"""The words: what each step, symbol and outcome is called, read from ``assets/lessons/``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from assets import ASSETS


@dataclass(frozen=True)
class StepLesson:
    """What a named step says to a reader; see the head of ``assets/lessons/steps.toml``."""

    title: str
    sentence: str
    formula: tuple[str, ...]
    latex: tuple[str, ...]
    more: str
    terms: tuple[str, ...]
    shows: tuple[str, ...]
    matrices: tuple[str, ...]


@dataclass(frozen=True)
class Symbol:
    """A quantity's symbol, name and meaning."""

    symbol: str
    name: str
    meaning: str


@cache
def step_lessons() -> dict[str, StepLesson]:
    """The lesson of each step, by the step's name."""
    return {
        name: StepLesson(
            title=entry["title"],
            sentence=entry["sentence"],
            formula=tuple(entry["formula"]),
            latex=tuple(entry["latex"]),
            more=entry["more"].strip(),
            terms=tuple(entry.get("terms", ())),
            shows=tuple(entry["shows"]),
            matrices=tuple(entry["matrices"]),
        )
        for name, entry in read_words("steps.toml").items()
    }


def step_formulas(
    name: str, start: object, algorithm: str, method: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A step's formulas as a run's start, algorithm and method make them, plain and in LaTeX.

    Under maximum likelihood V⁻¹ stands for P inside the traces.
    """
    lesson, said = step_lessons()[name], words()
    plain, latex = lesson.formula, lesson.latex
    if name == "initialize":
        kind = start if isinstance(start, str) else "given"
        plain = (plain[0], *said["start_formulas"][kind])
        latex = (latex[0], *said["start_latex"][kind])
    elif name == "update_variances":
        plain = (*plain[:-1], said["update_formulas"][algorithm])
        latex = (*latex[:-1], said["update_latex"][algorithm])
        if method == "ml":
            plain = tuple(_TRACE.sub(lambda t: t[0].replace("P", "V⁻¹"), line) for line in plain)
            latex = tuple(_TRACE.sub(lambda t: t[0].replace("P", "V^{-1}"), x) for x in latex)
    return plain, latex


_TRACE = re.compile(r"tr}?\(.*?\)")


@cache
def symbols() -> dict[str, Symbol]:
    """The glossary, by the names that the code uses."""
    return {name: Symbol(**entry) for name, entry in read_words("symbols.toml").items()}


@cache
def words() -> dict[str, dict[str, Any]]:
    """Short words by kind: methods, algorithms, outcomes, trials, refused, rules, starts."""
    return read_words("words.toml")


@dataclass(frozen=True)
class Head:
    """What stands at the head of a column or row of results, and what the number is."""

    name: str
    meaning: str


@cache
def result_words(method: str) -> dict[str, Head]:
    """The words of the results, by the quantities' names, for a fit by "reml" or "ml"."""
    said = words()["methods"][method]
    gaps = {"loglik": said["loglik"], "method": said["name"]}
    return {
        key: Head(entry["name"].format(**gaps), entry["meaning"].format(**gaps))
        for key, entry in read_words("results.toml").items()
    }


@cache
def sentence_templates() -> dict[str, dict[str, Any]]:
    """The sentences about results, with their gaps; see ``assets/lessons/sentences.toml``."""
    return read_words("sentences.toml")


@cache
def account_words() -> dict[str, dict[str, Any]]:
    """What is said of a number that is explained; see ``assets/lessons/accounts.toml``."""
    return read_words("accounts.toml")


@cache
def practice_words() -> dict[str, dict[str, Any]]:
    """What practice says: about marks, sheets and hand-in files."""
    return read_words("practice.toml")


@dataclass(frozen=True)
class TourStop:
    """A stop of the tour; see the head of ``assets/lessons/tour.toml``."""

    at: str
    heading: str
    text: str
    waits: str = ""


@cache
def tour_stops() -> tuple[TourStop, ...]:
    """The stops of the tour, in their order."""
    return tuple(TourStop(**entry) for entry in read_words("tour.toml")["stop"])


def read_words(name: str) -> dict[str, Any]:
    """A file of ``assets/lessons/``."""
    with (ASSETS / "lessons" / name).open("rb") as file:
        return tomllib.load(file)
