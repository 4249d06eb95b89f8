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
}


@pytest.mark.parametrize("old", BAD)
def test_a_bad_file_gets_a_sentence_with_its_line(tmp_path, old):
    new, line, said = BAD[old]
    with pytest.raises(Refusal) as refused:
        read(tmp_path, GOOD.replace(old, new))
    assert str(refused.value).startswith(f"mine.toml, line {line}: "), refused.value
    assert said in str(refused.value)


def test_a_file_that_is_not_toml_says_where(tmp_path):
    with pytest.raises(Refusal, match=r"mine\.toml is not in TOML: .*line 2"):
        read(tmp_path, 'title = "x"\nx = = 3')


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


def test_a_folder_that_is_not_there_is_said(own_folder, monkeypatch):
    monkeypatch.setenv("STEPREML_EXERCISES", str(own_folder / "no"))
    with pytest.raises(Refusal, match="is not a folder"):
        chapters()
