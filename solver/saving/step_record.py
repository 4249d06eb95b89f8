"""A step as a record of every quantity that it knows: for JSON, and to be read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from solver.criterion import Criterion
from solver.errors import Refusal
from solver.moments import Floats
from solver.saving.jsonable import jsonable
from solver.saving.records import restore
from solver.state import Outcome, Rule, State, StepName, Trial
from solver.step import Step

ARRAYS = (
    "beta",
    "u",
    "score_beta",
    "information_beta",
    "beta_cov",
    "mean_residuals",
    "shrinkage",
    "score",
    "fisher",
    "average",
    "observed",
    "information",
    "full_step",
)
"""Fields of a state that are arrays, or None before they are computed."""

OTHERS: dict[str, Any] = {
    "trials": tuple[Trial, ...],
    "rules": tuple[Rule, ...],
    "outcome": Outcome | None,
}
POINTS = ("updated_from", "higher_peak")
"""Fields that are the log-likelihood at another (σ², τ²), or None."""


def step_record(step: Step) -> dict[str, Any]:
    """Where a step stands in the run, and every quantity it knows."""
    state = step.state
    return {
        "index": step.index,
        "iteration": step.iteration,
        "name": step.name,
        "method": step.options.method,
        "algorithm": step.options.algorithm,
        "sigma2": state.sigma2,
        "tau2": state.tau2,
        "icc": state.icc,
        "loglik": state.loglik,
        "loglik_parts": state.loglik_parts._asdict(),
        **{name: getattr(state, name) for name in (*ARRAYS, "trials", "rules")},
        **{name: _point(getattr(state, name)) for name in POINTS},
        "converged": state.converged,
        "outcome": state.outcome,
    }


def step_json(step: Step) -> dict[str, Any]:
    """:func:`step_record` as JSON-ready values; what JSON has no number for is null."""
    record: dict[str, Any] = jsonable(step_record(step))
    return record


def unchanged(new: State, old: State | None) -> list[str]:
    """The fields that a step left alone: the same objects as in the step before."""
    return [
        item.name
        for item in fields(State)
        if old is not None and getattr(new, item.name) is getattr(old, item.name)
    ]


def restore_state(
    record: dict[str, Any],
    old: State | None,
    point: Callable[[float, float], Criterion],
    where: str,
) -> State:
    """The state of a step from its record and the list of what it left alone.

    Parameters
    ----------
    record : dict
        As :func:`step_record`, with the entry ``unchanged``.
    old : State or None
        The state before, whose objects are taken over.
    point : callable
        Gives the log-likelihood at σ², τ².
    where : str
        The place of the record, for messages.

    Raises
    ------
    Refusal
        When an entry is missing, or is not what it should be.
    """
    kept = restore(tuple[str, ...], record.get("unchanged"), f"{where}.unchanged")
    entries: dict[str, Any] = {}
    for item in fields(State):
        name = item.name
        if name in kept and old is not None:
            entries[name] = getattr(old, name)
        elif name == "criterion":
            place = restore(tuple[float, float], [record.get("sigma2"), record.get("tau2")], where)
            entries[name] = point(*place)
        elif name in POINTS:
            kind = tuple[float, float] | None
            place = restore(kind, record.get(name), f"{where}.{name}")
            entries[name] = None if place is None else point(*place)
        elif name in ARRAYS:
            entries[name] = _array(record.get(name), f"{where}.{name}")
        else:
            entries[name] = restore(OTHERS[name], record.get(name), f"{where}.{name}")
    return State(**entries)


def restore_place(record: dict[str, Any], where: str) -> tuple[int, int, StepName]:
    """Index, iteration and name of a step from its record."""
    return (
        restore(int, record.get("index"), f"{where}.index"),
        restore(int, record.get("iteration"), f"{where}.iteration"),
        restore(StepName, record.get("name"), f"{where}.name"),
    )


def _point(criterion: Criterion | None) -> tuple[float, float] | None:
    return None if criterion is None else (criterion.sigma2, criterion.tau2)


def _array(value: Any, where: str) -> Floats | None:
    if value is None:
        return None
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise Refusal(f"{where} is not an array of numbers.") from None
