"""Brings the window to the state of a scene, and back to what the reader had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSplitter

from mlm_gui.lessons_view.lesson_panel import LessonPanel
from mlm_gui.lessons_view.scene_page import prepare
from mlm_gui.panels.group_lines import GroupLinesPanel
from mlm_gui.panels.matrices import MatricesPanel, MatrixChoice
from mlm_gui.session import Session
from mlm_gui.settings import Settings
from mlm_gui.theme import Theme
from mlm_gui.workspace import Arrangement, Layout, Workspace
from solver import Analysis, Options, Step, Trace, steps
from solver.scenes.content import Lesson, Scene, built_in_lessons
from solver.scenes.text import Block
from solver.scenes.values import SceneValues

ROOM = 100
"""Width of the workspace, in units of the theme, below which the rail of steps has no room."""

GLIDE = 280
"""Milliseconds that lines take from one scene to the next."""

SHARE = 0.36
"""The part of the window's width that the lesson has."""


@dataclass(frozen=True, eq=False)
class Run:
    """A run that a scene needs, kept for when one comes back to it."""

    analysis: Analysis
    trace: Trace
    values: SceneValues


@dataclass(frozen=True, eq=False)
class Kept:
    """What the reader had before the lessons."""

    analysis: Analysis
    trace: Trace
    position: int
    arrangement: Arrangement
    layout: Layout
    layers: tuple[str, ...]
    matrices: MatrixChoice


class Classroom(QObject):
    """The lessons of a window.

    Parameters
    ----------
    session : Session
    workspace : Workspace
    beside : QSplitter
        Holds the workspace; the lesson goes to its left.
    settings : Settings
        Remembers the scene.

    Signals
    -------
    begun, ended : no value
        The reader's own run is laid aside; it is back.
    shown : no value
        A scene is on screen, or none any more.
    """

    begun = Signal()
    ended = Signal()
    shown = Signal()

    def __init__(
        self, session: Session, workspace: Workspace, beside: QSplitter, settings: Settings
    ) -> None:
        super().__init__(beside)
        self._session, self._workspace, self._beside = session, workspace, beside
        self._settings = settings
        self.lessons: Sequence[Lesson] = built_in_lessons()
        self.at = self._remembered()
        self.panel = LessonPanel()
        self.panel.hide()
        self.panel.show_lessons(self.lessons)
        self._beside.insertWidget(0, self.panel)
        self._kept: Kept | None = None
        self._claimed = False
        self._unit = 8
        self.staging = False
        self.lecturing = False
        self._runs: dict[tuple[object, Options], Run] = {}
        self.panel.scene_requested.connect(lambda lesson, scene: self.show((lesson, scene)))
        self.panel.next_requested.connect(self.next)
        self.panel.previous_requested.connect(self.previous)
        self.panel.return_requested.connect(lambda: self.show(self.at))
        self.panel.close_requested.connect(self.close)
        session.started.connect(self._on_started)
        session.moved.connect(self._on_moved)

    @property
    def opened(self) -> bool:
        """Whether a lesson is on screen."""
        return self._kept is not None

    @property
    def aside(self) -> Kept | None:
        """What the reader laid aside; None where the data on screen are the reader's own."""
        source = self._session.analysis.choices.source
        staged = not self._claimed and any(
            run.analysis.choices.source == source for run in self._runs.values()
        )
        return self._kept if staged else None

    @property
    def scene(self) -> Scene:
        """The scene on screen, or the one that will be."""
        return self.lessons[self.at[0]].scenes[self.at[1]]

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._unit = theme.unit
        self.panel.apply_theme(theme)

    def claim(self) -> None:
        """The data on screen were saved, or opened from a session: they are the reader's own."""
        if self.opened and not self.staging:
            self._claimed = True
            trace = self._session.home.trace
            self._runs = {key: run for key, run in self._runs.items() if run.trace is not trace}

    def toggle(self) -> None:
        """Open the lessons where one left off, or close them."""
        if self.opened:
            self.close()
        else:
            self.show(self.at)

    def next(self) -> None:
        """One scene on, into the next lesson at the end of one."""
        lesson, scene = self.at
        if not self.opened:
            self.show(self.at)
        elif scene + 1 < len(self.lessons[lesson].scenes):
            self.show((lesson, scene + 1))
        elif lesson + 1 < len(self.lessons):
            self.show((lesson + 1, 0))

    def previous(self) -> None:
        """One scene back."""
        lesson, scene = self.at
        if not self.opened:
            self.show(self.at)
        elif scene > 0:
            self.show((lesson, scene - 1))
        elif lesson > 0:
            self.show((lesson - 1, len(self.lessons[lesson - 1].scenes) - 1))

    def take(self, lessons: Sequence[Lesson]) -> None:
        """Show other lessons, from their first scene."""
        self.lessons = lessons
        self.panel.show_lessons(lessons)
        self.show((0, 0))

    def show(self, at: tuple[int, int]) -> None:
        """Show a scene: data, step, panes, layers and matrices, and its page.

        Raises
        ------
        Refusal
            When the scene's state cannot be reached; everything stays as it is.
        """
        scene = self.lessons[at[0]].scenes[at[1]]
        run = self._run(scene)
        position = scene.position(run.trace)
        self._keep()
        self.at = at
        self.staging, self._claimed = True, False
        try:
            self._stage(scene, run, position)
        finally:
            self.staging = False
        self.panel.show_scene(self.lessons, at, run.values, self._session.current)
        self.panel.show_away(False)
        self._settings.scene = at
        self._prepare_next()
        self.shown.emit()

    def close(self) -> None:
        """Leave the lessons: all is as it was, but for other data that the reader has opened."""
        kept, aside = self._kept, self.aside
        self._kept, self._claimed = None, False
        if kept is None:
            return
        self.panel.hide()
        self._group_lines.glide = 0
        session, staged = self._session, aside is not None
        if staged and session.trace is kept.trace:
            session.go(kept.position)
        elif staged:
            session.open(kept.analysis, "", kept.trace, kept.position)
        self._workspace.rearrange(kept.arrangement)
        self._group_lines.layers.choose(kept.layers)
        self._matrices.choose(kept.matrices)
        self._workspace.show_group(None)
        self._workspace.layout_state = kept.layout
        self.ended.emit()
        self.shown.emit()

    # -- inside

    def _stage(self, scene: Scene, run: Run, position: int) -> None:
        session, workspace = self._session, self._workspace
        before = self._group_lines.picture()
        if session.trace is run.trace:
            session.go(position)
        else:
            session.open(run.analysis, "", run.trace, position)
        self._group_lines.glide = GLIDE if self._settings.motion else 0
        self._group_lines.layers.choose(scene.layers)
        self._matrices.choose(MatrixChoice(only=scene.matrices, symbols=scene.symbols))
        if self.panel.isHidden() and not self.lecturing:
            self.panel.show()
            width = self._beside.width()
            self._beside.setSizes([round(SHARE * width), round((1 - SHARE) * width)])
        self.panel.setHidden(self.lecturing)
        workspace.show_only(self._seen(scene))
        if scene.cell is not None and not self.lecturing:
            name, row, column = scene.cell
            self._matrices.explain(name, row - 1, column - 1)
        labels = run.analysis.problem.group_labels
        workspace.show_group(labels.index(scene.group) if scene.group else None)
        self._group_lines.tell_from(before)

    def _seen(self, scene: Scene) -> list[str]:
        """The panes of a scene; in a small window without the rail of steps beside others."""
        narrow = self._workspace.width() < ROOM * self._unit and len(scene.panes) > 1
        return [name for name in scene.panes if name != "steps" or not narrow]

    def _keep(self) -> None:
        if self._kept is None:
            self._kept = Kept(
                *self._session.home,
                self._workspace.arrangement,
                self._workspace.layout_state,
                self._group_lines.layers.choice,
                self._matrices.choice,
            )
            self.begun.emit()

    def _run(self, scene: Scene) -> Run:
        key = (scene.material, scene.options)
        if key not in self._runs:
            analysis = scene.analysis()
            problem = analysis.problem
            for other, run in self._runs.items():
                if other[0] == key[0]:
                    problem = run.analysis.problem
                    analysis = run.analysis.with_options(scene.options)
            self._runs[key] = Run(
                analysis,
                Trace(steps(problem, scene.options)),
                SceneValues(problem, scene.options),
            )
        return self._runs[key]

    def _on_started(self, what: str) -> None:
        if self.opened and not self.staging:
            self.panel.show_problem(self._session.problem, self._session.trace)

    def _on_moved(self, new: Step, old: Step | None) -> None:
        if self.opened and not self.staging:
            self.panel.show_step(new, old)
            run = self._run(self.scene)
            here = self._session.trace is run.trace and self.scene.is_reached(new)
            self.panel.show_away(not here)

    def _prepare_next(self) -> None:
        scenes = [scene for lesson in self.lessons for scene in lesson.scenes]
        place = scenes.index(self.scene) + 1
        if place < len(scenes):
            scene = scenes[place]
            if self.lecturing:
                symbol = scene.spotlight.symbol if scene.spotlight else ""
                prepare([Block("paragraph", tuple(scene.line))], symbol)
            prepare(scene.blocks)

    def _remembered(self) -> tuple[int, int]:
        lesson, scene = self._settings.scene
        if lesson < len(self.lessons) and scene < len(self.lessons[lesson].scenes):
            return lesson, scene
        return 0, 0

    @property
    def _group_lines(self) -> GroupLinesPanel:
        panel = self._workspace.panes["group_lines"].panel
        assert isinstance(panel, GroupLinesPanel)
        return panel

    @property
    def _matrices(self) -> MatricesPanel:
        panel = self._workspace.panes["matrices"].panel
        assert isinstance(panel, MatricesPanel)
        return panel
