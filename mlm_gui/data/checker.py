"""Makes the problem of the present choices beside the window, a moment after the last change."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from mlm_gui.data.task import Task
from solver import Analysis, Choices, analyse
from solver.data.tables import Table
from solver.data.text_tables import Progress

PAUSE = 120
"""Milliseconds without a change before the choices are looked at."""


class Checker(QObject):
    """Tells what choices make; of several in a row only the last counts.

    Parameters
    ----------
    table : Table, optional
        What reading the source gave, to spare reading it again.

    Signals
    -------
    usable : Analysis
        The choices make this problem; its table is prepared already.
    refused : str
        They make none, for this reason.
    """

    usable = Signal(object)
    refused = Signal(str)

    def __init__(self, table: Table | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._wanted: Choices | None = None
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._begin)

    def look_at(self, choices: Choices) -> None:
        """Look at these choices soon, and forget those before."""
        self._wanted = choices
        if self._task is None:
            self._timer.start()

    def stop(self) -> None:
        """Look at nothing more."""
        self._timer.stop()
        self._wanted = None

    def _begin(self) -> None:
        choices, self._wanted = self._wanted, None
        if choices is None:
            return
        table = self._table

        def work(progress: Progress) -> Analysis:
            analysis = analyse(choices, table)
            _ = analysis.prepared
            return analysis

        self._task = Task(work)
        self._task.done.connect(self._on_done)
        self._task.refused.connect(self._on_refused)
        self._task.failed.connect(self._on_failed)
        self._task.start()

    def _on_done(self, analysis: Analysis) -> None:
        if self._is_last():
            self.usable.emit(analysis)

    def _on_refused(self, sentence: str) -> None:
        if self._is_last():
            self.refused.emit(sentence)

    def _on_failed(self, error: Exception) -> None:
        self._is_last()
        raise error

    def _is_last(self) -> bool:
        """Whether what has just ended is still wanted; otherwise begin with what is."""
        self._task = None
        if self._wanted is not None:
            self._timer.start()
            return False
        return True
