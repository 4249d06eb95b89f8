"""Lecture mode: large, bare, driven by a clicker; Esc brings back the window as it was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor, QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTextEdit, QWidget

from mlm_gui.lecture.lecture import LEAST
from mlm_gui.panels.group_artists import FADED
from mlm_gui.spotlight import coloured
from mlm_gui.typeset import typesetter
from mlm_gui.widgets.math_view import MathView
from mlm_gui.widgets.mathlayout import Box, Group, Text
from mlm_gui.workspace import on_stage
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


@pytest.mark.parametrize(
    "title", ["", "Step 4: predict u", "One step, with its guards", "Shrinkage", "Two levels"]
)
def test_nothing_is_smaller_than_the_last_row_can_read(window, title):
    if title:
        window.teaching.classroom.show(place(title))
    lecture = lecturing(window)
    lecture._card.conceal(False)
    typesetter().finish()
    QApplication.processEvents()
    seen = 0
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.width() < 2 or widget.height() < 2:
            continue
        if isinstance(widget, MathView):
            for box, _, _, scale in widget._settle(widget.width())[0]:
                for text, size in texts(box, scale):
                    assert size >= LEAST - 0.5, (widget, text)
                    seen += 1
        elif isinstance(widget, QLabel | QTextEdit) or widget.objectName() in ("matrix", "canvas"):
            assert QFontInfo(widget.font()).pixelSize() >= LEAST - 0.5, widget
            seen += 1
    assert seen
    for name in shown(window) & {"group_lines", "likelihood", "surface", "shrinkage"}:
        canvas = window.workspace.panes[name].panel.canvas
        assert canvas.metrics().height() >= LEAST
    for name in shown(window) & {"matrices"}:
        for view in window.workspace.panes[name].panel._shelf.views:
            assert QFontInfo(view.table.font()).pixelSize() >= LEAST - 0.5


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
    assert not card.concealed
    press(window, Qt.Key.Key_PageDown)
    assert window.session.position == 1
    assert card.concealed
    press(window, Qt.Key.Key_PageUp)
    assert window.session.position == 0
    assert not card.concealed


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
        seen.append((lecture.symbol, lit(), faded))
    assert seen == [
        ("σ²", set(), [True, False]),
        ("τ²", set(), [False, False]),
        ("β", set(), [False, True]),
        ("u", {"λ", "r̄", "u"}, [False, False]),
        ("", set(), [False, False]),
    ]
    press(window, Qt.Key.Key_H)
    press(window, Qt.Key.Key_Escape)
    assert lines._symbol == ""


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


def look(window):
    """All that a lecture changes."""
    workspace = window.workspace
    return {
        "size": window.size(),
        "state": window.windowState(),
        "menus": window.menuBar().isVisible(),
        "controls": window.controls.isVisible(),
        "zoom": window.zoom,
        "arrangement": workspace.arrangement,
        "layout": workspace.layout_state,
        "panes": shown(window),
        "bar": workspace.deck.bar.isVisible(),
        "headers": [pane._header.isHidden() for pane in workspace.panes.values()],
        "chips": workspace.panes["matrices"].panel._bar.isHidden(),
        "lesson": window.teaching.classroom.panel.isVisible(),
    }


@pytest.mark.parametrize("lesson", [False, True])
def test_esc_brings_back_the_window_exactly(opened, lesson, qtbot):
    window = opened("handout")
    window.set_zoom(1.1)
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
    press(window, Qt.Key.Key_PageDown)
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
    assert again.zoom == 1.0
    assert not again.workspace.hidden
