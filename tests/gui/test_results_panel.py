"""The results pane: empty until the run has ended, then tables, sentences and checks."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from gui.plots import click, example, hover, many, pixel, run, settle, shown, texts
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from mlm_gui.panels.results import TO_THE_END, ResultsPanel
from solver import Fit, Options, fit, results
from solver.formatting import number
from solver.inference.checks import CHECKS
from solver.lessons import result_words


@cache
def finished(name, **options):
    """A run to its end, and its results."""
    trace = run(name, **options)
    trace.exhaust()
    return trace, results(Fit(trace[-1]))


def opened_at_end(qtbot, problem, page="estimates", size=(760, 520), **options):
    trace, said = (finished if isinstance(problem, str) else finished.__wrapped__)(
        problem, **options
    )
    panel = shown(qtbot, ResultsPanel, trace, len(trace) - 1, size=size)
    panel.choose(page)
    settle(panel)
    return panel, said


def opened_check(qtbot, problem, check, **options):
    panel, said = opened_at_end(qtbot, problem, "checks", **options)
    page = panel.pages["checks"]
    page.check_choice.setCurrentIndex(page.check_choice.findData(check))
    settle(page)
    return page, said


def cells(table):
    return [
        [table.topLevelItem(row).text(k).strip("\u2007\u2008 ") for k in range(table.columnCount())]
        for row in range(table.topLevelItemCount())
    ]


# Before the end, and at it


def test_before_the_end_it_says_what_to_do_and_computes_nothing(qtbot):
    trace = run("handout", 3)
    panel = shown(qtbot, ResultsPanel, trace, 3)
    assert panel.end_button.isVisible()
    assert not panel.bar.isVisible()
    assert panel.pages == {}
    with qtbot.waitSignal(panel.step_requested) as asked:
        QTest.mouseClick(panel.end_button, Qt.MouseButton.LeftButton)
    assert asked.args == [TO_THE_END]


def test_the_key_shows_the_pane_and_end_fills_it(opened, qtbot):
    window = opened("handout")
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    pane = window.workspace.panes["results"]
    assert pane.isVisible()
    QTest.mouseClick(pane.panel.end_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.at_end)
    assert pane.panel.pages["estimates"].isVisible()
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert pane.panel.pages["estimates"].isVisible()
    QTest.keyClick(window, Qt.Key.Key_R)
    assert pane.panel.end_button.isVisible()
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace.alone == "results"
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace.alone is None
    assert pane.isVisible()


def test_all_four_plots_leave_the_results_out(opened):
    window = opened("handout")
    window.workspace.deck.choose("all")
    assert not window.workspace.panes["results"].isVisible()
    assert window.workspace.panes["shrinkage"].isVisible()


def test_a_new_run_forgets_the_results_of_the_old(opened, qtbot):
    window = opened("handout")
    window.workspace.deck.choose("results")
    panel = window.workspace.panes["results"].panel
    window.session.go(TO_THE_END)
    before = cells(panel.pages["estimates"].fixed)
    window.controls.method_chosen.emit("ml")
    assert panel.end_button.isVisible()
    window.session.go(TO_THE_END)
    after = cells(panel.pages["estimates"].fixed)
    assert before != after
    assert after[1][1] == number(float(fit(example("handout"), Options("ml")).beta[1]))


# Estimates and comparison


@pytest.mark.parametrize("name", ["handout", "hsb82", "dyestuff2"])
def test_the_tables_say_what_the_fit_says(qtbot, name):
    panel, said = opened_at_end(qtbot, name)
    page = panel.pages["estimates"]
    for row, effect in zip(cells(page.fixed), said.fixed, strict=True):
        values = (effect.estimate, effect.se, effect.df, effect.t)
        assert row[1:5] == [number(v) for v in values]
        assert row[6] == between(effect.interval)
    tau2, tau, _, _, icc = cells(page.variances)
    assert tau2[1:3] == [number(said.fit.tau2), between(said.tau2_interval)]
    assert tau[2] == between(said.tau_interval)
    assert icc[1:3] == [number(said.fit.icc), between(said.icc_interval)]
    assert dict(page.whole.texts)["R² marginal"] == number(said.explained.marginal)
    assert page.test.texts[0][1] == number(said.group_test.statistic)
    assert page.warning.isVisible() == said.few_groups


def between(ends):
    low, high = ends
    return f"{number(low)} to {number(high)}"


def test_the_page_begins_with_how_the_run_ended_and_what_was_fitted(qtbot):
    panel, said = opened_at_end(qtbot, "dyestuff2")
    page = panel.pages["estimates"]
    assert page._columns[0].itemAt(0).widget() is page.lead
    assert "boundary" in page.lead.text()
    assert f"{said.fit.problem.n} rows in {said.fit.problem.J} groups" in page.lead.text()
    assert "REML" in page.lead.text()


@pytest.mark.parametrize(("width", "beside"), [(760, False), (1400, True)])
def test_a_wide_page_has_two_columns(qtbot, width, beside):
    panel, _ = opened_at_end(qtbot, "handout", size=(width, 520))
    page = panel.pages["estimates"]
    assert (page.test.x() > page.fixed.geometry().right()) == beside
    assert (page.test.y() < page.variances.y()) == beside
    assert page.groups.geometry().right() <= page.viewport().width()
    assert page.fixed.columnCount() == 8


def test_the_fixed_effects_take_the_form_for_which_there_is_room(qtbot):
    panel, said = opened_at_end(qtbot, "ceis")
    page = panel.pages["estimates"]
    seen = []
    for width in (760, 520, 400, 310, 760):
        panel.resize(width, 600)
        settle(panel)
        assert not page.fixed.horizontalScrollBar().isVisible()
        assert page.fixed.columnWidth(0) >= page.fixed._first_width()
        heads = [page.fixed.headerItem().text(k) for k in range(page.fixed.columnCount())]
        assert page.left_out.isVisible() == ("p" not in heads)
        seen.append((len(heads), page.fixed.topLevelItemCount()))
    assert seen == [(8, 2), (5, 2), (4, 4), (3, 6), (8, 2)]
    panel.resize(520, 600)
    settle(panel)
    assert f"df = {number(said.fixed[1].df)}" in page.fixed.topLevelItem(1).toolTip(0)
    assert page.fixed.grid().rows[1][-2:] == said.fixed[1].interval


def test_what_the_numbers_are_is_one_click_away(qtbot):
    panel, _ = opened_at_end(qtbot, "handout")
    meanings = panel.pages["estimates"].fixed_meanings
    assert not meanings.text.isVisible()
    QTest.mouseClick(meanings.button, Qt.MouseButton.LeftButton)
    assert meanings.text.isVisible()
    assert result_words("reml")["df"].meaning in meanings.text.text().replace("&lt;", "<")


def test_choices_without_room_stand_in_a_menu_and_the_chosen_one_in_sight(qtbot):
    panel, _ = opened_at_end(qtbot, "handout", size=(300, 500))
    assert panel.bar.more.isVisible()
    assert panel.buttons["checks"].isHidden()
    menu = panel.bar.more.menu()
    menu.aboutToShow.emit()
    named = {action.text(): action for action in menu.actions()}
    named["Checks"].trigger()
    settle(panel)
    assert panel.page == "checks"
    assert panel.buttons["checks"].isVisible()
    panel.resize(700, 500)
    settle(panel)
    assert not panel.bar.more.isVisible()
    assert all(button.isVisible() for button in panel.buttons.values())


def test_every_number_has_its_definition_and_all_its_digits(qtbot):
    panel, said = opened_at_end(qtbot, "handout")
    page = panel.pages["estimates"]
    assert str(said.fixed[1].df) in page.fixed.topLevelItem(1).toolTip(3)
    head = result_words("reml")["df"]
    assert head.meaning in page.fixed.headerItem().toolTip(3)
    assert "ℓ_R" not in page.variances_meanings.text.text()


def test_the_groups_are_sorted_by_a_click_and_light_up(qtbot):
    panel, said = opened_at_end(qtbot, "radon")
    table = panel.pages["estimates"].groups
    model = table.model()
    assert model.rowCount() == 85
    header = table.horizontalHeader()
    table.parentWidget().parentWidget().parentWidget().ensureWidgetVisible(table)
    place = header.sectionViewportPosition(2) + 5
    QTest.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().topLeft() + _at(place)
    )
    first = int(np.argmin(said.fit.u))
    order = header.sortIndicatorOrder()
    if order == Qt.SortOrder.DescendingOrder:
        first = int(np.argmax(said.fit.u))
    assert model.index(0, 0).data() == said.fit.problem.group_labels[first]
    with qtbot.waitSignal(panel.group_pointed) as pointed:
        rect = table.visualRect(model.index(0, 0))
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert pointed.args == [first]
    panel.show_group(7)
    (row,) = table.selectionModel().selectedRows()
    assert row.data() == said.fit.problem.group_labels[7]


def _at(x):
    from PySide6.QtCore import QPoint

    return QPoint(x, 5)


def test_a_run_that_did_not_converge_says_so(qtbot):
    panel, _ = opened_at_end(qtbot, "handout", algorithm="em", max_iterations=3)
    page = panel.pages["estimates"]
    assert "Not converged" in page.warning.text()
    assert cells(page.variances)[0][2] == "–"
    panel.choose("checks")
    checks = panel.pages["checks"]
    checks.check_choice.setCurrentIndex(checks.check_choice.findData("profile_tau"))
    assert "no profile" in checks.frame._empty.text()


def test_the_comparison_has_four_ways_and_three_loglikelihoods(qtbot):
    panel, said = opened_at_end(qtbot, "sleepstudy", "comparison")
    page = panel.pages["comparison"]
    rows = cells(page.ways)
    assert rows[2][1:5] == [number(float(c.beta[1])) for c in said.comparison.columns]
    assert [text for _, text in page.logliks.texts] == [
        number(v, 7) for v in said.comparison.logliks
    ]


def test_the_words_can_be_copied(qtbot):
    panel, _ = opened_at_end(qtbot, "handout", "words")
    page = panel.pages["words"]
    QTest.mouseClick(page.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == page.text
    assert "those with HOURS higher by 100" in page.text


# Prediction


def test_a_prediction_is_that_of_the_results(qtbot):
    panel, said = opened_at_end(qtbot, "handout", "prediction")
    page = panel.pages["prediction"]
    hours = page.fields["HOURS"]
    hours.setFocus()
    hours.selectAll()
    QTest.keyClicks(hours, "1000")
    QTest.keyClick(hours, Qt.Key.Key_Return)
    new = said.predict([1, 1000])
    expected = [new.mean, new.row]
    assert [row[1:5] for row in cells(page.table)] == [told(one) for one in expected]
    with qtbot.waitSignal(page.group_pointed) as pointed:
        page.group.setCurrentIndex(1)
        page.group.activated.emit(1)
    assert pointed.args == [1]
    own = said.predict([1, 1000], 5)
    assert [row[1:5] for row in cells(page.table)] == [
        told(one) for one in [own.mean, own.row, *expected]
    ]
    assert page.outside.text() == ""
    hours.setValue(5000)
    assert "'HOURS'" in page.outside.text()


def told(one):
    return [number(v) for v in (one.estimate, one.se, one.df)] + [between(one.interval)]


def test_categories_and_expressions_are_given_as_the_reader_knows_them(qtbot):
    problem = example("hsb82", "mAch ~ ses + log(abs(ses) + 2) + (1 | school)")
    panel, said = opened_at_end(qtbot, problem, "prediction")
    page = panel.pages["prediction"]
    assert list(page.fields) == ["ses"]
    page.fields["ses"].setValue(1)
    new = said.predict([1, 1, np.log(3)])
    assert cells(page.table)[0][1:5] == told(new.mean)


# Checks


@pytest.mark.parametrize("name", ["handout", "hsb82", "dyestuff2"])
def test_every_check_is_drawn(qtbot, name):
    page, said = opened_check(qtbot, name, "residuals_fitted")
    for check in CHECKS:
        page.check_choice.setCurrentIndex(page.check_choice.findData(check))
        settle(page)
        assert page.meaning.text() == result_words("reml")[check].meaning
        groups = check in ("caterpillar", "qq_u")
        empty = name == "dyestuff2" and groups
        assert page.frame._empty.isVisible() == empty
        if empty:
            continue
        if check.startswith("profile"):
            drawn = page.curve.line.get_xydata()
            assert drawn[:, 1].max() == pytest.approx(said.fit.loglik)
        else:
            drawn = np.concatenate([line.get_xydata() for line in page.cloud.data])
            assert len(drawn) == (said.fit.problem.J if groups else said.fit.problem.n)


def test_residuals_are_drawn_where_they_are(qtbot):
    page, said = opened_check(qtbot, "radon", "residuals_fitted")
    (line,) = page.cloud.data
    assert line.get_xdata() == pytest.approx(said.fit.fitted)
    assert line.get_ydata() == pytest.approx(said.fit.residuals)


def test_a_click_on_a_point_finds_its_row_and_lights_its_group(qtbot):
    page, said = opened_check(qtbot, "handout", "observed_fitted")
    row = 4
    place = pixel(
        page, page.cloud.axes, float(said.fit.fitted[row]), float(said.fit.problem.y[row])
    )
    assert "observation 5" in hover(page, place)
    with qtbot.waitSignal(page.group_pointed) as pointed:
        page.show_group(None)
        click(page, place)
    assert pointed.args == [1]
    assert "observation 5" in page.found.text()
    assert f"residual = {number(float(said.fit.residuals[row]))}" in page.found.text()
    ring = page.cloud.ring.get_xydata()
    assert ring == pytest.approx(np.array([[said.fit.fitted[row], said.fit.problem.y[row]]]))
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert "Click a point" in page.found.text()


def test_the_number_of_a_row_is_that_in_the_table(qtbot):
    frame = example("handout")
    assert frame.rows is None
    from dataclasses import replace

    problem = replace(frame, rows=np.arange(7) * 10)
    page, _ = opened_check(qtbot, problem, "residuals_fitted")
    assert "observation 5 · row 41 of the file" in page.row_text(4)


def test_the_lit_group_stands_out(qtbot):
    page, said = opened_check(qtbot, "radon", "caterpillar")
    page.show_group(3)
    settle(page)
    assert page.cloud.lit.get_ydata() == pytest.approx([said.fit.u[3]])
    page.show_group(None)
    assert not page.cloud.lit.get_visible()


def test_of_many_points_a_sample_is_drawn_and_said(qtbot):
    page, _ = opened_check(qtbot, many(), "residuals_fitted")
    (line,) = page.cloud.data
    assert len(line.get_xdata()) < 6000
    assert any("of 30\u202f000 points drawn" in text for text in texts(page))


def test_a_profile_names_the_ends_of_its_interval(qtbot):
    page, said = opened_check(qtbot, "radon", "profile_tau")
    for end in said.tau_interval:
        assert number(end) in texts(page)
    middle = pixel(page, page.curve.axes, np.sqrt(said.fit.tau2), said.fit.loglik)
    assert "τ² = " in hover(page, middle)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_theme_reaches_pages_that_are_open(qtbot, theme):
    from mlm_gui.theme import load_theme

    panel, _ = opened_at_end(qtbot, "handout", "checks")
    panel.choose("estimates")
    look = load_theme(theme, 1.2)
    panel.apply_theme(look)
    page = panel.pages["estimates"]
    assert page.fixed.font().pointSizeF() == pytest.approx(look.font("small").pointSizeF())
    panel.choose("checks")
    settle(panel.pages["checks"])
    assert panel.pages["checks"].canvas.figure.get_facecolor()[:3] == pytest.approx(_rgb(look))


def _rgb(look):
    from matplotlib.colors import to_rgb

    return to_rgb(look.sheet)


def test_results_say_that_they_are_of_the_end(opened, qtbot):
    window = opened("handout")
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    window.workspace.deck.choose("results")
    when = window.findChild(QLabel, "results_when")
    assert not when.isVisible()
    window.session.go(3)
    assert when.isVisible()
    assert (
        when.text()
        == f"These are of the end of the run, iteration {window.session.trace[-1].iteration}."
    )
