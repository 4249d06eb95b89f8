"""Lessons beside the live panes: the window goes to a scene's state, and back to the reader's."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QAbstractAnimation, QPoint, Qt
from PySide6.QtGui import QAction, QFontMetrics, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from mlm_gui.lessons_view.scene_page import HOLE
from mlm_gui.spotlight import SYMBOLS
from mlm_gui.theme import THEMES
from mlm_gui.typeset import typesetter
from mlm_gui.widgets.cell_explanation import CellExplanation
from solver.formatting import number
from solver.saving.session_file import Notes
from solver.scenes.content import LAYERS, PANES, built_in_lessons
from solver.scenes.content import SYMBOLS as LIT

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")

LESSONS = built_in_lessons()


@pytest.fixture
def window(opened):
    return opened("handout")


def settled() -> None:
    typesetter().finish()
    QApplication.processEvents()


def place(title: str) -> tuple[int, int]:
    """Where the scene with a title is."""
    return next(
        (k, i)
        for k, lesson in enumerate(LESSONS)
        for i, scene in enumerate(lesson.scenes)
        if scene.title == title
    )


def test_scenes_name_the_panes_and_layers_that_there_are(window):
    assert set(PANES) == set(window.workspace.panes)
    layers = window.workspace.panes["group_lines"].panel.layer_list()
    assert list(LAYERS) == [layer.key for layer in layers]
    assert tuple(SYMBOLS) == LIT


def test_the_window_is_as_ever_until_the_lessons_are_asked_for(window):
    assert window.teaching._classroom is None
    assert window.beside.count() == 1


def test_keys_open_the_lessons_and_lead_through_them(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    room = window.teaching.classroom
    assert room.panel.isVisible()
    assert room.at == (0, 0)
    assert "salaries" in window.windowTitle()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Qt.Key.Key_PageDown, control)
    assert room.at == (0, 1)
    QTest.keyClick(window, Qt.Key.Key_PageUp, control)
    QTest.keyClick(window, Qt.Key.Key_PageUp, control)
    assert room.at == (0, 0)
    room.show((0, len(LESSONS[0].scenes) - 1))
    QTest.mouseClick(room.panel.next, Qt.MouseButton.LeftButton)
    assert room.at == (1, 0)
    QTest.mouseClick(room.panel.previous, Qt.MouseButton.LeftButton)
    assert room.at == (0, len(LESSONS[0].scenes) - 1)
    QTest.keyClick(window, Qt.Key.Key_L, control)
    assert not room.panel.isVisible()


def test_every_scene_brings_its_state(window, monkeypatch):
    monkeypatch.setattr(typesetter(), "tried", lambda latex: True)
    room, session, workspace = window.teaching.classroom, window.session, window.workspace
    for k, lesson in enumerate(LESSONS):
        for i, scene in enumerate(lesson.scenes):
            room.show((k, i))
            source = session.analysis.choices.source
            assert source == scene.simulation or source.title == scene.data
            assert session.options == scene.options
            assert scene.is_reached(session.current)
            shown = {name for name, pane in workspace.panes.items() if pane.isVisible()}
            assert shown == set(scene.panes)
            lines = workspace.panes["group_lines"].panel
            assert set(lines.layers.choice) == set(scene.layers)
            matrices = workspace.panes["matrices"].panel
            if "matrices" in scene.panes and scene.matrices:
                assert matrices.shown == list(scene.matrices)
            if scene.cell:
                assert matrices._explained.explanation.isVisible()
            if scene.group:
                assert lines.lit == session.problem.group_labels.index(scene.group)
            text = room.panel.page.text()
            assert text.startswith(scene.title)
            assert "–" not in text.replace("Newton–Raphson", "")


def test_a_scene_marks_the_entry_that_it_explains_until_the_next(window, qtbot):
    room, matrices = window.teaching.classroom, window.workspace.panes["matrices"].panel
    window.resize(1024, 768)
    room.show(place("Example 2: V entry by entry"))
    (explanation,) = matrices.findChildren(CellExplanation)
    qtbot.waitUntil(lambda: explanation.height() > 0.3 * explanation.parentWidget().height())
    (chosen,) = matrices.view("V").table.selectedIndexes()
    assert (chosen.row(), chosen.column()) == (0, 1)
    room.next()
    assert not matrices.view("V").table.selectedIndexes()


def test_the_choice_of_several_plots_says_how_many(window):
    button = window.workspace.deck.buttons["all"]
    assert button.text() == "All four"
    window.teaching.classroom.show(place("Shrinkage"))
    assert button.text() == "Both"
    window.teaching.classroom.close()
    assert button.text() == "All four"


def test_a_small_window_has_no_room_for_the_rail(window):
    window.resize(1024, 768)
    window.teaching.classroom.show(place("Step 6: are we there?"))
    shown = {name for name, pane in window.workspace.panes.items() if pane.isVisible()}
    assert shown == {"card", "iterations"}
    assert window.workspace._scroll.horizontalScrollBar().maximum() == 0


def test_the_numbers_follow_a_reader_who_steps_on(window):
    room, session = window.teaching.classroom, window.session
    room.show(place("Step 4: predict u"))
    settled()
    before = number(float(session.current.state.u[1]))
    assert before in room.panel.page.text()
    assert not room.panel.back_button.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    after = number(float(session.current.state.u[1]))
    text = room.panel.page.text()
    assert after != before
    assert f"{after}▼" in text
    assert before not in text
    QTest.mouseClick(room.panel.back_button, Qt.MouseButton.LeftButton)
    assert before in room.panel.page.text()
    assert room.scene.is_reached(session.current)
    assert not room.panel.back_button.isVisible()


def test_a_page_stays_until_the_next_one_is_typeset(window, qtbot, monkeypatch):
    monkeypatch.setattr(typesetter(), "_drawings", {})
    room = window.teaching.classroom
    page = room.panel.page
    room.show(place("Shrinkage"))
    assert not page.text()
    settled()
    assert page.text().startswith("Shrinkage")
    room.show(place("How far to step"))
    assert page.text().startswith("Shrinkage")
    qtbot.waitUntil(lambda: not page.waiting, timeout=20_000)
    assert page.text().startswith("How far to step")
    formulas = [part for block in room.scene.blocks for part in block.parts if part.kind == "math"]
    assert page.document().toPlainText().count(HOLE) >= len(formulas)


def test_other_data_leave_dashes_and_a_way_back(window):
    room = window.teaching.classroom
    room.show(place("Shrinkage"))
    settled()
    window.open_data("rail")
    assert "keeps –" in room.panel.page.text()
    assert room.panel.back_button.isVisible()
    room.panel.back_button.click()
    assert "keeps 96 %" in room.panel.page.text()


def test_leaving_brings_back_what_the_reader_had(window):
    session, workspace = window.session, window.workspace
    session.go(7)
    trace = session.trace
    workspace.set_hidden("iterations", hidden=True)
    workspace.deck.choose("likelihood")
    lines = workspace.panes["group_lines"].panel
    lines.layers.box("ols").click()
    matrices = workspace.panes["matrices"].panel
    matrices._add("H")
    had = workspace.arrangement, lines.layers.choice, matrices.choice
    visible = {name for name, pane in workspace.panes.items() if pane.isVisible()}
    for at in ((0, 0), (2, 8), (3, 5), (5, 4)):
        window.teaching.classroom.show(at)
    window.teaching.classroom.panel.close_button.click()
    assert session.trace is trace
    assert session.position == 7
    assert (workspace.arrangement, lines.layers.choice, matrices.choice) == had
    assert {name for name, pane in workspace.panes.items() if pane.isVisible()} == visible
    assert window.session.current is matrices._step
    assert "H" in matrices.shown


def test_data_that_the_reader_opens_in_a_lesson_stay(window):
    window.teaching.classroom.toggle()
    window.open_data("rail")
    window.teaching.classroom.toggle()
    assert window.session.analysis.choices.source.title == "rail"


def test_the_list_of_scenes(window, qtbot):
    room = window.teaching.classroom
    room.toggle()
    tree = room.panel.contents
    QTest.mouseClick(room.panel.list_button, Qt.MouseButton.LeftButton)
    assert tree.isVisible()
    assert [tree.topLevelItem(k).text(0) for k in range(tree.topLevelItemCount())] == [
        f"{k} · {lesson.title}" for k, lesson in enumerate(LESSONS, 1)
    ]
    lesson = tree.topLevelItem(3)
    lesson.setExpanded(True)
    tree.scrollToItem(lesson.child(2))
    QApplication.processEvents()
    spot = tree.visualItemRect(lesson.child(2)).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert room.at == (3, 2)
    assert room.panel.page.isVisible()


def test_the_scene_is_remembered(opened, window):
    window.teaching.classroom.show((2, 4))
    window.close()
    again = opened("handout")
    again.teaching.classroom.toggle()
    assert again.teaching.classroom.at == (2, 4)


def test_closing_the_window_in_a_lesson_keeps_the_readers_own_panes(opened, window):
    window.workspace.set_hidden("card", hidden=True)
    window.teaching.classroom.show((2, 8))
    window.close()
    assert opened("handout").workspace.hidden == {"card"}


# -- the page


def test_formulas_stand_on_the_baseline_of_the_text(window):
    room = window.teaching.classroom
    room.show(place("Example 1: Z, u and ε"))
    settled()
    page = room.panel.page
    assert not page.waiting
    document = page.document()
    formulas = 0
    block = document.begin()
    while block.isValid():
        for fragment in block:
            form = fragment.fragment().charFormat()
            if form.isImageFormat():
                formulas += 1
                image = form.toImageFormat()
                descent = QFontMetrics(image.font()).descent()
                assert 0 < descent < image.height()
                assert image.width() <= page.viewport().width()
        block = block.next()
    assert formulas >= 6


@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("size", [(1024, 768), (1440, 900)])
def test_no_scene_is_wider_than_its_page(window, size, zoom):
    window.resize(*size)
    window.look.set_zoom(zoom)
    for at in (place("Example 1: y, X and β"), place("Why REML: n − p")):
        window.teaching.classroom.show(at)
        settled()
        page = window.teaching.classroom.panel.page
        assert page.horizontalScrollBar().maximum() == 0
        for button in (
            window.teaching.classroom.panel.next,
            window.teaching.classroom.panel.previous,
        ):
            assert button.width() >= button.sizeHint().width()


def test_the_text_can_be_copied_with_its_formulas(window):
    window.teaching.classroom.show(place("Step 3: estimate β"))
    settled()
    page = window.teaching.classroom.panel.page
    page.selectAll()
    page.copy()
    copied = QApplication.clipboard().text()
    assert "β̂ = (XᵀV⁻¹X)⁻¹ XᵀV⁻¹ y" in copied
    assert number(float(window.session.current.state.beta[1])) in copied
    assert "\ufffc" not in copied


def test_all_digits_are_in_the_tooltip_of_a_number(window):
    window.teaching.classroom.show(place("Step 1: initialize"))
    page = window.teaching.classroom.panel.page
    cursor = page.document().find(number(window.session.current.state.tau2))
    assert cursor.charFormat().toolTip() == repr(window.session.current.state.tau2)


def test_a_page_stays_where_it_is_read_when_numbers_change(window):
    window.resize(900, 560)
    window.teaching.classroom.show(place("Round and round to the top"))
    settled()
    page = window.teaching.classroom.panel.page
    page.moveCursor(QTextCursor.MoveOperation.End)
    bar = page.verticalScrollBar()
    bar.setValue(bar.maximum())
    at = bar.value()
    assert at > 0
    window.session.back()
    assert page.verticalScrollBar().value() == pytest.approx(at, abs=page.fontMetrics().height())


@pytest.mark.parametrize("key", THEMES)
def test_the_page_takes_on_the_theme(window, key):
    window.teaching.classroom.toggle()
    window.look.set_theme(key)
    settled()
    panel = window.teaching.classroom.panel
    grabbed = panel.page.viewport().grab(panel.page.viewport().rect()).toImage()
    ground = grabbed.pixelColor(QPoint(2, 2)).name()
    assert ground == window.theme.sheet


# -- lessons of one's own

MINE = """title = "Mine"
[[scene]]
title = "One"
line = 'One line.'
text = '''
There are {n} people.
'''
data = "handout"
"""


def test_a_teachers_lessons_are_opened(window, tmp_path, monkeypatch):
    paths = []
    for name in ("b", "a"):
        path = tmp_path / f"{name}.toml"
        path.write_text(MINE.replace("Mine", name), encoding="utf-8")
        paths.append(str(path))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: (paths, ""))
    window.actions_by_name["open_lessons"].trigger()
    room = window.teaching.classroom
    assert [lesson.title for lesson in room.lessons] == ["a", "b"]
    assert "There are 7 people." in room.panel.page.text()


def test_a_bad_lesson_is_refused_in_a_sentence(window, tmp_path, monkeypatch):
    path = tmp_path / "bad.toml"
    path.write_text(MINE.replace("{n}", "{nn}"), encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: ([str(path)], ""))
    window.actions_by_name["open_lessons"].trigger()
    box = window.findChild(QMessageBox, "refusal")
    assert "bad.toml, line 6: {nn}: There is no value called 'nn'" in box.text()
    box.close()
    assert not window.teaching.classroom.opened


# -- the reader's own run


def test_lessons_leave_the_readers_undo_and_paper_alone(window):
    actions, session, room = window.actions_by_name, window.session, window.teaching.classroom
    session.change("", method="ml")
    session.go(3)
    trace, undo = session.trace, actions["undo"].text()
    workspace = window.workspace
    workspace.set_hidden("iterations", hidden=True)
    settled()
    layout = workspace.layout_state
    for title in ("One line for everybody", "Two levels", "The likelihood"):
        room.show(place(title))
        assert not actions["undo"].isEnabled()
        assert window.desk.document.file == ""
        manifest, analysis = window.desk.document.own()
        assert analysis.choices.options.method == "ml"
        assert manifest.position == 3
        assert manifest.layout["hidden"] == "iterations"
    room.close()
    settled()
    assert (actions["undo"].text(), actions["undo"].isEnabled()) == (undo, True)
    assert not actions["redo"].isEnabled()
    assert session.trace is trace
    assert workspace.layout_state == layout
    actions["undo"].trigger()
    assert session.options.method == "reml"
    assert not actions["undo"].isEnabled()


def test_notes_in_a_lesson_are_not_the_readers(window):
    document = window.desk.document
    document.note(Notes("mine"))
    window.teaching.classroom.show(place("Two levels"))
    assert window.session.analysis.choices.source.title == "handout"
    document.note(Notes("of the lesson"))
    assert document.own()[0].notes == Notes("mine")
    window.teaching.classroom.close()
    assert document.notes == Notes("mine")


def test_other_data_opened_in_a_lesson_are_one_choice(window):
    room, actions = window.teaching.classroom, window.actions_by_name
    own = window.session.trace
    room.show(place("One line for everybody"))
    window.open_data("rail")
    assert window.desk.document.own()[1].choices.source.title == "rail"
    room.close()
    assert window.session.analysis.choices.source.title == "rail"
    actions["undo"].trigger()
    assert window.session.trace is own
    assert not actions["undo"].isEnabled()


def test_a_session_saved_in_a_lesson_stays_when_the_lesson_is_closed(window, qtbot, tmp_path):
    room, document = window.teaching.classroom, window.desk.document
    window.open_data("rail")
    own, path = window.session.trace, str(tmp_path / "mine.stepreml")
    room.show(place("Two levels"))
    saved = window.session.trace
    document.note(Notes("of these people"))
    document._save(path)
    qtbot.waitUntil(lambda: document.file == path)
    assert document.own()[0].notes == Notes("of these people")
    room.close()
    assert window.session.trace is saved
    assert (document.file, document.notes) == (path, Notes("of these people"))
    room.show(place("Two levels"))
    assert window.session.trace is not saved
    assert document.notes == Notes()
    room.close()
    assert window.session.trace is saved
    window.actions_by_name["undo"].trigger()
    assert window.session.trace is own


def test_a_session_on_a_lessons_data_stays_when_it_is_opened_in_the_lesson(window, qtbot, tmp_path):
    room, document, path = window.teaching.classroom, window.desk.document, tmp_path / "a.stepreml"
    document.note(Notes("mine"))
    document._save(str(path))
    qtbot.waitUntil(lambda: document.file == str(path))
    window.open_data("rail")
    room.show(place("Two levels"))
    window.open_data(str(path))
    assert document.notes == Notes("mine")
    room.close()
    assert window.session.analysis.choices.source.title == "handout"
    assert document.notes == Notes("mine")


# -- motion


def test_the_scenes_of_the_first_lesson_go_over_into_each_other(window):
    room, lines = window.teaching.classroom, window.workspace.panes["group_lines"].panel

    def colours():
        return [mark.get_color() for mark in lines.artists.data]

    room.show(place("Data that come in groups"))
    assert set(colours()) == {lines.look.muted}
    lines._motion.finish()
    assert colours() == [lines.artists.colour(j) for j in range(lines.data.J)]
    room.show(place("One line for everybody"))
    assert np.ptp(lines.artists.ols.get_xdata()) == 0
    lines._motion.finish()
    assert np.ptp(lines.artists.ols.get_xdata()) > 0
    room.show(place("A line for each group"))
    first = np.array(lines.artists.alone.get_segments())
    assert np.ptp(first[:, 0, 1]) < 1e-9 * abs(first).max()
    lines._motion.finish()
    own = np.array(lines.artists.alone.get_segments())
    assert own == pytest.approx(lines.artists.own_lines(*lines.alone))
    assert lines._motion.duration() <= 300


def test_partial_pooling_glides_from_the_lines_of_no_pooling(window, qtbot):
    window.teaching.classroom.show(place("A line for each group"))
    lines = window.workspace.panes["group_lines"].panel
    alone = lines.artists.lines(*lines.alone)
    window.teaching.classroom.show(place("Between the two"))
    first = np.array(lines.artists.blup.get_segments())
    assert first == pytest.approx(alone, rel=0.2)
    state = window.session.current.state
    qtbot.waitUntil(lambda: lines._motion.state() == QAbstractAnimation.State.Stopped)
    last = np.array(lines.artists.blup.get_segments())
    groups, extents = lines.drawn.groups, lines.drawn.extents
    assert last[:, :, 1] == pytest.approx(
        lines.lines.level + state.u[groups][:, None] + lines.lines.slope * extents
    )
    assert lines._motion.duration() <= 300


@pytest.mark.parametrize(
    "titles",
    [
        ("One line for everybody", "A line for each group", "Between the two"),
        ("Between the two", "A line for each group"),
        ("Step 3: estimate β", "Step 4: predict u"),
        ("Step 4: predict u", "Step 3: estimate β"),
    ],
)
def test_the_picture_ends_where_the_lines_are(window, qtbot, titles):
    lines = window.workspace.panes["group_lines"].panel
    for title in titles:
        window.teaching.classroom.show(place(title))
        qtbot.waitUntil(lambda: lines._motion.state() == QAbstractAnimation.State.Stopped)
        settled()
        picture = lines.canvas.grab().toImage()
        lines.canvas.draw()
        assert picture == lines.canvas.grab().toImage(), title


def test_motion_can_be_turned_off(window):
    window.findChild(QAction, "motion").trigger()
    window.teaching.classroom.show(place("A line for each group"))
    window.teaching.classroom.show(place("Between the two"))
    lines = window.workspace.panes["group_lines"].panel
    assert lines._motion.state() == QAbstractAnimation.State.Stopped
    assert not window._settings.motion


def test_nothing_moves_outside_the_lessons(window):
    window.teaching.classroom.toggle()
    window.teaching.classroom.toggle()
    assert window.workspace.panes["group_lines"].panel.glide == 0


def test_no_line_begins_with_a_comma(window):
    room = window.teaching.classroom
    page = room.panel.page
    room.show(place("Two rules of matrix calculus"))
    settled()
    for width in range(380, 700, 20):
        room.panel.setFixedWidth(width)
        settled()
        block = page.document().begin()
        while block.isValid():
            layout, text = block.layout(), block.text()
            for k in range(1, layout.lineCount()):
                start = layout.lineAt(k).textStart()
                assert text[start] not in ",.;)", text
            block = block.next()


def test_a_page_that_scrolls_is_written_once(window):
    window.resize(1024, 768)
    room = window.teaching.classroom
    for zoom in (1.0, 1.5, 2.0):
        window.look.set_zoom(zoom)
        room.show((2, 5))
        settled()
        title = room.lessons[2].scenes[5].title
        assert room.panel.page.text().count(title) == 1
        assert room.panel.page.document().blockCount() < 20
    assert room.panel.page.verticalScrollBar().maximum() > 0
