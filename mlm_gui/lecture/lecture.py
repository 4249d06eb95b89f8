"""Lecture mode: what changes in the window when it is on a projector, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QFontInfo

from mlm_gui.lecture.caption import Caption
from mlm_gui.lecture.overlay import Overlay
from mlm_gui.panels.card import CardPanel
from mlm_gui.spotlight import after
from mlm_gui.theme import Theme, load_theme
from mlm_gui.workspace import Arrangement, Layout, on_stage
from solver import Refusal, Step
from solver.scenes.text import Part
from solver.scenes.values import SceneValues, Shown

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow

LEAST, SCREEN = 24, 1080
"""Pixels of the smallest text on a screen of so many lines."""

SMALLEST = 0.78
"""The smallest text there is, as a multiple of the body's: names beside a matrix in a formula."""

WITHOUT_LESSON = ("card", "group_lines")
"""Panes of a lecture that follows no lesson."""


@dataclass(frozen=True, eq=False)
class Before:
    """The window as it was."""

    state: Qt.WindowState
    geometry: QRect
    zoom: float
    arrangement: Arrangement
    layout: Layout
    sides: list[int]
    at: tuple[int, int] | None


class Lecture(QObject):
    """The window as a lecturer has it.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before: Before | None = None
        self._values: SceneValues | None = None
        self.symbol = ""
        self.caption = Caption()
        self.caption.hide()
        self.overlay = Overlay(window)
        window.add_above(self.caption)
        window.session.started.connect(self._on_started)
        window.session.moved.connect(self._on_moved)
        window.teaching.classroom.shown.connect(self._on_scene)

    @property
    def on(self) -> bool:
        """Whether the window is as for a lecture."""
        return self._before is not None

    def toggle(self) -> None:
        """Begin a lecture, or end it."""
        if self.on:
            self.end()
        else:
            self.begin()

    def begin(self) -> None:
        """Make all large, and leave one or two panes."""
        window, room = self._window, self._window.teaching.classroom
        workspace = window.workspace
        self._before = Before(
            window.windowState(),
            window.geometry(),
            window.zoom,
            workspace.arrangement,
            workspace.layout_state,
            window.beside.sizes(),
            room.at if room.opened else None,
        )
        room.lecturing = True
        room.panel.hide()
        window.set_chrome(False)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        window.set_zoom(self.zoom(), remember=False)
        workspace.set_bare(True)
        workspace.show_only(on_stage(room.scene.panes if room.opened else WITHOUT_LESSON))
        self._on_started("")
        self._on_scene()

    def end(self) -> None:
        """Bring back the window as it was before."""
        before, self._before = self._before, None
        if before is None:
            return
        window, room = self._window, self._window.teaching.classroom
        self.overlay.set_black(False)
        self.overlay.set_pointing(False)
        self.caption.hide()
        self._card.conceal(False)
        self._light("")
        room.lecturing = False
        if room.opened and before.at is None:
            room.close()
        window.workspace.set_bare(False)
        window.set_zoom(before.zoom, remember=False)
        window.set_chrome(True)
        window.setWindowState(before.state)
        if before.state == Qt.WindowState.WindowNoState:
            window.setGeometry(before.geometry)
        window.workspace.rearrange(before.arrangement)
        room.panel.setVisible(room.opened)
        window.beside.setSizes(before.sides)
        window.workspace.layout_state = before.layout
        if room.opened and room.at != before.at:
            room.show(room.at)

    def zoom(self) -> float:
        """The zoom at which the smallest text can be read from the last row."""
        screen = self._window.screen()
        lines = screen.size().height() if screen is not None else SCREEN
        body = QFontInfo(load_theme(self._window.theme.key).font()).pixelSize()
        return LEAST * max(lines, self._window.height()) / SCREEN / SMALLEST / body

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.caption.apply_theme(theme)
        self.overlay.set_look(theme.accent, 0.6 * theme.unit)

    # -- what the lecturer does

    def forward(self) -> None:
        """Reveal what is hidden; then the next scene, or the next step."""
        if self.overlay.black:
            self.overlay.set_black(False)
        elif not self.reveal():
            if self._window.teaching.classroom.opened:
                self._window.teaching.classroom.next()
            else:
                self._window.session.step()

    def backward(self) -> None:
        """The scene, or the step, before."""
        if self.overlay.black:
            self.overlay.set_black(False)
        elif self._window.teaching.classroom.opened:
            self._window.teaching.classroom.previous()
        else:
            self._window.session.back()

    def reveal(self) -> bool:
        """Show the next number that is hidden; whether there was one."""
        if self.caption.reveal():
            return True
        hidden = self._card.concealed and self._window.workspace.panes["card"].isVisible()
        self._card.conceal(False)
        return hidden

    def toggle_black(self) -> None:
        """Black the screen, or not."""
        self.overlay.set_black(not self.overlay.black)

    def toggle_pointer(self) -> None:
        """Point with a dot, or not."""
        self.overlay.set_pointing(not self.overlay.pointing)

    def spotlight(self) -> None:
        """Light the next symbol in formula, matrix and plot together."""
        self._light(after(self.symbol))

    def _light(self, symbol: str) -> None:
        self.symbol = symbol
        self._window.workspace.show_symbol(symbol)
        self.caption.show_symbol(symbol)

    def toggle_list(self) -> None:
        """Show the list of scenes, or hide it."""
        panel = self._window.teaching.classroom.panel
        panel.setVisible(panel.isHidden())
        panel.list_button.setChecked(panel.isVisible())

    # -- following the window

    def _on_started(self, what: str) -> None:
        session = self._window.session
        self._values = SceneValues(session.problem, session.options)

    def _on_moved(self, new: Step, old: Step | None) -> None:
        if not self.on or self._window.teaching.classroom.staging:
            return
        self._card.conceal(old is not None and new.index > old.index)
        if self._window.teaching.classroom.opened:
            self.caption.show_numbers(self._shown(self._window.teaching.classroom.scene.line))

    def _on_scene(self) -> None:
        if not self.on:
            return
        room = self._window.teaching.classroom
        self._card.conceal(True)
        self.caption.setVisible(room.opened)
        if room.opened:
            lesson = room.lessons[room.at[0]]
            title = f"{room.at[0] + 1} · {lesson.title} — {room.scene.title}"
            self.caption.show_line(title, room.scene.line, self._shown(room.scene.line))

    def _shown(self, line: Sequence[Part]) -> dict[str, Shown]:
        step, values = self._window.session.current, self._values
        shown: dict[str, Shown] = {}
        for part in line:
            if part.kind == "value" and values is not None:
                try:
                    shown[part.text] = values.show(part.text, step)
                except Refusal:
                    shown[part.text] = Shown("–")
        return shown

    @property
    def _card(self) -> CardPanel:
        panel = self._window.workspace.panes["card"].panel
        assert isinstance(panel, CardPanel)
        return panel
