"""The files of exercises: ``assets/lessons/exercises/*.toml``, and a teacher's own."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints

from assets import ASSETS
from solver.errors import Refusal
from solver.formatting import quoted
from solver.practice.checks import fault_of_place, faults
from solver.practice.exercise import FAMILIES, KINDS, Chapter, Exercise
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
        written = path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}.") from None
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise Refusal(
            f"{path.name}, line {line}: a sign is not in UTF-8. Save the file as UTF-8."
        ) from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, at = str(error).rpartition(" (at ")
        found = re.match(r"line (\d+)", at)
        line = int(found[1]) if found else len(text.splitlines())
        raise Refusal(f"{path.name}, line {line}: this is not TOML ({what}).") from None
    lines = _Lines(path.name, text)
    entries = content.pop("exercise", [])
    title = content.pop("title", "")
    if content:
        lines.refuse(f"{quoted(next(iter(content)))} is not known here", next(iter(content)))
    if not isinstance(title, str) or not title:
        lines.refuse('a title is missing: begin the file with title = "…"')
    if not isinstance(entries, list) or not entries or lines.count != len(entries):
        lines.refuse("there is no exercise: begin each with [[exercise]], in two brackets")
    read = tuple(_exercise(entry, lines.of(k), path.stem) for k, entry in enumerate(entries))
    return Chapter(path.stem, title, read)


_HEAD = re.compile(r"\s*\[\[\s*exercise\s*\]\]")


class _Lines:
    """Where things stand in a file."""

    def __init__(self, file: str, text: str, first: int = 1) -> None:
        self.file, self.first = file, first
        self._lines = text.splitlines()
        self._heads = [k for k, line in enumerate(self._lines) if _HEAD.match(line)]

    @property
    def count(self) -> int:
        """The exercises that begin here."""
        return len(self._heads)

    def of(self, index: int) -> _Lines:
        """The lines of one exercise."""
        heads = [*self._heads, len(self._lines)]
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
    for what, key in faults(made):
        lines.refuse(what, key)
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


def _check_together(found: tuple[Chapter, ...]) -> None:
    """Ids are unlike each other, and what is used comes before."""
    seen: dict[str, Exercise] = {}
    for chapter in found:
        for each in chapter.exercises:
            where = f"{each.file}, line {each.line}"
            if each.id in seen:
                raise Refusal(f"{where}: the id {quoted(each.id)} is taken. Choose another.")
            for place in each.uses.values():
                if fault := fault_of_place(place, seen):
                    raise Refusal(f"{where}: {fault}.")
            seen[each.id] = each
