"""How an observation is named: by its place among those used, and by its row in the file."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from mlm_gui.widgets.plot_layout import count
from solver import Problem


def observation_name(problem: Problem, observation: int) -> str:
    """``observation 128 · row 167 of the file``; the row only where it is another number."""
    place, row = observation + 1, problem.file_row(observation)
    name = QCoreApplication.translate("observation_name", "observation %1")
    of_file = QCoreApplication.translate("observation_name", "row %1 of the file")
    parts = [name.replace("%1", count(place))]
    if row != place:
        parts.append(of_file.replace("%1", count(row)))
    return " · ".join(parts)
