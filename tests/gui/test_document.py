"""Sessions, traces and notes in the window, by the menu and by real keys."""

from __future__ import annotations

import pytest
from plots import given, many
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QPlainTextEdit, QWidget

from solver import Options, Refusal, load_example
from solver.saving.session_file import Notes, read_session
from solver.saving.trace_file import read_trace

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def chosen(monkeypatch):
    """Have the file dialogs choose a file, which is what they get when called."""
    files: list = []
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *a: (str(files[-1]) if files else "", ""))
    return files


def saved(window, qtbot, action="save"):
    """Trigger an action and wait until its file is written."""
    said = len(window.findChildren(QMessageBox))
    window.say("")
    window.actions_by_name[action].trigger()
    qtbot.waitUntil(
        lambda: (
            window.workspace.timeline.notice.startswith("Saved")
            or len(window.findChildren(QMessageBox)) > said
        )
    )


def test_a_session_is_saved_and_opened_as_it_was(opened, qtbot, chosen, tmp_path):
    data = tmp_path / "people.csv"
    load_example("salaries").frame().to_csv(data, index=False)
    window = opened(str(data), load_example("salaries").formula)
    window.session.change("", method="ml", start=(3.0, 1.0))
    window.session.go(8)
    window.workspace.deck.choose("surface")
    window.workspace.set_hidden("iterations", hidden=True)
    window.desk.document.note(Notes("On the whole", ((8, "Look here"),)))
    assert window.isWindowModified()
    assert window.windowTitle().startswith("people.csv[*] — ")
    chosen.append(tmp_path / "lecture")
    saved(window, qtbot)
    path = tmp_path / "lecture.stepreml"
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("lecture[*] — ")
    data.unlink()

    other = opened(str(path))
    assert other.session.analysis.choices == window.session.analysis.choices
    assert other.session.position == 8
    assert other.desk.document.notes == Notes("On the whole", ((8, "Look here"),))
    assert other.workspace.deck.choice == "surface"
    assert "iterations" in other.workspace.hidden
    assert not other.isWindowModified()
    state, expected = other.session.current.state, window.session.current.state
    assert state.beta.tobytes() == expected.beta.tobytes()
    assert state.loglik == expected.loglik


def test_save_goes_into_the_same_file_and_save_as_into_another(opened, qtbot, chosen, tmp_path):
    window = opened("handout")
    chosen.append(tmp_path / "one.stepreml")
    saved(window, qtbot)
    window.session.change("", method="ml")
    assert window.isWindowModified()
    chosen.append(tmp_path / "two.stepreml")
    saved(window, qtbot)
    assert not (tmp_path / "two.stepreml").exists()
    assert read_session(tmp_path / "one.stepreml")[0].choices.options.method == "ml"
    saved(window, qtbot, "save_as")
    assert read_session(tmp_path / "two.stepreml")[0].choices.options.method == "ml"
    assert window.windowTitle().startswith("two")
    window.actions_by_name["undo"].trigger()
    assert window.isWindowModified()


def test_other_data_are_not_saved_over_the_file_of_the_first(opened, qtbot, chosen, tmp_path):
    from solver import Choices, analyse
    from solver.data.simulation import Simulation

    window = opened("handout")
    mine, document = tmp_path / "mine.stepreml", window.desk.document
    chosen.append(mine)
    saved(window, qtbot)
    before = mine.read_bytes()
    window.open(analyse(Choices(Simulation(groups=4, seed=7), "y ~ x + (1 | group)")))
    assert document.file == ""
    assert "mine" not in window.windowTitle()
    assert not window.isWindowModified()
    chosen.append("")
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert document.file == ""
    window.controls.data_chosen.emit("rail")
    assert window.windowTitle().startswith("rail[*]")
    chosen.append(tmp_path / "other.stepreml")
    saved(window, qtbot)
    assert read_session(tmp_path / "other.stepreml")[0].choices.source.title == "rail"
    assert mine.read_bytes() == before
    for expected in ("", str(mine)):
        window.actions_by_name["undo"].trigger()
        assert document.file == expected
    assert not window.isWindowModified()
    window.session.change("", method="ml")
    assert document.file == str(mine)
    for _ in range(3):
        window.actions_by_name["undo"].trigger()
        window.actions_by_name["redo"].trigger()
    assert document.file == str(mine)


def test_what_is_written_late_belongs_to_the_data_it_was_asked_for(opened, qtbot, chosen, tmp_path):
    window = opened("handout")
    chosen.append(tmp_path / "mine.stepreml")
    window.actions_by_name["save"].trigger()
    window.open_data("rail")
    qtbot.waitUntil(lambda: window.workspace.timeline.notice.startswith("Saved"))
    assert window.desk.document.file == ""
    window.actions_by_name["undo"].trigger()
    assert window.desk.document.file == str(tmp_path / "mine.stepreml")


def test_a_session_is_opened_by_the_same_action_as_data(opened, qtbot, chosen, tmp_path):
    window = opened("rail")
    window.session.go(4)
    chosen.append(tmp_path / "one.stepreml")
    saved(window, qtbot)
    window.open_data("handout")
    window.actions_by_name["open"].trigger()
    assert window.session.position == 4
    assert window.session.problem.group == "Rail"
    window.actions_by_name["undo"].trigger()
    assert window.session.problem.n == 7


def test_what_was_saved_is_told_and_found_again(opened, qtbot, monkeypatch, tmp_path):
    offered: list[str] = []

    def answer(parent, title, name, kinds):
        offered.append(name)
        return str(tmp_path / "here" / "one"), ""

    (tmp_path / "here").mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    window = opened("rail")
    saved(window, qtbot)
    told = f"Saved as one.stepreml in {tmp_path / 'here'}."
    assert window.workspace.timeline.notice == told
    saved(window, qtbot, "save_trace")
    window.actions_by_name["save_picture"].trigger()
    assert offered[1] == str(tmp_path / "here" / "one.trace.jsonl")
    assert offered[2] == str(tmp_path / "here" / "stepreml.png")
    recent = window.findChild(QMenu, "recent")
    recent.aboutToShow.emit()
    listed = [action.text() for action in recent.actions()]
    assert listed == ["one.trace.jsonl", "one.stepreml"]
    window.session.go(3)
    window.open_data("handout")
    recent.actions()[1].trigger()
    assert window.session.problem.group == "Rail"


def test_what_cannot_be_saved_or_opened_is_said_and_the_run_stays(opened, qtbot, chosen, tmp_path):
    window = opened("handout")
    window.session.go(4)
    chosen.append(tmp_path / "no" / "x.stepreml")
    saved(window, qtbot)
    assert "cannot be written" in window.findChild(QMessageBox).text()
    assert window.desk.document.file == ""
    window.findChild(QMessageBox).close()
    broken = tmp_path / "broken.stepreml"
    broken.write_bytes(b"PK\x03\x04 not really")
    chosen.append(broken)
    window.actions_by_name["open"].trigger()
    assert "broken.stepreml" in window.findChild(QMessageBox, "refusal").text()
    assert window.session.position == 4


def test_a_session_whose_run_cannot_begin_leaves_the_present_one(
    opened, qtbot, chosen, monkeypatch, tmp_path
):
    window = opened("handout")
    chosen.append(tmp_path / "other.stepreml")
    saved(window, qtbot, "save_as")
    window.open_data("rail")
    window.desk.document.note(Notes("Mine"))

    def refuse(*arguments, **more):
        raise Refusal("No such run.")

    monkeypatch.setattr(window.session, "open", refuse)
    window.open_data(str(chosen[-1]))
    assert "No such run" in window.findChild(QMessageBox, "refusal").text()
    assert window.desk.document.file == ""
    assert window.desk.document.notes == Notes("Mine")


def test_a_trace_is_saved_whole_and_replays_in_the_window(opened, qtbot, chosen, tmp_path):
    window = opened("dyestuff")
    window.session.go(2)
    chosen.append(tmp_path / "run")
    saved(window, qtbot, "save_trace")
    path = tmp_path / "run.trace.jsonl"
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    assert len(read_trace(path).trace) == len(window.session.trace)
    other = opened(str(path))
    assert other.session.trace.complete
    assert other.session.position == 0
    other.session.last()
    qtbot.waitUntil(lambda: other.session.at_end)
    assert other.session.current.state.loglik == window.session.current.state.loglik
    other.session.change("", method="ml")
    assert not other.session.trace.complete


def test_a_trace_that_was_cut_off_opens_and_says_so(opened, qtbot, chosen, tmp_path):
    window = opened("handout")
    chosen.append(tmp_path / "run.trace.jsonl")
    saved(window, qtbot, "save_trace")
    chosen[-1].write_bytes(chosen[-1].read_bytes()[:30_000])
    window.workspace.deck.choose("all")
    window.actions_by_name["open"].trigger()
    assert "was cut off" in window.workspace.timeline.notice
    session = window.session
    session.last()
    qtbot.waitUntil(lambda: session.at_end)
    assert session.current.state.outcome is None
    assert not window.actions_by_name["step"].isEnabled()


def test_the_session_of_a_replayed_run_is_saved_without_its_table(opened, qtbot, chosen, tmp_path):
    from solver import steps
    from solver.saving.trace_file import write_trace

    analysis = given(many(5, 40), Options())
    write_trace(tmp_path / "x.trace.jsonl", analysis, steps(analysis.problem))
    window = opened(str(tmp_path / "x.trace.jsonl"))
    chosen.append(tmp_path / "x.stepreml")
    saved(window, qtbot)
    other = opened(str(tmp_path / "x.stepreml"))
    assert other.session.problem.y.tobytes() == analysis.problem.y.tobytes()


def test_notes_follow_the_cursor_and_are_kept(opened):
    window = opened("handout")
    window.session.go(3)
    window.actions_by_name["notes"].trigger()
    dialog = window.findChild(QWidget, "notes")
    general = dialog.findChild(QPlainTextEdit, "general_note")
    on_step = dialog.findChild(QPlainTextEdit, "step_note")
    listed = dialog.findChild(QWidget, "bookmarks")
    QTest.keyClicks(general, "For Monday")
    QTest.keyClicks(on_step, "why?")
    assert window.desk.document.notes == Notes("For Monday", ((3, "why?"),))
    assert window.isWindowModified()
    assert "Predict u”, iteration 1 · step 4 of 6" in on_step.accessibleName()
    window.session.go(4)
    assert on_step.toPlainText() == ""
    assert general.toPlainText() == "For Monday"
    QTest.keyClicks(on_step, "and here")
    texts = [listed.topLevelItem(k).text(1) for k in (0, 1)]
    assert texts == ["4 · Predict u", "5 · Update σ² and τ²"]
    on_step.clear()
    assert window.desk.document.notes.steps == ((3, "why?"),)
    listed.setCurrentItem(listed.topLevelItem(0))
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert window.session.position == 3
    assert on_step.toPlainText() == "why?"
    on_step.clear()
    assert window.desk.document.notes.steps == ((3, ""),)
    window.look.set_theme("dark")
    window.look.set_zoom(1.5)
    assert dialog.font().pointSizeF() > 10


def test_the_keys_of_the_window_are_letters_in_a_note(opened):
    window = opened("handout")
    window.session.go(3)
    window.actions_by_name["notes"].trigger()
    QTest.keyClicks(window.findChild(QPlainTextEdit, "general_note"), "rsn ")
    assert window.session.position == 3
    assert window.desk.document.notes.general == "rsn "


def test_a_session_on_simulated_data_comes_back(opened, qtbot, chosen, tmp_path):
    from solver import Choices, analyse
    from solver.data.simulation import Simulation

    window = opened("handout")
    window.open(analyse(Choices(Simulation(groups=4, seed=7), "y ~ x + (1 | group)")))
    window.session.go(3)
    chosen.append(tmp_path / "drawn.stepreml")
    saved(window, qtbot)
    other = opened(str(tmp_path / "drawn.stepreml"))
    assert other.session.analysis.choices == window.session.analysis.choices
    assert other.session.problem.y.tobytes() == window.session.problem.y.tobytes()
