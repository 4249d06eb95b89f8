"""Which matrices there are: one table that declares them in the order in which a reader meets them.

A row says what the rows and columns stand for, what the entries are, and how one comes about. The
entries are computed the short way and explained the long way, as in a lecture; both are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from solver.entries import Entries, Entry, array, identity, times, transposed
from solver.explanations import (
    Cases,
    Expression,
    Given,
    How,
    Inverse,
    Linear,
    Product,
    SumOfSquares,
    Trace,
    subscript,
)
from solver.moments import Floats
from solver.state import State

if TYPE_CHECKING:
    from solver.matrices import Matrix

Kind = Literal["observation", "group", "fixed effect", "variance", "one"]
"""What the rows or the columns of a matrix stand for."""

KINDS: dict[str, Kind] = {
    "n": "observation",
    "J": "group",
    "p": "fixed effect",
    "2": "variance",
    "1": "one",
}


@dataclass(frozen=True)
class When:
    """From which state on a matrix is there.

    ``state`` turns the state asked for into the one that the matrix was computed from, None when it
    is not there; ``otherwise`` says why, in a sentence.
    """

    state: Callable[[State], State | None]
    otherwise: str = ""


NOW = When(lambda state: state)


@dataclass(frozen=True)
class Declared:
    """One matrix, or one of the ways in which it is computed: the first that is there counts.

    Attributes
    ----------
    name : str
    shape : str
        Rows and columns: two of n, p, J, 2 (for σ² and τ²) and 1; see :data:`KINDS`.
    entries : callable
        What the entries are.
    how : How
        How one comes about.
    draws : {"own", "group", "all", "none"}
        The observations that one draws on: those of its row and column, all of their groups, …
    when : When
    hat : str, optional
        The name that an entry has instead.
    symbol : callable, optional
        An entry in symbols.
    within : tuple of str
        For entries that are 0 between groups: the symbols within one and, where it differs, on the
        diagonal, every product with its dot, and n for the group's size.
    aliases : tuple of str
        Other names, besides the name in plain characters.
    """

    name: str
    shape: str
    entries: Callable[[Entries], Entry]
    how: How
    draws: Literal["own", "group", "all", "none"] = "own"
    when: When = NOW
    hat: str | None = None
    symbol: Callable[[Matrix, int, int], str] | None = None
    within: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def _estimated(state: State) -> State | None:
    """The state in which β was estimated."""
    if state.beta_cov is None:
        return None
    before = state.updated_from
    if before is not None and state.beta is before.beta:
        return replace(state, criterion=before)
    return state


def _predicted(state: State) -> State | None:
    """The state in which u was predicted."""
    if state.shrinkage is None:
        return None
    n_tau2 = state.criterion.moments.group_sizes * state.tau2
    now = np.array_equal(state.shrinkage, n_tau2 / (n_tau2 + state.sigma2))
    return state if now else _updated(state)


def _updated(state: State) -> State | None:
    """The state from which σ² and τ² were updated."""
    before = state.updated_from
    return None if before is None else replace(state, criterion=before, beta=before.beta)


def _inverted(state: State) -> State | None:
    """The same, where the whole information matrix was inverted."""
    before, step = state.updated_from, state.full_step
    if before is None or step is None or state.information is None:
        return None
    held = before.tau2 == 0 and step[1] == 0
    return None if held else _updated(state)


ESTIMATED = When(_estimated, "It comes with the first estimate of β, in the step estimate_beta.")
PREDICTED = When(_predicted, "It comes with the first prediction of u, in the step predict_u.")
UPDATED = When(_updated, "It comes with the first update, in the step update_variances.")
REML = When(
    lambda state: _updated(state) if state.criterion.method == "reml" else None,
    "It belongs to REML's update_variances; ML takes V⁻¹ in place of P.",
)
ML = When(
    lambda state: _updated(state) if state.criterion.method == "ml" else None,
    "It belongs to ML's update_variances; REML takes P in place of V⁻¹.",
)
INFORMED = When(
    lambda state: None if state.information is None else _updated(state),
    "It comes with update_variances, except under EM, which needs no information matrix.",
)
INVERTED = When(
    _inverted,
    "It comes with update_variances, except under EM and while τ² is held at 0, "
    "when no information matrix is inverted.",
)


def _one_or_x(m: Matrix, i: int, k: int) -> str:
    if m.problem.fixed_names[k] == "(Intercept)" and m.problem.X[i, k] == 1:
        return "1"
    return f"x{subscript(i)},{subscript(k)}"


def _x(m: Matrix, i: int, k: int) -> str:
    name = m.problem.fixed_names[k]
    return "1" if _one_or_x(m, i, k) == "1" else f"{name}{subscript(i)}"


def _same_group(m: Matrix, i: int, j: int) -> str:
    return f"[{m.problem.group}{subscript(i)} = {m.problem.group_labels[j]}]"


def _letter(letter: str) -> Callable[[Matrix, int, int], str]:
    return lambda m, i, j: f"{letter}{subscript(i)}"


def _transpose_of(name: str) -> Given:
    return Given(lambda m, i, j: m.other(name).entry(j, i))


def _used(m: Matrix, i: int, j: int) -> How:
    """Which information matrix the update used."""
    used = m.state.information
    if used is m.state.fisher:
        return Linear((1, "Fisher"))
    return Linear((1, "average" if used is m.state.average else "observed"))


def _full_step(m: Matrix, i: int, j: int) -> How:
    """ℐ⁻¹s; of σ² alone while τ² is held at 0; 2θ²s/m under EM."""
    s = f"s{subscript(i)}"
    values = {s: float(_known(m.state.score)[i])}
    if m.state.information is None:
        theta, count = (("σ²", "n"), ("τ²", "J"))[i]
        values[count] = (m.problem.n, m.problem.J)[i]
        return Expression(lambda *_: f"2·{theta}·{theta}·{s}/{count}", lambda *_: values)
    if _inverted(m.state) is not None:
        return Product("information⁻¹", "s")
    if i == 1:
        return Expression(lambda *_: "0")
    own = m.other("information")
    values[own.entry(0, 0)] = own.value(0, 0)
    return Expression(lambda *_: f"{s}/{own.entry(0, 0)}", lambda *_: values)


def _pairs(projection: str) -> Cases:
    """tr(PVₖPVₗ) is a sum of squares: of P, of ZᵀP or of ZᵀPZ."""
    names = (projection, f"Zᵀ{projection}", f"Zᵀ{projection}Z")
    return Cases(lambda m, k, l: SumOfSquares(names[k + l]))  # noqa: E741


def _score(m: Matrix, i: int, j: int) -> How:
    """−½[tr(PVₖ) − yᵀPVₖPy], with V⁻¹ in the trace under ML."""
    return Linear((-0.5, f"tr({_projection(m)}Vₖ)"), (0.5, "yᵀPVₖPy"))


def _fisher(m: Matrix, i: int, j: int) -> How:
    """½tr(PVₖPVₗ), with V⁻¹ for P under ML."""
    projection = _projection(m)
    return Linear((0.5, f"tr({projection}Vₖ{projection}Vₗ)"))


def _projection(m: Matrix) -> str:
    return "P" if m.state.criterion.method == "reml" else "V⁻¹"


def _known(values: Floats | None) -> Floats:
    assert values is not None
    return values


# fmt: off
D = Declared
TABLE: tuple[Declared, ...] = (
    D("y", "n1", lambda e: array(e.problem.y),
      Given(lambda m, i, j: f"{m.problem.response}{subscript(i)}"), aliases=("response",)),
    D("X", "np", lambda e: e.X, Given(_x), symbol=_one_or_x, aliases=("design",)),
    D("Z", "nJ", lambda e: e.Z, Given(_same_group), within=("1",), aliases=("indicators",)),
    D("β", "p1", lambda e: array(e.state.beta), Product("(XᵀV⁻¹X)⁻¹", "XᵀV⁻¹y"), "all", ESTIMATED,
      hat="β̂", aliases=("fixed effects",)),
    D("β", "p1", lambda e: array(e.state.beta), Product("(XᵀX)⁻¹", "Xᵀy"), "all"),
    D("u", "J1", lambda e: array(e.state.u), Product("τ²ZᵀV⁻¹", "y − Xβ"), "group", PREDICTED,
      hat="û", aliases=("E(u|y)", "random intercepts")),
    D("u", "J1", lambda e: array(e.state.u), Expression(), "none", symbol=lambda *_: "0"),

    D("V", "nn", lambda e: e.V, Linear(("τ²", "ZZᵀ"), ("σ²", "I")), within=("τ²", "τ² + σ²"),
      aliases=("Var(y)",)),
    D("V⁻¹", "nn", lambda e: e.Vinv, Expression(), "group",
      within=("−τ²/(σ²·(σ² + n·τ²))", "1/σ² − τ²/(σ²·(σ² + n·τ²))")),
    D("P", "nn", lambda e: e.P, Linear((1, "V⁻¹"), (-1, "V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹")), "all",
      aliases=("projection",)),
    D("H", "nn", lambda e: e.ols.projected, Product("X(XᵀX)⁻¹", "Xᵀ"), "all", aliases=("hat",)),
    D("ZZᵀ", "nn", lambda e: e.ZZt, Product("Z", "Zᵀ"), within=("1",)),
    D("I", "nn", lambda e: identity, Given(lambda m, i, j: f"[{i + 1} = {j + 1}]"),
      within=("0", "1"), aliases=("identity",)),
    D("Xᵀ", "pn", lambda e: transposed(e.X), _transpose_of("X"),
      symbol=lambda m, k, i: _one_or_x(m, i, k)),
    D("Zᵀ", "Jn", lambda e: transposed(e.Z), _transpose_of("Z"), within=("1",)),

    D("XᵀX", "pp", lambda e: array(e.ols.at.information_beta), Product("Xᵀ", "X"), "all"),
    D("(XᵀX)⁻¹", "pp", lambda e: array(e.ols.at.beta_cov), Inverse("XᵀX"), "all"),
    D("Xᵀy", "p1", lambda e: array(e.ols.XtVinvy), Product("Xᵀ", "y"), "all"),
    D("X(XᵀX)⁻¹", "np", lambda e: e.ols.VinvX_cov, Product("X", "(XᵀX)⁻¹"), "all"),
    D("I − H", "nn", lambda e: lambda i, j: identity(i, j) - e.ols.projected(i, j),
      Linear((1, "I"), (-1, "H")), "all"),
    D("Var(μ̂)", "nn", lambda e: times(e.state.sigma2, e.ols.projected), Linear(("σ²", "H")), "all",
      aliases=("σ²H",)),

    D("XᵀV⁻¹", "pn", lambda e: transposed(e.VinvX), Product("Xᵀ", "V⁻¹"), "group"),
    D("V⁻¹X", "np", lambda e: e.VinvX, Product("V⁻¹", "X"), "group"),
    D("Xβ", "n1", lambda e: e.Xbeta, Product("X", "β"), aliases=("Xb",)),
    D("y − Xβ", "n1", lambda e: e.residual, Linear((1, "y"), (-1, "Xβ")), symbol=_letter("r"),
      aliases=("r", "y - Xb", "residuals")),
    D("XᵀV⁻¹(y − Xβ)", "p1", lambda e: array(e.at.score_beta(e.state.beta)),
      Product("XᵀV⁻¹", "y − Xβ"), "all", aliases=("score β", "XtVinv(y - Xb)", "∂ℓ/∂β")),
    D("XᵀV⁻¹X", "pp", lambda e: array(e.at.information_beta), Product("XᵀV⁻¹", "X"), "all",
      aliases=("information β",)),
    D("XᵀV⁻¹y", "p1", lambda e: array(e.XtVinvy), Product("XᵀV⁻¹", "y"), "all"),
    D("(XᵀV⁻¹X)⁻¹", "pp", lambda e: array(e.at.beta_cov), Inverse("XᵀV⁻¹X"), "all"),
    D("Var(β̂)", "pp", lambda e: array(_known(e.state.beta_cov)), Linear((1, "(XᵀV⁻¹X)⁻¹")), "all",
      ESTIMATED, aliases=("beta_cov", "Var(b)")),

    D("ZᵀZ", "JJ", lambda e: e.ZtZ, Product("Zᵀ", "Z"), "group", within=("n",)),
    D("τ²Zᵀ", "Jn", lambda e: times(e.state.tau2, transposed(e.Z)), Linear(("τ²", "Zᵀ")),
      within=("τ²",), aliases=("Cov(u, y)",)),
    D("ZᵀV⁻¹", "Jn", lambda e: e.ZtVinv, Product("Zᵀ", "V⁻¹"), "group", within=("1/(σ² + n·τ²)",)),
    D("ZᵀV⁻¹Z", "JJ", lambda e: e.ZtVinvZ, Product("ZᵀV⁻¹", "Z"), "group",
      within=("n/(σ² + n·τ²)",)),
    D("τ²ZᵀV⁻¹", "Jn", lambda e: times(e.state.tau2, e.ZtVinv), Product("τ²Zᵀ", "V⁻¹"), "group",
      within=("τ²/(σ² + n·τ²)",)),
    D("(ZᵀZ)⁻¹Zᵀ", "Jn", lambda e: e.averaging, Expression(), "group", within=("1/n",)),
    D("r̄", "J1", lambda e: array(_known(e.state.mean_residuals)), Product("(ZᵀZ)⁻¹Zᵀ", "y − Xβ"),
      "group", PREDICTED, aliases=("rbar", "mean residuals")),
    D("λ", "J1", lambda e: e.shrinkage, Expression(), "group", PREDICTED,
      within=("n·τ²/(n·τ² + σ²)",), aliases=("shrinkage",)),
    D("Zu", "n1", lambda e: e.Zu, Product("Z", "u")),
    D("Xβ + Zu", "n1", lambda e: e.fitted, Linear((1, "Xβ"), (1, "Zu")), aliases=("fitted",)),
    D("ε̂", "n1", lambda e: e.error, Linear((1, "y − Xβ"), (-1, "Zu")),
      aliases=("y − Xβ − Zu", "y - Xb - Zu", "epsilon")),

    D("V⁻¹X(XᵀV⁻¹X)⁻¹", "np", lambda e: e.VinvX_cov, Product("V⁻¹X", "(XᵀV⁻¹X)⁻¹"), "all"),
    D("V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹", "nn", lambda e: e.projected, Product("V⁻¹X(XᵀV⁻¹X)⁻¹", "XᵀV⁻¹"),
      "all"),
    D("Py", "n1", lambda e: e.Py, Product("P", "y"), "all"),
    D("ZᵀP", "Jn", lambda e: e.ZtP, Product("Zᵀ", "P"), "all"),
    D("ZᵀPZ", "JJ", lambda e: e.ZtPZ, Product("ZᵀP", "Z"), "all"),
    D("VₖPy", "n2", lambda e: e.VkPy,
      Cases(lambda m, i, k: Product(("I", "ZZᵀ")[k], "Py")), "all"),
    D("(VₖPy)ᵀ", "2n", lambda e: transposed(e.VkPy), _transpose_of("VₖPy"), "all"),
    D("PVₖPy", "n2", lambda e: e.PVkPy, Product("P", "VₖPy"), "all"),

    D("tr(PVₖ)", "21", lambda e: array(e.at.traces),
      Cases(lambda m, k, j: Trace(("P", "ZᵀPZ")[k])), "all", REML),
    D("tr(V⁻¹Vₖ)", "21", lambda e: array(e.at.traces),
      Cases(lambda m, k, j: Trace(("V⁻¹", "ZᵀV⁻¹Z")[k])), "all", ML),
    D("yᵀPVₖPy", "21", lambda e: array(e.at.quadratics), Product("(VₖPy)ᵀ", "Py"), "all", UPDATED),
    D("s", "21", lambda e: array(e.at.score), Cases(_score), "all", UPDATED, aliases=("score",)),
    D("tr(PVₖPVₗ)", "22", lambda e: array(2 * e.at.fisher), _pairs("P"), "all", REML),
    D("tr(V⁻¹VₖV⁻¹Vₗ)", "22", lambda e: array(2 * e.at.fisher), _pairs("V⁻¹"), "all", ML),
    D("yᵀPVₖPVₗPy", "22", lambda e: array(2 * e.at.average), Product("(VₖPy)ᵀ", "PVₖPy"), "all",
      UPDATED),
    D("Fisher", "22", lambda e: array(e.at.fisher), Cases(_fisher), "all", UPDATED,
      aliases=("expected information",)),
    D("average", "22", lambda e: array(e.at.average), Linear((0.5, "yᵀPVₖPVₗPy")), "all", UPDATED,
      aliases=("AI", "average information")),
    D("observed", "22", lambda e: array(e.at.observed), Linear((2, "average"), (-1, "Fisher")),
      "all", UPDATED, aliases=("observed information",)),
    D("information", "22", lambda e: array(_known(e.state.information)), Cases(_used), "all",
      INFORMED),
    D("information⁻¹", "22", lambda e: array(np.linalg.inv(_known(e.state.information))),
      Inverse("information"), "all", INVERTED),
    D("Δ", "21", lambda e: array(_known(e.state.full_step)), Cases(_full_step), "all", UPDATED,
      aliases=("full_step", "step", "ℐ⁻¹s")),
)
# fmt: on
