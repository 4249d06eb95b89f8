"""How much of the variance the model speaks for, and whether τ² can be told from 0."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from solver.criterion import Criterion
from solver.surface import profile


@dataclass(frozen=True)
class Explained:
    """R² of a multilevel model, after Nakagawa & Schielzeth (2013).

    On the boundary τ̂² = 0 the two are equal: the groups add nothing to what the predictors say.

    Attributes
    ----------
    fixed : float
        Var(Xβ̂) over the rows, divisor n − 1.
    tau2, sigma2 : float
        The variances of the random intercepts and of the errors.
    """

    fixed: float
    tau2: float
    sigma2: float

    @property
    def total(self) -> float:
        """Var(Xβ̂) + τ̂² + σ̂²."""
        return self.fixed + self.tau2 + self.sigma2

    @property
    def marginal(self) -> float:
        """The part of the total that the predictors speak for."""
        return self.fixed / self.total

    @property
    def conditional(self) -> float:
        """The part that predictors and groups together speak for."""
        return (self.fixed + self.tau2) / self.total


def explained(at: Criterion) -> Explained:
    """R² at the estimates."""
    return Explained(at.fixed_variance, at.tau2, at.sigma2)


class LikelihoodRatio(NamedTuple):
    """The likelihood-ratio test of τ² = 0, by the criterion of the fit and with the same X.

    Attributes
    ----------
    statistic : float
        2(ℓ̂ − ℓ̂₀) ≥ 0.
    p_chisq1 : float
        P(χ²₁ ≥ statistic), as if 0 were inside the model: too large.
    p_boundary : float
        Half of that, and 1 when the statistic is 0: τ² = 0 lies on the boundary, where the
        statistic is 0 half of the time (Self & Liang 1987).
    without : Criterion
        The log-likelihood at its maximum under τ² = 0.
    """

    statistic: float
    p_chisq1: float
    p_boundary: float
    without: Criterion


def likelihood_ratio(top: Criterion) -> LikelihoodRatio:
    """Test τ² = 0 against the fit whose maximum is ``top``."""
    from scipy.special import chdtrc

    _, (sigma2,) = profile(top.moments, top.method, np.zeros(1))
    without = replace(top, sigma2=float(sigma2), tau2=0.0)
    statistic = max(2 * (top.loglik - without.loglik), 0.0) if top.tau2 else 0.0
    p = float(chdtrc(1, statistic))
    return LikelihoodRatio(statistic, p, p / 2 if statistic else 1.0, without)
