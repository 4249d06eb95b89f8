"""Writes files in a thread, one after the other, so that the window never waits for a disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from solver import Refusal

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


class Writer(QObject):
    """One thread and its queue; the thread begins with the first task."""

    _done = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._threads: ThreadPoolExecutor | None = None
        self._done.connect(self._tell)

    def write(self, task: Callable[[], object], then: Callable[[Refusal | None], object]) -> None:
        """Do a task in the thread; then tell here whether it was refused."""
        if self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(1, "writer")
        self._threads.submit(self._run, task, then)

    def finish(self) -> None:
        """Wait until everything is written; nothing more can be."""
        if self._threads is not None:
            self._threads.shutdown()

    def _run(self, task: Callable[[], object], then: Callable[[Refusal | None], object]) -> None:
        try:
            task()
        except Refusal as refusal:
            self._done.emit(then, refusal)
        except Exception as error:  # shown as it is: a thread has nobody else to tell
            self._done.emit(then, Refusal(f"{type(error).__name__}: {error}"))
        else:
            self._done.emit(then, None)

    def _tell(self, then: Callable[[Refusal | None], object], refusal: Refusal | None) -> None:
        then(refusal)
