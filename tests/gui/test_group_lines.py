from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from plots import click, example, go, hover, many, pixel, run, settle, shown, texts
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCompleter

from mlm_gui.panels.drawn_groups import MOST_GROUPS, ROWS, DrawnGroups, predictors
from mlm_gui.panels.group_lines import GroupLinesPanel
from solver import Choices, Ols, Options, Problem, Trace, analyse, load_example, no_pooling, steps
from solver.data.simulation import FORMULA, Simulation
from solver.formatting import number


def schools() -> Problem:
    """hsb82 with the mean of ses in each school as a second predictor."""
    frame = load_example("hsb82").frame()
    frame["meanses"] = frame.groupby("school")["ses"].transform("mean")
    return Problem.from_frame(frame, "mAch ~ ses + meanses + (1 | school)")


def panel_on(qtbot, problem, position=3, **how):
    trace = run(problem, position)
    return shown(qtbot, GroupLinesPanel, trace, position, **how), trace


def tick(qtbot, panel, key):
    box = panel.layers.box(key)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    settle(panel)


def segments(collection):
    return [np.array(line) for line in collection.get_segments()]


def expected_line(panel, state, j, x):
    problem, k = panel.data, panel.drawn.column
    row = problem.X.mean(axis=0)
    rows = np.tile(row, (len(x), 1))
    if k is not None:
        rows[:, k] = x
    return rows @ state.beta + state.u[j]


def test_rows_are_drawn_with_their_groups_colour_and_marker(qtbot):
    panel, _ = panel_on(qtbot, "handout")
    problem, theme = panel.data, panel.look
    assert len(panel.artists.data) == problem.J
    for j, line in enumerate(panel.artists.data):
        mine = problem.codes == j
        assert np.array_equal(line.get_xdata(), problem.X[mine, 1])
        assert np.array_equal(line.get_ydata(), problem.y[mine])
        assert (line.get_color(), line.get_marker()) == theme.group(j, problem.J)[:2]


@pytest.mark.parametrize("name", ["handout", "ceis", "radon", "orthodont"])
def test_blup_lines_follow_beta_and_u(qtbot, name):
    panel, trace = panel_on(qtbot, name, 0)
    for position in (0, 2, 3, 7, 8):
        go(panel, trace, position)
        state = trace[position].state
        lines = segments(panel.artists.blup)
        for j, line in zip(panel.drawn.groups, lines, strict=True):
            assert line[:, 1] == pytest.approx(expected_line(panel, state, j, line[:, 0]))


def test_other_predictors_are_held_at_their_means(qtbot):
    problem = schools()
    panel, trace = panel_on(qtbot, problem)
    state = trace[3].state
    assert "other predictors at their means" in " ".join(texts(panel))
    panel.axis_choice.setCurrentIndex(1)
    panel.axis_choice.activated.emit(1)
    settle(panel)
    assert panel.drawn.column == 2
    assert panel.x_title == "meanses"
    line = segments(panel.artists.blup)[5]
    assert line[:, 1] == pytest.approx(expected_line(panel, state, 5, line[:, 0]))


def test_ols_line(qtbot):
    panel, _ = panel_on(qtbot, "ceis")
    beta = Ols(panel.data).beta
    x, y = panel.artists.ols.get_data()
    assert y == pytest.approx(beta[0] + beta[1] * np.array(x))
    assert "OLS" in texts(panel)
    tick(qtbot, panel, "ols")
    assert "OLS" not in texts(panel)
    assert not len(panel.artists.ols.get_xdata())


def test_the_fixed_line_follows_beta(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 0)
    for position in (0, 2, 7):
        go(panel, trace, position)
        beta = trace[position].state.beta
        x, y = panel.artists.fixed.get_data()
        assert y == pytest.approx(beta[0] + beta[1] * np.array(x))
    assert "Xβ" in texts(panel)
    tick(qtbot, panel, "fixed")
    assert "Xβ" not in texts(panel)
    assert not len(panel.artists.fixed.get_xdata())


def test_each_groups_own_line(qtbot):
    panel, _ = panel_on(qtbot, "radon")
    assert not len(panel.artists.alone.get_segments())
    tick(qtbot, panel, "alone")
    beta = no_pooling(panel.data)
    told = ~np.isnan(beta[:, 0])
    drawn = segments(panel.artists.alone)
    for j in np.flatnonzero(told):
        assert drawn[j][:, 1] == pytest.approx(beta[j, 0] + beta[j, 1] * drawn[j][:, 0])
    assert f"{(~told).sum()} groups cannot tell a line alone" in " ".join(texts(panel))


def test_arrows_lead_from_mean_residual_to_u(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 2)
    tick(qtbot, panel, "arrows")
    assert not panel.artists.arrows.get_visible()
    go(panel, trace, 3)
    state, problem = trace[3].state, panel.data
    assert panel.artists.arrows.get_visible()
    arrows = panel.artists.arrows
    centre = np.array([problem.X[problem.codes == j, 1].mean() for j in range(problem.J)])
    level = state.beta[0] + state.beta[1] * centre
    assert arrows.XY[:, 0] == pytest.approx(centre)
    assert arrows.XY[:, 1] == pytest.approx(level + state.mean_residuals)
    means = [problem.y[problem.codes == j].mean() for j in range(problem.J)]
    assert arrows.XY[:, 1] == pytest.approx(means)
    assert arrows.XY[:, 1] + arrows.V == pytest.approx(level + state.u)


def test_labels_stand_at_the_ends_without_overlap(qtbot):
    panel, _ = panel_on(qtbot, "ceis", 0)
    names = [item for item in panel.canvas.labels if item.label.group is not None]
    assert [item.label.text.split()[-1] for item in names] == list(panel.data.group_labels)
    tops = sorted(item.rect.top() for item in names)
    assert min(np.diff(tops)) >= names[0].rect.height() - 1e-6
    assert {item.label.colour for item in names} == set(panel.look.groups[: panel.data.J])


def test_a_line_that_leaves_at_the_top_has_its_name_at_the_edge(qtbot):
    panel, trace = panel_on(qtbot, "handout")
    axes = panel.artists.axes
    end, low = axes.get_xlim()[1], axes.get_ylim()[0]
    highest = panel.lines.level + float(trace[3].state.u.max()) + panel.lines.slope * end
    for part, named in ((0.95, 3), (0.8, 2)):
        axes.set_ylim(low, low + part * (highest - low))
        assert sum(label.group is not None for label in panel.labels()) == named


def test_groups_are_named_whatever_is_drawn_of_them(qtbot):
    panel, _ = panel_on(qtbot, "salaries", size=(900, 700))
    end = panel.artists.axes.get_xlim()[1]
    for chosen in (("data",), ("data", "alone"), ("data", "blup")):
        panel.layers.choose(chosen)
        settle(panel)
        named = {label.group for label in panel.labels() if label.group is not None}
        assert named == set(range(panel.data.J))
    level, slope = panel.alone
    panel.layers.choose(("alone",))
    assert panel._end_of(2, end) == pytest.approx(level[2] + slope[2] * end)
    panel.layers.choose(())
    assert panel._end_of(2, end) == pytest.approx(panel.data.y[panel.data.codes == 2].mean())


def test_u_is_said_to_be_0_before_it_is_predicted(qtbot):
    panel, trace = panel_on(qtbot, "handout", 0)
    assert "û = 0 until “Predict u”" in " ".join(texts(panel))
    go(panel, trace, 3)
    assert "until" not in " ".join(texts(panel))


def test_without_predictors_groups_stand_side_by_side(qtbot):
    panel, trace = panel_on(qtbot, "dyestuff")
    problem, state = panel.data, trace[3].state
    assert panel.drawn.column is None
    assert not panel.axis_choice.isVisible()
    for j, line in enumerate(segments(panel.artists.blup)):
        assert line[:, 0].mean() == pytest.approx(j)
        assert line[:, 1] == pytest.approx(state.beta[0] + state.u[j])
    assert [
        item.label.text.split()[-1] for item in panel.canvas.labels if item.label.group is not None
    ] == list(problem.group_labels)
    assert all(abs(panel.drawn.x - problem.codes[panel.drawn.rows]) < 0.5)


def test_numeric_predictors_come_first():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "y": rng.normal(size=60),
            "sex": ["a", "b"] * 30,
            "x": rng.normal(size=60),
            "g": np.repeat(range(6), 10),
        }
    )
    problem = Problem.from_frame(frame, "y ~ sex + x + (1 | g)")
    names = [problem.fixed_names[k] for k in predictors(problem)]
    assert names[0] == "x"
    assert "sex" in names[1]
    problem = Problem.from_frame(frame, "y ~ 0 + x + (1 | g)")
    assert [problem.fixed_names[k] for k in predictors(problem)] == ["x"]


def test_two_valued_predictor_has_two_ticks(qtbot):
    panel, _ = panel_on(qtbot, "radon")
    assert list(panel.artists.axes.get_xticks()) == [0, 1]


def test_pointing_at_a_row_shows_its_values_and_lights_its_group(qtbot):
    panel, trace = panel_on(qtbot, "handout")
    problem, axes = panel.data, panel.artists.axes
    with qtbot.waitSignal(panel.group_pointed) as pointed:
        text = hover(panel, pixel(panel, axes, problem.X[3, 1], problem.y[3]))
    assert pointed.args == [problem.codes[3]]
    assert "observation 4" in text
    assert f"HOURS {number(problem.X[3, 1])}" in text
    assert f"LOOK_HRS {number(problem.y[3])}" in text
    assert number(float(trace[3].state.u[problem.codes[3]])) in text


def test_pointing_at_a_line_and_at_a_label_lights_the_group(qtbot):
    panel, _ = panel_on(qtbot, "handout")
    line = segments(panel.artists.blup)[1]
    middle = line.mean(axis=0)
    panel.group_pointed.connect(panel.show_group)
    hover(panel, pixel(panel, panel.artists.axes, *middle))
    assert panel.lit == 1
    label = next(item for item in panel.canvas.labels if item.label.group == 2)
    assert "INDUSTRY" in hover(panel, label.rect.center().toPoint())
    assert panel.lit == 2
    hover(panel, QPoint(3, panel.canvas.height() // 2))
    assert panel.lit is None


def test_lit_group_stands_above_a_veil(qtbot):
    panel, trace = panel_on(qtbot, "ceis")
    artists, problem = panel.artists, panel.data
    assert not artists.veil.get_visible()
    panel.show_group(2)
    assert artists.veil.get_visible()
    mine = problem.codes == 2
    assert np.array_equal(np.sort(artists.lit_rows.get_ydata()), np.sort(problem.y[mine]))
    assert artists.lit_line.get_color() == panel.look.group(2, 6).colour
    go(panel, trace, 8)
    x, y = artists.lit_line.get_data()
    assert y == pytest.approx(expected_line(panel, trace[8].state, 2, np.array(x)))
    panel.show_group(None)
    assert not artists.veil.get_visible()
    assert not artists.lit_rows.get_visible()


def test_click_keeps_a_group_lit_until_the_next_click(qtbot):
    panel, _ = panel_on(qtbot, "handout")
    panel.group_pointed.connect(panel.show_group)
    problem, axes = panel.data, panel.artists.axes
    place = pixel(panel, axes, problem.X[0, 1], problem.y[0])
    hover(panel, place)
    click(panel, place)
    hover(panel, QPoint(3, panel.canvas.height() // 2))
    assert panel.lit == 0
    click(panel, QPoint(3, panel.canvas.height() // 2))
    assert panel.lit is None
    click(panel, place)
    assert panel.lit == 0
    QTest.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert panel.lit is None


def test_another_pane_lets_go_of_what_is_pinned(qtbot):
    panel, _ = panel_on(qtbot, "handout")
    panel.group_pointed.connect(panel.show_group)
    place = pixel(panel, panel.artists.axes, panel.data.X[0, 1], panel.data.y[0])
    click(panel, place)
    panel.show_group(1)
    panel.show_group(None)
    hover(panel, QPoint(3, panel.canvas.height() // 2))
    assert panel.lit is None


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_many_groups_are_found_by_typing(qtbot):
    panel, _ = panel_on(qtbot, "hsb82")
    panel.group_pointed.connect(panel.show_group)
    assert panel.group_choice.isVisible()
    edit = panel.group_choice.lineEdit()
    edit.setFocus()
    QTest.keyClicks(edit, "2277")
    completer: QCompleter = panel.group_choice.completer()
    assert completer.completionCount() == 1
    QTest.keyClick(completer.popup(), Qt.Key.Key_Down)
    QTest.keyClick(completer.popup(), Qt.Key.Key_Return)
    j = panel.data.group_labels.index("2277")
    assert panel.lit == j
    assert "2277" in texts(panel)
    assert panel.artists.lit_line.get_color() == panel.look.ink
    edit.selectAll()
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    assert panel.lit is None
    panel.show_group(4)
    assert panel.group_choice.currentIndex() == 4


def test_few_groups_need_no_list(qtbot):
    panel, _ = panel_on(qtbot, "ceis")
    assert not panel.group_choice.isVisible()


def test_of_many_rows_a_sample_is_drawn_and_said(qtbot):
    problem = many()
    panel, trace = panel_on(qtbot, problem)
    drawn = panel.drawn
    assert len(drawn.rows) == ROWS
    assert len(drawn.groups) == len(panel.artists.blup.get_segments()) == MOST_GROUPS
    said = " ".join(texts(panel)).replace("\u202f", " ")
    assert "5 000 of 30 000 rows drawn" in said
    assert "200 of 3 000 group lines" in said
    assert np.array_equal(DrawnGroups(problem, 1).rows, drawn.rows)
    j = next(j for j in range(problem.J) if j not in set(drawn.groups))
    panel.show_group(j)
    assert len(panel.artists.lit_rows.get_xdata()) == problem.group_sizes[j]
    assert panel.artists.lit_line.get_ydata() == pytest.approx(
        expected_line(panel, trace[3].state, j, np.array(panel.artists.lit_line.get_xdata()))
    )


def test_same_data_keep_the_axis_and_the_layers(qtbot):
    problem = schools()
    panel, _ = panel_on(qtbot, problem, size=(900, 600))
    panel.axis_choice.setCurrentIndex(1)
    panel.axis_choice.activated.emit(1)
    tick(qtbot, panel, "data")
    again = run(problem, 0, method="ml")
    panel.show_problem(problem, again)
    go(panel, again, 0)
    assert panel.drawn.column == 2
    assert not panel.artists.data
    other = run("ceis", 0)
    panel.show_problem(other[0].problem, other)
    go(panel, other, 0)
    assert panel.x_title == "HOURS"
    assert panel.y_title == "LOOK_HRS"


def test_description(qtbot):
    panel, _ = panel_on(qtbot, "handout")
    said = panel.canvas.accessibleDescription()
    assert "LOOK_HRS against HOURS: 7 rows in 3 groups" in said
    assert f"slope {number(panel.lines.slope)}" in said


def test_long_names_are_elided(qtbot):
    problem = example("handout")
    long = Problem.from_arrays(
        problem.y, problem.X, [f"An industry with a very long name {j}" for j in problem.codes]
    )
    panel, _ = panel_on(qtbot, long, size=(420, 320))
    names = [item for item in panel.canvas.labels if item.label.group is not None]
    assert all(item.elided for item in names)
    assert "very long name 1" in hover(panel, names[1].rect.center().toPoint())


def test_truth_is_named_and_does_not_look_like_the_fit(qtbot):
    problem = analyse(Choices(Simulation(groups=12), FORMULA)).problem
    trace = Trace(steps(problem, Options()))
    panel = shown(qtbot, GroupLinesPanel, trace, 0)
    assert "truth" in texts(panel)
    colours = [to_hex(lines.get_colors()[0]) for lines in (panel.artists.truth, panel.artists.blup)]
    assert colours[0] != colours[1]
    panel.layers.choose(["data", "blup"])
    settle(panel)
    assert "truth" not in texts(panel)
