"""The right click on matrices, tables and formulas: what reaches the clipboard and files."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox

from mlm_gui.theme import load_theme
from mlm_gui.widgets.copy_menu import model_grid
from mlm_gui.widgets.result_pages import EstimatesPage
from solver import Fit, results
from solver.lessons import step_formulas

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")


def right_click(widget):
    """The menu that a right click opens."""
    target = widget.viewport() if hasattr(widget, "viewport") else widget
    place = QPoint(3, 3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, target.mapToGlobal(place))
    QApplication.sendEvent(target, event)
    menus = [menu for menu in widget.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    return {action.objectName(): action for action in menus[0].actions()}, menus[0]


def choose(widget, name):
    actions, menu = right_click(widget)
    actions[name].trigger()
    menu.close()


def clipboard():
    return QGuiApplication.clipboard().mimeData()


def numbers(text, separator="\t"):
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    return np.array([row[1:] for row in rows[1:]], float)


def test_a_matrix_whole_and_a_block_of_it(opened):
    window = opened("handout")
    table = window.workspace.panes["matrices"].panel.view("V").table
    V = window.session.current.matrix("V").dense()
    choose(table, "copy")
    np.testing.assert_array_equal(numbers(clipboard().text()), V)
    assert clipboard().html().count("<tr>") == 8
    model = table.model()
    block = QItemSelection(model.index(2, 2), model.index(4, 3))
    table.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    choose(table, "copy")
    np.testing.assert_array_equal(numbers(clipboard().text()), V[2:5, 2:4])
    choose(table, "copy_latex")
    assert clipboard().text().startswith(r"V = \begin{bmatrix}")


def test_a_matrix_that_is_too_large_is_refused_in_words(opened, qtbot):
    window = opened("hsb82")
    table = window.workspace.panes["matrices"].panel.view("V").table
    choose(table, "copy")
    box = window.findChild(QMessageBox, "refusal")
    assert "Select a smaller block" in box.text()
    box.close()


def test_the_iteration_table_with_all_digits(opened, qtbot, monkeypatch, tmp_path):
    window = opened("handout")
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    view = window.workspace.panes["iterations"].panel.focusProxy()
    path = tmp_path / "iterations"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    choose(view, "save_csv")
    told = window.workspace.timeline.notice
    assert told == f"Saved as iterations.csv in {tmp_path}."
    rows = list(csv.reader(io.StringIO(path.with_suffix(".csv").read_text(encoding="utf-8"))))
    state = window.session.current.state
    assert rows[0][1] == "ℓ_R"
    assert float(rows[-1][1]) == state.loglik
    assert float(rows[-1][3]) == state.sigma2
    assert len(rows) == window.session.current.iteration + 2


def test_a_file_that_cannot_be_written_is_said(opened, monkeypatch, tmp_path):
    window = opened("handout")
    view = window.workspace.panes["iterations"].panel.focusProxy()
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "x.csv"), "")
    )
    choose(view, "save_csv")
    box = window.findChild(QMessageBox, "refusal")
    assert "cannot be written" in box.text()
    box.close()


def test_trials_folded_ones_too(opened):
    window = opened("handout")
    window.session.go(4)
    card = window.workspace.panes["card"].panel
    grid = model_grid(card.trials.model())
    trials = window.session.current.state.trials
    assert len(grid.rows) == len(trials)
    assert grid.rows[-1][2] == trials[-1].sigma2
    choose(card.trials, "copy_latex")
    assert r"\begin{tabular}" in clipboard().text()
    assert window.workspace.timeline.notice == "Copied as LaTeX."
    choose(card.trials, "copy")
    assert window.workspace.timeline.notice == "Copied as a table."


def test_the_formula(opened, monkeypatch, tmp_path):
    window = opened("handout")
    window.session.go(2)
    card = window.workspace.panes["card"].panel
    choose(card.formula, "copy_latex")
    _, latex = step_formulas("estimate_beta", "moments", "fisher", "reml")
    assert latex[0] in clipboard().text()
    path = tmp_path / "formula.svg"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    choose(card.formula, "save_svg")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "#010203" not in text


def test_the_results_with_all_digits(opened, qtbot):
    window = opened("handout")
    window.session.last()
    qtbot.waitUntil(lambda: window.session.trace.complete)
    found = results(Fit(window.session.trace[-1]))
    page = EstimatesPage()
    qtbot.addWidget(page)
    page.apply_theme(load_theme("light"))
    page.show_results(found)
    grid = page.fixed.grid()
    assert len(grid.heads) == 8
    assert grid.rows[1][1:5] == tuple(
        float(getattr(found.fixed[1], key)) for key in ("estimate", "se", "df", "t")
    )
    groups = page.groups.grid()
    assert [row[0] for row in groups.rows] == ["1", "5", "6"]
    np.testing.assert_array_equal([row[2] for row in groups.rows], found.fit.u)
    np.testing.assert_array_equal([row[4:6] for row in groups.rows], found.u_intervals)
    choose(page.fixed, "copy")
    assert repr(float(found.fixed[0].estimate)) in clipboard().text()


COPY_AND_QUIT = """
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from mlm_gui import app
from solver.exports.grid import Grid
from mlm_gui.widgets.copy_menu import copy_grid

application, window = app.create(["handout"])
copy_grid(Grid(("a", "b"), ((1, 2),)))
application.aboutToQuit.connect(lambda: print(QGuiApplication.clipboard().text()))
QTimer.singleShot(0, application.quit)
application.exec()
"""


def test_a_copied_table_stays_as_text_when_the_window_ends():
    ended = subprocess.run(
        [sys.executable, "-c", COPY_AND_QUIT], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended
    assert ended.stdout.split() == ["a", "b", "1", "2"]
