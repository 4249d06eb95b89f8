"""The numbers behind an answer, a line each: what a worked solution shows, and what is revealed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.criterion import Criterion
from solver.formatting import number
from solver.moments import Floats
from solver.practice.cases import Case
from solver.practice.exercise import Exercise
from solver.start import method_of_moments
from solver.state import State

Lines = tuple[str, ...]


def workings(case: Case, exercise: Exercise) -> Lines:
    """The numbers behind the answer to an exercise; none where there is nothing to add."""
    work = WORKINGS.get(exercise.answer)
    return work(case, exercise) if work else ()


def _start_values(case: Case, exercise: Exercise) -> Lines:
    p, m = case.problem, method_of_moments(case.problem.moments)
    residuals = p.y - p.X @ case.step("initialize").state.beta
    means = np.bincount(p.codes, residuals) / p.group_sizes
    within = float(((residuals - means[p.codes]) ** 2).sum())
    between = float((p.group_sizes * means**2).sum())
    squares = float((p.group_sizes**2).sum())
    return (
        f"y − Xβ̂: {_list(residuals)}",
        _by_group(case, "r̄", means),
        f"MSW = Σ (r − r̄_j)²/(n − J) = {number(within)}/{p.n - p.J} = {number(m.msw)}",
        f"MSB = Σ n_j r̄_j²/(J − 1) = {number(between)}/{p.J - 1} = {number(m.msb)}",
        f"n₀ = ({p.n} − {number(squares)}/{p.n})/{p.J - 1} = {number(m.n0)}",
        f"τ²₀ = ({number(m.msb)} − {number(m.msw)})/{number(m.n0)} = {number(m.estimate)}",
    )


def _score_of_beta(case: Case, exercise: Exercise) -> Lines:
    score = case.step("score_beta", exercise.start).state.score_beta
    assert score is not None
    return tuple(f"∂ℓ/∂β{k} = {number(s)}" for k, s in zip("₀₁", score, strict=True))


def _score_of_tau2(case: Case, exercise: Exercise) -> Lines:
    at = case.step(exercise.step, exercise.start).state.criterion
    return _slopes(at)


def _slopes(at: Criterion) -> Lines:
    traces, quadratics, score = at.traces, at.quadratics, at.score
    return (
        f"s_τ = −½[tr(PZZᵀ) − yᵀPZZᵀPy] = −½[{number(traces[1])} − {number(quadratics[1])}]"
        f" = {number(score[1])}",
        f"s_σ = {number(score[0])}",
    )


def _update(case: Case, exercise: Exercise) -> Lines:
    state = case.step("update_variances", exercise.start).state
    before = _before(state)
    return (
        *_slopes(before),
        f"σ²: {number(before.sigma2)} → {number(state.sigma2)}",
        f"τ²: {number(before.tau2)} → {number(state.tau2)}",
    )


def _step(case: Case, exercise: Exercise) -> Lines:
    state = case.step("update_variances", exercise.start).state
    (error, both), (_, intercept) = _before(state).fisher
    information = f"ℐ_σσ = {number(error)}, ℐ_στ = {number(both)}, ℐ_ττ = {number(intercept)}"
    return (information, *_update(case, exercise))


def _loglik(case: Case, exercise: Exercise) -> Lines:
    state = case.step("update_variances", exercise.start).state
    before, after = _before(state), state.criterion
    pairs = {
        "−½ log|V|": (before.parts.log_det_V, after.parts.log_det_V),
        "−½ log|XᵀV⁻¹X|": (before.parts.log_det_information, after.parts.log_det_information),
        "−½ yᵀPy": (before.parts.quadratic, after.parts.quadratic),
        "ℓ_R": (before.loglik, after.loglik),
    }
    return tuple(f"{name}: {number(one)} → {number(two)}" for name, (one, two) in pairs.items())


def _shrinkage(case: Case, exercise: Exercise) -> Lines:
    state = case.step("predict_u", exercise.start).state
    assert state.shrinkage is not None
    return (_by_group(case, "λ", state.shrinkage),)


def _effects(case: Case, exercise: Exercise) -> Lines:
    state = case.step("predict_u", exercise.start).state
    assert state.mean_residuals is not None
    assert state.shrinkage is not None
    return (
        _by_group(case, "r̄", state.mean_residuals),
        _by_group(case, "λ", state.shrinkage),
        _by_group(case, "û", state.u),
    )


def _doubled(case: Case, exercise: Exercise) -> Lines:
    state = case.step(exercise.step, exercise.start).state
    size = case.problem.group_sizes[0]
    lines = []
    for n in (size, 2 * size):
        top = f"{n:.0f}·{number(state.tau2)}"
        kept = n * state.tau2 / (n * state.tau2 + state.sigma2)
        lines.append(
            f"n_j = {n:.0f}: λ_j = {top}/({top} + {number(state.sigma2)}) = {number(kept)}"
        )
    return tuple(lines)


def _rules(case: Case, exercise: Exercise) -> Lines:
    rules = {rule.name: rule for rule in case.step("check_convergence").state.rules}
    changes = (("σ²", rules["change_sigma2"]), ("τ²", rules["change_tau2"]))
    return tuple(
        f"relative change of {name}: {number(rule.value)} > {number(rule.tolerance, 1)}"
        for name, rule in changes
        if not rule.met
    )


def _fitted(case: Case, exercise: Exercise) -> Lines:
    last = case.trace.exhaust().state
    return (f"σ̂² = {number(last.sigma2)}, τ̂² = {number(last.tau2)}",)


def _before(state: State) -> Criterion:
    assert state.updated_from is not None
    return state.updated_from


def _by_group(case: Case, letter: str, values: Floats) -> str:
    named = zip(case.problem.group_labels, values, strict=True)
    return ", ".join(f"{letter}_{name} = {number(float(value))}" for name, value in named)


def _list(values: Floats) -> str:
    return ", ".join(number(float(value)) for value in values)


WORKINGS: dict[str, Callable[[Case, Exercise], Lines]] = {
    "start_values": _start_values,
    "score_sign": _score_of_beta,
    "tau2_score_sign": _score_of_tau2,
    "tau2_moves": _update,
    "next_tau2": _step,
    "loglik_moves": _loglik,
    "shrinks_most": _shrinkage,
    "largest_u": _effects,
    "doubled_shrinkage": _doubled,
    "stops": _rules,
    "fitted_tau2": _fitted,
}
"""By what the solver computes; see :data:`solver.practice.quantities.QUANTITIES`."""
