"""Numbers that can be asked about: a sign under the pointer, a right click, and a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QMenu, QTextEdit, QWidget

from solver.quantity import Quantity


class Asked(NamedTuple):
    """A number that somebody asks about.

    Attributes
    ----------
    quantity : Quantity
    step : int or None
        The step at which it is shown; None for the present one.
    beside : bool
        Whether it is one of the run that a branch has left.
    """

    quantity: Quantity
    step: int | None = None
    beside: bool = False


class Untold(NamedTuple):
    """Why a number that somebody asks about has no account, as a sentence."""

    why: str


class Asking(QObject):
    """Lets a reader ask about the numbers of a widget.

    The request goes up to the pane that the widget is in, which sends it out.

    Parameters
    ----------
    widget : QWidget
    at : function
        The number at a place of the widget, in pixels; of a scrolled one of its viewport.
    current : function, optional
        The number that the keyboard is on.
    """

    asked = Signal(object)

    def __init__(
        self,
        widget: QWidget,
        at: Callable[[QPoint], Asked | Untold | None],
        current: Callable[[], Asked | Untold | None] = lambda: None,
    ) -> None:
        super().__init__(widget)
        self._widget, self.at, self.current = widget, at, current
        self._target = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        self._marked = False
        self._target.setMouseTracking(True)
        self._target.installEventFilter(self)
        if widget.contextMenuPolicy() == Qt.ContextMenuPolicy.DefaultContextMenu:
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            widget.customContextMenuRequested.connect(self._open_menu)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show by the pointer that a number can be explained."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._mark(isinstance(self.at(event.position().toPoint()), Asked))
        elif event.type() == QEvent.Type.Leave:
            self._mark(False)
        return False

    def here(self) -> Asked | Untold | None:
        """The number under the pointer."""
        return self.at(self._target.mapFromGlobal(QCursor.pos()))

    def ask(self, asked: Asked | Untold) -> None:
        """Send a request to the pane."""
        self.asked.emit(asked)
        above: QObject | None = self._widget
        while above is not None and not hasattr(above, "explain_requested"):
            above = above.parent()
        if above is not None:
            above.explain_requested.emit(asked)

    def _mark(self, marked: bool) -> None:
        if marked == self._marked:
            return
        self._marked = marked
        if marked:
            self._target.setCursor(Qt.CursorShape.WhatsThisCursor)
        else:
            self._target.unsetCursor()

    def _open_menu(self, place: QPoint) -> None:
        widget = self._widget
        menu = (
            widget.createStandardContextMenu() if isinstance(widget, QTextEdit) else QMenu(widget)
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(self._widget, QLabel):
            text = self._widget.text().strip("\u2007\u2008")
            copy = menu.addAction(_tr("Copy"), lambda: QGuiApplication.clipboard().setText(text))
            copy.setObjectName("copy")
        add_explain(menu, self._widget, place)
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(self._widget.mapToGlobal(place))


def nearer_end(asked: Asked | None, cell: QRect, place: QPoint) -> Asked | None:
    """Of the two ends of an interval in a cell, the one that a place is nearer to."""
    if asked is None or asked.quantity.place[-1:] != ("low",) or place.x() < cell.center().x():
        return asked
    quantity = asked.quantity
    return asked._replace(quantity=quantity._replace(place=(*quantity.place[:-1], "high")))


def asking_of(widget: QWidget) -> Asking | None:
    """How one asks about the numbers of a widget."""
    for child in widget.children():
        if isinstance(child, Asking):
            return child
    return None


def add_explain(menu: QMenu, widget: QWidget, place: QPoint) -> None:
    """Put "Explain this number" first in a menu, where there is one."""
    asking = asking_of(widget)
    asked = asking.at(place) if asking is not None else None
    if asking is None or not isinstance(asked, Asked):
        return
    first = menu.actions()[0] if menu.actions() else None
    action = menu.addAction(_tr("Explain this number"), lambda: asking.ask(asked))
    action.setObjectName("explain_number")
    if first is not None:
        menu.insertAction(first, action)
        menu.insertSeparator(first)


def ask_here(window: QWidget) -> bool:
    """Ask about the number under the pointer, else about that of the keyboard; whether there is.

    Where neither has an account, that one of them has none is asked about instead.
    """
    below = window.childAt(window.mapFromGlobal(QCursor.pos()))
    found = [
        *((asking, asking.here()) for asking in _askings(below)),
        *((asking, asking.current()) for asking in _askings(QApplication.focusWidget())),
    ]
    for kind in (Asked, Untold):
        for asking, asked in found:
            if isinstance(asked, kind):
                asking.ask(asked)
                return True
    return False


def _askings(widget: QWidget | None) -> Iterator[Asking]:
    """How one asks about the numbers of a widget and of those it lies in."""
    while widget is not None:
        asking = asking_of(widget)
        if asking is not None:
            yield asking
        widget = widget.parentWidget()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Asking", text)
