"""The same data four ways: no groups, separate groups, and the multilevel model by ML and REML."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from solver.criterion import Criterion
from solver.fit import Fit, fit
from solver.moments import Floats
from solver.ols import Ols, OwnLines
from solver.problem import Problem

Way = Literal["ols", "own", "ml", "reml"]
"""Complete pooling, no pooling, and partial pooling by the two criteria."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Column:
    """What one way of fitting says; nan where it says nothing.

    Attributes
    ----------
    way : {"ols", "own", "ml", "reml"}
    beta, se : (p,)
        Estimates and standard errors; of the groups' own regressions the median over the groups.
    sigma2, tau2 : float
    loglik, loglik_reml : float
        ℓ and ℓ_R. For the multilevel model both are at the estimates of this way; for least squares
        each at its own maximum.
    """

    way: Way
    beta: Floats
    se: Floats
    sigma2: float
    tau2: float
    loglik: float
    loglik_reml: float


class Logliks(NamedTuple):
    """Three log-likelihoods of one model that are taken for each other.

    Attributes
    ----------
    reml_at_reml : float
        ℓ_R at the REML estimates: what a REML fit prints.
    ml_at_reml : float
        ℓ at the REML estimates.
    ml_at_ml : float
        ℓ at the ML estimates: what an ML fit prints, and the highest that ℓ gets.
    """

    reml_at_reml: float
    ml_at_reml: float
    ml_at_ml: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """A fit beside the other ways to fit the same data."""

    fit: Fit

    @property
    def problem(self) -> Problem:
        """What was fitted."""
        return self.fit.problem

    @cached_property
    def ols(self) -> Ols:
        """Complete pooling."""
        return Ols(self.problem)

    @cached_property
    def own(self) -> OwnLines:
        """No pooling."""
        return OwnLines(self.problem)

    @cached_property
    def reml(self) -> Fit:
        """The fit by restricted maximum likelihood."""
        return self._by("reml")

    @cached_property
    def ml(self) -> Fit:
        """The fit by maximum likelihood."""
        return self._by("ml")

    def _by(self, method: Literal["reml", "ml"]) -> Fit:
        options = self.fit.options
        if options.method == method:
            return self.fit
        return fit(self.problem, replace(options, method=method))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The four ways, from complete pooling to REML."""
        ols, own = self.ols, self.own
        nothing = np.full(self.problem.p, np.nan)
        told = bool(own.told.any())
        return (
            Column(
                way="ols",
                beta=ols.beta,
                se=ols.se,
                sigma2=ols.sigma2,
                tau2=0.0,
                loglik=ols.loglik,
                loglik_reml=ols.loglik_reml,
            ),
            Column(
                way="own",
                beta=np.nanmedian(own.beta, axis=0) if told else nothing,
                se=np.nanmedian(own.se, axis=0) if told and own.df else nothing,
                sigma2=own.sigma2,
                tau2=np.nan,
                loglik=own.loglik,
                loglik_reml=np.nan,
            ),
            self._partial(self.ml),
            self._partial(self.reml),
        )

    def _partial(self, found: Fit) -> Column:
        return Column(
            way=found.options.method,
            beta=found.beta,
            se=found.se,
            sigma2=found.sigma2,
            tau2=found.tau2,
            loglik=_loglik(found, "ml"),
            loglik_reml=_loglik(found, "reml"),
        )

    @cached_property
    def logliks(self) -> Logliks:
        """ℓ_R and ℓ at the REML estimates, and ℓ at the ML estimates."""
        return Logliks(self.reml.loglik, _loglik(self.reml, "ml"), self.ml.loglik)


def _loglik(found: Fit, method: Literal["reml", "ml"]) -> float:
    at: Criterion = found.state.criterion
    return replace(at, method=method).loglik
