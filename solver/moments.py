"""One reading of the data: everything that the likelihood needs, in O(J) numbers.

The rows enter V = τ²ZZᵀ + σ²I only through their group, so a column splits into group means and
deviations from them, and every quantity of the fit is a weighted sum of two kinds of cross-product:
W = Σ_ji (a_ji − ā_j)(a_ji − ā_j)ᵀ within groups and ā_j ā_jᵀ between them. The weights depend on a
group's size alone, so the between part is summed once for each distinct size.

Digits are kept by changing the basis first: X = QT, where Q has orthogonal columns of unit mean
square (and of mean 0 beside an intercept), and y = Qγ + e with e small. No later sum then subtracts
one large number from another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Codes = NDArray[np.intp]

SAMPLE = 1 << 14
"""Rows that the change of basis is made from: it need not be exact, only well conditioned."""

BLOCK = 1 << 18
"""Rows worked on at a time, so that no copy of the data is ever whole in memory."""

COLLINEAR = 3e-7
"""A column is called a combination of others when no more than this part of it is its own."""

CANCELLATION = 1e-2
"""The reference γ is renewed when a better one makes the residuals' weight smaller than this."""


class CollinearError(ArithmeticError):
    """A column of X is a combination of the columns before it.

    Attributes
    ----------
    column : int
        Its position in X.
    others : tuple of int
        Positions of the columns that it is a combination of; empty when it is constant.
    """

    def __init__(self, column: int, others: tuple[int, ...]) -> None:
        super().__init__(f"column {column} of X is a combination of the columns {others}")
        self.column = column
        self.others = others


@dataclass(frozen=True, eq=False)
class Moments:
    """The sufficient statistics of a random-intercept model, in the basis [Q e].

    Attributes
    ----------
    n, p, J : int
        Numbers of rows, fixed effects and groups.
    T : (p, p)
        Change of basis: X = QT.
    T_inverse : (p, p)
        T⁻¹: β = T⁻¹(γ + δ) for the coefficients γ + δ of Q.
    log_det_T : float
        log|det T|.
    gamma : (p,)
        The reference coefficients: y = Qγ + e.
    group_sizes : (J,)
        n_j, as floats.
    means : (J, p + 1)
        Group means of the columns of [Q e].
    within : (p + 1, p + 1)
        W, cross-products of the deviations of [Q e] from their group means.
    sizes, counts : (K,)
        The distinct group sizes, and how many groups have each.
    between : (K, p + 1, p + 1)
        Σ_j ā_j ā_jᵀ over the groups of each distinct size.
    """

    n: int
    p: int
    J: int
    T: Floats
    T_inverse: Floats
    log_det_T: float
    gamma: Floats
    group_sizes: Floats
    means: Floats
    within: Floats
    sizes: Floats
    counts: Floats
    between: Floats

    @cached_property
    def total(self) -> Floats:
        """[Q e]ᵀ[Q e], (p + 1, p + 1)."""
        return self.within + np.tensordot(self.sizes, self.between, 1)

    @cached_property
    def X_means(self) -> Floats:
        """Group means of the columns of X, (J, p)."""
        return self.means[:, :-1] @ self.T

    @cached_property
    def predictions_cov(self) -> Floats:
        """Cross-products of Q less its column means, over n − 1, (p, p): cᵀ·c is Var(Qc)."""
        Q = self.means[:, :-1]
        centred = Q - self.group_sizes @ Q / self.n
        between = (centred.T * self.group_sizes) @ centred
        return (self.within[:-1, :-1] + between) / (self.n - 1)

    @cached_property
    def slopes_within(self) -> tuple[Floats, int]:
        """δ of the regression within groups, the shortest where there is a choice; X's rank."""
        W = self.within / self.n
        size, direction = np.linalg.eigh(W[:-1, :-1])
        own = size > COLLINEAR**2
        along = direction[:, own]
        return along @ ((along.T @ W[:-1, -1]) / size[own]), int(own.sum())

    @property
    def df_within(self) -> int:
        """Rows left to tell σ² from: n − J − rank of X within groups."""
        return self.n - self.J - self.slopes_within[1]

    @property
    def df_between(self) -> int:
        """Groups left to tell τ² from: J + rank of X within groups − p."""
        return self.J + self.slopes_within[1] - self.p

    @property
    def rss_within(self) -> float:
        """Residual sum of squares of the regression within groups."""
        return _quadratic(self.within, self.slopes_within[0])

    def beta(self, delta: Floats) -> Floats:
        """β of the coefficients γ + δ of Q, (p,)."""
        return self.T_inverse @ (self.gamma + delta)

    def delta(self, beta: Floats) -> Floats:
        """δ = Tβ − γ, (p,)."""
        return self.T @ beta - self.gamma


def moments(y: Floats, X: Floats, codes: Codes, group_sizes: NDArray[Any]) -> Moments:
    """Reduce the data to their moments.

    Parameters
    ----------
    y : (n,)
    X : (n, p)
        Read fastest when stored by columns (Fortran order).
    codes : (n,)
        Group of each row, 0 … J − 1.
    group_sizes : (J,)
        n_j, all above 0.

    Raises
    ------
    CollinearError
        When a column of X is a combination of others.
    """
    basis = _Basis.of(y, X, codes)
    group_sizes = group_sizes.astype(np.float64)
    for _ in range(3):
        result = _reduce(basis, y, X, codes, group_sizes)
        delta, kept = _better_reference(result)
        turn = _between_first(result, len(basis.moving)) if basis.turn is None else None
        if turn is None and kept > CANCELLATION:
            break
        basis = replace(basis, gamma=basis.gamma + delta)
        if turn is not None:
            basis = basis.turned_by(turn)
    return result


@dataclass(frozen=True, eq=False)
class _Basis:
    """How [X y] becomes [Q e]: any well-conditioned T and any γ near β̂ will do.

    ``order`` lists the columns of X as those of Q: the intercept's first, if there is one, then the
    ``moving`` ones, less ``centre`` (which ends with that of y), times the inverse of ``R``, turned
    by the orthogonal matrix ``turn`` where there is one. What does not vary within groups precedes
    what does, so that it stays pure: where τ² is far above σ², V⁻¹ weighs the two kinds very
    differently.
    """

    order: list[int]
    moving: list[int]
    centre: Floats
    R: Floats
    gamma: Floats
    turn: Floats | None = None

    @classmethod
    def of(cls, y: Floats, X: Floats, codes: Codes) -> _Basis:
        """The basis that the data ask for, from a sample of the rows where that is enough."""
        n, p = X.shape
        ones = [k for k in range(p) if X[0, k] == 1.0 and bool((X[:, k] == 1.0).all())][:1]
        moving = sorted(
            (k for k in range(p) if k not in ones), key=lambda k: _varies_within(X[:, k], codes)
        )
        try:
            return cls._from_rows(y, X, ones, moving, slice(None, None, -(-n // SAMPLE)))
        except CollinearError:
            return cls._from_rows(y, X, ones, moving, slice(None))

    @classmethod
    def _from_rows(
        cls, y: Floats, X: Floats, ones: list[int], moving: list[int], rows: slice
    ) -> _Basis:
        a = np.vstack([X[rows, moving].T, y[rows]])
        centre = a.mean(axis=1) if ones else np.zeros(len(a))
        a -= centre[:, None]
        gram = a @ a.T / a.shape[1]
        R = _cholesky(gram[:-1, :-1], centre, moving)
        slopes = np.linalg.solve(R.T, gram[:-1, -1]) if moving else np.zeros(0)
        gamma = np.concatenate([centre[-1:] if ones else np.zeros(0), slopes])
        return cls([*ones, *moving], moving, centre, R, gamma)

    def turned_by(self, turn: Floats) -> _Basis:
        """The same columns, the moving ones turned: Q ← Q·turn."""
        c = len(self.order) - len(self.moving)
        gamma = np.concatenate([self.gamma[:c], turn.T @ self.gamma[c:]])
        return replace(self, turn=turn, gamma=gamma)

    @property
    def T(self) -> Floats:
        """T of X = QT, its rows in the order of Q and its columns in that of X."""
        p = len(self.order)
        c = p - len(self.moving)
        T = np.zeros((p, p))
        T[:c, self.order[:c]] = 1.0
        T[:c, self.moving] = self.centre[:-1]
        T[c:, self.moving] = self.R if self.turn is None else self.turn.T @ self.R
        return T

    def inverse(self, T: Floats) -> Floats:
        """T⁻¹; but for the turn, T is triangular once its columns are in the order of Q."""
        inverse = np.empty_like(T)
        inverse[self.order] = np.linalg.inv(T[:, self.order])
        return inverse

    def blocks(self, y: Floats, X: Floats) -> Iterator[tuple[slice, Floats]]:
        """Blocks of rows with their part of [Q e], a column in each row, less the intercept's."""
        c = len(self.order) - len(self.moving)
        offset = self.centre[-1]
        correction = self.gamma[:c].sum() - offset
        for start in range(0, len(y), BLOCK):
            rows = slice(start, start + BLOCK)
            a = np.empty((len(self.moving) + 1, len(y[rows])))
            np.subtract(y[rows], offset, out=a[-1])
            if correction:
                a[-1] -= correction
            for k, column in enumerate(self.moving):
                np.subtract(X[rows, column], self.centre[k], out=a[k])
                for i in range(k):
                    a[k] -= self.R[i, k] * a[i]
                a[k] /= self.R[k, k]
            if self.turn is not None:
                a[:-1] = self.turn.T @ a[:-1]
            for k in range(len(self.moving)):
                a[-1] -= self.gamma[c + k] * a[k]
            yield rows, a


def _varies_within(column: Floats, codes: Codes) -> bool:
    """Whether a column has two values in some group; a few rows tell of most that do."""
    for rows in (slice(0, 1000), slice(None)):
        values, groups = column[rows], codes[rows]
        one_of_group = np.empty(int(groups.max()) + 1)
        one_of_group[groups] = values
        if np.any(one_of_group[groups] != values):
            return True
    return False


def _cholesky(gram: Floats, centre: Floats, moving: list[int]) -> Floats:
    """Upper triangular R with RᵀR = gram; a column that is not its own is an error."""
    m = len(gram)
    R = np.zeros((m, m))
    for k in range(m):
        R[:k, k] = np.linalg.solve(R[:k, :k].T, gram[:k, k])
        own = gram[k, k] - R[:k, k] @ R[:k, k]
        if gram[k, k] <= (4 * np.finfo(float).eps * centre[k]) ** 2:
            raise CollinearError(moving[k], ())
        if own <= COLLINEAR**2 * gram[k, k]:
            share = np.linalg.solve(R[:k, :k], R[:k, k])
            weight = np.abs(share) * np.sqrt(np.diag(gram)[:k])
            others = np.flatnonzero(weight > 1e-6 * weight.max())
            raise CollinearError(moving[k], tuple(moving[i] for i in others))
        R[k, k] = np.sqrt(own)
    return R


def _reduce(basis: _Basis, y: Floats, X: Floats, codes: Codes, group_sizes: Floats) -> Moments:
    """Group means and deviations of [Q e], and their cross-products."""
    (n, p), J = X.shape, len(group_sizes)
    c = p - len(basis.moving)
    means = np.zeros((p + 1, J))
    means[:c] = 1.0
    for rows, a in basis.blocks(y, X):
        for mean, column in zip(means[c:], a, strict=True):
            mean += np.bincount(codes[rows], column, J)
    means[c:] /= group_sizes
    within = np.zeros((p + 1, p + 1))
    for rows, a in basis.blocks(y, X):
        for mean, column in zip(means[c:], a, strict=True):
            column -= mean.take(codes[rows])
        within[c:, c:] += a @ a.T
    sizes, kind, counts = np.unique(group_sizes, return_inverse=True, return_counts=True)
    between = np.empty((len(sizes), p + 1, p + 1))
    for i in range(p + 1):
        for k in range(i + 1):
            between[:, i, k] = np.bincount(kind, means[i] * means[k], len(sizes))
            between[:, k, i] = between[:, i, k]
    T = basis.T
    return Moments(
        n=n,
        p=p,
        J=J,
        T=T,
        T_inverse=basis.inverse(T),
        log_det_T=float(np.log(np.diag(basis.R)).sum()),
        gamma=basis.gamma,
        group_sizes=group_sizes,
        means=means.T,
        within=within,
        sizes=sizes,
        counts=counts.astype(np.float64),
        between=between,
    )


def _between_first(m: Moments, moving: int) -> Floats | None:
    """The turn that puts the directions of Q without any change within groups first, (m, m).

    Such a direction need not be a column of X: a predictor less itself centred within groups is
    one. None where every one of them is a column already.
    """
    W = m.within[m.p - moving : m.p, m.p - moving : m.p] / m.n
    own = np.flatnonzero(np.diag(W) > COLLINEAR**2)
    pure = int(own[0]) if len(own) else moving
    size, direction = np.linalg.eigh(W[pure:, pure:])
    if not len(size) or size[0] > COLLINEAR**2:
        return None
    turn = np.eye(moving)
    turn[pure:, pure:] = direction
    return turn


def _better_reference(m: Moments) -> tuple[Floats, float]:
    """δ by generalised least squares at rough variances, and the residuals' weight it leaves.

    The weight is rᵀV⁻¹r after over before. Small means that e was far from the residuals of any
    sensible fit (slopes within groups unlike the overall one), so that sums of e would cancel.
    """
    least = np.finfo(np.float64).eps * m.within[-1, -1]
    sigma2 = max(m.rss_within, least) / max(m.df_within, 1)
    tau2 = (m.total - m.within)[-1, -1] / m.n
    if sigma2 == 0:
        return np.zeros(m.p), 1.0
    weighted = m.within / sigma2
    weighted = weighted + np.tensordot(m.sizes / (sigma2 + m.sizes * tau2), m.between, 1)
    delta = np.linalg.solve(weighted[:-1, :-1], weighted[:-1, -1])
    return delta, _quadratic(weighted, delta) / weighted[-1, -1]


def _quadratic(M: Floats, delta: Floats) -> float:
    """[−δ 1] M [−δ 1]ᵀ."""
    r = np.append(-delta, 1.0)
    return float(r @ M @ r)
