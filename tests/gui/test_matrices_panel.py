from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from mlm_gui.panels.matrices import REST, MatricesPanel
from mlm_gui.theme import THEMES, load_theme
from mlm_gui.widgets.cell_explanation import CellExplanation
from mlm_gui.widgets.chip import Chip
from mlm_gui.widgets.matrix_model import MatrixModel
from mlm_gui.widgets.matrix_view import MatrixView
from mlm_gui.widgets.matrix_window import Display, Window
from mlm_gui.widgets.tint import SHADES, shades
from solver import Options, Problem, Trace, load_example, steps
from solver.formatting import number
from solver.lessons import step_lessons
from solver.matrices import matrix_names

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton
VERTICAL, HORIZONTAL = Qt.Orientation.Vertical, Qt.Orientation.Horizontal


def example_problem(name: str) -> Problem:
    example = load_example(name)
    return Problem.from_frame(example.frame(), example.formula)


def run(problem: Problem | str, **options) -> tuple[Problem, Trace]:
    if isinstance(problem, str):
        problem = example_problem(problem)
    return problem, Trace(steps(problem, Options(**options)))


@pytest.fixture
def show(qtbot):
    def show(problem, trace, position=0, theme="light", size=(900, 700)) -> MatricesPanel:
        panel = MatricesPanel()
        qtbot.addWidget(panel)
        panel.apply_theme(load_theme(theme))
        panel.resize(*size)
        with qtbot.waitExposed(panel):
            panel.show()
        panel.show_problem(problem, trace)
        panel.show_step(trace[position], None)
        return panel

    return show


@pytest.fixture(scope="module")
def large() -> Problem:
    n, J = 10**6, 5 * 10**4
    rng = np.random.default_rng(1)
    groups = rng.integers(0, J, n)
    x = rng.normal(size=n)
    y = 1 + x + rng.normal(size=J)[groups] + rng.normal(size=n)
    return Problem.from_arrays(y, np.column_stack([np.ones(n), x]), groups)


def texts(view: MatrixView) -> list[list[str]]:
    model = view.model
    return [
        [model.index(i, j).data() for j in range(model.columnCount())]
        for i in range(model.rowCount())
    ]


def explanation(panel: MatricesPanel) -> CellExplanation:
    (found,) = panel.findChildren(CellExplanation)
    return found


def click_cell(qtbot, view: MatrixView, row: int, column: int) -> None:
    spot = view.cell_box(row, column).center()
    viewport = view.table.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=viewport.mapFrom(view, spot))


# -- contents


def test_a_matrix_that_was_laid_out_before_it_was_measured_is_not_cut(show, qtbot):
    panel = show(*run("handout"))
    y = panel.view("y")
    y.model.look_at(Window(range(0), range(0)))
    y.apply_theme(load_theme("light"))
    y.table.look_ahead()
    qtbot.waitUntil(lambda: y.table.viewport().width() == y.table.cell_width)


def test_the_matrices_of_the_step_come_first_in_both_directions(show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace)
    there = [*range(1, 12), *range(10, -1, -1)]
    for index in there:
        panel.show_step(trace[index], None)
        names = step_lessons()[trace[index].name].matrices
        assert panel.shown == [n for n in names if n in matrix_names(trace[index].state)]
        for name in panel.shown:
            block = trace[index].matrix(name).block()
            assert texts(panel.view(name)) == [[number(x) for x in row] for row in block.tolist()]


@pytest.mark.parametrize("position", [0, 3, 5, 10])
def test_every_matrix_has_the_entries_that_the_solver_gives(qtlog, position):
    _, trace = run("handout", start="half")
    step = trace[position]
    for name in matrix_names(step.state):
        matrix = step.matrix(name)
        model = MatrixModel()
        QAbstractItemModelTester(
            model, QAbstractItemModelTester.FailureReportingMode.Warning, model
        )
        model.set_matrix(matrix, None)
        assert (model.rowCount(), model.columnCount()) == matrix.shape
        values = [
            [model.index(i, j).data(Qt.ItemDataRole.UserRole) for j in range(matrix.shape[1])]
            for i in range(matrix.shape[0])
        ]
        np.testing.assert_array_equal(values, matrix.block())
        model.look_at(Window(range(matrix.shape[0]), range(matrix.shape[1])))
        model.set_display(Display(symbols=True))
        shown = [
            [model.index(i, j).data() for j in range(matrix.shape[1])]
            for i in range(matrix.shape[0])
        ]
        assert shown == matrix.symbols()
        later = trace[position + 1]
        model.set_matrix(later.matrix(name), matrix)
        model.set_display(Display(in_group_order=True))
    assert not qtlog.records


def test_tiles_meet_without_a_seam():
    _, trace = run("hsb82")
    matrix = trace[4].matrix("P")
    model = MatrixModel()
    model.set_matrix(matrix, None)
    window = Window(range(100, 210), range(7100, 7185))
    model.look_at(window)
    np.testing.assert_array_equal(
        model.block().values, matrix.block(np.array(window.rows), np.array(window.columns))
    )


# -- how the entries are written


def test_the_matrices_of_later_steps_are_prepared_after_a_rest(qtbot, show):
    panel = show(*run("handout"))
    needed = {name for lesson in step_lessons().values() for name in lesson.matrices}
    made = {view.name for view in panel.findChildren(MatrixView)}
    assert not needed <= made
    qtbot.waitUntil(lambda: needed <= {view.name for view in panel.findChildren(MatrixView)})


def test_nothing_is_prepared_once_the_window_is_closed(show):
    panel = show(*run("handout"))
    resting = [timer for timer in panel.findChildren(QTimer) if timer.interval() == REST]
    assert [timer.isActive() for timer in resting] == [True]
    panel.close()
    assert not resting[0].isActive()


def test_symbols_at_a_switch(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    switch = panel.findChild(QCheckBox, "symbols")
    assert texts(panel.view("V"))[0][0] == number(trace[0].state.tau2 + trace[0].state.sigma2)
    qtbot.mouseClick(switch, LEFT, pos=QPoint(8, switch.height() // 2))
    assert texts(panel.view("V"))[0][:3] == ["τ²+σ²", "τ²", "0"]
    panel.show_step(trace[1], trace[0])
    assert texts(panel.view("V⁻¹")) == trace[1].matrix("V⁻¹").symbols()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert texts(panel.view("V⁻¹"))[0][0] == number(trace[1].matrix("V⁻¹").value(0, 0))


def test_the_number_of_digits(qtbot, show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace, 5)
    digits = panel.findChild(QSpinBox, "digits")
    before = panel.view("V").table.cell_width
    for _ in range(4):
        qtbot.keyClick(digits, Qt.Key.Key_Up)
    value = trace[5].matrix("V").value(0, 0)
    assert texts(panel.view("V"))[0][0] == number(value, 8)
    assert panel.view("V").table.cell_width > before


def test_cells_are_wide_enough_for_their_texts(show):
    for name in ("handout", "ceis", "radon"):
        problem, trace = run(name, start="half")
        panel = show(problem, trace)
        for index in range(12):
            panel.show_step(trace[index], None)
            panel.grab()
            for shown in panel.shown:
                table = panel.view(shown).table
                metrics = table.fontMetrics()
                seen = {text for row in panel.view(shown).model.texts() for text in row}
                assert max(map(metrics.horizontalAdvance, seen)) < table.cell_width


def test_widths_do_not_shrink_while_stepping(show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace)
    widths = []
    for index in (0, 5, 10, 15, 20, 15, 10, 5, 0):
        panel.show_step(trace[index], None)
        widths.append(panel.view("V").table.cell_width)
    assert widths == sorted(widths)


def test_a_cell_is_said_in_full(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    model = panel.view("V").model
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(1, 2).data(role) == "V, row 2, column 3, 0"
    panel.findChild(QCheckBox, "symbols").click()
    assert model.index(0, 1).data(role) == "V, row 1, column 2, τ²"
    assert panel.view("y").model.index(2, 0).data(role) == "y, row 3, y₃"
    assert model.headerData(0, VERTICAL, role) == "observation 1 · INDUSTRY 1"
    tip = model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert repr(trace[0].state.tau2) in tip


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_stay_readable_on_every_tint(theme):
    colours = load_theme(theme)

    def luminance(colour: QColor) -> float:
        parts = [colour.redF(), colour.greenF(), colour.blueF()]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    ink = luminance(QColor(colours.ink))
    for below, above in ((colours.fall, colours.rise), (colours.muted, colours.muted)):
        for shade in shades(colours.sheet, below, above):
            ground = luminance(QColor.fromRgb(int(shade)) if shade else QColor(colours.sheet))
            light, dark = max(ink, ground), min(ink, ground)
            assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert len(shades(colours.sheet, colours.fall, colours.rise)) == 2 * SHADES + 1


def test_tints_follow_the_values(show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    panel.findChild(QCheckBox, "tint").click()
    view = panel.view("Z")
    theme = load_theme("light")
    picture = view.grab().toImage()
    corner = view.cell_box(0, 0).topLeft() + QPoint(2, 2)
    nought = view.cell_box(0, 1).topLeft() + QPoint(2, 2)
    assert picture.pixelColor(nought).name() == theme.sheet
    strongest = shades(theme.sheet, theme.muted, theme.muted)[-1]
    assert picture.pixelColor(corner).rgb() == int(strongest)


# -- what changed


def test_changes_are_marked_with_the_step_that_made_them(show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace)
    marked = 0
    for index in [*range(1, 16), *range(14, 0, -1)]:
        panel.show_step(trace[index], None)
        for name in panel.shown:
            now = trace[index].matrix(name).block()
            if name not in matrix_names(trace[index - 1].state):
                continue
            before = trace[index - 1].matrix(name).block()
            changes = panel.view(name).model.block().changes
            moved = np.abs(now - before) > 1e-12 * np.maximum(np.abs(now), np.abs(before))
            np.testing.assert_array_equal(changes, np.sign(now - before) * moved)
            marked += int(np.count_nonzero(changes))
    assert marked > 50


def test_a_change_is_tinted_and_has_a_sign(show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace)
    for index in range(1, 6):
        panel.show_step(trace[index], trace[index - 1])
        for name in panel.shown:
            view = panel.view(name)
            changes = view.model.block().changes
            picture = view.grab().toImage()
            for row, column in np.argwhere(changes != 0)[:3].tolist():
                spot = view.cell_box(row, column).topRight() + QPoint(-2, 2)
                assert picture.pixelColor(spot).name() == load_theme("light").accent_wash
                said = view.model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole)
                assert said.endswith("rose" if changes[row, column] > 0 else "fell")


def test_what_did_not_change_is_not_touched(show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace)
    panel._add("X")
    panel._add("y")
    for index in (1, 2):
        panel.show_step(trace[index], trace[index - 1])
    signals = []
    for name in ("X", "y"):
        panel.view(name).model.dataChanged.connect(lambda *_, name=name: signals.append(name))
        panel.view(name).model.modelReset.connect(lambda name=name: signals.append(name))
    for index in range(3, 15):
        panel.show_step(trace[index], trace[index - 1])
    assert signals == []


# -- cells explained


def test_a_click_explains_the_cell(qtbot, show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace, 2)
    assert explanation(panel).isHidden()
    for name, row, column in (("XᵀV⁻¹X", 1, 0), ("β", 1, 0), ("XᵀV⁻¹y", 0, 0)):
        click_cell(qtbot, panel.view(name), row, column)
        assert explanation(panel).isVisible()
        cell = trace[2].matrix(name).cell(row, column)
        said = explanation(panel).toPlainText()
        assert cell.formula in said
        assert number(cell.value) in said
        for term in cell.terms:
            assert term.label in said
        assert f"Draws on all {problem.n} observations" in said


def test_a_sum_of_whole_numbers_is_whole(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    panel._add("XᵀX")
    click_cell(qtbot, panel.view("XᵀX"), 0, 1)
    assert "5500\n" in explanation(panel).toPlainText()
    assert "5499" not in explanation(panel).toPlainText()


def test_the_observations_behind_a_cell_light_their_group(qtbot, show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace, 3)
    click_cell(qtbot, panel.view("u"), 1, 0)
    said = explanation(panel).toPlainText()
    assert "Draws on 3 observations" in said
    assert "INDUSTRY 5: 3, 4, 5" in said
    browser = explanation(panel)
    cursor = browser.document().find("INDUSTRY 5")
    cursor.setPosition(cursor.selectionStart() + 3)
    browser.setTextCursor(cursor)
    spot = browser.cursorRect().center()
    table = panel.view("u").table
    qtbot.mouseMove(table.viewport(), table.visualRect(table.model().index(0, 0)).center())
    pointed = []
    panel.group_pointed.connect(pointed.append)
    qtbot.mouseMove(browser.viewport(), spot)
    qtbot.mouseClick(browser.viewport(), LEFT, pos=spot)
    qtbot.waitUntil(lambda: bool(pointed) and pointed[-1] == 1)


def test_the_explanation_follows_the_steps_and_closes(qtbot, show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace, 0)
    click_cell(qtbot, panel.view("V"), 0, 1)
    for index in (4, 5, 0):
        panel.show_step(trace[index], None)
        cell = explanation(panel).cell
        assert (cell.name, cell.row, cell.column) == ("V", 0, 1)
        assert cell.value == trace[index].matrix("V").value(0, 1)
    panel.view("β").table.setFocus()
    qtbot.keyClick(panel.view("β").table, Qt.Key.Key_Escape)
    assert explanation(panel).isHidden()


def test_the_explanation_closes_with_its_matrix(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace, 4)
    click_cell(qtbot, panel.view("P"), 0, 1)
    panel.show_step(trace[5], None)
    assert "P" not in panel.shown
    assert explanation(panel).isHidden()
    click_cell(qtbot, panel.view("V"), 0, 1)
    chip = next(chip for chip in panel.findChildren(Chip) if chip.text() == "V")
    qtbot.mouseClick(chip, LEFT)
    assert explanation(panel).isHidden()


def test_no_number_of_an_explanation_is_broken(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace, 4, size=(640, 300))
    click_cell(qtbot, panel.view("P"), 0, 3)
    assert explanation(panel).horizontalScrollBar().maximum() == 0


def test_an_update_says_at_which_variances_its_matrices_are(show):
    problem, trace = run("handout")
    panel = show(problem, trace, 4)
    start = trace[4].state.updated_from
    for name in ("P", "Py", "V"):
        assert number(start.sigma2) in panel.view(name).note
        assert number(start.tau2) in panel.view(name).toolTip()
    assert panel.view("ZZᵀ").note == ""
    panel.show_step(trace[5], None)
    assert panel.view("V").note == ""


def test_the_explanation_starts_at_its_first_line(qtbot, show):
    problem, trace = run("radon")
    panel = show(problem, trace, 0, "contrast", (1000, 700))
    panel.apply_theme(load_theme("contrast", 2.0))
    click_cell(qtbot, panel.view("V"), 0, 1)
    QGuiApplication.processEvents()
    assert explanation(panel).verticalScrollBar().value() == 0


def test_the_keyboard_moves_explains_and_copies(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    table = panel.view("V").table
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    cell = explanation(panel).cell
    assert (cell.name, cell.row, cell.column) == ("V", 1, 1)
    qtbot.keyClick(table, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    expected = "\n".join("\t".join(row[:2]) for row in texts(panel.view("V"))[:2])
    assert QGuiApplication.clipboard().text() == expected


def test_a_selection_too_large_to_copy_is_cut_and_says_so(qtbot, show):
    problem, trace = run("hsb82")
    panel = show(problem, trace)
    table = panel.view("V").table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert (len(lines), len(lines[0].split("\t"))) == (100_000 // problem.n, problem.n)


# -- which matrices


def test_any_other_matrix_by_its_name(qtbot, show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace)
    search = panel.findChild(QComboBox, "add_matrix")
    qtbot.waitUntil(lambda: search.count() > 0)
    assert [search.itemText(k) for k in range(search.count())] == [*matrix_names(trace[0].state)]
    search.setFocus()
    qtbot.keyClicks(search.lineEdit(), "ZtVinvZ")
    qtbot.keyClick(search.lineEdit(), Qt.Key.Key_Return)
    assert panel.shown[-1] == "ZᵀV⁻¹Z"
    panel.show_step(trace[1], trace[0])
    assert panel.shown[-1] == "ZᵀV⁻¹Z"
    chip = next(c for c in panel.findChildren(Chip) if c.text() == "ZᵀV⁻¹Z")
    qtbot.mouseClick(chip, LEFT)
    assert "ZᵀV⁻¹Z" not in panel.shown


def test_a_chip_hides_and_shows_its_matrix(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    chip = next(c for c in panel.findChildren(Chip) if c.text() == "Z")
    assert chip.isChecked()
    qtbot.mouseClick(chip, LEFT)
    assert panel.shown == ["y", "X", "V"]
    qtbot.mouseClick(chip, LEFT)
    assert panel.shown == ["y", "X", "Z", "V"]


# -- groups


def test_pointing_at_a_row_names_its_group(qtbot, show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    view = panel.view("V")
    pointed = []
    panel.group_pointed.connect(pointed.append)
    viewport = view.table.viewport()
    for row in (0, 3, 4, 6):
        spot = view.cell_box(row, 2).center()
        qtbot.mouseMove(viewport, viewport.mapFrom(view, spot))
    assert pointed == [0, 1, 2]


def test_a_lit_group_shows_in_its_rows(show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    view = panel.view("y")
    spots = [view.cell_box(row, 0).topLeft() + QPoint(2, 3) for row in range(7)]
    plain = [view.grab().toImage().pixelColor(spot).name() for spot in spots]
    panel.show_group(1)
    lit = [view.grab().toImage().pixelColor(spot).name() for spot in spots]
    differs = [a != b for a, b in zip(plain, lit, strict=True)]
    assert differs == [j == 1 for j in problem.codes.tolist()]
    panel.show_group(None)
    assert [view.grab().toImage().pixelColor(spot).name() for spot in spots] == plain


def test_group_order_at_a_switch_where_the_data_have_none(qtbot, show):
    frame = load_example("handout").frame().sample(frac=1, random_state=3)
    problem, trace = run(Problem.from_frame(frame, load_example("handout").formula))
    panel = show(problem, trace)
    switch = panel.findChild(QCheckBox, "group_order")
    assert switch.isVisible()
    model = panel.view("V").model
    assert texts(panel.view("V")) != _sorted_V(trace[0])
    qtbot.mouseClick(switch, LEFT, pos=QPoint(8, switch.height() // 2))
    order = trace[0].matrix("V").group_order
    labels = [model.headerData(k, VERTICAL) for k in range(7)]
    assert labels == [str(i + 1) for i in order]
    assert texts(panel.view("V")) == _sorted_V(trace[0])
    click_cell(qtbot, panel.view("V"), 0, 1)
    cell = explanation(panel).cell
    assert (cell.row, cell.column) == (order[0], order[1])
    grouped, runs = run("handout")
    assert not show(grouped, runs).findChild(QCheckBox, "group_order").isVisible()


def _sorted_V(step) -> list[list[str]]:
    V = step.matrix("V")
    return [[number(x) for x in row] for row in V.block(V.group_order, V.group_order).tolist()]


def test_matrices_with_the_same_rows_scroll_together(show):
    problem, trace = run("hsb82")
    panel = show(problem, trace, 0, size=(1200, 500))
    panel.view("y").table.verticalScrollBar().setValue(1234)
    assert {panel.view(n).table.verticalScrollBar().value() for n in panel.shown} == {1234}


# -- large and small


def test_a_million_rows_open_and_scroll_at_once(qtbot, show, large):
    _, trace = run(large)
    panel = show(large, trace)
    view = panel.view("V")
    table = view.table
    assert (view.model.rowCount(), view.model.columnCount()) == (10**6, 10**6)
    table.verticalScrollBar().setValue(10**6)
    table.horizontalScrollBar().setValue(10**6)
    view.grab()
    window = view.model.window
    assert window.rows.stop == window.columns.stop == 10**6
    np.testing.assert_array_equal(
        view.model.block().values,
        trace[0].matrix("V").block(np.array(window.rows), np.array(window.columns)),
    )
    assert table.verticalHeader().length() > 0
    assert table.horizontalHeader().length() == 10**6 * table.cell_width
    corner = view.model.index(10**6 - 1, 10**6 - 1)
    assert corner.data() == number(trace[0].state.sigma2 + trace[0].state.tau2)
    click_cell(qtbot, view, 10**6 - 1, 10**6 - 1)
    assert explanation(panel).cell.row == 10**6 - 1


def test_the_widest_matrix_stays_within_what_qt_counts(show, large):
    _, trace = run(large)
    panel = show(large, trace)
    panel.apply_theme(load_theme("light", 3.0))
    panel.findChild(QSpinBox, "digits").setValue(15)
    head = panel.view("V").table.horizontalHeader()
    assert 0 < head.length() < 2**31
    assert head.length() == 10**6 * panel.view("V").table.cell_width


def test_the_map_shows_and_changes_the_place(qtbot, show):
    problem, trace = run("hsb82")
    panel = show(problem, trace, 0)
    view = panel.view("V")
    assert view.map.isVisible()
    assert "sampled" in view._caption.text()
    assert view.map.in_sight.topLeft().isNull()
    qtbot.mouseClick(view.map, LEFT, pos=view.map.rect().bottomRight())
    window = view.model.window
    assert window.rows.stop == window.columns.stop == problem.n
    qtbot.mousePress(view.map, LEFT, pos=view.map.rect().center())
    middle = view.model.window
    assert problem.n // 2 in range(middle.rows.start - 115, middle.rows.stop + 115)
    assert view.map.in_sight.center().x() == pytest.approx(0.5, abs=0.02)
    assert not panel.view("y").map.isVisible()


def test_small_matrices_are_seen_whole(show):
    problem, trace = run("handout", start="half")
    panel = show(problem, trace)
    for index in range(6):
        panel.show_step(trace[index], None)
        for name in panel.shown:
            window = panel.view(name).table.window_in_sight()
            shape = trace[index].matrix(name).shape
            assert (len(window.rows), len(window.columns)) == shape


@pytest.mark.parametrize(
    ("frame", "formula", "options"),
    [
        ("dyestuff2", "Yield ~ 1 + (1 | Batch)", {}),
        ("handout", "LOOK_HRS ~ 0 + HOURS + (1 | INDUSTRY)", {"algorithm": "em"}),
        ("orthodont", "distance ~ age + Sex + (1 | Subject)", {"method": "ml"}),
        ("radon", "log_radon ~ basement + (1 | county)", {}),
    ],
)
@pytest.mark.parametrize("size", [(300, 200), (1400, 500)])
def test_every_step_of_every_kind_of_model(show, frame, formula, options, size):
    data = load_example(frame).frame()
    try:
        problem = Problem.from_frame(data, formula)
    except Exception:
        problem = example_problem(frame)
    problem, trace = run(problem, **{"max_iterations": 6} | options)
    trace.exhaust()
    panel = show(problem, trace, 0, "dark", size)
    for step in trace:
        panel.show_step(step, None)
        assert panel.shown
        assert not panel.grab().isNull()


def test_another_problem_replaces_everything(show):
    problem, trace = run("handout")
    panel = show(problem, trace, 3)
    other, later = run("rail")
    panel.show_problem(other, later)
    assert panel.view("u").model.matrix is None
    panel.show_step(later[0], None)
    for name in panel.shown:
        assert panel.view(name).model.matrix.problem is other
        assert not panel.view(name).model.block().changes.any()
    assert panel.view("y").model.rowCount() == other.n


@pytest.mark.parametrize("zoom", [0.5, 2.0, 3.0])
def test_zoom_resizes_the_cells(show, zoom):
    problem, trace = run("handout")
    panel = show(problem, trace)
    table = panel.view("V").table
    width, height = table.cell_width, table.cell_height
    panel.apply_theme(load_theme("contrast", zoom))
    assert (table.cell_width > width) == (table.cell_height > height) == (zoom > 1)


def test_every_control_has_a_name(show):
    problem, trace = run("handout")
    panel = show(problem, trace)
    for control in (*panel.findChildren(Chip), *panel.findChildren(QCheckBox)):
        assert control.accessibleName()
    for name in panel.shown:
        assert panel.view(name).table.accessibleName().startswith(f"{name}, matrix of ")
    assert panel.findChild(QComboBox, "add_matrix").accessibleName()
    assert panel.findChild(QSpinBox, "digits").accessibleName()


def test_heads_and_cells_name_the_row_of_the_file_where_it_is_another(qtbot, show):
    problem = replace(example_problem("handout"), rows=np.arange(7) * 10)
    panel = show(*run(problem))
    view, role = panel.view("y"), Qt.ItemDataRole.ToolTipRole
    assert view.model.headerData(0, VERTICAL, role) == "observation 1 · INDUSTRY 1"
    named = view.model.headerData(2, VERTICAL, role)
    assert named == "observation 3 · row 21 of the file · INDUSTRY 5"
    click_cell(qtbot, view, 2, 0)
    qtbot.waitUntil(lambda: "3 (row 21 of the file)" in explanation(panel).toPlainText())


def test_a_shelf_whose_scroll_bar_comes_and_goes_comes_to_rest(show) -> None:
    panel = show(*run("handout"))
    shelf, arranged = panel._shelf, []

    def arrange() -> None:
        arranged.append(shelf.viewport().width())
        shelf.board.resize(300 + len(arranged), 200)

    shelf._arrange = arrange
    shelf.arrange()
    assert 1 <= len(arranged) <= 2
