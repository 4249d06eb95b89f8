"""The matrices of a step, side by side, and how each of their entries comes about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mlm_gui.panels.entry_edit import edit_group, edit_y
from mlm_gui.panels.panel import Panel
from mlm_gui.spotlight import Question, Spot, cell_of, lights_matrix, widened
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked
from mlm_gui.widgets.explained_shelf import ExplainedShelf
from mlm_gui.widgets.matrix_bar import MatrixBar
from mlm_gui.widgets.matrix_view import MatrixView
from mlm_gui.widgets.matrix_window import Display
from mlm_gui.widgets.shelf import Shelf
from solver import Problem, Refusal, Step, Trace
from solver.course import Course, whole_course
from solver.formatting import number
from solver.lessons import step_lessons
from solver.matrices import Matrix, matrix_names
from solver.quantity import Quantity

OFFER_AFTER = 150
"""Milliseconds after a step until the list of all matrices is brought up to date."""

REST = 300
"""Milliseconds without a step before the matrices of later steps are prepared."""


class MatrixChoice(NamedTuple):
    """Which matrices are shown, and how.

    Attributes
    ----------
    only : tuple of str
        These in place of the step's own; empty for the step's own.
    added : tuple of str
        Shown as well.
    hidden : frozenset of str
        Not shown.
    symbols : bool
        Whether entries are written in symbols.
    """

    only: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    symbols: bool = False


class MatricesPanel(Panel):
    """The matrices that belong to the step first; any other by its name; any entry explained."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("matrices")
        self.setAccessibleName(self.tr("Matrices"))
        self._theme: Theme | None = None
        self._trace: Trace | None = None
        self._step: Step | None = None
        self._group: int | None = None
        self._pointed: int | None = None
        self._grouped = False
        self._views: dict[str, MatrixView] = {}
        self._spot = Spot()
        self._bare = False
        self._concealed = False
        self._questions: Sequence[Question] = ()
        self._course = whole_course()
        self._only: tuple[str, ...] = ()
        self._added: list[str] = []
        self._hidden: set[str] = set()
        self._aside: tuple[Problem | None, tuple[str, int, int] | None] = None, None
        self._tops: dict[str, int] = {}
        self._bar = MatrixBar(self)
        self._shelf = Shelf(self)
        self._explained = ExplainedShelf(self._shelf, self)
        self._explained.explanation.account_asked.connect(self._ask_for_account)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._bar)
        layout.addWidget(self._explained, 1)
        self._rearrange = QTimer(self)
        self._rearrange.setSingleShot(True)
        self._rearrange.setInterval(0)
        self._rearrange.timeout.connect(self._shelf.arrange)
        self._offer = QTimer(self)
        self._offer.setSingleShot(True)
        self._offer.setInterval(OFFER_AFTER)
        self._offer.timeout.connect(self._offer_names)
        self._prepare = QTimer(self)
        self._prepare.timeout.connect(self._prepare_view)
        self._bar.toggled.connect(self._toggle)
        self._bar.added.connect(self._add)
        self._bar.display_changed.connect(self._write_in)
        self._explained.explanation.group_pointed.connect(self._point)

    # -- the contract of a pane

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run: keep what the reader chose to see, forget the cell."""
        if self._step is not None and self._step.problem is not problem:
            same_rows = self._step.problem.X is problem.X
            self._tops = {v.name: v.top_row for v in self._shelf.views} if same_rows else {}
            for view in self._views.values():
                view.clear()
        self._trace, self._step = trace, None
        changes = int(np.count_nonzero(np.diff(problem.codes)))
        self._grouped = changes == problem.J - 1
        self._bar.offer_group_order(not self._grouped)
        self._explained.close_explanation()
        self.show_group(None)

    def show_step(self, new: Step, old: Step | None) -> None:
        """Show the matrices of a step; those without a change stay untouched."""
        self._step = new
        self._show_matrices()
        self._prepare.start(REST)
        self._scroll_back()
        if self._bare:
            self._shelf.turn_back()
        self._explained.follow(new.problem.n)

    def show_group(self, group: int | None) -> None:
        """Light the rows of a group."""
        self._group = group
        for view in self._shelf.views:
            view.light(group)

    def show_spot(self, spot: Spot) -> None:
        """Light the names of the matrices that a symbol makes, and the entries of one."""
        self._spot = spot
        for view in self._shelf.views:
            view.light_name(lights_matrix(view.name, spot.symbol))
            view.light_cells(spot if view.name == spot.symbol and spot.rows else None)
        if spot.rows and spot.symbol in self.shown:
            self._shelf.bring_into_sight(
                self._views[spot.symbol], *self._views[spot.symbol].model.place_of(spot)
            )

    def conceal(self, concealed: bool) -> None:
        """Put question marks in place of the entries that the step has changed, or show them."""
        self._concealed = concealed
        for view in self._views.values():
            view.conceal(concealed)
        self._explained.explain_again()

    def withhold(self, questions: Sequence[Question]) -> None:
        """Put question marks in place of entries and sizes that are answers."""
        self._questions = questions
        for view in self._views.values():
            view.withhold(questions)
        self._explained.explain_again()

    @property
    def conceals(self) -> bool:
        """Whether an entry in sight is hidden."""
        return any(view.asks for view in self._shelf.views)

    def turn(self, by: int) -> bool:
        """Scroll to matrices that are cut off; whether there were any."""
        return self._shelf.turn(by)

    def set_course(self, course: Course) -> None:
        """Show the matrices of a course and offer no others."""
        self._course = course
        self._show_matrices()
        self._close_unless_shown()

    def set_bare(self, bare: bool) -> None:
        """Show the matrices alone, or with their controls and the entry that was explained."""
        if bare and not self._bare:
            self._aside = self._step.problem if self._step else None, self._explained.asked
            self._explained.close_explanation()
        elif self._bare and not bare and self._step is not None:
            problem, asked = self._aside
            if asked is not None and problem is self._step.problem:
                self._explained.explain(*asked)
        self._bare = bare
        for view in self._views.values():
            view.table.set_bare(bare)
        self._bar.setHidden(bare)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self._layout.setSpacing(theme.unit // 2)
        self._bar.apply_theme(theme)
        self._explained.apply_theme(theme)
        for view in self._views.values():
            view.apply_theme(theme)
        self._shelf.arrange()

    # -- events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the explanation."""
        if event.key() == Qt.Key.Key_Escape and self._explained.open:
            self._explained.close_explanation()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The explanation stands beside the matrices where the pane is wide, below them else."""
        super().resizeEvent(event)
        wide = self.width() > 1.8 * self.height()
        self._explained.setOrientation(
            Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Prepare nothing for nobody."""
        super().hideEvent(event)
        self._prepare.stop()

    # -- which matrices

    @property
    def shown(self) -> list[str]:
        """The names of the matrices in sight, in their order."""
        return [view.name for view in self._shelf.views]

    def view(self, name: str) -> MatrixView:
        """The view of a matrix that is or was shown."""
        return self._views[name]

    @property
    def choice(self) -> MatrixChoice:
        """Which matrices are shown, and how."""
        return MatrixChoice(
            self._only, tuple(self._added), frozenset(self._hidden), self._bar.display.symbols
        )

    def choose(self, choice: MatrixChoice) -> None:
        """Show other matrices."""
        self._only, self._added = choice.only, list(choice.added)
        self._hidden = set(choice.hidden)
        self._bar.set_symbols(choice.symbols)
        for view in self._shelf.views:
            view.table.clearSelection()
        self._explained.close_explanation()
        self._show_matrices()

    def explain(self, name: str, row: int, column: int) -> None:
        """Say how an entry of a matrix in sight comes about, and mark it."""
        self._explained.explain(name, row, column)
        if self._explained.asked is not None:
            self._views[name].choose(row, column)
            # the pane may be about to grow
            QTimer.singleShot(0, self._explained, self._explained.make_room)

    def _show_matrices(self) -> None:
        step = self._step
        if step is None or self._theme is None:
            return
        first = self._only or self._course.lessons[step.name].matrices
        added = filter(self._course.offers, self._added)
        wanted = [*first, *(name for name in added if name not in first)]
        there = {name: matrix for name in wanted if (matrix := _matrix(name, step)) is not None}
        self._bar.show_chips(tuple(there), self._hidden)
        views = [
            self._show_matrix(matrix) for name, matrix in there.items() if name not in self._hidden
        ]
        if views != self._shelf.views:
            self._shelf.show_views(views)
            self.show_spot(self._spot)
            self.show_group(self._group)
            stops = [self._bar.last, *(view.table for view in views), self._explained.explanation]
            for before, after in pairwise(stops):
                QWidget.setTabOrder(before, after)
        elif self._rearrange.isActive():
            self._shelf.arrange()
        self._rearrange.stop()
        self._offer.start()

    def _show_matrix(self, matrix: Matrix) -> MatrixView:
        view = self._view(matrix.name)
        view.set_display(self._bar.display)
        view.say(self._remark(matrix.name))
        view.show_matrix(matrix, self._before(matrix.name), grouped=self._grouped)
        return view

    def _remark(self, name: str) -> str:
        """In an update, whatever depends on the variances is as it was when the step began."""
        step = self._step
        start = step.state.updated_from if step and step.name == "update_variances" else None
        if start is None or not any(letter in name for letter in "VP"):
            return ""
        text = self.tr("at this step's start: σ² = {}, τ² = {}")
        return text.format(number(start.sigma2), number(start.tau2))

    def _before(self, name: str) -> Matrix | None:
        """A matrix one step earlier, if it was there."""
        if self._step is None or self._step.index == 0 or self._trace is None:
            return None
        return _matrix(name, self._trace[self._step.index - 1])

    def _offer_names(self) -> None:
        if self._step is not None:
            names = filter(self._course.offers, matrix_names(self._step.state))
            self._bar.offer(tuple(names))

    def _view(self, name: str) -> MatrixView:
        view = self._views.get(name)
        if view is None:
            view = self._views[name] = MatrixView(name, self._shelf.board)
            view.hide()
            view.conceal(self._concealed)
            view.withhold(self._questions)
            view.table.set_bare(self._bare)
            if self._theme is not None:
                view.apply_theme(self._theme)
            view.cell_asked.connect(self._cell_asked)
            view.edit_asked.connect(self._edit)
            view.group_pointed.connect(self._point)
            view.size_changed.connect(self._rearrange.start)
            view.scrolled.connect(self._scroll_along)
        return view

    def _prepare_view(self) -> None:
        """Make one of the views that later steps will need; whatever happens comes between."""
        needed = (name for lesson in step_lessons().values() for name in lesson.matrices)
        missing = next((name for name in needed if name not in self._views), None)
        if missing is None:
            self._prepare.stop()
        else:
            self._view(missing)
            self._prepare.start(0)

    def _scroll_back(self) -> None:
        """On the same rows with another value, show those that were in sight before."""
        tops, self._tops = self._tops, {}
        if any(tops.values()):
            self._shelf.arrange()
            for view in self._shelf.views:
                view.scroll_to_row(tops.get(view.name, 0))

    def _scroll_along(self, name: str, row: int) -> None:
        """Bring the same observations into sight in the matrices beside."""
        leader = self._views[name]
        kind = leader.model.kind(Qt.Orientation.Vertical)
        for view in self._shelf.views:
            if view is not leader and view.model.kind(Qt.Orientation.Vertical) == kind:
                view.scroll_to_row(row)

    def _toggle(self, name: str, wanted: bool) -> None:
        if wanted:
            self._hidden.discard(name)
        elif name in self._added:
            self._added.remove(name)
        else:
            self._hidden.add(name)
        self._show_matrices()
        self._close_unless_shown()

    def _add(self, name: str) -> None:
        self._hidden.discard(name)
        if name not in self._added:
            self._added.append(name)
        self._show_matrices()

    def _write_in(self, display: Display) -> None:
        for view in self._shelf.views:
            view.set_display(display)
        self._shelf.arrange()
        self._explained.explain_again()

    def _point(self, group: int | None) -> None:
        if group != self._pointed:
            self._pointed = group
            self.group_pointed.emit(group)

    # -- another y, another group

    def _edit(self, name: str, row: int, column: int) -> None:
        """Ask for another value of y, or for the group of a row of Z, over the cell."""
        if self._step is None:
            return
        self._explained.take_back()
        view, problem = self._views[name], self._step.problem
        observation, _ = view.model.cell_position(row, column)
        place = view.cell_box(row, column).translated(view.mapTo(self, QPoint(0, 0)))
        edit = edit_y if name == "y" else edit_group
        edit(self, place, problem, observation, self.what_if_requested.emit)

    # -- how an entry comes about

    def _cell_asked(self, name: str, row: int, column: int) -> None:
        """Explain an entry; on a projector light it, then its block, then nothing."""
        matrix = None if self._step is None else _matrix(name, self._step)
        if not self._bare:
            self._explained.ask(name, row, column)
        elif matrix is not None:
            cell, lit = cell_of(matrix, row, column), self._spot
            inside = lit.symbol == name and row in lit.rows and column in lit.columns
            self.spot_requested.emit(widened(matrix, lit) if inside else cell)

    def _ask_for_account(self) -> None:
        """Follow the explained entry down to the data."""
        if self._explained.asked is not None:
            self.explain_requested.emit(Asked(Quantity("entry", self._explained.asked)))

    def _close_unless_shown(self) -> None:
        """An explanation goes with its matrix."""
        asked = self._explained.asked
        if asked is not None and asked[0] not in self.shown:
            self._explained.close_explanation()


def _matrix(name: str, step: Step) -> Matrix | None:
    """A matrix at a step, None where it is not there."""
    try:
        return step.matrix(name)
    except Refusal:
        return None
