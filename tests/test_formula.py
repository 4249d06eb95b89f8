"""What a formula means: which columns it makes, where it does not parse, and what it never does."""

import numpy as np
import pandas as pd
import pytest

from solver.design import design
from solver.errors import Refusal
from solver.formula import FUNCTIONS, parse_formula

N = 12
RNG = np.random.default_rng(7)
x, w = RNG.normal(size=N), RNG.uniform(1, 2, N)
k = np.array([3, 1, 2] * 4)
c = np.array(list("bacabcabcabc"))
one = np.ones(N)

FRAME = pd.DataFrame({
    "y": RNG.normal(size=N), "x": x, "w": w, "k": k, "c": c, "b": k > 1, "g": [1, 2, 3] * 4,
    "two words": w, "Sepal.Length": w, "Größe": w, "年齢": w, "it's": w, "a:b": w, "a|b": w,
    "x ~ 1": w, "−\t∼": w, "1": w, "Intercept": w, "True": w, "class": w, "log": w, "C": w, "I": w,
    "log(x)": w, "x + 1": w,
})  # fmt: skip


def is_(level, of=c):
    """The dummy of a category."""
    return (of == level).astype(float)


def made(formula):
    """The names and columns of X."""
    _, X, names = design(parse_formula(formula), FRAME)
    return dict(zip(names, X.T, strict=True))


ACCEPTED = {
    "y ~ x + (1 | g)": {"(Intercept)": one, "x": x},
    "y~x+(1|g)": {"(Intercept)": one, "x": x},
    "y ~ (1 | g)": {"(Intercept)": one},
    "y ~ 1 + (1 || g)": {"(Intercept)": one},
    "y ~ (1 | g) + x": {"(Intercept)": one, "x": x},
    "y ~ x + (1 | g) + w": {"(Intercept)": one, "x": x, "w": w},
    "y ~ (x + (1 | g))": {"(Intercept)": one, "x": x},
    "y ~ x + ((1 | g))": {"(Intercept)": one, "x": x},
    " y\t~ x\n + (1 | g) ": {"(Intercept)": one, "x": x},
    "y ∼ x − 1 + (1 ∣ g)": {"x": x},
    "y ~\xa0x + I(x\u3000+ 1) + (1 | g)": {"(Intercept)": one, "x": x, "I(x + 1)": x + 1},
    "y ~ 0 + x + (1 | g)": {"x": x},
    "y ~ x - 1 + (1 | g)": {"x": x},
    "y ~ x + w - x + (1 | g)": {"(Intercept)": one, "w": w},
    "y ~ x + x + (1 | g)": {"(Intercept)": one, "x": x},
    "y ~ x:w + (1 | g)": {"(Intercept)": one, "x:w": x * w},
    "y ~ x * w + (1 | g)": {"(Intercept)": one, "x": x, "w": w, "x:w": x * w},
    "y ~ x / w + (1 | g)": {"(Intercept)": one, "x": x, "x:w": x * w},
    "y ~ x:w + x + (1 | g)": {"(Intercept)": one, "x": x, "x:w": x * w},
    "y ~ (x + w + k)^2 - x:k + (1 | g)": {
        "(Intercept)": one, "x": x, "w": w, "k": k, "x:w": x * w, "w:k": w * k,
    },
    "y ~ c + (1 | g)": {"(Intercept)": one, "c[T.b]": is_("b"), "c[T.c]": is_("c")},
    "y ~ 0 + c + (1 | g)": {"c[a]": is_("a"), "c[b]": is_("b"), "c[c]": is_("c")},
    "y ~ C(k) + (1 | g)": {"(Intercept)": one, "C(k)[T.2]": is_(2, k), "C(k)[T.3]": is_(3, k)},
    "y ~ k + C(k) - k + (1 | g)": {
        "(Intercept)": one, "C(k)[T.2]": is_(2, k), "C(k)[T.3]": is_(3, k),
    },
    "y ~ b + (1 | g)": {"(Intercept)": one, "b[T.True]": k > 1},
    "y ~ c * x + (1 | g)": {
        "(Intercept)": one, "c[T.b]": is_("b"), "c[T.c]": is_("c"), "x": x,
        "c[T.b]:x": is_("b") * x, "c[T.c]:x": is_("c") * x,
    },
    "y ~ C(c, Treatment('c')) + (1 | g)": {
        "(Intercept)": one,
        "C(c, Treatment('c'))[T.a]": is_("a"), "C(c, Treatment('c'))[T.b]": is_("b"),
    },
    "y ~ C(c, Sum) + (1 | g)": {
        "(Intercept)": one,
        "C(c, Sum)[S.a]": is_("a") - is_("c"), "C(c, Sum)[S.b]": is_("b") - is_("c"),
    },
    "y ~ I(x^2) + I(x**3) + (1 | g)": {"(Intercept)": one, "I(x ** 2)": x**2, "I(x ** 3)": x**3},
    "y ~ {x + 1} + (1 | g)": {"(Intercept)": one, "x + 1": x + 1},
    "y ~ I(2 * (x - 1.5e-1) / -w) + (1 | g)": {
        "(Intercept)": one, "I(2 * (x - 0.15) / -w)": 2 * (x - 0.15) / -w,
    },
    "y ~ log(w) + exp(-x) + sqrt(abs(x)) + (1 | g)": {
        "(Intercept)": one, "log(w)": np.log(w), "exp(-x)": np.exp(-x),
        "sqrt(abs(x))": np.sqrt(np.abs(x)),
    },
    "y ~ log10(w) : log2(w) + (1 | g)": {
        "(Intercept)": one, "log10(w):log2(w)": np.log10(w) * np.log2(w),
    },
    "y ~ center(x) + scale(w) + (1 | g)": {
        "(Intercept)": one, "center(x)": x - x.mean(), "scale(w)": (w - w.mean()) / w.std(ddof=1),
    },
    "y ~ poly(x, 2, raw=True) + (1 | g)": {
        "(Intercept)": one, "poly(x, 2, raw=True)[0]": x, "poly(x, 2, raw=True)[1]": x**2,
    },
}  # fmt: skip


@pytest.mark.parametrize("formula", ACCEPTED)
def test_a_formula_makes_these_columns(formula):
    columns = made(formula)
    assert list(columns) == list(ACCEPTED[formula])
    for name, expected in ACCEPTED[formula].items():
        np.testing.assert_allclose(columns[name], expected, rtol=1e-14, atol=1e-15, err_msg=name)


@pytest.mark.parametrize("written", [
    "Sepal.Length", "Größe", "Gro\u0308ße", "年齢", "class", "True", "log", "C", "I", "Intercept",
    "`two words`", "`it's`", "`a:b`", "`a|b`", "`x ~ 1`", "`−\t∼`", "`1`", "`log(x)`",
    "`x + 1`", "`class`",
])  # fmt: skip
def test_any_name_can_be_a_column(written):
    columns = made(f"y ~ x + {written} + (1 | g)")
    assert len(columns) == 3
    np.testing.assert_array_equal(list(columns.values())[2], w)
    columns = made(f"y ~ exp({written}) + (1 | g)")
    np.testing.assert_allclose(list(columns.values())[1], np.exp(w), rtol=1e-14)


def test_a_column_is_never_taken_for_an_expression_or_the_intercept():
    made_from = {"`log(x)`": w, "log(w)": np.log(w), "`x + 1`": w, "I(x + 1)": x + 1, "`1`": w}
    columns = made("y ~ `log(x)` + log(w) + `x + 1` + I(x + 1) + `1` + Intercept + `a:b` + (1 | g)")
    assert len(columns) == 8
    for name, expected in made_from.items():
        np.testing.assert_allclose(columns[name], expected, rtol=1e-14)
    np.testing.assert_array_equal(columns["(Intercept)"], one)
    np.testing.assert_array_equal(columns["Intercept"], w)


def test_names_of_functions_can_be_columns_beside_them():
    columns = made("y ~ log(log) + C + C(c) + I(I) + (1 | g)")
    np.testing.assert_allclose(columns["log(log)"], np.log(w), rtol=1e-14)
    np.testing.assert_array_equal(columns["C"], w)
    np.testing.assert_array_equal(columns["I(I)"], w)
    np.testing.assert_array_equal(columns["C(c)[T.b]"], is_("b"))


def test_polynomials_and_splines_span_what_they_should():
    P = np.column_stack([one, *list(made("y ~ poly(x, 3) + (1 | g)").values())[1:]])
    np.testing.assert_allclose(P[:, 1:].T @ P, np.eye(4)[1:], atol=1e-12)
    powers = np.vander(x, 4)
    assert np.linalg.matrix_rank(np.hstack([P, powers]), tol=1e-9) == 4
    assert len(made("y ~ bs(x, df=4) + (1 | g)")) == 5


def test_integers_multiply_without_overflow():
    frame = FRAME.assign(
        k=(k * 40).astype("int8"), u=k.astype("uint8"), i=k * 10**10, j=k[::-1] * 10**10
    )
    _, X, _ = design(parse_formula("y ~ i:j + I(k * k) + I(u - 5) + I(k ** -1) + (1 | g)"), frame)
    np.testing.assert_array_equal(X[:, 1], k * k * 1600.0)
    np.testing.assert_array_equal(X[:, 2], k - 5.0)
    np.testing.assert_array_equal(X[:, 3], 1 / (k * 40))
    np.testing.assert_array_equal(X[:, 4], k * k[::-1] * 1e20)


@pytest.mark.parametrize(
    ("left", "y", "name"),
    [
        ("y", FRAME["y"], "y"),
        ("`two words`", w, "two words"),
        ("log(w)", np.log(w), "log(w)"),
        ("I(10 * w)", 10 * w, "I(10 * w)"),
        ("{x / `two words`}", x / w, "x / `two words`"),
    ],
)
def test_the_response_may_be_an_expression(left, y, name):
    parsed = parse_formula(f"{left} ~ x + (1 | g)")
    np.testing.assert_allclose(design(parsed, FRAME)[0], y, rtol=1e-14)
    assert parsed.response_text == name


def test_what_the_columns_must_hold():
    parsed = parse_formula("log(y) ~ x*C(k) + C(c) + I(w + c) + poly(b, 2) + `1 2` + (1 | `g p`)")
    assert parsed.columns == ("y", "x", "k", "c", "w", "b", "1 2")
    assert parsed.numeric == {"y", "w", "c", "b"}
    assert parsed.categorical == {"k"}
    assert parsed.group == "g p"


REFUSED = {
    # no model
    "": "needs one ~",
    "   ": "needs one ~",
    "y": "needs one ~",
    "y = x + (1 | g)": "needs one ~",
    "y ~ x ~ w + (1 | g)": "needs one ~",
    "~": "no group term",
    "y ~": "no group term",
    "y ~ x": "no group term. Add one, as in: response ~ predictor + (1 | group).",
    "~ x + (1 | g)": "one response on the left",
    "y + w ~ x + (1 | g)": "one response on the left",
    "-y ~ x + (1 | g)": "one response on the left",
    "2 * y ~ x + (1 | g)": "one response on the left",
    "1 ~ x + (1 | g)": "one response on the left",
    "(1 | g) ~ x": "one response on the left",
    "y + (1 | g) ~ x": "one response on the left",
    # the response explains itself
    "y ~ x + (1 | y)": "'y' is both the response and the group",
    "y ~ x + y + (1 | g)": "'y' is both the response and a predictor",
    "log(w) ~ log(w) + (1 | g)": "'log(w)' is both the response and a predictor",
    "y ~ 0 + (1 | g)": "no fixed effect",
    "y ~ (1 | g) - 1": "no fixed effect",
    # the group term
    "y ~ x | g": "a | outside of brackets",
    "y ~ x + 1 | g": "a | outside of brackets",
    "y ~ x + (1 | g) + (1 | h)": "has 2 group terms. One is supported so far",
    "y ~ x + (x | g)": "'(x | g)' has a random slope or leaves out the intercept, which is not yet",
    "y ~ x + (1 + x | g)": "random slope",
    "y ~ x + (0 + x | g)": "random slope",
    "y ~ x + (x || g)": "random slope",
    "y ~ x + ( | g)": "leaves out the intercept",
    "y ~ x + (1 | g/h)": "'(1 | g/h)' must name one column",
    "y ~ x + (1 | g:h)": "must name one column",
    "y ~ x + (1 | g + h)": "must name one column",
    "y ~ x + (1 | g h)": "must name one column",
    "y ~ x + (1 | )": "must name one column",
    "y ~ x + (1 | 1)": "must name one column",
    "y ~ x + (1 | (g))": "must name one column",
    "y ~ x + (1 | C(g))": "must name one column",
    "y ~ x - (1 | g)": "join its group term to the others by a +",
    "y ~ x * (1 | g)": "join its group term to the others by a +",
    "y ~ x:(1 | g)": "join its group term to the others by a +",
    "y ~ (x + (1 | g)) * w": "join its group term to the others by a +",
    # where it does not parse
    "y ~ x (1 | g)": "does not parse at character 5, near 'x ('",
    "y ~ x w + (1 | g)": "does not parse at character 5, near 'x w'",
    "y ~ x + (1 | g) +": "does not parse at character 17, near '+'",
    "y ~ x + + (1 | g)": "at character 7, near '+ +'. Two signs follow each other",
    "y ~ x + * w + (1 | g)": "at character 7, near '+ *'",
    "y ~ --x + (1 | g)": "at character 5, near '--'",
    "y ~ x * * w + (1 | g)": "at character 7, near '* *'",
    "y ~ x + (1 | g": "at character 9, near '('. It is never closed",
    "y ~ (x + (1 | g)": "at character 5, near '('. It is never closed",
    "y ~ x) + (1 | g)": "at character 6, near ')'. It closes nothing",
    "y ~ log(x + (1 | g)": "at character 8, near '('. It is never closed",
    "y ~ x] + (1 | g)": "at character 6, near ']'",
    "y ~ `x + (1 | g)": "at character 5, near '`'. It is never closed",
    "y ~ `` + (1 | g)": "at character 5, near '``'. A name is missing",
    "y ~ . + (1 | g)": "at character 5, near '.'. Name the predictors one by one",
    "y ~ 2 + x + (1 | g)": "at character 5, near '2'",
    "y ~ 2 * x + (1 | g)": "near '2 *'. Put arithmetic into I(…)",
    "y ~ x:0 + (1 | g)": "near ':0'",
    "y ~ 2nd + (1 | g)": "near '2nd'. Put arithmetic into I(…), and a name that starts",
    "y ~ x ** 2 + (1 | g)": "at character 7, near '**'",
    "y ~ x^2 + (1 | g)": "For that of a column write I(x ** 2)",
    "y ~ (x + w) ** 0 + (1 | g)": "near '**'",
    "y ~ x @ w + (1 | g)": "at character 7, near '@'",
    "y ~ x; w + (1 | g)": "near ';'",
    "y ~ x, w + (1 | g)": "near ','",
    "y ~ x %% w + (1 | g)": "does not parse",
    "y ~ a$b + (1 | g)": "near '$'",
    "y ~ 'x' + (1 | g)": "near ''x''",
    "y ~ I(x +) + (1 | g)": "at character 5, near 'I(x +)'",
    "y ~ I(x > 0) + (1 | g)": "at character 5, near 'I(x > 0)'. It may hold columns, numbers",
    "y ~ I(x[0]) + (1 | g)": "It may hold columns",
    "lmer(y ~ x + (1 | g))": "does not parse",
    # functions
    "y ~ np.log(x) + (1 | g)": "do not know the function 'np.log', only: I, abs, sqrt",
    "y ~ s(x) + (1 | g)": "do not know the function 's'",
    "y ~ log() + (1 | g)": "The function 'log' needs a column",
    "y ~ log(x, 2) + (1 | g)": "The function 'log' takes one column and nothing else",
    "y ~ exp(x, out=y) + (1 | g)": "takes one column and nothing else",
    "y ~ poly(x, 0) + (1 | g)": "The degree in 'poly(x, 0)' must be a whole number from 1 to 11",
    "y ~ poly(x, 12) + (1 | g)": "from 1 to 11",
    "y ~ poly(k, 3) + (1 | g)": "from 1 to 2",
    "y ~ poly(x, 'a') + (1 | g)": "must be a whole number",
    "y ~ poly(x, w) + (1 | g)": "'w' stands where a constant must stand",
    "y ~ bs(x, df=10 ** 9) + (1 | g)": "stands where a constant must stand",
    "y ~ bs(x, df=1) + (1 | g)": "'bs(x, df=1)' cannot be computed",
    "y ~ poly(x, 2, _state=1) + (1 | g)": "The function 'poly' has no option '_state'",
    "y ~ poly(x, **w) + (1 | g)": "The function 'poly' has no option '**'",
    "y ~ poly(x, 2, True) + (1 | g)": "'True' stands where a constant must stand",
    "y ~ log(poly(x, 2)) + (1 | g)": "cannot stand in an expression",
    "y ~ I('x') + (1 | g)": "cannot stand in an expression",
    "y ~ C(c, 5) + (1 | g)": "The coding in 'C(c, 5)' is not known. Write Treatment('reference')",
    "y ~ C(c, levels=['a']) + (1 | g)": "is not known",
    "y ~ C(c, Treatment('q')) + (1 | g)": "cannot be computed",
    "C(c) ~ x + (1 | g)": "The response 'C(c)' is not one column of numbers",
    "poly(x, 2) ~ w + (1 | g)": "is not one column of numbers",
    # too much
    "y ~ " + "*".join(f"x{i}" for i in range(30)) + " + (1 | g)": "more than 2000 terms",
    "y ~ (((x + w)**9)**9)**9 + (1 | g)": "more than 2000 terms",
    "y ~ (x + w)**9999 + (1 | g)": "near '**'",
    "y ~ " + "x + " * 9000 + "(1 | g)": "Write at most 20000",
    "y ~ " + "x + " * 4000 + "(1 | g)": "too many parts",
    "y ~ " + "I(" * 500 + "x" + ")" * 500 + " + (1 | g)": "does not parse",
    "y ~ I(" + "-" * 5000 + "x) + (1 | g)": "too many parts",
}


@pytest.mark.parametrize("formula", REFUSED)
def test_a_formula_is_refused_in_a_sentence(formula):
    with pytest.raises(Refusal) as refusal:
        made(formula)
    said = str(refusal.value)
    assert REFUSED[formula] in said
    assert said.endswith(".")
    assert len(said) < 400
    assert "\n" not in said


ATTACKS = [
    "__import__('pathlib').Path({path!r}).touch()",
    "(__import__('pathlib').Path({path!r}).touch)()",
    "I(__import__('pathlib').Path({path!r}).touch())",
    "I((__import__('pathlib').Path({path!r}).touch())())",
    "log(x)(__import__('pathlib').Path({path!r}).touch())",
    "{{(__import__('pathlib').Path({path!r}).touch())()}}",
    "C(c, __import__('pathlib').Path({path!r}).touch())",
    "poly(x, degree=open({path!r}, 'w'))",
    "x.__class__",
    "I(x.values)",
    "I((lambda: 1)())",
    "I([v for v in x])",
    "eval('1')",
    "Q('x')",
    "hashed(c)",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("formula", ["y ~ {} + (1 | g)", "{} ~ x + (1 | g)"])
def test_nothing_is_evaluated_as_python(tmp_path, formula, attack):
    target = tmp_path / "touched"
    with pytest.raises((Refusal, KeyError)):
        made(formula.format(attack.format(path=str(target))))
    assert not target.exists()


@pytest.mark.parametrize("expression", ["9 ** 9 ** 9 ** 9", "x * 10 ** 400", "x / 0", "0 * x / 0"])
def test_what_overflows_is_infinite_at_once_and_warns_of_nothing(expression):
    assert not np.isfinite(made(f"y ~ I({expression}) + (1 | g)").popitem()[1]).all()


def test_too_many_columns_are_refused_before_they_fill_the_memory():
    n = 40_000
    frame = pd.DataFrame({"y": np.arange(n), "c": np.arange(n).astype(str), "g": np.arange(n) % 9})
    with pytest.raises(Refusal, match=r"makes 40001 columns of 40000 rows: too many.*'c'.*40000"):
        design(parse_formula("y ~ c + (1 | g)"), frame)


def test_every_function_that_the_refusal_offers_is_there():
    for name in FUNCTIONS:
        assert len(made(f"y ~ {name}(w) + (1 | g)")) == 2
