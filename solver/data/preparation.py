"""What is done to a table before a model sees it: reserve codes, levels, names, a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from solver.data.tables import Table, Value
from solver.errors import Refusal
from solver.formatting import quoted
from solver.moments import Codes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Sample:
    """A random sample of rows, or of whole groups.

    Attributes
    ----------
    size : how many rows or groups
    seed : of numpy's default generator
    group : the column that tells the groups; empty for a sample of rows
    """

    size: int
    seed: int
    group: str = ""


@dataclass(frozen=True)
class Preparation:
    """The reader's choices, in the order in which they are carried out.

    Attributes
    ----------
    missing : by column, the reserve codes that stand for "no answer"
    levels : by column, the values whose rows are kept; other columns keep all
    sample : the rows or groups drawn from what is left; None for all
    named : columns whose codes are shown by their labels
    """

    missing: Mapping[str, tuple[Value, ...]] = field(default_factory=dict, hash=False)
    levels: Mapping[str, tuple[Value, ...]] = field(default_factory=dict, hash=False)
    sample: Sample | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """One thing that was done, and what it touched.

    Attributes
    ----------
    what : a reserve code set to missing, rows of other levels or outside a sample left out
    column : where; empty for a sample of rows
    value : the reserve code; None otherwise
    rows : cells set to missing, or rows left out
    """

    what: Literal["missing", "levels", "sample"]
    column: str
    value: Value | None
    rows: int


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table after its preparation.

    Attributes
    ----------
    frame : the rows kept
    rows : (n,) which rows of the table those are, counted from 0; None when all were kept
    accounts : what was done, in order
    """

    frame: pd.DataFrame
    rows: Codes | None
    accounts: tuple[Account, ...]


def prepare(table: Table, preparation: Preparation) -> Prepared:
    """Carry out a reader's choices; the table itself stays as it is.

    Raises
    ------
    Refusal
        When a column does not exist, no row is left, or a sample is larger than what there is.
    """
    frame = table.frame
    accounts: list[Account] = []
    changed = {}
    for name, codes in preparation.missing.items():
        column = _column(frame, name)
        for code in codes:
            touched = (column == code).to_numpy(dtype=bool, na_value=False)
            accounts.append(Account("missing", name, code, int(touched.sum())))
        changed[name] = column.mask(column.isin(list(codes)))
    frame = frame.assign(**changed) if changed else frame

    kept = np.ones(len(frame), dtype=bool)
    for name, values in preparation.levels.items():
        left = kept & _column(frame, name).isin(list(values)).to_numpy()
        accounts.append(Account("levels", name, None, int(kept.sum() - left.sum())))
        kept = left
    if preparation.sample is not None:
        left = _drawn(frame, kept, preparation.sample)
        accounts.append(
            Account("sample", preparation.sample.group, None, int(kept.sum() - left.sum()))
        )
        kept = left
    if not kept.any():
        raise Refusal("No row is left after choosing levels. Keep more of them.")
    rows = None if kept.all() else np.flatnonzero(kept)
    frame = frame if rows is None else frame.iloc[rows]

    names = {name: _named(_column(frame, name), table, name) for name in preparation.named}
    return Prepared(frame.assign(**names) if names else frame, rows, tuple(accounts))


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise Refusal(f"There is no column {quoted(name)} to prepare.")
    return frame[name]


def _named(column: pd.Series, table: Table, name: str) -> pd.Series:
    """A column's values by their labels, in the order of the values; itself where it has none."""
    import pandas as pd

    labels = table.value_labels.get(name, {})
    values = sorted(column.dropna().unique().tolist(), key=lambda v: (isinstance(v, str), v))
    names = {value: labels.get(value, str(value)) for value in values}
    ordered = pd.CategoricalDtype(list(dict.fromkeys(names.values())))
    return column.map(names, na_action="ignore").astype(ordered)


def _drawn(frame: pd.DataFrame, kept: np.ndarray, sample: Sample) -> np.ndarray:
    """Which of the rows kept are in the sample."""
    draw = np.random.default_rng(sample.seed)
    if not sample.group:
        _check_size(sample.size, int(kept.sum()), "rows")
        drawn = np.zeros_like(kept)
        drawn[draw.choice(np.flatnonzero(kept), sample.size, replace=False)] = True
        return drawn
    column = _column(frame, sample.group)
    groups = column[kept].dropna().sort_values().unique()
    _check_size(sample.size, len(groups), "groups")
    chosen = draw.choice(len(groups), sample.size, replace=False)
    return kept & column.isin(groups[chosen]).to_numpy()


def _check_size(size: int, there: int, what: str) -> None:
    if not 1 <= size <= there:
        raise Refusal(f"A sample of {size} {what} cannot be drawn: there are {there}.")
