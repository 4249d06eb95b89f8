"""The heads of a matrix: which row and which column, and whose; they stand outside the brackets."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.brackets import Side, draw_bracket
from mlm_gui.widgets.face import Face
from mlm_gui.widgets.matrix_model import MatrixModel
from mlm_gui.widgets.picture import Picture

LONGEST = 14
"""Characters of a name that a head of a row has room for."""


class _Section(NamedTuple):
    """A row or column: its number, label, the colour and sign of its group, and if it is lit."""

    number: int
    label: str
    colour: str = ""
    sign: str = ""
    lit: bool = False


class Heads(QHeaderView):
    """Labels with the group's colour and marker.

    Signals
    -------
    pointed : object
        The pointer is on the head of a row or column of group j (int), or of none (None).
    """

    pointed = Signal(object)

    def __init__(
        self, orientation: Qt.Orientation, model: MatrixModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(orientation, parent)
        self._entries = model
        self._theme: Theme | None = None
        self._lit: int | None = None
        self._picture = Picture()
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        self._unit = theme.unit
        self._plain, self._bold = Face(theme.font("small")), Face(theme.font("small"), bold=True)
        self._marker = self._plain.width("●") + 0.3 * theme.unit
        self.setFont(self._plain.font)

    def light(self, group: int | None) -> None:
        """Set the labels of a group in bold."""
        self._lit = group
        self.viewport().update()

    def visible(self) -> range:
        """The sections in sight."""
        window = self._entries.window
        return window.rows if self._vertical else window.columns

    def sizeHint(self) -> QSize:
        """The size that was set; Qt would ask for hundreds of labels to find one."""
        return QSize(self.minimumWidth(), self.minimumHeight())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say whose row or column the pointer is on."""
        section = self.logicalIndexAt(event.position().toPoint())
        self.pointed.emit(
            self._entries.group(self.orientation(), section) if section >= 0 else None
        )
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is on no group."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the heads in sight, anew only when they have changed."""
        if self._theme is not None:
            self._picture.show(self.viewport(), self._key(), self._draw)

    def _draw(self, painter: QPainter) -> None:
        assert self._theme is not None
        painter.fillRect(self.rect(), QColor(self._theme.sheet))
        self._draw_sections(painter, self._theme)

    def _draw_sections(self, painter: QPainter, theme: Theme) -> None:
        raise NotImplementedError

    @property
    def _vertical(self) -> bool:
        return self.orientation() == Qt.Orientation.Vertical

    @property
    def _marked(self) -> bool:
        """Whether the sections are of groups, and so have a marker."""
        return self._entries.kind(self.orientation()) in ("observation", "group")

    def _key(self) -> tuple[object, ...]:
        """All that the heads depend on."""
        return (id(self._theme), self._lit, self.defaultSectionSize(), *self._entries.layout_key)

    def _sections(self, theme: Theme) -> list[_Section]:
        """The sections in sight."""
        seen = self.visible()
        labels = map(_short, self._entries.labels(self.orientation(), seen))
        groups = self._entries.groups(self.orientation(), seen)
        if groups is None or self._entries.matrix is None:
            return [_Section(k, label) for k, label in zip(seen, labels, strict=True)]
        J = self._entries.matrix.problem.J
        return [
            _Section(k, label, *theme.group(j, J)[::2], j == self._lit)
            for k, label, j in zip(seen, labels, groups.tolist(), strict=True)
        ]


class RowHeads(Heads):
    """The heads of the rows, and to their right the left bracket."""

    def __init__(self, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, model, parent)
        self._label_width = 0.0

    def forget(self) -> None:
        """Another matrix comes: its labels may be shorter."""
        self._label_width = 0.0

    def fit(self) -> None:
        """Make room for the labels in sight."""
        if self._theme is None or not self.count():
            return
        labels = [*map(_short, self._entries.labels(self.orientation(), self.visible()))]
        if self._entries.kind(self.orientation()) == "observation":
            labels = ["0" * len(str(self.count()))]
        widest = max(map(self._bold.width, labels), default=0.0)
        self._label_width = max(self._label_width, widest)
        width = round(self._label_width + self._marker * self._marked + 1.6 * self._unit)
        if width != self.minimumWidth():
            self.setFixedWidth(width)

    def _draw_sections(self, painter: QPainter, theme: Theme) -> None:
        """Labels flush right, markers, and the bracket."""
        height, strip = self.defaultSectionSize(), self._unit * 0.7
        right = self.width() - strip - self._marker * self._marked
        sections = self._sections(theme)
        first = sections[0].number if sections else 0
        y = height / 2 + self._plain.rise
        muted, ink = QColor(theme.muted), QColor(theme.ink)
        for section in sections:
            face = self._bold if section.lit else self._plain
            painter.setFont(face.font)
            painter.setPen(ink if section.lit else muted)
            x = right - face.width(section.label) - self._unit * 0.4
            painter.drawText(QPointF(x, y), section.label)
            if section.sign:
                painter.setPen(QColor(section.colour))
                painter.drawText(QPointF(right, y), section.sign)
            y += height
        seen = self.viewport().height()
        end = height * len(sections)
        whole = (first == 0, first + len(sections) == self.count() and end <= seen)
        box = QRectF(self.width() - strip, 0, strip, min(end, seen))
        draw_bracket(painter, box, Side.LEFT, whole, theme)


class ColumnHeads(Heads):
    """The heads of the columns, centred, and cut where they are too long."""

    def __init__(self, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, model, parent)

    def needed_width(self) -> float:
        """Pixels that the longest label in sight takes, up to a limit."""
        if self._theme is None or not self.count():
            return 0.0
        labels = self._entries.labels(self.orientation(), self.visible())
        widest = max((self._bold.width(_short(label)) for label in labels), default=0.0)
        return widest + self._marker * self._marked

    def _draw_sections(self, painter: QPainter, theme: Theme) -> None:
        """Marker and label in the middle of each column."""
        muted, ink = QColor(theme.muted), QColor(theme.ink)
        width, left = self.defaultSectionSize(), 0
        y = self.height() / 2 + self._plain.rise
        for section in self._sections(theme):
            face = self._bold if section.lit else self._plain
            marker = self._marker if section.sign else 0.0
            room, label = width - 2 - marker, section.label
            if face.width(label) > room:
                label = face.metrics.elidedText(label, Qt.TextElideMode.ElideRight, room)
            x = left + (width - face.width(label) - marker) / 2
            painter.setFont(face.font)
            if section.sign:
                painter.setPen(QColor(section.colour))
                painter.drawText(QPointF(x, y), section.sign)
            painter.setPen(ink if section.lit else muted)
            painter.drawText(QPointF(x + marker, y), label)
            left += width


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
