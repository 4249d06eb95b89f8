"""Least squares beside the model: complete pooling, and a regression in each group."""

import numpy as np
import pytest
from scipy import stats

from solver import Ols, Problem, load_example, no_pooling

RNG = np.random.default_rng(5)


def problem(n=60, J=7, p=3, offset=0.0):
    X = np.column_stack([np.ones(n), RNG.normal(size=(n, p - 1)) + offset])
    groups = np.concatenate([np.arange(J), RNG.integers(0, J, n - J)])
    y = X @ RNG.normal(size=p) + RNG.normal(size=J)[groups] + RNG.normal(size=n)
    return Problem.from_arrays(y, X, groups)


@pytest.mark.parametrize("p", [1, 2, 4])
def test_ols_is_the_textbooks(p):
    data = problem(p=p)
    beta, rss = np.linalg.lstsq(data.X, data.y)[:2]
    ols = Ols(data)
    s2 = rss[0] / (data.n - p)
    cov = s2 * np.linalg.inv(data.X.T @ data.X)
    assert ols.beta == pytest.approx(beta, rel=1e-10)
    assert ols.rss == pytest.approx(rss[0], rel=1e-10)
    assert ols.sigma2 == pytest.approx(s2, rel=1e-10)
    assert ols.beta_cov == pytest.approx(cov, rel=1e-8)
    assert ols.se == pytest.approx(np.sqrt(np.diag(cov)), rel=1e-9)
    assert ols.t == pytest.approx(beta / ols.se, rel=1e-9)
    assert ols.p_value == pytest.approx(2 * stats.t.sf(np.abs(ols.t), data.n - p), rel=1e-7)


def test_simple_regression_agrees_with_scipy():
    example = load_example("ceis")
    frame = example.frame()
    ols = Ols(Problem.from_frame(frame, example.formula))
    line = stats.linregress(frame["HOURS"], frame["LOOK_HRS"])
    assert ols.beta == pytest.approx([line.intercept, line.slope], rel=1e-11)
    assert ols.se[1] == pytest.approx(line.stderr, rel=1e-11)
    assert ols.p_value[1] == pytest.approx(line.pvalue, rel=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_each_group_has_its_own_regression(offset):
    data = problem(n=200, offset=offset)
    lines = no_pooling(data)
    for j in range(data.J):
        rows = data.codes == j
        own = np.linalg.lstsq(
            np.column_stack([np.ones(rows.sum()), data.X[rows, 1:] - offset]), data.y[rows]
        )[0]
        assert lines[j, 1:] == pytest.approx(own[1:], rel=1e-7)
        assert lines[j, 0] == pytest.approx(own[0] - offset * own[1:].sum(), rel=1e-6)


def test_without_predictors_it_is_the_group_means():
    data = problem(p=1)
    means = [data.y[data.codes == j].mean() for j in range(data.J)]
    assert no_pooling(data)[:, 0] == pytest.approx(means)


def test_a_group_that_cannot_tell_its_slope_has_none():
    x = np.array([1.0, 2.0, 3.0, 5.0, 5.0, 5.0, 7.0])
    y = np.array([1.0, 3.0, 2.0, 4.0, 6.0, 5.0, 9.0])
    data = Problem.from_arrays(y, np.column_stack([np.ones(7), x]), list("aaabbbc"))
    lines = no_pooling(data)
    assert np.isfinite(lines[0]).all()
    assert np.isnan(lines[1:]).all()
