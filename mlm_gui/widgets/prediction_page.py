"""The page on which a reader asks what to expect at values of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.estimate_table import Estimate
from mlm_gui.widgets.group_choice import GroupChoice
from mlm_gui.widgets.reading_page import ReadingPage
from solver import Refusal
from solver.accounts.predictions import as_place
from solver.formatting import number, quoted
from solver.inference.new_row import Input, NewRow, Value
from solver.inference.prediction import Prediction
from solver.inference.results import Results
from solver.lessons import Head, result_words
from solver.quantity import Quantity

NUMBERS = ("prediction", "prediction_se", "prediction_df")
"""The columns of the table, as numbers that can be explained."""

LARGEST = 1e12
"""The largest number that a field takes."""


class PredictionPage(ReadingPage):
    """A field for each variable, a group to choose, and what is expected there."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Prediction"))
        self._results: Results | None = None
        self._new: NewRow | None = None
        self._theme: Theme | None = None
        self.fields: dict[str, QDoubleSpinBox | QComboBox] = {}
        self._labels: list[QLabel] = []
        self.add_head(self.tr("What to expect at"))
        form = QWidget()
        self._form = QFormLayout(form)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self.add(form)
        self.group = GroupChoice()
        self.group.chosen.connect(self._choose_group)
        self._group: int | None = None
        self.outside = self.add_note()
        self.table = self.add_estimates(self.tr("Prediction"))
        self.meanings = self.add_meanings()

    def show_results(self, results: Results) -> None:
        """Offer the variables of a fit, each at its typical value."""
        self._results, self._new = results, NewRow(results.fit.problem)
        self._clear()
        for given in self._new.inputs:
            field = self._field(given, self._new.typical[given.name])
            self.fields[given.name] = field
            self._add_row(given.name, field)
        problem = results.fit.problem
        self.group.set_groups(problem.group_labels, self.tr("a group not seen"))
        self.group.setAccessibleName(self.tr("Group to predict for"))
        self._group = None
        self._add_row(problem.group, self.group)
        if self._theme is not None:
            self.apply_theme(self._theme)
        self._predict()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        super().apply_theme(theme)
        self._theme = theme
        self._form.setSpacing(theme.unit // 2)
        self._form.setHorizontalSpacing(2 * theme.unit)
        for label in self._labels:
            label.setFont(theme.font())
        for field in (*self.fields.values(), self.group):
            field.setFont(theme.font())
            field.setPalette(theme.edged_palette)

    # -- the form

    def _clear(self) -> None:
        while self._form.rowCount():
            row = self._form.takeRow(0)
            for item in (row.labelItem, row.fieldItem):
                widget = item.widget()
                if widget is not None and widget is not self.group:
                    widget.deleteLater()
        self.fields, self._labels = {}, []

    def _add_row(self, name: str, field: QWidget) -> None:
        label = QLabel(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(field)
        self._labels.append(label)
        self._form.addRow(label, field)

    def _field(self, given: Input, value: Value) -> QDoubleSpinBox | QComboBox:
        if given.levels:
            box = QComboBox()
            for level in given.levels:
                box.addItem(level or self.tr("the reference category"), level)
            box.setAccessibleName(given.name)
            box.currentIndexChanged.connect(self._predict)
            return box
        spread = given.high - given.low
        step = 10.0 ** math.floor(math.log10(spread / 5)) if spread > 0 else 1.0
        decimals = 0 if given.whole else min(max(2 - math.floor(math.log10(step)), 0), 12)
        spin = QDoubleSpinBox()
        spin.setDecimals(decimals)
        spin.setRange(-LARGEST, LARGEST)
        spin.setSingleStep(max(step, 10.0**-decimals))
        spin.setValue(float(value))
        spin.setKeyboardTracking(False)
        spin.setAccessibleName(given.name)
        seen = self.tr("In the data from %1 to %2").replace("%1", number(given.low))
        spin.setToolTip(seen.replace("%2", number(given.high)))
        spin.valueChanged.connect(self._predict)
        return spin

    def _choose_group(self, group: int | None) -> None:
        self._group = group
        self._predict()
        if group is not None:
            self.group_pointed.emit(group)

    def _values(self) -> dict[str, Value]:
        return {
            name: field.value() if isinstance(field, QDoubleSpinBox) else str(field.currentData())
            for name, field in self.fields.items()
        }

    # -- the answer

    def _predict(self) -> None:
        assert self._results is not None
        assert self._new is not None
        said = result_words(self._results.fit.options.method)
        labels = self._results.fit.problem.group_labels
        try:
            row = self._new.row(self._values())
        except Refusal as refusal:
            self.outside.setText(str(refusal))
            self.table.hide()
            return
        x, j = as_place(row), self._group
        rows = _lines(said, ("mean_all", "row_new"), self._results.predict(row), (-1, x))
        if j is not None:
            own = self._results.predict(row, labels[j])
            rows = _lines(said, ("mean_group", "row_group"), own, (j, x)) + rows
        prediction = Head(self.tr("prediction"), said["mean_all"].meaning)
        interval = said["prediction_interval"]
        self.table.set_estimates([prediction, said["se"], said["df"]], rows, interval, kept=2)
        self.table.show()
        keys = ["mean_group", "row_group"] if self._group is not None else []
        self.meanings.explain(
            said[key] for key in (*keys, "mean_all", "row_new", "prediction_interval")
        )
        self.outside.setText(self._warning())

    def _warning(self) -> str:
        """Which values lie outside of those in the data."""
        assert self._new is not None
        values = self._values()
        far = [
            quoted(given.name)
            for given in self._new.inputs
            if not given.levels and not given.low <= float(values[given.name]) <= given.high
        ]
        if not far:
            return ""
        text = self.tr("No row has such a value of %1: the line may bend out there.")
        return text.replace("%1", ", ".join(far))


def _lines(
    said: Mapping[str, Head], heads: tuple[str, str], found: Prediction, place: tuple[int, str]
) -> list[Estimate]:
    """The mean and a new row, each with what its numbers are."""
    lines = []
    for head, told in zip(heads, (found.mean, found.row), strict=True):
        at = (head, *place)
        numbers = (Quantity(name, at) for name in NUMBERS)
        lines.append(
            Estimate(
                said[head].name,
                said[head].meaning,
                (told.estimate, told.se, told.df),
                told.interval,
                (*numbers, Quantity("prediction_end", (*at, "low"))),
            )
        )
    return lines
