"""Lecture mode: large, bare, driven by a clicker; Esc brings back the window as it was."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QScrollBar,
    QSplitter,
    QTableView,
    QTextEdit,
    QWidget,
)

from mlm_gui.layout import layout_of
from mlm_gui.lecture.lecture import LEAST
from mlm_gui.lecture.stage import on_stage
from mlm_gui.lessons_view.scene_page import HOLE
from mlm_gui.panels.card_pages import parted
from mlm_gui.panels.group_artists import FADED
from mlm_gui.spotlight import Spot, block_of, cell_of, coloured, widened
from mlm_gui.typeset import typesetter
from mlm_gui.widgets.fact_table import FactTable
from mlm_gui.widgets.iteration_model import Column
from mlm_gui.widgets.math_view import MathView
from mlm_gui.widgets.mathlayout import Box, Group, Text
from solver.formatting import number
from solver.scenes.content import built_in_lessons

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")

LESSONS = built_in_lessons()
HEIGHT = 1080


@pytest.fixture
def window(opened):
    return opened("handout", size=(1920, HEIGHT))


@pytest.fixture
def lecture(window):
    return lecturing(window)


def lecturing(window):
    """The lecture, on; the window has the size of a projector, whatever the screen of the test."""
    window.resize(1920, HEIGHT)
    press(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1920, HEIGHT)
    QApplication.processEvents()
    return window.teaching.lecture


def press(window, key) -> None:
    QTest.keyClick(window, key)


def place(title: str) -> tuple[int, int]:
    return next(
        (k, i)
        for k, lesson in enumerate(LESSONS)
        for i, scene in enumerate(lesson.scenes)
        if scene.title == title
    )


def shown(window) -> set[str]:
    return {name for name, pane in window.workspace.panes.items() if pane.isVisible()}


def test_menus_and_controls_are_gone_and_two_panes_stay(window, lecture):
    assert not window.menuBar().isVisible()
    assert not window.controls.isVisible()
    assert shown(window) == {"card", "group_lines"}
    assert not window.workspace.deck.bar.isVisible()
    assert not lecture.caption.isVisible()


def test_no_scene_has_more_than_two_panes_on_stage():
    for lesson in LESSONS:
        for scene in lesson.scenes:
            stage = on_stage(scene.panes)
            assert 1 <= len(stage) <= 2
            assert set(stage) <= set(scene.panes)


def texts(box: Box, scale: float):
    """The sizes of all characters in a box."""
    if isinstance(box, Text):
        yield box.text, scale * box.font.pixelSize()
    elif isinstance(box, Group):
        for part in box.parts:
            yield from texts(part.box, scale)


def assert_readable(window):
    """Nothing is smaller than the last row can read, and the card needs no scroll bar."""
    seen = 0
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.width() < 2 or widget.height() < 2:
            continue
        if isinstance(widget, MathView):
            for box, x, _, scale in widget._settle(widget.width())[0]:
                assert x + scale * box.width <= widget.width() + 1, widget
                for text, size in texts(box, scale):
                    assert size >= LEAST - 0.5, (widget, text)
                    seen += 1
        elif isinstance(
            widget, QLabel | QTextEdit | FactTable | QTableView
        ) or widget.objectName() in ("matrix", "canvas", "timeline"):
            assert QFontInfo(widget.font()).pixelSize() >= LEAST - 0.5, widget
            seen += 1
    assert seen
    panes = window.workspace.panes
    for name in shown(window) & {"group_lines", "likelihood", "surface", "shrinkage"}:
        canvas = panes[name].panel.canvas
        assert canvas.metrics().height() >= LEAST
        assert canvas.height() <= panes[name].height()
    for name in shown(window) & {"matrices"}:
        for view in panes[name].panel._shelf.views:
            assert QFontInfo(view.table.font()).pixelSize() >= LEAST - 0.5
    for bar in window.workspace.findChildren(QScrollBar):
        inside = panes["card"].isAncestorOf(bar) or bar.parent().parent() is window.workspace
        assert not (inside and bar.isVisibleTo(window) and bar.maximum()), bar.parent()
    page = panes["card"].panel._page
    if page.isVisible():
        assert not page.verticalScrollBar().maximum()
        assert not page.horizontalScrollBar().maximum()


def settled():
    """Let the layout come to rest."""
    for _ in range(3):
        QApplication.processEvents()


def turn_all(window):
    """What is seen before all is revealed, and every page of the card after it."""
    typesetter().finish()
    if window.workspace.conceals:
        settled()
        assert_readable(window)
    window.workspace.conceal(False)
    window.teaching.lecture.caption.reveal_all()
    while True:
        settled()
        assert_readable(window)
        if not window.workspace.turn(1):
            return


@pytest.mark.parametrize("k", range(len(LESSONS)))
def test_every_scene_can_be_read_from_the_last_row(window, k):
    lecturing(window)
    for i in range(len(LESSONS[k].scenes)):
        window.teaching.classroom.show((k, i))
        turn_all(window)


@pytest.mark.parametrize("data", ["handout", "ceis", "hsb82"])
def test_every_step_can_be_read_from_the_last_row(opened, data):
    window = opened(data, size=(1920, HEIGHT))
    lecturing(window)
    for index in range(6):
        window.session.go(index)
        turn_all(window)


def test_numbers_are_questions_until_they_are_revealed(window):
    window.teaching.classroom.show(place("Step 1: initialize"))
    lecture = lecturing(window)
    state = window.session.current.state
    assert lecture.caption.text().count("?") == 2
    press(window, Qt.Key.Key_Q)
    assert number(state.sigma2) in lecture.caption.text()
    assert lecture.caption.text().count("?") == 1
    press(window, Qt.Key.Key_PageDown)
    assert number(state.tau2) in lecture.caption.text()
    card = window.workspace.panes["card"].panel
    assert not card.worked.isVisible()
    assert card.question.isVisible()
    press(window, Qt.Key.Key_PageDown)
    assert card.worked.isVisible()
    at = window.teaching.classroom.at
    press(window, Qt.Key.Key_PageDown)
    assert window.teaching.classroom.at == (at[0], at[1] + 1)
    press(window, Qt.Key.Key_PageUp)
    assert window.teaching.classroom.at == at


def test_a_clicker_steps_where_there_is_no_lesson(window, lecture):
    card = window.workspace.panes["card"].panel
    press(window, Qt.Key.Key_PageDown)
    assert window.session.position == 0
    assert not card.conceals
    press(window, Qt.Key.Key_PageDown)
    assert window.session.position == 1
    assert card.conceals
    press(window, Qt.Key.Key_PageUp)
    assert window.session.position == 0
    assert not card.conceals


def test_what_is_hidden_stays_hidden_while_stepping_and_follows_the_run(window):
    window.teaching.classroom.show(place("Step 1: initialize"))
    lecture = lecturing(window)
    press(window, Qt.Key.Key_Q)
    press(window, Qt.Key.Key_End)
    state = window.session.current.state
    assert number(state.sigma2) in lecture.caption.text()
    assert lecture.caption.text().count("?") == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_B, Qt.Key.Key_Period])
def test_black(window, lecture, key):
    press(window, key)
    image = window.grab().toImage()
    for x, y in ((5, 5), (900, 500), (1900, 1000)):
        assert image.pixelColor(x, y).name() == "#000000"
    press(window, key)
    assert not lecture.overlay.isVisible()
    press(window, key)
    press(window, Qt.Key.Key_PageDown)
    assert not lecture.overlay.isVisible()
    assert window.session.position == 0


def test_the_pointer_follows_the_mouse_and_lets_it_through(window, lecture, qtbot):
    press(window, Qt.Key.Key_P)
    overlay = lecture.overlay
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    for spot in ((200, 300), (400, 250)):
        QCursor.setPos(window.mapToGlobal(window.rect().topLeft()).x() + spot[0], spot[1])
        qtbot.waitUntil(lambda spot=spot: overlay._dot.x() == spot[0])
    press(window, Qt.Key.Key_P)
    assert not overlay.isVisible()
    assert not overlay.pointing


def test_a_symbol_is_lit_in_formula_matrix_and_plot(window):
    window.teaching.classroom.show(place("û is not the mean residual"))
    lecture = lecturing(window)
    lines = window.workspace.panes["group_lines"].panel
    matrices = window.workspace.panes["matrices"].panel

    def lit():
        return {view.name for view in matrices._shelf.views if view.lit}

    seen = []
    for _ in range(5):
        press(window, Qt.Key.Key_H)
        typesetter().finish()
        faded = [a.get_alpha() == FADED for a in (lines.artists.fixed, lines.artists.blup)]
        seen.append((lecture.spot.symbol, lit(), faded))
    assert seen == [
        ("σ²", set(), [True, False]),
        ("τ²", set(), [False, False]),
        ("β", set(), [False, True]),
        ("u", {"λ", "r̄", "u"}, [False, False]),
        ("", set(), [False, False]),
    ]
    press(window, Qt.Key.Key_H)
    press(window, Qt.Key.Key_Escape)
    assert lines._spot.symbol == ""


def test_a_variance_is_lit_in_words_and_titles_and_named(window, lecture):
    window.teaching.classroom.show(place("One step, with its guards"))
    window.workspace.set_stage(("surface",))
    QApplication.processEvents()
    press(window, Qt.Key.Key_H)
    accent = window.theme.accent
    surface = window.workspace.panes["surface"].panel
    lit = [label.text[:2] for label in surface.titles() if label.colour == accent]
    assert lit == ["σ²"]
    caption = lecture.caption
    cursor = caption.document().find("σ²", caption.document().begin().next().position())
    assert cursor.charFormat().foreground().color().name() == accent.lower()
    assert "σ²" in window.workspace.timeline.notice
    press(window, Qt.Key.Key_H)
    lit = [label.text[:2] for label in surface.titles() if label.colour == accent]
    assert lit == ["τ²"]


def test_the_card_lights_the_symbol_in_its_formula(window, lecture):
    window.session.go(3)
    press(window, Qt.Key.Key_H)
    formula = window.workspace.panes["card"].panel.formula
    assert any(r"{\color{accent} \sigma^2}" in line for line in formula._latex)
    typesetter().finish()
    assert not formula.waiting


@pytest.mark.parametrize(
    ("latex", "symbol", "expected"),
    [
        (
            r"\hat u_j = \mu + \sum Zu",
            "u",
            r"{\color{accent} \hat u_j} = \mu + \sum Z{\color{accent} u}",
        ),
        (r"\tau^2 Z + \sigma^2", "τ²", r"{\color{accent} \tau^2} Z + \sigma^2"),
        (r"X\hat\beta + \beta_0", "β", r"X{\color{accent} \hat\beta} + {\color{accent} \beta_0}"),
        (r"\quad u", "", r"\quad u"),
    ],
)
def test_a_symbol_is_found_in_latex(latex, symbol, expected):
    assert coloured(latex, symbol) == expected


def test_the_list_of_scenes_is_at_hand(window, lecture):
    press(window, Qt.Key.Key_T)
    panel = window.teaching.classroom.panel
    assert panel.contents.isVisible()
    panel.scene_requested.emit(2, 3)
    assert window.teaching.classroom.at == (2, 3)
    assert not panel.isVisible()
    assert "y, X and β" in lecture.caption.text()


def test_esc_closes_the_list_of_scenes_and_no_more(window, lecture):
    press(window, Qt.Key.Key_T)
    panel = window.teaching.classroom.panel
    QTest.keyClick(panel.contents, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert lecture.on
    press(window, Qt.Key.Key_Escape)
    assert not lecture.on


def look(window):
    """All that a lecture changes, and what it must not."""
    workspace, room = window.workspace, window.teaching.classroom
    return {
        "theme": window.theme.key,
        "scene": room.at if room.opened else None,
        "step": (window.session.trace, window.session.position),
        "layers": workspace.panes["group_lines"].panel.layers.choice,
        "matrices": workspace.panes["matrices"].panel.choice,
        "orientations": [s.orientation() for s in workspace.findChildren(QSplitter)],
        "beside": window.beside.sizes(),
        "kept": sorted(layout_of(workspace)),
        "hidden": workspace.hidden,
        "stage": workspace.stage,
        "actions": {n: a.isEnabled() for n, a in window.actions_by_name.items()},
        "conceals": [panel.conceals for panel in workspace.panels],
        "size": window.size(),
        "state": window.windowState(),
        "menus": window.menuBar().isVisible(),
        "controls": window.controls.isVisible(),
        "zoom": window.look.zoom,
        "arrangement": workspace.arrangement,
        "layout": workspace.layout_state,
        "panes": shown(window),
        "bar": workspace.deck.bar.isVisible(),
        "headers": [pane._header.isHidden() for pane in workspace.panes.values()],
        "chips": workspace.panes["matrices"].panel._bar.isHidden(),
        "lesson": window.teaching.classroom.panel.isVisible(),
        "tool bar": [
            (box.isVisible(), box.geometry())
            for box in workspace.panes["group_lines"].panel.frame._bar_widgets
            if box.isVisible()
        ],
    }


@pytest.mark.parametrize("lesson", [False, True])
def test_esc_brings_back_the_window_exactly(opened, lesson, qtbot):
    window = opened("handout")
    window.look.set_zoom(1.1)
    splitter = window.workspace._splitters["across"]
    splitter.setSizes([300, 500, 640])
    splitter.by_hand = True
    window.workspace.set_hidden("iterations", hidden=True)
    if lesson:
        window.teaching.classroom.show(place("Step 4: predict u"))
    else:
        assert not window.teaching.classroom.panel.isVisible()
    for _ in range(5):
        QApplication.processEvents()
    before = look(window)
    press(window, Qt.Key.Key_F11)
    QApplication.processEvents()
    for key in (Qt.Key.Key_H, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_2, Qt.Key.Key_B, Qt.Key.Key_B):
        press(window, key)
    while not window.workspace.conceals:
        press(window, Qt.Key.Key_PageDown)
    press(window, Qt.Key.Key_P)
    if not lesson:
        press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: look(window) == before)
    assert window._settings.zoom == 1.1


def test_a_lesson_that_was_begun_in_the_lecture_is_left_with_it(window, lecture):
    trace = window.session.trace
    window.teaching.classroom.show((0, 3))
    press(window, Qt.Key.Key_Escape)
    assert not window.teaching.classroom.opened
    assert window.session.trace is trace
    assert not lecture.on


def test_keys_of_the_lecture_do_nothing_outside_it(window):
    for key in (
        Qt.Key.Key_B,
        Qt.Key.Key_H,
        Qt.Key.Key_P,
        Qt.Key.Key_Q,
        Qt.Key.Key_T,
        Qt.Key.Key_Period,
    ):
        press(window, key)
    assert window.teaching._lecture is None


def test_closing_the_window_in_a_lecture_keeps_the_readers_own(opened, window, lecture):
    window.close()
    again = opened("handout")
    assert again.look.zoom == 1.0
    assert not again.workspace.hidden


# -- what is hidden, in every pane


def plot_texts(panel):
    return [item.label.text for item in panel.canvas.labels]


def test_a_step_is_hidden_in_matrices_and_plots_until_it_is_revealed(window, lecture, qtbot):
    workspace = window.workspace
    workspace.set_stage(("matrices", "group_lines"))
    matrices, lines = (workspace.panes[name].panel for name in workspace.stage)
    window.session.go(2)
    lecture.reveal()
    QApplication.processEvents()
    before = np.array(lines.artists.blup.get_segments())
    press(window, Qt.Key.Key_Right)
    assert window.session.current.name == "predict_u"
    assert {t for row in matrices.view("u").model.texts() for t in row} == {"?"}
    assert "?" not in {t for row in matrices.view("y − Xβ").model.texts() for t in row}
    model = matrices.view("u").model
    hidden = model.index(1, 0)
    number_of_u = number(float(window.session.current.state.u[1]))
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert number_of_u not in model.data(hidden, role)
    assert np.array_equal(np.array(lines.artists.blup.get_segments()), before)
    qtbot.waitUntil(lambda: "?" in plot_texts(lines))
    press(window, Qt.Key.Key_Right)
    assert window.session.current.name == "predict_u"
    assert model.data(hidden) == number_of_u
    assert not np.array_equal(np.array(lines.artists.blup.get_segments()), before)
    qtbot.waitUntil(lambda: "?" not in plot_texts(lines))
    press(window, Qt.Key.Key_Right)
    assert matrices._shelf.verticalScrollBar().value() > 0
    press(window, Qt.Key.Key_Right)
    assert window.session.current.name == "update_variances"


def test_the_next_point_of_the_run_is_hidden(window, lecture, qtbot):
    workspace = window.workspace
    likelihood, surface = (workspace.panes[name].panel for name in ("likelihood", "surface"))
    workspace.set_stage(("likelihood", "surface"))
    window.session.go(3)
    lecture.reveal()
    press(window, Qt.Key.Key_Right)
    QApplication.processEvents()
    row = likelihood.rows["loglik"]
    assert list(row.past.get_xdata()) == [0]
    assert not row.ahead.get_visible()
    assert len(surface.artists.path.get_xdata()) == 1
    assert not surface.artists.full_step.get_visible()
    qtbot.waitUntil(lambda: plot_texts(likelihood).count("?") == len(likelihood.rows) + 1)
    press(window, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert window.session.position == 4
    assert list(row.past.get_xdata()) == [0, 1]
    assert len(surface.artists.path.get_xdata()) == 2
    qtbot.waitUntil(lambda: "?" not in plot_texts(likelihood))


def test_shrinkage_rail_table_and_results_wait_for_the_room(window, lecture, qtbot):
    workspace, panes = window.workspace, window.workspace.panes
    workspace.set_stage(("steps", "shrinkage"))
    shrinkage, rail = panes["shrinkage"].panel, panes["steps"].panel
    window.session.go(2)
    press(window, Qt.Key.Key_Q)
    press(window, Qt.Key.Key_Right)
    assert shrinkage.frame._empty.text() == "?"
    press(window, Qt.Key.Key_Right)
    assert shrinkage.frame._empty.text() == ""
    press(window, Qt.Key.Key_Right)
    assert [reading.value.text() for reading in rail.readings.readings.values()] == ["?"] * 4
    press(window, Qt.Key.Key_Right)
    assert "?" not in [reading.value.text() for reading in rail.readings.readings.values()]
    workspace.set_stage(("iterations", "results"))
    iterations, results = panes["iterations"].panel, panes["results"].panel
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    row = window.session.current.iteration
    texts_of = iterations._model.texts(row)
    assert (texts_of[Column.RULES], texts_of[Column.OUTCOME]) == ("?", "?")
    assert results._hint.text() == "?"
    assert results._hint.isVisible()
    press(window, Qt.Key.Key_Right)
    assert "?" not in iterations._model.texts(row)
    assert not results._hint.isVisible()


def test_going_back_hides_nothing(window, lecture):
    window.session.go(4)
    assert window.workspace.conceals
    press(window, Qt.Key.Key_Left)
    assert window.session.position == 3
    assert not any(panel.conceals for panel in window.workspace.panels)


def test_no_pane_answers_what_the_line_asks(window, lecture):
    room, panes = window.teaching.classroom, window.workspace.panes
    room.show(place("Example 2: V in numbers"))
    model = panes["matrices"].panel.view("V").model
    diagonal, within, between = (model.index(0, k) for k in (0, 1, 2))
    for revealed in range(4):
        texts = [model.data(index) for index in (diagonal, within, between)]
        assert [text == "?" for text in texts] == [k >= revealed for k in range(3)]
        press(window, Qt.Key.Key_Q)
    room.show(place("Example 1: who is in the sample"))
    y = panes["matrices"].panel.view("y")
    assert y._dimensions(y.model.matrix) == "? × 1"
    for _ in range(5):
        press(window, Qt.Key.Key_Q)
    assert y._dimensions(y.model.matrix) == "7 × 1"
    room.show(place("Round and round to the top"))
    assert window.workspace.timeline.caption == "iteration ? · step 6 of 6"
    assert "10" not in window.workspace.timeline.accessibleName()
    press(window, Qt.Key.Key_Q)
    assert window.workspace.timeline.caption == "iteration 10 · step 6 of 6"
    press(window, Qt.Key.Key_Escape)
    assert not model._asked


def test_no_press_is_wasted_on_what_nobody_can_see(window, lecture):
    window.teaching.classroom.show(place("Two levels"))
    window.workspace.set_stage(("group_lines",))
    QApplication.processEvents()
    assert not window.workspace.conceals
    press(window, Qt.Key.Key_PageDown)
    assert window.teaching.classroom.at != place("Two levels")


def test_what_is_cut_off_is_brought_into_sight_before_it_is_revealed(window, lecture):
    room, matrices = window.teaching.classroom, window.workspace.panes["matrices"].panel
    window.resize(1280, 720)
    room.show(place("Why REML: n − p"))
    QApplication.processEvents()
    residuals = matrices.view("y − Xβ")
    assert residuals.table.viewport().visibleRegion().isEmpty()
    assert not window.workspace.conceals
    press(window, Qt.Key.Key_PageDown)
    QApplication.processEvents()
    assert not residuals.table.viewport().visibleRegion().isEmpty()
    assert residuals.model.index(0, 0).data() == "?"
    press(window, Qt.Key.Key_PageDown)
    assert residuals.model.index(0, 0).data() == "−1.262"
    assert room.at == place("Why REML: n − p")
    press(window, Qt.Key.Key_PageDown)
    assert room.at != place("Why REML: n − p")


def test_what_comes_later_is_not_on_the_wall(window, lecture, qtbot):
    session, panes = window.session, window.workspace.panes
    window.workspace.set_stage(("iterations", "likelihood"))
    session.last()
    qtbot.waitUntil(lambda: session.at_end)
    session.go(5)
    lecture.reveal()
    QApplication.processEvents()
    table, likelihood = panes["iterations"].panel._view, panes["likelihood"].panel
    rows = range(table.model().rowCount())
    assert len(rows) > 2
    assert [row for row in rows if not table.isRowHidden(row)] == [0, 1]
    assert not likelihood.rows["loglik"].ahead.get_visible()
    assert window.workspace.timeline._last_drawn == 5
    press(window, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not any(map(table.isRowHidden, rows))


# -- the card's pages


def test_a_long_card_is_turned_before_the_next_step(window, lecture):
    card = window.workspace.panes["card"].panel
    window.session.go(4)
    assert card.formula.isVisible()
    assert not card.worked.isVisible()
    press(window, Qt.Key.Key_PageDown)
    assert "page 2 of 2" in card.place.text()
    assert card.worked.isVisible()
    assert not card.formula.isVisible()
    press(window, Qt.Key.Key_PageUp)
    assert window.session.position == 4
    assert card.formula.isVisible()
    press(window, Qt.Key.Key_PageDown)
    press(window, Qt.Key.Key_PageDown)
    assert window.session.position == 5


@pytest.mark.parametrize(
    ("lesson", "numbers", "room", "pages"),
    [
        (40, [10, 10], 100, [(True, range(2))]),
        (40, [], 10, [(True, range(0))]),
        (60, [20, 20], 100, [(True, range(0)), (False, range(2))]),
        (60, [50, 30, 80], 95, [(True, range(0)), (False, range(2)), (False, range(2, 3))]),
        (60, [200], 95, [(True, range(0)), (False, range(1))]),
    ],
)
def test_pages_hold_what_fits(lesson, numbers, room, pages):
    assert list(map(tuple, parted(lesson, numbers, 10, room))) == pages


def test_the_clicker_brings_matrices_into_sight_that_are_cut_off(window, lecture):
    room, matrices = window.teaching.classroom, window.workspace.panes["matrices"].panel
    window.resize(1280, 720)
    room.show(place("Like OLS, and unlike it"))
    QApplication.processEvents()
    shelf = matrices._shelf
    last = shelf.views[-1]
    pages = 0
    while last.mapTo(shelf, last.rect().bottomLeft()).y() > shelf.viewport().height():
        press(window, Qt.Key.Key_PageDown)
        QApplication.processEvents()
        assert room.at == place("Like OLS, and unlike it")
        pages += 1
        assert pages < 9
    assert pages > 0
    press(window, Qt.Key.Key_PageDown)
    assert room.at != place("Like OLS, and unlike it")


def test_the_clicker_brings_the_foot_of_a_plot_into_sight(window, lecture):
    room, plot = window.teaching.classroom, window.workspace.panes["likelihood"].panel
    window.resize(1280, 720)
    room.show(place("The likelihood that REML climbs"))
    settled()
    bar = plot.frame._scroll.verticalScrollBar()
    assert bar.maximum()
    while bar.value() < bar.maximum():
        before = bar.value()
        press(window, Qt.Key.Key_PageDown)
        assert room.at == place("The likelihood that REML climbs")
        assert bar.value() > before or before == 0
    press(window, Qt.Key.Key_PageDown)
    assert room.at != place("The likelihood that REML climbs")
    press(window, Qt.Key.Key_PageUp)
    settled()
    assert bar.value() == 0


@pytest.mark.parametrize("title", ["", "Like OLS, and unlike it"])
def test_an_entry_explained_before_a_lecture_is_explained_again_after_it(window, title):
    matrices = window.workspace.panes["matrices"].panel
    matrices.explain("V", 0, 5)
    said = matrices._explained.explanation.toPlainText()
    assert matrices._explained.explanation.isVisible()
    lecture = lecturing(window)
    window.workspace.set_stage(("matrices",))
    assert not matrices._explained.explanation.isVisible()
    if title:
        window.teaching.classroom.show(place(title))
        assert not matrices._explained.explanation.isVisible()
    lecture.end()
    assert matrices._explained.explanation.isVisible()
    assert matrices._explained.explanation.toPlainText() == said


def test_the_rules_are_as_large_as_there_is_room_for(window, lecture):
    rules = window.workspace.panes["card"].panel.rules
    room = window.teaching.classroom
    room.show(place("Step 6: are we there?"))
    settled()
    large = QFontInfo(window.theme.font("large")).pixelSize()
    assert QFontInfo(rules.font()).pixelSize() == large
    assert QFontInfo(rules.header().font()).pixelSize() == large
    window.workspace.set_stage(("card", "iterations"))
    settled()
    assert QFontInfo(rules.font()).pixelSize() < large
    assert rules.natural_width() <= rules.viewport().width()
    lecture.end()
    settled()
    assert QFontInfo(rules.font()).pixelSize() == QFontInfo(window.theme.font("small")).pixelSize()


@pytest.mark.parametrize("stage", [("steps",), ("steps", "group_lines")])
def test_all_of_the_six_steps_is_in_sight(window, lecture, stage):
    rail = window.workspace.panes["steps"].panel
    window.resize(1280, 720)
    zoom = 0.9 * lecture.zoom()  # the test's own screen has 800 lines
    window.look.set_zoom(zoom, remember=False)
    window.workspace.set_stage(stage)
    settled()
    assert not rail._page.verticalScrollBar().maximum()
    assert rail.boundary.visibleRegion().boundingRect() == rail.boundary.rect()
    window.teaching.lecture.end()
    settled()
    assert rail.readings.mapTo(rail, QPoint(0, 0)).y() > rail.loop.mapTo(rail, QPoint(0, 0)).y()


def test_nothing_is_on_the_wall_before_it_is_typeset(window, lecture, monkeypatch):
    setter, room = typesetter(), window.teaching.classroom
    monkeypatch.setattr(setter, "_drawings", {})
    formula = window.workspace.panes["card"].panel.formula
    for title in ("The likelihood that REML climbs", "How far to step", "Step 6: are we there?"):
        room.show(place(title))
        formulas = [part for part in room.scene.line if part.kind == "math"]
        assert lecture.caption.document().toPlainText().count(HOLE) == len(formulas)
        assert not formula.waiting or "card" not in shown(window)


# -- panes and spotlight


def test_the_lecturer_chooses_the_panes(window, lecture):
    for key, expected in [
        (Qt.Key.Key_1, {"card"}),
        (Qt.Key.Key_1, {"group_lines"}),
        (Qt.Key.Key_1, {"matrices"}),
        (Qt.Key.Key_2, {"card", "group_lines"}),
        (Qt.Key.Key_2, {"card", "matrices"}),
        (Qt.Key.Key_2, {"card", "likelihood"}),
    ]:
        press(window, key)
        assert shown(window) == expected
    QApplication.processEvents()
    widths = [window.workspace.panes[name].width() for name in ("card", "likelihood")]
    assert abs(widths[0] - widths[1]) < 10


@pytest.mark.parametrize("pair", [("card", "matrices"), ("likelihood", "surface")])
def test_two_panes_of_a_column_stand_side_by_side(window, lecture, pair):
    window.workspace.set_stage(pair)
    QApplication.processEvents()
    one, other = (window.workspace.panes[name] for name in pair)
    assert (
        one.mapTo(window, one.rect().topLeft()).y()
        == other.mapTo(window, other.rect().topLeft()).y()
    )
    assert abs(one.width() - other.width()) < 0.05 * window.width()


def test_a_scene_says_what_a_lecture_shows_and_lights(window):
    window.teaching.classroom.show(place("The hat matrix"))
    lecture = lecturing(window)
    assert window.workspace.stage == ("matrices",)
    window.teaching.classroom.show(place("Example 2: V in numbers"))
    j = window.session.problem.group_labels.index("5")
    members = tuple(np.flatnonzero(window.session.problem.codes == j).tolist())
    assert lecture.spot == Spot("V", members, members, members, j)
    lines = window.workspace.panes["group_lines"].panel
    assert lines.lit == j
    assert len(lines.artists.rings.get_xdata()) == len(members)
    window.teaching.classroom.show(place("The likelihood"))
    assert lecture.spot == Spot()
    assert window.workspace.panes["matrices"].panel.view("V").table._lit is None


def test_a_click_lights_an_entry_then_its_block_then_nothing(window, lecture):
    window.workspace.set_stage(("matrices", "group_lines"))
    window.workspace.conceal(False)
    QApplication.processEvents()
    matrices, lines = (window.workspace.panes[name].panel for name in window.workspace.stage)
    table, y = matrices.view("V").table, window.session.problem.y

    def click(row, column):
        spot = table.visualRect(table.model().index(row, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        return lecture.spot

    assert click(1, 2) == Spot("V", (1,), (2,), (1, 2))
    assert not matrices._explained.explanation.isVisible()
    assert matrices.view("V").lit
    assert list(lines.artists.rings.get_ydata()) == list(y[[1, 2]])
    block = click(1, 2)
    assert (block.rows, block.columns) == ((0, 1), (2, 3, 4))
    assert click(1, 2) == Spot()
    assert click(2, 3) == Spot("V", (2,), (3,), (2, 3), 1)
    window.workspace.set_stage(("card", "matrices"))
    window.session.go(3)
    card = window.workspace.panes["card"].panel
    assert any(r"{\color{accent} V}" in line for line in card.formula._latex)


@pytest.mark.parametrize(
    ("latex", "name", "expected"),
    [
        ("V^{-1} V_k, \\text{Var}", "V", "{\\color{accent} V}^{-1} V_k, \\text{Var}"),
        ("X^{\\mathsf{T}} V^{-1} y", "V⁻¹", "X^{\\mathsf{T}} {\\color{accent} V^{-1}} y"),
        ("Z Z^{\\mathsf{T}} + Zu", "ZZᵀ", "{\\color{accent} Z Z^{\\mathsf{T}}} + Zu"),
        ("X\\beta + Zu", "Z", "X\\beta + {\\color{accent} Z}u"),
        ("\\lambda_j \\bar r_j", "r̄", "\\lambda_j \\bar r_j"),
    ],
)
def test_a_matrix_is_found_in_latex(latex, name, expected):
    assert coloured(latex, name) == expected


def test_lit_entries_stand_out_in_any_order_of_rows(opened):
    window = opened("sleepstudy")
    matrix = window.session.current.matrix("Z")
    spot = block_of(matrix, 3, 3)
    assert spot.group == 3
    assert spot.columns == (3,)
    assert [matrix.problem.codes[i] for i in spot.rows] == [3] * len(spot.rows)
    assert widened(matrix, spot) == Spot()
    u = window.session.current.matrix("u")
    assert cell_of(u, 2, 0).observations == tuple(np.flatnonzero(matrix.problem.codes == 2))


def test_the_keys_of_a_remote(opened):
    window = opened("handout")
    press(window, Qt.Key.Key_F5)
    assert window.teaching.lecturing
    press(window, Qt.Key.Key_F5)
    assert window.teaching.lecturing
    press(window, Qt.Key.Key_Escape)
    assert not window.teaching.lecturing
