"""What was done so far, kept on this computer, and written out to hand in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QStandardPaths

from solver import Refusal
from solver.practice import journal as journals
from solver.practice.exercise import Grid
from solver.practice.journal import Entry, Event, Journal, entry, marks
from solver.practice.marking import Marked

IDLE = 600
"""Seconds beyond which a pause is not counted as time spent."""


def progress_file() -> Path:
    """Where the progress is kept on this computer."""
    place = QStandardPaths.StandardLocation.AppDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "practice.json"


class Progress:
    """The journal of this computer, with the clock that is running.

    Parameters
    ----------
    path : Path
        The file that it is kept in. One that cannot be used is set aside, not overwritten.

    Attributes
    ----------
    journal : Journal
    trouble : str
        What was wrong with the file; empty when nothing was.
    aside : Path or None
        Where that file is now.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.journal, self.trouble = Journal(), ""
        self.aside: Path | None = None
        if path.exists():
            try:
                self.journal = journals.read(path)
            except Refusal as refusal:
                aside = path.with_suffix(f".{datetime.now():%Y%m%d-%H%M%S}.json")
                path.rename(aside)
                self.trouble = str(refusal)
                self.aside = aside
        self._clock = QElapsedTimer()
        self._spent: dict[tuple[str, int], float] = {}
        self._at: tuple[str, int] | None = None
        for done in self.journal.entries:
            self._spent[done.exercise, done.seed] = done.seconds

    def turn_to(self, exercise: str, seed: int) -> None:
        """Let the clock run for an exercise."""
        self._count()
        self._at = (exercise, seed)
        self._clock.start()

    def record(self, event: Event, answer: Grid, *, hints: int, solution: bool) -> None:
        """Write down what was done on the exercise that the clock runs for.

        Raises
        ------
        Refusal
            When the file cannot be written; the journal has the entry all the same.
        """
        assert self._at is not None
        self._count()
        exercise, seed = self._at
        made = entry(
            exercise, seed, event, answer, hints=hints, solution=solution,
            seconds=self._spent[self._at], at=datetime.now(),
        )  # fmt: skip
        self.journal = self.journal.with_entry(made)
        journals.write(self.journal, self._path)

    def last(self, exercise: str, seed: int) -> Entry | None:
        """The last thing done on an exercise."""
        done = (
            e for e in reversed(self.journal.entries) if (e.exercise, e.seed) == (exercise, seed)
        )
        return next(done, None)

    def answers(self, seed: int) -> dict[str, Grid]:
        """The last answers to the exercises of a seed that were checked."""
        latest = self.journal.latest()
        return {id_: done.answer for (id_, of), done in latest.items() if of == seed}

    def marks(self, seed: int) -> dict[str, Marked]:
        """The marks of the last answers to the exercises of a seed."""
        return {id_: marked for (id_, _), marked in marks(self.journal, seed).items()}

    def hand_in(self, name: str, path: Path) -> None:
        """Write the journal under a name, to be handed in.

        Raises
        ------
        Refusal
            When the file cannot be written.
        """
        journals.write(self.journal.named(name), path)

    def _count(self) -> None:
        """Add the time since the clock was last read."""
        if self._at is not None:
            passed = min(self._clock.restart() / 1000, IDLE)
            self._spent[self._at] = self._spent.get(self._at, 0.0) + passed
