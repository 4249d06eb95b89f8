"""Exercise files: a bad one gets a sentence with its line."""

import pytest

from solver import Refusal
from solver.practice.content import chapters, exercises, read_chapter
from solver.practice.sheet import chosen
from solver.terminal import main

GOOD = """title = "Mine"

[[exercise]]
id = "mine_Z"
kind = "matrix"
title = "Z"
ask = "Write Z for {n} people."
data = "people"
answer = "Z"
hints = ["One.", "Two.", "Three."]
solution = "As the table says."
misconceptions = ["Z_transposed"]
"""


def read(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_chapter(path)


def test_a_good_file_is_read(tmp_path):
    chapter = read(tmp_path, GOOD)
    assert chapter.title == "Mine"
    assert chapter.exercises[0].id == "mine_Z"
    assert chapter.exercises[0].line == 3


BAD = {
    'kind = "matrix"': ('kind = "matirx"', 5, "is no kind"),
    'id = "mine_Z"': ('id = "mine Z"', 4, "plain letters"),
    'hints = ["One.", "Two.", "Three."]': ('hints = ["One."]', 10, "three hints"),
    'answer = "Z"': ('answer = "Q"', 9, "no matrix 'Q'"),
    "for {n} people": ("for {m} people", 7, "{m} means nothing"),
    'data = "people"': ('data = "cats"', 8, "is no data"),
    'misconceptions = ["Z_transposed"]': ('misconceptions = ["x"]', 12, "not known"),
    'title = "Z"': ('titel = "Z"', 6, "'titel' is not known"),
    'solution = "As the table says."': ("", 3, "'solution' is missing"),
    'ask = "Write Z for {n} people."': ("ask = 3", 7, "a text in quotes"),
    'title = "Mine"': ("", 1, "a title is missing"),
    'kind = "matrix"\n': ('kind = "choose"\n', 3, "nothing to choose"),
    'data = "people"\n': ('data = "none"\n', 8, "computed from data"),
    'answer = "Z"\n': ('answer = "sizes"\n', 9, "name of a matrix"),
    '["One.", "Two.", "Three."]': ('["One.", "", "Three."]', 10, "three hints"),
    '"Two."': ('"{n"', 10, "curly bracket in hints"),
    "{n}": ("{n:d}", 7, "nothing else between"),
    "[[exercise]]": ("[exercise]", 1, "in two brackets"),
    'title = "Mine"\n': ('title = "Mine\n', 1, "not TOML"),
}

ADDED = {
    "seed = -1": "'seed' is not known",
    "tolerance = 5": "tolerance must be a number between 0 and 1",
    "tolerance = true": "tolerance must be a number",
    'right = ["x"]': "give either answer",
    'formula = "(("': "missing at the end",
    'formula = "Q"': "Q has no meaning",
    'follows = { 9 = "a_1" }': "no blank '9'",
    'shows = ["Q"]': "no matrix 'Q'",
    'labels = ["x"]': "7 blanks and 1 labels",
    'parts = ["a", "b"]': "an answer in words",
    'latex = ["a"]': "in plain characters",
    'given = "x"': "is no given",
    "start = 3": "start must be a text",
    "x = [1,": "not TOML",
}


@pytest.mark.parametrize("old", BAD)
def test_a_bad_file_gets_a_sentence_with_its_line(tmp_path, old):
    new, line, said = BAD[old]
    with pytest.raises(Refusal) as refused:
        read(tmp_path, GOOD.replace(old, new))
    assert str(refused.value).startswith(f"mine.toml, line {line}: "), refused.value
    assert said in str(refused.value)


@pytest.mark.parametrize("line", ADDED)
def test_a_line_that_does_not_belong_is_named(tmp_path, line):
    with pytest.raises(Refusal) as refused:
        read(tmp_path, f"{GOOD}{line}\n")
    where, _, said = str(refused.value).partition(": ")
    assert where in ("mine.toml, line 13", "mine.toml, line 3")
    assert ADDED[line] in said


KINDS = {
    'kind = "formula"\nright = ["X"]\nnames = ["X", "Q"]': "Q is no letter here",
    'kind = "formula"\nanswer = "V"': "written in right",
    'kind = "words"\nright = ["x"]': "two to four parts",
    'kind = "words"\nright = ["x", "y"]\nparts = ["a", "b"]': "one model answer",
    'kind = "order"\noptions = ["a", "b"]\nright = ["a"]': "each once",
    'kind = "predict"\noptions = ["a"]\nanswer = "score_sign"': "chosen from 2 options",
    'kind = "choose"\noptions = ["a", "b"]\nanswer = "Z"': "not something to choose",
    'kind = "choose"\noptions = ["a", "b"]\nright = ["c"]': "not among the options",
    'kind = "number"\nright = ["abc"]': "give a number",
    'kind = "number"\nanswer = "Fisher"': "not there at this step",
}


@pytest.mark.parametrize("lines", KINDS)
def test_kind_and_answer_must_fit(tmp_path, lines):
    text = GOOD.replace('\nanswer = "Z"\n', "\n").replace('kind = "matrix"', lines)
    text = text.replace('misconceptions = ["Z_transposed"]\n', "")
    with pytest.raises(Refusal, match=r"^mine\.toml, line \d+: ") as refused:
        read(tmp_path, text)
    assert KINDS[lines] in str(refused.value)


def test_a_file_that_is_not_toml_says_where(tmp_path):
    with pytest.raises(Refusal, match=r"mine\.toml, line 2: this is not TOML"):
        read(tmp_path, 'title = "x"\nx = = 3')


def test_encodings(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(GOOD.replace("people.", "Löwen.").encode("latin-1"))
    with pytest.raises(Refusal, match=r"mine\.toml, line 7: a sign is not in UTF-8"):
        read_chapter(path)
    path.write_bytes(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_chapter(path).exercises[0].line == 3


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STEPREML_EXERCISES", str(tmp_path))
    for cached in (chapters, exercises):
        cached.cache_clear()
    yield tmp_path
    for cached in (chapters, exercises):
        cached.cache_clear()


def test_a_teacher_has_a_folder_of_their_own(own_folder, tmp_path):
    (own_folder / "mine.toml").write_text(GOOD, encoding="utf-8")
    assert [e.id for e in chosen(["mine"])] == ["mine_Z"]
    assert main(["sheet", "mine", "--seed", "7", "--out", str(tmp_path / "x.pdf")]) == 0


def test_ids_are_unlike_each_other_and_what_is_used_comes_before(own_folder):
    (own_folder / "mine.toml").write_text(GOOD.replace("mine_Z", "model_Z"), encoding="utf-8")
    with pytest.raises(Refusal, match=r"mine\.toml, line 3: the id 'model_Z' is taken"):
        chapters()
    uses = GOOD + 'formula = "V"\nuses = { V = "later" }\n'
    (own_folder / "mine.toml").write_text(uses, encoding="utf-8")
    with pytest.raises(Refusal, match="does not come before"):
        chapters()
    uses = GOOD + 'formula = "V"\nuses = { V = "steps_start:9" }\n'
    (own_folder / "mine.toml").write_text(uses, encoding="utf-8")
    with pytest.raises(Refusal, match="steps_start has 5 blanks"):
        chapters()


def test_a_folder_that_is_not_there_is_said(own_folder, monkeypatch):
    monkeypatch.setenv("STEPREML_EXERCISES", str(own_folder / "no"))
    with pytest.raises(Refusal, match="is not a folder"):
        chapters()
