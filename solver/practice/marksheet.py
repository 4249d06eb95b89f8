"""A table of marks for the teacher, worked out again from the answers in many hand-in files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from solver.errors import Refusal
from solver.formatting import padded, short, width
from solver.lessons import practice_words
from solver.practice.content import exercises
from solver.practice.files import read
from solver.practice.journal import Journal, marks

WIDEST = 80
"""Characters of a cell that a terminal shows."""

COLUMNS = (
    "name", "file", "points", "of", "done", "words", "own", "own_of", "hints", "solutions",
    "minutes", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """The marks of one file.

    Attributes
    ----------
    name, file : str
    points, of : int
        Blanks that are right, and blanks that there were, in the last answer to each exercise.
    done : int
        Exercises that were checked, each seed for itself.
    words : int
        Those of them answered in words, which have no points: the teacher reads them.
    own, own_of : float, int
        What students say of those themselves, and the parts of the model answers.
    hints, solutions : int
        How many hints and solutions were seen before the last check.
    minutes : float
    note : str
        What is wrong with the file; empty when it is whole.
    """

    name: str
    file: str
    points: int = 0
    of: int = 0
    done: int = 0
    words: int = 0
    own: float = 0
    own_of: int = 0
    hints: int = 0
    solutions: int = 0
    minutes: float = 0.0
    note: str = ""


def mark_files(paths: Iterable[Path]) -> list[Row]:
    """A row for each file, in their order; one that cannot be used has a note in place of marks."""
    return [_row(path) for path in paths]


def _row(path: Path) -> Row:
    try:
        journal = read(path)
    except Refusal as refusal:
        said = str(refusal).removeprefix(f"{path.name} ").rstrip(".")
        return Row("", path.name, note=said)
    return row(journal, path.name)


def row(journal: Journal, file: str) -> Row:
    """The marks of a journal, whatever else it says of itself."""
    latest, marked = journal.latest(), marks(journal)
    return Row(
        name=journal.name,
        file=file,
        points=sum(each.points for each in marked.values()),
        of=sum(each.of for each in marked.values()),
        done=len(latest),
        words=sum(exercises()[id_].by_words for id_, _ in latest),
        own=sum(each.own_points for each in marked.values()),
        own_of=sum(each.own_of for each in marked.values()),
        hints=sum(each.hints for each in latest.values()),
        solutions=sum(each.solution for each in latest.values()),
        minutes=round(sum(each.seconds for each in latest.values()) / 60, 1),
        note=journal.fault,
    )


def as_text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    heads = [practice_words()["marks"][name] for name in COLUMNS]
    lines = [heads, *([short(str(value), WIDEST) for value in astuple(row)] for row in rows)]
    widths = [max(width(line[k]) for line in lines) for k in range(len(COLUMNS))]
    right = range(2, len(COLUMNS) - 1)
    return "\n".join(
        "  ".join(padded(cell, widths[k], right=k in right) for k, cell in enumerate(line)).rstrip()
        for line in lines
    )


def as_csv(rows: Sequence[Row]) -> str:
    """The table as CSV; a cell that a spreadsheet would take for a formula begins with a quote."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(practice_words()["marks"][name] for name in COLUMNS)
    writer.writerows([_safe(value) for value in astuple(row)] for row in rows)
    return written.getvalue()


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value
