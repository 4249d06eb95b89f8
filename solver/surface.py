"""The log-likelihood over many (σ², τ²) at once: a surface to draw, a profile to search."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from solver.criterion import Method
from solver.moments import Floats, Moments


def loglik_surface(moments: Moments, method: Method, sigma2: ArrayLike, tau2: ArrayLike) -> Floats:
    """ℓ_R or ℓ at every pair of σ² and τ², as :class:`~solver.criterion.Criterion` has it at one.

    Parameters
    ----------
    moments : Moments
    method : {"reml", "ml"}
    sigma2, tau2 : array_like
        σ² > 0 and τ² ≥ 0; broadcast against each other.

    Returns
    -------
    array
        The log-likelihood, in the shape that the two broadcast to.
    """
    s2, t2 = np.broadcast_arrays(np.asarray(sigma2, float), np.asarray(tau2, float))
    unit, quadratic = _unit_parts(moments, method, np.ravel(t2 / s2))
    df = _df(moments, method)
    flat = unit - 0.5 * (df * np.log(s2.ravel()) + quadratic / s2.ravel())
    surface: Floats = flat.reshape(s2.shape)
    return surface


def profile(moments: Moments, method: Method, ratios: Floats) -> tuple[Floats, Floats]:
    """The best ℓ for each ratio τ²/σ², and the σ² that reaches it.

    That σ² is yᵀP₁y/(n − p), P₁ being P at σ² = 1; under maximum likelihood it is yᵀP₁y/n.
    """
    unit, quadratic = _unit_parts(moments, method, ratios)
    df = _df(moments, method)
    sigma2 = quadratic / df
    return unit - 0.5 * df * (np.log(sigma2) + 1), sigma2


def _df(m: Moments, method: Method) -> int:
    return m.n - m.p if method == "reml" else m.n


def _unit_parts(m: Moments, method: Method, ratios: Floats) -> tuple[Floats, Floats]:
    """At σ² = 1 and each τ²: the log-likelihood without −½yᵀP₁y, and yᵀP₁y."""
    omega = 1 + np.multiply.outer(ratios, m.sizes)
    between = (m.sizes / omega) @ m.between.reshape(len(m.sizes), -1)
    cross = m.within + between.reshape(-1, m.p + 1, m.p + 1)
    factor = np.linalg.cholesky(cross)
    diagonal = np.diagonal(factor, axis1=1, axis2=2)
    unit = -0.5 * (_df(m, method) * math.log(2 * math.pi) + np.log(omega) @ m.counts)
    if method == "reml":
        unit = unit - np.log(diagonal[:, :-1]).sum(axis=1) - m.log_det_T
    return unit, diagonal[:, -1] ** 2
