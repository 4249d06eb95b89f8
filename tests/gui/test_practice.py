"""Practice by keyboard and mouse: answers, marks, hints, solutions, progress and handing in."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QToolTip,
)

from mlm_gui.practice.exercise_page import VIEWS
from mlm_gui.practice.practice_window import PracticeWindow
from mlm_gui.theme import THEMES, load_theme
from solver.practice import files
from solver.practice.content import exercises
from solver.practice.marking import Verdict
from solver.practice.marksheet import mark_files


@pytest.fixture
def practice(qtbot, tmp_path):
    made = []

    def open_practice(id_="ols_y", seed=0, theme="light", size=(1000, 720)):
        window = PracticeWindow(None, tmp_path / "practice.json")
        window.apply_theme(load_theme(theme))
        qtbot.addWidget(window)
        made.append(window)
        window.resize(*size)
        window.show()
        qtbot.waitUntil(window.isVisible)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.seed.setValue(seed)
        window.contents.choose(id_)
        return window

    return open_practice


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def keys(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


def key(code: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), code, modifiers)


def test_a_matrix_is_filled_by_the_keyboard_alone(practice, qtbot):
    window = practice("model_beta")
    window.page.view.begin()
    keys("2")
    key(Qt.Key.Key_Tab)
    keys("1")
    key(Qt.Key.Key_Tab)
    keys("beta_0")
    key(Qt.Key.Key_Down)
    keys("beta1")
    assert window.page.reading.plain.replace(" ", "") == "row2,column1:understoodasβ_1"
    key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.page.answer() == (("beta_0",), ("beta1",))
    qtbot.waitUntil(lambda: window.page.score.text() == "2 of 2 right")
    assert window.page.reading.plain == ""
    assert "All right" in window.page.said.text()
    assert window.contents.items["model_beta"].text(1) == "✓"


def test_arrows_lead_through_the_cells_past_those_given(practice):
    window = practice("model_V_numbers")
    cells = window.page.view.cells
    assert not window.page.view.rows.isEnabled()
    cells[1][1].setFocus()
    key(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is cells[1][1]
    key(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is cells[0][1]
    key(Qt.Key.Key_Left)
    assert QApplication.focusWidget() is cells[0][0]


def test_a_change_of_size_keeps_what_was_typed(practice):
    view = practice("model_Z").page.view
    view.rows.setValue(2)
    view.columns.setValue(2)
    view.cells[1][0].setText("7")
    view.rows.setValue(3)
    view.columns.setValue(0)
    view.columns.setValue(1)
    assert view.answer() == (("",), ("7",), ("",))


def test_each_cell_says_how_it_was_marked_until_it_is_changed(practice):
    window = practice("model_sizes")
    blanks = window.page.view.blanks
    for blank, text in zip(blanks, ("3", "9", "", "x", "7"), strict=True):
        blank.setText(text)
    click(window.page.check)
    assert [blank.verdict for blank in blanks] == [
        Verdict.RIGHT, Verdict.WRONG, Verdict.EMPTY, Verdict.UNREADABLE, Verdict.RIGHT,
    ]  # fmt: skip
    assert blanks[1].accessibleName().endswith("not right")
    assert window.page.score.text() == "2 of 5 right"
    assert "x has no meaning here" in window.page.said.text()
    assert window.contents.items["model_sizes"].text(1) == "2/5"
    blanks[1].setFocus()
    keys("9")
    assert blanks[1].verdict is None
    assert window.page.score.text() == ""


def test_what_cannot_be_read_is_said_while_typing(practice):
    window = practice("steps_score_formula")
    window.page.view.begin()
    keys("XV(")
    assert window.page.reading.plain == ""
    assert window.page.trouble.text()
    window.page.view.blanks[0].selectAll()
    keys("X'V^-1(y - X beta)")
    assert "XᵀV⁻¹(y−Xβ)" in window.page.reading.plain.replace(" ", "").replace("\u2009", "")
    assert window.page.trouble.text() == ""


def test_a_misconception_gets_its_sentence(practice):
    window = practice("steps_score_formula")
    window.page.view.begin()
    keys("X'(y - X beta)")
    click(window.page.check)
    assert "V⁻¹ is missing" in window.page.said.text()


def test_three_hints_then_the_solution(practice):
    window = practice("steps_start", 7)
    for k in range(1, 4):
        assert window.page.hint.isEnabled()
        click(window.page.hint)
        assert f"Hint {k}" in window.page.hints.text()
    assert not window.page.hint.isEnabled()
    assert not window.page.solved_text.isVisible()
    click(window.page.solution)
    for (answer,) in window.goal.model:
        assert answer in window.page.solved_text.text()
    assert [e.event for e in window.progress.journal.entries] == ["hint"] * 3 + ["solution"]


def test_after_solution_and_last_hint_one_goes_on_with_the_answer_or_the_next(practice):
    window = practice("steps_start", 7)
    first, *others = window.page.view.blanks
    for _ in range(3):
        window.page.hint.setFocus()
        key(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is first
    first.setText("1")
    window.page.solution.setFocus()
    key(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is others[0]
    window.contents.choose("steps_new")
    window.page.view.fill(window.goal.model)
    window.page.solution.setFocus()
    key(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is window.next


def test_the_seed_is_taken_on_enter_and_by_its_arrows(practice):
    window = practice("ols_X", 7)
    window.seed.setFocus()
    window.seed.selectAll()
    keys("12")
    assert window.goal.case.seed == 7
    window.page.view.begin()
    assert (window.seed.text(), window.goal.case.seed) == ("7", 7)
    window.seed.setFocus()
    window.seed.selectAll()
    keys("12")
    key(Qt.Key.Key_Return)
    assert window.goal.case.seed == 12
    key(Qt.Key.Key_Up)
    assert window.goal.case.seed == 13


def test_a_choice_and_an_order_and_words(practice):
    window = practice("model_effects")
    for choice, text in zip(window.page.view.choices, ("random", "random", "fixed"), strict=True):
        choice.setFocus()
        QTest.keyClicks(choice, text[0])
    click(window.page.check)
    assert window.page.score.text() == "3 of 3 right"
    window.contents.choose("steps_order")
    view = window.page.view
    for place, wanted in enumerate(window.goal.options):
        row = [r[0] for r in view.answer()].index(wanted)
        view.lines.setCurrentRow(row)
        for _ in range(row - place):
            click(view.up)
    click(window.page.check)
    assert window.page.score.text() == "6 of 6 right"
    window.contents.choose("model_flexible")
    window.page.view.begin()
    keys("each its own")
    click(window.page.check)
    assert window.goal.model[0][0].partition(",")[0] in window.page.solved_text.text()
    assert window.contents.items["model_flexible"].text(1) == "✎"


def test_words_are_marked_by_the_student_and_counted_apart(practice, tmp_path):
    window = practice("model_flexible")
    click(window.page.check)
    assert "Nothing" in window.page.said.text()
    assert window.page.self_mark is None
    assert not window.page.solved_text.isVisible()
    window.page.view.begin()
    keys("each its own")
    key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rows = window.page.self_mark.choices
    assert len(rows) == len(window.goal.exercise.parts)
    assert rows[0]["said"].hasFocus()
    assert window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    for moves in range(3):
        key(Qt.Key.Key_Space)
        for _ in range(moves):
            key(Qt.Key.Key_Right)
        key(Qt.Key.Key_Tab)
    assert window.total.text() == "own mark 1.5 of 4"
    assert window.contents.items["model_flexible"].text(1) == "✎ 1.5/4"
    assert window.progress.journal.entries[-1].own == ("said", "partly", "not yet", "")
    (row,) = mark_files([tmp_path / "practice.json"])
    assert (row.points, row.of, row.own, row.own_of) == (0, 0, 1.5, 4)
    window.contents.choose("model_sizes")
    assert window.page.self_mark is None
    click(window.page.check)
    assert window.progress.journal.entries[-1].own == ()
    again = practice("model_flexible")
    assert again.page.self_mark.own == ("said", "partly", "not yet", "")


def test_a_prediction_stands_and_then_the_truth_is_shown(practice):
    window = practice("predict_next", 3)
    assert not window.page.solved_text.isVisible()
    click(window.page.check)
    assert "Fill in each blank" in window.page.said.text()
    assert not window.progress.journal.entries
    window.page.view.begin()
    keys("1000")
    key(Qt.Key.Key_Return)
    truth = float(window.goal.model[0][0])
    assert "you said 1000" in window.page.said.text()
    assert f"+{100 * (1000 / truth - 1):.2g}"[:2] in window.page.said.text()
    assert "→" in window.page.solved_text.text()
    assert window.page.nearness.isVisible()
    assert (window.page.nearness.said, window.page.nearness.truth) == (1000, truth)
    assert not window.page.check.isEnabled()
    assert not window.page.view.isEnabled()
    click(window.next)
    window.contents.choose("predict_next")
    assert window.page.answer() == (("1000",),)
    assert not window.page.view.isEnabled()
    assert window.contents.items["predict_next"].text(1) == "0/1"


def test_a_question_gives_no_earlier_answer_away(practice):
    window = practice("steps_Vinv", 7)
    goal = window.goal
    secrets = [goal.case.facts(goal.exercise)[name] for name in ("sigma2", "tau2")]
    assert not any(text in window.page.ask.text() for text in secrets)
    assert "Step 1" in window.page.left_out.text()
    window.contents.choose("steps_start")
    window.page.view.fill(window.goal.model)
    click(window.page.check)
    window.contents.choose("steps_Vinv")
    assert all(text in window.page.ask.text() for text in secrets)
    assert not window.page.unhide.isVisible()


def test_a_number_that_was_worked_out_is_shown_whatever_was_not_foretold(practice):
    window = practice("steps_new", 7)
    window.page.view.fill(window.goal.model)
    click(window.page.check)
    window.contents.choose("steps_rules")
    assert "▢" not in window.page.ask.text()


def test_numbers_left_out_can_be_asked_for_and_this_is_kept(practice):
    window = practice("steps_rules", 7)
    assert "▢" in window.page.ask.text()
    assert "the new variances" in window.page.left_out.text()
    assert "Where does" not in window.page.left_out.text()
    click(window.page.unhide)
    assert "▢" not in window.page.ask.text()
    seen = {e.exercise for e in window.progress.journal.entries if e.solution}
    assert seen == {"steps_moves", "steps_new"}


def test_two_windows_lose_nothing(practice, tmp_path):
    one, two = practice("model_icc"), practice("model_sizes")
    for window, text in ((one, "2/3"), (two, "3"), (one, "0.5"), (two, "2")):
        window.page.view.blanks[0].setText(text)
        click(window.page.check)
    kept = files.read(tmp_path / "practice.json")
    assert [e.exercise for e in kept.entries] == ["model_icc", "model_sizes"] * 2
    assert not kept.fault
    assert two.progress.answers(0)["model_icc"] == (("0.5",),)


def test_practice_needs_no_mouse(practice, qtbot):
    window = practice("model_beta")
    window.page.view.begin()
    keys("2")
    key(Qt.Key.Key_Return)
    keys("1")
    key(Qt.Key.Key_Return)
    keys("beta_0")
    key(Qt.Key.Key_Down)
    keys("beta_1")
    key(Qt.Key.Key_Return)
    assert window.page.score.text() == "2 of 2 right"
    key(Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: "Hint 1" in window.page.hints.text())
    key(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.goal.exercise.id == "model_Z")
    key(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.goal.exercise.id == "model_beta")
    window.contents.choose("steps_order")
    view = window.page.view
    view.begin()
    for place, wanted in enumerate(window.goal.options):
        row = [r[0] for r in view.answer()].index(wanted)
        key(Qt.Key.Key_Home)
        for _ in range(row):
            key(Qt.Key.Key_Down)
        for k in range(row - place):
            key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
            there = row - k - 1
            qtbot.waitUntil(lambda wanted=wanted, there=there: view.answer()[there] == (wanted,))
    key(Qt.Key.Key_Return)
    assert window.page.score.text() == "6 of 6 right"
    window.contents.choose("model_effects")
    window.page.view.begin()
    for letter in "rrf":
        keys(letter)
        key(Qt.Key.Key_Tab)
    window.page.view.choices[0].setFocus()
    key(Qt.Key.Key_Return)
    assert window.page.score.text() == "3 of 3 right"
    window.page.hint.setFocus()
    key(Qt.Key.Key_Return)
    assert "Hint 1" in window.page.hints.text()


def test_an_own_answer_is_followed(practice):
    window = practice("steps_start", 7)
    for blank, text in zip(window.page.view.blanks, ("1", "2", "3", "2", "5"), strict=True):
        blank.setText(text)
    click(window.page.check)
    window.contents.choose("steps_V")
    model = window.goal.model
    names = {model[0][0]: "7", model[0][1]: "5", "0": ""}
    window.page.view.fill(tuple(tuple(names[text] for text in row) for row in model))
    click(window.page.check)
    assert "your own earlier answer" in window.page.said.text()
    assert window.page.view.cells[0][0].verdict is Verdict.FOLLOWS


def test_new_data_and_back_keep_what_was_typed(practice):
    window = practice("model_sizes")
    window.page.view.blanks[0].setText("3")
    click(window.new_data)
    assert window.seed.value() > 0
    assert window.page.view.answer()[0] == ("",)
    assert window.goal.case.seed == window.seed.value()
    window.seed.setValue(0)
    assert window.page.view.answer()[0] == ("3",)
    click(window.next)
    assert window.goal.exercise.id == "model_names"
    window.contents.choose("model_sizes")
    assert window.page.view.answer()[0] == ("3",)


def test_progress_is_there_another_day(practice):
    window = practice("model_icc")
    window.page.view.begin()
    keys("2/3")
    click(window.page.check)
    click(window.page.hint)
    window.close()
    again = practice("model_icc")
    assert again.page.view.answer() == (("2/3",),)
    assert again.page.hints_shown == 1
    assert again.contents.items["model_icc"].text(1) == "✓"
    assert again.total.text() == "1 of 1 points"


def test_a_spoilt_progress_file_is_set_aside(practice, tmp_path):
    (tmp_path / "practice.json").write_text("{", encoding="utf-8")
    window = PracticeWindow(None, tmp_path / "practice.json")
    window.show()
    box = window.findChild(QMessageBox, "refusal")
    assert "is not a hand-in file" in box.text()
    (aside,) = tmp_path.glob("practice.2*.json")
    assert aside.name in box.text()
    assert aside.read_text(encoding="utf-8") == "{"
    box.close()
    window.close()
    window.deleteLater()


def test_handing_in(practice, tmp_path, monkeypatch):
    window = practice("model_icc")
    window.page.view.begin()
    keys("0.667")
    click(window.page.check)
    path = tmp_path / "ada.html"
    monkeypatch.setattr(QInputDialog, "getText", lambda *a: (" Ada L ", True))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(path), ""))
    click(window.hand_in)
    (row,) = mark_files([path])
    assert (row.name, row.points, row.of, row.note) == ("Ada L", 1, 1, "")
    page = path.read_text(encoding="utf-8")
    assert "<h1>Practice of Ada L</h1>" in page
    assert "<td>0.667</td>" in page
    box = window.findChild(QMessageBox, "handed_in")
    assert str(path) in box.text()
    assert "1 answers" not in box.text()
    box.close()


def test_a_file_that_cannot_be_written_is_said(practice, monkeypatch):
    window = practice("model_icc")
    monkeypatch.setattr(QInputDialog, "getText", lambda *a: ("Ada", True))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: ("/proc/x/ada.json", ""))
    click(window.hand_in)
    box = window.findChild(QMessageBox, "refusal")
    assert "cannot be written" in box.text()
    box.close()


@pytest.mark.parametrize("kind", VIEWS)
def test_every_kind_has_a_view_and_names(practice, kind):
    id_ = next(e.id for e in exercises().values() if e.kind == kind)
    window = practice(id_)
    window.page.view.fill(window.goal.model)
    click(window.page.check)
    assert window.page.score.text()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert button.text() or button.accessibleName()


@pytest.mark.parametrize("theme", THEMES)
def test_themes_and_sizes(practice, theme):
    window = practice("steps_start", 7, theme)
    window.apply_theme(load_theme(theme, 2.0))
    window.resize(921, 690)
    for id_ in ("steps_start", "model_V_numbers", "model_effects", "steps_order", "model_flexible"):
        window.contents.choose(id_)
        window.page.view.fill(window.goal.model)
        click(window.page.check)
        QApplication.processEvents()
        assert window.page.horizontalScrollBar().maximum() == 0, id_


def test_it_opens_beside_the_window_and_follows_its_theme(opened, qtbot):
    window = opened("handout")
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    practice = window.findChild(PracticeWindow)
    qtbot.waitUntil(practice.isActiveWindow)
    before = practice.page.title.font().pointSizeF()
    window.look.set_zoom(1.5)
    assert practice.page.title.font().pointSizeF() > before
    practice.page.hint.click()
    key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not practice.isVisible())
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert window.findChildren(PracticeWindow) == [practice]
    assert practice.page.hints_shown == 1
    practice.close()


WRITER = """
import sys
from pathlib import Path
from mlm_gui.practice.progress import Progress

progress = Progress(Path(sys.argv[1]))
progress.turn_to(sys.argv[2], 7)
for k in range(15):
    progress.record("checked", ((str(k),),), hints=0, solution=False)
"""


def test_two_programs_lose_nothing(tmp_path):
    path = tmp_path / "practice.json"
    ids = ("model_icc", "model_sizes")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), id_]) for id_ in ids]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    kept = files.read(path)
    assert not kept.fault
    for id_ in ids:
        typed = [e.answer[0][0] for e in kept.entries if e.exercise == id_]
        assert typed == [str(k) for k in range(15)]


def test_a_number_of_practice_is_not_explained_and_an_answer_may_hold_the_letter(practice, qtbot):
    window = practice("model_beta")
    window.contents.setFocus()
    QTest.keyClick(window.contents, Qt.Key.Key_E)
    qtbot.waitUntil(QToolTip.isVisible)
    assert "give answers away" in QToolTip.text()
    QToolTip.hideText()
    window.contents.choose("ols_estimate")
    window.page.view.begin()
    keys("e")
    assert QApplication.focusWidget().text() == "e"
