"""The window through real keys, clicks and choices: the cursor moves, and every pane follows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTableView,
    QWidget,
)

from mlm_gui.start_dialog import StartDialog

LEFT = Qt.MouseButton.LeftButton
PANES = {
    "steps",
    "card",
    "matrices",
    "group_lines",
    "likelihood",
    "surface",
    "shrinkage",
    "iterations",
    "timeline",
}


def content(window) -> dict[str, list]:
    """What can be read in every pane: labels, names, tables, and what the plots draw."""
    return {name: _read(window.findChild(QWidget, name)) for name in PANES}


def _read(panel: QWidget) -> list:
    labels = [w.text() for w in panel.findChildren(QLabel) if w.isVisibleTo(panel)]
    names = [
        w.accessibleName()
        for w in panel.findChildren(QWidget)
        if w.isVisibleTo(panel) and w.accessibleName()
    ]
    tables = [
        [[model.index(i, j).data() for j in range(columns)] for i in range(rows)]
        for view in panel.findChildren(QTableView)
        if view.isVisibleTo(panel)
        for model in [view.model()]
        for rows, columns in [(min(model.rowCount(), 12), min(model.columnCount(), 12))]
    ]
    drawn: list = []
    canvas = getattr(panel, "canvas", None)
    if canvas is not None and canvas.isVisible():
        for axes in canvas.figure.axes:
            lines = [line for line in axes.lines if line.get_visible()]
            drawn += [[list(map(float, data)) for data in line.get_data()] for line in lines]
            for collection in axes.collections:
                if collection.get_visible() and hasattr(collection, "get_segments"):
                    drawn += [segment.tolist() for segment in collection.get_segments()]
    return [panel.accessibleName(), labels, names, tables, drawn]


def read_all(window) -> dict[str, list]:
    QApplication.processEvents()
    shown = content(window)
    return {name: _without_nan(value) for name, value in shown.items()}


def _without_nan(value):
    return [_without_nan(v) for v in value] if isinstance(value, list) else repr(value)


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifiers)


def test_opens_paused_at_step_0_with_every_pane(opened):
    window = opened("handout")
    assert window.session.position == 0
    assert window.session.current.name == "initialize"
    assert not window.session.running
    assert window.session.problem.n == 7
    for name in PANES:
        assert window.findChild(QWidget, name) is not None, name


@pytest.mark.parametrize("data", ["handout", "dyestuff2"])
def test_every_pane_shows_the_same_forwards_backwards_and_after_a_jump(opened, qtbot, data):
    window = opened(data)
    window.workspace.deck.choose("all")
    forwards = [read_all(window)]
    while not window.session.at_end and len(forwards) < 11:
        press(window, Qt.Key.Key_Right)
        assert window.session.position == len(forwards)
        forwards.append(read_all(window))
    # these two list the whole run once it was taken
    growing = {"iterations", "likelihood"}
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    window.session.go(len(forwards) - 1)
    backwards = {}
    for index in reversed(range(len(forwards))):
        _walk(window, index)
        backwards[index] = read_all(window)
        _same(backwards[index], forwards[index], PANES - growing, index)
    for index in (4, len(forwards) - 1, 2):
        window.session.go(index)
        _same(read_all(window), backwards[index], PANES, index)


def _same(now: dict, then: dict, names: set[str], index: int) -> None:
    for name in names:
        assert now[name] == then[name], (name, index)


def _walk(window, index: int) -> None:
    while window.session.position != index:
        press(window, Qt.Key.Key_Right if window.session.position < index else Qt.Key.Key_Left)


def test_back_computes_nothing_again(opened):
    window = opened("handout")
    window.session.go(6)
    taken = [window.session.trace[k] for k in range(7)]
    for k in reversed(range(6)):
        press(window, Qt.Key.Key_PageUp)
        assert window.session.current is taken[k]


def test_space_runs_and_pauses(opened, qtbot):
    window = opened("handout")
    window.controls.speed.setValue(100)
    press(window, Qt.Key.Key_Space)
    assert window.session.running
    assert window.actions_by_name["run"].text() == "Pause"
    qtbot.waitUntil(lambda: window.session.position >= 2)
    press(window, Qt.Key.Key_Space)
    assert not window.session.running
    assert window.actions_by_name["run"].text() == "Run"


def test_running_ends_at_the_end(opened, qtbot):
    window = opened("dyestuff")
    window.controls.speed.setValue(100)
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.at_end, timeout=20_000)
    assert not window.session.running
    assert not window.actions_by_name["step"].isEnabled()
    assert window.session.current.state.outcome is not None


def test_stepping_pauses_a_run(opened):
    window = opened("handout")
    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_Right)
    assert not window.session.running
    assert window.session.position == 1


def test_buttons(opened, qtbot):
    window = opened("handout")
    for name, position in (
        ("step", 1),
        ("step", 2),
        ("back", 1),
        ("next_iteration", 5),
        ("next_iteration", 10),
        ("previous_iteration", 5),
        ("first", 0),
        ("step", 1),
        ("reset", 0),
    ):
        QTest.mouseClick(window.controls.button(name), LEFT)
        assert window.session.position == position, name
    QTest.mouseClick(window.controls.button("last"), LEFT)
    qtbot.waitUntil(lambda: window.session.at_end)


def test_run_to_and_pause_at(opened, qtbot):
    window = opened("handout")
    window.controls.speed.setValue(100)
    action(window, "run_to_predict_u").trigger()
    assert window.session.current.name == "predict_u"
    action(window, "pause_at_update_variances").trigger()
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.session.running)
    assert window.session.current.name == "update_variances"
    action(window, "pause_at_none").trigger()
    assert window.session.breakpoint is None


def action(window, name):
    from PySide6.QtGui import QAction

    return window.findChild(QAction, name)


def test_click_on_a_pane_leaves_the_keys_to_the_window(opened):
    window = opened("handout")
    for name in sorted(PANES):
        panel = window.findChild(QWidget, name)
        if panel.isVisible():
            before = window.session.position
            QTest.mouseClick(panel, LEFT, pos=QPoint(panel.width() - 3, panel.height() - 3))
            window.session.go(before)
            focused = QApplication.focusWidget() or window
            if not isinstance(focused, QAbstractItemView):
                press(focused, Qt.Key.Key_Right)
                assert window.session.position == before + 1, name


def test_a_table_keeps_its_arrows_until_esc(opened):
    window = opened("handout")
    table = next(t for t in window.findChildren(QTableView) if t.isVisible())
    table.setFocus()
    press(table, Qt.Key.Key_Right)
    press(table, Qt.Key.Key_End)
    assert window.session.position == 0
    press(table, Qt.Key.Key_Escape)
    press(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert window.session.position == 1


def test_line_edits_and_boxes_keep_their_keys(opened):
    window = opened("handout")
    edit = QLineEdit("abc", window)
    edit.show()
    edit.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_R):
        press(edit, key)
    assert window.session.position == 0
    assert not window.session.running
    assert edit.text() != "abc"
    window.controls.data.setFocus()
    press(window.controls.data, Qt.Key.Key_R)
    assert window.controls.data.currentText() == "radon"
    assert window.session.problem.n == 919
    window.session.go(2)
    window.controls.speed.setFocus()
    before = window.controls.speed.value()
    press(window.controls.speed, Qt.Key.Key_Right)
    assert window.session.position == 2
    assert window.controls.speed.value() > before


def test_change_of_data_while_running(opened, qtbot):
    window = opened("handout")
    window.controls.speed.setValue(100)
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.position >= 2)
    window.controls.data.setFocus()
    box = window.controls.data
    box.setCurrentIndex(box.findData("sleepstudy"))
    box.activated.emit(box.currentIndex())
    assert window.session.position == 0
    assert not window.session.running
    assert window.session.problem.n == 180
    assert "sleepstudy" in window.windowTitle()
    assert "sleepstudy" in window.workspace.timeline.notice
    window.session.step()
    assert window.workspace.timeline.notice == ""


def test_method_and_algorithm_begin_a_new_run(opened):
    window = opened("handout")
    window.session.go(4)
    QTest.mouseClick(window.controls.methods["ml"], LEFT)
    assert window.session.options.method == "ml"
    assert window.session.position == 0
    assert "ML" in window.workspace.timeline.notice
    box = window.controls.algorithm
    box.setFocus()
    press(box, Qt.Key.Key_Down)
    assert window.session.options.algorithm == box.currentData() != "fisher"
    assert window.session.options.method == "ml"


def test_start_dialog(opened):
    window = opened("handout")
    window.session.go(3)
    press(window, Qt.Key.Key_S)
    dialog = window.findChild(StartDialog)
    dialog.sigma2.setFocus()
    QTest.keyClicks(dialog.sigma2, "2")
    QTest.keyClicks(dialog.tau2, "x")
    press(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert "'x'" in dialog.said[dialog.tau2].text()
    assert not dialog.said[dialog.sigma2].text()
    dialog.limit.setText("inf")
    dialog.tolerance.setText("-1")
    dialog.sigma2.setText("0")
    for field in dialog.said:
        assert dialog.said[field].isVisible()
        assert field.accessibleDescription() == dialog.said[field].text() != ""
    dialog.tolerance.setText("1e-10")
    dialog.sigma2.setText("2")
    press(dialog.tau2, Qt.Key.Key_Backspace)
    QTest.keyClicks(dialog.tau2, "3,5")
    press(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert [field for field, said in dialog.said.items() if said.text()] == [dialog.limit]
    dialog.limit.setText("50")
    press(dialog, Qt.Key.Key_Return)
    assert window.session.options.start == (2.0, 3.5)
    assert window.session.options.max_iterations == 50
    assert window.session.position == 0


def test_a_start_from_a_pane_begins_a_new_run_or_is_refused(opened):
    window = opened("handout")
    surface = window.findChild(QWidget, "surface")
    surface.start_requested.emit(1.5, 0.25)
    assert window.session.options.start == (1.5, 0.25)
    surface.start_requested.emit(-1.0, 0.25)
    assert window.findChild(QMessageBox, "refusal").text()
    assert window.session.options.start == (1.5, 0.25)
    window.findChild(QMessageBox, "refusal").close()


def test_new_data_forget_the_start_of_the_old(opened):
    window = opened("handout")
    window.findChild(QWidget, "surface").start_requested.emit(1.5, 0.25)
    window.open_data("rail")
    assert window.session.options.start == "moments"


def test_a_bad_file_is_refused_and_the_run_stays(opened, tmp_path):
    window = opened("handout")
    window.session.go(4)
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    for path in (bad, tmp_path / "none.csv"):
        window.open_data(str(path), "a ~ b + (1 | c)")
        box = window.findChild(QMessageBox, "refusal")
        assert path.name in box.text()
        box.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert window.session.position == 4
    assert window.controls.data.currentText() == "handout"


def test_a_file_of_ones_own(opened, tmp_path):
    window = opened("handout")
    path = tmp_path / "own.csv"
    path.write_text("a,b,c\n" + "".join(f"{k % 5},{k},{k % 3}\n" for k in range(12)))
    window.open_data(str(path), "a ~ b + (1 | c)")
    assert window.session.problem.n == 12
    assert window.controls.data.currentText() == path.name


def double_click(pane) -> None:
    title = pane.findChild(QLabel)
    at = QPointF(pane.mapFromGlobal(title.mapToGlobal(QPoint(5, 5))))
    for kind in (
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
    ):
        event = QMouseEvent(
            kind, at, QPointF(pane.mapToGlobal(at)), LEFT, LEFT, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(pane, event)


@pytest.mark.parametrize("name", ["steps", "card", "matrices", "group_lines", "iterations"])
def test_double_click_on_a_title_maximises_and_restores(opened, name):
    window = opened("handout")
    pane = window.workspace.panes[name]
    before = {n for n, p in window.workspace.panes.items() if p.isVisible()}
    double_click(pane)
    assert {n for n, p in window.workspace.panes.items() if p.isVisible()} == {name}
    press(window, Qt.Key.Key_Right)
    assert window.session.position == 1
    double_click(pane)
    assert {n for n, p in window.workspace.panes.items() if p.isVisible()} == before
    double_click(pane)
    press(window, Qt.Key.Key_Escape)
    assert {n for n, p in window.workspace.panes.items() if p.isVisible()} == before


def test_panes_are_hidden_and_come_back(opened):
    window = opened("handout")
    for name in ("steps", "card", "iterations", "matrices"):
        action(window, f"pane_{name}").trigger()
        assert not window.workspace.panes[name].isVisible()
    assert not action(window, "pane_card").isChecked()
    action(window, "pane_card").trigger()
    assert window.workspace.panes["card"].isVisible()
    press(window, Qt.Key.Key_Escape)
    assert window.workspace.panes["steps"].isVisible()
    action(window, "pane_surface").trigger()
    assert window.workspace.panes["surface"].isVisible()


def test_a_plot_shown_alone_fills_the_deck(opened):
    window = opened("handout")
    deck = window.workspace.deck
    for name in ("group_lines", "shrinkage", "likelihood"):
        QTest.mouseClick(deck.buttons[name], LEFT)
        QApplication.processEvents()
        pane = window.workspace.panes[name]
        assert pane.width() > 0.95 * deck.width()
        assert pane.height() > 0.8 * deck.height()


def test_zoom_and_themes(opened):
    window = opened("handout")
    plain = window.controls.data.font().pointSizeF()
    press(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.controls.data.font().pointSizeF() > plain
    press(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert window.controls.data.font().pointSizeF() == plain
    press(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert window.controls.data.font().pointSizeF() < plain
    for key in ("dark", "contrast", "light"):
        action(window, f"theme_{key}").trigger()
        window.session.step()
        assert action(window, f"theme_{key}").isChecked()
    for zoom in (0.5, 3.0):
        window.look.set_zoom(zoom)
        QApplication.processEvents()
        window.session.step()


@pytest.mark.parametrize("size", [(640, 480), (1024, 768), (2560, 1440)])
def test_controls_never_overlap(opened, size):
    window = opened("handout", size=size)
    for zoom in (0.5, 2.0, 1.0) if size[0] < 1024 else (0.5, 3.0):
        window.look.set_zoom(zoom)
        QApplication.processEvents()
        controls = window.controls
        places = [
            (w, w.rect().translated(w.mapTo(controls, QPoint())))
            for w in (
                *(controls.button(n) for n in ("first", "back", "step", "run", "reset")),
                controls.speed,
                controls.data,
                *controls.methods.values(),
                controls.algorithm,
            )
        ]
        for k, (widget, place) in enumerate(places):
            assert controls.rect().contains(place), widget
            for other, there in places[k + 1 :]:
                assert not place.intersects(there), (widget, other)


def test_layout_theme_and_speed_are_remembered(opened):
    window = opened("handout")
    window.look.set_theme("dark")
    window.look.set_zoom(1.5)
    window.controls.speed.setValue(77)
    window.workspace.deck.choose("surface")
    window.workspace.set_hidden("iterations", hidden=True)
    window.close()
    again = opened("handout")
    assert action(again, "theme_dark").isChecked()
    assert again.controls.speed.value() == 77
    assert again.workspace.deck.choice == "surface"
    assert not again.workspace.panes["iterations"].isVisible()


def test_keys_before_the_data_are_there_do_nothing(qtbot):
    from PySide6.QtCore import QSettings

    from mlm_gui.main_window import MainWindow
    from mlm_gui.settings import Settings

    window = MainWindow(Settings(QSettings()))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_End, Qt.Key.Key_S, Qt.Key.Key_R):
        press(window, key)
