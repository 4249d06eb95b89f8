"""Figures drawn afresh at a size: exact dimensions, the reader's choices, words as words."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image
from plots import run, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog

from mlm_gui.exports.figure_dialog import FigureDialog
from mlm_gui.exports.figures import FigureSize, drawn, save_figure, svg_of
from mlm_gui.panels.group_lines import GroupLinesPanel
from mlm_gui.panels.likelihood import LikelihoodPanel
from mlm_gui.panels.shrinkage import ShrinkagePanel
from mlm_gui.panels.surface import SurfacePanel
from solver import Refusal

each = pytest.mark.parametrize(
    "cls",
    [GroupLinesPanel, LikelihoodPanel, SurfacePanel, ShrinkagePanel],
    ids=lambda c: c.__name__,
)


@pytest.fixture(scope="module")
def trace():
    trace = run("handout")
    trace.exhaust()
    return trace


@each
def test_a_figure_has_its_size(qtbot, cls, trace, tmp_path):
    panel = shown(qtbot, cls, trace, 4, theme="dark", size=(420, 380))
    size = FigureSize(150, 110, 200)
    path = tmp_path / "figure.png"
    save_figure(panel, path, size)
    with Image.open(path) as picture:
        assert picture.size == pytest.approx((150 / 25.4 * 200, 110 / 25.4 * 200), abs=3)
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    save_figure(panel, path.with_suffix(".svg"), size)
    text = path.with_suffix(".svg").read_text(encoding="utf-8")
    points = [float(x) for x in re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', text).groups()]
    assert points == pytest.approx([150 / 25.4 * 72, 110 / 25.4 * 72], abs=1.5)
    assert "<text" not in text
    save_figure(panel, path.with_suffix(".pdf"), size)
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_layers_axis_and_view_are_taken_on(qtbot, trace):
    panel = shown(qtbot, GroupLinesPanel, trace, 4)
    panel.layers.box("ols").setChecked(False)
    panel.layers.box("alone").setChecked(True)
    panel.axis_choice.setCurrentIndex(1)
    panel.axis_choice.activated.emit(1)
    panel.view.zoom(2.0)
    with drawn(GroupLinesPanel, trace, trace[4], FigureSize(), panel) as afresh:
        for layer in ("data", "ols", "alone", "blup"):
            assert afresh.layers.shown(layer) == panel.layers.shown(layer)
        assert afresh.drawn.column is panel.drawn.column is None
        np.testing.assert_array_equal(
            afresh.figure.axes[0].get_xlim(), panel.figure.axes[0].get_xlim()
        )


@each
def test_words_of_a_report_are_text(cls, trace):
    with drawn(cls, trace, trace[-1], FigureSize(160, 110)) as afresh:
        svg = svg_of(afresh)
    words = re.sub(r"<[^>]+>|\s", "", svg)
    assert "REML" in words
    assert "Verdana" in svg
    assert "<metadata" not in svg


def test_what_cannot_be_is_refused(qtbot, trace, tmp_path):
    panel = shown(qtbot, LikelihoodPanel, trace, 4)
    with pytest.raises(Refusal, match=r"needs at least \d+ × \d+ mm"):
        save_figure(panel, tmp_path / "a.png", FigureSize(30, 30))
    with pytest.raises(Refusal, match="cannot be written"):
        save_figure(panel, tmp_path / "no" / "a.png", FigureSize())
    with pytest.raises(Refusal, match="20 to 1500 mm"):
        FigureSize(5, 100)
    with pytest.raises(Refusal, match="too many"):
        FigureSize(1000, 1000, 2400)


def test_the_dialog(qtbot, trace, tmp_path, monkeypatch):
    panel = shown(qtbot, SurfacePanel, trace, 4)
    panel.frame.size_asked.emit()
    dialog = panel.host.findChild(FigureDialog)
    dialog.width_box.setValue(127)
    dialog.unit.setCurrentText("in")
    assert dialog.width_box.value() == 5
    dialog.height_box.setValue(4)
    dialog.dpi.setValue(150)
    save = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    path = tmp_path / "surface"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "x"), ""))
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    assert "cannot be written" in dialog.refusal.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    with Image.open(path.with_suffix(".png")) as picture:
        assert picture.size == pytest.approx((750, 600), abs=3)
