"""The frame of a plot: layers and controls, the canvas, and what can be done with the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QMenu,
    QMessageBox,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.files import ask_to_save, say, say_saved
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asking, add_explain
from mlm_gui.widgets.flow_layout import FlowLayout
from mlm_gui.widgets.hover_label import HoverLabel
from mlm_gui.widgets.layer_bar import LayerBar
from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_pointer import Host, Pointer
from mlm_gui.widgets.plot_view import STEP, View

if TYPE_CHECKING:
    from mlm_gui.widgets.plot_canvas import PlotCanvas

COMPACT = 0.16
"""The part of a pane's height that boxes may take before a menu stands for them."""


class PlotFrame(QWidget):
    """Bar, canvas and menu of a plot; matplotlib is loaded when the canvas is first asked for.

    Parameters
    ----------
    name : str
        What the plot is called.
    layers : LayerBar
    controls : sequence of QWidget
        Controls beside the layers.
    host : Host
        Who is told about the pointer.
    lay_out, labels : callable
        As of :class:`~mlm_gui.widgets.plot_canvas.PlotCanvas`.
    save : callable
        Writes the picture to a path.

    Signals
    -------
    size_asked : no value
        Save the plot at another size than the screen's.
    """

    size_asked = Signal()

    def __init__(
        self,
        name: str,
        layers: LayerBar,
        controls: Sequence[QWidget],
        host: Host,
        lay_out: Callable[[], None],
        labels: Callable[[], Iterable[Label]],
        save: Callable[[Path], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.layers = layers
        self.view = View()
        self._name, self._host, self.controls = name, host, tuple(controls)
        self._lay_out, self._labels, self._save = lay_out, labels, save
        self._canvas: PlotCanvas | None = None
        self._theme: Theme | None = None
        self._pointer: Pointer | None = None
        self.save_button = QToolButton(self)
        self.save_button.setText(self.tr("Save…"))
        self.save_button.setAccessibleName(self.tr("Save the picture: %1").replace("%1", name))
        self.save_button.setToolTip(self.tr("Save the picture as PNG, SVG or PDF"))
        self.save_button.setAutoRaise(True)
        self.save_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.save_button.clicked.connect(self.ask_and_save)
        self._bar = QWidget(self)
        layers.add_action(self.tr("Save the picture…"), self.ask_and_save)
        layers.add_action(self.tr("Save at a size…"), self.size_asked.emit)
        self._flow = FlowLayout(self._bar)
        self._bar_widgets = [*layers.widgets, *controls, self.save_button]
        for widget in self._bar_widgets:
            self._flow.addWidget(widget)
        self._empty = QLabel(self)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._stack, 1)
        self.hover = HoverLabel(self._scroll.viewport())
        self.whole_button = QToolButton(self._scroll.viewport())
        self.whole_button.setText(self.tr("Whole view"))
        self.whole_button.setToolTip(self.tr("Show the whole plot (0)"))
        self.whole_button.setAccessibleName(self.tr("Whole view: %1").replace("%1", name))
        self.whole_button.clicked.connect(self.show_whole)
        self.whole_button.setAutoRaise(True)
        self.whole_button.hide()

    # -- the canvas

    @property
    def canvas(self) -> PlotCanvas:
        """The canvas."""
        if self._canvas is None:
            from mlm_gui.widgets.plot_canvas import PlotCanvas

            assert self._theme is not None
            canvas = PlotCanvas(self, self._theme, self._lay_out, self._labels)
            self._canvas = canvas
            canvas.setAccessibleName(self._name)
            canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            canvas.customContextMenuRequested.connect(self._open_menu)
            canvas.scrolled = lambda: self._scroll.verticalScrollBar().maximum() > 0
            canvas.installEventFilter(self)
            host = self._host
            Asking(canvas, lambda place: host.pointed_number(), host.pointed_number)
            self._pointer = Pointer(canvas, self.view, self._host)
            self._scroll.setWidget(canvas)
            chain: list[QWidget] = [*self._bar_widgets, canvas, self.whole_button]
            for before, after in pairwise(chain):
                self.setTabOrder(before, after)
            self.hover.raise_()
        return self._canvas

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the button of the whole view in its corner; Esc for what is being dragged."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self._pointer is not None
            and self._pointer.holding
        ):
            event.accept()
            return True
        if event.type() == QEvent.Type.Resize:
            self._place_whole()
        return super().eventFilter(watched, event)

    def set_empty(self, text: str) -> None:
        """Show what to do in place of the plot; the plot when there is no text."""
        self._empty.setText(text)
        self._stack.setCurrentWidget(self._empty if text else self._scroll)

    def set_least_size(self, letters: float, lines: float) -> None:
        """Scroll the plot where there is less room than some letters and lines of text."""
        metrics = self.canvas.metrics()
        width, height = letters * metrics.averageCharWidth(), lines * metrics.height()
        self.canvas.setMinimumSize(round(width), round(height))

    def show_hover(self, text: str, place: QPointF) -> None:
        """Show values (HTML) beside a place of the canvas."""
        self.hover.show_at(text, self.canvas.mapTo(self._scroll.viewport(), place))

    def view_moved(self) -> None:
        """Offer the way back when a part is in view."""
        self.whole_button.setVisible(self.view.zoomed)
        self._place_whole()

    def show_whole(self) -> None:
        """Go back to the whole view."""
        if self.view.whole():
            self._host.view_moved()

    @property
    def corner(self) -> int:
        """Pixels that the button of the whole view takes in the upper right corner."""
        return 0 if self.whole_button.isHidden() else self.whole_button.width()

    def _place_whole(self) -> None:
        """At the right of the line that the title of the upright axis stands in."""
        self.whole_button.adjustSize()
        self.whole_button.move(self._scroll.viewport().width() - self.whole_button.width(), 0)
        self.whole_button.raise_()

    # -- looks

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        palette = QPalette(theme.palette)
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.sheet))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self.setFont(theme.font("small"))
        self._flow.setContentsMargins(theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        self._flow.setSpacing(theme.unit)
        for widget in self._bar_widgets:
            widget.setFont(theme.font("small"))
            widget.setPalette(theme.edged_palette)
        self.layers.apply_theme(theme)
        self._empty.setFont(theme.font())
        self._empty.setMargin(2 * theme.unit)
        self.hover.apply_theme(theme)
        if self._canvas is not None:
            self._canvas.apply_theme(theme)
        self._fit_bar()

    def set_bare(self, bare: bool) -> None:
        """Show the canvas alone, or with the bar above it."""
        self._bar.setHidden(bare)
        self._scroll.verticalScrollBar().setValue(0)
        self._fit_bar()

    def turn(self, by: int) -> bool:
        """Scroll to what is cut off below, or back; whether there was something."""
        bar = self._scroll.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + by * bar.pageStep())
        return bar.value() != before

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the boxes into a menu where they would take too much of the height."""
        super().resizeEvent(event)
        self._fit_bar()

    def _fit_bar(self) -> None:
        controls = [widget for widget in self.controls if not widget.isHidden()]
        lines, height = self._lines([*self.layers.boxes, *controls, self.save_button])
        compact = lines > 1 and lines * height > COMPACT * self.height()
        self.layers.set_compact(compact)
        self.save_button.setHidden(compact)

    def _lines(self, widgets: Sequence[QWidget]) -> tuple[int, int]:
        """How many lines widgets would take, and the height of one."""
        gap, lines, x, height = self._flow.spacing(), 1, 0, 0
        for hint in (widget.sizeHint() for widget in widgets):
            if x and x + hint.width() > self.width() - 2 * gap:
                lines, x = lines + 1, 0
            x += hint.width() + gap
            height = max(height, hint.height() + gap // 2)
        return lines, height

    # -- the picture

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        add_explain(menu, self.canvas, place)
        menu.exec(self.canvas.mapToGlobal(place))
        menu.deleteLater()

    def menu(self) -> QMenu:
        """What can be done with the plot."""
        menu = QMenu(self)
        hint = menu.addAction(
            self.tr("Wheel zooms, dragging pans, Shift and dragging zooms to a rectangle")
        )
        hint.setEnabled(False)
        menu.addSeparator()
        whole = menu.addAction(self.tr("Whole view") + "\t0", self.show_whole)
        whole.setEnabled(self.view.zoomed)
        menu.addAction(self.tr("Zoom in") + "\t+", lambda: self._zoom(STEP))
        menu.addAction(self.tr("Zoom out") + "\t−", lambda: self._zoom(1 / STEP))
        menu.addSeparator()
        menu.addAction(self.tr("Copy the picture"), self.copy)
        menu.addAction(self.tr("Save the picture…"), self.ask_and_save)
        menu.addAction(self.tr("Save at a size…"), self.size_asked.emit)
        return menu

    def _zoom(self, factor: float) -> None:
        if self.view.zoom(factor):
            self._host.view_moved()

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        QApplication.clipboard().setPixmap(self.canvas.grab())
        say(self, self.tr("Copied the picture."))

    def ask_and_save(self) -> None:
        """Ask for a file, and write the picture to it."""
        kinds = ["PNG (*.png)", "SVG (*.svg)", "PDF (*.pdf)"]
        suggested = self._name.lower().replace(" ", "-") + ".png"
        chosen, kind = ask_to_save(self, self.tr("Save the picture"), suggested, ";;".join(kinds))
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() not in (".png", ".svg", ".pdf"):
            path = path.with_name(path.name + "." + kind[:3].lower())
        try:
            self._save(path)
        except OSError as error:
            QMessageBox.warning(
                self,
                self.tr("The picture was not saved"),
                self.tr("%1 cannot be written: %2. Choose another folder or name.")
                .replace("%1", str(path))
                .replace("%2", error.strerror or str(error)),
            )
        else:
            say_saved(self, path)
