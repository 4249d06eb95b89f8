"""A preparation as the terminal has it: read from its arguments, and written as such."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from solver.data.preparation import Preparation, Sample
from solver.data.tables import Table, Value
from solver.errors import Refusal
from solver.formatting import quoted


def by_column(option: str, arguments: Iterable[str]) -> dict[str, list[str]]:
    """Take ``COLUMN=value,value`` apart, a value with a comma being in double quotes.

    Raises
    ------
    Refusal
        When there is no column or no value.
    """
    found: dict[str, list[str]] = {}
    for argument in arguments:
        name, _, text = argument.partition("=")
        values = next(csv.reader([text], skipinitialspace=True), [])
        if not name.strip() or not values:
            raise Refusal(
                f"{option} {quoted(argument)} names no column and values. "
                "Write it as COLUMN=value,value."
            )
        found.setdefault(name.strip(), []).extend(value.strip() for value in values)
    return found


def chosen(
    table: Table,
    *,
    missing: Mapping[str, Sequence[str]],
    levels: Mapping[str, Sequence[str]],
    sample: Sample | None = None,
    named: Sequence[str] = (),
) -> Preparation:
    """The preparation that texts ask for, its values being those of the table.

    Raises
    ------
    Refusal
        When a column does not exist, or has no such value to be kept.
    """
    return Preparation(
        {name: _values(table, name, texts) for name, texts in missing.items()},
        {name: _levels(table, name, texts) for name, texts in levels.items()},
        sample,
        tuple(named),
    )


def _levels(table: Table, name: str, texts: Sequence[str]) -> tuple[Value, ...]:
    values = _values(table, name, texts)
    for value in values:
        if not (table.frame[name] == value).any():
            raise Refusal(f"No row of {quoted(name)} has the value {quoted(value)} to be kept.")
    return values


def _values(table: Table, name: str, texts: Sequence[str]) -> tuple[Value, ...]:
    if name not in table.frame.columns:
        raise Refusal(f"There is no column {quoted(name)}. The names are as in the table.")
    column = table.frame[name].dropna()
    if column.dtype.kind in "iuf":
        return tuple(_number(name, text) for text in texts)
    if len(column) and isinstance(column.iloc[0], bool | np.bool_):
        return tuple(text.lower() == "true" for text in texts)
    return tuple(texts)


def _number(name: str, text: str) -> Value:
    try:
        value = float(text)
    except ValueError:
        raise Refusal(
            f"{quoted(name)} holds numbers, and {quoted(text)} is none. Give one of its values."
        ) from None
    return int(value) if value.is_integer() else value


def arguments_of(preparation: Preparation) -> list[str]:
    """The terminal's arguments that repeat a preparation."""
    words = []
    for option, columns in (("--missing", preparation.missing), ("--keep", preparation.levels)):
        for name, values in columns.items():
            words += [option, f"{name}={_joined(values)}"]
    if preparation.sample is not None:
        sample = preparation.sample
        words += ["--sample", str(sample.size), "--seed", str(sample.seed)]
        words += ["--sample-groups"] * bool(sample.group)
    for name in preparation.named:
        words += ["--labels", name]
    return words


def _joined(values: Iterable[Value]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(values))
    return line.getvalue()
