"""What the fit says, once the run has ended: estimates, comparison, words, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.panels.panel import Panel
from mlm_gui.spotlight import HIDDEN
from mlm_gui.theme import Theme
from mlm_gui.widgets.choice_button import ChoiceButton
from mlm_gui.widgets.choice_row import ChoiceRow
from solver import Fit, Problem, Results, Step, Trace, results
from solver.course import Course, whole_course

if TYPE_CHECKING:
    from mlm_gui.panels.checks import ChecksPanel
    from mlm_gui.widgets.prediction_page import PredictionPage
    from mlm_gui.widgets.result_pages import ComparisonPage, EstimatesPage, WordsPage

    ResultPage = EstimatesPage | ComparisonPage | WordsPage | PredictionPage | ChecksPanel

TO_THE_END = 2**31 - 1
"""A step beyond every run: who asks for it is taken to the last one."""


class ResultsPanel(Panel):
    """Pages about the end of the run; each is filled when it is first seen.

    Before the run has ended there is nothing to say, and the panel says how to get there.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName(self.tr("Results"))
        self.pages: dict[str, ResultPage] = {}
        self._run: tuple[Problem, Trace] | None = None
        self._results: Results | None = None
        self._filled: set[str] = set()
        self._group: int | None = None
        self._theme: Theme | None = None
        self._concealed = False
        self._course = whole_course()
        self._lay_out(
            {
                "estimates": self.tr("Estimates"),
                "comparison": self.tr("Comparison"),
                "words": self.tr("In words"),
                "prediction": self.tr("Prediction"),
                "checks": self.tr("Checks"),
            }
        )

    # -- the contract of a pane

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run: nothing is known of its end."""
        self._run, self._results, self._group = (problem, trace), None, None
        self._filled.clear()

    def show_step(self, new: Step, old: Step | None) -> None:
        """Say what the end of the run says, as soon as there is one."""
        assert self._run is not None
        _, trace = self._run
        if self._results is None and trace.complete:
            self._results = results(Fit(trace[-1]))
        self._when.setText(self._of_the_end(new, trace) if self._results is not None else "")
        self._when.setVisible(bool(self._when.text()))
        self._show()

    def _of_the_end(self, step: Step, trace: Trace) -> str:
        """Where the cursor is elsewhere, that the results are not of that step."""
        if step.index == trace[-1].index:
            return ""
        return self.tr("These are of the end of the run, iteration {}.").format(trace[-1].iteration)

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""
        self._group = group
        for name in self._filled:
            self.pages[name].show_group(group)

    def set_course(self, course: Course) -> None:
        """Say why the run ended in the words of a course."""
        self._course = course
        self._filled.discard("estimates")
        self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.bar.apply_theme(theme)
        for widget in (self._hint, self.end_button):
            widget.setFont(theme.font())
        self._when.setFont(theme.font("small"))
        self._when.setStyleSheet(f"color: {theme.accent};")
        self._when.setContentsMargins(theme.unit, 0, 0, 0)
        for page in self.pages.values():
            page.apply_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Fill the page that is seen."""
        super().showEvent(event)
        self._show()

    def conceal(self, concealed: bool) -> None:
        """Put a question mark in place of the results, or show them."""
        self._concealed = concealed
        self._show()

    @property
    def conceals(self) -> bool:
        """Whether there are results that are hidden."""
        return self._concealed and self._results is not None

    # -- pages

    def choose(self, name: str) -> None:
        """Turn to a page, by its name among the buttons."""
        self.bar.choose(name)
        self._show()

    @property
    def page(self) -> str:
        """The page that is open."""
        return self.bar.choice

    def _show(self) -> None:
        empty = self._results is None or self._concealed
        self._stack.setCurrentIndex(0 if empty else 1)
        self._hint.setText(HIDDEN if self.conceals else self._how)
        self.end_button.setHidden(self.conceals)
        if empty or self._results is None or self._run is None or not self.isVisible():
            return
        name = self.page
        page = self._made(name)
        self._pages.setCurrentWidget(page)
        if name not in self._filled:
            from mlm_gui.widgets.result_pages import EstimatesPage

            self._filled.add(name)
            if isinstance(page, EstimatesPage):
                page.outcomes = self._course.outcomes
            page.show_results(self._results)
            page.show_group(self._group)

    def _made(self, name: str) -> ResultPage:
        """A page, made when it is first seen."""
        if name not in self.pages:
            page = self.pages[name] = self._make(name)
            assert self._theme is not None
            page.apply_theme(self._theme)
            self._pages.addWidget(page)
            page.group_pointed.connect(self.group_pointed)
            if isinstance(page, Panel):
                page.explain_requested.connect(self.explain_requested)
        return self.pages[name]

    @staticmethod
    def _make(name: str) -> ResultPage:
        from mlm_gui.panels.checks import ChecksPanel
        from mlm_gui.widgets.prediction_page import PredictionPage
        from mlm_gui.widgets.result_pages import ComparisonPage, EstimatesPage, WordsPage

        match name:
            case "estimates":
                return EstimatesPage()
            case "comparison":
                return ComparisonPage()
            case "words":
                return WordsPage()
            case "prediction":
                return PredictionPage()
        return ChecksPanel()

    def _lay_out(self, titles: dict[str, str]) -> None:
        self.buttons: dict[str, ChoiceButton] = {}
        for name, title in titles.items():
            tip = self.tr("Results: {}").format(title)
            button = self.buttons[name] = ChoiceButton(f"results_{name}", title, tip)
            button.clicked.connect(lambda checked=False, name=name: self.choose(name))
        self.bar = ChoiceRow(self.buttons)
        self._pages = QStackedWidget()
        self._how = self.tr(
            "There are results once the run has ended. Press End to run to the estimates."
        )
        self._hint = QLabel(self._how)
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.end_button = QPushButton(self.tr("Run to the estimates"))
        self.end_button.clicked.connect(lambda: self.step_requested.emit(TO_THE_END))
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch(1)
        column.addWidget(self._hint)
        column.addWidget(self.end_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._when = QLabel()
        self._when.setObjectName("results_when")
        self._when.hide()
        column.addWidget(self.bar)
        column.addWidget(self._when)
        column.addWidget(self._pages, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
