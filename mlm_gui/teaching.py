"""Lessons, practice, lecture and tour around a window, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from mlm_gui.lecture.lecture import Lecture
    from mlm_gui.lessons_view.classroom import Classroom, Kept
    from mlm_gui.main_window import MainWindow
    from mlm_gui.practice.practice_window import PracticeWindow
    from mlm_gui.settings import Settings
    from mlm_gui.theme import Theme
    from mlm_gui.tour.tour import Tour
    from mlm_gui.widgets.offer_bar import OfferBar

IN_LECTURE = (
    "go_on",
    "reveal",
    "black",
    "pointer",
    "spotlight",
    "one_pane",
    "two_panes",
    "scene_list",
)
"""Actions that have a sense in a lecture only."""


class Teaching(QObject):
    """Opens lessons, practice and lecture, and offers and begins the tour.

    Parameters
    ----------
    window : MainWindow
    settings : Settings
        What is remembered between days.
    """

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._classroom: Classroom | None = None
        self._lecture: Lecture | None = None
        self._practice: PracticeWindow | None = None
        self._tour: Tour | None = None
        self._offer: OfferBar | None = None

    @property
    def classroom(self) -> Classroom:
        """The lessons."""
        if self._classroom is None:
            from mlm_gui.lessons_view.classroom import Classroom

            window = self._window
            self._classroom = Classroom(
                window.session, window.workspace, window.beside, self._settings
            )
            self._classroom.apply_theme(window.theme)
            self._classroom.begun.connect(window.desk.history.hold)
            self._classroom.ended.connect(window.desk.history.release)
            window.desk.document.claimed.connect(self._classroom.claim)
            window.simple.follow(self._classroom)
            self._classroom.panel.explain_requested.connect(window.explaining.explain)
        return self._classroom

    @property
    def aside(self) -> Kept | None:
        """What the reader laid aside for a lesson that is on screen."""
        return self._classroom.aside if self._classroom is not None else None

    @property
    def staging(self) -> bool:
        """Whether a scene of a lesson is being set."""
        return self._classroom is not None and self._classroom.staging

    @property
    def lecture(self) -> Lecture:
        """The window on a projector."""
        if self._lecture is None:
            from mlm_gui.lecture.lecture import Lecture

            self._lecture = Lecture(self._window)
            self._lecture.apply_theme(self._window.theme)
        return self._lecture

    @property
    def lecturing(self) -> bool:
        """Whether the window is as for a lecture."""
        return self._lecture is not None and self._lecture.on

    def toggle_lecture(self) -> None:
        """Begin a lecture, or end it."""
        self.lecture.toggle()
        for name in IN_LECTURE:
            self._window.actions_by_name[name].setEnabled(self.lecturing)

    def leave_lecture(self) -> None:
        """Close the list of scenes that lies over a lecture; without one, end the lecture."""
        if not self.lecture.close_list():
            self.toggle_lecture()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What the actions that teach do."""
        attempt = self._window.attempt
        return {
            "practice": lambda: attempt(self._show_practice),
            "step": lambda: self._in_lecture("step", self._window.session.step),
            "back": lambda: self._in_lecture("back", self._window.session.back),
            "lecture": self.toggle_lecture,
            "present": lambda: None if self.lecturing else self.toggle_lecture(),
            "forward": lambda: self._in_lecture("forward", self._window.session.step),
            "backward": lambda: self._in_lecture("backward", self._window.session.back),
            "go_on": lambda: attempt(self.lecture.forward),
            "reveal": lambda: self.lecture.reveal(),
            "black": lambda: self.lecture.toggle_black(),
            "pointer": lambda: self.lecture.toggle_pointer(),
            "spotlight": lambda: self.lecture.spotlight(),
            "one_pane": lambda: self.lecture.one_pane(),
            "two_panes": lambda: self.lecture.two_panes(),
            "scene_list": lambda: self.lecture.toggle_list(),
            "lessons": lambda: attempt(self.classroom.toggle),
            "next_scene": lambda: attempt(self.classroom.next),
            "previous_scene": lambda: attempt(self.classroom.previous),
            "open_lessons": self._open_lessons,
            "tour": self.show_tour,
        }

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        for part in (self._classroom, self._lecture, self._practice, self._tour, self._offer):
            if part is not None:
                part.apply_theme(theme)

    def close(self) -> None:
        """Leave tour, lecture and lessons, and put the panes back as they were."""
        if self._tour is not None:
            self._tour.close()
        if self._lecture is not None:
            self._lecture.end()
        if self._classroom is not None:
            self._classroom.close()

    def _in_lecture(self, name: str, otherwise: Callable[[], None]) -> None:
        """Do what a key does in a lecture, or otherwise."""
        self._window.attempt(getattr(self.lecture, name) if self.lecturing else otherwise)

    def offer_tour(self) -> None:
        """Offer the tour and the simple view, until there is an answer."""
        if self._settings.asked:
            return
        from PySide6.QtWidgets import QCheckBox

        from mlm_gui.keys import lead_to
        from mlm_gui.widgets.offer_bar import OfferBar

        simple = QCheckBox(self.tr("Simple view, for a first course"))
        simple.setObjectName("offer_simple")
        simple.setChecked(self._settings.simple)
        simple.toggled.connect(self._window.simple.set)
        text = self.tr("New here? A tour of six stops, one minute: Enter takes it, Esc not now.")
        bar = self._offer = OfferBar(text, self.tr("Take it"), self.tr("Not now"), simple)
        bar.accepted.connect(self._answer)
        bar.accepted.connect(self.show_tour)
        bar.declined.connect(self._answer)
        bar.apply_theme(self._window.theme)
        self._window.show_bar(bar)
        lead_to(bar.accept)

    def show_tour(self) -> None:
        """Begin the tour, with all panes in sight."""
        from mlm_gui.tour.tour import Tour

        if self._tour is not None:
            return
        if self.lecturing:
            self.toggle_lecture()
        if self._classroom is not None:
            self._classroom.close()
        self._tour = Tour(self._window)
        self._tour.ended.connect(self._end_tour)

    def _end_tour(self) -> None:
        self._tour = None

    def _answer(self) -> None:
        self._settings.asked = True
        if self._offer is not None:
            self._offer.deleteLater()
            self._offer = None
            self._window.take_focus()

    def _show_practice(self) -> None:
        from mlm_gui.practice.practice_window import PracticeWindow

        if self._practice is None:
            self._practice = PracticeWindow(self._window)
            self._practice.apply_theme(self._window.theme)
            self._practice.resize(self._window.size() * 0.9)
        self._practice.show()
        self._practice.raise_()
        self._practice.activateWindow()

    def _open_lessons(self) -> None:
        from mlm_gui.files import ask_to_open_several
        from solver.scenes.content import read_lessons

        window = self._window
        paths = ask_to_open_several(window, self.tr("Open lessons"), self.tr("Lessons (*.toml)"))
        if paths:
            window.attempt(lambda: self.classroom.take(read_lessons(sorted(paths))))
