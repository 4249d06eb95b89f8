"""Seeded random actions, resizes and choices: nothing may fail, and Qt may not complain.

``STEPREML_SOAK=40`` makes it last 40 seconds.
"""

from __future__ import annotations

import os
import random
from time import monotonic

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from mlm_gui.theme import THEMES

SECONDS = float(os.environ.get("STEPREML_SOAK", "10"))
EXAMPLES = ("handout", "ceis", "radon", "dyestuff2", "rail", "sleepstudy", "salaries")
KEYS = (
    Qt.Key.Key_Right,
    Qt.Key.Key_Left,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Space,
    Qt.Key.Key_R,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
)
PANES = ("steps", "card", "matrices", "group_lines", "likelihood", "surface", "shrinkage")


class Reader:
    """Somebody who tries everything."""

    def __init__(self, window, seed: int) -> None:
        self.window = window
        self.chance = random.Random(seed)
        self.did: list[str] = []

    def act(self) -> None:
        deeds = (
            [self.key] * 6
            + [self.click] * 4
            + [self.hover] * 4
            + [self.plot, self.resize, self.data, self.look, self.options, self.pane, self.timeline]
        )
        deed = self.chance.choice(deeds)
        self.did.append(deed.__name__)
        deed()
        QApplication.processEvents()
        for dialog in self.window.findChildren(QDialog):
            dialog.close()

    def key(self) -> None:
        shift = Qt.KeyboardModifier.ShiftModifier
        modifiers = self.chance.choice([Qt.KeyboardModifier.NoModifier] * 4 + [shift])
        QTest.keyClick(self.focused(), self.chance.choice(KEYS), modifiers)

    def focused(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def place(self) -> tuple[QWidget, QPoint]:
        panel = self.window.findChild(QWidget, self.chance.choice(PANES))
        at = QPoint(self.chance.randrange(panel.width()), self.chance.randrange(panel.height()))
        child = panel.childAt(at) or panel
        return child, child.mapFrom(panel, at)

    def click(self) -> None:
        widget, at = self.place()
        name = f"{widget.objectName()} {getattr(widget, 'text', str)()}"
        if widget.isVisible() and "Save" not in name:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        popup = QApplication.activePopupWidget()
        if popup:
            popup.close()

    def hover(self) -> None:
        widget, at = self.place()
        if widget.isVisible():
            QTest.mouseMove(widget, at)

    def plot(self) -> None:
        self.chance.choice(list(self.window.workspace.deck.buttons.values())).click()

    def resize(self) -> None:
        self.window.resize(self.chance.randint(640, 2000), self.chance.randint(480, 1300))

    def data(self) -> None:
        self.window.open_data(self.chance.choice(EXAMPLES))

    def look(self) -> None:
        if self.chance.random() < 0.5:
            self.window.set_theme(self.chance.choice(THEMES))
        else:
            self.window.set_zoom(self.chance.choice((0.5, 1.0, 1.0, 1.5, 3.0)))

    def options(self) -> None:
        controls = self.window.controls
        self.chance.choice(list(controls.methods.values())).click()
        box = controls.algorithm
        box.setCurrentIndex(self.chance.randrange(box.count()))
        box.activated.emit(box.currentIndex())
        controls.speed.setValue(100)

    def pane(self) -> None:
        workspace = self.window.workspace
        name = self.chance.choice(list(workspace.panes))
        if self.chance.random() < 0.3:
            workspace.set_hidden(name, hidden=not workspace.is_hidden(name))
        elif self.chance.random() < 0.5:
            workspace.maximise(workspace.panes[name])
        else:
            workspace.restore()

    def timeline(self) -> None:
        line = self.window.workspace.timeline
        x = self.chance.randrange(max(line.width(), 1))
        QTest.mouseClick(
            line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, 5)
        )


def test_soak(opened):
    window = opened("handout", size=(1024, 768))
    reader = Reader(window, seed=3)
    end = monotonic() + SECONDS
    while monotonic() < end:
        reader.act()
    assert window.isVisible()
    assert len(reader.did) > 5
    window.session.pause()
    window.session.first()
    assert window.session.position == 0
