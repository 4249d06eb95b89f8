"""The six steps as a list, with the loop from the last back to the second drawn beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QVBoxLayout, QWidget

from mlm_gui.theme import Theme
from solver.lessons import step_lessons
from solver.state import STEP_NAMES

GUTTER = 1.1
"""Room to the left of the numbers for the returning line, in lines of text."""


class StepButton(QAbstractButton):
    """One step: its number in a circle, and its name."""

    def __init__(self, position: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.position = position
        self.lesson = step_lessons()[STEP_NAMES[position]]
        self.current = False
        self.taken = False
        self.theme: Theme | None = None
        self.setText(self.lesson.title)
        self.setToolTip(f"{self.lesson.title}: {self.lesson.sentence}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_place(self, current: bool, taken: bool) -> None:
        """Whether it is the step that is shown, and whether this iteration has been through it."""
        if (current, taken) != (self.current, self.taken) or not self.accessibleName():
            self.current, self.taken = current, taken
            done = self.tr("done") if taken else self.tr("to come")
            name = self.tr("Step {number} of {count}: {title}, {state}")
            self.setAccessibleName(
                name.format(
                    number=self.position + 1,
                    count=len(STEP_NAMES),
                    title=self.lesson.title,
                    state=self.tr("current") if current else done,
                )
            )
            self.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus
            )
            self.update()

    @property
    def hovered(self) -> bool:
        """Whether the pointer is on it; a menu above may have kept the news that it has left."""
        return (
            self.underMouse()
            and QApplication.activePopupWidget() is None
            and self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        )

    def circle(self) -> QRectF:
        """Where the number's circle is."""
        line = QFontMetricsF(self.font()).height()
        size = 1.3 * line
        return QRectF((GUTTER - 0.1) * line, (self.height() - size) / 2, size, size)

    def sizeHint(self) -> QSize:
        """Room for the name in bold."""
        font = self.font()
        font.setBold(True)
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(self.text()) + (GUTTER + 2.0) * metrics.height()
        return QSize(int(width) + 1, int(2.05 * metrics.height()))

    def minimumSizeHint(self) -> QSize:
        """The name may be cut."""
        return QSize(3 * self.sizeHint().height(), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks for the step; up and down go to its neighbours."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            loop = self.parent()
            assert isinstance(loop, StepLoop)
            loop.focus_step(self.position + (1 if event.key() == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw circle, number and name."""
        if self.theme is None:
            return
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setBold(self.current)
        metrics = QFontMetricsF(font)
        circle, line = self.circle(), max(1.0, 0.07 * metrics.height())
        name = QRectF(circle.right() + 0.45 * metrics.height(), 0, 0, self.height())
        name.setRight(self.width())
        if self.hovered:
            painter.fillRect(name.adjusted(-line, line, 0, -line), QColor(theme.stripe))
        ring = theme.accent if self.current else theme.ink if self.taken else theme.muted
        painter.setPen(QPen(QColor(ring), line))
        painter.setBrush(QColor(theme.accent if self.current else theme.page))
        painter.drawEllipse(circle)
        painter.setFont(font)
        painter.setPen(QColor(theme.on_accent if self.current else ring))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self.position + 1))
        painter.setPen(QColor(theme.ink if self.current or self.taken else theme.muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        wrapped = flags | Qt.TextFlag.TextWordWrap
        text = self.text()
        needed = metrics.boundingRect(name, wrapped, text)
        if needed.width() > name.width() or needed.height() > name.height():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, wrapped, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), line, Qt.PenStyle.DashLine))
            painter.drawRect(name.adjusted(-3 * line, 2 * line, -line, -2 * line))
        painter.end()


class StepLoop(QWidget):
    """The steps below each other, joined by a line; from the last it returns to the second.

    Signals
    -------
    chosen : int
        The position, from 0, of the step that was clicked.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.buttons = [StepButton(position, self) for position in range(len(STEP_NAMES))]
        for button in self.buttons:
            layout.addWidget(button)
            button.clicked.connect(self._clicked)

    def show_step(self, position: int) -> None:
        """Light a step."""
        for button in self.buttons:
            button.show_place(button.position == position, button.position < position)

    def focus_step(self, position: int) -> None:
        """Give a step the keyboard, if there is one at the position."""
        if 0 <= position < len(self.buttons):
            self.buttons[position].setFocus(Qt.FocusReason.TabFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        for button in self.buttons:
            button.theme = theme
            button.setFont(theme.font())
            button.updateGeometry()
            button.update()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line through the steps, and the one that returns."""
        if self._theme is None:
            return
        circles = [button.circle().translated(QPointF(button.pos())) for button in self.buttons]
        line = circles[0].height() / 1.3
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.muted), max(1.0, 0.07 * line)))
        painter.drawLine(circles[0].center(), circles[-1].center())
        first, last, bend, arrow = circles[1], circles[-1], 0.5 * line, 0.28 * line
        left = first.left() - 0.75 * line
        path = QPainterPath(QPointF(last.left(), last.center().y()))
        path.lineTo(left + bend, last.center().y())
        path.quadTo(left, last.center().y(), left, last.center().y() - bend)
        path.lineTo(left, first.center().y() + bend)
        path.quadTo(left, first.center().y(), left + bend, first.center().y())
        path.lineTo(first.left(), first.center().y())
        for side in (-1, 1):
            path.moveTo(first.left() - arrow, first.center().y() + side * 0.8 * arrow)
            path.lineTo(first.left() - 0.03 * line, first.center().y())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.end()

    def _clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, StepButton)
        self.chosen.emit(button.position)
