"""The timeline: one tick a step, marks for guards, bookmarks and the end, a cursor to drag."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip, QWidget

from mlm_gui.panels.panel import Panel
from mlm_gui.place import place_at, place_of, position_of
from mlm_gui.spotlight import HIDDEN, Question, asked_iterations
from mlm_gui.theme import Theme
from mlm_gui.widgets.bookmark_list import first_line, title_at
from mlm_gui.widgets.picture import Picture
from solver import Problem, Step, Trace
from solver.course import Course, whole_course
from solver.saving.session_file import Notes
from solver.state import STEP_NAMES

HEIGHTS = (1.0, 0.45, 0.6, 0.6, 0.8, 0.95)
"""Height of the tick of each of the six steps: tall where an iteration begins and ends."""


class TimelinePanel(Panel):
    """The steps taken so far from left to right; click, drag or use the arrow keys to move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._trace: Trace | None = None
        self._step: Step | None = None
        self._theme: Theme | None = None
        self._notice = ""
        self._concealed = self._bare = False
        self._questions: Sequence[Question] = ()
        self._notes = Notes()
        self._course = whole_course()
        self._ticks = Picture()

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """Start with an empty line."""
        self._trace = trace
        self.update()

    def show_step(self, new: Step, old: Step | None) -> None:
        """Put the cursor on a step."""
        self._step = new
        self._say()
        self.update()

    def conceal(self, concealed: bool) -> None:
        """Leave out the markers of the step under the cursor and of later ones, or show them."""
        self._concealed = concealed
        self.update()

    def withhold(self, questions: Sequence[Question]) -> None:
        """Leave out the number of the iteration while it is an answer."""
        self._questions = questions
        self._say()
        self.update()

    def show_notice(self, text: str) -> None:
        """Say what has just happened to the run, at the right of the caption."""
        self._notice = text
        self.update()

    def show_notes(self, notes: Notes) -> None:
        """Show a mark above every bookmarked step."""
        if notes != self._notes:
            self._notes = notes
            self._say()
            self.update()

    def _say(self) -> None:
        """Say where the cursor is to who cannot see it."""
        name = self.tr("Timeline: {}").format(self.caption)
        if self._step is not None and self._step.index in self._notes.bookmarks:
            name = self.tr("{}, bookmark {}").format(name, self.noted).strip()
        self.setAccessibleName(name)

    def set_course(self, course: Course) -> None:
        """Say why a run ended in the words of a course."""
        self._course = course

    def set_bare(self, bare: bool) -> None:
        """Show no step after the cursor on a projector, or all that were taken."""
        self._bare = bare
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font("small"))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text high, and the bookmarks above them."""
        unit = self._theme.unit if self._theme else 8
        return QSize(40 * unit, round(5.6 * unit))

    @property
    def caption(self) -> str:
        """Where the cursor is."""
        if self._step is None:
            return ""
        said, iteration = place_of(self._step), str(self._step.iteration)
        return said.replace(iteration, HIDDEN, 1) if asked_iterations(self._questions) else said

    @property
    def notice(self) -> str:
        """What is said at the right of the caption: the latest, or the note on the step."""
        return self._notice or self.noted

    @property
    def noted(self) -> str:
        """The first line of the note on the step."""
        return first_line(self._notes.at(self._step.index)) if self._step else ""

    # -- geometry

    def _span(self) -> QRectF:
        theme = self._theme
        unit = theme.unit if theme else 8
        return QRectF(2 * unit, unit * 1.2, max(self.width() - 4 * unit, 1), 2.2 * unit)

    def _pitch(self) -> float:
        """Pixels from one step to the next."""
        steps = max(len(self._trace) if self._trace else 1, 31)
        return self._span().width() / steps

    def position_of(self, index: int) -> QPointF:
        """Where the tick of a step stands."""
        span = self._span()
        return QPointF(span.left() + (index + 0.5) * self._pitch(), span.center().y())

    def index_at(self, x: float) -> int:
        """The step whose tick is nearest, within the steps taken so far."""
        index = int((x - self._span().left()) / self._pitch())
        return min(max(index, 0), (len(self._trace) if self._trace else 1) - 1)

    def bookmark_at(self, place: QPointF) -> int | None:
        """The bookmarked step whose mark is there; None beside the marks."""
        reach = self._span().top() * 0.7
        near = [
            (abs(self.position_of(index).x() - place.x()), index)
            for index in self._marked()
            if place.y() <= self._span().top()
        ]
        distance, index = min(near, default=(reach + 1, 0))
        return index if distance <= reach else None

    def _marked(self) -> list[int]:
        """The bookmarked steps that stand on the line: no others, once the run has ended."""
        trace = self._trace
        if trace is None:
            return []
        steps = len(trace) if trace.complete else round(self._span().width() / self._pitch())
        return [index for index in self._notes.bookmarks if index < steps]

    # -- events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to a step, or to the bookmark that is clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._ask(event, self.bookmark_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the cursor along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(event)
        marked = self.bookmark_at(event.position()) is not None
        shape = Qt.CursorShape.PointingHandCursor if marked else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def _ask(self, event: QMouseEvent, index: int | None = None) -> None:
        if index is None:
            index = self.index_at(event.position().x())
        if self._step is None or index != self._step.index:
            self.step_requested.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrow keys while the timeline has the focus."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None or self._step is None:
            super().keyPressEvent(event)
        else:
            self.step_requested.emit(max(self._step.index + by, 0))

    def event(self, event: QEvent) -> bool:
        """Say which step is under the pointer, and what is noted there."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._trace:
            QToolTip.showText(event.globalPos(), self.about(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def about(self, place: QPointF) -> str:
        """What is said about what is at a place: the step, its markers, and its note."""
        assert self._trace is not None
        marked = self.bookmark_at(place)
        index = self.index_at(place.x()) if marked is None else marked
        if index < len(self._trace):
            text = self._about(self._trace[index])
        else:
            text = f"{title_at(index)}\n{place_at(*position_of(index))}"
        if index in self._notes.bookmarks:
            note, mark = first_line(self._notes.at(index)), self.tr("Bookmark")
            text = f"{mark}: {note}\n{text}" if note else f"{mark}\n{text}"
        return text

    def _about(self, step: Step) -> str:
        text = f"{self._course.lessons[step.name].title}\n{place_of(step)}"
        if step.index > self._last_marked:
            return text
        refused = sum(trial.refused is not None for trial in step.state.trials)
        if step.name == "update_variances" and refused:
            text += self.tr("\n{} trials refused by the guards").format(refused)
        if step.state.outcome:
            text += "\n" + self._course.outcomes[step.state.outcome]
        return text

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ticks, markers, cursor and caption."""
        if self._theme is None or self._trace is None or self._step is None:
            return
        theme, span = self._theme, self._span()
        known = (self._last_drawn, self._trace.complete, self._last_marked)
        self._ticks.show(self, (theme, self._trace, *known, self._notes), self._draw_ticks)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._cursor(painter, theme, span)
        painter.setFont(theme.font("small"))
        line = QRectF(span.left(), span.bottom() + theme.unit * 0.3, span.width(), 2 * theme.unit)
        painter.setPen(QColor(theme.ink))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, self.caption)
        width = painter.fontMetrics().horizontalAdvance(self.caption) + 3 * theme.unit
        notice = painter.fontMetrics().elidedText(
            self.notice, Qt.TextElideMode.ElideRight, int(line.width() - width)
        )
        painter.setPen(QColor(theme.accent))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, notice)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw_ticks(self, painter: QPainter) -> None:
        """The steps taken so far, on the window's ground."""
        assert self._theme is not None
        assert self._trace is not None
        theme, span = self._theme, self._span()
        painter.fillRect(self.rect(), QColor(theme.page))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.hairline), 1))
        painter.drawLine(QPointF(span.left(), span.bottom()), QPointF(span.right(), span.bottom()))
        last = self._last_drawn
        for index in [*range(0, last, max(int(1 / self._pitch()), 1)), last]:
            self._tick(painter, theme, self._trace[index], span)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ink))
        for index in self._marked():
            painter.drawPolygon(self._ribbon(self.position_of(index).x(), theme.unit))

    def _ribbon(self, x: float, unit: int) -> QPolygonF:
        """The mark of a bookmark: a ribbon with a notch below, above the tick."""
        left, right, top, bottom = x - 0.35 * unit, x + 0.35 * unit, 0.1 * unit, 1.15 * unit
        notch = QPointF(x, bottom - 0.4 * unit)
        corners = [(left, top), (right, top), (right, bottom), notch.toTuple(), (left, bottom)]
        return QPolygonF([QPointF(*corner) for corner in corners])

    def _dot(self, x: float, unit: int) -> QRectF:
        """The mark of an outcome: on its tick, and below a bookmark."""
        return QRectF(x - 0.4 * unit, self._span().top(), 0.8 * unit, 0.8 * unit)

    @property
    def _last_drawn(self) -> int:
        """The last step that has a tick."""
        assert self._trace is not None
        assert self._step is not None
        return self._step.index if self._bare else len(self._trace) - 1

    @property
    def _last_marked(self) -> int:
        """The last step whose markers are drawn."""
        assert self._trace is not None
        assert self._step is not None
        return self._step.index - 1 if self._concealed else len(self._trace) - 1

    def _tick(self, painter: QPainter, theme: Theme, step: Step, span: QRectF) -> None:
        place = STEP_NAMES.index(step.name)
        x, pitch = self.position_of(step.index).x(), self._pitch()
        top = span.bottom() - HEIGHTS[place] * span.height() * 0.7
        colour = QColor(theme.ink if place in (0, 5) else theme.muted)
        painter.setPen(QPen(colour, min(max(pitch * 0.2, 1.0), theme.unit * 0.3)))
        painter.drawLine(QPointF(x, top), QPointF(x, span.bottom()))
        if step.index > self._last_marked:
            return
        if step.name == "update_variances" and any(trial.refused for trial in step.state.trials):
            self._marker(painter, theme.fall, x, top, theme.unit * 0.4)
        if step.state.outcome is not None:
            good = theme.good if step.state.converged else theme.fall
            painter.setBrush(QColor(good))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(self._dot(x, theme.unit))

    def _marker(self, painter: QPainter, colour: str, x: float, top: float, size: float) -> None:
        painter.setBrush(QColor(colour))
        painter.setPen(Qt.PenStyle.NoPen)
        y = top - size
        painter.drawPolygon(
            [QPointF(x - size, y - size), QPointF(x + size, y - size), QPointF(x, y + size * 0.6)]
        )

    def _cursor(self, painter: QPainter, theme: Theme, span: QRectF) -> None:
        assert self._step is not None
        x = self.position_of(self._step.index).x()
        width = max(self._pitch() * 0.8, theme.unit * 0.6)
        wash = QColor(theme.accent)
        wash.setAlpha(60)
        painter.fillRect(QRectF(x - width / 2, span.top(), width, span.height()), wash)
        painter.setPen(QPen(QColor(theme.accent), theme.unit * 0.3))
        dotted = self._step.state.outcome is not None and not self._concealed
        top = self._dot(x, theme.unit).bottom() if dotted else span.top()
        painter.drawLine(QPointF(x, top), QPointF(x, span.bottom()))
