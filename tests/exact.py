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
        return Exact(
            beta=list(best.beta),
            se=[mp.sqrt(best.inverse[k, k] * best.sigma2) for k in range(data.p)],
            sigma2=best.sigma2,
            tau2=best.tau2,
            loglik=best.loglik,
            u=[
                (mean[-1] - mp.fdot(mean[:-1], best.beta)) * best.phi * n / (1 + best.phi * n)
                for mean, n in zip(data.means, data.sizes, strict=True)
            ],
            peaks=[(at.sigma2, at.tau2, at.loglik) for at in peaks],
        )


class Data:
    """Exact moments of [X y]: W within groups, Σ ā_jā_jᵀ between those of each size."""

    def __init__(self, y, X, codes):
        columns = [[Fraction(v) for v in column] for column in (*zip(*X, strict=True), y)]
        units = [lcm(*(v.denominator for v in column)) for column in columns]
        whole = [[int(v * s) for v in column] for column, s in zip(columns, units, strict=True)]
        self.n, self.p = len(y), len(columns) - 1
        sums = defaultdict(lambda: [0] * len(columns))
        for j, *row in zip(codes, *whole, strict=True):
            sums[j] = [a + b for a, b in zip(sums[j], row, strict=True)]
        size = Counter(codes)
        self.sizes = [size[j] for j in sorted(size)]
        self.counts = Counter(self.sizes)
        self.means = [
            [_mpf(Fraction(v, size[j] * s)) for v, s in zip(sums[j], units, strict=True)]
            for j in sorted(size)
        ]
        self.within = mp.matrix(len(columns))
        self.between = {n: mp.matrix(len(columns)) for n in self.counts}
        for i, k in combinations_with_replacement(range(len(columns)), 2):
            within = Fraction(sum(map(int.__mul__, whole[i], whole[k])))
            for n, between in self.between.items():
                products = sum(sums[j][i] * sums[j][k] for j in size if size[j] == n)
                within -= Fraction(products, n)
                between[i, k] = between[k, i] = _mpf(
                    Fraction(products, n * n * units[i] * units[k])
                )
            self.within[i, k] = self.within[k, i] = _mpf(within / (units[i] * units[k]))


@dataclass(frozen=True)
class Profile:
    """ℓ at φ = τ²/σ², with σ² and β at their best."""

    data: Data
    method: str
    phi: mpf

    @property
    def df(self):
        return self.data.n - (self.data.p if self.method == "reml" else 0)

    def _between(self, weight):
        terms = (weight(mpf(n)) * B for n, B in self.data.between.items())
        return sum(terms, mp.zeros(self.data.p + 1))

    @cached_property
    def cross(self):
        """[X y]ᵀV⁻¹[X y] at σ² = 1."""
        return self.data.within + self._between(lambda n: n / (1 + n * self.phi))

    @cached_property
    def inverse(self):
        """(XᵀV⁻¹X)⁻¹ at σ² = 1."""
        return self.cross[: self.data.p, : self.data.p] ** -1

    @cached_property
    def beta(self):
        return self.inverse * self.cross[: self.data.p, self.data.p]

    def _residual_form(self, cross):
        r = mp.matrix([*(-self.beta), mpf(1)])
        return (r.T * cross * r)[0]

    @cached_property
    def sigma2(self):
        return self._residual_form(self.cross) / self.df

    @property
    def tau2(self):
        return self.phi * self.sigma2

    @cached_property
    def slope(self):
        """dℓ/dφ."""
        change = self._between(lambda n: -((n / (1 + n * self.phi)) ** 2))
        twice = self._residual_form(change) / self.sigma2
        twice += sum(c * n / (1 + n * self.phi) for n, c in self.data.counts.items())
        if self.method == "reml":
            product = self.inverse * change[: self.data.p, : self.data.p]
            twice += sum(product[i, i] for i in range(self.data.p))
        return -twice / 2

    @cached_property
    def loglik(self):
        twice = self.df * (mp.log(2 * mp.pi * self.sigma2) + 1)
        twice += sum(c * mp.log(1 + n * self.phi) for n, c in self.data.counts.items())
        if self.method == "reml":
            twice += mp.log(mp.det(self.cross[: self.data.p, : self.data.p]))
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


def _mpf(value):
    return mpf(value.numerator) / value.denominator
