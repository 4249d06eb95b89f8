"""A figure that is drawn whole once; from then on only what moves is drawn, over a kept picture.

This module imports matplotlib; import it when a plot is first shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.plot_look import font_properties

SUBSCRIPT = re.compile(r"<sub>(.*?)</sub>")
"""The one piece of markup that a label may hold."""


@dataclass(frozen=True)
class Label:
    """Words on a plot. Qt sets them, ten times as fast as matplotlib and in the page's own font.

    Attributes
    ----------
    text : str
        May hold ``<sub>…</sub>``.
    x, y : float
        Where, in the canvas's pixels from its top left corner.
    colour : str
    size : str
        ``small``, ``body`` or ``large``.
    across, down : float
        Which point of the text lies there: 0 its left or top, ½ its middle, 1 its right or bottom.
    room : float or None
        Pixels that it may take; a longer text is elided.
    ground : str or None
        Colour behind it.
    group : int or None
        The group that it names.
    bold : bool
    leader : (x, y) or None
        A place that a hairline leads to from the text's left end.
    """

    text: str
    x: float
    y: float
    colour: str
    size: str = "small"
    across: float = 0.0
    down: float = 0.5
    room: float | None = None
    ground: str | None = None
    group: int | None = None
    bold: bool = False
    leader: tuple[float, float] | None = None


@dataclass(frozen=True)
class SetLabel:
    """A label as it was last painted: ``text`` is what there was room for."""

    label: Label
    text: str
    rect: QRectF

    @property
    def elided(self) -> bool:
        """Whether a part of the text had no room."""
        return self.text != self.label.text


class PlotCanvas(FigureCanvasQTAgg):
    """Keeps the picture of what stands still; draws the moving artists and the labels over it.

    Parameters
    ----------
    lay_out : callable
        Places the axes; called before each full draw.
    set_labels : callable
        Gives the labels; called after each full draw and each refresh.
    """

    def __init__(
        self,
        parent: QWidget,
        lay_out: Callable[[], None],
        set_labels: Callable[[], Iterable[Label]],
    ) -> None:
        super().__init__(Figure(dpi=parent.logicalDpiY()))  # type: ignore[no-untyped-call]
        self.setParent(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(1, 1)
        self.moving: list[Artist] = []
        self.full_draws = 0
        self.labels: list[SetLabel] = []
        self.on_key: Callable[[QKeyEvent], bool] = lambda event: False
        self.scrolled: Callable[[], bool] = lambda: False
        self._lay_out = lay_out
        self._set_labels = set_labels
        self._background: object | None = None
        self._fonts: dict[tuple[str, bool, bool], QFont] = {}
        self._metrics: dict[tuple[str, bool], QFontMetricsF] = {}
        self._widths: dict[tuple[str, str, bool], float] = {}
        self._theme: Theme | None = None

    @property
    def ratio(self) -> float:
        """The figure's pixels in one of the canvas's."""
        return float(self.device_pixel_ratio)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and fonts."""
        self._theme = theme
        self._fonts = {}
        self._metrics = {}
        self._widths = {}
        self.setPalette(QPalette(QColor(theme.sheet)))
        self.figure.set_facecolor(theme.sheet)

    # -- drawing

    def draw(self) -> None:
        """Draw everything, and keep the picture of what stands still."""
        if self._is_drawing:
            return
        self._lay_out()
        for artist in self.moving:
            artist.set_animated(True)
        super().draw()  # type: ignore[no-untyped-call]
        self.full_draws += 1
        self._widths = {}
        self._background = self.copy_from_bbox(self.figure.bbox)  # type: ignore[no-untyped-call]
        self._draw_moving()

    def draw_anew(self) -> None:
        """Draw everything at the next chance: a size, a theme, a view or the data changed."""
        self._background = None
        self.draw_idle()  # type: ignore[no-untyped-call]
        self.update()

    def refresh(self) -> None:
        """Draw the moving artists and the labels over the kept picture."""
        if self._background is None or self._draw_pending:
            self.draw_anew()
            return
        self.restore_region(self._background)  # type: ignore[no-untyped-call]
        self._draw_moving()
        self.update()

    def _draw_moving(self) -> None:
        renderer = self.get_renderer()  # type: ignore[no-untyped-call]
        for artist in self.moving:
            if artist.get_visible():
                artist.draw(renderer)
        self.labels = [self._set(label) for label in self._set_labels()]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the picture, and the labels on it."""
        super().paintEvent(event)  # type: ignore[no-untyped-call]
        painter = QPainter(self)
        for item in self.labels:
            label = item.label
            if label.ground:
                painter.fillRect(item.rect.adjusted(-2, 0, 2, 0), QColor(label.ground))
            painter.setPen(QColor(label.colour))
            if label.leader is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                end = QPointF(item.rect.left() - 2, item.rect.center().y())
                painter.drawLine(QPointF(*label.leader), end)
            self._write(painter, item)
        painter.end()

    # -- labels

    def metrics(self, size: str = "small", bold: bool = False) -> QFontMetricsF:
        """The measures of a text size."""
        known = self._metrics.get((size, bold))
        if known is None:
            known = self._metrics[size, bold] = QFontMetricsF(self._font(size, bold))
        return known

    def width_of(self, text: str, size: str = "small", bold: bool = False) -> float:
        """Pixels that a text takes."""
        known = self._widths.get((text, size, bold))
        if known is None:
            known = self._widths[text, size, bold] = sum(
                QFontMetricsF(self._font(size, bold, low)).horizontalAdvance(part)
                for part, low in _runs(text)
            )
        return known

    def _font(self, size: str, bold: bool, low: bool = False) -> QFont:
        font = self._fonts.get((size, bold, low))
        if font is None:
            assert self._theme is not None
            font = self._theme.font(size)
            font.setBold(bold)
            if low:
                font.setPointSizeF(0.75 * font.pointSizeF())
            self._fonts[size, bold, low] = font
        return font

    def _set(self, label: Label) -> SetLabel:
        metrics = self.metrics(label.size, label.bold)
        text, width = label.text, self.width_of(label.text, label.size, label.bold)
        if label.room is not None and width > label.room:
            plain, room = SUBSCRIPT.sub(r"\1", text), max(label.room, 0.0)
            text = metrics.elidedText(plain, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
        height = metrics.height()
        left, top = label.x - label.across * width, label.y - label.down * height
        return SetLabel(label, text, QRectF(left, top, width, height))

    def _write(self, painter: QPainter, item: SetLabel) -> None:
        label = item.label
        ascent = self.metrics(label.size, label.bold).ascent()
        x, y = item.rect.left(), item.rect.top() + ascent
        for part, low in _runs(item.text):
            font = self._font(label.size, label.bold, low)
            painter.setFont(font)
            painter.drawText(QPointF(x, y + (0.25 * ascent if low else 0.0)), part)
            x += QFontMetricsF(font).horizontalAdvance(part)

    def label_at(self, point: QPointF) -> SetLabel | None:
        """The label at a place, if there is one."""
        return next((item for item in self.labels if item.rect.contains(point)), None)

    # -- places

    def to_widget(self, axes: Axes, x: float, y: float) -> tuple[float, float]:
        """Where a point of the data lies, in the canvas's pixels from its top left corner."""
        px, py = axes.transData.transform((x, y))
        return px / self.ratio, self.height() - py / self.ratio

    def box(self, axes: Axes) -> QRectF:
        """Where axes lie on the canvas."""
        box, height = axes.bbox, self.height()
        x0, x1, y0, y1 = (value / self.ratio for value in (box.x0, box.x1, box.y0, box.y1))
        return QRectF(x0, height - y1, x1 - x0, y1 - y0)

    # -- events

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the window while Ctrl is down, and to a plot that must be scrolled."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or self.scrolled():
            event.ignore()
        else:
            super().wheelEvent(event)  # type: ignore[no-untyped-call]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on the keys that are not the plot's own."""
        if not self.on_key(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing is done on release."""
        event.ignore()

    # -- saving

    def save(self, path: Path, footer: str) -> None:
        """Write the picture as it is on screen, labels included, with a line below it.

        Raises
        ------
        OSError
            When the file cannot be written.
        ValueError
            When its suffix is none that matplotlib writes.
        """
        assert self._theme is not None
        width, height = max(self.width(), 1), max(self.height(), 1)
        foot_height = 1.6 * self.metrics().height()
        foot = Label(footer, foot_height / 2, height + foot_height / 4, self._theme.muted)
        texts: list[Artist] = [
            self.figure.text(
                item.rect.left() / width,
                1 - item.rect.center().y() / height,
                SUBSCRIPT.sub(r"$_{\\mathregular{\1}}$", item.text.replace("$", r"\$")),
                color=item.label.colour,
                va="center",
                font=font_properties(self._theme, item.label.size, item.label.bold),
            )
            for item in (*self.labels, self._set(foot))
        ]
        for item in self.labels:
            if item.label.leader is not None:
                x, y = item.label.leader
                ends = [x, item.rect.left() - 2], [y, item.rect.center().y()]
                line = Line2D(
                    [end / width for end in ends[0]],
                    [1 - end / height for end in ends[1]],
                    color=item.label.colour,
                    linewidth=0.75,
                )
                texts.append(self.figure.add_artist(line))
        inches = self.figure.get_size_inches()
        try:
            self.figure.savefig(
                path,
                dpi=2 * self.figure.dpi / self.ratio,
                facecolor=self._theme.sheet,
                bbox_inches=Bbox([[0, -foot_height / height * inches[1]], list(inches)]),
            )
        finally:
            for text in texts:
                text.remove()
            self.draw()


def _runs(text: str) -> list[tuple[str, bool]]:
    """Pieces of a text, and whether each is a subscript."""
    if "<sub>" not in text:
        return [(text, False)]
    pieces = SUBSCRIPT.split(text)
    return [(piece, bool(k % 2)) for k, piece in enumerate(pieces) if piece]
