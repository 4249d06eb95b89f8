"""The sheet on which a number is explained; one goes down to what goes in, and comes back."""

from __future__ import annotations

import re
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.panels.panel import Panel
from mlm_gui.theme import Theme
from mlm_gui.widgets.account_maths import account_lines, digits_of
from mlm_gui.widgets.account_tables import drawn_on, parts_html, rows_html, sum_html
from mlm_gui.widgets.html_table import symbol_html
from mlm_gui.widgets.math_view import MathView
from mlm_gui.widgets.maths import Maths
from mlm_gui.widgets.page import Page
from solver import Problem, Refusal, Step, Trace
from solver.accounts import Account, account
from solver.accounts.telling import title_of
from solver.formatting import exact, number
from solver.lessons import step_lessons
from solver.quantity import Quantity
from solver.state import STEP_NAMES

MATHS = 1.2
"""Size of the mathematics, as a multiple of the body text's."""

CRUMBS = 4
"""Numbers of the way down that are named."""


class Crumb(NamedTuple):
    """A number on the way down, the step at which it is looked at, and its symbol once known."""

    quantity: Quantity
    step: int
    symbol: str = "–"


class ExplanationSheet(Panel):
    """Formula, numbers, terms, rows, and the step that made it; it follows the cursor.

    Signals
    -------
    closed : no value
        The reader has read enough.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explanation_sheet")
        self.setAccessibleName(self.tr("Where the number comes from"))
        self.setAutoFillBackground(True)
        self._present: tuple[Problem, Trace] | None = None
        self._left: Trace | None = None
        self._beside = False
        self._step: Step | None = None
        self._theme: Theme | None = None
        self._way: list[Crumb] = []
        self.account: Account | None = None
        self._held = False
        self._lay_out()

    # -- the contract of a pane

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run: the number that was asked for first, in that run."""
        self._present, self._step = (problem, trace), None
        self._beside = self._beside and self._left is not None
        del self._way[1:]

    def show_beside(self, beside: Trace | None) -> None:
        """Another run, about whose numbers one can ask as well, or none."""
        self._left = beside

    @property
    def _trace(self) -> Trace:
        """The run that the number is of."""
        assert self._present is not None
        return self._left if self._beside and self._left is not None else self._present[1]

    @property
    def _problem(self) -> Problem:
        """What that run fits."""
        assert self._present is not None
        return self._trace[0].problem if self._beside else self._present[0]

    def show_step(self, new: Step, old: Step | None) -> None:
        """The number at this step, or that it is not known yet."""
        self._step = new
        if not self._way or self.isHidden():
            return
        here = self._trace.reach(new.index).index
        way, self._way = self._way, [self._way[0]._replace(step=here)]
        for below in way[1:]:
            inner = self._told(self._way[-1])
            found = None if isinstance(inner, str) else _step_of(inner, below.quantity)
            if found is None:
                break
            self._way.append(below._replace(step=found))
        self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme, self._maths = theme, Maths(theme, MATHS)
        unit = theme.unit
        palette = theme.palette
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.sheet))
        self.setPalette(palette)
        self._page.set_ground(palette)
        self._page.column.setContentsMargins(2 * unit, 0, 2 * unit, 2 * unit)
        self._page.column.setSpacing(unit)
        self._head.setContentsMargins(unit, unit // 2, unit // 2, unit // 2)
        self._edge.setStyleSheet(f"background: {theme.accent}; border: none;")
        self._edge.setFixedWidth(max(2, unit // 4))
        self.title.setFont(theme.font("large"))
        bold = theme.font("small")
        bold.setBold(True)
        for label in self._headings:
            label.setFont(bold)
        for label in (self.way, self.exact, self.shapes, self.parts, self.terms, self.rows):
            label.setFont(theme.font("small"))
        for label in (self.note, self.made):
            label.setFont(theme.font())
        for label in (self.way, self.exact, self.shapes):
            label.setStyleSheet(f"color: {theme.muted};")
        for button in (self.back_button, self.close_button):
            button.setFont(theme.font())
        self._show()

    def set_side(self, left: bool) -> None:
        """Lie at the left or at the right; the edge is on the inner side."""
        direction = QBoxLayout.Direction
        self._across.setDirection(direction.RightToLeft if left else direction.LeftToRight)

    # -- what is asked

    def ask(self, quantity: Quantity, step: int | None = None, *, beside: bool = False) -> None:
        """Explain a number as it is shown at a step; at the present one without.

        Where it is one ``beside``, explain it as it is in that run.
        """
        assert self._step is not None
        self._beside = beside and self._left is not None
        here = self._trace.reach(self._step.index).index
        self._way = [Crumb(quantity, here if step is None else step)]
        self._show()
        self._page.verticalScrollBar().setValue(0)
        self._page.setFocus()

    def follow(self, quantity: Quantity, step: int) -> None:
        """Go down to a number that goes in."""
        self._way.append(Crumb(quantity, step))
        self._show()
        self._page.verticalScrollBar().setValue(0)

    def back(self) -> None:
        """Come back to the number before."""
        if len(self._way) > 1:
            self._way.pop()
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, Backspace comes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self.back()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on a number of the formula goes down to it."""
        if isinstance(event, QMouseEvent):
            keys = [box.key for box in self.formula.trail(event.position()) if box.key is not None]
            if event.type() == QEvent.Type.MouseButtonPress and keys:
                self._open(f"part:{keys[-1]}")
            shape = Qt.CursorShape.PointingHandCursor if keys else Qt.CursorShape.ArrowCursor
            self.formula.setCursor(shape)
        return super().eventFilter(watched, event)

    # -- inside

    def _told(self, crumb: Crumb) -> Account | str:
        try:
            return account(self._trace, crumb.step, crumb.quantity)
        except Refusal as refusal:
            return str(refusal)

    def _show(self) -> None:
        if self._theme is None or not self._way or self._present is None:
            return
        told = self._told(self._way[-1])
        self.account = None if isinstance(told, str) else told
        symbol = "–" if isinstance(told, str) else told.symbol
        self._way[-1] = self._way[-1]._replace(symbol=symbol)
        self._show_way()
        for widget in (self.formula, self.exact, self.shapes, self.made):
            widget.setVisible(self.account is not None)
        if isinstance(told, str):
            self.title.setText(self._as_it_was(_sentence(self._title(self._way[-1]))))
            self.note.setText(told)
            self.note.show()
            for heading, label in self._sections:
                heading.hide()
                label.hide()
            return
        self._show_account(told, self._theme, self._problem)

    def _show_account(self, told: Account, theme: Theme, problem: Problem) -> None:
        self.title.setText(self._as_it_was(_sentence(told.name)))
        self.setAccessibleDescription(f"{told.name}: {told.text()}")
        self.formula.set_lines(account_lines(told, self._maths), theme.unit)
        digits = exact(told.value)
        self.exact.setText(self.tr("all digits: {}").format(digits))
        self.exact.setHidden(digits in (number(told.value), f"{number(told.value)}.0"))
        self.shapes.setText(self.tr("sizes: {}").format(told.shapes))
        self.shapes.setVisible(bool(told.shapes))
        self.note.setText(symbol_html(told.note))
        self.note.setVisible(bool(told.note))
        self.made.setText(self._made(told))
        self.made.setVisible(told.made_at is not None)
        names = [self._title(Crumb(p.quantity, p.step)) if p.quantity else "" for p in told.parts]
        digits_shown = digits_of(told)
        texts = [
            parts_html(told, names, theme),
            sum_html(told.sum, problem.J, theme, digits_shown) if told.sum else "",
            rows_html(told, problem, theme),
        ]
        if told.sum is not None:
            self._headings[1].setText(symbol_html(self._sum_heading(told)))
        self._headings[2].setText(drawn_on(told, problem))
        for (heading, label), text in zip(self._sections, texts, strict=True):
            label.setText(text)
            heading.setVisible(bool(text))
            label.setVisible(bool(text))

    def _as_it_was(self, title: str) -> str:
        """A title that says which of two runs it is of."""
        return self.tr("As it was: {}").format(title) if self._beside else title

    def _sum_heading(self, told: Account) -> str:
        assert told.sum is not None
        over = {
            "group": self.tr("The sum, group by group"),
            "observation": self.tr("The sum, row by row"),
            "fixed effect": self.tr("The sum, by fixed effects"),
        }.get(told.sum.over, self.tr("The sum, term by term"))
        if told.sum.left_out:
            return self.tr("{}: the {} largest").format(over, len(told.sum.addends))
        return over

    def _made(self, told: Account) -> str:
        """Which step made it, as a link there."""
        assert self._theme is not None
        if told.made_at is None:
            return ""
        step = self._trace[told.made_at]
        title = step_lessons()[step.name].title
        place = STEP_NAMES.index(step.name) + 1
        made = self.tr("Made at {} · {}")
        if told.profiled:
            made = self.tr("With σ² and τ² of {} · {}")
        if told.concluded:
            made = self.tr("Computed from the estimates at {} · {}")
        where = made.format(place, title)
        if step.iteration:
            where += self.tr(", iteration {}").format(step.iteration)
        return f"<a href='step:{step.index}' style='color:{self._theme.accent}'>{where}</a>"

    def _show_way(self) -> None:
        assert self._theme is not None
        shown = self._way[-CRUMBS:]
        first = len(self._way) - len(shown)
        style = f"style='color:{self._theme.accent}'"
        texts = [
            f"<a href='way:{first + k}' {style}>{symbol_html(crumb.symbol)}</a>"
            for k, crumb in enumerate(shown[:-1])
        ]
        texts.append(symbol_html(shown[-1].symbol))
        self.way.setText(("… › " if first else "") + " › ".join(texts))
        self.back_button.setEnabled(len(self._way) > 1)

    def _title(self, crumb: Crumb) -> str:
        return title_of(self._trace, crumb.step, crumb.quantity)

    def _open(self, link: str) -> None:
        kind, _, which = link.partition(":")
        which, _, factor = which.partition(":")
        if kind == "step":
            self.step_requested.emit(int(which))
            return
        if kind == "way":
            del self._way[int(which) + 1 :]
            self._show()
            return
        assert self.account is not None
        if kind == "part":
            part = self.account.parts[int(which)]
            assert part.quantity is not None
            self.follow(part.quantity, part.step)
        elif self.account.sum is not None:
            addend = self.account.sum.addends[int(which)]
            quantity = addend.factors[int(factor)] if factor else addend.quantity
            assert quantity is not None
            self.follow(quantity, self.account.sum.index)

    def _lay_out(self) -> None:
        self.back_button = _button("‹", self.tr("Back to the number before (Backspace)"))
        self.back_button.clicked.connect(self.back)
        self.close_button = _button("×", self.tr("Close the explanation (Esc)"))
        self.close_button.clicked.connect(self.closed)
        self.way, self.title = _label(), _label()
        self.formula = MathView()
        self.formula.installEventFilter(self)
        self.exact, self.shapes, self.note, self.made = _label(), _label(), _label(), _label()
        self.parts, self.terms, self.rows = _label(), _label(), _label()
        self.terms.setWordWrap(False)
        self.rows.setWordWrap(False)
        self._headings = [QLabel(self.tr("What goes in")), QLabel(), QLabel()]
        self._sections = list(zip(self._headings, (self.parts, self.terms, self.rows), strict=True))
        for name, label in (
            (self.tr("Way to this number"), self.way),
            (self.tr("What goes in"), self.parts),
            (self.tr("Terms of the sum"), self.terms),
            (self.tr("The step that made it"), self.made),
        ):
            label.setAccessibleName(name)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.LinksAccessibleByMouse
                | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            )
            label.linkActivated.connect(self._open)
        body: list[QWidget] = [self.title, self.formula, self.exact, self.made, self.note]
        body += [self.shapes]
        for heading, label in self._sections:
            body += [heading, label]
        self._page = Page(self.accessibleName(), list(body))
        self._edge = QFrame()
        self._across = layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._edge)
        column, self._head = QVBoxLayout(), QHBoxLayout()
        layout.addLayout(column, 1)
        column.setSpacing(0)
        column.addLayout(self._head)
        self._head.addWidget(self.back_button)
        self._head.addWidget(self.way, 1)
        self._head.addWidget(self.close_button)
        column.addWidget(self._page, 1)


def _step_of(told: Account, quantity: Quantity) -> int | None:
    """The step at which a number that goes in is looked at."""
    for part in told.parts:
        if part.quantity == quantity:
            return part.step
    if told.sum is not None and any(
        quantity in (each.quantity, *each.factors) for each in told.sum.addends
    ):
        return told.sum.index
    return None


def _sentence(name: str) -> str:
    """A name with a capital letter; a symbol stays as it is, and so does LOOK_HRS."""
    first = name[:1].upper() if name[:1].isascii() else name[:1]
    return symbol_html(re.sub(r"(?<=[A-Za-z0-9]{2})_", "_\u2060", first + name[1:]))


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    return label


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    return button
