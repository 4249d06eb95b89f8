"""From a column of group labels to codes 0 … J − 1, in the order in which a reader expects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from solver.moments import Codes

if TYPE_CHECKING:
    import pandas as pd

SPREAD = 4
"""Whole numbers are counted rather than sorted when their range is below this times their count."""


def group_codes(labels: Any) -> tuple[Codes, Any]:
    """Code each row's group.

    Parameters
    ----------
    labels : (n,) array
        Numbers or text.

    Returns
    -------
    codes : (n,) array of int
        0 … J − 1.
    values : (J,) array
        The distinct labels, numbers by size and text by letter.
    """
    values = np.asarray(labels)
    if values.dtype.kind == "f" and np.all(np.mod(values, 1) == 0) and np.abs(values).max() < 2**53:
        values = values.astype(np.int64)
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < SPREAD * len(values):
            shifted: Codes = values.astype(np.intp) - low
            present = np.bincount(shifted) > 0
            if not present.all():
                shifted = (np.cumsum(present, dtype=np.intp) - 1)[shifted]
            return shifted, np.flatnonzero(present) + low
    distinct, inverse = np.unique(values, return_inverse=True)
    return inverse.astype(np.intp, copy=False), distinct


def group_codes_of_column(column: pd.Series[Any]) -> tuple[Codes, Any]:
    """:func:`group_codes` of a column of a table; categories keep their own order."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = column.cat.remove_unused_categories().cat
        return categories.codes.to_numpy(np.intp, copy=True), categories.categories.to_numpy()
    if column.dtype.kind in "iuf" and isinstance(column.dtype, np.dtype):
        return group_codes(column.to_numpy())
    codes, distinct = pd.factorize(column.astype(str) if column.dtype == object else column)
    order = np.argsort(np.asarray(distinct))
    rank = np.argsort(order).astype(np.intp)
    return rank[codes].astype(np.intp, copy=False), np.asarray(distinct)[order]
