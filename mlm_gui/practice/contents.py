"""The list of exercises by chapter, each with how far one has come."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from mlm_gui.theme import Theme
from mlm_gui.widgets.rich_text import hatted
from solver.practice.content import chapters
from solver.practice.marking import Marked

WIDEST = 360
"""Pixels that the list takes at most, however large the text is."""

ROLE = Qt.ItemDataRole.UserRole


class Contents(QTreeWidget):
    """Chapters and their exercises; the points of the present seed stand at the right.

    Signals
    -------
    chosen : str
        An exercise's id.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Exercises"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setWordWrap(True)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.items: dict[str, QTreeWidgetItem] = {}
        self._heads: list[QTreeWidgetItem] = []
        for chapter in chapters():
            head = QTreeWidgetItem(self, [chapter.title])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setFirstColumnSpanned(True)
            self._heads.append(head)
            for exercise in chapter.exercises:
                item = QTreeWidgetItem(head, [exercise.title, ""])
                item.setData(0, ROLE, exercise.id)
                item.setToolTip(0, exercise.title)
                self.items[exercise.id] = item
        self.expandAll()
        self.setItemsExpandable(False)
        self.currentItemChanged.connect(self._changed)

    def show_marks(self, marked: Mapping[str, Marked]) -> None:
        """Show how far one has come with the exercises of a seed."""
        for id_, item in self.items.items():
            mark = marked.get(id_)
            item.setText(1, "" if mark is None else _how_far(mark))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def choose(self, id_: str) -> None:
        """Let an exercise be the present one."""
        self.setCurrentItem(self.items[id_])
        self.scrollToItem(self.items[id_])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the present exercise in sight."""
        super().resizeEvent(event)
        item = self.currentItem()
        if item is not None:
            self.scrollToItem(item)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.setFont(hatted(theme.font()))
        palette = theme.palette
        self.setPalette(palette)
        self.setStyleSheet(
            f"QTreeWidget {{ background: {theme.page}; }}"
            f"QTreeWidget::item {{ padding: {theme.unit // 4}px {theme.unit // 2}px; }}"
            f"QTreeWidget::item:selected {{ background: {theme.accent_wash}; color: {theme.ink}; }}"
        )
        bold = theme.font("small")
        bold.setBold(True)
        for head in self._heads:
            head.setFont(0, bold)
            head.setForeground(0, QBrush(QColor(theme.muted)))
        metrics = QFontMetricsF(self.font())
        self.setFixedWidth(round(min(36 * metrics.horizontalAdvance("0"), WIDEST)))
        self.setMinimumHeight(round(4 * metrics.height()))

    def _changed(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and item.data(0, ROLE):
            self.chosen.emit(item.data(0, ROLE))


def _how_far(mark: Marked) -> str:
    """✓ where all is right, ✎ with one's own mark where words were written, else the points."""
    if mark.own_of:
        return f"✎ {mark.own_points:g}/{mark.own_of}" if mark.own_points else "✎"
    return "✓" if mark.full else f"{mark.points}/{mark.of}"
