"""The simple view: one switch between everything and what a first course needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mlm_gui.workspace import PLOTS
from solver.course import Course, first_course, whole_course

if TYPE_CHECKING:
    from mlm_gui.lessons_view.classroom import Classroom
    from mlm_gui.main_window import MainWindow
    from mlm_gui.settings import Settings
    from solver.scenes.content import Scene


class SimpleView(QObject):
    """Hides what a first course does not need, and shows it for a scene that speaks of it.

    Parameters
    ----------
    window : MainWindow
        Once it has its workspace.
    settings : Settings
        Remembers the choice.
    """

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._lifted = False
        self._plot = ""
        self._action = window.actions_by_name["simple"]
        self._action.setCheckable(True)
        self._show()

    @property
    def course(self) -> Course:
        """What is shown now."""
        return first_course() if self._settings.simple and not self._lifted else whole_course()

    def toggle(self) -> None:
        """Switch it on or off."""
        self.set(not self._settings.simple)

    def set(self, simple: bool) -> None:
        """Switch it on, or off: then all that it hid is back."""
        deck = self._window.workspace.deck
        if simple and not self._settings.simple:
            self._plot = deck.choice
        self._settings.simple = simple
        self._show()
        if not simple and self._plot and deck.choice == PLOTS[0]:
            deck.choose(self._plot)

    def follow(self, classroom: Classroom) -> None:
        """Show everything while a scene is on screen that needs it."""
        classroom.shown.connect(lambda: self._lift(classroom))

    def _lift(self, classroom: Classroom) -> None:
        lifted = classroom.opened and needs_all(classroom.scene)
        if lifted != self._lifted:
            self._lifted = lifted
            self._show()
            if lifted and self._settings.simple:
                self._window.say(self.tr("This page needs the whole view; the simple one returns."))

    def _show(self) -> None:
        self._action.setChecked(self._settings.simple)
        self._window.show_course(self.course)


def needs_all(scene: Scene) -> bool:
    """Whether a scene shows, or speaks of, what the simple view hides."""
    course = first_course()
    said = " ".join([scene.title, *(part.text for part in scene.parts), *scene.matrices])
    return (
        scene.options.algorithm != "fisher"
        or not course.hidden_panes.isdisjoint(scene.panes)
        or not course.allows(said)
    )
