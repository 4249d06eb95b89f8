"""The simple view: what it hides is nowhere on screen, and the switch brings all of it back."""

from __future__ import annotations

import pytest
from plots import run
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QMenu, QTreeWidget, QWidget

from mlm_gui.simple import needs_all
from mlm_gui.widgets.update_words import update_words
from solver.course import first_course
from solver.scenes.content import built_in_lessons
from solver.state import STEP_NAMES

LEFT = Qt.MouseButton.LeftButton


def on_screen(window) -> str:
    """Every text that can be seen, pointed at or heard in a window."""
    said = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, QMenu):
            continue
        said += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QAbstractButton):
            said.append(widget.text())
        if isinstance(widget, QComboBox):
            said += [widget.itemText(k) for k in range(widget.count())]
        if isinstance(widget, QTreeWidget):
            tops = [widget.topLevelItem(k) for k in range(widget.topLevelItemCount())]
            said += [item.text(c) for item in tops for c in range(widget.columnCount())]
    for action in window.actions_by_name.values():
        said += [action.text(), action.toolTip()]
    line = window.workspace.timeline
    for index in range(min(len(window.session.trace), 40)):
        said.append(line.about(line.position_of(index)))
    return "\n".join([*said, line.caption, line.notice])


def kept_out(window) -> list[str]:
    """The lines on screen that say what the simple view keeps out."""
    return [line for line in on_screen(window).splitlines() if not first_course().allows(line)]


def settled(window, qtbot):
    window.session.last()
    qtbot.waitUntil(lambda: not window.session.running)


@pytest.mark.parametrize("algorithm", ["fisher", "newton", "em"])
def test_nothing_on_screen_speaks_of_algorithms(opened, qtbot, algorithm):
    window = opened("handout")
    window.session.change("", algorithm=algorithm, start="half")
    window.simple.toggle()
    card = window.workspace.panes["card"].panel
    QTest.mouseClick(card.more.findChild(QAbstractButton), LEFT)
    for index in (0, 1, 2, 3, 4, 5, 9):
        window.session.go(index)
        assert kept_out(window) == [], index
    settled(window, qtbot)
    for plot in ("likelihood", "results"):
        window.workspace.deck.choose(plot)
        assert kept_out(window) == [], plot
    rail = window.workspace.panes["steps"].panel.algorithm.text()
    assert (first_course().algorithm in rail) == (algorithm != "fisher")
    window.simple.toggle()
    assert kept_out(window)


def test_a_run_that_creeps_is_said_without_its_name(opened, qtbot):
    window = opened("dyestuff2")
    window.session.change("", algorithm="em", max_iterations=40)
    window.simple.toggle()
    settled(window, qtbot)
    assert window.session.current.state.outcome == "creeping"
    assert kept_out(window) == []
    window.workspace.deck.choose("results")
    assert kept_out(window) == []
    window.session.change("", max_iterations=3)
    window.actions_by_name["undo"].trigger()
    assert "creeps" in on_screen(window)


def test_the_switch_brings_everything_back(opened):
    window = opened("handout")
    window.session.go(4)
    workspace = window.workspace
    workspace.deck.choose("surface")
    matrices = workspace.panes["matrices"].panel
    before = (workspace.arrangement, matrices.shown, window.controls.algorithm.isVisible())
    action = window.actions_by_name["simple"]
    action.trigger()
    assert action.isChecked()
    assert not window.controls.algorithm.isVisible()
    assert not workspace.panes["iterations"].isVisible()
    assert not workspace.deck.buttons["surface"].isVisible()
    assert not workspace.deck.buttons["all"].isVisible()
    assert workspace.deck.choice == "group_lines"
    assert matrices.shown == ["V"]
    window.actions_by_name["restore"].trigger()
    assert not workspace.panes["iterations"].isVisible()
    action.trigger()
    assert (workspace.arrangement, matrices.shown, window.controls.algorithm.isVisible()) == before
    assert workspace.panes["surface"].isVisible()


def test_it_is_remembered(opened):
    window = opened("handout")
    window.simple.toggle()
    window.close()
    again = opened("rail")
    assert again.actions_by_name["simple"].isChecked()
    assert not again.controls.algorithm.isVisible()
    again.open_data("handout")
    assert not again.controls.algorithm.isVisible()


def test_only_its_matrices_are_offered(opened, qtbot):
    window = opened("handout")
    window.session.go(5)
    window.simple.toggle()
    search = window.findChild(QComboBox, "add_matrix")
    qtbot.waitUntil(lambda: search.count() == 6)
    assert {search.itemText(k) for k in range(6)} == set(first_course().matrices)


def test_the_help_leaves_out_the_hidden_symbols(opened):
    from test_help import read

    window = opened("handout")
    assert "information about the variances" in read(window, "words")
    window.simple.toggle()
    assert "information about the variances" not in read(window, "words")


def at(title):
    """Where a scene is."""
    return next(
        (k, j)
        for k, lesson in enumerate(built_in_lessons())
        for j, scene in enumerate(lesson.scenes)
        if scene.title == title
    )


def test_a_scene_that_needs_more_shows_it_and_the_simple_view_returns(opened):
    window = opened("handout")
    window.simple.toggle()
    classroom = window.teaching.classroom
    classroom.show(at("Fisher scoring, and three others"))
    workspace = window.workspace
    assert workspace.panes["matrices"].panel.shown == ["observed", "Fisher", "average"]
    assert window.controls.algorithm.isVisible()
    assert "returns" in workspace.timeline.notice
    classroom.show(at("Step 4: predict u"))
    assert not window.controls.algorithm.isVisible()
    assert workspace.panes["matrices"].panel.shown == ["τ²ZᵀV⁻¹", "y − Xβ", "u"]
    classroom.show(at("Round and round to the top"))
    assert workspace.panes["iterations"].isVisible()
    classroom.close()
    assert not window.controls.algorithm.isVisible()
    assert not workspace.panes["iterations"].isVisible()
    assert window.actions_by_name["simple"].isChecked()


def test_a_scene_that_is_not_lifted_keeps_silent():
    scenes = [scene for lesson in built_in_lessons() for scene in lesson.scenes]
    quiet = [scene for scene in scenes if not needs_all(scene)]
    assert len(quiet) > len(scenes) / 2
    for scene in quiet:
        assert first_course().allows(" ".join(part.text for part in scene.parts))


def updates(name, **options):
    trace = run(name, 0, **options)
    trace.exhaust()
    return [step for step in trace if step.name == STEP_NAMES[4]]


def test_the_update_in_words_is_what_happened():
    said = first_course().update
    first = updates("handout")[0]
    sigma2, tau2 = first.state.score
    assert (sigma2 > 0, tau2 > 0) == (True, False)
    text = update_words(first, said)
    assert text == (
        "A larger σ² would raise ℓ_R. A smaller τ² would raise ℓ_R. "
        "The whole step was taken: it stays in the model, and ℓ_R does not fall."
    )
    assert "next to nothing left" in update_words(updates("handout")[-1], said)
    assert " ℓ." in update_words(updates("handout", method="ml")[0], said)
    edge = updates("dyestuff2")
    assert "stops at τ² = 0" in " ".join(update_words(step, said) for step in edge)
    assert "can go no lower" in update_words(edge[-1], said)
    halved = updates("handout", algorithm="ai", start="half")
    shorter = [step for step in halved if 0 < step.state.trials[-1].factor < 1]
    assert shorter
    for step in shorter:
        assert "a shorter one taken" in update_words(step, said)
        assert "σ² would not be positive" in update_words(step, said)
    assert update_words(first, {}) == ""


def test_the_card_has_the_scores_and_no_trials(opened):
    window = opened("handout")
    window.session.go(4)
    card = window.workspace.panes["card"].panel
    assert card.trials.isVisible()
    assert not card.in_words.isVisible()
    window.simple.toggle()
    assert not card.trials.isVisible()
    assert "larger" in card.in_words.text()
    assert len(card.worked.lines) == 2
    QTest.mouseClick(window.controls.methods["ml"], LEFT)
    window.session.go(4)
    assert "ℓ<sub>R" not in card.in_words.text()
