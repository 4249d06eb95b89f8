"""What must hold for any data: how the fit moves with y, X, the groups and the rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Ols, Options, Problem, fit
from solver.criterion import Criterion
from solver.surface import loglik_surface

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("repeatable")

methods = st.sampled_from(["reml", "ml"])


@st.composite
def data_sets(draw):
    """y, X with an intercept and up to two predictors, and groups: small, unbalanced, shuffled."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(st.integers(1, 8), min_size=4, max_size=9).filter(lambda s: sum(s) > 12))
    predictors = draw(st.integers(0, 2))
    tau = draw(st.sampled_from([0.0, 0.3, 1.0, 5.0]))
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = np.column_stack([np.ones(len(groups)), rng.normal(size=(len(groups), predictors))])
    u, e = tau * rng.normal(size=len(sizes)), rng.normal(size=len(groups))
    return X @ rng.normal(size=1 + predictors) + u[groups] + e, X, groups


any_data = given(data=data_sets(), method=methods)


def fitted(y, X, groups, method):
    result = fit(Problem.from_arrays(y, X, groups), Options(method))
    assert result.converged
    return result


def near(value, size=1.0):
    """Equal to 9 digits of the size that the quantity has."""
    return pytest.approx(value, rel=1e-9, abs=1e-9 * size)


def assert_same_variances(before, after, factor=1.0):
    """σ̂² and τ̂² the same but for a factor; a τ̂² far below σ̂² is compared beside it."""
    assert after.sigma2 == near(before.sigma2 * factor, 0)
    assert after.tau2 == near(before.tau2 * factor, before.sigma2 * factor)


@given(data=data_sets(), method=methods, b=st.floats(-1000, 1000))
def test_adding_a_multiple_of_a_column_to_y_moves_its_coefficient_alone(data, method, b):
    y, X, groups = data
    before, after = fitted(y, X, groups, method), fitted(y + b * X[:, -1], X, groups, method)
    assert_same_variances(before, after)
    assert after.loglik == near(before.loglik)
    assert after.u == near(before.u)
    assert after.beta - b * (np.arange(X.shape[1]) == X.shape[1] - 1) == near(before.beta, 10)


@given(data=data_sets(), method=methods, power=st.integers(-40, 40))
def test_a_power_of_two_scales_everything_exactly(data, method, power):
    y, X, groups = data
    before, after = fitted(y, X, groups, method), fitted(y * 2.0**power, X, groups, method)
    assert after.iterations == before.iterations
    assert after.sigma2 == before.sigma2 * 4.0**power
    assert after.tau2 == before.tau2 * 4.0**power
    assert np.array_equal(after.beta, before.beta * 2.0**power)
    assert np.array_equal(after.u, before.u * 2.0**power)
    assert np.array_equal(after.shrinkage, before.shrinkage)


@given(data=data_sets(), method=methods, factor=st.floats(1e-6, 1e6))
def test_any_factor_scales_everything(data, method, factor):
    y, X, groups = data
    before, after = fitted(y, X, groups, method), fitted(y * factor, X, groups, method)
    df = len(y) - X.shape[1] * (method == "reml")
    assert_same_variances(before, after, factor**2)
    assert after.beta / factor == near(before.beta)
    assert after.loglik == near(before.loglik - df * np.log(factor), 10)


@given(
    data=data_sets(),
    method=methods,
    scale=st.floats(0.01, 100).flatmap(lambda s: st.sampled_from([s, -s])),
    shift=st.floats(-1000, 1000),
)
def test_predictors_in_other_units_tell_the_same(data, method, scale, shift):
    y, X, groups = data
    moved = np.column_stack([X[:, 0], scale * X[:, 1:] + shift])
    before, after = fitted(y, X, groups, method), fitted(y, moved, groups, method)
    assert_same_variances(before, after)
    assert after.beta[1:] * scale == near(before.beta[1:])
    assert after.fitted == near(before.fitted, 10)
    assert after.u == near(before.u)


@any_data
def test_the_order_of_the_columns_is_only_an_order(data, method):
    y, X, groups = data
    before, after = fitted(y, X, groups, method), fitted(y, X[:, ::-1], groups, method)
    assert_same_variances(before, after)
    assert after.beta[::-1] == near(before.beta)
    assert after.beta_cov[::-1, ::-1] == near(before.beta_cov)


@any_data
def test_the_order_of_the_rows_does_not_matter(data, method):
    y, X, groups = data
    order = np.random.default_rng(1).permutation(len(y))
    before, after = fitted(y, X, groups, method), fitted(y[order], X[order], groups[order], method)
    assert_same_variances(before, after)
    assert after.u == near(before.u)
    assert after.fitted == near(before.fitted[order])


@any_data
def test_other_labels_name_the_same_groups(data, method):
    y, X, groups = data
    names = np.array(["zeta", "eta", "α", "b 2", "b 10", "C", "d", "e", "f"])
    before, after = fitted(y, X, groups, method), fitted(y, X, names[groups], method)
    assert_same_variances(before, after)
    u = dict(zip(after.problem.group_labels, after.u, strict=True))
    assert [u[names[j]] for j in range(len(before.u))] == near(list(before.u))


@given(data=data_sets())
def test_the_same_groups_twice_say_the_same_by_ml_and_twice_as_loudly(data):
    y, X, groups = data
    once = fitted(y, X, groups, "ml")
    copies = np.concatenate([groups, groups + 100])
    twice = fitted(np.tile(y, 2), np.tile(X, (2, 1)), copies, "ml")
    assert_same_variances(once, twice)
    assert twice.loglik == near(2 * once.loglik, 10)
    assert twice.beta == near(once.beta)
    assert twice.beta_cov * 2 == near(once.beta_cov)
    assert twice.u == near(np.tile(once.u, 2))


@given(data=data_sets())
def test_another_column_never_lowers_the_likelihood(data):
    y, X, groups = data
    more = np.column_stack([X, np.random.default_rng(2).normal(size=len(y))])
    assert fitted(y, more, groups, "ml").loglik >= fitted(y, X, groups, "ml").loglik - 1e-9


@any_data
def test_fitted_values_and_residuals_make_up_y(data, method):
    y, _, groups = data
    result = fitted(*data, method)
    assert result.fitted + result.residuals == near(y)
    assert result.fitted_marginal + result.residuals_marginal == near(y)
    assert result.fitted - result.fitted_marginal == near(result.u[groups])
    means = np.bincount(groups, result.residuals_marginal) / np.bincount(groups)
    assert result.u == near(result.shrinkage * means)


@any_data
def test_predictions_sum_to_nothing_beside_an_intercept(data, method):
    """The intercept's row of XᵀV⁻¹(y − Xβ̂) = 0, times τ²."""
    assert fitted(*data, method).u.sum() == pytest.approx(0, abs=1e-10)


@any_data
def test_without_differences_between_groups_it_is_least_squares(data, method):
    problem = Problem.from_arrays(*data)
    ols = Ols(problem)
    at = Criterion(problem.moments, method, ols.sigma2, 0.0)
    assert at.beta == near(np.linalg.lstsq(problem.X, problem.y)[0])
    assert np.diag(at.beta_cov) ** 0.5 == near(ols.se)
    assert at.quadratics[0] * ols.sigma2 == near(ols.df)


@any_data
def test_a_table_and_arrays_are_one_problem(data, method):
    y, X, groups = data
    names = [f"x{k}" for k in range(1, X.shape[1])]
    frame = pd.DataFrame({"y": y, "g": groups, **dict(zip(names, X[:, 1:].T, strict=True))})
    problem = Problem.from_frame(frame, f"y ~ {' + '.join(['1', *names])} + (1 | g)")
    one, other = fit(problem, Options(method)), fitted(y, X, groups, method)
    assert (one.sigma2, one.tau2, one.loglik) == (other.sigma2, other.tau2, other.loglik)
    assert np.array_equal(one.beta, other.beta)
    assert np.array_equal(one.u, other.u)


@given(
    data=data_sets(),
    method=methods,
    points=st.lists(st.tuples(st.floats(1e-3, 1e3), st.floats(0, 1e3)), min_size=1, max_size=5),
)
def test_the_surface_is_the_criterion_at_any_points(data, method, points):
    moments = Problem.from_arrays(*data).moments
    sigma2, tau2 = np.array(points).T
    one_by_one = [Criterion(moments, method, *point).loglik for point in points]
    assert loglik_surface(moments, method, sigma2, tau2) == near(one_by_one, 0)


@any_data
def test_every_algorithm_reaches_the_same_optimum(data, method):
    problem = Problem.from_arrays(*data)
    fisher, *others = (fit(problem, Options(method, a)) for a in ("fisher", "ai", "newton"))
    for other in others:
        assert other.outcome == fisher.outcome
        assert_same_variances(fisher, other)
        assert other.beta == near(fisher.beta)
