"""σ² and τ²: where they start, the step that moves them, every trial, and the rules at the end."""

from __future__ import annotations

import math

from solver.accounts.account import Part
from solver.accounts.at import At, Declared, Draft, constant, known, of_sum
from solver.accounts.likelihood import NAMES, explain_score
from solver.accounts.symbols import older
from solver.quantity import Quantity
from solver.start import MomentStart, method_of_moments
from solver.state import Kind, Trial
from solver.updates import newton_information, newton_step

SYMBOLS = ("σ²", "τ²")

FIELDS = ("sigma2", "tau2")

LEAST = "0.01"


def explain_variance(at: At, k: int) -> Draft:
    """From the start, or from the last trial of the update that made it."""
    if at.point:
        kind, _, which = at.point.partition(" ")
        if kind == "trial":
            return explain_trial(at, int(which), FIELDS[k])
        return Draft(note={"peak": "search", "at": "pointed"}.get(kind, f"without_{FIELDS[k]}"))
    if at.step.name == "initialize":
        return explain_start(at, k)
    return explain_trial(at, len(at.state.trials) - 1, FIELDS[k])


def explain_start(at: At, k: int) -> Draft:
    """σ²₀ or τ²₀."""
    start = at.step.options.start
    if start == "half":
        return Draft("½·{0}", (at.part("ols_sigma2"),))
    if start != "moments":
        return Draft(note="chosen_start")
    if k == 0:
        return Draft("{0}", (at.part("msw"),))
    found = method_of_moments(at.moments)
    if found.estimate >= found.tau2:
        return Draft("[[{0} − {1} // {2}]]", (at.part("msb"), at.part("msw"), at.part("n0")))
    return Draft(f"{LEAST}·{{0}}", (at.part("msw"), at.part("tau2_moments")), note="floor")


def _moments(at: At) -> MomentStart:
    return method_of_moments(at.moments)


def explain_msw(at: At) -> Draft:
    """Σ (r_ji − r̄_j)²/(n − J)."""
    parts = (at.part("within", "o", "o"), at.part("n"), at.part("J"))
    return Draft("[[{0} // {1} − {2}]]", parts, note="ols_residuals")


def explain_msb(at: At) -> Draft:
    """Σ n_jr̄_j²/(J − 1)."""
    sizes, means = at.moments.group_sizes, at.means("o")
    total = at.sum_over_groups(
        "Σ_j n_jr̄_j²",
        "{0}·{1}²",
        [("n_j", sizes), ("r̄_j", means)],
        sizes * means**2,
        lambda j: Quantity("mean", ("o", j)),
    )
    return Draft("[[{0} // {1} − 1]]", (of_sum(total), at.part("J")), total, note="ols_residuals")


def explain_n0(at: At) -> Draft:
    """(n − Σn_j²/n)/(J − 1)."""
    sizes = at.moments.group_sizes
    total = at.sum_over_groups(
        "Σ_j n_j²", "{0}²", [("n_j", sizes)], sizes**2, lambda j: Quantity("size", (j,))
    )
    parts = (at.part("n"), of_sum(total), at.part("J"))
    return Draft("[[{0} − {1}/{0} // {2} − 1]]", parts, total)


# -- the update


def trial_of(at: At, t: int) -> Trial:
    """A trial of the step."""
    return at.state.trials[t]


def trial_value(at: At, t: int, what: str) -> float:
    """σ², τ², ℓ or the factor of a trial; nan where it has none."""
    value = getattr(trial_of(at, t), what)
    return math.nan if value is None else float(value)


def trial_symbol(at: At, t: int, what: str) -> str:
    """As in the table of trials."""
    if what == "loglik":
        return at.table["loglik"].symbol(at)
    return {"sigma2": "σ²", "tau2": "τ²", "factor": "f"}[what]


def explain_trial(at: At, t: int, what: str) -> Draft:
    """Where a candidate leads."""
    trial = trial_of(at, t)
    if what == "factor":
        halvings = round(-math.log2(trial.factor))
        return Draft("(½)^{0}", (constant("h", halvings),), note="halvings")
    if what == "loglik":
        if trial.loglik is None:
            return Draft(note="outside")
        return At(at.trace, at.index, f"trial {t}", at.table).draft("loglik")
    if trial.kind == Kind.JUMP:
        return Draft(note="search")
    k, before = FIELDS.index(what), at.before
    old = earlier(before, what)
    if math.isnan(trial.factor) or math.isnan(getattr(trial, what)):
        return Draft(note="no_trial")
    if trial.kind == Kind.BOUNDARY:
        if k == 1:
            return Draft(note="boundary")
        factor = at.part("trial", t, "factor")
        if at.state.information is None:
            return Draft("{0} + {1}·0", (old, factor), note="boundary_em")
        s, cross, own = (
            at.part("score", 0),
            at.part("information", 0, 1),
            at.part("information", 0, 0),
        )
        parts = (old, factor, s, cross, earlier(before, "tau2"), own)
        return Draft("{0} + {1}·[[{2} + {3}·{4} // {5}]]", parts, note="boundary_sigma2")
    step = at.part("full_step", k)
    if trial.factor == 1:
        return Draft("{0} + {1}", (old, step))
    return Draft("{0} + {1}·{2}", (old, at.part("trial", t, "factor"), step))


def earlier(before: At, what: str) -> Part:
    """σ² or τ² as the update found it."""
    return older(before.part(what))


def explain_full_step(at: At, k: int) -> Draft:
    """ℐ⁻¹s, or EM's own step."""
    from_ = at.before
    if at.state.information is None:
        count = at.part(("n", "J")[k])
        return Draft(
            "[[2·({0})²·{1} // {2}]]", (earlier(from_, FIELDS[k]), at.part("score", k), count)
        )
    if _held(at):
        if k == 1:
            return Draft(note="held")
        return Draft("[[{0} // {1}]]", (at.part("score", 0), at.part("information", 0, 0)))
    return _solved(at, "information", "score", k)


def _held(at: At) -> bool:
    return at.before.criterion.tau2 == 0 and bool(known(at.state.score)[1] <= 0)


def _solved(at: At, information: str, score: str, k: int) -> Draft:
    """ℐ⁻¹s of two rows, written out."""
    a, b, d = (at.part(information, *cell) for cell in ((0, 0), (0, 1), (1, 1)))
    s, t = at.part(score, 0), at.part(score, 1)
    top = "{2}·{3} − {1}·{4}" if k == 0 else "{0}·{4} − {1}·{3}"
    return Draft(f"[[{top} // {{0}}·{{2}} − {{1}}²]]", (a, b, d, s, t), shapes="(2×2)⁻¹ · 2×1")


def explain_information(at: At, k: int, q: int) -> Draft:
    """As one of the three information matrices, at the variances that the update started from."""
    return at.before.draft(f"{information_used(at)}_here", k, q)


def information_used(at: At) -> str:
    """Which of the three the update used."""
    names = ("fisher", "average", "observed")
    return next(name for name in names if getattr(at.state, name) is at.state.information)


def information_symbol(at: At, k: int, q: int) -> str:
    """ℐ with the place of the entry."""
    return f"ℐ_{{{NAMES[k]}{NAMES[q]}}}"


# -- the rules


def rule_symbol(at: At, k: int, what: str) -> str:
    """The size that a rule compares, or what with."""
    if what == "tolerance":
        return "limit"
    name = at.state.rules[k].name
    return {
        "change_sigma2": "|Δσ²|/σ²",
        "change_tau2": "|Δτ²|/τ²",
        "step_to_go": "max(|d_σ|/σ², |d_τ|/τ²)",
    }.get(name, "rise")


def explain_rule(at: At, k: int, what: str) -> Draft:
    """What is compared, and what with."""
    rule = at.state.rules[k]
    if what == "tolerance":
        return _explain_tolerance(at, k)
    if rule.name == "step_to_go":
        return _explain_step_to_go(at)
    if rule.name == "rise_elsewhere":
        peak = At(at.trace, at.index, "peak", at.table)
        parts = (peak.part("loglik"), at.part("loglik"))
        if peak.criterion.loglik <= at.criterion.loglik:
            return Draft("", parts, note="no_peak")
        return Draft("{0} − {1}", parts, note="search")
    which = "sigma2" if rule.name == "change_sigma2" else "tau2"
    new, old = at.part(which), earlier(_before_update(at), which)
    if new.value == old.value:
        return Draft("", (new, old), note="no_change")
    if new.value == 0:
        return Draft("", (new, old), note="from_something_to_0")
    return Draft("[[|{0} − {1}| // {0}]]", (new, old))


def _before_update(at: At) -> At:
    """The step before the update of this iteration."""
    return at.before.before


def _explain_tolerance(at: At, k: int) -> Draft:
    rule = at.state.rules[k]
    if rule.name == "rise_elsewhere":
        return Draft("10⁻⁹·max(|{0}|, 1)", (at.part("loglik"),))
    chosen = rule.tolerance == at.step.options.tolerance
    if at.state.criterion is at.state.updated_from:
        return Draft(note="noise")
    return Draft(note="chosen_tolerance" if chosen else "rounding")


def _explain_step_to_go(at: At) -> Draft:
    steps = at.part("newton", 0), at.part("newton", 1)
    sizes = at.part("sigma2"), at.part("tau2")
    if sizes[1].value == 0:
        if steps[1].value:
            return Draft("", (*steps, *sizes), note="from_something_to_0")
        return Draft("[[|{0}| // {1}]]", (steps[0], sizes[0], steps[1]))
    return Draft(
        "max([[|{0}| // {1}]], [[|{2}| // {3}]])", (steps[0], sizes[0], steps[1], sizes[1])
    )


def explain_newton(at: At, k: int) -> Draft:
    """The Newton–Raphson step from here."""
    held = at.criterion.tau2 == 0 and at.criterion.score[1] <= 0
    observed = newton_information(at.criterion) is at.criterion.observed
    name = "observed_here" if observed else "fisher_here"
    if held:
        if k == 1:
            return Draft(note="held")
        return Draft("[[{0} // {1}]]", (at.part("score_here", 0), at.part(name, 0, 0)))
    return _solved(at, name, "score_here", k)


def explain_icc(at: At) -> Draft:
    """τ²/(τ² + σ²)."""
    return Draft("[[{0} // {0} + {1}]]", (at.part("tau2"), at.part("sigma2")))


def _root(name: str, symbol: str) -> Declared:
    return Declared(
        lambda at: symbol,
        lambda at: math.sqrt(getattr(at.criterion, name)),
        lambda at: Draft("√{0}", (at.part(name),)),
    )


TABLE = {
    "sigma2": Declared(
        lambda at: "σ²", lambda at: at.criterion.sigma2, lambda at: explain_variance(at, 0)
    ),
    "tau2": Declared(
        lambda at: "τ²", lambda at: at.criterion.tau2, lambda at: explain_variance(at, 1)
    ),
    "sigma": _root("sigma2", "σ"),
    "tau": _root("tau2", "τ"),
    "icc": Declared(
        lambda at: "ICC",
        lambda at: at.criterion.tau2 / (at.criterion.tau2 + at.criterion.sigma2),
        explain_icc,
    ),
    "msw": Declared(lambda at: "MSW", lambda at: _moments(at).msw, explain_msw, "", (), False),
    "msb": Declared(lambda at: "MSB", lambda at: _moments(at).msb, explain_msb, "", (), False),
    "n0": Declared(lambda at: "n_0", lambda at: _moments(at).n0, explain_n0, "", (), False),
    "tau2_moments": Declared(
        lambda at: "(MSB − MSW)/n_0",
        lambda at: _moments(at).estimate,
        lambda at: Draft("[[{0} − {1} // {2}]]", tuple(map(at.part, ("msb", "msw", "n0")))),
        "",
        (),
        False,
    ),
    "score": Declared(
        lambda at, k: f"s_{NAMES[k]}",
        lambda at, k: float(known(at.state.score)[k]),
        lambda at, k: explain_score(at.before, k),
        "score",
        ("variance",),
        False,
    ),
    "information": Declared(
        information_symbol,
        lambda at, k, q: float(known(at.state.information)[k, q]),
        explain_information,
        "information",
        ("variance", "variance"),
        False,
    ),
    **{
        name: Declared(
            information_symbol,
            lambda at, k, q, name=name: float(known(getattr(at.state, name))[k, q]),
            lambda at, k, q, name=name: at.before.draft(f"{name}_here", k, q),
            name,
            ("variance", "variance"),
            False,
        )
        for name in ("fisher", "average", "observed")
    },
    "full_step": Declared(
        lambda at, k: f"d_{NAMES[k]}",
        lambda at, k: float(known(at.state.full_step)[k]),
        explain_full_step,
        "full_step",
        ("variance",),
        False,
    ),
    "trial": Declared(trial_symbol, trial_value, explain_trial, "trials", ("trial", "what"), False),
    "rule": Declared(
        rule_symbol,
        lambda at, k, what: float(getattr(at.state.rules[k], what)),
        explain_rule,
        "rules",
        ("rule", "what"),
        False,
    ),
    "newton": Declared(
        lambda at, k: f"d_{NAMES[k]}",
        lambda at, k: float(newton_step(at.criterion)[k]),
        explain_newton,
        kinds=("variance",),
    ),
}
