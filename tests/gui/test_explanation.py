"""Where a number comes from: asked by key and right click, followed down to the data and back."""

from __future__ import annotations

import pytest
from plots import hover, pixel, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QCursor, QTextDocument, QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from mlm_gui.widgets.asking import Asked, Untold
from solver.accounts import Quantity
from solver.branch import OtherY

KEY = Qt.Key


def reading(window, name):
    return window.workspace.panes["steps"].panel.readings.readings[name].value


def point_at(widget: QWidget, place: QPoint | None = None) -> QPoint:
    place = widget.rect().center() if place is None else place
    QCursor.setPos(widget.mapToGlobal(place))
    QTest.mouseMove(widget, place)
    return place


def right_click(qtbot, widget: QWidget, place: QPoint) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.fixture
def window(opened, qtbot):
    window = opened("handout")
    window.session.go(4)
    return window


@pytest.fixture
def explain(window):
    def ask(name, *place, step=None):
        window.explaining.explain(Asked(Quantity(name, place), step))
        return window.explaining.sheet

    return ask


def test_the_key_explains_what_is_under_the_pointer(window, qtbot):
    point_at(reading(window, "tau2"))
    QTest.keyClick(window, KEY.Key_E)
    sheet = window.explaining.sheet
    assert sheet.isVisible()
    assert sheet.account.quantity == Quantity("tau2")
    assert sheet.account.value == window.session.current.state.tau2
    assert sheet.account.formula == "τ²_{old} + d_τ"


def test_a_sign_shows_that_a_number_can_be_explained(window, qtbot):
    value = reading(window, "icc")
    point_at(value)
    assert value.cursor().shape() == Qt.CursorShape.WhatsThisCursor


def test_the_key_without_a_number_says_what_to_do(window, qtbot):
    point_at(window.menuBar(), QPoint(900, 3))
    window._body.setFocus()
    QTest.keyClick(window, KEY.Key_E)
    assert not window.explaining.open
    assert "press E" in window.workspace.timeline.notice


def test_a_right_click_explains_a_cell_of_a_table(window, qtbot):
    table = window.workspace.panes["card"].panel.trials
    item = table.topLevelItem(0)
    place = table.visualItemRect(item).center()
    place.setX(table.columnViewportPosition(2) + table.columnWidth(2) // 2)
    menu = right_click(qtbot, table.viewport(), place)
    action = next(a for a in menu.actions() if a.objectName() == "explain_number")
    action.trigger()
    menu.close()
    assert window.explaining.sheet.account.quantity == Quantity("trial", (0, "sigma2"))


def test_a_number_of_another_iteration_is_explained_as_it_was_there(window, qtbot):
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    view = window.workspace.panes["iterations"].panel._view
    from mlm_gui.widgets.iteration_model import Column

    index = view.model().index(0, Column.SIGMA2)
    view.scrollTo(index)
    point_at(view.viewport(), view.visualRect(index).center())
    QTest.keyClick(window, KEY.Key_E)
    told = window.explaining.sheet.account
    assert told.made_at == 0
    assert told.value == window.session.trace[0].state.sigma2


def test_the_keyboard_reaches_a_matrix_and_explains_its_cell(window, qtbot):
    panel = window.workspace.panes["matrices"].panel
    table = panel.view("V").table
    point_at(window.menuBar(), QPoint(900, 3))
    table.setFocus()
    table.setCurrentIndex(table.model().index(2, 3))
    QTest.keyClick(table, KEY.Key_E)
    told = window.explaining.sheet.account
    assert told.quantity == Quantity("entry", ("V", 2, 3))
    assert told.value == pytest.approx(window.session.trace[3].state.tau2)
    assert [part.symbol for part in told.parts] == ["τ²", "(ZZᵀ)₃,₄", "σ²", "I₃,₄"]


def test_a_cell_that_is_explained_leads_into_the_sheet(window, qtbot):
    panel = window.workspace.panes["matrices"].panel
    panel.explain("V", 0, 0)
    panel._explained.explanation.account_asked.emit()
    assert window.explaining.sheet.account.quantity == Quantity("entry", ("V", 0, 0))


def test_a_number_of_the_card_is_explained(window, qtbot):
    worked = window.workspace.panes["card"].panel.worked
    asking = worked.children()
    found = set()
    at = next(a for a in asking if hasattr(a, "at")).at
    for x in range(0, worked.width(), 4):
        for y in range(0, worked.height(), 4):
            asked = at(QPoint(x, y))
            if asked is not None:
                found.add((asked.quantity.name, asked.step))
    assert {("score", None), ("information", None), ("full_step", None)} <= found
    assert {("P_trace", 3), ("form", 3), ("sigma2", 3), ("tau2", None)} <= found


def test_down_to_the_data_and_back(window, explain, qtbot):
    sheet = explain("loglik")
    names = [sheet.account.quantity.name]
    while sheet.account.quantity.name != "cell" and len(names) < 12:
        told = sheet.account
        if told.sum is not None and told.quantity.name != "loglik":
            sheet.terms.linkActivated.emit("term:0")
        else:
            sheet.parts.linkActivated.emit(f"part:{len(told.parts) - 1}")
        names.append(sheet.account.quantity.name)
    assert names[:2] == ["loglik", "form"]
    assert "mean" in names
    assert names[-1] == "cell"
    for _ in names[1:]:
        sheet.back_button.click()
    assert sheet.account.quantity == Quantity("loglik")
    assert not sheet.back_button.isEnabled()


def test_a_link_goes_to_the_step_that_made_it(window, explain, qtbot):
    sheet = explain("u", 0)
    assert sheet.account.made_at == 3
    assert "Made at 4 · Predict u" in sheet.made.text()
    with qtbot.waitSignal(window.session.moved):
        sheet.made.linkActivated.emit("step:3")
    assert window.session.position == 3
    assert sheet.isVisible()


def test_a_wide_symbol_has_a_line_of_its_own(window, explain):
    window.session.go(4)
    sheet = explain("information", 0, 1)
    document = QTextDocument()
    document.setHtml(sheet.parts.text())
    (table,) = [f for f in document.rootFrame().childFrames() if isinstance(f, QTextTable)]
    cells = [table.cellAt(row, 0).firstCursorPosition() for row in range(table.rows())]
    texts = [cell.block().text() for cell in cells]
    row = next(k for k, text in enumerate(texts) if len(text) > 24)
    assert table.cellAt(row, 0).columnSpan() == table.columns()
    assert texts[row + 1] == ""


def test_what_only_the_variances_make_says_whose_variances_and_what_its_letters_are(
    window, explain
):
    window.session.go(4)
    sheet = explain("form", "τ", "r", "r", step=3)
    assert "With σ² and τ² of 1 · Initialize" in sheet.made.text()
    assert "ω<sub>j</sub> is σ² + n<sub>j</sub>τ²" in sheet.note.text()
    sheet = explain("sigma2")
    assert "Made at 5" in sheet.made.text()


def test_the_sheet_follows_the_run_and_says_what_is_not_known(window, explain, qtbot):
    sheet = explain("score", 0)
    before = sheet.account.value
    window.session.go(9)
    assert sheet.account.value == window.session.current.state.score[0] != before
    window.session.go(1)
    assert sheet.account is None
    assert "not known yet" in sheet.note.text()
    assert not sheet.parts.isVisible()
    window.session.go(4)
    assert sheet.account.value == before


def test_the_way_down_is_kept_while_the_run_moves(window, explain, qtbot):
    sheet = explain("score", 0)
    sheet.parts.linkActivated.emit("part:0")
    assert sheet.account.quantity.name == "P_trace"
    at = sheet.account.value
    window.session.go(9)
    assert sheet.account.quantity.name == "P_trace"
    assert sheet.account.value != at


def test_esc_closes_the_sheet_and_then_shows_all_panes(window, explain, qtbot):
    sheet = explain("icc")
    QTest.keyClick(sheet, KEY.Key_Escape)
    assert not window.explaining.open
    explain("icc")
    window.workspace.set_hidden("matrices", hidden=True)
    QTest.keyClick(window, KEY.Key_Escape)
    assert not window.explaining.open
    assert window.workspace.hidden == {"matrices"}


def test_the_results_explain_their_numbers(window, qtbot):
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    window.findChild(QAction, "results").trigger()
    page = window.workspace.panes["results"].panel.pages["estimates"]
    _, value = page.whole._rows[1]
    qtbot.waitUntil(value.isVisible)
    QApplication.processEvents()
    page.ensureWidgetVisible(value)
    qtbot.waitUntil(lambda: not value.visibleRegion().isEmpty())
    point_at(value)
    QTest.keyClick(window, KEY.Key_E)
    assert window.explaining.sheet.account.quantity == Quantity("aic")
    held = [
        page.fixed.topLevelItem(r).data(k, Qt.ItemDataRole.UserRole)
        for r in range(page.fixed.topLevelItemCount())
        for k in range(page.fixed.columnCount())
    ]
    names = {each[0].name for each in held if each}
    assert {"beta", "se", "interval"} <= names


def test_the_sheet_lies_inside_a_small_window_and_within_every_theme(window, explain, qtbot):
    window.resize(1024, 768)
    sheet = explain("beta", 1)
    for theme in ("dark", "contrast", "light"):
        window.look.set_theme(theme)
        assert sheet.geometry().right() < window.workspace.width()
        assert sheet.width() <= 0.62 * window.workspace.width() + 1
        assert sheet.palette().window().color().name() == window.theme.sheet


def test_a_number_in_a_lesson_is_explained(window, qtbot):
    window.findChild(QAction, "lessons").trigger()
    classroom = window.teaching.classroom
    found = {}
    for at in [(k, s) for k, lesson in enumerate(classroom.lessons) for s in range(2)][:6]:
        classroom.show(at)
        page = classroom.panel.page
        for x in range(0, page.viewport().width(), 6):
            for y in range(0, page.viewport().height(), 8):
                placeholder = page.placeholder_at(QPoint(x, y))
                asked = classroom.panel._asked(QPoint(x, y))
                if asked is not None:
                    found[placeholder] = (page, QPoint(x, y), asked)
        if found:
            break
    assert found
    page, place, asked = next(iter(found.values()))
    point_at(page.viewport(), place)
    QTest.keyClick(window, KEY.Key_E)
    assert window.explaining.sheet.account.quantity == asked.quantity


def test_a_plot_explains_the_number_that_is_pointed_at(window, qtbot):
    window.workspace.set_hidden("likelihood", hidden=False)
    panel = window.workspace.panes["likelihood"].panel
    qtbot.waitUntil(lambda: bool(panel.rows))
    settle(panel)
    axes = panel.rows["log_det_V"].axes
    place = pixel(panel, axes, 1, sum(axes.get_ylim()) / 2)
    assert "log|V|" in hover(panel, place)
    assert panel.pointed_number() == Asked(Quantity("log_det_V"), 4)
    point_at(panel.canvas, place)
    QTest.keyClick(window, KEY.Key_E)
    told = window.explaining.sheet.account
    assert told.value == window.session.trace[4].state.loglik_parts.log_det_V


def test_a_right_click_on_running_text_keeps_its_own_menu(window, qtbot):
    window.findChild(QAction, "lessons").trigger()
    page = window.teaching.classroom.panel.page
    menu = right_click(qtbot, page.viewport(), QPoint(3, page.viewport().height() - 3))
    assert menu.actions()
    menu.close()


def press_e_at(window, widget: QWidget, place: QPoint | None = None):
    """Ask about what is at a place; the account, or None where a sentence is said instead."""
    window.explaining.close()
    point_at(widget, place)
    QTest.keyClick(window, KEY.Key_E)
    return window.explaining.sheet.account if window.explaining.open else None


@pytest.mark.parametrize("name", ["sigma2", "tau2", "icc", "loglik"])
def test_a_change_in_the_rail_is_explained(window, name):
    change = window.workspace.panes["steps"].panel.readings.readings[name].change
    told = press_e_at(window, change)
    now, before = (getattr(window.session.trace[k].state, name) for k in (4, 3))
    assert told.quantity == Quantity("change", (name,))
    assert told.value == pytest.approx(now - before)


def test_a_prediction_is_explained(window, qtbot):
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    window.findChild(QAction, "results").trigger()
    panel = window.workspace.panes["results"].panel
    panel.choose("prediction")
    page = panel.pages["prediction"]
    page.group.chosen.emit(1)
    table = page.table
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 4 and table.isVisible())
    page.ensureWidgetVisible(table)
    QApplication.processEvents()
    for row, head in enumerate(("mean_group", "row_group", "mean_all", "row_new")):
        place = table.visualRect(table.model().index(row, 1)).center()
        told = press_e_at(window, table.viewport(), place)
        assert told.quantity.place[0] == head
        shown = table.topLevelItem(row).text(1).strip("\u2007\u2008")
        assert shown == f"{told.value:.4g}"


def test_every_label_of_the_likelihood_is_explained(window, qtbot):
    window.workspace.set_hidden("likelihood", hidden=False)
    panel = window.workspace.panes["likelihood"].panel
    qtbot.waitUntil(lambda: bool(panel.rows))
    settle(panel)
    asked = [label.label.asked for label in panel.canvas.labels if label.label.asked]
    assert Asked(Quantity("loglik", (), "other"), 4) in asked
    assert Asked(Quantity("change", ("log_det_V",)), 4) in asked
    for label in panel.canvas.labels:
        if label.label.asked is not None:
            told = press_e_at(window, panel.canvas, label.rect.center().toPoint())
            assert told.quantity == label.label.asked.quantity


def test_a_scale_says_that_it_is_no_number_of_the_fit(window, qtbot):
    window.workspace.set_hidden("likelihood", hidden=False)
    panel = window.workspace.panes["likelihood"].panel
    qtbot.waitUntil(lambda: bool(panel.rows))
    settle(panel)
    assert press_e_at(window, panel.canvas, QPoint(3, panel.canvas.height() - 3)) is None
    assert "scale" in window.workspace.timeline.notice


def test_the_height_of_the_surface_is_explained_where_one_points(window, qtbot):
    window.workspace.set_hidden("surface", hidden=False)
    panel = window.workspace.panes["surface"].panel
    qtbot.waitUntil(lambda: panel.step is not None and panel._artists is not None)
    settle(panel)
    axes = panel.artists.axes
    sigma2, tau2 = 0.9 * axes.get_xlim()[1], 0.8 * axes.get_ylim()[1]
    told = press_e_at(window, panel.canvas, pixel(panel, axes, sigma2, tau2))
    assert told.quantity.point.startswith("at ")
    assert told.made_at is None
    below = pixel(panel, axes, sigma2, 0.5 * axes.get_ylim()[0])
    assert press_e_at(window, panel.canvas, below) is None
    assert "cannot be below 0" in window.workspace.timeline.notice
    start = window.session.trace[0].state
    told = press_e_at(window, panel.canvas, pixel(panel, axes, start.sigma2, start.tau2))
    assert told.value == start.loglik


def test_the_run_as_it_was_is_explained_where_it_is_drawn(window, qtbot):
    was = window.session.trace
    window.workspace.what_if_requested.emit(OtherY(4, 30.0))
    qtbot.waitUntil(lambda: window.session.beside is not None)
    reading = window.workspace.panes["steps"].panel.readings.readings["tau2"]
    qtbot.waitUntil(reading.was.isVisible)
    QApplication.processEvents()
    told = press_e_at(window, reading.was)
    assert told.value == was[4].state.tau2
    assert window.explaining.sheet.title.text().startswith("As it was")
    window.session.go(9)
    assert window.explaining.sheet.account.value == was[9].state.tau2
    told = press_e_at(window, reading.value)
    assert told.value == window.session.current.state.tau2 != was[9].state.tau2
    chip = window.what_ifs.bar.chips[0]
    assert press_e_at(window, chip) is None
    assert "You gave it" in window.workspace.timeline.notice
    window.explaining.explain(Asked(Quantity("tau2"), beside=True))
    window.what_ifs.leave()
    told = window.explaining.sheet.account
    assert told.value == window.session.current.state.tau2


def test_a_hidden_number_is_not_told(window, qtbot):
    window.findChild(QAction, "lecture").trigger()
    qtbot.waitUntil(lambda: bool(window.workspace.stage))
    window.session.step()
    qtbot.waitUntil(lambda: window.workspace.conceals)
    window.explaining.explain(Asked(Quantity("tau2")))
    assert not window.explaining.open
    window.workspace.conceal(False)
    window.explaining.explain(Asked(Quantity("tau2")))
    assert window.explaining.open
    window.session.step()
    assert not window.explaining.open


def test_a_term_leads_to_each_of_its_factors(window, explain):
    sheet = explain("entry", "Py", 2, 0)
    for k in range(2):
        factor = sheet.account.sum.addends[1].factors[k]
        assert f"term:1:{k}" in sheet.terms.text()
        sheet.terms.linkActivated.emit(f"term:1:{k}")
        assert sheet.account.quantity in (factor, Quantity("cell", ("y", 1)))
        sheet.back_button.click()


def test_a_count_of_the_iterations_table_says_where_to_look(window):
    from mlm_gui.widgets.iteration_model import Column

    model = window.workspace.panes["iterations"].panel._view.model()
    assert isinstance(model.asked(1, Column.TRIALS), Untold)
    assert isinstance(model.asked(0, Column.ITERATION), Untold)
    assert model.asked(0, Column.CHANGE) is None


def test_a_check_is_explained_with_the_estimates(window, qtbot):
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    window.findChild(QAction, "results").trigger()
    panel = window.workspace.panes["results"].panel
    panel.choose("checks")
    page = panel.pages["checks"]
    page.check_choice.setCurrentIndex(page.check_choice.findData("residuals_fitted"))
    qtbot.waitUntil(lambda: page._cloud is not None)
    settle(page)
    found = page.cloud.points
    place = pixel(page, page.figure.axes[0], float(found.x[2]), float(found.y[2]))
    told = press_e_at(window, page.canvas, place)
    assert told.quantity == Quantity("entry", ("ε̂", int(found.rows[2]), 0))
    assert told.value == pytest.approx(float(found.y[2]))
