"""One exercise: the question, the answer being given, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from mlm_gui.practice.answers import (
    AnswerView,
    BlanksAnswer,
    ChoiceAnswer,
    OrderAnswer,
    WordsAnswer,
)
from mlm_gui.practice.matrix_answer import MatrixAnswer
from mlm_gui.theme import Theme
from mlm_gui.typeset import Formula
from mlm_gui.widgets.flow_layout import FlowLayout
from mlm_gui.widgets.math_view import MathView
from mlm_gui.widgets.maths import Maths
from mlm_gui.widgets.page import Page
from mlm_gui.widgets.rich_text import rich_text
from solver.lessons import practice_words
from solver.practice.exercise import ExerciseKind, Grid
from solver.practice.marking import Marked
from solver.practice.solution import hint, question, solution, understood
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


class ExercisePage(Page):
    """Shows an exercise and asks to have an answer marked; it knows no journal.

    Signals
    -------
    checked, hinted, solved : no value
        The student asks for marks, for the next hint, for the solution.
    """

    checked = Signal()
    hinted = Signal()
    solved = Signal()

    def __init__(self) -> None:
        self.title, self.kind, self.ask = _text(), QLabel(), _text()
        self.formula = Formula()
        self._place = QHBoxLayout()
        self.reading = MathView()
        self.trouble = _text()
        self.check = QPushButton()
        self.hint = QPushButton()
        self.solution = QPushButton()
        self.score = QLabel()
        self.said = _text()
        self.hints = _text()
        self.solved_text = _text()
        buttons = FlowLayout()
        for button in (self.check, self.hint, self.solution):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addWidget(self.score)
        super().__init__(
            "", [self.kind, self.title, self.ask, self.formula, self._place, self.reading,
                 self.trouble, buttons, self.said, self.hints, self.solved_text],
        )  # fmt: skip
        self.setAccessibleName(self.tr("Exercise"))
        for button, asked in (
            (self.check, self.checked),
            (self.hint, self.hinted),
            (self.solution, self.solved),
        ):
            button.clicked.connect(asked)
        self.check.setText(self.tr("&Check"))
        self.solution.setText(self.tr("&Solution"))
        self.check.setShortcut("Ctrl+Return")
        self.check.setToolTip(self.tr("Mark what is filled in  [Ctrl+Return]"))
        self._theme: Theme | None = None
        self._goal: Target | None = None
        self.view: AnswerView | None = None
        self.hints_shown = 0
        self.solution_shown = False

    def show_exercise(self, goal: Target, answer: Grid, hints: int, solved: bool) -> None:
        """Show an exercise with what was typed, and the hints seen, before."""
        self._goal = goal
        words = practice_words()["kinds"]
        self.kind.setText(words[goal.exercise.kind])
        self.title.setText(rich_text(goal.exercise.title))
        self.ask.setText(rich_text(question(goal)))
        self.formula.setVisible(bool(goal.exercise.latex))
        if goal.exercise.latex:
            self.formula.show_formula(goal.exercise.latex, goal.exercise.plain)
        if self.view is not None:
            self._place.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
        self.view = VIEWS[goal.exercise.kind](goal)
        self._place.addWidget(self.view)
        self.view.show()
        if self._theme is not None:
            self.view.apply_theme(self._theme)
        if answer:
            self.view.fill(answer)
        self.view.reshaped.connect(self._lead_tab)
        self._lead_tab()
        self.view.typing.connect(self._read)
        self.view.edited.connect(self._edited)
        self._read("")
        self.show_hints(hints)
        self.show_solution(solved)
        self._edited()
        self.verticalScrollBar().setValue(0)

    def answer(self) -> Grid:
        """What is filled in."""
        return self.view.answer() if self.view is not None else ()

    def show_marks(self, marked: Marked) -> None:
        """Say how the answer was marked."""
        assert self.view is not None
        assert self._goal is not None
        self.view.show_marks(marked)
        said: Sequence[str] = marked.said
        if self._goal.exercise.by_words:
            model = self._goal.model[0][0]
            said = (self.tr("Compare with this answer: {}").format(model),)
            self.score.setText(self.tr("no points: you compare"))
        else:
            self.score.setText(self.tr("{} of {} right").format(marked.points, marked.of))
            if marked.full:
                said = (*said, self.tr("All right."))
            elif not marked.complete:
                said = (
                    *said,
                    self.tr("Empty blanks are not counted as wrong: fill them in when you can."),
                )
        _say(self.said, said)

    def show_hints(self, count: int) -> None:
        """Show the first hints, and what the button gives next."""
        assert self._goal is not None
        goal, self.hints_shown = self._goal, count
        _say(
            self.hints, [self.tr("Hint {}: {}").format(k + 1, hint(goal, k)) for k in range(count)]
        )
        self.hint.setEnabled(count < HINTS)
        shown = min(count + 1, HINTS)
        self.hint.setText(self.tr("&Hint {} of {}").format(shown, HINTS))

    def show_solution(self, shown: bool) -> None:
        """Show the right answer and why, or neither."""
        assert self._goal is not None
        self.solution_shown = shown
        why = "".join(f"<p>{rich_text(line)}</p>" for line in solution(self._goal))
        title = self.tr("Solution")
        text = f"<p><b>{title}</b></p><p>{self._right_answer(self._goal)}</p>{why}"
        self.solved_text.setText(text if shown else "")
        self.solved_text.setVisible(shown)
        self.solution.setEnabled(not shown)

    def _right_answer(self, goal: Target) -> str:
        """The right answer as HTML: a table for a matrix, else a line for each blank."""
        if goal.exercise.asks_shape:
            rows, columns = goal.shape
            head = self.tr("The answer is {} × {}:").format(rows, columns)
            cells = "".join(
                "<tr>" + "".join(f"<td align='right'>{rich_text(c)}</td>" for c in row) + "</tr>"
                for row in goal.model
            )
            return f"{head}<table cellpadding='{self.column.spacing() // 3}'>{cells}</table>"
        if goal.exercise.kind == "order":
            lines = [f"{k + 1}. {row[0]}" for k, row in enumerate(goal.model)]
        elif goal.exercise.by_words:
            lines = [goal.model[0][0]]
        else:
            lines = [
                f"{label} {row[0]}" if label.endswith("=") else f"{label} = {row[0]}"
                for label, row in zip(goal.labels, goal.model, strict=True)
            ]
        return "<br>".join(map(rich_text, lines))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.set_ground(theme.palette)
        self.title.setFont(theme.font("large"))
        for label in (self.kind, self.score, self.trouble):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        for label in (self.ask, self.said, self.hints, self.solved_text):
            label.setFont(theme.font())
        for button in (self.check, self.hint, self.solution):
            button.setFont(theme.font())
        self.said.setStyleSheet(
            f"background: {theme.accent_wash}; color: {theme.ink}; padding: {theme.unit}px;"
        )
        self.formula.apply_theme(theme)
        self.column.setContentsMargins(*[2 * theme.unit] * 4)
        self.column.setSpacing(theme.unit)
        if self.view is not None:
            self.view.apply_theme(theme)

    def _lead_tab(self) -> None:
        """Let the Tab key lead through the answer and on to the buttons."""
        assert self.view is not None
        stops = (*self.view.fields(), self.check, self.hint, self.solution)
        for one, next_one in pairwise(stops):
            self.setTabOrder(one, next_one)

    def _read(self, typed: str) -> None:
        """Say what is being typed is understood as."""
        if self._goal is None or self._theme is None:
            return
        text = understood(self._goal, typed)
        said = self._goal.understand(typed) if typed.strip() else None
        maths = Maths(self._theme, 1.35)
        lines = []
        if text:
            lines = [maths.line(f"{{}} {_set(text)}", maths.words(self.tr("understood as ")))]
        self.reading.set_lines(lines, self._theme.unit)
        self.reading.setVisible(self._goal.read_as_mathematics)
        self.trouble.setText(said.trouble if said is not None else "")
        self.trouble.setVisible(self._goal.read_as_mathematics)

    def _edited(self) -> None:
        self.score.setText("")
        _say(self.said, [])


def _set(text: str) -> str:
    """A formula without the signs that leave holes in one."""
    return text.replace("{", "(").replace("}", ")")


def _text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    return label


def _say(label: QLabel, lines: Sequence[str]) -> None:
    """Show lines under one another; nothing takes no room."""
    label.setText("<br>".join(rich_text(line) for line in lines))
    label.setVisible(bool(lines))
