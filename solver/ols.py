"""Ordinary least squares beside the multilevel model: complete pooling, and none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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

    @property
    def loglik(self) -> float:
        """ℓ at its maximum, where σ² is RSS/n."""
        n = self.problem.n
        return -0.5 * n * (math.log(2 * math.pi * self.rss / n) + 1)

    @property
    def loglik_reml(self) -> float:
        """ℓ_R at its maximum, where σ² is RSS/(n − p)."""
        return Criterion(self.problem.moments, "reml", self.sigma2, 0.0).loglik

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
    return OwnLines(problem).beta


@dataclass(frozen=True, eq=False)
class OwnLines:
    """No pooling: a regression in each group, with one error variance for all of them."""

    problem: Problem

    @cached_property
    def _constant(self) -> NDArray[np.bool_]:
        """Which columns of [X y] are constant 1, (p + 1,): the intercept, if there is one."""
        problem = self.problem
        return np.array([np.all(column == 1.0) for column in (*problem.X.T, problem.y)])

    @cached_property
    def _means(self) -> Floats:
        """Group means of [X y], (p + 1, J)."""
        problem = self.problem
        columns = (*problem.X.T, problem.y)
        sums = [np.bincount(problem.codes, column, problem.J) for column in columns]
        return np.array(sums) / problem.group_sizes

    @cached_property
    def _cross(self) -> Floats:
        """Each group's cross-products of [X y], (J, p + 1, p + 1); centred beside an intercept."""
        problem, constant = self.problem, self._constant
        columns = [*problem.X.T, problem.y]
        if constant.any():
            columns = [
                column if same else column - mean[problem.codes]
                for column, mean, same in zip(columns, self._means, constant, strict=True)
            ]
        p = problem.p
        cross = np.empty((problem.J, p + 1, p + 1))
        for i in range(p + 1):
            for k in range(i + 1):
                product = np.bincount(problem.codes, columns[i] * columns[k], problem.J)
                cross[:, i, k] = cross[:, k, i] = product
        return cross

    @cached_property
    def _scale(self) -> Floats:
        """Lengths of each group's columns, (J, p)."""
        diagonal = np.diagonal(self._cross, axis1=1, axis2=2)[:, :-1]
        return np.sqrt(np.maximum(diagonal, 1e-300))

    @cached_property
    def _scaled(self) -> Floats:
        """Each group's XᵀX with columns of length 1; 0 where a column does not move there."""
        problem = self.problem
        spread = self._scale / np.sqrt(problem.group_sizes)[:, None]
        moves = spread > 1e-12 * np.abs(problem.X).max(axis=0)
        scale = np.where(moves, self._scale, np.inf)
        scaled: Floats = self._cross[:, :-1, :-1] / (scale[:, :, None] * scale[:, None, :])
        return scaled

    @cached_property
    def ranks(self) -> NDArray[np.intp]:
        """How many coefficients each group's rows tell, (J,)."""
        ranks: NDArray[np.intp] = np.linalg.matrix_rank(self._scaled, tol=1e-12, hermitian=True)
        return ranks

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which groups' rows tell all p coefficients, (J,)."""
        told: NDArray[np.bool_] = self.ranks == self.problem.p
        return told

    @cached_property
    def beta(self) -> Floats:
        """β̂ of each group, (J, p); nan where its rows do not tell all of it."""
        problem, told, cross = self.problem, self.told, self._cross
        beta = np.full((problem.J, problem.p), np.nan)
        beta[told] = np.linalg.solve(cross[told, :-1, :-1], cross[told, :-1, -1:])[:, :, 0]
        if self._constant.any():
            moving = np.flatnonzero(~self._constant[:-1])
            intercept = int(np.flatnonzero(self._constant)[0])
            beta[told, intercept] = self._means[-1, told] - np.einsum(
                "jk,kj->j", beta[np.ix_(told, moving)], self._means[np.ix_(moving, told)]
            )
        return beta

    @cached_property
    def rss(self) -> float:
        """Residual sum of squares of all the regressions together."""
        scaled, y = self._scaled, self._cross[:, :-1, -1] / self._scale
        explained = np.einsum("jk,jkl,jl->j", y, np.linalg.pinv(scaled, 1e-12, True), y)
        rows = self._cross[:, -1, -1] - explained
        if self._constant.any():
            return float(np.maximum(rows, 0).sum())
        return float(rows.sum())

    @property
    def df(self) -> int:
        """Residual degrees of freedom n − Σ ranks."""
        return self.problem.n - int(self.ranks.sum())

    @property
    def sigma2(self) -> float:
        """RSS/df, the error variance that the regressions share; nan when they leave no rows."""
        return self.rss / self.df if self.df else np.nan

    @cached_property
    def se(self) -> Floats:
        """Standard errors of ``beta``, (J, p), by the shared error variance."""
        problem, told = self.problem, self.told
        se = np.full((problem.J, problem.p), np.nan)
        scale = self._scale[told]
        unscaled = np.linalg.inv(self._scaled[told]) / (scale[:, :, None] * scale[:, None, :])
        variance = np.diagonal(unscaled, axis1=1, axis2=2).copy()
        if self._constant.any():
            moving = np.flatnonzero(~self._constant[:-1])
            intercept = int(np.flatnonzero(self._constant)[0])
            means = self._means[np.ix_(moving, told)]
            inner = unscaled[:, moving[:, None], moving]
            variance[:, intercept] += np.einsum("kj,jkl,lj->j", means, inner, means)
        se[told] = np.sqrt(self.sigma2 * variance)
        return se

    @property
    def loglik(self) -> float:
        """ℓ at its maximum, where σ² is RSS/n; nan when the lines run through all the rows."""
        n = self.problem.n
        return -0.5 * n * (math.log(2 * math.pi * self.rss / n) + 1) if self.df else math.nan
