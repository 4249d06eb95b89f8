"""Mouse and keys on a plot: what the pointer is on, clicks, zoom and pan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from mlm_gui.widgets.asking import Asked, Untold
from mlm_gui.widgets.plot_view import STEP, View

if TYPE_CHECKING:
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.widgets.plot_canvas import PlotCanvas

PAN = 0.15
"""The part of the view that a key pans."""

ARROWS = {
    Qt.Key.Key_Left: (-PAN, 0.0),
    Qt.Key.Key_Right: (PAN, 0.0),
    Qt.Key.Key_Up: (0.0, PAN),
    Qt.Key.Key_Down: (0.0, -PAN),
}


class Pointed(NamedTuple):
    """What the pointer is on: its values as HTML, the group and the step that it belongs to.

    A click on it keeps the group lit, or goes to the step. ``asked`` is the number that can be
    explained there; of a group without it, its û.
    """

    text: str
    group: int | None = None
    step: int | None = None
    asked: Asked | Untold | None = None


class Host(Protocol):
    """Who is told."""

    def pointer_moved(self, at: MouseEvent) -> None:
        """The pointer is there, with no button down."""

    def pointer_left(self) -> None:
        """The pointer is no longer on the plot."""

    def pointed_number(self) -> Asked | Untold | None:
        """The number under the pointer."""

    def clicked(self, at: MouseEvent) -> None:
        """The left button was pressed and released in one place."""

    def view_moved(self) -> None:
        """Another part is in view."""

    def take_hold(self, at: MouseEvent) -> bool:
        """The left button went down there; whether what is there can be moved up and down."""

    def move_held(self, at: MouseEvent) -> None:
        """What is held is to be there."""

    def let_go(self, dropped: bool) -> None:
        """What is held is left where it is, or where it was."""

    def escaped(self) -> None:
        """Escape was pressed."""


class Pointer:
    """Turns the canvas's events into calls of the host.

    Wheel, ``+`` and ``−`` zoom, dragging and Alt with an arrow pan, dragging with Shift zooms to a
    rectangle, ``0`` shows the whole.
    """

    def __init__(self, canvas: PlotCanvas, view: View, host: Host) -> None:
        self._canvas, self._view, self._host = canvas, view, host
        self._pressed: tuple[float, float] | None = None
        self._dragging = False
        self._rectangle = False
        self._holding = False
        canvas.on_key = self.key
        canvas.mpl_connect("motion_notify_event", self._moved)
        canvas.mpl_connect("button_press_event", self._press)
        canvas.mpl_connect("button_release_event", self._release)
        canvas.mpl_connect("scroll_event", self._scroll)
        canvas.mpl_connect("figure_leave_event", self._left)

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key says; whether it was the plot's own."""
        key, changed = event.key(), False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            changed = self._view.zoom(STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            changed = self._view.zoom(1 / STEP)
        elif key == Qt.Key.Key_0:
            changed = self._view.whole()
        elif key == Qt.Key.Key_Escape and self._holding:
            self._holding, self._pressed = False, None
            self._host.let_go(False)
        elif key == Qt.Key.Key_Escape:
            self._host.escaped()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and Qt.Key(key) in ARROWS:
            changed = self._view.pan(*ARROWS[Qt.Key(key)])
        else:
            return False
        if changed:
            self._host.view_moved()
        return True

    @property
    def holding(self) -> bool:
        """Whether a mark of the plot is being dragged."""
        return self._holding

    def _press(self, at: MouseEvent) -> None:
        if at.button == 1 and not at.dblclick:
            self._pressed, self._dragging, self._down = (at.x, at.y), False, at
            self._rectangle = bool(_gui(at).modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._view.grab(at)

    def _moved(self, at: MouseEvent) -> None:
        if self._pressed is None:
            self._host.pointer_moved(at)
            return
        x, y = self._pressed
        far = QApplication.startDragDistance() * self._canvas.ratio
        if not self._dragging and max(abs(at.x - x), abs(at.y - y)) < far:
            return
        if not self._dragging and not self._rectangle and abs(at.y - y) > abs(at.x - x):
            self._holding = self._host.take_hold(self._down)
        self._dragging = True
        if self._holding:
            self._host.move_held(at)
            return
        self._host.pointer_left()
        if self._rectangle:
            box = (min(x, at.x), self._canvas.figure.bbox.height - max(y, at.y))
            self._canvas.drawRectangle((*box, abs(at.x - x), abs(at.y - y)))  # type: ignore[no-untyped-call]
        elif self._view.drag(at):
            self._host.view_moved()

    def _release(self, at: MouseEvent) -> None:
        if at.button != 1 or self._pressed is None:
            return
        (x, y), self._pressed = self._pressed, None
        if self._holding:
            self._holding = False
            self._host.let_go(True)
        elif not self._dragging:
            self._host.clicked(at)
        elif self._rectangle:
            self._canvas.drawRectangle(None)  # type: ignore[no-untyped-call]
            if self._view.zoom_to(x, y, at.x, at.y):
                self._host.view_moved()
        self._view.release()

    def _scroll(self, at: MouseEvent) -> None:
        notches = max(-3.0, min(3.0, at.step))
        if self._view.zoom(STEP**notches, at):
            self._host.view_moved()

    def _left(self, at: MouseEvent) -> None:
        self._host.pointer_left()


def _gui(at: MouseEvent) -> QMouseEvent:
    gui: Any = at.guiEvent
    return gui  # type: ignore[no-any-return]
