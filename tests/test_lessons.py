"""There are words for everything that the engine names, and each of them can be shown."""

import tomllib
from typing import get_args

import pytest

from assets import ASSETS
from solver import Options, Outcome, Problem, Trace, load_example, steps
from solver.criterion import Method
from solver.lessons import step_lessons, symbols, words
from solver.state import STEP_NAMES, Algorithm, Kind, Refused, State


@pytest.fixture(scope="module")
def trace():
    example = load_example("handout")
    trace = Trace(steps(Problem.from_frame(example.frame(), example.formula)))
    trace.exhaust()
    return trace


STARTS = {"moments", "half", "given"}

NAMED = {
    "methods": get_args(Method),
    "algorithms": get_args(Algorithm),
    "update_formulas": get_args(Algorithm),
    "outcomes": Outcome,
    "trials": Kind,
    "refused": Refused,
    "starts": STARTS,
    "start_formulas": STARTS,
}


@pytest.mark.parametrize("kind", NAMED)
def test_there_are_words_for_all_that_is_named_and_for_nothing_else(kind):
    assert set(words()[kind]) == set(NAMED[kind])


def test_there_are_words_for_every_rule(trace):
    assert {rule.name for step in trace for rule in step.state.rules} == set(words()["rules"])
    assert set(words()["rule_symbols"]) == set(words()["rules"])


def test_the_options_start_is_one_that_has_words():
    assert Options().start in STARTS


def test_there_is_a_lesson_for_every_step_in_their_order():
    assert tuple(step_lessons()) == STEP_NAMES


def test_a_method_has_every_name():
    for method in words()["methods"].values():
        assert set(method) == {"name", "long", "loglik", "deviance"}


def texts(value):
    """All texts in a table of words."""
    if isinstance(value, str):
        yield value
        return
    for item in value.values() if isinstance(value, dict) else value:
        yield from texts(item)


@pytest.mark.parametrize("name", STEP_NAMES)
def test_a_lesson_is_whole(name):
    lesson = step_lessons()[name]
    for part in (lesson.title, lesson.sentence, lesson.more):
        assert part
        assert part == part.strip()
    for parts in (lesson.formula, lesson.latex, lesson.shows, lesson.matrices):
        assert parts
        assert all(parts)
    assert lesson.sentence[0].isupper()
    assert lesson.sentence.endswith(".")
    assert lesson.more.endswith(".")


def test_no_text_is_empty_or_unfinished():
    said = [
        *texts(words()),
        *(text for symbol in symbols().values() for text in texts(vars(symbol))),
    ]
    for text in said:
        assert text == text.strip()
        assert text
        assert not {"TODO", "{", "}"} & set(text.split())
    for outcome in words()["outcomes"].values():
        assert outcome.endswith(".")


def test_every_quantity_that_a_lesson_shows_has_a_symbol():
    shown = {name for lesson in step_lessons().values() for name in lesson.shows}
    assert shown <= set(symbols())
    for name in shown:
        assert hasattr(State, name) or name in State.__dataclass_fields__


@pytest.mark.parametrize("name", STEP_NAMES)
def test_a_step_has_what_its_lesson_shows(trace, name):
    for step in trace:
        if step.name == name:
            shown = {item: getattr(step.state, item) for item in step_lessons()[name].shows}
            missing = {item for item, value in shown.items() if value is None}
            assert missing <= {"outcome"}


@pytest.mark.parametrize("name", STEP_NAMES)
def test_a_step_has_the_matrices_of_its_lesson(trace, name):
    pytest.importorskip("solver.matrices")
    for step in trace:
        if step.name == name:
            for matrix in step_lessons()[name].matrices:
                assert step.matrix(matrix).block(slice(0, 1), slice(0, 1)).shape == (1, 1)


@pytest.mark.parametrize(
    "formula", [formula for lesson in step_lessons().values() for formula in lesson.latex]
)
def test_formulas_can_be_typeset(formula):
    ziamath = pytest.importorskip("ziamath")
    drawn = ziamath.Latex(formula).svg()
    assert drawn.startswith("<svg")
    assert "merror" not in drawn


DRAWN = ("formula", "plain", "names", "matrices")
"""Keys of formulas in plain characters, letters that may be typed, and heads: all are drawn."""


def test_no_greek_letter_of_running_text_carries_a_hat():
    """Fonts without a place for it drop the hat or set it on another letter; formulas are drawn."""
    hat = "\u0302"
    for path in (ASSETS / "lessons").rglob("*.toml"):
        with path.open("rb") as file:
            for keys, text in _strings(tomllib.load(file)):
                assert hat not in text or keys[-1] in DRAWN, (path.name, keys)
    for path in (ASSETS / "examples").glob("*.toml"):
        assert hat not in path.read_text(encoding="utf-8"), path.name


def _strings(content, keys=()):
    """Every string of a file, with the keys that lead to it."""
    if isinstance(content, str):
        yield keys, content
    for key, value in content.items() if isinstance(content, dict) else ():
        yield from _strings(value, (*keys, key))
    for value in content if isinstance(content, list) else ():
        yield from _strings(value, keys)
