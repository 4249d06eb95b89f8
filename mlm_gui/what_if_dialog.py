"""The dialog that asks what should be otherwise: an observation's y or group, σ², τ²."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.widgets.inline_edit import read_number
from solver import Refusal, Step
from solver.branch import OtherGroup, OtherVariances, OtherY, WhatIf

if TYPE_CHECKING:
    from mlm_gui.theme import Theme


class WhatIfDialog(QDialog):
    """Offers the present values of one observation and the variances; what differs is an edit.

    Parameters
    ----------
    step : Step
        Where the run is.
    theme : Theme

    Attributes
    ----------
    said : QLabel
        What is wrong; empty where nothing is.
    """

    def __init__(self, step: Step, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What if …"))
        self.setFont(theme.font())
        self._step, problem = step, step.problem
        self.observation = QSpinBox()
        self.observation.setRange(1, problem.n)
        self.observation.setAccessibleName(self.tr("Observation"))
        self.response, self.sigma2, self.tau2 = QLineEdit(), QLineEdit(), QLineEdit()
        self.group = QComboBox()
        self.group.setEditable(True)
        self.group.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.group.addItems(list(problem.group_labels))
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setFont(theme.font("small"))
        palette = theme.palette
        palette.setColor(QPalette.ColorRole.WindowText, theme.fall)
        self.said.setPalette(palette)
        about = QLabel(
            self.tr(
                "Change what should be otherwise. Another value or group starts the run anew on "
                "the changed data; other variances let it go on from here. The run as it is stays "
                "beside it."
            )
        )
        about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * theme.unit)
        layout.addWidget(about)
        form = QFormLayout()
        layout.addLayout(form)
        form.addRow(self.tr("Observation"), self.observation)
        for name, field in (
            (problem.response, self.response),
            (problem.group, self.group),
            (self.tr("σ² at this step"), self.sigma2),
            (self.tr("τ² at this step"), self.tau2),
        ):
            field.setAccessibleName(name)
            form.addRow(name, field)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout.addWidget(self.said)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(48 * theme.unit)
        self._variances = repr(step.state.sigma2), repr(step.state.tau2)
        self.sigma2.setText(self._variances[0])
        self.tau2.setText(self._variances[1])
        self._show_observation()
        self.observation.valueChanged.connect(self._show_observation)
        for field in (self.response, self.sigma2, self.tau2):
            field.textChanged.connect(self._check)
        self.group.editTextChanged.connect(self._check)
        self._check()
        self.observation.setFocus()
        self.observation.selectAll()

    @property
    def edits(self) -> list[WhatIf]:
        """What differs; raises Refusal where a field cannot be read."""
        row, edits = self.observation.value() - 1, list[WhatIf]()
        y, group = self._present()
        if self.response.text() != y:
            edits.append(
                OtherY(row, read_number(self.response.text(), self.response.accessibleName()))
            )
        if self.group.currentText().strip() != group:
            edits.append(OtherGroup(row, self.group.currentText()))
        if (self.sigma2.text(), self.tau2.text()) != self._variances:
            sigma2, tau2 = (read_number(f.text(), s) for f, s in self._fields())
            edits.append(OtherVariances(self._step.index, sigma2, tau2))
        return edits

    def _fields(self) -> list[tuple[QLineEdit, str]]:
        return [(self.sigma2, "σ²"), (self.tau2, "τ²")]

    def _present(self) -> tuple[str, str]:
        """The observation's y and group, as the fields have them."""
        problem, row = self._step.problem, self.observation.value() - 1
        y = repr(float(problem.y[row])).removesuffix(".0")
        return y, problem.group_labels[problem.codes[row]]

    def _show_observation(self) -> None:
        y, group = self._present()
        self.response.setText(y)
        self.group.setCurrentText(group)

    def _check(self) -> None:
        """Say what is wrong; go on only where something differs and nothing is wrong."""
        try:
            ready, wrong = bool(self.edits), ""
        except Refusal as refusal:
            ready, wrong = False, str(refusal)
        self.said.setText(wrong)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ready)
