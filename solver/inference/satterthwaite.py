"""How well a variance is known: Satterthwaite's degrees of freedom.

A t statistic divides an estimate by a standard error that is estimated too. Satterthwaite (1946)
treats the squared standard error v as a χ² variable on as many degrees of freedom as give it the
mean and the variance that it has, df = 2v²/Var(v). Var(v) is gᵀI⁻¹g by the delta method, g being
the gradient of v by (σ², τ²) and I the observed information of the log-likelihood in use: the
choice of lmerTest (Kuznetsova, Brockhoff & Christensen 2017), which it agrees with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.criterion import Criterion
from solver.moments import Floats

LEVEL = 0.95
"""Coverage of the intervals."""


@dataclass(frozen=True)
class Inference:
    """What is said of one number that was estimated, or predicted.

    Attributes
    ----------
    estimate, se : float
        The estimate and its standard error, in the estimate's units.
    df : float
        Satterthwaite's degrees of freedom; nan when the information is not positive definite.
    """

    estimate: float
    se: float
    df: float

    @property
    def t(self) -> float:
        """estimate/se."""
        return self.estimate / self.se

    @cached_property
    def p_value(self) -> float:
        """Two-sided p of t on df degrees of freedom."""
        from scipy.special import stdtr

        return float(2 * stdtr(self.df, -abs(self.t)))

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval estimate ± t₀.₉₇₅(df)·se."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.df, (1 + LEVEL) / 2)) * self.se
        return self.estimate - reach, self.estimate + reach


@dataclass(frozen=True, eq=False)
class Satterthwaite:
    """Degrees of freedom of variances that are functions of (σ̂², τ̂²).

    Attributes
    ----------
    criterion : Criterion
        The log-likelihood at its maximum.
    """

    criterion: Criterion

    @cached_property
    def variance_cov(self) -> Floats:
        """Var(σ̂², τ̂²) ≈ I⁻¹, (2, 2); nan when I is not positive definite.

        On the boundary τ̂² = 0 the log-likelihood is even in τ, so that τ̂ has no part in Var(v) at
        first order: σ² alone is left. This is what lmerTest's Hessian in τ/σ amounts to.
        """
        information = self.criterion.observed
        if self.criterion.tau2 == 0:
            return np.array([[_inverse(information[0, 0]), 0.0], [0.0, 0.0]])
        size = np.sqrt(np.abs(np.diag(information)))
        scaled = information / np.outer(size, size)
        if not (np.diag(information) > 0).all() or np.linalg.det(scaled) <= 0:
            return np.full((2, 2), np.nan)
        covariance: Floats = np.linalg.inv(scaled) / np.outer(size, size)
        return covariance

    def df(self, variance: float, gradient: Floats) -> float:
        """2v²/(gᵀI⁻¹g) for a variance v and its gradient g by (σ², τ²), (2,)."""
        spread = float(gradient @ self.variance_cov @ gradient)
        return 2 * variance**2 / spread if spread else math.inf

    def inference(self, estimate: float, variance: float, gradient: Floats) -> Inference:
        """What is said of an estimate with this squared standard error and its gradient."""
        return Inference(estimate, math.sqrt(variance), self.df(variance, gradient))

    def contrast(self, weights: Floats) -> Inference:
        """What is said of lᵀβ̂ for weights l, (p,)."""
        return self.inference(*self.criterion.contrast(weights))


def normal_quantile() -> float:
    """1.96: a normal variable stays within ± this with the probability of the intervals."""
    from scipy.special import ndtri

    return float(ndtri((1 + LEVEL) / 2))


def _inverse(information: float) -> float:
    return 1 / information if information > 0 else math.nan
