from __future__ import annotations

import numpy as np
import pytest
from plots import click, go, hover, index_of, pixel, run, settle, shown, texts, wheel
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from mlm_gui.panels.surface import SurfacePanel
from solver.criterion import Criterion
from solver.formatting import number
from solver.lessons import words


def panel_on(qtbot, name, position=4, **options):
    trace = run(name, max(position, 0), **options)
    if position < 0:
        position = trace.exhaust().index
    return shown(qtbot, SurfacePanel, trace, position), trace


def tick(qtbot, panel, key):
    box = panel.layers.box(key)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    settle(panel)


def variances(steps):
    return np.array([(step.state.sigma2, step.state.tau2) for step in steps]).T


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("name", ["handout", "ceis", "dyestuff2"])
def test_contours_lie_at_their_drops_below_the_best(qtbot, name, method):
    panel, trace = panel_on(qtbot, name, 4, method=method)
    best = trace.exhaust().state.loglik
    lines = panel.artists.contours[1]
    drops = panel.artists.best - lines.levels
    assert min(drops) == pytest.approx(0.5)
    assert panel.artists.best == pytest.approx(best, abs=0.01)
    start = trace[0].state.criterion
    for level, pieces in list(zip(lines.levels, lines.allsegs, strict=True))[-4:]:
        for sigma2, tau2 in np.concatenate([np.zeros((0, 2)), *pieces])[::17]:
            here = Criterion(start.moments, method, sigma2, tau2)
            drop = panel.artists.best - level
            assert here.loglik == pytest.approx(level, abs=0.03 * drop)


def test_range_holds_start_path_and_optimum_and_begins_at_the_boundary(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 0, start=(20.0, 1.0))
    axes = panel.artists.axes
    last = trace.exhaust()
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for step in (trace[0], last):
        assert left < step.state.sigma2 < right
        assert 0 <= step.state.tau2 < top
    assert bottom < 0
    assert min(axes.get_yticks()) == 0
    assert "τ² < 0: outside the model" in texts(panel)


def test_axes_stand_still_along_the_whole_run(qtbot):
    panel, trace = panel_on(qtbot, "handout", 0, start="half", algorithm="em")
    trace.exhaust()
    axes, draws = panel.artists.axes, panel.canvas.full_draws
    limits = axes.get_xlim(), axes.get_ylim()
    for position in (4, 9, 50, len(trace) - 1, 0):
        go(panel, trace, position)
    assert (axes.get_xlim(), axes.get_ylim()) == limits
    assert panel.canvas.full_draws == draws


def test_path_and_point(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 14)
    for position, last in ((14, 3), (8, 1), (3, 0), (0, 0)):
        go(panel, trace, position)
        reached = [trace[0], *(trace[5 * k - 1] for k in range(1, last + 1))]
        assert np.array_equal(panel.artists.path.get_data(), variances(reached))
        assert np.array_equal(panel.artists.here.get_data(), variances(reached[-1:]))
    tick(qtbot, panel, "path")
    assert not len(panel.artists.path.get_xdata())


def test_quadratic_of_the_update(qtbot):
    panel, trace = panel_on(qtbot, "hsb82", 4)
    state, artists = trace[4].state, panel.artists
    peak = np.array([state.updated_from.sigma2, state.updated_from.tau2]) + state.full_step
    assert artists.full_step.XY[0] + [
        artists.full_step.U[0],
        artists.full_step.V[0],
    ] == pytest.approx(peak)
    for ring in artists.rings:
        assert ring.get_visible()
        d = np.array(ring.get_data()).T - peak
        drops = 0.5 * np.einsum("ij,jk,ik->i", d, state.information, d)
        assert drops == pytest.approx(drops[0])
    assert drops[0] in (pytest.approx(5.0), pytest.approx(0.5 * state.score @ state.full_step))
    assert "full step" in texts(panel)
    go(panel, trace, 5)
    assert not any(ring.get_visible() for ring in artists.rings)
    assert not artists.full_step.get_visible()
    assert "full step" not in texts(panel)
    go(panel, trace, 4)
    tick(qtbot, panel, "quadratic")
    assert not any(ring.get_visible() for ring in panel.artists.rings)


def test_outermost_ring_passes_through_the_start_of_a_long_step(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 4, start=(20.0, 1.0))
    state = trace[4].state
    ring = np.array(panel.artists.rings[-1].get_data()).T
    start = np.array([state.updated_from.sigma2, state.updated_from.tau2])
    scale = np.sqrt(np.diag(np.linalg.inv(state.information)))
    assert np.abs((ring - start) / scale).max(axis=1).min() < 2


def test_em_has_a_step_but_no_quadratic(qtbot):
    panel, _ = panel_on(qtbot, "handout", 4, algorithm="em", start="half")
    assert not any(ring.get_visible() for ring in panel.artists.rings)
    assert panel.artists.full_step.get_visible()


def test_step_held_on_the_boundary_has_no_ellipse(qtbot):
    panel, trace = panel_on(qtbot, "dyestuff2", 9)
    assert trace[9].state.updated_from.tau2 == 0
    assert not any(ring.get_visible() for ring in panel.artists.rings)


def test_refused_trials_are_crosses_with_their_reason(qtbot):
    panel, trace = panel_on(qtbot, "dyestuff2", 4)
    (refused, *_) = [trial for trial in trace[4].state.trials if trial.refused]
    artists = panel.artists
    x, y = artists.refused_now.get_data()
    assert x == pytest.approx([refused.sigma2])
    bottom = artists.axes.get_ylim()[0]
    assert bottom < y[0] < 0
    text = hover(panel, pixel(panel, artists.axes, x[0], y[0]))
    assert words()["refused"][refused.refused] in text
    assert number(refused.tau2) in text
    assert "iteration 1" in text
    assert words()["refused"][refused.refused] in panel.canvas.accessibleDescription()
    go(panel, trace, 9)
    assert list(artists.refused_before.get_xdata()) == pytest.approx([refused.sigma2])
    assert not len(artists.refused_now.get_xdata())
    go(panel, trace, 3)
    assert not len(artists.refused_before.get_xdata())
    go(panel, trace, 4)
    tick(qtbot, panel, "guards")
    assert not len(panel.artists.refused_now.get_xdata())


def test_unusable_information_is_said(qtbot):
    panel, trace = panel_on(qtbot, "handout", 0, algorithm="newton", start=(8.0, 0.1))
    for step in trace:
        if any(not np.isfinite(trial.sigma2) for trial in step.state.trials):
            go(panel, trace, index_of(trace, "update_variances", step.iteration))
            reason = words()["refused"]["not_positive_definite"]
            assert reason in " ".join(texts(panel))
            return
    pytest.skip("every information matrix was usable")


def test_height_under_the_pointer(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 4)
    axes = panel.artists.axes
    place = pixel(panel, axes, 58.0, 8.0)
    text = hover(panel, place)
    sigma2, tau2 = axes.transData.inverted().transform(
        (place.x(), panel.canvas.height() - place.y())
    )
    here = Criterion(trace[0].state.criterion.moments, "reml", sigma2, tau2)
    assert f"σ² = {number(sigma2)} · τ² = {number(tau2)}" in text
    assert f"ℓ<sub>R</sub> = {number(here.loglik, 7)}" in text
    assert "below the best" in text
    assert "outside the model" in hover(panel, pixel(panel, axes, 58.0, axes.get_ylim()[0] / 2))


def test_click_on_an_iteration_goes_there(qtbot):
    panel, _ = panel_on(qtbot, "ceis", 9, start=(20.0, 1.0))
    axes = panel.artists.axes
    with qtbot.waitSignal(panel.step_requested) as asked:
        click(panel, pixel(panel, axes, 20.0, 1.0))
    assert asked.args == [0]
    assert not panel.offer.isVisible()


def test_a_click_offers_a_start_and_only_the_button_takes_it(qtbot):
    panel, _ = panel_on(qtbot, "ceis", 4)
    axes = panel.artists.axes
    with qtbot.assertNotEmitted(panel.start_requested):
        click(panel, pixel(panel, axes, 58.0, 9.0))
    assert panel.offer.isVisible()
    assert panel.canvas.rect().contains(panel.offer.geometry())
    sigma2, tau2 = panel.offer.place
    assert (sigma2, tau2) == pytest.approx((58.0, 9.0), rel=0.02)
    assert panel.artists.candidate.get_data() == ([sigma2], [tau2])
    assert number(sigma2, 3) in panel.offer.text()
    with qtbot.waitSignal(panel.start_requested) as asked:
        qtbot.mouseClick(panel.offer, Qt.MouseButton.LeftButton)
    assert asked.args == [sigma2, tau2]
    assert not panel.offer.isVisible()
    assert not len(panel.artists.candidate.get_xdata())


def test_click_in_the_strip_offers_the_boundary_and_escape_withdraws(qtbot):
    panel, _ = panel_on(qtbot, "ceis", 4)
    axes = panel.artists.axes
    click(panel, pixel(panel, axes, 58.0, axes.get_ylim()[0] / 2))
    assert panel.offer.place[1] == 0
    QTest.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert not panel.offer.isVisible()


def test_new_run_takes_the_offer_away_and_draws_anew(qtbot):
    panel, trace = panel_on(qtbot, "ceis", 4)
    click(panel, pixel(panel, panel.artists.axes, 58.0, 9.0))
    again = run(trace[0].problem, 0, start=(70.0, 9.0))
    panel.show_problem(trace[0].problem, again)
    go(panel, again, 0)
    assert not panel.offer.isVisible()
    assert panel.artists.here.get_data() == ([70.0], [9.0])
    assert panel.artists.axes.get_xlim()[1] > 70


def test_zoom_draws_the_contours_of_the_view(qtbot):
    panel, _ = panel_on(qtbot, "hsb82", 4)
    before = panel.artists.contours
    wheel(panel, panel.canvas.box(panel.artists.axes).center().toPoint(), 3)
    assert panel.artists.contours is not before
    left, right = panel.artists.axes.get_xlim()
    for pieces in panel.artists.contours[1].allsegs:
        for piece in pieces:
            assert left - 1e-9 <= piece[:, 0].min()
            assert piece[:, 0].max() <= right + 1e-9


def test_many_group_sizes_do_not_slow_the_contours(qtbot):
    panel, _ = panel_on(qtbot, "exam", 4)
    assert panel.artists.contours is not None
    assert any(text.startswith("−0.5") for text in texts(panel))


def test_a_trial_beyond_the_edge_says_how_far(qtbot):
    panel, trace = panel_on(qtbot, "handout", 4, algorithm="ai", start="half")
    refused = [trial for trial in trace[4].state.trials if trial.refused]
    left = panel.artists.axes.get_xlim()[0]
    assert refused
    for trial in refused:
        assert trial.sigma2 < left
        assert f"← σ² = {number(trial.sigma2, 3)}" in texts(panel)
    go(panel, trace, 5)
    assert not any(text.startswith("←") for text in texts(panel))


def test_a_button_shows_the_path_large(qtbot):
    panel, trace = panel_on(qtbot, "handout", 9)
    axes = panel.artists.axes
    top = axes.get_ylim()[1]
    qtbot.mouseClick(panel.closer, Qt.MouseButton.LeftButton)
    settle(panel)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    assert high < top / 2
    for step in (trace[0], trace[4], trace[9]):
        assert left < step.state.sigma2 < right
        assert low < step.state.tau2 < high
    panel.canvas.setFocus()
    qtbot.keyClick(panel.canvas, Qt.Key.Key_0)
    settle(panel)
    assert axes.get_ylim()[1] == top


def test_names_of_points_close_together_do_not_overlap(qtbot):
    trace = run("handout", 24)
    panel = shown(qtbot, SurfacePanel, trace, 24, size=(280, 220))
    named = [item.rect for item in panel.canvas.labels if item.text in ("start", "full step")]
    assert len(named) == 2
    assert not named[0].intersects(named[1])


def named(panel):
    return {item.text: item for item in panel.canvas.labels}


@pytest.mark.parametrize("size", [(280, 220), (700, 600)])
def test_start_and_present_point_are_named_where_they_are(qtbot, size):
    trace = run("handout", 0)
    last = trace.exhaust()
    panel = shown(qtbot, SurfacePanel, trace, 0, size=size)
    assert "start" in named(panel)
    assert not {"now", "estimate"} & set(named(panel))
    go(panel, trace, 8)
    assert "now" in named(panel)
    go(panel, trace, last.index)
    labels = named(panel)
    assert "now" not in labels
    assert not labels["start"].rect.intersects(labels["estimate"].rect)
    assert panel.artists.start.get_xydata()[0] == pytest.approx(variances([trace[0]])[:, 0])
    assert panel.artists.here.get_xydata()[0] == pytest.approx(variances([last])[:, 0])
