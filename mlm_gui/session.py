"""The run on screen: a trace, a cursor on it, and the clock that moves the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from solver import Analysis, Options, Problem, Step, Trace, steps
from solver.state import STEP_NAMES, StepName

if TYPE_CHECKING:
    from solver.branch import Branch

SLICE = 0.06
"""Seconds for which steps are taken before the window gets its turn."""


class Moment(NamedTuple):
    """A run and the place of the cursor on it."""

    analysis: Analysis
    trace: Trace
    position: int


class Session(QObject):
    """Owns the trace and the cursor; everything else shows them.

    A branch of the run may be shown in its place; the run is kept beside it, to return to.

    Signals
    -------
    started : str
        A new run has begun; the text says what changed.
    moved : Step, Step or None
        The cursor is on the first; it was on the second (None at the start of a run).
    running_changed : bool
        The clock was started or stopped.
    """

    started = Signal(str)
    moved = Signal(object, object)
    running_changed = Signal(bool)

    def __init__(self, analysis: Analysis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.analysis = analysis
        self.trace = _trace(analysis)
        self.position = 0
        self._left: Moment | None = None
        self.breakpoint: StepName | None = None
        self._interval = 600
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self._seek = QTimer(self)
        self._seek.setInterval(0)
        self._seek.timeout.connect(self._seek_on)
        self._arrived: Callable[[Step], bool] = lambda step: True
        self.trace[0]

    @property
    def problem(self) -> Problem:
        """What is fitted."""
        return self.analysis.problem

    @property
    def options(self) -> Options:
        """How it is fitted."""
        return self.analysis.choices.options

    @property
    def current(self) -> Step:
        """The step under the cursor."""
        return self.trace[self.position]

    @property
    def home(self) -> Moment:
        """The run that is kept: the one that a branch has left, or this one."""
        return self._left or Moment(self.analysis, self.trace, self.position)

    @property
    def beside(self) -> Trace | None:
        """The run that a branch has left; None where there is no branch."""
        return self._left.trace if self._left else None

    @property
    def at_end(self) -> bool:
        """Whether the cursor is on the last step of a run that has ended."""
        return self.trace.complete and self.position == len(self.trace) - 1

    @property
    def running(self) -> bool:
        """Whether the cursor moves by itself."""
        return self._clock.isActive() or self._seek.isActive()

    def announce(self, what: str = "") -> None:
        """Emit the signals of a run that has just begun: for panes that were connected late."""
        self.started.emit(what)
        self.moved.emit(self.current, None)

    # -- moving the cursor

    def step(self) -> None:
        """One step forward."""
        self.pause()
        self._go(self.position + 1)

    def back(self) -> None:
        """One step back; nothing is computed again."""
        self.pause()
        self._go(self.position - 1)

    def go(self, index: int) -> None:
        """To the step with an index; as far as the run goes."""
        self.pause()
        self._go(index)

    def first(self) -> None:
        """To step 0."""
        self.go(0)

    def last(self) -> None:
        """To the end of the run, taking the steps that are still missing."""
        self._seek_until(lambda step: False)

    def next_iteration(self) -> None:
        """To the end of this iteration, or of the next one from there."""
        here = self.position
        self._seek_until(lambda step: step.index > here and step.name == STEP_NAMES[-1])

    def previous_iteration(self) -> None:
        """To the end of the iteration before, or to step 0."""
        ends = [step.index for step in self.trace[: self.position] if step.name == STEP_NAMES[-1]]
        self.go(ends[-1] if ends else 0)

    def run_to(self, name: StepName) -> None:
        """To the next step of a name, or to the end."""
        here = self.position
        self._seek_until(lambda step: step.index > here and step.name == name)

    # -- the clock

    @property
    def interval(self) -> int:
        """Milliseconds between steps while running."""
        return self._interval

    def set_interval(self, milliseconds: int) -> None:
        """Choose the speed of running."""
        self._interval = milliseconds
        if self._clock.isActive():
            self._clock.setInterval(milliseconds)

    def run(self) -> None:
        """Move on by itself, to the breakpoint or the end."""
        if not self.at_end:
            self._seek.stop()
            self._clock.start(self._interval)
            self.running_changed.emit(True)

    def pause_at(self, name: StepName | None) -> None:
        """Have running pause at every step of a name; None: at none."""
        self.breakpoint = name

    def pause(self) -> None:
        """Stop moving by itself."""
        if self.running:
            self._clock.stop()
            self._seek.stop()
            self.running_changed.emit(False)

    # -- a new run

    def reset(self) -> None:
        """Begin the same run anew; a branch and the run beside it stay, and are gone back in."""
        if self._left is None:
            self.open(self.analysis, "The run begins anew.")
        else:
            self.first()

    def change(self, what: str, **options: Any) -> None:
        """Begin a new run with some options changed; ``what`` says so to the reader.

        Raises
        ------
        Refusal
            When an option has no sense; the present run stays.
        """
        analysis = self.home.analysis
        self.open(analysis.with_options(replace(analysis.choices.options, **options)), what)

    def open(
        self, analysis: Analysis, what: str, trace: Trace | None = None, position: int = 0
    ) -> None:
        """Begin a new run on other data or with other options, or go on with one.

        Parameters
        ----------
        analysis : Analysis
        what : str
            Says to the reader what changed.
        trace : Trace, optional
            A run that is at hand; a new one without.
        position : int, optional
            The step to go to.

        Raises
        ------
        Refusal
            When the run cannot begin; the present one stays.
        """
        self._open(analysis, what, _trace(analysis) if trace is None else trace, position, None)

    def show_branch(self, branch: Branch, what: str) -> None:
        """Show a branch at the step under the cursor; the run that is kept stays beside it."""
        self._open(branch.analysis, what, branch.trace, self.position, self.home)

    def leave_branch(self, what: str) -> None:
        """Return to the run that a branch has left, as it was left."""
        if self._left is not None:
            self.open(self._left.analysis, what, self._left.trace, self._left.position)

    # -- inside

    def _open(
        self, analysis: Analysis, what: str, trace: Trace, position: int, left: Moment | None
    ) -> None:
        trace[0]
        self.pause()
        self.analysis, self.trace, self._left = analysis, trace, left
        until = perf_counter() + SLICE
        while len(trace) <= position and perf_counter() < until and trace.advance() is not None:
            pass
        self.position = min(position, len(trace) - 1)
        self.started.emit(what)
        self.moved.emit(self.current, None)
        if self.position < position and not trace.complete:
            self._seek_until(lambda step: step.index >= position)

    def _go(self, index: int) -> None:
        index = self.trace.reach(max(index, 0)).index
        if index != self.position:
            old = self.current
            self.position = index
            self.moved.emit(self.current, old)
        if self.at_end:
            self.pause()

    def _tick(self) -> None:
        self._go(self.position + 1)
        if self.current.name == self.breakpoint:
            self.pause()

    def _seek_until(self, arrived: Callable[[Step], bool]) -> None:
        """Move on until a step satisfies ``arrived``, giving the window its turn in between."""
        self.pause()
        self._arrived = arrived
        self._target = self.position
        if not self._seek_on():
            self._seek.start()
            self.running_changed.emit(True)

    def _seek_on(self) -> bool:
        """Take steps for a slice of time, and go where they lead; whether that is done."""
        until = perf_counter() + SLICE
        while perf_counter() < until:
            if self._target + 1 >= len(self.trace) and self.trace.advance() is None:
                break
            self._target += 1
            if self._arrived(self.trace[self._target]):
                break
        else:
            return False
        if self._seek.isActive():
            self._seek.stop()
            self.running_changed.emit(False)
        self._go(self._target)
        return True


def _trace(analysis: Analysis) -> Trace:
    return Trace(steps(analysis.problem, analysis.choices.options))
