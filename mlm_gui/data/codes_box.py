"""The reserve codes that were found: ticks to set them to missing, and what that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.data.words import heading, tint, wrapped
from mlm_gui.theme import Theme
from mlm_gui.widgets.plain_header import PlainHeader
from solver import Refusal
from solver.arguments import by_column, chosen
from solver.data.reserve_codes import Proposal, Spread, given
from solver.data.tables import Table, Value
from solver.formatting import MINUS, number, short

Missing = dict[str, tuple[Value, ...]]

CODE, ROWS, MEAN, SD, END = range(5)
VALUE = Qt.ItemDataRole.UserRole


class CodesBox(QWidget):
    """Proposes; nothing is ticked until the reader ticks it.

    Parameters
    ----------
    table : Table
    proposals : tuple of Proposal
    theme : Theme

    Signals
    -------
    changed : no value
        Other codes are ticked.
    """

    changed = Signal()

    def __init__(
        self,
        table: Table,
        proposals: Iterable[Proposal],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._table, self._theme = table, theme
        self._found = {proposal.column: proposal for proposal in proposals}
        self._missing: Missing = {}
        self._used: tuple[str, ...] = ()
        self.title = heading(self.tr("Codes for “no answer”"), theme)
        self.hint = wrapped(theme)
        self.all = QPushButton(self.tr("Set these to missing"))
        self.all.setObjectName("set_missing")
        self.all.setToolTip(self.tr("Ticks every code found in the columns of the model"))
        self.all.clicked.connect(self._set_all)
        self.tree = QTreeWidget()
        self.tree.setObjectName("codes")
        self.tree.setAccessibleName(self.tr("Codes for “no answer”, by column"))
        header = PlainHeader(self.tree, theme.unit // 2)
        header.apply_theme(theme)
        self.tree.setHeader(header)
        self.tree.setColumnCount(5)
        self.tree.setHeaderLabels(
            [
                self.tr("Set to missing"),
                self.tr("Rows"),
                self.tr("Mean"),
                self.tr("SD"),
                self.tr("Extreme"),
            ]
        )
        for section in range(5):
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            self.tree.headerItem().setTextAlignment(section, side)
        self.tree.itemChanged.connect(self._on_item)
        self.tree.setPalette(theme.edged_palette)
        corner = QWidget()
        corner.setPalette(theme.palette)
        corner.setAutoFillBackground(True)
        self.tree.setCornerWidget(corner)
        self.tree.setIndentation(2 * theme.unit)
        self.tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.other = _CodeField()
        self.other.setObjectName("other_codes")
        self.other.setPalette(theme.edged_palette)
        self.other.setPlaceholderText(self.tr("Another code, as COLUMN=code,code"))
        self.other.setAccessibleName(self.other.placeholderText())
        self.other.returnPressed.connect(self._add_other)
        column, top = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.unit // 2)
        column.addLayout(top)
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.all)
        column.addWidget(self.hint)
        column.addWidget(self.tree, 1)
        column.addWidget(self.other)
        column.addStretch(0)
        self._fill()

    @property
    def missing(self) -> Missing:
        """The codes that are ticked, by column."""
        return dict(self._missing)

    def set_missing(self, missing: Mapping[str, tuple[Value, ...]]) -> None:
        """Tick these codes; those that were not proposed are added."""
        self._missing = {name: tuple(values) for name, values in missing.items() if values}
        for name, values in self._missing.items():
            known = self._found[name].values if name in self._found else ()
            if not set(values) <= set(known):
                self._found[name] = given(self._table, name, {*known, *values})
        self._fill()

    def set_used(self, columns: Iterable[str]) -> None:
        """Show the codes of the columns of the model."""
        used = tuple(columns)
        if used != self._used:
            self._used = used
            self._fill()

    @property
    def untouched(self) -> tuple[Proposal, ...]:
        """The proposals for columns of the model of which no code is ticked."""
        return tuple(
            self._found[name]
            for name in self._used
            if name in self._found and name not in self._missing
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the codes the room that is left, or let the table scroll where there is none."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        needed = sum(self.tree.sizeHintForColumn(section) for section in range(5))
        fits = needed <= self.tree.viewport().width()
        stretch, contents = QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.ResizeToContents
        self.tree.header().setSectionResizeMode(CODE, stretch if fits else contents)

    def _add_other(self) -> None:
        """Tick the codes that were typed; what cannot be is said above."""
        try:
            typed = by_column(self.tr("The code"), [self.other.text()])
            more = chosen(self._table, missing=typed, levels={}).missing
        except Refusal as refusal:
            self.hint.setText(str(refusal))
            tint(self.hint, self._theme.fall)
            return
        self.other.clear()
        for name, values in more.items():
            present = self._missing.get(name, ())
            self._missing[name] = tuple(dict.fromkeys((*present, *values)))
        self.set_missing(self._missing)
        self.changed.emit()

    def _set_all(self) -> None:
        for name in self._used:
            if name in self._found:
                self._missing[name] = self._found[name].values
        self._fill()
        self.changed.emit()

    def _on_item(self, item: QTreeWidgetItem, section: int) -> None:
        if section != CODE:
            return
        root = item.parent() or item
        name = root.data(CODE, VALUE)
        children = [child for k in range(root.childCount()) if (child := root.child(k))]
        codes = [
            child.data(CODE, VALUE)
            for child in children
            if child.checkState(CODE) == Qt.CheckState.Checked
        ]
        if codes:
            self._missing[name] = tuple(codes)
        else:
            self._missing.pop(name, None)
        self._show_state()
        self.changed.emit()

    def _fill(self) -> None:
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for name in self._shown:
                self._add(self._found[name])
        self._share_room()
        self._show_state()

    @property
    def _shown(self) -> list[str]:
        """Columns with codes: those of the model, and others of which codes are ticked."""
        return [
            name for name in dict.fromkeys((*self._used, *self._missing)) if name in self._found
        ]

    def _add(self, proposal: Proposal) -> None:
        before, after = proposal.before, proposal.after
        root = QTreeWidgetItem(self.tree)
        root.setFlags(root.flags() | Qt.ItemFlag.ItemIsAutoTristate)
        root.setText(CODE, f"{short(proposal.column, 24)}: {listed(proposal.values)}")
        root.setData(CODE, VALUE, proposal.column)
        root.setText(ROWS, number(proposal.rows, 9))
        pairs = {
            MEAN: (number(before.mean, 3), number(after.mean, 3)),
            SD: (number(before.sd, 3), number(after.sd, 3)),
            END: _ends(before, after),
        }
        for section, (old, new) in pairs.items():
            root.setTextAlignment(section, Qt.AlignmentFlag.AlignRight)
            if before.mean == before.mean:
                root.setText(section, f"   {old} → {new}")
        root.setTextAlignment(ROWS, Qt.AlignmentFlag.AlignRight)
        for section in range(5):
            root.setToolTip(section, f"{self._why(proposal)}\n{self._compared(proposal)}")
        chosen = self._missing.get(proposal.column, ())
        for code in proposal.codes:
            item = QTreeWidgetItem(root)
            item.setData(CODE, VALUE, code.value)
            item.setText(CODE, f"{listed([code.value])}  {short(code.label, 60)}".strip())
            item.setText(ROWS, number(code.rows, 9))
            item.setTextAlignment(ROWS, Qt.AlignmentFlag.AlignRight)
            on = code.value in chosen
            item.setCheckState(CODE, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            for section in range(5):
                item.setForeground(section, QColor(self._theme.muted))

    def _why(self, proposal: Proposal) -> str:
        words = {
            "label": self.tr("the label says that there is no answer"),
            "described": self.tr("the description of the data says so"),
            "apart": self.tr("far from all other values, and customary as a code"),
            "negative": self.tr("the only values below zero, and customary as a code"),
            "words": self.tr("the words say that there is no answer"),
            "given": self.tr("chosen by you"),
        }
        reasons = dict.fromkeys(code.reason for code in proposal.codes)
        return "; ".join(words[reason] for reason in reasons)

    def _compared(self, proposal: Proposal) -> str:
        """The whole column with and without the codes."""
        lines = []
        for name, spread in (
            (self.tr("with"), proposal.before),
            (self.tr("without"), proposal.after),
        ):
            text = self.tr("%1: n = %2, mean %3, SD %4, from %5 to %6").replace("%1", name)
            numbers = (spread.n, spread.mean, spread.sd, spread.low, spread.high)
            for place, value in enumerate(numbers, start=2):
                text = text.replace(f"%{place}", number(value))
            lines.append(text)
        return "\n".join(lines)

    def _show_state(self) -> None:
        open_codes = sum(len(proposal.codes) for proposal in self.untouched)
        self.tree.setVisible(bool(self._shown))
        self.all.setVisible(bool(open_codes))
        if not self._shown:
            text = self.tr("No value of these columns looks like a code for “no answer”.")
        elif open_codes:
            text = self.tr(
                "These values look like codes, not measurements. Ticked ones count as missing; "
                "the figures show the column with → without them."
            )
        else:
            text = self.tr("Ticked codes count as missing. The figures: with → without them.")
        self.hint.setText(text)
        tint(self.hint, self._theme.ink)
        tint(self.title, self._theme.accent if open_codes else self._theme.ink)


def _ends(before: Spread, after: Spread) -> tuple[str, str]:
    """The end of the column at which the codes lie, with and without them."""
    if before.high == after.high and before.low != after.low:
        return number(before.low, 3), number(after.low, 3)
    return number(before.high, 3), number(after.high, 3)


class _CodeField(QLineEdit):
    """A field whose Enter adds what was typed, and does not close the dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter here, as long as something was typed."""
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and bool(self.text())
        super().keyPressEvent(event)
        if entered:
            event.accept()


def listed(values: Sequence[Value]) -> str:
    """Values in a row, several that follow each other by their ends: ``1, 96–99``."""
    runs: list[list[Value]] = []
    for value in values:
        last = runs[-1][-1] if runs else None
        if isinstance(last, int) and value == last + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    texts = [
        f"{_shown(run[0])}–{_shown(run[-1])}" if len(run) > 2 else ", ".join(map(_shown, run))
        for run in runs
    ]
    return ", ".join(texts)


def _shown(value: Value) -> str:
    text = short(str(value), 24)
    return text if isinstance(value, str) else text.replace("-", MINUS)
