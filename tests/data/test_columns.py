"""Columns in short, and the roles that are guessed for them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Refusal, Table, example_names, load_example
from solver.data.columns import describe, describe_column
from solver.data.roles import Roles, formula_of, roles_of, suggest
from solver.data.sources import ExampleSource, FileSource


def column(values, **labels):
    return describe_column(Table(pd.DataFrame({"v": values}), **labels), "v")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.linspace(0, 1, 50), "number"),
        ([3, 1, 2] * 20, "code"),
        ([1.0, 2.0, np.nan] * 20, "code"),
        (np.random.default_rng(1).integers(0, 500, 300), "number"),
        (range(100, 150), "identifier"),
        (["a", "b", "b"] * 5, "category"),
        ([f"person {k}" for k in range(50)], "identifier"),
        ([f"remark {k}" for k in range(40)] + ["x", "x"], "text"),
        ([True, False, True], "truth"),
        ([True, None, False], "truth"),
        (["2023-01-05", "2023-02-07 10:00"], "date"),
        (["5/12/2023", "6/12/2023"], "date"),
        ([4, 4, 4], "constant"),
        ([None, None], "empty"),
        ([np.nan], "empty"),
    ],
)
def test_kinds(values, kind):
    assert column(list(values)).kind == kind


def test_a_column_in_short():
    one = column([1.5, 2.5, 2.5, np.nan, 5.5], variable_labels={"v": "What was measured"})
    assert (one.rows, one.missing, one.distinct) == (4, 1, 3)
    assert (one.low, one.high, one.mean) == (1.5, 5.5, 3.0)
    assert one.sd == pytest.approx(np.std([1.5, 2.5, 2.5, 5.5], ddof=1))
    assert one.bars == (1, 2, 1)
    assert one.frequent[0] == (2.5, 2)
    assert one.label == "What was measured"


def test_many_numbers_are_binned():
    one = column(np.arange(1000) / 8)
    assert one.bars == (50,) * 20


@settings(max_examples=60)
@given(
    st.one_of(
        st.lists(st.floats() | st.integers(-(2**60), 2**60) | st.none(), max_size=40),
        st.lists(st.text(max_size=3) | st.none() | st.booleans(), max_size=40),
    )
)
def test_any_column_is_described(values):
    one = column(values)
    assert one.rows + one.missing == len(values)
    assert one.distinct <= one.rows
    assert len(one.bars) <= 20
    assert sum(one.bars) <= one.rows


# Roles


@pytest.mark.parametrize("name", example_names())
def test_the_roles_of_every_example_are_guessed_from_its_file(name):
    example = load_example(name)
    columns = describe(FileSource(str(example.path)).read())
    assert formula_of(suggest(columns)) == example.formula
    assert formula_of(suggest(describe(ExampleSource(name).read()))) == example.formula


def test_nothing_is_guessed_from_nothing():
    assert suggest([]) == Roles()
    assert not suggest(describe(Table(pd.DataFrame({"a": ["x", "y"]})))).complete


@pytest.mark.parametrize(
    ("formula", "roles"),
    [
        ("y ~ x + (1 | g)", Roles("y", ("x",), "g")),
        ("y ~ 1 + (1 | g)", Roles("y", (), "g")),
        ("y~x+z+(1|g)", Roles("y", ("x", "z"), "g")),
        ("y ~ C(x) + z + (1 | g)", Roles("y", ("x", "z"), "g", frozenset({"x"}))),
        ("`my y` ~ `a b` + (1 | `g g`)", Roles("my y", ("a b",), "g g")),
        ("log(y) ~ x + (1 | g)", None),
        ("y ~ x * z + (1 | g)", None),
        ("y ~ x + x:z + (1 | g)", None),
        ("y ~ 0 + x + (1 | g)", None),
        ("y ~ C(x, Sum) + (1 | g)", None),
        ("y ~ log(x) + (1 | g)", None),
        ("y ~ x + C(x) + (1 | g)", None),
    ],
)
def test_roles_of_a_formula(formula, roles):
    assert roles_of(formula) == roles
    if roles is not None:
        assert roles_of(formula_of(roles)) == roles


NAMES = st.one_of(
    st.sampled_from(["y", "x1", "LOOK_HRS", "my x", "2nd", "a.b", "größe", "x|z", "True", "C"]),
    st.text(
        st.characters(exclude_characters="`", exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
        min_size=1,
        max_size=8,
    ).filter(lambda name: name.strip() == name),
)


@given(st.lists(NAMES, min_size=2, max_size=6, unique=True), st.sets(st.integers(0, 3)))
def test_any_columns_make_a_formula_that_gives_them_back(names, chosen):
    import unicodedata

    names = list(dict.fromkeys(unicodedata.normalize("NFC", name) for name in names))
    if len(names) < 2:
        return
    response, group, *predictors = names
    categories = frozenset(name for k, name in enumerate(predictors) if k in chosen)
    roles = Roles(response, tuple(predictors), group, categories)
    assert roles_of(formula_of(roles)) == roles


def test_an_incomplete_choice_has_no_formula():
    assert formula_of(Roles("y", ("x",))) == formula_of(Roles("", ("x",), "g")) == ""
    with pytest.raises(Refusal):
        roles_of("")
