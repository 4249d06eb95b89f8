"""Reads a table of text: its encoding, its separator, its decimal mark, its uneven rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from solver.data.cells import MISSING, settle
from solver.errors import Cancelled, Refusal

if TYPE_CHECKING:
    import pandas as pd

HEAD = 1 << 16

Progress = Callable[[int, int], None]
"""Is told how many bytes are read of how many, and may raise :class:`Cancelled`."""

_CHUNK = 1 << 17
_END = "\0"
_SEPARATORS = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma"}
_SPACE = " "
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a"))
_FRACTION = {m: re.compile(rf"[+-]?\d*[{m}]\d+([eE][+-]?\d+)?") for m in ",."}
_THOUSANDS = {m: re.compile(rf"[+-]?[1-9]\d{{0,2}}([{m}]\d{{3}})+") for m in ",."}


class Dialect(NamedTuple):
    """How a table is written: the name of its encoding, its separator and its decimal mark."""

    encoding: str
    separator: str
    decimal: str


def encoding_of(head: bytes) -> str | None:
    """Tell how the first bytes of a file encode text, or None if they are not text.

    UTF-16 without a byte-order mark is told by where its zero bytes fall. Other text is called
    UTF-8 here; reading the whole file may show it to be Windows-1252.
    """
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return encoding
    even, odd, pairs = head[::2].count(0), head[1::2].count(0), len(head) / 2
    if min(even, odd) < 0.1 * pairs and max(even, odd) > 0.7 * pairs:
        return "utf-16-le" if odd > even else "utf-16-be"
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return None if 0 in head or controls > 0.01 * len(head) else "utf-8"


def read_text(path: Path, progress: Progress) -> tuple[list[str], pd.DataFrame]:
    """Read a text table whose first row names its columns.

    Parameters
    ----------
    path
        A readable file that holds text.
    progress
        Is told of the bytes, each of which is read twice.

    Returns
    -------
    tuple
        The names as the file has them, and the rows below them with columns numbered from 0.

    Raises
    ------
    Refusal
        If the file is empty or has no rows, cannot be decoded, has rows of uneven width or a
        quotation mark that is never closed.
    """
    dialect, separators, quoted = _examined(path, progress)
    encoding, sep, decimal = dialect
    source = _Source(path, encoding, sep, quoted, progress)

    records = source.records()
    header = next(records, (0, []))[1]
    if not header:
        raise Refusal(f"{path.name} is empty. Give a file with column names and rows below them.")
    if next(records, None) is None:
        raise Refusal(
            f"{path.name} has a row of column names but no rows below it. "
            "Check that the program that saved it saved the data too."
        )

    width = len(header)
    frame = source.parse(decimal, width)
    proven = separators == (width - 1) * (len(frame) + 1)
    if not proven or (quoted and frame.iloc[:, -1].hasnans):
        source.check_widths(width)
    return header, settle(frame.set_axis(range(width), axis=1), decimal)


def dialect_of(path: Path) -> Dialect:
    """How a text table is written.

    Raises
    ------
    Refusal
        If it cannot be decoded.
    """
    return _examined(path, lambda done, total: None)[0]


def _examined(path: Path, progress: Progress) -> tuple[Dialect, int, bool]:
    """How a table is written, how many separators it has, and whether it has quotes."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    guess = encoding_of(head) or "utf-8"
    sample = head.decode(guess, errors="replace")
    if len(head) == HEAD and "\n" in sample:
        sample = sample[: sample.rfind("\n")]
    sep, decimal = _dialect(sample)
    encoding, separators, quoted = _scan(path, guess, sep, progress)
    return Dialect(encoding, sep, decimal), separators, quoted


def _dialect(sample: str) -> tuple[str, str]:
    best: tuple[tuple[float, int], str, list[list[str]]] = ((0, 1), ",", [])
    for sep in _SEPARATORS:
        rows = _split(sample, sep)
        width = len(rows[0]) if rows else 1
        if width > 1:
            even = sum(len(row) == width for row in rows) / len(rows)
            best = max(best, ((even, width), sep, rows), key=lambda trial: trial[0])
    _, sep, rows = best
    if not rows and _is_spaced(spaced := _split(sample, _SPACE)):
        sep, rows = _SPACE, spaced
    return sep, _decimal_mark(sep, [cell.strip() for row in rows[1:] for cell in row])


def _split(sample: str, sep: str) -> list[list[str]]:
    lines = io.StringIO(sample, newline="")
    return list(filter(None, csv.reader(lines, delimiter=sep, skipinitialspace=True)))


def _is_spaced(rows: list[list[str]]) -> bool:
    """Whether spaces part cells: as many in every line, some column being of numbers."""
    width = len(rows[0]) if rows else 0
    if width < 2 or any(len(row) != width for row in rows):
        return False
    return any(all(map(_is_number, column)) for column in zip(*rows[1:], strict=True))


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?", cell))


def _decimal_mark(sep: str, cells: list[str]) -> str:
    """Weigh ``1,5`` against ``1.5``; a cell like ``1,234`` may mean thousands and weighs less."""
    if sep == ",":
        return "."
    fractions = {m: [c for c in cells if _FRACTION[m].fullmatch(c)] for m in ",."}
    sure = {m: sum(not _THOUSANDS[m].fullmatch(c) for c in fractions[m]) for m in ",."}
    if sure[","] != sure["."]:
        return "," if sure[","] > sure["."] else "."
    return "," if sep == ";" and len(fractions[","]) >= len(fractions["."]) else "."


def _scan(path: Path, encoding: str, sep: str, progress: Progress) -> tuple[str, int, bool]:
    """Decode a whole file: its encoding, its number of separators, whether it has quotes."""
    import numpy as np

    decoder = codecs.getincrementaldecoder(encoding)()
    done, separators, quoted = 0, 0, False
    total = 2 * path.stat().st_size
    with path.open("rb") as file:
        for chunk in chain(iter(lambda: file.read(_CHUNK), b""), [b""]):
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as exc:
                file.seek(0)
                before = file.read(done + len(chunk) - len(exc.object) + exc.start)
                if encoding == "utf-8" and before.isascii():
                    return _scan(path, "cp1252", sep, progress)
                line = before.decode(encoding, errors="replace").count("\n") + 1
                raise Refusal(
                    f"{path.name}, line {line}: the byte 0x{exc.object[exc.start]:02X} is not "
                    f"{_spoken(encoding)} text. Save the file again with the encoding UTF-8."
                ) from exc
            data = text.encode() if encoding.startswith(("utf-16", "utf-32")) else chunk
            if b"\0" in data:
                file.seek(0)
                lines = file.read(done).decode(encoding, errors="replace").count("\n")
                line = lines + text[: text.index("\0")].count("\n") + 1
                raise Refusal(
                    f"{path.name}, line {line}: a zero byte, which text never has. The file is "
                    "damaged or is not a table: save or download it again."
                )
            done += len(chunk)
            progress(done, total)
            separators += int(np.count_nonzero(np.frombuffer(data, "u1") == ord(sep)))
            quoted = quoted or b'"' in data
    return encoding, separators, quoted


def _spoken(encoding: str) -> str:
    if encoding == "cp1252":
        return "UTF-8 or Windows-1252"
    return encoding.upper().removesuffix("-SIG")


class _Watched(io.FileIO):
    """A file that tells of the second half of its reading."""

    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path)
        self._progress = progress
        self._size = path.stat().st_size

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer, and tell of it."""
        read = super().readinto(buffer)
        self._progress(self._size + self.tell(), 2 * self._size)
        return read


@dataclass(frozen=True)
class _Source:
    """A text file whose encoding and separator are known, and whether it has quotation marks."""

    path: Path
    encoding: str
    sep: str
    quoted: bool
    progress: Progress

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the line on which each record starts, and its fields; blank lines are no record."""
        raw: list[str] = []

        def lines() -> Iterator[str]:
            with self.path.open(encoding=self.encoding, newline="") as file:
                for line in file:
                    raw.append(line)
                    yield line
            yield _END

        reader = csv.reader(lines(), delimiter=self.sep, skipinitialspace=True)
        start = 1
        try:
            for row in reader:
                if row == [_END]:
                    return
                if row and row[-1].endswith(_END):
                    opened = start + sum(field.count("\n") for field in row[:-1])
                    raise Refusal(
                        f"{self.path.name}, line {opened}: a quotation mark is opened and never "
                        'closed. Close it, or write "" for a quotation mark inside a quoted value.'
                    )
                if len(raw) > 1 and not self._paired(raw):
                    raise Refusal(
                        f"{self.path.name}, line {start}: a quotation mark is opened that line "
                        f"{reader.line_num} does not close properly. Close it where its value ends."
                    )
                if self.sep == _SPACE and row[1:] and not row[-1]:
                    row.pop()
                if len(row) > 1 or "".join(raw).strip(" \t\r\n"):
                    yield start, row
                start = reader.line_num + 1
                raw.clear()
        except csv.Error as exc:
            raise Refusal(
                f"{self.path.name}, line {start}: a value is too long to be one ({exc}). "
                "Look for a quotation mark that is never closed."
            ) from exc

    def _paired(self, raw: list[str]) -> bool:
        try:
            list(csv.reader(raw, delimiter=self.sep, skipinitialspace=True, strict=True))
        except csv.Error:
            return False
        return True

    def check_widths(self, width: int) -> None:
        """Refuse the first record that has more or fewer fields than the header."""
        line, row = next((r for r in self.records() if len(r[1]) != width), (0, []))
        if not row:
            return
        mark = _SEPARATORS.get(self.sep, "space")
        counts = f"{len(row)} field{'s' * (len(row) != 1)} where the header has {width}"
        last = line + sum(field.count("\n") for field in row)
        if last > line:
            advice = f"The row runs on to line {last}: look for a quotation mark left open."
        elif len(row) > width:
            advice = f"Quote any value that contains a {mark}, or remove the extra one."
        else:
            advice = f"Add the missing value, or a {mark} to stand for an empty one."
        raise Refusal(f"{self.path.name}, line {line}: {counts}. {advice}")

    def parse(self, decimal: str, width: int) -> pd.DataFrame:
        """Read the rows with pandas; if it will not, find out where the fault is."""
        import pandas as pd

        def parse(low_memory: bool) -> pd.DataFrame:
            with io.TextIOWrapper(
                io.BufferedReader(_Watched(self.path, self.progress), _CHUNK),
                self.encoding,
                newline="",
            ) as file:
                return pd.read_csv(
                    file,
                    sep=r"\s+" if self.sep == _SPACE else self.sep,
                    decimal=decimal,
                    header=0,
                    index_col=False,
                    skipinitialspace=self.quoted,
                    na_values=list(MISSING),
                    keep_default_na=False,
                    low_memory=low_memory,
                )

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", pd.errors.ParserWarning)
            warnings.simplefilter("error", pd.errors.DtypeWarning)
            try:
                try:
                    return parse(low_memory=True)
                except pd.errors.DtypeWarning:
                    return parse(low_memory=False)
            except (MemoryError, Cancelled):
                raise
            except Exception as exc:
                if "out of memory" in str(exc):
                    raise MemoryError from exc
                self.check_widths(width)
                said = " ".join(str(exc).split()).rstrip(".")
                raise Refusal(
                    f"{self.path.name} cannot be read as a table of text ({said}). "
                    "Save it again as a CSV file."
                ) from exc
