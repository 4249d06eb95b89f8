"""What an expression is worth: scalars, matrices and the identity, at a point that gives names."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import singledispatch

import numpy as np

from solver.errors import Refusal
from solver.moments import Floats
from solver.practice.expressions import Call, Name, Number, Operation, Power, Tree, written
from solver.practice.tokens import WORDS


@dataclass(frozen=True)
class Identity:
    """A multiple of the identity matrix, of whatever size fits."""

    scale: float


HATLESS = {"β̂": "β", "σ̂": "σ", "τ̂": "τ"}
"""Estimates that may stand for what they estimate, where only that is known."""

LARGEST = 4000
"""Bits of a power that are worked out exactly."""

Value = Fraction | float | Floats | Identity


@dataclass(frozen=True, eq=False)
class Point:
    """What names stand for.

    Attributes
    ----------
    values : mapping
        Scalars and matrices by name; a vector is one column.
    free : int or None
        Where given, an indexed name such as ``y_51`` that has no value gets one drawn from its
        name and this number.
    letters : mapping
        Letters that an indexed name may begin with, with an example; any where there are none.
    """

    values: Mapping[str, Value]
    free: int | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    _drawn: dict[str, Fraction] = field(default_factory=dict, repr=False)

    def value(self, name: str) -> Value:
        """What a name stands for.

        Raises
        ------
        Refusal
            When it stands for nothing here.
        """
        if name in self.values:
            return self.values[name]
        if HATLESS.get(name) in self.values:
            return self.values[HATLESS[name]]
        letter = name.partition("_")[0]
        if self.free is not None and "_" in name and letter in (self.letters or letter):
            if name not in self._drawn:
                self._drawn[name] = rational(random.Random(f"{name}/{self.free}"))
            return self._drawn[name]
        known = ", ".join((*self.letters.values(), *map(_typed, self.values)))
        shown = written(Name(name))
        if not known:
            raise Refusal(f"{shown} has no meaning here: give a number.")
        raise Refusal(f"{shown} has no meaning here. You may use: {known}.")


def _typed(name: str) -> str:
    """A name, and how to type its hat, which no key has."""
    letter, hat = name[:1], name[1:]
    if hat != "\N{COMBINING CIRCUMFLEX ACCENT}":
        return name
    return f"{name} (typed {next((w for w, s in WORDS.items() if s == letter), letter)}_hat)"


def rational(source: random.Random) -> Fraction:
    """A rational number between 1/10 and 10 that nothing else is likely to equal."""
    return Fraction(source.randint(101, 9999), source.choice((997, 991, 983)))


def worth(tree: Tree, point: Point) -> Value:
    """The value of an expression at a point.

    Raises
    ------
    Refusal
        When shapes do not fit, a name means nothing here, or there is no such number.
    """
    if isinstance(tree, Number):
        return tree.value
    try:
        with np.errstate(all="ignore"):
            value = _worth(tree, point)
    except (ZeroDivisionError, OverflowError, ValueError, np.linalg.LinAlgError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal(f"{written(tree)} cannot be worked out: {_reason(error)}.") from None
    finite = isinstance(value, Fraction | Identity) or np.isfinite(value).all()
    if not finite:
        raise Refusal(f"{written(tree)} is not a finite number.")
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "it divides by 0"
    if isinstance(error, OverflowError):
        return "it is too large"
    return "it has no inverse, or no logarithm"


@singledispatch
def _worth(tree: Tree, point: Point) -> Value:
    raise AssertionError(tree)


@_worth.register
def _(tree: Number, point: Point) -> Value:
    return tree.value


@_worth.register
def _(tree: Name, point: Point) -> Value:
    return point.value(tree.name)


@_worth.register
def _(tree: Operation, point: Point) -> Value:
    values = [_worth(part, point) for part in tree.parts]
    if tree.sign == "neg":
        return _times(Fraction(-1), values[0])
    left, right = values
    match tree.sign:
        case "+":
            return _plus(left, right, tree)
        case "-":
            return _plus(left, _times(Fraction(-1), right), tree)
        case "*":
            return _times(left, right, tree)
    if isinstance(right, np.ndarray | Identity):
        raise Refusal(f"{written(tree)} divides by a matrix. Multiply by its inverse, such as V⁻¹.")
    return _times(left, 1 / right, tree)


@_worth.register
def _(tree: Power, point: Point) -> Value:
    base, power = _worth(tree.base, point), tree.power
    if power == "T":
        return base.T if isinstance(base, np.ndarray) else base
    assert isinstance(power, int)
    if isinstance(base, Identity):
        return Identity(base.scale**power)
    if isinstance(base, Fraction) and _bits(base) * abs(power) > LARGEST:
        raise OverflowError
    if not isinstance(base, np.ndarray):
        return base**power
    if base.shape[0] != base.shape[1]:
        said = "inverse" if power < 0 else "power"
        raise Refusal(f"{written(tree.base)} is {_size(base)}, not square: it has no {said}.")
    raised: Floats = np.linalg.matrix_power(base, power)
    return raised


@_worth.register
def _(tree: Call, point: Point) -> Value:
    value = _worth(tree.argument, point)
    name = tree.function
    if name == "inv":
        return _worth(Power(tree.argument, -1), point)
    if name == "diag":
        assert isinstance(value, np.ndarray)
        return np.diag(value.ravel())
    if name in ("tr", "det"):
        if isinstance(value, np.ndarray) and value.shape[0] == value.shape[1]:
            return float(np.trace(value) if name == "tr" else np.linalg.det(value))
        if isinstance(value, np.ndarray | Identity):
            raise Refusal(f"{written(tree.argument)} is not a square matrix of a known size.")
        return value
    if isinstance(value, np.ndarray | Identity):
        raise Refusal(f"{name} takes a number, and {written(tree.argument)} is a matrix.")
    return {"log": math.log, "exp": math.exp, "sqrt": math.sqrt}[name](value)


def _plus(left: Value, right: Value, tree: Tree) -> Value:
    if isinstance(left, Identity) and isinstance(right, Identity):
        return Identity(left.scale + right.scale)
    if isinstance(left, Fraction | float) and isinstance(right, Fraction | float):
        return left + right
    if isinstance(left, Fraction | float) or isinstance(right, Fraction | float):
        raise Refusal(f"{written(tree)} adds a number to a matrix.")
    if isinstance(left, Identity):
        left, right = right, left
    assert isinstance(left, np.ndarray)
    if isinstance(right, Identity):
        right = right.scale * np.eye(*left.shape)
        if left.shape[0] != left.shape[1]:
            raise Refusal(f"In {written(tree)} a {_size(left)} matrix and a square one are added.")
    if left.shape != right.shape:
        sizes = f"{_size(left)} and {_size(right)}"
        raise Refusal(f"In {written(tree)} the shapes differ: {sizes}.")
    added: Floats = left + right
    return added


def _times(left: Value, right: Value, tree: Tree | None = None) -> Value:
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        if left.shape[1] != right.shape[0]:
            shown = f"{written(tree)} does not fit" if tree else "The shapes do not fit"
            raise Refusal(f"{shown}: a {_size(left)} matrix times a {_size(right)} one.")
        product: Floats = left @ right
        return float(product[0, 0]) if product.shape == (1, 1) else product
    if isinstance(left, np.ndarray):
        return _scale(right) * left
    if isinstance(right, np.ndarray):
        return _scale(left) * right
    if isinstance(left, Identity) or isinstance(right, Identity):
        return Identity(_scale(left) * _scale(right))
    return left * right


def _scale(value: Value) -> float:
    """A scalar, or what the identity is multiplied by."""
    assert not isinstance(value, np.ndarray)
    return float(value.scale if isinstance(value, Identity) else value)


def _bits(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _size(value: Floats) -> str:
    return f"{value.shape[0]} × {value.shape[1]}"


def same(value: Value, other: Value, tolerance: float = 1e-9) -> bool:
    """Whether two values agree, to a relative tolerance; exactly where both are rational."""
    if isinstance(value, Fraction) and isinstance(other, Fraction) and tolerance <= 1e-9:
        return value == other
    if isinstance(value, Fraction | float) and isinstance(other, Fraction | float):
        one, two = float(value), float(other)
        return abs(one - two) <= tolerance * abs(two) + 1e-300
    if isinstance(value, Identity) or isinstance(other, Identity):
        if isinstance(value, np.ndarray) and isinstance(other, Identity):
            value, other = other, value
        if isinstance(value, Identity) and isinstance(other, Identity):
            return math.isclose(value.scale, other.scale, rel_tol=1e-9)
        if isinstance(value, Identity) and isinstance(other, np.ndarray):
            rows, columns = other.shape
            return rows == columns and same(value.scale * np.eye(rows), other, tolerance)
        return False
    mine, right = np.asarray(value, dtype=float), np.asarray(other, dtype=float)
    if mine.shape != right.shape:
        return False
    return bool((np.abs(mine - right) <= tolerance * np.abs(right).max() + 1e-300).all())
