"""The window: controls at the top, the workspace below, and the session that they drive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QFileDialog,
    QFrame,
    QInputDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.actions import ACTIONS, build_actions
from mlm_gui.controls import Controls
from mlm_gui.settings import Settings
from mlm_gui.theme import THEMES, load_theme

if TYPE_CHECKING:
    from mlm_gui.session import Session
    from mlm_gui.workspace import Workspace
    from solver import Options, Problem, Step

ZOOM_STEP = 1.1


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
    """

    session: Session
    workspace: Workspace

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("StepREML")
        self._settings = settings
        self._zoom = settings.zoom
        self._theme = load_theme(settings.theme, self._zoom)
        self._filled = False
        self.actions_by_name = build_actions(self, self._handlers())
        self.controls = Controls(self.actions_by_name)
        self._body = QWidget()
        self._layout = QVBoxLayout(self._body)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._rule = QFrame()
        self._rule.setFixedHeight(1)
        self._waiting = QLabel(self.tr("Opening the data …"))
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.controls, self._rule):
            self._layout.addWidget(widget)
        self._layout.addWidget(self._waiting, 1)
        self.setCentralWidget(self._body)
        self.setMinimumSize(640, 480)
        self._build_menus()
        self._apply_theme()
        self.resize(1440, 900)
        geometry = settings.layout("window")
        if geometry is not None:
            self.restoreGeometry(geometry)

    # -- filling the window

    def open(self, problem: Problem, options: Options, name: str) -> None:
        """Show a run on some data; ``name`` is how the reader knows them."""
        if self._filled:
            self.session.open(problem, options, self.tr("New data: {}.").format(name))
        else:
            self._fill(problem, options)
        self.controls.show_choice(name, options.method, options.algorithm)
        self.setWindowTitle(f"{name} — {problem.formula} — StepREML")

    def _fill(self, problem: Problem, options: Options) -> None:
        from mlm_gui.session import Session
        from mlm_gui.workspace import Workspace
        from solver import example_names
        from solver.lessons import words

        self.session = Session(problem, options, self)
        self.workspace = Workspace()
        self.workspace.apply_theme(self._theme)
        self.controls.offer({name: name for name in example_names()}, words()["algorithms"])
        self.session.set_interval(self.controls.interval)
        self._connect()
        for part in ("across", "middle", "right"):
            state = self._settings.layout(part)
            if state is not None:
                self.workspace.restore_layout(part, state)
        self._layout.replaceWidget(self._waiting, self.workspace)
        self._waiting.deleteLater()
        self._filled = True
        self._build_run_menus()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self.session.announce()

    def _connect(self) -> None:
        session, workspace, controls = self.session, self.workspace, self.controls
        session.started.connect(self._on_started)
        session.moved.connect(self._on_moved)
        session.running_changed.connect(controls.show_running)
        workspace.step_requested.connect(session.go)
        workspace.start_requested.connect(self._start_at)
        controls.interval_chosen.connect(session.set_interval)
        controls.data_chosen.connect(self.open_data)
        controls.method_chosen.connect(self._choose_method)
        controls.algorithm_chosen.connect(self._choose_algorithm)

    def _on_started(self, what: str) -> None:
        self.workspace.show_run(self.session.problem, self.session.trace)
        self.workspace.timeline.show_notice(what)

    def _on_moved(self, new: Step, old: Step | None) -> None:
        self.workspace.show_step(new)
        if old is not None:
            self.workspace.timeline.show_notice("")
        self.actions_by_name["back"].setEnabled(new.index > 0)
        self.actions_by_name["previous_iteration"].setEnabled(new.index > 0)
        self.actions_by_name["first"].setEnabled(new.index > 0)
        for name in ("step", "next_iteration", "last", "run"):
            self.actions_by_name[name].setEnabled(not self.session.at_end)

    # -- what the reader asks for

    def open_data(self, data: str, formula: str | None = None) -> None:
        """Open a file or an example; a refusal is shown and the present run stays."""
        from solver import Refusal
        from solver.terminal import load

        try:
            problem = load(data, formula)
        except Refusal as refusal:
            self._refuse(str(refusal))
        else:
            self.open(problem, self.session.options, data)

    def _open_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Open a table"))
        if not path:
            return
        formula, chosen = QInputDialog.getText(
            self,
            self.tr("Formula"),
            self.tr("The model, such as LOOK_HRS ~ HOURS + (1 | INDUSTRY):"),
        )
        if chosen:
            self.open_data(path, formula)

    def _choose_method(self, method: str) -> None:
        if method != self.session.options.method:
            text = self.controls.methods[method].text()
            self.session.change(self.tr("New run by {}.").format(text), method=method)

    def _choose_algorithm(self, algorithm: str) -> None:
        if algorithm != self.session.options.algorithm:
            text = self.controls.algorithm.currentText()
            self.session.change(self.tr("New run by {}.").format(text), algorithm=algorithm)

    def _start_at(self, sigma2: float, tau2: float) -> None:
        self.session.change(self.tr("New run from the point chosen."), start=(sigma2, tau2))

    def _ask_start(self) -> None:
        from mlm_gui.start_dialog import StartDialog

        dialog = StartDialog(self.session.options, self)
        dialog.accepted.connect(
            lambda: self.session.open(
                self.session.problem, dialog.options, self.tr("New run with the values chosen.")
            )
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _save_picture(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save a picture"), "stepreml.png", self.tr("Pictures (*.png)")
        )
        if path and not self.grab().save(path):
            self._refuse(self.tr("{} could not be written.").format(path))

    def _refuse(self, sentence: str) -> None:
        box = QMessageBox(QMessageBox.Icon.Information, "StepREML", sentence, parent=self)
        box.setObjectName("refusal")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        self.controls.show_choice(
            self.controls.data.currentText(),
            self.session.options.method,
            self.session.options.algorithm,
        )

    def _show_keys(self) -> None:
        rows = "".join(
            f"<tr><td style='padding-right:2em'>{action.text()}</td>"
            f"<td>{', '.join(key.toString() for key in action.shortcuts())}</td></tr>"
            for entry in ACTIONS
            if (action := self.actions_by_name.get(entry.name)) and action.shortcuts()
        )
        self._inform(self.tr("Keys"), f"<table>{rows}</table>")

    def _show_about(self) -> None:
        version = QApplication.applicationVersion()
        self._inform(
            self.tr("About StepREML"),
            self.tr(
                "<p><b>StepREML {}</b></p>"
                "<p>A random-intercept model fitted by REML, one named step at a time.</p>"
                "<p>MIT licence</p>"
            ).format(version),
        )

    def _inform(self, title: str, text: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # -- look

    def set_theme(self, key: str) -> None:
        """Change the theme."""
        self._settings.theme = key
        self._theme = load_theme(key, self._zoom)
        self._apply_theme()

    def set_zoom(self, zoom: float) -> None:
        """Change the size of everything; 1 is the system's."""
        self._zoom = min(max(zoom, 0.5), 3.0)
        self._settings.zoom = self._zoom
        self._theme = load_theme(self._theme.key, self._zoom)
        self._apply_theme()

    def _apply_theme(self) -> None:
        theme = self._theme
        QApplication.setPalette(theme.palette)
        self.menuBar().setFont(theme.font())
        for menu in self.menuBar().findChildren(QMenu):
            menu.setFont(theme.font())
        self._rule.setStyleSheet(f"background: {theme.hairline};")
        self._waiting.setFont(theme.font("large")) if not self._filled else None
        self.controls.apply_theme(theme)
        if self._filled:
            self.workspace.apply_theme(theme)

    # -- inside

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "open": self._open_file,
            "save_picture": self._save_picture,
            "quit": self.close,
            "step": lambda: self.session.step(),
            "back": lambda: self.session.back(),
            "next_iteration": lambda: self.session.next_iteration(),
            "previous_iteration": lambda: self.session.previous_iteration(),
            "first": lambda: self.session.first(),
            "last": lambda: self.session.last(),
            "run": lambda: self.session.pause() if self.session.running else self.session.run(),
            "reset": lambda: self.session.reset(),
            "start": self._ask_start,
            "zoom_in": lambda: self.set_zoom(self._zoom * ZOOM_STEP),
            "zoom_out": lambda: self.set_zoom(self._zoom / ZOOM_STEP),
            "zoom_reset": lambda: self.set_zoom(1.0),
            "restore": lambda: self.workspace.restore(),
            "keys": self._show_keys,
            "about": self._show_about,
        }

    def _build_menus(self) -> None:
        self._menus: dict[str, QMenu] = {}
        for entry in ACTIONS:
            if entry.name in self.actions_by_name:
                menu = self._menus.get(entry.menu)
                if menu is None:
                    menu = self._menus[entry.menu] = self.menuBar().addMenu(self.tr(entry.menu))
                menu.addAction(self.actions_by_name[entry.name])
        themes = self._menus["View"].addMenu(self.tr("Theme"))
        group = QActionGroup(self)
        for key in THEMES:
            action = group.addAction(themes.addAction(load_theme(key).name))
            action.setCheckable(True)
            action.setChecked(key == self._theme.key)
            action.triggered.connect(lambda checked=False, key=key: self.set_theme(key))

    def _build_run_menus(self) -> None:
        from solver.lessons import step_lessons
        from solver.state import STEP_NAMES

        run_to = self._menus["Run"].addMenu(self.tr("Run to"))
        pause_at = self._menus["Run"].addMenu(self.tr("Pause at"))
        group = QActionGroup(self)
        never = group.addAction(pause_at.addAction(self.tr("No step")))
        never.setCheckable(True)
        never.setChecked(True)
        never.triggered.connect(lambda: self.session.pause_at(None))
        for step in STEP_NAMES[1:]:
            title = step_lessons()[step].title
            run_to.addAction(title).triggered.connect(
                lambda checked=False, step=step: self.session.run_to(step)
            )
            action: QAction = group.addAction(pause_at.addAction(title))
            action.setCheckable(True)
            action.triggered.connect(
                lambda checked=False, step=step: self.session.pause_at(step)
            )
        panes = self._menus["View"].addMenu(self.tr("Panes"))
        for name, pane in self.workspace.panes.items():
            shown = panes.addAction(pane.title)
            shown.setCheckable(True)
            shown.toggled.connect(
                lambda on, name=name: self.workspace.set_hidden(name, hidden=not on)
            )
            panes.aboutToShow.connect(
                lambda shown=shown, name=name: _check(shown, not self.workspace.is_hidden(name))
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the keys of a control that has the focus to it: a table's arrows, a box's Space."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(watched, _KEEPS_KEYS):
            key = event.key()  # type: ignore[attr-defined]
            modifiers = event.modifiers()  # type: ignore[attr-defined]
            if key in _OWN_KEYS and modifiers in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ):
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout."""
        if self._filled:
            self.session.pause()
            self._settings.set_layout("window", self.saveGeometry())
            for part, state in self.workspace.save_layout().items():
                self._settings.set_layout(part, state)
        super().closeEvent(event)


_KEEPS_KEYS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox)

_OWN_KEYS = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Space,
}


def _check(action: QAction, on: bool) -> None:
    action.blockSignals(True)
    action.setChecked(on)
    action.blockSignals(False)
