"""The step card: what this step does and why, its formula, and the formula with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from mlm_gui.panels.card_pages import CardPage, Room, fit_formula, fit_tables, parted
from mlm_gui.panels.panel import Panel
from mlm_gui.place import place_of
from mlm_gui.spotlight import HIDDEN, Spot, coloured
from mlm_gui.theme import Theme
from mlm_gui.typeset import Formula, pieces, typesetter
from mlm_gui.widgets.asking import Asked, Asking
from mlm_gui.widgets.copy_menu import offer_formula
from mlm_gui.widgets.disclosure import Disclosure
from mlm_gui.widgets.math_view import SMALLEST, MathView, settle
from mlm_gui.widgets.maths import Line, Maths
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

BARE, BARE_FORMULA = 0.96, 0.65
"""How far numbers and formulas that are too wide may be shrunk on a projector."""

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
        self.question = QLabel(HIDDEN)
        self.question.setAccessibleName(self.tr("The numbers are hidden"))
        self.question.hide()
        self.more = Disclosure(self.tr("Derivation"))
        self._lay_out()
        self.more.button.toggled.connect(self._bring_up)
        self.worked.pointed.connect(self.group_pointed)
        Asking(self.worked, self._asked)
        offer_formula(self.formula)
        self._theme: Theme | None = None
        self._maths: Maths | None = None
        self._trace: Trace | None = None
        self._step: Step | None = None
        self._group: int | None = None
        self._bare = self._concealed = False
        self._lines: Sequence[Line] = ()
        self._pages: Sequence[CardPage] = [CardPage(True, range(0))]
        self._turned = 0
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
        self._step, self._turned = new, 0
        if renamed:
            self._show_lesson(new)
        self._put_numbers_in()
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
                self._put_numbers_in()
                self._show_parts()

    def show_spot(self, spot: Spot) -> None:
        """Light a symbol in the formula."""
        self._symbol = spot.symbol
        if self._step is not None:
            self._show_lesson(self._step)

    def set_course(self, course: Course) -> None:
        """Show the step as a course has it."""
        self._course = course
        self._show_again()

    def set_bare(self, bare: bool) -> None:
        """Set nothing small, for a projector."""
        self._bare = self.formula.at_once = bare
        self.formula.set_smallest(BARE_FORMULA if bare else SMALLEST)
        self.worked.set_smallest(BARE if bare else SMALLEST)
        self.more.setHidden(bare)
        policy = Qt.ScrollBarPolicy
        self._page.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if bare else policy.ScrollBarAsNeeded
        )
        self._turned = 0
        self._fit()
        self._show_parts()

    @property
    def conceals(self) -> bool:
        """Whether the step's numbers are hidden."""
        return self._concealed

    def conceal(self, concealed: bool) -> None:
        """Put a question mark in place of the step's numbers, or show them."""
        if concealed != self._concealed:
            self._concealed, self._turned = concealed, 0
            self._show_parts()
            if not concealed and not self._pages[0].numbers:
                self.turn(1)

    def turn(self, by: int) -> bool:
        """Turn pages, where the step is too long for one."""
        turned = self._turned + by
        if not 0 <= turned < len(self._pages):
            return False
        self._turned = turned
        self._show_parts()
        return True

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
        self._show_parts()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Part the pages anew when something on them took another size."""
        if event.type() == QEvent.Type.LayoutRequest and self._bare:
            pages = self._pages
            self._fit_formula()
            if self._part() != pages:
                self._show_parts()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        if self._theme is None:
            return
        unit = self._theme.unit
        long = self._step is not None and self._step.name in LONG
        small = self.width() < SMALL[0] * unit or self.height() < SMALL[1] * unit
        small = ((small and long) or self.width() < NARROW * unit) and not self._bare
        if not self._bare:
            self.formula.set_size(SMALL_MATHS if small else 1.0)
        self.worked.set_size(SMALL_MATHS if small else 1.0)
        self._page.column.setSpacing(unit // 2 if small else unit)

    def _set_head(self) -> None:
        """Title and place beside each other where they fit, else one below the other."""
        assert self._theme is not None
        title = QFontMetricsF(self.title.font()).horizontalAdvance(self.title.accessibleName())
        place = QFontMetricsF(self.place.font()).horizontalAdvance(self.place.text())
        beside = title + place + 9 * self._theme.unit < self.width()
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.LeftToRight if beside else direction.TopToBottom)

    def _bring_up(self, opened: bool) -> None:
        """Scroll to the derivation that was opened, once it has its place."""
        if opened:
            bar = self._page.verticalScrollBar()
            QTimer.singleShot(0, self, lambda: bar.setValue(self.more.y()))

    def _lay_out(self) -> None:
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(0)
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
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.place, 0, Qt.AlignmentFlag.AlignBottom)
        self._page.content.installEventFilter(self)

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

    def _put_numbers_in(self) -> None:
        if self._maths is None or self._step is None:
            return
        index = self._step.index
        before = self._trace[index - 1] if self._trace is not None and index > 0 else None
        self._lines = self._work_out(
            self._step, before, self._group, self._maths, self._course.simple
        )

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
        assert self._maths is not None
        self._fit_formula()
        sizes = ("large", "body", "small") if self._bare else ("small",)
        fit_tables((self.trials, self.rules), self._room(), sizes)
        self._pages = self._part()
        self._turned = min(self._turned, len(self._pages) - 1)
        page, place = self._pages[self._turned], place_of(self._step)
        if len(self._pages) > 1:
            page_of = self.tr("page {} of {}").format(self._turned + 1, len(self._pages))
            place = f"{place} · {page_of}"
        self.place.setText(place)
        self._set_head()
        self.sentence.setVisible(page.lesson)
        self.formula.setVisible(page.lesson)
        first = int(self._step.name == "check_convergence")
        lines = [line for k, line in enumerate(self._lines, first) if k in page.numbers]
        seen = not self._concealed
        self.worked.set_lines(
            self._lines if len(lines) == len(self._lines) else lines, self._maths.theme.unit
        )
        self.worked.setVisible(bool(lines) and seen)
        tables = seen and (0 if first else len(self._lines)) in page.numbers
        for part in (self.trials, self.in_words):
            part.setVisible(tables and part in self._tables())
        self.rules.setVisible(tables and bool(first))
        ended = self._step.state.outcome is not None
        self.outcome.setVisible(tables and bool(first) and ended)
        self.worked_heading.setVisible(bool(page.numbers) or self._concealed)
        self.question.setVisible(self._concealed)

    def _tables(self) -> list[QWidget]:
        """What the step has besides formulas; on a projector no table of one trial, taken."""
        step = self._step
        if step is None or step.name not in ("update_variances", "check_convergence"):
            return []
        if step.name == "check_convergence":
            return [self.rules, *([self.outcome] if step.state.outcome else [])]
        if self._course.simple:
            return [self.in_words]
        told = not self._bare or any(trial.refused for trial in step.state.trials)
        return [self.trials] if told else []

    def _part(self) -> Sequence[CardPage]:
        """The pages: one that scrolls, but on a projector as many as it takes."""
        assert self._step is not None
        assert self._maths is not None
        tables = self._tables()
        count = len(self._lines) + bool(tables)
        if not self._bare:
            return [CardPage(True, range(count))]
        if self._concealed:
            return [CardPage(True, range(0))]
        room, leading = self._room(), self._maths.theme.unit
        numbers = [settle([line], room.width, leading, BARE)[1] + leading for line in self._lines]
        if tables:
            at_end = self._step.name == "update_variances"
            numbers.insert(len(numbers) if at_end else 0, room.taken_by(tables))
        lesson = room.taken_by((self.sentence, self.formula))
        return parted(lesson, numbers, room.taken_by([self.worked_heading]), room.height)

    def _room(self) -> Room:
        margins, gap = self._page.column.contentsMargins(), self._page.column.spacing()
        around = self._page.viewport().size()
        width = around.width() - margins.left() - margins.right()
        height = around.height() - margins.top() - margins.bottom()
        return Room(width, height - self._head.sizeHint().height() - gap, gap)

    def _fit_formula(self) -> None:
        """On a projector, leave room for the question mark below the formula."""
        if self._bare:
            below = (self.sentence, self.worked_heading, self.question)
            fit_formula(self.formula, self._room(), below, BARE_FORMULA)
