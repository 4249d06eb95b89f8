"""What every pane of the window is: it shows snapshots, and only ever asks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from mlm_gui.spotlight import Question, Spot
from mlm_gui.theme import Theme
from solver import Problem, Step, Trace
from solver.course import Course


class Panel(QWidget):
    """A pane. Panes know neither each other nor the session.

    The window calls the three ``show_…`` methods and :meth:`apply_theme`; a pane redraws only what
    differs. What the reader does in a pane goes out as a signal.

    Signals
    -------
    step_requested : int
        Go to the step with this index.
    group_pointed : object
        The pointer is on group j (an int), or on none (None): light it everywhere.
    start_requested : float, float
        Start a new run from these σ² and τ².
    what_if_requested : WhatIf
        Show what the run would be with this edit (:mod:`solver.branch`).
    explain_requested : Asked
        The reader asks where a number comes from.
    spot_requested : Spot
        Light a symbol or entries everywhere.
    """

    step_requested = Signal(int)
    group_pointed = Signal(object)
    start_requested = Signal(float, float)
    what_if_requested = Signal(object)
    explain_requested = Signal(object)
    spot_requested = Signal(object)

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins: its data and its history, which grows as steps are taken.

        ``show_step`` with the run's first step follows at once.
        """

    def show_step(self, new: Step, old: Step | None) -> None:
        """The cursor has moved; ``old`` is None at the start of a run.

        A field of ``new.state`` that is the same object as in ``old.state`` has not changed.
        """

    def show_beside(self, beside: Trace | None) -> None:
        """Draw another run beside this one at every step, or none; ``show_step`` follows.

        It is the run that a branch has left; its step is ``beside.reach(step.index)``.
        """

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""

    def show_spot(self, spot: Spot) -> None:
        """Light a symbol or entries of a matrix; nothing where the spot is empty."""

    def conceal(self, concealed: bool) -> None:
        """Put a question mark in place of what the step has just changed, or show it."""

    def withhold(self, questions: Sequence[Question]) -> None:
        """Put a question mark in place of each number that answers one of these as well."""

    @property
    def conceals(self) -> bool:
        """Whether a question mark stands for something now."""
        return False

    def turn(self, by: int) -> bool:
        """Turn pages of what is too long for a projector; whether there were that many."""
        return False

    def set_course(self, course: Course) -> None:
        """Show everything, or what a first course needs."""

    def set_bare(self, bare: bool) -> None:
        """Show the matter alone, for a projector, or with its controls."""

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes; called once before anything is shown, and at every change."""
