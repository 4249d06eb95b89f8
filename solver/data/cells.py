"""Makes a table's cells, whatever they are, into columns of numbers, truth values and text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# The tokens pandas takes for missing, and the full stop of SAS and Stata.
MISSING = ("", ".", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND",
           "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null")  # fmt: skip


def as_text(value: object) -> str:
    """Write a cell as text, a date without a time of day as the date alone."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def settle(frame: pd.DataFrame, decimal: str = ".", literal: bool = False) -> pd.DataFrame:
    """Make each column numeric or boolean if all its values are, and stripped text if not.

    Parameters
    ----------
    frame
        Cells that are numbers, truth values, dates and text in any mixture. It is changed.
    decimal
        The decimal mark of the text. With a comma, a column that has a full stop anywhere stays
        text, since the full stop may mark thousands.
    literal
        Whether text stays text even where it looks like a number, and only a blank is missing.

    Returns
    -------
    pd.DataFrame
        The frame, its numbers 64 bits wide and its missing values ``NaN``.
    """
    for name, column in frame.items():
        settled = _settled(column, decimal, literal)
        if settled is not column:
            frame[name] = settled
    return frame


def _settled(column: pd.Series, decimal: str, literal: bool) -> pd.Series:
    import pandas as pd

    if column.dtype.kind in "biuf":
        return _widened(column)
    if column.dtype != "str":
        column = column.astype(object).where(column.notna(), float("nan"))
        kind = pd.api.types.infer_dtype(column, skipna=True)
        if kind == "boolean":
            return column if column.hasnans else column.astype(bool)
        if kind in {"integer", "floating", "mixed-integer-float", "decimal", "empty"}:
            numbers = _numeric(column)
            if numbers is not None:
                return numbers
        if kind != "string":
            column = column.map(as_text, na_action="ignore")
    text = column.str.strip().infer_objects()
    text = text.mask(text.isin(MISSING[:1] if literal else MISSING))
    if literal or (decimal == "," and text.str.contains(".", regex=False, na=False).any()):
        return text
    numbers = _numeric(text.str.replace(decimal, ".", regex=False))
    return text if numbers is None else numbers


def _numeric(column: pd.Series) -> pd.Series | None:
    import pandas as pd

    try:
        numbers = pd.to_numeric(column)
        return numbers.astype("float64") if numbers.dtype == object else numbers
    except (ValueError, OverflowError):
        return None


def _widened(column: pd.Series) -> pd.Series:
    import numpy as np
    import pandas as pd

    kind = column.dtype.kind
    if isinstance(column.dtype, np.dtype) and (kind == "b" or column.dtype.itemsize == 8):
        return column
    missing = column.isna()
    if missing.any() and kind == "b":
        return column.astype(object).mask(missing, np.nan)
    wide = {"b": "bool", "f": "float64", "u": "uint64" if "64" in column.dtype.name else "int64"}
    target = "float64" if missing.any() else wide.get(kind, "int64")
    return pd.Series(column.to_numpy(dtype=target, na_value=np.nan))
