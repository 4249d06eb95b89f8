"""Where a run is, in the one way in which it is said everywhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from solver import Step
from solver.state import STEP_NAMES


def place_of(step: Step) -> str:
    """``iteration 3 · step 4 of 6``."""
    place = STEP_NAMES.index(step.name) + 1
    iteration = _tr("iteration {}").format(step.iteration) if step.iteration else _tr("start")
    return _tr("{} · step {} of {}").format(iteration, place, len(STEP_NAMES))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Place", text)
