"""What if: the run on data with another value, or from other variances, beside the run there is.

Another y or another group changes the data, so the branch runs from an ``initialize`` of its own,
with the same options: a start that was given in numbers stays, the method of moments gives new
ones. Other variances take hold where the values in use were set: at ``initialize``, or at the last
``update_variances`` up to the step that is looked at. The steps before are shared, and the
algorithm goes on from the values given. The two runs are compared step by step, by their index.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from solver.analysis import Analysis
from solver.errors import Refusal
from solver.formatting import number, quoted
from solver.grouping import Groups
from solver.moments import Codes, Floats
from solver.problem import Problem
from solver.state import Kind, Trial
from solver.step import Step
from solver.steps import check_convergence, iterations, steps
from solver.trace import Trace


@dataclass(frozen=True)
class OtherY:
    """One observation has another response.

    Attributes
    ----------
    observation : int
        Counted from 0.
    value : float
    """

    observation: int
    value: float


@dataclass(frozen=True)
class OtherGroup:
    """One observation belongs to another group.

    Attributes
    ----------
    observation : int
        Counted from 0.
    label : str
        Of a group that there is, or of a new one.
    """

    observation: int
    label: str


@dataclass(frozen=True)
class OtherVariances:
    """The run goes on from other variances.

    Attributes
    ----------
    step : int
        Index of a step at which the values are to be in use.
    sigma2, tau2 : float
    """

    step: int
    sigma2: float
    tau2: float


WhatIf = OtherY | OtherGroup | OtherVariances


@dataclass(frozen=True, eq=False)
class Branch:
    """A run that asks "what if", and the one that it left.

    Attributes
    ----------
    edits : tuple of WhatIf
        In the order in which they were made, each place once.
    analysis : Analysis
        Of the branch.
    trace : Trace
        Of the branch.
    beside : Trace
        The run as it was.
    """

    edits: tuple[WhatIf, ...]
    analysis: Analysis
    trace: Trace
    beside: Trace

    @property
    def other_data(self) -> bool:
        """Whether y or the groups are others, and not only the variances."""
        return any(not isinstance(edit, OtherVariances) for edit in self.edits)


def branch(analysis: Analysis, trace: Trace, edits: Sequence[WhatIf]) -> Branch:
    """The run that the edits lead to.

    Parameters
    ----------
    analysis : Analysis
        Of the run as it is.
    trace : Trace
        That run.
    edits : sequence of WhatIf
        Edits of the same place replace each other; one that changes nothing is left out.

    Raises
    ------
    Refusal
        When a value cannot be, or nothing can be fitted to the data as edited.
    """
    problem = analysis.problem
    places: dict[tuple[type, int], WhatIf] = {}
    for edit in edits:
        placed = edit
        if isinstance(edit, OtherVariances):
            _check_variances(edit)
            placed = replace(edit, step=set_at(edit.step))
        where = placed.step if isinstance(placed, OtherVariances) else placed.observation
        places.pop((type(placed), where), None)
        places[type(placed), where] = placed
    kept = tuple(edit for edit in places.values() if not _changes_nothing(edit, problem))
    edited = _edited(problem, kept)
    ahead, beside = trace, trace
    if edited is not problem:
        analysis = Analysis(analysis.choices, edited)
        ahead = Trace(steps(edited, analysis.choices.options))
    others = [edit for edit in kept if isinstance(edit, OtherVariances)]
    for edit in sorted(others, key=lambda edit: edit.step):
        if edit.step == 0:
            start = (edit.sigma2, edit.tau2)
            analysis = analysis.with_options(replace(analysis.choices.options, start=start))
            ahead = Trace(steps(edited, analysis.choices.options))
        else:
            ahead = Trace(_from(ahead, edit))
            ahead.reach(edit.step)
    return Branch(kept, analysis, ahead, beside)


def set_at(step: int) -> int:
    """Index of the step that set the variances which are in use after a step."""
    return 0 if step < 4 else 5 * ((step + 1) // 5) - 1


def matching(problem: Problem, other: Problem) -> Codes:
    """For each group of a problem the group of another with the same label, (J,); −1 for none."""
    if problem.group_values is other.group_values:
        return np.arange(problem.J)
    there = {label: j for j, label in enumerate(other.group_labels)}
    return np.array([there.get(label, -1) for label in problem.group_labels])


def matched(values: Floats, match: Codes) -> Floats:
    """The values of the other problem's groups in the order of :func:`matching`; nan for none."""
    return np.where(match < 0, np.nan, values[match])


def _from(trace: Trace, edit: OtherVariances) -> Iterator[Step]:
    """A run up to an update, and on from other variances in the place of those it reached."""
    try:
        step = trace[edit.step]
    except IndexError:
        raise Refusal(
            f"The run ends before step {edit.step}, where σ² and τ² were to be changed. "
            "Take that change off, or change them at an earlier step."
        ) from None
    at = replace(step.state.criterion, sigma2=edit.sigma2, tau2=edit.tau2)
    given = Trial(Kind.GIVEN, math.nan, at.sigma2, at.tau2, at.loglik, None)
    state = replace(step.state, criterion=at, trials=(*step.state.trials, given))
    step = replace(step, state=state)
    checked = check_convergence(state, step.options, step.iteration)
    last = replace(step, index=step.index + 1, name="check_convergence", state=checked)
    after: Iterable[Step] = iterations(last) if checked.outcome is None else ()
    return chain(trace[: edit.step], (step, last), after)


def _edited(problem: Problem, edits: Iterable[WhatIf]) -> Problem:
    """The problem with other values of y and other groups; itself where there are none."""
    y, codes, values = problem.y, problem.codes, problem.group_values
    labels = {label: j for j, label in enumerate(problem.group_labels)}
    for edit in edits:
        if isinstance(edit, OtherVariances):
            continue
        if not 0 <= edit.observation < problem.n:
            raise Refusal(
                f"There is no observation {edit.observation + 1}: they go from 1 to {problem.n}."
            )
        if isinstance(edit, OtherY):
            if not math.isfinite(edit.value):
                raise Refusal(f"{problem.response} can only be a number. Give one such as 12.5.")
            y = y.copy() if y is problem.y else y
            y[edit.observation] = edit.value
        else:
            label = edit.label.strip()
            if not label:
                raise Refusal(f"The new group of {quoted(problem.group)} needs a name.")
            codes = codes.copy() if codes is problem.codes else codes
            if label not in labels:
                labels[label] = len(values)
                values = _appended(values, label)
            codes[edit.observation] = labels[label]
    if y is problem.y and codes is problem.codes:
        return problem
    return problem.with_data(y, _without_empty(problem, codes, values))


def _without_empty(problem: Problem, codes: Codes, values: Any) -> Groups:
    """The groups that have rows; the others stay in their order."""
    if codes is problem.codes:
        return Groups(codes, values, problem.group_sizes)
    sizes = np.bincount(codes, minlength=len(values))
    present = sizes > 0
    if present.all():
        return Groups(codes, values, sizes)
    if present.sum() < 2:
        raise Refusal(
            f"All rows would be in one group of {quoted(problem.group)}, and a random intercept "
            "needs at least two. Leave a row in another group."
        )
    order: Codes = np.cumsum(present, dtype=np.intp) - 1
    return Groups(order[codes], values[present], sizes[present])


def _appended(values: Any, label: str) -> Any:
    """The groups' labels and a new one, last; numbers stay numbers where it is one."""
    if values.dtype.kind in "iuf":
        try:
            return np.append(values, values.dtype.type(label))
        except ValueError:
            return np.append(values.astype(str), label)
    return np.append(values, label)


def _check_variances(edit: OtherVariances) -> None:
    if not (0 < edit.sigma2 < math.inf and 0 <= edit.tau2 < math.inf):
        raise Refusal(
            f"σ² = {number(edit.sigma2)}, τ² = {number(edit.tau2)} is outside the model. "
            "σ² must be above 0 and τ² not below it, both finite."
        )


def _changes_nothing(edit: WhatIf, problem: Problem) -> bool:
    if isinstance(edit, OtherVariances) or not 0 <= edit.observation < problem.n:
        return False
    if isinstance(edit, OtherY):
        return bool(problem.y[edit.observation] == edit.value)
    label: str = problem.group_labels[problem.codes[edit.observation]]
    return label == edit.label.strip()
