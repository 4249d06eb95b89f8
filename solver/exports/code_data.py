"""Lines of R and of Python that read a table and prepare it as a reader chose."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from solver.analysis import Analysis
from solver.data.cells import MISSING
from solver.data.sources import FileSource
from solver.data.tables import kind_of
from solver.data.text_tables import Dialect, dialect_of
from solver.errors import Refusal
from solver.exports.code_formula import r_value, r_vector
from solver.formula import parse_formula

INLINE = 60
"""Rows of a table, or groups and stretches of rows of a sample, that are written into the code."""

OURS = Dialect("utf-8", ",", ".")


class DataCode(Protocol):
    """Writes the lines of one language."""

    def file(self, path: str, kind: str, dialect: Dialect) -> str:
        """Read a file."""

    def inline(self, text: str) -> str:
        """Read a table that stands in the code."""

    def missing(self, column: str, codes: Sequence[object]) -> str:
        """Set reserve codes to missing."""

    def listed(self, stretches: Sequence[tuple[int, int]]) -> str:
        """Keep rows, given as stretches from and up to a row, counted from 1."""

    def listed_in(self, file: str) -> str:
        """Keep the rows that a file lists, counted from 1."""

    def levels(self, column: str, values: Sequence[object]) -> str:
        """Keep the rows with some values."""

    def named(self, column: str, labels: Mapping[Any, str]) -> str:
        """Put labels in place of codes."""


@dataclass(frozen=True, eq=False)
class TableCode:
    """The first two parts of a script: how its table is read, and what is done to it.

    Attributes
    ----------
    analysis : Analysis
    stem : what the files beside the script are called, before their ends
    """

    analysis: Analysis
    stem: str

    @cached_property
    def used(self) -> tuple[str, ...]:
        """The columns of the model."""
        parsed = parse_formula(self.analysis.choices.formula)
        return tuple(dict.fromkeys([*parsed.columns, parsed.group]))

    @cached_property
    def _text(self) -> str:
        """The columns that the script needs, as CSV."""
        chosen = self.analysis.choices.preparation
        sampled = [chosen.sample.group] if chosen.sample and chosen.sample.group else []
        wanted = [*self.used, *chosen.missing, *chosen.levels, *chosen.named, *sampled]
        frame = self.analysis.table.frame
        columns = [name for name in frame.columns if name in wanted]
        written = io.StringIO()
        frame[columns].to_csv(written, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        return written.getvalue()

    @property
    def is_file(self) -> bool:
        """Whether the table is a file of the reader's."""
        return isinstance(self.analysis.choices.source, FileSource)

    @property
    def is_inline(self) -> bool:
        """Whether the table stands in the code."""
        return not self.is_file and len(self.analysis.table.frame) <= INLINE

    @cached_property
    def files(self) -> dict[str, str]:
        """The files that must lie beside the script, by name."""
        files = {}
        if not self.is_file and not self.is_inline:
            files[f"{self.stem}.csv"] = self._text
        if self.analysis.choices.preparation.sample and len(self._stretches) > INLINE:
            files[self._rows_file] = "".join(f"{row + 1}\n" for row in self._rows)
        return files

    @property
    def _rows_file(self) -> str:
        return f"{self.stem}-rows.txt"

    @property
    def _rows(self) -> list[int]:
        rows = self.analysis.prepared.rows
        if rows is None:
            return list(range(len(self.analysis.table.frame)))
        kept: list[int] = rows.tolist()
        return kept

    @cached_property
    def _stretches(self) -> list[tuple[int, int]]:
        """The rows kept as stretches from and up to a row, counted from 1."""
        rows = np.array(self._rows) + 1
        edges = [0, *(np.flatnonzero(np.diff(rows) > 1) + 1).tolist(), len(rows)]
        return [(int(rows[a]), int(rows[b - 1])) for a, b in pairwise(edges)]

    def read(self, code: DataCode) -> str:
        """The lines that read the table."""
        source = self.analysis.choices.source
        if isinstance(source, FileSource):
            try:
                kind = kind_of(source.path)
                dialect = dialect_of(Path(source.path)) if kind == "text" else OURS
            except OSError as error:
                raise Refusal(
                    f"{source.title} cannot be read ({error.strerror}), so that no code can say "
                    "how it is written. Put it back where it was."
                ) from None
            return code.file(source.path.replace("\\", "/"), kind, dialect)
        if self.is_inline:
            return code.inline(self._text)
        return code.file(f"{self.stem}.csv", "text", OURS)

    def prepare(self, code: DataCode) -> str:
        """The lines that prepare it."""
        return "\n".join(self._prepared(code)) or "# Nothing: the table is used as it was read."

    def _prepared(self, code: DataCode) -> Iterator[str]:
        chosen = self.analysis.choices.preparation
        for column, codes in chosen.missing.items():
            yield f"# {_plain(column)}: codes that stand for no answer are set to missing."
            yield code.missing(column, codes)
        if chosen.sample is not None:
            sample = chosen.sample
            what = f"whole groups of {_plain(sample.group)}" if sample.group else "rows"
            yield from _comment(
                f"A random sample of {sample.size} {what}, drawn once by numpy's "
                f"default_rng({sample.seed}); these are the rows that it gave."
            )
            listed = self._rows_file in self.files
            yield code.listed_in(self._rows_file) if listed else code.listed(self._stretches)
        for column, values in chosen.levels.items():
            yield f"# {_plain(column)}: rows with other values are left out."
            yield code.levels(column, values)
        for column in chosen.named:
            if column in self.used:
                yield f"# {_plain(column)}: codes are called by their labels."
                yield code.named(column, self._labels(column))

    def _labels(self, column: str) -> dict[Any, str]:
        table = self.analysis.table
        labels = table.value_labels.get(column, {})
        values = table.frame[column].dropna().unique().tolist()
        return {value: labels.get(value, str(value)) for value in values}


def _plain(name: str) -> str:
    """A name that cannot end its comment."""
    return " ".join(name.split())


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 96)]


def wrapped(start: str, parts: Sequence[str], end: str) -> str:
    """A call with many arguments, over as many lines as it needs."""
    whole = f"{start}{', '.join(parts)}{end}"
    if len(whole) <= 98:
        return whole
    lines: list[str] = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(part) > 90:
            lines.append("")
        lines[-1] += f"{part}, "
    body = "\n".join(f"  {line.rstrip()}" for line in lines).rstrip(",")
    return f"{start}\n{body}\n{end}"


class RData:
    """Writes R."""

    def file(self, path: str, kind: str, dialect: Dialect) -> str:
        """Read a file."""
        where = r_value(path)
        if kind == "text":
            return self._table(f"{where}, ", dialect)
        call = {
            "a workbook": "readxl::read_excel({})",
            "a Parquet file": "arrow::read_parquet({})",
            "an SPSS file": "haven::zap_labels(haven::read_sav({}))",
            "an SPSS portable file": "haven::zap_labels(haven::read_por({}))",
            "a Stata file": "haven::zap_labels(haven::read_dta({}))",
            "a SAS file": "haven::read_sas({})",
            "a SAS transport file": "haven::read_xpt({})",
        }[kind].format(where)
        package = call.split("(")[-2 if "zap" in call else 0].partition("::")[0]
        return f"data <- as.data.frame({call})  # install.packages({r_value(package)})"

    def inline(self, text: str) -> str:
        """Read a table that stands in the code."""
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return self._table(f'text = "{escaped}", ', OURS, here=True)

    def _table(self, what: str, dialect: Dialect, here: bool = False) -> str:
        encoding = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8-BOM", "cp1252": "windows-1252"}.get(
            dialect.encoding, dialect.encoding.upper()
        )
        marks = MISSING[:1] if dialect is OURS else MISSING
        missing = wrapped("missing <- c(", [r_value(mark) for mark in marks], ")")
        separator = r_value(dialect.separator.strip(" "))
        named = "" if here else f'fileEncoding = "{encoding}", '
        return (
            f"{missing}\n"
            f"data <- read.table(\n  {what}header = TRUE, sep = {separator}, "
            f'dec = "{dialect.decimal}",\n  {named}na.strings = missing, quote = "\\"", '
            'comment.char = "",\n  strip.white = TRUE, check.names = FALSE\n)'
        )

    def missing(self, column: str, codes: Sequence[object]) -> str:
        """Set reserve codes to missing."""
        of = f"data[[{r_value(column)}]]"
        return f"{of}[{of} %in% {r_vector(codes)}] <- NA"

    def listed(self, stretches: Sequence[tuple[int, int]]) -> str:
        """Keep rows."""
        parts = [str(a) if a == b else f"{a}:{b}" for a, b in stretches]
        return wrapped("data <- data[c(", parts, "), ]")

    def listed_in(self, file: str) -> str:
        """Keep the rows that a file lists."""
        return f"data <- data[scan({r_value(file)}), ]"

    def levels(self, column: str, values: Sequence[object]) -> str:
        """Keep the rows with some values."""
        kept = wrapped("c(", [r_value(value) for value in values], ")")
        return f"data <- data[data[[{r_value(column)}]] %in% {kept}, ]"

    def named(self, column: str, labels: Mapping[Any, str]) -> str:
        """Put labels in place of codes."""
        of = f"data[[{r_value(column)}]]"
        parts = [f"{r_value(_code(value))} = {r_value(label)}" for value, label in labels.items()]
        return wrapped(f"{of} <- unname(c(", parts, f")[as.character({of})])")


class PythonData:
    """Writes Python with pandas."""

    def file(self, path: str, kind: str, dialect: Dialect) -> str:
        """Read a file."""
        where = json.dumps(path, ensure_ascii=False)
        call = {
            "a workbook": "pd.read_excel({})  # pip install openpyxl",
            "a Parquet file": "pd.read_parquet({})",
            "an SPSS file": "pyreadstat.read_sav({})[0]",
            "an SPSS portable file": "pyreadstat.read_por({})[0]",
            "a Stata file": "pyreadstat.read_dta({})[0]",
            "a SAS file": "pyreadstat.read_sas7bdat({})[0]",
            "a SAS transport file": "pyreadstat.read_xport({})[0]",
        }
        if kind in call:
            return f"data = {call[kind].format(where)}"
        return self._table(where, dialect)

    def inline(self, text: str) -> str:
        """Read a table that stands in the code."""
        escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        return self._table(f'io.StringIO("""\\\n{escaped}""")', OURS)

    def _table(self, what: str, dialect: Dialect) -> str:
        marks = MISSING[:1] if dialect is OURS else MISSING
        separator = 'r"\\s+"' if dialect.separator == " " else json.dumps(dialect.separator)
        missing = wrapped("missing = [", [json.dumps(mark) for mark in marks], "]")
        return (
            f"{missing}\ndata = pd.read_csv(\n    {what},\n"
            f"    sep={separator}, "
            f'decimal="{dialect.decimal}", encoding="{dialect.encoding}",\n'
            "    na_values=missing, keep_default_na=False, skipinitialspace=True,\n)"
        )

    def missing(self, column: str, codes: Sequence[object]) -> str:
        """Set reserve codes to missing."""
        of = f"data[{column!r}]"
        return f"{of} = {of}.mask({of}.isin({list(codes)!r}))"

    def listed(self, stretches: Sequence[tuple[int, int]]) -> str:
        """Keep rows."""
        parts = [str(a) if a == b else f"{a}:{b + 1}" for a, b in stretches]
        return wrapped("data = data.iloc[np.r_[", parts, "] - 1]")

    def listed_in(self, file: str) -> str:
        """Keep the rows that a file lists."""
        return f"data = data.iloc[np.loadtxt({file!r}, dtype=int, ndmin=1) - 1]"

    def levels(self, column: str, values: Sequence[object]) -> str:
        """Keep the rows with some values."""
        kept = wrapped("[", [repr(value) for value in values], "]")
        return f"data = data[data[{column!r}].isin({kept})]"

    def named(self, column: str, labels: Mapping[Any, str]) -> str:
        """Put labels in place of codes."""
        parts = [f"{value!r}: {label!r}" for value, label in labels.items()]
        return wrapped(f"data[{column!r}] = data[{column!r}].map({{", parts, "})")


def _code(value: object) -> str:
    """A code as R turns it into text: whole numbers without a point."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole and isinstance(value, float) else str(value)
