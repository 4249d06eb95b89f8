"""The matrices of the model at a step: any block of them on request, any entry explained.

>>> V = step.matrix("V")
>>> V.block(slice(0, 2), slice(0, 3))
>>> V.cell(0, 1).formula
'V₁,₂ = τ²·(ZZᵀ)₁,₂ + σ²·I₁,₂'

Nothing n × n is ever stored: a block costs what its own entries cost, whatever n is.
"""

from __future__ import annotations

import difflib
import operator
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from solver.entries import Entries, Entry
from solver.errors import Refusal
from solver.explanations import CELLS, Cases, Cell, How, Term, stem, subscript
from solver.matrix_table import KINDS, TABLE, Declared, Kind
from solver.moments import Codes, Floats
from solver.problem import Problem
from solver.state import State

__all__ = ["Cell", "Kind", "Matrix", "Selection", "Term", "matrix", "matrix_names"]

Selection = slice | Sequence[int] | range | Codes
"""Rows or columns: a slice, or positions in any order."""

ALL = slice(None)

_OF_DATA = frozenset("yXZHI()ᵀ⁻¹ −")
"""Letters and signs of the matrices that no step changes."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """A matrix of the model at one state; :func:`matrix` makes them.

    Attributes
    ----------
    name : str
    problem : Problem
    state : State
        What it was computed from: the state asked for, or an earlier one where the quantity has not
        been computed anew since (û after the variances were updated).
    """

    name: str
    problem: Problem = field(repr=False)
    state: State = field(repr=False)
    _declared: Declared = field(repr=False)

    @property
    def of_data(self) -> bool:
        """Whether it is made of the data alone, and so the same at every step."""
        return set(self.name) <= _OF_DATA

    @property
    def sigma2(self) -> float:
        """The σ² that goes into it."""
        return self.state.sigma2

    @property
    def tau2(self) -> float:
        """The τ² that goes into it."""
        return self.state.tau2

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns; a vector is one column."""
        p = self.problem
        sizes = {"n": p.n, "p": p.p, "J": p.J, "2": 2, "1": 1}
        rows, columns = (sizes[letter] for letter in self._declared.shape)
        return rows, columns

    @property
    def row_kind(self) -> Kind:
        """What a row stands for."""
        return KINDS[self._declared.shape[0]]

    @property
    def column_kind(self) -> Kind:
        """What a column stands for."""
        return KINDS[self._declared.shape[1]]

    def row_labels(self, rows: Selection = ALL) -> list[str]:
        """Labels of rows: an observation's number from 1, a group's or a fixed effect's name."""
        return self._labels(self.row_kind, _positions(rows, self.shape[0]))

    def column_labels(self, columns: Selection = ALL) -> list[str]:
        """Labels of columns, like :meth:`row_labels`; empty for the column of a vector."""
        return self._labels(self.column_kind, _positions(columns, self.shape[1]))

    def block(self, rows: Selection = ALL, columns: Selection = ALL) -> Floats:
        """The entries in some rows and columns, computed now; read-only.

        Raises
        ------
        IndexError
            When a position is outside the matrix.
        """
        i = _positions(rows, self.shape[0])[:, None]
        j = _positions(columns, self.shape[1])[None, :]
        return np.broadcast_to(self._entries(i, j), (i.size, j.size))

    def dense(self) -> Floats:
        """All entries.

        Raises
        ------
        Refusal
            When there are more than 4 million.
        """
        rows, columns = self.shape
        if rows * columns > CELLS:
            raise Refusal(
                f"{self.name} has {rows} × {columns} entries, too many to write out at once. "
                "Ask for a block of it."
            )
        return self.block()

    def diagonal(self) -> Floats:
        """The entries on the diagonal of a square matrix."""
        i = np.arange(self.shape[0])
        return np.broadcast_to(self._entries(i, i), i.shape)

    def value(self, i: int, j: int) -> float:
        """One entry."""
        return float(self.block([i], [j])[0, 0])

    def symbols(self, rows: Selection = ALL, columns: Selection = ALL) -> list[list[str]]:
        """Short texts for the entries of a block, such as ``τ²+σ²``, ``0`` or ``p₂,₃``."""
        j = _positions(columns, self.shape[1]).tolist()
        return [
            [_short(self.expression(i, k)).replace(" + ", "+") for k in j]
            for i in _positions(rows, self.shape[0]).tolist()
        ]

    def cell(self, i: int, j: int, digits: int = 4) -> Cell:
        """One entry and how it comes about, with numbers of so many significant digits.

        Raises
        ------
        IndexError
            When the position is outside the matrix.
        """
        i, j = (
            int(_positions([operator.index(k)], size)[0])
            for k, size in zip((i, j), self.shape, strict=True)
        )
        explained = self._declared.how.explain(self, i, j, digits)
        return Cell(
            name=self.name,
            row=i,
            column=j,
            value=self.value(i, j),
            symbol=_short(self.expression(i, j)),
            sigma2=self.sigma2,
            tau2=self.tau2,
            rows=self._rows(i, j),
            **explained._asdict(),
        )

    @property
    def nonzero(self) -> Literal["dense", "block", "diagonal"]:
        """Where entries can differ from 0: anywhere, within groups, or on the diagonal."""
        within = self._declared.within
        if not within or self.column_kind == "one":
            return "dense"
        nothing_beside = within[0] == "0" or ("τ²" in within[0] and self.tau2 == 0)
        if self.row_kind == self.column_kind == "group" or (
            self.row_kind == self.column_kind and nothing_beside
        ):
            return "diagonal"
        return "block"

    @cached_property
    def group_order(self) -> Codes:
        """The order that brings the observations of a group together, (n,): a stable sort."""
        return np.argsort(self.problem.codes, kind="stable")

    @property
    def letter(self) -> str:
        """The name that its entries go by, such as û."""
        return self._declared.hat or self.name

    def entry(self, i: int, j: int) -> str:
        """The name of an entry: ``V₂,₃``, ``(Xβ)₂``."""
        below = subscript(i) if self.column_kind == "one" else f"{subscript(i)},{subscript(j)}"
        return f"{stem(self.letter)}{below}"

    def expression(self, i: int, j: int) -> str:
        """An entry in symbols, every product with its dot; its own name where that is shortest."""
        if self._declared.symbol:
            return self._declared.symbol(self, i, j)
        if self._declared.within:
            return self._within_group(i, j)
        name = self.entry(i, j)
        return name.lower() if self.letter in "XPH" else name

    def _within_group(self, i: int, j: int) -> str:
        groups = self._groups(i, j)
        if len(groups) > 1:
            return "0"
        size = int(self.problem.group_sizes[groups.pop()])
        text = self._declared.within[-1 if i == j else 0]
        return text.replace("n·", "" if size == 1 else f"{size}·").replace("n", str(size))

    def how(self, i: int, j: int) -> How:
        """The way in which an entry comes about."""
        way = self._declared.how
        while isinstance(way, Cases):
            way = way.choose(self, i, j)
        return way

    def other(self, name: str) -> Matrix:
        """Another matrix at the state that this one was computed from."""
        return matrix(name, self.problem, self.state)

    def _groups(self, i: int, j: int) -> set[int]:
        """The groups of a row and a column."""
        ends = ((self.row_kind, i), (self.column_kind, j))
        of_rows = {int(self.problem.codes[k]) for kind, k in ends if kind == "observation"}
        return of_rows | {k for kind, k in ends if kind == "group"}

    @cached_property
    def _entries(self) -> Entry:
        return self._declared.entries(Entries(self.problem, self.state))

    def _labels(self, kind: Kind, positions: Codes) -> list[str]:
        if kind == "observation":
            return [str(i + 1) for i in positions.tolist()]
        if kind == "group":
            names = self.problem.group_labels
        else:
            names = {"fixed effect": self.problem.fixed_names, "variance": ("σ²", "τ²")}.get(
                kind, ("",)
            )
        return [names[k] for k in positions]

    def _rows(self, i: int, j: int) -> slice | Codes:
        """The observations that an entry draws on."""
        draws = self._declared.draws
        if draws in ("all", "none"):
            return slice(0, self.problem.n if draws == "all" else 0)
        ends = ((self.row_kind, i), (self.column_kind, j))
        own = [k for kind, k in ends if kind == "observation"]
        groups = self._groups(i, j)
        apart = bool(own and self._declared.within and len(groups) > 1)
        if draws == "own" or apart:
            return np.array(sorted(set(own)), np.intp)
        return np.flatnonzero(np.isin(self.problem.codes, list(groups)))


def matrix(name: str, problem: Problem, state: State) -> Matrix:
    """A matrix of the model at a state.

    Parameters
    ----------
    name : str
        One of :func:`matrix_names`, or the same in plain characters: ``Vinv``, ``X'V^-1 X``,
        ``XtVinvX_inv``, ``beta``, ``Var(mu)``, ``shrinkage`` …
    problem : Problem
    state : State

    Raises
    ------
    Refusal
        When no matrix has this name, or it has not been computed at this state.
    """
    known = _NAMES.get(_plain(name))
    if known is None:
        raise Refusal(f"There is no matrix '{name}'. {_nearest(name, state)}")
    ways = [declared for declared in TABLE if declared.name == known]
    for declared in ways:
        computed = declared.when.state(state)
        if computed is not None:
            return Matrix(known, problem, computed, declared)
    raise Refusal(f"{known} is not there at this step. {ways[0].when.otherwise}")


def matrix_names(state: State) -> tuple[str, ...]:
    """The names of all matrices at a state, in the order in which a reader meets them."""
    there = (declared.name for declared in TABLE if declared.when.state(state) is not None)
    return tuple(dict.fromkeys(there))


def _positions(selection: Selection, size: int) -> Codes:
    """A selection as positions from 0."""
    if isinstance(selection, slice):
        return np.arange(*selection.indices(size))
    positions = np.asarray(selection, dtype=np.intp)
    if positions.size and not -size <= positions.min() <= positions.max() < size:
        raise IndexError(f"a position is outside the {size} that there are")
    return positions % size


def _nearest(name: str, state: State) -> str:
    near = difflib.get_close_matches(_plain(name), _NAMES, n=6, cutoff=0.5)
    found = list(dict.fromkeys(_NAMES[key] for key in near))[:3]
    if found:
        return f"The nearest are: {', '.join(found)}."
    return f"There are: {', '.join(matrix_names(state)[:12])} …"


def _short(expression: str) -> str:
    return expression.replace("·", "")


def _plain(name: str) -> str:
    """A name in plain lower-case letters, the same for all ways of writing it."""
    text = unicodedata.normalize("NFKD", name).replace("\u0304", "bar").replace("−", "-")
    text = re.sub(r"(\^|\*\*)?\(?-1\)?(?!\d)", "inv", text.replace("'", "T"))
    text = "".join(_GREEK.get(letter, letter) for letter in text)
    text = re.sub(r"(?<=\w)_?hat", "", text)
    return re.sub(r"[^a-z0-9+-]", "", text.lower())


_GREEK = {
    "β": "beta", "ε": "eps", "λ": "lambda", "μ": "mu", "σ": "sigma", "τ": "tau", "Δ": "delta",
}  # fmt: skip

_NAMES = {_plain(alias): declared.name for declared in TABLE for alias in declared.aliases}
_NAMES |= {_plain(declared.name): declared.name for declared in TABLE}
