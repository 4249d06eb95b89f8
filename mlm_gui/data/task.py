"""Work that would keep the window waiting, done beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from solver import Refusal
from solver.data.text_tables import Progress
from solver.errors import Cancelled

_running: set[Task] = set()


class Task(QObject):
    """One piece of work in a thread of its own; its signals arrive in the window's.

    Parameters
    ----------
    work : callable
        Is given a function to tell of its progress, and returns the result.

    Signals
    -------
    progressed : float
        The part that is done, 0 to 1; below 0 where it is not known.
    done : object
        The result.
    refused : str
        The sentence of a refusal.
    failed : object
        The exception of a defect.
    """

    progressed = Signal(float)
    done = Signal(object)
    refused = Signal(str)
    failed = Signal(object)
    _ended = Signal()

    def __init__(self, work: Callable[[Progress], object]) -> None:
        super().__init__()
        self._work = work
        self._cancelled = threading.Event()
        self._ended.connect(self._forget, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin."""
        _running.add(self)
        threading.Thread(target=self._run, name="stepreml-task", daemon=True).start()

    def cancel(self) -> None:
        """Want the result no more: no signal comes, and the work ends when it next tells."""
        self._cancelled.set()

    def _run(self) -> None:
        try:
            self._say(self.done, self._work(self._tell))
        except Cancelled:
            pass
        except Refusal as refusal:
            self._say(self.refused, str(refusal))
        except Exception as error:
            self._say(self.failed, error)
        finally:
            self._ended.emit()

    def _say(self, signal: object, value: object) -> None:
        if not self._cancelled.is_set():
            signal.emit(value)  # type: ignore[attr-defined]

    def _tell(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        self.progressed.emit(done / total if total else -1.0)

    def _forget(self) -> None:
        _running.discard(self)
