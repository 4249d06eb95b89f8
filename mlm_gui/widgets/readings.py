"""Where the fit stands: σ², τ², ICC and ℓ, each with its change."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from mlm_gui.spotlight import HIDDEN
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking
from mlm_gui.widgets.fact_table import aligned
from mlm_gui.widgets.inline_edit import InlineEdit, read_number
from mlm_gui.widgets.rich_text import rich_text
from solver.formatting import MINUS, exact, number, signed
from solver.lessons import symbols, words
from solver.quantity import Quantity
from solver.step import Step

QUANTITIES = ("sigma2", "tau2", "icc", "loglik")
"""What is read, by the names of the vocabulary and of ``State``."""

DIGITS = {"loglik": 7}
"""Digits where four are too few to see a change."""

BESIDE = 25
"""Figures that symbol, value and change take beside each other."""


def _asked(asked: Asked, place: QPoint) -> Asked:
    return asked


class _Reading(NamedTuple):
    symbol: QLabel
    value: QLabel
    change: QLabel
    was: QLabel


EDITABLE = ("sigma2", "tau2")
"""What the reader may give another value."""


class Readings(QWidget):
    """A line for each quantity; its change stands below where there is no room beside it.

    Beside another run, the value there stands below, in the place of a change that stood there.

    Signals
    -------
    edited : float, float
        The reader wants these σ² and τ² in the place of the present ones.
    """

    edited = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Present values"))
        self._theme: Theme | None = None
        self._narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(3, 1)
        self.readings = {
            name: _Reading(QLabel(), QLabel(), QLabel(), QLabel()) for name in QUANTITIES
        }
        self._values: dict[str, float] = {}
        self._beside = False
        for name in EDITABLE:
            self.readings[name].value.installEventFilter(self)
        for name, reading in self.readings.items():
            Asking(reading.value, partial(_asked, Asked(Quantity(name))))
            Asking(reading.change, partial(_asked, Asked(Quantity("change", (name,)))))
            Asking(reading.was, partial(_asked, Asked(Quantity(name), beside=True)))
        self._arrange(narrow=False)

    def show_step(
        self,
        new: Step,
        before: Step | None,
        beside: Step | None = None,
        *,
        concealed: bool = False,
    ) -> None:
        """Show the values of a step, how they changed from the one before it, and those beside.

        Where it ``concealed``, a question mark stands for each value that changed.
        """
        loglik = words()["methods"][new.options.method]["loglik"]
        values = {name: float(getattr(new.state, name)) for name in QUANTITIES}
        self._values = values
        self._show_beside(beside)
        shown = [number(value, DIGITS.get(name, 4)) for name, value in values.items()]
        changes = [
            _change(value - float(getattr(before.state, name)), text) if before else ""
            for (name, value), text in zip(values.items(), shown, strict=True)
        ]
        texts = aligned([*shown, *changes])
        lines = zip(values.items(), texts[: len(shown)], texts[len(shown) :], strict=True)
        for (name, value), text, change in lines:
            symbol = symbols()[name]
            sign = loglik if name == "loglik" else symbol.symbol
            old = float(getattr(before.state, name)) if before else value
            reading = self.readings[name]
            reading.symbol.setText(rich_text(sign))
            reading.value.setText(text)
            reading.change.setText(change)
            self._colour(reading.change, value - old)
            about = f"{sign}, {symbol.name}: {exact(value)}"
            if concealed and (before is None or value != old):
                reading.value.setText(HIDDEN)
                reading.change.clear()
                change, about = "", f"{sign}, {symbol.name}"
            tip = f"{about}\n{symbol.meaning}"
            if name in EDITABLE:
                tip += "\n" + self.tr("Double-click: what if it had another value?")
            for label in reading[:3]:
                label.setToolTip(tip)
            reading.value.setAccessibleName(about)
            reading.change.setAccessibleName(
                self.tr("change of {symbol}: {change}").format(
                    symbol=sign, change=change.strip() or "–"
                )
            )

    @property
    def conceals(self) -> bool:
        """Whether a question mark stands for a value."""
        return any(reading.value.text() == HIDDEN for reading in self.readings.values())

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self._grid.setHorizontalSpacing(theme.unit)
        self._grid.setVerticalSpacing(theme.unit // 2)
        for symbol, value, change, was in self.readings.values():
            symbol.setFont(theme.font())
            value.setFont(theme.font())
            change.setFont(theme.font())
            was.setFont(theme.font("small"))
            was.setStyleSheet(f"color: {theme.muted}")
        self._choose_arrangement()

    def minimumSizeHint(self) -> QSize:
        """A value beside its symbol."""
        return QSize(int(BESIDE / 2 * self._figure()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put changes beside or below the values."""
        super().resizeEvent(event)
        self._choose_arrangement()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double-click on σ² or τ² asks for another value."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            for name in EDITABLE:
                if watched is self.readings[name].value:
                    self.edit(name)
                    return True
        return super().eventFilter(watched, event)

    def edit(self, name: str) -> None:
        """Ask for another value of σ² or τ²."""
        label = self.readings[name].value
        sign = symbols()[name].symbol
        text = repr(self._values[name]) if self._values else ""
        InlineEdit(self, label.geometry(), sign, text, lambda typed: self._take(name, typed))

    def _take(self, name: str, typed: str) -> None:
        value = read_number(typed, symbols()[name].symbol)
        values = {**self._values, name: value}
        if value != self._values[name]:
            self.edited.emit(values["sigma2"], values["tau2"])

    def _show_beside(self, beside: Step | None) -> None:
        """Show the values of the step beside, or none."""
        if beside is None and not self._beside:
            return
        if self._beside != (beside is not None):
            self._beside = beside is not None
            self._arrange(bool(self._narrow))
        for name, reading in self.readings.items():
            if beside is not None:
                value = float(getattr(beside.state, name))
                text = self.tr("was {}").format(number(value, DIGITS.get(name, 4)))
                reading.was.setText(text)
                reading.was.setToolTip(self.tr("The run as it was: {}").format(exact(value)))

    def _colour(self, label: QLabel, change: float) -> None:
        if self._theme is None:
            return
        theme = self._theme
        colour = theme.accent if change else theme.muted
        palette = label.palette()
        if palette.color(palette.ColorRole.WindowText).name() != QColor(colour).name():
            palette.setColor(palette.ColorRole.WindowText, QColor(colour))
            label.setPalette(palette)

    def _choose_arrangement(self) -> None:
        narrow = self.width() < BESIDE * self._figure()
        if narrow != self._narrow:
            self._arrange(narrow)

    def _arrange(self, narrow: bool) -> None:
        """Lay out the labels; tabular figures stay in line either way."""
        self._narrow = narrow
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBaseline
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBaseline
        for row, (symbol, value, change, was) in enumerate(self.readings.values()):
            self._grid.addWidget(symbol, 2 * row, 0, left)
            self._grid.addWidget(value, 2 * row, 1, right)
            if narrow:
                self._grid.addWidget(change, 2 * row + 1, 1, right)
            else:
                self._grid.addWidget(change, 2 * row, 2, right)
            self._grid.addWidget(was, 2 * row + 1, 1, right)
            was.setVisible(self._beside)
            change.setHidden(narrow and self._beside)
        self._grid.setColumnMinimumWidth(1, int(11 * self._figure()))

    def _figure(self) -> float:
        """The width of a figure."""
        font = self._theme.font() if self._theme else self.font()
        return QFontMetricsF(font).horizontalAdvance("0")


def _change(change: float, value: str) -> str:
    """A change with the decimals of the value; a smaller one has digits of its own."""
    text = f"{abs(change):.{len(value.partition('.')[2])}f}"
    if "·" in value or not float(text):
        return signed(change)
    return f"{'+' if change > 0 else MINUS}{text}"
