"""A callout: a few words beside something in the window, and a hairline that points at it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mlm_gui.theme import Theme

WIDTH = 44
"""Width of a callout in units of the theme, where there is that much room."""


class Callout(QFrame):
    """A heading, two sentences, and buttons to go on, back and away.

    Signals
    -------
    next_requested, back_requested, close_requested : no value
    """

    next_requested = Signal()
    back_requested = Signal()
    close_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("callout")
        self.setAutoFillBackground(True)
        self.heading, self.text, self.count = QLabel(), QLabel(), QLabel()
        self.text.setWordWrap(True)
        self.heading.setWordWrap(True)
        self.back, self.close_button, self.next = (
            QPushButton(text) for text in (self.tr("Back"), self.tr("Close"), self.tr("Next"))
        )
        self._layout, row = QVBoxLayout(self), QHBoxLayout()
        self._layout.addWidget(self.heading)
        self._layout.addWidget(self.text)
        self._layout.addLayout(row)
        row.addWidget(self.count, 1)
        for name, button, signal in (
            ("close", self.close_button, self.close_requested),
            ("back", self.back, self.back_requested),
            ("next", self.next, self.next_requested),
        ):
            button.setObjectName(f"tour_{name}")
            button.clicked.connect(signal)
            row.addWidget(button)

    def show_stop(self, heading: str, text: str, place: int, of: int) -> None:
        """Say something; the first stop has no way back, the last one no way on."""
        self.heading.setText(heading)
        self.text.setText(text)
        self.count.setText(self.tr("{} of {}").format(place, of))
        self.setAccessibleName(self.tr("Tour, stop {} of {}: {}").format(place, of, heading))
        self.setAccessibleDescription(text)
        self.next.setAccessibleDescription(f"{heading}. {text}")
        self.back.setEnabled(place > 1)
        self.next.setText(self.tr("Done") if place == of else self.tr("Next"))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        self._layout.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        self._layout.setSpacing(unit)
        heading = theme.font()
        heading.setBold(True)
        self.heading.setFont(heading)
        self.count.setFont(theme.font("small"))
        for widget in (self.text, self.back, self.close_button, self.next):
            widget.setFont(theme.font())
        self.setStyleSheet(
            f"#callout {{ background: {theme.sheet}; border: 1px solid {theme.accent};"
            f" border-radius: {unit // 2}px; }}"
            f"#callout QLabel {{ color: {theme.ink}; }}"
        )
        self.count.setStyleSheet(f"color: {theme.muted};")
        self._width = WIDTH * unit

    def size_in(self, room: QSize) -> QSize:
        """How large it is in a window of a size."""
        least = self.minimumSizeHint().width()
        width = max(min(self._width, round(0.9 * room.width())), least)
        return QSize(width, max(self.heightForWidth(width), self.minimumSizeHint().height()))


class Pointer(QWidget):
    """A thin line round something, and a hairline to it; the mouse goes through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target, self._callout = QRect(), QRect()
        self._colour = QColor()
        self._width = 1.0

    def point(self, target: QRect, callout: QRect) -> None:
        """Point from a callout at a target; nowhere when that is empty."""
        self._target, self._callout = target, callout
        self.update()

    @property
    def target(self) -> QRect:
        """What is pointed at."""
        return self._target

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._colour, self._width = QColor(theme.accent), max(theme.unit / 6, 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame and the hairline."""
        if self._target.isEmpty():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour, self._width))
        painter.drawRect(QRectF(self._target).adjusted(1, 1, -1, -1))
        if not self._target.intersects(self._callout):
            painter.drawLine(*_hairline(QRectF(self._callout), QRectF(self._target)))
        painter.end()


def beside(target: QRect, size: QSize, room: QRect, gap: int) -> QRect:
    """Where a callout stands: beside its target, below one that is low, inside the room.

    Where nothing fits it stands in the corner in which it hides least of the target.

    Parameters
    ----------
    target : QRect
        Empty: in the middle of the room.
    size : QSize
        The callout's.
    room : QRect
    gap : int
        Between the two, and to the edges of the room.
    """
    if target.isEmpty():
        place = QRect(room.topLeft(), size)
        place.moveCenter(room.center())
        return place
    inner = room.adjusted(gap, gap, -gap, -gap)
    top = _within(target.top(), size.height(), inner.top(), inner.bottom())
    left = _within(target.left(), size.width(), inner.left(), inner.right())
    right = inner.right() - size.width()
    across = [(target.right() + gap, top), (target.left() - gap - size.width(), top)]
    down = [(left, target.bottom() + gap), (left, target.top() - gap - size.height())]
    low = target.height() < size.height()
    for x, y in (*down, *across) if low else (*across, *down):
        place = QRect(QPoint(x, y), size)
        if inner.contains(place):
            return place
    corners = [
        QRect(QPoint(x, y), size)
        for y in (inner.bottom() - size.height(), inner.top())
        for x in (right, inner.left())
    ]
    return min(corners, key=lambda place: _area(place & target))


def _area(place: QRect) -> int:
    return 0 if place.isEmpty() else place.width() * place.height()


def _within(wanted: int, size: int, low: int, high: int) -> int:
    """A place as near as can be to the one wanted at which something lies between two edges."""
    return max(min(wanted, high - size), low)


def _hairline(callout: QRectF, target: QRectF) -> tuple[QPointF, QPointF]:
    """From the edge of one to the edge of the other, straight where they face each other."""
    (x1, x2), (y1, y2) = (
        _facing(callout.left(), callout.right(), target.left(), target.right()),
        _facing(callout.top(), callout.bottom(), target.top(), target.bottom()),
    )
    return QPointF(x1, y1), QPointF(x2, y2)


def _facing(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Two places in [a, b] and [c, d] that are nearest to each other; the middle where many are."""
    low, high = max(a, c), min(b, d)
    if low <= high:
        return (low + high) / 2, (low + high) / 2
    return (b, c) if b < c else (a, d)
