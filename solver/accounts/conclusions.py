"""What a fit says: df, t, p, the ends of intervals, R², AIC, the test of τ² = 0."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from solver.accounts.account import Part
from solver.accounts.at import At, Declared, Draft, constant, of_sum
from solver.accounts.forms import form_value, pair_name
from solver.accounts.likelihood import NAMES, loglik_symbol
from solver.accounts.symbols import effect, group, sub
from solver.inference.satterthwaite import Inference, Satterthwaite, normal_quantile
from solver.ols import Ols
from solver.quantity import Quantity

PARAMETERS = {"tau": "τ", "sigma": "σ", "icc": "ICC"}

ENDS = ("low", "high")


def _fixed(at: At, k: int) -> Inference:
    return at.results.fixed[k]


def _number(at: At, k: int) -> str:
    return sub(effect(at, k))


def z(symbol: str = "z_{0.975}") -> Part:
    """1.96."""
    return constant(symbol, normal_quantile())


# -- fixed effects


def explain_df(at: At, k: int) -> Draft:
    """2 SE⁴/Var(SE²)."""
    return explain_satterthwaite(at.part("inverse", k, k), at.part("se2_variance", k))


def explain_satterthwaite(variance: Part, spread: Part) -> Draft:
    """2v²/Var(v) for a squared standard error v."""
    parts = (variance, spread)
    if not spread.value or math.isnan(spread.value):
        return Draft("", parts, note="df_infinite" if not spread.value else "no_df")
    return Draft("[[2·({0})² // {1}]]", parts, note="satterthwaite")


def se2_variance_value(at: At, k: int) -> float:
    """gᵀI⁻¹g."""
    g = _slopes(at, k)
    return float(g @ Satterthwaite(at.criterion).variance_cov @ g)


def _slopes(at: At, k: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = np.zeros(at.problem.p)
    weights[k] = 1.0
    return np.asarray(at.criterion.contrast(weights).slopes)


def explain_se2_variance(at: At, k: int) -> Draft:
    """By the delta method."""
    g = (at.part("se2_slope", k, 0), at.part("se2_slope", k, 1))
    return explain_spread(at, se2_variance_value(at, k), g)


def explain_spread(at: At, value: float, g: tuple[Part, Part]) -> Draft:
    """gᵀI⁻¹g for the slopes g of a squared standard error."""
    if math.isnan(value):
        return Draft("", g, note="no_df")
    K = tuple(at.part("variance_cov", *cell) for cell in ((0, 0), (0, 1), (1, 1)))
    if at.criterion.tau2 == 0:
        return Draft("({0})²·{1}", (g[0], K[0]), shapes="1×1 · 1×1 · 1×1", note="boundary_df")
    return Draft("({0})²·{2} + 2·{0}·{1}·{3} + ({1})²·{4}", (*g, *K), shapes="1×2 · 2×2 · 2×1")


def explain_slope(at: At, k: int, v: int) -> Draft:
    """Row k of (XᵀV⁻¹X)⁻¹ on both sides of XᵀV⁻¹V_vV⁻¹X."""
    p, names, row = at.problem.p, at.problem.fixed_names, at.criterion.beta_cov[k]
    forms = np.array([[form_value(at, NAMES[v], a, b) for b in range(p)] for a in range(p)])
    heads = (f"C_{{{k + 1},a}}", f"(XᵀV⁻¹V_{NAMES[v]}V⁻¹X)_{{a,b}}", f"C_{{b,{k + 1}}}")
    total = at.sum_over_effects(
        f"Σ_aΣ_b {''.join(heads)}",
        "{0}·{1}·{2}",
        list(zip(heads, (np.repeat(row, p), forms.ravel(), np.tile(row, p)), strict=True)),
        (np.outer(row, row) * forms).ravel(),
        lambda t: Quantity("form", (NAMES[v], t // p, t % p)),
        lambda t: pair_name(names, t, p),
        lambda t: (
            Quantity("inverse", (k, t // p)),
            Quantity("form", (NAMES[v], t // p, t % p)),
            Quantity("inverse", (t % p, k)),
        ),
    )
    return Draft("{0}", (of_sum(total),), total, f"1×{p} · {p}×{p} · {p}×1", note="C")


def variance_cov_value(at: At, k: int, q: int) -> float:
    """An entry of Var(σ̂², τ̂²)."""
    return float(Satterthwaite(at.criterion).variance_cov[k, q])


def explain_variance_cov(at: At, k: int, q: int) -> Draft:
    """The inverse of the observed information."""
    if at.criterion.tau2 == 0:
        if k or q:
            return Draft(note="boundary_df")
        return Draft("[[1 // {0}]]", (at.part("observed_here", 0, 0),), note="boundary_df")
    a, b, d = (at.part("observed_here", *cell) for cell in ((0, 0), (0, 1), (1, 1)))
    if math.isnan(variance_cov_value(at, k, q)):
        return Draft("", (a, b, d), note="no_df")
    top = "−{1}" if k != q else "{2}" if k == 0 else "{0}"
    return Draft(f"[[{top} // {{0}}·{{2}} − {{1}}²]]", (a, b, d), shapes="(2×2)⁻¹")


def explain_t(at: At, k: int) -> Draft:
    """β̂/SE."""
    return Draft("[[{0} // {1}]]", (at.part("beta", k), at.part("se", k)))


def explain_p(at: At, k: int) -> Draft:
    """2·P(T > |t|)."""
    return Draft("2·P_t({0}, |{1}|)", (at.part("df", k), at.part("t", k)), note="t_tail")


def explain_interval(at: At, k: int, end: str) -> Draft:
    """β̂ ± t₀.₉₇₅(df)·SE."""
    return explain_interval_end(at.part("beta", k), at.part("df", k), at.part("se", k), end)


def explain_interval_end(estimate: Part, df: Part, se: Part, end: str) -> Draft:
    """Estimate ± t₀.₉₇₅(df)·SE."""
    sign = "−" if end == "low" else "+"
    template = f"{{0}} {sign} t_{{{{0.975}}}}({{1}})·{{2}}"
    return Draft(template, (estimate, df, se), note="t_quantile")


# -- variances and groups


def _profile_end(at: At, name: str, end: str) -> float:
    interval = getattr(at.results, f"{name}_interval")
    return float(interval[ENDS.index(end)])


def explain_profile_end(at: At, name: str, end: str) -> Draft:
    """By search; of a variance the square of that of its root."""
    if name.endswith("2"):
        return Draft("({0})²", (at.part("profile_end", name[:-1], end),))
    if not at.results.fit.converged:
        return Draft(note="not_converged")
    estimate = at.part(name)
    if end == "low" and _profile_end(at, name, end) == 0:
        return Draft("", (estimate, at.part("cutoff")), note="profile_0")
    return Draft("", (estimate, at.part("cutoff")), note="profile")


def explain_cutoff(at: At) -> Draft:
    """ℓ̂ − ½·1.96²."""
    return Draft("{0} − ½·({1})²", (at.part("loglik"), z()))


def explain_u_se(at: At, j: int) -> Draft:
    """√(τ²(1 − λ_j))."""
    parts = (at.part("tau2"), at.part("shrinkage", j))
    return Draft("√({0}·(1 − {1}))", parts, rows=at.rows_of(j))


def explain_u_end(at: At, j: int, end: str) -> Draft:
    """û_j ± 1.96 standard errors."""
    sign = "−" if end == "low" else "+"
    parts = (at.part("u", j), z(), at.part("u_se", j))
    return Draft(f"{{0}} {sign} {{1}}·{{2}}", parts, rows=at.rows_of(j))


# -- the fit as a whole


def _criteria(field: str) -> Callable[[At], float]:
    return lambda at: float(getattr(at.results.fit, field))


def explain_aic(at: At) -> Draft:
    """−2ℓ + 2(p + 2)."""
    return Draft("−2·{0} + 2·({1} + 2)", (at.part("loglik"), at.part("p")))


def explain_bic(at: At) -> Draft:
    """−2ℓ + (p + 2) log n."""
    return Draft("−2·{0} + ({1} + 2)·log({2})", (at.part("loglik"), at.part("p"), at.part("n")))


def explain_fixed_variance(at: At) -> Draft:
    """Σ (μ̂_i − μ̄)²/(n − 1)."""
    if at.problem.fixed_names == ("(Intercept)",):
        return Draft(note="no_predictors")
    values = at.vector("m")
    mean = float(values.mean())
    total = at.sum_over_rows(
        "Σ_i (μ̂_i − μ̄)²",
        "({0} − {1})²",
        [("μ̂_i", values), ("μ̄", np.full(len(values), mean))],
        (values - mean) ** 2,
        np.arange(len(values)),
        lambda i: Quantity("cell", ("m", i)),
    )
    return Draft("[[{0} // {1} − 1]]", (of_sum(total), at.part("n")), total)


def explain_r2(at: At, which: str) -> Draft:
    """The part of Var(Xβ̂) + τ² + σ² that is accounted for."""
    parts = (at.part("fixed_variance"), at.part("tau2"), at.part("sigma2"))
    top = "{0}" if which == "marginal" else "{0} + {1}"
    return Draft(f"[[{top} // {{0}} + {{1}} + {{2}}]]", parts)


def _test(at: At, field: str) -> float:
    test = at.results.group_test
    return math.nan if test is None else float(getattr(test, field))


def explain_lrt(at: At) -> Draft:
    """2(ℓ̂ − ℓ̂₀)."""
    if at.results.group_test is None:
        return Draft(note="not_converged")
    if at.criterion.tau2 == 0:
        return Draft("", (at.part("loglik"),), note="lrt_0")
    without = at.seen_from("without").part("loglik")
    return Draft("2·({0} − {1})", (at.part("loglik"), without))


def explain_lrt_p(at: At, half: bool) -> Draft:
    """P(χ²₁ > the statistic), or half of it."""
    if at.results.group_test is None:
        return Draft(note="not_converged")
    statistic = at.part("lrt")
    if half and not statistic.value:
        return Draft("", (statistic,), note="p_boundary_1")
    return Draft(f"{'½·' if half else ''}P_χ²({{0}})", (statistic,), note="chi2_tail")


# -- the comparison


def _column(at: At, way: str) -> object:
    return next(c for c in at.results.comparison.columns if c.way == way)


def compared_value(at: At, way: str, what: str, k: int) -> float:
    """A number of one way of fitting."""
    value = getattr(_column(at, way), what)
    return float(value if np.ndim(value) == 0 else value[k])


def explain_compared(at: At, way: str, what: str, k: int) -> Draft:
    """By this run, by least squares, or by another run."""
    if way == at.step.options.method:
        name = {"loglik": "loglik", "loglik_reml": "loglik"}.get(what, what)
        own = what == ("loglik_reml" if at.reml else "loglik")
        if own or not what.startswith("loglik"):
            return Draft("{0}", (at.part(name, k) if what in ("beta", "se") else at.part(name),))
        return Draft("{0}", (at.seen_from("other").part("loglik"),), note="other_criterion")
    if way == "ols" and what in ("beta", "se", "sigma2"):
        place = (k,) if what != "sigma2" else ()
        return Draft("{0}", (at.part(f"ols_{what}", *place),))
    if way == "ols" and what == "tau2":
        return Draft(note="ols_no_groups")
    if way == "ols" and what == "loglik":
        rss = constant("RSS", Ols(at.problem).rss)
        return Draft("−½·{0}·(log([[2π·{1} // {0}]]) + 1)", (at.part("n"), rss))
    return Draft(note={"own": "own_lines", "ols": "ols_top"}.get(way, "other_run"))


def compared_symbol(at: At, way: str, what: str, k: int) -> str:
    """As in the table."""
    match what:
        case "beta":
            return f"β̂{_number(at, k)}"
        case "se":
            return f"SE(β̂{_number(at, k)})"
    return {"sigma2": "σ²", "tau2": "τ²", "loglik": "ℓ", "loglik_reml": "ℓ_R"}[what]


def _end(
    symbol: Callable[..., str],
    value: Callable[..., float],
    explain: Callable[..., Draft],
    *kinds: str,
) -> Declared:
    return Declared(symbol, value, explain, "end", kinds, False)


TABLE = {
    "df": _end(
        lambda at, k: f"df{_number(at, k)}", lambda at, k: _fixed(at, k).df, explain_df, "effect"
    ),
    "se2_variance": _end(
        lambda at, k: f"Var(SE²{_number(at, k)})",
        se2_variance_value,
        explain_se2_variance,
        "effect",
    ),
    "se2_slope": _end(
        lambda at, k, v: f"g_{NAMES[v]}",
        lambda at, k, v: float(_slopes(at, k)[v]),
        explain_slope,
        "effect",
        "variance",
    ),
    "variance_cov": _end(
        lambda at, k, q: f"(ℐ⁻¹)_{{{NAMES[k]}{NAMES[q]}}}",
        variance_cov_value,
        explain_variance_cov,
        "variance",
        "variance",
    ),
    "t": _end(
        lambda at, k: f"t{_number(at, k)}", lambda at, k: _fixed(at, k).t, explain_t, "effect"
    ),
    "p_value": _end(
        lambda at, k: f"p{_number(at, k)}", lambda at, k: _fixed(at, k).p_value, explain_p, "effect"
    ),
    "interval": _end(
        lambda at, k, end: f"β{_number(at, k)} {'from' if end == 'low' else 'to'}",
        lambda at, k, end: _fixed(at, k).interval[ENDS.index(end)],
        explain_interval,
        "effect",
        "end",
    ),
    "profile_end": _end(
        lambda at, name, end: (
            f"{PARAMETERS.get(name) or PARAMETERS[name[:-1]] + '²'} "
            + ("from" if end == "low" else "to")
        ),
        _profile_end,
        explain_profile_end,
        "parameter",
        "end",
    ),
    "cutoff": _end(
        lambda at: f"{loglik_symbol(at)} − 1.92",
        lambda at: at.criterion.loglik - 0.5 * normal_quantile() ** 2,
        explain_cutoff,
    ),
    "u_se": _end(
        lambda at, j: f"SE(û{sub(group(at, j))})",
        lambda at, j: float(at.results.fit.u_se[j]),
        explain_u_se,
        "group",
    ),
    "u_end": _end(
        lambda at, j, end: f"û{sub(group(at, j))} {'from' if end == 'low' else 'to'}",
        lambda at, j, end: float(at.results.u_intervals[j, ENDS.index(end)]),
        explain_u_end,
        "group",
        "end",
    ),
    "deviance": _end(
        lambda at: f"−2{loglik_symbol(at)}",
        _criteria("deviance"),
        lambda at: Draft("−2·{0}", (at.part("loglik"),)),
    ),
    "aic": _end(lambda at: "AIC", _criteria("aic"), explain_aic),
    "bic": _end(lambda at: "BIC", _criteria("bic"), explain_bic),
    "fixed_variance": _end(
        lambda at: "Var(Xβ̂)", lambda at: at.results.explained.fixed, explain_fixed_variance
    ),
    "r2_marginal": _end(
        lambda at: "R²",
        lambda at: at.results.explained.marginal,
        lambda at: explain_r2(at, "marginal"),
    ),
    "r2_conditional": _end(
        lambda at: "R²",
        lambda at: at.results.explained.conditional,
        lambda at: explain_r2(at, "conditional"),
    ),
    "lrt": _end(lambda at: "χ²", lambda at: _test(at, "statistic"), explain_lrt),
    "p_chisq1": _end(
        lambda at: "p", lambda at: _test(at, "p_chisq1"), lambda at: explain_lrt_p(at, False)
    ),
    "p_boundary": _end(
        lambda at: "p", lambda at: _test(at, "p_boundary"), lambda at: explain_lrt_p(at, True)
    ),
    "compared": _end(compared_symbol, compared_value, explain_compared, "way", "what", "effect"),
}
