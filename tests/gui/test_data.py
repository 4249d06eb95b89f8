"""Data in: the dialog, files, the clipboard, simulations, and the way back to what was open."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QProgressDialog,
    QSlider,
)

from mlm_gui.data.columns_model import ColumnsModel, Field
from mlm_gui.data.data_dialog import DataDialog
from mlm_gui.data.simulation_dialog import SimulationDialog
from mlm_gui.theme import load_theme
from solver import Choices, Options, Problem, Table, analyse, fit, load_example
from solver.data.columns import describe
from solver.data.inspection import Inspection, inspect
from solver.data.preparation import Sample
from solver.data.roles import Roles
from solver.data.simulation import FORMULA, Simulation
from solver.data.sources import FileSource, PastedSource
from solver.errors import Cancelled

LEFT = Qt.MouseButton.LeftButton
RAW = load_example("ceis_raw")


def press(widget, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


def tidy() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def raw(tmp_path) -> Path:
    return Path(shutil.copy(RAW.path, tmp_path / "pumf.csv"))


@pytest.fixture
def dialog(opened, qtbot, monkeypatch):
    """Open a file by the menu's key; the dialog that asks what is to be made of it."""

    def open_file(path, window=None) -> DataDialog:
        window = window or opened("handout")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a: (str(path), ""))
        press(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        return appeared(window, qtbot)

    return open_file


@pytest.fixture
def alone(qtbot, raw):
    """The dialog on the raw file, without a window."""
    made = DataDialog(inspect(FileSource(str(raw))), load_theme("light"), Options())
    qtbot.addWidget(made)
    made.show()
    ready(made, qtbot)
    return made


def appeared(window, qtbot, kind=DataDialog, ready=True):
    tidy()
    qtbot.waitUntil(lambda: window.findChild(kind) is not None)
    found = window.findChild(kind)
    if ready:
        qtbot.waitUntil(lambda: found.analysis is not None)
    return found


def click(dialog, name, field) -> None:
    """Click a mark of a column."""
    row = [column.name for column in dialog.model.columns].index(name)
    index = dialog.model.index(row, field)
    dialog.columns.scrollTo(index)
    place = dialog.columns.visualRect(index).center()
    QTest.mouseClick(dialog.columns.viewport(), LEFT, pos=place)


def ready(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.analysis is not None)
    return dialog.analysis.problem


def accept(dialog, window, qtbot) -> None:
    with qtbot.waitSignal(window.session.started):
        QTest.mouseClick(dialog.fit, LEFT)
    tidy()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def edit(line, text) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


# The way from a raw file to its fit


def test_from_a_raw_file_to_the_fit_of_the_clean_one_in_three_actions(dialog, qtbot, raw):
    asked = dialog(raw)
    window = asked.parent()
    assert asked.formula.text() == RAW.formula
    assert "96–99 in 'LOOK_HRS'" in asked.verdict.text()
    assert asked.codes.missing == {}
    QTest.mouseClick(asked.codes.all, LEFT)
    assert ready(asked, qtbot).n == 1254
    assert "Left out: 412 without a value (372 in 'LOOK_HRS'" in asked.verdict.text()
    assert not asked.codes.all.isVisible()
    accept(asked, window, qtbot)
    found = fit(window.session.problem)
    clean = load_example("ceis")
    expected = fit(Problem.from_frame(clean.frame(), clean.formula))
    for name in ("beta", "se", "u", "sigma2", "tau2", "loglik"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-13)
    assert window.controls.data.currentText() == "pumf.csv"


def test_nothing_is_set_to_missing_unasked(dialog, qtbot, raw):
    asked = dialog(raw)
    window = asked.parent()
    accept(asked, window, qtbot)
    assert window.session.problem.n == 1666
    assert window.session.problem.J == 7


# Parts and the formula, both ways


def test_clicking_marks_writes_the_formula(alone, qtbot):
    asked = alone
    click(asked, "PROV", Field.GROUP)
    assert asked.formula.text() == "LOOK_HRS ~ HOURS + (1 | PROV)"
    click(asked, "WEIGHT", Field.PREDICTOR)
    click(asked, "SEX", Field.CATEGORIES)
    assert asked.formula.text() == "LOOK_HRS ~ C(SEX) + HOURS + WEIGHT + (1 | PROV)"
    click(asked, "SEX", Field.CATEGORIES)
    assert asked.formula.text() == "LOOK_HRS ~ SEX + HOURS + WEIGHT + (1 | PROV)"
    click(asked, "HOURS", Field.RESPONSE)
    assert asked.formula.text() == "HOURS ~ SEX + WEIGHT + (1 | PROV)"
    click(asked, "SEX", Field.PREDICTOR)
    problem = ready(asked, qtbot)
    assert problem.formula == "HOURS ~ WEIGHT + (1 | PROV)"
    assert problem.J == 10


def test_the_marks_work_by_the_keys(alone, qtbot):
    asked = alone
    asked.columns.setFocus()
    asked.columns.setCurrentIndex(asked.model.index(1, Field.PREDICTOR))
    press(asked.columns, Qt.Key.Key_Space)
    assert asked.formula.text() == "LOOK_HRS ~ PROV + HOURS + (1 | INDUSTRY)"
    press(asked.columns, Qt.Key.Key_Right)
    press(asked.columns, Qt.Key.Key_Right)
    press(asked.columns, Qt.Key.Key_Space)
    assert asked.formula.text() == "LOOK_HRS ~ HOURS + (1 | PROV)"
    spoken = asked.model.index(1, Field.GROUP).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "PROV, Group: chosen"


def test_writing_the_formula_sets_the_marks(alone, qtbot):
    asked = alone
    edit(asked.formula, "HOURS ~ C(SEX) + (1|PROV)")
    roles = asked.model.roles
    assert (roles.response, roles.predictors, roles.group) == ("HOURS", ("SEX",), "PROV")
    assert roles.categories == {"SEX"}
    assert ready(asked, qtbot).p == 2
    assert asked.rows.column.currentText() == "PROV"
    edit(asked.formula, "log(HOURS) ~ SEX * WEIGHT + (1|PROV)")
    assert ready(asked, qtbot).p == 4
    assert asked.model.roles is None
    assert "more than the marks" in asked.verdict.text()


def test_what_is_wrong_is_said_while_typing(alone, qtbot):
    asked = alone
    edit(asked.formula, "LOOK_HRS ~ HOURS +")
    assert "no group term" in asked.refusal.text()
    assert not asked.fit.isEnabled()
    QTest.keyClicks(asked.formula, " (1 | INDUSTRIE)")
    qtbot.waitUntil(lambda: "Did you mean 'INDUSTRY'?" in asked.refusal.text())
    assert not asked.fit.isEnabled()
    press(asked.formula, Qt.Key.Key_Return)
    assert asked.isVisible()
    edit(asked.formula, RAW.formula)
    ready(asked, qtbot)
    assert asked.fit.isEnabled()


def test_an_incomplete_choice_says_what_is_lacking(alone, qtbot):
    asked = alone
    click(asked, "INDUSTRY", Field.GROUP)
    assert asked.formula.text() == ""
    assert asked.refusal.text() == "Choose a group."
    click(asked, "LOOK_HRS", Field.RESPONSE)
    assert asked.refusal.text() == "Choose a response and a group."
    assert not asked.fit.isEnabled()


def test_one_column_cannot_be_response_and_group(alone, qtbot):
    asked = alone
    click(asked, "LOOK_HRS", Field.GROUP)
    said = "'LOOK_HRS' cannot be both response and group; choose another response."
    assert asked.refusal.text() == said
    assert not asked.fit.isEnabled()
    click(asked, "HOURS", Field.RESPONSE)
    click(asked, "INDUSTRY", Field.GROUP)
    ready(asked, qtbot)
    click(asked, "INDUSTRY", Field.RESPONSE)
    assert "choose another group" in asked.refusal.text()


def test_a_column_of_one_value_can_play_no_part(qtbot):
    columns = describe(Table(pd.DataFrame({"y": [1.5, 2.5, 3.5], "c": [7, 7, 7]})))
    model = ColumnsModel(columns)
    model.toggle(1, Field.PREDICTOR)
    assert model.roles == Roles()
    model.toggle(0, Field.RESPONSE)
    assert model.roles == Roles("y")


# Codes, groups and samples


def test_a_single_code_is_ticked(alone, qtbot):
    asked = alone
    item = asked.codes.tree.topLevelItem(0).child(1)
    item.setCheckState(0, Qt.CheckState.Checked)
    assert asked.codes.missing == {"LOOK_HRS": (97,)}
    assert ready(asked, qtbot).n == 1666 - 17
    asked.codes.tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Checked)
    assert asked.codes.missing == {"LOOK_HRS": (96, 97, 98, 99)}
    asked.codes.tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert asked.codes.missing == {}


def test_the_column_is_shown_with_and_without_its_codes(alone):
    first = alone.codes.tree.topLevelItem(0)
    assert [first.text(k).strip() for k in range(5)] == [
        "LOOK_HRS: 96–99", "372", "29.2 → 9.88", "36.6 → 7.56", "99 → 63",
    ]  # fmt: skip


def test_levels_and_labels_of_the_groups(opened, qtbot):
    window = opened("ceis_raw")
    press(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    asked = appeared(window, qtbot)
    QTest.mouseClick(asked.codes.all, LEFT)
    levels = asked.rows.levels_list
    assert [levels.item(k).text().split("  ")[0] for k in range(levels.count())] == [*"123456"]
    QTest.mouseClick(asked.rows.nothing, LEFT)
    qtbot.waitUntil(lambda: "No row is left" in asked.refusal.text())
    for k in (0, 4, 5):
        levels.item(k).setCheckState(Qt.CheckState.Checked)
    asked.rows.labels.setChecked(True)
    problem = ready(asked, qtbot)
    assert problem.group_labels == (
        "Agriculture/Forestry", "Education/Health/Social services", "Other"
    )  # fmt: skip
    assert problem.n == 15 + 449 + 44 == 508
    assert "fewer than 5 groups" in asked.verdict.text()


def test_rows_are_kept_by_another_column(alone, qtbot):
    rows = alone.rows
    rows.column.setCurrentIndex(rows.column.findText("SEX"))
    rows.column.activated.emit(rows.column.currentIndex())
    assert rows.levels_list.count() == 2
    rows.levels_list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert rows.levels == {"SEX": (2,)}
    women = int((alone.choices.source.read().frame["SEX"] == 2).sum())
    assert ready(alone, qtbot).n == women
    assert f"{1666 - women} by the values kept" in alone.verdict.text()
    click(alone, "PROV", Field.GROUP)
    assert rows.column.currentText() == "PROV"
    assert rows.levels == {"SEX": (2,)}
    rows.column.setCurrentIndex(rows.column.findText("SEX"))
    rows.column.activated.emit(rows.column.currentIndex())
    QTest.mouseClick(rows.everything, LEFT)
    assert rows.levels == {}


def test_a_sample_by_its_seed(dialog, qtbot, raw):
    asked = dialog(raw)
    window = asked.parent()
    asked.rows.sampled.setChecked(True)
    edit(asked.rows.sample_size, "250")
    assert ready(asked, qtbot).n == 250
    asked.rows.unit.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "cannot be drawn: there are 7" in asked.refusal.text())
    edit(asked.rows.sample_size, "3")
    edit(asked.rows.seed, "12")
    assert ready(asked, qtbot).J == 3
    accept(asked, window, qtbot)
    chosen = window.session.analysis.choices.preparation.sample
    assert chosen == Sample(3, 12, "INDUSTRY")


def test_the_dialog_comes_back_with_the_present_choices(dialog, qtbot, raw):
    asked = dialog(raw)
    window = asked.parent()
    QTest.mouseClick(asked.codes.all, LEFT)
    edit(asked.formula, "LOOK_HRS ~ HOURS + C(SEX) + (1 | INDUSTRY)")
    asked.rows.levels_list.item(2).setCheckState(Qt.CheckState.Unchecked)
    ready(asked, qtbot)
    accept(asked, window, qtbot)
    chosen = window.session.analysis.choices
    press(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    again = appeared(window, qtbot)
    assert again.choices == chosen
    assert again.model.roles.categories == {"SEX"}
    press(again, Qt.Key.Key_Escape)
    tidy()
    assert window.session.analysis.choices == chosen


# Other ways in


def test_choosing_opened_data_again_restores_the_choices(dialog, qtbot, raw):
    asked = dialog(raw)
    window = asked.parent()
    QTest.mouseClick(asked.codes.all, LEFT)
    ready(asked, qtbot)
    accept(asked, window, qtbot)
    chosen = window.session.analysis.choices
    box = window.controls.data
    for text in ("radon", "pumf.csv"):
        box.setFocus()
        with qtbot.waitSignal(window.session.started):
            box.setCurrentIndex(box.findText(text))
            box.activated.emit(box.currentIndex())
    assert window.session.analysis.choices == chosen
    assert window.session.problem.n == 1254
    assert [box.itemText(k) for k in range(box.count())].count("pumf.csv") == 1


def test_a_changed_example_stands_beside_the_example(opened, qtbot):
    window = opened("radon")
    press(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    asked = appeared(window, qtbot)
    edit(asked.formula, "log_radon ~ 1 + (1 | county)")
    ready(asked, qtbot)
    accept(asked, window, qtbot)
    assert window.controls.data.currentText() == "radon, changed"
    window.open_data("radon")
    assert window.controls.data.currentText() == "radon"


def drop(window, data: QMimeData) -> None:
    place = QPoint(200, 200)
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(place, action, data, LEFT, none)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(place), action, data, LEFT, none))


def test_a_file_is_dropped_and_remembered(opened, qtbot, raw):
    window = opened("handout")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(raw))])
    drop(window, data)
    appeared(window, qtbot).close()
    tidy()
    recent = window.findChild(QMenu, "recent")
    recent.aboutToShow.emit()
    assert [action.text() for action in recent.actions()] == ["pumf.csv"]
    recent.actions()[0].trigger()
    assert appeared(window, qtbot).formula.text() == RAW.formula


TABLE = "y\tx\tg\n" + "".join(
    f"{k % 5 + 0.5 * (k % 3)}\t{k * k % 17}\t{k % 4}\n" for k in range(40)
)


def test_a_table_is_pasted(opened, qtbot):
    window = opened("handout")
    QApplication.clipboard().setText(TABLE)
    press(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    asked = appeared(window, qtbot)
    assert asked.analysis.problem.formula == "y ~ x + (1 | g)"
    accept(asked, window, qtbot)
    assert window.session.problem.n == 40


def test_an_empty_clipboard_is_said(opened):
    window = opened("handout")
    QApplication.clipboard().clear()
    window.findChild(QAction, "paste").trigger()
    box = window.findChild(QMessageBox, "refusal")
    assert "no table on the clipboard" in box.text()
    box.close()


def test_a_file_that_is_no_table_is_refused_and_the_run_stays(opened, qtbot, tmp_path, monkeypatch):
    window = opened("handout")
    window.session.go(3)
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2,3\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a: (str(path), ""))
    window.findChild(QAction, "open").trigger()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "refusal") is not None)
    assert "line 2: 3 fields where the header has 2" in window.findChild(QMessageBox).text()
    window.findChild(QMessageBox, "refusal").close()
    assert window.session.position == 3


def test_a_long_reading_shows_how_far_it_is_and_can_be_cancelled(opened, qtbot, monkeypatch):
    import threading

    from mlm_gui.data import reading

    window = opened("handout")
    monkeypatch.setattr(reading, "PATIENCE", 10)
    ended = threading.Event()

    def slow(self, progress):
        try:
            while True:
                progress(30, 100)
                ended.wait(0.01)
        except Cancelled:
            ended.set()
            raise

    monkeypatch.setattr(FileSource, "read", slow)
    window.opening.open_file("large.csv")
    qtbot.waitUntil(lambda: window.findChild(QProgressDialog) is not None)
    bar = window.findChild(QProgressDialog)
    qtbot.waitUntil(lambda: bar.isActiveWindow() and bar.value() == 300)
    assert "large.csv" in bar.labelText()
    press(bar, Qt.Key.Key_Escape)
    qtbot.waitUntil(ended.is_set)
    tidy()
    assert window.findChild(QProgressDialog) is None
    assert window.findChild(DataDialog) is None


# Simulation


def simulate(window, qtbot) -> SimulationDialog:
    window.findChild(QAction, "simulate").trigger()
    return appeared(window, qtbot, SimulationDialog)


def test_data_are_simulated_by_sliders(opened, qtbot):
    window = opened("handout")
    asked = simulate(window, qtbot)
    slider = asked.sliders["tau2"]
    slider.setFocus()
    before = asked.fields["tau2"].value()
    press(slider, Qt.Key.Key_PageUp)
    assert asked.fields["tau2"].value() > before
    edit(asked.fields["groups"], "30")
    edit(asked.fields["smallest"], "20")
    assert asked.fields["largest"].value() == 20
    problem = ready(asked, qtbot)
    assert (problem.J, problem.n) == (30, 600)
    with qtbot.waitSignal(window.session.started):
        QTest.mouseClick(asked.fit, LEFT)
    truth = window.session.problem.truth
    assert truth.tau2 > before
    assert window.session.problem.J == 30
    assert "simulated" in window.windowTitle()
    tidy()
    again = simulate(window, qtbot)
    assert again.simulation == window.session.analysis.choices.source


def test_what_cannot_be_drawn_is_said(opened, qtbot):
    window = opened("handout")
    asked = simulate(window, qtbot)
    edit(asked.fields["groups"], "90000")
    edit(asked.fields["largest"], "90000")
    assert "At most 1000000 rows" in asked.verdict.text()
    assert not asked.fit.isEnabled()
    asked.close()


def test_the_truth_is_drawn_beside_the_estimates(opened):
    window = opened("handout")
    panes = window.workspace.panes
    lines, surface = panes["group_lines"].panel, panes["surface"].panel
    assert not lines.layers.box("truth").isVisible()
    window.open(analyse(Choices(Simulation(groups=5, sigma2=6, tau2=3), FORMULA)))
    window.workspace.deck.choose("all")
    QApplication.processEvents()
    truth = window.session.problem.truth
    drawn = lines.artists.truth.get_segments()
    assert len(drawn) == 5
    for segment, u in zip(drawn, truth.u, strict=True):
        x, y = np.asarray(segment).T
        np.testing.assert_allclose(y, truth.beta[0] + u + truth.beta[1] * x)
    assert (surface.artists.truth.get_xdata()[0], surface.artists.truth.get_ydata()[0]) == (6, 3)
    assert "truth: σ² 6, τ² 3" in surface.description()
    assert "truth" in [label.text for label in surface.labels()]
    lines.layers.box("truth").setChecked(False)
    lines.layers.changed.emit("truth")
    assert len(lines.artists.truth.get_segments()) == 0
    window.open_data("rail")
    QApplication.processEvents()
    assert len(surface.artists.truth.get_xdata()) == 0


def test_every_control_of_the_dialogs_has_a_name(alone, qtbot):
    other = SimulationDialog(Simulation(), load_theme("light"), Options())
    qtbot.addWidget(other)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QSlider)
    for dialog in (alone, other):
        for kind in kinds:
            for control in dialog.findChildren(kind):
                owner = control.parent()
                inner = control.objectName().startswith("qt_") or isinstance(
                    owner, QComboBox | QAbstractSpinBox | QAbstractItemView | QLineEdit
                )
                inner = inner or "Private" in owner.metaObject().className()
                named = control.accessibleName() or getattr(control, "text", str)()
                assert inner or named, control
    other.done(0)


def test_another_code_is_typed(alone, qtbot):
    edit(alone.codes.other, "HOURS=60,82")
    press(alone.codes.other, Qt.Key.Key_Return)
    assert alone.codes.missing == {"HOURS": (60, 82)}
    qtbot.waitUntil(lambda: alone.analysis is not None and alone.analysis.problem.n == 1664)
    edit(alone.codes.other, "HORS=60")
    press(alone.codes.other, Qt.Key.Key_Return)
    assert "no column 'HORS'" in alone.codes.hint.text()
    assert alone.isVisible()


def test_a_column_is_found_among_many(qtbot):
    frame = pd.DataFrame({f"v{k}": np.arange(40) * (k + 1) % 7 + k for k in range(30)})
    table = Table(frame, {"v17": "Wages in Canada"})
    many = DataDialog(
        Inspection(PastedSource(""), table, describe(table), ()), load_theme("light"), Options()
    )
    qtbot.addWidget(many)
    many.show()
    edit(many.search, "canada")
    hidden = [many.columns.isRowHidden(row) for row in range(30)]
    assert hidden.count(False) == 1
    assert not hidden[17]
    many.search.clear()
    assert not any(many.columns.isRowHidden(row) for row in range(30))
    many.done(0)


def test_an_example_with_codes_in_it_says_so(opened):
    window = opened("handout")
    window.open_data("ceis_raw")
    assert "codes for “no answer”" in window.workspace.timeline.notice
    window.open_data("ceis")
    assert window.workspace.timeline.notice == "New data: ceis."


def test_a_file_named_on_the_command_line_is_asked_about(qtbot, raw):
    from argparse import Namespace

    from mlm_gui import app

    window = app._window()
    qtbot.addWidget(window)
    app._fill_or_leave(QApplication.instance(), window, Namespace(data=str(raw), formula=None))
    assert appeared(window, qtbot).formula.text() == RAW.formula
    assert window.session.problem.n == 7


def test_only_the_codes_of_the_model_are_shown(alone):
    assert alone.codes.tree.topLevelItemCount() == 3
    click(alone, "HOURS", Field.PREDICTOR)
    assert alone.codes.tree.topLevelItemCount() == 2
    edit(alone.codes.other, "WEIGHT=100")
    press(alone.codes.other, Qt.Key.Key_Return)
    assert alone.codes.tree.topLevelItemCount() == 3
