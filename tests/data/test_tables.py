"""Real files of every kind, whole and broken: a table comes out, or one sentence that helps."""

import base64
import csv
import io
import os
import random
import struct
import subprocess
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver.data import binary_tables, tables, text_tables
from solver.data.cells import MISSING, settle
from solver.data.tables import read_table
from solver.errors import Cancelled, Refusal

TABLE = pd.DataFrame({"school": ["A", "A", "B", "B"], "x": [1.5, 2.5, 3.0, 4.0]})


def write(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def columns(path: Path) -> dict[str, list[object]]:
    """Read the file; its columns as lists, with None for what is missing."""
    frame = read_table(path).frame
    return {
        name: [None if pd.isna(cell) else cell for cell in column.tolist()]
        for name, column in frame.items()
    }


def refusal(path: Path | str) -> str:
    with pytest.raises(Refusal) as caught:
        read_table(path)
    said = str(caught.value)
    assert said.endswith((".", "?"))
    assert "\n" not in said
    return said


@pytest.fixture
def in_this_process(monkeypatch):
    """Spare a test the start of another Python."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)


# --- text: separators, decimal marks, encodings, cells -----------------------------------------


@pytest.mark.parametrize(
    "name", ["t.csv", "t.tsv", "t.txt", "t.tab", "t", "t.xyz", "t.gz", "t.sav"]
)
@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
def test_the_separator_is_found_whatever_the_extension(tmp_path, sep, name):
    text = 'id,"a; b|c\td"\n1,x\n2,"y, z"\n'
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out, delimiter=sep).writerows(rows)
    path = write(tmp_path, out.getvalue(), name)
    assert columns(path) == {"id": [1, 2], "a; b|c\td": ["x", "y, z"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n1,5;x\n2;y\n", [1.5, 2]),
        ("a\tb\n1,5\tx\n-2,25e1\ty\n", [1.5, -22.5]),
        ("a|b\n1,5|x\n,5|y\n", [1.5, 0.5]),
        ("a;b\n1.5;x\n2.25;y\n", [1.5, 2.25]),
        ("a;b\n1.234;x\n2.345;y\n", [1.234, 2.345]),
        ("a;b\n1,234;x\n2,345;y\n", [1.234, 2.345]),
        ("a;b\n 1,5 ;x\nNA ;y\n", [1.5, None]),
        # What may be thousands is left for the reader to see.
        ("a\tb\n1,234\tx\n2,345\ty\n", ["1,234", "2,345"]),
        ("a;b\n1.234;x\n2,5;y\n", ["1.234", "2,5"]),
        ("a;b\n1.234,5;x\n2,5;y\n", ["1.234,5", "2,5"]),
        ("a;b;c\n1.234;2,5;x\n2.345;3,5;y\n", ["1.234", "2.345"]),
        ('a,b\n"1,5",x\n"2,5",y\n', ["1,5", "2,5"]),
    ],
)
def test_decimal_commas(tmp_path, text, expected):
    assert columns(write(tmp_path, text))["a"] == expected


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_encodings(tmp_path, encoding):
    text = "école,größe\n" + "Zoë,1.5\nœuvre,2\n" * 20
    path = write(tmp_path, text.encode(encoding))
    assert columns(path) == {"école": ["Zoë", "œuvre"] * 20, "größe": [1.5, 2] * 20}


def test_utf_16_with_its_marks_either_way_round(tmp_path):
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        path = write(tmp_path, mark + "a\tb\n1\t2\n".encode(encoding))
        assert columns(path) == {"a": [1], "b": [2]}


def test_windows_1252_may_show_only_far_into_the_file(tmp_path):
    rows = "1,2\n" * 50_000
    path = write(tmp_path, ("a,b\n" + rows + "é,2\n").encode("cp1252"))
    frame = read_table(path).frame
    assert len(frame) == 50_001
    assert frame["a"].unique().tolist() == ["1", "é"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_lines(tmp_path, newline):
    lines = ["", "a,b", "1,2", "", "   ", '3,"4"', "", ""]
    assert columns(write(tmp_path, newline.join(lines))) == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize(
    ("cells", "expected", "dtype"),
    [
        (["1", "2"], [1, 2], "int64"),
        ([" 5 ", "   6"], [5, 6], "int64"),
        (["1", "   "], [1, None], "float64"),
        (["1", "2.5"], [1, 2.5], "float64"),
        (["-1e-3", "+7"], [-0.001, 7], "float64"),
        (["NA ", "1"], [None, 1], "float64"),
        ([".", " . ", "3"], [None, None, 3], "float64"),
        (["", "."], [None, None], "float64"),
        (["1", "x", ""], ["1", "x", None], None),
        (["1.50", "x"], ["1.50", "x"], None),
        ([" north ", "south"], ["north", "south"], None),
        (["True", "False"], [True, False], "bool"),
        (["True", "NA"], [True, None], "object"),
        (["True", "1.5"], ["True", "1.5"], None),
        (["2020-01-31", "2021-12-01"], ["2020-01-31", "2021-12-01"], None),
        (["1_000", "2"], ["1_000", "2"], None),
        (["9" * 25, "1"], [float("9" * 25), 1], "float64"),
        (["-" + "9" * 25, "NA"], [-float("9" * 25), None], "float64"),
        (["9" * 400, "1"], ["9" * 400, "1"], None),
        (["9" * 5000, "1"], ["9" * 5000, "1"], None),
        (["0.1", "1.7976931348623157e308"], [0.1, 1.7976931348623157e308], "float64"),
    ],
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_cells_become_columns(tmp_path, cells, expected, dtype, quote):
    rows = "".join(f"{quote}{cell}{quote},0\n" for cell in cells)
    path = write(tmp_path, "a,b\n" + rows)
    assert columns(path)["a"] == expected
    if dtype:
        assert read_table(path).frame["a"].dtype == dtype


def test_every_token_pandas_takes_for_missing_is_missing(tmp_path):
    from pandas._libs.parsers import STR_NA_VALUES

    assert set(MISSING) == STR_NA_VALUES | {"."}
    rows = "".join(f"{token},x\n {token} ,x\n" for token in MISSING)
    assert columns(write(tmp_path, "a,b\n" + rows))["a"] == [None] * 2 * len(MISSING)


def test_a_word_far_down_makes_the_whole_column_text(tmp_path):
    path = write(tmp_path, "a,b\n" + "007,1\n" * 270_000 + "x,1\n")
    assert read_table(path).frame["a"].unique().tolist() == ["007", "x"]


def test_names_are_stripped_and_odd_columns_named_or_dropped(tmp_path):
    assert list(columns(write(tmp_path, " a , b c \n1,2\n"))) == ["a", "b c"]
    assert columns(write(tmp_path, '"","a"\n"1",2\n')) == {"row": [1], "a": [2]}
    assert columns(write(tmp_path, ",row\n1,2\n")) == {"row_0": [1], "row": [2]}
    assert columns(write(tmp_path, "a,b,, \n1,2,,\n3,4,, \n")) == {"a": [1, 3], "b": [2, 4]}
    assert columns(write(tmp_path, ",a\n,2\n")) == {"a": [2]}


def test_one_column_needs_no_separator(tmp_path):
    assert columns(write(tmp_path, "score\n1\n\n2.5\n")) == {"score": [1, 2.5]}
    assert columns(write(tmp_path, 'name\n"Smith, J"\n"Lee; K"\n')) == {
        "name": ["Smith, J", "Lee; K"]
    }


@pytest.mark.parametrize("last", ["2", "", "NA"])
def test_an_even_file_is_read_once(tmp_path, monkeypatch, last):
    """The slow pass over the rows is for files that may be uneven."""
    monkeypatch.delattr(text_tables._Source, "check_widths")
    assert columns(write(tmp_path, f"a,b\n1,{last}\n3,4\n"))["a"] == [1, 3]


def test_quotes_may_follow_a_space(tmp_path):
    assert columns(write(tmp_path, 'a, b\n1, "x, y"\n')) == {"a": [1], "b": ["x, y"]}


@pytest.mark.parametrize("shift", range(8))
def test_the_separator_is_found_wherever_the_first_look_ends(tmp_path, shift):
    header = f"i{'d' * shift};a, raw;b\n"
    path = write(tmp_path, header + "1;2,5;3\n" * (text_tables.HEAD // 8 + 8))
    assert read_table(path).frame.iloc[-1].tolist() == [1, 2.5, 3]


def test_commas_inside_quotes_are_no_fields(tmp_path):
    path = write(tmp_path, 'a,b,c\n"x, y",1,\n"p\nq",2,3\n')
    assert columns(path) == {"a": ["x, y", "p\nq"], "b": [1, 2], "c": [None, 3]}


# --- text: what is refused, and what is said ---------------------------------------------------

TEXT_REFUSALS: dict[str, tuple[str | bytes, str]] = {
    "long": (
        "a,b,c\n1,2,3\n1,2,3,4\n",
        "line 3: 4 fields where the header has 3. Quote any value that contains a comma",
    ),
    "long first": ("a,b\n1,2,3\n4,5,6\n", "line 2: 3 fields where the header has 2"),
    "long by nothing": ("a,b\n1,2,\n4,5,\n", "line 2: 3 fields where the header has 2"),
    "long by a semicolon": ("a;b\n1;2\n1;2;3\n", "contains a semicolon"),
    "short": (
        "a,b,c\n1,2,3\n\n1,2\n",
        "line 4: 2 fields where the header has 3. Add the missing value, or a comma",
    ),
    "short by a tab": ("a\tb\n1\t2\n1\n", "line 3: 1 field where the header has 2"),
    "short and long": ("a,b,c\n1,2\n1,2,3,4\n", "line 2: 2 fields"),
    "short with a quoted comma": ('a,b,c\n1,2,3\n"x, y",1\n', "line 3: 2 fields"),
    "short after many lines": ('a,b\n"1\n2\n3",4\n5\n', "line 5: 1 field where"),
    "long over two lines": (
        'a,b\n1,"2\n3",4\n5,6\n',
        "line 2: 3 fields where the header has 2. The row runs on to line 3: look for a quotation",
    ),
    "quote": ('a,b\n1,2\n3,"4\n5,6\n', "line 3: a quotation mark is opened and never closed"),
    "quote in the header": ('a,"b\n1,2\n', "line 1: a quotation mark is opened and never"),
    "quote on a later line": ('a,b\n"x\ny","z\n', "line 3: a quotation mark is opened and never"),
    "quote closed by the next": (
        'a,b\n1,"2\n3,"4"\n5,6\n',
        "line 2: a quotation mark is opened that line 3 does not close properly",
    ),
    "huge value": ('a,b\n"' + "x" * 200_000 + '",1\n', "line 2: a value is too long"),
    "twins": ("a,b, a\n1,2,3\n", 'columns 1 and 3 are both named "a"'),
    "nameless": ("a,,b\n1,2,3\n", "column 2 has no name"),
    "nameless but empty": ("a,,b\n1,,3\n", "column 2 has no name"),
    "nameless at the end": ("a,b,\n1,2,\n1,2,3\n", "column 3 has no name"),
    "nameless alone": ('""\n1\n2\n', "column 1 has no name"),
    "header only": ("a,b\n", "a row of column names but no rows below it"),
    "header and blanks": ("a,b\n  \n\n", "a row of column names but no rows below it"),
    "blank": ("\n  \n", "is empty"),
    "bytes": ("é,b\n1,ü\n".encode() + b"2,\xff\n", "line 3: the byte 0xFF is not UTF-8 text"),
    "bytes of no kind": (
        b"a,b\n1,\xe9\n2,\x81\n",
        "line 3: the byte 0x81 is not UTF-8 or Windows-1252 text",
    ),
    "cut in a character": ("é,b\n1,é".encode()[:-1], "line 2: the byte 0xC3 is not UTF-8 text"),
    "cut in UTF-16": ("a,b\n1,2\n".encode("utf-16")[:-1], "is not UTF-16 text"),
    "zero": ("a,b\n" + "1,2\n" * 40_000 + "1,\0\n", "line 40002: a zero byte"),
}


@pytest.mark.parametrize("case", TEXT_REFUSALS)
def test_broken_text_is_refused(tmp_path, case):
    content, expected = TEXT_REFUSALS[case]
    said = refusal(write(tmp_path, content))
    assert said.startswith("people.csv")
    assert expected in said


@pytest.mark.parametrize("row", ["1,2,3,", "1,2"])
@pytest.mark.parametrize("place", [0, 2**18])
def test_an_uneven_row_is_found_wherever_pandas_cuts_the_file(tmp_path, place, row):
    rows = ["1,2,3\n"] * (2**18 + 2)
    rows[place] = row + "\n"
    said = refusal(write(tmp_path, "a,b,c\n" + "".join(rows)))
    assert f"line {place + 2}: {row.count(',') + 1} field" in said


def test_a_file_pandas_will_not_read_is_refused_in_its_words(tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise pd.errors.ParserError("C error: odd")

    monkeypatch.setattr(pd, "read_csv", fail)
    assert "C error: odd" in refusal(write(tmp_path, "a,b\n1,2\n"))


@pytest.mark.parametrize("error", [MemoryError(), pd.errors.ParserError("C error: out of memory")])
def test_too_little_memory(tmp_path, monkeypatch, error):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pd, "read_csv", fail)
    assert "does not fit in this computer's memory" in refusal(write(tmp_path, "a,b\n1,2\n"))


def test_too_little_memory_for_a_workbook(tmp_path, monkeypatch, in_this_process):
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(binary_tables, "_rows", fail)
    assert "does not fit in this computer's memory" in refusal(write(tmp_path, xlsx(ROWS)))


# --- text: what holds of any table -------------------------------------------------------------

WORDS = st.text("aZ 0,;|\t\"'\n.éß", max_size=8).map(lambda text: ("w" + text).strip())
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CELLS = [
    st.integers(-(2**63), 2**63 - 1),
    st.one_of(st.none(), NUMBERS),
    st.one_of(st.none(), WORDS),
]


@st.composite
def random_tables(draw: st.DrawFn) -> dict[str, list[object]]:
    names = draw(st.lists(st.text("aZ é_'", min_size=1).map(str.strip), min_size=2, max_size=5,
                          unique=True).filter(all))  # fmt: skip
    height = draw(st.integers(1, 8))
    return {
        name: draw(st.lists(draw(st.sampled_from(CELLS)), min_size=height, max_size=height))
        for name in names
    }


def as_csv(table: dict[str, list[object]], decimal: str, **dialect: object) -> list[str]:
    """Write each row, the header first, as text of its own."""
    written = []
    for row in [list(table), *zip(*table.values(), strict=True)]:
        line = io.StringIO()
        cells = [repr(c).replace(".", decimal) if isinstance(c, float) else c for c in row]
        csv.writer(line, **dialect).writerow(cells)
        written.append(line.getvalue())
    return written


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    table=random_tables(),
    sep=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    comma=st.booleans(),
)
def test_any_table_survives_any_dialect(tmp_path, table, sep, newline, quoting, encoding, comma):
    decimal = "," if comma and sep == ";" else "."
    if newline == "\r":  # else Python's writer leaves "\n" inside a value bare
        quoting = csv.QUOTE_ALL
    rows = as_csv(table, decimal, delimiter=sep, lineterminator=newline, quoting=quoting)
    path = write(tmp_path, "".join(rows).encode(encoding))
    assert columns(path) == table


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=random_tables(), longer=st.booleans(), data=st.data())
def test_any_uneven_row_is_named(tmp_path, table, longer, data):
    rows = as_csv(table, ".", lineterminator="\n")
    place = data.draw(st.integers(1, len(rows) - 1))
    cells = next(csv.reader(io.StringIO(rows[place], newline="")))
    cells = [*cells, "1"] if longer else cells[:-1]
    changed = io.StringIO()
    csv.writer(changed, lineterminator="\n").writerow(cells)
    rows[place] = changed.getvalue()
    line = 1 + "".join(rows[:place]).count("\n")
    fields = f"{len(cells)} field{'s' * (len(cells) != 1)}"
    said = refusal(write(tmp_path, "".join(rows)))
    assert f"line {line}: {fields} where the header has {len(table)}" in said


# --- files that are not tables -----------------------------------------------------------------


def test_a_missing_file_brings_the_nearest_name(tmp_path):
    write(tmp_path, "a\n1\n", "People.csv")
    assert refusal(tmp_path / "peple.csv").endswith("Did you mean People.csv?")
    assert refusal(tmp_path / "people").endswith("Did you mean People.csv?")
    assert refusal(tmp_path / "zebra.sav").endswith("Check the name and the folder.")
    assert "There is no folder" in refusal(str(tmp_path / "data" / "people.csv"))


def test_names_that_open_nothing(tmp_path):
    assert "is a folder" in refusal(tmp_path)
    assert "is not the name of a file" in refusal("")
    assert "is not the name of a file" in refusal("a\0b")
    assert "cannot be read (File name too long)" in refusal(tmp_path / ("x" * 300))
    assert "cannot be read" in refusal(write(tmp_path, "a\n1\n") / "below")
    assert "is empty" in refusal(write(tmp_path, ""))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names there")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is not an ordinary file" in refusal(tmp_path / "pipe.csv")


def test_a_file_without_permission(tmp_path, monkeypatch):
    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, "a\n1\n")
    monkeypatch.setattr(Path, "open", deny)
    assert "you have no permission to read it" in refusal(path)


FOREIGN = {
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "is a picture",
    b"\xff\xd8\xff\xe0\0\x10JFIF": "is a picture",
    b"%PDF-1.7\n%text": "is a PDF document",
    b"\x1f\x8b\x08\0\0\0\0\0": "is a compressed archive",
    b"\x7fELF\x02\x01\x01\0": "is a program",
    b"MZ\x90\0\x03\0": "is a program",
    b"SQLite format 3\0": "is a database",
    b"\n<!DOCTYPE html><table><tr><td>1": "is a web page",
    b"<?xml version='1.0'?><Workbook>": "is a web page or XML",
    random.Random(1).randbytes(500): "neither text nor",
    random.Random(1).randbytes(100_000): "neither text nor",
    b"\x01\x02\x03\x04\x05": "neither text nor",
}


@pytest.mark.parametrize("content", FOREIGN)
@pytest.mark.parametrize("name", ["people.csv", "people.doc", "people"])
def test_other_kinds_of_file_are_named(tmp_path, content, name):
    said = refusal(write(tmp_path, content, name))
    assert said.startswith(f"{name} is ")
    assert FOREIGN[content] in said
    assert "Give the table as a CSV" in said


@pytest.mark.parametrize("header", ["MZ,DZ", "PAR1,PAR2", "PK,b", "%PDF,b"])
def test_names_like_the_marks_of_other_kinds_do_no_harm(tmp_path, header):
    assert list(columns(write(tmp_path, header + "\n1,2\n"))) == header.split(",")


@pytest.mark.parametrize("suffix", [s for kind in tables._KINDS for s in kind.suffixes])
def test_a_file_that_does_not_begin_as_its_extension_says(tmp_path, suffix):
    said = refusal(write(tmp_path, b"\x05\0\x01junk" * 50, "people" + suffix))
    assert "does not begin as a" in said


# --- workbooks ---------------------------------------------------------------------------------

Rows = list[list[object]]
ROWS: Rows = [["school", "x"], *TABLE.to_numpy().tolist()]


def xlsx(*sheets: Rows, hidden: int | None = None) -> bytes:
    book = openpyxl.Workbook()
    for i, rows in enumerate(sheets):
        sheet = book.active if i == 0 else book.create_sheet()
        sheet.sheet_state = "hidden" if i == hidden else "visible"
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def archive(parts: dict[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


def compound(streams: dict[str, bytes]) -> bytes:
    """Put streams into an OLE compound file, the wrapping of .xls and of encrypted .xlsx."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE

    def entry(name: str, kind: int, after: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        numbers = struct.pack("<HBBIII36xIQ", len(raw), kind, 1, free, after, child, start, size)
        return raw.ljust(64, b"\0") + numbers

    chain, body, entries = [0xFFFFFFFD, end], b"", [entry("Root Entry", 5, free, 1, end, 0)]
    for i, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(4096, b"\0")
        data += bytes(-len(data) % 512)
        start, sectors = len(chain), len(data) // 512
        entries.append(entry(name, 2, i + 1 if i < len(streams) else free, free, start, len(data)))
        chain += [*range(start + 1, start + sectors), end]
        body += data
    shape = struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + shape
    sectors = struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    return header + sectors + table + b"".join(entries).ljust(512, b"\0") + body


def xls(rows: Rows, locked: bool = False) -> bytes:
    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def cell(row: int, column: int, value: object) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x204, place + struct.pack("<HB", len(value), 0) + value.encode())
        return record(0x203, place + struct.pack("<d", value))

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHQ", 0x600, kind, 0) + bytes(4))

    def book(sheet: int) -> bytes:
        name = struct.pack("<IBBBB", sheet, 0, 0, 1, 0) + b"S"
        lock = record(0x2F, b"\1\0\0\0\0\0") if locked else b""
        return begin(5) + lock + record(0x85, name) + record(10, b"")

    cells = [cell(i, j, value) for i, row in enumerate(rows) for j, value in enumerate(row)]
    sheet = begin(16) + b"".join(cells) + record(10, b"")
    return compound({"Workbook": book(len(book(0))) + sheet})


def xlsb(rows: Rows) -> bytes:
    def record(kind: int, data: bytes = b"") -> bytes:
        name = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
        return name + bytes([len(data)]) + data

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    sheet = record(0x94, struct.pack("<4I", 0, len(rows) - 1, 0, 1)) + record(0x91)
    for i, row in enumerate(rows):
        sheet += record(0, struct.pack("<I", i) + bytes(13))
        for j, value in enumerate(row):
            place = struct.pack("<II", j, 0)
            is_text = isinstance(value, str)
            data = text(value) if is_text else struct.pack("<d", value)
            sheet += record(6 if is_text else 5, place + data)
    names = struct.pack("<II", 0, 1) + text("rId1") + text("S")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/_rels/workbook.bin.rels": '<Relationships><Relationship Id="rId1" '
            f'Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/workbook.bin": record(0x9C, names) + record(0x90) + record(0x9D, bytes(26)),
            "xl/worksheets/sheet1.bin": sheet + record(0x92),
        }
    )


def ods(rows: Rows) -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<t:table-cell o:value-type="string"><x:p>{value}</x:p></t:table-cell>'
        return f'<t:table-cell o:value-type="float" o:value="{value}"/>'

    lines = "".join(f"<t:table-row>{''.join(map(cell, row))}</t:table-row>" for row in rows)
    for short, name in {"o": "office", "t": "table", "x": "text"}.items():
        lines = lines.replace(f"<{short}:", f"<{name}:").replace(f"</{short}:", f"</{name}:")
    lines = lines.replace(" o:", " office:")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{lines}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


# --- every kind of file ------------------------------------------------------------------------

# Four rows of TABLE, and a missing y, in a file that ReadStat wrote.
SAS = zlib.decompress(
    base64.b64decode(
        "eNpjYECAQ68aEzaLCJ7fO4mDgfO4YY+EvICgsRKDsTEjkyEjRIkIAwMzI4q4MaOyMYOICIMCMyPMnGDHYAU3Tx9XF8cQ"
        "x2DXEAVcgIEAAOmHqeucc6H7T8l9RxiNoVgAghnRhC31DEwMDH1NfTLzSiuQxI31DA30DHQNDc0M9AwN9QzRjauwMIs3"
        "M0HwQfYevbT/HQyjq5+x684/ZHcyjIJRMApGwSgYBaNgFIyCUTAKRsEoGAWDCMyE9lvRwX82KIOJn4EbSN3ggXA1mFHV"
        "HYCKS6Dpz+CC0BFMqOIcUPEEmAC0w36FE0KboIl3QMV90MQDoOIWaOICUHEHNPdc4MAuPoGAOJrxUPDDHkKrODiijGWw"
        "QI3RQBPngIhf/FHvhCIuAFWv5OBE5JjIKBgFo2AUjIJRMBzBv9//wYA0XS4MrBTpt6BQvw4DrLn0D6L9vwqULwOlmYGQ"
        "kYEZzvuHZscfqD5Ye0YA1l4CNysQjSgIn5GBA42P0naDAkRjQgXqPhNoO8YBY57kL1SPD0JIBH2+BjyfE+IaUJyckZ+f"
        "w8AQDKVB8yoe+aVFxUC6kgEknl+Uih5Ef1DNZ4HS7DRKRzzsqOEK8y8bWnuODc3/jGjuQ+f/R1PHiqaOFS0dMKL5E50P"
        "TW4E09svItX9/E9O+h264BsQQHIUKvgOBCD6A5TPiyYvaKCE0m9hwWE+urkyyPkOOaNCgR9aOvk/wuKDVv1RUgEsnzGh"
        "8bnQ+DxofH40PgfNfMqBlOZEkOzhAbNliLSZBehSRmApxoYiugJJHmfQgAEAN+v7qQ=="
    )
)


def written(writer: Callable[..., None], **options: object) -> Callable[[Path], bytes]:
    def content(folder: Path) -> bytes:
        path = folder / "written"
        writer(TABLE, path, **options)
        return path.read_bytes()

    return content


KINDS: dict[str, Callable[[Path], bytes]] = {
    "csv": lambda _: TABLE.to_csv(index=False).encode(),
    "txt": lambda _: TABLE.to_csv(index=False, sep="\t").encode("utf-16"),
    "xlsx": lambda _: xlsx(ROWS),
    "xls": lambda _: xls(ROWS),
    "xlsb": lambda _: xlsb(ROWS),
    "ods": lambda _: ods(ROWS),
    "parquet": written(lambda frame, path: frame.to_parquet(path)),
    "sav": written(pyreadstat.write_sav),
    "compact.sav": written(pyreadstat.write_sav, row_compress=True),
    "zsav": written(pyreadstat.write_sav, compress=True),
    "por": written(pyreadstat.write_por),
    "dta": written(pyreadstat.write_dta),
    "old.dta": written(pyreadstat.write_dta, version=8),
    "xpt": written(pyreadstat.write_xport),
    "old.xpt": written(pyreadstat.write_xport, file_format_version=5),
    "sas7bdat": lambda _: SAS,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_even_under_another_name(tmp_path, kind, in_this_process):
    name = "people.csv" if kind != "csv" else "people.xlsx"
    read = columns(write(tmp_path, KINDS[kind](tmp_path), name))
    read.pop("y", None)
    assert {name.lower(): values for name, values in read.items()} == TABLE.to_dict("list")


@pytest.mark.parametrize("kind", ["xlsx", "old.xpt"])
def test_compiled_libraries_run_in_another_process(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(binary_tables, "_answer", None)
    assert columns(write(tmp_path, KINDS[kind](tmp_path))) == TABLE.to_dict("list")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "parquet", "sav", "zsav", "dta"])
def test_a_file_cut_short_is_refused(tmp_path, kind, in_this_process):
    content = KINDS[kind](tmp_path)
    said = refusal(write(tmp_path, content[: len(content) * 2 // 3], "people." + kind))
    assert said.startswith(f"people.{kind} cannot be read as a")
    assert "save or download it again" in said


def test_a_workbook_s_cells(tmp_path, in_this_process):
    from datetime import datetime, time

    rows: Rows = [
        [None, None],
        [" id ", "n", "x", "word", "flag", "gap", "day", "clock", 2019, "mixed", "error", None],
        [1, 1, 1.5, " a ", True, True, datetime(2020, 1, 31), time(1, 2), 3, 1, 5, None],
        [2, "NA", "2", "b", False, None, datetime(2021, 1, 1, 9, 30), None, 4, "x", "#DIV/0!", ""],
        [None, None],
    ]
    path = write(tmp_path, xlsx([], rows), "people.xlsx")
    assert columns(path) == {
        "id": [1, 2],
        "n": [1, None],
        "x": [1.5, 2],
        "word": ["a", "b"],
        "flag": [True, False],
        "gap": [True, None],
        "day": ["2020-01-31", "2021-01-01 09:30:00"],
        "clock": ["01:02:00", None],
        "2019": [3, 4],
        "mixed": ["1", "x"],
        "error": [5, None],
    }
    assert read_table(path).frame["id"].dtype == "int64"
    assert read_table(path).frame["flag"].dtype == "bool"


def test_rows_of_empty_text_at_the_end_are_no_rows(tmp_path, in_this_process):
    assert columns(write(tmp_path, xls([*ROWS, ["", ""], ["", ""]]))) == TABLE.to_dict("list")


def test_a_hidden_sheet_gives_way(tmp_path, in_this_process):
    path = write(tmp_path, xlsx([["secret"], [1]], ROWS, hidden=0), "people.xlsx")
    assert columns(path) == TABLE.to_dict("list")


def test_workbooks_that_are_refused(tmp_path, in_this_process):
    def said(content: bytes, name: str = "people.xlsx") -> str:
        return refusal(write(tmp_path, content, name))

    assert "has only empty sheets" in said(xlsx([], []))
    assert "has no rows" in said(xlsx([["a", "b"]]))
    assert "column 2 has no name" in said(xlsx([["a"], [1, 2]]))
    assert 'columns 1 and 2 are both named "a"' in said(xlsx([["a", "a "], [1, 2]]))
    assert "is a zip archive with no workbook in it" in said(archive({"people.csv": "a\n1\n"}))
    locked = compound({"EncryptionInfo": b"", "EncryptedPackage": b""})
    assert "is protected by a password" in said(locked)
    assert "is protected by a password" in said(xls(ROWS, locked=True), "people.xls")
    assert "cannot be read as a workbook" in said(compound({"WordDocument": b""}))


def test_a_stray_cell_far_away_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(binary_tables, "_MOST_CELLS", 3)
    path = write(tmp_path, xlsx(ROWS))
    with pytest.raises(RuntimeError, match="a stray value"):
        binary_tables._rows(str(path))


# --- SPSS, Stata, SAS --------------------------------------------------------------------------

CODED = pd.DataFrame(
    {"g": [1.0, 2.0, 9.0], "s": ["NA", "1", " "], "day": pd.to_datetime("2020-01-31")}
)
LABELS: dict[str, object] = {
    "column_labels": {"g": "Group", "s": None},
    "variable_value_labels": {"g": {1: "control", 9: "refused"}},
}


def test_spss_labels_codes_and_declared_missing_values(tmp_path):
    pyreadstat.write_sav(CODED, tmp_path / "t.sav", missing_ranges={"g": [9]}, **LABELS)
    path = tmp_path / "t.sav"
    table = read_table(path)
    assert columns(path) == {
        "g": [1, 2, None],
        "s": ["NA", "1", None],
        "day": ["2020-01-31"] * 3,
    }
    assert table.variable_labels == {"g": "Group"}
    assert table.value_labels == {"g": {1: "control", 9: "refused"}}


def test_stata_labels_and_small_integers(tmp_path, in_this_process):
    small = CODED.assign(g=CODED["g"].astype("int8"), s=[1, 2, None])
    pyreadstat.write_dta(small, tmp_path / "t.dta", **LABELS)
    table = read_table(tmp_path / "t.dta")
    assert table.frame.dtypes.astype(str).to_dict() == {"g": "int64", "s": "float64", "day": "str"}
    assert table.variable_labels == {"g": "Group"}
    assert table.value_labels == {"g": {1: "control", 9: "refused"}}


def test_sas_labels(tmp_path, in_this_process):
    table = read_table(write(tmp_path, SAS, "t.sas7bdat"))
    assert table.variable_labels == {"school": "School", "x": "Hours", "y": "Score"}
    assert table.value_labels == {}
    assert columns(tmp_path / "t.sas7bdat")["y"] == [10, 12, None, 9]


def test_spss_text_of_an_old_windows(tmp_path, in_this_process):
    pyreadstat.write_sav(pd.DataFrame({"s": ["Zo??e"]}), tmp_path / "t.sav")
    content = (tmp_path / "t.sav").read_bytes().replace(b"Zo??e", b"Zo\xeb e")
    assert columns(write(tmp_path, content, "t.sav")) == {"s": ["Zoë e"]}


def test_a_file_with_columns_but_no_rows(tmp_path, in_this_process):
    pyreadstat.write_sav(CODED.iloc[:0], tmp_path / "t.sav")
    assert "has no rows" in refusal(tmp_path / "t.sav")


def test_more_rows_announced_than_the_file_can_hold(tmp_path, in_this_process):
    content = bytearray(KINDS["old.dta"](tmp_path))
    content[6:10] = struct.pack("<i", 10**9)
    said = refusal(write(tmp_path, bytes(content), "t.dta"))
    assert "it is too short for the 1000000000 rows it announces" in said


def test_a_file_squeezed_small_holds_its_rows(tmp_path, in_this_process):
    many = pd.DataFrame({"x": [1.0]}).loc[[0] * 20_000]
    pyreadstat.write_sav(many, tmp_path / "t.zsav", compress=True)
    assert (tmp_path / "t.zsav").stat().st_size < 20_000
    assert len(read_table(tmp_path / "t.zsav").frame) == 20_000


def test_a_crash_of_the_library_is_a_refusal(tmp_path, monkeypatch):
    path = write(tmp_path, xlsx(ROWS), "t.xlsx")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert "crashed on it" in refusal(path)


def test_a_panic_of_the_library_is_a_refusal(tmp_path, monkeypatch, in_this_process):
    class Panic(BaseException):
        """What an extension in Rust raises is no Exception."""

    def panic(_: str) -> None:
        raise Panic("index out of range")

    monkeypatch.setattr(binary_tables, "_rows", panic)
    assert "index out of range" in refusal(write(tmp_path, xlsx(ROWS)))


def test_a_frozen_program_reads_in_its_own_process(tmp_path, monkeypatch, in_this_process):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert columns(write(tmp_path, xlsx(ROWS))) == TABLE.to_dict("list")
    assert "cannot be read as a workbook" in refusal(write(tmp_path, xlsx(ROWS)[:500]))


# --- Parquet -----------------------------------------------------------------------------------


def test_parquet_types_become_ordinary(tmp_path):
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None], "Int64"),
            "small": pd.array([1, 2], "UInt8"),
            "large": pd.array([1, 2**64 - 1], "UInt64"),
            "single": np.array([1.5, np.nan], "float32"),
            "arrow": pd.array([1.5, None], "double[pyarrow]"),
            "flag": pd.array([True, False], "boolean"),
            "gap": pd.array([True, None], "boolean"),
            "text": pd.array(["1", " "], "string"),
            "group": pd.Categorical(["NA", None]),
            "code": pd.Categorical([3, None]),
            "day": pd.to_datetime(["2020-01-31", None]),
            "money": [Decimal("1.5"), None],
            "list": [[1, 2], None],
            "bytes": [b"x", None],
            "none": [None, None],
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")
    read = read_table(tmp_path / "t.parquet").frame
    assert columns(tmp_path / "t.parquet") == {
        "whole": [1, None],
        "small": [1, 2],
        "large": [1, 2**64 - 1],
        "single": [1.5, None],
        "arrow": [1.5, None],
        "flag": [True, False],
        "gap": [True, None],
        "text": ["1", None],
        "group": ["NA", None],
        "code": [3, None],
        "day": ["2020-01-31", None],
        "money": [1.5, None],
        "list": ["[1 2]", None],
        "bytes": ["x", None],
        "none": [None, None],
    }
    assert [str(read[name].dtype) for name in ("whole", "small", "large", "single", "flag")] == [
        *("float64", "int64", "uint64", "float64", "bool")
    ]


def test_a_parquet_index_is_a_column(tmp_path):
    frame = pd.DataFrame({"x": pd.array([1, 2], "Int8")})
    for index, expected in (
        (pd.RangeIndex(2), ["x"]),
        (pd.RangeIndex(5, 7), ["x"]),
        (pd.RangeIndex(2, name="id"), ["id", "x"]),
        (pd.Index(["p", "q"]), ["row", "x"]),
        (pd.MultiIndex.from_tuples([(1, 1), (1, 2)], names=["g", "i"]), ["g", "i", "x"]),
    ):
        frame.set_axis(index).to_parquet(tmp_path / "t.parquet")
        read = read_table(tmp_path / "t.parquet").frame
        assert list(read) == expected
        assert read["x"].to_dict() == {0: 1, 1: 2}
    frame.set_axis(pd.Index([1, 2], name="x")).to_parquet(tmp_path / "t.parquet")
    assert 'both named "x"' in refusal(tmp_path / "t.parquet")


def test_settling_hundreds_of_columns_warns_of_nothing():
    frame = pd.DataFrame({i: ["1", " x"] for i in range(120)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert settle(frame).iloc[1].eq("x").all()


# --- damage of any sort ------------------------------------------------------------------------


def damaged(content: bytes, dice: random.Random) -> bytes:
    broken = bytearray(content)
    place = dice.randrange(len(broken))
    match dice.randrange(6):
        case 0:
            del broken[place:]
        case 1:
            del broken[place : place + dice.randrange(1, 200)]
        case 2:
            broken[place:place] = dice.randbytes(dice.randrange(200))
        case 3:
            broken[place:place] = dice.choice(
                [b'"', b'"\n"', b",,", b"\r", b"\0", b"9" * 5000, b'"' * 9]
            )
        case 4:
            broken[place:place] = dice.choice([b"x", b'"']) * 200_000
        case _:
            for _ in range(dice.choice([1, 3, 30])):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
    return bytes(broken)


ROUNDS = 25


def fuzz(folder: Path, start: int) -> None:
    """Read damaged files, each in this process, and leave the number of the last one begun."""
    sys.frozen = True  # type: ignore[attr-defined]
    cases = [(kind, turn) for turn in range(ROUNDS) for kind in KINDS]
    for number, (kind, turn) in list(enumerate(cases))[start:]:
        content = damaged((folder / kind).read_bytes(), random.Random(f"{kind} {turn}"))
        write(folder, str(number), "last")
        try:
            read_table(write(folder, content, "damaged." + kind))
            outcome = "table"
        except Refusal:
            outcome = "refusal"
        with (folder / "outcomes").open("a") as file:
            file.write(outcome + "\n")


def test_a_damaged_file_is_a_table_or_a_refusal(tmp_path):
    """Damage may crash a library; the fuzz then goes on in a new process."""
    for kind, content in KINDS.items():
        write(tmp_path, content(tmp_path), kind)
    start = 0
    while True:
        run = subprocess.run(
            [sys.executable, "-W", "error", __file__, tmp_path, str(start)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        if run.returncode == 0:
            break
        assert run.returncode < 0, run.stderr
        start = int((tmp_path / "last").read_text()) + 1
        kind = list(KINDS)[(start - 1) % len(KINDS)]
        assert "crashed on it" in refusal(tmp_path / f"damaged.{kind}")
    outcomes = (tmp_path / "outcomes").read_text().split()
    assert outcomes.count("table") > ROUNDS
    assert outcomes.count("refusal") > ROUNDS


if __name__ == "__main__":
    fuzz(Path(sys.argv[1]), int(sys.argv[2]))


# --- spaces, stray values, progress -------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "y x g\n1 2.5 a\n2 3.5 b\n",
        "y   x  g\n1  2.5   a\n2  3.5   b\n",
        "  y x g\n  1 2.5 a\n  2 3.5 b\n",
        "y x g \n1 2.5 a \n2 3.5 b \n",
        'y x g\n1 2,5 "a"\n2 3,5 "b"\n',
    ],
)
def test_spaces_part_cells_where_every_line_has_as_many(tmp_path, text):
    path = write(tmp_path, text, "people.txt")
    assert columns(path) == {"y": [1, 2], "x": [2.5, 3.5], "g": ["a", "b"]}


@pytest.mark.parametrize("text", ["full name\nJohn Smith\nAnn Lee\n", "a b\n1\n2\n", "a b\n"])
def test_spaces_elsewhere_part_nothing(tmp_path, text):
    if text == "a b\n":
        assert "no rows" in refusal(write(tmp_path, text))
    else:
        assert len(columns(write(tmp_path, text))) == 1


def test_a_line_of_spaces_with_another_count_is_named_wherever_it_is(tmp_path):
    text = "y x\n" + "1 2\n" * 40_000 + "1 2 3\n"
    assert "line 40002: 3 fields where the header has 2" in refusal(write(tmp_path, text))


@pytest.mark.parametrize("place", [(1_000_000, 3), (5, 16_000), (2_000, 2_000)])
def test_a_stray_value_is_found_without_reading_what_is_empty(tmp_path, place, in_this_process):
    book = openpyxl.Workbook()
    for row in [["y", "x"], *([k, k % 7] for k in range(300))]:
        book.active.append(row)
    book.active.cell(*place, "oops")
    path = tmp_path / "stray.xlsx"
    book.save(path)
    row, column = max(place[0], 301), max(place[1], 2)
    assert f"stray.xlsx: a stray value lies far from the rest of 'Sheet', which reaches as far as "\
        f"row {row} and column {column}. Delete it" in refusal(path)  # fmt: skip


def test_the_progress_of_reading_text_goes_from_0_to_all_its_bytes(tmp_path):
    path = write(tmp_path, "a,b\n" + "1,2\n" * 100_000)
    told: list[tuple[int, int]] = []
    read_table(path, lambda *progress: told.append(progress))
    done = [part for part, _ in told]
    assert done == sorted(done)
    assert {total for _, total in told} == {2 * path.stat().st_size} == {done[-1]}
    assert len(done) > 4


@pytest.mark.parametrize("part", [0.1, 0.7])
def test_reading_text_ends_when_it_is_cancelled(tmp_path, part):
    def stop(done: int, total: int) -> None:
        if done > part * total:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_table(write(tmp_path, "a,b\n" + "1,2\n" * 200_000), stop)


def test_reading_a_workbook_ends_when_it_is_cancelled(tmp_path):
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_table(write(tmp_path, xlsx(ROWS), "people.xlsx"), stop)
