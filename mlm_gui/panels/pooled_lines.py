"""The group lines that one model gives: a common line, moved by an intercept for each group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mlm_gui.panels.drawn_groups import DrawnGroups
from solver.moments import Floats


@dataclass(frozen=True, eq=False)
class PooledLines:
    """The line of β along the axis of a plot, and above or below it that of each group.

    Attributes
    ----------
    drawn : DrawnGroups
    beta : (p,)
    u : (J,)
        How far each group's line lies above the common one; nan for a group that has none.
    """

    drawn: DrawnGroups
    beta: Floats
    u: Floats

    @cached_property
    def _line(self) -> tuple[float, float]:
        level, slope = self.drawn.level(self.beta)
        return float(level), float(slope)

    @property
    def level(self) -> float:
        """Height of the common line where the axis is at 0."""
        return self._line[0]

    @property
    def slope(self) -> float:
        """Slope along the axis."""
        return self._line[1]

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
