"""The bar at the top: stepping at the left, what is fitted and how at the right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)

from mlm_gui.icons import icon
from mlm_gui.theme import Theme
from mlm_gui.widgets.choice_button import ChoiceButton
from mlm_gui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from solver import Choices
    from solver.course import Course
    from solver.data.sources import Source

BUTTONS = (
    "first",
    "previous_iteration",
    "back",
    "step",
    "next_iteration",
    "last",
    "run",
    "reset",
)
"""Actions that have a button, from left to right; ``step`` is the large one."""

SLOWEST, FASTEST = 2000, 40
"""Milliseconds from step to step at the ends of the speed slider."""


class Controls(QWidget):
    """Buttons for the actions, the speed, and the choice of data, method and algorithm.

    Signals
    -------
    data_chosen : str or Choices
        Name of an example, or what was chosen for data opened before.
    method_chosen, algorithm_chosen : str
    interval_chosen : int
        Milliseconds from step to step.
    """

    data_chosen = Signal(object)
    method_chosen = Signal(str)
    algorithm_chosen = Signal(str)
    interval_chosen = Signal(int)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = {name: self._button(actions[name]) for name in BUTTONS}
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setObjectName("speed")
        self.speed.setAccessibleName(self.tr("Speed of running"))
        self.speed.setToolTip(self.tr("Speed of running: slow at the left, fast at the right"))
        self.speed.setRange(0, 100)
        self.speed.setValue(30)
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speed.valueChanged.connect(lambda: self.interval_chosen.emit(self.interval))
        self.data = _box("data", self.tr("Data"))
        self.data.setMinimumContentsLength(12)
        self.data.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.data.activated.connect(lambda i: self.data_chosen.emit(self.data.itemData(i)))
        self.algorithm = _box("algorithm", self.tr("Algorithm"))
        self.algorithm.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.algorithm.activated.connect(
            lambda i: self.algorithm_chosen.emit(self.algorithm.itemData(i))
        )
        self._methods = QButtonGroup(self)
        self.methods: dict[str, ChoiceButton] = {}
        self._labels = [QLabel(self.tr("Data")), QLabel(self.tr("Algorithm"))]
        for label, box in zip(self._labels, (self.data, self.algorithm), strict=True):
            label.setBuddy(box)
        for key, text in (("reml", "REML"), ("ml", "ML")):
            self.methods[key] = self._method(key, text)
        self._moves, self._choices = QWidget(), QWidget()
        self._flows = [FlowLayout(self._moves), FlowLayout(self._choices)]
        for widget in (*self._buttons.values(), self.speed):
            self._flows[0].addWidget(widget)
        pairs = [
            _beside(self._labels[0], self.data),
            _beside(*self.methods.values()),
            _beside(self._labels[1], self.algorithm),
        ]
        self._algorithm = pairs[-1]
        for pair in pairs:
            self._flows[1].addWidget(pair)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.addWidget(self._moves)
        self._layout.addStretch(1)
        self._layout.addWidget(self._choices)
        self._theme: Theme | None = None

    @property
    def interval(self) -> int:
        """Milliseconds from step to step."""
        return round(math.exp(self._between(math.log(SLOWEST), math.log(FASTEST))))

    def _between(self, slow: float, fast: float) -> float:
        return slow + (fast - slow) * self.speed.value() / 100

    def button(self, name: str) -> QToolButton:
        """The button of an action."""
        return self._buttons[name]

    def offer(self, examples: Iterable[str], algorithms: Mapping[str, str]) -> None:
        """Fill the boxes: names of examples, and algorithms with what is shown for them."""
        self.data.clear()
        for name in examples:
            self.data.addItem(name, name)
        self.algorithm.clear()
        for key, text in algorithms.items():
            self.algorithm.addItem(text, key)

    def show_choice(self, choices: Choices, as_it_comes: bool) -> None:
        """Show what is being fitted.

        Data that are not offered yet are added with what was chosen for them, and so is an example
        that is not fitted ``as_it_comes``; for data opened before, these choices are the latest.
        """
        options = choices.options
        title = choices.source.title
        if as_it_comes:
            place = self.data.findText(title)
        else:
            place = self._opened(choices.source)
            if place < 0:
                changed = choices.source.kind == "example"
                text = self.tr("%1, changed").replace("%1", title) if changed else title
                self.data.addItem(text)
                place = self.data.count() - 1
            self.data.setItemData(place, choices)
        self.data.setCurrentIndex(place)
        self.data.setToolTip(self.data.currentText())
        self.algorithm.setCurrentIndex(self.algorithm.findData(options.algorithm))
        self.methods[options.method].setChecked(True)

    def _opened(self, source: Source) -> int:
        """Where data opened before stand in the box, or −1."""
        for place in range(self.data.count()):
            item = self.data.itemData(place)
            if not isinstance(item, str) and item.source == source:
                return place
        return -1

    def set_course(self, course: Course) -> None:
        """Offer the choice of algorithm, but not in a first course."""
        self._algorithm.setVisible(not course.simple)
        self._turn()

    def show_running(self, running: bool) -> None:
        """Turn the run button into a pause button, and back."""
        if self._theme:
            name = "pause" if running else "run"
            action = self._buttons["run"].defaultAction()
            action.setIcon(icon(name, self._theme.ink, 2 * self._theme.unit))
            action.setText(self.tr("Pause") if running else self.tr("Run"))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        unit = theme.unit
        self._layout.setContentsMargins(unit, unit // 2, unit, unit // 2)
        self._layout.setSpacing(unit // 2)
        for flow in self._flows:
            flow.setSpacing(unit // 2)
        for name, button in self._buttons.items():
            primary = name == "step"
            colour = theme.on_accent if primary else theme.ink
            button.defaultAction().setIcon(icon(name, colour, 2 * unit))
            button.setIconSize(QSize(2 * unit, 2 * unit))
            button.setFont(theme.font())
        self._buttons["step"].setStyleSheet(
            f"QToolButton {{ background: {theme.accent}; color: {theme.on_accent}; border: none;"
            f" border-radius: {unit // 2}px; padding: {unit // 2}px {unit}px; }}"
            f"QToolButton:disabled {{ background: {theme.stripe}; color: {theme.muted}; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.ink}; }}"
        )
        for button in self.methods.values():
            button.apply_theme(theme, f"color: {theme.accent}; font-weight: bold;")
        for label in self._labels:
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        for box in (self.data, self.algorithm):
            box.setFont(theme.font())
            box.setPalette(theme.edged_palette)
        self.speed.setFixedWidth(8 * unit)
        self.speed.setPalette(theme.edged_palette)
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand in one line, or in several where there is no room."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        margins = self._layout.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 2 * self._layout.spacing()
        fits = sum(flow.sizeHint().width() for flow in self._flows) <= room
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if direction != self._layout.direction():
            self._layout.setDirection(direction)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setAccessibleName(action.text())
        action.setIconVisibleInMenu(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if action.objectName() in ("step", "run"):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _method(self, key: str, text: str) -> ChoiceButton:
        long = {
            "reml": self.tr("Restricted maximum likelihood"),
            "ml": self.tr("Maximum likelihood"),
        }[key]
        button = ChoiceButton(f"method_{key}", text, long)
        button.setToolTip(long)
        button.clicked.connect(lambda: self.method_chosen.emit(key))
        self._methods.addButton(button)
        return button


def _beside(*widgets: QWidget) -> QWidget:
    """Widgets that stay beside each other."""
    together = QWidget()
    row = QHBoxLayout(together)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    return together


def _box(name: str, title: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return box
