"""A practice sheet to print, and its key, from the same seed: set by Typst, which works offline."""

from __future__ import annotations

import random
from collections.abc import Container, Iterable, Sequence
from itertools import chain
from pathlib import Path
from unicodedata import category

from assets import ASSETS
from solver.errors import Refusal
from solver.formatting import number
from solver.lessons import practice_words
from solver.practice.cases import Case, case
from solver.practice.content import chapters
from solver.practice.exercise import Exercise
from solver.practice.secrets import given_away
from solver.practice.solution import INDEX, question, solution
from solver.practice.targets import Target, target
from solver.practice.typst_math import typst_math

ON_PAPER = ("matrix", "number", "formula", "choose", "order", "words")
"""Kinds that make sense on paper: a prediction is spoilt by what follows."""


GAP = "\u2009______\u2009"
"""What stands for a number that the reader has worked out before."""


def chosen(names: Sequence[str] = ()) -> list[Exercise]:
    """The exercises of a sheet: those of the chapters or ids named, or all that fit on paper.

    Raises
    ------
    Refusal
        When a name is neither.
    """
    known = {chapter.short_name: chapter.exercises for chapter in chapters()}
    every = list(chain.from_iterable(known.values()))
    known |= {each.id: (each,) for each in every}
    for name in names:
        if name not in known:
            titles = ", ".join(c.short_name for c in chapters())
            raise Refusal(f"There is no chapter or exercise '{name}'. The chapters are: {titles}.")
    if names:
        return list(dict.fromkeys(chain.from_iterable(known[name] for name in names)))
    return [each for each in every if each.kind in ON_PAPER]


def as_pdf(exercises: Sequence[Exercise], seed: int, key: bool) -> bytes:
    """The sheet, or its key, as PDF."""
    import typst

    written: bytes = typst.compile(as_source(exercises, seed, key).encode())
    return written


def as_source(exercises: Sequence[Exercise], seed: int, key: bool) -> str:
    """The sheet as Typst reads it; every text of it is a quoted string."""
    words = practice_words()["sheet"]
    style = (ASSETS / "exports" / "sheet.typ").read_text(encoding="utf-8")
    asked = {each.id for each in exercises}
    parts = [_call("sheet-head", words["key" if key else "title"].format(seed=seed),
                   words["under"], "" if key else words["name"],
                   words["made"].format(seed=seed))]  # fmt: skip
    chapter, family = "", ""
    titles = {each.name: each.title for each in chapters()}
    for k, exercise in enumerate(exercises):
        goal = target(exercise, case(exercise.data, seed))
        if exercise.chapter != chapter:
            chapter = exercise.chapter
            parts.append(_call("chapter", titles.get(chapter, "")))
            family = ""
        if exercise.data not in ("none", family):
            family = exercise.data
            parts.append(_data(goal.case, words))
        hidden = () if key else _hidden(goal, asked)
        parts.append(_exercise(goal, k + 1, key, hidden))
    made = _quoted(words["made"].format(seed=seed))
    return f"{style}\n#show: pages.with(made: {made})\n" + "\n".join(parts) + "\n"


def _data(of: Case, words: dict[str, str]) -> str:
    p = of.problem
    heads = (p.group, of.predictor, p.response)
    rows = [
        (p.group_labels[code], number(float(p.X[i, 1])), number(float(p.y[i])))
        for i, code in enumerate(p.codes)
    ]
    caption = words["data"].format(seed=of.seed, J=p.J, group=p.group)
    return f"#data({_array(map(_quoted, heads))}, {_grid(rows)}, {_quoted(caption)})"


def _hidden(goal: Target, asked: Container[str]) -> list[str]:
    """Placeholders of the question that another question of the sheet asks for."""
    return [name for name, ids in given_away(goal).items() if any(id_ in asked for id_ in ids)]


def _exercise(goal: Target, place: int, key: bool, hidden: Container[str]) -> str:
    exercise = goal.exercise
    ask = _rich(question(goal, hidden, GAP))
    head = f"#question({_quoted(str(place))}, {_rich(exercise.title)}, {ask})"
    if exercise.plain:
        head += f"\n#given({_array(map(_formula, exercise.plain))})"
    for name, rows in goal.shown:
        head += f"\n#matrix({_quoted(f'{name} =')}, none, {_cells(rows)})"
    if key:
        lines = _array(map(_rich, solution(goal)))
        return f"#whole[{head}\n{_answer(goal, goal.model)}\n#because({lines})]"
    blank = tuple(tuple(m if (i, j) in goal.given else "" for j, m in enumerate(row))
                  for i, row in enumerate(goal.model))  # fmt: skip
    room = "\n#room" if exercise.kind == "number" and exercise.formula else ""
    return f"#whole[{head}\n{_answer(goal, blank)}{room}]"


def _answer(goal: Target, cells: Iterable[Iterable[str]]) -> str:
    words, exercise = practice_words(), goal.exercise
    grid = tuple(map(tuple, cells))
    filled = any(map(any, grid))
    if exercise.asks_shape:
        shape = f"{goal.shape[0]} × {goal.shape[1]}" if filled else ""
        drawn = filled or goal.given
        rows = _cells(grid if drawn else ())
        return f"#matrix({_quoted(words['sheet']['shape'])}, {_quoted(shape)}, {rows})"
    texts = [row[0] for row in grid]
    if exercise.kind == "order":
        mixed = list(goal.options)
        random.Random(goal.case.seed).shuffle(mixed)
        marks = [str(goal.options.index(text) + 1) if filled else "" for text in mixed]
        return f"#order({_array(map(_quoted, mixed))}, {_array(map(_quoted, marks))})"
    if exercise.by_words:
        return f"#words({_rich(texts[0]) if filled else chr(34) * 2})"
    labels, options = _array(map(_formula, goal.labels)), _array(map(_rich, goal.options))
    wide = str(exercise.kind == "formula").lower()
    answers = _array(_formula(text) if text else '""' for text in texts)
    return f"#blanks({labels}, {answers}, {options}, {wide})"


def _call(name: str, *texts: str) -> str:
    return f"#{name}({', '.join(map(_quoted, texts))})"


def _grid(rows: Iterable[Iterable[str]]) -> str:
    return _array(_array(map(_quoted, row)) for row in rows)


def _cells(rows: Iterable[Iterable[str]]) -> str:
    """The entries of a matrix; an empty one is a place to write into."""
    return _array(_array(_formula(text) if text else '""' for text in row) for row in rows)


def _formula(text: str) -> str:
    """A formula with real fractions, or a text where it is none."""
    return typst_math(text) or _rich(text)


def _array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def _rich(text: str) -> str:
    """A text whose indices, such as that of y_ji, are set low."""
    parts = INDEX.split(text)
    calls = (f"{'sub' if k % 2 else 'text'}({_quoted(part)})" for k, part in enumerate(parts))
    return f"({' + '.join(calls)})"


def _quoted(text: str) -> str:
    """A text as a string of Typst's."""
    safe = "".join(c if category(c) not in ("Cc", "Cs", "Cn") else " " for c in text)
    for sign, written in (("\\", "\\\\"), ('"', '\\"')):
        safe = safe.replace(sign, written)
    return f'"{safe}"'


def write(path: Path, content: bytes) -> None:
    """Write a file.

    Raises
    ------
    Refusal
        When it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.") from None
