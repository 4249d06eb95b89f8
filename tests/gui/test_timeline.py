"""The timeline: click, drag, keys and words, inside the window and alone."""

from __future__ import annotations

import pytest
from plots import run
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from mlm_gui.panels.timeline import TimelinePanel
from mlm_gui.theme import THEMES, load_theme

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def at(line, index):
    return line.position_of(index).toPoint()


def test_a_click_jumps(opened):
    window = opened("handout")
    window.session.go(12)
    line = window.workspace.timeline
    for index in (3, 11, 0, 12):
        QTest.mouseClick(line, LEFT, NO_KEY, at(line, index))
        assert window.session.position == index


def test_a_click_beyond_the_steps_taken_goes_to_the_last_one(opened):
    window = opened("handout")
    window.session.go(4)
    window.session.go(1)
    line = window.workspace.timeline
    QTest.mouseClick(line, LEFT, NO_KEY, at(line, 25))
    assert window.session.position == 4
    QTest.mouseClick(line, LEFT, NO_KEY, QPoint(0, 3))
    assert window.session.position == 0


def test_other_buttons_do_nothing(opened):
    window = opened("handout")
    window.session.go(6)
    line = window.workspace.timeline
    QTest.mouseClick(line, Qt.MouseButton.RightButton, NO_KEY, at(line, 2))
    assert window.session.position == 6


def test_dragging_moves_the_cursor_along(opened):
    window = opened("handout")
    window.session.go(10)
    line = window.workspace.timeline
    seen = []
    window.session.moved.connect(lambda new, old: seen.append(new.index))
    QTest.mousePress(line, LEFT, NO_KEY, at(line, 9))
    for index in (8, 7, 5, 6):
        QTest.mouseMove(line, at(line, index))
    QTest.mouseRelease(line, LEFT, NO_KEY, at(line, 6))
    assert seen == [9, 8, 7, 5, 6]
    QTest.mouseMove(line, at(line, 2))
    assert window.session.position == 6


@pytest.fixture
def alone(qtbot):
    def show(trace, position, size=(900, 80), theme="light", zoom=1.0):
        line = TimelinePanel()
        qtbot.addWidget(line)
        line.apply_theme(load_theme(theme, zoom))
        line.show_problem(trace[0].problem, trace)
        line.show_step(trace[position], None)
        line.resize(*size)
        line.show()
        return line

    return show


def test_caption_says_where_the_cursor_is(alone):
    trace = run("handout", 14)
    line = alone(trace, 13)
    step = trace[13]
    assert line.caption == f"iteration {step.iteration} · step 4 of 6"
    assert line.caption in line.accessibleName()


@pytest.mark.parametrize("zoom", [1.0, 1.7, 3.0])
def test_a_bookmark_and_an_outcome_on_one_step_are_both_seen(alone, zoom):
    line, unit = alone(run("handout", 14), 13, zoom=zoom), load_theme("light", zoom).unit
    assert not line._dot(40.0, unit).intersects(line._ribbon(40.0, unit).boundingRect())


def test_arrows_ask_while_it_has_the_focus(alone):
    line = alone(run("handout", 6), 4)
    asked = []
    line.step_requested.connect(asked.append)
    QTest.keyClick(line, Qt.Key.Key_Left)
    QTest.keyClick(line, Qt.Key.Key_Right)
    assert asked == [3, 5]


def test_every_tick_is_found_again(alone):
    trace = run("dyestuff2", 0, algorithm="em", max_iterations=300)
    trace.exhaust()
    line = alone(trace, 0)
    assert len(trace) > 1000
    for index in range(0, len(trace), 97):
        assert abs(line.index_at(line.position_of(index).x()) - index) <= 1
    line.grab()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.0])
def test_caption_fits(alone, theme, zoom):
    trace = run("dyestuff2", 0)
    trace.exhaust()
    line = alone(trace, len(trace) - 1, theme=theme, zoom=zoom)
    line.show_notice("New data: " + "a very long name " * 20)
    line.grab()
    text = line.fontMetrics().height()
    assert line.height() >= line._span().bottom() + text
