"""What must hold for any data: shift, scale, relabelling and row order change nothing else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Ols, Options, Problem, Refusal, fit
from solver.criterion import Criterion

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("repeatable")

METHODS = ("reml", "ml")


@st.composite
def data_sets(draw):
    """y, X with an intercept and up to two predictors, and groups: small, unbalanced, ordinary."""
    seed = draw(st.integers(0, 2**32 - 1))
    sizes = draw(st.lists(st.integers(1, 8), min_size=4, max_size=9).filter(lambda s: sum(s) > 12))
    p = draw(st.integers(1, 3))
    ratio = draw(st.sampled_from([0.0, 0.1, 1.0, 30.0]))
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    n = len(groups)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, p - 1))])
    u = np.sqrt(ratio) * rng.normal(size=len(sizes))
    return X @ rng.normal(size=p) + u[groups] + rng.normal(size=n), X, groups


any_data = given(data=data_sets(), method=st.sampled_from(METHODS))


def fitted(y, X, groups, method):
    try:
        return fit(Problem.from_arrays(y, X, groups), Options(method=method))
    except Refusal:
        return None


def same(one, other, rel=1e-8):
    """Equal, or too small beside σ² for the difference to mean anything."""
    return other == pytest.approx(one, rel=rel, abs=1e-12)


@any_data
def test_a_shift_of_y_moves_the_intercept_alone(data, method):
    y, X, groups = data
    before, after = fitted(y, X, groups, method), fitted(y + 1000.0, X, groups, method)
    if before is None:
        assert after is None
        return
    assert same(before.sigma2, after.sigma2)
    assert same(before.tau2, after.tau2, rel=1e-6)
    assert same(before.loglik, after.loglik)
    assert after.beta[0] - 1000 == pytest.approx(before.beta[0], rel=1e-8, abs=1e-9)
    assert after.u == pytest.approx(before.u, rel=1e-6, abs=1e-8)


@any_data
def test_a_power_of_two_scales_everything_exactly(data, method):
    y, X, groups = data
    before, after = fitted(y, X, groups, method), fitted(y * 2.0**40, X, groups, method)
    if before is None:
        return
    assert after.sigma2 == before.sigma2 * 2.0**80
    assert after.tau2 == before.tau2 * 2.0**80
    assert np.array_equal(after.beta, before.beta * 2.0**40)
    assert np.array_equal(after.u, before.u * 2.0**40)
    assert np.array_equal(after.shrinkage, before.shrinkage)
    assert after.iterations == before.iterations


@given(data=data_sets(), method=st.sampled_from(METHODS), by=st.floats(1e-6, 1e6))
def test_any_factor_scales_everything(data, method, by):
    y, X, groups = data
    before, after = fitted(y, X, groups, method), fitted(y * by, X, groups, method)
    if before is None:
        return
    df = len(y) - X.shape[1] if method == "reml" else len(y)
    assert same(before.sigma2 * by**2, after.sigma2)
    assert after.tau2 / after.sigma2 == pytest.approx(
        before.tau2 / before.sigma2, rel=1e-6, abs=1e-12
    )
    assert after.loglik == pytest.approx(before.loglik - df * np.log(by), rel=1e-8, abs=1e-8)


@given(
    data=data_sets(),
    method=st.sampled_from(METHODS),
    scale=st.floats(0.01, 100).flatmap(lambda s: st.sampled_from([s, -s])),
    shift=st.floats(-1000, 1000),
)
def test_a_predictor_in_other_units_tells_the_same(data, method, scale, shift):
    y, X, groups = data
    other = X.copy()
    other[:, 1:] = scale * X[:, 1:] + shift
    before, after = fitted(y, X, groups, method), fitted(y, other, groups, method)
    if before is None or after is None:
        return
    assert same(before.sigma2, after.sigma2, rel=1e-7)
    assert same(before.tau2, after.tau2, rel=1e-5)
    assert after.beta[1:] * scale == pytest.approx(before.beta[1:], rel=1e-6, abs=1e-8)
    assert after.fitted == pytest.approx(before.fitted, rel=1e-6, abs=1e-7)


@any_data
def test_the_order_of_the_rows_does_not_matter(data, method):
    y, X, groups = data
    order = np.random.default_rng(1).permutation(len(y))
    before, after = fitted(y, X, groups, method), fitted(y[order], X[order], groups[order], method)
    if before is None:
        assert after is None
        return
    assert same(before.sigma2, after.sigma2)
    assert same(before.tau2, after.tau2, rel=1e-6)
    assert after.fitted == pytest.approx(before.fitted[order], rel=1e-7, abs=1e-9)


@any_data
def test_other_labels_name_the_same_groups(data, method):
    y, X, groups = data
    names = np.array(["zeta", "eta", "α", "b 2", "b 10", "C", "d", "e", "f"])
    before, after = fitted(y, X, groups, method), fitted(y, X, names[groups], method)
    if before is None:
        return
    assert same(before.tau2, after.tau2, rel=1e-6)
    u = dict(zip(after.problem.group_labels, after.u, strict=True))
    assert [u[str(names[j])] for j in range(len(before.u))] == pytest.approx(
        list(before.u), rel=1e-6, abs=1e-9
    )


@any_data
def test_fitted_and_residuals_make_up_y(data, method):
    result = fitted(*data, method)
    if result is None:
        return
    assert result.fitted + result.residuals == pytest.approx(data[0])
    assert result.fitted_marginal + result.residuals_marginal == pytest.approx(data[0])
    mean = np.bincount(data[2], result.residuals_marginal) / np.bincount(data[2])
    assert result.u == pytest.approx(result.shrinkage * mean, rel=1e-7, abs=1e-9)


@any_data
def test_the_estimates_weigh_to_nothing(data, method):
    """The first row of XᵀV⁻¹(y − Xβ̂) = 0 says that Σ û_j = 0 where there is an intercept."""
    result = fitted(*data, method)
    if result is None:
        return
    assert result.u.sum() == pytest.approx(0, abs=1e-8 * (1 + np.abs(result.u).max()))


@any_data
def test_at_tau2_of_0_it_is_least_squares(data, method):
    y, X, groups = data
    try:
        problem = Problem.from_arrays(y, X, groups)
    except Refusal:
        return
    ols = Ols(problem)
    at = Criterion(problem.moments, method, ols.sigma2, 0.0)
    assert at.beta == pytest.approx(np.linalg.lstsq(X, y)[0], rel=1e-8, abs=1e-10)
    assert np.sqrt(np.diag(at.beta_cov)) == pytest.approx(ols.se)


@any_data
def test_a_table_and_arrays_are_one_problem(data, method):
    y, X, groups = data
    names = [f"x{k}" for k in range(1, X.shape[1])]
    frame = pd.DataFrame({"y": y, "g": groups, **dict(zip(names, X[:, 1:].T, strict=True))})
    result = fitted(y, X, groups, method)
    if result is None:
        return
    formula = f"y ~ {' + '.join(['1', *names])} + (1 | g)"
    from_frame = fit(Problem.from_frame(frame, formula), Options(method=method))
    assert from_frame.sigma2 == result.sigma2
    assert from_frame.tau2 == result.tau2
    assert np.array_equal(from_frame.beta, result.beta)


@any_data
def test_every_algorithm_reaches_the_same_optimum(data, method):
    y, X, groups = data
    try:
        problem = Problem.from_arrays(y, X, groups)
    except Refusal:
        return
    fits = [fit(problem, Options(method, algorithm)) for algorithm in ("fisher", "ai", "newton")]
    for other in fits[1:]:
        assert other.outcome == fits[0].outcome
        assert same(fits[0].sigma2, other.sigma2, rel=1e-9)
        assert same(fits[0].tau2, other.tau2, rel=1e-7)
