"""Entries of the matrices, as :mod:`solver.explanations` explains them, and what goes into them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.accounts.account import Addend, Quantity, Sum
from solver.accounts.at import At, Declared, Draft
from solver.explanations import Cell, stem, subscript
from solver.lessons import account_words
from solver.matrices import Matrix

SAME: dict[str, Callable[[int, int], Quantity]] = {
    "y": lambda i, j: Quantity("cell", ("y", i)),
    "X": lambda i, j: Quantity("cell", (j, i)),
    "β": lambda i, j: Quantity("beta", (i,)),
    "∂ℓ/∂β": lambda i, j: Quantity("score_beta", (i,)),
    "XᵀV⁻¹X": lambda i, j: Quantity("form", ("", i, j)),
    "XᵀV⁻¹y": lambda i, j: Quantity("form", ("", i, "y")),
    "(XᵀV⁻¹X)⁻¹": lambda i, j: Quantity("inverse", (i, j)),
    "Var(β̂)": lambda i, j: Quantity("inverse", (i, j)),
    "u": lambda i, j: Quantity("u", (i,)),
    "r̄": lambda i, j: Quantity("mean_residuals", (i,)),
    "λ": lambda i, j: Quantity("shrinkage", (i,)),
    "s": lambda i, j: Quantity("score", (i,)),
    "Fisher": lambda i, j: Quantity("fisher", (i, j)),
    "average": lambda i, j: Quantity("average", (i, j)),
    "observed": lambda i, j: Quantity("observed", (i, j)),
    "information": lambda i, j: Quantity("information", (i, j)),
    "Δ": lambda i, j: Quantity("full_step", (i,)),
}
"""Matrices whose entries have accounts of their own."""

CLOSE = 1e-9
"""Relative difference up to which two numbers are the same."""


def same_as(at: At, quantity: Quantity) -> Quantity:
    """The account of its own that an entry of a matrix has; else the quantity as it is."""
    if quantity.name != "entry" or quantity.place[0] not in SAME:
        return quantity
    name, i, j = quantity.place
    own = SAME[str(name)](int(i), int(j))
    try:
        value = at.table[own.name].value(at, *own.place)
    except AssertionError:
        return quantity
    shown = _matrix(at, str(name)).value(int(i), int(j))
    return own if abs(value - shown) <= CLOSE * abs(shown) else quantity


def _matrix(at: At, name: str) -> Matrix:
    return at.step.matrix(name)


def _cell(at: At, name: str, i: int, j: int) -> Cell:
    return _matrix(at, name).cell(i, j)


def explain_entry(at: At, name: str, i: int, j: int) -> Draft:
    """The cell's own explanation, with σ² and τ² to follow."""
    matrix, cell = _matrix(at, name), _cell(at, name, i, j)
    addends = tuple(
        Addend(term.label, (term.left, term.right), term.product) for term in cell.terms
    )
    total = None
    if addends:
        total = Sum(
            "part",
            cell.formula.partition(" = ")[2],
            "{0}·{1}",
            (account_words()["heads"]["factor"],) * 2,
            addends,
            cell.left_out,
            cell.left_out_sum,
            at.index,
        )
    place = at.before if at.step.name == "update_variances" else at
    parts = tuple(
        place.part(quantity)
        for quantity, sign in (("sigma2", "σ²"), ("tau2", "τ²"))
        if sign in cell.formula or "V" in name
    )
    rows, columns = matrix.shape
    note = "" if total else "read_off"
    rows_behind = cell.rows if isinstance(cell.rows, slice) else np.asarray(cell.rows)
    return Draft("", parts, total, f"{rows}×{columns}", rows_behind, note)


TABLE = {
    "entry": Declared(
        lambda at, name, i, j: (
            stem(name)
            + (
                subscript(i)
                if _matrix(at, name).shape[1] == 1
                else f"{subscript(i)},{subscript(j)}"
            )
        ),
        lambda at, name, i, j: _matrix(at, name).value(i, j),
        explain_entry,
        "",
        ("matrix", "row of", "column of"),
        False,
    ),
}
