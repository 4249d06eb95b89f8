"""The dialog that draws data from the model: sliders for all that is then to be estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.data.checker import Checker
from mlm_gui.data.words import tint, wrapped
from mlm_gui.theme import Theme
from solver import Analysis, Choices, Options, Refusal
from solver.data.simulation import FORMULA, Simulation
from solver.formatting import number

STEPS = 1000
"""Places of a slider."""

MOST = 1e5
"""The largest number that can be typed."""


@dataclass(frozen=True)
class Scale:
    """What a slider can be set to.

    Attributes
    ----------
    name : field of :class:`Simulation`
    low, high : ends
    decimals : 0 for whole numbers
    bend : 1 for even steps; more for finer ones near the lower end
    """

    name: str
    low: float
    high: float
    decimals: int = 0
    bend: float = 1.0

    def value(self, place: int) -> float:
        """The value at a place of the slider."""
        return self.low + (self.high - self.low) * float((place / STEPS) ** self.bend)

    def place(self, value: float) -> int:
        """The place of a value."""
        part = (value - self.low) / (self.high - self.low)
        return round(STEPS * float(min(max(part, 0.0), 1.0) ** (1 / self.bend)))


SCALES = (
    Scale("groups", 2, 200, bend=2),
    Scale("smallest", 1, 100, bend=2),
    Scale("largest", 2, 100, bend=2),
    Scale("intercept", -50, 50, 2),
    Scale("slope", -5, 5, 2),
    Scale("sigma2", 0.01, 100, 2, bend=2),
    Scale("tau2", 0, 100, 2, bend=2),
)


class SimulationDialog(QDialog):
    """Ask what to draw data from.

    Parameters
    ----------
    present : Simulation
        What the sliders are set to at first.
    theme : Theme
    options : Options
        How to fit.

    Attributes
    ----------
    analysis : Analysis or None
        The data drawn, ready to be fitted; None while they cannot be.
    """

    def __init__(
        self, present: Simulation, theme: Theme, options: Options, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("simulation_dialog")
        self.setWindowTitle(self.tr("Simulate data"))
        self.setFont(theme.font())
        self._theme, self._options = theme, options
        self.analysis: Analysis | None = None
        self.fields: dict[str, QDoubleSpinBox] = {}
        self.sliders: dict[str, QSlider] = {}
        self.verdict = wrapped(theme)
        self.verdict.setMinimumHeight(4 * theme.unit)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setValue(present.seed)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setPalette(theme.edged_palette)
        self.seed.valueChanged.connect(self._check)
        self.another = QPushButton(self.tr("Draw again"))
        self.another.setToolTip(self.tr("The next seed"))
        self.another.clicked.connect(lambda: self.seed.setValue(self.seed.value() + 1))
        self.buttons = QDialogButtonBox()
        self.fit = self.buttons.addButton(
            self.tr("Fit these"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.fit.setDefault(True)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.checker = Checker(parent=self)
        self.checker.usable.connect(self._on_usable)
        self.checker.refused.connect(self._on_refused)
        self._lay_out(present)
        self._check()

    def _lay_out(self, present: Simulation) -> None:
        unit = self._theme.unit
        names = self._names()
        model = wrapped(self._theme, self._theme.muted)
        model.setText(self.tr("y = β₀ + β₁x + u + ε, with x uniform between 0 and 10"))
        column_layout, grid = QVBoxLayout(self), QGridLayout()
        column_layout.setContentsMargins(2 * unit, 2 * unit, 2 * unit, unit)
        column_layout.setSpacing(unit)
        column_layout.addWidget(model)
        column_layout.addLayout(grid)
        grid.setHorizontalSpacing(2 * unit)
        grid.setColumnStretch(1, 1)
        for row, scale in enumerate(SCALES):
            name, meaning = names[scale.name]
            label = QLabel(name)
            slider, field = self._slider(scale), self._field(scale)
            for widget in (slider, field, label):
                widget.setToolTip(meaning)
            for control in (slider, field):
                control.setAccessibleName(f"{name}, {meaning}")
            label.setBuddy(field)
            field.setValue(getattr(present, scale.name))
            for column, part in enumerate((label, slider, field)):
                grid.addWidget(part, row, column)
        seed = QLabel(self.tr("Seed"))
        seed.setBuddy(self.seed)
        grid.addWidget(seed, len(SCALES), 0)
        grid.addWidget(self.another, len(SCALES), 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.seed, len(SCALES), 2)
        column_layout.addWidget(self.verdict)
        column_layout.addWidget(self.buttons)
        self.setMinimumWidth(62 * unit)

    def _names(self) -> dict[str, tuple[str, str]]:
        return {
            "groups": (self.tr("Groups J"), self.tr("number of groups")),
            "smallest": (self.tr("Smallest group"), self.tr("rows of the smallest group")),
            "largest": (self.tr("Largest group"), self.tr("rows of the largest group")),
            "intercept": (self.tr("Intercept β₀"), self.tr("mean of y where x is 0")),
            "slope": (self.tr("Slope β₁"), self.tr("what one unit of x adds to y")),
            "sigma2": ("σ²", self.tr("variance of ε, within groups")),
            "tau2": ("τ²", self.tr("variance of u, between groups")),
        }

    def _slider(self, scale: Scale) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(f"slider_{scale.name}")
        slider.setRange(0, STEPS)
        slider.setPageStep(STEPS // 20)
        slider.setPalette(self._theme.edged_palette)
        slider.valueChanged.connect(lambda place: self._on_slider(scale, place))
        self.sliders[scale.name] = slider
        return slider

    def _field(self, scale: Scale) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setDecimals(scale.decimals)
        field.setRange(min(scale.low, 0) * 1000 if scale.decimals else scale.low, MOST)
        field.setObjectName(scale.name)
        field.setPalette(self._theme.edged_palette)
        field.valueChanged.connect(lambda value: self._on_field(scale, value))
        self.fields[scale.name] = field
        return field

    def _on_slider(self, scale: Scale, place: int) -> None:
        self.fields[scale.name].setValue(scale.value(place))

    def _on_field(self, scale: Scale, value: float) -> None:
        with QSignalBlocker(self.sliders[scale.name]):
            self.sliders[scale.name].setValue(scale.place(value))
        pair = {"smallest": "largest", "largest": "smallest"}.get(scale.name)
        if pair in self.fields:
            smallest, largest = self.fields["smallest"].value(), self.fields["largest"].value()
            if smallest > largest:
                self.fields[pair].setValue(value)
        self._check()

    @property
    def simulation(self) -> Simulation:
        """What the fields ask for.

        Raises
        ------
        Refusal
            When nothing can be drawn from it.
        """
        numbers: dict[str, Any] = {}
        for scale in SCALES:
            value = self.fields[scale.name].value()
            numbers[scale.name] = value if scale.decimals else int(value)
        return Simulation(**numbers, seed=self.seed.value())

    def _check(self) -> None:
        if len(self.fields) < len(SCALES):
            return
        self.analysis = None
        self.fit.setEnabled(False)
        self.checker.stop()
        try:
            drawn = self.simulation
        except Refusal as refusal:
            self._on_refused(str(refusal))
        else:
            self.checker.look_at(Choices(drawn, FORMULA, options=self._options))

    def _on_usable(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.fit.setEnabled(True)
        problem = analysis.problem
        assert problem.truth is not None
        share = problem.truth.tau2 / (problem.truth.tau2 + problem.truth.sigma2)
        text = self.tr(
            "n = %1 rows in J = %2 groups. True ICC τ²/(τ² + σ²) = %3. "
            "The truth is drawn into the plots, beside the estimates."
        )
        text = text.replace("%1", number(problem.n, 9)).replace("%2", number(problem.J, 9))
        tint(self.verdict, self._theme.ink)
        self.verdict.setText(text.replace("%3", number(share, 3)))

    def _on_refused(self, sentence: str) -> None:
        tint(self.verdict, self._theme.fall)
        self.verdict.setText(sentence)

    def accept(self) -> None:
        """Take the data, once they are drawn."""
        if self.analysis is not None:
            super().accept()

    def done(self, result: int) -> None:
        """Draw nothing more."""
        self.checker.stop()
        super().done(result)
