"""The rail: the criterion, the six steps with their loop, the present values, and two lamps."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QVBoxLayout, QWidget

from mlm_gui.panels.panel import Panel
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking
from mlm_gui.widgets.lamp import Lamp
from mlm_gui.widgets.page import Page
from mlm_gui.widgets.readings import Readings
from mlm_gui.widgets.step_loop import StepLoop
from solver import Options, Problem, Step, Trace
from solver.branch import OtherVariances
from solver.course import Course, whole_course
from solver.formatting import number, short
from solver.lessons import words
from solver.quantity import Quantity
from solver.state import STEP_NAMES

MOST_BETA = 6
"""Fixed effects that are compared with those of the run beside, at most."""

NARROWEST = 8
"""Least width of the rail, in ems of the largest text."""


class StepsPanel(Panel):
    """Where the run is; a click on a step asks for it in the present iteration."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("steps")
        self.setAccessibleName(self.tr("The six steps"))
        self.criterion = QLabel()
        self.algorithm = QLabel()
        self.algorithm.setWordWrap(True)
        self.loop = StepLoop()
        self.iteration = QLabel()
        self.readings = Readings()
        self.beta = QLabel()
        self.beta.hide()
        Asking(self.beta, self._asked)
        self.beta.setTextFormat(Qt.TextFormat.RichText)
        self.converged = Lamp()
        self.boundary = Lamp()
        self._rules = [QFrame(), QFrame()]
        self._lay_out()
        self.loop.chosen.connect(self._ask_for)
        self._course = whole_course()
        self.readings.edited.connect(self._ask_what_if)
        self._trace: Trace | None = None
        self._beside: Trace | None = None
        self._step: Step | None = None
        self._theme: Theme | None = None
        self._concealed = False

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins."""
        self._trace, self._step = trace, None

    def show_beside(self, beside: Trace | None) -> None:
        """Show the values of another run as well, or none."""
        self._beside = beside
        self.beta.setHidden(beside is None or beside[0].problem.p > MOST_BETA)

    def show_step(self, new: Step, old: Step | None) -> None:
        """Light the step, and show where it has brought the fit."""
        self._step = new
        said = words()
        method = said["methods"][new.options.method]
        self.criterion.setText(method["name"])
        self.criterion.setToolTip(method["long"])
        usual = new.options.algorithm == Options().algorithm
        how = "" if usual else self._course.algorithm
        if not self._course.simple:
            how = said["algorithms"][new.options.algorithm]
        self.algorithm.setText(f"{method['long']}\n{how}".strip())
        self.loop.show_step(STEP_NAMES.index(new.name))
        iteration = self.tr("iteration {number}") if new.iteration else self.tr("start")
        self.iteration.setText(iteration.format(number=f"<b>{new.iteration}</b>"))
        before = self._trace[new.index - 1] if self._trace is not None and new.index else None
        beside = self._beside.reach(new.index) if self._beside is not None else None
        self.readings.show_step(new, before, beside, concealed=self._concealed)
        if beside is not None:
            self._compare_beta(new, beside)
        self._show_lamps(before if self._concealed and before is not None else new)

    def conceal(self, concealed: bool) -> None:
        """Put question marks in place of the values that the step has changed, or show them."""
        if concealed != self._concealed:
            self._concealed = concealed
            if self._step is not None:
                self.show_step(self._step, None)

    @property
    def conceals(self) -> bool:
        """Whether a value or a lamp is hidden."""
        ended = self._step is not None and self._step.state.outcome is not None
        return self._concealed and (self.readings.conceals or ended)

    def set_course(self, course: Course) -> None:
        """Name the algorithm, but not in a first course."""
        self._course = course
        if self._step is not None:
            self.show_step(self._step, None)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        self._page.set_ground(theme.palette)
        self._page.column.setContentsMargins(0, unit, unit, unit)
        for part in (self._around, self._values, self._parts):
            part.setSpacing(unit)
        large = theme.font("large")
        large.setBold(True)
        self.criterion.setFont(large)
        self._theme = theme
        self.beta.setFont(theme.font("small"))
        for label in (self.algorithm, self.iteration):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted}")
        for rule in self._rules:
            rule.setFixedHeight(1)
            rule.setStyleSheet(f"background: {theme.hairline}; border: none")
        self.loop.apply_theme(theme)
        self.readings.apply_theme(theme)
        self.converged.apply_theme(theme, theme.good)
        self.boundary.apply_theme(theme, theme.ink)
        self.updateGeometry()
        self._arrange()
        if self._step is not None:
            self.show_step(self._step, None)

    def sizeHint(self) -> QSize:
        """Wide enough for the names of the steps."""
        bar = self._page.verticalScrollBar().sizeHint().width()
        content = self._page.content.sizeHint()
        return QSize(content.width() + bar, content.height())

    def minimumSizeHint(self) -> QSize:
        """Twelve ems, and a few of the steps; it scrolls where that is not all."""
        return QSize(int(NARROWEST * QFontInfo(self.criterion.font()).pixelSize()), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The values stand beside the steps where both have room, below them else."""
        margins = self._page.column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._parts.spacing()
        beside = self._around.sizeHint().width() + self._values.sizeHint().width() <= room
        direction = QBoxLayout.Direction
        self._parts.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._rules[0].setHidden(beside)

    def _lay_out(self) -> None:
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._page = Page(self.accessibleName(), [self._parts])
        self._around, self._values = QVBoxLayout(), QVBoxLayout()
        self._parts.addLayout(self._around)
        self._parts.addLayout(self._values, 1)
        heading = QVBoxLayout()
        heading.setSpacing(0)
        self._around.addLayout(heading)
        heading.addWidget(self.criterion)
        heading.addWidget(self.algorithm)
        around: list[QWidget] = [self.loop, self.iteration, self._rules[0]]
        values = [self.readings, self.beta, self._rules[1], self.converged, self.boundary]
        for column, parts in ((self._around, around), (self._values, values)):
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._page)

    def _compare_beta(self, new: Step, beside: Step) -> None:
        """The fixed effects, each with what it is in the run beside: no other pane has both."""
        assert self._theme is not None
        was, muted = self.tr("was {}"), f"<span style='color: {self._theme.muted}'>"
        lines = [
            f"{muted}β &nbsp;{escape(short(name, 22))}</span><br>{number(float(b))}&nbsp; "
            f"{muted}{was.format(number(float(old)))}</span>"
            for name, b, old in zip(
                new.problem.fixed_names, new.state.beta, beside.state.beta, strict=True
            )
        ]
        self.beta.setText("<br>".join(lines))

    def _asked(self, place: QPoint) -> Asked | None:
        """The fixed effect at a place of the comparison: its value here, or what it was."""
        if self._step is None or self._beside is None:
            return None
        p = self._step.problem.p
        k, below_name = divmod(2 * p * place.y() // max(self.beta.height(), 1), 2)
        if not (0 <= k < p and below_name):
            return None
        here = self.beta.fontMetrics().horizontalAdvance(number(float(self._step.state.beta[k])))
        return Asked(Quantity("beta", (k,)), beside=place.x() > here)

    def _show_lamps(self, step: Step) -> None:
        state = step.state
        if state.converged:
            converged = self.tr("converged")
        elif state.outcome is not None:
            converged = self.tr("stopped, not converged")
        else:
            converged = self.tr("not converged yet")
        self.converged.show_fact(state.converged, converged)
        self.boundary.show_fact(
            state.at_boundary,
            self.tr("on the boundary τ²\u00a0=\u00a00")
            if state.at_boundary
            else self.tr("not on the boundary"),
        )

    def _ask_what_if(self, sigma2: float, tau2: float) -> None:
        if self._step is not None:
            self.what_if_requested.emit(OtherVariances(self._step.index, sigma2, tau2))

    def _ask_for(self, position: int) -> None:
        """Ask for a step of the present iteration; the first step stands before all of them."""
        if self._step is None:
            return
        here = STEP_NAMES.index(self._step.name)
        self.step_requested.emit(self._step.index - here + position if position else 0)
