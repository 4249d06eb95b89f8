"""What a student did, entry after entry, each sealed by a sum over itself and the one before.

The journal is both the progress kept on this computer and, with a name, the hand-in file. The sums
need no secret: they show that an entry was changed, taken out or put in afterwards by hand. They do
not prove who worked, nor stop a program that writes the whole chain anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from solver.errors import Refusal
from solver.lessons import practice_words
from solver.practice.cases import case
from solver.practice.content import exercises
from solver.practice.exercise import Exercise, Grid
from solver.practice.marking import Marked, mark
from solver.practice.targets import Target, target

FORMAT = "stepreml practice 1"

Event = Literal["checked", "hint", "solution"]

LARGEST = 20_000_000
"""Bytes of a hand-in file that are read."""

MOST, LONGEST = 50, 20_000
"""Rows and columns of an answer, and characters of a cell."""


@dataclass(frozen=True)
class Entry:
    """One thing that a student did.

    Attributes
    ----------
    exercise : str
        Its id.
    seed : int
    event : {"checked", "hint", "solution"}
    answer : Grid
        What was typed by then.
    hints : int
        Hints seen by then.
    solution : bool
        Whether the solution was seen by then.
    seconds : float
        Time spent on the exercise so far.
    at : str
        When, by this computer's clock.
    sum : str
        SHA-256 over the sum of the entry before and all of the above.
    """

    exercise: str
    seed: int
    event: Event
    answer: Grid
    hints: int
    solution: bool
    seconds: float
    at: str
    sum: str = ""

    def sealed(self, before: str) -> Entry:
        """The entry with its sum, after an entry with the sum ``before``."""
        content = {key: value for key, value in asdict(self).items() if key != "sum"}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return replace(self, sum=hashlib.sha256(f"{before}\n{text}".encode()).hexdigest())


@dataclass(frozen=True)
class Journal:
    """The entries in their order, and whose they are.

    Attributes
    ----------
    name : str
    entries : tuple of Entry
    seal : str or None
        The last sum as the file has it, which tells when entries are missing at the end; None where
        the journal is not from a file.
    """

    name: str = ""
    entries: tuple[Entry, ...] = ()
    seal: str | None = None

    @property
    def last_sum(self) -> str:
        """The sum that the next entry builds on: that of the last, or one over the name."""
        return self.entries[-1].sum if self.entries else _head(self.name)

    def with_entry(self, entry: Entry) -> Journal:
        """The journal with one more entry, sealed."""
        return Journal(self.name, (*self.entries, entry.sealed(self.last_sum)))

    def named(self, name: str) -> Journal:
        """The same entries under a name, sealed anew."""
        journal = Journal(name)
        for entry in self.entries:
            journal = journal.with_entry(entry)
        return journal

    @property
    def fault(self) -> str:
        """What does not fit its sum; empty when all does."""
        before = _head(self.name)
        for k, entry in enumerate(self.entries):
            if entry.sealed(before).sum != entry.sum:
                return str(practice_words()["faults"]["changed"]).format(entry=k + 1)
            before = entry.sum
        missing = self.seal is not None and self.seal != before
        return str(practice_words()["faults"]["missing"]) if missing else ""

    def latest(self) -> dict[tuple[str, int], Entry]:
        """The last entry of each exercise and seed that was checked, in the order of the first."""
        found: dict[tuple[str, int], Entry] = {}
        for entry in self.entries:
            if entry.event == "checked":
                found[entry.exercise, entry.seed] = entry
        return found


def _head(name: str) -> str:
    return hashlib.sha256(f"{FORMAT}\n{name}".encode()).hexdigest()


def entry(
    exercise: str, seed: int, event: Event, answer: Iterable[Iterable[str]], *,
    hints: int, solution: bool, seconds: float, at: datetime,
) -> Entry:  # fmt: skip
    """An entry before it is sealed; times to a tenth of a second."""
    grid = tuple(tuple(row) for row in answer)
    when = at.isoformat(timespec="seconds")
    return Entry(exercise, seed, event, grid, hints, solution, round(seconds, 1), when)


def earlier_answers(
    exercise: Exercise, answers: Mapping[str, Grid], seed: int
) -> dict[str, tuple[Target, Grid]]:
    """The student's own answers that go into an exercise, each with its right answer."""
    needed = {place.partition(":")[0] for place in exercise.uses.values()}
    return {
        id_: (target(exercises()[id_], case(exercises()[id_].data, seed)), answers[id_])
        for id_ in needed
        if id_ in answers
    }


def mark_entry(done: Entry, answers: Mapping[str, Grid]) -> Marked:
    """The marks of an entry, worked out from its answer and the student's others of that seed."""
    exercise = exercises()[done.exercise]
    goal = target(exercise, case(exercise.data, done.seed))
    return mark(goal, done.answer, earlier_answers(exercise, answers, done.seed))


def marks(journal: Journal, seed: int | None = None) -> dict[tuple[str, int], Marked]:
    """The marks of the last answer to each exercise and seed; of one seed only, if given."""
    latest = {key: done for key, done in journal.latest().items() if seed in (None, key[1])}
    answers: dict[int, dict[str, Grid]] = {}
    for (id_, of), done in latest.items():
        answers.setdefault(of, {})[id_] = done.answer
    return {key: mark_entry(done, answers[key[1]]) for key, done in latest.items()}


def write(journal: Journal, path: Path) -> None:
    """Write a journal as JSON, readable without this program; the file before it stays until done.

    Raises
    ------
    Refusal
        When the file cannot be written.
    """
    content = {
        "format": FORMAT,
        "about": practice_words()["handin"]["about"],
        "name": journal.name,
        "entries": [asdict(each) for each in journal.entries],
        "seal": journal.last_sum,
    }
    beside = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.") from None


def read(path: Path) -> Journal:
    """Read a journal; whether its sums fit is for :attr:`Journal.fault` to say.

    Raises
    ------
    Refusal
        When the file is not one.
    """
    faults = practice_words()["faults"]
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal(f"{path.name} {faults['not_handin']}.")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise Refusal(f"{path.name} {faults['not_json']}.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Refusal(f"{path.name} {faults['not_handin']}.")
    name, given, seal = (content.get(key) for key in ("name", "entries", "seal"))
    if not (isinstance(name, str) and isinstance(given, list) and isinstance(seal, str)):
        raise Refusal(f"{path.name} {faults['not_handin']}.")
    found = []
    for k, each in enumerate(given):
        made = _entry(each)
        if made is None:
            raise Refusal(f"{path.name} {faults['malformed'].format(entry=k + 1)}.")
        if made.exercise not in exercises():
            raise Refusal(f"{path.name} {faults['unknown'].format(exercise=made.exercise[:60])}.")
        found.append(made)
    return Journal(name, tuple(found), seal)


def _entry(content: Any) -> Entry | None:
    """An entry from JSON; None where something is not what it should be."""
    if not isinstance(content, dict) or set(content) != {field.name for field in fields(Entry)}:
        return None
    kinds = {"exercise": str, "event": str, "at": str, "sum": str, "hints": int, "seed": int,
             "solution": bool, "seconds": (int, float), "answer": list}  # fmt: skip
    if not all(isinstance(content[key], kind) for key, kind in kinds.items()):  # type: ignore[arg-type]
        return None
    answer = content["answer"]
    rows = all(isinstance(row, list) and len(row) <= MOST for row in answer)
    if not rows or len(answer) > MOST or not all(_is_text(c) for row in answer for c in row):
        return None
    if not (0 <= content["seed"] < 10**9 and 0 <= content["seconds"] < 1e9):
        return None
    return Entry(**content | {"answer": tuple(map(tuple, answer))})


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) <= LONGEST
