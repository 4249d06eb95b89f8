"""From a column of group labels to codes 0 … J − 1, in the order in which a reader expects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from solver.moments import Codes

if TYPE_CHECKING:
    import pandas as pd

SPREAD = 4
"""Whole numbers are counted rather than sorted when their range is below this times their count."""


class Groups(NamedTuple):
    """The groups of the rows.

    Attributes
    ----------
    codes : (n,) array of int
        Group of each row, 0 … J − 1.
    values : (J,) array
        The distinct labels, numbers by size and text by letter.
    sizes : (J,) array of int
        Rows of each group, at least one.
    """

    codes: Codes
    values: Any
    sizes: Any


def group_codes(labels: Any) -> Groups:
    """Code each row's group.

    Parameters
    ----------
    labels : (n,) array
        Numbers or text.

    Returns
    -------
    Groups
    """
    values = np.asarray(labels)
    if values.dtype.kind in "OSmM":
        values = values.astype(str)
    whole = values.dtype.kind == "f" and bool((values == np.rint(values)).all())
    if whole and np.abs(values).max() < 2**53:
        values = values.astype(np.int64)
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < SPREAD * len(values):
            shifted: Codes = np.subtract(values, low, dtype=np.intp)
            sizes = np.bincount(shifted)
            present = sizes > 0
            if not present.all():
                shifted = (np.cumsum(present, dtype=np.intp) - 1)[shifted]
            return Groups(shifted, np.flatnonzero(present) + low, sizes[present])
    distinct, inverse, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return Groups(inverse.astype(np.intp, copy=False), distinct, sizes)


def group_codes_of_column(column: pd.Series[Any]) -> Groups:
    """:func:`group_codes` of a column of a table; categories keep their own order."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = column.cat.remove_unused_categories().cat
        codes = np.array(categories.codes, dtype=np.intp)
        return Groups(codes, categories.categories.to_numpy(), np.bincount(codes))
    if column.dtype.kind in "iuf" and isinstance(column.dtype, np.dtype):
        return group_codes(column.to_numpy())
    named = column.dtype == object or column.dtype.kind in "mM"
    found, distinct = pd.factorize(column.astype(str) if named else column)
    order = np.argsort(np.asarray(distinct))
    rank: Codes = np.argsort(order).astype(np.intp)
    ordered = np.asarray(rank[found], dtype=np.intp)
    return Groups(ordered, np.asarray(distinct)[order], np.bincount(ordered))
