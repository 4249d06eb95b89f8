"""Tests, intervals and R² against lmerTest, lme4 and literal dense computation."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from dense import Data, Dense
from mpmath import mp
from scipy import optimize, stats
from test_properties import any_data, fitted

from solver import Options, Problem, Refusal, fit, load_example
from solver.criterion import Criterion
from solver.inference.results import Results, results
from solver.surface import loglik_surface

INFERENCE = json.loads((Path(__file__).parent.parent / "reference" / "inference.json").read_text())
each_set = pytest.mark.parametrize("name", INFERENCE)
CUT = stats.chi2.ppf(0.95, 1) / 2


@cache
def of_reference(reference, name, method):
    data = reference(name)
    y, X = np.array(data.y, dtype=float), np.array(data.X, dtype=float)
    return results(fit(Problem.from_arrays(y, X, data.labels), Options(method)))


def near(value, digits=6, least=0.0):
    return pytest.approx(value, rel=10.0**-digits, abs=least)


# Against lmerTest 3.1-3 and lme4 1.1-31


@each_set
def test_the_t_tests_are_those_of_lmertest(name, reference):
    expected, found = INFERENCE[name], of_reference(reference, name, "reml")
    assert [f.estimate for f in found.fixed] == near(expected["estimate"])
    assert [f.se for f in found.fixed] == near(expected["se"])
    assert [f.df for f in found.fixed] == near(expected["df_satterthwaite"])
    assert [f.t for f in found.fixed] == near(expected["t"])
    assert [f.p_value for f in found.fixed] == near(expected["p"], 5, 1e-300)


@each_set
def test_aic_bic_and_the_test_of_tau2_are_those_of_lme4(name, reference):
    expected = INFERENCE[name]
    reml, ml = (of_reference(reference, name, method) for method in ("reml", "ml"))
    for found in (reml, ml):
        method = found.fit.options.method
        assert [found.fit.aic] == near(expected[f"aic_{method}"], 9)
        assert [found.fit.bic] == near(expected[f"bic_{method}"], 9)
    test = reml.group_test
    assert [test.statistic] == near(expected["lrt_tau2"], 8)
    assert [test.p_chisq1] == near(expected["lrt_p_chisq1"], 7)
    assert test.p_boundary == (test.p_chisq1 / 2 if test.statistic else 1)


@each_set
def test_the_conditional_errors_of_u_are_those_of_lme4(name, reference):
    expected, found = INFERENCE[name], of_reference(reference, name, "reml")
    se = dict(zip(found.fit.problem.group_labels, found.fit.u_se, strict=True))
    assert [se[label] for label in expected["u_group"]] == near(expected["u_condsd"])


INTERPOLATED = {("handout", ".sig01"): 2.5, ("dyestuff", ".sig01"): 3.7}
"""Where lme4's spline through its profile has fewer than four digits; the next tests have all."""


@each_set
def test_the_profile_intervals_are_those_that_lme4_interpolates(name, reference):
    expected = INFERENCE[name]["ml_profile_ci"]
    found = of_reference(reference, name, "ml")
    intervals = [found.tau_interval, found.sigma_interval, *found.fixed_profiles]
    rows = zip(expected["rows"], intervals, expected["lower"], expected["upper"], strict=True)
    for row, interval, low, high in rows:
        digits = INTERPOLATED.get((name, row), 3.7)
        assert interval == near((low, high), digits)


# The ends of profiles, by brute force


def highest(moments, method, axes):
    """The highest ℓ along one variance while the other is held; a fine search, no cleverness."""
    best = -np.inf
    for start in np.linspace(-25, 12, 60):
        found = optimize.minimize_scalar(
            lambda free: -float(loglik_surface(moments, method, *axes(np.exp(free)))),
            bounds=(start - 1, start + 1), method="bounded", options={"xatol": 1e-9},
        )  # fmt: skip
        best = max(best, -found.fun)
    return best


@pytest.mark.parametrize(
    ("name", "method"), [("handout", "ml"), ("dyestuff2", "reml"), ("radon", "reml")]
)
def test_at_the_ends_of_the_intervals_the_profile_is_192_below_the_top(name, method, reference):
    found = of_reference(reference, name, method)
    m, top = found.fit.problem.moments, found.fit.loglik
    for end in found.sigma_interval:
        profile = highest(m, method, lambda free, end=end: (end**2, free))
        profile = max(profile, float(loglik_surface(m, method, end**2, 0.0)))
        assert top - profile == near(CUT, 7)
    for end in found.tau_interval:
        profile = highest(m, method, lambda free, end=end: (free, end**2))
        assert top - profile == near(CUT, 7) if end else top - profile < CUT
    for end in found.icc_interval:
        ratio = end / (1 - end)
        profile = highest(m, method, lambda free, ratio=ratio: (free, ratio * free))
        assert top - profile == near(CUT, 7) if end else top - profile < CUT


@pytest.mark.parametrize("name", ["handout", "dyestuff2"])
def test_the_profile_of_a_fixed_effect_is_that_of_a_model_without_its_column(name, reference):
    found = of_reference(reference, name, "ml")
    problem = found.fit.problem
    for k, interval in enumerate(found.fixed_profiles):
        for value in interval:
            y = problem.y - value * problem.X[:, k]
            others = np.delete(problem.X, k, axis=1)
            if others.shape[1]:
                held = fit(Problem.from_arrays(y, others, problem.codes), Options("ml")).loglik
            else:
                held = -without_columns(y, problem.codes)
            assert found.fit.loglik - held == near(CUT, 6)


def without_columns(y, codes):
    """The least −ℓ of y ~ N(0, τ²ZZᵀ + σ²I)."""
    Z = np.equal.outer(codes, np.unique(codes)).astype(float)

    def minus_loglik(theta):
        V = np.exp(theta[0]) * np.eye(len(y)) + theta[1] ** 2 * Z @ Z.T
        log_det = np.linalg.slogdet(V)[1]
        return (len(y) * np.log(2 * np.pi) + log_det + y @ np.linalg.solve(V, y)) / 2

    starts = [(np.log(np.var(y)), tau) for tau in (0.0, 1.0, 3.0)]
    options = {"xatol": 1e-9, "fatol": 1e-12}
    return min(
        optimize.minimize(minus_loglik, start, method="Nelder-Mead", options=options).fun
        for start in starts
    )


def test_without_differences_between_groups_the_lower_ends_are_0(reference):
    found = of_reference(reference, "dyestuff2", "reml")
    assert found.fit.tau2 == 0
    assert found.tau_interval[0] == found.tau2_interval[0] == found.icc_interval[0] == 0
    assert found.tau_interval[1] > 0
    assert 0 < found.icc_interval[1] < 1
    low, high = found.sigma2_interval
    assert low < found.fit.sigma2 < high


@pytest.mark.parametrize("parameter", ["tau", "sigma", "icc"])
def test_a_curve_rises_to_the_top_and_falls_and_crosses_the_cut_at_the_ends(parameter, reference):
    found = of_reference(reference, "radon", "reml")
    profile = found.profile(parameter)
    curve = profile.curve()
    top = int(np.argmax(curve.loglik))
    assert curve.values[top] == near(profile.estimate, 12)
    assert curve.loglik[top] == near(found.fit.loglik, 12)
    assert (np.diff(curve.values) > 0).all()
    assert (np.diff(curve.loglik[: top + 1]) > 0).all()
    assert (np.diff(curve.loglik[top:]) < 0).all()
    low, high = profile.interval
    inside = (curve.values > low) & (curve.values < high)
    assert (inside == (curve.loglik > profile.cutoff)).all()
    at = loglik_surface(found.fit.problem.moments, "reml", curve.sigma2, curve.tau2)
    assert at == near(curve.loglik, 13)


def test_a_profile_has_its_best_point_on_the_boundary_where_the_score_points_out(reference):
    found = of_reference(reference, "dyestuff2", "ml")
    curve = found.profile("sigma").curve()
    assert curve.tau2[-1] == 0
    assert curve.tau2[0] > 0


# Against literal dense computation


def dense(found):
    problem, at = found.fit.problem, found.fit.state.criterion
    data = Data.of(problem.y, problem.X, problem.codes)
    return Dense(data, at.method, at.sigma2, at.tau2)


@pytest.mark.parametrize("name", ["handout", "rail", "dyestuff2"])
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_the_gradient_of_var_beta_is_the_dense_one(name, method, reference):
    found = of_reference(reference, name, method)
    at, literal = found.fit.state.criterion, dense(found)
    with mp.workdps(40):
        C, X, Vi = literal.beta_cov, literal.data.X, literal.V_inverse
        moved = (np.eye(literal.data.n), literal.data.Z @ literal.data.Z.T)
        slopes = [C @ X.T @ Vi @ v @ Vi @ X @ C for v in moved]
        for weights in [*np.eye(literal.data.p), np.arange(1.0, literal.data.p + 1)]:
            contrast = at.contrast(weights)
            assert contrast.variance == near(float(weights @ C @ weights), 11)
            assert contrast.slopes == near([float(weights @ s @ weights) for s in slopes], 11)
            assert contrast.estimate == near(float(weights @ literal.beta), 11)


@pytest.mark.parametrize("name", ["handout", "sleepstudy", "dyestuff2", "radon"])
def test_r2_is_made_of_the_variance_of_the_fixed_predictions(name, reference):
    found = of_reference(reference, name, "reml")
    fixed = np.var(found.fit.fitted_marginal, ddof=1)
    total = fixed + found.fit.tau2 + found.fit.sigma2
    assert found.explained.marginal == near(fixed / total, 11, 1e-25)
    assert found.explained.conditional == near((fixed + found.fit.tau2) / total, 11, 1e-25)


def test_on_the_boundary_the_two_r2_are_equal(reference):
    found = of_reference(reference, "dyestuff2", "reml")
    assert found.explained.marginal == found.explained.conditional == 0


def prediction_variances(problem, theta, x, j):
    """Var of the mean at x in group j and over all groups, from the mixed-model equations."""
    sigma2, tau2 = theta
    Z = np.equal.outer(problem.codes, np.arange(problem.J)).astype(float)
    W = np.hstack([problem.X, Z])
    penalty = np.diag([*np.zeros(problem.p), *np.full(problem.J, 1 / tau2)])
    covariance = np.linalg.inv(W.T @ W / sigma2 + penalty)
    own, common = np.append(x, np.eye(problem.J)[j]), np.append(x, np.zeros(problem.J))
    return own @ covariance @ own, common @ covariance @ common


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("name", ["handout", "sleepstudy"])
def test_predictions_have_the_errors_of_the_mixed_model_equations(name, method, reference):
    found = of_reference(reference, name, method)
    problem, at = found.fit.problem, found.fit.state.criterion
    theta = np.array([at.sigma2, at.tau2])
    x = problem.X.mean(axis=0) * [1, 1.3]
    covariance = np.linalg.inv(at.observed)
    for j in (0, problem.J - 1):
        label = problem.group_labels[j]
        own, new = found.predict(x, label), found.predict(x)
        assert (
            own.mean.estimate == own.row.estimate == near(x @ found.fit.beta + found.fit.u[j], 11)
        )
        assert new.mean.estimate == new.row.estimate == near(x @ found.fit.beta, 11)
        variances = {
            own.mean: lambda t, j=j: prediction_variances(problem, t, x, j)[0],
            own.row: lambda t, j=j: prediction_variances(problem, t, x, j)[0] + t[0],
            new.mean: lambda t, j=j: prediction_variances(problem, t, x, j)[1],
            new.row: lambda t, j=j: prediction_variances(problem, t, x, j)[1] + t.sum(),
        }
        for said, variance in variances.items():
            v = variance(theta)
            assert said.se == near(np.sqrt(v), 10)
            g = [
                (variance(theta + h) - variance(theta - h)) / (2 * h.sum())
                for h in np.diag(1e-5 * theta)
            ]
            df = 2 * v**2 / (g @ covariance @ g)
            assert said.df == near(df, 6)
            reach = stats.t.ppf(0.975, df) * np.sqrt(v)
            assert said.interval == near((said.estimate - reach, said.estimate + reach), 5)


def test_on_the_boundary_every_group_is_predicted_by_the_common_line(reference):
    found = of_reference(reference, "dyestuff2", "reml")
    own, new = found.predict([1.0], "C"), found.predict([1.0])
    for one, other in ((own.mean, new.mean), (own.row, new.row)):
        assert (one.estimate, one.se, one.df) == near((other.estimate, other.se, other.df), 12)


def test_a_balanced_one_way_layout_has_textbook_degrees_of_freedom(reference):
    """Var of a group mean is estimated by MSB alone, so that it has J − 1 of them."""
    found = of_reference(reference, "dyestuff", "reml")
    assert found.fixed[0].df == near(found.fit.problem.J - 1, 12)
    n, J = found.fit.problem.n, found.fit.problem.J
    boundary = of_reference(reference, "dyestuff2", "reml")
    assert boundary.fixed[0].df == near(n - 1, 12)
    assert of_reference(reference, "dyestuff2", "ml").fixed[0].df == near(n, 12)
    assert J == 6


def test_what_cannot_be_predicted_is_refused(reference):
    found = of_reference(reference, "handout", "reml")
    with pytest.raises(Refusal, match="has no group '2'"):
        found.predict([1, 900], "2")
    for x in ([1], [1, 2, 3], [1, np.nan]):
        with pytest.raises(Refusal, match=r"Give 2 numbers, one for each of: \(Intercept\), x1"):
            found.predict(x)


# Whatever the data


def told(found):
    """The interval and test figures that have no units of y, and those that have."""
    intervals = [*found.tau_interval, *found.sigma_interval]
    free = [f.df for f in found.fixed] + [f.p_value for f in found.fixed[1:]]
    free += [*found.icc_interval, found.explained.conditional, found.group_test.statistic]
    return np.array(free), np.array(intervals)


@any_data
def test_scale_and_shift_of_y_change_units_alone(data, method):
    y, X, groups = data
    free, intervals = told(Results(fitted(y, X, groups, method)))
    moved_free, moved = told(Results(fitted(1000 * y + 5e4, X, groups, method)))
    assert moved_free == near(free, 5, 1e-6)
    assert moved == near(1000 * intervals, 5, 1e-3)


@any_data
def test_names_of_groups_and_order_of_rows_do_not_matter(data, method):
    y, X, groups = data
    order = np.random.default_rng(1).permutation(len(y))
    before = told(Results(fitted(y, X, groups, method)))
    after = told(Results(fitted(y[order], X[order], 100 - groups[order], method)))
    for one, other in zip(before, after, strict=True):
        assert other == near(one, 6, 1e-7)


@any_data
def test_estimates_lie_in_their_intervals_and_r2_between_0_and_1(data, method):
    found = Results(fitted(*data, method))
    result = found.fit
    for interval, value in (
        (found.tau2_interval, result.tau2),
        (found.sigma2_interval, result.sigma2),
        (found.icc_interval, result.icc),
    ):
        assert interval[0] <= value * (1 + 1e-12)
        assert value < interval[1]
    assert 0 <= found.explained.marginal <= found.explained.conditional <= 1
    assert 0 <= found.group_test.p_boundary <= 1
    assert (found.icc_interval[0] == 0) == (found.tau_interval[0] == 0)


@any_data
def test_an_interval_of_a_fixed_effect_by_profile_is_about_that_by_t(data, method):
    found = Results(fitted(*data, "ml"))
    for profile, wald in zip(found.fixed_profiles, found.fixed, strict=True):
        assert profile[0] < wald.estimate < profile[1]
        assert profile[1] - profile[0] > 3.9 * wald.se


def test_the_groups_that_differ_come_with_the_largest_first(reference):
    found = of_reference(reference, "radon", "reml")
    low, high = found.u_intervals.T
    assert set(found.differing) == set(np.flatnonzero((low > 0) | (high < 0)))
    sizes = np.abs(found.fit.u[list(found.differing)])
    assert (np.diff(sizes) <= 0).all()
    assert found.u_intervals.mean(axis=1) == near(found.fit.u, 12)


def test_a_run_that_did_not_converge_says_nothing_of_the_maximum():
    example = load_example("handout")
    problem = Problem.from_frame(example.frame(), example.formula)
    found = results(fit(problem, Options(algorithm="em", max_iterations=3)))
    assert found.group_test is None
    assert found.profile("tau") is None
    assert np.isnan([*found.tau2_interval, *found.sigma2_interval, *found.icc_interval]).all()
    ml = results(fit(problem, Options("ml", "em", max_iterations=3)))
    assert np.isnan(ml.fixed_profiles).all()


# Beside the other ways to fit


def test_the_four_ways_side_by_side(reference):
    found = of_reference(reference, "sleepstudy", "reml")
    problem = found.fit.problem
    ols, own, ml, reml = found.comparison.columns
    assert [c.way for c in (ols, own, ml, reml)] == ["ols", "own", "ml", "reml"]
    residuals = problem.y - problem.X @ np.linalg.lstsq(problem.X, problem.y)[0]
    sigma = np.sqrt(np.mean(residuals**2))
    assert ols.loglik == near(stats.norm.logpdf(residuals, scale=sigma).sum(), 12)
    assert (reml.loglik_reml, ml.loglik) == (found.fit.loglik, fit(problem, Options("ml")).loglik)
    assert ols.loglik < ml.loglik < own.loglik
    assert (ols.tau2, reml.tau2) == (0, found.fit.tau2)
    rss, lines, errors = 0, [], []
    for j in range(problem.J):
        rows = problem.codes == j
        X, y = problem.X[rows], problem.y[rows]
        line = np.linalg.lstsq(X, y)[0]
        rss += np.sum((y - X @ line) ** 2)
        lines.append(line)
        errors.append(np.sqrt(np.diag(np.linalg.inv(X.T @ X))))
    df = problem.n - 2 * problem.J
    assert own.sigma2 == near(rss / df, 10)
    assert own.beta == near(np.median(lines, axis=0), 10)
    assert own.se == near(np.median(errors, axis=0) * np.sqrt(rss / df), 10)
    n = problem.n
    assert own.loglik == near(-n / 2 * (np.log(2 * np.pi * rss / n) + 1), 10)


def test_three_loglikelihoods_that_are_taken_for_each_other(reference):
    reml, ml = (of_reference(reference, "radon", method) for method in ("reml", "ml"))
    for found in (reml, ml):
        three = found.comparison.logliks
        assert three.reml_at_reml == near(reml.fit.loglik, 13)
        assert three.ml_at_ml == near(ml.fit.loglik, 13)
        at = reml.fit.state.criterion
        assert three.ml_at_reml == near(Criterion(at.moments, "ml", at.sigma2, at.tau2).loglik, 13)
        assert three.ml_at_reml < three.ml_at_ml


def test_groups_that_cannot_tell_a_line_leave_the_comparison_whole(reference):
    own = of_reference(reference, "handout", "reml").comparison.own
    assert own.told.all()
    assert own.df == 1
    radon = of_reference(reference, "radon", "reml").comparison
    assert 0 < radon.own.told.sum() < radon.problem.J
    rss = 0
    for j in range(radon.problem.J):
        X, y = radon.problem.X[radon.problem.codes == j], radon.problem.y[radon.problem.codes == j]
        rss += np.sum((y - X @ np.linalg.lstsq(X, y)[0]) ** 2)
    assert radon.own.rss == near(rss, 10)
    assert np.isfinite(radon.columns[1].beta).all()
