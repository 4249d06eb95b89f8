"""The step card: what this step does and why, its formula, and the formula with its numbers."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from mlm_gui.panels.panel import Panel
from mlm_gui.place import place_of
from mlm_gui.spotlight import coloured
from mlm_gui.theme import Theme
from mlm_gui.typeset import Formula, pieces, typesetter
from mlm_gui.widgets.asking import Asked, Asking
from mlm_gui.widgets.copy_menu import offer_formula
from mlm_gui.widgets.disclosure import Disclosure
from mlm_gui.widgets.math_view import SMALLEST, MathView
from mlm_gui.widgets.maths import Maths
from mlm_gui.widgets.page import Page
from mlm_gui.widgets.rich_text import rich_text
from mlm_gui.widgets.trials import RuleTable, TrialTable
from mlm_gui.widgets.update_words import update_words
from mlm_gui.widgets.worked import worked
from solver import Problem, Step, Trace
from solver.course import Course, whole_course
from solver.lessons import step_lessons, words
from solver.state import STEP_NAMES

KEPT = 64
"""Steps whose worked formulas are kept, for going back."""

SMALL = (72, 50)
"""Width and height in units of the theme, of which a small card has less than one."""

NARROW = 40
"""Width in units of the theme below which every step is set small."""

SMALL_MATHS = 0.8
"""Size of the mathematics of a long step on a small card."""

LONG = ("initialize", "update_variances", "check_convergence")
"""Steps that have much to show."""


class CardPanel(Panel):
    """One step on a page: title, sentence, formula, numbers, guards or rules, derivation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(self.tr("Step card"))
        self.title = QLabel()
        self.title.setWordWrap(True)
        self.place = QLabel()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.formula = Formula()
        self.worked_heading = QLabel(self.tr("with the numbers of this step"))
        self.worked_heading.setWordWrap(True)
        self.worked = MathView()
        self.in_words = QLabel()
        self.in_words.setWordWrap(True)
        self.trials = TrialTable()
        self.trials.setAccessibleName(self.tr("Guard trials"))
        self.rules = RuleTable()
        self.rules.setAccessibleName(self.tr("Convergence rules"))
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.question = QLabel("?")
        self.question.setAccessibleName(self.tr("The numbers are hidden"))
        self.question.hide()
        self.more = Disclosure(self.tr("Derivation"))
        self._lay_out()
        self.worked.pointed.connect(self.group_pointed)
        Asking(self.worked, self._asked)
        offer_formula(self.formula)
        self._theme: Theme | None = None
        self._maths: Maths | None = None
        self._trace: Trace | None = None
        self._step: Step | None = None
        self._group: int | None = None
        self._bare = self._concealed = False
        self._symbol = ""
        self._course = whole_course()
        self._work_out = lru_cache(KEPT)(worked)

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run: nothing is shown of the old one."""
        self._trace, self._step, self._group = trace, None, None
        self._work_out.cache_clear()
        self.worked.forget()
        lessons = step_lessons().values()
        typesetter().prepare(
            piece for lesson in lessons for line in lesson.latex for piece in pieces(line)
        )

    def show_step(self, new: Step, old: Step | None) -> None:
        """Show a step; marks tell what it changed from the one before it in the run."""
        typesetter().wait()
        shown = self._step
        renamed = shown is None or (shown.name, shown.options) != (new.name, new.options)
        self._step = new
        self.place.setText(place_of(new))
        if renamed:
            self._show_lesson(new)
        self._show_worked()
        if new.name == "update_variances":
            self.trials.show_trials(new.state.trials, new.options.method)
            self.in_words.setText(rich_text(update_words(new, self._course.update)))
        if new.name == "check_convergence":
            self.rules.show_rules(new.state.rules)
            ended = new.state.outcome
            self.outcome.setText(self._course.outcomes[ended] if ended else "")
        self._show_parts()

    def show_group(self, group: int | None) -> None:
        """Take the lit group as the example; it stays so until another is lit."""
        if group is not None and group != self._group:
            self._group = group
            if self._step is not None and self._step.name == "predict_u":
                self._show_worked()

    def show_symbol(self, symbol: str) -> None:
        """Light a symbol in the formula."""
        self._symbol = symbol
        if self._step is not None:
            self._show_lesson(self._step)

    def set_course(self, course: Course) -> None:
        """Show the step as a course has it."""
        self._course = course
        self._show_again()

    def set_bare(self, bare: bool) -> None:
        """Set nothing small, for a projector."""
        self._bare = bare
        for part in (self.formula, self.worked):
            part.set_smallest(1.0 if bare else SMALLEST)
        self._fit()

    @property
    def concealed(self) -> bool:
        """Whether the step's numbers are hidden."""
        return self._concealed

    def conceal(self, concealed: bool) -> None:
        """Put a question mark in place of the step's numbers, or show them."""
        if concealed != self._concealed:
            self._concealed = concealed
            self._show_parts()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme, self._maths = theme, Maths(theme)
        unit = theme.unit
        palette = theme.palette
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Base))
        self._page.set_ground(palette)
        self._page.column.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        self.title.setFont(theme.font("large"))
        for label in (self.sentence, self.in_words, self.outcome):
            label.setFont(theme.font())
        self.question.setFont(theme.font("large"))
        self.question.setStyleSheet(f"color: {theme.accent};")
        for label in (self.place, self.worked_heading):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted}")
        self.worked_heading.setContentsMargins(0, unit, 0, 0)
        self.formula.setContentsMargins(0, unit, 0, 0)
        self.outcome.setStyleSheet(
            f"background: {theme.accent_wash}; color: {theme.ink}; padding: {unit // 2}px {unit}px"
        )
        for part in (self.formula, self.trials, self.rules, self.more):
            part.apply_theme(theme)
        self._show_again()
        self._fit()

    def _show_again(self) -> None:
        if self._step is not None:
            step, self._step = self._step, None
            self.show_step(step, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the mathematics smaller on a small card."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._theme is None:
            return
        unit = self._theme.unit
        long = self._step is not None and self._step.name in LONG
        small = self.width() < SMALL[0] * unit or self.height() < SMALL[1] * unit
        small = ((small and long) or self.width() < NARROW * unit) and not self._bare
        for part in (self.formula, self.worked):
            part.set_size(SMALL_MATHS if small else 1.0)
        self._page.column.setSpacing(unit // 2 if small else unit)
        title = QFontMetricsF(self.title.font()).horizontalAdvance(self.title.accessibleName())
        place = QFontMetricsF(self.place.font()).horizontalAdvance(self.place.text())
        beside = title + place + 9 * unit < self.width()
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.LeftToRight if beside else direction.TopToBottom)

    def _lay_out(self) -> None:
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(0)
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.place, 0, Qt.AlignmentFlag.AlignBottom)
        self._page = Page(
            self.accessibleName(),
            [
                self._head,
                self.sentence,
                self.formula,
                self.worked_heading,
                self.question,
                self.rules,
                self.outcome,
                self.worked,
                self.in_words,
                self.trials,
                self.more,
            ],
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._page)

    def _show_lesson(self, step: Step) -> None:
        """The parts that are the same whenever a step of this name is shown."""
        lesson = self._course.lessons[step.name]
        number = STEP_NAMES.index(step.name) + 1
        accent = self._theme.accent if self._theme else "inherit"
        self.title.setText(f'<span style="color:{accent}">{number}</span> · {lesson.title}')
        self.title.setAccessibleName(f"{number} · {lesson.title}")
        self.sentence.setText(rich_text(lesson.sentence))
        options = step.options
        plain, latex = self._course.formulas(
            step.name, options.start, options.algorithm, options.method
        )
        self.formula.show_formula([coloured(line, self._symbol) for line in latex], plain)
        self.more.set_text(lesson.more, {term: words()["terms"][term] for term in lesson.terms})
        self._fit()
        self._page.verticalScrollBar().setValue(0)

    def _show_worked(self) -> None:
        if self._maths is None or self._step is None:
            return
        index = self._step.index
        before = self._trace[index - 1] if self._trace is not None and index > 0 else None
        lines = self._work_out(self._step, before, self._group, self._maths, self._course.simple)
        self.worked.set_lines(lines, self._maths.theme.unit)
        self._show_parts()

    def _asked(self, place: QPoint) -> Asked | None:
        """The number at a place of the worked formulas."""
        abouts = [box.about for box in self.worked.trail(QPointF(place)) if box.about is not None]
        if not abouts:
            return None
        about = abouts[-1]
        return about if isinstance(about, Asked) else Asked(about)  # type: ignore[arg-type]

    def _show_parts(self) -> None:
        """Show the parts that the step has, those with numbers only where they are not hidden."""
        if self._step is None:
            return
        name, seen = self._step.name, not self._concealed
        self.worked.setVisible(bool(self.worked.lines) and seen)
        update, simple = name == "update_variances" and seen, self._course.simple
        self.trials.setVisible(update and not simple)
        self.in_words.setVisible(update and simple)
        self.rules.setVisible(name == "check_convergence" and seen)
        ended = self._step.state.outcome is not None
        self.outcome.setVisible(name == "check_convergence" and ended and seen)
        self.question.setVisible(self._concealed)
