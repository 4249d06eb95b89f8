"""A fit as a person reads it, in the order that lme4 made familiar, and as a JSON object."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from typing import Any

from solver.data.preparation import Account
from solver.fit import Fit
from solver.formatting import number, p_equation, p_value, quoted, short
from solver.inference.results import Results, results
from solver.lessons import words
from solver.problem import Problem
from solver.walk import NAME, WIDTH, outcome_text, table

GROUPS = 12
"""Groups whose û is printed."""


def summary_text(fit: Fit, accounts: Iterable[Account] = ()) -> str:
    """Outcome, variances, fixed effects and random intercepts of a fit; what was done before it."""
    problem, options = fit.problem, fit.options
    method = words()["methods"][options.method]
    loglik, group = method["loglik"], short(problem.group, NAME)
    rounds = f"{fit.iterations} iteration{'s' if fit.iterations != 1 else ''}"
    said, shown = results(fit), slice(0, GROUPS)
    more = problem.J - GROUPS
    blocks = [
        _filled(
            f"Linear mixed model fitted by {method['long']} ({method['name']})",
            f"Formula: {problem.formula}",
            f"{words()['algorithms'][options.algorithm]}, {rounds}. {outcome_text(fit.state)}",
        ),
        _filled(
            f"Observations: {problem.n}, groups of {group}: {problem.J}",
            *account_texts(accounts),
            dropped_rows(problem),
            f"{loglik} = {number(fit.loglik, 8)}   "
            f"{method['deviance']} −2{loglik} = {number(fit.deviance, 8)}",
            f"AIC = {number(fit.aic, 7)}   BIC = {number(fit.bic, 7)}",
        ),
        "Random effects\n"
        + table(
            [f"{group} (Intercept), τ²", "Residual, σ²"],
            {
                "Variance": [fit.tau2, fit.sigma2],
                "Std. Dev.": [math.sqrt(fit.tau2), math.sqrt(fit.sigma2)],
            },
        )
        + f"\n  ICC = {number(fit.icc)}   R² marginal = {number(said.explained.marginal)},"
        f" conditional = {number(said.explained.conditional)}" + _group_test(said),
        "Fixed effects\n"
        + table(
            problem.fixed_names,
            {
                "Estimate": fit.beta,
                "Std. Error": fit.se,
                "df": [number(effect.df) for effect in said.fixed],
                "t value": [effect.t for effect in said.fixed],
                "p": [p_value(effect.p_value) for effect in said.fixed],
            },
        )
        + "\n  df by Satterthwaite's method",
        _intervals(said),
        "Random intercepts\n"
        + table(
            problem.group_labels[shown],
            {
                "n": problem.group_sizes[shown],
                "û": fit.u[shown],
                "SE": fit.u_se[shown],
                "λ": fit.shrinkage[shown],
            },
            head=group,
        )
        + (f"\n  … and {more} more group{'s' if more > 1 else ''}" if more > 0 else ""),
    ]
    return "\n\n".join(blocks)


def _group_test(said: Results) -> str:
    test = said.group_test
    if test is None:
        return ""
    return (
        f"\n  Test of τ² = 0: likelihood ratio {number(test.statistic)},"
        f" {p_equation(test.p_boundary)} (½χ²₀ + ½χ²₁), {p_value(test.p_chisq1)} (χ²₁)"
    )


def _intervals(said: Results) -> str:
    """Intervals of the fixed effects, of τ, σ and the ICC."""
    names = [*said.fit.problem.fixed_names, "τ", "σ", "ICC"]
    ends = [effect.interval for effect in said.fixed]
    ends += [said.tau_interval, said.sigma_interval, said.icc_interval]
    low, high = zip(*ends, strict=True)
    criterion = words()["methods"][said.fit.options.method]["name"]
    return (
        "95 % intervals\n"
        + table(names, {"from": low, "to": high})
        + f"\n  fixed effects: t; τ, σ and ICC: {criterion} profile likelihood"
        + (" – only at its maximum" if said.group_test is None else "")
    )


def _filled(*lines: str) -> str:
    return "\n".join(textwrap.fill(line, WIDTH) for line in lines if line)


def summary_json(fit: Fit) -> dict[str, Any]:
    """The same as JSON-ready values, with all digits."""
    problem, said = fit.problem, results(fit)
    test = said.group_test
    return {
        "formula": problem.formula,
        "method": fit.options.method,
        "algorithm": fit.options.algorithm,
        "n": problem.n,
        "groups": problem.J,
        "rows_dropped": problem.rows_dropped,
        "missing": problem.missing,
        "converged": fit.converged,
        "outcome": fit.outcome,
        "iterations": fit.iterations,
        "sigma2": fit.sigma2,
        "tau2": fit.tau2,
        "icc": fit.icc,
        "loglik": fit.loglik,
        "deviance": fit.deviance,
        "aic": fit.aic,
        "bic": fit.bic,
        "beta": {
            name: {
                "estimate": float(estimate),
                "se": effect.se,
                "df": effect.df,
                "t": effect.t,
                "p": effect.p_value,
                "ci_low": effect.interval[0],
                "ci_high": effect.interval[1],
            }
            for name, estimate, effect in zip(
                problem.fixed_names, fit.beta, said.fixed, strict=True
            )
        },
        "sigma2_ci": said.sigma2_interval,
        "tau2_ci": said.tau2_interval,
        "icc_ci": said.icc_interval,
        "r2_marginal": said.explained.marginal,
        "r2_conditional": said.explained.conditional,
        "lrt": {
            "statistic": test.statistic,
            "p_chisq1": test.p_chisq1,
            "p_boundary": test.p_boundary,
        }
        if test
        else None,
        "u": {
            label: {"estimate": estimate, "se": se, "shrinkage": shrinkage}
            for label, estimate, se, shrinkage in zip(
                problem.group_labels,
                fit.u.tolist(),
                fit.u_se.tolist(),
                fit.shrinkage.tolist(),
                strict=True,
            )
        },
    }


def dropped_rows(problem: Problem) -> str:
    """How many rows were left out and for which columns; empty when none were."""
    if not problem.rows_dropped:
        return ""
    counts = ", ".join(f"{count} in {quoted(name)}" for name, count in problem.missing.items())
    return f"Rows left out because a value is missing: {problem.rows_dropped} ({counts})"


def account_texts(accounts: Iterable[Account]) -> list[str]:
    """What was done to the table, in words; the codes of a column together."""
    codes: dict[str, list[str]] = {}
    others = []
    for account in accounts:
        rows = f"{account.rows} row{'s' if account.rows != 1 else ''}"
        if account.what == "missing":
            codes.setdefault(account.column, []).append(f"{account.value} ({rows})")
        elif account.what == "levels":
            others.append(f"Left out by the choice of values of {quoted(account.column)}: {rows}")
        else:
            drawn = f"groups of {quoted(account.column)}" if account.column else "rows"
            others.append(f"Left out by the sample of {drawn}: {rows}")
    missing = [f"Set to missing in {quoted(name)}: {', '.join(of)}" for name, of in codes.items()]
    return missing + others
