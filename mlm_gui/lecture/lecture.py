"""Lecture mode: what changes in the window when it is on a projector, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QFontInfo

from mlm_gui.lecture.caption import Caption
from mlm_gui.lecture.overlay import Overlay
from mlm_gui.lecture.stage import Stage
from mlm_gui.spotlight import Spot, after, block_of, cell_of
from mlm_gui.theme import Theme, load_theme
from mlm_gui.workspace import Arrangement, Layout
from solver import Refusal, Step
from solver.scenes.text import Part
from solver.scenes.values import SceneValues, Shown

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow

LEAST, SCREEN = 24, 1080
"""Pixels of the smallest text on a screen of so many lines."""

SMALLEST = 0.78
"""The smallest text there is, as a multiple of the body's: names beside a matrix in a formula."""


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
        self.spot = Spot()
        self._stage = Stage(None)
        self.caption = Caption()
        self.caption.hide()
        self.overlay = Overlay(window)
        window.add_above(self.caption)
        window.session.started.connect(self._on_started)
        window.session.moved.connect(self._on_moved)
        window.teaching.classroom.shown.connect(self._on_scene)
        window.workspace.spot_requested.connect(self._light)

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
            window.look.zoom,
            workspace.arrangement,
            workspace.layout_state,
            window.beside.sizes(),
            room.at if room.opened else None,
        )
        room.lecturing = True
        room.panel.hide()
        window.set_chrome(False)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        window.look.set_zoom(self.zoom(), remember=False)
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
        window.workspace.conceal(False)
        window.workspace.withhold(())
        self._light(Spot())
        window.workspace.timeline.show_notice("")
        room.lecturing = False
        if room.opened and before.at is None:
            room.close()
        window.look.set_zoom(before.zoom, remember=False)
        window.workspace.set_stage(())
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
        self._let_step()

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
        """Reveal what is hidden, turn the card's page; then the next scene, or the next step."""
        room = self._window.teaching.classroom
        self._on(room.next if room.opened else self._window.session.step)

    def step(self) -> None:
        """Reveal what is hidden, turn the card's page; then the next step, in a lesson, too."""
        self._on(self._window.session.step)

    def _on(self, then: Callable[[], None]) -> None:
        if self.overlay.black:
            self.overlay.set_black(False)
        elif not self.reveal() and not self._window.workspace.turn(1):
            then()

    def backward(self) -> None:
        """The card's page, the scene, or the step, before; nothing of it is hidden."""
        room = self._window.teaching.classroom
        self._back(room.previous if room.opened else self._window.session.back)

    def back(self) -> None:
        """The card's page, or the step, before, in a lesson, too; nothing of it is hidden."""
        self._back(self._window.session.back)

    def _back(self, then: Callable[[], None]) -> None:
        if self.overlay.black:
            self.overlay.set_black(False)
        elif not self._window.workspace.turn(-1):
            then()
            self.caption.reveal_all()
            self._window.workspace.withhold(())
            self._window.workspace.conceal(False)

    def reveal(self) -> bool:
        """Show the next number of the line, then all that the panes hide; whether one was seen."""
        if self.caption.reveal():
            self._window.workspace.withhold(self.caption.questions)
            return True
        workspace = self._window.workspace
        hidden = workspace.conceals
        if hidden:
            workspace.conceal(False)
        return hidden

    def toggle_black(self) -> None:
        """Black the screen, or not."""
        self.overlay.set_black(not self.overlay.black)

    def toggle_pointer(self) -> None:
        """Point with a dot, or not."""
        self.overlay.set_pointing(not self.overlay.pointing)

    def spotlight(self) -> None:
        """Light the next symbol in formula, matrix and plot together."""
        symbol = after(self.spot.symbol)
        self._light(Spot(symbol))
        self._window.workspace.timeline.show_notice(self.tr("lit: {}").format(symbol or "–"))

    def one_pane(self) -> None:
        """Show one pane alone; the next one when asked again."""
        self._stage.one()
        self._window.workspace.set_stage(self._stage.shown)

    def two_panes(self) -> None:
        """Show two panes side by side; another second one when asked again."""
        self._stage.two()
        self._window.workspace.set_stage(self._stage.shown)

    def _light(self, spot: Spot) -> None:
        if spot.group is None:
            spot = spot._replace(group=self._group)
        self.spot = spot
        self._window.workspace.show_spot(spot)
        self.caption.show_symbol(spot.symbol)

    def toggle_list(self) -> None:
        """Show the list of scenes, or hide it."""
        panel = self._window.teaching.classroom.panel
        panel.setVisible(panel.isHidden())
        panel.list_button.setChecked(panel.isVisible())

    def close_list(self) -> bool:
        """Hide the list of scenes; whether it was there."""
        there = self._window.teaching.classroom.panel.isVisible()
        if there:
            self.toggle_list()
        return there

    # -- following the window

    def _on_started(self, what: str) -> None:
        session = self._window.session
        self._values = SceneValues(session.problem, session.options)

    def _on_moved(self, new: Step, old: Step | None) -> None:
        if not self.on or self._window.teaching.classroom.staging:
            return
        self._window.workspace.conceal(old is not None and new.index > old.index)
        self._let_step()
        if self._window.teaching.classroom.opened:
            self.caption.show_numbers(self._shown(self._window.teaching.classroom.scene.line))
            self._window.workspace.withhold(self.caption.questions)

    def _on_scene(self) -> None:
        if not self.on:
            return
        room = self._window.teaching.classroom
        self._stage = Stage(room.scene if room.opened else None)
        self._window.workspace.conceal(True)
        self._window.workspace.set_stage(self._stage.shown)
        self._let_step()
        self._light(self._named_spot())
        self.caption.setVisible(room.opened)
        if room.opened:
            lesson = room.lessons[room.at[0]]
            title = f"{room.at[0] + 1} · {lesson.title} — {room.scene.title}"
            self.caption.show_line(title, room.scene.line, self._shown(room.scene.line))
        self._window.workspace.withhold(self.caption.questions if room.opened else ())

    def _let_step(self) -> None:
        """The key of a step reveals, too, also at the end of the run."""
        action = self._window.actions_by_name["step"]
        action.setEnabled(self.on or not self._window.session.at_end)

    @property
    def _group(self) -> int | None:
        """The group that the scene lights."""
        room, labels = self._window.teaching.classroom, self._window.session.problem.group_labels
        return labels.index(room.scene.group) if room.opened and room.scene.group else None

    def _named_spot(self) -> Spot:
        """What the scene lights."""
        room, session = self._window.teaching.classroom, self._window.session
        named = room.scene.spotlight if room.opened else None
        if named is None or (named.cell is None and not named.group):
            return Spot(named.symbol if named else "")
        matrix = session.current.matrix(named.symbol)
        if named.cell is not None:
            return cell_of(matrix, named.cell[0] - 1, named.cell[1] - 1)
        j = session.problem.group_labels.index(named.group)
        return block_of(matrix, j, j)

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
