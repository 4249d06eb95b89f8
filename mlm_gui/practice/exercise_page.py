"""One exercise: the question, the answer being given, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from mlm_gui.keys import lead_to
from mlm_gui.practice.answers import (
    AnswerView,
    BlanksAnswer,
    ChoiceAnswer,
    OrderAnswer,
    WordsAnswer,
)
from mlm_gui.practice.matrix_answer import MatrixAnswer
from mlm_gui.practice.nearness import Nearness
from mlm_gui.practice.self_mark import SelfMark
from mlm_gui.practice.texts import matrix_text, say, solution_text, text_label
from mlm_gui.theme import Theme
from mlm_gui.typeset import Formula
from mlm_gui.widgets.flow_layout import FlowLayout
from mlm_gui.widgets.math_view import MathView
from mlm_gui.widgets.maths import Maths
from mlm_gui.widgets.page import Page
from mlm_gui.widgets.rich_text import hatted, rich_text
from solver.lessons import practice_words
from solver.practice.exercise import ExerciseKind, Grid
from solver.practice.marking import Marked
from solver.practice.solution import HOLE, foretold_lines, hint, question, understood
from solver.practice.targets import Target

HINTS = 3

VIEWS: dict[ExerciseKind, type[AnswerView]] = {
    "matrix": MatrixAnswer,
    "number": BlanksAnswer,
    "formula": BlanksAnswer,
    "choose": ChoiceAnswer,
    "predict": ChoiceAnswer,
    "order": OrderAnswer,
    "words": WordsAnswer,
}


@dataclass(frozen=True)
class Past:
    """What was done on an exercise before.

    Attributes
    ----------
    answer : Grid
    hints : int
        Hints seen.
    solved : bool
        Whether the solution was seen.
    own : tuple of str
        The student's own marks of an answer in words; empty before it was compared.
    """

    answer: Grid = ()
    hints: int = 0
    solved: bool = False
    own: tuple[str, ...] = ()


class ExercisePage(Page):
    """Shows an exercise and asks to have an answer marked; it knows no journal.

    Signals
    -------
    checked, hinted, solved : no value
        The student asks for marks, for the next hint, for the solution.
    compared : no value
        The student marked an answer in words.
    unhidden : no value
        The student asks for the numbers that the question leaves out.
    """

    checked = Signal()
    hinted = Signal()
    solved = Signal()
    compared = Signal()
    unhidden = Signal()

    def __init__(self) -> None:
        self.title, self.kind, self.ask = text_label(), QLabel(), text_label()
        self.formula = Formula()
        self.shown = text_label()
        self.left_out, self.unhide = text_label(), QPushButton()
        self._place, self._own_place = QHBoxLayout(), QHBoxLayout()
        self.reading = MathView()
        self.trouble = text_label()
        self.check = QPushButton()
        self.hint = QPushButton()
        self.solution = QPushButton()
        self.score = QLabel()
        self.said = text_label()
        self.nearness = Nearness()
        self.hints = text_label()
        self.solved_text = text_label()
        buttons, showing = FlowLayout(), FlowLayout()
        super().__init__(
            "", [self.kind, self.title, self.ask, self.left_out, showing, self.formula,
                 self.shown, self._place, self.reading, self.trouble, buttons, self.said,
                 self.nearness, self._own_place, self.hints, self.solved_text],
        )  # fmt: skip
        showing.addWidget(self.unhide)
        for widget in (self.check, self.hint, self.solution, self.score):
            buttons.addWidget(widget)
        self.setAccessibleName(self.tr("Exercise"))
        for button, asked in (
            (self.check, self.checked),
            (self.hint, self.hinted),
            (self.solution, self.solved),
            (self.unhide, self.unhidden),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(asked)
        self.solution.setText(self.tr("&Solution"))
        self.unhide.setText(self.tr("Show these &numbers"))
        self.unhide.setToolTip(self.tr("It counts as having seen the solution they come from"))
        self._theme: Theme | None = None
        self._goal: Target | None = None
        self.view: AnswerView | None = None
        self.self_mark: SelfMark | None = None
        self.hints_shown = 0
        self.solution_shown = False

    def show_exercise(self, goal: Target, past: Past) -> None:
        """Show an exercise with what was done on it before."""
        self._goal = goal
        self.kind.setText(practice_words()["kinds"][goal.exercise.kind])
        self.title.setText(rich_text(goal.exercise.title))
        self._show_given()
        self.formula.setVisible(bool(goal.exercise.latex))
        if goal.exercise.latex:
            self.formula.show_formula(goal.exercise.latex, goal.exercise.plain)
        self._forget_comparison()
        if self.view is not None:
            self._drop(self._place, self.view)
        kind = BlanksAnswer if goal.read_as_mathematics else ChoiceAnswer
        self.view = (kind if goal.exercise.foretells else VIEWS[goal.exercise.kind])(goal)
        self._place.addWidget(self.view)
        self.view.show()
        if self._theme is not None:
            self.view.apply_theme(self._theme)
        if past.answer:
            self.view.fill(past.answer)
        words = goal.exercise.by_words
        self.check.setText(self.tr("Compare") if words else self.tr("Check"))
        self.check.setToolTip(self.tr("Mark what is filled in  [Enter, Ctrl+Return]"))
        self.check.setEnabled(True)
        self.view.reshaped.connect(self._lead_tab)
        self.view.typing.connect(self._read)
        self.view.edited.connect(self._edited)
        self._read("")
        self.show_hints(past.hints)
        self.show_solution(past.solved)
        self.leave_out(())
        self._edited()
        if past.own:
            self._compare(past.own)
        self._lead_tab()
        self.verticalScrollBar().setValue(0)

    def leave_out(self, names: Sequence[str], exercises: Sequence[str] = ()) -> None:
        """Leave numbers out of the question, and say which exercises they are the answers to."""
        assert self._goal is not None
        self.ask.setText(rich_text(question(self._goal, names)))
        text = self.tr("{} stands for your own answer to {}.")
        titles = " · ".join(f"“{title}”" for title in exercises)
        say(self.left_out, [text.format(HOLE, titles)] if names else [])
        self.unhide.setVisible(bool(names))

    def answer(self) -> Grid:
        """What is filled in."""
        return self.view.answer() if self.view is not None else ()

    @property
    def own(self) -> tuple[str, ...]:
        """The student's own marks of an answer in words."""
        return self.self_mark.own if self.self_mark is not None else ()

    def show_marks(self, marked: Marked) -> None:
        """Say how the answer was marked."""
        assert self.view is not None
        assert self._goal is not None
        self.view.show_marks(marked)
        self._read("")
        said: Sequence[str] = marked.said
        if self._goal.exercise.by_words:
            if not said:
                lead_to(self._compare(self.own).fields()[0])
                self.score.setText(self.tr("you mark it yourself"))
            self._announce(said, good=False)
            return
        self.score.setText(self.tr("{} of {} right").format(marked.points, marked.of))
        if marked.full and not self._goal.exercise.foretells:
            said = (*said, self.tr("All right."))
        elif not marked.complete:
            said = (
                *said,
                self.tr("Empty blanks are not counted as wrong: fill them in when you can."),
            )
        self._announce(said, good=marked.full)

    def show_truth(self, marked: Marked) -> None:
        """Show what was foretold beside what happened; the answer now stands."""
        assert self.view is not None
        assert self._goal is not None
        self.show_marks(marked)
        self._announce(foretold_lines(self._goal, self.answer()), good=marked.full)
        if self._goal.read_as_mathematics:
            said, truth = (
                float(self._goal.worths([grid[0]])[0][0][0])  # type: ignore[arg-type]
                for grid in (self.answer(), self._goal.model)
            )
            self.nearness.show_numbers(said, truth, self._goal.tolerance)
        self.view.settle()
        self.check.setEnabled(False)
        self.show_solution(shown=True, answer=False)

    def show_trouble(self, text: str) -> None:
        """Say why there are no marks yet."""
        self._announce([text], good=False)

    def show_hints(self, count: int) -> None:
        """Show the first hints, and what the button gives next."""
        assert self._goal is not None
        goal, self.hints_shown = self._goal, count
        say(self.hints, [self.tr("Hint {}: {}").format(k + 1, hint(goal, k)) for k in range(count)])
        self.hint.setEnabled(count < HINTS)
        shown = min(count + 1, HINTS)
        self.hint.setText(self.tr("Hint {} of {}").format(shown, HINTS))
        self.hint.setShortcut("F1")
        self.hint.setToolTip(self.tr("Each says more than the one before  [F1]"))

    def show_solution(self, shown: bool, answer: bool = True) -> None:
        """Show why the answer is what it is, and the right answer before it; or neither."""
        assert self._goal is not None
        self.solution_shown = shown
        text = solution_text(self._goal, answer, self._ink) if shown else ""
        self.solved_text.setText(text)
        self.solved_text.setVisible(shown)
        self.solution.setEnabled(not shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and checks from anywhere else."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        button = focus if isinstance(focus, QPushButton) else self.check
        button.click()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.set_ground(theme.palette)
        self.title.setFont(hatted(theme.font("large")))
        for label in (self.kind, self.score, self.trouble, self.left_out):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        for label in (self.ask, self.said, self.hints, self.solved_text):
            label.setFont(hatted(theme.font()))
        self.shown.setFont(hatted(theme.font("small")))
        for button in (self.check, self.hint, self.solution, self.unhide):
            button.setFont(theme.font())
        self._colour_said(theme.accent)
        self.formula.apply_theme(theme)
        self.nearness.apply_theme(theme)
        self.column.setContentsMargins(*[2 * theme.unit] * 4)
        self.column.setSpacing(theme.unit)
        for part in (self.view, self.self_mark):
            if part is not None:
                part.apply_theme(theme)

    @property
    def _ink(self) -> str:
        return self._theme.ink if self._theme is not None else ""

    def _show_given(self) -> None:
        """Show the matrices that the question gives."""
        assert self._goal is not None
        given = [f"{rich_text(m)} ={matrix_text(c, self._ink)}" for m, c in self._goal.shown]
        self.shown.setText("".join(given))
        self.shown.setVisible(bool(given))

    def _announce(self, lines: Sequence[str], good: bool) -> None:
        if self._theme is not None:
            self._colour_said(self._theme.good if good else self._theme.fall)
        say(self.said, lines)

    def _colour_said(self, edge: str) -> None:
        assert self._theme is not None
        theme = self._theme
        self.said.setStyleSheet(
            f"background: {theme.sheet}; color: {theme.ink}; padding: {theme.unit}px; "
            f"border-left: {theme.unit // 2}px solid {edge};"
        )

    def _compare(self, own: Sequence[str]) -> SelfMark:
        """Show the model answer and its parts, for the student to mark."""
        assert self._goal is not None
        self.show_solution(shown=True)
        self._forget_comparison()
        self.self_mark = SelfMark(self._goal.exercise.parts, own)
        if self._theme is not None:
            self.self_mark.apply_theme(self._theme)
        self.self_mark.compared.connect(self.compared)
        self._own_place.addWidget(self.self_mark)
        self.self_mark.show()
        self._lead_tab()
        return self.self_mark

    def _forget_comparison(self) -> None:
        if self.self_mark is not None:
            self._drop(self._own_place, self.self_mark)
            self.self_mark = None

    def _drop(self, place: QHBoxLayout, widget: QWidget) -> None:
        place.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _lead_tab(self) -> None:
        """Let the Tab key lead through the answer and on to the buttons."""
        assert self.view is not None
        own = self.self_mark.fields() if self.self_mark is not None else ()
        stops = (*self.view.fields(), self.check, self.hint, self.solution, *own)
        for one, next_one in pairwise(stops):
            self.setTabOrder(one, next_one)

    def _read(self, typed: str, name: str = "") -> None:
        """Say what is being typed is understood as."""
        if self._goal is None or self._theme is None:
            return
        text = understood(self._goal, typed)
        said = self._goal.understand(typed) if typed.strip() else None
        maths = Maths(self._theme, 1.35)
        lines = []
        if text and text != typed.strip():
            words = (
                self.tr("{}: understood as ").format(name) if name else self.tr("understood as ")
            )
            lines = [maths.line(f"{{}} {_set(text)}", maths.words(words))]
        self.reading.set_lines(lines, self._theme.unit)
        self.reading.setVisible(self._goal.read_as_mathematics)
        self.trouble.setText(said.trouble if said is not None else "")
        self.trouble.setVisible(self._goal.read_as_mathematics)

    def _edited(self) -> None:
        self.nearness.hide()
        words = self._goal is not None and self._goal.exercise.by_words
        self.score.setText(self.tr("Ctrl+Enter compares") if words else "")
        say(self.said, [])


def _set(text: str) -> str:
    """A formula without the signs that leave holes in one."""
    return text.replace("{", "(").replace("}", ")")
