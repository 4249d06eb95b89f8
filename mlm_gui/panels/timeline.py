"""The timeline: one tick a step, markers for guards and for the end, and a cursor to drag."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from mlm_gui.panels.panel import Panel
from mlm_gui.place import place_of
from mlm_gui.theme import Theme
from mlm_gui.widgets.picture import Picture
from solver import Problem, Step, Trace
from solver.lessons import step_lessons, words
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
        self._ticks = Picture()

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """Start with an empty line."""
        self._trace = trace
        self.update()

    def show_step(self, new: Step, old: Step | None) -> None:
        """Put the cursor on a step."""
        self._step = new
        self.setAccessibleName(self.tr("Timeline: {}").format(self.caption))
        self.update()

    def show_notice(self, text: str) -> None:
        """Say what has just happened to the run, at the right of the caption."""
        self._notice = text
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font("small"))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text high."""
        unit = self._theme.unit if self._theme else 8
        return QSize(40 * unit, 5 * unit)

    @property
    def caption(self) -> str:
        """Where the cursor is."""
        return "" if self._step is None else place_of(self._step)

    @property
    def notice(self) -> str:
        """What is said at the right of the caption."""
        return self._notice

    # -- geometry

    def _span(self) -> QRectF:
        theme = self._theme
        unit = theme.unit if theme else 8
        return QRectF(2 * unit, unit * 0.6, max(self.width() - 4 * unit, 1), 2.2 * unit)

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

    # -- events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._ask(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the cursor along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(event)

    def _ask(self, event: QMouseEvent) -> None:
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
        """Say which step is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._trace:
            step = self._trace[self.index_at(event.pos().x())]
            QToolTip.showText(event.globalPos(), self._about(step), self)
            return True
        return super().event(event)

    def _about(self, step: Step) -> str:
        text = f"{step_lessons()[step.name].title}\n{place_of(step)}"
        refused = sum(trial.refused is not None for trial in step.state.trials)
        if step.name == "update_variances" and refused:
            text += self.tr("\n{} trials refused by the guards").format(refused)
        if step.state.outcome:
            text += "\n" + str(words()["outcomes"][step.state.outcome])
        return text

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ticks, markers, cursor and caption."""
        if self._theme is None or self._trace is None or self._step is None:
            return
        theme, span = self._theme, self._span()
        self._ticks.show(self, (theme, self._trace, len(self._trace)), self._draw_ticks)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._cursor(painter, theme, span)
        painter.setFont(theme.font("small"))
        line = QRectF(span.left(), span.bottom() + theme.unit * 0.3, span.width(), 2 * theme.unit)
        painter.setPen(QColor(theme.ink))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, self.caption)
        width = painter.fontMetrics().horizontalAdvance(self.caption) + 3 * theme.unit
        notice = painter.fontMetrics().elidedText(
            self._notice, Qt.TextElideMode.ElideRight, int(line.width() - width)
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
        last = len(self._trace) - 1
        for index in [*range(0, last, max(int(1 / self._pitch()), 1)), last]:
            self._tick(painter, theme, self._trace[index], span)

    def _tick(self, painter: QPainter, theme: Theme, step: Step, span: QRectF) -> None:
        place = STEP_NAMES.index(step.name)
        x, pitch = self.position_of(step.index).x(), self._pitch()
        top = span.bottom() - HEIGHTS[place] * span.height() * 0.7
        colour = QColor(theme.ink if place in (0, 5) else theme.muted)
        painter.setPen(QPen(colour, min(max(pitch * 0.2, 1.0), theme.unit * 0.3)))
        painter.drawLine(QPointF(x, top), QPointF(x, span.bottom()))
        if step.name == "update_variances" and any(trial.refused for trial in step.state.trials):
            self._marker(painter, theme.fall, x, top, theme.unit * 0.4)
        if step.state.outcome is not None:
            good = theme.good if step.state.converged else theme.fall
            painter.setBrush(QColor(good))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(x, span.top()), theme.unit * 0.4, theme.unit * 0.4)

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
        painter.drawLine(QPointF(x, span.top()), QPointF(x, span.bottom()))
