"""Reads the user's table from a file of any common kind, or says why it cannot be read."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from solver.data.binary_tables import read_binary
from solver.data.cells import as_text, settle
from solver.data.text_tables import HEAD, Progress, encoding_of, read_text
from solver.errors import Cancelled, Refusal

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")

Value = float | int | str | bool
"""A value of a column."""


@dataclass(frozen=True)
class Table:
    """A user's data, with the labels its file gives.

    Attributes
    ----------
    frame
        The rows, under distinct column names. A column is numeric if all its values are, boolean
        if all are truth values, and text otherwise; dates are text.
    variable_labels
        What each labelled column stands for, by column name (SPSS, Stata, SAS).
    value_labels
        What each labelled code stands for, by column name (SPSS, Stata). The frame has the codes.
    reserve_codes
        By column name, the codes that its description says are no values. The frame has them.
    """

    frame: pd.DataFrame
    variable_labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[Value, str]] = field(default_factory=dict)
    reserve_codes: dict[str, tuple[Value, ...]] = field(default_factory=dict)


def unwatched(done: int, total: int) -> None:
    """Nobody is told of the progress."""


def read_table(path: str | Path, progress: Progress = unwatched) -> Table:
    """Read a table from a file.

    The first bytes tell the kind of file, so a wrong extension does no harm: text separated by
    commas, tabs, semicolons or bars; Excel and OpenDocument workbooks (the first sheet that is
    not empty); SPSS, Stata, SAS and Parquet files.

    Parameters
    ----------
    path
        The file. In text and workbooks the first row holds the column names.
    progress
        Is told now and then how many bytes are read of how many, 0 of 0 where that is not known,
        and may raise :class:`Cancelled`.

    Returns
    -------
    Table
        The rows, and the labels if the file has any.

    Raises
    ------
    Refusal
        If the file is missing, unreadable, damaged, empty, of another kind or uneven, or if its
        columns lack names or share them.
    Cancelled
        If ``progress`` raised it.
    """
    path = Path(path)
    if "\0" in str(path) or not path.name:
        raise Refusal(f"{str(path)!r} is not the name of a file. Give the name of your data file.")
    try:
        return _reader(path)(path, progress)
    except FileNotFoundError as exc:
        raise Refusal(_missing(path)) from exc
    except PermissionError as exc:
        raise Refusal(
            f"{path} cannot be opened: you have no permission to read it. "
            "Ask its owner for it, or copy it to a folder of your own."
        ) from exc
    except OSError as exc:
        raise Refusal(
            f"{path} cannot be read ({exc.strerror or exc}). "
            "Check its name, or copy it to a folder of your own."
        ) from exc
    except MemoryError as exc:
        raise Refusal(
            f"{path.name} does not fit in this computer's memory. "
            "Close other programs, or save a copy with only the columns you need."
        ) from exc


def kind_of(path: str | Path) -> str:
    """What kind of table a readable file holds, such as "text", "a workbook", "an SPSS file"."""
    with Path(path).open("rb") as file:
        head = file.read(HEAD)
    return next((kind.what for kind in _KINDS if re.match(kind.begins, head, re.DOTALL)), "text")


def _missing(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no folder {path.parent}, so no file {path.name} in it. Check the path."
    try:
        names = {p.name.lower(): p.name for p in path.parent.iterdir() if p.is_file()}
    except OSError:
        names = {}
    similar = get_close_matches(path.name.lower(), names, n=1)
    advice = f"Did you mean {names[similar[0]]}?" if similar else "Check the name and the folder."
    return f"There is no file {path.name} in the folder {path.parent.absolute()}. {advice}"


def _reader(path: Path) -> Callable[[Path, Progress], Table]:
    if path.is_dir():
        raise Refusal(f"{path} is a folder. Give the name of a file in it.")
    if path.exists() and not path.is_file():
        raise Refusal(f"{path} is not an ordinary file. Save the data in one first.")
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refusal(f"{path.name} is empty. Check that it was saved or downloaded completely.")
    for kind in _KINDS:
        if re.match(kind.begins, head, re.DOTALL):
            return kind.read
    foreign = [what for begins, what in _FOREIGN.items() if re.match(begins, head, re.I | re.S)]
    if not foreign and encoding_of(head):
        return _read_text
    for kind in _KINDS:
        if not foreign and path.suffix.lower() in kind.suffixes:
            raise Refusal(
                f"{path.name} does not begin as {kind.what} does. It may be damaged or only partly "
                "downloaded: save or download it again."
            )
    raise Refusal(
        f"{path.name} is {(*foreign, 'neither text nor of any other kind that can be read')[0]}. "
        "Give the table as a CSV, Excel, SPSS, Stata, SAS or Parquet file."
    )


def _named(file: str, header: Sequence[object], frame: pd.DataFrame) -> pd.DataFrame:
    """Put the names on the columns, unless one has no name or two have the same."""
    names = [as_text(name).strip() for name in header]
    kept = list(range(len(names)))
    for edge in (-1, 0):
        while kept and not names[kept[edge]] and frame[kept[edge]].isna().all():
            kept.pop(edge)
    if not kept or frame.empty:
        raise Refusal(f"{file} has no rows of data. Check that it was saved with its data.")
    if len(kept) > 1 and not names[kept[0]]:
        spare = ("row", *(f"row_{k}" for k in range(len(names))))
        names[kept[0]] = next(name for name in spare if name not in names)
    first: dict[str, int] = {}
    for i in kept:
        if not names[i]:
            raise Refusal(
                f"{file}: column {i + 1} has no name. Name it in the first row, or delete it."
            )
        if first.setdefault(names[i], i) != i:
            raise Refusal(
                f'{file}: columns {first[names[i]] + 1} and {i + 1} are both named "{names[i]}". '
                "Give each column a name of its own."
            )
    frame = frame[kept] if len(kept) < len(names) else frame
    return frame.set_axis([names[i] for i in kept], axis=1)


def _library(path: Path, what: str, call: Callable[[], _T]) -> _T:
    """Make one call to a library; say as a refusal whatever it fails with."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call()
    except (MemoryError, Cancelled):
        raise
    except Exception as exc:
        said = " ".join(str(exc).split())[:160].rstrip(".") or type(exc).__name__
        raise Refusal(
            f"{path.name} cannot be read as {what} ({said}). It may be damaged or only partly "
            "downloaded: save or download it again."
        ) from exc


def _read_text(path: Path, progress: Progress) -> Table:
    return Table(_named(path.name, *read_text(path, progress)))


def _read_workbook(path: Path, progress: Progress) -> Table:
    import pandas as pd

    try:
        rows = _library(path, "a workbook", lambda: read_binary(path, "workbook", progress))
    except Refusal as exc:
        stray = re.search(r"\(a (stray value .*)\)", str(exc))
        if stray:
            raise Refusal(f"{path.name}: a {stray[1]}. Delete it and save the file again.") from exc
        content = path.read_bytes()
        if "assword" in str(exc) or "EncryptedPackage".encode("utf-16-le") in content:
            raise Refusal(
                f"{path.name} is protected by a password. Save a copy without one and give that."
            ) from exc
        if zipfile.is_zipfile(path) and not re.search(rb"xl/|content\.xml", content):
            raise Refusal(
                f"{path.name} is a zip archive with no workbook in it. "
                "Unpack it and give the table inside."
            ) from exc
        raise
    filled = [i for i, row in enumerate(rows) if any(cell is not None for cell in row)]
    if not filled:
        raise Refusal(f"{path.name} has only empty sheets. Check that its data were saved.")
    header = ["" if name is None else name for name in rows[filled[0]]]
    body = pd.DataFrame(rows[filled[0] + 1 : filled[-1] + 1], None, range(len(header)), object)
    return Table(settle(_named(path.name, header, body)))


def _read_labelled(reader: str, what: str) -> Callable[[Path, Progress], Table]:
    def read(path: Path, progress: Progress) -> Table:
        import pandas as pd

        columns, *labels = _library(path, what, lambda: read_binary(path, reader, progress))
        frame = _library(path, what, lambda: pd.DataFrame(columns))
        return Table(_typed(path.name, frame), *labels)

    return read


def _read_parquet(path: Path, progress: Progress) -> Table:
    import pandas as pd

    frame = _library(path, "a Parquet file", lambda: pd.read_parquet(path))
    if not isinstance(frame.index, pd.RangeIndex) or frame.index.name is not None:
        frame.index.names = ["" if name is None else name for name in frame.index.names]
        frame = frame.reset_index(allow_duplicates=True)
    return Table(_typed(path.name, frame))


def _typed(file: str, frame: pd.DataFrame) -> pd.DataFrame:
    header = list(frame.columns)
    frame = frame.set_axis(range(len(header)), axis=1).reset_index(drop=True)
    return _named(file, header, settle(frame, literal=True))


@dataclass(frozen=True)
class _Kind:
    """A kind of file, told by a pattern its first bytes match."""

    what: str
    begins: bytes
    suffixes: tuple[str, ...]
    read: Callable[[Path, Progress], Table]


def _labelled(what: str, begins: bytes, reader: str, *suffixes: str) -> _Kind:
    return _Kind(what, begins, suffixes, _read_labelled(reader, what))


_KINDS = (
    _Kind(
        "a workbook",
        rb"PK\x03\x04|\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
        _read_workbook,
    ),
    _Kind("a Parquet file", rb"PAR1[^\t\n\r -~]", (".parquet", ".pq"), _read_parquet),
    _labelled("an SPSS file", rb"\$FL[23]", "read_sav", ".sav", ".zsav"),
    _labelled("an SPSS portable file", rb".{,48}ASCII SPSS PORT FILE", "read_por", ".por"),
    _labelled("a Stata file", rb"<stata_dta>|[\x66-\x73][\x01\x02]\x01\0", "read_dta", ".dta"),
    _labelled("a SAS file", rb"\0{12}.{16}\x18\x1F\x10\x11", "read_sas7bdat", ".sas7bdat"),
    _labelled("a SAS transport file", rb"HEADER RECORD\*{7}LIB", "read_xport", ".xpt"),
)
_FOREIGN = {
    rb"%PDF-": "a PDF document",
    rb"\x89PNG|\xFF\xD8\xFF|GIF8[79]a": "a picture",
    rb"\x1F\x8B|BZh\d1AY|\xFD7zXZ|7z\xBC\xAF|Rar!\x1A": "a compressed archive",
    rb"\x7FELF|MZ.{,200}\0": "a program",
    rb"SQLite format 3|\x89HDF": "a database",
    rb"(\xEF\xBB\xBF)?\s*<(!doctype|html|\?xml|table)": "a web page or XML document",
}
