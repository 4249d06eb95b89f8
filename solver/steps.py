"""Restricted maximum likelihood for y = Xβ + Zu + ε, one named step at a time.

u ~ N(0, τ²I) and ε ~ N(0, σ²I), so y ~ N(Xβ, V) with V = τ²ZZᵀ + σ²I. Read from the top: the six
steps stand in the order in which a run takes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from solver.convergence import outcome, rules
from solver.moments import Moments
from solver.problem import Problem
from solver.start import ols_beta, start
from solver.state import Options, State
from solver.step import Step
from solver.updates import update


def steps(problem: Problem, options: Options | None = None) -> Iterator[Step]:
    """Fit a model, yielding after each named step.

    Parameters
    ----------
    problem : Problem
        The data and the model.
    options : Options, optional
        Criterion, algorithm, start, tolerance and iteration limit.

    Yields
    ------
    Step
        ``initialize`` first; then the other five again and again, until ``step.state.outcome``
        says why the run ended.
    """
    options = options or Options()
    state = initialize(problem.moments, options)
    first = Step(0, 0, "initialize", state, problem, options)
    yield first
    yield from iterations(first)


def iterations(last: Step) -> Iterator[Step]:
    """The steps that come after ``initialize``, or after one that ended an iteration."""
    state, problem, options = last.state, last.problem, last.options
    index = count(last.index + 1)
    for iteration in count(last.iteration + 1):
        state = score_beta(state)
        yield Step(next(index), iteration, "score_beta", state, problem, options)
        state = estimate_beta(state)
        yield Step(next(index), iteration, "estimate_beta", state, problem, options)
        state = predict_u(state)
        yield Step(next(index), iteration, "predict_u", state, problem, options)
        state = update_variances(state, options)
        yield Step(next(index), iteration, "update_variances", state, problem, options)
        state = check_convergence(state, options, iteration)
        yield Step(next(index), iteration, "check_convergence", state, problem, options)
        if state.outcome is not None:
            return


def initialize(data: Moments, options: Options) -> State:
    """σ²₀ and τ²₀; β by least squares; u at its mean, 0."""
    return State(
        criterion=start(data, options),
        beta=ols_beta(data),
        u=0 * data.group_sizes,
    )


def score_beta(state: State) -> State:
    """∂ℓ/∂β = XᵀV⁻¹(y − Xβ), because ∂(wᵀAw)/∂w = 2Aw."""
    return replace(state, score_beta=state.criterion.score_beta(state.beta))


def estimate_beta(state: State) -> State:
    """β̂ = (XᵀV⁻¹X)⁻¹XᵀV⁻¹y, where the score is 0; Var β̂ = (XᵀV⁻¹X)⁻¹."""
    at = state.criterion
    return replace(
        state,
        beta=at.beta,
        information_beta=at.information_beta,
        beta_cov=at.beta_cov,
        score_beta=at.score_beta(at.beta),
    )


def predict_u(state: State) -> State:
    """E(u|y) = τ²ZᵀV⁻¹(y − Xβ̂): û_j = λ_j r̄_j with λ_j = n_jτ²/(n_jτ² + σ²)."""
    mean_residuals = state.criterion.mean_residuals
    n_tau2 = state.criterion.moments.group_sizes * state.tau2
    shrinkage = n_tau2 / (n_tau2 + state.sigma2)
    return replace(
        state,
        mean_residuals=mean_residuals,
        shrinkage=shrinkage,
        u=shrinkage * mean_residuals,
    )


def update_variances(state: State, options: Options) -> State:
    """(σ², τ²) ← (σ², τ²) + ℐ⁻¹s with s_k = −½[tr(PV_k) − yᵀPV_kPy], guarded."""
    at = state.criterion
    to = update(at, options.algorithm, jump=state.higher_peak)
    return replace(
        state,
        updated_from=at,
        score=at.score,
        fisher=at.fisher,
        average=at.average,
        observed=at.observed,
        information=to.information,
        full_step=to.full_step,
        trials=to.trials,
        criterion=to.criterion,
    )


def check_convergence(state: State, options: Options, iteration: int) -> State:
    """Whether σ² and τ² have stopped moving and the score is 0; at the end, β̂ and û at σ̂², τ̂²."""
    checked, higher_peak = rules(state, options)
    state = replace(
        state,
        rules=checked,
        higher_peak=higher_peak,
        outcome=outcome(state, checked, options, iteration),
    )
    if state.outcome is None:
        return state
    return predict_u(estimate_beta(state))
