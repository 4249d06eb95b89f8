"""The terminal commands ``sheet`` and ``mark``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from solver.errors import Refusal


def add_sheet(command: argparse.ArgumentParser) -> None:
    """What ``sheet`` may be told."""
    command.add_argument(
        "exercises", metavar="CHAPTER", nargs="*",
        help="chapters (ols, model, steps, strange, predict) or exercises; all without",
    )  # fmt: skip
    command.add_argument(
        "--seed", type=_seed, required=True, help="a whole number; 0: the lecture's people"
    )
    command.add_argument("--key", action="store_true", help="the key to the sheet")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to write the PDF")
    command.set_defaults(run=sheet)


def add_mark(command: argparse.ArgumentParser) -> None:
    """What ``mark`` may be told."""
    command.add_argument("files", metavar="FILE", type=Path, nargs="+", help="hand-in files")
    command.add_argument("--csv", action="store_true", help="print the table as CSV")
    command.set_defaults(run=mark)


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"'{text}' is not a seed: give a whole number such as 7")
    return int(text)


def sheet(chosen: argparse.Namespace) -> int:
    """Write a practice sheet or its key as PDF."""
    from solver.practice.sheet import as_pdf, write
    from solver.practice.sheet import chosen as exercises_of

    parts = ("key" if chosen.key else "sheet", *chosen.exercises, str(chosen.seed))
    default = f"{'_'.join(parts)[:80]}.pdf"
    path = chosen.out or Path(default)
    if path.suffix.lower() != ".pdf":
        raise Refusal(f"{path} does not end in .pdf. A sheet is written as PDF.")
    write(path, as_pdf(exercises_of(chosen.exercises), chosen.seed, chosen.key))
    print(path)
    return 0


def mark(chosen: argparse.Namespace) -> int:
    """Print the marks of hand-in files; the status is 1 when a file cannot be trusted."""
    from solver.practice.marksheet import as_csv, as_text, mark_files

    rows = mark_files(chosen.files)
    print((as_csv(rows) if chosen.csv else as_text(rows)).rstrip("\n"))
    for row in rows:
        if row.note:
            print(f"{row.file} {row.note}.", file=sys.stderr)
    return int(any(row.note for row in rows))
