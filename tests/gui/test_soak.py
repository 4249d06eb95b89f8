"""Seeded random actions, resizes and choices: nothing may fail, and Qt may not complain.

``STEPREML_SOAK=40`` makes it last 40 seconds.
"""

from __future__ import annotations

import gc
import os
import random
from collections import Counter
from pathlib import Path
from statistics import median
from time import monotonic

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from mlm_gui import history
from mlm_gui.theme import THEMES
from mlm_gui.typeset import typesetter

SECONDS = float(os.environ.get("STEPREML_SOAK", "5"))
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
        saves = isinstance(widget, QAbstractButton) and "Save" in widget.text()
        if widget.isVisible() and not saves:
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
            self.window.look.set_theme(self.chance.choice(THEMES))
        else:
            self.window.look.set_zoom(self.chance.choice((0.5, 1.0, 1.0, 1.5, 3.0)))

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


STATM = Path("/proc/self/statm")


def round_trip(window) -> None:
    """The same round every time: data, plots, looks, sizes, a whole run and back."""
    for name, theme, size in zip(
        ("rail", "dyestuff2", "handout"),
        THEMES,
        ((1024, 768), (1440, 900), (900, 700)),
        strict=True,
    ):
        window.open_data(name)
        window.look.set_theme(theme)
        window.resize(*size)
        for button in window.workspace.deck.buttons.values():
            button.click()
            QApplication.processEvents()
        while not window.session.at_end:
            window.session.next_iteration()
            QApplication.processEvents()
        window.session.first()
        QApplication.processEvents()


def test_memory_stays_level(opened, monkeypatch):
    monkeypatch.setattr(history, "LIMIT", 1)
    window = opened("handout", size=(1024, 768))

    def alive() -> Counter[str]:
        gc.collect()
        modules = (str(type(thing).__module__).partition(".")[0] for thing in gc.get_objects())
        return Counter(name for name in modules if name in ("mlm_gui", "solver", "matplotlib"))

    round_trip(window)
    typesetter().finish()
    round_trip(window)
    before, widgets = alive(), len(window.findChildren(QWidget))
    round_trip(window)
    assert alive() <= before
    assert len(window.findChildren(QWidget)) == widgets


@pytest.mark.skipif(not STATM.exists() or SECONDS < 40, reason="takes a long soak, and /proc")
def test_no_memory_is_lost_in_the_long_run(opened, monkeypatch):
    monkeypatch.setattr(history, "LIMIT", 1)
    window = opened("handout", size=(1024, 768))
    megabytes = []
    end = monotonic() + SECONDS
    while monotonic() < end or len(megabytes) < 8:
        round_trip(window)
        gc.collect()
        megabytes.append(int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20)
    half = len(megabytes) // 2
    assert median(megabytes[half:]) - median(megabytes[1:half]) < 10
