"""The lesson pane: a scene's page, the list of all scenes, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.icons import icon
from mlm_gui.lessons_view.scene_page import ScenePage
from mlm_gui.panels.panel import Panel
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Asking, Untold
from solver import Problem, Refusal, Step, Trace
from solver.accounts.at import OF_THE_END
from solver.scenes.content import Lesson, Scene
from solver.scenes.values import SceneValues, Shown

LEAST = 40
"""Least width, in units of the theme."""


class LessonPanel(Panel):
    """Shows a scene and follows the run.

    Signals
    -------
    scene_requested : int, int
        A lesson and a scene of it, counted from 0.
    next_requested, previous_requested, return_requested, close_requested : no value
        One scene on, one back, the scene's own state again, no lessons.
    """

    scene_requested = Signal(int, int)
    next_requested = Signal()
    previous_requested = Signal()
    return_requested = Signal()
    close_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson")
        self.setAccessibleName(self.tr("Lesson"))
        self._scene: Scene | None = None
        self._values: SceneValues | None = None
        self._trace: Trace | None = None
        self._step: Step | None = None
        self.heading = QLabel()
        self.list_button = _button("scene_list", self.tr("Contents"), self.tr("All scenes"))
        self.list_button.setCheckable(True)
        self.list_button.toggled.connect(self._show_list)
        self.close_button = _button("close_lessons", "", self.tr("Close the lessons"))
        self.close_button.clicked.connect(self.close_requested)
        self.page = ScenePage()
        self.page.setAccessibleName(self.tr("Text of the scene"))
        Asking(self.page, self._asked)
        self.contents = QTreeWidget()
        self.contents.setObjectName("contents")
        self.contents.setAccessibleName(self.tr("Lessons and scenes"))
        self.contents.setHeaderHidden(True)
        self.contents.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.contents.setWordWrap(True)
        self.contents.itemActivated.connect(self._choose)
        self.contents.itemClicked.connect(self._choose)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.page)
        self.stack.addWidget(self.contents)
        self.back_button = _button(
            "return_to_scene",
            self.tr("Back to the scene's step"),
            self.tr("Bring data, step and panes to where the scene has them"),
        )
        self.back_button.clicked.connect(self.return_requested)
        self.previous = _button("previous_page", self.tr("Back"), self.tr("Previous scene"))
        self.previous.clicked.connect(self.previous_requested)
        self.next = _button("next_page", self.tr("Next"), self.tr("Next scene"))
        self.next.clicked.connect(self.next_requested)
        self.place = QLabel()
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()

    def _lay_out(self) -> None:
        self._column, self._head, self._foot = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._head.addWidget(self.heading, 1)
        self._head.addWidget(self.list_button)
        self._head.addWidget(self.close_button)
        self._column.addWidget(self.stack, 1)
        self._column.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addLayout(self._foot)
        self._foot.addWidget(self.previous)
        self._foot.addWidget(self.place, 1)
        self._foot.addWidget(self.next)
        self.back_button.hide()

    # -- the contract of a pane

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run: its numbers go into the text."""
        self._values, self._trace = SceneValues(problem, trace[0].options), trace

    def show_step(self, new: Step, old: Step | None) -> None:
        """Bring the numbers in the text to a step."""
        self._step = new
        self.page.show_values(self._shown())

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        self.setMinimumWidth(LEAST * unit)
        palette = theme.palette
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Base))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self.heading.setFont(theme.font("small"))
        self.heading.setStyleSheet(f"color: {theme.muted};")
        self.place.setFont(theme.font("small"))
        self.place.setStyleSheet(f"color: {theme.muted};")
        for button in (self.list_button, self.close_button, self.back_button, self.previous):
            button.setFont(theme.font("small" if button is self.list_button else "body"))
            button.setStyleSheet(_flat(theme))
        self.next.setFont(theme.font())
        self.next.setStyleSheet(_primary(theme))
        size = round(1.6 * unit)
        self.close_button.setIcon(icon("hide", theme.muted, size))
        self.close_button.setIconSize(QSize(size, size))
        self._head.setContentsMargins(2 * unit, unit // 2, unit // 2, 0)
        self._foot.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        self.contents.setFont(theme.font())
        self.contents.setPalette(theme.palette)
        self.contents.setIndentation(2 * unit)
        self.contents.setStyleSheet(f"QTreeWidget::item {{ padding: {unit // 3}px; }}")
        self.page.apply_theme(theme)

    # -- lessons and scenes

    def show_lessons(self, lessons: Sequence[Lesson]) -> None:
        """List all lessons with their scenes."""
        self.contents.clear()
        for number, lesson in enumerate(lessons, 1):
            item = QTreeWidgetItem([f"{number} · {lesson.title}"])
            item.setToolTip(0, lesson.about)
            for scene in lesson.scenes:
                item.addChild(QTreeWidgetItem([scene.title]))
            self.contents.addTopLevelItem(item)

    def show_scene(
        self, lessons: Sequence[Lesson], at: tuple[int, int], values: SceneValues, step: Step
    ) -> None:
        """Show a scene's page with the numbers of a step."""
        lesson = lessons[at[0]]
        self._scene, self._values, self._step = lesson.scenes[at[1]], values, step
        self.heading.setText(f"{at[0] + 1} · {lesson.title}")
        self.place.setText(f"{at[1] + 1} / {len(lesson.scenes)}")
        self.previous.setEnabled(at != (0, 0))
        self.next.setEnabled(at != (len(lessons) - 1, len(lesson.scenes) - 1))
        self.page.show_text(self._scene.title, self._scene.blocks, self._shown())
        self.list_button.setChecked(False)
        item = self.contents.topLevelItem(at[0])
        here = item.child(at[1]) if item else None
        assert item is not None
        assert here is not None
        item.setExpanded(True)
        self.contents.setCurrentItem(here)

    def show_away(self, away: bool) -> None:
        """Offer the way back where the run is not where the scene has it."""
        self.back_button.setVisible(away)

    def _asked(self, place: QPoint) -> Asked | Untold | None:
        """The number at a place of the text, as the step has it or the end of the run."""
        placeholder = self.page.placeholder_at(place)
        if not placeholder or self._values is None or self._step is None:
            return None
        try:
            quantity = self._values.quantity(placeholder, self._step)
        except Refusal:
            return None
        if quantity is None:
            return Untold(
                self.tr("No step of this run computes it: it is counted, given, or of another fit.")
            )
        if not self._values.of_the_end(placeholder):
            return Asked(quantity)
        assert self._trace is not None
        if not self._trace.complete:
            return Untold(OF_THE_END)
        return Asked(quantity, len(self._trace) - 1)

    def _shown(self) -> dict[str, Shown]:
        """The value of each placeholder on the page; a dash where the run has none."""
        shown: dict[str, Shown] = {}
        if self._scene is None or self._values is None or self._step is None:
            return shown
        for part in self._scene.parts:
            if part.kind == "value" and part.text not in shown:
                try:
                    shown[part.text] = self._values.show(part.text, self._step)
                except Refusal:
                    shown[part.text] = Shown("–")
        return shown

    def _show_list(self, wanted: bool) -> None:
        self.stack.setCurrentWidget(self.contents if wanted else self.page)
        if wanted:
            self.contents.setFocus()

    def _choose(self, item: QTreeWidgetItem) -> None:
        lesson = item.parent()
        if lesson is None:
            item.setExpanded(not item.isExpanded())
        else:
            self.scene_requested.emit(
                self.contents.indexOfTopLevelItem(lesson), lesson.indexOfChild(item)
            )


def _button(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _flat(theme: Theme) -> str:
    half = theme.unit // 2
    return (
        f"QToolButton {{ border: none; padding: {half}px; color: {theme.muted}; }}"
        f"QToolButton:hover {{ color: {theme.accent}; }}"
        f"QToolButton:checked {{ color: {theme.ink}; border-bottom: 2px solid {theme.accent}; }}"
        f"QToolButton:focus {{ background: {theme.accent_wash}; }}"
        f"QToolButton:disabled {{ color: {theme.hairline}; }}"
    )


def _primary(theme: Theme) -> str:
    half = theme.unit // 2
    return (
        "QToolButton { border: none;"
        f" border-radius: {half}px; padding: {half}px {2 * theme.unit}px;"
        f" background: {theme.accent}; color: {theme.on_accent}; }}"
        f"QToolButton:disabled {{ background: {theme.hairline}; color: {theme.muted}; }}"
    )
