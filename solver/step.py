"""One step of a run: a name, its place, and the snapshot of the fit that it left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from solver.matrices import Matrix, matrix
from solver.problem import Problem
from solver.state import Options, State, StepName


@dataclass(frozen=True, eq=False)
class Step:
    """One named step of a run.

    Attributes
    ----------
    index : int
        0 for ``initialize``, then counting on.
    iteration : int
        0 for ``initialize``, then counting the rounds of the other five.
    name : str
        One of :data:`STEP_NAMES`.
    state : State
        The fit after the step.
    problem : Problem
        What is being fitted.
    options : Options
    """

    index: int
    iteration: int
    name: StepName
    state: State
    problem: Problem = field(repr=False)
    options: Options

    def matrix(self, name: str) -> Matrix:
        """One of the matrices that went into this step; see :func:`solver.matrices.matrix`.

        After ``update_variances`` they are those at the variances that the update started from, as
        its score and information are.
        """
        state = self.state
        if self.name == "update_variances" and state.updated_from is not None:
            state = replace(state, criterion=state.updated_from)
        return matrix(name, self.problem, state)
