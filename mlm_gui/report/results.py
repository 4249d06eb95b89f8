"""The results of a fit as a report shows them: in words, in numbers, and beside other fits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from mlm_gui.report.blocks import Block, Facts, Heading, Paragraph, Table
from solver.formatting import number, p_value, short
from solver.inference.comparison_sentences import comparison_sentences
from solver.inference.results import Results
from solver.inference.sentences import paragraphs
from solver.lessons import Head, result_words, words
from solver.walk import outcome_text

GROUPS = 40
"""Groups whose û is shown; of more, those that lie farthest from 0."""

NAME = 32
"""Characters of a name that are shown."""

DIGITS = 8
"""Significant digits of a log-likelihood."""

Said = dict[str, Head]


def result_blocks(results: Results) -> Iterator[Block]:
    """Everything that the window's results say."""
    fit = results.fit
    said = result_words(fit.options.method)
    yield Paragraph(outcome_text(fit.state), "verdict")
    for key in ["few_groups"] * results.few_groups:
        yield Paragraph(f"{said[key].name}. {said[key].meaning}")
    for part in paragraphs(results):
        yield Heading(2, part.title)
        yield Paragraph(" ".join(part.sentences), plain=True)
    yield Heading(2, "Fixed effects")
    yield from _fixed(results, said)
    yield Heading(2, "Variances")
    yield from _variances(results, said)
    yield Heading(2, "Do the groups differ?")
    yield from _test(results, said)
    yield Heading(2, "The fit as a whole")
    yield from _whole(results, said)
    yield Heading(2, "The same data, four ways")
    yield from _ways(results, said)
    yield Heading(2, "Random intercepts")
    yield _groups(results, said)
    yield _meanings(said, ("u", "u_se", "u_interval", "shrinkage"))


def _fixed(results: Results, said: Said) -> Iterator[Block]:
    keys = ("estimate", "se", "df", "t", "p")
    method = words()["methods"][results.fit.options.method]["name"]
    rows = tuple(
        (
            short(name, NAME), number(effect.estimate, 5), number(effect.se), number(effect.df),
            number(effect.t), p_value(effect.p_value), *map(number, effect.interval),
        )
        for name, effect in zip(results.fit.problem.fixed_names, results.fixed, strict=True)
    )  # fmt: skip
    heads = ("fixed effect", *(said[key].name for key in keys), "95 %", "to")
    yield Table(heads, rows, tuple(range(1, 8)), f"Estimates of β by {method}.")
    yield _meanings(said, (*keys, "interval"))


def _variances(results: Results, said: Said) -> Iterator[Block]:
    fit = results.fit
    values = {
        "tau2": (fit.tau2, results.tau2_interval),
        "tau": (math.sqrt(fit.tau2), results.tau_interval),
        "sigma2": (fit.sigma2, results.sigma2_interval),
        "sigma": (math.sqrt(fit.sigma2), results.sigma_interval),
        "icc": (fit.icc, results.icc_interval),
    }
    rows = tuple(
        (said[key].name, number(value, 5), *map(number, ends))
        for key, (value, ends) in values.items()
    )
    method = words()["methods"][fit.options.method]["name"]
    heads = ("", said["estimate"].name, "95 %", "to")
    yield Table(heads, rows, (1, 2, 3), f"Variances by {method}, with profile intervals of it.")
    yield _meanings(said, (*values, "profile"))


def _test(results: Results, said: Said) -> Iterator[Block]:
    test = results.group_test
    if test is None:
        yield Paragraph(said["not_converged"].meaning)
        return
    heads = tuple(said[key].name for key in ("lrt", "p_boundary", "p_chisq1"))
    row = (number(test.statistic), p_value(test.p_boundary), p_value(test.p_chisq1))
    yield Table(heads, (row,), (0, 1, 2))
    yield _meanings(said, ("lrt", "p_boundary", "p_chisq1"))


def _whole(results: Results, said: Said) -> Iterator[Block]:
    fit, keys = results.fit, ("loglik", "aic", "bic", "r2_marginal", "r2_conditional")
    row = (
        number(fit.loglik, DIGITS), number(fit.aic, DIGITS), number(fit.bic, DIGITS),
        number(results.explained.marginal), number(results.explained.conditional),
    )  # fmt: skip
    yield Table(tuple(said[key].name for key in keys), (row,), tuple(range(5)))
    yield _meanings(said, keys)


def _ways(results: Results, said: Said) -> Iterator[Block]:
    columns, keys = results.comparison.columns, ("ols", "own", "ml", "reml")
    rows: list[tuple[str, ...]] = []
    for k, name in enumerate(results.fit.problem.fixed_names):
        rows.append((short(name, NAME), *(number(float(c.beta[k])) for c in columns)))
        rows.append((f"   {said['se'].name}", *(number(float(c.se[k])) for c in columns)))
    rows.append(("σ²", *(number(c.sigma2) for c in columns)))
    rows.append(("τ²", *(number(c.tau2) for c in columns)))
    rows.append(("log-likelihood, ML", *(number(c.loglik, DIGITS) for c in columns)))
    rows.append(("log-likelihood, REML", *(number(c.loglik_reml, DIGITS) for c in columns)))
    yield Paragraph(" ".join(comparison_sentences(results)), plain=True)
    heads = ("", *(said[column.way].name for column in columns))
    yield Table(heads, tuple(rows), (1, 2, 3, 4))
    yield _meanings(said, keys)
    three = results.comparison.logliks
    yield Table(
        ("log-likelihoods that are taken for each other", "value"),
        tuple(
            (said[key].name, number(value, DIGITS))
            for key, value in zip(three._fields, three, strict=True)
        ),
        (1,),
        symbols_first=True,
    )
    yield _meanings(said, three._fields)


def _groups(results: Results, said: Said) -> Table:
    fit, J = results.fit, results.fit.problem.J
    shown, caption = np.arange(J), ""
    if J > GROUPS:
        shown = np.sort(np.argsort(-np.abs(fit.u), kind="stable")[:GROUPS])
        caption = f"Of {J} groups the {GROUPS} farthest from 0."
    rows = tuple(
        (
            short(fit.problem.group_labels[j], NAME), number(float(fit.problem.group_sizes[j])),
            number(float(fit.u[j])), number(float(fit.u_se[j])),
            *map(number, results.u_intervals[j].tolist()), number(float(fit.shrinkage[j])),
        )
        for j in shown.tolist()
    )  # fmt: skip
    heads = (short(fit.problem.group, NAME), "n_j", "û_j", "SE", "95 %", "to", "λ_j")
    return Table(heads, rows, tuple(range(1, 7)), caption)


def _meanings(said: Said, keys: Sequence[str]) -> Facts:
    """What each number is."""
    pairs = {said[key].name: said[key].meaning for key in keys}
    return Facts(tuple(pairs.items()), plain=False, small=True)
