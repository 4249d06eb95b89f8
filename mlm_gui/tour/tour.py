"""The tour: stop after stop beside the real things, in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)

from mlm_gui.keys import kept_keys
from mlm_gui.tour.callout import Callout, Pointer, beside
from mlm_gui.workspace import Arrangement
from solver.lessons import tour_stops

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow
    from mlm_gui.theme import Theme
    from solver import Step

Key = Qt.Key

WRITTEN_IN = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)
"""Controls that keep all keys but Esc."""

MOVED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Tour(QObject):
    """One walk through the stops; it leaves nothing behind.

    Parameters
    ----------
    window : MainWindow
        Once it is filled.

    Signals
    -------
    ended : no value
    """

    ended = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.stops = tour_stops()
        self.at = 0
        self.pointer, self.callout = Pointer(window), Callout(window)
        self.callout.next_requested.connect(self.next)
        self.callout.back_requested.connect(self.back)
        self.callout.close_requested.connect(self.close)
        workspace = window.workspace
        self._before = workspace.arrangement
        self._during = Arrangement("group_lines", frozenset(), None)
        workspace.rearrange(self._during)
        self._came_from = window.session.position
        window.session.first()
        self._place_soon = QTimer(self)
        self._place_soon.setSingleShot(True)
        self._place_soon.setInterval(0)
        self._place_soon.timeout.connect(self._place)
        window.session.moved.connect(self._on_moved)
        workspace.arranged.connect(self._place_soon.start)
        self._application = QApplication.instance()
        assert self._application is not None
        self._application.installEventFilter(self)
        self.apply_theme(window.theme)
        self._show()

    def next(self) -> None:
        """On to the next stop, or the end."""
        if self.at + 1 < len(self.stops):
            self.at += 1
            self._show()
        else:
            self.close()

    def back(self) -> None:
        """To the stop before."""
        if self.at > 0:
            self.at -= 1
            self._show()

    def close(self) -> None:
        """End the tour; the panes are as they were, unless the reader has moved them."""
        assert self._application is not None
        self._application.removeEventFilter(self)
        workspace, session = self._window.workspace, self._window.session
        session.moved.disconnect(self._on_moved)
        workspace.arranged.disconnect(self._place_soon.start)
        self._place_soon.stop()
        for widget in (self.callout, self.pointer):
            widget.hide()
            widget.deleteLater()
        if workspace.arrangement == self._during:
            workspace.rearrange(self._before)
        if self._came_from:
            session.go(self._came_from)
        self._window.take_focus()
        self.ended.emit()
        self.deleteLater()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._gap = 2 * theme.unit
        self.callout.apply_theme(theme)
        self.pointer.apply_theme(theme)
        self._place_soon.start()

    # -- inside

    def _show(self) -> None:
        stop = self.stops[self.at]
        self.callout.show_stop(stop.heading, stop.text, self.at + 1, len(self.stops))
        self._place()
        self.callout.next.setFocus()
        said = f"{self.callout.accessibleName()}. {stop.text}"
        event = QAccessibleAnnouncementEvent(self.callout, said)
        QAccessible.updateAccessibility(event)

    def _place(self) -> None:
        """Put the callout beside its target."""
        window = self._window
        target = self.target()
        room = window.rect()
        place = beside(target, self.callout.size_in(room.size()), room, self._gap)
        self.callout.setGeometry(place)
        self.pointer.setGeometry(room)
        self.pointer.point(target, place)
        for widget in (self.pointer, self.callout):
            widget.show()
            widget.raise_()

    def target(self) -> QRect:
        """The part of the window that the stop is about; empty where it cannot be seen."""
        window = self._window
        workspace, name = window.workspace, self.stops[self.at].at
        if name == "learn":
            bar = window.menuBar()
            place = bar.actionGeometry(window.menu("Learn").menuAction())
            return place.translated(bar.mapTo(window, QPoint(0, 0))) if bar.isVisible() else QRect()
        widget: QWidget
        if name == "step":
            widget = window.controls.button("step")
        else:
            widget = workspace.deck if name == "plots" else workspace.panes[name]
        workspace.bring_into_sight(widget)
        return _seen(widget, window) if widget.isVisible() else QRect()

    def _on_moved(self, new: Step, old: Step | None) -> None:
        forward = old is not None and new.index > old.index
        if forward and self.stops[self.at].waits == "step":
            QTimer.singleShot(0, self, self.next)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the tour's keys from the window, and follow what moves."""
        kind = event.type()
        if kind in MOVED and isinstance(watched, QWidget):
            if watched is self._window or watched is self._window.workspace:
                self._place_soon.start()
            return False
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if not isinstance(watched, QWidget) or not isinstance(event, QKeyEvent):
            return False
        asked = self._asked(watched, event)
        if asked is None:
            return False
        event.accept()
        if kind == QEvent.Type.KeyPress:
            asked()
        return True

    def _asked(self, watched: QWidget, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key asks the tour to do; None where it is the window's or a control's."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if watched.window() is not self._window or not plain or QApplication.activePopupWidget():
            return None
        key = Key(event.key())
        if key == Key.Key_Escape:
            return self.close
        if isinstance(watched, WRITTEN_IN) or key in kept_keys(watched):
            return None
        if key in (Key.Key_Return, Key.Key_Enter):
            if isinstance(watched, QPushButton) and self.callout.isAncestorOf(watched):
                return watched.click
            return self.next
        if key == Key.Key_Left and self.stops[self.at].waits != "step":
            return self.back
        session = self._window.session
        waiting = self.stops[self.at].waits == "step" and not session.at_end
        return self.next if key == Key.Key_Right and not waiting else None


def _seen(widget: QWidget, window: QWidget) -> QRect:
    """The part of a window in which something in it is seen, whatever stands over it."""
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    around = widget.parentWidget()
    while around is not None and around is not window:
        place &= QRect(around.mapTo(window, QPoint(0, 0)), around.size())
        around = around.parentWidget()
    return place & window.rect()
