"""A whole fit: the last step of a run, with what a user asks of it."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from solver.moments import Floats
from solver.problem import Problem
from solver.state import Options, Outcome, State
from solver.step import Step
from solver.steps import steps

if TYPE_CHECKING:
    from solver.matrices import Matrix


def fit(problem: Problem, options: Options | None = None) -> Fit:
    """Run :func:`~solver.steps.steps` to its end.

    Parameters
    ----------
    problem : Problem
    options : Options, optional

    Returns
    -------
    Fit
        Also when the run did not converge: look at ``outcome``.
    """
    return Fit(deque(steps(problem, options), maxlen=1).pop())


@dataclass(frozen=True, eq=False)
class Fit:
    """The estimates of a random-intercept model, as the last step of a run left them."""

    step: Step

    @property
    def problem(self) -> Problem:
        """What was fitted."""
        return self.step.problem

    @property
    def options(self) -> Options:
        """How it was fitted."""
        return self.step.options

    @property
    def state(self) -> State:
        """The last state of the run."""
        return self.step.state

    @property
    def outcome(self) -> Outcome:
        """Why the run ended."""
        assert self.state.outcome is not None
        return self.state.outcome

    @property
    def converged(self) -> bool:
        """Whether it ended at the optimum, inside the model or on its boundary τ² = 0."""
        return self.state.converged

    @property
    def iterations(self) -> int:
        """Iterations taken."""
        return self.step.iteration

    @property
    def beta(self) -> Floats:
        """β̂, (p,)."""
        return self.state.beta

    @property
    def beta_cov(self) -> Floats:
        """Var β̂ = (XᵀV⁻¹X)⁻¹, (p, p)."""
        assert self.state.beta_cov is not None
        return self.state.beta_cov

    @cached_property
    def se(self) -> Floats:
        """Standard errors of β̂, (p,)."""
        return np.sqrt(np.diag(self.beta_cov))

    @property
    def sigma2(self) -> float:
        """σ̂², in squared units of the response."""
        return self.state.sigma2

    @property
    def tau2(self) -> float:
        """τ̂², in squared units of the response."""
        return self.state.tau2

    @property
    def icc(self) -> float:
        """Intraclass correlation τ̂²/(τ̂² + σ̂²)."""
        return self.state.icc

    @property
    def u(self) -> Floats:
        """Predicted random intercepts û, (J,)."""
        return self.state.u

    @property
    def shrinkage(self) -> Floats:
        """λ_j = n_jτ̂²/(n_jτ̂² + σ̂²), (J,): how much of its mean residual a group's û_j keeps."""
        assert self.state.shrinkage is not None
        return self.state.shrinkage

    @cached_property
    def u_se(self) -> Floats:
        """√Var(u_j | y) = √(τ̂²(1 − λ_j)), (J,), β taken as known."""
        variance: Floats = self.tau2 * (1 - self.shrinkage)
        return np.sqrt(variance)

    @property
    def loglik(self) -> float:
        """The maximised (restricted) log-likelihood, constants included."""
        return self.state.loglik

    @property
    def deviance(self) -> float:
        """−2ℓ; under REML the REML criterion."""
        return -2 * self.loglik

    @property
    def parameters(self) -> int:
        """Parameters estimated: p fixed effects and two variances."""
        return self.problem.p + 2

    @property
    def aic(self) -> float:
        """−2ℓ + 2(p + 2)."""
        return self.deviance + 2 * self.parameters

    @property
    def bic(self) -> float:
        """−2ℓ + (p + 2) log n."""
        return self.deviance + self.parameters * math.log(self.problem.n)

    @cached_property
    def fitted_marginal(self) -> Floats:
        """Xβ̂, (n,): the line for a group not seen."""
        fitted: Floats = self.problem.X @ self.beta
        return fitted

    @cached_property
    def fitted(self) -> Floats:
        """Xβ̂ + Zû, (n,): each group's own line."""
        return self.fitted_marginal + self.u[self.problem.codes]

    @cached_property
    def residuals_marginal(self) -> Floats:
        """y − Xβ̂, (n,)."""
        return self.problem.y - self.fitted_marginal

    @cached_property
    def residuals(self) -> Floats:
        """y − Xβ̂ − Zû, (n,)."""
        return self.problem.y - self.fitted

    def matrix(self, name: str) -> Matrix:
        """One of the matrices of the model at the estimates; see :func:`solver.matrices.matrix`."""
        return self.step.matrix(name)
