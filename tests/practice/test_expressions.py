"""What is typed becomes mathematics, or a sentence; it is never run."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Refusal
from solver.practice.expressions import read
from solver.practice.values import Identity, Point, same, worth


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("tau^2+sigma^2", "τ² + σ²"),
        ("τ²+σ²", "τ² + σ²"),
        ("tau2 + sigma2", "τ² + σ²"),
        ("tau**2", "τ²"),
        ("1,5", "1.5"),
        ("3/2", "3/2"),
        ("½", "½"),
        ("-2", "−2"),
        ("−2", "−2"),
        ("3.2·10⁻⁸", "3.2·10⁻⁸"),
        ("1.5e-3", "1.5e-3"),
        ("y51", "y₅₁"),
        ("y_{51}", "y₅₁"),
        ("y_5,1", "y₅₁"),
        ("y5,1", "y₅₁"),
        ("eps5,1", "ε₅₁"),
        ("y₅₁", "y₅₁"),
        ("y₅₁x", "y₅₁x"),
        ("PV_kPy", "PVₖPy"),
        ("Σ_ab Σ_b^-1", "Σ_ab Σ_b⁻¹"),
        ("Σ_a b", "Σ_a b"),
        ("eps_11", "ε₁₁"),
        ("beta0", "β₀"),
        ("beta_hat", "β̂"),
        ("û", "û"),
        ("X'V^-1 (y - X beta)", "XᵀV⁻¹(y − Xβ)"),
        ("X^T inv(V) y", "XᵀV⁻¹y"),
        ("XᵀV^{-1}y", "XᵀV⁻¹y"),
        ("(X'V^(-1)X)^-1", "(XᵀV⁻¹X)⁻¹"),
        ("σ^2I", "σ²I"),
        ("1/(2 sigma^4)", "1/(2σ⁴)"),
        ("A V(v) A'", "AV(v)Aᵀ"),
        ("-1/2(n log(2π)+log|V|)", "−1/2·(n log(2π) + log|V|)"),
        ("a-(b-c)", "a − (b − c)"),
        ("a/(b c)", "a/(bc)"),
    ],
)
def test_what_is_typed_is_understood(typed, text):
    assert read(typed, ("V(v)",)).text == text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Nothing"),
        ("1.234,5", "two decimal marks"),
        ("(1+2", "never closed"),
        ("|V", "never closed"),
        ("1+", "missing at the end"),
        ("*2", "missing before '*'"),
        ("2)", "nothing fits"),
        ("9^99", "power"),
        ("2^-", "'^' is not understood"),
        ("import os; x", "not understood"),
        ("__import__('os')", "not understood"),
        ("1" * 301, "longer"),
        ("1" * 60, "digits"),
        ("(" * 40 + "1" + ")" * 40, "too many brackets"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(typed, said):
    with pytest.raises(Refusal) as refused:
        read(typed)
    assert said in str(refused.value)


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text):
    try:
        tree = read(text).tree
        worth(tree, Point({"x": Fraction(3, 7)}, free=1))
    except Refusal:
        return


numbers = st.fractions(min_value=-50, max_value=50, max_denominator=50)
trees = st.recursive(
    st.one_of(
        st.integers(0, 99).map(str),
        st.decimals(0, 99, places=2).map(str),
        st.sampled_from(["x", "y_51", "σ²", "tau^2", "½"]),
    ),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*/"), part).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        part.map(lambda p: f"-({p})"),
        part.map(lambda p: f"({p})^2"),
    ),
    max_leaves=8,
)


@given(trees)
@settings(max_examples=200, deadline=None)
def test_what_is_shown_means_what_was_typed(typed):
    point = Point({"x": Fraction(22, 7), "σ": Fraction(5, 3), "τ": Fraction(7, 11)}, free=1)
    tree, text = read(typed)
    try:
        value = worth(tree, point)
    except Refusal:
        return
    assert worth(read(text).tree, point) == value


def matrices():
    rng = np.random.default_rng(1)
    A, B, S = (rng.normal(size=shape) for shape in ((3, 2), (2, 3), (3, 3)))
    return {"A": A, "B": B, "S": S, "I": Identity(1.0), "k": 2.5}


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("AB", lambda m: m["A"] @ m["B"]),
        ("A'", lambda m: m["A"].T),
        ("S^-1", lambda m: np.linalg.inv(m["S"])),
        ("inv(S)", lambda m: np.linalg.inv(m["S"])),
        ("S + 2I", lambda m: m["S"] + 2 * np.eye(3)),
        ("I - S/k", lambda m: np.eye(3) - m["S"] / 2.5),
        ("tr(AB)", lambda m: np.trace(m["A"] @ m["B"])),
        ("log|S'S|", lambda m: np.log(np.linalg.det(m["S"].T @ m["S"]))),
        ("k A", lambda m: 2.5 * m["A"]),
    ],
)
def test_matrices_are_worked_out(typed, wanted):
    known = matrices()
    assert same(worth(read(typed).tree, Point(known)), wanted(known))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("AA", "3 × 2 matrix times a 3 × 2"),
        ("A+B", "shapes differ: 3 × 2 and 2 × 3"),
        ("A+1", "adds a number to a matrix"),
        ("A^-1", "not square"),
        ("1/A", "divides by a matrix"),
        ("k/(k-k)", "divides by 0"),
        ("Q", "no meaning here. You may use: A, B"),
        ("log(A)", "takes a number"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(typed, said):
    with pytest.raises(Refusal) as refused:
        worth(read(typed).tree, Point(matrices()))
    assert said in str(refused.value)
