"""The controls above the matrices: which ones are shown, and how their entries are written."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from mlm_gui.theme import Theme
from mlm_gui.widgets.chip import Chip
from mlm_gui.widgets.flow_layout import FlowLayout
from mlm_gui.widgets.matrix_window import Display


class MatrixBar(QWidget):
    """A chip for each matrix of the step and each that was added, a search, and the switches.

    Signals
    -------
    toggled : str, bool
        Show or hide this matrix.
    added : str
        Show this matrix too.
    display_changed : Display
        Write the entries in this way.
    """

    toggled = Signal(str, bool)
    added = Signal(str)
    display_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._chips = [self._new_chip()]
        self._names: tuple[str, ...] = ()
        self._search = _Search(self)
        self._search.setObjectName("add_matrix")
        self._search.setAccessibleName(self.tr("Add a matrix"))
        self._search.setToolTip(self.tr("Type a part of a matrix's name, or choose one"))
        self._search.set_placeholder(self.tr("more …"))
        self._search.chosen.connect(self.added)
        self._symbols = self._switch("symbols", self.tr("symbols"), self.tr("τ²+σ² for numbers"))
        self._order = self._switch(
            "group_order", self.tr("in group order"), self.tr("Bring the rows of a group together")
        )
        self._tint = self._switch("tint", self.tr("tint"), self.tr("Tint the cells by value"))
        self._digits = QSpinBox(self)
        self._digits.setObjectName("digits")
        self._digits.setRange(1, 15)
        self._digits.setValue(Display().digits)
        self._digits.setAccessibleName(self.tr("Significant digits"))
        self._digits.setToolTip(self.tr("Significant digits of the numbers"))
        self._digits.valueChanged.connect(self._emit_display)
        self._digits_label = QLabel(self.tr("digits"), self)
        self._digits_label.setBuddy(self._digits)
        self._flow = FlowLayout(self)
        for widget in (
            *self._chips,
            self._search,
            self._symbols,
            self._tint,
            self._order,
            self._digits_label,
            self._digits,
        ):
            self._flow.addWidget(widget)

    @property
    def last(self) -> QWidget:
        """The control that the tab key reaches last."""
        return self._digits

    @property
    def display(self) -> Display:
        """How the entries are to be written."""
        return Display(
            symbols=self._symbols.isChecked(),
            digits=self._digits.value(),
            in_group_order=self._order.isChecked() and not self._order.isHidden(),
            tinted=self._tint.isChecked(),
        )

    def set_symbols(self, symbols: bool) -> None:
        """Write the entries in symbols, or as numbers."""
        self._symbols.setChecked(symbols)

    def show_chips(self, shown: tuple[str, ...], hidden: set[str]) -> None:
        """Show a chip for each matrix of the step and each that was added.

        Parameters
        ----------
        shown : tuple of str
            Their names.
        hidden : set of str
            Those of them that the reader does not want to see.
        """
        for place, name in enumerate(shown):
            self._show_as_chip(place, name).setChecked(name not in hidden)
        for place, chip in enumerate(self._chips):
            if chip.isHidden() == (place < len(shown)):
                chip.setVisible(place < len(shown))
        self._flow.invalidate()

    def offer(self, names: tuple[str, ...]) -> None:
        """Offer all the matrices that there are at a step."""
        if names != self._names:
            self._names = names
            self._search.offer(names)

    def offer_group_order(self, offered: bool) -> None:
        """Whether the switch makes sense: not where the data are in group order already."""
        self._order.setVisible(offered)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        small, unit = theme.font("small"), theme.unit
        self.setFont(small)
        self._flow.setSpacing(unit)
        for widget in self.findChildren(QWidget):
            widget.setFont(small)
        self._search.setFixedWidth(round(11 * unit))
        palette = theme.palette
        palette.setColor(palette.ColorRole.WindowText, QColor(theme.muted))
        self._digits_label.setPalette(palette)
        for widget in (self._symbols, self._order, self._tint, self._digits, self._search):
            edges = widget.palette()
            edges.setColor(edges.ColorRole.Window, QColor(theme.muted))
            widget.setPalette(edges)
        for chip in self._chips:
            chip.apply_theme(theme)

    def _new_chip(self) -> Chip:
        """A chip; the first is made before the search, for the tab key to reach it before that."""
        chip = Chip(self)
        chip.hide()
        if self._theme is not None:
            chip.apply_theme(self._theme)
        chip.switched.connect(self.toggled)
        return chip

    def _show_as_chip(self, place: int, name: str) -> Chip:
        """Let the chip at a place, made if there is none yet, stand for a matrix."""
        if place == len(self._chips):
            chip = self._new_chip()
            QWidget.setTabOrder(self._chips[-1], chip)
            self._chips.append(chip)
            self._flow.addWidget(chip)
            self._flow.move_to_front([*self._chips])
        chip = self._chips[place]
        if chip.text() != name:
            chip.setText(name)
            chip.setAccessibleName(self.tr("Show {}").format(name))
            chip.setToolTip(self.tr("Show or hide {}").format(name))
        return chip

    def _switch(self, key: str, text: str, tip: str) -> QCheckBox:
        switch = QCheckBox(text, self)
        switch.setObjectName(key)
        switch.setToolTip(tip)
        switch.setAccessibleName(text)
        switch.toggled.connect(self._emit_display)
        return switch

    def _emit_display(self) -> None:
        self.display_changed.emit(self.display)


class _Search(QComboBox):
    """All matrices, found by any part of their name, in plain characters too: ``XtVinv``."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(20)
        completer = _Completer(self)
        completer.setModel(self.model())
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.activated.connect(self._choose)
        self._line.returnPressed.connect(self._enter)

    @property
    def _line(self) -> QLineEdit:
        line = self.lineEdit()
        assert line is not None
        return line

    def set_placeholder(self, text: str) -> None:
        """What stands there while nothing is typed."""
        self._line.setPlaceholderText(text)

    def offer(self, names: tuple[str, ...]) -> None:
        """Offer these names; what has been typed so far stays."""
        typed = self.currentText()
        self.clear()
        self.addItems(names)
        self.setCurrentIndex(-1)
        self.setEditText(typed)

    def _enter(self) -> None:
        """Take the name that was typed, or the first one that contains it."""
        typed = written(self.currentText())
        names = [self.itemText(k) for k in range(self.count())]
        found = [name for name in names if name == typed] or [
            name for name in names if typed.casefold() in name.casefold()
        ]
        if typed and found:
            self._choose(names.index(found[0]))

    def _choose(self, index: int) -> None:
        name = self.itemText(index)
        self.setCurrentIndex(-1)
        self.clearEditText()
        if name:
            self.chosen.emit(name)


class _Completer(QCompleter):
    def splitPath(self, path: str) -> list[str]:
        """What is typed, in the characters of the names."""
        return [written(path)]


def written(plain: str) -> str:
    """A matrix's name in its own characters: ``XtVinv`` is XᵀV⁻¹."""
    for typed, meant in _CHARACTERS.items():
        plain = plain.replace(typed, meant)
    return _TRANSPOSED.sub("ᵀ", plain)


_CHARACTERS = {
    "^-1": "⁻¹",
    "-1": "⁻¹",
    "inv": "⁻¹",
    "'": "ᵀ",
    "tau2": "τ²",
    "tau": "τ",
    "sigma2": "σ²",
    "beta": "β",
    "lambda": "λ",
}

_TRANSPOSED = re.compile(r"(?<=[XZVP)])t")
