"""Where the fit stands: σ², τ², ICC and ℓ, each with its change."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.fact_table import aligned
from mlm_gui.widgets.rich_text import rich_text
from solver.formatting import exact, number, signed
from solver.lessons import symbols, words
from solver.step import Step

QUANTITIES = ("sigma2", "tau2", "icc", "loglik")
"""What is read, by the names of the vocabulary and of ``State``."""

DIGITS = {"loglik": 7}
"""Digits where four are too few to see a change."""

BESIDE = 25
"""Figures that symbol, value and change take beside each other."""


class _Reading(NamedTuple):
    symbol: QLabel
    value: QLabel
    change: QLabel


class Readings(QWidget):
    """A line for each quantity; its change stands below where there is no room beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Present values"))
        self._theme: Theme | None = None
        self._narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(3, 1)
        self.readings = {name: _Reading(QLabel(), QLabel(), QLabel()) for name in QUANTITIES}
        self._arrange(narrow=False)

    def show_step(self, new: Step, before: Step | None) -> None:
        """Show the values of a step, and how they changed from the one before it."""
        loglik = words()["methods"][new.options.method]["loglik"]
        values = {name: float(getattr(new.state, name)) for name in QUANTITIES}
        texts = aligned([number(value, DIGITS.get(name, 4)) for name, value in values.items()])
        for (name, value), text in zip(values.items(), texts, strict=True):
            symbol = symbols()[name]
            sign = loglik if name == "loglik" else symbol.symbol
            old = float(getattr(before.state, name)) if before else value
            change = signed(value - old) if before else ""
            reading = self.readings[name]
            reading.symbol.setText(rich_text(sign))
            reading.value.setText(text)
            reading.change.setText(change)
            self._colour(reading.change, value - old)
            about = f"{sign}, {symbol.name}: {exact(value)}"
            for label in reading:
                label.setToolTip(f"{about}\n{symbol.meaning}")
            reading.value.setAccessibleName(about)
            reading.change.setAccessibleName(
                self.tr("change of {symbol}: {change}").format(symbol=sign, change=change or "–")
            )

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self._grid.setHorizontalSpacing(theme.unit)
        self._grid.setVerticalSpacing(theme.unit // 2)
        for symbol, value, change in self.readings.values():
            symbol.setFont(theme.font())
            value.setFont(theme.font())
            change.setFont(theme.font("small"))
        self._choose_arrangement()

    def minimumSizeHint(self) -> QSize:
        """A value beside its symbol."""
        return QSize(int(BESIDE / 2 * self._figure()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put changes beside or below the values."""
        super().resizeEvent(event)
        self._choose_arrangement()

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
        for row, (symbol, value, change) in enumerate(self.readings.values()):
            self._grid.addWidget(symbol, 2 * row, 0, left)
            self._grid.addWidget(value, 2 * row, 1, right)
            if narrow:
                self._grid.addWidget(change, 2 * row + 1, 1, right)
            else:
                self._grid.addWidget(change, 2 * row, 2, left)
        self._grid.setColumnMinimumWidth(1, int(11 * self._figure()))

    def _figure(self) -> float:
        """The width of a figure."""
        font = self._theme.font() if self._theme else self.font()
        return QFontMetricsF(font).horizontalAdvance("0")
