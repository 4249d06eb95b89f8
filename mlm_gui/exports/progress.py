"""Long work done piece by piece: a window stays awake beside it, and a reader can call it off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from solver import Refusal, Trace

PATIENCE = 400
"""Milliseconds after which work that goes on shows its bar."""

FINE = 1000
"""Marks on the bar."""

SLICE = 50
"""Steps of a run that are taken at once."""


class Progress(NamedTuple):
    """How far some work is: a part between 0 and 1, and what is being done."""

    part: float
    doing: str


def finish(trace: Trace) -> Iterator[Progress]:
    """Take the steps of a run that are still missing."""
    while not trace.complete:
        for _ in range(SLICE):
            trace.advance()
        yield Progress(0.0, "Taking the steps")


class Job(QObject):
    """Does a piece of work whenever the window has nothing else to do.

    Parameters
    ----------
    work : iterator of Progress
    title : str
        What the bar says at its head.

    Signals
    -------
    done : no value
        The work is finished.
    refused : str
        It cannot be done; the sentence says why.
    ended : no value
        It is finished, refused or called off.
    """

    done = Signal()
    refused = Signal(str)
    ended = Signal()

    def __init__(self, work: Iterator[Progress], title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._work = work
        self.bar = QProgressDialog(title, self.tr("Cancel"), 0, FINE, parent)
        self.bar.setObjectName("progress")
        self.bar.setWindowTitle(title)
        self.bar.setWindowModality(Qt.WindowModality.NonModal)
        self.bar.setMinimumDuration(PATIENCE)
        self.bar.setAutoClose(False)
        self.bar.setAutoReset(False)
        self.bar.canceled.connect(self._end)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(0)

    def _go_on(self) -> None:
        try:
            progress = next(self._work, None)
        except Refusal as refusal:
            self._end()
            self.refused.emit(str(refusal))
            return
        except BaseException:
            self._end()
            raise
        if progress is None:
            self._end()
            self.done.emit()
            return
        self.bar.setLabelText(f"{progress.doing} …")
        self.bar.setValue(round(FINE * progress.part))

    def _end(self) -> None:
        if not self._timer.isActive():
            return
        self._timer.stop()
        close = getattr(self._work, "close", None)
        if close is not None:
            close()
        self.bar.canceled.disconnect(self._end)
        self.bar.close()
        self.bar.deleteLater()
        self.ended.emit()
        self.deleteLater()
