"""A run, step by step: its order, each number against dense algebra, its guards and its end."""

from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from dense import Data, Dense
from exact import exact_fit

from solver import Options, Outcome, Problem, Refusal, fit, steps
from solver.state import STEP_NAMES, Kind, Refused, State

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
        2, (3, 4, 3), 0, lambda rng, n, g: [np.ones(n), rng.normal(size=n)]
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
            assert close(state.mean_residuals, at.mean_residuals, most)
            assert close(state.u, at.u, most)

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
            assert new.state.loglik >= old.state.loglik - 1e-12 * size

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


FAR_STARTS = ("moments", (1e-3, 10), (10, 1e-3), (1e-8, 1e8), (1e8, 0))
"""Starts, in units of the response's variance, from which every guard has something to refuse."""


@cache
def guarded_updates():
    """(case, state before, state after) of every update from starts near and far."""
    return [
        (case, before, after["update_variances"], algorithm)
        for case in ("handout", "no differences", "four effects")
        for method in METHODS
        for algorithm in ALGORITHMS
        for start in FAR_STARTS
        for before, after in rounds(run(case, method, algorithm, start))
    ]


class TestGuards:
    def test_every_kind_of_trial_and_refusal_occurs(self):
        trials = [trial for *_, after, _ in guarded_updates() for trial in after.trials]
        assert {trial.kind for trial in trials} == {Kind.STEP, Kind.BOUNDARY}
        assert {trial.refused for trial in trials} | {Refused.STEP_TO_GO_GREW} == {None, *Refused}

    def test_only_the_last_trial_is_accepted_and_is_where_the_update_went(self):
        for _, before, after, _ in guarded_updates():
            *refused, last = after.trials
            assert all(trial.refused for trial in refused)
            if last.refused is None:
                assert (after.sigma2, after.tau2) == (last.sigma2, last.tau2)
                assert after.loglik == last.loglik
            else:
                assert after.criterion is before.criterion

    def test_trials_stand_where_their_factor_says(self):
        for _, before, after, _ in guarded_updates():
            steps_tried = [t for t in after.trials if t.kind == Kind.STEP and not unusable(t)]
            assert [t.factor for t in steps_tried] == [0.5**k for k in range(len(steps_tried))]
            for trial in steps_tried:
                assert trial.sigma2 == before.sigma2 + trial.factor * after.full_step[0]
                assert trial.tau2 == before.tau2 + trial.factor * after.full_step[1]

    def test_stops_at_the_boundary_follow_a_step_beyond_it(self):
        for _, before, after, _ in guarded_updates():
            stops = [pair for pair in pairwise(after.trials) if pair[1].kind == Kind.BOUNDARY]
            for step, stop in stops:
                (a, b), _ = after.information
                best = (after.score[0] + b * before.tau2) / a
                assert step.tau2 < 0 == stop.tau2
                assert stop.factor == step.factor
                assert stop.sigma2 == pytest.approx(before.sigma2 + stop.factor * best, rel=1e-12)

    def test_reasons_for_refusals_are_true(self):
        for _, before, after, algorithm in guarded_updates():
            rounding = 1e-12 * max(map(abs, before.loglik_parts))
            for trial in after.trials:
                if unusable(trial):
                    assert trial is after.trials[0]
                    own = {"ai": after.average, "newton": after.observed}[algorithm]
                    assert not positive_definite(own, held=False)
                    assert after.information is after.fisher
                elif trial.sigma2 <= 0:
                    assert trial.refused == Refused.SIGMA2_NOT_POSITIVE
                elif trial.tau2 < 0:
                    assert trial.refused == Refused.TAU2_NEGATIVE
                elif abs(trial.loglik - before.loglik) > rounding:
                    fell = trial.loglik < before.loglik
                    assert trial.refused == (Refused.LOGLIK_FELL if fell else None)

    def test_trials_outside_the_model_have_no_log_likelihood(self):
        for *_, after, _ in guarded_updates():
            for t in after.trials:
                assert (t.loglik is None) == (unusable(t) or t.sigma2 <= 0 or t.tau2 < 0)

    def test_em_steps_are_never_refused(self):
        for *_, after, algorithm in guarded_updates():
            if algorithm == "em":
                assert [(t.kind, t.factor, t.refused) for t in after.trials] == [("step", 1, None)]


def unusable(trial):
    """Whether the entry says that the algorithm's own information is not positive definite."""
    return trial.refused == Refused.NOT_POSITIVE_DEFINITE


class TestStart:
    @each_case
    def test_moments_and_half_are_the_dense_ones(self, case):
        state = next(steps(problem(case))).state
        assert close([state.sigma2, state.tau2], data(case).moments_start)
        state = next(steps(problem(case), Options(start="half"))).state
        assert close([state.sigma2, state.tau2], data(case).ols_sigma2 / 2)

    @each_case
    def test_coefficients_start_at_least_squares_and_predictions_at_zero(self, case):
        state = next(steps(problem(case), Options(start=(2.5, 0.5)))).state
        assert (state.sigma2, state.tau2) == (2.5, 0.5)
        assert close(state.beta, data(case).ols_beta)
        assert np.array_equal(state.u, np.zeros(problem(case).J))
        assert not any(getattr(state, name) for name in NOT_YET)

    def test_floor_holds_where_groups_differ_less_than_chance(self):
        sigma2, tau2 = data("no differences").moments_start
        assert float(tau2 / sigma2) == pytest.approx(0.01, rel=1e-14)

    @pytest.mark.parametrize("start", [(0, 1), (-1, 1), (1, -1), (np.inf, 1), (1, np.nan)])
    def test_start_outside_the_model_is_refused(self, start):
        with pytest.raises(Refusal, match="outside the model"):
            Options(start=start)


@cache
def optimum(case, method):
    return exact_fit(CASES[case].y, CASES[case].X, CASES[case].groups, method)


def at_optimum(result, best, tolerance=1e-9):
    """Whether the estimates are those of an exact fit, τ̂² = 0 to the last bit."""
    variances = np.array([result.sigma2, result.tau2])
    return (
        close(variances, np.array([best.sigma2, best.tau2]), tolerance=tolerance)
        and close(result.loglik, best.loglik, tolerance=tolerance)
        and close(result.beta, np.array(best.beta), tolerance=tolerance)
    )


class TestEnd:
    @each_method
    @pytest.mark.parametrize("algorithm", SCORING)
    @each_case
    def test_scoring_ends_at_the_optimum(self, case, method, algorithm):
        best, state = optimum(case, method), run(case, method, algorithm)[-1].state
        assert state.outcome == (Outcome.CONVERGED if best.tau2 else Outcome.BOUNDARY)
        assert state.at_boundary == (best.tau2 == 0)
        assert at_optimum(state, best, 1e-11)

    @each_method
    def test_em_ends_at_an_interior_optimum(self, method):
        result = fit(problem("handout"), Options(method, "em"))
        assert result.outcome == Outcome.CONVERGED
        assert at_optimum(result, optimum("handout", method))

    @each_method
    @pytest.mark.parametrize("algorithm", SCORING)
    @pytest.mark.parametrize("name", ["dyestuff2", "no differences"])
    def test_boundary_is_a_named_outcome(self, name, method, algorithm, reference):
        model = problem(name) if name in CASES else one_way(reference(name))
        result = fit(model, Options(method, algorithm))
        ols = np.linalg.lstsq(model.X, model.y)
        assert (result.outcome, result.converged) == (Outcome.BOUNDARY, True)
        assert result.tau2 == result.icc == 0
        assert not result.u.any()
        assert not result.u_se.any()
        df = model.n - model.p * (method == "reml")
        assert result.sigma2 == pytest.approx(ols[1][0] / df, rel=1e-12)
        assert result.beta == pytest.approx(ols[0], rel=1e-12)

    @each_method
    @pytest.mark.parametrize("name", ["dyestuff2", "no differences"])
    def test_em_says_that_it_creeps_towards_the_boundary(self, name, method, reference):
        model = problem(name) if name in CASES else one_way(reference(name))
        result = fit(model, Options(method, "em", max_iterations=100))
        assert (result.outcome, result.converged) == (Outcome.CREEPING, False)
        assert 0 < result.tau2 < 0.1 * result.sigma2

    @each_algorithm
    def test_iteration_limit_is_a_named_outcome(self, algorithm):
        result = fit(problem("handout"), Options(algorithm=algorithm, max_iterations=2))
        assert (result.outcome, result.converged) == (Outcome.ITERATION_LIMIT, False)
        assert result.iterations == 2

    def test_rules_are_met_at_convergence_and_only_there(self):
        for algorithm in ALGORITHMS:
            *before, last = (s.state for s in run("handout", "reml", algorithm) if s.state.rules)
            if last.converged:
                assert all(rule.met for rule in last.rules)
            assert all(r.met == (r.value <= r.tolerance) for s in (*before, last) for r in s.rules)
            assert not any(all(rule.met for rule in state.rules) for state in before)

    def test_rules_compare_the_changes_that_were_made(self):
        for before, after in rounds(run("handout", "reml", "ai")):
            state = after["check_convergence"]
            change_sigma2, change_tau2 = state.rules[:2]
            assert change_sigma2.name == "change_sigma2"
            assert change_tau2.name == "change_tau2"
            assert change_sigma2.value == abs(state.sigma2 - before.sigma2) / state.sigma2
            assert change_tau2.value == abs(state.tau2 - before.tau2) / state.tau2


def one_way(reference):
    """The problem of a reference set without predictors."""
    return Problem.from_arrays(
        np.array(reference.y, float), np.ones(len(reference.y)), reference.labels
    )


EXTREMES = [(a, b) for a in (1e-8, 1, 1e8) for b in (0, 1e-8, 1, 1e8)]


@each_method
@each_algorithm
@pytest.mark.parametrize("case", ["handout", "no differences", "four effects"])
def test_any_start_leads_to_the_optimum_or_to_a_named_reason(case, method, algorithm):
    for start in EXTREMES:
        state = run(case, method, algorithm, start)[-1].state
        if state.converged:
            assert at_optimum(state, optimum(case, method))
        else:
            assert algorithm == "em"
            assert state.outcome in (Outcome.CREEPING, Outcome.ITERATION_LIMIT)


@pytest.mark.parametrize("seed", [53, 332])
def test_scoring_that_overshoots_by_more_than_it_gains_still_converges(seed):
    """Near these optima Fisher's full step leads further away, by less than ℓ can show."""
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(11), (2, 1, 1, 2, 1, 2, 1, 1, 2, 2, 2)))
    X = np.column_stack([np.ones(17), rng.normal(size=(17, 3))])
    y = rng.normal(size=17) + rng.normal(size=11)[groups]
    best = exact_fit(y, X, groups, "reml")
    for algorithm in SCORING:
        result = fit(Problem.from_arrays(y, X, groups), Options(algorithm=algorithm))
        assert result.outcome == Outcome.CONVERGED
        assert at_optimum(result, best, 1e-11)
    taken = steps(Problem.from_arrays(y, X, groups))
    assert Refused.STEP_TO_GO_GREW in {trial.refused for s in taken for trial in s.state.trials}


@each_method
@each_case
def test_a_fit_reports_what_follows_from_its_estimates(case, method):
    result = fit(problem(case), Options(method))
    at = dense(case, method, result.sigma2, result.tau2)
    assert close(result.se, np.diag(at.beta_cov) ** 0.5)
    assert close(result.u_se, np.maximum(np.diag(at.u_cov), 0) ** 0.5)
    assert close(result.icc, at.tau2 / (at.sigma2 + at.tau2))
    assert result.deviance == -2 * result.loglik
    assert result.aic == result.deviance + 2 * (at.data.p + 2)
    assert result.bic == result.deviance + (at.data.p + 2) * np.log(at.data.n)


class TestClosedForms:
    """Balanced one-way data: σ̂² = MSW and τ̂² = (MSB − MSW)/n by REML."""

    y = np.array([[3.0, 5, 4, 6], [8, 9, 7, 9], [5, 6, 4, 7], [1, 2, 3, 1], [6, 5, 6, 8]])

    @property
    def mean_squares(self):
        J, n = self.y.shape
        means = self.y.mean(axis=1)
        msw = np.sum((self.y - means[:, None]) ** 2) / (J * (n - 1))
        return msw, n * np.sum((means - self.y.mean()) ** 2) / (J - 1)

    @property
    def model(self):
        return Problem.from_arrays(self.y.ravel(), np.ones(20), np.repeat(np.arange(5), 4))

    @each_algorithm
    def test_optimum_is_made_of_the_mean_squares(self, algorithm):
        msw, msb = self.mean_squares
        result = fit(self.model, Options(algorithm=algorithm))
        assert result.outcome == Outcome.CONVERGED
        assert result.sigma2 == pytest.approx(msw, rel=1e-12)
        assert result.tau2 == pytest.approx((msb - msw) / 4, rel=1e-12)
        assert result.beta == pytest.approx([self.y.mean()], rel=1e-14)
        assert result.se == pytest.approx([np.sqrt(msb / 20)], rel=1e-12)
        assert result.shrinkage == pytest.approx(1 - msw / msb, rel=1e-12)

    @pytest.mark.parametrize("start", [(1, 1), (1e-3, 1e3), (1e3, 1e-3), (1e4, 1e4), (5, 0)])
    def test_one_fisher_step_lands_on_it_from_anywhere(self, start):
        msw, msb = self.mean_squares
        first, *_ = rounds(tuple(steps(self.model, Options(start=start))))
        state = first[1]["update_variances"]
        assert [trial.factor for trial in state.trials] == [1]
        assert state.sigma2 == pytest.approx(msw, rel=1e-11)
        assert state.tau2 == pytest.approx((msb - msw) / 4, rel=1e-11)


def one_way_of(sizes, means, within):
    """y, X and groups with these group sizes and means and this sum of squares within groups."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    y = np.array(means)[groups]
    first = np.flatnonzero(groups == np.argmax(sizes))[:2]
    y[first] += [np.sqrt(within / 2), -np.sqrt(within / 2)]
    return y, np.ones((len(y), 1)), groups


TWO_PEAKS = {
    "boundary, and higher there": (
        "reml",
        (38, 2, 2, 2, 2),
        (0.11, 1.46, -1.41, -0.16, 0.14),
        48.09,
    ),
    "boundary, the inner higher": (
        "reml",
        (26, 2, 3, 21, 85),
        (0.43, 0.63, -1.38, 0.5, 0.5),
        119.7,
    ),
    "both inside": ("reml", (2, 32, 84), (1.11, -0.5, -0.65), 111.94),
    "both inside by ML": ("ml", (25, 6, 41, 82, 4), (-0.02, -0.09, 0.13, -0.16, -1.7), 129.05),
    "higher by 5e-6": ("ml", (23, 3, 4), (-0.439, -1.527, 0.44), 24.0149),
    "higher by 1e-6": ("ml", (23, 3, 4), (-0.439, -1.527, 0.44), 24.015),
}
"""Method, and sizes, means and sum of squares within of data whose likelihood has two maxima."""


@cache
def two_peaks(name):
    """The problem, and its exact fit."""
    method, *shape = TWO_PEAKS[name]
    rows = one_way_of(*shape)
    best = exact_fit(*rows, method)
    assert len(best.peaks) == 2
    return Problem.from_arrays(*rows), best


@each_algorithm
@pytest.mark.parametrize("name", TWO_PEAKS)
def test_the_higher_of_two_peaks_is_found_from_either(name, algorithm):
    method, (problem, best) = TWO_PEAKS[name][0], two_peaks(name)
    limit = 100 if algorithm == "em" else 2000
    for sigma2, tau2, _ in best.peaks:
        for nearby in (0.99, 1.01):
            start = (float(sigma2), float(tau2) * nearby)
            options = Options(method, algorithm, start, max_iterations=limit)
            result = fit(problem, options)
            assert result.converged or algorithm == "em"
            assert at_optimum(result, best) or not result.converged
