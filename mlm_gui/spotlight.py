"""What a lecturer points out and holds back: a symbol or entries lit everywhere, numbers hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from solver.matrices import Matrix
from solver.matrix_table import Kind
from solver.moments import Codes

HIDDEN = "?"
"""What stands for a number until it is revealed."""


class Lit(NamedTuple):
    """Where a symbol stands.

    Attributes
    ----------
    latex : str
        A pattern of it in LaTeX.
    matrices : tuple of str
        Matrices that it makes, beside those that have it in their names.
    layers : frozenset of str
        What of the group lines shows it.
    """

    latex: str
    matrices: tuple[str, ...]
    layers: frozenset[str]


_INDEX = r"(?:_\{[^{}]*\}|_\w)?"

SYMBOLS = {
    "σ²": Lit(r"\\sigma\^2(?:_0)?", ("V", "V⁻¹", "I"), frozenset({"data", "blup"})),
    "τ²": Lit(r"\\tau\^2(?:_0)?", ("V", "V⁻¹", "ZZᵀ"), frozenset({"blup", "fixed"})),
    "β": Lit(rf"(?:\\hat\s*)?\\beta{_INDEX}", (), frozenset({"fixed", "ols"})),
    "u": Lit(
        rf"(?:\\hat\s+)?(?<![a-z\\])u{_INDEX}(?![a-z])",
        ("λ", "r̄"),
        frozenset({"blup", "fixed", "arrows"}),
    ),
}
"""The symbols that can be lit, in their order."""


class Spot(NamedTuple):
    """What is lit.

    Attributes
    ----------
    symbol : str
        One of :data:`SYMBOLS`, or the name of a matrix; empty for nothing.
    rows, columns : tuple of int
        Entries of that matrix, by their positions; none for the matrix as a whole.
    observations : tuple of int
        The rows of the data that they belong to.
    group : int or None
        The group that they all belong to.
    """

    symbol: str = ""
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    observations: tuple[int, ...] = ()
    group: int | None = None


class Question(NamedTuple):
    """A number that the line of a lecture leaves out.

    Attributes
    ----------
    name : str
        Its placeholder.
    text : str
        As the line will show it.
    value : float
    """

    name: str
    text: str
    value: float


COUNTS = ("n", "p", "J")
"""Placeholders of sizes of matrices."""


def asked_entries(questions: Iterable[Question], matrix: str) -> list[float]:
    """Values that would give an answer away in a matrix: its own, and fractions from elsewhere."""
    return [
        question.value
        for question in questions
        if question.name.startswith(f"matrix {matrix}[") or not question.value.is_integer()
    ]


def asked_size(questions: Iterable[Question], size: int) -> bool:
    """Whether a number of rows or columns is an answer."""
    return any(question.name in COUNTS and question.value == size for question in questions)


def asked_iterations(questions: Iterable[Question]) -> bool:
    """Whether the number of an iteration is an answer."""
    return any(question.name in ("iteration", "end.iterations") for question in questions)


def cell_of(matrix: Matrix, row: int, column: int) -> Spot:
    """An entry, by its position."""
    return _spot(matrix, np.array([row]), np.array([column]))


def block_of(matrix: Matrix, row_group: int, column_group: int) -> Spot:
    """The entries between a group and another, or within one."""
    rows = _members(matrix, matrix.row_kind, row_group, matrix.shape[0])
    return _spot(matrix, rows, _members(matrix, matrix.column_kind, column_group, matrix.shape[1]))


def widened(matrix: Matrix, spot: Spot) -> Spot:
    """The block in which an entry lies; nothing for a block, or where there are no groups."""
    groups = [
        _groups(matrix, kind, np.array(places))
        for kind, places in ((matrix.row_kind, spot.rows), (matrix.column_kind, spot.columns))
    ]
    known = [int(found[0]) for found in groups if len(found)]
    if not known:
        return Spot()
    block = block_of(matrix, known[0], known[-1])
    same = (block.rows, block.columns) == (spot.rows, spot.columns)
    return Spot() if same else block


def _members(matrix: Matrix, kind: Kind, group: int, size: int) -> Codes:
    """The rows or columns of a group; all where they belong to none."""
    if kind == "observation":
        return np.flatnonzero(matrix.problem.codes == group)
    return np.array([group]) if kind == "group" else np.arange(size)


def _groups(matrix: Matrix, kind: Kind, places: Codes) -> Codes:
    """The groups of rows or columns."""
    if kind == "observation":
        return matrix.problem.codes[places]
    return places if kind == "group" else places[:0]


def _spot(matrix: Matrix, rows: Codes, columns: Codes) -> Spot:
    sides = ((matrix.row_kind, rows), (matrix.column_kind, columns))
    groups = np.unique(np.concatenate([_groups(matrix, kind, places) for kind, places in sides]))
    observations: set[int] = set()
    for kind, places in sides:
        if kind == "observation":
            observations.update(places.tolist())
    if not observations:
        observations.update(np.flatnonzero(np.isin(matrix.problem.codes, groups)).tolist())
    return Spot(
        matrix.name,
        tuple(rows.tolist()),
        tuple(columns.tolist()),
        tuple(sorted(observations)),
        int(groups[0]) if len(groups) == 1 else None,
    )


def after(symbol: str) -> str:
    """The symbol to light next; empty after the last, the first after anything else."""
    names = ["", *SYMBOLS]
    place = names.index(symbol) if symbol in names else 0
    return names[(place + 1) % len(names)]


def coloured(latex: str, symbol: str) -> str:
    r"""LaTeX with a symbol in the accent's colour: ``{\color{accent} …}`` for the typesetter."""
    if not symbol:
        return latex
    pattern = SYMBOLS[symbol].latex if symbol in SYMBOLS else _latex_of(symbol)
    return re.sub(pattern, lambda found: rf"{{\color{{accent}} {found[0]}}}", latex)


def lights_matrix(name: str, symbol: str) -> bool:
    """Whether a matrix has to do with a symbol."""
    if symbol not in SYMBOLS:
        return name == symbol
    return symbol in name or name in SYMBOLS[symbol].matrices


def lit_layers(symbol: str) -> frozenset[str] | None:
    """The layers of the group lines that show a symbol; None where none is to be set off."""
    return SYMBOLS[symbol].layers if symbol in SYMBOLS else None


_IN_LATEX = {
    "ᵀ": r"\^\{\\mathsf\{T\}\}",
    "⁻": r"\^\{-",
    "¹": r"1\}",
    "²": r"\^2",
    "−": "-",
    "λ": r"\\lambda",
    "τ": r"\\tau",
    "β": r"(?:\\hat\s*)?\\beta",
    "u": r"(?:\\hat\s*)?u",
    "r": r"\\bar\s*r",
    "\u0304": "",
    " ": "",
}


def _latex_of(name: str) -> str:
    """A pattern of a matrix's name in LaTeX."""
    signs = [_IN_LATEX.get(sign, re.escape(sign)) for sign in name]
    return r"(?<![\\a-z])(?<!mathcal )" + r"\s*".join(filter(None, signs)) + r"(?!_|[a-zA-Z]{2})"
