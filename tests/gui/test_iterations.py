from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from mlm_gui.panels.iterations import IterationsPanel
from mlm_gui.theme import THEMES, load_theme
from mlm_gui.widgets.face import Face
from mlm_gui.widgets.iteration_model import Column, IterationsModel
from solver import Options, Problem, Trace, load_example, steps
from solver.formatting import number
from solver.lessons import words
from solver.state import STEP_NAMES

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def run(name: str, **options) -> tuple[Problem, Trace]:
    example = load_example(name)
    problem = Problem.from_frame(example.frame(), example.formula)
    return problem, Trace(steps(problem, Options(**options)))


def shown(qtbot, problem, trace, position=0, theme="light", size=(900, 400)) -> IterationsPanel:
    panel = IterationsPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(load_theme(theme))
    panel.resize(*size)
    panel.show_problem(problem, trace)
    panel.show_step(trace[position], None)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def table(panel: IterationsPanel) -> QTableView:
    (view,) = panel.findChildren(QTableView)
    return view


def row(panel: IterationsPanel, k: int) -> list[str]:
    model = table(panel).model()
    return [model.index(k, column).data() for column in range(model.columnCount())]


def ends(trace: Trace) -> Iterator:
    return (step for step in trace if step.name == STEP_NAMES[-1])


@pytest.mark.parametrize("algorithm", ["fisher", "ai", "newton", "em"])
def test_every_row_says_what_its_iteration_ended_with(qtbot, algorithm):
    problem, trace = run("handout", algorithm=algorithm, start="half")
    trace.exhaust()
    panel = shown(qtbot, problem, trace, len(trace) - 1)
    before = trace[0].state.loglik
    for k, step in enumerate(ends(trace), start=1):
        state = step.state
        cells = row(panel, k)
        assert cells[Column.ITERATION] == str(k)
        assert cells[Column.LOGLIK] == number(state.loglik, 7)
        assert cells[Column.CHANGE] == number(state.loglik - before, 3)
        assert cells[Column.SIGMA2] == number(state.sigma2)
        assert cells[Column.TAU2] == number(state.tau2)
        assert cells[Column.SCORE_SIGMA2] == number(float(state.score[0]), 3)
        assert cells[Column.SCORE_TAU2] == number(float(state.score[1]), 3)
        assert cells[Column.TRIALS] == str(len(state.trials))
        met = sum(rule.met for rule in state.rules if rule.name != "rise_elsewhere")
        assert cells[Column.RULES] == f"{met} of 3"
        before = state.loglik
    assert table(panel).model().rowCount() == k + 1
    sentence = words()["outcomes"][trace[-1].state.outcome]
    assert row(panel, k)[Column.OUTCOME].endswith(sentence.partition(":")[0])


def test_the_start_stands_first(qtbot):
    problem, trace = run("handout")
    panel = shown(qtbot, problem, trace)
    assert row(panel, 0) == [
        "0",
        number(trace[0].state.loglik, 7),
        "",
        number(trace[0].state.sigma2),
        number(trace[0].state.tau2),
        *[""] * 8,
        "start",
    ]


def test_a_row_fills_as_its_iteration_proceeds(qtbot):
    problem, trace = run("handout", start="half")
    panel = shown(qtbot, problem, trace)
    for index in range(1, 6):
        panel.show_step(trace[index], trace[index - 1])
        cells = row(panel, 1)
        assert bool(cells[Column.SIGMA2]) == (index >= 4)
        assert bool(cells[Column.RULES]) == (index == 5)


def test_rows_are_only_appended_and_stay_on_the_way_back(qtbot):
    problem, trace = run("handout", start="half")
    panel = shown(qtbot, problem, trace)
    model = table(panel).model()
    inserted, resets = [], []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    model.modelReset.connect(lambda: resets.append(True))
    for index in range(1, 16):
        panel.show_step(trace[index], trace[index - 1])
    panel.show_step(trace[3], trace[15])
    assert inserted == [(1, 1), (2, 2), (3, 3)]
    assert not resets
    assert model.rowCount() == 4


def test_the_model_behaves(qtbot, qtlog):
    problem, trace = run("handout", start="half")
    model = IterationsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.set_trace(trace, "reml")
    for index in range(12):
        assert trace[index]
        model.grow()
    model.set_trace(Trace(steps(problem)), "reml")
    model.grow()
    assert not qtlog.records


def test_a_click_asks_for_the_end_of_the_iteration(qtbot):
    problem, trace = run("handout", start="half")
    panel = shown(qtbot, problem, trace, 12)
    view = table(panel)
    for k, expected in ((0, 0), (1, 5), (2, 10), (3, 15)):
        with qtbot.waitSignal(panel.step_requested) as asked:
            spot = view.visualRect(view.model().index(k, 1)).center()
            qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        assert asked.args == [expected]


def test_enter_goes_to_the_row_that_the_arrows_chose(qtbot):
    problem, trace = run("handout", start="half")
    panel = shown(qtbot, problem, trace, 15)
    view = table(panel)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    with qtbot.waitSignal(panel.step_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == [10]


def test_the_present_iteration_is_lit_and_in_sight(qtbot):
    problem, trace = run("dyestuff2", algorithm="em", start="half", max_iterations=60)
    trace.exhaust()
    panel = shown(qtbot, problem, trace, len(trace) - 1, size=(500, 200))
    view = table(panel)
    accent = load_theme("light").accent_wash
    for index in (5, 150, 295, 300):
        panel.show_step(trace[index], None)
        spot = view.visualRect(view.model().index(index // 5, 1))
        assert view.viewport().rect().contains(spot.center())
        picture = view.viewport().grab().toImage()
        assert picture.pixelColor(spot.topLeft() + QPoint(2, 3)).name() == accent


def test_a_run_of_many_iterations_is_shown_whole(qtbot):
    problem, trace = run("dyestuff2", algorithm="em", start="half", max_iterations=400)
    trace.exhaust()
    panel = shown(qtbot, problem, trace, 5)
    assert table(panel).model().rowCount() == 401
    for index in range(1800, 1820):
        panel.show_step(trace[index], trace[index - 1])
    assert table(panel).model().rowCount() == 401


def test_tooltips_give_all_digits_and_the_trials(qtbot):
    problem, trace = run("dyestuff2", start="half")
    trace.exhaust()
    panel = shown(qtbot, problem, trace, 5)
    model = table(panel).model()
    tip = model.index(1, Column.SIGMA2).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"σ² = {trace[5].state.sigma2!r}"
    assert "✗" in model.index(1, Column.TRIALS).data(Qt.ItemDataRole.ToolTipRole)
    assert words()["trials"]["boundary"] in row(panel, 1)[Column.OUTCOME]
    said = model.index(1, Column.TAU2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "iteration 1, τ², 0"


def test_the_head_names_the_criterion(qtbot):
    for method, symbol in (("reml", "ℓ_R"), ("ml", "ℓ")):
        problem, trace = run("handout", method=method)
        panel = shown(qtbot, problem, trace)
        model = table(panel).model()
        assert model.headerData(Column.LOGLIK, Qt.Orientation.Horizontal) == symbol


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("zoom", [0.5, 3.0])
def test_themes_and_zooms(qtbot, theme, zoom):
    problem, trace = run("hsb82")
    panel = shown(qtbot, problem, trace, 20, size=(300, 200))
    height = table(panel).rowHeight(0)
    panel.apply_theme(load_theme(theme, zoom))
    assert (table(panel).rowHeight(0) > height) == (zoom > 1)
    assert not panel.grab().isNull()


def test_a_new_run_starts_with_an_empty_table(qtbot):
    problem, trace = run("handout", start="half")
    panel = shown(qtbot, problem, trace, 15)
    again = Trace(steps(problem))
    panel.show_problem(problem, again)
    panel.show_step(again[0], None)
    assert table(panel).model().rowCount() == 1


def test_rows_that_look_alike_say_that_they_differ(qtbot):
    problem, trace = run("handout")
    trace.exhaust()
    panel = shown(qtbot, problem, trace, 5)
    assert panel.hint.text() == ""
    panel.show_step(trace[40], None)
    now = row(panel, trace[40].iteration)[Column.SIGMA2 : Column.TAU2 + 1]
    assert now == row(panel, trace[40].iteration - 1)[Column.SIGMA2 : Column.TAU2 + 1]
    assert "point at a number" in panel.hint.text()


@pytest.mark.parametrize("height", [150, 163, 177])
def test_no_row_is_cut_and_the_last_is_in_sight(qtbot, height):
    problem, trace = run("handout")
    panel = shown(qtbot, problem, trace, trace.exhaust().index, size=(300, height))
    view = table(panel)
    rows = view.viewport().height() / view.rowHeight(0)
    assert rows == int(rows)
    last = view.visualRect(view.currentIndex())
    assert view.viewport().rect().contains(last.center())
    assert view.viewport().rect().bottom() >= last.bottom()
    assert panel.hint.heightForWidth(panel.hint.width()) <= panel.hint.height()


def test_a_tight_table_has_room_for_the_outcome(qtbot):
    problem, trace = run("handout")
    trace.exhaust()
    panel = shown(qtbot, problem, trace, len(trace) - 1, size=(310, 150))
    view = table(panel)
    bold = Face(view.font(), bold=True)
    left = view._head.sectionViewportPosition(Column.OUTCOME) + view._head.pad
    assert left + bold.width("Converged") <= view.viewport().width()
    assert left + view._head.text_width(Column.OUTCOME) <= view.viewport().width()
    panel.resize(900, 400)
    assert view._head._word(Column.ITERATION) == "iteration"
