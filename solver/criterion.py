"""The log-likelihood at one (σ², τ²), and everything that is differentiated from it.

Each quantity is a weighted sum of the :class:`~solver.moments.Moments`. With ω_j = σ² + n_jτ²,
F = [X r] and r = y − Xβ̂, the sums that occur are

    Fᵀ V⁻¹ F         = F̃ᵀF̃/σ² + Σ n_j f̄_j f̄_jᵀ/ω_j
    Fᵀ V⁻¹V_kV⁻¹ F   = (σ²) F̃ᵀF̃/σ⁴ + Σ n_j f̄_j f̄_jᵀ/ω_j²,   (τ²) Σ n_j² f̄_j f̄_jᵀ/ω_j²

and so on, F̃ being the deviations from the group means f̄_j. Nothing is ever n × n.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from solver.moments import Floats, Moments

Method = Literal["reml", "ml"]
"""Which log-likelihood is maximised: the restricted one, or the ordinary one."""


class LoglikParts(NamedTuple):
    """The addends of the log-likelihood, each with its factor −½.

    ``log_det_information``, −½ log|XᵀV⁻¹X|, is 0 under maximum likelihood.
    """

    constant: float
    log_det_V: float
    log_det_information: float
    quadratic: float


class Contrast(NamedTuple):
    """A linear combination lᵀβ̂ of the fixed effects.

    Attributes
    ----------
    estimate : float
        lᵀβ̂.
    variance : float
        v = lᵀ(XᵀV⁻¹X)⁻¹l.
    slopes : (2,)
        ∂v/∂θ_k = lᵀC XᵀV⁻¹V_kV⁻¹X Cl for θ = (σ², τ²) and V_k = I, ZZᵀ; C is (XᵀV⁻¹X)⁻¹.
    """

    estimate: float
    variance: float
    slopes: Floats


@dataclass(frozen=True, eq=False)
class Criterion:
    """ℓ_R ("reml") or ℓ ("ml") at (σ², τ²), with β profiled out.

    Attributes
    ----------
    moments : Moments
        The reduced data.
    method : {"reml", "ml"}
    sigma2, tau2 : float
        σ² > 0 and τ² ≥ 0, in squared units of the response.
    """

    moments: Moments
    method: Method
    sigma2: float
    tau2: float

    @cached_property
    def _omega(self) -> Floats:
        """ω = σ² + nτ² for each distinct group size, (K,)."""
        return self.sigma2 + self.moments.sizes * self.tau2

    def _weighted(self, within: float, between: Floats) -> Floats:
        """within·W + Σ between_k B_k, (p + 1, p + 1), in the basis [Q e]."""
        m = self.moments
        return within * m.within + (between @ m.between.reshape(len(between), -1)).reshape(
            m.within.shape
        )

    @cached_property
    def _cross_products(self) -> Floats:
        """[Q e]ᵀ V⁻¹ [Q e]."""
        return self._weighted(1 / self.sigma2, self.moments.sizes / self._omega)

    @cached_property
    def _cholesky(self) -> Floats:
        """Lower triangular L with LLᵀ = QᵀV⁻¹Q, scaled to a diagonal of ones while factored."""
        C = self._cross_products[:-1, :-1]
        size = np.sqrt(np.diag(C))
        return size[:, None] * np.linalg.cholesky(C / np.outer(size, size))

    @cached_property
    def _whitening(self) -> Floats:
        """L⁻¹: its product with its transpose, L⁻ᵀL⁻¹, is (QᵀV⁻¹Q)⁻¹."""
        size = np.sqrt(np.diag(self._cross_products)[:-1])
        return np.linalg.inv(self._cholesky / size[:, None]) / size

    def _solve(self, right: Floats) -> Floats:
        """(QᵀV⁻¹Q)⁻¹ right."""
        return self._whitening.T @ (self._whitening @ right)

    @cached_property
    def _delta(self) -> Floats:
        """The coefficients that β̂ adds to γ, in the basis Q."""
        return self._solve(self._cross_products[:-1, -1])

    def _residual_form(self, cross_products: Floats) -> Floats:
        """[Q r] cross-products from those of [Q e], r = e − Qδ the residuals at β̂."""
        A = np.eye(self.moments.p + 1)
        A[:-1, -1] = -self._delta
        return A.T @ cross_products @ A

    @cached_property
    def parts(self) -> LoglikParts:
        """The four addends of :attr:`loglik`."""
        m = self.moments
        reml = self.method == "reml"
        log_det_V = (m.n - m.J) * math.log(self.sigma2) + m.counts @ np.log(self._omega)
        log_det_half = float(np.log(np.diag(self._cholesky)).sum()) + m.log_det_T
        return LoglikParts(
            constant=-0.5 * (m.n - m.p * reml) * math.log(2 * math.pi),
            log_det_V=-0.5 * float(log_det_V),
            log_det_information=-log_det_half if reml else 0.0,
            quadratic=-0.5 * float(self._residual_form(self._cross_products)[-1, -1]),
        )

    @cached_property
    def loglik(self) -> float:
        """ℓ_R = −½[(n − p) log 2π + log|V| + log|XᵀV⁻¹X| + yᵀPy].

        ℓ = −½[n log 2π + log|V| + yᵀPy] under maximum likelihood.
        """
        return math.fsum(self.parts)

    @cached_property
    def beta(self) -> Floats:
        """β̂ = (XᵀV⁻¹X)⁻¹XᵀV⁻¹y, (p,)."""
        return self.moments.beta(self._delta)

    @cached_property
    def beta_cov(self) -> Floats:
        """Var β̂ = (XᵀV⁻¹X)⁻¹, (p, p)."""
        half = self._whitening @ self.moments.T_inverse.T
        return half.T @ half

    @cached_property
    def information_beta(self) -> Floats:
        """XᵀV⁻¹X, (p, p)."""
        half = self._cholesky.T @ self.moments.T
        return half.T @ half

    @cached_property
    def fixed_variance(self) -> float:
        """The sample variance of Xβ̂ over the rows, divisor n − 1."""
        coefficients = self.moments.gamma + self._delta
        return float(coefficients @ self.moments.predictions_cov @ coefficients)

    def contrast(self, weights: Floats) -> Contrast:
        """lᵀβ̂ for weights l, (p,)."""
        in_basis = self.moments.T_inverse.T @ weights
        half = self._whitening @ in_basis
        solved = self._whitening.T @ half
        return Contrast(
            estimate=float(in_basis @ (self.moments.gamma + self._delta)),
            variance=float(half @ half),
            slopes=np.array([solved @ S[:-1, :-1] @ solved for S in self._first]),
        )

    @cached_property
    def mean_residuals(self) -> Floats:
        """Each group's mean of y − Xβ̂, (J,)."""
        means: Floats = self.moments.means @ np.append(-self._delta, 1.0)
        return means

    def score_beta(self, beta: Floats) -> Floats:
        """∂ℓ/∂β = XᵀV⁻¹(y − Xβ) at any β, (p,)."""
        M = self._cross_products
        return self.moments.T.T @ (M[:-1, -1] - M[:-1, :-1] @ self.moments.delta(beta))

    @cached_property
    def _first(self) -> tuple[Floats, Floats]:
        """[Q r]ᵀ V⁻¹V_kV⁻¹ [Q r] for V_k = I and ZZᵀ."""
        n = self.moments.sizes
        return (
            self._residual_form(self._weighted(self.sigma2**-2, n / self._omega**2)),
            self._residual_form(self._weighted(0.0, (n / self._omega) ** 2)),
        )

    @cached_property
    def _second(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """[Q r]ᵀ V⁻¹V_kV⁻¹V_lV⁻¹ [Q r]."""
        n, omega = self.moments.sizes, self._omega
        ss = self._residual_form(self._weighted(self.sigma2**-3, n / omega**3))
        st = self._residual_form(self._weighted(0.0, (n / omega) ** 2 / omega))
        tt = self._residual_form(self._weighted(0.0, (n / omega) ** 3))
        return (ss, st), (st, tt)

    @cached_property
    def traces(self) -> Floats:
        """tr(PV_k) for V_k = I and ZZᵀ, (2,); tr(V⁻¹V_k) under maximum likelihood."""
        m = self.moments
        traces = np.array(
            [
                (m.n - m.J) / self.sigma2 + m.counts @ (1 / self._omega),
                m.counts @ (m.sizes / self._omega),
            ]
        )
        if self.method == "reml":
            traces -= [np.trace(self._solve(S[:-1, :-1])) for S in self._first]
        return traces

    @cached_property
    def quadratics(self) -> Floats:
        """yᵀPV_kPy for V_k = I and ZZᵀ, (2,)."""
        return np.array([S[-1, -1] for S in self._first])

    @cached_property
    def score(self) -> Floats:
        """s_k = −½[tr(PV_k) − yᵀPV_kPy] for (σ², τ²), (2,)."""
        return -0.5 * (self.traces - self.quadratics)

    @cached_property
    def fisher(self) -> Floats:
        """Expected information ½ tr(PV_kPV_l) of (σ², τ²), (2, 2); with V⁻¹ for P under ML."""
        m, omega = self.moments, self._omega
        ss = (m.n - m.J) / self.sigma2**2 + m.counts @ omega**-2
        st = m.counts @ (m.sizes / omega**2)
        tt = m.counts @ (m.sizes / omega) ** 2
        information = np.array([[ss, st], [st, tt]])
        if self.method == "reml":
            solved = [self._solve(S[:-1, :-1]) for S in self._first]
            for k in range(2):
                for l in range(2):  # noqa: E741
                    information[k, l] -= 2 * np.trace(self._solve(self._second[k][l][:-1, :-1]))
                    information[k, l] += np.sum(solved[k] * solved[l].T)
        return 0.5 * information

    @cached_property
    def average(self) -> Floats:
        """Average information ½ yᵀPV_kPV_lPy of (σ², τ²), (2, 2)."""
        cross = np.array([S[:-1, -1] for S in self._first])
        middle = np.array([[S[-1, -1] for S in row] for row in self._second])
        return 0.5 * (middle - cross @ self._solve(cross.T))

    @cached_property
    def observed(self) -> Floats:
        """Observed information, 2·average − Fisher, of (σ², τ²), (2, 2)."""
        return 2 * self.average - self.fisher
