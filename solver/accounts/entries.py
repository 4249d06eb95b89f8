"""Entries of the matrices, as :mod:`solver.explanations` explains them, and what goes into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isclose

import numpy as np

from solver.accounts.account import Addend, Part, Sum
from solver.accounts.at import At, Declared, Draft
from solver.criterion import Criterion
from solver.explanations import (
    WRITTEN,
    Cell,
    Expression,
    How,
    Linear,
    Product,
    stem,
    subscript,
)
from solver.lessons import account_words
from solver.matrices import Matrix
from solver.quantity import Quantity
from solver.step import Step
from solver.trace import Trace

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


NOT_OF_THE_VARIANCES = ("Xβ", "y − Xβ", "Zu", "Xβ + Zu", "ε̂")
"""Matrices that are known once β and u are, whatever σ² and τ² have become since."""


def entry_made_at(trace: Trace, index: int, name: str) -> int | None:
    """The step that made what a matrix is computed from; None for one of the data alone."""
    matrix = trace[index].matrix(name)
    if matrix.of_data:
        return None
    state = matrix.state
    fields = {
        "criterion": name not in NOT_OF_THE_VARIANCES,
        "beta": "β" in name or name == "ε̂",
        "u": "u" in name or name == "ε̂",
    }
    return max(
        _first_with(trace, index, field, getattr(state, field))
        for field, counts in fields.items()
        if counts
    )


def entry_seen_at(trace: Trace, index: int, name: str) -> int:
    """The last step up to one whose own σ² and τ² are those that a matrix is computed from."""
    criterion = trace[index].matrix(name).state.criterion
    seen = index
    while seen > 0 and _own(trace[seen]) is not criterion:
        seen -= 1
    return seen


def _own(step: Step) -> Criterion:
    """The criterion that the matrices of a step are at."""
    before = step.state.updated_from
    return before if step.name == "update_variances" and before else step.state.criterion


def _first_with(trace: Trace, index: int, field: str, value: object) -> int:
    """The first step that has an object in a field of its state, of those that share it."""
    while getattr(trace[index].state, field) is not value:
        index -= 1
    while index > 0 and getattr(trace[index - 1].state, field) is value:
        index -= 1
    return index


def same_as(at: At, quantity: Quantity) -> Quantity:
    """The account of its own that an entry of a matrix has; else the quantity as it is."""
    if quantity.point == "other" and quantity.name in ("sigma2", "tau2"):
        return quantity._replace(point="")
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
    """The cell's own explanation, with σ², τ² and the entries that go in to follow."""
    matrix, cell = _matrix(at, name), _cell(at, name, i, j)
    place = at if (matrix.sigma2, matrix.tau2) == (at.state.sigma2, at.state.tau2) else at.before
    variances = {"σ²": place.part("sigma2"), "τ²": place.part("tau2")}
    rows, columns = matrix.shape
    shapes = f"{rows}×{columns}"
    rows_behind = cell.rows if isinstance(cell.rows, slice) else np.asarray(cell.rows)
    how = matrix.how(i, j)
    if isinstance(how, Linear) and _of_this_step(at, matrix, how, i, j):
        return Draft(*_combined(at, how, i, j, variances), None, shapes, rows_behind)
    shown = [sign for sign in variances if sign in cell.formula or "V" in name]
    parts = tuple(variances[sign] for sign in shown)
    text = cell.formula.partition(" = ")[2]
    if isinstance(how, Expression) and shown == list(variances) and _IN_VARIANCES.fullmatch(text):
        template = text.replace("σ²", "{0}").replace("τ²", "{1}")
        return Draft(template, parts, None, shapes, rows_behind)
    total = _sum(at, matrix, cell, how) if cell.terms else None
    return Draft("", parts, total, shapes, rows_behind, "" if total else "read_off")


def _of_this_step(at: At, matrix: Matrix, how: Linear, i: int, j: int) -> bool:
    """Whether the entries that are added are what the step shows by their names."""
    return all(
        isclose(_matrix(at, name).value(i, j), matrix.other(name).value(i, j), rel_tol=CLOSE)
        for _, name in how.addends
    )


_IN_VARIANCES = re.compile(r"([στ]²|[\d·+−/() ])+")


def _combined(
    at: At, how: Linear, i: int, j: int, variances: Mapping[str, Part]
) -> tuple[str, tuple[Part, ...]]:
    """A sum of matrices as a template: each coefficient, and each entry to follow."""
    template = ""
    parts: list[Part] = []
    for coefficient, name in how.addends:
        if isinstance(coefficient, str):
            sign, written = "+", f"{{{len(parts)}}}·"
            parts.append(variances[coefficient])
        else:
            sign, written = "+" if coefficient > 0 else "−", WRITTEN[abs(coefficient)]
        joint = f" {sign} " if template else sign.strip("+")
        template += f"{joint}{written}{{{len(parts)}}}"
        parts.append(at.part("entry", name, i, j))
    return template, tuple(parts)


def _sum(at: At, matrix: Matrix, cell: Cell, how: How) -> Sum:
    """The terms of an entry; the numbers of a product lead to both factors."""
    factor = account_words()["heads"]["factor"]
    heads = (factor, factor)
    quantities: list[Quantity | None] = [None] * len(cell.terms)
    factors: list[tuple[Quantity | None, ...]] = [()] * len(cell.terms)
    if isinstance(how, Product):
        left, right = matrix.other(how.left), matrix.other(how.right)
        i, j = cell.row, 0 if right.column_kind == "one" else cell.column
        products = left.block([i])[0] * right.block(slice(None), [j])[:, 0]
        places = np.flatnonzero(products)[: len(cell.terms)].tolist()
        heads = (left.letter, right.letter)
        factors = [
            (Quantity("entry", (how.left, i, k)), Quantity("entry", (how.right, k, j)))
            for k in places
        ]
        quantities = [both[int(left.of_data)] for both in factors]
    addends = tuple(
        Addend(term.label, (term.left, term.right), term.product, None, quantity, both)
        for term, quantity, both in zip(cell.terms, quantities, factors, strict=True)
    )
    return Sum(
        "part",
        cell.formula.partition(" = ")[2],
        "{0}·{1}",
        heads,
        addends,
        cell.left_out,
        cell.left_out_sum,
        at.index,
    )


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
        "index",
        ("matrix", "row of", "column of"),
        False,
    ),
}
