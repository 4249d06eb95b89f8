from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from plots import click, go, hover, index_of, run, settle, shown, texts
from PySide6.QtCore import QPoint, Qt

from mlm_gui.panels.likelihood import DIGITS, ITERATIONS, LikelihoodPanel
from mlm_gui.panels.run_history import PARTS, RunHistory, near_peak
from solver import Problem, fit, load_example
from solver.formatting import number, signed

SIZE = (700, 760)


def panel_on(qtbot, name, position=0, full=False, **options):
    trace = run(name, position, **options)
    if full:
        trace.exhaust()
    position = len(trace) - 1 if position < 0 else position
    return shown(qtbot, LikelihoodPanel, trace, position, size=SIZE), trace


def tick(qtbot, panel, key):
    box = panel.layers.box(key)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    settle(panel)


def updates(trace, last=None):
    found = [
        step for step in trace[: len(trace)] if step.name in ("initialize", "update_variances")
    ]
    return found[:last]


def other(criterion):
    return replace(criterion, method="ml" if criterion.method == "reml" else "reml")


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_each_row_is_its_series(qtbot, method):
    panel, trace = panel_on(qtbot, "ceis", 19, method=method)
    tick(qtbot, panel, "constant")
    criteria = [step.state.criterion for step in updates(trace)]
    wanted = {
        "loglik": [at.loglik for at in criteria],
        "other": [other(at).loglik for at in criteria],
        **{key: [getattr(at.parts, key) for at in criteria] for key in PARTS},
    }
    if method == "ml":
        del wanted["log_det_information"]
    assert set(panel.rows) == set(wanted)
    for key, row in panel.rows.items():
        assert row.past.get_ydata() == pytest.approx(wanted[key], rel=1e-12), key
        assert list(row.past.get_xdata()) == list(range(len(criteria)))
        assert row.here.get_xdata() == [len(criteria) - 1]
        low, high = row.axes.get_ylim()
        assert low < min(wanted[key])
        assert max(wanted[key]) < high


@pytest.mark.parametrize(
    ("name", "position"),
    [("initialize", 0), ("predict_u", 0), ("update_variances", 1), ("check_convergence", 1)],
)
def test_marker_is_at_the_iteration_whose_variances_hold(qtbot, name, position):
    panel, trace = panel_on(qtbot, "handout", 0)
    index = index_of(trace, name, 0 if name == "initialize" else 1)
    go(panel, trace, index)
    row = panel.rows["loglik"]
    assert row.here.get_xdata() == [position]
    assert row.here.get_ydata() == [trace[index].state.loglik]


def test_what_comes_after_the_cursor_stays_but_fainter(qtbot):
    panel, trace = panel_on(qtbot, "handout", 14)
    go(panel, trace, 4)
    row = panel.rows["loglik"]
    assert len(row.past.get_xdata()) == 2
    assert list(row.ahead.get_xdata()) == [1, 2, 3]
    assert row.ahead.get_color() != row.past.get_color()


def test_both_criteria_are_named_at_their_lines(qtbot):
    panel, _ = panel_on(qtbot, "handout", 4)
    said = texts(panel)
    assert said.count("REML") == 2
    assert said.count("ML") == 1
    assert "ℓ<sub>R</sub> REML" in said
    assert "ℓ ML" in said


def test_heads_say_value_and_change(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 4)
    now, before = trace[4].state.criterion, trace[0].state.criterion
    said = texts(panel)
    assert number(now.loglik, DIGITS) in said
    assert signed(now.loglik - before.loglik) in said
    change = now.parts.log_det_V - before.parts.log_det_V
    label = next(item.label for item in panel.canvas.labels if item.label.text == signed(change))
    assert label.colour == panel.look.accent
    go(panel, trace, 0)
    assert not any(text.startswith("+") for text in texts(panel))


@pytest.mark.parametrize("width", [240, 280, 340, 420, 600])
def test_a_change_is_shown_whole_or_not_at_all(qtbot, width):
    trace = run("handout", 19)
    panel = shown(qtbot, LikelihoodPanel, trace, 19, size=(width, 400))
    changes = [
        i for i in panel.canvas.labels if i.label.text.startswith(("+", "−")) and "·" in i.text
    ]
    for item in changes:
        assert not item.elided
        assert item.rect.right() <= panel.canvas.width()
    if width >= 340:
        assert changes


def test_rounding_is_no_change(qtbot):
    panel, _ = panel_on(qtbot, "ceis", -1, full=True)
    assert not any(text.startswith("+") for text in texts(panel))


def test_limits_are_known_from_the_start(qtbot):
    panel, trace = panel_on(qtbot, "hsb82", 0)
    row = panel.rows["loglik"]
    low, high = row.axes.get_ylim()
    best = trace.exhaust().state.loglik
    assert low < trace[0].state.loglik < best < high
    go(panel, trace, 40)
    assert row.axes.get_ylim() == (low, high)


def test_axis_of_iterations_doubles_when_a_run_needs_more(qtbot):
    panel, trace = panel_on(qtbot, "handout", 0, algorithm="em", start="half")
    axes = panel.rows["loglik"].axes
    assert ITERATIONS < axes.get_xlim()[1] < ITERATIONS + 1
    go(panel, trace, index_of(trace, "update_variances", ITERATIONS + 1))
    assert 2 * ITERATIONS < axes.get_xlim()[1] < 2 * ITERATIONS + 1
    assert not panel.view.zoomed
    assert not panel.frame.whole_button.isVisible()


def test_axis_of_iterations_ends_where_a_run_has_ended(qtbot):
    panel, trace = panel_on(qtbot, "handout", 4)
    axes = panel.rows["loglik"].axes
    last = trace.exhaust()
    assert last.iteration > ITERATIONS
    go(panel, trace, last.index - 1)
    assert last.iteration <= axes.get_xlim()[1] < last.iteration + 0.5
    go(panel, trace, 4)
    assert last.iteration <= axes.get_xlim()[1] < last.iteration + 0.5


def test_axis_of_iterations_does_not_tell_a_lecture_how_long_the_run_is(qtbot):
    panel, trace = panel_on(qtbot, "handout", 4, full=True)
    panel.set_bare(True)
    settle(panel)
    assert panel.rows["loglik"].axes.get_xlim()[1] > 2 * ITERATIONS
    last = trace.exhaust()
    go(panel, trace, last.index)
    assert panel.rows["loglik"].axes.get_xlim()[1] < last.iteration + 0.5


@pytest.mark.parametrize("height", [300, 420, 500, 640])
@pytest.mark.parametrize("name", ["handout", "ceis", "hsb82"])
def test_ticks_touch_neither_each_other_nor_a_head(qtbot, name, height):
    trace = run(name, -1)
    panel = shown(qtbot, LikelihoodPanel, trace, len(trace) - 1, size=(600, height))
    line = panel.canvas.metrics()
    heads = {round(i.rect.center().y()): i.rect for i in panel.canvas.labels}
    for row in panel.rows.values():
        low, high = row.axes.get_ylim()
        places = [t for t in row.axes.yaxis.get_major_locator()() if low <= t <= high]
        heights = [panel.canvas.to_widget(row.axes, 0, t)[1] for t in sorted(places)]
        assert all(a - b >= line.height() for a, b in pairwise(heights)), row.key
        for y in heights:
            for head in heads.values():
                middle = head.center().y()
                assert abs(middle - y) >= line.ascent() * 0.9 or head.left() > 100, row.key


def test_gap_to_the_optimum_can_be_seen_once_the_run_is_complete(qtbot):
    panel, trace = panel_on(qtbot, "handout", 4)
    box = panel.layers.box("gap")
    assert not box.isEnabled()
    assert "converged" in box.toolTip()
    last = trace.exhaust()
    go(panel, trace, last.index)
    assert box.isEnabled()
    tick(qtbot, panel, "gap")
    row = panel.rows["gap"]
    assert row.axes.get_yscale() == "log"
    heights = np.array([step.state.loglik for step in updates(trace)])
    gaps = heights[-1] - heights
    drawn = np.asarray(row.past.get_ydata(), float)
    seen = np.isfinite(drawn)
    assert drawn[seen] == pytest.approx(gaps[seen])
    assert gaps[~seen] == pytest.approx(0, abs=1e-12)
    assert "less than rounding" in texts(panel)


def test_gap_is_not_offered_when_the_run_did_not_converge(qtbot):
    panel, _ = panel_on(qtbot, "dyestuff2", -1, full=True, algorithm="em", max_iterations=20)
    assert not panel.layers.box("gap").isEnabled()


def test_pointing_at_an_iteration_shows_it_and_a_click_goes_there(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 14)
    axes = panel.rows["loglik"].axes
    x = panel.canvas.to_widget(axes, 2, 0)[0]
    place = QPoint(round(x), panel.canvas.box(axes).center().toPoint().y())
    text = hover(panel, place)
    state = trace[index_of(trace, "update_variances", 2)].state
    assert "iteration 2" in text
    assert number(state.sigma2) in text
    assert number(state.tau2) in text
    assert number(state.loglik, DIGITS) in text
    with qtbot.waitSignal(panel.step_requested) as asked:
        click(panel, place)
    assert asked.args == [index_of(trace, "update_variances", 2)]


def test_rows_can_be_unticked(qtbot):
    panel, _ = panel_on(qtbot, "ceis", 4)
    for key in ("other", *PARTS[:3]):
        tick(qtbot, panel, key)
    assert list(panel.rows) == ["loglik"]
    assert len(panel.figure.axes) == 1


def test_no_price_of_beta_under_ml(qtbot):
    panel, _ = panel_on(qtbot, "ceis", 4, method="ml")
    assert "log_det_information" not in panel.rows
    assert "0 under ML" in panel.layers.box("log_det_information").toolTip()


def test_long_runs_lose_their_marks(qtbot):
    panel, _ = panel_on(qtbot, "dyestuff2", -1, full=True, algorithm="em", max_iterations=200)
    assert panel.rows["loglik"].past.get_marker() == "none"


def test_scrolled_where_there_is_no_room(qtbot):
    panel, _ = panel_on(qtbot, "ceis", 4)
    panel.resize(300, 200)
    settle(panel)
    assert panel.canvas.height() > 200
    assert panel.frame._scroll.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("name", ["handout", "ceis", "radon", "dyestuff2", "sleepstudy"])
def test_peak_is_near_the_optimum(name, method):
    example = load_example(name)
    problem = Problem.from_frame(example.frame(), example.formula)
    trace = run(problem, method=method)
    best = fit(problem, trace[0].options)
    peak = near_peak(trace[0].state.criterion)
    assert best.loglik - 0.01 < peak.loglik < best.loglik + 1e-9


def test_history_takes_in_what_is_added():
    trace = run("handout", 0)
    history = RunHistory(trace)
    assert history.grow()
    assert not history.grow()
    trace[8]
    assert not history.grow() or len(history.criteria) == 2
    trace[9]
    assert history.grow()
    assert history.steps == [0, 4, 9]
    assert list(history.series("tau2")) == [trace[k].state.tau2 for k in (0, 4, 9)]
