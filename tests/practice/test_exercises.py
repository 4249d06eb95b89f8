"""Each exercise has a right answer that earns full marks, whatever the seed."""

import os

import numpy as np
import pytest

from solver.practice.cases import case
from solver.practice.content import chapters, exercises
from solver.practice.expressions import read
from solver.practice.following import followed
from solver.practice.marking import mark
from solver.practice.misconceptions import misconceptions, mistaken
from solver.practice.secrets import given_away
from solver.practice.solution import foretold_lines, hint, question, solution
from solver.practice.targets import POINTS, SIZES, spread, target
from solver.practice.values import same, worth
from solver.practice.workings import workings
from solver.state import Outcome

SEEDS = int(os.environ.get("PRACTICE_SEEDS", "200"))
EVERY = list(exercises().values())


def goals(exercise):
    for seed in range(1 if exercise.data == "none" else SEEDS):
        yield target(exercise, case(exercise.data, seed))


@pytest.mark.parametrize("exercise", EVERY, ids=lambda e: e.id)
def test_its_own_solution_earns_full_marks_and_misconceptions_are_recognised(exercise):
    seen = dict.fromkeys(exercise.misconceptions, 0)
    for goal in goals(exercise):
        marked = mark(goal, goal.model)
        assert marked.full, (goal.case.seed, goal.model, marked)
        assert (marked.of > 0) is not exercise.by_words
        assert not marked.said
        for name in exercise.misconceptions:
            answers = mistaken(misconceptions()[name], goal)
            assert answers
            wrong = [m for m in (mark(goal, answer) for answer in answers) if not m.full]
            found = {m.misconception for m in wrong}
            assert found <= set(exercise.misconceptions), (goal.case.seed, name)
            seen[name] += name in found
    assert not exercise.misconceptions or min(seen.values()) >= 0.9 * (
        1 if exercise.data == "none" else SEEDS
    )


@pytest.mark.parametrize("exercise", [e for e in EVERY if e.formula], ids=lambda e: e.id)
def test_its_formula_gives_what_the_solver_computes(exercise):
    for seed in range(5):
        goal = target(exercise, case(exercise.data, seed))
        values = dict(goal.wide[0].values)
        if set(exercise.uses) - set(values):
            earlier = {
                place.partition(":")[0]: target(exercises()[place.partition(":")[0]], goal.case)
                for place in exercise.uses.values()
            }
            found = followed(goal, {id_: (each, each.model) for id_, each in earlier.items()})
            assert found is not None
            got = found[0]
        else:
            got = spread(worth(read(exercise.formula).tree, goal.wide[0]))
        for one, two in zip(got, goal.values[0], strict=True):
            assert all(same(a, b, 1e-3) for a, b in zip(one, two, strict=True))


MATRICES = {
    "steps_score_formula": ("score_beta", "XᵀV⁻¹(y − Xβ)"),
    "steps_u_formula": ("predict_u", "u"),
    "steps_P": ("update_variances", "P"),
    "model_variance": ("initialize", "V"),
}


@pytest.mark.parametrize("id_", MATRICES)
def test_a_typed_formula_is_that_of_the_solver(id_):
    step, name = MATRICES[id_]
    for seed in range(3):
        drawn = case("people", seed)
        exercise = exercises()[id_]
        values = drawn.letters(exercises()["steps_score"])
        taken = drawn.step(step)
        values["β"] = taken.state.beta[:, None]
        got = worth(read(exercise.right[0]).tree, type(target(exercise, drawn).wide[0])(values))
        np.testing.assert_allclose(got, taken.matrix(name).dense(), rtol=1e-8, atol=1e-9)


def test_formulas_are_tried_on_shapes_that_differ():
    assert len(set(SIZES.values())) == len(SIZES)
    assert POINTS >= 2


@pytest.mark.parametrize("exercise", EVERY, ids=lambda e: e.id)
def test_its_texts_are_whole(exercise):
    goal = target(exercise, case(exercise.data, 3))
    texts = [question(goal), *(hint(goal, k) for k in range(3)), *solution(goal)]
    for text in texts:
        assert text == text.strip()
        assert text
        assert not set("{}") & set(text)
    assert question(goal)[-1] in ".?)…"
    assert len(set(texts)) == len(texts)


BLANKS = {
    "ols_y", "ols_beta", "ols_X", "ols_errors", "ols_equation", "ols_two_steps", "model_flexible",
    "model_sizes",
    "model_names", "model_y", "model_X", "model_beta", "model_Z", "model_u", "model_errors",
    "model_equation", "model_effects", "model_independence", "model_moments", "model_variance",
    "model_V", "model_loglik", "model_compare", "steps_start", "steps_R1", "steps_score_formula",
    "steps_beta_formula", "steps_u_formula", "steps_new", "steps_rules", "steps_stops",
}  # fmt: skip


def test_every_blank_of_the_lecture_is_an_exercise():
    assert set(exercises()) >= BLANKS


def test_all_kinds_occur_and_every_misconception_is_used():
    assert {e.kind for e in EVERY} == {
        "matrix", "number", "formula", "choose", "predict", "order", "words"
    }  # fmt: skip
    assert {name for e in EVERY for name in e.misconceptions} == set(misconceptions())


ALWAYS = {
    "ols_beta": "β is the same two letters whatever the data",
    "model_beta": "likewise",
    "steps_stops": "in unequal groups the first iteration always moves",
}
"""Exercises on data whose answer is the same on all of them, and why it may be."""


def test_answers_vary_with_the_data():
    drawn = [e for e in EVERY if e.data != "none" and not e.by_words and e.kind != "order"]
    same_for_all = {
        e.id for e in drawn if len({target(e, case(e.data, s)).model for s in range(50)}) == 1
    }
    assert same_for_all == set(ALWAYS)


def test_a_prediction_cannot_be_guessed_from_the_kind_of_data():
    for exercise in (e for e in EVERY if e.foretells and e.options and e.id not in ALWAYS):
        answers = [target(exercise, case(exercise.data, s)).model for s in range(50)]
        assert max(map(answers.count, answers)) <= 40, exercise.id


def test_predictions_are_revealed_with_numbers():
    for exercise in (e for e in EVERY if e.foretells):
        goal = target(exercise, case(exercise.data, 4))
        assert workings(goal.case, exercise), exercise.id
        assert len(foretold_lines(goal, goal.model)) == len(goal.model)


def test_no_question_gives_away_what_is_asked_before_it():
    for seed in range(1, 6):
        for chapter in chapters():
            asked: list[str] = []
            for exercise in chapter.exercises:
                goal = target(exercise, case(exercise.data, seed))
                shown = question(goal, given_away(goal))
                decimals = [text for text in asked if "." in text]
                assert not [text for text in decimals if text in shown], (seed, exercise.id)
                if goal.read_as_mathematics:
                    asked += [text for row in goal.model for text in row]


def test_chapters_come_in_order():
    assert [c.name for c in chapters()] == sorted(c.name for c in chapters())


@pytest.mark.parametrize("family", ["people", "boundary", "balanced"])
def test_data_are_small_and_what_they_are_for(family):
    for seed in range(1, 12):
        drawn = case(family, seed)
        p, last = drawn.problem, drawn.trace.exhaust().state
        assert p.n <= 9
        assert (p.y == p.y.round()).all()
        assert (p.X.round() == p.X).all()
        assert (last.outcome is Outcome.BOUNDARY) == (family == "boundary")
        assert (len(set(p.group_sizes)) == 1) == (family == "balanced")
        assert case(family, seed) is drawn


def test_seed_0_is_the_lecture():
    p = case("people", 0).problem
    assert p.group_labels == ("1", "5", "6")
    assert p.group_sizes.tolist() == [2, 3, 2]
    assert p.fixed_names == ("(Intercept)", "HOURS")
