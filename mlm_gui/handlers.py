"""What each action of the window does; :mod:`mlm_gui.actions` says what they are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow


def handlers(window: MainWindow) -> dict[str, Callable[[], object]]:
    """The functions that the actions call, by the actions' names.

    Most need what the window has only when there are data; their actions wait until then.
    """
    return {
        "open": lambda: window.opening.choose_file(),
        "paste": lambda: window.opening.paste(),
        "simulate": lambda: window.opening.simulate(window.session.analysis.choices),
        "change_data": lambda: window.choices.change_data(),
        "reopen": lambda: window.desk.reopen(),
        "save": lambda: window.desk.document.save(),
        "save_as": lambda: window.desk.document.save_as(),
        "save_trace": lambda: window.desk.document.save_trace(),
        "save_picture": lambda: window.exports.save_picture(),
        "undo": lambda: window.desk.history.undo(),
        "redo": lambda: window.desk.history.redo(),
        "simple": lambda: window.simple.toggle(),
        "notes": lambda: window.desk.show_notes(),
        "bookmark": lambda: window.desk.bookmarks.toggle(),
        "next_bookmark": lambda: window.desk.bookmarks.next(),
        "previous_bookmark": lambda: window.desk.bookmarks.previous(),
        "report": lambda: window.exports.save_report(window.desk.document.notes),
        "save_code": lambda: window.exports.save_code(),
        "animation": lambda: window.exports.save_animation(),
        "quit": window.close,
        "next_iteration": lambda: window.session.next_iteration(),
        "previous_iteration": lambda: window.session.previous_iteration(),
        "first": lambda: window.session.first(),
        "last": lambda: window.session.last(),
        "run": lambda: window.session.pause() if window.session.running else window.session.run(),
        "reset": lambda: window.session.reset(),
        "start": lambda: window.choices.ask_start(),
        "what_if": lambda: window.what_ifs.ask(),
        "leave_branch": lambda: window.what_ifs.leave(),
        "keep_branch": lambda: window.what_ifs.keep(),
        "results": lambda: _show_results(window),
        "explain": lambda: window.explaining.ask_here(),
        "full_screen": lambda: _toggle_full_screen(window),
        "restore": window.escape,
        **window.look.handlers(),
        **window.teaching.handlers(),
        **window.help.handlers(),
    }


def _show_results(window: MainWindow) -> None:
    """Show the results among the plots; where they are shown, alone or not alone any more."""
    workspace = window.workspace
    pane = workspace.panes["results"]
    if pane.isVisible():
        workspace.maximise(pane)
    else:
        workspace.set_hidden("results", hidden=False)


def _toggle_full_screen(window: MainWindow) -> None:
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)
