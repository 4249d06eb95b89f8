"""The session alone, without widgets: cursor, clock, breakpoints and new runs."""

from __future__ import annotations

import pytest
from plots import given, many

from mlm_gui.session import Session
from solver import Options, Refusal
from solver.saving.loading import load
from solver.state import STEP_NAMES


@pytest.fixture
def session(qapp):
    session = Session(load("handout"))
    session.moves = []
    session.moved.connect(lambda new, old: session.moves.append((new, old)))
    yield session
    session.pause()


def test_step_and_back(session):
    session.step()
    session.step()
    assert session.position == 2
    session.back()
    assert session.position == 1
    steps = [session.trace[k] for k in range(3)]
    assert session.moves == [(steps[1], steps[0]), (steps[2], steps[1]), (steps[1], steps[2])]
    assert session.current is steps[1]


def test_back_stops_at_the_start_and_step_at_the_end(session, qtbot):
    session.back()
    assert (session.position, session.moves) == (0, [])
    session.go(10_000)
    qtbot.waitUntil(lambda: session.at_end)
    end = session.position
    session.step()
    assert session.position == end
    assert session.current.state.outcome is not None


def test_iterations(session):
    session.next_iteration()
    assert (session.current.iteration, session.current.name) == (1, STEP_NAMES[-1])
    session.step()
    session.next_iteration()
    assert (session.current.iteration, session.current.name) == (2, STEP_NAMES[-1])
    session.previous_iteration()
    assert session.current.iteration == 1
    session.previous_iteration()
    assert session.position == 0


@pytest.mark.parametrize("name", STEP_NAMES[1:])
def test_run_to_every_step(session, name):
    session.run_to(name)
    assert session.current.name == name
    first = session.position
    session.run_to(name)
    assert session.position == first + 5


def test_last_and_first(session, qtbot):
    session.last()
    qtbot.waitUntil(lambda: session.at_end)
    session.first()
    assert session.position == 0
    assert len(session.trace) > 1


def test_the_clock_steps_and_pauses_at_a_breakpoint(session, qtbot):
    running = []
    session.running_changed.connect(running.append)
    session.set_interval(1)
    session.pause_at("predict_u")
    session.run()
    with qtbot.waitSignal(session.running_changed):
        pass
    assert session.position == 3
    assert running == [True, False]
    session.run()
    with qtbot.waitSignal(session.running_changed):
        pass
    assert session.position == 8


def test_a_long_way_leaves_the_loop_its_turn(qtbot):
    session = Session(given(many(200, 2000), Options(algorithm="em", tolerance=1e-15)))
    turns = []
    session.running_changed.connect(turns.append)
    session.last()
    if session.running:
        assert session.position == 0
        qtbot.waitUntil(lambda: not session.running, timeout=20_000)
        assert turns == [True, False]
    assert session.at_end


def test_a_seek_can_be_paused(qtbot):
    session = Session(given(many(2000, 20_000), Options(algorithm="em", tolerance=1e-15)))
    session.last()
    if session.running:
        session.pause()
        assert not session.running
        assert session.position == 0


def test_a_new_run_says_what_changed(session):
    said = []
    session.started.connect(said.append)
    session.go(4)
    session.change("now ML", method="ml")
    assert said == ["now ML"]
    assert (session.position, session.options.method) == (0, "ml")
    assert session.moves[-1] == (session.current, None)
    session.reset()
    assert (session.position, len(session.trace)) == (0, 1)


def test_a_refused_change_leaves_the_run(session):
    session.go(4)
    trace = session.trace
    with pytest.raises(Refusal):
        session.change("no", start=(-1.0, 1.0))
    assert session.trace is trace
    assert session.position == 4


def test_needs_no_widgets():
    import mlm_gui.session as module

    assert "QtWidgets" not in vars(module)
