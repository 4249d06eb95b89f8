"""Which rows are fitted: the groups that are kept, their labels, and a random sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.data.words import heading, wrapped
from mlm_gui.theme import Theme
from solver.formatting import number, short
from solver.inspection import Inspection
from solver.preparation import Preparation, Sample
from solver.tables import Value

MOST_LISTED = 2000
"""Groups up to which each is listed to be ticked."""

VALUE = Qt.ItemDataRole.UserRole


class RowsBox(QWidget):
    """Ticks for the values of the group's column, its labels, and the sample.

    Signals
    -------
    changed : no value
        The reader chose otherwise.
    """

    changed = Signal()

    def __init__(self, inspection: Inspection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection, self._table, self._group = inspection, inspection.table, ""
        self._codes: tuple[Value, ...] = ()
        self._other_levels: dict[str, tuple[Value, ...]] = {}
        self._other_named: tuple[str, ...] = ()
        self.title = heading("", theme)
        self.everything = QPushButton(self.tr("All"))
        self.everything.clicked.connect(lambda: self._tick_all(on=True))
        self.nothing = QPushButton(self.tr("None"))
        self.nothing.clicked.connect(lambda: self._tick_all(on=False))
        self.levels_list = QListWidget()
        self.levels_list.setObjectName("levels")
        self.levels_list.setUniformItemSizes(True)
        self.levels_list.setFrameShape(QListWidget.Shape.NoFrame)
        self.levels_list.itemChanged.connect(lambda item: self.changed.emit())
        self.many = wrapped(theme, theme.muted)
        self.labels = QCheckBox(self.tr("Call the groups by their labels"))
        self.labels.setObjectName("use_labels")
        self.labels.toggled.connect(lambda on: self.changed.emit())
        self.sampled = QCheckBox(self.tr("Sample of"))
        self.sampled.setToolTip(self.tr("Fit a random sample; the same seed draws the same one"))
        self.sampled.setObjectName("sampled")
        self.sample_size = QSpinBox()
        self.sample_size.setRange(1, 10**8)
        self.sample_size.setValue(300)
        self.sample_size.setAccessibleName(self.tr("Size of the sample"))
        self.unit = QComboBox()
        self.unit.addItem(self.tr("rows"), "")
        self.unit.addItem(self.tr("groups"), "group")
        self.unit.setAccessibleName(self.tr("Sample rows or groups"))
        self.seed_label = QLabel(self.tr("seed"))
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setValue(1)
        self.seed.setAccessibleName(self.tr("Seed of the sample"))
        self.seed_label.setBuddy(self.seed)
        self.sampled.toggled.connect(self._on_sample)
        for box in (self.sample_size, self.seed):
            box.valueChanged.connect(lambda value: self.changed.emit())
        self.unit.currentIndexChanged.connect(lambda index: self.changed.emit())
        for field, digits in ((self.sample_size, 7), (self.seed, 6)):
            field.setMaximumWidth((digits + 4) * theme.unit)
        for button in (self.everything, self.nothing):
            button.setFlat(True)
            button.setMaximumWidth(
                round(button.fontMetrics().horizontalAdvance("None") + 3 * theme.unit)
            )
        edged: tuple[QWidget, ...] = (self.levels_list, self.labels, self.sampled, self.unit)
        for control in (*edged, self.sample_size, self.seed):
            control.setPalette(theme.edged_palette)
        top, below = QHBoxLayout(), QHBoxLayout()
        for widget in (self.title, self.everything, self.nothing):
            top.addWidget(widget, int(widget is self.title))
        for part in (self.sampled, self.sample_size, self.unit, self.seed_label, self.seed):
            below.addWidget(part)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.unit // 2)
        column.addLayout(top)
        column.addWidget(self.many)
        column.addWidget(self.levels_list, 1)
        column.addWidget(self.labels)
        column.addLayout(below)
        column.addStretch(0)
        self.set_group("", ())
        self._show_sample()

    # -- what is chosen

    @property
    def levels(self) -> dict[str, tuple[Value, ...]]:
        """The values kept, by column; none where all are."""
        items = [self.levels_list.item(k) for k in range(self.levels_list.count())]
        kept = tuple(
            item.data(VALUE) for item in items if item.checkState() == Qt.CheckState.Checked
        )
        return self._other_levels | ({self._group: kept} if len(kept) < len(items) else {})

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that are shown by their labels."""
        on = self.labels.isVisibleTo(self) and self.labels.isChecked()
        return (*self._other_named, *([self._group] if on else []))

    @property
    def sample(self) -> Sample | None:
        """The sample, if there is to be one."""
        if not self.sampled.isChecked():
            return None
        group = self._group if self.unit.currentData() else ""
        return Sample(self.sample_size.value(), self.seed.value(), group)

    # -- what is shown

    def set_choices(self, preparation: Preparation, group: str) -> None:
        """Show what was chosen before for a group."""
        with QSignalBlocker(self):
            self._other_levels = {k: v for k, v in preparation.levels.items() if k != group}
            self._other_named = tuple(name for name in preparation.named if name != group)
            self.set_group(group, preparation.missing.get(group, ()))
            self.labels.setChecked(group in preparation.named)
            self._tick(preparation.levels)
            sample = preparation.sample
            self.sampled.setChecked(sample is not None)
            if sample is not None:
                self.sample_size.setValue(sample.size)
                self.seed.setValue(sample.seed)
                self.unit.setCurrentIndex(int(bool(sample.group)))

    def set_group(self, group: str, codes: tuple[Value, ...]) -> None:
        """List the values of the group's column, those that count as missing left out."""
        same = group == self._group
        if same and codes == self._codes and group:
            return
        kept = self.levels if same else {}
        self._group, self._codes = group, codes
        with QSignalBlocker(self.levels_list), QSignalBlocker(self.labels):
            self.levels_list.clear()
            labels = self._table.value_labels.get(group, {})
            self._list(labels)
            if same:
                self._tick(kept)
            self.labels.setVisible(bool(labels))
            if not same:
                self.labels.setChecked(bool(labels))

    def _list(self, labels: Mapping[Value, str]) -> None:
        known = self._inspection.column(self._group)
        many = known is not None and known.distinct > MOST_LISTED
        listed: dict[Any, int] = {}
        if known is not None and not many:
            column = self._table.frame[self._group]
            listed = column[~column.isin([*self._codes])].value_counts().to_dict()
        for value in sorted(listed, key=lambda value: (isinstance(value, str), value)):
            name = f"{_plain(value)}  {labels[value]}" if value in labels else str(_plain(value))
            rows = self.tr("1 row") if listed[value] == 1 else self.tr("%1 rows")
            rows = rows.replace("%1", number(listed[value], 9))
            item = QListWidgetItem(f"{short(name, 60)}   ({rows})")
            item.setData(VALUE, _plain(value))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.levels_list.addItem(item)
        title = self.tr("Groups of %1").replace("%1", short(self._group, 30))
        self.title.setText(title if self._group else self.tr("Groups"))
        self.levels_list.setAccessibleName(self.title.text())
        self.levels_list.setVisible(bool(listed))
        for button in (self.everything, self.nothing):
            button.setVisible(bool(listed))
        text = self.tr("Choose a group above.") if not self._group else ""
        if many and known is not None:
            text = self.tr("%1 groups: too many to tick one by one. Draw a sample of them.")
            text = text.replace("%1", number(known.distinct, 9))
        self.many.setText(text)
        self.many.setVisible(not listed)

    def _tick(self, levels: Mapping[str, tuple[Value, ...]]) -> None:
        if self._group not in levels:
            return
        with QSignalBlocker(self.levels_list):
            for k in range(self.levels_list.count()):
                item = self.levels_list.item(k)
                on = item.data(VALUE) in levels[self._group]
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _tick_all(self, on: bool) -> None:
        with QSignalBlocker(self.levels_list):
            for k in range(self.levels_list.count()):
                state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
                self.levels_list.item(k).setCheckState(state)
        self.changed.emit()

    def _on_sample(self) -> None:
        self._show_sample()
        self.changed.emit()

    def _show_sample(self) -> None:
        for widget in (self.sample_size, self.unit, self.seed_label, self.seed):
            widget.setEnabled(self.sampled.isChecked())


def _plain(value: Value) -> Value:
    """A whole number without decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
