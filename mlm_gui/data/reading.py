"""Reads beside the window, with a bar and a way to stop once it takes longer than a moment."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from mlm_gui.data.task import Task
from mlm_gui.theme import Theme
from solver.data.text_tables import Progress

PATIENCE = 400
"""Milliseconds before the bar appears."""

STEPS = 1000
"""Steps of the bar."""


class Reading(QObject):
    """One task with its bar.

    Parameters
    ----------
    work : callable
        As in :class:`~mlm_gui.data.task.Task`.
    title : str
        What is being read.
    theme : Theme
    parent : QWidget
        The window that the bar stands on.

    Signals
    -------
    done : object
    refused : str
        As those of a task; nothing comes when the reader cancels.
    """

    done = Signal(object)
    refused = Signal(str)

    def __init__(
        self, work: Callable[[Progress], object], title: str, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._began = perf_counter()
        self._part = -1.0
        self.bar = QProgressDialog(parent)
        self.bar.setObjectName("reading")
        self.bar.setWindowTitle(self.tr("Reading"))
        self.bar.setFont(theme.font())
        self.bar.setMinimumWidth(44 * theme.unit)
        self.bar.setAutoClose(False)
        self.bar.setAutoReset(False)
        self.bar.setMinimumDuration(10**9)
        self.bar.reset()
        self.bar.canceled.connect(self.cancel)
        self._clock = QTimer(self)
        self._clock.setInterval(PATIENCE)
        self._clock.timeout.connect(self._tick)
        self._task = Task(work)
        self._task.progressed.connect(self._on_progress)
        self._task.done.connect(self._on_done)
        self._task.refused.connect(self._on_refused)
        self._task.failed.connect(self._on_failed)
        self._clock.start()
        self._task.start()

    def cancel(self) -> None:
        """Read no further."""
        self._task.cancel()
        self._end()

    def _tick(self) -> None:
        seconds = perf_counter() - self._began
        self._clock.setInterval(200)
        text = self.tr("Reading %1 … %2 s").replace("%1", self._title)
        self.bar.setLabelText(text.replace("%2", f"{seconds:.0f}"))
        self.bar.setRange(0, STEPS if 0 <= self._part < 1 else 0)
        if 0 <= self._part < 1:
            self.bar.setValue(round(STEPS * self._part))
        self.bar.open()

    def _on_progress(self, part: float) -> None:
        self._part = part

    def _on_done(self, result: object) -> None:
        self._end()
        self.done.emit(result)

    def _on_refused(self, sentence: str) -> None:
        self._end()
        self.refused.emit(sentence)

    def _on_failed(self, error: Exception) -> None:
        self._end()
        raise error

    def _end(self) -> None:
        if not self._clock.isActive():
            return
        self._clock.stop()
        self.bar.canceled.disconnect(self.cancel)
        self.bar.hide()
        self.bar.deleteLater()
        self.deleteLater()
