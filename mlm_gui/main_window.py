"""The window: controls at the top, the workspace below, and the session that they drive."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.actions import build_actions
from mlm_gui.controls import Controls
from mlm_gui.data.opening import Opening, dropped_file
from mlm_gui.handlers import handlers
from mlm_gui.help import Help
from mlm_gui.keys import KeyKeeper
from mlm_gui.look import Look
from mlm_gui.menus import add_actions, add_motion, add_panes, add_recent, add_steps, add_themes
from mlm_gui.settings import Settings
from mlm_gui.teaching import Teaching
from mlm_gui.theme import Theme
from mlm_gui.widgets.ruled_splitter import RuledSplitter

if TYPE_CHECKING:
    from mlm_gui.desk import Desk
    from mlm_gui.explaining import Explaining
    from mlm_gui.exports.commands import Exports
    from mlm_gui.run_choices import RunChoices
    from mlm_gui.session import Session
    from mlm_gui.simple import SimpleView
    from mlm_gui.what_if import WhatIfs
    from mlm_gui.workspace import Workspace
    from solver import Analysis, Options, Step
    from solver.course import Course
    from solver.saving.loading import Opened

WITHOUT_DATA = (
    "open",
    "paste",
    "quit",
    "zoom_in",
    "zoom_out",
    "zoom_reset",
    "full_screen",
    "about",
    "keys",
    "words",
    "practice",
)
"""Actions that have a sense before there is a run."""


class MainWindow(QMainWindow):
    """The window of StepREML.

    It can be shown at once; :meth:`open` then fills it with a run.

    Parameters
    ----------
    settings : Settings
        What is remembered between days.

    Attributes
    ----------
    session : Session
        The run on screen, once :meth:`open` was called.
    workspace : Workspace
        Its panes.
    desk : Desk
        Its file, notes and undo.
    choices : RunChoices
        What the run is of, and how it is fitted.
    what_ifs : WhatIfs
        The branch beside it.
    exports : Exports
        Its reports, code and animations.
    look : Look
        Theme and zoom.
    teaching : Teaching
        Lessons, practice and lecture.
    simple : SimpleView
        Whether only what a first course needs is shown.
    explaining : Explaining
        Where a number comes from.
    """

    session: Session
    workspace: Workspace
    desk: Desk
    choices: RunChoices
    what_ifs: WhatIfs
    explaining: Explaining
    exports: Exports
    simple: SimpleView

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("StepREML")
        self._settings = settings
        self.look = Look(settings, self)
        self.look.changed.connect(self._apply_theme)
        self._filled = False
        self.teaching = Teaching(self, settings)
        self.help = Help(self)
        self.actions_by_name = build_actions(self, handlers(self))
        for name, action in self.actions_by_name.items():
            action.setEnabled(name in WITHOUT_DATA)
        self.controls = Controls(self.actions_by_name)
        self.controls.speed.setValue(settings.speed)
        self._body = QWidget()
        self._body.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._layout = QVBoxLayout(self._body)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._rule = QFrame()
        self._rule.setFixedHeight(1)
        self.beside = RuledSplitter(Qt.Orientation.Horizontal, self._body)
        self.beside.hide()
        self._waiting = QLabel(self.tr("Opening the data …"))
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.controls, self._rule):
            self._layout.addWidget(widget)
        self._layout.addWidget(self._waiting, 1)
        self.setCentralWidget(self._body)
        self._body.setFocus()
        self.setMinimumSize(640, 480)
        self.setAcceptDrops(True)
        self.opening = Opening(self, settings, lambda: self.theme, self._new_options)
        self.opening.opened.connect(lambda analysis: self.attempt(lambda: self.open(analysis)))
        self.opening.saved.connect(self.open_data)
        self.opening.refused.connect(self._refuse)
        self._menus = add_actions(self.menuBar(), self.actions_by_name)
        add_recent(self._menus["File"], settings, self.opening.open_file)
        self._themes = add_themes(self._menus["View"], self.theme.key, self.look.set_theme)
        add_motion(self._menus["View"], settings)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        KeyKeeper(application, self)
        self._apply_theme()
        self.resize(1440, 900)
        geometry = settings.layout("window")
        if geometry is not None:
            self.restoreGeometry(geometry)

    # -- filling the window

    def open(self, analysis: Analysis) -> None:
        """Show a run.

        Raises
        ------
        Refusal
            When the run cannot begin; the present one stays.
        """
        from solver.saving.loading import Opened

        self.take(Opened(analysis))

    def take(self, opened: Opened, file: str = "") -> None:
        """Show what was opened, a session with its notes and layout; ``file`` is the session's.

        Raises
        ------
        Refusal
            When the run cannot begin; the present one stays.
        """
        if self._filled:
            self.desk.take(opened, file)
            return
        self._fill(opened.analysis)
        if opened.manifest is not None or opened.trace is not None:
            self.desk.take(opened, file)

    def _fill(self, analysis: Analysis) -> None:
        from mlm_gui.desk import Desk
        from mlm_gui.exports.commands import Exports
        from mlm_gui.layout import recall
        from mlm_gui.session import Session
        from mlm_gui.simple import SimpleView
        from mlm_gui.teaching import IN_LECTURE
        from mlm_gui.what_if import IN_BRANCH
        from mlm_gui.workspace import Workspace
        from solver import example_names
        from solver.lessons import words

        self.session = Session(analysis, self)
        self.exports = Exports(self.session, self, self.show_message, lambda: self.theme.font())
        self.workspace = Workspace()
        self.beside.addWidget(self.workspace)
        self.workspace.apply_theme(self.theme)
        self.controls.offer(example_names(), words()["algorithms"])
        self.session.set_interval(self.controls.interval)
        self._connect()
        recall(self.workspace, self._settings)
        self._layout.replaceWidget(self._waiting, self.beside)
        self.beside.show()
        self._waiting.hide()
        self._waiting.deleteLater()
        self._filled = True
        add_steps(self._menus["Run"], self.session)
        add_panes(self._menus["View"], self.workspace)
        for name, action in self.actions_by_name.items():
            action.setEnabled(name not in (*IN_LECTURE, *IN_BRANCH))
        self._on_arranged()
        self._apply_menu_font()
        self.desk = Desk(self, self.theme)
        self.simple = SimpleView(self, self._settings)
        reopen = self.actions_by_name["reopen"]
        self._menus["File"].aboutToShow.connect(lambda: reopen.setEnabled(self.desk.can_reopen))
        self.session.announce()
        QTimer.singleShot(0, gc.freeze)

    def _connect(self) -> None:
        from mlm_gui.explaining import Explaining
        from mlm_gui.run_choices import RunChoices
        from mlm_gui.what_if import WhatIfs

        session, workspace, controls = self.session, self.workspace, self.controls
        session.started.connect(self._on_started)
        session.moved.connect(self._on_moved)
        session.running_changed.connect(controls.show_running)
        workspace.step_requested.connect(session.go)
        workspace.arranged.connect(self._on_arranged)
        controls.interval_chosen.connect(session.set_interval)
        self.choices = RunChoices(self, controls)
        self.what_ifs = WhatIfs(self)
        self.explaining = Explaining(self)
        workspace.explain_requested.connect(self.explaining.explain)

    def _on_started(self, what: str) -> None:
        session = self.session
        self.workspace.show_run(session.problem, session.trace, session.beside)
        self.workspace.timeline.show_notice(what)
        self.choices.show()
        self.what_ifs.show()
        self._on_arranged()

    def _on_moved(self, new: Step, old: Step | None) -> None:
        self.workspace.show_step(new)
        if old is not None:
            self.workspace.timeline.show_notice("")
        self.actions_by_name["back"].setEnabled(new.index > 0)
        self.actions_by_name["previous_iteration"].setEnabled(new.index > 0)
        self.actions_by_name["first"].setEnabled(new.index > 0)
        for name in ("step", "next_iteration", "last", "run"):
            self.actions_by_name[name].setEnabled(not self.session.at_end)

    def _on_arranged(self) -> None:
        changed = self._arranged_otherwise or self.session.beside is not None
        self.actions_by_name["restore"].setEnabled(changed)

    @property
    def _arranged_otherwise(self) -> bool:
        workspace = self.workspace
        return workspace.alone is not None or bool(workspace.hidden or workspace.stage)

    # -- what the reader asks for

    def open_data(self, data: str, formula: str | None = None) -> None:
        """Open a file or an example; a refusal is shown and the present run stays."""
        from solver.saving.loading import open_any

        def read() -> None:
            opened = open_any(data, formula, self._new_options())
            self.take(opened, data if opened.manifest else "")

        self.attempt(read)

    def _new_options(self) -> Options:
        """How to fit other data: as the present ones, but from a start that suits any."""
        from solver import Options

        options = self.session.home.analysis.choices.options if self._filled else Options()
        return options if isinstance(options.start, str) else replace(options, start="moments")

    def attempt(self, begin: Callable[[], None]) -> None:
        """Begin a run; a refusal is shown and the present run stays."""
        from solver import Refusal

        try:
            begin()
        except Refusal as refusal:
            self._refuse(str(refusal))

    def _refuse(self, sentence: str) -> None:
        """Say why something cannot be; the present run stays."""
        self.show_message(sentence).setObjectName("refusal")
        if self._filled:
            self.choices.show()

    def say(self, text: str) -> None:
        """Say something above the timeline, until the next step."""
        self.workspace.timeline.show_notice(text)

    def menu(self, name: str) -> QMenu:
        """A menu by its English name."""
        return self._menus[name]

    def take_focus(self) -> None:
        """The keys are the window's again."""
        self._body.setFocus()

    def show_bar(self, bar: QWidget) -> None:
        """Show a bar above the panes."""
        self._layout.insertWidget(self._layout.indexOf(self._rule) + 1, bar)

    def show_message(self, text: str, title: str = "StepREML") -> QMessageBox:
        """Show a message beside which the window goes on."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, parent=self)
        box.setFont(self.theme.font())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        return box

    def escape(self) -> None:
        """Leave whatever lies uppermost: a sheet, a lecture, one pane alone, a branch."""
        if self.explaining.open:
            self.explaining.close()
        elif self.teaching.lecturing:
            self.teaching.leave_lecture()
        elif self._arranged_otherwise:
            self.workspace.restore()
        else:
            self.what_ifs.leave()

    def add_above(self, widget: QWidget) -> None:
        """Put a widget above the panes."""
        self._layout.insertWidget(self._layout.indexOf(self.beside), widget)

    def set_chrome(self, shown: bool) -> None:
        """Show menus and controls, or hide them."""
        for widget in (self.menuBar(), self.controls, self._rule):
            widget.setVisible(shown)

    # -- how much is shown, and how

    @property
    def course(self) -> Course:
        """How much is shown."""
        from solver.course import whole_course

        return self.simple.course if self._filled else whole_course()

    def show_course(self, course: Course) -> None:
        """Show everything, or what a first course needs."""
        self.controls.set_course(course)
        self.workspace.set_course(course)
        self.desk.history.set_course(course)

    @property
    def theme(self) -> Theme:
        """Colours and sizes."""
        return self.look.theme

    def _apply_theme(self) -> None:
        theme = self.look.theme
        self._themes[theme.key].setChecked(True)
        self._apply_menu_font()
        self._rule.setStyleSheet(f"background: {theme.hairline};")
        self.controls.apply_theme(theme)
        self.beside.set_colour(theme.hairline)
        self.teaching.apply_theme(theme)
        if self._filled:
            self.explaining.apply_theme(theme)
            self.workspace.apply_theme(theme)
            self.desk.apply_theme(theme)
            self.what_ifs.apply_theme(theme)
        else:
            self._waiting.setFont(theme.font("large"))

    def _apply_menu_font(self) -> None:
        for widget in (self.menuBar(), *self.menuBar().findChildren(QMenu)):
            widget.setFont(self.theme.font())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the focus from the control that has it at Esc: the keys are the window's again."""
        if event.key() == Qt.Key.Key_Escape:
            if self._filled:
                self.explaining.close()
            self.take_focus()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file, or a table from a spreadsheet."""
        if dropped_file(event.mimeData()) or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        event.acceptProposedAction()
        self.opening.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go at once; then remember the layout, and finish writing."""
        self.hide()
        if self._filled:
            from mlm_gui.layout import remember

            self.session.pause()
            self.teaching.close()
            self._settings.set_layout("window", self.saveGeometry())
            self._settings.speed = self.controls.speed.value()
            remember(self.workspace, self._settings)
            self.desk.close()
        super().closeEvent(event)
