"""What if, by the reader's own hand: edits, the run beside, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
from plots import drag, pixel, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QLineEdit, QMessageBox

from mlm_gui.what_if_dialog import WhatIfDialog
from mlm_gui.widgets.cell_explanation import CellExplanation
from mlm_gui.widgets.iteration_model import Column
from solver.branch import OtherGroup, OtherVariances, OtherY
from solver.formatting import number

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(opened):
    window = opened("handout")
    for _ in range(8):
        window.session.step()
    return window


def panel(window, name):
    return window.workspace.panes[name].panel


def double_click(view, row: int, column: int = 0) -> None:
    """Click and click again on a cell, as a hand does."""
    table = view.table
    place = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=place)
    QTest.mouseDClick(table.viewport(), LEFT, pos=place)


def field(parent, kind=QLineEdit):
    """The field that stands over a value."""
    (found,) = [
        widget
        for widget in parent.findChildren(kind, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if widget.isVisible()
    ]
    return found


def type_in(edit, text: str) -> None:
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def in_bar(window, name: str):
    return getattr(window.what_ifs.bar, name)


def test_y_is_edited_in_its_cell_and_return_is_exact(window):
    session = window.session
    trace, position, step = session.trace, session.position, session.current
    matrices = panel(window, "matrices")
    matrices.choose(matrices.choice._replace(only=("y", "Z")))
    double_click(matrices.view("y"), 2)
    edit = field(matrices)
    assert edit.text() == "10"
    assert not matrices.findChild(CellExplanation).isVisible()
    type_in(edit, "30")
    assert window.what_ifs.edits == (OtherY(2, 30.0),)
    assert session.beside is trace
    assert session.position == position
    assert session.problem.y[2] == 30
    assert in_bar(window, "isVisible")()
    assert [chip.text() for chip in in_bar(window, "chips")] == ["row 3: LOOK_HRS = 30 (was 10)  ×"]
    QTest.mouseClick(in_bar(window, "back"), LEFT)
    assert session.trace is trace
    assert session.position == position
    assert session.current is step
    assert session.beside is None
    assert not in_bar(window, "isVisible")()


def test_enter_edits_and_esc_leaves_the_value(window):
    matrices = panel(window, "matrices")
    matrices.choose(matrices.choice._replace(only=("y",)))
    table = matrices.view("y").table
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    QTest.keyClick(table, Qt.Key.Key_Return)
    edit = field(matrices)
    QTest.keyClicks(edit, "99")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.isVisible()
    assert window.session.beside is None
    QTest.keyClick(table, Qt.Key.Key_Return)
    edit = field(matrices)
    type_in(edit, "many")
    assert edit.isVisible()
    assert "is a number" in edit.accessibleDescription()
    assert window.session.beside is None
    type_in(edit, "7,5")
    assert window.what_ifs.edits == (OtherY(1, 7.5),)


def test_a_group_is_chosen_over_its_cell_of_z(window):
    matrices = panel(window, "matrices")
    matrices.choose(matrices.choice._replace(only=("Z",)))
    double_click(matrices.view("Z"), 0, 2)
    box = field(matrices, QComboBox)
    assert [box.itemText(k) for k in range(box.count())] == ["1", "5", "6"]
    assert box.currentText() == "1"
    type_in(box.lineEdit(), "6")
    assert window.what_ifs.edits == (OtherGroup(0, "6"),)
    assert window.session.problem.group_sizes.tolist() == [1, 3, 3]
    assert in_bar(window, "chips")[0].text() == "row 1: INDUSTRY 6 (was 1)  ×"
    heads = matrices.view("Z").table.row_heads
    place = QPoint(heads.width() // 2, heads.sectionViewportPosition(4) + 5)
    QTest.mouseDClick(heads.viewport(), LEFT, pos=place)
    type_in(field(matrices, QComboBox).lineEdit(), "7")
    assert window.what_ifs.edits == (OtherGroup(0, "6"), OtherGroup(4, "7"))
    assert window.session.problem.group_labels == ("1", "5", "6", "7")


def test_variances_are_edited_on_the_rail(window, qtbot):
    rail = panel(window, "steps")
    before = window.session.trace
    sigma2 = window.session.current.state.sigma2
    QTest.mouseDClick(rail.readings.readings["tau2"].value, LEFT)
    type_in(field(rail.readings), "0")
    assert window.what_ifs.edits == (OtherVariances(4, sigma2, 0.0),)
    session = window.session
    assert session.current.state.tau2 == 0
    assert np.all(session.current.state.u == 0)
    assert session.trace[3] is before[3]
    was = rail.readings.readings["tau2"].was
    assert was.isVisible()
    assert was.text() == "was 3.972"
    assert rail.beta.isVisible()
    for step in (session.current, before[8]):
        for value in step.state.beta:
            assert number(float(value)) in rail.beta.text()
    window.session.step()
    window.session.step()
    assert was.text() == "was 3.981"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert session.trace is before
    assert session.position == 8
    assert not was.isVisible()
    assert not rail.beta.isVisible()


def test_a_point_is_dragged(window):
    lines = panel(window, "group_lines")
    settle(lines)
    axes, data = lines.artists.axes, window.session.problem
    x, y = float(data.X[2, 1]), float(data.y[2])
    start, end = pixel(lines, axes, x, y), pixel(lines, axes, x, y - 3)
    limits = axes.get_xlim()
    QTest.mousePress(lines.canvas, LEFT, pos=start)
    QTest.mouseMove(lines.canvas, start + QPoint(0, 30))
    assert lines.artists.held.get_visible()
    assert "(was 10)" in lines.frame.hover.text()
    assert window.session.beside is None
    QTest.keyClick(lines.canvas, Qt.Key.Key_Escape)
    assert not lines.artists.held.get_visible()
    QTest.mouseRelease(lines.canvas, LEFT, pos=start + QPoint(0, 30))
    assert window.session.beside is None
    drag(lines, start, end)
    (edit,) = window.what_ifs.edits
    assert isinstance(edit, OtherY)
    assert edit == OtherY(2, 7.0)
    settle(lines)
    assert lines.artists.axes.get_xlim() == limits
    drag(lines, pixel(lines, lines.artists.axes, 1000, 11.5), QPoint(200, 200))
    assert window.what_ifs.edits == (edit,)


def test_the_panes_draw_both_runs_and_step_both(window):
    window.workspace.deck.choose("all")
    session, trace = window.session, window.session.trace
    window.what_ifs.add(OtherY(2, 30.0))
    names = ("group_lines", "likelihood", "surface", "shrinkage")
    lines, likelihood, surface, shrinkage = (panel(window, name) for name in names)
    for _ in range(7):
        for pane in (lines, likelihood, surface, shrinkage):
            settle(pane)
        then = trace.reach(session.position).state
        drawn = np.array(lines.artists.before.get_segments())
        level, slope = lines.drawn.level(then.beta)
        expected = level + then.u[:, None] + slope * lines.drawn.extents
        np.testing.assert_allclose(drawn[:, :, 1], expected)
        row = likelihood.rows["loglik"]
        there = int(row.there.get_xdata()[0])
        old, new = likelihood.before.series("loglik"), likelihood.run.series("loglik")
        assert row.there.get_ydata()[0] == old[there] + (new[0] - old[0])
        assert surface.artists.there.get_xdata()[0] == pytest.approx(
            likelihood.before.series("sigma2")[there]
        )
        assert not surface.artists.before.get_visible()
        np.testing.assert_array_equal(
            shrinkage.arrows.before.get_xdata(), then.u[shrinkage.arrows.order]
        )
        session.step()
    texts = [item.label.text for item in likelihood.canvas.labels]
    assert "as it was" in texts
    assert any("moved to the same start" in text for text in texts)
    window.what_ifs.leave()
    for pane in (lines, likelihood, surface, shrinkage):
        settle(pane)
    assert lines.artists.before.get_segments() == []
    assert "as it was" not in [item.label.text for item in likelihood.canvas.labels]


def test_the_surface_shows_both_paths_where_only_the_variances_differ(window):
    window.workspace.deck.choose("surface")
    window.what_ifs.add(OtherVariances(8, 3.0, 0.5))
    surface = panel(window, "surface")
    settle(surface)
    assert surface.artists.before.get_visible()
    path = list(surface.artists.before.get_xdata())
    assert path == [step.state.sigma2 for step in (window.session.beside[k] for k in (0, 4))]
    assert list(surface.artists.path.get_xdata())[-1] == 3


def test_the_table_compares(window):
    trace = window.session.trace
    view = panel(window, "iterations").focusProxy()
    assert view.isColumnHidden(Column.TAU2_WAS)
    window.what_ifs.add(OtherY(2, 30.0))
    assert not view.isColumnHidden(Column.SIGMA2_WAS)
    assert not view.isColumnHidden(Column.TAU2_WAS)
    texts = view.model().texts(1)
    assert texts[Column.TAU2_WAS] == "3.972"
    assert texts[Column.TAU2] != texts[Column.TAU2_WAS]
    assert f"{trace[5].state.tau2!r}" in view.model().data(
        view.model().index(1, Column.TAU2_WAS), 3
    )
    window.what_ifs.leave()
    assert view.isColumnHidden(Column.TAU2_WAS)


def test_chips_take_changes_off_one_by_one(window):
    trace = window.session.trace
    window.what_ifs.add(OtherY(2, 30.0))
    window.what_ifs.add(OtherGroup(0, "6"))
    first, _ = in_bar(window, "chips")
    QTest.mouseClick(first, LEFT)
    assert window.what_ifs.edits == (OtherGroup(0, "6"),)
    assert window.session.problem.y[2] == 10
    QTest.mouseClick(in_bar(window, "chips")[0], LEFT)
    assert window.session.trace is trace
    assert window.what_ifs.edits == ()


def test_what_cannot_be_is_said_and_the_branch_stays(window):
    window.what_ifs.add(OtherY(2, 30.0))
    branch = window.session.trace
    window.what_ifs.add(OtherVariances(8, -1.0, 0.0))
    (box,) = window.findChildren(QMessageBox)
    assert "outside the model" in box.text()
    box.close()
    assert window.session.trace is branch
    assert window.what_ifs.edits == (OtherY(2, 30.0),)


def test_keeping_variances_is_a_run_from_there_and_can_be_undone(window):
    session, trace = window.session, window.session.trace
    window.what_ifs.add(OtherVariances(8, 3.0, 0.5))
    QTest.mouseClick(in_bar(window, "keep"), LEFT)
    assert session.beside is None
    assert session.options.start == (3.0, 0.5)
    window.actions_by_name["undo"].trigger()
    assert session.trace is trace
    assert session.position == 8


def test_what_is_kept_on_disk_is_the_run_and_not_the_branch(window):
    document, actions = window.desk.document, window.actions_by_name
    before = document.manifest()
    assert not actions["leave_branch"].isEnabled()
    window.what_ifs.add(OtherVariances(0, 3.0, 0.5))
    window.session.step()
    after = document.manifest()
    assert (after.choices, after.position) == (before.choices, before.position)
    assert not document.modified
    assert not actions["undo"].isEnabled()
    assert not actions["report"].isEnabled()
    assert actions["leave_branch"].isEnabled()
    actions["leave_branch"].trigger()
    assert actions["report"].isEnabled()


def test_another_choice_ends_the_branch_on_the_data_as_they_are(window):
    window.what_ifs.add(OtherY(2, 30.0))
    window.controls.methods["ml"].click()
    assert window.session.beside is None
    assert window.session.options.method == "ml"
    assert window.session.problem.y[2] == 10
    assert window.what_ifs.edits == ()


def test_restart_goes_back_within_the_branch(window):
    window.what_ifs.add(OtherY(2, 30.0))
    beside = window.session.beside
    window.actions_by_name["reset"].trigger()
    assert window.session.position == 0
    assert window.session.beside is beside


def test_the_dialog_asks_for_all_of_it(window):
    QTest.keyClick(window, Qt.Key.Key_W)
    (dialog,) = window.findChildren(WhatIfDialog)
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled()
    assert dialog.focusWidget() is dialog.observation
    assert dialog.observation.lineEdit().selectedText() == "1"
    QTest.keyClicks(dialog.observation, "3")
    assert dialog.response.text() == "10"
    dialog.response.setText("x")
    assert "is a number" in dialog.said.text()
    assert not ok.isEnabled()
    dialog.response.setText("30")
    dialog.group.setEditText("6")
    dialog.tau2.setText("0")
    QTest.mouseClick(ok, LEFT)
    QApplication.processEvents()
    sigma2 = window.session.beside[4].state.sigma2
    expected = (OtherY(2, 30.0), OtherGroup(2, "6"), OtherVariances(4, sigma2, 0.0))
    assert window.what_ifs.edits == expected


def test_in_a_crowd_a_drag_moves_the_view_and_an_edit_keeps_its_row_in_sight(opened):
    window = opened("hsb82")
    lines, matrices = panel(window, "group_lines"), panel(window, "matrices")
    settle(lines)
    lines.view.zoom(2.0)
    lines.view_moved()
    settle(lines)
    limits = lines.artists.axes.get_ylim()
    middle = QPoint(lines.canvas.width() // 2, lines.canvas.height() // 2)
    drag(lines, middle, middle + QPoint(0, 40))
    assert lines.artists.axes.get_ylim() != limits
    assert window.session.beside is None
    matrices.choose(matrices.choice._replace(only=("y",)))
    view = matrices.view("y")
    view.scroll_to_row(5000)
    double_click(view, 5003)
    type_in(field(matrices), "40")
    assert window.what_ifs.edits == (OtherY(5003, 40.0),)
    assert view.top_row == 5000


def test_in_a_narrow_window_the_bar_keeps_the_way_back(window):
    window.what_ifs.add(OtherVariances(8, 3.0, 0.5))
    bar = window.what_ifs.bar
    assert bar.key.isVisible()
    assert bar.keep.isVisible()
    window.resize(700, 600)
    window.look.set_zoom(1.6)
    QApplication.processEvents()
    assert not bar.key.isVisible()
    assert not bar.keep.isVisible()
    assert bar.rect().contains(bar.back.geometry())
    assert bar.back.width() >= bar.back.sizeHint().width()


def test_the_axis_of_the_group_lines_holds_the_lines_of_both_runs(window, qtbot):
    window.workspace.what_if_requested.emit(OtherY(4, 40.0))
    lines = panel(window, "group_lines")
    qtbot.waitUntil(lambda: lines._beside is not None)
    for _ in range(6):
        window.session.step()
        low, high = lines.artists.axes.get_ylim()
        drawn = [*lines.artists.before.get_segments(), *lines.artists.blup.get_segments()]
        assert all(low <= y <= high for line in drawn for y in line[:, 1])


def test_an_editor_leaves_the_label_of_its_row_in_sight(window):
    matrices = panel(window, "matrices")
    view = matrices.view("y")
    cell = view.cell_box(2, 0).translated(view.mapTo(matrices, QPoint(0, 0)))
    matrices._edit("y", 2, 0)
    assert field(matrices).geometry().left() == cell.left()
