"""What the solver computes for exercises, where it is not simply one of its matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from solver.formatting import number
from solver.ols import Ols
from solver.practice.cases import Case
from solver.practice.exercise import Exercise
from solver.start import method_of_moments
from solver.state import STEP_NAMES

DIGITS = 6
"""Significant digits of a model answer."""

Rows = dict[str, str]
"""Model answers by what the blanks are called."""


def figure(value: float) -> str:
    """A number as a model answer shows it."""
    return number(value, DIGITS)


def _sizes(case: Case, exercise: Exercise) -> Rows:
    p = case.problem
    sizes = zip(p.group_labels, p.group_sizes, strict=True)
    return {"J": str(p.J), **{f"n_{name}": f"{size:.0f}" for name, size in sizes}, "n": str(p.n)}


def _start_values(case: Case, exercise: Exercise) -> Rows:
    m = method_of_moments(case.problem.moments)
    return {
        "MSW": figure(m.msw), "MSB": figure(m.msb), "n₀": figure(m.n0),
        "σ²₀": figure(m.sigma2), "τ²₀": figure(m.tau2),
    }  # fmt: skip


def _icc(case: Case, exercise: Exercise) -> Rows:
    return {"ICC": figure(case.step(exercise.step, exercise.start).state.icc)}


def _ols_variance(case: Case, exercise: Exercise) -> Rows:
    return {"s²": figure(Ols(case.problem).sigma2)}


def _ols_beta(case: Case, exercise: Exercise) -> Rows:
    b = Ols(case.problem).beta
    return {"β̂₀": figure(float(b[0])), "β̂₁": figure(float(b[1]))}


def _new_variances(case: Case, exercise: Exercise) -> Rows:
    state = case.step("update_variances", exercise.start).state
    return {"σ²₁": figure(state.sigma2), "τ²₁": figure(state.tau2)}


def _rule_values(case: Case, exercise: Exercise) -> Rows:
    rules = {rule.name: rule for rule in case.step("check_convergence").state.rules}
    return {
        "relative change of σ²": figure(rules["change_sigma2"].value),
        "relative change of τ²": figure(rules["change_tau2"].value),
    }


def _stops(case: Case, exercise: Exercise) -> Rows:
    ended = case.step("check_convergence").state.outcome is not None
    return {"after iteration 1": exercise.options[0 if ended else 1]}


def _score_sign(case: Case, exercise: Exercise) -> Rows:
    score = case.step("score_beta", exercise.start).state.score_beta
    assert score is not None
    return {
        f"∂ℓ/∂β{mark}": exercise.options[0 if value > 0 else 1]
        for mark, value in zip("₀₁", score, strict=True)
    }


def _tau2_moves(case: Case, exercise: Exercise) -> Rows:
    state = case.step("update_variances", exercise.start).state
    assert state.updated_from is not None
    return {"τ²": exercise.options[0 if state.tau2 > state.updated_from.tau2 else 1]}


def _fitted_tau2(case: Case, exercise: Exercise) -> Rows:
    zero = case.trace.exhaust().state.at_boundary
    return {"τ̂²": exercise.options[0 if zero else 1]}


def _tau2_score_sign(case: Case, exercise: Exercise) -> Rows:
    slope = case.step(exercise.step, exercise.start).state.criterion.score[1]
    return {"∂ℓ_R/∂τ²": exercise.options[0 if slope > 0 else 1]}


def _next_tau2(case: Case, exercise: Exercise) -> Rows:
    return {"the next τ²": figure(case.step("update_variances", exercise.start).state.tau2)}


def _loglik_moves(case: Case, exercise: Exercise) -> Rows:
    state = case.step("update_variances", exercise.start).state
    assert state.updated_from is not None
    before, after = state.updated_from, state.criterion
    moves = {
        "ℓ_R": after.loglik - before.loglik,
        "−½ log|V|": after.parts.log_det_V - before.parts.log_det_V,
        "−½ yᵀPy": after.parts.quadratic - before.parts.quadratic,
    }
    return {name: exercise.options[0 if by > 0 else 1] for name, by in moves.items()}


def _doubled_shrinkage(case: Case, exercise: Exercise) -> Rows:
    state = case.step(exercise.step, exercise.start).state
    size = 2 * case.problem.group_sizes[0]
    kept = size * state.tau2 / (size * state.tau2 + state.sigma2)
    return {f"λ_{case.problem.group_labels[0]}": figure(kept)}


def _largest_u(case: Case, exercise: Exercise) -> Rows:
    u = case.step("predict_u", exercise.start).state.u
    return {"largest |û_j|": case.problem.group_labels[int(abs(u).argmax())]}


def _shrinks_most(case: Case, exercise: Exercise) -> Rows:
    p, state = case.problem, case.step("predict_u", exercise.start).state
    assert state.shrinkage is not None
    least = state.shrinkage.min()
    name = [n for n, value in zip(p.group_labels, state.shrinkage, strict=True) if value <= least]
    return {"shrinks most": name[0]}


def _step_order(case: Case, exercise: Exercise) -> Rows:
    return {str(k + 1): exercise.options[k] for k in range(len(STEP_NAMES))}


QUANTITIES: dict[str, Callable[[Case, Exercise], Rows]] = {
    "sizes": _sizes,
    "start_values": _start_values,
    "icc": _icc,
    "ols_variance": _ols_variance,
    "ols_beta": _ols_beta,
    "new_variances": _new_variances,
    "rule_values": _rule_values,
    "stops": _stops,
    "score_sign": _score_sign,
    "tau2_moves": _tau2_moves,
    "fitted_tau2": _fitted_tau2,
    "tau2_score_sign": _tau2_score_sign,
    "next_tau2": _next_tau2,
    "loglik_moves": _loglik_moves,
    "doubled_shrinkage": _doubled_shrinkage,
    "largest_u": _largest_u,
    "shrinks_most": _shrinks_most,
    "step_order": _step_order,
}


OPTIONS = {
    "stops": 2,
    "score_sign": 2,
    "tau2_score_sign": 2,
    "tau2_moves": 2,
    "fitted_tau2": 2,
    "loglik_moves": 2,
    "largest_u": 1,
    "shrinks_most": 1,
    "step_order": len(STEP_NAMES),
}
"""How many options there must be for the quantities that are chosen."""


def _of_rows(letter: str) -> Callable[[Case], list[list[str]]]:
    """y₁, y₂ …: a letter for every row."""
    return lambda case: [[f"{letter}_{i + 1}"] for i in range(case.problem.n)]


def _of_people(letter: str) -> Callable[[Case], list[list[str]]]:
    """y_51, y_52 …: a letter for every row, by its group and its place in it."""

    def entries(case: Case) -> list[list[str]]:
        p, seen = case.problem, dict.fromkeys(case.problem.group_labels, 0)
        found = []
        for code in p.codes:
            name = p.group_labels[code]
            seen[name] += 1
            found.append([f"{letter}_{name}{seen[name]}"])
        return found

    return entries


class Letters(NamedTuple):
    """A matrix of letters with an index: what the index counts, and the entries."""

    counts: Literal["row", "person", "effect", "group"]
    entries: Callable[[Case], list[list[str]]]


SYMBOLIC = {
    "y by row": Letters("row", _of_rows("y")),
    "ε by row": Letters("row", _of_rows("ε")),
    "X by row": Letters("row", lambda case: [["1", f"x_{i + 1}"] for i in range(case.problem.n)]),
    "y by group": Letters("person", _of_people("y")),
    "ε by group": Letters("person", _of_people("ε")),
    "X by group": Letters("person", lambda case: [["1", x] for (x,) in _of_people("x")(case)]),
    "β letters": Letters("effect", lambda case: [[f"β_{k}"] for k in range(case.problem.p)]),
    "u letters": Letters(
        "group", lambda case: [[f"u_{name}"] for name in case.problem.group_labels]
    ),
}
"""Matrices of letters that the lecture leaves to be filled in."""
