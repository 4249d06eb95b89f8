"""The table of columns: marks to click, and a little histogram each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from mlm_gui.data.columns_model import BARS_ROLE, ONE_ONLY, PARTS, ColumnsModel, Field
from mlm_gui.theme import Theme
from mlm_gui.widgets.plain_header import PlainHeader

WIDTHS = {
    Field.RESPONSE: 8,
    Field.PREDICTOR: 8,
    Field.CATEGORIES: 5,
    Field.GROUP: 6,
    Field.BARS: 9,
}
"""Widths of the fields that hold no text, in units of the theme."""

WIDEST = 18
"""Width of a field of text, at most, in units."""


class ColumnsView(QTableView):
    """Shows a :class:`ColumnsModel`; a click, or Space, gives a column a part."""

    def __init__(self, model: ColumnsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = model
        self.setObjectName("columns")
        self.setAccessibleName(self.tr("Columns of the table"))
        self.setModel(model)
        header = PlainHeader(self, theme.unit // 2)
        header.apply_theme(theme)
        header.setStretchLastSection(True)
        self.setHorizontalHeader(header)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(3.2 * theme.unit))
        self.setItemDelegate(_Delegate(theme, self))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setFont(theme.font())
        self.setFrameShape(QTableView.Shape.NoFrame)
        self._set_widths(theme)
        self.setMinimumHeight(self._height(min(model.rowCount(), 3)))
        self.setMaximumHeight(self._height(max(model.rowCount(), 3)))
        self.setColumnHidden(Field.LABEL, not any(column.label for column in model.columns))
        if model.columns:
            self.setCurrentIndex(model.index(0, Field.RESPONSE))

    def _set_widths(self, theme: Theme) -> None:
        metrics, unit = QFontMetricsF(theme.font()), theme.unit
        header = self.horizontalHeader()
        assert isinstance(header, PlainHeader)
        for field in Field:
            width = float(WIDTHS.get(field, 0) * unit)
            if not width:
                texts = (
                    str(self._columns.index(row, field).data())
                    for row in range(min(self._columns.rowCount(), 200))
                )
                width = max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
                width = min(width + 1.5 * unit, WIDEST * unit)
            least = header.text_width(field) + 1.5 * unit
            header.resizeSection(field, round(max(width, least)))

    def show_only(self, text: str) -> None:
        """Show the columns whose name or label has a text in it."""
        wanted = text.casefold().strip()
        for row, column in enumerate(self._columns.columns):
            seen = wanted in f"{column.name}\n{column.label}".casefold()
            self.setRowHidden(row, not seen)

    def go_to_response(self) -> None:
        """Bring the response into view."""
        roles = self._columns.roles
        names = [column.name for column in self._columns.columns]
        if roles is not None and roles.response in names:
            index = self._columns.index(names.index(roles.response), Field.RESPONSE)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def sizeHint(self) -> QSize:
        """As high as its rows, up to nine."""
        return QSize(super().sizeHint().width(), self._height(min(self._columns.rowCount(), 9)))

    def _height(self, rows: int) -> int:
        head = self.horizontalHeader().sizeHint().height()
        return head + rows * self.verticalHeader().defaultSectionSize() + head // 2

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a mark changes it."""
        index = self.indexAt(event.position().toPoint())
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and index == self.currentIndex():
            self._columns.toggle(index.row(), index.column())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space changes the mark that has the focus."""
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            self._columns.toggle(index.row(), index.column())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Space from the window's shortcuts."""
        space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if space and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


class _Delegate(QStyledItemDelegate):
    """Paints marks and histograms; the rest as ever."""

    def __init__(self, theme: Theme, parent: ColumnsView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = parent

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Names in ink, the rest muted; no selected cells."""
        super().initStyleOption(option, index)
        ink = self._theme.ink if index.column() == Field.NAME else self._theme.muted
        option.palette.setColor(QPalette.ColorRole.Text, QColor(ink))
        option.state &= ~QStyle.StateFlag.State_HasFocus
        option.textElideMode = Qt.TextElideMode.ElideRight

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """A field."""
        rect = QRectF(option.rect)
        super().paint(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.column() in PARTS:
            self._paint_mark(painter, rect, index)
        elif index.column() == Field.BARS:
            self._paint_bars(painter, rect, index.data(BARS_ROLE))
        painter.restore()

    def _paint_mark(
        self, painter: QPainter, rect: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model, theme, part = self._view.model(), self._theme, index.column()
        assert isinstance(model, ColumnsModel)
        chosen, possible = model.chosen(index.row(), part), model.possible(index.row(), part)
        if not possible and not chosen:
            return
        size = 0.75 * theme.unit
        box = QRectF(0, 0, 2 * size, 2 * size)
        box.moveCenter(rect.center())
        colour = QColor(theme.accent if chosen else theme.muted)
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(theme.accent), 1.2 * theme.zoom, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 3, 3)
        painter.setPen(QPen(colour, 1.4 * theme.zoom))
        painter.setBrush(colour if chosen else Qt.BrushStyle.NoBrush)
        if part in ONE_ONLY:
            painter.drawEllipse(box)
            if chosen:
                painter.setBrush(QColor(theme.on_accent))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(box.center(), 0.4 * size, 0.4 * size)
            return
        painter.drawRoundedRect(box, 2, 2)
        if chosen:
            painter.setPen(QPen(QColor(theme.on_accent), 1.8 * theme.zoom))
            corner, step = box.topLeft(), box.width() / 8
            tick = ((1.8, 4.2), (3.4, 5.8), (6.4, 2.4))
            painter.drawPolyline([corner + QPointF(x * step, y * step) for x, y in tick])

    def _paint_bars(self, painter: QPainter, rect: QRectF, bars: tuple[int, ...]) -> None:
        if not bars:
            return
        unit = self._theme.unit
        room = rect.adjusted(unit // 2, unit / 3, -unit // 2, -unit / 3)
        width = min(room.width() / len(bars), 1.2 * unit)
        tallest = max(bars) or 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.muted))
        for k, count in enumerate(bars):
            height = max(room.height() * count / tallest, 1.0 if count else 0.0)
            left, right = room.left() + k * width, room.left() + (k + 1) * width - 1
            painter.drawRect(
                QRectF(left, room.bottom() - height, max(right - left, 1), height).toRect()
            )
