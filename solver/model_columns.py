"""The columns of a table that a formula uses: found by name, complete, and as numbers."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.errors import Refusal
from solver.formatting import quoted
from solver.model_checks import listed, row_name
from solver.moments import Codes

if TYPE_CHECKING:
    import pandas as pd

    from solver.formula import ParsedFormula


def columns_used(frame: pd.DataFrame, parsed: ParsedFormula) -> pd.DataFrame:
    """The columns that the formula uses, the group's last."""
    wanted = list(dict.fromkeys([*parsed.columns, parsed.group]))
    known = [unicodedata.normalize("NFC", str(name)) for name in frame.columns]
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.5) or [
                k for k in known if k.lower() == name.lower()
            ]
            there_are = f"There are: {listed(known)}." if known else "The table has none."
            hint = f"Did you mean {quoted(near[0])}?" if near else there_are
            raise Refusal(f"There is no column {quoted(name)}. {hint}")
        if known.count(name) > 1:
            raise Refusal(f"Two columns are called {quoted(name)}. Rename one of them.")
    chosen = frame.iloc[:, [known.index(name) for name in wanted]]
    return chosen.set_axis(wanted, axis=1)


def complete_rows(
    frame: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, int], Codes | None]:
    """The rows without a missing value, the missing values by column, and the rows kept."""
    lacking = {name: frame[name].isna().to_numpy() for name in frame.columns}
    missing = {name: int(mask.sum()) for name, mask in lacking.items() if mask.any()}
    for name, cells in missing.items():
        if cells == len(frame):
            raise Refusal(f"The column {quoted(name)} is empty: all {cells} values are missing.")
    if len(frame) == 0:
        raise Refusal("The table has no rows.")
    if not missing:
        return frame, missing, None
    rows = np.flatnonzero(~np.logical_or.reduce([lacking[name] for name in missing]))
    if len(rows) == 0:
        counts = ", ".join(f"{quoted(name)} {cells}" for name, cells in missing.items())
        raise Refusal(f"No row has a value in every column used. Missing values: {counts}.")
    return frame.iloc[rows], missing, rows


def with_numbers(frame: pd.DataFrame, parsed: ParsedFormula, rows: Codes | None) -> pd.DataFrame:
    """The table with its numeric columns as numbers; words among numbers are refused."""
    changed: dict[str, Any] = {}
    for name in parsed.columns:
        if name in parsed.categorical:
            continue
        values = _number_column(frame[name], name in parsed.numeric, rows)
        if values is not None and values.dtype != frame[name].dtype:
            changed[name] = values
    return frame.assign(**changed) if changed else frame


def _number_column(column: pd.Series[Any], needed: bool, rows: Codes | None) -> Any:
    """The column's numbers as an array; None when it holds categories and may."""
    import pandas as pd
    from pandas.api import types

    name = quoted(column.name)
    column = column.infer_objects()
    if isinstance(column.dtype, pd.CategoricalDtype | pd.BooleanDtype) or column.dtype.kind == "b":
        if not needed:
            return None
    elif types.is_complex_dtype(column.dtype):
        raise Refusal(f"{name} holds complex numbers. Choose a column of real ones.")
    elif column.dtype.kind in "Mm":
        raise Refusal(
            f"{name} holds dates or times. Turn it into a number first, such as the year."
        )
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy()
    values = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(np.float64)
    words = np.flatnonzero(np.isnan(values))
    if len(words) == 0:
        return values
    first = f"{row_name(words[0], rows)} has {quoted(column.iloc[words[0]])}"
    if 2 * len(words) <= len(values):
        such = f", the first of {len(words)} such rows" if len(words) > 1 else ""
        raise Refusal(
            f"{name} should hold numbers, but {first}{such}. "
            "Correct it, or leave the cell empty if the value is missing."
        )
    if needed:
        raise Refusal(f"{name} holds words, not numbers: {first}. Choose a numeric column.")
    return None
