"""The iteration table: what each round changed, and how near the end it came."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.panels.panel import Panel
from mlm_gui.spotlight import Question
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking, Untold
from mlm_gui.widgets.copy_menu import offer_table
from mlm_gui.widgets.decimals import Decimals
from mlm_gui.widgets.face import Face
from mlm_gui.widgets.iteration_model import BESIDE, Column, IterationsModel
from mlm_gui.widgets.plain_header import PlainHeader
from solver import Problem, Step, Trace

ALIGNED = (*range(Column.LOGLIK, Column.FACTOR), *BESIDE)
"""The columns whose decimal points stand under one another."""

NARROW = 92
"""Width in units of the theme below which the table is set in small type."""

TIGHT = 45
"""Width below which a short word stands above the iterations."""

DISPENSABLE = (
    (Column.TRIALS,),
    (Column.SCORE_SIGMA2, Column.SCORE_TAU2),
    (Column.FACTOR,),
    (Column.CHANGE,),
    (Column.RULES,),
    (Column.LOGLIK_WAS,),
)
"""Columns that are left out where there is too little room, the first ones first."""

OUTCOME_ROOM = 14
"""Average letters that the outcome has at least."""


class IterationsPanel(Panel):
    """One row an iteration so far; the present one lit, a click goes there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("iterations")
        self.setAccessibleName(self.tr("Iterations"))
        self._step: Step | None = None
        self._concealed = self._bare = False
        self._model = IterationsModel(self)
        self._view = _IterationsView(self._model, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._view, 1000)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        layout.addWidget(self.hint)
        layout.addStretch(1)
        self.setFocusProxy(self._view)
        self._view.clicked.connect(self._go)
        self._view.activated.connect(self._go)
        offer_table(self._view, self.tr("iterations"))
        Asking(
            self._view,
            lambda place: self._asked(self._view.indexAt(place)),
            lambda: self._asked(self._view.currentIndex()),
        )

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run: an empty table."""
        method = trace[0].options.method
        self._step = None
        self._model.conceal(None)
        self._model.set_trace(trace, method)
        self._view.restart()

    def show_beside(self, beside: Trace | None) -> None:
        """Show the values of another run as well, or none."""
        self._model.set_beside(beside)
        self._view.set_beside(beside is not None)

    def show_step(self, new: Step, old: Step | None) -> None:
        """Add the rows that are new, and light the present iteration."""
        self._step = new
        self._model.grow()
        if self._bare:
            self._hide_later()
        self._model.conceal(new if self._concealed else None)
        self._view.light(new.iteration)
        said = self.tr("The same in all digits shown; point at a number for the rest.")
        self.hint.setText(said if self._looks_alike(new.iteration) else "")
        self._keep_rows_whole()

    def conceal(self, concealed: bool) -> None:
        """Put question marks in place of what the step has told, or show it."""
        self._concealed = concealed
        self._model.conceal(self._step if concealed else None)

    def set_bare(self, bare: bool) -> None:
        """Show no iteration after the present one on a projector, or all that were taken."""
        self._bare = bare
        self._hide_later()

    def _hide_later(self) -> None:
        now = self._step.iteration if self._step else 0
        for row in range(self._model.rowCount()):
            self._view.setRowHidden(row, self._bare and row > now)

    def withhold(self, questions: Sequence[Question]) -> None:
        """Put question marks in place of numbers that are answers."""
        self._model.withhold(questions)

    @property
    def conceals(self) -> bool:
        """Whether something is hidden."""
        return self._concealed and self._model.conceals

    def _looks_alike(self, row: int) -> bool:
        """Whether the variances of a row look like those of the row above."""
        variances = slice(Column.SIGMA2, Column.TAU2 + 1)
        here = self._model.texts(row)[variances]
        return row > 0 and all(here) and here == self._model.texts(row - 1)[variances]

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._view.apply_theme(theme)
        self.hint.setFont(theme.font("small"))
        self.hint.setStyleSheet(f"color: {theme.muted}; padding: 0 {theme.unit // 2}px")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No row is cut by the lower edge."""
        super().resizeEvent(event)
        self._keep_rows_whole()

    def _keep_rows_whole(self) -> None:
        """Give the table the height of its head and of whole rows; the lit one stays in sight."""
        room = self.height() - self.hint.heightForWidth(self.width())
        self._view.set_room(room)

    def _asked(self, index: QModelIndex) -> Asked | Untold | None:
        return self._model.asked(index.row(), index.column()) if index.isValid() else None

    def _go(self, index: QModelIndex) -> None:
        self.step_requested.emit(self._model.step_to_go_to(index.row()))


class _IterationsView(QTableView):
    """The table; its columns are as wide as the widest number seen so far."""

    def __init__(self, model: IterationsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._iterations = model
        self._head = PlainHeader(self)
        self._delegate = _RowDelegate(model, self, self._head)
        self._theme: Theme | None = None
        self._measured: list[tuple[str, ...]] = []
        self._small = False
        self._tight = False
        self._widths: dict[int, int] = {}
        self._beside = False
        self.setAccessibleName(self.tr("Iteration table"))
        self.setHorizontalHeader(self._head)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._head.setStretchLastSection(True)
        self.verticalScrollBar().valueChanged.connect(self._measure)

    def set_beside(self, shown: bool) -> None:
        """Show the columns of the run beside, or not."""
        self._beside = shown
        self._measured, self._widths = [], {}
        self._choose_columns()

    def set_room(self, height: int) -> None:
        """Be as high as whole rows can be in some pixels."""
        row, around = self.verticalHeader().defaultSectionSize(), self._head.sizeHint().height()
        bar = self.horizontalScrollBar()
        around += bar.height() if bar.isVisible() else 0
        whole = around + max((height - around) // row, 1) * row
        if whole != self.maximumHeight():
            self.setMaximumHeight(whole)

    def restart(self) -> None:
        """Forget the widths and the lit row of the run before."""
        self._delegate.now = -1
        if self._theme is not None:
            self._set_type()

    def light(self, row: int) -> None:
        """Mark the row of the present iteration, and bring it into sight."""
        before, self._delegate.now = self._delegate.now, row
        self._measure()
        if row != before:
            column = max(self.currentIndex().column(), 0)
            self.setCurrentIndex(self._iterations.index(row, column))
            self._repaint_rows(before, row)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self._head.apply_theme(theme)
        self._set_type()
        palette = theme.palette
        palette.setColor(palette.ColorRole.Window, QColor(theme.sheet))
        self.setPalette(palette)
        self._measure()

    def _narrowness(self, theme: Theme) -> tuple[bool, bool]:
        """Whether small type is needed, and a short word as well."""
        return self.width() < NARROW * theme.unit, self.width() < TIGHT * theme.unit

    def _set_type(self) -> None:
        """Small type and little space where the table is narrow."""
        theme = self._theme
        assert theme is not None
        self._small, self._tight = self._narrowness(theme)
        self._head.short = {Column.ITERATION: self.tr("it.")} if self._tight else {}
        font = theme.font("small" if self._small else "body")
        self.setFont(font)
        self._delegate.apply_theme(theme, font)
        self._measured = []
        self._head.pad = theme.unit // 2 if self._small else theme.unit
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(round(QFontMetricsF(font).height() * 1.3))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the iteration of the current row; the arrows move the current row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        """More rows may have come into sight, and more columns."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        if self.currentIndex().isValid() and self.currentIndex().row() == self._delegate.now:
            self.scrollTo(self.currentIndex())
        if self._theme is not None and (self._small, self._tight) != self._narrowness(self._theme):
            self._set_type()
        self._measure()
        self._choose_columns()

    def _repaint_rows(self, a: int, b: int) -> None:
        """Draw the rows between two anew: they were muted, or are now."""
        top = self.rowViewportPosition(max(min(a, b), 0))
        bottom = self.rowViewportPosition(max(a, b)) + self.rowHeight(max(a, b))
        self.viewport().update(0, top, self.viewport().width(), bottom - top)

    def _measure(self) -> None:
        """Make the columns as wide as the rows in sight need."""
        if self._theme is None or not self._iterations.rowCount():
            return
        first = max(self.rowAt(0), 0)
        last = self.rowAt(self.viewport().height())
        last = self._iterations.rowCount() - 1 if last < 0 else last
        rows = [self._iterations.texts(row) for row in range(first, last + 1)]
        if rows == self._measured:
            return
        self._measured = rows
        pad = (1 if self._small else 2) * self._theme.unit
        before = dict(self._widths)
        for column, decimals in self._delegate.decimals.items():
            decimals.add(row[column] for row in rows)
            width = round(max(decimals.width, self._head.text_width(column))) + pad
            if width != before.get(column):
                self._widths[column] = width
                self.setColumnWidth(column, width)
        if self._widths != before:
            self._choose_columns()

    def _choose_columns(self) -> None:
        """Leave out columns until the others are seen whole."""
        room = (
            self.viewport().width() - OUTCOME_ROOM * QFontMetricsF(self.font()).averageCharWidth()
        )
        self.setColumnWidth(Column.OUTCOME, 1)
        unwanted = set() if self._beside else set(BESIDE)
        left_out: set[int] = set(unwanted)
        for columns in (*DISPENSABLE, *(((Column.LOGLIK,),) if self._beside else ())):
            if sum(w for k, w in self._widths.items() if k not in left_out) <= room:
                break
            left_out.update(columns)
        used = sum(w for k, w in self._widths.items() if k not in left_out)
        if self._beside and used > room:
            left_out.add(Column.OUTCOME)
        for column in chain(*DISPENSABLE, BESIDE[1:], (Column.LOGLIK, Column.OUTCOME)):
            if self.isColumnHidden(column) != (column in left_out):
                self.setColumnHidden(column, column in left_out)
                self.setColumnWidth(column, self._widths.get(column, 0))
        said = self.tr("Some columns are left out here: double-click the pane's title for all.")
        self.setToolTip(said if left_out - unwanted else "")


class _RowDelegate(QStyledItemDelegate):
    """Draws a cell: numbers at their decimal point, the present row tinted, later rows muted."""

    def __init__(self, model: IterationsModel, view: QTableView, head: PlainHeader) -> None:
        super().__init__(view)
        self.now = -1
        self.decimals: dict[int, Decimals] = {}
        self._iterations = model
        self._view = view
        self._head = head

    def apply_theme(self, theme: Theme, font: QFont) -> None:
        """Take on colours and sizes, and forget the columns' widths."""
        self._theme, self._unit = theme, theme.unit
        self._plain, self._bold = Face(font), Face(font, bold=True)
        self._ink, self._muted = QColor(theme.ink), QColor(theme.muted)
        self.decimals = {column: Decimals(self._bold.font) for column in list(Column)[:-1]}

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a cell."""
        row, column, rect = index.row(), index.column(), QRect(option.rect)
        text = self._iterations.texts(row)[column]
        face = self._bold if row == self.now else self._plain
        if row == self.now:
            painter.fillRect(rect, QColor(self._theme.accent_wash))
            if column == 0:
                rect.setWidth(max(2, self._unit // 3))
                painter.fillRect(rect, QColor(self._theme.accent))
                rect = QRect(option.rect)
        baseline = rect.center().y() + face.rise
        right = rect.right() - self._head.pad
        if column == Column.OUTCOME:
            left = float(rect.left() + self._head.pad)
            if face.width(text) > rect.right() - left:
                room = rect.right() - left
                text = face.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        elif column in ALIGNED:
            left = right - self.decimals[column].after - face.width(text.partition(".")[0])
        else:
            left = right - face.width(text)
        painter.setFont(face.font)
        later = row > self.now or column in BESIDE
        painter.setPen(self._muted if later else self._ink)
        painter.drawText(QPointF(left, baseline), text)
        if option.state & QStyle.StateFlag.State_Selected and self._view.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
