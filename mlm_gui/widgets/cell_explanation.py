"""How one entry of a matrix comes about: formula, numbers, terms, and whose it is."""

from __future__ import annotations

from html import escape
from math import ceil

import numpy as np
from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking
from mlm_gui.widgets.html_table import number_cells, table_row
from solver.explanations import Cell
from solver.formatting import number, sure
from solver.problem import Problem
from solver.quantity import Quantity

LONG = 10
"""Characters of a term's name from which on it stands on a line of its own."""

LISTED = 24
"""Observations that are listed one by one."""


class CellExplanation(QTextBrowser):
    """The explanation of a cell; its groups light up where the pointer is on them.

    Signals
    -------
    group_pointed : object
        The pointer is on the name of group j (int), or on none (None).
    account_asked : no value
        The reader wants to follow the cell down to the data.
    """

    group_pointed = Signal(object)
    account_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explanation")
        self.setAccessibleName(self.tr("How the cell comes about"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self._theme: Theme | None = None
        self._shown: tuple[Cell, Problem, int] | None = None
        Asking(self, lambda place: self._number(), self._number)
        self.highlighted.connect(self._point)
        self.anchorClicked.connect(self._open)

    @property
    def cell(self) -> Cell | None:
        """The entry that is explained."""
        return None if self._shown is None else self._shown[0]

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font("small"))
        palette = theme.palette
        palette.setColor(palette.ColorRole.Base, QColor(theme.sheet))
        self.setPalette(palette)
        self.document().setDocumentMargin(theme.unit)
        self._write()

    def show_cell(self, cell: Cell, problem: Problem, digits: int) -> None:
        """Explain an entry."""
        before = self.cell
        self._shown = (cell, problem, digits)
        self._write()
        if before is None or (before.name, before.row, before.column) != (
            cell.name,
            cell.row,
            cell.column,
        ):
            self.verticalScrollBar().setValue(0)

    @property
    def natural_width(self) -> int:
        """Pixels at which no line of its numbers is broken."""
        bar = self.verticalScrollBar().sizeHint().width()
        return ceil(self.document().idealWidth()) + bar

    def _number(self) -> Asked | None:
        cell = self.cell
        return Asked(Quantity("entry", (cell.name, cell.row, cell.column))) if cell else None

    def clear_cell(self) -> None:
        """Explain nothing."""
        self._shown = None
        self.clear()

    def _write(self) -> None:
        if self._theme is None or self._shown is None:
            return
        cell, problem, digits = self._shown
        place = self.verticalScrollBar().value()
        self.setHtml(
            self._equation(cell, digits)
            + self._terms(cell, digits)
            + self._observations(cell, problem)
            + self._link()
        )
        self.verticalScrollBar().setValue(place)

    def _equation(self, cell: Cell, digits: int) -> str:
        """The formula, the same with numbers, and the value."""
        theme = self._theme
        assert theme is not None
        value = number(cell.value, digits)
        head, equals, right = cell.formula.partition(" = ")
        lines = [f"<b>{escape(head)}</b>{equals}{escape(right)}"]
        if cell.numbers not in (value, right):
            lines.append(f"= {escape(cell.numbers)}")
        lines.append(f"= <b>{escape(value)}</b>")
        if (precise := sure(cell.value)) != value:
            lines.append(f"<span style='color:{theme.muted}'>= {precise}</span>")
        space = f"margin-top:0; margin-bottom:{theme.unit // 3}px"
        return "".join(f"<p style='{space}'>{line}</p>" for line in lines)

    def _terms(self, cell: Cell, digits: int) -> str:
        """The sum, one addend a line, decimal points under one another."""
        theme = self._theme
        assert theme is not None
        if len(cell.terms) + bool(cell.left_out) < 2:
            return ""
        muted = f"style='color:{theme.muted}'"
        apart = any(len(term.label) >= LONG for term in cell.terms)
        rows = []
        for term in cell.terms:
            label = f"{escape(term.label)}&nbsp;&nbsp;"
            if apart:
                rows.append(table_row(f"<td colspan='9' {muted}>{label}</td>"))
                label = ""
            rows.append(
                table_row(
                    f"<td {muted}>{label}</td>",
                    number_cells(number(term.left, digits)),
                    "<td>&nbsp;·&nbsp;</td>",
                    number_cells(number(term.right, digits)),
                    "<td>&nbsp;=&nbsp;</td>",
                    number_cells(number(term.product, digits)),
                )
            )
        if cell.left_out:
            more = self.tr("and {} more terms, together").format(cell.left_out)
            rows.append(
                table_row(
                    f"<td colspan='6' style='color:{theme.muted}'>{more}</td>",
                    "<td>&nbsp;=&nbsp;</td>",
                    number_cells(number(cell.left_out_sum, digits)),
                )
            )
        rows.append(
            table_row(
                f"<td colspan='6' style='color:{theme.muted}'>{self.tr('sum')}</td>"
                "<td>&nbsp;=&nbsp;</td>",
                number_cells(number(cell.value, digits), bold=True),
            )
        )
        start = "<table cellspacing='0' cellpadding='0' style='white-space:nowrap'>"
        return f"{start}{''.join(rows)}</table>"

    def _observations(self, cell: Cell, problem: Problem) -> str:
        """Which rows of the data the entry draws on, by group."""
        theme = self._theme
        assert theme is not None
        rows = cell.rows
        drawn_on = range(*rows.indices(problem.n)) if isinstance(rows, slice) else rows
        count = len(drawn_on)
        if not count:
            return ""
        first = np.asarray(drawn_on[:LISTED])
        groups = problem.codes[first]
        parts = []
        for j in dict.fromkeys(groups.tolist()):
            style = theme.group(j, problem.J)
            who = f"{problem.group} {problem.group_labels[j]}"
            members = ", ".join(self._member(problem, i) for i in first[groups == j].tolist())
            parts.append(
                f"<a href='group:{j}' style='text-decoration:none; color:{theme.ink}'>"
                f"<span style='color:{style.colour}'>{style.sign}</span> {escape(who)}: "
                f"{members}</a>"
            )
        if count > len(first):
            parts.append(self.tr("and {} more").format(count - len(first)))
        said = self.tr("Draws on {} observations").format(count)
        if count == 1:
            said = self.tr("Draws on one observation")
        elif count == problem.n:
            said = self.tr("Draws on all {} observations").format(count)
        return (
            f"<p style='margin-top:{theme.unit}px'><span style='color:{theme.muted}'>{said}</span>"
            f"<br>{' &nbsp; '.join(parts)}</p>"
        )

    def _member(self, problem: Problem, i: int) -> str:
        """An observation's number, and that of its row in the file where it is another."""
        row = problem.file_row(i)
        if row == i + 1:
            return str(row)
        return self.tr("%1 (row %2 of the file)").replace("%1", str(i + 1)).replace("%2", str(row))

    def _link(self) -> str:
        theme = self._theme
        assert theme is not None
        said = self.tr("Where does it come from?")
        return (
            f"<p style='margin-top:{theme.unit}px'>"
            f"<a href='account:' style='color:{theme.accent}'>{said}</a></p>"
        )

    def _open(self, link: QUrl) -> None:
        if link.scheme() == "account":
            self.account_asked.emit()
        else:
            self._point(link)

    def _point(self, link: QUrl) -> None:
        group = link.path() if link.scheme() == "group" else ""
        self.group_pointed.emit(int(group) if group else None)
