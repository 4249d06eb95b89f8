"""Practice sheets: the same seed makes the sheet and its key."""

import pytest

from solver import Refusal
from solver.practice.cases import case
from solver.practice.content import exercises
from solver.practice.sheet import as_source, chosen
from solver.practice.targets import target
from solver.practice.typst_math import typst_math
from solver.terminal import main


def test_the_same_seed_makes_the_same_sheet_and_another_one_another():
    every = chosen()
    assert as_source(every, 7, key=False) == as_source(every, 7, key=False)
    assert as_source(every, 7, key=False) != as_source(every, 8, key=False)


def test_the_key_has_the_answers_and_the_sheet_has_not():
    (exercise,) = chosen(["steps_start"])
    goal = target(exercise, case("people", 7))
    sheet, key = (as_source([exercise], 7, key=key) for key in (False, True))
    for (answer,) in goal.model:
        assert f"$display({answer})$" in key
        assert answer not in sheet


def test_chapters_and_exercises_can_be_chosen():
    assert {e.chapter for e in chosen(["ols"])} == {"1_ols"}
    assert [e.id for e in chosen(["model_Z", "model_Z"])] == ["model_Z"]
    assert not [e for e in chosen() if e.kind == "predict"]
    with pytest.raises(Refusal, match="no chapter or exercise 'x'"):
        chosen(["x"])


def test_a_sheet_gives_no_answer_away_unless_it_does_not_ask_for_it():
    exercise = exercises()["steps_Vinv"]
    facts = case("people", 7).facts(exercise)
    alone, chapter = (as_source(chosen([name]), 7, key=False) for name in ("steps_Vinv", "steps"))
    assert facts["tau2"] in alone
    assert facts["tau2"] not in chapter


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("τ²₀ = (MSB − MSW)/n₀", 'τ ^(2) _(0) = ( op("MSB") − op("MSW") ) / n _(0)'),
        ("(XᵀV⁻¹X)⁻¹", "( X ^(upright(T)) V ^(− 1) X ) ^(− 1)"),
        ("û_j = λ_j r̄_j", "hat(u) _(j) = λ _(j) macron(r) _(j)"),
        ("∂ℓ/∂β₀", "frac(∂ ℓ, ∂ β _(0))"),
        ("−½ yᵀPy", "− frac(1, 2) y ^(upright(T)) P y"),
    ],
)
def test_a_formula_is_set_as_one(text, set_as):
    assert typst_math(text) == f"$display({set_as})$"


@pytest.mark.parametrize("text", ["first entry", "a#b", "$x$", '"x"', "relative change of τ²"])
def test_words_are_no_formula(text):
    assert typst_math(text) is None


def test_a_text_cannot_break_out_of_its_quotes():
    from solver.practice.sheet import _quoted

    assert _quoted('a"#b\\') == '"a\\"#b\\\\"'


@pytest.mark.parametrize("key", [[], ["--key"]])
def test_the_command_writes_a_pdf(tmp_path, capsys, key):
    path = tmp_path / "x.pdf"
    assert main(["sheet", "model", "--seed", "7", *key, "--out", str(path)]) == 0
    assert path.read_bytes().startswith(b"%PDF")
    assert capsys.readouterr().out.strip() == str(path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sheet"], "seed"),
        (["sheet", "--seed", "x"], "'x' is not a seed"),
        (["sheet", "--seed", "1", "--out", "x.txt"], "does not end in .pdf"),
        (["sheet", "nothing", "--seed", "1"], "no chapter"),
        (["sheet", "ols", "--seed", "1", "--out", "/nowhere/x.pdf"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(capsys, arguments, said):
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_every_exercise_can_be_set():
    source = as_source(list(exercises().values()), 3, key=True)
    assert source.count("#question(") == len(exercises())
