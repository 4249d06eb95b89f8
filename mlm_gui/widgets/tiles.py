"""Pieces of a matrix, fetched when they come into sight and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from solver.moments import Codes, Floats

SIDE = 64
"""Rows and columns of a tile."""

KEPT = 128
"""Tiles kept; the one that was not used for longest goes first."""


class Tiles:
    """A matrix as square tiles.

    Parameters
    ----------
    fetch : callable
        Gives the entries in the rows and columns at two arrays of positions.
    shape : (int, int)
        Numbers of rows and columns.
    """

    def __init__(self, fetch: Callable[[Codes, Codes], Floats], shape: tuple[int, int]) -> None:
        self._fetch = fetch
        self._shape = shape
        self._tiles: OrderedDict[tuple[int, int], Floats] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tiles)

    def value(self, row: int, column: int) -> float:
        """One entry."""
        tile = self._tile(row // SIDE, column // SIDE)
        return float(tile[row % SIDE, column % SIDE])

    def block(self, rows: range, columns: range) -> Floats:
        """The entries in some neighbouring rows and columns."""
        out = np.empty((len(rows), len(columns)))
        if not out.size:
            return out
        for a in range(rows.start // SIDE, (rows.stop - 1) // SIDE + 1):
            for b in range(columns.start // SIDE, (columns.stop - 1) // SIDE + 1):
                tile = self._tile(a, b)
                top, left = max(rows.start, a * SIDE), max(columns.start, b * SIDE)
                bottom = min(rows.stop, a * SIDE + tile.shape[0])
                right = min(columns.stop, b * SIDE + tile.shape[1])
                out[
                    top - rows.start : bottom - rows.start,
                    left - columns.start : right - columns.start,
                ] = tile[
                    top - a * SIDE : bottom - a * SIDE,
                    left - b * SIDE : right - b * SIDE,
                ]
        return out

    def _tile(self, a: int, b: int) -> Floats:
        tile = self._tiles.get((a, b))
        if tile is None:
            rows, columns = self._shape
            tile = self._fetch(
                np.arange(a * SIDE, min((a + 1) * SIDE, rows)),
                np.arange(b * SIDE, min((b + 1) * SIDE, columns)),
            )
            self._tiles[a, b] = tile
            if len(self._tiles) > KEPT:
                self._tiles.popitem(last=False)
        else:
            self._tiles.move_to_end((a, b))
        return tile
