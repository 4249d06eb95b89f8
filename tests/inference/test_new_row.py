"""A row of X from a reader's values: as the formula makes it from a table."""

import numpy as np
import pandas as pd
import pytest

from solver import Problem, Refusal
from solver.inference.new_row import NewRow

RNG = np.random.default_rng(3)
N = 60
TABLE = pd.DataFrame(
    {
        "y": RNG.normal(size=N),
        "x": RNG.normal(5, 1, N),
        "my z": RNG.integers(1, 9, N),
        "sex": RNG.choice(["f", "m"], N),
        "level": RNG.choice(["low", "mid", "top"], N),
        "g": np.arange(N) % 6,
    }
)


@pytest.mark.parametrize(
    "fixed",
    [
        "1", "x",
        "x + `my z`", "0 + x", "sex + level", "x * sex", "0 + sex", "x:`my z` + x + `my z`",
        "C(level, Treatment('mid')) + x", "x + I(x ** 2) + log(x)", "x * level + sqrt(x):sex + sex",
    ],
)  # fmt: skip
def test_the_rows_of_the_table_come_out_again(fixed):
    problem = Problem.from_frame(TABLE, f"y ~ {fixed} + (1 | g)")
    new = NewRow(problem)
    names = [given.name for given in new.inputs]
    assert set(names) <= set(TABLE.columns)
    for k in (0, 7, 31):
        values = {name: TABLE[name].iloc[k] for name in names}
        assert new.row(values) == pytest.approx(problem.X[k], rel=1e-12)


@pytest.mark.parametrize("fixed", ["scale(x)", "poly(x, 2)", "C(sex, Sum)", "sex + center(x):sex"])
def test_a_column_that_depends_on_other_rows_is_an_input_of_its_own(fixed):
    problem = Problem.from_frame(TABLE, f"y ~ {fixed} + (1 | g)")
    new = NewRow(problem)
    own = [given.name for given in new.inputs if given.name in problem.fixed_names]
    assert own
    row = new.row(new.typical | dict.fromkeys(own, 0.25))
    for name in own:
        assert row[problem.fixed_names.index(name)] == 0.25


def test_inputs_know_their_range_and_their_levels():
    problem = Problem.from_frame(TABLE, "y ~ `my z` + level + sex + (1 | g)")
    inputs = {given.name: given for given in NewRow(problem).inputs}
    level, sex, z = inputs["level"], inputs["sex"], inputs["my z"]
    assert (level.levels, sex.levels) == (("", "mid", "top"), ("", "m"))
    assert (z.low, z.high, z.whole) == (1, 8, True)
    assert z.typical == pytest.approx(TABLE["my z"].mean())


def test_what_has_no_value_is_refused():
    new = NewRow(Problem.from_frame(TABLE, "y ~ x + log(x) + (1 | g)"))
    with pytest.raises(Refusal, match=r"'log\(x\)' has no value there"):
        new.row({"x": -1.0})
