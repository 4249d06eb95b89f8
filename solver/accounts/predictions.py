"""What the model expects at a row x: estimate, standard error, df and interval.

A prediction is known by its head, ``mean_all``, ``row_new``, ``mean_group`` or ``row_group``, by
the group j (−1 for one not seen) and by x as :func:`as_place` writes it. The algebra is that of
:mod:`solver.inference.prediction`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from solver.accounts.account import Sum
from solver.accounts.at import At, Declared, Draft, constant, of_sum
from solver.accounts.conclusions import (
    ENDS,
    explain_interval_end,
    explain_satterthwaite,
    explain_spread,
)
from solver.accounts.forms import form_value, pair_name
from solver.accounts.likelihood import NAMES
from solver.accounts.symbols import effect, group, sub
from solver.inference.satterthwaite import Inference, Satterthwaite
from solver.moments import Floats
from solver.quantity import Quantity

Row = str
"""A row x with all its digits, parted by spaces."""

HEADS = ("mean_all", "row_new", "mean_group", "row_group")

KINDS = ("head", "group", "x")


def as_place(x: Iterable[float]) -> Row:
    """A row of X as a part of the name of a number."""
    return " ".join(repr(float(value)) for value in x)


def _values(x: Row) -> Floats:
    return np.array([float(text) for text in x.split()])


def _inference(at: At, head: str, j: int, x: Row) -> Inference:
    label = None if j < 0 else at.problem.group_labels[j]
    found = at.results.predict(_values(x), label)
    return found.row if head.startswith("row") else found.mean


def _symbol(head: str) -> str:
    return "ŷ" if head.startswith("row") else "μ̂"


# -- the estimate


def explain_estimate(at: At, head: str, j: int, x: Row) -> Draft:
    """xᵀβ̂, and û_j in a group."""
    beta, values = at.state.beta, _values(x)
    total = at.sum_over_effects(
        "Σ_k x_kβ̂_k",
        "{0}·{1}",
        [("x_k", values), ("β̂_k", beta)],
        values * beta,
        lambda k: Quantity("beta", (k,)),
    )
    shapes = f"1×{len(beta)} · {len(beta)}×1"
    if j < 0:
        return Draft("{0}", (of_sum(total),), total, shapes)
    return Draft("{0} + {1}", (of_sum(total), at.part("u", j)), total, shapes)


# -- its variance


def weights(at: At, j: int, x: Row) -> Floats:
    """w = x − λ_jx̄_j, with which the error of β̂ counts; x for a group not seen."""
    if j < 0:
        return _values(x)
    w: Floats = _values(x) - at.results.fit.shrinkage[j] * at.moments.X_means[j]
    return w


def explain_weight(at: At, k: int, j: int, x: Row) -> Draft:
    """x_k − λ_jx̄_jk."""
    own = constant(f"x{sub(effect(at, k))}", float(_values(x)[k]))
    parts = (own, at.part("shrinkage", j), at.part("mean", k, j))
    return Draft("{0} − {1}·{2}", parts, rows=at.rows_of(j))


def _pairs(
    at: At, ends: tuple[str, str], left: Floats, right: Floats, j: int, x: Row, own: bool
) -> Sum:
    """Σ_gΣ_h l_gC_ghr_h."""
    p, names, C = at.problem.p, at.problem.fixed_names, at.criterion.beta_cov
    heads = (ends[0], "C_{g,h}", ends[1])

    def factors(t: int) -> tuple[Quantity | None, ...]:
        g, h = divmod(t, p)
        weight = [Quantity("prediction_weight", (k, j, x)) if j >= 0 else None for k in (g, h)]
        mean = Quantity("mean", (h, j)) if own else weight[1]
        return weight[0], Quantity("inverse", (g, h)), mean

    return at.sum_over_effects(
        f"Σ_gΣ_h {''.join(heads)}",
        "{0}·{1}·{2}",
        list(zip(heads, (np.repeat(left, p), C.ravel(), np.tile(right, p)), strict=True)),
        (np.outer(left, right) * C).ravel(),
        lambda t: Quantity("inverse", (t // p, t % p)),
        lambda t: pair_name(names, t, p),
        factors,
    )


def explain_variance(at: At, head: str, j: int, x: Row) -> Draft:
    """wᵀCw, what is not known of u_j or of a new group's, and the row's own error."""
    p, w = at.problem.p, weights(at, j, x)
    letter = "x" if j < 0 else "w"
    total = _pairs(at, (f"{letter}_g", f"{letter}_h"), w, w, j, x, own=False)
    template, parts = "{0}", [of_sum(total)]
    if j >= 0:
        template += " + {1}·(1 − {2})"
        parts += [at.part("tau2"), at.part("shrinkage", j)]
    elif head.startswith("row"):
        template += " + {1}"
        parts.append(at.part("tau2"))
    if head.startswith("row"):
        template += f" + {{{len(parts)}}}"
        parts.append(at.part("sigma2"))
    shapes = f"1×{p} · {p}×{p} · {p}×1"
    return Draft(template, tuple(parts), total, shapes, note="C" if j < 0 else "weights")


# -- how the variance moves with σ² and τ²


def _gradient(at: At, head: str, j: int, x: Row) -> Floats:
    """By (σ², τ²), (2,)."""
    slopes = at.criterion.contrast(weights(at, j, x)).slopes
    row = head.startswith("row")
    if j < 0:
        return np.asarray(slopes + float(row))
    n, omega = at.moments.group_sizes[j], at.omega[j]
    sigma2, tau2 = at.criterion.sigma2, at.criterion.tau2
    of_shrinkage = n / omega**2 * np.array([-tau2, sigma2])
    own = np.array([n * tau2**2, sigma2**2]) / omega**2
    crossed = _crossed(at, j, x)
    return np.asarray(slopes - 2 * crossed * of_shrinkage + own + np.array([float(row), 0.0]))


def _crossed(at: At, j: int, x: Row) -> float:
    """wᵀCx̄_j."""
    return float(weights(at, j, x) @ at.criterion.beta_cov @ at.moments.X_means[j])


def explain_crossed(at: At, j: int, x: Row) -> Draft:
    """By pairs of fixed effects."""
    w, mean = weights(at, j, x), at.moments.X_means[j]
    ends = ("w_g", f"x̄_{{{group(at, j)},h}}")
    total = _pairs(at, ends, w, mean, j, x, own=True)
    return Draft("{0}", (of_sum(total),), total, note="weights")


def explain_slope(at: At, head: str, j: int, x: Row, v: int) -> Draft:
    """aᵀXᵀV⁻¹V_vV⁻¹Xa with a = Cw, and how λ_j and the other variances move."""
    p, names = at.problem.p, at.problem.fixed_names
    a = at.criterion.beta_cov @ weights(at, j, x)
    forms = np.array([[form_value(at, NAMES[v], g, h) for h in range(p)] for g in range(p)])
    forms = forms.reshape(p, p)
    heads = ("a_g", f"(XᵀV⁻¹V_{NAMES[v]}V⁻¹X)_{{g,h}}", "a_h")
    total = at.sum_over_effects(
        f"Σ_gΣ_h {''.join(heads)}",
        "{0}·{1}·{2}",
        list(zip(heads, (np.repeat(a, p), forms.ravel(), np.tile(a, p)), strict=True)),
        (np.outer(a, a) * forms).ravel(),
        lambda t: Quantity("form", (NAMES[v], t // p, t % p)),
        lambda t: pair_name(names, t, p),
    )
    row = " + 1" if head.startswith("row") and (j < 0 or v == 0) else ""
    if j < 0:
        return Draft("{0}" + row, (of_sum(total),), total, note="slope_all")
    crossed, size, omega = (
        at.part("prediction_cross", j, x), at.part("size", j), at.part("omega", j)
    )  # fmt: skip
    if v == 0:
        moved = "{0} + 2·{1}·[[{2}·{3} // ({4})²]] + [[{2}·({3})² // ({4})²]]"
    else:
        moved = "{0} − 2·{1}·[[{2}·{3} // ({4})²]] + [[({3})² // ({4})²]]"
    other = at.part(("tau2", "sigma2")[v])
    return Draft(moved + row, (of_sum(total), crossed, size, other, omega), total, note="slope_own")


def _spread(at: At, *place: object) -> float:
    g = _gradient(at, *place)  # type: ignore[arg-type]
    return float(g @ Satterthwaite(at.criterion).variance_cov @ g)


def explain_end(at: At, head: str, j: int, x: Row, end: str) -> Draft:
    """Prediction ± t₀.₉₇₅(df)·SE."""
    estimate, df, se = (at.part(f"prediction{what}", head, j, x) for what in ("", "_df", "_se"))
    return explain_interval_end(estimate, df, se, end)


TABLE = {
    "prediction": Declared(
        lambda at, head, j, x: _symbol(head),
        lambda at, *place: _inference(at, *place).estimate,
        explain_estimate,
        "end",
        KINDS,
        False,
    ),
    "prediction_se": Declared(
        lambda at, head, j, x: f"SE({_symbol(head)})",
        lambda at, *place: _inference(at, *place).se,
        lambda at, *place: Draft("√{0}", (at.part("prediction_variance", *place),)),
        "end",
        KINDS,
        False,
    ),
    "prediction_variance": Declared(
        lambda at, head, j, x: f"SE²({_symbol(head)})",
        lambda at, *place: _inference(at, *place).se ** 2,
        explain_variance,
        "end",
        KINDS,
        False,
    ),
    "prediction_weight": Declared(
        lambda at, k, j, x: f"w{sub(effect(at, k))}",
        lambda at, k, j, x: float(weights(at, j, x)[k]),
        explain_weight,
        "end",
        ("effect", "group", "x"),
        False,
    ),
    "prediction_cross": Declared(
        lambda at, j, x: f"wᵀCx̄{sub(group(at, j))}",
        _crossed,
        explain_crossed,
        "end",
        ("group", "x"),
        False,
    ),
    "prediction_df": Declared(
        lambda at, *place: "df",
        lambda at, *place: _inference(at, *place).df,
        lambda at, *place: explain_satterthwaite(
            at.part("prediction_variance", *place), at.part("prediction_spread", *place)
        ),
        "end",
        KINDS,
        False,
    ),
    "prediction_spread": Declared(
        lambda at, head, j, x: f"Var(SE²({_symbol(head)}))",
        _spread,
        lambda at, *place: explain_spread(
            at,
            _spread(at, *place),
            (at.part("prediction_slope", *place, 0), at.part("prediction_slope", *place, 1)),
        ),
        "end",
        KINDS,
        False,
    ),
    "prediction_slope": Declared(
        lambda at, head, j, x, v: f"g_{NAMES[v]}",
        lambda at, head, j, x, v: float(_gradient(at, head, j, x)[v]),
        explain_slope,
        "end",
        (*KINDS, "variance"),
        False,
    ),
    "prediction_end": Declared(
        lambda at, head, j, x, end: f"{_symbol(head)} {'from' if end == 'low' else 'to'}",
        lambda at, head, j, x, end: _inference(at, head, j, x).interval[ENDS.index(end)],
        explain_end,
        "end",
        (*KINDS, "end"),
        False,
    ),
}
