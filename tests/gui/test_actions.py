"""The table of actions: every entry works, by every one of its keys, and no key does two things."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QMessageBox

from mlm_gui.actions import ACTIONS
from mlm_gui.data.reading import Reading
from mlm_gui.notes import NotesDialog
from mlm_gui.practice.practice_window import PracticeWindow
from mlm_gui.start_dialog import StartDialog
from mlm_gui.teaching import IN_LECTURE
from mlm_gui.what_if_dialog import WhatIfDialog
from mlm_gui.widgets.reading_dialog import ReadingDialog
from solver.branch import OtherVariances

KEYS = [(entry.name, key) for entry in ACTIONS for key in entry.keys]


def test_no_key_does_two_things():
    counts = Counter(QKeySequence(key).toString() for _, key in KEYS)
    assert max(counts.values()) == 1
    assert "" not in counts


def test_contract_of_names(opened):
    window = opened("handout")
    for name in (
        "step",
        "back",
        "next_iteration",
        "previous_iteration",
        "first",
        "last",
        "run",
        "reset",
    ):
        assert window.findChild(QAction, name) is not None


def test_every_action_is_in_a_menu_and_has_words(opened):
    window = opened("handout")
    in_menus = {a for menu in window.menuBar().findChildren(QMenu) for a in menu.actions()}
    for entry in ACTIONS:
        action = window.findChild(QAction, entry.name)
        assert action in in_menus
        assert action.text()
        assert entry.tip in action.toolTip()
        if entry.keys:
            assert action.shortcut().toString() in action.toolTip()


def test_every_key(opened, qtbot, monkeypatch):
    """What each key does is seen from outside; ``quit`` comes last."""
    done = set()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a: done.add("open") or ("", ""))
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda parent, title, *a: done.add(title) or ("", "")
    )
    QApplication.clipboard().clear()
    window = opened("handout", size=(700, 500))
    for name, key in sorted(KEYS, key=lambda pair: pair[0] == "quit"):
        if name in IN_LECTURE:  # these are tested with the lecture
            continue
        window.session.go(7)
        window.look.set_zoom(1.0)
        if name in ("undo", "redo"):
            window.session.change("", method="ml")
            window.session.go(2)
        if name == "leave_branch":
            window.what_ifs.add(OtherVariances(7, 3.0, 0.5))
        if name == "redo":
            window.desk.history.undo()
        done.clear()
        press(window, key)
        QApplication.processEvents()
        assert _happened(window, name, done), (name, key)
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.teaching.classroom.close()
        if window.teaching.lecturing:
            press(window, "F11")
        for reading in window.findChildren(Reading):
            reading.cancel()
        for dialog in window.findChildren(QDialog):
            dialog.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if name != "quit":
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)


def _happened(window, name, done) -> bool:
    session = window.session
    points = window.controls.data.font().pointSizeF()
    plain = QApplication.font().pointSizeF()
    happened = {
        "open": lambda: "open" in done,
        "paste": lambda: window.findChild(QMessageBox, "refusal") is not None,
        "change_data": lambda: window.findChild(Reading) is not None,
        "save": lambda: done == {"Save the session"},
        "save_as": lambda: done == {"Save the session"},
        "save_picture": lambda: done == {"Save a picture"},
        "undo": lambda: (session.position, session.options.method) == (7, "reml"),
        "redo": lambda: (session.position, session.options.method) == (2, "ml"),
        "bookmark": lambda: window.desk.document.notes.bookmarks == (7,),
        "next_bookmark": lambda: "no bookmark after" in window.workspace.timeline.notice,
        "previous_bookmark": lambda: "no bookmark before" in window.workspace.timeline.notice,
        "notes": lambda: window.findChild(NotesDialog).isVisible(),
        "report": lambda: "Report of the whole walk" in done,
        "quit": lambda: not window.isVisible(),
        "step": lambda: session.position == 8,
        "back": lambda: session.position == 6,
        "next_iteration": lambda: session.position == 10,
        "previous_iteration": lambda: session.position == 5,
        "first": lambda: session.position == 0,
        "last": lambda: session.at_end,
        "run": lambda: session.running,
        "reset": lambda: session.position == 0 and len(session.trace) == 1,
        "start": lambda: window.findChild(StartDialog) is not None,
        "what_if": lambda: window.findChild(WhatIfDialog) is not None,
        "leave_branch": lambda: session.position == 7 and session.beside is None,
        "results": window.workspace.panes["results"].isVisible,
        "practice": lambda: window.findChild(PracticeWindow).isVisible(),
        "zoom_in": lambda: points > plain,
        "zoom_out": lambda: points < plain,
        "zoom_reset": lambda: points == plain,
        "full_screen": window.isFullScreen,
        "restore": lambda: session.position == 7,
        "lecture": lambda: window.teaching.lecturing,
        "present": lambda: window.teaching.lecturing,
        "forward": lambda: session.position == 8,
        "backward": lambda: session.position == 6,
        "lessons": lambda: window.teaching.classroom.opened,
        "next_scene": lambda: window.teaching.classroom.opened,
        "previous_scene": lambda: window.teaching.classroom.opened,
        "explain": lambda: window.explaining.open or "press E" in window.workspace.timeline.notice,
        "keys": lambda: all(
            e.text in window.findChild(ReadingDialog).text() for e in ACTIONS if e.keys
        ),
        "about_data": lambda: "industries" in window.findChild(ReadingDialog).text(),
    }
    return happened[name]()


def press(window, key: str) -> None:
    combination = QKeySequence(key)[0]
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


def test_actions_are_off_where_they_have_no_sense(opened, qtbot):
    window = opened("handout", size=(700, 500))
    actions = window.actions_by_name
    assert not any(actions[name].isEnabled() for name in ("back", "first", "previous_iteration"))
    assert not actions["restore"].isEnabled()
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    assert not any(actions[name].isEnabled() for name in ("step", "last", "next_iteration", "run"))
    assert actions["back"].isEnabled()
    press(window, "Right")
    assert window.session.at_end
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not window.session.running
