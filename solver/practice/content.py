"""The files of exercises: ``assets/lessons/exercises/*.toml``, and a teacher's own."""

from __future__ import annotations

import os
import re
import string
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints

from assets import ASSETS
from solver.errors import Refusal
from solver.formatting import quoted
from solver.practice.cases import HANDOUT, case
from solver.practice.exercise import FAMILIES, KINDS, Chapter, Exercise
from solver.practice.misconceptions import misconceptions
from solver.practice.targets import target
from solver.state import STEP_NAMES

FOLDER = ASSETS / "lessons" / "exercises"

OWN_FOLDER = "STEPREML_EXERCISES"
"""The environment variable that names a folder of a teacher's own exercises."""

_OURS = ("chapter", "file", "line")
_ALLOWED = {field.name for field in fields(Exercise)} - set(_OURS)
_CHOICES = {
    "kind": KINDS, "data": FAMILIES, "step": STEP_NAMES, "start": ("moments", "given"),
    "given": ("", "zeros", "first_row"),
}  # fmt: skip


@cache
def chapters() -> tuple[Chapter, ...]:
    """The chapters that come with the program, then those of the teacher's own folder.

    Raises
    ------
    Refusal
        When a file is not one of exercises, with the line and what to do.
    """
    own = os.environ.get(OWN_FOLDER)
    folders = [FOLDER, *([Path(own)] if own else [])]
    if not folders[-1].is_dir():
        raise Refusal(f"{OWN_FOLDER} names {quoted(own)}, which is not a folder.")
    found = tuple(read_chapter(path) for each in folders for path in sorted(each.glob("*.toml")))
    _check_together(found)
    return found


@cache
def exercises() -> dict[str, Exercise]:
    """All exercises by their ids, in their order."""
    return {each.id: each for chapter in chapters() for each in chapter.exercises}


def exercise(id_: str) -> Exercise:
    """The exercise of an id.

    Raises
    ------
    Refusal
        When there is none.
    """
    if id_ not in exercises():
        raise Refusal(f"There is no exercise {quoted(id_)}. There are: {', '.join(exercises())}.")
    return exercises()[id_]


def read_chapter(path: Path) -> Chapter:
    """Read a file of exercises.

    Raises
    ------
    Refusal
        When it is not one, with the line and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path.name} cannot be read: {error}.") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refusal(f"{path.name} is not in TOML: {error}.") from None
    lines = _Lines(path.name, text)
    entries = content.pop("exercise", [])
    title = content.pop("title", "")
    if content:
        lines.refuse(f"{quoted(next(iter(content)))} is not known here", next(iter(content)))
    if not isinstance(title, str) or not title:
        lines.refuse('a title is missing: begin the file with title = "…"')
    if not isinstance(entries, list) or not entries:
        lines.refuse("there is no exercise: begin each with [[exercise]]")
    read = tuple(_exercise(entry, lines.of(k), path.stem) for k, entry in enumerate(entries))
    return Chapter(path.stem, title, read)


class _Lines:
    """Where things stand in a file."""

    def __init__(self, file: str, text: str, first: int = 1) -> None:
        self.file, self.first = file, first
        self._lines = text.splitlines()

    def of(self, index: int) -> _Lines:
        """The lines of one exercise."""
        heads = [k for k, line in enumerate(self._lines) if line.strip() == "[[exercise]]"]
        heads.append(len(self._lines))
        part = "\n".join(self._lines[heads[index] : heads[index + 1]])
        return _Lines(self.file, part, heads[index] + 1)

    def refuse(self, what: str, key: str = "") -> NoReturn:
        """Say what is wrong, and in which line."""
        named = (
            k for k, line in enumerate(self._lines) if re.match(rf"\s*{re.escape(key)}\s*=", line)
        )
        line = self.first + (next(named, 0) if key else 0)
        raise Refusal(f"{self.file}, line {line}: {what}.")


def _exercise(entry: dict[str, Any], lines: _Lines, chapter: str) -> Exercise:
    for key in entry:
        if key not in _ALLOWED:
            lines.refuse(
                f"{quoted(key)} is not known. Known are: {', '.join(sorted(_ALLOWED))}", key
            )
    for key in ("id", "kind", "title", "ask", "hints", "solution"):
        if not entry.get(key):
            lines.refuse(f"{quoted(key)} is missing in this exercise")
    hints = get_type_hints(Exercise)
    cleaned: dict[str, Any] = {}
    for key, value in entry.items():
        cleaned[key] = _of_type(key, value, hints[key], lines)
    for key, allowed in _CHOICES.items():
        if key in cleaned and cleaned[key] not in allowed:
            shown = ", ".join(filter(None, allowed))
            lines.refuse(f"{quoted(cleaned[key])} is no {key}. Choose one of: {shown}", key)
    made = Exercise(**cleaned, chapter=chapter, file=lines.file, line=lines.first)
    for rule in (_check_shape, _check_answer, _check_texts):
        rule(made, lines)
    return made


def _of_type(key: str, value: Any, wanted: Any, lines: _Lines) -> Any:
    """A value as the dataclass has it."""
    if key in ("uses", "follows"):
        if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
            return value
        example = '{ V = "steps_V" }' if key == "uses" else '{ 2 = "a_1/n" }'
        lines.refuse(f"{key} must be a table such as {example}", key)
    if getattr(wanted, "__origin__", None) is tuple:
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(v.strip() for v in value)
        lines.refuse(f"{key} must be a list of texts in quotes", key)
    if wanted is float and isinstance(value, int | float) and 0 < value < 1:
        return float(value)
    if wanted is bool and isinstance(value, bool):
        return value
    if (wanted is str or get_args(wanted)) and isinstance(value, str):
        return value.strip()
    kind = {float: "a number between 0 and 1", bool: "true or false"}.get(
        wanted, "a text in quotes"
    )
    return lines.refuse(f"{key} must be {kind}", key)


def _check_shape(made: Exercise, lines: _Lines) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", made.id):
        lines.refuse("an id has plain letters, digits and _ only", "id")
    if len(made.hints) != 3:
        lines.refuse(f"there must be three hints, and there are {len(made.hints)}", "hints")
    if len(made.latex) != len(made.plain):
        lines.refuse("each line of latex needs one in plain characters, in plain", "latex")
    chooses = made.kind == "choose" or (made.foretells and not made.answer)
    if chooses and not made.options:
        lines.refuse("there is nothing to choose from: give options")
    if made.by_words != bool(made.parts) or len(made.parts) == 1 or len(made.parts) > 4:
        lines.refuse(
            "an answer in words needs two to four parts that a good answer says, and only that",
            "parts",
        )
    for name in made.misconceptions:
        if name not in misconceptions():
            lines.refuse(f"the misconception {quoted(name)} is not known", "misconceptions")


def _check_answer(made: Exercise, lines: _Lines) -> None:
    """The right answer can be computed and read."""
    if bool(made.answer) == bool(made.right):
        lines.refuse("give either answer, for the solver to compute, or right")
    try:
        goal = target(made, case(made.data, HANDOUT))
        if goal.read_as_mathematics:
            assert goal.values
    except Refusal as refusal:
        lines.refuse(str(refusal).rstrip("."), "answer" if made.answer else "right")
    if made.options and not made.answer:
        for text in made.right:
            if text not in goal.options:
                lines.refuse(f"the right answer {quoted(text)} is not among the options", "right")
    if made.labels and len(made.labels) != len(goal.model):
        lines.refuse(f"there are {len(goal.model)} blanks and {len(made.labels)} labels", "labels")


def _check_texts(made: Exercise, lines: _Lines) -> None:
    facts = case(made.data, HANDOUT).facts(made)
    for key, texts in (("ask", (made.ask,)), ("hints", made.hints), ("solution", (made.solution,)),
                       ("options", made.options)):  # fmt: skip
        for text in texts:
            try:
                used = [
                    name for _, name, _, _ in string.Formatter().parse(text) if name is not None
                ]
            except ValueError:
                lines.refuse(f"a curly bracket in {key} is not closed", key)
            for name in used:
                if name not in facts:
                    known = ", ".join(sorted(facts))
                    lines.refuse(f"{{{name}}} means nothing here. There are: {known}", key)


def _check_together(found: tuple[Chapter, ...]) -> None:
    """Ids are unlike each other, and what is used comes before."""
    seen: dict[str, Exercise] = {}
    for chapter in found:
        for each in chapter.exercises:
            where = f"{each.file}, line {each.line}"
            if each.id in seen:
                raise Refusal(f"{where}: the id {quoted(each.id)} is taken. Choose another.")
            for place in each.uses.values():
                if place.partition(":")[0] not in seen:
                    raise Refusal(
                        f"{where}: uses names {quoted(place)}, which does not come before it."
                    )
            seen[each.id] = each
