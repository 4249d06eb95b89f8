"""Bookmarks: keys, timeline, list, undo, session files and report, by real events."""

from __future__ import annotations

import pytest
from plots import run
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget

from mlm_gui.app import main
from mlm_gui.panels.timeline import TimelinePanel
from mlm_gui.place import place_at, place_of, position_of
from mlm_gui.report import build
from mlm_gui.report.content import content
from mlm_gui.theme import THEMES, load_theme
from mlm_gui.widgets.bookmark_list import NOTE, BookmarkList
from solver.saving.session_file import Notes, write_session
from solver.state import STEP_NAMES

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def key(window, name, modifier=CONTROL):
    QTest.keyClick(window, name, modifier)


def marked(window):
    return window.desk.document.notes.bookmarks


def mark_of(line, index):
    """A place on the mark above a step."""
    return QPoint(line.position_of(index).toPoint().x(), 4)


@pytest.fixture
def listed(opened):
    """A window with bookmarks at 2, 5 and 9, at 5, and the dialog with their list."""
    window = opened("handout")
    window.session.go(12)
    window.session.go(5)
    window.desk.document.note(Notes("", ((2, ""), (5, "why?\nask again"), (9, "shrinks"))))
    window.actions_by_name["notes"].trigger()
    return window, window.findChild(BookmarkList)


def test_the_key_sets_a_bookmark_and_takes_it_off(opened):
    window = opened("handout")
    window.session.go(4)
    key(window, Qt.Key.Key_B)
    assert marked(window) == (4,)
    assert window.isWindowModified()
    assert "Bookmark at iteration 1 · step 5 of 6." in window.workspace.timeline.notice
    key(window, Qt.Key.Key_B)
    assert marked(window) == ()
    assert not window.isWindowModified()


def test_undo_brings_a_bookmark_back_with_its_note_and_goes_on_to_the_runs(opened):
    window = opened("handout")
    window.session.change("", method="ml")
    window.session.go(3)
    document = window.desk.document
    document.note(Notes("", ((3, "here"),)))
    key(window, Qt.Key.Key_B)
    assert marked(window) == ()
    document.note(Notes("later", ()))
    key(window, Qt.Key.Key_Z)
    assert document.notes == Notes("later", ((3, "here"),))
    assert window.session.options.method == "ml"
    assert (
        window.workspace.timeline.notice == "Undone: bookmark taken off iteration 1 · step 4 of 6."
    )
    key(window, Qt.Key.Key_Z)
    assert window.session.options.method == "reml"
    key(window, Qt.Key.Key_Y)
    key(window, Qt.Key.Key_Y)
    assert window.session.options.method == "ml"
    assert marked(window) == ()


def test_keys_go_from_bookmark_to_bookmark(opened):
    window = opened("handout")
    window.session.go(5)
    window.desk.document.note(Notes("", ((2, ""), (5, ""), (9, ""))))
    for name, position in (("Right", 9), ("Right", 9), ("Left", 5), ("Left", 2), ("Left", 2)):
        key(window, getattr(Qt.Key, f"Key_{name}"))
        assert window.session.position == position
    assert window.workspace.timeline.notice == "There is no bookmark before this step."


def test_a_bookmark_beyond_the_end_of_the_run_leads_to_its_end(opened, qtbot):
    window = opened("handout")
    window.desk.document.note(Notes("", ((500, "of a longer run"),)))
    key(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.session.at_end)
    assert window.workspace.timeline.notice == "This run ends before iteration 100 · step 6 of 6."


def test_the_list_says_where_each_bookmark_is(listed):
    rows = listed[1].rows
    texts = [
        [rows.topLevelItem(k).text(c) for c in range(3)] for k in range(rows.topLevelItemCount())
    ]
    assert texts == [
        ["1", "3 · Estimate β", ""],
        ["1", "6 · Check convergence", "why?"],
        ["2", "5 · Update σ² and τ²", "shrinks"],
    ]


def test_places_are_those_of_the_steps():
    trace = run("handout", 0)
    trace.exhaust()
    for step in trace:
        iteration, position = position_of(step.index)
        assert (step.iteration, step.name) == (iteration, STEP_NAMES[position])
        assert place_at(iteration, position) == place_of(step)


def test_the_list_goes_there_writes_notes_and_takes_off(listed, qtbot):
    window, bookmarks = listed
    rows = bookmarks.rows
    rows.setCurrentItem(rows.topLevelItem(2))
    QTest.mouseClick(bookmarks.findChild(QPushButton, "bookmark_go"), LEFT)
    assert window.session.position == 9
    rows.setCurrentItem(rows.topLevelItem(1))
    QTest.keyClick(rows, Qt.Key.Key_F2)
    field = rows.findChild(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "because")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.desk.document.notes.at(5) == "because\nask again")
    assert rows.topLevelItem(1).text(NOTE) == "because"
    assert bookmarks.chosen == 5
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    assert marked(window) == (2, 9)
    window.actions_by_name["undo"].trigger()
    assert window.desk.document.notes.at(5) == "because\nask again"


def test_the_tick_of_the_dialog_is_the_bookmark_of_the_step(listed):
    window, _ = listed
    tick = window.findChild(QCheckBox, "bookmark_step")
    assert tick.isChecked()
    window.session.go(6)
    assert not tick.isChecked()
    QTest.mouseClick(tick, LEFT, NO_KEY, QPoint(8, tick.height() // 2))
    assert marked(window) == (2, 5, 6, 9)
    assert tick.isChecked()


def test_the_timeline_shows_the_marks_and_a_click_on_one_goes_there(listed):
    window, _ = listed
    line = window.workspace.timeline
    assert line.notice == "why?"
    assert line.accessibleName() == "Timeline: iteration 1 · step 6 of 6, bookmark why?"
    QTest.mouseClick(line, LEFT, NO_KEY, mark_of(line, 9))
    assert window.session.position == 9
    assert line.notice == "shrinks"
    assert line.about(QPointF(mark_of(line, 5))).startswith("Bookmark: why?\nCheck")
    assert line.about(QPointF(line.position_of(5))).startswith("Bookmark: why?")
    assert line.about(QPointF(line.position_of(4))).startswith("Update")
    before = line.grab().toImage()
    window.desk.document.note(Notes())
    assert line.bookmark_at(QPointF(mark_of(line, 5))) is None
    assert line.grab().toImage() != before


def test_a_mark_stands_beyond_the_steps_taken_until_the_run_has_ended(qtbot):
    trace = run("handout", 3)
    line = shown(qtbot, trace)
    line.show_notes(Notes("", ((20, "to come"), (900, "of another run"))))
    asked = []
    line.step_requested.connect(asked.append)
    assert line.about(QPointF(mark_of(line, 20))) == (
        "Bookmark: to come\nCheck convergence\niteration 4 · step 6 of 6"
    )
    QTest.mouseClick(line, LEFT, NO_KEY, mark_of(line, 20))
    assert asked == [20]
    trace.exhaust()
    line.show_step(trace[-1], None)
    assert line.bookmark_at(QPointF(mark_of(line, 20))) == (20 if len(trace) > 20 else None)


@pytest.mark.parametrize("theme", THEMES)
def test_marks_among_thousands_of_steps_are_found(qtbot, theme):
    trace = run("dyestuff2", 0, algorithm="em", max_iterations=300)
    trace.exhaust()
    line = shown(qtbot, trace, theme)
    line.show_notes(Notes("", tuple((index, "") for index in range(3, 1200, 300))))
    line.grab()
    for index in range(3, 1200, 300):
        assert line.bookmark_at(QPointF(mark_of(line, index))) == index
        assert line.bookmark_at(QPointF(line.position_of(index))) is None


def shown(qtbot, trace, theme="light"):
    line = TimelinePanel()
    qtbot.addWidget(line)
    line.apply_theme(load_theme(theme, 1.0))
    line.show_problem(trace[0].problem, trace)
    line.show_step(trace[0], None)
    line.resize(900, line.height())
    line.show()
    return line


def test_notes_and_bookmarks_are_in_the_report(opened, qtbot):
    window = opened("handout")
    session = window.session
    session.last()
    qtbot.waitUntil(lambda: session.at_end)
    notes = Notes("For <Monday>", ((2, ""), (4, "look\nhere"), (900, "of another run")))
    blocks = content(session.analysis, list(session.trace), notes).blocks
    assert (blocks[0].text, blocks[1].text, blocks[1].plain) == ("Notes", "For <Monday>", True)
    assert blocks[2].pairs == (
        ("Estimate β, iteration 1 · step 3 of 6", "bookmark"),
        ("Update σ² and τ², iteration 1 · step 5 of 6", "look\nhere"),
    )
    assert content(session.analysis, list(session.trace)).blocks[0].text == "Data and choices"


def test_the_report_of_a_session_file_has_its_notes(opened, tmp_path, monkeypatch):
    window = opened("handout")
    document, seen = window.desk.document, []
    document.note(Notes("Read this", ((2, "and this"),)))
    path = tmp_path / "x.stepreml"
    write_session(path, document.manifest(), window.session.analysis)
    monkeypatch.setattr(build, "save_report", lambda *given: seen.append(given[-1]) or ())
    assert main(["report", str(path), "--out", str(tmp_path / "x.html")]) == 0
    assert seen == [document.notes]


def test_the_dialog_lists_nothing_without_bookmarks(opened):
    window = opened("handout")
    window.actions_by_name["notes"].trigger()
    assert not window.findChild(QWidget, "bookmarks").isVisible()


def test_what_is_written_after_a_bookmark_is_its_note(opened):
    window = opened("handout")
    window.session.go(4)
    key(window, Qt.Key.Key_B)
    key(window, Qt.Key.Key_N, NO_KEY)
    QTest.keyClicks(window.desk._notes.focusWidget(), "look")
    assert window.desk.document.notes == Notes("", ((4, "look"),))


def test_other_data_have_no_bookmarks_of_these(opened):
    window = opened("handout")
    window.desk.document.note(Notes("Monday", ((4, "look"),)))
    window.open_data("rail")
    assert window.desk.document.notes == Notes("Monday")
    assert window.workspace.timeline._notes.bookmarks == ()
    window.actions_by_name["undo"].trigger()
    assert marked(window) == (4,)
