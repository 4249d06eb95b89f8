"""The results of a fit as a report shows them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from mlm_gui.report.blocks import Block, Heading, Paragraph, Table
from solver.fit import Fit
from solver.formatting import number, short
from solver.lessons import words
from solver.walk import outcome_text

GROUPS = 40
"""Groups whose û is shown; of more, those that lie farthest from 0."""

NAME = 32
"""Characters of a name that are shown."""


def results(fit: Fit) -> Iterator[Block]:
    """Outcome, variances, fixed effects and random intercepts."""
    method = words()["methods"][fit.options.method]
    symbol = method["loglik"]
    yield Paragraph(outcome_text(fit.state), "verdict")
    yield Heading(2, "Fixed effects")
    yield Table(
        ("fixed effect", "estimate", "SE", "t"),
        tuple(
            (short(name, NAME), number(beta, 5), number(se), number(beta / se))
            for name, beta, se in zip(
                fit.problem.fixed_names, fit.beta.tolist(), fit.se.tolist(), strict=True
            )
        ),
        (1, 2, 3),
        f"Estimates of β by {method['name']}.",
    )
    yield Heading(2, "Variances")
    yield Table(
        ("", "variance", "SD"),
        (
            (f"between groups of {short(fit.problem.group, NAME)}, τ²", number(fit.tau2, 5),
             number(math.sqrt(fit.tau2), 5)),
            ("within groups, σ²", number(fit.sigma2, 5), number(math.sqrt(fit.sigma2), 5)),
        ),
        (1, 2),
        f"ICC = τ²/(τ² + σ²) = {number(fit.icc)}: the part of the variance between groups.",
    )  # fmt: skip
    yield Table(
        (symbol, f"−2{symbol}", "AIC", "BIC"),
        ((number(fit.loglik, 9), number(fit.deviance, 9), number(fit.aic, 7), number(fit.bic, 7)),),
        (0, 1, 2, 3),
        f"The log-likelihood, {method['long']}, with all its constants.",
    )
    yield Heading(2, "Random intercepts")
    yield groups_table(fit)


def groups_table(fit: Fit) -> Table:
    """û_j with its standard error and λ_j."""
    J = fit.problem.J
    shown = np.arange(J)
    caption = "Predicted random intercepts; SE is that of u_j given y."
    if J > GROUPS:
        shown = np.sort(np.argsort(-np.abs(fit.u), kind="stable")[:GROUPS])
        caption += f" Of {J} groups the {GROUPS} farthest from 0."
    rows = tuple(
        (
            short(fit.problem.group_labels[j], NAME), number(float(fit.problem.group_sizes[j])),
            number(float(fit.u[j])), number(float(fit.u_se[j])), number(float(fit.shrinkage[j])),
        )
        for j in shown.tolist()
    )  # fmt: skip
    heads = (short(fit.problem.group, NAME), "n_j", "û_j", "SE", "λ_j")
    return Table(heads, rows, (1, 2, 3, 4), caption)
