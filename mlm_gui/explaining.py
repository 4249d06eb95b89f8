"""Explains the numbers of a window on a sheet that lies over its panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from mlm_gui.widgets.asking import Asked, Untold, ask_here

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow
    from mlm_gui.panels.explanation import ExplanationSheet
    from mlm_gui.theme import Theme
    from solver import Step

WIDTH = 58
"""Width of the sheet, in units of the theme."""

WIDEST = 0.62
"""The part of the window that it takes at most."""


def _counts(widget: QWidget | None) -> bool:
    """Whether a widget shows figures, none of which has an account."""
    text = getattr(widget, "text", None)
    said = text() if callable(text) else ""
    return widget is not None and any(map(str.isdigit, f"{said} {widget.accessibleName()}"))


class Explaining(QObject):
    """Opens the sheet when a number is asked about, and closes it; it is made at the first asking.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._on_left = False
        self._said = ""
        self._focus: QWidget | None = None
        self.sheet: ExplanationSheet | None = None

    @property
    def open(self) -> bool:
        """Whether the sheet is seen."""
        return self.sheet is not None and not self.sheet.isHidden()

    def explain(self, asked: Asked | Untold) -> None:
        """Explain a number, or say why there is nothing to explain."""
        if isinstance(asked, Untold):
            self._say(asked.why)
            return
        if self._window.workspace.conceals:
            self._say(self.tr("A number is hidden now. Reveal it, then ask about it."))
            return
        if self._window.workspace.timeline.notice == self._said:
            self._say("")
        sheet = self._made()
        if sheet.isHidden():
            self._choose_side()
            self._focus = QApplication.focusWidget()
        sheet.show()
        self._place()
        sheet.raise_()
        sheet.ask(asked.quantity, asked.step, beside=asked.beside)

    def ask_here(self) -> None:
        """Explain the number under the pointer, else that of the keyboard."""
        if not ask_here(self._window):
            said = self.tr("Point at a number, or reach one with Tab, and press E.")
            if _counts(self._window.childAt(self._window.mapFromGlobal(QCursor.pos()))):
                said = self.tr("This counts or names something; it is not computed. ") + said
            self._say(said)

    def close(self) -> None:
        """Put the sheet away."""
        if self.sheet is not None and self.open:
            self.sheet.hide()
            if self._focus is not None and isValid(self._focus):
                self._focus.setFocus()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        if self.sheet is not None:
            self.sheet.apply_theme(theme)
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the sheet at its edge."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _say(self, text: str) -> None:
        self._said = text
        self._window.say(text)

    def _made(self) -> ExplanationSheet:
        if self.sheet is None:
            from mlm_gui.panels.explanation import ExplanationSheet

            window = self._window
            self.sheet = ExplanationSheet(window.workspace)
            self.sheet.hide()
            self.sheet.apply_theme(window.theme)
            self.sheet.closed.connect(self.close)
            self.sheet.step_requested.connect(window.session.go)
            self.sheet.group_pointed.connect(window.workspace.show_group)
            window.workspace.installEventFilter(self)
            window.session.started.connect(self._on_started)
            window.session.moved.connect(self._on_moved)
            self._on_started("")
            self._on_moved(window.session.current, None)
        return self.sheet

    def _on_started(self, what: str) -> None:
        assert self.sheet is not None
        session = self._window.session
        self.sheet.show_beside(session.beside)
        self.sheet.show_problem(session.problem, session.trace)

    def _on_moved(self, new: Step, old: Step | None) -> None:
        assert self.sheet is not None
        if self._window.workspace.stage:
            self.close()
        self.sheet.show_step(new, old)

    def _choose_side(self) -> None:
        """Lie on the side where the number that was asked about is not."""
        workspace = self._window.workspace
        pointer = workspace.mapFromGlobal(QCursor.pos())
        width = min(WIDTH * self._window.theme.unit, round(WIDEST * workspace.width()))
        self._on_left = workspace.rect().contains(pointer) and pointer.x() > (
            workspace.width() - width
        )

    def _place(self) -> None:
        if self.sheet is None:
            return
        workspace = self._window.workspace
        width = min(WIDTH * self._window.theme.unit, round(WIDEST * workspace.width()))
        height = workspace.timeline.geometry().top()
        self.sheet.set_side(self._on_left)
        left = 0 if self._on_left else workspace.width() - width
        self.sheet.resize(width, height)
        self.sheet.move(QPoint(left, 0))
