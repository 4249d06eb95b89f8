"""Ordinary least squares beside the multilevel model: complete pooling, and none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.criterion import Criterion
from solver.moments import Floats
from solver.problem import Problem


@dataclass(frozen=True, eq=False)
class Ols:
    """Complete pooling: y = Xβ + ε, as if there were no groups.

    It is the multilevel model at τ² = 0, where V = σ²I. The hat matrix H and Var(μ̂) = σ²H are
    ``step.matrix("H")`` and ``step.matrix("Var(μ̂)")``.
    """

    problem: Problem

    @cached_property
    def _unit(self) -> Criterion:
        return Criterion(self.problem.moments, "reml", 1.0, 0.0)

    @property
    def df(self) -> int:
        """Residual degrees of freedom n − p."""
        return self.problem.n - self.problem.p

    @property
    def beta(self) -> Floats:
        """β̂ = (XᵀX)⁻¹Xᵀy, (p,)."""
        return self._unit.beta

    @property
    def rss(self) -> float:
        """Residual sum of squares."""
        return -2 * self._unit.parts.quadratic

    @property
    def sigma2(self) -> float:
        """σ̂² = RSS/(n − p)."""
        return self.rss / self.df

    @cached_property
    def beta_cov(self) -> Floats:
        """σ̂²(XᵀX)⁻¹, (p, p)."""
        return self.sigma2 * self._unit.beta_cov

    @cached_property
    def se(self) -> Floats:
        """Standard errors of β̂, (p,)."""
        return np.sqrt(np.diag(self.beta_cov))

    @cached_property
    def t(self) -> Floats:
        """β̂ over its standard error, (p,)."""
        return self.beta / self.se

    @cached_property
    def p_value(self) -> Floats:
        """Two-sided p of t on n − p degrees of freedom, (p,)."""
        from scipy.special import stdtr

        p: Floats = 2 * stdtr(self.df, -np.abs(self.t))
        return p


def no_pooling(problem: Problem) -> Floats:
    """β̂ of each group's own regression.

    Returns
    -------
    (J, p) array
        A row of nan where a group's rows cannot tell its coefficients.
    """
    codes, J, p = problem.codes, problem.J, problem.p
    columns = [*problem.X.T, problem.y]
    means = np.array([np.bincount(codes, column, J) for column in columns]) / problem.group_sizes
    constant = np.array([np.all(column == 1.0) for column in columns])
    if constant.any():
        columns = [
            column if same else column - mean[codes]
            for column, mean, same in zip(columns, means, constant, strict=True)
        ]
    cross = np.empty((J, p + 1, p + 1))
    for i in range(p + 1):
        for k in range(i + 1):
            cross[:, i, k] = cross[:, k, i] = np.bincount(codes, columns[i] * columns[k], J)
    scale = np.sqrt(np.maximum(np.diagonal(cross, axis1=1, axis2=2)[:, :-1], 1e-300))
    scaled = cross[:, :-1, :-1] / (scale[:, :, None] * scale[:, None, :])
    spread = scale / np.sqrt(problem.group_sizes)[:, None]
    told = np.linalg.matrix_rank(scaled, tol=1e-12, hermitian=True) == p
    told &= np.all(spread > 1e-12 * np.abs(problem.X).max(axis=0), axis=1)
    beta = np.full((J, p), np.nan)
    beta[told] = np.linalg.solve(cross[told, :-1, :-1], cross[told, :-1, -1:])[:, :, 0]
    if constant.any():
        moving = np.flatnonzero(~constant[:-1])
        intercept = int(np.flatnonzero(constant)[0])
        beta[told, intercept] = means[-1, told] - np.einsum(
            "jk,kj->j", beta[np.ix_(told, moving)], means[np.ix_(moving, told)]
        )
    return beta
