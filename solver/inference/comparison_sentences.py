"""What the groups change: the four ways to fit the same data, in sentences."""

from collections.abc import Iterator

from solver.inference.comparison import Column
from solver.inference.phrases import part, rounded, say
from solver.inference.results import Results
from solver.inference.terms import term_of

ALIKE = 0.05
"""Two numbers are called nearly the same when they differ by no more than this part."""


def comparison_sentences(results: Results) -> tuple[str, ...]:
    """What multilevel modelling changes against least squares, and REML against ML."""
    return tuple(_sentences(results))


def _sentences(results: Results) -> Iterator[str]:
    problem = results.fit.problem
    by_way = {column.way: column for column in results.comparison.columns}
    ols, ml, reml = by_way["ols"], by_way["ml"], by_way["reml"]
    if reml.tau2 == 0:
        yield say("comparison_boundary", sigma2=rounded(reml.sigma2))
    else:
        yield say(
            "comparison_variance",
            ols=rounded(ols.sigma2),
            sigma2=rounded(reml.sigma2),
            tau2=rounded(reml.tau2),
            group=problem.group,
        )
    for k, name in enumerate(problem.fixed_names):
        if term_of(name).kind == "slope":
            yield _slope(name, ols, reml, k)
            break
    if ml.tau2 < reml.tau2:
        yield say("comparison_ml", ml=rounded(ml.tau2), reml=rounded(reml.tau2))


def _slope(name: str, ols: Column, reml: Column, k: int) -> str:
    """How the first slope and its standard error change."""
    ratio = float(reml.se[k] / ols.se[k])
    if abs(ratio - 1) <= ALIKE:
        error = part("error_alike")
    else:
        error = part("error_larger" if ratio > 1 else "error_smaller", ratio=rounded(ratio))
    return say(
        "comparison_slope",
        x=name,
        ols=rounded(ols.beta[k]),
        reml=rounded(reml.beta[k]),
        error=error,
    )
