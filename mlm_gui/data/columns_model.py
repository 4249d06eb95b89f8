"""The columns of a table as rows to choose from, and the parts they play in the model."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from solver.data.columns import Column
from solver.data.roles import Roles
from solver.formatting import exact, number, short

Index = QModelIndex | QPersistentModelIndex


class Field(IntEnum):
    """What is shown of a column, from left to right."""

    NAME = 0
    RESPONSE = 1
    PREDICTOR = 2
    CATEGORIES = 3
    GROUP = 4
    KIND = 5
    MISSING = 6
    DISTINCT = 7
    BARS = 8
    RANGE = 9
    LABEL = 10


PARTS = (Field.RESPONSE, Field.PREDICTOR, Field.CATEGORIES, Field.GROUP)
"""The fields that are chosen by clicking."""

ONE_ONLY = (Field.RESPONSE, Field.GROUP)
"""Those that only one column can have."""

BARS_ROLE = Qt.ItemDataRole.UserRole + 1
"""The counts of a column's histogram."""


class ColumnsModel(QAbstractTableModel):
    """One row for each column of the reader's table.

    Signals
    -------
    roles_chosen : Roles
        The reader gave a column another part.
    """

    roles_chosen = Signal(object)

    def __init__(self, columns: tuple[Column, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns
        self.roles: Roles | None = Roles()

    def set_roles(self, roles: Roles | None) -> None:
        """Show other parts; None where the formula says more than parts can."""
        if roles != self.roles:
            self.roles = roles
            if self.columns:
                first = self.index(0, Field.RESPONSE)
                self.dataChanged.emit(first, self.index(len(self.columns) - 1, Field.GROUP))

    def chosen(self, row: int, part: int) -> bool:
        """Whether a column has a part."""
        name, roles = self.columns[row].name, self.roles or Roles()
        match part:
            case Field.RESPONSE:
                return name == roles.response
            case Field.PREDICTOR:
                return name in roles.predictors
            case Field.CATEGORIES:
                return name in roles.categories or (
                    name in roles.predictors and not self.columns[row].numeric
                )
        return name == roles.group

    def possible(self, row: int, part: int) -> bool:
        """Whether a column can be given a part, or be rid of it."""
        column = self.columns[row]
        if column.kind in ("empty", "constant"):
            return self.chosen(row, part)
        return part != Field.CATEGORIES or column.numeric

    def toggle(self, row: int, part: int) -> None:
        """Give a column a part, or take it away."""
        if part not in PARTS or not self.possible(row, part):
            return
        name, roles, on = self.columns[row].name, self.roles or Roles(), not self.chosen(row, part)
        if part == Field.CATEGORIES:
            categories = roles.categories ^ {name}
            kept = roles if name in roles.predictors else self._with(roles, name, Field.PREDICTOR)
            roles = replace(kept, categories=categories)
        else:
            roles = self._with(_without(roles, name), name, part) if on else _without(roles, name)
        self.set_roles(roles)
        self.roles_chosen.emit(roles)

    def _with(self, roles: Roles, name: str, part: int) -> Roles:
        if part == Field.RESPONSE:
            return replace(roles, response=name)
        if part == Field.GROUP:
            return replace(roles, group=name)
        order = [column.name for column in self.columns]
        return replace(roles, predictors=tuple(sorted({*roles.predictors, name}, key=order.index)))

    # -- Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns of the table."""
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of fields."""
        return 0 if parent.isValid() else len(Field)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The fields' words, and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Field):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads()[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._meanings()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every field can be reached by the keys."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A field's text, all its digits, and how a screen reader says it."""
        if not index.isValid():
            return None
        column, field = self.columns[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(column, field)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(column, field)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(index.row(), field)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(field)
        return column.bars if role == BARS_ROLE and field == Field.BARS else None

    def _heads(self) -> list[str]:
        return [
            self.tr("Column"),
            self.tr("Response"),
            self.tr("Predictor"),
            self.tr("C( )"),
            self.tr("Group"),
            self.tr("Kind"),
            self.tr("Missing"),
            self.tr("Distinct"),
            self.tr("Values"),
            self.tr("From – to"),
            self.tr("What it is"),
        ]

    def _meanings(self) -> list[str]:
        return [
            self.tr("Name of the column"),
            self.tr("y: what the model explains; one column of numbers"),
            self.tr("x: what explains it; any number of columns"),
            self.tr("A predictor whose numbers are names of categories: C(x) in the formula"),
            self.tr("Whose rows share a random intercept; one column"),
            self.tr("What the column holds"),
            self.tr("Rows without a value"),
            self.tr("Different values"),
            self.tr("How often: small values at the left, or frequent words first"),
            self.tr("Lowest and highest number, or the most frequent words"),
            self.tr("The label of the column, where the file has one"),
        ]

    def kind_word(self, column: Column) -> str:
        """What a column holds, in a word."""
        return {
            "number": self.tr("numbers"),
            "code": self.tr("codes"),
            "category": self.tr("categories"),
            "truth": self.tr("true or false"),
            "date": self.tr("dates"),
            "identifier": self.tr("record number"),
            "text": self.tr("text"),
            "constant": self.tr("one value"),
            "empty": self.tr("nothing"),
        }[column.kind]

    def _text(self, column: Column, field: int) -> str:
        match field:
            case Field.NAME:
                return short(column.name, 40)
            case Field.KIND:
                return self.kind_word(column)
            case Field.MISSING:
                return number(column.missing, 9) if column.missing else ""
            case Field.DISTINCT:
                return number(column.distinct, 9)
            case Field.RANGE:
                if column.numeric:
                    return f"{number(column.low)} – {number(column.high)}"
                return short(", ".join(str(value) for value, _ in column.frequent[:4]), 40)
            case Field.LABEL:
                return short(column.label, 120)
        return ""

    def _tip(self, column: Column, field: int) -> str:
        if field in (Field.BARS, Field.RANGE, Field.DISTINCT):
            lines = []
            if column.numeric:
                lines.append(
                    self.tr("mean %1, SD %2, from %3 to %4")
                    .replace("%1", number(column.mean))
                    .replace("%2", number(column.sd))
                    .replace("%3", exact(column.low))
                    .replace("%4", exact(column.high))
                )
            lines.append(self.tr("Most frequent:"))
            for value, rows in column.frequent[:8]:
                label = column.value_labels.get(value, "")
                named = f"{short(str(value), 40)} {short(label, 60)}".strip()
                lines.append(f"{named}: {number(rows, 9)}")
            return "\n".join(lines)
        if field in PARTS:
            return self._meanings()[field]
        return column.name if field == Field.NAME else column.label

    def _spoken(self, row: int, field: int) -> str:
        column = self.columns[row]
        if field in PARTS:
            state = self.tr("chosen") if self.chosen(row, field) else self.tr("not chosen")
            return f"{column.name}, {self._heads()[field]}: {state}"
        return f"{column.name}, {self._heads()[field]}: {self._text(column, field)}"


def _without(roles: Roles, name: str) -> Roles:
    """The roles with a column that has none."""
    return Roles(
        "" if roles.response == name else roles.response,
        tuple(predictor for predictor in roles.predictors if predictor != name),
        "" if roles.group == name else roles.group,
        roles.categories - {name},
    )


def _alignment(field: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft
    if field in (Field.MISSING, Field.DISTINCT):
        side = Qt.AlignmentFlag.AlignRight
    if field in PARTS:
        side = Qt.AlignmentFlag.AlignHCenter
    return side | Qt.AlignmentFlag.AlignVCenter
