"""Which keys a focused control keeps for itself; all others work in the whole window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QWidget,
)

Key = Qt.Key

ARROWS = frozenset({Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down})
PAGES = frozenset({Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown})
ENTER = frozenset({Key.Key_Return, Key.Key_Enter})
LETTERS = frozenset(map(Key, map(ord, "BEHNPQRSTW ")))

KEPT: tuple[tuple[type[QWidget], frozenset[Qt.Key]], ...] = (
    (QAbstractItemView, ARROWS | PAGES | ENTER),
    (QAbstractSlider, ARROWS | PAGES),
    (QAbstractSpinBox, ARROWS | PAGES),
    (QComboBox, ARROWS | PAGES | LETTERS),
    (QAbstractButton, frozenset({Key.Key_Space})),
)
"""Keys by kind of control. Line edits see to theirs themselves."""

PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


def kept_keys(widget: QWidget) -> frozenset[Qt.Key]:
    """The keys that a control uses itself while it has the focus."""
    keys = next((keys for kind, keys in KEPT if isinstance(widget, kind)), frozenset[Qt.Key]())
    return keys | ARROWS if _one_of_several(widget) else keys


def lead_to(widget: QWidget) -> None:
    """Give a control the focus as the Tab key does: one sees where it is."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    widget.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)


def _one_of_several(widget: QWidget) -> bool:
    """Whether it is a button of an exclusive group, in which one moves by the arrows."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive()


class KeyKeeper(QObject):
    """Lets the control that has the focus have its keys before the window's shortcuts.

    A button keeps its keys where the Tab key led to it, not where it was clicked, or where the
    focus came from a control that is hidden now.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._application = application
        application.focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        strayed = old is not None and not old.isVisible()
        unled = bool(self._application.mouseButtons()) or strayed
        if new is not None and kept_keys(new) and not (unled and isinstance(new, QAbstractButton)):
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a key from the shortcuts."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
            and event.modifiers() in PLAIN
            and event.key() in kept_keys(watched)
        ):
            event.accept()
            return True
        return False
