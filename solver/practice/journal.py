"""What a student did, entry after entry, each sealed by a sum over itself and the one before.

The journal is both the progress kept on this computer and, with a name, what is handed in; see
:mod:`solver.practice.files`. The sums need no secret: they show that an entry was changed, taken
out or put in afterwards by hand. They do not prove who worked, nor stop a program that writes the
whole chain anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from solver.lessons import practice_words
from solver.practice.cases import case
from solver.practice.content import exercises
from solver.practice.exercise import Exercise, Grid
from solver.practice.marking import Marked, mark
from solver.practice.targets import Target, target

FORMAT = "stepreml practice 2"

Event = Literal["checked", "compared", "hint", "solution"]

EVENTS: tuple[Event, ...] = get_args(Event)

ANSWERED = ("checked", "compared")
"""Events that give an answer."""

OWN_MARKS = {"said": 1.0, "partly": 0.5, "not yet": 0.0}
"""What a student may say of a part of the model answer, and what it counts."""


@dataclass(frozen=True)
class Entry:
    """One thing that a student did.

    Attributes
    ----------
    exercise : str
        Its id.
    seed : int
    event : {"checked", "compared", "hint", "solution"}
        ``compared`` when the student marked an answer in words.
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
    own : tuple of str
        The student's own mark for each part of the model answer, one of :data:`OWN_MARKS` or
        nothing; empty where the program marks.
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
    own: tuple[str, ...] = ()
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
    page_fits : bool
        Whether the readable page that the file shows is the one that was written with it.
    """

    name: str = ""
    entries: tuple[Entry, ...] = ()
    seal: str | None = None
    page_fits: bool = True

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
        if missing or not self.page_fits:
            return str(practice_words()["faults"]["missing" if missing else "page"])
        return ""

    def latest(self) -> dict[tuple[str, int], Entry]:
        """The answer that counts to each exercise and seed, in the order of the first.

        It is the last one; of a prediction the first whole one, for after it the truth is known.
        """
        found: dict[tuple[str, int], Entry] = {}
        for each in self.entries:
            key = each.exercise, each.seed
            settled = key in found and foretold(found[key])
            if each.event in ANSWERED and not settled:
                found[key] = each
        return found


def foretold(done: Entry) -> bool:
    """Whether an entry is a whole prediction, which is not taken back."""
    whole = bool(done.answer) and all(text.strip() for row in done.answer for text in row)
    return whole and done.event == "checked" and exercises()[done.exercise].foretells


def _head(name: str) -> str:
    return hashlib.sha256(f"{FORMAT}\n{name}".encode()).hexdigest()


def entry(
    exercise: str, seed: int, event: Event, answer: Iterable[Iterable[str]], *,
    hints: int, solution: bool, seconds: float, at: datetime, own: Iterable[str] = (),
) -> Entry:  # fmt: skip
    """An entry before it is sealed; times to a tenth of a second."""
    grid = tuple(tuple(row) for row in answer)
    when = at.isoformat(timespec="seconds")
    spent = round(seconds, 1)
    return Entry(exercise, seed, event, grid, hints, solution, spent, when, tuple(own))


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
    if exercise.by_words:
        points = sum(OWN_MARKS.get(each, 0) for each in done.own)
        return replace(mark(goal, done.answer), own_points=points, own_of=len(exercise.parts))
    return mark(goal, done.answer, earlier_answers(exercise, answers, done.seed))


def marks(journal: Journal, seed: int | None = None) -> dict[tuple[str, int], Marked]:
    """The marks of the answer that counts to each exercise and seed; of one seed only, if given.

    What followed from an own answer when it was given stays right, whatever comes of that later.
    """
    counts, answers = journal.latest(), dict[int, dict[str, Grid]]()
    found: dict[tuple[str, int], Marked] = {}
    for done in journal.entries:
        key = done.exercise, done.seed
        if done.event not in ANSWERED or seed not in (None, done.seed):
            continue
        answers.setdefault(done.seed, {})[done.exercise] = done.answer
        if counts[key] is done:
            found[key] = mark_entry(done, answers[done.seed])
    return {key: found[key] for key in counts if key in found}
