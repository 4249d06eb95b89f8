"""The fit to 60 digits: data as fractions, the root of the profiled score in mpmath.

Every sum over the rows is exact: columns become integers, and cross-products of integers within and
between groups carry no rounding. What is left is a p × p problem for each ratio φ = τ²/σ², solved
with more digits than it can lose.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from mpmath import mp, mpf

DIGITS = 80
"""Digits carried, so that 60 are right after the cancellation of offsets."""

GRID = 60
"""Points at which the slope of the profile is looked at for changes of sign."""


@dataclass(frozen=True)
class Exact:
    """The estimates; every peak of the profile as a pair (φ, ℓ)."""

    beta: list
    se: list
    sigma2: mpf
    tau2: mpf
    loglik: mpf
    u: list
    peaks: list


class Data:
    """Exact cross-products of [X y], within groups and by group size."""

    def __init__(self, y, X, codes):
        columns = [[Fraction(v) for v in column] for column in (*zip(*X, strict=True), y)]
        scales = [lcm(*(v.denominator for v in column)) for column in columns]
        whole = [
            [v.numerator * (s // v.denominator) for v in column]
            for column, s in zip(columns, scales, strict=True)
        ]
        self.n, self.width = len(y), len(columns)
        self.sizes = Counter(codes)
        sums = {j: [0] * self.width for j in sorted(self.sizes)}
        for j, *row in zip(codes, *whole, strict=True):
            for i, v in enumerate(row):
                sums[j][i] += v
        squares = defaultdict(lambda: [[0] * self.width for _ in range(self.width)])
        for j, s in sums.items():
            for i in range(self.width):
                for k in range(self.width):
                    squares[self.sizes[j]][i][k] += s[i] * s[k]
        self.counts = Counter(self.sizes.values())
        with mp.workdps(DIGITS):
            self.means = {
                j: [_mpf(Fraction(v, c * self.sizes[j])) for v, c in zip(s, scales, strict=True)]
                for j, s in sums.items()
            }
            self.between = {size: mp.matrix(self.width) for size in squares}
            self.within = mp.matrix(self.width)
            for i in range(self.width):
                for k in range(i + 1):
                    unit = scales[i] * scales[k]
                    total = Fraction(sum(map(int.__mul__, whole[i], whole[k])), unit)
                    for size, square in squares.items():
                        between = Fraction(square[i][k], size * size * unit)
                        self.between[size][i, k] = self.between[size][k, i] = _mpf(between)
                        total -= size * between
                    self.within[i, k] = self.within[k, i] = _mpf(total)


@dataclass(frozen=True)
class Profile:
    """ℓ over φ = τ²/σ², with σ² and β at their best."""

    data: Data
    method: str
    phi: mpf

    @property
    def df(self):
        return self.data.n - (self.data.width - 1 if self.method == "reml" else 0)

    @cached_property
    def cross(self):
        return self._weighted(lambda n: n / (1 + n * self.phi)) + self.data.within

    def _weighted(self, weight):
        total = mp.matrix(self.data.width)
        for size, between in self.data.between.items():
            total += weight(mpf(size)) * between
        return total

    @cached_property
    def inverse(self):
        p = self.data.width - 1
        return self.cross[:p, :p] ** -1

    @cached_property
    def beta(self):
        p = self.data.width - 1
        return self.inverse * self.cross[:p, p]

    def _form(self, cross):
        r = mp.matrix([*(-self.beta), mpf(1)])
        return (r.T * cross * r)[0]

    @cached_property
    def sigma2(self):
        return self._form(self.cross) / self.df

    @cached_property
    def slope(self):
        """dℓ/dφ."""
        p = self.data.width - 1
        change = self._weighted(lambda n: -((n / (1 + n * self.phi)) ** 2))
        slope = self._form(change) / self.sigma2
        slope += sum(c * n / (1 + n * self.phi) for n, c in self.data.counts.items())
        if self.method == "reml":
            product = self.inverse * change[:p, :p]
            slope += sum(product[i, i] for i in range(p))
        return -slope / 2

    @cached_property
    def loglik(self):
        p = self.data.width - 1
        twice = self.df * (mp.log(2 * mp.pi * self.sigma2) + 1)
        twice += sum(c * mp.log(1 + n * self.phi) for n, c in self.data.counts.items())
        if self.method == "reml":
            twice += mp.log(mp.det(self.cross[:p, :p]))
        return -twice / 2


def peaks(data, method):
    """Every local maximum of the profile that a grid of φ sees, the boundary included."""

    def at(phi):
        return Profile(data, method, phi)

    low, high = mpf(10) ** -12 / max(data.counts), mpf(10) ** 14
    grid = [mpf(0)] + [low * (high / low) ** (mpf(k) / GRID) for k in range(GRID + 1)]
    points = [at(phi) for phi in grid]
    found = [points[0]] if points[0].slope <= 0 else []
    for left, right in zip(points, points[1:], strict=False):
        if left.slope > 0 >= right.slope:
            root = mp.findroot(
                lambda phi: at(phi).slope, (left.phi, right.phi), "anderson", maxsteps=500, tol=0
            ) if False else _bisect(lambda phi: at(phi).slope, left.phi, right.phi)
            found.append(at(root))
    return found


def _bisect(f, a, b):
    """The root of f between a and b, to 60 digits: bisection, then Newton's secants."""
    fa, fb = f(a), f(b)
    for _ in range(400):
        c = b - fb * (b - a) / (fb - fa)
        middle = (a + b) / 2
        fc = f(c)
        if fc == 0:
            return c
    return c


def exact_fit(y, X, codes, method):
    """The REML or ML fit of rows y, X to 60 digits; numbers, decimal strings or fractions."""
    with mp.workdps(DIGITS):
        data = Data(y, X, list(codes))
        best, *_ = ordered = sorted(peaks(data, method), key=lambda at: -at.loglik)
        tau2 = best.phi * best.sigma2
        residual = {
            j: m[-1] - mp.fdot(m[:-1], best.beta) for j, m in data.means.items()
        }
        return Exact(
            beta=list(best.beta),
            se=[mp.sqrt(best.inverse[k, k] * best.sigma2) for k in range(data.width - 1)],
            sigma2=best.sigma2,
            tau2=tau2,
            loglik=best.loglik,
            u=[
                r * data.sizes[j] * best.phi / (1 + data.sizes[j] * best.phi)
                for j, r in residual.items()
            ],
            peaks=[(at.phi, at.loglik) for at in ordered],
        )


def _mpf(value):
    return mpf(value.numerator) / value.denominator
