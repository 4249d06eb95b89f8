"""The frame of a pane: its title, a way to have it alone, and updates only while it is seen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from mlm_gui.icons import icon
from mlm_gui.panels.panel import Panel
from mlm_gui.theme import Theme
from solver import Problem, Step, Trace


class Pane(QWidget):
    """Holds a panel and hands it the step to show, as soon as it can be seen.

    Signals
    -------
    maximise_requested : Pane
        The reader wants this pane alone, or all of them back.
    hide_requested : Pane
        The reader does not want to see this pane.
    """

    maximise_requested = Signal(object)
    hide_requested = Signal(object)

    def __init__(self, panel: Panel, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel = panel
        self.title = title
        self._run: tuple[Problem, Trace] | None = None
        self._beside: Trace | None = None
        self._step: Step | None = None
        self._group: int | None = None
        self._shown_run: tuple[Problem, Trace] | None = None
        self._shown_beside: Trace | None = None
        self._shown_step: Step | None = None
        self._shown_group: int | None = None
        self._header = _Header(title, self)
        self._header.maximise.clicked.connect(lambda: self.maximise_requested.emit(self))
        self._header.hide_pane.clicked.connect(lambda: self.hide_requested.emit(self))
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._header)
        self._layout.addWidget(panel, 1)

    def show_run(self, problem: Problem, trace: Trace, beside: Trace | None = None) -> None:
        """A new run begins, another one beside it or none; its first step is still to come."""
        self._run, self._beside = (problem, trace), beside
        self._step = None
        self._group = None

    def show_step(self, step: Step) -> None:
        """The cursor is on a step."""
        self._step = step
        if self.isVisible():
            self._refresh()

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""
        self._group = group
        if self.isVisible():
            self._refresh()

    def set_bare(self, bare: bool) -> None:
        """Show the panel without title and controls, or with them."""
        self._header.setHidden(bare)
        self.panel.set_bare(bare)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._layout.setContentsMargins(theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        self._header.apply_theme(theme)
        self.panel.apply_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the run."""
        super().showEvent(event)
        self._refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Have this pane alone, or all of them back."""
        if event.position().y() <= self._header.geometry().bottom():
            self.maximise_requested.emit(self)
        else:
            super().mouseDoubleClickEvent(event)

    def _refresh(self) -> None:
        if self._run is None or self._step is None:
            return
        if self._shown_run is not self._run:
            self._shown_run, self._shown_step, self._shown_group = self._run, None, None
            self.panel.show_problem(*self._run)
            if self._shown_beside is not self._beside:
                self._shown_beside = self._beside
                self.panel.show_beside(self._beside)
        if self._shown_step is not self._step:
            old, self._shown_step = self._shown_step, self._step
            self.panel.show_step(self._step, old)
        if self._shown_group != self._group:
            self._shown_group = self._group
            self.panel.show_group(self._group)


class _Header(QWidget):
    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = QLabel(title)
        self.maximise = _button(self.tr("Show {} alone, or all panes").format(title))
        self.hide_pane = _button(self.tr("Hide {}").format(title))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title, 1)
        layout.addWidget(self.maximise)
        layout.addWidget(self.hide_pane)

    def apply_theme(self, theme: Theme) -> None:
        self._title.setFont(theme.font("small"))
        self._title.setStyleSheet(f"color: {theme.muted};")
        size = round(theme.unit * 1.6)
        for button, name in ((self.maximise, "maximise"), (self.hide_pane, "hide")):
            button.setIcon(icon(name, theme.muted, size))
            button.setIconSize(QSize(size, size))


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
