"""The group lines that one model gives: a common line, moved by an intercept for each group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from mlm_gui.panels.drawn_groups import DrawnGroups
from solver.moments import Floats


@dataclass(frozen=True, eq=False)
class PooledLines:
    """A common line along the axis of a plot, and above or below it that of each group.

    Attributes
    ----------
    drawn : DrawnGroups
    level, slope : float
        Height of the common line where the axis is at 0, and its slope.
    u : (J,)
        How far each group's line lies above the common one; nan for a group that has none.
    """

    drawn: DrawnGroups
    level: float
    slope: float
    u: Floats

    @classmethod
    def of(cls, drawn: DrawnGroups, beta: Floats, u: Floats) -> Self:
        """The lines with fixed effects β, (p,), other predictors than the axis's at their means."""
        level, slope = drawn.level(beta)
        return cls(drawn, float(level), float(slope), u)

    def common(self, x: float) -> float:
        """How high the common line is at a place."""
        return self.level + self.slope * x

    def height(self, j: int, x: float) -> float:
        """How high a group's line is at a place."""
        return self.level + float(self.u[j]) + self.slope * x

    @cached_property
    def ends(self) -> Floats:
        """How high each drawn group's line starts and ends, (groups, 2)."""
        levels = self.level + self.u[self.drawn.groups]
        ends: Floats = levels[:, None] + self.slope * self.drawn.extents
        return ends

    @property
    def segments(self) -> Floats:
        """The ends of each drawn group's line, (groups, 2, 2)."""
        return np.stack([self.drawn.extents, self.ends], axis=2)

    def nearest(self, x: float, y: float, within: float) -> int | None:
        """The drawn group whose line passes a place, at most so far above or below it."""
        drawn = self.drawn
        distance = np.abs(self.level + self.u[drawn.groups] + self.slope * x - y)
        beside = (x < drawn.extents[:, 0]) | (x > drawn.extents[:, 1])
        distance[beside | np.isnan(distance)] = np.inf
        k = int(distance.argmin())
        return int(drawn.groups[k]) if distance[k] <= within else None
