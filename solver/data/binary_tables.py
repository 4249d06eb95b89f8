"""Reads workbooks and SPSS, Stata and SAS files in a process of its own.

The compiled libraries beneath can crash on a damaged file, or ask for more memory than there is.
In a process of its own that costs the user a sentence, not the session.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

_MOST_CELLS = 10**8
_EMPTY_ROWS = 10_000
_SEEN, _LEAST_FILLED = 10**6, 0.02


def read_binary(path: Path, reader: str, progress: Callable[[int, int], None]) -> Any:
    """Read a file with python-calamine or with one of pyreadstat's readers.

    Parameters
    ----------
    path
        The file.
    reader
        ``"workbook"``, or the name of a pyreadstat function such as ``"read_sav"``.
    progress
        Is called with (0, 0) ten times a second, and ends the reading by raising something.

    Returns
    -------
    list or tuple
        Of a workbook, the rows of its first sheet that is not empty, visible sheets first. Of
        other files the values by column, the labels by column, and the labels of the codes by
        column. Missing values, declared ones among them, are None.

    Raises
    ------
    RuntimeError
        With what the library said, or that it crashed.
    MemoryError
        If the values do not fit in memory.
    """
    if getattr(sys, "frozen", False):
        answer = _answer(reader, str(path))
    else:
        with subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", __file__, reader, path.absolute()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(p or str(Path.cwd()) for p in sys.path)},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as child:
            answer = _awaited(child, progress)
    if isinstance(answer, Exception):
        raise answer
    return answer


def _awaited(child: subprocess.Popen[bytes], progress: Callable[[int, int], None]) -> Any:
    """What the other process answers; it is ended when nobody waits for that any more."""
    answers: list[Any] = []

    def listen() -> None:
        assert child.stdout is not None
        try:
            answers.append(pickle.load(child.stdout))
        except (EOFError, pickle.UnpicklingError):
            answers.append(
                RuntimeError(
                    "the program that reads such files crashed on it, as it also does when a stray "
                    "value lies in a far corner of a sheet"
                )
            )
        except MemoryError as exc:
            answers.append(exc)

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        while listener.is_alive():
            progress(0, 0)
            listener.join(0.1)
    finally:
        if listener.is_alive():
            child.kill()
        listener.join()
    return answers[0]


def _answer(reader: str, path: str) -> Any:
    try:
        return _rows(path) if reader == "workbook" else _columns(reader, path)
    except MemoryError:
        return MemoryError()
    except BaseException as exc:  # a panic of Rust is no Exception
        return RuntimeError(str(exc) or type(exc).__name__)


def _rows(path: str) -> list[list[object]]:
    import python_calamine as calamine

    with Path(path).open("rb") as file:
        try:
            book = calamine.load_workbook(path)
        except Exception as as_named:
            try:
                book = calamine.load_workbook(file)
            except Exception:
                raise as_named from None
        sheets = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
        for sheet in sorted(sheets, key=lambda s: s.visible != calamine.SheetVisibleEnum.Visible):
            rows = _filled_rows(book.get_sheet_by_name(sheet.name))
            if rows:
                return rows
    return []


def _filled_rows(sheet: Any) -> list[list[object]]:
    """The rows of a sheet down to the last that is not empty; none of a sheet spread too far.

    One value in a far corner makes a sheet of millions of empty cells, which would take minutes.
    """
    height, width = (place + 1 for place in sheet.end or (-1, -1))
    stray = RuntimeError(
        f"a stray value lies far from the rest of {sheet.name!r}, "
        f"which reaches as far as row {height} and column {width}"
    )
    if height * width > _MOST_CELLS:
        raise stray
    rows: list[list[object]] = []
    seen = filled = empty = 0
    for row in sheet.iter_rows():
        cells = [_cell(cell) for cell in row]
        there = len(cells) - cells.count(None)
        seen, filled = seen + len(cells), filled + there
        if (there and empty > _EMPTY_ROWS) or (seen > _SEEN and filled < _LEAST_FILLED * seen):
            raise stray
        empty = 0 if there else empty + 1
        rows.append(cells)
    return rows[: len(rows) - empty]


def _cell(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return None if cell == "" else cell


def _columns(reader: str, path: str, encoding: str | None = None) -> tuple[Any, ...]:
    import pyreadstat

    read = getattr(pyreadstat, reader)
    options = {"output_format": "dict"} | ({"encoding": encoding} if encoding else {})
    try:
        _, meta = read(path, metadataonly=True, **options)
        if (meta.number_rows or 0) > _most_rows(path):
            raise RuntimeError(f"it is too short for the {meta.number_rows} rows it announces")
        columns, meta = read(path, **options)
    except (pyreadstat.ReadstatError, UnicodeDecodeError) as exc:
        if "encoding" in str(exc) and not encoding and reader != "read_por":
            return _columns(reader, path, "WINDOWS-1252")
        raise
    labels = {name: label for name, label in meta.column_names_to_labels.items() if label}
    return columns, labels, meta.variable_value_labels


def _most_rows(path: str) -> int:
    """Bound the rows a file can hold, before memory is set aside for as many as it announces."""
    with Path(path).open("rb") as file:
        compressed = file.read(4) == b"$FL3"
    return Path(path).stat().st_size * (1032 if compressed else 1)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with answers:
        pickle.dump(_answer(*sys.argv[1:]), answers)
