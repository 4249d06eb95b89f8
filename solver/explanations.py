"""How one entry of a matrix comes about: in symbols, in numbers, and as a sum of terms.

Each explanation says something true of the entry: its numbers, put in, give the entry's value.
Subscripts count from 1, as in the lecture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from solver.formatting import MINUS, number
from solver.moments import Codes, Floats

if TYPE_CHECKING:
    from solver.matrices import Matrix

TERMS = 12
"""Terms of a sum that are shown one by one."""

CELLS = 4_000_000
"""Entries of a matrix above which it is not worked on as a whole."""


class Term(NamedTuple):
    """One addend: ``product`` = ``left`` · ``right``; ``label`` says which row or matrix it is."""

    label: str
    left: float
    right: float
    product: float


class Explanation(NamedTuple):
    """The parts of a :class:`Cell` that say how it comes about."""

    formula: str
    numbers: str
    terms: tuple[Term, ...] = ()
    left_out: int = 0
    left_out_sum: float = 0.0


@dataclass(frozen=True, eq=False)
class Cell:
    """One entry of a matrix, explained.

    Attributes
    ----------
    name : str
        The matrix.
    row, column : int
        The position, from 0.
    value : float
    symbol : str
        What the entry is in symbols, such as ``τ²+σ²``, or its own name, such as ``p₂,₃``.
    formula : str
        Where it comes from: ``V₂,₃ = τ²·(ZZᵀ)₂,₃ + σ²·I₂,₃``.
    numbers : str
        The right side with this state's numbers. Terms that are left out stand as
        ``[⋯ how many: their sum]``.
    terms : tuple of Term
        The addends of a sum or of a row-by-column product that are not 0, at most :data:`TERMS`.
    left_out, left_out_sum : int, float
        How many more there are, and what they add up to.
    sigma2, tau2 : float
        The variances that go into it: for what was not computed anew since an update, the old ones.
    rows : slice or (…,) array of int
        Positions of the observations that it depends on once σ², τ², β and u are given.
    """

    name: str
    row: int
    column: int
    value: float
    symbol: str
    formula: str
    numbers: str
    terms: tuple[Term, ...]
    left_out: int
    left_out_sum: float
    sigma2: float
    tau2: float
    rows: slice | Codes


class How(Protocol):
    """A way in which the entries of a matrix come about."""

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """The entry at row i and column j, with numbers of so many significant digits."""


@dataclass(frozen=True)
class Given:
    """Read off from something else: the data, another matrix, or a definition."""

    text: Callable[[Matrix, int, int], str]

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """The text, and the value."""
        return Explanation(f"{m.entry(i, j)} = {self.text(m, i, j)}", number(m.value(i, j), digits))


@dataclass(frozen=True)
class Expression:
    """A closed expression, by default the symbol, in σ², τ² and other named values."""

    text: Callable[[Matrix, int, int], str] | None = None
    values: Callable[[Matrix, int, int], Mapping[str, float]] | None = None

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """The expression, and the same with numbers for its symbols."""
        text = numbers = self.text(m, i, j) if self.text else m.expression(i, j)
        values = self.values(m, i, j) if self.values else {}
        for symbol, value in {"σ²": m.sigma2, "τ²": m.tau2, **values}.items():
            numbers = numbers.replace(symbol, factor(value, digits))
        return Explanation(f"{m.entry(i, j)} = {text}", numbers)


class Linear:
    """A sum of matrices, each with its coefficient: a number, ``"σ²"`` or ``"τ²"``."""

    def __init__(self, *addends: tuple[float | str, str]) -> None:
        self.addends = addends

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """Coefficient times entry, added up."""
        variances = {"σ²": m.sigma2, "τ²": m.tau2}
        signs, symbols, numbers = [], [], []
        terms: list[Term] = []
        for coefficient, name in self.addends:
            other = m.other(name)
            value = other.value(i, j)
            if isinstance(coefficient, str):
                left, symbol = variances[coefficient], f"{coefficient}·"
                written = f"{number(left, digits)}·"
            else:
                left, symbol = coefficient, WRITTEN[abs(coefficient)]
                written = symbol
            signs.append(left < 0)
            symbols.append(f"{symbol}{other.entry(i, j)}")
            alone = not (terms or written or left < 0)
            numbers.append(written + (number if alone else factor)(value, digits))
            terms.append(Term(name, left, value, left * value))
        formula = f"{m.entry(i, j)} = {_joined(signs, symbols)}"
        return Explanation(formula, _joined(signs, numbers), tuple(terms))


WRITTEN = {1: "", 0.5: "½·", 2: "2·"}
"""Coefficients of :class:`Linear`, before the matrix."""


@dataclass(frozen=True)
class Product:
    """A·B: row i of A by column j of B."""

    left: str
    right: str

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """Σₖ A_ik·B_kj."""
        a, b = m.other(self.left), m.other(self.right)
        vector = b.column_kind == "one"
        k = _INDEX[a.column_kind]
        left = f"{stem(a.letter)}{subscript(i)},{k}"
        right = f"{stem(b.letter)}{k}" + ("" if vector else f",{subscript(j)}")
        row = a.block([i])[0]
        inner = np.flatnonzero(row)
        return _sum(
            f"{m.entry(i, j)} = Σ{k} {left}·{right}",
            lambda positions: a.column_labels(inner[positions]),
            row[inner],
            b.block(inner, [0 if vector else j])[:, 0],
            digits,
        )


_INDEX = {"observation": "ᵢ", "group": "ⱼ", "fixed effect": "ₖ", "variance": "ₗ", "one": "₁"}


@dataclass(frozen=True)
class Trace:
    """tr A, the sum of a diagonal."""

    name: str

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """Σᵢ A_ii."""
        a = m.other(self.name)
        k = _INDEX[a.row_kind]
        diagonal = a.diagonal()
        formula = f"{m.entry(i, j)} = Σ{k} {stem(self.name)}{k},{k}"
        return _sum(formula, a.row_labels, np.ones_like(diagonal), diagonal, digits, _bare)


@dataclass(frozen=True)
class SumOfSquares:
    """tr AAᵀ, the sum of the squares of all entries; too many of them are not shown singly."""

    name: str

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """Σ A_kl²."""
        a = m.other(self.name)
        formula = f"{m.entry(i, j)} = Σ ({stem(self.name)}ᵢ,ⱼ)²"
        rows, columns = a.shape
        if rows * columns > CELLS:
            value = m.value(i, j)
            return Explanation(
                formula, _left_out(rows * columns, value, digits), (), rows * columns, value
            )
        flat = a.dense().ravel()

        def labels(positions: Codes) -> list[str]:
            r, c = np.divmod(positions, columns)
            return [
                f"{row}, {column}"
                for row, column in zip(a.row_labels(r), a.column_labels(c), strict=True)
            ]

        return _sum(formula, labels, flat, flat, digits, _square)


@dataclass(frozen=True)
class Inverse:
    """A⁻¹ of a small symmetric A: cofactor over determinant."""

    name: str

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """(−1)^(i + j)·|A without row j and column i| / |A|."""
        a = m.other(self.name)
        A, head = a.dense(), f"{m.entry(i, j)} = "
        sign = MINUS if (i + j) % 2 else ""

        def spelled(cell: Callable[[int, int], str]) -> str:
            if len(A) == 1:
                return f"1/{cell(0, 0)}"
            minor = cell(1 - j, 1 - i)
            return f"{sign}{minor}/({cell(0, 0)}·{cell(1, 1)} {MINUS} {cell(0, 1)}·{cell(1, 0)})"

        if len(A) <= 2:
            return Explanation(
                head + spelled(a.entry), spelled(lambda r, c: factor(float(A[r, c]), digits))
            )
        with np.errstate(all="ignore"):
            cofactor = (-1) ** (i + j) * np.linalg.det(np.delete(np.delete(A, j, 0), i, 1))
            determinant = np.linalg.det(A)
        formula = f"{head}C{subscript(j)},{subscript(i)}/|{self.name}|"
        if not (np.isfinite([cofactor, determinant]).all() and determinant > 0):
            return Explanation(formula, number(m.value(i, j), digits))
        return Explanation(
            formula, f"{number(float(cofactor), digits)}/{factor(float(determinant), digits)}"
        )


class Cases:
    """A way that differs from entry to entry or from run to run."""

    def __init__(self, choose: Callable[[Matrix, int, int], How]) -> None:
        self.choose = choose

    def explain(self, m: Matrix, i: int, j: int, digits: int) -> Explanation:
        """As the chosen way explains it."""
        return self.choose(m, i, j).explain(m, i, j, digits)


def subscript(position: int) -> str:
    """A position as it stands in the lecture, from 1 and below the line."""
    return str(position + 1).translate(_BELOW)


_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def stem(name: str) -> str:
    """A matrix's name with room for subscripts: in parentheses unless it is a letter or a word."""
    return name if _ONE_WORD.fullmatch(name) else f"({name})"


_ONE_WORD = re.compile(r"\w[\u0302\u0304]?|(Var|tr)\(.*\)|[A-Za-z]{4,}")


def factor(value: float, digits: int) -> str:
    """A number that can stand behind a sign."""
    text = number(value, digits)
    return f"({text})" if text.startswith(MINUS) or "·" in text else text


def _joined(negative: Sequence[bool], addends: Sequence[str]) -> str:
    """a + b − c."""
    signs = [f" {MINUS} " if minus else " + " for minus in negative]
    text = "".join(sign + addend for sign, addend in zip(signs, addends, strict=True))
    return text.removeprefix(" + ") if text.startswith(" +") else MINUS + text[3:]


def _product(left: float, right: float, digits: int) -> str:
    return f"{number(left, digits)}·{factor(right, digits)}"


def _bare(_: float, right: float, digits: int) -> str:
    return factor(right, digits)


def _square(left: float, _: float, digits: int) -> str:
    return f"{factor(left, digits)}²"


def _sum(
    formula: str,
    labels: Callable[[Codes], Sequence[str]],
    left: Floats,
    right: Floats,
    digits: int,
    write: Callable[[float, float, int], str] = _product,
) -> Explanation:
    """Σ left·right, its first terms that are not 0 and the sum of the others."""
    products = left * right
    nonzero = np.flatnonzero(products)
    shown, rest = nonzero[:TERMS], nonzero[TERMS:]
    terms = tuple(
        Term(label, float(left[k]), float(right[k]), float(products[k]))
        for label, k in zip(labels(shown), shown, strict=True)
    )
    others = float(products[rest].sum())
    texts = [write(abs(term.left), term.right, digits) for term in terms]
    signs = [write is not _square and term.left < 0 for term in terms]
    if len(rest):
        texts.append(_left_out(len(rest), others, digits))
        signs.append(False)
    numbers = _joined(signs, texts) if texts else "0"
    return Explanation(formula, numbers, terms, len(rest), others)


def _left_out(how_many: int, together: float, digits: int) -> str:
    return f"[⋯ {how_many}: {number(together, digits)}]"
