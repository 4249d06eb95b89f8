"""A figure that is drawn whole once; from then on only what moves is drawn, over a kept picture.

This module imports matplotlib; import it when a plot is first shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.plot_label import Label, Letters, SetLabel
from mlm_gui.widgets.plot_look import font_properties

BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""How the focus comes without the mouse."""


class PlotCanvas(FigureCanvasQTAgg):
    """Keeps the picture of what stands still; draws the moving artists and the labels over it.

    Parameters
    ----------
    theme : Theme
    lay_out : callable
        Places the axes; called before each full draw.
    set_labels : callable
        Gives the labels; called after each full draw and each refresh.
    """

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
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
        self._theme, self._letters = theme, Letters(theme)
        self._by_keyboard = False
        self.apply_theme(theme)

    @property
    def ratio(self) -> float:
        """The figure's pixels in one of the canvas's."""
        return float(self.device_pixel_ratio)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and fonts."""
        self._theme, self._letters = theme, Letters(theme)
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
        self._letters.forget()
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
        self.labels = [self._letters.set(label) for label in self._set_labels()]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the picture, and the labels on it."""
        super().paintEvent(event)  # type: ignore[no-untyped-call]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for item in self.labels:
            self._letters.paint(painter, item)
        if self._by_keyboard:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self._theme.ink), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go to the plot, when it was reached by key."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in BY_KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys go elsewhere."""
        super().focusOutEvent(event)
        self._by_keyboard = False
        self.update()

    # -- labels

    def metrics(self, size: str = "small") -> QFontMetricsF:
        """The measures of a text size."""
        return self._letters.metrics(size)

    def width_of(self, text: str, size: str = "small", bold: bool = False) -> float:
        """Pixels that a text takes."""
        return self._letters.width_of(text, size, bold)

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

    @property
    def foot_height(self) -> float:
        """Pixels that the line below a saved picture takes."""
        return 1.6 * self.metrics().height()

    def save(
        self,
        to: Path | IO[bytes],
        footer: str,
        *,
        kind: str | None = None,
        dpi: float | None = None,
    ) -> None:
        """Write the picture as it is on screen, labels included.

        Parameters
        ----------
        to : Path or file
        footer : str
            A line below the picture; none when it is empty.
        kind : str, optional
            ``png``, ``svg`` or ``pdf``; by the path's suffix without.
        dpi : float, optional
            Dots in an inch; twice the screen's without.

        Raises
        ------
        OSError
            When the file cannot be written.
        ValueError
            When its suffix is none that matplotlib writes.
        """
        width, height = max(self.width(), 1), max(self.height(), 1)
        below = self.foot_height if footer else 0.0
        foot = Label(footer, self._theme.unit, height + below / 4, self._theme.muted)
        texts: list[Artist] = [
            self.figure.text(
                item.rect.left() / width,
                1 - item.rect.center().y() / height,
                item.mathtext,
                color=item.label.colour,
                va="center",
                font=font_properties(self._theme, item.label.size, item.label.bold),
            )
            for item in (*self.labels, *([self._letters.set(foot)] if footer else []))
        ]
        for item in self.labels:
            if item.leader is not None:
                start, end = item.leader
                across = [start.x() / width, end.x() / width]
                up = [1 - start.y() / height, 1 - end.y() / height]
                line = Line2D(across, up, color=item.label.colour, linewidth=0.75)
                texts.append(self.figure.add_artist(line))
        inches = self.figure.get_size_inches()
        try:
            self.figure.savefig(
                to,
                format=kind,
                dpi=dpi or 2 * self.figure.dpi / self.ratio,
                facecolor=self._theme.sheet,
                bbox_inches=Bbox([[0, -below / height * inches[1]], list(inches)]),
                metadata={"Date": None} if kind == "svg" else None,
            )
        finally:
            for text in texts:
                text.remove()
            self.draw()
