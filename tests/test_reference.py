"""How many digits of the 25-digit reference fits come out, whatever the algorithm."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from solver import Options, Outcome, Problem, fit

LEAST = dict.fromkeys(
    [
        "handout", "dyestuff", "dyestuff2", "sleepstudy", "rail", "orthodont", "radon", "hsb82",
        "exam", "nist_smls01", "nist_siRstv",
    ],
    12.0,
) | {"nist_smls04": 9.5, "nist_smls07": 3.5}  # fmt: skip
"""Correct digits of the worst estimate; the last two sets lose the rest when they are read."""

each_set = pytest.mark.parametrize("name", LEAST)
each_method = pytest.mark.parametrize("method", ["reml", "ml"])


def digits(value, reference, size=None):
    """Correct decimal digits of a double, relative to the reference or to another size."""
    with localcontext(prec=40):
        error = abs(Decimal(float(value)) - Decimal(reference))
        if error == 0:
            return 17.0
        return float(-(error / abs(Decimal(size or reference))).log10())


def correct_digits(result, expected):
    """Of the worst of β̂, SE, σ̂², τ̂² and ℓ; and of û, beside the largest of its entries."""
    pairs = [
        *zip(result.beta, expected["beta"], strict=True),
        *zip(result.se, expected["se"], strict=True),
        (result.sigma2, expected["sigma2"]),
        (result.loglik, expected["loglik"]),
    ]
    if Decimal(expected["tau2"]) == 0:
        assert result.tau2 == 0
        assert not result.u.any()
        return min(digits(*pair) for pair in pairs), 17.0
    pairs.append((result.tau2, expected["tau2"]))
    u = dict(zip(expected["groups"], expected["u"], strict=True))
    largest = max(u.values(), key=lambda v: abs(Decimal(v)))
    predicted = zip(result.problem.group_labels, result.u, strict=True)
    return (
        min(digits(*pair) for pair in pairs),
        min(digits(v, u[label], largest) for label, v in predicted),
    )


def problem(reference):
    y, X = np.array(reference.y, dtype=float), np.array(reference.X, dtype=float)
    return Problem.from_arrays(y, X, reference.labels)


@pytest.mark.parametrize("algorithm", ["fisher", "ai", "newton"])
@each_method
@each_set
def test_scoring_has_the_digits_that_doubles_can_hold(name, method, algorithm, reference):
    data = reference(name)
    result = fit(problem(data), Options(method, algorithm))
    assert result.converged
    estimates, u = correct_digits(result, data.fits[method])
    assert estimates >= LEAST[name]
    assert u >= LEAST[name]


@each_method
@each_set
def test_em_has_six_digits_or_says_that_it_creeps(name, method, reference):
    data = reference(name)
    expected = data.fits[method]
    if Decimal(expected["tau2"]) == 0:
        result = fit(problem(data), Options(method, "em", max_iterations=200))
        assert result.outcome == Outcome.CREEPING
    else:
        result = fit(problem(data), Options(method, "em"))
        assert result.outcome == Outcome.CONVERGED
        assert correct_digits(result, expected)[0] >= min(LEAST[name], 6)


@each_set
def test_every_value_of_the_sets_is_read(name, reference):
    data, expected = reference(name), reference(name).fits["reml"]
    assert (len(data.y), len(set(data.labels))) == (expected["n"], expected["J"])
    assert set(expected["groups"]) == set(data.labels)
