"""Sums over the data: entries, group means, squares within groups, forms like XᵀV⁻¹X, traces.

A form aᵀV⁻¹…V⁻¹b of two columns splits into deviations from group means and the means themselves:

    Σ_j Σ_i (a_ji − ā_j)(b_ji − b̄_j) / σ^2m  +  Σ_j n_j^k ā_j b̄_j / ω_j^l,   ω_j = σ² + n_jτ²
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.accounts.account import Part, Quantity, Sum
from solver.accounts.at import At, Column, Declared, Draft, of_sum
from solver.accounts.symbols import POWER, cell, effect, group, letter, mean, sub
from solver.moments import Floats

KINDS = {
    "": (1, 1, 1),
    "σ": (2, 1, 2),
    "τ": (0, 2, 2),
    "σσ": (3, 1, 3),
    "στ": (0, 2, 3),
    "ττ": (0, 3, 3),
}
"""What stands between the columns, V⁻¹, V⁻¹V_kV⁻¹ or V⁻¹V_kV⁻¹V_lV⁻¹: m (0: no such term), k, l."""


def squared(text: str, power: int) -> str:
    """A hole of a template to a power."""
    return text if power == 1 else f"({text}){POWER[power]}"


# -- the data


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


# -- sums of products within groups


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


def cross_value(at: At, left: Column, right: Column) -> float:
    """Σ_i a_i b_i over all rows."""
    sizes, a, b = at.moments.group_sizes, at.means(left), at.means(right)
    return at.within(left, right) + float(np.sum(sizes * a * b))


def explain_cross(at: At, left: Column, right: Column) -> Draft:
    """By observations."""
    a, b = at.vector(left), at.vector(right)
    same = left == right
    heads = [(cell(at, left, "i"), a), (cell(at, right, "i"), b)][: 1 if same else 2]
    symbol = f"{heads[0][0]}²" if same else heads[0][0] + heads[1][0]
    total = at.sum_over_rows(
        f"Σ_i {symbol}",
        "{0}²" if same else "{0}·{1}",
        heads,
        a * b,
        np.arange(at.problem.n),
        lambda i: Quantity("cell", (left, i)),
    )
    n = at.problem.n
    return Draft("{0}", (of_sum(total),), total, f"1×{n} · {n}×1")


def cross_symbol(at: At, left: Column, right: Column) -> str:
    """XᵀX, Xᵀy or rᵀr, with the place of the entry."""
    return _entry_symbol(at, "", left, right, "")


# -- forms and traces


def form_value(at: At, kind: str, left: Column, right: Column) -> float:
    """The form, by means and deviations."""
    power, _, _ = KINDS[kind]
    within = at.within(left, right) / at.criterion.sigma2**power if power else 0.0
    return within + float(np.sum(_between(at, kind, left, right)))


def _between(at: At, kind: str, left: Column, right: Column) -> Floats:
    _, k, power = KINDS[kind]
    sizes = at.moments.group_sizes
    between: Floats = sizes**k * at.means(left) * at.means(right) / at.omega**power
    return between


def explain_form(at: At, kind: str, left: Column, right: Column) -> Draft:
    """Within groups, and between them by groups."""
    power, k, over = KINDS[kind]
    same = left == right
    values = [("n_j", at.moments.group_sizes), (mean(at, left, "j"), at.means(left))]
    if not same:
        values.append((mean(at, right, "j"), at.means(right)))
    values.append(("ω_j", at.omega))
    heads = [head for head, _ in values]
    size = f"{{0}}{POWER[k]}"
    means = "{1}²" if same else "{1}·{2}"
    last = f"{{{len(values) - 1}}}{POWER[over]}"
    symbol = f"Σ_j n_j{POWER[k]}{heads[1]}{'²' if same else heads[2]}/ω_j{POWER[over]}"
    between = at.sum_over_groups(
        symbol,
        f"{size}·{means}/{last}",
        values,
        _between(at, kind, left, right),
        lambda j: Quantity("mean", (left, j)),
    )
    shapes = _shapes(at, kind, left, right)
    if not power:
        return Draft("{0}", (of_sum(between),), between, shapes)
    parts = (at.part("within", left, right), at.part("sigma2"), of_sum(between))
    return Draft(f"[[{{0}} // {squared('{1}', power)}]] + {{2}}", parts, between, shapes)


def form_symbol(at: At, kind: str, left: Column, right: Column) -> str:
    """Such as (XᵀV⁻¹X)₁,₂ or yᵀPy."""
    if left == right == "r":
        return f"yᵀP{''.join(f'V_{letter}P' for letter in kind)}y"
    inside = "V⁻¹" + "".join(f"V_{letter}V⁻¹" for letter in kind)
    return _entry_symbol(at, inside, left, right, "V")


def _entry_symbol(at: At, inside: str, left: Column, right: Column, _: str) -> str:
    def name(column: Column) -> str:
        if isinstance(column, int):
            return "X"
        return letter(column)

    places = [str(c + 1) for c in (left, right) if isinstance(c, int)]
    whole = f"{name(left)}ᵀ{inside}{name(right)}"
    return f"({whole}){sub(','.join(places))}" if places else whole


def _shapes(at: At, kind: str, left: Column, right: Column) -> str:
    n, p = at.problem.n, at.problem.p
    rows, columns = (p if isinstance(c, int) else 1 for c in (left, right))
    inner = 1 + 2 * len(kind)
    return " · ".join([f"{rows}×{n}", *[f"{n}×{n}"] * inner, f"{n}×{columns}"])


def trace_value(at: At, kind: str) -> float:
    """tr(V⁻¹V_k) or tr(V⁻¹V_kV⁻¹V_l)."""
    power, _, _ = KINDS[kind]
    m = at.moments
    within = (m.n - m.J) / at.criterion.sigma2 ** (power - 1) if power else 0.0
    return within + float(np.sum(_trace_terms(at, kind)))


def _trace_terms(at: At, kind: str) -> Floats:
    _, k, over = KINDS[kind]
    terms: Floats = at.moments.group_sizes ** (k - 1) / at.omega ** (over - 1)
    return terms


def explain_trace(at: At, kind: str) -> Draft:
    """(n − J)/σ² for the deviations, and a term for each group's mean."""
    power, k, over = KINDS[kind]
    sized = k > 1
    top = f"n_j{POWER[k - 1]}" if sized else "1"
    hole = f"{{0}}{POWER[k - 1]}" if sized else "1"
    values = [("n_j", at.moments.group_sizes)] * sized + [("ω_j", at.omega)]
    total = at.sum_over_groups(
        f"Σ_j {top}/ω_j{POWER[over - 1]}",
        f"{hole}/{{{int(sized)}}}{POWER[over - 1]}",
        values,
        _trace_terms(at, kind),
        lambda j: Quantity("omega", (j,)),
    )
    n = at.problem.n
    shapes = f"tr({' · '.join([f'{n}×{n}'] * 2 * len(kind))})"
    if not power:
        return Draft("{0}", (of_sum(total),), total, shapes)
    parts = (at.part("n"), at.part("J"), at.part("sigma2"), of_sum(total))
    below = squared("{2}", power - 1)
    return Draft(f"[[{{0}} − {{1}} // {below}]] + {{3}}", parts, total, shapes)


def trace_symbol(at: At, kind: str) -> str:
    """tr(V⁻¹V_σ) and the like."""
    return f"tr({''.join(f'V⁻¹V_{letter}' for letter in kind)})"


def omega_value(at: At, j: int) -> float:
    """ω_j."""
    return float(at.omega[j])


def explain_omega(at: At, j: int) -> Draft:
    """σ² + n_jτ², the n_j-fold variance of a group's mean."""
    parts = (at.part("sigma2"), at.part("size", j), at.part("tau2"))
    return Draft("{0} + {1}·{2}", parts, rows=at.rows_of(j))


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


def pair_name(names: Sequence[str], t: int, p: int) -> str:
    """The two fixed effects of an entry of a p × p matrix, the t-th by rows."""
    return " × ".join(names[k].replace("(Intercept)", "intercept") for k in divmod(t, p))


def pairs(
    at: At, symbol: str, heads: tuple[str, str], a: Floats, b: Floats, quantity: str, kind: str
) -> Sum:
    """Σ_kl a_kl b_kl over pairs of fixed effects, of which b are entries of a form."""
    p, names = at.problem.p, at.problem.fixed_names
    total = (a * b).ravel()
    return at.sum_over_effects(
        symbol,
        "{0}·{1}",
        [(heads[0], a.ravel()), (heads[1], b.ravel())],
        total,
        lambda t: Quantity(quantity, (kind, t // p, t % p)),
        lambda t: pair_name(names, t, p),
    )


def part_n_less(at: At) -> tuple[str, tuple[Part, ...]]:
    """n − p under REML and n under ML, as a template from hole 0 on."""
    if at.reml:
        return "({0} − {1})", (at.part("n"), at.part("p"))
    return "{0}", (at.part("n"),)


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
    "cross": Declared(
        cross_symbol, cross_value, explain_cross, made_of, kinds=("column", "column")
    ),
    "form": Declared(form_symbol, form_value, explain_form, kinds=("kind", "column", "column")),
    "trace": Declared(trace_symbol, trace_value, explain_trace, kinds=("kind",)),
    "omega": Declared(
        lambda at, j: f"ω{sub(group(at, j))}", omega_value, explain_omega, kinds=("group",)
    ),
}
