"""Marks, cell by cell."""

import pytest

from solver.practice.cases import case
from solver.practice.content import exercises
from solver.practice.marking import Verdict, mark
from solver.practice.targets import target


def goal(id_, seed=0):
    exercise = exercises()[id_]
    return target(exercise, case(exercise.data, seed))


def column(*texts):
    return tuple((text,) for text in texts)


def test_empty_is_not_wrong():
    marked = mark(goal("model_sizes"), column("3", "", "3", "", "8"))
    assert [row[0] for row in marked.verdicts] == [
        Verdict.RIGHT, Verdict.EMPTY, Verdict.RIGHT, Verdict.EMPTY, Verdict.WRONG,
    ]  # fmt: skip
    assert (marked.points, marked.of, marked.complete) == (2, 5, False)


def test_what_cannot_be_read_is_said_with_its_place():
    marked = mark(goal("model_V_numbers"), (("x", "4", *[""] * 5), *[("",) * 7] * 6))
    assert marked.verdicts[0][:3] == (Verdict.UNREADABLE, Verdict.RIGHT, Verdict.GIVEN)
    assert marked.said == ("Row 1, column 1: x has no meaning here: give a number.",)


@pytest.mark.parametrize("typed", ["0.681", "0,68", "0.6809122856", "681/1000"])
def test_numbers_have_a_tolerance(typed):
    model = goal("steps_start").model
    assert mark(goal("steps_start"), (*model[:3], (typed,), model[4])).full


@pytest.mark.parametrize("typed", ["0.7", "0.66", "-0.681", "681"])
def test_the_tolerance_is_small(typed):
    model = goal("steps_start").model
    marked = mark(goal("steps_start"), (*model[:3], (typed,), model[4]))
    assert marked.points == 4


def test_whole_numbers_have_none():
    assert mark(goal("model_sizes"), column("3", "2", "3", "2", "7.01")).points == 4


@pytest.mark.parametrize("typed", ["sigma^2 + tau^2", "tau2+sigma2", "2τ²/2+σ²", "(τ²+σ²)"])
def test_symbols_may_be_written_in_any_way(typed):
    model = [list(row) for row in goal("model_V").model]
    for k in range(7):
        model[k][k] = typed
    assert mark(goal("model_V"), tuple(map(tuple, model))).full


@pytest.mark.parametrize(
    "typed",
    ["(X'V^-1X)^-1X'V^-1y", "inv(X' inv(V) X) X' inv(V) y", "(V⁻¹X(XᵀV⁻¹X)⁻¹)ᵀy"],
)
def test_formulas_may_be_written_in_any_way(typed):
    exercise = goal("steps_beta_formula")
    assert mark(exercise, (((typed,)), exercise.model[1])).full


def test_a_formula_of_another_shape_is_wrong():
    assert mark(goal("steps_score_formula"), column("(y-Xβ)'V^-1X")).points == 0


def test_a_matrix_of_another_shape_is_wrong_and_says_so():
    marked = mark(goal("model_y"), (("5", "7", "10", "9", "13", "6", "9"),))
    assert marked.points == 0
    assert "1 × 7" in marked.said[0]
    assert marked.misconception == "transposed"


def test_an_answer_of_rows_that_differ_is_no_matrix():
    marked = mark(goal("model_y"), (("5",), ("7", "10")))
    assert (marked.points, marked.of) == (0, 7)


def test_what_follows_from_an_own_answer_is_right():
    start, V = goal("steps_start"), goal("steps_V")
    own = (*start.model[:3], ("2",), ("5",))
    answer = tuple(
        tuple({"0": "0", V.model[0][0]: "7", V.model[0][1]: "5"}[text] for text in row)
        for row in V.model
    )
    alone = mark(V, answer)
    assert alone.points == 0
    marked = mark(V, answer, {"steps_start": (start, own)})
    assert marked.full
    assert {v for row in marked.verdicts for v in row} == {Verdict.FOLLOWS, Verdict.GIVEN}
    assert marked.said


def test_the_right_answer_stays_right_beside_a_wrong_own_one():
    start, V = goal("steps_start"), goal("steps_V")
    own = (*start.model[:3], ("2",), ("5",))
    assert mark(V, V.model, {"steps_start": (start, own)}).full


def test_an_own_answer_that_cannot_be_read_follows_nothing():
    start, V = goal("steps_start"), goal("steps_V")
    for text in ("?", "", "-5"):
        own = (*start.model[:3], ("2",), (text,))
        wrong = tuple(("1",) * 7 for _ in range(7))
        assert mark(V, wrong, {"steps_start": (start, own)}).points == 0


def test_a_right_method_on_a_wrong_V_gives_beta():
    V, information = goal("steps_V"), goal("steps_information")
    wrong = tuple(tuple("1" if i == j else "0" for j in range(7)) for i in range(7))
    X = information.case.problem.X
    own = tuple(tuple(f"{value:.6g}" for value in row) for row in X.T @ X)
    assert mark(information, own).points == 0
    assert mark(information, own, {"steps_V": (V, wrong)}).full


def test_words_are_not_marked():
    marked = mark(goal("model_flexible"), column("by magic"))
    assert (marked.points, marked.of) == (0, 0)


@pytest.mark.parametrize(
    ("id_", "cells", "said"),
    [
        ("ols_y", column("y_2", *[""] * 6), "the index is the row: the first row has y₁"),
        ("ols_beta", column("β_1", "β_2"), "counts the fixed effects, and the intercept is number"),
        ("model_beta", column("β_1", "β_2"), "counts the fixed effects, and the intercept is"),
        ("model_names", column("y_12", *[""] * 6), "the first index is the group's number"),
        ("model_u", column("u_2", "", ""), "the index is the group's number in the table"),
    ],
)
def test_a_wrong_index_is_told_what_it_counts(id_, cells, said):
    made = goal(id_)
    rows = len(made.model)
    marked = mark(made, cells[:rows])
    assert any(said in line for line in marked.said), marked.said


@pytest.mark.parametrize(
    ("id_", "answer", "said"),
    [
        ("model_effects", column("fixed", "fixed", "fixed"), "another sample"),
        ("model_effects", column("random", "random", "random"), "β has no distribution"),
        ("model_independence", column("0", "tau^2", "tau^2", "sigma^2"), "single u_j"),
        ("model_loglik", column("-1/2(n log(2π)+log|V|+(y-Xβ)'V(y-Xβ))"), "its inverse"),
    ],
)
def test_ways_to_go_wrong_get_a_word(id_, answer, said):
    assert any(said in each for each in mark(goal(id_), answer).said)


def test_the_columns_of_X_have_their_order():
    X = goal("ols_X")
    assert "exchanged" in mark(X, tuple(row[::-1] for row in X.model)).said[0]
    assert "Rows and columns" in mark(X, tuple(zip(*X.model, strict=True))).said[1]


def test_reciprocals_are_no_inverse():
    V, inverse = goal("steps_V"), goal("steps_Vinv")
    answer = tuple(tuple("0" if text == "0" else f"1/({text})" for text in row) for row in V.model)
    assert mark(inverse, answer).misconception == "reciprocals"


def test_sizes_are_said_in_letters_that_stand_for_nothing_else():
    (said,) = mark(goal("model_moments"), column("A E(v)", "V(v) A")).said
    assert "q × m" in said
    assert " a m " not in said
    (said,) = mark(goal("steps_u_formula"), column("Z V")).said
    assert "an n × n" in said


def test_how_to_type_a_hat_is_said():
    (said,) = mark(goal("steps_u_formula"), column("hatbeta")).said
    assert "β̂ (typed beta_hat)" in said
