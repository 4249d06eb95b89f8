from __future__ import annotations

import numpy as np
import pytest
from plots import click, go, hover, index_of, many, pixel, run, settle, shown, texts
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from mlm_gui.panels.shrinkage import CURVE, MEAN, MOST, SIZE, ShrinkagePanel
from solver.formatting import number


def panel_on(qtbot, problem, position=3, **options):
    trace = run(problem, position, **options)
    return shown(qtbot, ShrinkagePanel, trace, position), trace


def choose(panel, kind):
    """Choose a view with the keyboard."""
    choice = panel.view_choice
    choice.setFocus()
    while choice.currentData() != kind:
        down = choice.findData(kind) > choice.currentIndex()
        QTest.keyClick(choice, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
    settle(panel)


def test_before_the_first_prediction_it_says_what_to_do(qtbot):
    panel, trace = panel_on(qtbot, "handout", 2)
    said = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert any("Step to “Predict u”" in text for text in said)
    assert not panel.canvas.isVisible()
    go(panel, trace, 3)
    assert panel.canvas.isVisible()
    go(panel, trace, 0)
    assert not panel.canvas.isVisible()


@pytest.mark.parametrize("name", ["handout", "ceis", "hsb82"])
def test_arrows_lead_from_mean_residual_to_u(qtbot, name):
    panel, trace = panel_on(qtbot, name)
    for position in (3, 8, 4):
        go(panel, trace, position)
        state, artists = trace[position].state, panel.arrows
        rows = np.arange(panel.data.J)
        start, end = state.mean_residuals[artists.order], state.u[artists.order]
        assert np.array_equal(artists.starts.get_data(), [start, rows])
        assert artists.arrows.XY[:, 0] == pytest.approx(start)
        assert artists.arrows.XY[:, 0] + artists.arrows.U == pytest.approx(end)
        assert not artists.arrows.V.any()


def test_orders(qtbot):
    panel, trace = panel_on(qtbot, "radon")
    state = trace[3].state
    assert panel.kind == MEAN
    assert np.all(np.diff(state.mean_residuals[panel.arrows.order]) >= 0)
    choose(panel, SIZE)
    assert np.all(np.diff(panel.data.group_sizes[panel.arrows.order]) <= 0)
    order = panel.arrows.order
    go(panel, trace, 8)
    assert panel.arrows.order is order


def test_few_groups_have_name_share_and_size_beside_them(qtbot):
    panel, trace = panel_on(qtbot, "ceis")
    state, said = trace[3].state, texts(panel)
    for j, name in enumerate(panel.data.group_labels):
        row = [item for item in panel.canvas.labels if item.label.group == j]
        assert [item.label.text for item in row] == [
            f"{panel.look.group(j, 6).sign} {name}",
            number(float(state.shrinkage[j]), 3),
            str(int(panel.data.group_sizes[j])),
        ]
        assert len({round(item.rect.center().y()) for item in row}) == 1
        assert row[0].label.colour == panel.look.group(j, 6).colour
    assert "λ<sub>j</sub>" in said
    assert "n<sub>j</sub>" in said


def test_many_groups_are_named_when_pointed_at(qtbot):
    panel, trace = panel_on(qtbot, "radon")
    panel.group_pointed.connect(panel.show_group)
    artists = panel.arrows
    j = int(artists.order[40])
    text = hover(panel, pixel(panel, artists.axes, *artists.place(j)))
    state = trace[3].state
    assert f"<b>{panel.data.group_labels[j]}</b>" in text
    for value in (state.u[j], state.shrinkage[j], state.mean_residuals[j]):
        assert number(float(value)) in text
    assert panel.lit == j
    assert artists.veil.get_visible()
    assert artists.lit_arrow.XY[0, 0] == pytest.approx(state.mean_residuals[j])
    settle(panel)
    assert panel.data.group_labels[j] in texts(panel)
    panel.pointer_left()
    assert panel.lit is None
    assert not artists.veil.get_visible()


def test_label_lights_its_group_and_a_click_keeps_it(qtbot):
    panel, _ = panel_on(qtbot, "ceis")
    panel.group_pointed.connect(panel.show_group)
    name = next(item for item in panel.canvas.labels if item.label.group == 4)
    click(panel, name.rect.center().toPoint())
    hover(panel, QPoint(panel.canvas.width() // 2, panel.canvas.height() - 2))
    assert panel.lit == 4
    faded = {item.label.colour for item in panel.canvas.labels if item.label.group == 1}
    assert faded == {panel.look.hairline}


def test_axis_stands_still_and_holds_every_arrow(qtbot):
    panel, trace = panel_on(qtbot, "handout")
    trace.exhaust()
    axes, draws = panel.arrows.axes, panel.canvas.full_draws
    limits = axes.get_xlim()
    for position in (8, 13, len(trace) - 1, 3):
        go(panel, trace, position)
        assert limits[0] < trace[position].state.mean_residuals.min()
        assert trace[position].state.mean_residuals.max() < limits[1]
    assert axes.get_xlim() == limits
    assert panel.canvas.full_draws == draws


@pytest.mark.parametrize("name", ["ceis", "radon", "hsb82", "sleepstudy"])
def test_curve_of_shrinkage_against_size(qtbot, name):
    panel, trace = panel_on(qtbot, name)
    choose(panel, CURVE)
    for position in (3, 4, 8):
        go(panel, trace, position)
        state = trace[position].state
        used = trace[3].state if position < 8 else trace[8].state
        n, share = panel.curve.curve.get_data()
        n_tau2 = np.asarray(n) * used.tau2
        assert share == pytest.approx(n_tau2 / (n_tau2 + used.sigma2))
        marked = {}
        for mark in panel.curve.marks:
            marked.update(zip(*map(np.ravel, mark.get_data()), strict=True))
        for size, value in zip(panel.data.group_sizes, state.shrinkage, strict=True):
            assert marked[size] == pytest.approx(value)


def test_curve_at_the_end_uses_the_final_variances(qtbot):
    panel, trace = panel_on(qtbot, "ceis")
    choose(panel, CURVE)
    last = trace.exhaust()
    go(panel, trace, last.index)
    n, share = panel.curve.curve.get_data()
    n_tau2 = np.asarray(n) * last.state.tau2
    assert share == pytest.approx(n_tau2 / (n_tau2 + last.state.sigma2), rel=1e-14)


def test_pointing_at_the_curve(qtbot):
    panel, _ = panel_on(qtbot, "ceis")
    panel.group_pointed.connect(panel.show_group)
    choose(panel, CURVE)
    artists = panel.curve
    assert "n<sub>j</sub> = 15" in hover(panel, pixel(panel, artists.axes, *artists.place(0)))
    assert panel.lit == 0
    assert artists.lit_mark.get_visible()


def test_pointing_at_groups_of_one_size(qtbot):
    panel, _ = panel_on(qtbot, "sleepstudy")
    choose(panel, CURVE)
    text = hover(panel, pixel(panel, panel.curve.axes, *panel.curve.place(0)))
    assert "18 groups" in text
    assert panel.lit is None


def test_of_many_groups_a_sample_is_drawn_and_said(qtbot):
    panel, _ = panel_on(qtbot, many())
    assert len(panel.arrows.order) == MOST
    assert "200 of 3 000 groups drawn" in " ".join(texts(panel)).replace("\u202f", " ")
    missing = next(j for j in range(3000) if j not in set(panel.groups))
    panel.show_group(missing)
    assert panel.arrows.veil.get_visible()
    assert not panel.arrows.lit_arrow.get_visible()
    choose(panel, CURVE)
    drawn = np.concatenate([mark.get_xdata() for mark in panel.curve.marks])
    assert set(drawn) == set(panel.data.moments.sizes)


def test_on_the_boundary_everything_shrinks_to_0(qtbot):
    panel, trace = panel_on(qtbot, "dyestuff2", 0)
    last = trace.exhaust()
    go(panel, trace, last.index)
    assert panel.arrows.arrows.XY[:, 0] + panel.arrows.arrows.U == pytest.approx(0, abs=1e-12)
    assert texts(panel).count("0") >= panel.data.J


def test_description(qtbot):
    panel, trace = panel_on(qtbot, "ceis")
    shrinkage = trace[3].state.shrinkage
    said = panel.canvas.accessibleDescription()
    assert f"6 groups keep between {number(shrinkage.min(), 3)}" in said
    assert index_of(trace, "predict_u") == 3
