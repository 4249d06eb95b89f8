"""A blank to fill in; once marked, a sign at its end says what it is."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.tint import blend
from solver.practice.marking import Verdict

SIGNS = {
    Verdict.RIGHT: "✓",
    Verdict.FOLLOWS: "↳",
    Verdict.WRONG: "✗",
    Verdict.UNREADABLE: "?",
}
"""What stands at the end of a marked blank; an empty one and a given one have nothing."""


class Blank(QLineEdit):
    """A line to type into, which the arrow keys leave at its ends.

    Parameters
    ----------
    name : str
        What it is called.
    ems : float
        Digits that it has room for.
    shrinks : bool
        Whether it may have less room where there is less.

    Signals
    -------
    entered : no value
        It has the focus now.
    left_by : int, int
        An arrow leads so many rows and columns on.
    """

    entered = Signal()
    left_by = Signal(int, int)

    def __init__(
        self, name: str, ems: float, parent: QWidget | None = None, *, shrinks: bool = False
    ) -> None:
        super().__init__(parent)
        self._name, self._ems = name, ems
        self._wide = 0
        self._theme: Theme | None = None
        self._verdict: Verdict | None = None
        self._shrinks = shrinks
        self.setAccessibleName(name)
        self.textEdited.connect(lambda: self.show_verdict(None))

    @property
    def verdict(self) -> Verdict | None:
        """How it was marked; None before, and after a change."""
        return self._verdict

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Say how it was marked."""
        self._verdict = verdict
        said = {
            Verdict.RIGHT: self.tr("right"),
            Verdict.FOLLOWS: self.tr("right, by your own earlier answer"),
            Verdict.WRONG: self.tr("not right"),
            Verdict.UNREADABLE: self.tr("not understood"),
        }.get(verdict, "") if verdict else ""  # fmt: skip
        self.setAccessibleName(f"{self._name}, {said}" if said else self._name)
        self.setToolTip(said)
        self._set_look()

    def give(self, text: str) -> None:
        """Let it stand there already, not to be changed."""
        self.setText(text)
        self.setEnabled(False)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font())
        metrics = QFontMetricsF(self.font())
        self._wide = round(self._ems * metrics.horizontalAdvance("0")) + 2 * theme.unit
        self.setFixedWidth(self._wide)
        if self._shrinks:
            self.setMinimumWidth(12 * theme.unit)
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._set_look()

    def sizeHint(self) -> QSize:
        """As wide as its room for digits."""
        return QSize(self._wide, super().sizeHint().height())

    def _set_look(self) -> None:
        if self._theme is None:
            return
        theme, half = self._theme, self._theme.unit // 2
        line = _colour(self._verdict, theme) or theme.muted
        room = round(1.6 * theme.unit) if self._verdict in SIGNS else half
        given = not self.isEnabled()
        wrong = self._verdict in (Verdict.WRONG, Verdict.UNREADABLE)
        ground = blend(theme.sheet, theme.fall, 0.12) if wrong else theme.sheet
        self.setStyleSheet(
            f"QLineEdit {{ border: none; border-bottom: {1 if given else 2}px solid "
            f"{'transparent' if given else line}; background: "
            f"{'transparent' if given else ground}; padding: {half // 2}px {half}px; "
            f"padding-right: {room}px; color: {theme.muted if given else theme.ink}; }}"
        )
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that it has the focus."""
        super().focusInEvent(event)
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave by the arrows at its ends; Enter is for the page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        at_start = self.cursorPosition() == 0
        at_end = self.cursorPosition() == len(self.text())
        steps = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        if at_start:
            steps[Qt.Key.Key_Left] = (0, -1)
        if at_end:
            steps[Qt.Key.Key_Right] = (0, 1)
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = None if plain else steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.left_by.emit(*step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign over the end of the line, and a ring where one types."""
        super().paintEvent(event)
        if self._theme is None:
            return
        painter = QPainter(self)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.ink), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        if self._verdict not in SIGNS:
            return
        painter.setFont(self._theme.font())
        painter.setPen(QColor(_colour(self._verdict, self._theme)))
        room = QRect(self.rect().adjusted(0, 0, -self._theme.unit // 3, 0))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, side, SIGNS[self._verdict])


def _colour(verdict: Verdict | None, theme: Theme) -> str:
    return {
        Verdict.RIGHT: theme.good,
        Verdict.FOLLOWS: theme.good,
        Verdict.WRONG: theme.fall,
        Verdict.UNREADABLE: theme.fall,
    }.get(verdict, "") if verdict else ""  # fmt: skip
