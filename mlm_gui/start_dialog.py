"""The dialog for starting values, tolerance and iteration limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
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

if TYPE_CHECKING:
    from mlm_gui.theme import Theme


class StartDialog(QDialog):
    """Ask where a run begins and when it ends; what cannot be is said beside its field at once.

    Parameters
    ----------
    options : Options
        The present choices.

    Attributes
    ----------
    said : dict of QLineEdit to QLabel
        What is wrong with a field; empty where nothing is.
    """

    def __init__(self, options: Options, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Start values and tolerance"))
        self.setFont(theme.font())
        self._options, self._theme = options, theme
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
        self.said: dict[QLineEdit, QLabel] = {}
        layout = QVBoxLayout(self)
        for button in self.choices.values():
            layout.addWidget(button)
            button.toggled.connect(self._check)
        form = QFormLayout()
        layout.addLayout(form)
        self.sigma2 = self._field(form, "σ²", sigma2)
        self.tau2 = self._field(form, "τ²", tau2)
        self.tolerance = self._field(form, self.tr("Tolerance"), repr(options.tolerance))
        self.limit = self._field(form, self.tr("Iteration limit"), str(options.max_iterations))
        for field in (self.sigma2, self.tau2):
            field.textEdited.connect(lambda: self.choices["given"].setChecked(True))
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout.addWidget(self._buttons)
        self._check()

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

    def _field(self, form: QFormLayout, name: str, text: str) -> QLineEdit:
        """A field with its name before it, and below it room for what is wrong."""
        field, said = QLineEdit(text), QLabel()
        field.setAccessibleName(name)
        said.setWordWrap(True)
        said.setFont(self._theme.font("small"))
        palette = self._theme.palette
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.fall)
        said.setPalette(palette)
        said.hide()
        form.addRow(name, field)
        form.addRow(said)
        self.said[field] = said
        field.textChanged.connect(self._check)
        return field

    def _check(self) -> None:
        """Say beside each field what is wrong with it; go on only when nothing is."""
        if len(self.said) < 4 or not hasattr(self, "_buttons"):
            return
        checks: dict[QLineEdit, Callable[[], object]] = {
            self.tolerance: lambda: Options(tolerance=self._number(self.tolerance)),
            self.limit: lambda: Options(max_iterations=self._count(self.limit)),
        }
        if self.choices["given"].isChecked():
            checks[self.sigma2] = lambda: Options(start=(self._number(self.sigma2), 0.0))
            checks[self.tau2] = lambda: Options(start=(1.0, self._number(self.tau2)))
        for field, said in self.said.items():
            wrong = _refusal(checks[field]) if field in checks else ""
            said.setText(wrong)
            said.setVisible(bool(wrong))
            field.setAccessibleDescription(wrong)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(not any(said.text() for said in self.said.values()))

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


def _refusal(check: Callable[[], object]) -> str:
    try:
        check()
    except Refusal as refusal:
        return str(refusal)
    return ""
