"""The entries of the model's matrices, each as a function of its row and its column.

i and j are arrays of positions that broadcast against each other, (a, 1) and (1, b) for a block.
The entries there cost no more than the block: nothing is ever n × n. Sums over the fixed effects
are added one by one, so that an entry has the same digits in whatever block it is asked for.

As in :mod:`solver.criterion`, rows are split into their group's mean and the deviation from it, in
the basis Q of X = QT: V⁻¹a is (a_i − ā_j)/σ² + ā_j/ω_j with ω_j = σ² + n_jτ².
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from solver.criterion import Criterion
from solver.moments import Codes, Floats, Moments
from solver.problem import Problem
from solver.state import State

Entry = Callable[[Codes, Codes], Floats]
"""The entries at rows i and columns j."""


@dataclass(frozen=True, eq=False)
class Entries:
    """The entries of the matrices at one state; a method is an :data:`Entry` unless it says else.

    Attributes
    ----------
    problem : Problem
    state : State
        Whose σ², τ² and β are meant.
    """

    problem: Problem
    state: State

    @property
    def at(self) -> Criterion:
        """The log-likelihood at σ², τ²."""
        return self.state.criterion

    @property
    def moments(self) -> Moments:
        """The reduced data."""
        return self.problem.moments

    @cached_property
    def ols(self) -> Entries:
        """The same at σ² = 1, τ² = 0, where V = I."""
        return Entries(
            self.problem, replace(self.state, criterion=replace(self.at, sigma2=1.0, tau2=0.0))
        )

    def omega(self, sizes: Floats) -> Floats:
        """ω = σ² + nτ² of groups of these sizes."""
        return self.state.sigma2 + sizes * self.state.tau2

    def X(self, i: Codes, k: Codes) -> Floats:
        """X."""
        return self.problem.X[i, k]

    def Z(self, i: Codes, j: Codes) -> Floats:
        """Z."""
        return np.where(self.problem.codes[i] == j, 1.0, 0.0)

    def ZZt(self, i: Codes, j: Codes) -> Floats:
        """ZZᵀ."""
        return self.Z(i, self.problem.codes[j])

    def ZtZ(self, j: Codes, k: Codes) -> Floats:
        """ZᵀZ."""
        return identity(j, k) * self.moments.group_sizes[j]

    @cached_property
    def XtVinvy(self) -> Floats:
        """XᵀV⁻¹y, (p,)."""
        return self.at.score_beta(np.zeros(self.moments.p))

    def V(self, i: Codes, j: Codes) -> Floats:
        """V = τ²ZZᵀ + σ²I."""
        return self.state.tau2 * self.ZZt(i, j) + self.state.sigma2 * identity(i, j)

    def Vinv(self, i: Codes, j: Codes) -> Floats:
        """V⁻¹: within a group (σ² + (n − 1)τ²)/(σ²ω) on the diagonal and −τ²/(σ²ω) beside it."""
        n = self.moments.group_sizes[self.problem.codes[i]]
        numerator = np.where(i == j, self.omega(n - 1), 0.0 - self.state.tau2)
        within = numerator / (self.state.sigma2 * self.omega(n))
        return np.where(self.ZZt(i, j) == 1, within, 0.0)

    def ZtVinv(self, j: Codes, i: Codes) -> Floats:
        """ZᵀV⁻¹."""
        return self.Z(i, j) / self.omega(self.moments.group_sizes[j])

    def ZtVinvZ(self, j: Codes, k: Codes) -> Floats:
        """ZᵀV⁻¹Z."""
        return self.ZtZ(j, k) / self.omega(self.moments.group_sizes[j])

    def averaging(self, j: Codes, i: Codes) -> Floats:
        """(ZᵀZ)⁻¹Zᵀ."""
        return self.Z(i, j) / self.moments.group_sizes[j]

    def shrinkage(self, j: Codes, _: Codes) -> Floats:
        """λ_j = n_jτ²/(n_jτ² + σ²)."""
        n_tau2 = self.moments.group_sizes[j] * self.state.tau2
        return n_tau2 / (n_tau2 + self.state.sigma2)

    def VinvX(self, i: Codes, k: Codes) -> Floats:
        """V⁻¹X."""
        m, j = self.moments, self.problem.codes[i]
        mean = _sum(m.means[j, l] * m.T[l, k] for l in range(m.p))  # noqa: E741
        return self._solve(self.X(i, k), mean, j)

    def VinvX_cov(self, i: Codes, k: Codes) -> Floats:
        """V⁻¹X(XᵀV⁻¹X)⁻¹."""
        return _inner(self._half(i), self._root[k])

    def projected(self, i: Codes, j: Codes) -> Floats:
        """V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹, which is H at σ² = 1, τ² = 0."""
        return _inner(self._half(i), self._half(j))

    def P(self, i: Codes, j: Codes) -> Floats:
        """P = V⁻¹ − V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹."""
        return self.Vinv(i, j) - self.projected(i, j)

    def ZtP(self, j: Codes, i: Codes) -> Floats:
        """ZᵀP."""
        return self.ZtVinv(j, i) - _inner(self._half_Z(j), self._half(i))

    def ZtPZ(self, j: Codes, k: Codes) -> Floats:
        """ZᵀPZ."""
        return self.ZtVinvZ(j, k) - _inner(self._half_Z(j), self._half_Z(k))

    def Xbeta(self, i: Codes, _: Codes) -> Floats:
        """Xβ."""
        return _sum(self.problem.X[i, k] * b for k, b in enumerate(self.state.beta))

    def Zu(self, i: Codes, _: Codes) -> Floats:
        """Zu."""
        return self.state.u[self.problem.codes[i]]

    def residual(self, i: Codes, _: Codes) -> Floats:
        """y − Xβ."""
        return self.problem.y[i] - self.Xbeta(i, _)

    def fitted(self, i: Codes, _: Codes) -> Floats:
        """Xβ + Zu."""
        return self.Xbeta(i, _) + self.Zu(i, _)

    def error(self, i: Codes, _: Codes) -> Floats:
        """ε̂ = y − Xβ − Zu."""
        return self.residual(i, _) - self.Zu(i, _)

    def Py(self, i: Codes, _: Codes) -> Floats:
        """Py = V⁻¹(y − Xβ̂)."""
        j = self.problem.codes[i]
        return self._solve(self._gls.residual(i, _), self._mean_residual(j), j)

    def ZtPy(self, j: Codes, _: Codes) -> Floats:
        """ZᵀPy."""
        n = self.moments.group_sizes[j]
        return n * self._mean_residual(j) / self.omega(n)

    def VkPy(self, i: Codes, k: Codes) -> Floats:
        """VₖPy: Py for σ², ZZᵀPy for τ²."""
        return np.where(k == 0, self.Py(i, k), self.ZtPy(self.problem.codes[i], k))

    def PVkPy(self, i: Codes, k: Codes) -> Floats:
        """PVₖPy."""
        j = self.problem.codes[i]
        n = self.moments.group_sizes[j]
        omega, mean = self.omega(n), self._mean_residual(j)
        within = (self._gls.residual(i, k) - mean) / self.state.sigma2**2
        solved = np.where(k == 0, within + mean / omega**2, n * mean / omega**2)
        return solved - _inner(self._half(i), self._half_VkPy[k])

    def _solve(self, values: Floats, means: Floats, j: Codes) -> Floats:
        """V⁻¹a from the values a_i and the means ā_j of their groups."""
        omega = self.omega(self.moments.group_sizes[j])
        return (values - means) / self.state.sigma2 + means / omega

    @cached_property
    def _gls(self) -> Entries:
        """The same at β̂."""
        return Entries(self.problem, replace(self.state, beta=self.at.beta))

    @cached_property
    def _residual(self) -> Floats:
        """y − Xβ̂ in the basis [Q e]."""
        return np.append(-self.moments.delta(self.at.beta), 1.0)

    def _mean_residual(self, j: Codes) -> Floats:
        """Each group's mean of y − Xβ̂."""
        return _sum(self.moments.means[j, k] * r for k, r in enumerate(self._residual))

    def _cross(self, within: float, between: Floats) -> Floats:
        """within·W + Σ between_k B_k, (p, p + 1), rows in the basis Q and columns in [Q e]."""
        crossed = within * self.moments.within + np.tensordot(between, self.moments.between, 1)
        return crossed[:-1]

    @cached_property
    def _root_Q(self) -> Floats:
        """F of (QᵀV⁻¹Q)⁻¹ = FFᵀ, (p, p)."""
        sizes = self.moments.sizes
        information = self._cross(1 / self.state.sigma2, sizes / self.omega(sizes))[:, :-1]
        root: Floats = np.linalg.inv(np.linalg.cholesky(information)).T
        return root

    @cached_property
    def _root(self) -> Floats:
        """G of (XᵀV⁻¹X)⁻¹ = GGᵀ, (p, p)."""
        return self.moments.T_inverse @ self._root_Q

    def _half(self, i: Codes) -> Floats:
        """Rows of V⁻¹XG, (…, p)."""
        j = self.problem.codes[i]
        values = _combined(self.problem.X, i, self._root)
        return self._solve(values, _combined(self.moments.means, j, self._root_Q), j[..., None])

    def _half_Z(self, j: Codes) -> Floats:
        """Rows of ZᵀV⁻¹XG, (…, p)."""
        n = self.moments.group_sizes[j][..., None]
        return n / self.omega(n) * _combined(self.moments.means, j, self._root_Q)

    @cached_property
    def _half_VkPy(self) -> Floats:
        """GᵀXᵀV⁻¹VₖPy, (2, p)."""
        sizes, sigma2 = self.moments.sizes, self.state.sigma2
        omega = self.omega(sizes)
        crossed = (
            self._cross(sigma2**-2, sizes / omega**2) @ self._residual,
            self._cross(0.0, (sizes / omega) ** 2) @ self._residual,
        )
        return np.array(crossed) @ self._root_Q


def array(values: Floats) -> Entry:
    """The entries of a small array, or of a vector as a column."""
    table = values if values.ndim == 2 else values[:, None]
    return lambda i, j: table[i, j]


def identity(i: Codes, j: Codes) -> Floats:
    """I."""
    return np.where(i == j, 1.0, 0.0)


def times(scalar: float | Floats, entry: Entry) -> Entry:
    """A multiple of A."""
    return lambda i, j: scalar * entry(i, j)


def transposed(entry: Entry) -> Entry:
    """Aᵀ."""
    return lambda i, j: entry(j, i)


def _sum(addends: Iterable[Floats]) -> Floats:
    return reduce(np.add, addends)


def _combined(rows: Floats, i: Codes, M: Floats) -> Floats:
    """Rows i of a product with M, (…, columns of M)."""
    return _sum(rows[i, k][..., None] * M[k] for k in range(len(M)))


def _inner(left: Floats, right: Floats) -> Floats:
    """Inner products over the last axis."""
    return _sum(left[..., k] * right[..., k] for k in range(left.shape[-1]))
