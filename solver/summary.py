"""A fit as a person reads it, in the order that lme4 made familiar, and as a JSON object."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from solver.fit import Fit
from solver.formatting import number
from solver.lessons import words
from solver.walk import WIDTH, outcome_text, table

GROUPS = 12
"""Groups whose û is printed."""


def summary_text(fit: Fit) -> str:
    """Outcome, variances, fixed effects and random intercepts of a fit."""
    problem, options = fit.problem, fit.options
    method = words()["methods"][options.method]
    rounds = f"{fit.iterations} iteration{'s' if fit.iterations != 1 else ''}"
    shown = slice(0, GROUPS)
    more = problem.J - GROUPS
    blocks = [
        f"Linear mixed model fitted by {method['long']} ({method['name']})\n"
        f"{words()['algorithms'][options.algorithm]}, {rounds}. {outcome_text(fit.state)}",
        f"Formula: {problem.formula}\n"
        f"Observations: {problem.n}, groups of {problem.group}: {problem.J}"
        + _dropped(problem.missing, problem.rows_dropped),
        f"log-likelihood {method['loglik']} = {number(fit.loglik, 8)}   "
        f"deviance = {number(fit.deviance, 8)}   "
        f"AIC = {number(fit.aic, 7)}   BIC = {number(fit.bic, 7)}",
        "Random effects\n"
        + table(
            [f"{problem.group} (Intercept) τ²", "Residual σ²"],
            {
                "Variance": [fit.tau2, fit.sigma2],
                "Std. Dev.": [math.sqrt(fit.tau2), math.sqrt(fit.sigma2)],
            },
        )
        + f"\n  ICC = {number(fit.icc)}",
        "Fixed effects\n"
        + table(
            problem.fixed_names,
            {"Estimate": fit.beta, "Std. Error": fit.se, "t value": fit.beta / fit.se},
        ),
        "Random intercepts\n"
        + table(
            problem.group_labels[shown],
            {
                "n": problem.group_sizes[shown],
                "û": fit.u[shown],
                "SE": fit.u_se[shown],
                "λ": fit.shrinkage[shown],
            },
            head=problem.group,
        )
        + (f"\n  … and {more} more groups" if more > 0 else ""),
    ]
    return "\n\n".join(
        "\n".join(
            textwrap.fill(line, WIDTH) if len(line) > WIDTH + 20 else line
            for line in block.splitlines()
        )
        for block in blocks
    )


def summary_json(fit: Fit) -> dict[str, Any]:
    """The same as JSON-ready values, with all digits."""
    problem = fit.problem
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
            name: {"estimate": estimate, "se": se}
            for name, estimate, se in zip(
                problem.fixed_names, fit.beta.tolist(), fit.se.tolist(), strict=True
            )
        },
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


def _dropped(missing: dict[str, int], rows: int) -> str:
    if not rows:
        return ""
    counts = ", ".join(f"{name} in {number}" for name, number in missing.items())
    return f"\nRows left out: {rows}, with a missing value ({counts})"
