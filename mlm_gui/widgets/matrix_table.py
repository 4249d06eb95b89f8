"""The entries of a matrix between its heads: drawn in one go, however many there are."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QScrollBar,
    QTableView,
    QToolTip,
    QWidget,
)

from mlm_gui.files import say
from mlm_gui.spotlight import Spot
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking
from mlm_gui.widgets.copy_menu import offer_grid
from mlm_gui.widgets.face import Face
from mlm_gui.widgets.matrix_cells import Cells, Columns
from mlm_gui.widgets.matrix_heads import ColumnHeads, Heads, RowHeads
from mlm_gui.widgets.matrix_model import Index, MatrixModel
from mlm_gui.widgets.matrix_window import ARROWS, Density, Window
from mlm_gui.widgets.picture import Picture
from solver.exports.grid import Grid
from solver.quantity import Quantity

LONGEST_SIDE = 2**31 - 1
"""Qt counts the pixels of a row of columns in 32 bits."""

AHEAD = (24, 16)
"""Rows and columns that are measured before a matrix is shown for the first time."""

GAPS = {Density.LOOSE: 1.0, Density.CLOSE: 0.8, Density.TIGHT: 0.5}
"""Space between the columns, in units of the theme."""

COPIED = 100_000
"""Cells that are copied at most."""


_OWN_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)


class MatrixTable(QTableView):
    """The cells; uniform in size, and only those in sight are ever looked at.

    Signals
    -------
    explained : int, int
        The reader wants to know how the cell in this row and column of the table comes about.
    edit_asked : int, int
        The reader wants another value in this cell: a double-click, or Enter where ``editable``.
    pointed : object
        The pointer is on a row of group j (int), or of none (None).
    looked_at : ()
        Other rows and columns came into sight.
    grew : ()
        The cells became wider.
    """

    explained = Signal(int, int)
    edit_asked = Signal(int, int)
    pointed = Signal(object)
    looked_at = Signal()
    grew = Signal()

    def __init__(self, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = model
        self._theme: Theme | None = None
        self._lit: int | None = None
        self._spot: Spot | None = None
        self._picture = Picture()
        self._scale = (0.0, 0.0)
        self._grouped = False
        self._bare = False
        self.editable = False
        self._clicked = QPersistentModelIndex()
        self.row_heads = RowHeads(model, self)
        self.column_heads = ColumnHeads(model, self)
        self.setHorizontalHeader(self.column_heads)
        self.setVerticalHeader(self.row_heads)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for corner in self.findChildren(
            QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly
        ):
            corner.setMaximumSize(0, 0)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.row_heads.pointed.connect(self.pointed)
        self.column_heads.pointed.connect(self.pointed)
        self.row_heads.sectionDoubleClicked.connect(lambda row: self._edit(model.index(row, 0)))
        self.clicked.connect(self._explain)
        offer_grid(self, self.tr("matrix"), self.grid)
        Asking(
            self,
            lambda place: self._asked(self.indexAt(place)),
            lambda: self._asked(self.currentIndex()),
        )

    # -- what the frame asks for

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self.setFont(theme.font())
        self._unit = theme.unit
        self._small = Face(theme.font("small"))
        self._face = Face(theme.font())
        palette = theme.palette
        palette.setColor(palette.ColorRole.Window, QColor(theme.sheet))
        self.setPalette(palette)
        for heads in (self.row_heads, self.column_heads):
            heads.apply_theme(theme)
        self.column_heads.setFixedHeight(round(self._small.metrics.height() * 1.35))
        self.forget_widths()

    def forget_widths(self) -> None:
        """Measure the columns afresh: another matrix, size or way of writing."""
        self.row_heads.setDefaultSectionSize(round(self._entry_face.metrics.height() * 1.3))
        self._columns = Columns(self._entry_face)
        self.row_heads.forget()
        self.fit(afresh=True)

    def show_values(self, *, grouped: bool) -> None:
        """Other values are in the model.

        Parameters
        ----------
        grouped : bool
            Whether observations of a group stand together, so that a line can part the groups.
        """
        self._grouped = grouped
        self.fit()
        self.viewport().update()

    def set_scale(self, scale: tuple[float, float]) -> None:
        """The smallest and the largest value of the matrix, for the tints."""
        self._scale = scale

    def light(self, group: int | None) -> None:
        """Light the rows and columns of a group."""
        if group != self._lit:
            self._lit = group
            self.row_heads.light(group)
            self.column_heads.light(group)
            self.viewport().update()

    def set_bare(self, bare: bool) -> None:
        """Draw no selection on a projector, where the lit entries are those that are meant."""
        self._bare = bare
        self.viewport().update()

    def light_cells(self, spot: Spot | None) -> None:
        """Veil all entries but some, or none."""
        if spot != self._spot:
            self._spot = spot
            self.viewport().update()

    @property
    def _entry_face(self) -> Face:
        tight = self._entries.display.density is Density.TIGHT
        return self._small if tight else self._face

    @property
    def cell_width(self) -> int:
        """Pixels."""
        return self.column_heads.defaultSectionSize()

    @property
    def cell_height(self) -> int:
        """Pixels."""
        return self.row_heads.defaultSectionSize()

    def window_in_sight(self) -> Window:
        """The rows and columns that can be seen, at least partly."""
        return Window(
            self._in_sight(self.row_heads, self.verticalScrollBar(), self.viewport().height()),
            self._in_sight(self.column_heads, self.horizontalScrollBar(), self.viewport().width()),
        )

    def look_ahead(self) -> None:
        """Measure what will be in sight, before there is a place to show it."""
        rows, columns = self._entries.rowCount(), self._entries.columnCount()
        ahead = Window(range(min(rows, AHEAD[0])), range(min(columns, AHEAD[1])))
        self._entries.look_at(ahead)
        self.fit(afresh=True)

    def look(self) -> None:
        """Tell the model what is in sight, and make the cells wide enough for it."""
        self._entries.look_at(self.window_in_sight())
        self.fit()
        self.looked_at.emit()

    def fit(self, *, afresh: bool = False) -> None:
        """Widen the cells to the widest text in sight; they never shrink unless ``afresh``."""
        count = self._entries.columnCount()
        if self._theme is None or not count:
            return
        self.row_heads.fit()
        self._columns.add(self._entries)
        needed = max(
            self._columns.widest + self._small.width(ARROWS[1]), self.column_heads.needed_width()
        )
        gap = self._unit * GAPS[self._entries.display.density]
        width = min(math.ceil(needed + gap), LONGEST_SIDE // count)
        if width > self.cell_width or (afresh and width != self.cell_width):
            bar = self.horizontalScrollBar()
            at_end = 0 < bar.maximum() == bar.value()
            self.column_heads.setDefaultSectionSize(width)
            self.updateGeometries()
            if at_end:
                bar.setValue(bar.maximum())
            if self.isVisible():
                self._entries.look_at(self.window_in_sight())
            self.grew.emit()

    # -- events

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keep some keys from the window while the keyboard is here."""
        super().focusInEvent(event)
        self.installEventFilter(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave all keys to the window."""
        super().focusOutEvent(event)
        self.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows, Enter and Ctrl+C are for the table."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.key() in _OWN_KEYS or event.matches(QKeySequence.StandardKey.Copy))
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter explains or edits, Ctrl+C copies, the arrows move."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self._edit if self.editable else self._explain)(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected cells on the clipboard, separated by tabs."""
        chosen = self._selected()
        if chosen is None:
            return
        columns = chosen.columns[:COPIED]
        rows = chosen.rows[: COPIED // len(columns)]
        lines = self._entries.texts_in(Window(rows, columns))
        QGuiApplication.clipboard().setText("\n".join(map("\t".join, lines)))
        if len(rows) * len(columns) < len(chosen.rows) * len(chosen.columns):
            said = self.tr("Copied the first {0} rows and {1} columns of the selection.")
            place = self.viewport().mapToGlobal(QPoint(0, 0))
            QToolTip.showText(place, said.format(len(rows), len(columns)), self)
        else:
            say(self, self.tr("Copied the cells."))

    def grid(self) -> Grid:
        """The selected entries with their labels; all where not more than one is selected.

        Raises
        ------
        Refusal
            When these are too many to take along.
        """
        chosen, model = self._selected(), self._entries
        if chosen is None or len(chosen.rows) * len(chosen.columns) == 1:
            chosen = Window(range(model.rowCount()), range(model.columnCount()))
        return model.grid(chosen)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the cell of the first click, even where its explanation has moved it since."""
        if self.editable and self._clicked.isValid():
            self.edit_asked.emit(self._clicked.row(), self._clicked.column())
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say whose row the pointer is on."""
        index = self.indexAt(event.position().toPoint())
        self.pointed.emit(self._group_at(index) if index.isValid() else None)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is on no group."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Let the keyboard light groups as the pointer does."""
        super().currentChanged(current, previous)
        if self.hasFocus() and current.isValid():
            self.pointed.emit(self._group_at(current))

    def resizeEvent(self, event: object) -> None:
        """Other cells may be in sight."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.look()

    def _group_at(self, index: Index) -> int | None:
        group = self._entries.group(Qt.Orientation.Vertical, index.row())
        if group is None:
            group = self._entries.group(Qt.Orientation.Horizontal, index.column())
        return group

    def _selected(self) -> Window | None:
        """The selected rows and columns."""
        selection = self.selectionModel().selection()
        if not selection.count():
            return None
        chosen = selection.at(0)
        return Window(
            range(chosen.top(), chosen.bottom() + 1), range(chosen.left(), chosen.right() + 1)
        )

    def _asked(self, index: QModelIndex) -> Asked | None:
        matrix = self._entries.matrix
        if matrix is None or not index.isValid():
            return None
        i, j = self._entries.cell_position(index.row(), index.column())
        return Asked(Quantity("entry", (matrix.name, i, j)))

    def _explain(self, index: QModelIndex) -> None:
        if index.isValid():
            self._clicked = QPersistentModelIndex(index)
            self.explained.emit(index.row(), index.column())

    def _edit(self, index: QModelIndex) -> None:
        if index.isValid() and self.editable:
            self.edit_asked.emit(index.row(), index.column())

    @staticmethod
    def _in_sight(heads: Heads, bar: QScrollBar, length: int) -> range:
        first = min(bar.value(), heads.count())
        return range(first, min(first + -(-length // heads.defaultSectionSize()), heads.count()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells in sight, the selection, and where the keyboard is."""
        if self._theme is None:
            return
        model = self._entries
        model.look_at(self.window_in_sight())
        looks = (id(self._theme), self._lit, self._spot, self._scale, self._grouped, model.display)
        sizes = (self.cell_width, self.cell_height, self._columns.widest)
        texts = model.texts()
        self._picture.show(
            self.viewport(), (model.block(), id(texts), *looks, *sizes), self._draw_cells
        )
        if not self._bare and self.selectionModel().hasSelection():
            cells = self._cells(QPainter(self.viewport()))
            cells.draw_selection(self._selected(), self.currentIndex(), focused=self.hasFocus())

    def _cells(self, painter: QPainter) -> Cells:
        assert self._theme is not None
        size = QSize(self.cell_width, self.cell_height)
        return Cells(painter, self._entries, self._theme, size)

    def _draw_cells(self, painter: QPainter) -> None:
        assert self._theme is not None
        painter.fillRect(self.viewport().rect(), QColor(self._theme.sheet))
        if not self._entries.block().values.size:
            return
        cells = self._cells(painter)
        cells.draw_ground(self._scale)
        if self._lit is not None:
            cells.draw_lit(self._lit)
        if self._grouped:
            cells.draw_lines()
        cells.draw_texts(self._columns, self._entry_face)
        cells.draw_arrows(self._small)
        if self._spot is not None:
            cells.draw_spot(self._spot)
