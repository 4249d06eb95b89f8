"""Layers of a plot to tick; the boxes are its legend as well."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QCheckBox, QMenu, QToolButton, QWidget

from mlm_gui.theme import Theme


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    key : str
    name : str
        For the reader.
    tip : str
        What it shows.
    sample : str
        How it is drawn: ``point``, ``line``, ``dash``, ``dashdot``, ``dot``, ``arrow``, or
        empty.
    shown : bool
        Ticked at first.
    """

    key: str
    name: str
    tip: str
    sample: str = ""
    shown: bool = True


class LayerBar(QObject):
    """A box for each layer; one button with a menu of them where there is no room.

    The boxes and the button, ``widgets``, are to be laid out by the owner.

    Signals
    -------
    changed : str
        The layer with this key was ticked or unticked; empty when several were.
    """

    changed = Signal(str)

    def __init__(self, layers: Iterable[Layer], title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._layers = tuple(layers)
        self._menu = QMenu(title, parent)
        self._button = QToolButton(parent)
        self._button.setText(f"{title} ▾")
        self._button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._button.setAutoRaise(True)
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setMenu(self._menu)
        self._button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._button.setAccessibleName(title)
        self._actions: dict[str, QAction] = {}
        self._boxes: dict[str, QCheckBox] = {}
        self._choosing = False
        self._absent: set[str] = set()
        for layer in self._layers:
            self._add(layer, parent)
        self._button.hide()

    def _add(self, layer: Layer, parent: QWidget) -> None:
        action = QAction(layer.name, self._menu)
        action.setCheckable(True)
        action.setChecked(layer.shown)
        action.setToolTip(layer.tip)
        self._menu.addAction(action)
        box = QCheckBox(layer.name, parent)
        box.setChecked(layer.shown)
        box.setToolTip(layer.tip)
        box.setAccessibleName(layer.name)
        box.setAccessibleDescription(layer.tip)
        box.toggled.connect(action.setChecked)
        action.toggled.connect(box.setChecked)
        action.toggled.connect(lambda _on, key=layer.key: self._toggled(key))
        self._actions[layer.key] = action
        self._boxes[layer.key] = box

    @property
    def boxes(self) -> list[QCheckBox]:
        """The boxes of the layers that there are for the present data."""
        return [box for key, box in self._boxes.items() if key not in self._absent]

    @property
    def widgets(self) -> list[QWidget]:
        """The boxes, and the button that stands for them where there is no room."""
        return [*self.boxes, self._button]

    def shown(self, key: str) -> bool:
        """Whether a layer is ticked and can be."""
        action = self._actions[key]
        return action.isChecked() and action.isEnabled() and key not in self._absent

    @property
    def choice(self) -> tuple[str, ...]:
        """The layers that are ticked."""
        return tuple(key for key, action in self._actions.items() if action.isChecked())

    def choose(self, keys: Collection[str]) -> None:
        """Tick these layers and no others; ``changed`` is emitted once."""
        before = self.choice
        self._choosing = True
        for key, action in self._actions.items():
            action.setChecked(key in keys)
        self._choosing = False
        if self.choice != before:
            self.changed.emit("")

    def _toggled(self, key: str) -> None:
        if not self._choosing:
            self.changed.emit(key)

    def box(self, key: str) -> QCheckBox:
        """The box of a layer."""
        return self._boxes[key]

    def set_possible(self, key: str, possible: bool, tip: str | None = None) -> None:
        """Whether a layer can be ticked, and a tip that says why not."""
        usual = next(layer.tip for layer in self._layers if layer.key == key)
        for item in (self._actions[key], self._boxes[key]):
            item.setEnabled(possible)
            item.setToolTip(usual if tip is None else tip)

    def set_present(self, key: str, present: bool) -> None:
        """Whether there is such a layer for the present data; without, nothing is seen of it."""
        (self._absent.discard if present else self._absent.add)(key)
        self._actions[key].setVisible(present)
        self._boxes[key].setVisible(present and self._button.isHidden())

    def set_compact(self, compact: bool) -> None:
        """Show a button with a menu in place of the boxes."""
        if not self._layers or compact != self._button.isHidden():
            return
        for key, box in self._boxes.items():
            box.setVisible(not compact and key not in self._absent)
        self._button.setVisible(compact)

    def add_action(self, text: str, do: Callable[[], None]) -> None:
        """Put something else to do into the menu, below the layers."""
        self._menu.addSeparator()
        self._menu.addAction(text, do)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        size = QSize(round(2.5 * theme.unit), theme.unit)
        for layer in self._layers:
            box = self._boxes[layer.key]
            if layer.sample:
                box.setIconSize(size)
                box.setIcon(_sample(layer.sample, size, theme, box.devicePixelRatioF()))


def _sample(kind: str, size: QSize, theme: Theme, ratio: float) -> QIcon:
    """A short piece of how a layer is drawn."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width, middle = size.width(), size.height() / 2
    ink = QColor(theme.ink)
    weight = theme.unit / 5
    if kind == "point":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for part in (0.2, 0.5, 0.8):
            painter.drawEllipse(QPointF(part * width, middle), 1.1 * weight, 1.1 * weight)
    else:
        pen = QPen(ink, weight if kind == "line" else 0.7 * weight)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if kind == "dash":
            pen.setDashPattern([5.0, 2.5])
        elif kind == "dashdot":
            pen.setDashPattern([7.0, 1.8, 1.4, 1.8])
        elif kind == "dot":
            pen.setDashPattern([1.5, 1.8])
        painter.setPen(pen)
        painter.drawLine(QPointF(0, middle), QPointF(width, middle))
        if kind == "arrow":
            tip, barb = QPointF(width - 0.5, middle), size.height() * 0.32
            painter.drawLine(tip, QPointF(tip.x() - 1.3 * barb, middle - barb))
            painter.drawLine(tip, QPointF(tip.x() - 1.3 * barb, middle + barb))
    painter.end()
    return QIcon(pixmap)
