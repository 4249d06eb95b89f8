"""Numbers that are close to the data: entries, group means, sums of products within groups."""

from __future__ import annotations

import numpy as np

from solver.accounts.at import At, Column, Declared, Draft, of_sum
from solver.accounts.symbols import cell, effect, group, letter, mean, sub
from solver.moments import Floats
from solver.quantity import Quantity


def cell_value(at: At, column: Column, i: int) -> float:
    """An entry of a column."""
    problem = at.problem
    if isinstance(column, int):
        return float(problem.X[i, column])
    if column == "y":
        return float(problem.y[i])
    fitted = float(problem.X[i] @ at.coefficients(column))
    return fitted if column == "m" else float(problem.y[i]) - fitted


def explain_cell(at: At, column: Column, i: int) -> Draft:
    """From the data, or y less the fitted value."""
    row = np.array([i])
    if isinstance(column, int) or column == "y":
        return Draft(rows=row, note="data")
    x, beta = at.problem.X[i], at.coefficients(column)
    name = {"e": "beta", "o": "ols_beta"}.get(str(column), "beta_hat")
    fitted = at.sum_over_effects(
        f"Σ_k x{sub(f'{i + 1},k')}β_k",
        "{0}·{1}",
        [("x_k", x), ("β_k", beta)],
        x * beta,
        lambda k: Quantity(name, (k,)),
        factors=lambda k: (Quantity("cell", (k, i)), Quantity(name, (k,))),
    )
    if column == "m":
        return Draft("{0}", (of_sum(fitted),), fitted, f"1×{len(x)} · {len(x)}×1", row)
    parts = (at.part("cell", "y", i), of_sum(fitted))
    return Draft("{0} − {1}", parts, fitted, f"1×1 − 1×{len(x)} · {len(x)}×1", row)


def explain_mean(at: At, column: Column, j: int) -> Draft:
    """Σ a_ji/n_j."""
    rows = at.rows_of(j)
    values = at.vector(column)[rows]
    symbol = cell(at, column, "i")
    total = at.sum_over_rows(
        f"Σ_i {symbol}",
        "{0}",
        [(symbol, values)],
        values,
        rows,
        lambda i: Quantity("cell", (column, i)),
    )
    return Draft("[[{0} // {1}]]", (of_sum(total), at.part("size", j)), total, rows=rows)


def size_value(at: At, j: int) -> float:
    """n_j."""
    return float(at.problem.group_sizes[j])


def deviations(at: At, column: Column) -> Floats:
    """A column less its group means, (n,)."""
    codes, values = at.problem.codes, at.vector(column)
    values = values - values.mean()
    means = np.bincount(codes, values, at.problem.J) / at.problem.group_sizes
    result: Floats = values - means[codes]
    return result


def within_symbol(at: At, left: Column, right: Column) -> str:
    """W with the columns it is of."""
    names = [
        f"{letter(c)}" if not isinstance(c, int) else f"x{effect(at, c)}" for c in (left, right)
    ]
    return f"W{sub(''.join(names) if 'x' not in ''.join(names) else ','.join(names))}"


def explain_within(at: At, left: Column, right: Column) -> Draft:
    """Σ_j of what each group has."""
    a, b = deviations(at, left), deviations(at, right)
    each: Floats = np.asarray(np.bincount(at.problem.codes, a * b, at.problem.J), np.float64)
    product = product_of_deviations(at, left, right, "ji", "j")
    total = at.sum_over_groups(
        f"Σ_jΣ_i {product}",
        "{0}",
        [(f"Σ_i {product}", each)],
        each,
        lambda j: Quantity("within_group", (left, right, j)),
    )
    return Draft("{0}", (of_sum(total),), total)


def within_group_value(at: At, left: Column, right: Column, j: int) -> float:
    """Σ_i (a_ji − ā_j)(b_ji − b̄_j) of one group."""
    return float(np.sum(np.prod(_group_deviations(at, left, right, j), axis=0)))


def explain_within_group(at: At, left: Column, right: Column, j: int) -> Draft:
    """By observations."""
    a, b = _group_deviations(at, left, right, j)
    rows, index = at.rows_of(j), group(at, j)
    product = product_of_deviations(at, left, right, "i", index)
    heads = [(f"{cell(at, c, 'i')} − {mean(at, c, index)}", v) for c, v in ((left, a), (right, b))]
    term = "{0}²" if left == right else "{0}·{1}"
    total = at.sum_over_rows(
        f"Σ_i {product}",
        term,
        heads[: 1 if left == right else 2],
        a * b,
        rows,
        lambda i: Quantity("cell", (left, i)),
    )
    return Draft("{0}", (of_sum(total),), total, rows=rows)


def _group_deviations(at: At, left: Column, right: Column, j: int) -> tuple[Floats, Floats]:
    rows = at.rows_of(j)
    a, b = (at.vector(column)[rows] for column in (left, right))
    return a - a.mean(), b - b.mean()


def product_of_deviations(at: At, left: Column, right: Column, i: str, j: str) -> str:
    """(a − ā)(b − b̄) in symbols."""
    one, other = (f"({cell(at, c, i)} − {mean(at, c, j)})" for c in (left, right))
    return f"{one}²" if left == right else f"{one}{other}"


def explain_size(at: At, j: int) -> Draft:
    """A count."""
    return Draft(rows=at.rows_of(j), note="count")


def made_of(*place: int | str) -> str:
    """The field of ``State`` that columns come from; the data's own come from none."""
    if "e" in place:
        return "beta"
    return "criterion" if {"r", "m"} & set(place) else ""


def counted(symbol: str, value: str) -> Declared:
    """A number of the data's shape."""
    return Declared(
        lambda at: symbol,
        lambda at: float(getattr(at.problem, value)),
        lambda at: Draft(note="count"),
        made="",
        at_point=False,
    )


TABLE = {
    "n": counted("n", "n"),
    "p": counted("p", "p"),
    "J": counted("J", "J"),
    "size": Declared(
        lambda at, j: f"n{sub(group(at, j))}",
        size_value,
        explain_size,
        made="",
        kinds=("group",),
        at_point=False,
    ),
    "cell": Declared(
        lambda at, column, i: cell(at, column, i + 1),
        cell_value,
        explain_cell,
        made_of,
        kinds=("column", "row"),
    ),
    "mean": Declared(
        lambda at, column, j: mean(at, column, group(at, j)),
        lambda at, column, j: float(at.means(column)[j]),
        explain_mean,
        made_of,
        kinds=("column", "group"),
    ),
    "within": Declared(
        within_symbol,
        lambda at, left, right: at.within(left, right),
        explain_within,
        made_of,
        kinds=("column", "column"),
    ),
    "within_group": Declared(
        lambda at, left, right, j: (
            f"Σ_i {product_of_deviations(at, left, right, 'i', group(at, j))}"
        ),
        within_group_value,
        explain_within_group,
        made_of,
        kinds=("column", "column", "group"),
    ),
}
