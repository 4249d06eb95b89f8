"""From tables and arrays to a model: what is understood, and what is refused in which sentence."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from solver import Problem, Refusal, fit

N, J = 60, 10
RNG = np.random.default_rng(5)
x, w = RNG.normal(size=N), RNG.uniform(1, 2, N)
g = np.repeat(np.arange(J), N // J)
y = 3 + 2 * x + RNG.normal(size=J)[g] + RNG.normal(size=N)
letters = np.array(list("jihgfedcba"))[g]
words = np.array(list("bac"))[np.arange(N) % 3]
MODEL = "y ~ x + (1 | g)"


def table(**columns):
    return pd.DataFrame({"y": y, "x": x, "w": w, "g": g} | columns)


def changed(values, cells, dtype=object):
    """A column with other values in some cells, by row from 0."""
    values = list(values)
    for row, value in cells.items():
        values[row] = value
    return pd.Series(values, dtype=dtype)


def estimates(problem):
    found = fit(problem)
    return [*found.beta, found.sigma2, found.tau2, found.loglik]


PLAIN = estimates(Problem.from_frame(table(), MODEL))


# What is refused

EIGHTH = "row 8 (9 with the header)"
"""How row 7, counted from 0, is named, whatever rows before it were left out."""

REFUSED = {
    "unknown column": ({}, "y ~ xx + (1 | g)", "There is no column 'xx'. Did you mean 'x'?"),
    "another case": ({}, "Y ~ x + (1 | g)", "There is no column 'Y'. Did you mean 'y'?"),
    "unknown group": ({}, "y ~ x + (1 | gg)", "There is no column 'gg'. Did you mean 'g'?"),
    "no near name": (
        {}, "y ~ hours + (1 | g)", "There is no column 'hours'. There are: 'y', 'x', 'w', 'g'."
    ),
    "the first of two": ({}, "u ~ v + (1 | g)", "There is no column 'u'"),
    "word in x": (
        {"x": changed(x, {7: "12,5"})}, MODEL, f"'x' should hold numbers, but {EIGHTH} has '12,5'."
    ),
    "words in y": (
        {"y": changed(y, {7: "?", 9: "n/a"})}, MODEL,
        f"'y' should hold numbers, but {EIGHTH} has '?', the first of 2 such rows.",
    ),
    "word below a dropped row": (
        {"x": changed(x, {3: None, 7: "oops"})}, MODEL, f"but {EIGHTH} has 'oops'."
    ),
    "nothing but words in y": (
        {"y": words}, MODEL, "'y' holds words, not numbers: row 1 (2 with the header) has 'b'."
    ),
    "words in arithmetic": ({"w": words}, "y ~ log(w) + (1 | g)", "'w' holds words, not numbers"),
    "infinity": (
        {"y": changed(y, {7: np.inf}, float)}, MODEL,
        f"'y' is infinity in {EIGHTH}. Correct it, or leave the cell empty",
    ),
    "infinity below a dropped row": (
        {"x": changed(x, {0: np.nan, 7: -np.inf}, float)}, MODEL,
        f"'x' is minus infinity in {EIGHTH}.",
    ),
    "infinity as a word": ({"x": changed(x, {7: "inf"})}, MODEL, f"'x' is infinity in {EIGHTH}."),
    "logarithm of 0": (
        {"w": changed(w, {7: 0}, float)}, "y ~ log(w) + (1 | g)",
        f"'log(w)' is minus infinity in {EIGHTH}. The formula asks for what cannot be computed",
    ),
    "logarithm of −1": (
        {"w": changed(w, {7: -1}, float)}, "log(w) ~ x + (1 | g)",
        f"'log(w)' is no number in {EIGHTH}.",
    ),
    "dates": ({"x": pd.date_range("2020", periods=N)}, MODEL, "'x' holds dates or times."),
    "durations": ({"x": pd.to_timedelta(g, "D")}, MODEL, "'x' holds dates or times."),
    "complex numbers": ({"x": x + 1j}, MODEL, "'x' holds complex numbers."),
    "empty column": ({"x": np.nan}, MODEL, "The column 'x' is empty: all 60 values are missing."),
    "empty group column": ({"g": None}, MODEL, "The column 'g' is empty"),
    "no whole row": (
        {"x": np.where(g < 5, np.nan, x), "y": np.where(g < 5, y, np.nan)}, MODEL,
        "No row has a value in every column used. Missing values: 'y' 30, 'x' 30.",
    ),
    "constant response": ({"y": 5.5}, MODEL, "The response 'y' is constant: every row has 5.500."),
    "constant response where x is": (
        {"y": np.where(g == 0, 1.0, 5), "x": np.where(g == 0, np.nan, x)}, MODEL,
        "The response 'y' is constant: every row has 5.",
    ),
    "constant predictor": ({"x": 2}, MODEL, "The predictor 'x' is constant: every row has 2."),
    "predictor of ones": ({"x": 1.0}, MODEL, "The predictor 'x' is constant: every row has 1."),
    "one category": ({"x": "a"}, MODEL, "The predictor 'x' is constant: every row has 'a'."),
    "one category that occurs": (
        {"x": pd.Categorical(["a"] * N, ["a", "b"])}, MODEL, "'x' is constant: every row has 'a'."
    ),
    "a predictor twice": (
        {"w": x}, "y ~ x + w + (1 | g)", "The predictor 'w' is a combination of 'x', so their"
    ),
    "a sum": (
        {"z": 2 - x + 3 * w}, "y ~ x + w + z + (1 | g)",
        "The predictor 'z' is a combination of 'x', 'w', so their effects cannot be told apart",
    ),
    "dummies for all": (
        {f"d{k}": g % 3 == k for k in range(3)}, "y ~ I(d0) + I(d1) + I(d2) + (1 | g)",
        "The predictor 'I(d2)' is a combination of 'I(d0)', 'I(d1)'",
    ),
    "a number and its categories": (
        {"k": g % 3}, "y ~ k + C(k) + (1 | g)", "'C(k)[T.2]' is a combination of 'k', 'C(k)[T.1]'"
    ),
    "one group": ({"g": 1}, MODEL, "'g' has only one group in the rows used."),
    "one group with a value in x": (
        {"x": np.where(g == 3, x, np.nan)}, MODEL, "'g' has only one group in the rows used."
    ),
    "a group for each row": ({"g": np.arange(N)}, MODEL, "Every group of 'g' has one row, so σ²"),
    "too few rows": (
        {"x": np.arange(N).astype(str)[::-1].astype(object) + "a"}, MODEL,
        "60 rows are too few for 60 fixed effects, 59 of them for 'x'.",
    ),
    "no rows over": (
        {f"z{k}": RNG.normal(size=N) for k in range(50)},
        "y ~ " + " + ".join(f"z{k}" for k in range(50)) + " + (1 | g)",
        "leave no rows over to tell σ² from: 60 rows, 10 groups, 51 fixed effects.",
    ),
    "exact fit": ({"y": 3 * x + g}, MODEL, "The predictors and groups fit 'y' exactly"),
    "exact fit, large": ({"y": 3e9 * x + 1e9 * g + 1e12}, MODEL, "fit 'y' exactly"),
    "response among the predictors": (
        {}, "y ~ x + y + (1 | g)", "'y' is both the response and a predictor",
    ),
    "response that is the group": ({}, "g ~ x + (1 | g)", "'g' is both the response and the group"),
    "huge response": ({"y": y * 1e200}, MODEL, "'y' is as large as 8.0"),
    "huge predictor": ({"x": x * 1e300}, MODEL, "and its variance would overflow."),
    "tiny response": ({"y": y * 1e-200}, MODEL, "'y' varies by no more than 1.1"),
    "tiny predictor": ({"x": x * 1e-310}, MODEL, "and its variance would vanish."),
    "whole numbers beyond doubles": (
        {"x": 2**60 + g % 3}, MODEL, "The predictor 'x' is constant: every row has 1.153·10¹⁸."
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_is_refused_in_a_sentence(case):
    columns, formula, sentence = REFUSED[case]
    with pytest.raises(Refusal) as refusal:
        Problem.from_frame(table(**columns), formula)
    said = str(refusal.value)
    assert sentence.removesuffix("8.0").removesuffix("1.1") in said
    assert said[-1] in ".?"
    assert "\n" not in said


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (table().iloc[:0], "The table has no rows."),
        (pd.DataFrame(), "There is no column 'y'. The table has none."),
        (table().iloc[:1], "'g' has only one group"),
        (table().iloc[[0, 30]], "Every group of 'g' has one row"),
        (table().iloc[[0, 1, 30]], "leave no rows over"),
        (table().set_index("g"), "There is no column 'g'. There are: 'y', 'x', 'w'."),
        (pd.concat([table(), table()[["x"]]], axis=1), "Two columns are called 'x'."),
    ],
)
def test_odd_tables_are_refused(frame, sentence):
    with pytest.raises(Refusal) as refusal:
        Problem.from_frame(frame, MODEL)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("formula", ["y ~ C(g) + (1 | g)", "y ~ bs(g, df=9) + (1 | g)"])
def test_predictors_that_explain_the_groups_are_refused(formula):
    with pytest.raises(Refusal, match=r"explain every difference between the groups of 'g', so τ²"):
        fit(Problem.from_frame(table(), formula))


@pytest.mark.parametrize("noise", [1e-10, 1e-11])
def test_a_small_residual_variance_is_not_zero(noise):
    problem = Problem.from_frame(table(y=3 * x + g + noise * RNG.normal(size=N)), MODEL)
    assert fit(problem).sigma2 == pytest.approx(noise**2, rel=0.5)


def test_a_long_value_is_shortened():
    with pytest.raises(Refusal) as refusal:
        Problem.from_frame(table(x=changed(x, {7: "no\nnumber " * 999})), MODEL)
    assert len(str(refusal.value)) < 250
    assert "\n" not in str(refusal.value)


# What is understood

SAME = {
    "text": {"x": [str(v) for v in x], "y": [str(v) for v in y]},
    "objects": {"x": x.astype(object), "g": g.astype(object)},
    "decimals": {"x": pd.Series([Decimal(repr(float(v))) for v in x], dtype=object)},
    "nullable": {
        "x": pd.array(x, "Float64"),
        "y": pd.array(y, "Float64"),
        "g": pd.array(g, "Int64"),
    },
    "pyarrow": {"x": pd.array(x, "float64[pyarrow]"), "g": pd.array(g, "int64[pyarrow]")},
    "sparse": {"x": pd.arrays.SparseArray(x)},
    "floats as groups": {"g": g + 0.0},
    "minus zero as a group": {"g": np.where(g == 0, -0.0, g)},
    "negative groups": {"g": g - 4},
    "large groups": {"g": 2**60 + g},
    "huge groups": {"g": pd.Series([2**80 + int(k) for k in g], dtype=object)},
    "infinite group": {"g": np.where(g == 9, np.inf, g)},
    "letters": {"g": letters},
    "text as groups": {"g": np.array([f"{k:02}" for k in range(J)])[g]},
    "categories as groups": {"g": pd.Categorical(letters, [*"zjihgfedcba"])},
    "dates as groups": {"g": (np.datetime64("2020-01-01") + g).astype("datetime64[ns]")},
    "dates without time": {"g": [datetime.date(2020, 1, 1 + int(k)) for k in g]},
    "mixed groups": {"g": changed(g.astype(object), dict.fromkeys(range(6, 12), "one"))},
}


@pytest.mark.parametrize("case", SAME)
def test_the_same_model_however_the_columns_are_stored(case):
    problem = Problem.from_frame(table(**SAME[case]), MODEL)
    np.testing.assert_allclose(estimates(problem), PLAIN, rtol=1e-12)
    assert (problem.n, problem.J, problem.rows_dropped) == (N, J, 0)


def test_the_order_and_index_of_the_rows_do_not_matter():
    shuffled = table(c=words).sample(frac=1, random_state=1)
    shuffled.index = RNG.integers(0, 5, N)
    np.testing.assert_allclose(estimates(Problem.from_frame(shuffled, MODEL)), PLAIN, rtol=1e-12)
    categories = "y ~ c * x + (1 | g)"
    np.testing.assert_allclose(
        estimates(Problem.from_frame(shuffled, categories)),
        estimates(Problem.from_frame(table(c=words), categories)),
        rtol=1e-9,
    )


@pytest.mark.parametrize(
    ("columns", "formula"),
    [
        (
            [("a", "y"), ("a", "x"), ("b", "w"), ("b", "g")],
            "`('a', 'y')` ~ `('a', 'x')` + (1 | `('b', 'g')`)",
        ),
        ([0, 1, 2, 3], "`0` ~ `1` + (1 | `3`)"),
        (["y", "gro\u0308ße", "w", "g"], "y ~ größe + (1 | g)"),
    ],
)  # fmt: skip
def test_names_that_are_no_plain_text(columns, formula):
    frame = table()
    frame.columns = pd.Index(columns)
    np.testing.assert_allclose(estimates(Problem.from_frame(frame, formula)), PLAIN, rtol=1e-12)


@pytest.mark.parametrize(
    ("column", "names"),
    [
        (pd.Series(words), ("x[T.b]", "x[T.c]")),
        (pd.array(words, "string"), ("x[T.b]", "x[T.c]")),
        (pd.Categorical(words, [*"zcba"]), ("x[T.b]", "x[T.a]")),
        (pd.Categorical(g % 3), ("x[T.1]", "x[T.2]")),
        (g % 2 == 0, ("x[T.True]",)),
        (pd.array(g % 2 == 0, "boolean"), ("x[T.True]",)),
        (changed(g % 2 == 0, {0: None}), ("x[T.True]",)),
        (np.where(g % 2 == 0, 1, 0), ("x",)),
    ],
)
def test_which_columns_are_categories(column, names):
    assert Problem.from_frame(table(x=column), MODEL).fixed_names[1:] == names


def test_categories_of_whole_numbers_have_no_decimals():
    problem = Problem.from_frame(table(x=changed(g % 3, {0: np.nan}, float)), "y ~ C(x) + (1 | g)")
    assert problem.fixed_names[1:] == ("C(x)[T.1]", "C(x)[T.2]")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (g, "0123456789"),
        (g + 0.0, "0123456789"),
        (changed(g, {0: np.nan}, float), "0123456789"),
        (pd.array(g, "Int64"), "0123456789"),
        (g + 0.5, [f"{k}.5" for k in range(J)]),
        (letters, "abcdefghij"),
        (pd.Categorical(letters, [*"zjihgfedcba"]), "jihgfedcba"),
        (np.array([f"{k:02}" for k in range(J)])[g], [f"{k:02}" for k in range(J)]),
        (2**60 + g, [str(2**60 + k) for k in range(J)]),
        (
            [datetime.date(2020, 1, 1 + int(k)) for k in g],
            [f"2020-01-{k + 1:02}" for k in range(J)],
        ),
        (
            (np.datetime64("2020-01-01") + g).astype("datetime64[ns]"),
            [f"2020-01-{k + 1:02}" for k in range(J)],
        ),
    ],
)
def test_groups_are_called_as_in_the_data(labels, expected):
    assert Problem.from_frame(table(g=labels), MODEL).group_labels == tuple(expected)


def test_a_group_that_is_a_predictor_too_keeps_its_labels():
    names = np.array([f"{k:02}" for k in range(J)])[g]
    problem = Problem.from_frame(table(g=names), "y ~ g + (1 | g)")
    assert problem.group_labels[:2] == ("00", "01")
    np.testing.assert_array_equal(problem.X[:, 1], g)


def test_rows_with_missing_values_are_left_out_and_counted():
    frame = table(
        x=changed(x, {0: np.nan, 7: np.nan}, float),
        y=changed(y, {7: None, 20: pd.NA}),
        w=np.nan,
        g=changed(letters, {59: None}),
    )
    problem = Problem.from_frame(frame, MODEL)
    assert problem.missing == {"y": 2, "x": 2, "g": 1}
    assert (problem.n, problem.rows_dropped) == (56, 4)
    kept = np.setdiff1d(np.arange(N), [0, 7, 20, 59])
    np.testing.assert_array_equal(problem.rows, kept)
    whole = Problem.from_frame(table(g=letters).iloc[kept], MODEL)
    assert whole.rows is None
    assert estimates(problem) == estimates(whole)


def test_levels_that_occur_only_in_rows_left_out_are_left_out():
    frame = table(
        x=pd.Categorical(["lost", *words[1:]], ["lost", *"abc"]),
        y=changed(y, {0: np.nan}, float),
        g=pd.Categorical(["lost", *letters[1:]]),
    )
    problem = Problem.from_frame(frame, MODEL)
    assert problem.fixed_names == ("(Intercept)", "x[T.b]", "x[T.c]")
    assert problem.J == J


def test_the_table_is_left_as_it_was():
    frame = table(x=[str(v) for v in x], g=letters)
    before = frame.copy(deep=True)
    Problem.from_frame(frame, MODEL)
    pd.testing.assert_frame_equal(frame, before)


# Arrays

X = np.column_stack([np.ones(N), x])


def test_arrays_and_tables_give_the_same_model():
    from_arrays = Problem.from_arrays(y, X, g, fixed_names=["(Intercept)", "x"], group="g")
    from_frame = Problem.from_frame(table(), "y ~ 1 + x + (1 | g)")
    assert estimates(from_arrays) == estimates(from_frame)
    for name in ("formula", "fixed_names", "response", "group", "group_labels", "missing", "n"):
        assert getattr(from_arrays, name) == getattr(from_frame, name)


@pytest.mark.parametrize(
    ("design", "names", "formula"),
    [
        (X, ("(Intercept)", "x1"), "y ~ 1 + x1 + (1 | group)"),
        (X[:, ::-1], ("x1", "(Intercept)"), "y ~ x1 + 1 + (1 | group)"),
        (x, ("x1",), "y ~ 0 + x1 + (1 | group)"),
        (X.tolist(), ("(Intercept)", "x1"), "y ~ 1 + x1 + (1 | group)"),
    ],
)
def test_columns_without_names(design, names, formula):
    problem = Problem.from_arrays(y, design, g)
    assert problem.fixed_names == names
    assert problem.formula == formula


ARRAYS_REFUSED = {
    "lengths": ((y[:5], X, g), "y has 5 rows, X 60 and groups 60"),
    "one number": ((1, 1, 1), "must have one dimension"),
    "three dimensions": ((y, X[None], g), "must have one dimension, X one or two"),
    "groups in a column": ((y, X, g[:, None]), "must have one dimension"),
    "empty": (([], np.empty((0, 2)), []), "y and X are empty"),
    "no columns": ((y, np.empty((N, 0)), g), "y and X are empty"),
    "words": ((letters, X, g), "y must hold real numbers"),
    "uneven rows": ((y, [[1], *[[1, 2]] * 59], g), "X must hold real numbers, in rows of one"),
    "complex numbers": ((y + 1j, X, g), "y must hold real numbers"),
    "nan": ((changed(y, {7: np.nan}), X, g), "'y' is no number in row 8"),
    "infinity": ((y, np.where(X == 1, np.inf, X), g), "'x1' is infinity in row 1"),
    "masked": ((np.ma.masked_greater(y, y[7] - 1e-9), X, g), "'y' is no number in row"),
    "missing": ((pd.array(changed(g, {7: None}), "Int64"), X, g), "'y' is no number in row 8"),
    "None for a group": ((y, X, changed(letters, {7: None})), "'group' has no label in row 8"),
    "nan for a group": ((y, X, changed(g, {7: np.nan}, float)), "'group' has no label in row 8"),
    "NA for a group": ((y, X, changed(g, {7: pd.NA})), "'group' has no label in row 8"),
    "NaT for a group": (
        (y, X, np.where(g == 0, np.datetime64("NaT"), np.datetime64("2020"))), "no label in row 1"
    ),
    "ones twice": ((y, np.column_stack([X, X[:, 0]]), g), "The predictor 'x2' is constant"),
}  # fmt: skip


@pytest.mark.parametrize("case", ARRAYS_REFUSED)
def test_arrays_are_refused_in_a_sentence(case):
    arrays, sentence = ARRAYS_REFUSED[case]
    with pytest.raises(Refusal) as refusal:
        Problem.from_arrays(*arrays)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [(["a"], "X has 2 columns and fixed_names 1"), (["a", "a"], "Two columns of X are called 'a'")],
)
def test_names_that_do_not_fit(names, sentence):
    with pytest.raises(Refusal, match=sentence):
        Problem.from_arrays(y, X, g, fixed_names=names)


def test_the_arrays_are_copied_and_cannot_be_written_to():
    mine = y.copy()
    problem = Problem.from_arrays(mine, X, g)
    mine[0] = 99
    assert problem.y[0] == y[0]
    for array in (problem.y, problem.X, problem.codes):
        assert not array.flags.writeable
    assert y.flags.writeable
    assert g.flags.writeable
