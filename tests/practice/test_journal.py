"""Hand-in files: what they prove, what they do not, and the table of marks made of them."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from solver import Refusal
from solver.practice import files
from solver.practice.cases import case
from solver.practice.content import exercises
from solver.practice.journal import Journal, entry, marks
from solver.practice.marksheet import as_csv, as_text, mark_files
from solver.practice.targets import target
from solver.terminal import main

NOW = datetime(2026, 3, 1, 12, 0, 0)


def done(id_, answer=None, seed=7, hints=0, event="checked"):
    goal = target(exercises()[id_], case(exercises()[id_].data, seed))
    return entry(
        id_, seed, event, answer or goal.model, hints=hints, solution=False, seconds=30, at=NOW
    )


@pytest.fixture
def journal():
    made = Journal("Ada")
    for each in (done("model_sizes", hints=1), done("model_Z"), done("model_flexible")):
        made = made.with_entry(each)
    return made


@pytest.fixture
def path(journal, tmp_path):
    files.write(journal, tmp_path / "ada.json")
    return tmp_path / "ada.json"


def test_a_journal_comes_back_as_it_was(journal, path):
    again = files.read(path)
    assert (again.name, again.entries) == (journal.name, journal.entries)
    assert not again.fault


def test_a_name_seals_it_anew(journal):
    named = journal.named("Grace")
    assert named.name == "Grace"
    assert not named.fault
    assert replace(journal, name="Grace").fault


def tampered(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _answer(content):
    content["entries"][1]["answer"][0][0] = "9"


CHANGES = {
    "an answer": _answer,
    "hints": lambda c: c["entries"][0].update(hints=0),
    "the name": lambda c: c.update(name="Eve"),
    "one taken out": lambda c: c["entries"].pop(0),
    "the last one taken out": lambda c: c["entries"].pop(),
    "one twice": lambda c: c["entries"].insert(1, c["entries"][0]),
    "the order": lambda c: c["entries"].reverse(),
    "a time": lambda c: c["entries"][2].update(seconds=3),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_found(path, change):
    assert not files.read(path).fault
    (row,) = mark_files([tampered(path, CHANGES[change])])
    assert "was changed" in row.note


SPOILT = {
    "no json": "{",
    "a list": "[]",
    "another format": '{"format": "x"}',
    "no entries": '{"format": "stepreml practice 2", "name": "x"}',
    "an odd entry": '{"format": "stepreml practice 2", "name": "x", "entries": [1], "seal": ""}',
}


@pytest.mark.parametrize("text", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_gets_a_sentence(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=r"^x\.json ") as refused:
        files.read(path)
    assert str(refused.value).endswith(".")


def test_an_unknown_exercise_is_named(path):
    changed = tampered(path, lambda c: c["entries"][0].update(exercise="nothing"))
    with pytest.raises(Refusal, match="not known here: nothing"):
        files.read(changed)


def test_marks_are_those_of_the_last_answer():
    made = Journal().with_entry(done("model_sizes", (("1",),) * 5))
    assert marks(made)["model_sizes", 7].points == 0
    made = made.with_entry(done("model_sizes"))
    made = made.with_entry(done("model_sizes", (("",),) * 5, event="hint"))
    assert marks(made)["model_sizes", 7].full


def test_marks_follow_own_answers_of_the_same_seed():
    start = target(exercises()["steps_start"], case("people", 7))
    V = target(exercises()["steps_V"], case("people", 7))
    answer = tuple(
        tuple({"0": "0", V.model[0][0]: "7", V.model[0][1]: "5"}[text] for text in row)
        for row in V.model
    )
    own = (*start.model[:3], ("2",), ("5",))
    followed = Journal().with_entry(done("steps_start", own)).with_entry(done("steps_V", answer))
    assert marks(followed)["steps_V", 7].full
    other = Journal().with_entry(done("steps_start", own, 8)).with_entry(done("steps_V", answer))
    assert not marks(other)["steps_V", 7].full


def test_the_table_has_a_line_for_each_file(path, tmp_path, capsys):
    spoilt = tmp_path / "spoilt.json"
    spoilt.write_text("?", encoding="utf-8")
    rows = mark_files([path, spoilt])
    assert (rows[0].name, rows[0].points, rows[0].of) == ("Ada", 26, 26)
    assert (rows[0].done, rows[0].words, rows[0].hints, rows[0].minutes) == (3, 1, 1, 1.5)
    text = as_text(rows).splitlines()
    assert len(text) == 3
    assert "Ada" in text[1]
    assert "not a hand-in file" in text[2]
    assert as_csv(rows).splitlines()[1].startswith("Ada,ada.json,26,26")
    assert main(["mark", str(path)]) == 0
    assert main(["mark", str(path), str(spoilt), "--csv"]) == 1
    printed = capsys.readouterr()
    assert "spoilt.json is not a hand-in file" in printed.err


def test_a_name_cannot_write_on_the_terminal(tmp_path):
    files.write(Journal("\x1b[2J" + "x" * 200), tmp_path / "x.json")
    text = as_text(mark_files([tmp_path / "x.json"]))
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 200


@pytest.mark.parametrize(
    "change", [{"seconds": float("inf")}, {"seed": -1}, {"answer": [["x"] * 99]}, {"hints": "1"}]
)
def test_an_entry_that_cannot_be_is_refused(path, change):
    changed = tampered(path, lambda c: c["entries"][0].update(change))
    with pytest.raises(Refusal, match="entry 1 is not a whole entry"):
        files.read(changed)


def test_a_name_is_no_formula_in_a_spreadsheet(tmp_path):
    files.write(Journal("=1+1"), tmp_path / "x.json")
    assert "'=1+1" in as_csv(mark_files([tmp_path / "x.json"]))


def test_the_file_can_be_read_without_the_program(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    assert "do not prove who" in content["about"]
    assert content["entries"][0]["exercise"] == "model_sizes"
    assert "points" not in path.read_text(encoding="utf-8")
