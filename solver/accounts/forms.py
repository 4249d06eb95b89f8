"""Sums of products over the data: XᵀX, forms such as XᵀV⁻¹X and yᵀPy, and traces with V⁻¹.

A form aᵀV⁻¹…V⁻¹b of two columns splits into deviations from group means and the means themselves:

    Σ_j Σ_i (a_ji − ā_j)(b_ji − b̄_j) / σ^2m  +  Σ_j n_j^k ā_j b̄_j / ω_j^l,   ω_j = σ² + n_jτ²
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.accounts.account import Part, Sum
from solver.accounts.at import At, Column, Declared, Draft, of_sum
from solver.accounts.data import made_of
from solver.accounts.symbols import POWER, cell, group, letter, mean, sub
from solver.moments import Floats
from solver.quantity import Quantity

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
        lambda j: (
            Quantity("size", (j,)),
            *(Quantity("mean", (column, j)) for column in dict.fromkeys((left, right))),
            Quantity("omega", (j,)),
        ),
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


def pair_name(names: Sequence[str], t: int, p: int) -> str:
    """The two fixed effects of an entry of a p × p matrix, the t-th by rows."""
    return " × ".join(names[k].replace("(Intercept)", "intercept") for k in divmod(t, p))


def pairs(
    at: At, symbol: str, heads: tuple[str, str], a: Floats, b: Floats, quantity: str, kind: str
) -> Sum:
    """Σ_gh a_gh b_gh over pairs of fixed effects, of which b are entries of a form."""
    p, names = at.problem.p, at.problem.fixed_names
    total = (a * b).ravel()
    return at.sum_over_effects(
        symbol,
        "{0}·{1}",
        [(heads[0], a.ravel()), (heads[1], b.ravel())],
        total,
        lambda t: Quantity(quantity, (kind, t // p, t % p)),
        lambda t: pair_name(names, t, p),
        lambda t: (Quantity("inverse", divmod(t, p)), Quantity(quantity, (kind, t // p, t % p))),
    )


def part_n_less(at: At) -> tuple[str, tuple[Part, ...]]:
    """n − p under REML and n under ML, as a template from hole 0 on."""
    if at.reml:
        return "({0} − {1})", (at.part("n"), at.part("p"))
    return "{0}", (at.part("n"),)


TABLE = {
    "cross": Declared(
        cross_symbol, cross_value, explain_cross, made_of, kinds=("column", "column")
    ),
    "form": Declared(form_symbol, form_value, explain_form, kinds=("kind", "column", "column")),
    "trace": Declared(trace_symbol, trace_value, explain_trace, kinds=("kind",)),
    "omega": Declared(
        lambda at, j: f"ω{sub(group(at, j))}", omega_value, explain_omega, kinds=("group",)
    ),
}
