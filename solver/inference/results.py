"""What a fit says: estimates with intervals, tests, predictions, and the fit beside others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from solver.criterion import Criterion
from solver.errors import Refusal
from solver.fit import Fit
from solver.formatting import quoted
from solver.inference.comparison import Comparison
from solver.inference.explained import Explained, LikelihoodRatio, explained, likelihood_ratio
from solver.inference.prediction import Prediction, predict_conditional, predict_marginal
from solver.inference.profiles import Interval, Parameter, Profile, fixed_effect_interval
from solver.inference.satterthwaite import Inference, Satterthwaite, normal_quantile
from solver.moments import Floats

FEW_GROUPS = 5
"""Below so many groups τ² is hardly known, whatever the interval says."""

NOWHERE = (math.nan, math.nan)
"""The interval of a run that did not reach the maximum."""


@dataclass(frozen=True, eq=False)
class Results:
    """Everything that is said of a fit, computed when it is asked for.

    Profiles, and the intervals and tests that rest on them, need the maximum of the log-likelihood:
    where a run did not converge they are nan.

    Attributes
    ----------
    fit : Fit
    """

    fit: Fit

    @property
    def _top(self) -> Criterion:
        return self.fit.state.criterion

    @cached_property
    def _satterthwaite(self) -> Satterthwaite:
        return Satterthwaite(self._top)

    @property
    def few_groups(self) -> bool:
        """Whether there are fewer than five groups."""
        return self.fit.problem.J < FEW_GROUPS

    @cached_property
    def fixed(self) -> tuple[Inference, ...]:
        """Each fixed effect with its standard error, df, t, p and 95 % interval, p of them."""
        return tuple(self.contrast(weights) for weights in np.eye(self.fit.problem.p))

    def contrast(self, weights: ArrayLike) -> Inference:
        """A linear combination of the fixed effects.

        Parameters
        ----------
        weights : (p,)
            l of lᵀβ.
        """
        return self._satterthwaite.contrast(self._row(weights))

    @cached_property
    def fixed_profiles(self) -> tuple[Interval, ...]:
        """95 % profile-likelihood intervals of the fixed effects; of an ML fit only, else none."""
        if self.fit.options.method == "reml":
            return ()
        p = self.fit.problem.p
        if not self.fit.converged:
            return (NOWHERE,) * p
        return tuple(fixed_effect_interval(self._top, k) for k in range(p))

    @cached_property
    def _profiles(self) -> dict[Parameter, Profile]:
        return {name: Profile(self._top, name) for name in ("tau", "sigma", "icc")}

    def profile(self, parameter: Parameter) -> Profile | None:
        """The profile of τ, σ or the ICC; None when the run did not converge."""
        return self._profiles[parameter] if self.fit.converged else None

    def _interval(self, parameter: Parameter) -> Interval:
        profile = self.profile(parameter)
        return profile.interval if profile else NOWHERE

    @property
    def tau_interval(self) -> Interval:
        """95 % profile-likelihood interval of τ, by the criterion of the fit."""
        return self._interval("tau")

    @property
    def sigma_interval(self) -> Interval:
        """95 % profile-likelihood interval of σ, by the criterion of the fit."""
        return self._interval("sigma")

    @property
    def tau2_interval(self) -> Interval:
        """That of τ, squared."""
        low, high = self.tau_interval
        return low**2, high**2

    @property
    def sigma2_interval(self) -> Interval:
        """That of σ, squared."""
        low, high = self.sigma_interval
        return low**2, high**2

    @property
    def icc_interval(self) -> Interval:
        """95 % profile-likelihood interval of the ICC, by the criterion of the fit."""
        return self._interval("icc")

    @cached_property
    def explained(self) -> Explained:
        """R² marginal and conditional, and what they are made of."""
        return explained(self._top)

    @cached_property
    def group_test(self) -> LikelihoodRatio | None:
        """The likelihood-ratio test of τ² = 0; None when the run did not converge."""
        return likelihood_ratio(self._top) if self.fit.converged else None

    @cached_property
    def u_intervals(self) -> Floats:
        """û_j ± 1.96 conditional standard errors, (J, 2)."""
        reach = normal_quantile() * self.fit.u_se
        return np.column_stack([self.fit.u - reach, self.fit.u + reach])

    @cached_property
    def differing(self) -> tuple[int, ...]:
        """The groups whose interval of û does not hold 0, the largest |û| first."""
        low, high = self.u_intervals.T
        found = np.flatnonzero((low > 0) | (high < 0))
        return tuple(found[np.argsort(-np.abs(self.fit.u[found]), kind="stable")].tolist())

    def predict(self, x: ArrayLike, group: object = None) -> Prediction:
        """What to expect at a row of predictors.

        Parameters
        ----------
        x : (p,)
            A row of X, with its 1 for the intercept.
        group : optional
            A group's label, for what to expect in it; without, in a group not seen.

        Raises
        ------
        Refusal
            When there is no such group, or x does not have p numbers.
        """
        row, problem = self._row(x), self.fit.problem
        if group is None:
            return predict_marginal(self._satterthwaite, row)
        try:
            j = problem.group_labels.index(str(group))
        except ValueError:
            raise Refusal(
                f"{quoted(problem.group)} has no group {quoted(group)}. "
                "Leave the group out to predict for one that the data do not have."
            ) from None
        return predict_conditional(self._satterthwaite, row, j)

    def _row(self, values: ArrayLike) -> Floats:
        row = np.asarray(values, dtype=np.float64)
        names = self.fit.problem.fixed_names
        if row.shape != (len(names),) or not np.isfinite(row).all():
            raise Refusal(f"Give {len(names)} numbers, one for each of: {', '.join(names)}.")
        return row

    @cached_property
    def comparison(self) -> Comparison:
        """The fit beside least squares, the groups' own regressions, and the other criterion."""
        return Comparison(self.fit)


def results(fit: Fit) -> Results:
    """What a fit says; each part is computed when it is first asked for."""
    return Results(fit)
