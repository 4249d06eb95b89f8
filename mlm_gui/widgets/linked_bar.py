"""A scroll bar that stands elsewhere than where Qt puts it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar, QWidget

from mlm_gui.widgets.matrix_table import MatrixTable


def linked_bar(orientation: Qt.Orientation, table: MatrixTable, parent: QWidget) -> QScrollBar:
    """A scroll bar that stands beside a table's bracket and does the same as its own."""
    vertical = orientation == Qt.Orientation.Vertical
    inner = table.verticalScrollBar() if vertical else table.horizontalScrollBar()
    outer = QScrollBar(orientation, parent)
    outer.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    inner.rangeChanged.connect(outer.setRange)
    inner.valueChanged.connect(outer.setValue)
    outer.valueChanged.connect(inner.setValue)
    # last, because it may move the inner bar on
    inner.valueChanged.connect(table.look)
    return outer
