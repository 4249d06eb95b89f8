"""Where a run is, in the one way in which it is said everywhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from solver import Step
from solver.state import STEP_NAMES


def place_of(step: Step) -> str:
    """``iteration 3 · step 4 of 6``."""
    return place_at(step.iteration, STEP_NAMES.index(step.name))


def place_at(iteration: int, position: int) -> str:
    """The same for a step that may not have been taken yet, its position counted from 0."""
    said = _tr("iteration {}").format(iteration) if iteration else _tr("start")
    return _tr("{} · step {} of {}").format(said, position + 1, len(STEP_NAMES))


def position_of(index: int) -> tuple[int, int]:
    """Iteration and position of the step with an index: the steps of a run have one order."""
    if index == 0:
        return 0, 0
    iteration, position = divmod(index - 1, len(STEP_NAMES) - 1)
    return iteration + 1, position + 1


def _tr(text: str) -> str:
    return QCoreApplication.translate("Place", text)
