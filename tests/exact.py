"""The fit to 60 digits: cross-products as fractions, and the root of the profiled score in mpmath.

Every sum over the rows is exact: columns become integers, and sums of their products, within groups
and between them, carry no rounding. What is left is a p × p problem for each ratio φ = τ²/σ²,
solved with more digits than it can lose.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement, pairwise
from math import lcm

import numpy as np
from dense import inverse_and_log_det
from mpmath import mp, mpf

DIGITS = 80
"""Digits carried, so that 60 are right after the cancellation of offsets."""

GRID = 70
"""Points of φ at which the slope of the profile is looked at for a change of sign."""


@dataclass(frozen=True)
class Exact:
    """The estimates, and (σ², τ², ℓ) of every local maximum, the highest first."""

    beta: list
    se: list
    sigma2: mpf
    tau2: mpf
    loglik: mpf
    u: list
    peaks: list


def exact_fit(y, X, codes, method):
    """The REML or ML fit of the rows of y and X: floats, fractions or decimal strings."""
    with mp.workdps(DIGITS):
        data = Data(y, X, list(codes))
        peaks = sorted(_peaks(data, method), key=lambda at: -at.loglik)
        best = peaks[0]
        residuals = data.means @ best.residual_weights
        return Exact(
            beta=list(best.beta),
            se=[mp.sqrt(v * best.sigma2) for v in np.diag(best.inverse)],
            sigma2=best.sigma2,
            tau2=best.tau2,
            loglik=best.loglik,
            u=list(residuals * data.group_sizes * best.phi / (1 + data.group_sizes * best.phi)),
            peaks=[(at.sigma2, at.tau2, at.loglik) for at in peaks],
        )


class Data:
    """Exact moments of [X y]: W within groups, and Σ ā_jā_jᵀ over the groups of each size."""

    def __init__(self, y, X, codes):
        columns = [[Fraction(v) for v in column] for column in (*zip(*X, strict=True), y)]
        units = [lcm(*(v.denominator for v in column)) for column in columns]
        whole = [[int(v * s) for v in column] for column, s in zip(columns, units, strict=True)]
        sums = defaultdict(lambda: [0] * len(columns))
        for j, *row in zip(codes, *whole, strict=True):
            sums[j] = [a + b for a, b in zip(sums[j], row, strict=True)]
        size, width = Counter(codes), len(columns)
        groups = sorted(size)
        counts = Counter(size.values())
        self.n, self.p = len(y), width - 1
        self.group_sizes = _numbers([size[j] for j in groups])
        self.sizes, self.counts = _numbers(list(counts)), _numbers(list(counts.values()))
        self.means = _numbers(
            [
                [Fraction(v, size[j] * s) for v, s in zip(sums[j], units, strict=True)]
                for j in groups
            ]
        )
        self.within = np.zeros((width, width), dtype=object)
        self.between = np.zeros((len(counts), width, width), dtype=object)
        for i, k in combinations_with_replacement(range(width), 2):
            unit = units[i] * units[k]
            within = Fraction(sum(map(int.__mul__, whole[i], whole[k])), unit)
            for kind, n in enumerate(counts):
                products = sum(sums[j][i] * sums[j][k] for j in groups if size[j] == n)
                within -= Fraction(products, n * unit)
                mean_products = _number(Fraction(products, n * n * unit))
                self.between[kind, i, k] = self.between[kind, k, i] = mean_products
            self.within[i, k] = self.within[k, i] = _number(within)


@dataclass(frozen=True)
class Profile:
    """ℓ at φ = τ²/σ², with σ² and β at their best."""

    data: Data
    method: str
    phi: mpf

    @property
    def df(self):
        return self.data.n - (self.data.p if self.method == "reml" else 0)

    @property
    def tau2(self):
        return self.phi * self.sigma2

    @cached_property
    def _growth(self):
        """1 + nφ for each size n."""
        return 1 + self.data.sizes * self.phi

    def _between(self, weights):
        return np.tensordot(weights, self.data.between, 1)

    @cached_property
    def _cross(self):
        """[X y]ᵀV⁻¹[X y] at σ² = 1."""
        return self.data.within + self._between(self.data.sizes / self._growth)

    @cached_property
    def _inverse_and_log_det(self):
        return inverse_and_log_det(self._cross[:-1, :-1])

    @property
    def inverse(self):
        """(XᵀV⁻¹X)⁻¹ at σ² = 1."""
        return self._inverse_and_log_det[0]

    @cached_property
    def beta(self):
        return self.inverse @ self._cross[:-1, -1]

    @property
    def residual_weights(self):
        """What makes y − Xβ̂ of [X y]."""
        return np.append(-self.beta, mpf(1))

    @cached_property
    def sigma2(self):
        return self.residual_weights @ self._cross @ self.residual_weights / self.df

    @cached_property
    def slope(self):
        """dℓ/dφ."""
        change = -self._between((self.data.sizes / self._growth) ** 2)
        twice = self.residual_weights @ change @ self.residual_weights / self.sigma2
        twice += self.data.counts @ (self.data.sizes / self._growth)
        if self.method == "reml":
            twice += np.sum(self.inverse * change[:-1, :-1])
        return -twice / 2

    @cached_property
    def loglik(self):
        twice = self.df * (mp.log(2 * mp.pi * self.sigma2) + 1)
        twice += self.data.counts @ [mp.log(v) for v in self._growth]
        if self.method == "reml":
            twice += self._inverse_and_log_det[1]
        return -twice / 2


def _peaks(data, method):
    """The local maxima of the profile between φ = 0 and 10¹⁸ that the grid tells apart."""
    low, high = mpf(10) ** -12 / max(data.sizes), mpf(10) ** 18
    grid = [mpf(0), *(low * (high / low) ** (mpf(k) / GRID) for k in range(GRID + 1))]
    points = [Profile(data, method, phi) for phi in grid]
    peaks = points[:1] if points[0].slope <= 0 else []
    for left, right in pairwise(points):
        if left.slope > 0 >= right.slope:
            phi = mp.findroot(
                lambda phi: Profile(data, method, phi).slope,
                (left.phi, right.phi),
                "anderson",
                tol=right.phi * mpf(10) ** (5 - DIGITS),
                maxsteps=200,
                verify=False,
            )
            peaks.append(Profile(data, method, phi))
    return peaks


def _number(value):
    return mpf(value.numerator) / value.denominator


_numbers = np.vectorize(_number, otypes=[object])
