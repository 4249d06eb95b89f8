"""The dialog for starting values, tolerance and iteration limit."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from solver import Options, Refusal


class StartDialog(QDialog):
    """Ask where a run begins and when it ends; what cannot be is refused beside the fields.

    Parameters
    ----------
    options : Options
        The present choices.
    """

    def __init__(self, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Start values and tolerance"))
        self._options = options
        self.choices = {
            "moments": QRadioButton(self.tr("Method of moments")),
            "half": QRadioButton(self.tr("Half the OLS residual variance each")),
            "given": QRadioButton(self.tr("These values:")),
        }
        group = QButtonGroup(self)
        for button in self.choices.values():
            group.addButton(button)
        given = not isinstance(options.start, str)
        self.choices["given" if given else str(options.start)].setChecked(True)
        sigma2, tau2 = ("", "") if isinstance(options.start, str) else map(repr, options.start)
        self.sigma2 = self._field("σ²", sigma2)
        self.tau2 = self._field("τ²", tau2)
        self.tolerance = self._field(self.tr("Tolerance"), repr(options.tolerance))
        self.limit = self._field(self.tr("Iteration limit"), str(options.max_iterations))
        for field in (self.sigma2, self.tau2):
            field.textEdited.connect(lambda: self.choices["given"].setChecked(True))
        self.refusal = QLabel()
        self.refusal.setWordWrap(True)
        self.refusal.setAccessibleName(self.tr("What is wrong"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("σ²", self.sigma2)
        form.addRow("τ²", self.tau2)
        ends = QFormLayout()
        ends.addRow(self.tr("Tolerance"), self.tolerance)
        ends.addRow(self.tr("Iteration limit"), self.limit)
        layout = QVBoxLayout(self)
        for button in self.choices.values():
            layout.addWidget(button)
        layout.addLayout(form)
        layout.addLayout(ends)
        layout.addWidget(self.refusal)
        layout.addWidget(buttons)

    @property
    def options(self) -> Options:
        """The options with the choices made; raises Refusal when a field cannot be used."""
        start = next(key for key, button in self.choices.items() if button.isChecked())
        chosen = {
            "method": self._options.method,
            "algorithm": self._options.algorithm,
            "tolerance": self._number(self.tolerance),
            "max_iterations": self._count(self.limit),
        }
        if start == "given":
            return Options(start=(self._number(self.sigma2), self._number(self.tau2)), **chosen)  # type: ignore[arg-type]
        return Options(start=start, **chosen)  # type: ignore[arg-type]

    def _field(self, name: str, text: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setAccessibleName(name)
        return field

    def _number(self, field: QLineEdit) -> float:
        try:
            return float(field.text().replace(",", "."))
        except ValueError:
            raise Refusal(
                self.tr("{} is not a number: '{}'.").format(field.accessibleName(), field.text())
            ) from None

    def _count(self, field: QLineEdit) -> int:
        value = self._number(field)
        if not value.is_integer():
            raise Refusal(
                self.tr("{} is not a whole number: '{}'.").format(
                    field.accessibleName(), field.text()
                )
            )
        return int(value)

    def _try(self) -> None:
        try:
            _ = self.options
        except Refusal as refusal:
            self.refusal.setText(str(refusal))
        else:
            self.accept()
