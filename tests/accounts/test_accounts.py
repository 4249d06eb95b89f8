"""Every account is true: its formula, evaluated from its text, its terms and its parts agree.

``STEPREML_ACCOUNTS=all`` runs every example with every algorithm, which takes minutes.
"""

import os
from collections.abc import Iterator

import pytest
from evaluation import check, check_part

from solver import Options, Problem, Refusal, Trace, load_example, steps
from solver.accounts import Account, Part, Quantity, account
from solver.accounts.predictions import as_place
from solver.data.examples import example_names
from solver.matrices import matrix_names


def trace_of(name: str, **options) -> Trace:
    example = load_example(name)
    problem = Problem.from_frame(example.frame(), example.formula)
    trace = Trace(steps(problem, Options(**options)))
    trace.exhaust()
    return trace


def shown_at(trace: Trace, index: int) -> Iterator[Quantity]:
    """The numbers that the window shows at a step."""
    problem, state = trace[index].problem, trace[index].state
    effects, groups = range(problem.p), sorted({0, problem.J // 2, problem.J - 1})
    for name in ("sigma2", "tau2", "sigma", "tau", "icc", "loglik", "constant", "log_det_V"):
        yield Quantity(name)
    for name in ("log_det_information", "quadratic", "msw", "msb", "n0", "ols_sigma2"):
        yield Quantity(name)
    for name in ("beta", "se", "score_beta", "ols_beta", "ols_se"):
        yield from (Quantity(name, (k,)) for k in effects)
    for name in ("u", "shrinkage", "mean_residuals"):
        yield from (Quantity(name, (j,)) for j in groups)
    for k in range(2):
        yield from (Quantity(name, (k,)) for name in ("score", "full_step"))
        for q in range(2):
            for name in ("fisher", "average", "observed", "information"):
                yield Quantity(name, (k, q))
    for t in range(min(len(state.trials), 5)):
        for what in ("sigma2", "tau2", "loglik", "factor"):
            yield Quantity("trial", (t, what))
    for r in range(len(state.rules)):
        yield from (Quantity("rule", (r, what)) for what in ("value", "tolerance"))
    yield from (Quantity("change", (name,)) for name in ("sigma2", "tau2", "icc", "loglik"))
    yield from (Quantity("loglik_change"), Quantity("to_gain"))
    if index == 4:
        yield Quantity("loglik", (), "other")
        yield Quantity("loglik", (), f"at {0.7 * state.sigma2!r} {1.4 * state.tau2 + 0.1!r}")
    if state.outcome is not None:
        yield from shown_in_results(problem.p, groups)
        yield from predicted(problem, groups)


def predicted(problem: Problem, groups: list[int]) -> Iterator[Quantity]:
    """The numbers of the page of predictions."""
    x = as_place(1.1 * problem.X[0] + 0.3)
    for j in (-1, *groups):
        for head in ("mean_all", "row_new") if j < 0 else ("mean_group", "row_group"):
            for what in ("", "_se", "_df"):
                yield Quantity(f"prediction{what}", (head, j, x))
            yield from (Quantity("prediction_end", (head, j, x, end)) for end in ("low", "high"))


def shown_in_results(p: int, groups: list[int]) -> Iterator[Quantity]:
    """The numbers of the pane of results."""
    for k in range(p):
        yield from (Quantity(name, (k,)) for name in ("df", "t", "p_value"))
        yield from (Quantity("interval", (k, end)) for end in ("low", "high"))
    for name in ("tau2", "tau", "sigma2", "sigma", "icc"):
        yield from (Quantity("profile_end", (name, end)) for end in ("low", "high"))
    for j in groups:
        yield Quantity("u_se", (j,))
        yield from (Quantity("u_end", (j, end)) for end in ("low", "high"))
    for name in ("deviance", "aic", "bic", "r2_marginal", "r2_conditional", "lrt"):
        yield Quantity(name)
    yield from (Quantity(name) for name in ("p_chisq1", "p_boundary"))
    for way in ("ols", "own", "ml", "reml"):
        for what in ("beta", "se", "sigma2", "tau2", "loglik", "loglik_reml"):
            yield Quantity("compared", (way, what, 0))


def follow(trace: Trace, told: Account, seen: set, depth: int) -> None:
    """Check an account, and those of its parts."""
    check(told)
    if depth == 0:
        return
    links = [(part.quantity, part.step, part) for part in told.parts if part.quantity]
    if told.sum is not None:
        links += [(a.quantity, told.sum.index, None) for a in told.sum.addends[:2] if a.quantity]
        links += [
            (factor, told.sum.index, Part(head, value))
            for addend in told.sum.addends[:2]
            for factor, head, value in zip(
                addend.factors, told.sum.heads, addend.values, strict=False
            )
            if factor
        ]
    for quantity, index, part in links:
        inner = account(trace, index, quantity)
        if part is not None:
            check_part(part, inner)
        key = (inner.quantity, inner.made_at)
        if key not in seen:
            seen.add(key)
            follow(trace, inner, seen, depth - 1)


def walk(trace: Trace, indices, depth: int) -> int:
    seen: set = set()
    for index in indices:
        for quantity in shown_at(trace, index):
            try:
                told = account(trace, index, quantity)
            except Refusal:
                continue
            key = (told.quantity, told.made_at)
            if key not in seen:
                seen.add(key)
                follow(trace, told, seen, depth)
    return len(seen)


CASES = [
    ("handout", "fisher", "reml"),
    ("handout", "ai", "ml"),
    ("handout", "em", "reml"),
    ("dyestuff2", "fisher", "reml"),
    ("dyestuff2", "newton", "ml"),
]

if "STEPREML_ACCOUNTS" in os.environ:
    CASES = [
        (name, algorithm, method)
        for name in example_names()
        for algorithm in ("fisher", "ai", "newton", "em")
        for method in ("reml", "ml")
    ]


@pytest.mark.parametrize(("name", "algorithm", "method"), CASES)
def test_every_number_down_to_the_data(name: str, algorithm: str, method: str) -> None:
    trace = trace_of(name, algorithm=algorithm, method=method, max_iterations=12)
    small = trace[0].problem.n < 100
    last = len(trace) - 1
    indices = sorted({*range(min(7, last)), last - 1, last})
    assert walk(trace, indices, 5 if small else 2) > 100


@pytest.mark.parametrize(("name", "method"), [("radon", "ml"), ("hsb82", "reml")])
def test_every_number_of_larger_examples(name: str, method: str) -> None:
    trace = trace_of(name, method=method)
    assert walk(trace, [5, len(trace) - 1], 1) > 50


def corners(trace: Trace, index: int) -> Iterator[Quantity]:
    """Two entries of each matrix of a step."""
    for name in matrix_names(trace[index].state):
        rows, columns = trace[index].matrix(name).shape
        yield Quantity("entry", (name, 0, min(1, columns - 1)))
        yield Quantity("entry", (name, rows - 1, columns - 1))


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_every_matrix(method: str) -> None:
    trace = trace_of("handout", method=method)
    for index in (4, 8):
        for quantity in corners(trace, index):
            told = account(trace, index, quantity)
            if quantity.name == told.quantity.name:
                shown = trace[index].matrix(str(quantity.place[0]))
                assert told.value == shown.value(*quantity.place[1:])
            follow(trace, told, set(), 1)
