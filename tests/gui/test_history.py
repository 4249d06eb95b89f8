"""Undo and redo of choices: the run before comes back with its steps and its cursor."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from mlm_gui import history

UNDO = (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
REDO = (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def texts(window) -> tuple[str, str]:
    """What the two entries of the menu say; empty where they are off."""
    undo, redo = (window.actions_by_name[name] for name in ("undo", "redo"))
    return tuple(action.text() if action.isEnabled() else "" for action in (undo, redo))


def test_undo_goes_back_to_the_same_run_and_redo_on_again(opened):
    window = opened("handout")
    session = window.session
    assert texts(window) == ("", "")
    session.go(7)
    reml, trace = session.analysis, session.trace
    QTest.mouseClick(window.controls.methods["ml"], Qt.MouseButton.LeftButton)
    session.go(3)
    ml = session.trace
    assert texts(window) == ("Undo: method ML", "")
    QTest.keyClick(window, *UNDO)
    assert session.analysis is reml
    assert session.trace is trace
    assert session.position == 7
    assert window.controls.methods["reml"].isChecked()
    assert texts(window) == ("", "Redo: method ML")
    assert window.workspace.timeline.notice == "Undone: method ML."
    QTest.keyClick(window, *REDO)
    assert session.trace is ml
    assert session.position == 3
    assert window.controls.methods["ml"].isChecked()
    assert texts(window) == ("Undo: method ML", "")


def test_every_choice_is_named_and_comes_back_in_turn(opened):
    window = opened("handout")
    session = window.session
    said = []
    session.change("", algorithm="em")
    said.append("algorithm EM")
    session.change("", start=(4.0, 1.0))
    said.append("start values")
    session.change("", tolerance=1e-6, max_iterations=9)
    said.append("tolerance, iteration limit")
    window.open_data("rail")
    said.append("data rail")
    window.open_data("rail", "travel ~ 1 + (1|Rail)")
    said.append("formula")
    for what in reversed(said):
        assert texts(window)[0].lower() == f"undo: {what}".lower()
        window.actions_by_name["undo"].trigger()
    assert texts(window) == ("", f"Redo: {texts(window)[1].partition(': ')[2]}")
    assert session.problem.n == 7
    assert session.options.algorithm == "fisher"


def test_a_new_choice_forgets_what_was_undone_and_a_restart_is_no_choice(opened):
    window = opened("handout")
    window.session.change("", method="ml")
    window.actions_by_name["undo"].trigger()
    window.session.reset()
    assert texts(window) == ("", "Redo: method ML")
    window.session.change("", algorithm="ai")
    assert texts(window)[1] == ""
    assert "algorithm" in texts(window)[0]


def test_the_present_run_is_the_one_that_is_left(opened):
    window = opened("handout")
    window.session.change("", method="ml")
    window.session.reset()
    window.session.go(5)
    window.session.change("", method="reml")
    window.actions_by_name["undo"].trigger()
    assert (window.session.options.method, window.session.position) == ("ml", 5)


def test_only_so_many_runs_are_kept(opened, monkeypatch):
    monkeypatch.setattr(history, "LIMIT", 3)
    window = opened("handout")
    for k in range(5):
        window.session.change("", start=(1.0 + k, 1.0))
    for _ in range(9):
        window.actions_by_name["undo"].trigger()
    assert window.session.options.start == (2.0, 1.0)


def test_large_data_are_not_kept_for_ever(opened, monkeypatch):
    monkeypatch.setattr(history, "ROWS", 40)
    window = opened("handout")
    for name in ("rail", "dyestuff", "handout", "rail"):  # 7, 18, 30, 7 rows, and 18 now
        window.open_data(name)
    undone = 0
    while window.actions_by_name["undo"].isEnabled():
        window.actions_by_name["undo"].trigger()
        undone += 1
    assert undone == 2
    assert window.desk.document.name == "dyestuff"


@pytest.mark.parametrize("key", [UNDO, REDO])
def test_nothing_to_undo_does_nothing(opened, key):
    window = opened("handout")
    window.session.go(4)
    QTest.keyClick(window, *key)
    assert window.session.position == 4
