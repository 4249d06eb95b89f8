"""Many points at once agree with one point at a time."""

import numpy as np
import pytest

from solver import Problem, load_example
from solver.criterion import Criterion
from solver.surface import loglik_surface, profile

METHODS = ("reml", "ml")


@pytest.fixture(params=["handout", "radon", "dyestuff2"])
def moments(request):
    example = load_example(request.param)
    return Problem.from_frame(example.frame(), example.formula).moments


@pytest.mark.parametrize("method", METHODS)
def test_the_surface_is_the_criterion_at_each_point(moments, method):
    sigma2 = np.geomspace(1e-3, 1e3, 7)
    tau2 = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 6)])
    surface = loglik_surface(moments, method, sigma2[:, None], tau2)
    assert surface.shape == (7, 7)
    one_by_one = [[Criterion(moments, method, s, t).loglik for t in tau2] for s in sigma2]
    assert surface == pytest.approx(np.array(one_by_one), rel=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_the_profile_is_the_best_of_each_ratio(moments, method):
    ratios = np.array([0.0, 0.01, 0.3, 4.0])
    height, sigma2 = profile(moments, method, ratios)
    at = [Criterion(moments, method, s, s * r) for s, r in zip(sigma2, ratios, strict=True)]
    assert height == pytest.approx([one.loglik for one in at], rel=1e-12)
    for nudge in (0.99, 1.01):
        beside = loglik_surface(moments, method, nudge * sigma2, nudge * sigma2 * ratios)
        assert np.all(beside < height)
