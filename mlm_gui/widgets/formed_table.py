"""A table that is set in the fullest of several forms for which there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.fact_table import Cell, FactTable
from solver.quantity import Quantity

BLANK: Cell = ("", "")
"""A last column that takes the room left over, so that the numbers stay together."""


class Form(NamedTuple):
    """One way to set a table.

    Attributes
    ----------
    heads : pairs of a head and what it means
    rows : as in :meth:`FactTable.set_rows`
    numeric, unlike : as in :class:`FactTable`
    quantities : as in :meth:`FactTable.set_quantities`
    """

    heads: Sequence[Cell]
    rows: Sequence[tuple[Cell, ...]]
    numeric: frozenset[int]
    unlike: frozenset[int] = frozenset()
    quantities: Sequence[Sequence[Quantity | None]] = ()


class FormedTable(FactTable):
    """Rows in the first of several forms that fits, or else in the last.

    Signals
    -------
    formed : int
        The number of the form that is shown now.
    """

    formed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((), parent)
        self._forms: Sequence[Form] = ()
        self._widths: list[int] = []
        self._form = -1

    def set_forms(self, forms: Sequence[Form]) -> None:
        """Show rows in one of these forms, the widest first."""
        self._forms = forms
        self._measure()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        super().apply_theme(theme)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the form for which there is room."""
        super().resizeEvent(event)
        self._choose()

    def _measure(self) -> None:
        self._widths, self._form = [], -1
        self._widths = [self._measured(form) for form in self._forms]
        self._choose()

    def _measured(self, form: Form) -> int:
        self._set(form)
        return self.natural_width()

    def _choose(self) -> None:
        room = self.viewport().width()
        fits = (k for k, width in enumerate(self._widths) if width <= room)
        form = next(fits, len(self._widths) - 1)
        if form != self._form:
            self._form = form
            self._set(self._forms[form])
            self.formed.emit(form)

    def _set(self, form: Form) -> None:
        self._numeric, self._unlike = form.numeric, form.unlike
        self.set_rows([head for head, _ in form.heads], form.rows)
        for k, (_, meaning) in enumerate(form.heads):
            self.headerItem().setToolTip(k, meaning)
        if form.quantities:
            self.set_quantities(form.quantities)
