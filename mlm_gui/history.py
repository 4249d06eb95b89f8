"""Undo and redo for choices: back to the run before, as it was left."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from mlm_gui.session import Moment, Session
from solver import Analysis
from solver.course import Course, whole_course
from solver.lessons import words

LIMIT = 30
"""Runs that can be gone back to."""

ROWS = 4_000_000
"""Rows of data that are kept for it, beside those of the last run."""


class Change(NamedTuple):
    """Something changed beside the run: how to take that back, and how to do it again."""

    back: Callable[[], None]
    again: Callable[[], None]


class History(QObject):
    """Keeps the runs that choices have ended; nothing is computed to go back to one.

    Parameters
    ----------
    session : Session
    undo, redo : QAction
        What the reader presses; their texts say which choice.

    Signals
    -------
    said : str
        A change beside the run was taken back, or done again.
    """

    said = Signal(str)

    def __init__(self, session: Session, undo: QAction, redo: QAction) -> None:
        super().__init__(session)
        self._session = session
        self._undo, self._redo = undo, redo
        self._past: list[tuple[Moment | Change, str]] = []
        self._future: list[tuple[Moment | Change, str]] = []
        self._present = session.home
        self._travelling = self._held = False
        self._course = whole_course()
        session.started.connect(self._on_started)
        session.moved.connect(self._on_moved)
        self._show()

    def hold(self) -> None:
        """Note nothing, and go nowhere, until :meth:`release`: lessons choose for themselves."""
        self._held = True
        self._show()

    def release(self) -> None:
        """Go on from the run before :meth:`hold`; other data that were opened are one choice."""
        self._held = False
        self._on_started()
        self._on_moved()
        self._show()

    def undo(self) -> None:
        """Back to the run before the last choice."""
        self._travel(self._past, self._future, self.tr("Undone: {}."))

    def redo(self) -> None:
        """Forward to the run after it."""
        self._travel(self._future, self._past, self.tr("Done again: {}."))

    def keep(self, what: str, change: Change) -> None:
        """Keep a change beside the run that was just made; ``what`` names it in a few words."""
        self._add(change, what)

    def _travel(
        self,
        source: list[tuple[Moment | Change, str]],
        target: list[tuple[Moment | Change, str]],
        said: str,
    ) -> None:
        if not source:
            return
        moment, what = source.pop()
        if isinstance(moment, Change):
            target.append((moment, what))
            (moment.back if source is self._past else moment.again)()
            self.said.emit(said.format(self._named(what)))
            self._show()
            return
        target.append((self._present, what))
        self._travelling = True
        try:
            self._session.open(
                moment.analysis, said.format(self._named(what)), moment.trace, moment.position
            )
        finally:
            self._travelling = False
        self._show()

    def _on_started(self) -> None:
        what = self._change(self._present.analysis, self._session.home.analysis)
        if what and not self._travelling:
            self._add(self._present, what)

    def _add(self, before: Moment | Change, what: str) -> None:
        if self._held:
            return
        self._past.append((before, what))
        self._future.clear()
        while len(self._past) > LIMIT or (len(self._past) > 1 and self._rows() > ROWS):
            self._past.pop(0)
        self._show()

    def set_course(self, course: Course) -> None:
        """Name choices as a course does."""
        self._course = course
        self._show()

    def _named(self, what: str) -> str:
        return what if self._course.allows(what) else self.tr("another choice")

    def _rows(self) -> int:
        """Rows of all data sets but those of the last run that can be gone back to."""
        held = [past.analysis.problem for past, _ in self._past if isinstance(past, Moment)]
        problems = {id(problem): problem for problem in held[:-1] if problem is not held[-1]}
        return sum(problem.n for problem in problems.values())

    def _on_moved(self) -> None:
        if not self._held:
            self._present = self._session.home

    def _show(self) -> None:
        for action, moments, text in (
            (self._undo, self._past, self.tr("Undo")),
            (self._redo, self._future, self.tr("Redo")),
        ):
            action.setEnabled(bool(moments) and not self._held)
            action.setText(f"{text}: {self._named(moments[-1][1])}" if moments else text)

    def _change(self, old: Analysis, new: Analysis) -> str:
        """What was chosen, in a few words; empty when the run only began anew."""
        before, after = old.choices, new.choices
        if old.problem is not new.problem and before.source != after.source:
            return self.tr("data {}").format(after.source.title)
        was, now = before.options, after.options
        methods, algorithms = words()["methods"], words()["algorithms"]
        changes = {
            self.tr("formula"): before.formula != after.formula,
            self.tr("preparation of the data"): before.preparation != after.preparation,
            self.tr("method {}").format(methods[now.method]["name"]): was.method != now.method,
            self.tr("algorithm {}").format(algorithms[now.algorithm]): (
                was.algorithm != now.algorithm
            ),
            self.tr("start values"): was.start != now.start,
            self.tr("tolerance"): was.tolerance != now.tolerance,
            self.tr("iteration limit"): was.max_iterations != now.max_iterations,
        }
        return ", ".join(text for text, changed in changes.items() if changed) or (
            self.tr("data") if old.problem is not new.problem else ""
        )
