"""A run, step by step: its order, each number against dense algebra, its guards and its end."""

from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from dense import Data, Dense

from solver import Options, Outcome, Problem, steps
from solver.state import STEP_NAMES, State

METHODS = ("reml", "ml")
ALGORITHMS = ("fisher", "ai", "newton", "em")
SCORING = ALGORITHMS[:3]

FIELDS_SET = {
    "score_beta": {"score_beta"},
    "estimate_beta": {"beta", "information_beta", "beta_cov", "score_beta"},
    "predict_u": {"mean_residuals", "shrinkage", "u"},
    "update_variances": {
        "criterion", "updated_from", "score", "fisher", "average", "observed", "information",
        "full_step", "trials",
    },
    "check_convergence": {"rules", "higher_peak", "outcome"},
}  # fmt: skip
"""What each step after the first sets; the last check also estimates β and predicts u once more."""

NOT_YET = {"mean_residuals", "rules"}.union(*FIELDS_SET.values()) - {"criterion", "beta", "u"}
"""What the first state leaves empty."""

each_method = pytest.mark.parametrize("method", METHODS)
each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)


@dataclass(frozen=True, eq=False)
class Case:
    """A small data set."""

    y: np.ndarray
    X: np.ndarray
    groups: np.ndarray


def simulated(seed, sizes, tau, design, shift=0.0):
    """Rows in no order; ``design`` makes the columns of X from (rng, rows, group of each row)."""
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = np.column_stack(design(rng, len(groups), groups))
    y = shift + X @ rng.normal(size=X.shape[1]) + rng.normal(size=len(groups))
    return Case(y + tau * rng.normal(size=len(sizes))[groups], X, np.array(list("dacbe"))[groups])


CASES = {
    "handout": Case(
        np.array([5.0, 7, 10, 9, 13, 6, 9]),
        np.column_stack([np.ones(7), [400.0, 900, 500, 700, 1300, 600, 1100]]),
        np.array([1, 1, 5, 5, 5, 6, 6]),
    ),
    "intercept only": simulated(1, (4, 1, 3, 2), 1, lambda rng, n, g: [np.ones(n)]),
    "no differences": simulated(
        5, (3, 4, 3), 0, lambda rng, n, g: [np.ones(n), rng.normal(size=n)]
    ),
    "group-level covariate": simulated(
        3, (2, 1, 3, 2, 3), 2, lambda rng, n, g: [np.ones(n), rng.normal(size=5)[g]]
    ),
    "four effects": simulated(
        4, (3, 5, 1, 4), 1, lambda rng, n, g: [np.ones(n), *rng.normal(size=(3, n))]
    ),
    "no intercept": simulated(
        6, (4, 2, 3, 2), 2, lambda rng, n, g: [rng.normal(size=n), 3 + rng.normal(size=n)]
    ),
    "intercept last": simulated(
        7, (2, 5, 3), 1, lambda rng, n, g: [rng.normal(size=n), 5 + rng.normal(size=n), np.ones(n)]
    ),
    "offsets": simulated(
        8, (4, 3, 2, 2), 3, lambda rng, n, g: [np.ones(n), 1e5 + rng.normal(size=n)], shift=1e6
    ),
}

each_case = pytest.mark.parametrize("case", CASES)
"""Interior and boundary optima, one to four effects, rows in any order, one group of one row."""


@cache
def problem(case):
    return Problem.from_arrays(CASES[case].y, CASES[case].X, CASES[case].groups)


@cache
def data(case):
    return Data.of(CASES[case].y, CASES[case].X, CASES[case].groups)


@cache
def dense(case, method, sigma2, tau2):
    return Dense(data(case), method, sigma2, tau2)


@cache
def run(case, method, algorithm, start="moments"):
    """Every step of a run, EM's cut short."""
    if start != "moments":
        variance = CASES[case].y.var()
        start = (start[0] * variance, start[1] * variance)
    limit = 60 if algorithm == "em" else 2000
    return tuple(steps(problem(case), Options(method, algorithm, start, max_iterations=limit)))


def rounds(taken):
    """(before, step by name) of every iteration, ``before`` being the state it began with."""
    for first in range(1, len(taken), 5):
        yield taken[first - 1].state, {s.name: s.state for s in taken[first : first + 5]}


def some_rounds(taken):
    """The first two and the last."""
    every = list(rounds(taken))
    return every[:2] + every[2:][-1:]


def close(actual, expected, scale=None, tolerance=1e-11):
    """Whether each entry is right relative to itself, or to the size of what was summed up."""
    scale = np.abs(expected) if scale is None else scale
    return bool(np.all(np.abs(np.asarray(actual) - expected) <= tolerance * scale))


@each_method
@each_algorithm
@each_case
class TestEveryRun:
    def test_names_indices_and_iterations_run_in_order(self, case, method, algorithm):
        taken = run(case, method, algorithm)
        assert [s.index for s in taken] == list(range(len(taken)))
        assert [s.iteration for s in taken] == [(k + 4) // 5 for k in range(len(taken))]
        assert [s.name for s in taken] == [
            STEP_NAMES[0], *STEP_NAMES[1:] * ((len(taken) - 1) // 5)
        ]  # fmt: skip

    def test_only_the_last_step_has_an_outcome(self, case, method, algorithm):
        *before, last = run(case, method, algorithm)
        assert all(step.state.outcome is None for step in before)
        assert isinstance(last.state.outcome, Outcome)

    def test_each_step_changes_its_own_fields_and_no_others(self, case, method, algorithm):
        taken = run(case, method, algorithm)
        for old, new in pairwise(taken):
            expected = set(FIELDS_SET[new.name])
            if new is taken[-1]:
                expected |= FIELDS_SET["estimate_beta"] | FIELDS_SET["predict_u"]
            kept = {f.name for f in fields(State)} - expected
            assert all(getattr(new.state, k) is getattr(old.state, k) for k in kept)
            arrays = {k for k in expected if isinstance(getattr(new.state, k), np.ndarray)}
            assert not any(getattr(new.state, k) is getattr(old.state, k) for k in arrays)

    def test_no_array_can_be_written_to(self, case, method, algorithm):
        for step in run(case, method, algorithm):
            for field in fields(State):
                value = getattr(step.state, field.name)
                if isinstance(value, np.ndarray):
                    assert not value.flags.writeable
                    assert value.base is None or not value.base.flags.writeable

    def test_coefficients_and_predictions_are_the_dense_ones(self, case, method, algorithm):
        for before, after in some_rounds(run(case, method, algorithm)):
            at = dense(case, method, before.sigma2, before.tau2)
            sums = np.abs(at.data.X.T @ at.V_inverse)
            for state in (after["score_beta"], after["estimate_beta"]):
                size = np.abs(at.data.y) + np.abs(at.data.X) @ np.abs(state.beta)
                assert close(state.score_beta, at.score_beta(state.beta), sums @ size)
            state = after["predict_u"]
            assert close(state.beta, at.beta)
            assert close(state.information_beta, at.information_beta)
            assert close(state.beta_cov, at.beta_cov)
            assert close(state.shrinkage, at.shrinkage)
            most = max(abs(at.mean_residuals))
            assert close(state.mean_residuals, at.mean_residuals, most, 1e-10)
            assert close(state.u, at.u, most, 1e-10)

    def test_variance_updates_are_made_from_the_dense_quantities(self, case, method, algorithm):
        for before, after in some_rounds(run(case, method, algorithm)):
            at, state = dense(case, method, before.sigma2, before.tau2), after["update_variances"]
            assert state.updated_from is before.criterion
            assert close(state.score, at.score, (at.traces + at.quadratics) / 2)
            assert close(state.fisher, at.fisher)
            assert close(state.average, at.average)
            assert close(state.observed, at.observed, 2 * at.average + at.fisher)
            step, information = expected_step(at, algorithm)
            size = max(abs(step[0]) / before.sigma2, abs(step[1]) / (before.tau2 or 1), 1e-3)
            scale = size * np.array([before.sigma2, before.tau2 or 1])
            assert close(state.full_step, step, scale, 1e-9)
            if information is None:
                assert state.information is None
            else:
                assert state.information is getattr(state, information)

    def test_log_likelihoods_are_the_dense_ones(self, case, method, algorithm):
        for before, after in some_rounds(run(case, method, algorithm)):
            for state in (before, after["check_convergence"]):
                at = dense(case, method, state.sigma2, state.tau2)
                assert close(state.loglik_parts, at.loglik_parts)
                assert close(state.loglik, at.loglik, sum(map(abs, at.loglik_parts)))
            for trial in after["update_variances"].trials:
                if trial.loglik is not None:
                    at = dense(case, method, trial.sigma2, trial.tau2)
                    assert close(trial.loglik, at.loglik, sum(map(abs, at.loglik_parts)))

    def test_log_likelihood_never_falls(self, case, method, algorithm):
        for old, new in pairwise(run(case, method, algorithm)):
            size = max(map(abs, new.state.loglik_parts))
            assert new.state.loglik >= old.state.loglik - 1e-14 * size

    def test_last_step_estimates_at_the_final_variances(self, case, method, algorithm):
        state = run(case, method, algorithm)[-1].state
        at = dense(case, method, state.sigma2, state.tau2)
        assert close(state.beta, at.beta)
        assert close(state.beta_cov, at.beta_cov)
        assert close(state.u, at.u, max(abs(at.mean_residuals)))


def expected_step(at, algorithm):
    """The full step from a point, and the name of the information that makes it."""
    if algorithm == "em":
        theta = np.array([at.sigma2, at.tau2])
        return 2 * theta**2 * at.score / [at.data.n, at.data.J], None
    name = {"fisher": "fisher", "ai": "average", "newton": "observed"}[algorithm]
    held = at.tau2 == 0 and at.score[1] <= 0
    if not positive_definite(getattr(at, name), held):
        name = "fisher"
    (a, b), (_, d) = getattr(at, name)
    s, t = at.score
    if held:
        return np.array([s / a, 0]), name
    return np.array([d * s - b * t, a * t - b * s]) / (a * d - b * b), name


def positive_definite(information, held):
    """Of σ² and τ², or of σ² alone while τ² is held at 0."""
    (a, b), (_, d) = information
    return a > 0 and (held or a * d - b * b > 0)
