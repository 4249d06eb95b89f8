"""Tables and matrices on their way out."""

import csv
import io

import numpy as np
import pytest

from solver import Problem, Refusal, fit, load_example
from solver.exports.grid import Grid, latex_number, latex_symbol, latex_text, matrix_grid
from solver.saving.loading import load


@pytest.fixture(scope="module")
def handout():
    example = load_example("handout")
    return fit(Problem.from_frame(example.frame(), example.formula))


def test_csv_keeps_all_digits_of_a_matrix(handout):
    V = handout.matrix("V")
    grid = matrix_grid(V, np.arange(7), np.arange(7))
    rows = list(csv.reader(io.StringIO(grid.csv())))
    assert rows[0] == ["", *V.column_labels()]
    assert [row[0] for row in rows[1:]] == V.row_labels()
    np.testing.assert_array_equal(np.array([row[1:] for row in rows[1:]], float), V.dense())
    assert grid.tabs() == grid.csv().replace(",", "\t")


def test_latex_of_a_matrix(handout):
    grid = matrix_grid(handout.matrix("XᵀV⁻¹X"), np.arange(2), np.arange(2))
    text = grid.latex()
    assert text.startswith(r"X^{\mathsf{T}}V^{-1}X = \begin{bmatrix}")
    assert text.count("&") == 2
    assert text.count(r"\\") == 1
    u = matrix_grid(handout.matrix("u"), np.arange(3), np.arange(1)).latex()
    assert u.startswith(r"\hat{u} = ")
    assert "-1.350" in u
    assert "−" not in text + u


def test_a_table_in_latex_and_html():
    grid = Grid(("σ² & co", "100 %"), (("a_b", 1.5e-9), ("<c>", -0.25), (None, 3)))
    assert grid.latex() == (
        "\\begin{tabular}{lr}\n  \\toprule\n  $\\sigma$$^2$ \\& co & 100 \\% \\\\\n  \\midrule\n"
        "  a\\_b & $1.500\\cdot 10^{-9}$ \\\\\n  <c> & $-0.2500$ \\\\\n   & $3$ \\\\\n"
        "  \\bottomrule\n\\end{tabular}"
    )
    assert "<td>&lt;c&gt;</td>" in grid.html()


def test_a_block_of_a_large_matrix_but_not_the_whole():
    problem = load("hsb82").problem
    V = fit(problem).matrix("V")
    with pytest.raises(Refusal, match="too many to take along"):
        matrix_grid(V, np.arange(problem.n), np.arange(problem.n))
    block = matrix_grid(V, np.arange(100, 160), np.arange(100, 160))
    assert block.csv().count("\n") == 61
    with pytest.raises(Refusal, match="too many for LaTeX"):
        block.latex()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-2.5, "-2.500"), (3.2e-8, r"3.200\cdot 10^{-8}"), (np.inf, r"\infty")],
)
def test_numbers_in_latex(value, text):
    assert latex_number(value) == text


def test_names_in_latex():
    assert latex_symbol("(XᵀV⁻¹X)⁻¹") == r"(X^{\mathsf{T}}V^{-1}X)^{-1}"
    assert latex_text(r"a\b{c}") == r"a\textbackslash{}b\{c\}"
