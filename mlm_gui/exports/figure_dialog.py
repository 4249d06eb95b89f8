"""The dialog for a figure: how wide, how high, how fine."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.exports.figures import MM, FigureSize, save_figure
from mlm_gui.files import ask_to_save, say_saved
from mlm_gui.plotting import PlotPanel
from solver import Refusal

UNITS = {"mm": 1.0, "cm": 10.0, "in": MM}
"""Millimetres in each unit."""

KINDS = ("png", "svg", "pdf")


class FigureDialog(QDialog):
    """Ask for a size, then for a file, and draw the plot of a pane at that size.

    Parameters
    ----------
    panel : PlotPanel
        The pane whose plot is saved.
    """

    def __init__(self, panel: PlotPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent or panel.window())
        self._panel = panel
        self.setWindowTitle(self.tr("Save %1 as a figure").replace("%1", panel.name()))
        self.setObjectName("figure_dialog")
        usual = FigureSize()
        self.unit = QComboBox()
        self.unit.addItems(list(UNITS))
        self.width_box = self._length(self.tr("Width"), usual.width)
        self.height_box = self._length(self.tr("Height"), usual.height)
        self.dpi = QSpinBox()
        self.dpi.setRange(30, 2400)
        self.dpi.setValue(round(usual.dpi))
        self.kind = QComboBox()
        self.kind.addItem(self.tr("PNG: dots, for slides and the web"), "png")
        self.kind.addItem(self.tr("SVG: lines, to be edited further"), "svg")
        self.kind.addItem(self.tr("PDF: lines, for LaTeX and print"), "pdf")
        self.kind.currentIndexChanged.connect(self._offer_dots)
        self.unit.currentTextChanged.connect(self._change_unit)
        self._millimetres = 1.0
        self.refusal = QLabel()
        self.refusal.setWordWrap(True)
        self.refusal.setAccessibleName(self.tr("What is wrong"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        layout, form = QVBoxLayout(self), QFormLayout()
        layout.addLayout(form)
        for name, field in (
            (self.tr("Kind"), self.kind),
            (self.tr("Width"), self.width_box),
            (self.tr("Height"), self.height_box),
            (self.tr("Unit"), self.unit),
            (self.tr("Dots an inch"), self.dpi),
        ):
            field.setAccessibleName(name)
            form.addRow(name, field)
        layout.addWidget(self.refusal)
        layout.addWidget(buttons)

    @property
    def size_chosen(self) -> FigureSize:
        """The size in the fields; raises Refusal when it cannot be."""
        dpi = self.dpi.value() if self.kind.currentData() == "png" else FigureSize().dpi
        per_unit = UNITS[self.unit.currentText()]
        return FigureSize(
            self.width_box.value() * per_unit, self.height_box.value() * per_unit, dpi
        )

    def _length(self, name: str, value: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(0.1, 1500.0)
        box.setDecimals(1)
        box.setValue(value)
        return box

    def _offer_dots(self) -> None:
        self.dpi.setEnabled(self.kind.currentData() == "png")

    def _change_unit(self, unit: str) -> None:
        factor = self._millimetres / UNITS[unit]
        self._millimetres = UNITS[unit]
        for box in (self.width_box, self.height_box):
            millimetres = box.value() * factor
            box.setDecimals(1 if unit == "mm" else 2)
            box.setValue(millimetres)

    def _save(self) -> None:
        kind = str(self.kind.currentData())
        suggested = f"{self._panel.name().lower().replace(' ', '-')}.{kind}"
        try:
            size = self.size_chosen
            chosen, _ = ask_to_save(
                self, self.windowTitle(), suggested, f"{kind.upper()} (*.{kind})"
            )
            if not chosen:
                return
            path = Path(chosen)
            if path.suffix[1:].lower() not in KINDS:
                path = path.with_name(f"{path.name}.{kind}")
            save_figure(self._panel, path, size)
        except Refusal as refusal:
            self.refusal.setText(str(refusal))
        else:
            self.accept()
            say_saved(self._panel, path)
