from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.font_manager import findfont
from plots import click, drag, example, go, hover, index_of, pixel, run, settle, shown, texts, wheel
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMessageBox

from mlm_gui.panels.group_lines import GroupLinesPanel
from mlm_gui.panels.likelihood import LikelihoodPanel
from mlm_gui.panels.shrinkage import ShrinkagePanel
from mlm_gui.panels.surface import SurfacePanel
from mlm_gui.theme import THEMES, load_theme
from mlm_gui.widgets.plot_layout import count, spread, subscript
from mlm_gui.widgets.plot_look import font_properties, mix

PANELS = [GroupLinesPanel, LikelihoodPanel, SurfacePanel, ShrinkagePanel]
NAMES = {"group_lines", "likelihood", "surface", "shrinkage"}

each = pytest.mark.parametrize("cls", PANELS)


@pytest.fixture
def trace():
    return run("ceis", 9)


def image(panel):
    return panel.canvas.grab().toImage()


def test_object_names(qtbot):
    panels = [cls() for cls in PANELS]
    for panel in panels:
        qtbot.addWidget(panel)
    assert {panel.objectName() for panel in panels} == NAMES


def test_matplotlib_is_not_loaded_before_a_plot_is_seen():
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from mlm_gui.theme import load_theme;"
        + "".join(f"from {cls.__module__} import {cls.__name__};" for cls in PANELS)
        + "from solver import Problem, Trace, load_example, steps; e = load_example('handout');"
        "p = Problem.from_frame(e.frame(), e.formula); t = Trace(steps(p)); t[4];"
        f"panels = [{', '.join(f'{cls.__name__}()' for cls in PANELS)}];"
        "[(q.apply_theme(load_theme('light')), q.show_problem(p, t), q.show_step(t[4], None))"
        " for q in panels];"
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@each
def test_stepping_draws_nothing_whole_and_axes_stand_still(qtbot, cls, trace):
    trace.exhaust()
    panel = shown(qtbot, cls, trace, 3)
    draws = panel.canvas.full_draws
    limits = [(axes.get_xlim(), axes.get_ylim()) for axes in panel.figure.axes]
    places = [axes.get_position().bounds for axes in panel.figure.axes]
    for step in [*trace[3:20], *trace[3:20][::-1]]:
        go(panel, trace, step.index)
    assert panel.canvas.full_draws == draws
    assert [(axes.get_xlim(), axes.get_ylim()) for axes in panel.figure.axes] == limits
    assert [axes.get_position().bounds for axes in panel.figure.axes] == places


@each
def test_back_shows_the_same_picture(qtbot, cls, trace):
    panel = shown(qtbot, cls, trace, 4)
    go(panel, trace, 4)
    before = image(panel)
    go(panel, trace, 9)
    assert image(panel) != before
    go(panel, trace, 4)
    assert image(panel) == before


@each
def test_what_moves_equals_a_full_draw(qtbot, cls, trace):
    trace.exhaust()
    panel = shown(qtbot, cls, trace, 4)
    go(panel, trace, 8)
    moved = image(panel)
    panel.canvas.draw()
    assert image(panel) == moved


@each
def test_hidden_pane_catches_up_when_shown(qtbot, cls, trace):
    panel, seen = shown(qtbot, cls, trace, 3), shown(qtbot, cls, trace, 8)
    panel.hide()
    draws = panel.canvas.full_draws
    panel.show_step(trace[8], trace[3])
    assert panel.canvas.full_draws == draws
    panel.show()
    settle(panel)
    assert texts(panel) == texts(seen)


@each
@pytest.mark.parametrize(
    ("theme", "zoom"), [*zip(THEMES, (1.0, 1.0, 1.0), strict=True), ("dark", 2.0)]
)
def test_theme_and_zoom_restyle_everything(qtbot, cls, trace, theme, zoom):
    panel = shown(qtbot, cls, trace, 4)
    look = load_theme(theme, zoom)
    panel.apply_theme(look)
    settle(panel)
    assert panel.figure.get_facecolor()[:3] == pytest.approx(_rgb(look.sheet))
    for axes in panel.figure.axes:
        for label in axes.get_yticklabels() + axes.get_xticklabels():
            assert label.get_color() == look.muted
            assert label.get_fontsize() == pytest.approx(look.font("small").pointSizeF())
    palette = {look.ink, look.muted, look.accent, look.rise, look.fall, look.hairline, *look.groups}
    assert {item.label.colour for item in panel.canvas.labels} <= palette


def _rgb(colour):
    return [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]


@each
@pytest.mark.parametrize(
    ("size", "zoom"), [((300, 200), 1.0), ((640, 420), 1.0), ((300, 200), 3.0), ((1400, 1000), 3.0)]
)
def test_no_label_is_clipped(qtbot, cls, trace, size, zoom):
    panel = shown(qtbot, cls, trace, 4, zoom=zoom, size=size)
    canvas = QRectF(panel.canvas.rect()).adjusted(-1, -1, 1, 1)
    for item in panel.canvas.labels:
        assert canvas.contains(item.rect) or not item.text or item.elided, item


@each
def test_criterion_is_named_and_description_follows_the_step(qtbot, cls, trace):
    panel = shown(qtbot, cls, run("ceis", 8, method="ml"), 4)
    assert any(text == "ML" or text.startswith("ML ·") for text in texts(panel))
    panel = shown(qtbot, cls, trace, 4)
    first = panel.canvas.accessibleDescription()
    assert "REML" in first
    assert "iteration 1" in first
    go(panel, trace, 8)
    assert "iteration 2" in panel.canvas.accessibleDescription()
    assert panel.canvas.accessibleName() == panel.accessibleName() == panel.name()


@each
def test_wheel_keys_and_drag_change_the_view_and_zero_restores_it(qtbot, cls, trace):
    panel = shown(qtbot, cls, trace, 4, size=(640, 640))
    axes = panel.figure.axes[0]
    home = axes.get_xlim()
    middle = panel.canvas.box(axes).center().toPoint()

    def width():
        return axes.get_xlim()[1] - axes.get_xlim()[0]

    assert not panel.frame.whole_button.isVisible()
    assert wheel(panel, middle)
    assert width() < home[1] - home[0]
    assert panel.frame.whole_button.isVisible()
    zoomed = axes.get_xlim()
    drag(panel, middle, middle + QPoint(-40, 0))
    assert axes.get_xlim()[0] > zoomed[0]
    assert width() == pytest.approx(zoomed[1] - zoomed[0])
    QTest.keyClick(panel.canvas, Qt.Key.Key_0)
    assert axes.get_xlim() == pytest.approx(home)
    assert not panel.frame.whole_button.isVisible()
    QTest.keyClick(panel.canvas, Qt.Key.Key_Plus)
    assert width() < home[1] - home[0]
    qtbot.mouseClick(panel.frame.whole_button, Qt.MouseButton.LeftButton)
    assert axes.get_xlim() == pytest.approx(home)
    drag(panel, middle, middle + QPoint(60, 30), Qt.KeyboardModifier.ShiftModifier)
    assert width() < 0.4 * (home[1] - home[0])


@each
def test_ctrl_wheel_and_other_keys_are_left_to_the_window(qtbot, cls, trace):
    panel = shown(qtbot, cls, trace, 4)
    axes = panel.figure.axes[0]
    home = axes.get_xlim()
    middle = panel.canvas.box(axes).center().toPoint()
    assert not wheel(panel, middle, keys=Qt.KeyboardModifier.ControlModifier)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Home):
        QTest.keyClick(panel.canvas, key)
    assert axes.get_xlim() == home


def test_zoom_keeps_the_point_under_the_pointer(qtbot, trace):
    panel = shown(qtbot, GroupLinesPanel, trace, 4)
    axes = panel.figure.axes[0]
    wheel(panel, pixel(panel, axes, 900, 30), 2)
    assert panel.canvas.to_widget(axes, 900, 30) == pytest.approx(
        (pixel(panel, axes, 900, 30).x(), pixel(panel, axes, 900, 30).y()), abs=1
    )


@each
def test_group_lit_while_hidden_is_lit_when_shown(qtbot, cls, trace):
    panel = shown(qtbot, cls, trace, 4)
    panel.hide()
    panel.show_group(1)
    panel.show()
    settle(panel)
    lit = image(panel)
    seen = shown(qtbot, cls, trace, 4)
    seen.show_group(1)
    settle(seen)
    assert image(seen) == lit


@each
def test_tab_reaches_layers_controls_save_and_plot(qtbot, cls, trace):
    panel = shown(qtbot, cls, trace, 4, size=(900, 760))
    panel.host.activateWindow()
    boxes = [box for box in panel.layers.boxes if box.isEnabled()]
    controls = [widget for widget in panel.findChildren(QComboBox) if widget.isVisible()]
    controls += [panel.closer] if cls is SurfacePanel else []
    wanted = [*boxes, *controls, panel.frame.save_button, panel.canvas]
    wanted[0].setFocus()
    for widget in wanted[1:]:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is widget
    assert all(widget.accessibleName() for widget in wanted)


@each
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_save(qtbot, cls, trace, suffix, tmp_path, monkeypatch):
    panel = shown(qtbot, cls, trace, 4)
    before = image(panel)
    path = tmp_path / f"plot.{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "PNG (*.png)"))
    qtbot.mouseClick(panel.frame.save_button, Qt.MouseButton.LeftButton)
    heads = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert path.read_bytes().startswith(heads[suffix])
    settle(panel)
    assert image(panel) == before
    assert not panel.figure.texts


def test_save_adds_the_suffix_and_says_when_it_cannot(qtbot, trace, tmp_path, monkeypatch):
    panel = shown(qtbot, SurfacePanel, trace, 4)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.b"), "SVG (*.svg)")
    )
    panel.frame.ask_and_save()
    assert (tmp_path / "a.b.svg").exists()
    said = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *args: said.append(args[2]))
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "a.png"), "")
    )
    panel.frame.ask_and_save()
    assert "a.png cannot be written" in said[0]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    panel.frame.ask_and_save()
    assert len(said) == 1


def test_menu_offers_what_keys_do(qtbot, trace):
    panel = shown(qtbot, GroupLinesPanel, trace, 4)
    axes = panel.figure.axes[0]
    home = axes.get_xlim()
    actions = {action.text().split("\t")[0]: action for action in panel.frame.menu().actions()}
    assert not actions["Whole view"].isEnabled()
    actions["Zoom in"].trigger()
    assert axes.get_xlim() != home
    actions["Copy the picture"].trigger()
    assert not QApplication.clipboard().image().isNull()
    actions = {action.text().split("\t")[0]: action for action in panel.frame.menu().actions()}
    actions["Whole view"].trigger()
    assert axes.get_xlim() == pytest.approx(home)


@each
def test_hover_label_never_leaves_the_plot(qtbot, cls):
    panel = shown(qtbot, cls, run("ceis", 4), 4, size=(360, 300))
    room = panel.frame.hover.parentWidget().rect()
    seen = 0
    for x in range(0, panel.canvas.width(), 12):
        for y in range(0, panel.canvas.height(), 12):
            if hover(panel, QPoint(x, y)):
                seen += 1
                assert room.contains(panel.frame.hover.geometry())
    assert seen > 10
    QTest.mouseMove(panel, QPoint(1, 1))
    panel.pointer_left()
    assert not panel.frame.hover.isVisible()


def test_elided_label_is_whole_on_hover(qtbot):
    problem = example("handout")
    trace = run(problem, 4)
    panel = shown(qtbot, GroupLinesPanel, trace, 0, size=(240, 200))
    cut = [item for item in panel.canvas.labels if item.elided]
    assert cut
    assert cut[0].text.endswith("…")
    assert "Predict u" in hover(panel, cut[0].rect.center().toPoint())


def test_sharp_on_a_screen_of_two_pixels_a_point(qtbot, trace, monkeypatch):
    monkeypatch.setattr(GroupLinesPanel, "devicePixelRatioF", lambda self: 2.0)
    panel = shown(qtbot, GroupLinesPanel, trace, 4)
    canvas = panel.canvas
    canvas._set_device_pixel_ratio(2.0)
    canvas.resize(canvas.width() + 1, canvas.height())
    settle(panel)
    assert canvas.ratio == 2
    assert canvas.get_renderer().width == pytest.approx(2 * canvas.width(), abs=2)
    axes = panel.figure.axes[0]
    row = 17
    place = pixel(panel, axes, panel.drawn.x[row], panel.drawn.y[row])
    assert "LOOK_HRS" in hover(panel, place)
    go(panel, trace, 8)
    moved = image(panel)
    canvas.draw()
    assert image(panel) == moved


def test_labels_that_would_overlap_are_spread():
    places = spread([10, 11, 12, 50], 8, 0, 100)
    assert places == [3, 11, 19, 50]
    assert spread([1, 2], 8, 0, 100) == [0, 8]
    assert spread([98, 99], 8, 0, 100) == [92, 100]
    assert spread([30, 10], 8, 0, 100) == [30, 10]
    rng = np.random.default_rng(0)
    for _ in range(20):
        wanted = list(rng.uniform(0, 100, 8))
        found = sorted(spread(wanted, 9, 0, 100))
        assert min(np.diff(found)) >= 9 - 1e-9


def test_words():
    assert count(1234567) == "1\u202f234\u202f567"
    assert subscript("ℓ_R") == "ℓ<sub>R</sub>"
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_page_font_where_matplotlib_has_it(qtbot):
    assert "DejaVuSans" in findfont(font_properties(load_theme("light")))


def test_layers_fold_into_a_menu_where_there_is_no_room(qtbot, trace):
    panel = shown(qtbot, GroupLinesPanel, trace, 4, size=(300, 200))
    box = panel.layers.box("data")
    assert not box.isVisible()
    menu = panel.layers._button.menu()
    assert menu.actions()[0].text() == "data"
    menu.actions()[0].trigger()
    assert not panel.layers.shown("data")
    panel.resize(800, 600)
    settle(panel)
    assert box.isVisible()
    assert not box.isChecked()


@pytest.mark.parametrize("width", [340, 480, 590, 700, 900])
def test_no_box_is_clipped(qtbot, trace, width):
    panel = shown(qtbot, GroupLinesPanel, trace, 4, size=(width, 640))
    places = []
    top = panel.frame._scroll.mapTo(panel.frame, QPoint()).y()
    for widget in panel.frame._bar_widgets:
        if widget.isVisible():
            assert panel.frame.rect().contains(widget.geometry())
            assert widget.width() >= widget.sizeHint().width()
            assert widget.geometry().bottom() < top
            assert not any(widget.geometry().intersects(other) for other in places)
            places.append(widget.geometry())
    assert len(places) >= 3


def test_click_goes_to_the_step(qtbot, trace):
    panel = shown(qtbot, LikelihoodPanel, trace, 8, size=(640, 640))
    axes = panel.figure.axes[0]
    with qtbot.waitSignal(panel.step_requested) as asked:
        click(panel, pixel(panel, axes, 1, axes.get_ylim()[0]) - QPoint(0, 5))
    assert asked.args == [index_of(trace, "update_variances", 1)]
