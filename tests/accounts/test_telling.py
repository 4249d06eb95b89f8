"""Single accounts against literal algebra, which step made a number, and what is not known."""

import numpy as np
import pytest

from solver import Fit, Options, Problem, Refusal, Trace, load_example, results, steps
from solver.accounts import Quantity, account
from solver.accounts.forms import KINDS
from solver.accounts.predictions import as_place
from solver.accounts.table import TABLE
from solver.lessons import account_words, symbols


@pytest.fixture(scope="module")
def trace() -> Trace:
    example = load_example("handout")
    problem = Problem.from_frame(example.frame(), example.formula)
    trace = Trace(steps(problem, Options()))
    trace.exhaust()
    return trace


class Dense:
    """The model at a step, with n × n matrices."""

    def __init__(self, trace: Trace, index: int) -> None:
        problem, state = trace[index].problem, trace[index].state
        self.y, self.X = problem.y, problem.X
        self.Z = np.equal.outer(problem.codes, np.arange(problem.J)).astype(float)
        self.V_k = {"σ": np.eye(problem.n), "τ": self.Z @ self.Z.T}
        self.V = state.tau2 * self.V_k["τ"] + state.sigma2 * self.V_k["σ"]
        self.Vi = np.linalg.inv(self.V)
        self.C = np.linalg.inv(self.X.T @ self.Vi @ self.X)
        self.P = self.Vi - self.Vi @ self.X @ self.C @ self.X.T @ self.Vi
        self.r = self.y - self.X @ self.C @ self.X.T @ self.Vi @ self.y

    def middle(self, kind: str):
        inside = self.Vi
        for letter in kind:
            inside = inside @ self.V_k[letter] @ self.Vi
        return inside

    def column(self, which):
        return self.X[:, which] if isinstance(which, int) else {"y": self.y, "r": self.r}[which]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left", [0, 1, "r"])
@pytest.mark.parametrize("right", [0, 1, "r", "y"])
def test_forms_are_what_they_are_called(trace, kind, left, right) -> None:
    dense = Dense(trace, 3)
    told = account(trace, 3, Quantity("form", (kind, left, right)))
    expected = dense.column(left) @ dense.middle(kind) @ dense.column(right)
    size = np.abs(dense.column(left)) @ np.abs(dense.middle(kind)) @ np.abs(dense.column(right))
    assert abs(told.value - expected) <= 1e-12 * size


@pytest.mark.parametrize("kind", ["σ", "τ", "σσ", "στ", "ττ"])
def test_traces_are_what_they_are_called(trace, kind) -> None:
    dense = Dense(trace, 3)
    product = np.eye(len(dense.y))
    for letter in kind:
        product = product @ dense.Vi @ dense.V_k[letter]
    told = account(trace, 3, Quantity("trace", (kind,)))
    assert told.value == pytest.approx(np.trace(product), rel=1e-12)


def test_determinants(trace) -> None:
    dense = Dense(trace, 3)
    told = account(trace, 3, Quantity("V_det"))
    assert told.value == pytest.approx(np.linalg.slogdet(dense.V)[1], rel=1e-12)
    told = account(trace, 3, Quantity("information_det"))
    assert told.value == pytest.approx(-np.linalg.slogdet(dense.C)[1], rel=1e-10)


@pytest.mark.parametrize(("k", "q"), [(0, 0), (0, 1), (1, 1)])
def test_what_estimating_beta_takes_from_the_traces(trace, k, q) -> None:
    dense = Dense(trace, 3)
    a, b = ("στ"[each] for each in (k, q))
    inside = dense.X.T @ dense.middle(a + b) @ dense.X
    told = account(trace, 3, Quantity("second_cost", (a + b,)))
    assert told.value == pytest.approx(np.trace(dense.C @ inside), rel=1e-9)
    M = [dense.C @ dense.X.T @ dense.middle(each) @ dense.X for each in (a, b)]
    told = account(trace, 3, Quantity("cross_cost", (k, q)))
    assert told.value == pytest.approx(np.trace(M[0] @ M[1]), rel=1e-9)


@pytest.mark.parametrize(
    ("quantity", "asked", "made"),
    [
        (Quantity("sigma2"), 3, 0),
        (Quantity("sigma2"), 4, 4),
        (Quantity("icc"), 8, 4),
        (Quantity("beta", (1,)), 1, 0),
        (Quantity("beta", (1,)), 6, 2),
        (Quantity("u", (0,)), 7, 3),
        (Quantity("score", (0,)), 8, 4),
        (Quantity("size", (0,)), 8, None),
        (Quantity("cell", ("y", 3)), 8, None),
    ],
)
def test_the_step_that_made_it(trace, quantity, asked, made) -> None:
    assert account(trace, asked, quantity).made_at == made


def test_what_is_not_known_yet_says_which_step_computes_it(trace) -> None:
    with pytest.raises(Refusal, match="step 5, Update"):
        account(trace, 2, Quantity("score", (0,)))
    begun = Trace(steps(trace[0].problem))
    with pytest.raises(Refusal, match="once the run has ended"):
        account(begun, 0, Quantity("aic"))
    with pytest.raises(Refusal, match="no such rule"):
        account(trace, 5, Quantity("rule", (3, "value")))
    with pytest.raises(Refusal, match="no account"):
        account(trace, 5, Quantity("wisdom"))


def test_results_are_those_of_the_end_wherever_one_is(trace) -> None:
    assert account(trace, 2, Quantity("aic")).made_at == len(trace) - 1


def test_the_rows_behind_a_group_are_its_own(trace) -> None:
    problem = trace[0].problem
    told = account(trace, 3, Quantity("u", (1,)))
    assert told.rows.tolist() == np.flatnonzero(problem.codes == 1).tolist()


def test_shapes_are_those_of_the_product(trace) -> None:
    told = account(trace, 3, Quantity("form", ("", 0, "y")))
    assert told.shapes == "2×7 · 7×7 · 7×1"


def test_long_sums_show_the_largest_terms_and_what_the_others_add_up_to() -> None:
    example = load_example("hsb82")
    trace = Trace(steps(Problem.from_frame(example.frame(), example.formula)))
    total = account(trace, 3, Quantity("form", ("", "r", "r"))).sum
    assert total is not None
    assert (len(total.addends), total.left_out) == (12, 148)
    shown = min(abs(each.value) for each in total.addends)
    assert abs(total.left_out_sum) <= 148 * shown


def test_every_number_has_a_name() -> None:
    named = set(account_words()["names"]) | set(symbols())
    assert set(TABLE) <= named


def test_an_entry_of_P_leads_down_to_the_data(trace) -> None:
    P = account(trace, 4, Quantity("entry", ("P", 2, 0)))
    below = [account(trace, part.step, part.quantity) for part in P.parts]
    assert [each.symbol for each in below] == ["(V⁻¹)₃,₁", "(V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹)₃,₁"]
    assert P.value == pytest.approx(below[0].value - below[1].value)
    assert P.numbers() == "0 − 0.2224"
    left, right = below[1].sum.heads
    assert (left, right) == ("V⁻¹X(XᵀV⁻¹X)⁻¹", "XᵀV⁻¹")
    deeper = account(trace, 4, below[1].sum.addends[0].quantity)
    assert deeper.value == below[1].sum.addends[0].values[0]


def test_an_entry_of_V_has_its_numbers_put_in(trace) -> None:
    told = account(trace, 0, Quantity("entry", ("V", 0, 1)))
    assert told.text() == "V₁,₂ = τ²·(ZZᵀ)₁,₂ + σ²·I₁,₂ = 4.193·1 + 0.6809·0 = 4.193"
    told = account(trace, 0, Quantity("entry", ("V⁻¹", 0, 1)))
    assert told.numbers() == "−4.193/(0.6809·(0.6809 + 2·4.193))"


def test_an_entry_names_the_step_that_made_its_variances(trace) -> None:
    assert account(trace, 5, Quantity("entry", ("V", 0, 1))).made_at == 4
    assert account(trace, 3, Quantity("entry", ("V", 0, 1))).made_at == 0
    assert account(trace, 4, Quantity("entry", ("Zu", 0, 0))).made_at == 3
    assert account(trace, 8, Quantity("entry", ("ZZᵀ", 0, 0))).made_at is None


def test_a_term_of_a_product_leads_to_both_factors(trace) -> None:
    told = account(trace, 8, Quantity("entry", ("Py", 2, 0)))
    for addend in told.sum.addends:
        below = [account(trace, told.sum.index, each).value for each in addend.factors]
        assert below == list(addend.values)


def test_a_change_is_that_of_the_step(trace) -> None:
    told = account(trace, 4, Quantity("change", ("loglik",)))
    assert told.value == trace[4].state.loglik - trace[3].state.loglik
    assert told.formula == "ℓ_R − ℓ_{R,old}"
    assert account(trace, 3, Quantity("change", ("icc",))).value == 0
    with pytest.raises(Refusal, match="No step came before"):
        account(trace, 0, Quantity("change", ("icc",)))


def test_a_place_pointed_at_was_made_by_no_step(trace) -> None:
    told = account(trace, 8, Quantity("loglik", (), "at 1.5 0.25"))
    assert told.made_at is None
    assert told.name == "log-likelihood (REML) at σ² = 1.500, τ² = 0.2500"
    parts = {part.symbol: part.value for part in told.parts}
    V = 0.25 * Dense(trace, 8).V_k["τ"] + 1.5 * np.eye(7)
    assert parts["log|V|"] == pytest.approx(np.linalg.slogdet(V)[1], rel=1e-12)


def test_the_criterion_not_in_use_is_explained(trace) -> None:
    told = account(trace, 3, Quantity("loglik", (), "other"))
    assert (told.symbol, told.name, told.made_at) == ("ℓ", "log-likelihood (ML)", 0)
    assert "n − p" not in told.formula


def test_what_is_still_to_gain_is_known_at_the_end(trace) -> None:
    told = account(trace, 3, Quantity("to_gain"))
    assert told.value == trace[-1].state.loglik - trace[3].state.loglik > 0
    with pytest.raises(Refusal, match="once the run has ended"):
        account(Trace(steps(trace[0].problem)), 0, Quantity("to_gain"))


@pytest.mark.parametrize("head", ["mean_all", "row_new", "mean_group", "row_group"])
def test_a_prediction_is_that_of_the_results(trace, head) -> None:
    x, j = (1.0, 12.5), -1 if head in ("mean_all", "row_new") else 1
    found = results(Fit(trace[-1])).predict(x, None if j < 0 else trace[0].problem.group_labels[j])
    said = found.row if head.startswith("row") else found.mean
    place = (head, j, as_place(x))
    values = [account(trace, 2, Quantity(name, place)).value for name in
              ("prediction", "prediction_se", "prediction_df")]  # fmt: skip
    assert values == [said.estimate, said.se, said.df]
    assert account(trace, 2, Quantity("prediction_end", (*place, "high"))).value == said.interval[1]
