"""What a run is made of: its options, and the immutable snapshot that each step leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Literal, get_args

import numpy as np

from solver.criterion import Criterion, LoglikParts, Method
from solver.errors import Refusal
from solver.moments import Floats

Algorithm = Literal["fisher", "ai", "newton", "em"]
"""How the variances are updated: by which information matrix, or by expectation-maximisation."""

StepName = Literal[
    "initialize",
    "score_beta",
    "estimate_beta",
    "predict_u",
    "update_variances",
    "check_convergence",
]

STEP_NAMES: tuple[StepName, ...] = get_args(StepName)
"""The six steps in their order; the last five repeat, once an iteration."""


class Outcome(StrEnum):
    """Why a run ended."""

    CONVERGED = "converged"
    BOUNDARY = "boundary"
    ITERATION_LIMIT = "iteration_limit"
    CREEPING = "creeping"
    STALLED = "stalled"


@dataclass(frozen=True)
class Options:
    """How to fit.

    Attributes
    ----------
    method : {"reml", "ml"}
        The log-likelihood to maximise.
    algorithm : {"fisher", "ai", "newton", "em"}
        Fisher scoring, average information, Newton–Raphson, or expectation–maximisation.
    start : {"moments", "half"} or (σ²₀, τ²₀)
        Starting variances: by the method of moments, half the OLS residual variance each, or given
        in squared units of the response.
    tolerance : float
        How small the relative changes of σ² and τ², and the step still to go, must become.
    max_iterations : int
        Iterations after which a run ends without having converged.

    Raises
    ------
    Refusal
        When a value is not one of these.
    """

    method: Method = "reml"
    algorithm: Algorithm = "fisher"
    start: Literal["moments", "half"] | tuple[float, float] = "moments"
    tolerance: float = 1e-13
    max_iterations: int = 2000

    def __post_init__(self) -> None:
        _one_of("method", self.method, get_args(Method))
        _one_of("algorithm", self.algorithm, get_args(Algorithm))
        if isinstance(self.start, str):
            _one_of("start", self.start, ("moments", "half"))
        else:
            sigma2, tau2 = self.start
            if not (0 < sigma2 < math.inf and 0 <= tau2 < math.inf):
                raise Refusal(
                    f"The start σ² = {sigma2:g}, τ² = {tau2:g} is outside the model. "
                    "σ² must be above 0 and τ² not below it, both finite."
                )
        if not 0 < self.tolerance < 1:
            raise Refusal(f"The tolerance {self.tolerance:g} must lie between 0 and 1.")
        if self.max_iterations < 1:
            raise Refusal(f"max_iterations is {self.max_iterations}; at least 1 is needed.")


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Refusal(f"The {option} '{value}' is unknown. Choose one of: {', '.join(allowed)}.")


class Refused(StrEnum):
    """Why a guard refused a trial step."""

    SIGMA2_NOT_POSITIVE = "sigma2_not_positive"
    TAU2_NEGATIVE = "tau2_negative"
    LOGLIK_FELL = "loglik_fell"
    STEP_TO_GO_GREW = "step_to_go_grew"
    NOT_POSITIVE_DEFINITE = "not_positive_definite"


class Kind(StrEnum):
    """What a trial step is."""

    STEP = "step"
    BOUNDARY = "boundary"
    JUMP = "jump"
    GIVEN = "given"


@dataclass(frozen=True)
class Trial:
    """One candidate for the next (σ², τ²).

    Attributes
    ----------
    kind : Kind
        A multiple of the full step; a stop at τ² = 0 on the way; a jump to a higher peak that the
        profile of the log-likelihood showed; or values that the reader put in its place.
    factor : float
        The part of the full step that was tried: 1, ½, ¼ …; nan for values given by the reader.
    sigma2, tau2 : float
        Where it would lead, possibly outside the model.
    loglik : float or None
        The log-likelihood there; None outside the model.
    refused : Refused or None
        Why it was refused; None when it was accepted.
    """

    kind: Kind
    factor: float
    sigma2: float
    tau2: float
    loglik: float | None
    refused: Refused | None


@dataclass(frozen=True)
class Rule:
    """One row of the convergence check: met when ``value`` ≤ ``tolerance``.

    Attributes
    ----------
    name : str
        ``change_sigma2``, ``change_tau2`` (relative changes), ``step_to_go`` (the Newton step from
        here, relative; projected where τ² = 0) or ``rise_elsewhere`` (how much higher the profile
        of the log-likelihood is at its best grid point).
    value, tolerance : float
    met : bool
    """

    name: str
    value: float
    tolerance: float
    met: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class State:
    """A snapshot of the fit. Quantities not yet computed are None; arrays cannot be written to.

    A step makes the next state from the last: an array that it left alone is the same object.

    Attributes
    ----------
    criterion : Criterion
        The log-likelihood at the present (σ², τ²).
    beta : (p,)
        β; the OLS estimate at first.
    u : (J,)
        û; all 0, their mean, until predicted.
    score_beta : (p,)
        ∂ℓ/∂β = XᵀV⁻¹(y − Xβ) at the present β.
    information_beta, beta_cov : (p, p)
        XᵀV⁻¹X and its inverse, Var β̂.
    mean_residuals, shrinkage : (J,)
        Each group's mean of y − Xβ̂, and λ_j = n_jτ²/(n_jτ² + σ²).
    updated_from : Criterion or None
        The log-likelihood at the (σ², τ²) that the update started from.
    score : (2,)
        s, the derivatives of the log-likelihood by (σ², τ²), there.
    fisher, average, observed : (2, 2)
        The three information matrices, there.
    information : (2, 2)
        The one that the update used; None for EM.
    full_step : (2,)
        The step before any guard.
    trials : tuple of Trial
        Every trial; the last one is where the update went, unless it was refused too.
    rules : tuple of Rule
        The convergence check.
    higher_peak : Criterion or None
        A point that is higher than the one where the first three rules were met.
    outcome : Outcome or None
        None until the last step.
    """

    criterion: Criterion = field(repr=False)
    beta: Floats
    u: Floats
    score_beta: Floats | None = None
    information_beta: Floats | None = None
    beta_cov: Floats | None = None
    mean_residuals: Floats | None = None
    shrinkage: Floats | None = None
    updated_from: Criterion | None = field(default=None, repr=False)
    score: Floats | None = None
    fisher: Floats | None = None
    average: Floats | None = None
    observed: Floats | None = None
    information: Floats | None = None
    full_step: Floats | None = None
    trials: tuple[Trial, ...] = ()
    rules: tuple[Rule, ...] = ()
    higher_peak: Criterion | None = field(default=None, repr=False)
    outcome: Outcome | None = None

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def converged(self) -> bool:
        """Whether the run ended at the optimum, inside the model or on its boundary."""
        return self.outcome in (Outcome.CONVERGED, Outcome.BOUNDARY)

    @property
    def sigma2(self) -> float:
        """σ², the variance of the errors."""
        return self.criterion.sigma2

    @property
    def tau2(self) -> float:
        """τ², the variance of the random intercepts."""
        return self.criterion.tau2

    @property
    def icc(self) -> float:
        """τ²/(τ² + σ²)."""
        return self.tau2 / (self.tau2 + self.sigma2)

    @property
    def loglik(self) -> float:
        """The (restricted) log-likelihood at (σ², τ²), β profiled out, constants included."""
        return self.criterion.loglik

    @property
    def loglik_parts(self) -> LoglikParts:
        """The addends of :attr:`loglik`."""
        return self.criterion.parts

    @property
    def at_boundary(self) -> bool:
        """Whether τ² is exactly 0."""
        return self.tau2 == 0
