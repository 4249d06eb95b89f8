"""The model written out with n × n matrices, straight from the formulas, in 40-digit numbers.

Nothing here is clever: Z is a matrix of zeros and ones, V is built and inverted, and every trace is
the trace of a product. numpy multiplies the matrices; the numbers in them are mpmath's, with digits
enough that offsets and cancellation are no concern here.
"""

from dataclasses import dataclass
from functools import cached_property, wraps

import numpy as np
from mpmath import mp, mpf

numbers = np.vectorize(mpf, otypes=[object])
"""An array of mpmath's numbers, each equal to the double it is made from."""


def inverse_and_log_det(A):
    """A⁻¹ and log|A| of a positive definite A, by Gauss–Jordan elimination."""
    n, log_det = len(A), mpf(0)
    rows = np.hstack([A, eye(n)])
    for k in range(n):
        log_det += mp.log(rows[k, k])
        rows[k] = rows[k] / rows[k, k]
        others = np.arange(n) != k
        rows[others] -= np.outer(rows[others, k], rows[k])
    return rows[:, n:], log_det


def inverse(A):
    return inverse_and_log_det(A)[0]


def eye(n):
    return numbers(np.eye(n))


def in_40_digits(function):
    """A cached property that is computed in 40 digits."""

    @wraps(function)
    def computed(self):
        with mp.workdps(40):
            return function(self)

    return cached_property(computed)


@dataclass(frozen=True, eq=False)
class Data:
    """y, X and Z, (n,), (n, p) and (n, J)."""

    y: np.ndarray
    X: np.ndarray
    Z: np.ndarray

    @classmethod
    def of(cls, y, X, groups):
        """A row of Z has its 1 in the column of the row's group; columns in order of the labels."""
        return cls(numbers(y), numbers(X), numbers(np.equal.outer(groups, np.unique(groups))))

    @property
    def n(self):
        return len(self.y)

    @property
    def p(self):
        return self.X.shape[1]

    @property
    def J(self):
        return self.Z.shape[1]

    @property
    def sizes(self):
        return self.Z.sum(axis=0)

    @in_40_digits
    def H(self):
        """The hat matrix X(XᵀX)⁻¹Xᵀ."""
        return self.X @ inverse(self.X.T @ self.X) @ self.X.T

    @in_40_digits
    def ols_beta(self):
        return inverse(self.X.T @ self.X) @ self.X.T @ self.y

    @in_40_digits
    def ols_residuals(self):
        return self.y - self.H @ self.y

    @in_40_digits
    def ols_sigma2(self):
        return self.ols_residuals @ self.ols_residuals / (self.n - self.p)

    @in_40_digits
    def ols_beta_cov(self):
        return self.ols_sigma2 * inverse(self.X.T @ self.X)

    @in_40_digits
    def moments_start(self):
        """(σ²₀, τ²₀) from the mean squares of the OLS residuals; τ²₀ at least 0.01 σ²₀."""
        r, Z, n, J = self.ols_residuals, self.Z, self.n, self.J
        means = Z.T @ r / self.sizes
        msw = sum((r - Z @ means) ** 2) / (n - J)
        msb = sum(self.sizes * means**2) / (J - 1)
        n0 = (n - sum(self.sizes**2) / mpf(n)) / (J - 1)
        return msw, max((msb - msw) / n0, msw / 100)


@dataclass(frozen=True, eq=False)
class Dense:
    """Every quantity that section 2 of the design names, at one (σ², τ²)."""

    data: Data
    method: str
    sigma2: float
    tau2: float

    @in_40_digits
    def V(self):
        return mpf(self.tau2) * self.data.Z @ self.data.Z.T + mpf(self.sigma2) * eye(self.data.n)

    @in_40_digits
    def _V_inverse_and_log_det(self):
        return inverse_and_log_det(self.V)

    @property
    def V_inverse(self):
        return self._V_inverse_and_log_det[0]

    @in_40_digits
    def P(self):
        """V⁻¹ − V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹."""
        solved = self.V_inverse @ self.data.X
        return self.V_inverse - solved @ self.beta_cov @ solved.T

    @in_40_digits
    def information_beta(self):
        return self.data.X.T @ self.V_inverse @ self.data.X

    @in_40_digits
    def beta_cov(self):
        return inverse(self.information_beta)

    @in_40_digits
    def beta(self):
        return self.beta_cov @ self.data.X.T @ self.V_inverse @ self.data.y

    def score_beta(self, beta):
        """XᵀV⁻¹(y − Xβ) at any β, given as doubles."""
        with mp.workdps(40):
            return self.data.X.T @ self.V_inverse @ (self.data.y - self.data.X @ numbers(beta))

    @in_40_digits
    def loglik_parts(self):
        """Constant, −½log|V|, −½log|XᵀV⁻¹X| (REML only) and −½yᵀPy."""
        reml = self.method == "reml"
        return [
            -(self.data.n - self.data.p * reml) * mp.log(2 * mp.pi) / 2,
            -self._V_inverse_and_log_det[1] / 2,
            -inverse_and_log_det(self.information_beta)[1] / 2 if reml else mpf(0),
            -(self.data.y @ self.P @ self.data.y) / 2,
        ]

    @in_40_digits
    def loglik(self):
        return sum(self.loglik_parts)

    @in_40_digits
    def _in_traces(self):
        """P·I and P·ZZᵀ; under ML with V⁻¹ in P's place."""
        M = self.P if self.method == "reml" else self.V_inverse
        return [M, M @ self.data.Z @ self.data.Z.T]

    @in_40_digits
    def _moved(self):
        """V_kPy."""
        Py = self.P @ self.data.y
        return [Py, self.data.Z @ (self.data.Z.T @ Py)]

    @in_40_digits
    def traces(self):
        return np.array([np.trace(M) for M in self._in_traces])

    @in_40_digits
    def quadratics(self):
        Py = self._moved[0]
        return np.array([Py @ v for v in self._moved])

    @in_40_digits
    def score(self):
        """−½[tr(PV_k) − yᵀPV_kPy]."""
        return -(self.traces - self.quadratics) / 2

    @in_40_digits
    def fisher(self):
        """½ tr(PV_kPV_l)."""
        return np.array([[np.sum(A * B.T) / 2 for B in self._in_traces] for A in self._in_traces])

    @in_40_digits
    def average(self):
        """½ yᵀPV_kPV_lPy."""
        return np.array([[a @ self.P @ b / 2 for b in self._moved] for a in self._moved])

    @in_40_digits
    def observed(self):
        return 2 * self.average - self.fisher

    @in_40_digits
    def residuals(self):
        return self.data.y - self.data.X @ self.beta

    @in_40_digits
    def mean_residuals(self):
        return self.data.Z.T @ self.residuals / self.data.sizes

    @in_40_digits
    def shrinkage(self):
        return self.data.sizes * self.tau2 / (self.data.sizes * self.tau2 + self.sigma2)

    @in_40_digits
    def u(self):
        """τ²ZᵀV⁻¹(y − Xβ̂)."""
        return self.tau2 * self.data.Z.T @ self.V_inverse @ self.residuals

    @in_40_digits
    def u_cov(self):
        """Var(u | y) = τ²I − τ⁴ZᵀV⁻¹Z, β taken as known."""
        tau2 = mpf(self.tau2)
        return tau2 * eye(self.data.J) - tau2**2 * self.data.Z.T @ self.V_inverse @ self.data.Z
