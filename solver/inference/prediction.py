"""What the model expects at a row of predictors, for the population and for a group that it knows.

The errors of β̂ and û are taken together, from Henderson's mixed-model equations (Henderson 1975;
McLean, Sanders & Stroup 1991). With C = Var β̂ and x̄_j the group's mean row,

    Cov(β̂ − β, û_j − u_j) = −λ_j C x̄_j,    Var(û_j − u_j) = τ²(1 − λ_j) + λ_j² x̄_jᵀC x̄_j,

so that Var(xᵀβ̂ + û_j − xᵀβ − u_j) = wᵀCw + τ²(1 − λ_j) with w = x − λ_j x̄_j. σ² and τ² are taken at
their estimates; that they are estimated enters by Satterthwaite's degrees of freedom alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.inference.satterthwaite import Inference, Satterthwaite
from solver.moments import Floats

_ERROR = np.array([1.0, 0.0])
_BOTH = np.array([1.0, 1.0])
"""Gradients of σ² and of σ² + τ² by (σ², τ²)."""


@dataclass(frozen=True)
class Prediction:
    """What is expected at a row x.

    Attributes
    ----------
    mean : Inference
        The mean there, with its confidence interval.
    row : Inference
        One new row, with its prediction interval: the same estimate, and an error that holds the
        new row's own scatter too.
    """

    mean: Inference
    row: Inference


def predict_marginal(inference: Satterthwaite, x: Floats) -> Prediction:
    """xᵀβ̂, the mean over all groups; the new row is one of a group not seen.

    Parameters
    ----------
    inference : Satterthwaite
    x : (p,)
        A row of X, with its 1 for the intercept.
    """
    at = inference.criterion
    estimate, variance, slopes = at.contrast(x)
    return Prediction(
        inference.inference(estimate, variance, slopes),
        inference.inference(estimate, variance + at.tau2 + at.sigma2, slopes + _BOTH),
    )


def predict_conditional(inference: Satterthwaite, x: Floats, group: int) -> Prediction:
    """xᵀβ̂ + û_j, a group's own mean; the new row is one of that group.

    Parameters
    ----------
    inference : Satterthwaite
    x : (p,)
        A row of X, with its 1 for the intercept.
    group : int
        j, 0 … J − 1.
    """
    at = inference.criterion
    n, mean_row = at.moments.group_sizes[group], at.moments.X_means[group]
    omega = at.sigma2 + n * at.tau2
    shrinkage = n * at.tau2 / omega
    w = x - shrinkage * mean_row
    _, around, around_slopes = at.contrast(w)
    shrinkage_slopes = n / omega**2 * np.array([-at.tau2, at.sigma2])
    own_slopes = np.array([n * at.tau2**2, at.sigma2**2]) / omega**2
    variance = around + at.tau2 * (1 - shrinkage)
    slopes = around_slopes - 2 * (w @ at.beta_cov @ mean_row) * shrinkage_slopes + own_slopes
    estimate = at.contrast(x).estimate + shrinkage * float(at.mean_residuals[group])
    return Prediction(
        inference.inference(estimate, variance, slopes),
        inference.inference(estimate, variance + at.sigma2, slopes + _ERROR),
    )
