"""Simulated data: what they are drawn from is known, and the same for a seed."""

import numpy as np
import pytest

from solver import Choices, Preparation, Refusal, analyse, fit
from solver.data.preparation import Sample
from solver.data.simulation import FORMULA, Simulation


def drawn(**numbers):
    return analyse(Choices(Simulation(**numbers), FORMULA)).problem


def test_a_seed_gives_the_same_rows():
    assert Simulation(seed=4).read().frame.equals(Simulation(seed=4).read().frame)
    assert not Simulation(seed=4).read().frame.equals(Simulation(seed=5).read().frame)


def test_the_rows_are_the_model():
    simulation = Simulation(groups=6, slope=2, intercept=-3, sigma2=1e-12, tau2=5, seed=8)
    problem = analyse(Choices(simulation, FORMULA)).problem
    truth = simulation.truth
    mean = truth.beta[0] + truth.beta[1] * problem.X[:, 1] + truth.u[problem.codes]
    np.testing.assert_allclose(problem.y, mean, atol=1e-4)
    assert (truth.beta.tolist(), truth.sigma2, truth.tau2) == ([-3, 2], 1e-12, 5)


def test_the_draws_have_the_moments_they_should():
    problem = drawn(groups=4000, smallest=10, largest=10, sigma2=9, tau2=4)
    found = fit(problem)
    assert found.sigma2 == pytest.approx(9, rel=0.03)
    assert found.tau2 == pytest.approx(4, rel=0.1)
    assert problem.truth.u.var() == pytest.approx(4, rel=0.1)
    assert abs(np.corrcoef(problem.truth.u, found.u)[0, 1]) > 0.85


def test_a_parameter_moves_its_own_part_alone():
    one, other = Simulation(tau2=1), Simulation(tau2=4)
    np.testing.assert_allclose(2 * one.truth.u, other.truth.u)
    assert one.read().frame["x"].equals(other.read().frame["x"])
    fewer = Simulation(groups=5).truth.u
    np.testing.assert_array_equal(fewer, Simulation(groups=9).truth.u[:5])


def test_sizes_lie_between_the_smallest_and_the_largest():
    sizes = drawn(groups=300, smallest=2, largest=6).group_sizes
    assert set(sizes.astype(int)) == {2, 3, 4, 5, 6}
    assert set(drawn(smallest=7, largest=7).group_sizes) == {7}
    assert drawn(groups=2, smallest=1, largest=2, seed=0).n >= 3


def test_the_truth_follows_the_groups_that_are_kept_and_the_model_that_is_fitted():
    simulation = Simulation(groups=9)
    kept = Preparation(sample=Sample(4, 1, "group"))
    problem = analyse(Choices(simulation, FORMULA, kept)).problem
    np.testing.assert_array_equal(problem.truth.u, simulation.truth.u[problem.group_values - 1])
    assert analyse(Choices(simulation, "y ~ 1 + (1 | group)")).problem.truth is None


@pytest.mark.parametrize(
    "numbers",
    [
        {"groups": 1}, {"smallest": 0}, {"smallest": 9, "largest": 8},
        {"largest": 1, "smallest": 1},
        {"sigma2": 0}, {"tau2": -1}, {"sigma2": float("nan")}, {"slope": float("inf")},
        {"groups": 10**6, "largest": 50}, {"seed": -1}, {"intercept": 1e30},
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(numbers):
    with pytest.raises(Refusal, match=r"\.$"):
        Simulation(**numbers)
