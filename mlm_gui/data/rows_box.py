"""Which rows are fitted: those with the values kept, the groups' labels, and a random sample."""

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
from solver.data.inspection import Inspection
from solver.data.preparation import Preparation, Sample
from solver.data.tables import Value
from solver.formatting import number, short

MOST_LISTED = 2000
"""Values up to which each is listed to be ticked."""

VALUE = Qt.ItemDataRole.UserRole


class RowsBox(QWidget):
    """Ticks for the values of a column, the group's at first; its labels; and the sample.

    Signals
    -------
    changed : no value
        The reader chose otherwise.
    """

    changed = Signal()

    def __init__(self, inspection: Inspection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection, self._table, self._group = inspection, inspection.table, ""
        self._missing: Mapping[str, tuple[Value, ...]] = {}
        self._kept: dict[str, tuple[Value, ...]] = {}
        self._other_named: tuple[str, ...] = ()
        self.title = heading(self.tr("Rows by"), theme)
        self.column = QComboBox()
        self.column.setObjectName("levels_of")
        self.column.setAccessibleName(self.tr("Column by whose values rows are kept"))
        self.column.setToolTip(self.column.accessibleName())
        self.column.activated.connect(lambda index: self._list())
        self.title.setBuddy(self.column)
        self.everything = QPushButton(self.tr("All"))
        self.everything.clicked.connect(lambda: self._tick_all(on=True))
        self.nothing = QPushButton(self.tr("None"))
        self.nothing.clicked.connect(lambda: self._tick_all(on=False))
        self.levels_list = QListWidget()
        self.levels_list.setObjectName("levels")
        self.levels_list.setUniformItemSizes(True)
        self.levels_list.setFrameShape(QListWidget.Shape.NoFrame)
        self.levels_list.itemChanged.connect(lambda item: self._on_ticked())
        self.many = wrapped(theme, theme.muted)
        self.labels = QCheckBox(self.tr("Call the groups by their labels"))
        self.labels.setObjectName("use_labels")
        self.labels.toggled.connect(lambda on: self.changed.emit())
        self.sampled = QCheckBox(self.tr("Sample of"))
        self.sampled.setObjectName("sampled")
        self.sampled.setToolTip(self.tr("Fit a random sample; the same seed draws the same one"))
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
        self._lay_out(theme)
        self.follow("", {})
        self._show_sample()

    def _lay_out(self, theme: Theme) -> None:
        for field, digits in ((self.sample_size, 7), (self.seed, 6)):
            field.setMaximumWidth((digits + 4) * theme.unit)
        for button in (self.everything, self.nothing):
            button.setFlat(True)
            words = button.fontMetrics().horizontalAdvance(button.text())
            button.setMaximumWidth(words + 3 * theme.unit)
        edged: tuple[QWidget, ...] = (self.levels_list, self.labels, self.sampled, self.unit)
        for control in (*edged, self.column, self.sample_size, self.seed):
            control.setPalette(theme.edged_palette)
        column, top, below = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.unit // 2)
        column.addLayout(top)
        for widget in (self.title, self.column, self.everything, self.nothing):
            top.addWidget(widget, int(widget is self.column))
        column.addWidget(self.many)
        column.addWidget(self.levels_list, 1)
        column.addWidget(self.labels)
        column.addLayout(below)
        for part in (self.sampled, self.sample_size, self.unit, self.seed_label, self.seed):
            below.addWidget(part)
        below.addStretch(1)
        column.addStretch(0)

    # -- what is chosen

    @property
    def levels(self) -> dict[str, tuple[Value, ...]]:
        """The values kept, by column; none where all are."""
        return dict(self._kept)

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that are shown by their labels."""
        on = bool(self._labels(self._group)) and self.labels.isChecked()
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
            self._kept = dict(preparation.levels)
            self._other_named = tuple(name for name in preparation.named if name != group)
            self.follow(group, preparation.missing)
            self.labels.setChecked(group in preparation.named)
            self._list()
            sample = preparation.sample
            self.sampled.setChecked(sample is not None)
            if sample is not None:
                self.sample_size.setValue(sample.size)
                self.seed.setValue(sample.seed)
                self.unit.setCurrentIndex(int(bool(sample.group)))

    def follow(self, group: str, missing: Mapping[str, tuple[Value, ...]]) -> None:
        """Offer the values of the group's column first; those that count as missing are none."""
        if (group, missing) == (self._group, self._missing) and group:
            return
        moved = group != self._group
        self._group, self._missing = group, dict(missing)
        if moved:
            self._offer()
            with QSignalBlocker(self.labels):
                self.labels.setChecked(bool(self._labels(group)))
            self.labels.setVisible(bool(self._labels(group)))
        self._list()

    def _labels(self, name: str) -> Mapping[Value, str]:
        return self._table.value_labels.get(name, {})

    def _offer(self) -> None:
        """Fill the choice of columns: the group, and others of few values."""
        others = [
            column.name
            for column in self._inspection.columns
            if column.kind in ("code", "category", "truth") and column.name != self._group
        ]
        self.column.clear()
        for name in [self._group, *others] if self._group else others:
            self.column.addItem(short(name, 30), name)
        self.column.setEnabled(self.column.count() > 0)

    def _list(self) -> None:
        """List the values of the column chosen, ticked as they are kept."""
        name = self.column.currentData() or ""
        known, labels = self._inspection.column(name), self._labels(name)
        many = known is not None and known.distinct > MOST_LISTED
        listed: dict[Any, int] = {}
        if known is not None and not many:
            column = self._table.frame[name]
            listed = column[~column.isin([*self._missing.get(name, ())])].value_counts().to_dict()
        with QSignalBlocker(self.levels_list):
            self.levels_list.clear()
            for value in sorted(listed, key=lambda value: (isinstance(value, str), value)):
                self._add(_plain(value), labels.get(value, ""), listed[value], name)
        self.levels_list.setAccessibleName(self.tr("Values of %1").replace("%1", name))
        self.levels_list.setVisible(bool(listed))
        for button in (self.everything, self.nothing):
            button.setVisible(bool(listed))
        text = "" if self._group else self.tr("Choose a group above.")
        if many and known is not None:
            text = self.tr("%1 values: too many to tick one by one. Draw a sample of groups.")
            text = text.replace("%1", number(known.distinct, 9))
        self.many.setText(text)
        self.many.setVisible(not listed)

    def _add(self, value: Value, label: str, count: int, name: str) -> None:
        rows = self.tr("1 row") if count == 1 else self.tr("%1 rows")
        rows = rows.replace("%1", number(count, 9))
        item = QListWidgetItem(f"{short(f'{value}  {label}'.strip(), 60)}   ({rows})")
        item.setData(VALUE, value)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        on = name not in self._kept or value in self._kept[name]
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.levels_list.addItem(item)

    def _on_ticked(self) -> None:
        items = [self.levels_list.item(k) for k in range(self.levels_list.count())]
        kept = [i.data(VALUE) for i in items if i.checkState() == Qt.CheckState.Checked]
        name = self.column.currentData()
        self._kept.pop(name, None)
        if len(kept) < len(items):
            self._kept[name] = tuple(kept)
        self.changed.emit()

    def _tick_all(self, on: bool) -> None:
        with QSignalBlocker(self.levels_list):
            for k in range(self.levels_list.count()):
                state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
                self.levels_list.item(k).setCheckState(state)
        self._on_ticked()

    def _on_sample(self) -> None:
        self._show_sample()
        self.changed.emit()

    def _show_sample(self) -> None:
        for widget in (self.sample_size, self.unit, self.seed_label, self.seed):
            widget.setEnabled(self.sampled.isChecked())


def _plain(value: Value) -> Value:
    """A whole number without decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
