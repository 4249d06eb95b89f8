"""Data drawn from the model itself, whose true parameters are therefore known."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from solver.data.tables import Table, unwatched
from solver.data.text_tables import Progress
from solver.errors import Refusal
from solver.moments import Floats

MOST_ROWS = 10**6
"""Rows that may be drawn."""

X_RANGE = (0.0, 10.0)
"""The predictor is uniform between these."""

FORMULA = "y ~ x + (1 | group)"
"""The model that the data are drawn from."""


@dataclass(frozen=True, eq=False)
class Truth:
    """What simulated data were drawn from.

    Attributes
    ----------
    beta : (2,)
        Intercept and slope.
    sigma2, tau2 : float
        Var(ε) and Var(u).
    u : (J,)
        The random intercepts of the groups drawn.
    """

    beta: Floats
    sigma2: float
    tau2: float
    u: Floats


@dataclass(frozen=True)
class Simulation:
    """Rows drawn from y = β₀ + β₁x + u + ε, with x uniform between 0 and 10.

    Each random quantity has a stream of its own, so that moving one parameter leaves the other
    draws as they were: with a larger τ², the same groups lie farther apart.

    Attributes
    ----------
    groups : J
    smallest, largest : rows of a group: each number between them is as likely
    intercept, slope : β
    sigma2, tau2 : Var(ε) > 0 and Var(u) ≥ 0
    seed : of numpy's default generator

    Raises
    ------
    Refusal
        When nothing can be drawn from such numbers.
    """

    groups: int = 12
    smallest: int = 5
    largest: int = 15
    intercept: float = 10.0
    slope: float = 1.0
    sigma2: float = 9.0
    tau2: float = 4.0
    seed: int = 1
    kind: Literal["simulation"] = field(default="simulation", init=False)

    def __post_init__(self) -> None:
        if self.groups < 2:
            raise Refusal("Draw at least 2 groups: with one, τ² cannot be told.")
        if not 1 <= self.smallest <= self.largest:
            raise Refusal(
                "The smallest group needs at least 1 row, and no more rows than the largest."
            )
        if self.largest < 2:
            raise Refusal("The largest group needs at least 2 rows, or σ² cannot be told from τ².")
        if self.groups * self.largest > MOST_ROWS:
            raise Refusal(f"At most {MOST_ROWS} rows can be drawn. Take fewer or smaller groups.")
        if not all(map(math.isfinite, (self.intercept, self.slope, self.sigma2, self.tau2))):
            raise Refusal("β, σ² and τ² must be finite numbers.")
        if not 0 < self.sigma2 <= 1e12 or not 0 <= self.tau2 <= 1e12:
            raise Refusal("σ² must be above 0, τ² at least 0, and both at most 10¹².")
        if max(abs(self.intercept), abs(self.slope)) > 1e12:
            raise Refusal("The intercept and the slope must lie between −10¹² and 10¹².")
        if self.seed < 0:
            raise Refusal("A seed is a whole number from 0 on.")

    @property
    def title(self) -> str:
        """How a reader knows it."""
        return f"simulated, J = {self.groups}, τ² = {self.tau2:g}, seed {self.seed}"

    @property
    def truth(self) -> Truth:
        """What the rows are drawn from, the random intercepts included."""
        return Truth(
            np.array([self.intercept, self.slope]), self.sigma2, self.tau2, self._draw()[2]
        )

    def read(self, progress: Progress = unwatched) -> Table:
        """Draw the rows: columns ``y``, ``x`` and ``group``, the groups numbered from 1."""
        import pandas as pd

        sizes, x, u, errors = self._draw()
        codes = np.repeat(np.arange(self.groups), sizes)
        y = self.intercept + self.slope * x + u[codes] + errors
        return Table(
            pd.DataFrame({"y": y, "x": x, "group": codes + 1}),
            {
                "y": "β₀ + β₁x + u + ε, simulated",
                "x": "uniform between 0 and 10, simulated",
                "group": "group, simulated",
            },
        )

    def _draw(self) -> tuple[np.ndarray, Floats, Floats, Floats]:
        """Group sizes (J,), x (n,), u (J,) and ε (n,)."""
        streams = [np.random.default_rng(s) for s in np.random.SeedSequence(self.seed).spawn(4)]
        sizes = streams[0].integers(self.smallest, self.largest, self.groups, endpoint=True)
        if self.groups == int(sizes.sum()):
            sizes[0] = 2
        n = int(sizes.sum())
        x = streams[1].uniform(*X_RANGE, n)
        u = math.sqrt(self.tau2) * streams[2].standard_normal(self.groups)
        return sizes, x, u, math.sqrt(self.sigma2) * streams[3].standard_normal(n)
