"""What was done so far, kept on this computer, and written out to hand in.

Several windows may keep the same file: each adds its entries to what stands there by then, under a
lock, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QLockFile, QStandardPaths

from solver import Refusal
from solver.practice import files
from solver.practice.content import exercises
from solver.practice.exercise import Grid
from solver.practice.journal import Entry, Event, Journal, entry, foretold, mark_entry, marks
from solver.practice.marking import Marked

IDLE = 600
"""Seconds beyond which a pause is not counted as time spent."""

PATIENCE = 3000
"""Milliseconds to wait for another window that is writing."""


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
                self.journal = files.read(path)
            except Refusal as refusal:
                aside = path.with_suffix(f".{datetime.now():%Y%m%d-%H%M%S}.json")
                path.rename(aside)
                self.trouble = str(refusal)
                self.aside = aside
        self._written, self._unwritten = self.journal, list[Entry]()
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

    def record(
        self, event: Event, answer: Grid, *, hints: int, solution: bool, own: Sequence[str] = ()
    ) -> None:
        """Write down what was done on the exercise that the clock runs for.

        Raises
        ------
        Refusal
            When the file cannot be written; the journal has the entry all the same, and the next
            one takes it along.
        """
        assert self._at is not None
        self._count()
        exercise, seed = self._at
        self._add(
            entry(
                exercise,
                seed,
                event,
                answer,
                hints=hints,
                solution=solution,
                own=own,
                seconds=self._spent[self._at],
                at=datetime.now(),
            )
        )

    def record_seen(self, exercise: str, seed: int) -> None:
        """Write down that the answer to another exercise was shown.

        Raises
        ------
        Refusal
            As :meth:`record`.
        """
        last = self.last(exercise, seed)
        self._add(
            entry(
                exercise,
                seed,
                "solution",
                last.answer if last else (),
                solution=True,
                hints=last.hints if last else 0,
                seconds=self._spent.get((exercise, seed), 0.0),
                at=datetime.now(),
                own=last.own if last else (),
            )
        )

    def _add(self, made: Entry) -> None:
        """Put an entry behind all that stands in the file, whoever wrote it."""
        self._unwritten.append(made)
        self.journal = self.journal.with_entry(made)
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = QLockFile(f"{self._path}.lock")
        if not lock.tryLock(PATIENCE) and lock.error() is QLockFile.LockError.LockFailedError:
            raise Refusal(
                f"{self._path} is being written by another window. What you did is kept here, and "
                "is written with the next answer."
            )
        try:
            self._take_in()
            files.write(self.journal, self._path)
        finally:
            lock.unlock()
        self._written = self.journal
        self._unwritten.clear()

    def _take_in(self) -> None:
        """Let the journal be what stands in the file by now, and what is not yet written."""
        with suppress(Refusal):
            if self._path.exists():
                self._written = files.read(self._path)
        self.journal = self._written
        for each in self._unwritten:
            self.journal = self.journal.with_entry(each)

    def last(self, exercise: str, seed: int) -> Entry | None:
        """The last thing done on an exercise."""
        done = (
            e for e in reversed(self.journal.entries) if (e.exercise, e.seed) == (exercise, seed)
        )
        return next(done, None)

    def counts(self, exercise: str, seed: int) -> Entry | None:
        """The answer to an exercise that counts."""
        return self.journal.latest().get((exercise, seed))

    def settled(self, exercise: str, seed: int) -> bool:
        """Whether the answer to an exercise is no secret: foretold, found, or looked at."""
        done = [e for e in self.journal.entries if (e.exercise, e.seed) == (exercise, seed)]
        if any(e.solution or foretold(e) for e in done):
            return True
        if exercises()[exercise].foretells or not any(e.event == "checked" for e in done):
            return False
        return mark_entry(self.journal.latest()[exercise, seed], self.answers(seed)).full

    def answers(self, seed: int) -> dict[str, Grid]:
        """The last answers to the exercises of a seed that were checked."""
        latest = self.journal.latest()
        return {id_: done.answer for (id_, of), done in latest.items() if of == seed}

    def marks(self, seed: int) -> dict[str, Marked]:
        """The marks of the last answers to the exercises of a seed."""
        return {id_: marked for (id_, _), marked in marks(self.journal, seed).items()}

    def hand_in(self, name: str, path: Path) -> None:
        """Write the journal under a name, as a page to be handed in.

        Raises
        ------
        Refusal
            When the file cannot be written.
        """
        self._take_in()
        files.write_page(self.journal.named(name), path)

    def _count(self) -> None:
        """Add the time since the clock was last read."""
        if self._at is not None:
            passed = min(self._clock.restart() / 1000, IDLE)
            self._spent[self._at] = self._spent.get(self._at, 0.0) + passed
