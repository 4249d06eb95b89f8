"""The name of a number, by which it can be asked for wherever it is shown."""

from __future__ import annotations

from typing import NamedTuple

Place = int | str


class Quantity(NamedTuple):
    """The name of a number, wherever it is shown.

    Attributes
    ----------
    name : str
        One of those in :data:`solver.accounts.table.TABLE`.
    place : tuple
        Which one: the position of a fixed effect, a group, an observation, a rule …, from 0.
    point : str
        Empty for the (σ², τ²) of the step; else another one, such as ``trial 0``, ``at 1.5 0.5``
        for σ² = 1.5, τ² = 0.5, or ``other``, the same place under the criterion not in use.
    """

    name: str
    place: tuple[Place, ...] = ()
    point: str = ""
