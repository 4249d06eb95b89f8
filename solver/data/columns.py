"""What a reader wants to know of a table's columns before choosing among them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from solver.data.tables import Table, Value

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal[
    "number", "code", "category", "truth", "date", "identifier", "text", "constant", "empty"
]
"""What a column holds: measured numbers, a few whole numbers, a few words, true or false, dates,
a different value in every row (of numbers, in order), many words, one value throughout, or
nothing."""

BINS = 20
"""Bars of a column's histogram, at most."""

FEW = 30
"""Distinct whole numbers up to which they are taken for codes."""

SURE = 20
"""Rows from which a different whole number in each is taken for an identifier."""

_DATE = re.compile(r"\d{4}-\d\d?-\d\d?([ T].*)?|\d{1,2}[/.]\d{1,2}[/.](\d\d|\d{4})")


@dataclass(frozen=True)
class Column:
    """One column, in short.

    Attributes
    ----------
    name : str
    kind : Kind
    rows, missing : int
        Values that are there, and those that are not.
    distinct : int
        Different values.
    low, high, mean, sd : float
        Of numbers; nan of anything else, and the SD of one value.
    bars : tuple of int
        At most 20 counts: of the values, in order, where they are few; of equal parts from the
        lowest to the highest number; or of the most frequent words.
    frequent : tuple of (value, rows)
        The most frequent values, at most 20, the most frequent first.
    label : str
        What the file says the column is.
    value_labels : mapping
        What the file says the values are.
    """

    name: str
    kind: Kind
    rows: int
    missing: int
    distinct: int
    low: float = float("nan")
    high: float = float("nan")
    mean: float = float("nan")
    sd: float = float("nan")
    bars: tuple[int, ...] = ()
    frequent: tuple[tuple[Value, int], ...] = ()
    label: str = ""
    value_labels: Mapping[Value, str] = field(default_factory=dict, hash=False)

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.low == self.low


def describe(table: Table) -> tuple[Column, ...]:
    """Describe every column of a table, in its order."""
    return tuple(describe_column(table, name) for name in table.frame.columns)


def describe_column(table: Table, name: str) -> Column:
    """Describe one column of a table."""
    column = table.frame[name]
    there = column.dropna()
    values, counts = _counted(there)
    most = np.argsort(-counts, kind="stable")[:BINS]
    known: dict[str, Any] = {
        "rows": len(there),
        "missing": len(column) - len(there),
        "distinct": len(counts),
        "bars": tuple(counts[most].tolist()),
        "frequent": tuple((_plain(values[k]), int(counts[k])) for k in most),
        "label": table.variable_labels.get(name, ""),
        "value_labels": table.value_labels.get(name, {}),
    }
    if there.dtype.kind in "iuf":
        known |= _of_numbers(there.to_numpy(np.float64), counts)
    return Column(name, _kind(there, [str(values[k]) for k in most], len(counts)), **known)


def _counted(there: pd.Series) -> tuple[Any, Any]:
    """The different values and how many rows have each; numbers from the lowest.

    Sorting numbers leaves other threads alone, and counting them by hashing does not.
    """
    if there.dtype.kind in "iuf":
        values, counts = np.unique(there.to_numpy(), return_counts=True)
        return values, counts
    counted = there.value_counts()
    return counted.index, counted.to_numpy(np.int64)


def _plain(value: Any) -> Value:
    """A value as Python has it."""
    found: Value = value.item() if isinstance(value, np.generic) else value
    return found


def _of_numbers(values: Any, counts: Any) -> dict[str, Any]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return {}
    low, high = float(finite.min()), float(finite.max())
    with np.errstate(over="ignore", invalid="ignore"):
        if len(counts) <= BINS:
            bars = counts.tolist()
        elif np.isfinite(high - low):
            bars = np.histogram(finite, BINS, (low, high))[0].tolist()
        else:
            bars = []
        sd = float(finite.std(ddof=1)) if len(finite) > 1 else float("nan")
        mean = float(finite.mean())
    return {"low": low, "high": high, "mean": mean, "sd": sd, "bars": tuple(bars)}


def _kind(there: pd.Series, words: Sequence[str], distinct: int) -> Kind:
    if distinct < 2:
        return "constant" if distinct else "empty"
    if there.dtype.kind in "iuf":
        return _kind_of_numbers(there.to_numpy(), distinct)
    if isinstance(there.iloc[0], bool | np.bool_):
        return "truth"
    if all(_DATE.fullmatch(word) for word in words):
        return "date"
    if distinct == len(there) >= SURE:
        return "identifier"
    return "category" if 2 * distinct <= len(there) or distinct <= FEW else "text"


def _kind_of_numbers(values: Any, distinct: int) -> Kind:
    whole = values.dtype.kind in "iu" or bool((values == np.rint(values)).all())
    if not whole:
        return "number"
    if distinct == len(values) >= SURE:
        return "identifier" if bool((np.diff(values) > 0).all()) else "number"
    return "code" if distinct <= FEW and 2 * distinct <= len(values) else "number"
