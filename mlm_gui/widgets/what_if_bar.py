"""The bar above the panes while a branch is shown: what was changed, and the ways out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asking, Untold
from mlm_gui.widgets.flow_layout import FlowLayout
from solver.branch import OtherGroup, OtherVariances, OtherY, WhatIf
from solver.formatting import as_typed, number

if TYPE_CHECKING:
    from mlm_gui.session import Session


class WhatIfBar(QFrame):
    """The edits as chips that can be taken off, a key to the plots, and two buttons.

    Signals
    -------
    taken_off : WhatIf
        The reader does not want this edit any more.
    left, kept : no value
        Return to the run as it was; make the branch the run.
    explain_requested : Untold
        The reader asks about the value of an edit.
    """

    taken_off = Signal(object)
    explain_requested = Signal(object)
    left = Signal()
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("what_if")
        self.setAccessibleName(self.tr("What if"))
        self._theme: Theme | None = None
        self._can_keep = False
        self.title = QLabel(self.tr("What if"))
        self.chips: list[QToolButton] = []
        self._place = QWidget()
        self._flow = FlowLayout(self._place)
        self.key = Key()
        self.keep = QPushButton(self.tr("Keep as the run"))
        self.keep.setObjectName("keep")
        self.back = QPushButton(self.tr("Return"))
        self.back.setObjectName("return")
        self.back.setToolTip(self.tr("Back to the run as it was, and to its step (Esc)"))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.title)
        self._row.addWidget(self._place, 1)
        for widget in (self.key, self.keep, self.back):
            self._row.addWidget(widget)
        for button, signal in ((self.keep, self.kept), (self.back, self.left)):
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(signal)

    def show_edits(self, edits: Sequence[WhatIf], session: Session) -> None:
        """Show the edits, each with what was there before."""
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._chip(edit, _said(edit, session)) for edit in edits]
        for chip in self.chips:
            self._flow.addWidget(chip)
            chip.show()
        self._can_keep = all(isinstance(edit, OtherVariances) for edit in edits)
        self.keep.setToolTip(self.tr("A new run that starts from these variances"))
        self._flow.invalidate()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the key and the button to keep where the longest chip fits beside them."""
        if self._theme is None:
            return
        unit = self._theme.unit
        used = self.title.sizeHint().width() + self.back.sizeHint().width() + 6 * unit
        used += max((chip.sizeHint().width() for chip in self.chips), default=0)
        for widget, wanted in ((self.keep, self._can_keep), (self.key, True)):
            needed = widget.sizeHint().width() + unit
            shown = wanted and used + needed <= self.width()
            widget.setVisible(shown)
            used += needed if shown else 0

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme, unit = theme, theme.unit
        self._row.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        self._row.setSpacing(unit)
        bold = theme.font()
        bold.setBold(True)
        self.title.setFont(bold)
        for widget in (self.keep, self.back, *self.chips):
            widget.setFont(theme.font())
        self.key.apply_theme(theme)
        self.setStyleSheet(
            f"#what_if {{ background: {theme.accent_wash};"
            f" border-bottom: 1px solid {theme.hairline}; }}"
            f"#what_if QLabel {{ color: {theme.ink}; }}"
            f"#what_if QToolButton {{ background: {theme.sheet}; color: {theme.ink};"
            f" border: 1px solid {theme.hairline}; border-radius: {unit // 2}px;"
            f" padding: {unit // 4}px {unit // 2}px; }}"
            f"#what_if QToolButton:focus, #what_if QToolButton:hover"
            f" {{ border-color: {theme.accent}; }}"
        )

    def _chip(self, edit: WhatIf, text: str) -> QToolButton:
        chip = QToolButton()
        chip.setText(f"{text}  ×")
        chip.setToolTip(f"{text}\n{self.tr('Click: take this change off')}")
        chip.setAccessibleName(self.tr("{}; take this change off").format(text))
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.clicked.connect(lambda: self.taken_off.emit(edit))
        given = Untold(self.tr("You gave it this value; in brackets is what it was."))
        Asking(chip, lambda place: given, lambda: given)
        if self._theme is not None:
            chip.setFont(self._theme.font())
        return chip


class Key(QWidget):
    """What the grey dashes in the plots are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._text = self.tr("as it was")
        self.setAccessibleName(self.tr("Grey and dashed: the run as it was"))
        self.setToolTip(self.accessibleName())

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font("small"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """A dash and the words."""
        unit = self._theme.unit if self._theme else 8
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 5 * unit, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dash and the words."""
        theme = self._theme
        if theme is None:
            return
        painter, middle = QPainter(self), self.height() // 2
        pen = QPen(QColor(theme.muted), max(1.4 * theme.zoom, 1))
        pen.setDashPattern([3, 1.8])
        painter.setPen(pen)
        painter.drawLine(0, middle, round(3.4 * theme.unit), middle)
        painter.setPen(QColor(theme.ink))
        left = self.rect().adjusted(4 * theme.unit, 0, 0, 0)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, self._text)


def _said(edit: WhatIf, session: Session) -> str:
    """An edit in a few words, with what it replaces."""
    home = session.home
    problem = home.analysis.problem
    if isinstance(edit, OtherVariances):
        was = home.trace.reach(edit.step).state
        parts = [
            f"{symbol} = {number(value)} ({_tr('was {}').format(number(old))})"
            for symbol, value, old in (
                ("σ²", edit.sigma2, was.sigma2),
                ("τ²", edit.tau2, was.tau2),
            )
            if value != old
        ]
        where = _tr("after iteration {}").format((edit.step + 1) // 5)
        if edit.step == 0:
            where = _tr("at the start")
        return ", ".join(parts) + " " + where
    row = str(edit.observation + 1)
    if isinstance(edit, OtherY):
        old = _tr("was {}").format(as_typed(float(problem.y[edit.observation])))
        text = _tr("row {}: {} = {} ({})")
        return text.format(row, problem.response, as_typed(edit.value), old)
    assert isinstance(edit, OtherGroup)
    old = _tr("was {}").format(problem.group_labels[problem.codes[edit.observation]])
    text = _tr("row {}: {} {} ({})")
    return text.format(row, problem.group, edit.label.strip(), old)


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhatIfBar", text)
