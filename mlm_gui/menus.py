"""The menus: the table of actions, and what depends on themes, steps and panes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from mlm_gui.actions import ACTIONS
from mlm_gui.actions import tr as action_text
from mlm_gui.theme import THEMES, load_theme

if TYPE_CHECKING:
    from mlm_gui.session import Session
    from mlm_gui.settings import Settings
    from mlm_gui.workspace import Workspace


def add_actions(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put the actions into menus; the menus by their English names."""
    menus: dict[str, QMenu] = {}
    for entry in ACTIONS:
        if entry.menu not in menus:
            menus[entry.menu] = bar.addMenu(action_text(entry.menu))
        if entry.apart:
            menus[entry.menu].addSeparator()
        menus[entry.menu].addAction(actions[entry.name])
    return menus


def add_themes(menu: QMenu, present: str, choose: Callable[[str], None]) -> dict[str, QAction]:
    """Add a choice of theme; its actions by the themes' keys."""
    themes = menu.addMenu(_tr("Theme"))
    group = QActionGroup(themes)
    actions = {}
    for key in THEMES:
        action = group.addAction(themes.addAction(load_theme(key).name))
        action.setObjectName(f"theme_{key}")
        action.setCheckable(True)
        action.setChecked(key == present)
        action.triggered.connect(lambda checked=False, key=key: choose(key))
        actions[key] = action
    return actions


def add_recent(menu: QMenu, settings: Settings, choose: Callable[[str], None]) -> None:
    """Add the files opened last, below the first entry."""
    recent = QMenu(_tr("Recent files"), menu)
    recent.setObjectName("recent")
    menu.insertMenu(menu.actions()[1], recent)

    def fill() -> None:
        recent.clear()
        for path in settings.recent:
            action = recent.addAction(Path(path).name)
            action.setToolTip(path)
            action.triggered.connect(lambda checked=False, path=path: choose(path))
        if recent.isEmpty():
            recent.addAction(_tr("None yet")).setEnabled(False)

    recent.setToolTipsVisible(True)
    recent.aboutToShow.connect(fill)
    fill()


def add_motion(menu: QMenu, settings: Settings) -> None:
    """Add a tick for motion."""
    tick = menu.addAction(_tr("Motion"))
    tick.setObjectName("motion")
    tick.setCheckable(True)
    tick.setChecked(settings.motion)
    tick.toggled.connect(lambda on: setattr(settings, "motion", on))


def add_steps(menu: QMenu, session: Session) -> None:
    """Add the steps that one can run to or pause at."""
    from solver.lessons import step_lessons
    from solver.state import STEP_NAMES

    run_to, pause_at = menu.addMenu(_tr("Run to")), menu.addMenu(_tr("Pause at"))
    group = QActionGroup(pause_at)
    never = group.addAction(pause_at.addAction(_tr("No step")))
    never.setObjectName("pause_at_none")
    never.setCheckable(True)
    never.setChecked(True)
    never.triggered.connect(lambda: session.pause_at(None))
    for step in STEP_NAMES[1:]:
        title = step_lessons()[step].title
        go = run_to.addAction(title)
        go.setObjectName(f"run_to_{step}")
        go.triggered.connect(lambda checked=False, step=step: session.run_to(step))
        stop = group.addAction(pause_at.addAction(title))
        stop.setObjectName(f"pause_at_{step}")
        stop.setCheckable(True)
        stop.triggered.connect(lambda checked=False, step=step: session.pause_at(step))


def add_panes(menu: QMenu, workspace: Workspace) -> None:
    """Add the panes, each with a tick while it is shown."""
    panes = menu.addMenu(_tr("Panes"))
    ticks: dict[str, QAction] = {}
    for name, pane in workspace.panes.items():
        tick = ticks[name] = panes.addAction(pane.title)
        tick.setObjectName(f"pane_{name}")
        tick.setCheckable(True)
        tick.triggered.connect(lambda on, name=name: workspace.set_hidden(name, hidden=not on))

    def show_state() -> None:
        for name, tick in ticks.items():
            tick.setChecked(not workspace.is_hidden(name))
            tick.setVisible(not workspace.is_withheld(name))

    workspace.arranged.connect(show_state)
    show_state()


def _tr(text: str) -> str:
    return QCoreApplication.translate("menus", text)
