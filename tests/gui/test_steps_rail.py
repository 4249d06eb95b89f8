"""The rail: criterion, steps and loop, present values and lamps, for every place in a run."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mlm_gui.panels.steps_rail import StepsPanel
from mlm_gui.theme import load_theme
from solver import Options, Problem, Trace, load_example, steps
from solver.formatting import number, signed
from solver.lessons import step_lessons
from solver.state import STEP_NAMES


def problem(name: str) -> Problem:
    example = load_example(name)
    return Problem.from_frame(example.frame(), example.formula)


@pytest.fixture(scope="module")
def handout() -> Problem:
    return problem("handout")


def run(qtbot: QtBot, data: Problem, options: Options | None = None) -> tuple[StepsPanel, Trace]:
    trace = Trace(steps(data, options))
    rail = StepsPanel()
    qtbot.addWidget(rail)
    rail.apply_theme(load_theme("light"))
    rail.show_problem(data, trace)
    rail.show_step(trace[0], None)
    rail.resize(240, 600)
    rail.show()
    return rail, trace


def tall_enough(widget: QWidget) -> bool:
    return widget.height() >= widget.fontMetrics().height()


def go(rail: StepsPanel, trace: Trace, index: int) -> None:
    rail.show_step(trace[index], None)


def test_criterion_and_algorithm_are_named(qtbot: QtBot, handout: Problem) -> None:
    rail, _ = run(qtbot, handout)
    assert rail.criterion.text() == "REML"
    assert "Fisher scoring" in rail.algorithm.text()
    assert rail.criterion.font().pointSizeF() > rail.algorithm.font().pointSizeF()
    rail, _ = run(qtbot, handout, Options(method="ml", algorithm="em"))
    assert rail.criterion.text() == "ML"
    assert "EM" in rail.algorithm.text()
    assert rail.readings.readings["loglik"].symbol.text() == "ℓ"


@pytest.mark.parametrize("index", [0, 1, 4, 5, 6, 10])
def test_one_step_is_lit(qtbot: QtBot, handout: Problem, index: int) -> None:
    rail, trace = run(qtbot, handout)
    go(rail, trace, index)
    position = STEP_NAMES.index(trace[index].name)
    assert [button.current for button in rail.loop.buttons] == [k == position for k in range(6)]
    assert [button.taken for button in rail.loop.buttons] == [k < position for k in range(6)]
    assert rail.loop.buttons[position].accessibleName().endswith("current")
    shown = rail.iteration.text()
    assert (f"<b>{trace[index].iteration}</b>" in shown) == (index > 0)


@pytest.mark.parametrize("index", [0, 1, 5, 6, 9, 10])
def test_a_click_asks_for_a_step_of_this_iteration(
    qtbot: QtBot, handout: Problem, index: int
) -> None:
    rail, trace = run(qtbot, handout)
    go(rail, trace, index)
    iteration = max(trace[index].iteration, 1)
    for button in rail.loop.buttons:
        with qtbot.waitSignal(rail.step_requested) as asked:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked.args is not None
        wanted = trace[asked.args[0]]
        assert wanted.name == STEP_NAMES[button.position]
        assert wanted.iteration == (iteration if button.position else 0)


def test_arrows_and_enter_do_the_same(qtbot: QtBot, handout: Problem) -> None:
    rail, trace = run(qtbot, handout)
    go(rail, trace, 8)
    rail.activateWindow()
    here = rail.loop.buttons[STEP_NAMES.index(trace[8].name)]
    assert here.focusPolicy() == Qt.FocusPolicy.StrongFocus
    here.setFocus()
    qtbot.waitUntil(here.hasFocus)
    QTest.keyClick(here, Qt.Key.Key_Down)
    below = rail.loop.buttons[here.position + 1]
    qtbot.waitUntil(below.hasFocus)
    with qtbot.waitSignal(rail.step_requested) as asked:
        QTest.keyClick(below, Qt.Key.Key_Return)
    assert asked.args == [9]
    QTest.keyClick(below, Qt.Key.Key_Up)
    qtbot.waitUntil(here.hasFocus)


def test_only_the_current_step_is_a_stop_of_the_tab_key(qtbot: QtBot, handout: Problem) -> None:
    rail, trace = run(qtbot, handout)
    for index in (0, 3, 5):
        go(rail, trace, index)
        stops = [
            button.position
            for button in rail.loop.buttons
            if button.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        assert stops == [STEP_NAMES.index(trace[index].name)]


@pytest.mark.parametrize("forwards", [True, False])
def test_values_and_changes_are_those_of_the_state(
    qtbot: QtBot, handout: Problem, forwards: bool
) -> None:
    rail, trace = run(qtbot, handout)
    trace.exhaust()
    for step in trace if forwards else reversed(list(trace)):
        go(rail, trace, step.index)
        for name, reading in rail.readings.readings.items():
            value = getattr(step.state, name)
            digits = 7 if name == "loglik" else 4
            assert reading.value.text().strip("\u2007\u2008") == number(value, digits)
            assert repr(float(value)).replace("-", "−") in reading.value.toolTip()
            if step.index:
                before = getattr(trace[step.index - 1].state, name)
                change = value - before
                text = reading.change.text().strip("\u2007\u2008")
                places = len(number(value, digits).partition(".")[2])
                if round(change, places) == 0:
                    assert text == signed(change)
                else:
                    assert text[0] == ("+" if change > 0 else "−")
                    assert text[1:] == f"{abs(change):.{places}f}"
            else:
                assert reading.change.text() == ""


def test_a_rise_and_a_fall_have_a_sign_and_a_colour(qtbot: QtBot, handout: Problem) -> None:
    rail, trace = run(qtbot, handout)
    go(rail, trace, 4)
    theme = load_theme("light")
    sigma2, tau2 = (rail.readings.readings[name].change for name in ("sigma2", "tau2"))
    assert sigma2.text().startswith("+")
    assert tau2.text().startswith("−")
    for change in (sigma2, tau2):
        assert change.palette().windowText().color().name() == theme.accent.lower()


def test_changes_stand_below_the_values_where_there_is_no_room(
    qtbot: QtBot, handout: Problem
) -> None:
    rail, trace = run(qtbot, handout)
    go(rail, trace, 4)
    reading = rail.readings.readings["sigma2"]
    qtbot.waitUntil(lambda: reading.change.x() > reading.value.geometry().right())
    rail.resize(150, 600)
    qtbot.waitUntil(lambda: reading.change.y() > reading.value.geometry().center().y())
    assert reading.change.width() >= reading.change.sizeHint().width()


def test_lamps_tell_converged_and_boundary_apart(qtbot: QtBot, handout: Problem) -> None:
    rail, trace = run(qtbot, handout)
    assert (rail.converged.lit, rail.boundary.lit) == (False, False)
    assert rail.converged.text == "not converged yet"
    trace.exhaust()
    go(rail, trace, len(trace) - 1)
    assert (rail.converged.lit, rail.boundary.lit) == (True, False)
    assert rail.converged.accessibleName() == "converged"
    assert rail.boundary.accessibleName() == "not on the boundary"


def test_boundary_lights_before_convergence(qtbot: QtBot) -> None:
    rail, trace = run(qtbot, problem("dyestuff2"))
    trace.exhaust()
    seen = set()
    for step in trace:
        go(rail, trace, step.index)
        assert rail.boundary.lit == (step.state.tau2 == 0)
        assert rail.converged.lit == step.state.converged
        seen.add((rail.converged.lit, rail.boundary.lit))
    assert seen == {(False, False), (False, True), (True, True)}


def test_a_run_that_ends_without_converging_says_so(qtbot: QtBot, handout: Problem) -> None:
    rail, trace = run(qtbot, handout, Options(algorithm="em", max_iterations=1))
    go(rail, trace, 5)
    assert not rail.converged.lit
    assert rail.converged.text == "stopped, not converged"


def test_lit_and_unlit_differ_without_colour(qtbot: QtBot, handout: Problem) -> None:
    rail, trace = run(qtbot, handout)
    trace.exhaust()
    dark = rail.converged.grab().toImage()
    go(rail, trace, len(trace) - 1)
    lit = rail.converged.grab().toImage()
    theme = load_theme("light")
    assert theme.good in {
        lit.pixelColor(x, y).name() for x in range(30) for y in range(lit.height())
    }
    assert dark != lit


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.0])
def test_every_theme_and_zoom(qtbot: QtBot, handout: Problem, theme: str, zoom: float) -> None:
    rail, trace = run(qtbot, handout)
    go(rail, trace, 4)
    rail.apply_theme(load_theme(theme, zoom))
    look = load_theme(theme, zoom)
    content = rail._page.content
    qtbot.waitUntil(lambda: content.width() >= content.minimumSizeHint().width())
    assert rail.criterion.font().pointSizeF() == pytest.approx(look.font("large").pointSizeF())
    for button in rail.loop.buttons:
        qtbot.waitUntil(partial(tall_enough, button))
        assert button.toolTip().endswith(step_lessons()[STEP_NAMES[button.position]].sentence)


def test_everything_interactive_has_a_name(qtbot: QtBot, handout: Problem) -> None:
    rail, _ = run(qtbot, handout)
    assert rail.objectName() == "steps"
    for child in rail.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
            assert child.accessibleName() or not child.focusProxy(), child
    assert all(button.accessibleName() for button in rail.loop.buttons)


def test_a_step_that_the_pointer_has_left_unseen_is_not_lit(qtbot: QtBot, handout: Problem) -> None:
    rail, _ = run(qtbot, handout)
    button = rail.loop.buttons[5]
    QCursor.setPos(button.mapToGlobal(button.rect().center()))
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    assert button.hovered
    QCursor.setPos(button.mapToGlobal(button.rect().topLeft() - QPoint(0, 200)))
    assert not button.hovered
