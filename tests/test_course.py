"""The simple view's words: whole, and silent about what it keeps out."""

from __future__ import annotations

import pytest

from solver.course import first_course, whole_course
from solver.lessons import read_words, step_formulas, step_lessons, symbols
from solver.matrices import matrix_names
from solver.scenes.content import PANES
from solver.state import STEP_NAMES


@pytest.mark.parametrize("name", STEP_NAMES)
@pytest.mark.parametrize("algorithm", ["fisher", "ai", "newton", "em"])
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_no_step_says_what_is_kept_out(name, algorithm, method):
    course = first_course()
    lesson = course.lessons[name]
    plain, latex = course.formulas(name, "moments", algorithm, method)
    for text in (lesson.title, lesson.sentence, lesson.more, *plain, *latex):
        assert course.allows(text)
        assert "{loglik}" not in text
    assert ("ℓ_R" in " ".join(plain)) == (name == "update_variances" and method == "reml")
    assert set(lesson.matrices) <= set(course.matrices)


def test_what_is_kept_out_is_said_in_full():
    whole = whole_course()
    said = " ".join(lesson.more for lesson in whole.lessons.values()) + str(whole.outcomes)
    assert not first_course().allows(said)
    assert whole.allows(said)
    assert whole.formulas("update_variances", "half", "ai", "ml") == step_formulas(
        "update_variances", "half", "ai", "ml"
    )


def test_words_are_kept_out_as_words_only():
    course = first_course()
    for text in ("EMBL", "Again", "information", "unobserved", "algorithmic"):
        assert course.allows(text)
    for text in ("by EM.", "Newton–Raphson", "an average information step"):
        assert not course.allows(text)


def test_what_it_names_exists(handout_end):
    course = first_course()
    assert course.hidden_panes < set(PANES)
    assert course.hidden_symbols < set(symbols())
    assert set(course.matrices) <= set(matrix_names(handout_end.state))
    assert set(read_words("simple.toml")["steps"]) == set(STEP_NAMES)
    assert course.outcomes.keys() == whole_course().outcomes.keys()
    for text in (*course.outcomes.values(), *course.update.values(), course.algorithm):
        assert course.allows(text)
        assert text.endswith(".")


def test_a_step_keeps_what_is_not_said_otherwise():
    for name, lesson in first_course().lessons.items():
        assert (lesson.title, lesson.shows) == (
            step_lessons()[name].title,
            step_lessons()[name].shows,
        )


@pytest.fixture(scope="module")
def handout_end():
    from solver import Problem, load_example, steps

    example = load_example("handout")
    *_, last = steps(Problem.from_frame(example.frame(), example.formula))
    return last


def test_the_start_is_told_by_its_values_in_a_first_course():
    plain, latex = first_course().formulas("initialize", "moments", "fisher", "reml")
    assert len(plain) == len(latex) == 1
    assert "MSW" not in first_course().lessons["initialize"].more
