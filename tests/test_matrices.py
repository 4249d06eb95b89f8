"""Every matrix is the one the lecture writes down, in any block, and each cell says truly why."""

import math
import re
import tracemalloc
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from solver.criterion import Criterion
from solver.data.examples import load_example
from solver.errors import Refusal
from solver.matrices import matrix, matrix_names
from solver.problem import Problem
from solver.state import Options
from solver.steps import steps

ALWAYS = [
    "y", "X", "Z", "β", "u", "V", "V⁻¹", "P", "H", "ZZᵀ", "I", "Xᵀ", "XᵀX", "(XᵀX)⁻¹", "Var(μ̂)",
    "XᵀV⁻¹X", "(XᵀV⁻¹X)⁻¹", "XᵀV⁻¹", "XᵀV⁻¹y", "V⁻¹X", "τ²Zᵀ", "τ²ZᵀV⁻¹", "ZᵀZ", "Xβ", "Zu",
    "ε̂", "Py",
]  # fmt: skip
LATER = ["Var(β̂)", "λ", "r̄", "s", "Fisher", "average", "observed", "information", "Δ"]
EXPRESSED = ["Z", "Zᵀ", "V", "V⁻¹", "ZZᵀ", "I", "τ²Zᵀ", "ZᵀV⁻¹", "ZᵀV⁻¹Z", "τ²ZᵀV⁻¹", "ZᵀZ", "λ"]


def example(name):
    about = load_example(name)
    return Problem.from_frame(about.frame(), about.formula)


def unbalanced():
    """Three fixed effects, groups of 1 to 8 rows, in no order."""
    rng = np.random.default_rng(5)
    groups = rng.permutation(np.repeat(list("abcde"), [8, 1, 6, 3, 5]))
    X = np.column_stack([np.ones(23), rng.normal(30, 4, 23), rng.integers(0, 2, 23)])
    u = dict(zip("abcde", rng.normal(0, 2, 5), strict=True))
    y = X @ [3, 0.5, -1] + [u[g] for g in groups] + rng.normal(0, 1, 23)
    return Problem.from_arrays(y, X, groups)


RUNS = {
    "handout": (lambda: example("handout"), Options()),
    "unbalanced": (unbalanced, Options(algorithm="ai", start="half")),
    "unbalanced, ML": (unbalanced, Options(method="ml", algorithm="newton")),
    "unbalanced, EM": (unbalanced, Options(algorithm="em", max_iterations=3)),
    "τ² = 0": (lambda: example("dyestuff2"), Options()),
    "held at τ² = 0": (lambda: example("dyestuff2"), Options(start=(10.0, 0.0))),
    "off τ² = 0": (unbalanced, Options(start=(2.0, 0.0))),
}


@cache
def run(name):
    """The steps of a run: those until β̂ is estimated for the second time, and the last."""
    make, options = RUNS[name]
    taken = list(steps(make(), options))
    return [*taken[:8], taken[-1]]


each_run = pytest.mark.parametrize("name", RUNS)


def at(step, name):
    """A matrix at the state of a step."""
    return matrix(name, step.problem, step.state)


def literal(problem, sigma2, tau2, beta, u):
    """The matrices as the lecture writes them, dense."""
    y, X, n = problem.y[:, None], problem.X, problem.n
    Z = np.eye(problem.J)[problem.codes]
    V = tau2 * Z @ Z.T + sigma2 * np.eye(n)
    Vinv = np.linalg.inv(V)
    inverse = np.linalg.inv(X.T @ Vinv @ X)
    P = Vinv - Vinv @ X @ inverse @ X.T @ Vinv
    XtX = np.linalg.inv(X.T @ X)
    H = X @ XtX @ X.T
    r = y - X @ beta[:, None]
    VkPy = np.hstack([P @ y, Z @ Z.T @ P @ y])
    return {
        "y": y, "X": X, "Z": Z, "β": beta[:, None], "u": u[:, None], "V": V, "V⁻¹": Vinv, "P": P,
        "H": H, "ZZᵀ": Z @ Z.T, "I": np.eye(n), "Xᵀ": X.T, "Zᵀ": Z.T, "XᵀX": X.T @ X,
        "(XᵀX)⁻¹": XtX, "Xᵀy": X.T @ y, "X(XᵀX)⁻¹": X @ XtX, "I − H": np.eye(n) - H,
        "Var(μ̂)": sigma2 * H, "XᵀV⁻¹": X.T @ Vinv, "V⁻¹X": Vinv @ X, "Xβ": X @ beta[:, None],
        "y − Xβ": r, "XᵀV⁻¹(y − Xβ)": X.T @ Vinv @ r, "XᵀV⁻¹X": X.T @ Vinv @ X,
        "XᵀV⁻¹y": X.T @ Vinv @ y, "(XᵀV⁻¹X)⁻¹": inverse, "ZᵀZ": Z.T @ Z, "τ²Zᵀ": tau2 * Z.T,
        "ZᵀV⁻¹": Z.T @ Vinv, "ZᵀV⁻¹Z": Z.T @ Vinv @ Z, "τ²ZᵀV⁻¹": tau2 * Z.T @ Vinv,
        "(ZᵀZ)⁻¹Zᵀ": np.linalg.inv(Z.T @ Z) @ Z.T, "Zu": Z @ u[:, None],
        "Xβ + Zu": X @ beta[:, None] + Z @ u[:, None], "ε̂": r - Z @ u[:, None],
        "V⁻¹X(XᵀV⁻¹X)⁻¹": Vinv @ X @ inverse,
        "V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹": Vinv @ X @ inverse @ X.T @ Vinv,
        "Py": P @ y, "ZᵀP": Z.T @ P, "ZᵀPZ": Z.T @ P @ Z, "VₖPy": VkPy, "(VₖPy)ᵀ": VkPy.T,
        "PVₖPy": P @ VkPy,
    }  # fmt: skip


@cache
def literal_then(problem, method, sigma2, tau2):
    """The quantities of a whole round at σ², τ², from dense matrices."""
    A = literal(problem, sigma2, tau2, np.zeros(problem.p), np.zeros(problem.J))
    beta = A["(XᵀV⁻¹X)⁻¹"] @ A["XᵀV⁻¹y"]
    r = A["y"] - A["X"] @ beta
    P, y, Vk = A["P"], A["y"], [A["I"], A["ZZᵀ"]]
    R = P if method == "reml" else A["V⁻¹"]
    traces = np.array([[np.trace(R @ Vk[k])] for k in range(2)])
    quadratics = np.array([(y.T @ P @ Vk[k] @ P @ y)[0] for k in range(2)])
    pairs = np.array([[np.trace(R @ Vk[k] @ R @ Vk[l]) for l in range(2)] for k in range(2)])  # noqa: E741
    forms = np.array(
        [[(y.T @ P @ Vk[k] @ P @ Vk[l] @ P @ y).item() for l in range(2)] for k in range(2)]  # noqa: E741
    )
    R_name = "P" if method == "reml" else "V⁻¹"
    sizes = problem.group_sizes[:, None]
    return {
        "β": beta,
        "u": A["τ²ZᵀV⁻¹"] @ r,
        "Var(β̂)": A["(XᵀV⁻¹X)⁻¹"],
        "r̄": A["(ZᵀZ)⁻¹Zᵀ"] @ r,
        "λ": sizes * tau2 / (sizes * tau2 + sigma2),
        f"tr({R_name}Vₖ)": traces,
        f"tr({R_name}Vₖ{R_name}Vₗ)": pairs,
        "yᵀPVₖPy": quadratics,
        "yᵀPVₖPVₗPy": forms,
        "s": -0.5 * (traces - quadratics),
        "Fisher": 0.5 * pairs,
        "average": 0.5 * forms,
        "observed": forms - 0.5 * pairs,
    }


@cache
def literal_now(step, sigma2, tau2):
    """The matrices with the step's β and u."""
    return literal(step.problem, sigma2, tau2, step.state.beta, step.state.u)


def expected(step, m):
    """What a matrix should be at its own σ², τ²: with the state's β and u, or of a whole round."""
    later = dict(literal_then(step.problem, step.options.method, m.sigma2, m.tau2))
    now = literal_now(step, m.sigma2, m.tau2)
    later["information"] = step.state.information
    if step.state.information is not None:
        later["information⁻¹"] = np.linalg.inv(step.state.information)
    if step.state.full_step is not None:
        later["Δ"] = step.state.full_step[:, None]
    if m.name == "β" and step.state.beta_cov is None:
        return now["(XᵀX)⁻¹"] @ now["Xᵀy"]
    if m.name == "u" and step.state.shrinkage is None:
        return now["u"]
    return later[m.name] if m.name in later else now[m.name]


def scale(step, m, values):
    """The size that rounding is measured by: of the largest entry, or of what cancelled in it."""
    cancelled = {"XᵀV⁻¹(y − Xβ)": "XᵀV⁻¹y", "s": "yᵀPVₖPy"}
    whole = at(step, cancelled[m.name]).dense() if m.name in cancelled else values
    return np.abs(whole).max()


@each_run
def test_matrices_are_the_literal_ones(name):
    for step in run(name):
        for key in matrix_names(step.state):
            m = at(step, key)
            values = expected(step, m)
            assert m.name == key
            assert m.shape == values.shape
            error = np.abs(m.dense() - values).max()
            assert error <= 1e-12 * scale(step, m, values), key


@each_run
def test_variances_are_those_that_went_in(name):
    for step in run(name):
        state = step.state
        found = {key: at(step, key) for key in matrix_names(state)}
        assert (found["V"].sigma2, found["V"].tau2) == (state.sigma2, state.tau2)
        if state.updated_from and step.name in ("update_variances", "check_convergence"):
            old = state.updated_from
            assert found["s"].sigma2 == old.sigma2
            if state.outcome is None:
                assert found["β"].sigma2 == found["Var(β̂)"].sigma2 == old.sigma2
                assert found["u"].tau2 == found["λ"].tau2 == found["r̄"].tau2 == old.tau2


def test_the_update_shows_what_went_into_it():
    predicted, updated = run("handout")[3:5]
    for key in ("V", "P", "u", "XᵀV⁻¹X"):
        assert np.array_equal(updated.matrix(key).dense(), predicted.matrix(key).dense())


def test_what_is_made_of_the_data_is_the_same_at_every_step():
    first, last = run("handout")[0], run("handout")[-1]
    of_data = {name for name in matrix_names(first.state) if first.matrix(name).of_data}
    assert {"y", "X", "Z", "H", "I − H", "ZZᵀ", "(XᵀX)⁻¹"} <= of_data
    for name in matrix_names(first.state):
        same = np.array_equal(first.matrix(name).dense(), last.matrix(name).dense())
        assert same == (name in of_data), name


def test_names_grow_as_the_run_goes_on():
    taken = run("handout")
    first, after = matrix_names(taken[0].state), matrix_names(taken[4].state)
    assert set(ALWAYS) <= set(first)
    assert not set(LATER) & set(first)
    assert set(ALWAYS + LATER) <= set(after)
    assert list(after[:12]) == ALWAYS[:12]
    assert "Var(β̂)" in matrix_names(taken[2].state)
    assert "λ" in matrix_names(taken[3].state)


@pytest.mark.parametrize("name", ["handout", "unbalanced", "τ² = 0"])
def test_blocks_are_cut_from_the_whole(name):
    step = run(name)[-1]
    cuts = [slice(None), slice(1, 3), slice(-2, None), slice(None, None, -2), slice(5, 5), [-1, 0]]
    for key in matrix_names(step.state):
        m = at(step, key)
        whole = m.dense()
        for rows in cuts:
            for columns in cuts:
                block = m.block(rows, columns)
                assert np.array_equal(block, whole[rows][:, columns]), key
                assert not block.flags.writeable


def close(found, value, error):
    return math.isclose(found, value, rel_tol=1e-12, abs_tol=error)


def evaluate(text):
    """The value of an expression as it stands on the page."""
    text = re.sub(r"\[⋯ \d+: ([^]]*)\]", r"(\1)", text)
    text = re.sub(
        "10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)",
        lambda power: f"10**({power[1].translate(str.maketrans('⁰¹²³⁴⁵⁶⁷⁸⁹⁻', '0123456789-'))})",
        text,
    )
    text = text.replace("²", "**2").replace("½", "0.5").replace("−", "-").replace("·", "*")
    return eval(text, {"__builtins__": {}})


@cache
def evaluate_symbol(text, sigma2, tau2):
    """The value of a symbol, where it is an expression; None where it is an entry's own name."""
    text = text.replace("σ²", "s").replace("τ²", "t").replace("−", "-")
    if re.search("[^-+/() 0-9st]", text):
        return None
    text = re.sub(r"(?<=[0-9st)])(?=[st(])", "*", text)
    return eval(text, {"__builtins__": {}}, {"s": sigma2, "t": tau2})


@each_run
def test_symbols_evaluate_to_the_entries(name):
    for step in run(name)[::4]:
        for key in matrix_names(step.state):
            m = at(step, key)
            for row, values in zip(m.symbols(), m.dense(), strict=True):
                for symbol, value in zip(row, values, strict=True):
                    found = evaluate_symbol(symbol, m.sigma2, m.tau2)
                    assert found is not None or key not in EXPRESSED
                    assert found is None or close(found, value, 1e-15), (key, symbol)


def test_symbols_read_as_in_the_lecture():
    step = run("handout")[-1]
    assert step.matrix("V").symbols(slice(0, 3), slice(0, 3)) == [
        ["τ²+σ²", "τ²", "0"],
        ["τ²", "τ²+σ²", "0"],
        ["0", "0", "τ²+σ²"],
    ]
    assert step.matrix("Vinv").symbols([2], [2, 3]) == [
        ["1/σ² − τ²/(σ²(σ²+3τ²))", "−τ²/(σ²(σ²+3τ²))"]
    ]
    assert step.matrix("X").symbols([6]) == [["1", "x₇,₂"]]
    alone = run("unbalanced")[-1].matrix("λ")
    assert alone.symbols() == [[f"{n}τ²/({n}τ²+σ²)"] for n in ("8", "", "6", "3", "5")]
    assert step.matrix("P").symbols([1], [2]) == [["p₂,₃"]]
    assert step.matrix("β").symbols() == [["β̂₁"], ["β̂₂"]]
    assert run("handout")[0].matrix("u").symbols() == [["0"]] * 3


def check_cell(m, values, i, j):
    cell = m.cell(i, j, digits=17)
    size = np.abs(values).max() + sum(abs(term.product) for term in cell.terms)
    assert cell.value == values[i, j]
    assert cell.formula.startswith(f"{m.entry(i, j)} = ")
    assert close(evaluate(cell.numbers), cell.value, 1e-12 * size), cell
    assert len(cell.terms) <= 12
    if cell.terms:
        together = math.fsum(term.product for term in cell.terms) + cell.left_out_sum
        assert close(together, cell.value, 1e-12 * size), cell
        assert all(term.product == term.left * term.right for term in cell.terms)
    return cell


@each_run
def test_cells_say_how_they_come_about(name):
    taken = run(name)
    every = name == "handout"
    for step in (taken[0], taken[4], taken[-1]) if every else taken[-1:]:
        for key in matrix_names(step.state):
            m = at(step, key)
            rows, columns = m.shape
            values = m.dense()
            for i in range(0, rows, 1 if every or rows < 7 else 7):
                for j in range(0, columns, 1 if every or columns < 5 else 5):
                    check_cell(m, values, i, j)


def test_a_cell_reads_as_on_the_board():
    step = run("handout")[-1]
    cell = step.matrix("V").cell(2, 3)
    assert (cell.symbol, cell.formula) == ("τ²", "V₃,₄ = τ²·(ZZᵀ)₃,₄ + σ²·I₃,₄")
    assert cell.numbers == "3.981·1 + 0.7227·0"
    assert [term.label for term in cell.terms] == ["ZZᵀ", "I"]
    assert cell.rows.tolist() == [2, 3]
    cell = step.matrix("u").cell(1, 0)
    assert cell.formula == "û₂ = Σᵢ (τ²ZᵀV⁻¹)₂,ᵢ·(y − Xβ)ᵢ"
    assert [term.label for term in cell.terms] == ["3", "4", "5"]
    assert cell.rows.tolist() == [2, 3, 4]
    cell = step.matrix("XtVinvX").cell(-1, -1)
    assert (cell.row, cell.column, cell.rows) == (1, 1, slice(0, 7))
    assert [term.right for term in cell.terms] == [400, 900, 500, 700, 1300, 600, 1100]
    assert step.matrix("V⁻¹").cell(2, 3).rows.tolist() == [2, 3, 4]
    assert step.matrix("V⁻¹").cell(2, 0).rows.tolist() == [0, 2]
    assert step.matrix("ZᵀZ").cell(0, 2).rows.tolist() == [0, 1, 5, 6]
    assert step.matrix("X").cell(0, 1).formula == "X₁,₂ = HOURS₁"
    assert step.matrix("Z").cell(0, 1).formula == "Z₁,₂ = [INDUSTRY₁ = 5]"
    assert step.matrix("V⁻¹").cell(0, 1).numbers == "−3.981/(0.7227·(0.7227 + 2·3.981))"
    assert step.matrix("β").cell(0, 0).formula == "β̂₁ = Σₖ ((XᵀV⁻¹X)⁻¹)₁,ₖ·(XᵀV⁻¹y)ₖ"
    assert step.matrix("Fisher").cell(0, 1).formula == "Fisher₁,₂ = ½·tr(PVₖPVₗ)₁,₂"


def test_long_sums_show_twelve_terms():
    m = run("unbalanced")[-1].matrix("XᵀX")
    cell = check_cell(m, m.dense(), 1, 1)
    assert (len(cell.terms), cell.left_out) == (12, 11)
    assert "[⋯ 11: " in cell.numbers


def test_an_inverse_is_explained_where_a_determinant_would_overflow():
    problem = unbalanced()
    X = 1e28 * np.random.default_rng(1).normal(0, 1, (23, 6))
    step = next(steps(Problem.from_arrays(problem.y, X, problem.group_values[problem.codes])))
    inverse = step.matrix("XᵀX_inv").cell(2, 2, digits=17)
    assert evaluate(inverse.numbers) == pytest.approx(inverse.value, rel=1e-14)


def test_entries_draw_on_the_rows_they_name():
    """A change of another row's data leaves an entry as it was, σ², τ², β and u being given."""
    step = run("unbalanced")[3]
    problem, state = step.problem, step.state
    for k in (0, 9):
        y, X = problem.y.copy(), problem.X.copy()
        y[k] += 1
        X[k, 1] += 2
        changed = Problem.from_arrays(y, X, problem.group_values[problem.codes])
        same = Criterion(changed.moments, "reml", state.sigma2, state.tau2)
        for key in matrix_names(state):
            old, new = step.matrix(key), matrix(key, changed, replace(state, criterion=same))
            for i in range(0, old.shape[0], 4):
                for j in range(0, old.shape[1], 5):
                    rows = np.arange(23)[old.cell(i, j).rows]
                    if k not in rows:
                        assert close(new.value(i, j), old.value(i, j), 1e-12), key
    assert (
        np.arange(23)[step.matrix("V⁻¹X").cell(0, 1).rows].tolist()
        == np.flatnonzero(problem.codes == problem.codes[0]).tolist()
    )


@each_run
def test_structure_is_as_hinted(name):
    step = run(name)[-1]
    for key in matrix_names(step.state):
        m = at(step, key)
        values = m.dense()
        if m.nonzero == "diagonal":
            assert np.array_equal(values, np.diag(np.diag(values)))
        elif m.nonzero == "block":
            kinds = {"observation": step.problem.codes, "group": np.arange(step.problem.J)}
            same = kinds[m.row_kind][:, None] == kinds[m.column_kind][None, :]
            assert not values[~same].any()
    boundary = step.state.at_boundary
    assert (
        step.matrix("V").nonzero
        == step.matrix("Vinv").nonzero
        == ("diagonal" if boundary else "block")
    )
    assert step.matrix("I").nonzero == step.matrix("ZtZ").nonzero == "diagonal"
    assert step.matrix("Z").nonzero == "block"
    assert step.matrix("P").nonzero == step.matrix("λ").nonzero == "dense"


def test_group_order_sorts_stably():
    m = run("unbalanced")[0].matrix("V")
    sorted_codes = m.problem.codes[m.group_order]
    assert np.all(np.diff(sorted_codes) >= 0)
    assert np.all(np.diff(m.group_order)[np.diff(sorted_codes) == 0] > 0)


def test_labels_and_kinds():
    step = run("handout")[4]
    kinds = {
        "X": ("observation", "fixed effect"),
        "τ²ZᵀV⁻¹": ("group", "observation"),
        "Var(β̂)": ("fixed effect", "fixed effect"),
        "s": ("variance", "one"),
    }
    for key, expected_kinds in kinds.items():
        m = at(step, key)
        assert (m.row_kind, m.column_kind) == expected_kinds
    assert step.matrix("X").column_labels() == ["(Intercept)", "HOURS"]
    assert step.matrix("X").row_labels(range(5, 7)) == ["6", "7"]
    assert step.matrix("Z").column_labels(slice(1, None)) == ["5", "6"]
    assert step.matrix("s").row_labels() == ["σ²", "τ²"]
    assert step.matrix("s").column_labels() == [""]


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("Vinv", "V⁻¹"),
        ("V^-1", "V⁻¹"),
        ("V^{-1}", "V⁻¹"),
        ("XtVinvX", "XᵀV⁻¹X"),
        ("X'V^-1 X", "XᵀV⁻¹X"),
        ("X^T V⁻¹X", "XᵀV⁻¹X"),
        ("(XtVinvX)inv", "(XᵀV⁻¹X)⁻¹"),
        ("XtVinvX_inv", "(XᵀV⁻¹X)⁻¹"),
        ("ZZt", "ZZᵀ"),
        ("XtX", "XᵀX"),
        ("beta", "β"),
        ("beta_hat", "β"),
        ("û", "u"),
        ("Var(mu)", "Var(μ̂)"),
        ("Var(beta)", "Var(β̂)"),
        ("Var(y)", "V"),
        ("Cov(u,y)", "τ²Zᵀ"),
        ("tau2 Z'Vinv", "τ²ZᵀV⁻¹"),
        ("r", "y − Xβ"),
        ("y - Xbeta", "y − Xβ"),
        ("rbar", "r̄"),
        ("shrinkage", "λ"),
        ("eps_hat", "ε̂"),
        ("y − Xβ − Zu", "ε̂"),
        ("hat", "H"),
        ("I-H", "I − H"),
        ("score", "s"),
        ("fisher", "Fisher"),
        ("full_step", "Δ"),
    ],
)
def test_aliases(alias, name):
    assert run("handout")[4].matrix(alias).name == name


def test_names_are_distinct_in_plain_letters():
    step = run("handout")[4]
    for key in matrix_names(step.state):
        assert step.matrix(key).name == key


def test_refusals():
    first, *_, last = run("handout")
    with pytest.raises(Refusal, match=r"no matrix 'XtVX'.*XᵀV⁻¹X"):
        first.matrix("XtVX")
    with pytest.raises(Refusal, match=r"no matrix '§'\. There are: y, X, Z.*…"):
        first.matrix("§")
    with pytest.raises(Refusal, match=r"Var\(β̂\) is not there at this step.*estimate_beta"):
        first.matrix("Var(β̂)")
    with pytest.raises(Refusal, match=r"λ is not there.*predict_u"):
        first.matrix("λ")
    with pytest.raises(Refusal, match=r"s is not there.*update_variances"):
        first.matrix("s")
    with pytest.raises(Refusal, match=r"ML takes V⁻¹"):
        run("unbalanced, ML")[-1].matrix("tr(PVₖ)")
    with pytest.raises(Refusal, match=r"EM"):
        run("unbalanced, EM")[-1].matrix("information")
    with pytest.raises(IndexError):
        last.matrix("V").cell(7, 0)
    with pytest.raises(IndexError):
        last.matrix("V").block([-8])


MILLION = 1_000_000


@pytest.fixture(scope="module")
def large():
    """A million rows in groups of 20, in no order, after the first update."""
    rng = np.random.default_rng(3)
    codes = rng.permutation(np.repeat(np.arange(MILLION // 20), 20))
    x = rng.normal(50, 10, MILLION)
    y = 2 + 0.3 * x + rng.normal(0, 1, MILLION // 20)[codes] + rng.normal(0, 2, MILLION)
    run = steps(Problem.from_arrays(y, np.column_stack([np.ones(MILLION), x]), codes))
    return [next(run) for _ in range(5)][-1]


def test_far_corner_of_a_million(large):
    problem, s2, t2 = large.problem, large.state.sigma2, large.state.tau2
    rows, columns = slice(-50, None), slice(-20, None)
    order = np.argsort(problem.codes, kind="stable")
    VinvX = np.empty_like(problem.X)
    Vj = t2 * np.ones((20, 20)) + s2 * np.eye(20)
    VinvX[order] = (np.linalg.inv(Vj) @ problem.X[order].reshape(-1, 20, 2)).reshape(-1, 2)
    same = problem.codes[rows][:, None] == problem.codes[columns][None, :]
    diagonal = np.arange(MILLION)[rows][:, None] == np.arange(MILLION)[columns][None, :]
    Vinv = np.where(diagonal, np.linalg.inv(Vj)[0, 0], np.where(same, np.linalg.inv(Vj)[0, 1], 0))
    inverse = np.linalg.inv(problem.X.T @ VinvX)
    X = problem.X
    blocks = {
        "V": t2 * same + s2 * diagonal,
        "V⁻¹": Vinv,
        "P": Vinv - VinvX[rows] @ inverse @ VinvX[columns].T,
        "H": X[rows] @ np.linalg.inv(X.T @ X) @ X[columns].T,
    }
    for key, block in blocks.items():
        found = at(large, key).block(rows, columns)
        np.testing.assert_allclose(found, block, rtol=0, atol=1e-12 * np.abs(block).max())


def test_a_block_of_a_million_takes_no_memory(large):
    tracemalloc.start()
    for key in matrix_names(large.state):
        m = at(large, key)
        m.block(slice(-50, None), slice(-20, None))
        m.symbols(slice(-5, None), slice(-5, None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_a_cell_of_a_million_is_explained(large):
    for key in ("V", "P", "XᵀV⁻¹X", "u", "Zu", "tr(PVₖPVₗ)"):
        m = at(large, key)
        cell = m.cell(-1, -1, digits=17)
        assert evaluate(cell.numbers) == pytest.approx(cell.value, rel=1e-9)
        if cell.terms:
            together = sum(term.product for term in cell.terms) + cell.left_out_sum
            assert together == pytest.approx(cell.value, rel=1e-9)


def test_a_million_by_a_million_is_not_written_out(large):
    with pytest.raises(Refusal, match="1000000 × 1000000"):
        large.matrix("V").dense()
