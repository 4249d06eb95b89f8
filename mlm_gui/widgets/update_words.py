"""The update of the variances in words: which way is up, and whether the step was taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from solver.lessons import words
from solver.state import Kind, Refused
from solver.step import Step

LEVEL = 1e-8
"""A step, relative to its variance, that is next to nothing."""


def update_words(step: Step, said: Mapping[str, str]) -> str:
    """The scores and the guards of an update, a sentence each.

    Parameters
    ----------
    step : Step
        An ``update_variances``.
    said : mapping
        The templates, ``update`` in ``assets/lessons/simple.toml``; nothing is said without.
    """
    if not said:
        return ""
    loglik = words()["methods"][step.options.method]["loglik"]
    sentences = [*_slopes(step), _taken(step)]
    reasons = "; ".join(_reasons(step))
    return " ".join(
        said[name].format(variance=variance, loglik=loglik, reasons=reasons)
        for name, variance in sentences
    )


def _slopes(step: Step) -> Iterator[tuple[str, str]]:
    """Which way is up in each variance."""
    state = step.state
    at = state.updated_from
    assert at is not None
    assert state.score is not None
    assert state.full_step is not None
    for k, (name, size) in enumerate((("σ²", at.sigma2), ("τ²", at.tau2))):
        if k == 1 and size == 0 and state.score[k] <= 0:
            yield "edge", name
        elif abs(state.full_step[k]) <= LEVEL * size:
            yield "level", name
        else:
            yield "up" if state.score[k] > 0 else "down", name


def _taken(step: Step) -> tuple[str, str]:
    """What became of the step."""
    last = step.state.trials[-1]
    if last.refused:
        return "none", ""
    if last.kind != Kind.STEP:
        return str(last.kind), ""
    return "whole" if last.factor == 1 else "shortened", ""


def _reasons(step: Step) -> list[str]:
    """Why steps were refused, each reason once."""
    refused = dict.fromkeys(trial.refused for trial in step.state.trials if trial.refused)
    return [
        words()["refused"][reason] for reason in refused if reason != Refused.NOT_POSITIVE_DEFINITE
    ]
