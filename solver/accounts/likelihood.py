"""The log-likelihood: its four addends, log|V|, log|XᵀV⁻¹X|, and its derivatives by σ² and τ²."""

from __future__ import annotations

import numpy as np

from solver.accounts.account import Addend, Sum
from solver.accounts.at import At, Declared, Draft, of_sum
from solver.accounts.forms import form_value, pair_name, pairs, part_n_less
from solver.accounts.symbols import older
from solver.lessons import words
from solver.moments import Floats
from solver.quantity import Quantity

NAMES = ("σ", "τ")

ADDENDS = {
    "constant": "−½(n − p) log 2π",
    "log_det_V": "−½ log|V|",
    "log_det_information": "−½ log|XᵀV⁻¹X|",
    "quadratic": "−½ yᵀPy",
}


def loglik_symbol(at: At) -> str:
    """ℓ_R or ℓ."""
    return str(words()["methods"][at.criterion.method]["loglik"])


def explain_loglik(at: At) -> Draft:
    """−½[(n − p) log 2π + log|V| + log|XᵀV⁻¹X| + yᵀPy]."""
    less, parts = part_n_less(at)
    parts = (*parts, at.part("V_det"))
    k = len(parts)
    template = f"−½·({less}·log(2π) + {{{k - 1}}} + "
    if at.reml:
        parts = (*parts, at.part("information_det"))
        template += f"{{{k}}} + "
    parts = (*parts, at.part("form", "", "r", "r"))
    addends = tuple(
        Addend(symbol(at), (value,), value, None, Quantity(name, (), at.point))
        for name, symbol, value in (
            (name, TABLE[name].symbol, getattr(at.criterion.parts, name)) for name in ADDENDS
        )
        if at.reml or name != "log_det_information"
    )
    total = Sum("part", loglik_symbol(at), "{0}", ("",), addends, index=at.index)
    return Draft(f"{template}{{{len(parts) - 1}}})", parts, total)


def explain_constant(at: At) -> Draft:
    """−½(n − p) log 2π."""
    less, parts = part_n_less(at)
    return Draft(f"−½·{less}·log(2π)", parts)


def halved(name: str, *place: str) -> Declared:
    """An addend of ℓ: −½ of something."""
    field = {"V_det": "log_det_V", "information_det": "log_det_information"}.get(name, "quadratic")

    def explain(at: At) -> Draft:
        if field == "log_det_information" and not at.reml:
            return Draft(note="ml_no_price")
        return Draft("−½·{0}", (at.part(name, *place),))

    return Declared(
        lambda at: ADDENDS[field], lambda at: float(getattr(at.criterion.parts, field)), explain
    )


def explain_V_det(at: At) -> Draft:
    """(n − J) log σ² + Σ log ω_j."""
    total = at.sum_over_groups(
        "Σ_j log ω_j",
        "log({0})",
        [("ω_j", at.omega)],
        np.log(at.omega),
        lambda j: Quantity("omega", (j,)),
    )
    parts = (at.part("n"), at.part("J"), at.part("sigma2"), of_sum(total))
    n = at.problem.n
    shape = f"|{n}×{n}|"
    return Draft("({0} − {1})·log({2}) + {3}", parts, total, shape, note="blocks")


def pivots(at: At) -> Floats:
    """What each column of X adds to |XᵀV⁻¹X| beyond those before it, (p,)."""
    A = at.criterion.information_beta
    size = np.sqrt(np.diag(A))
    pivots: Floats = (np.diag(np.linalg.cholesky(A / np.outer(size, size))) * size) ** 2
    return pivots


def explain_information_det(at: At) -> Draft:
    """The sum of the logarithms of the pivots."""
    values = pivots(at)
    total = at.sum_over_effects(
        "Σ_k log d_k",
        "log({0})",
        [("d_k", values)],
        np.log(values),
        lambda k: Quantity("pivot", (k,)),
    )
    p = at.problem.p
    return Draft("{0}", (of_sum(total),), total, f"|{p}×{p}|", note="pivots")


def explain_pivot(at: At, k: int) -> Draft:
    """The first is an entry; the second is less what it shares with the first, and so on."""
    if k == 0:
        return Draft("{0}", (at.part("form", "", 0, 0),), note="pivot")
    if k == 1:
        parts = tuple(at.part("form", "", *cell) for cell in ((1, 1), (0, 1), (0, 0)))
        return Draft("{0} − [[{1}² // {2}]]", parts, note="pivot")
    entry = at.part("form", "", k, k)
    return Draft("", (entry,), note="pivot_later")


# -- the score and the information, at any (σ², τ²)


def explain_score(at: At, k: int) -> Draft:
    """−½[tr(PV_k) − yᵀPV_kPy]."""
    return Draft("−½·({0} − {1})", (at.part("P_trace", k), at.part("form", NAMES[k], "r", "r")))


def P_trace_symbol(at: At, k: int) -> str:
    """tr(PV_k), or tr(V⁻¹V_k) under maximum likelihood."""
    return f"tr({'P' if at.reml else 'V⁻¹'}V_{NAMES[k]})"


def explain_P_trace(at: At, k: int) -> Draft:
    """tr(V⁻¹V_k), less what estimating β costs."""
    if not at.reml:
        return Draft("{0}", (at.part("trace", NAMES[k]),))
    total = _cost(at, NAMES[k])
    return Draft("{0} − {1}", (at.part("trace", NAMES[k]), of_sum(total)), total, note="C")


def _cost(at: At, kind: str) -> Sum:
    """tr((XᵀV⁻¹X)⁻¹ XᵀV⁻¹V_kV⁻¹X), by pairs of fixed effects."""
    inside = "V⁻¹" + "".join(f"V_{letter}V⁻¹" for letter in kind)
    heads = ("C_{g,h}", f"(Xᵀ{inside}X)_{{g,h}}")
    return pairs(
        at,
        f"Σ_gΣ_h {heads[0]}{heads[1]}",
        heads,
        at.criterion.beta_cov,
        _forms(at, kind),
        "form",
        kind,
    )


def _forms(at: At, kind: str) -> Floats:
    """XᵀV⁻¹V_kV⁻¹X."""
    p = at.problem.p
    return np.array([[form_value(at, kind, k, q) for q in range(p)] for k in range(p)]).reshape(
        p, p
    )


def information_symbol(at: At, name: str, k: int, q: int) -> str:
    """ℐ with the place of the entry."""
    return f"ℐ_{{{NAMES[k]}{NAMES[q]}}}"


def explain_fisher(at: At, k: int, q: int) -> Draft:
    """½ tr(PV_kPV_l)."""
    k, q = sorted((k, q))
    kind = NAMES[k] + NAMES[q]
    trace = at.part("trace", kind)
    if not at.reml:
        return Draft("½·{0}", (trace,))
    twice = at.part("second_cost", kind)
    cross = at.part("cross_cost", k, q)
    return Draft("½·({0} − 2·{1} + {2})", (trace, twice, cross), note="fisher")


def second_cost_value(at: At, kind: str) -> float:
    """tr((XᵀV⁻¹X)⁻¹ XᵀV⁻¹V_kV⁻¹V_lV⁻¹X)."""
    return float(np.sum(at.criterion.beta_cov * _forms(at, kind)))


def explain_second_cost(at: At, kind: str) -> Draft:
    """By pairs of fixed effects."""
    total = _cost(at, kind)
    return Draft("{0}", (of_sum(total),), total, note="C")


def _solved(at: At, k: int) -> Floats:
    """(XᵀV⁻¹X)⁻¹ XᵀV⁻¹V_kV⁻¹X."""
    solved: Floats = at.criterion.beta_cov @ _forms(at, NAMES[k])
    return solved


def explain_cross_cost(at: At, k: int, q: int) -> Draft:
    """tr(M_kM_l) with M_k = (XᵀV⁻¹X)⁻¹ XᵀV⁻¹V_kV⁻¹X."""
    p, names = at.problem.p, at.problem.fixed_names
    one, other = _solved(at, k).ravel(), _solved(at, q).T.ravel()
    heads = (f"(M_{NAMES[k]})_{{g,h}}", f"(M_{NAMES[q]})_{{h,g}}")
    total = at.sum_over_effects(
        f"Σ_gΣ_h {heads[0]}{heads[1]}",
        "{0}·{1}",
        [(heads[0], one), (heads[1], other)],
        one * other,
        label=lambda t: pair_name(names, t, p),
    )
    return Draft("{0}", (of_sum(total),), total, note="cross_cost")


def explain_average(at: At, k: int, q: int) -> Draft:
    """½ yᵀPV_kPV_lPy."""
    k, q = sorted((k, q))
    kind, p = NAMES[k] + NAMES[q], at.problem.p
    names = at.problem.fixed_names
    left, right = (
        np.array([form_value(at, NAMES[which], each, "r") for each in range(p)]) for which in (k, q)
    )
    products = np.outer(left, right)
    total = at.sum_over_effects(
        "Σ_gΣ_h C_{g,h}a_gb_h",
        "{0}·{1}·{2}",
        [
            ("C_{g,h}", at.criterion.beta_cov.ravel()),
            ("a_g", np.repeat(left, p)),
            ("b_h", np.tile(right, p)),
        ],
        (at.criterion.beta_cov * products).ravel(),
        lambda t: Quantity("form", (NAMES[k], t // p, "r")),
        lambda t: pair_name(names, t, p),
    )
    parts = (at.part("residual_form", kind), of_sum(total))
    return Draft("½·({0} − {1})", parts, total, note=f"average_{kind}")


def explain_observed(at: At, k: int, q: int) -> Draft:
    """2·average − Fisher."""
    return Draft("2·{0} − {1}", (at.part("average_here", k, q), at.part("fisher_here", k, q)))


EXPLAINED = {"fisher": explain_fisher, "average": explain_average, "observed": explain_observed}

RESIDUAL = {"σσ": "rᵀV⁻¹V⁻¹V⁻¹r", "στ": "rᵀV⁻¹V⁻¹V_τV⁻¹r", "ττ": "rᵀV⁻¹V_τV⁻¹V_τV⁻¹r"}


def _information(name: str) -> Declared:
    letter = {"fisher": "F", "average": "A", "observed": "O"}[name]
    return Declared(
        lambda at, k, q: f"ℐ{letter}_{{{NAMES[k]}{NAMES[q]}}}",
        lambda at, k, q: float(getattr(at.criterion, name)[k, q]),
        EXPLAINED[name],
        kinds=("variance", "variance"),
    )


TABLE = {
    "loglik": Declared(loglik_symbol, lambda at: at.criterion.loglik, explain_loglik),
    "loglik_change": Declared(
        lambda at: f"Δ{loglik_symbol(at)}",
        lambda at: at.criterion.loglik - at.before.criterion.loglik,
        lambda at: Draft("{0} − {1}", (at.part("loglik"), older(at.before.part("loglik")))),
        "trials",
        (),
        False,
    ),
    "constant": Declared(
        lambda at: ADDENDS["constant"] if at.reml else "−½n log 2π",
        lambda at: at.criterion.parts.constant,
        explain_constant,
    ),
    "log_det_V": halved("V_det"),
    "log_det_information": halved("information_det"),
    "quadratic": halved("form", "", "r", "r"),
    "V_det": Declared(
        lambda at: "log|V|", lambda at: -2 * at.criterion.parts.log_det_V, explain_V_det
    ),
    "information_det": Declared(
        lambda at: "log|XᵀV⁻¹X|",
        lambda at: float(np.log(pivots(at)).sum()),
        explain_information_det,
    ),
    "pivot": Declared(
        lambda at, k: f"d_{{{k + 1}}}",
        lambda at, k: float(pivots(at)[k]),
        explain_pivot,
        kinds=("effect",),
    ),
    "score_here": Declared(
        lambda at, k: f"s_{NAMES[k]}",
        lambda at, k: float(at.criterion.score[k]),
        explain_score,
        kinds=("variance",),
    ),
    "P_trace": Declared(
        P_trace_symbol,
        lambda at, k: float(at.criterion.traces[k]),
        explain_P_trace,
        kinds=("variance",),
    ),
    "second_cost": Declared(
        lambda at, kind: f"tr((XᵀV⁻¹X)⁻¹XᵀV⁻¹V_{kind[0]}V⁻¹V_{kind[1]}V⁻¹X)",
        second_cost_value,
        explain_second_cost,
        kinds=("kind",),
    ),
    "cross_cost": Declared(
        lambda at, k, q: f"tr(M_{NAMES[k]}M_{NAMES[q]})",
        lambda at, k, q: float(np.sum(_solved(at, k) * _solved(at, q).T)),
        explain_cross_cost,
        kinds=("variance", "variance"),
    ),
    "residual_form": Declared(
        lambda at, kind: RESIDUAL[kind],
        lambda at, kind: form_value(at, kind, "r", "r"),
        lambda at, kind: at.table["form"].explain(at, kind, "r", "r"),
        kinds=("kind",),
    ),
    "fisher_here": _information("fisher"),
    "average_here": _information("average"),
    "observed_here": _information("observed"),
}
