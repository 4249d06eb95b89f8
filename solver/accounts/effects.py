"""Fixed effects and random intercepts: β̂ and its standard error, the score of β, û_j and λ_j."""

from __future__ import annotations

import math

import numpy as np

from solver.accounts.at import At, Declared, Draft, known, of_sum
from solver.accounts.data import explain_mean
from solver.accounts.forms import explain_form
from solver.accounts.symbols import effect, group, sub
from solver.moments import Floats
from solver.quantity import Quantity


def beta_symbol(at: At, k: int) -> str:
    """β̂_k."""
    return f"β̂{sub(effect(at, k))}"


def explain_beta_hat(at: At, k: int) -> Draft:
    """Row k of (XᵀV⁻¹X)⁻¹ times XᵀV⁻¹y."""
    p, n = at.problem.p, at.problem.n
    row = at.criterion.beta_cov[k]
    right = np.array([at.table["form"].value(at, "", q, "y") for q in range(p)])
    total = at.sum_over_effects(
        "Σ_l ((XᵀV⁻¹X)⁻¹)_{k,l}(XᵀV⁻¹y)_l".replace("k,l", f"{k + 1},l"),
        "{0}·{1}",
        [(f"((XᵀV⁻¹X)⁻¹){sub(f'{k + 1},l')}", row), ("(XᵀV⁻¹y)_l", right)],
        row * right,
        lambda q: Quantity("form", ("", q, "y")),
        factors=lambda q: (Quantity("inverse", (k, q)), Quantity("form", ("", q, "y"))),
    )
    cells = tuple(at.part("inverse", k, q) for q in range(p) if p <= 4)
    shapes = f"{p}×{n} · {n}×{n} · {n}×{p}"
    return Draft("{0}", (of_sum(total), *cells), total, f"({shapes})⁻¹ · {shapes[: -len(str(p))]}1")


def explain_beta(at: At, k: int) -> Draft:
    """By least squares at the start, by generalised least squares from then on."""
    if at.step.name == "initialize":
        return explain_ols_beta(at, k)
    return explain_beta_hat(at, k)


# -- Var β̂ and standard errors


def inverse_symbol(at: At, k: int, q: int) -> str:
    """An entry of (XᵀV⁻¹X)⁻¹."""
    return f"((XᵀV⁻¹X)⁻¹){sub(f'{k + 1},{q + 1}')}"


def explain_inverse(at: At, k: int, q: int) -> Draft:
    """The entry of an inverse: in one and two dimensions a formula, else p equations."""
    return _inverse(
        at, at.criterion.information_beta, at.criterion.beta_cov, k, q, "form", ("",), "XᵀV⁻¹X"
    )


def _inverse(
    at: At,
    A: Floats,
    C: Floats,
    k: int,
    q: int,
    name: str,
    place: tuple[str, ...],
    matrix: str,
) -> Draft:
    p = len(A)

    def entry(a: int, b: int) -> tuple[int | str, ...]:
        return (*place, a, b)

    shapes = f"{p}×{p}"
    if p == 1:
        return Draft("[[1 // {0}]]", (at.part(name, *entry(0, 0)),), shapes=shapes)
    if p == 2:
        a, b, d = (at.part(name, *entry(*cell)) for cell in ((0, 0), (0, 1), (1, 1)))
        top = "−{1}" if k != q else "{2}" if k == 0 else "{0}"
        return Draft(f"[[{top} // {{0}}·{{2}} − {{1}}²]]", (a, b, d), shapes=shapes)
    others = [each for each in range(p) if each != k]
    names = at.problem.fixed_names
    total = at.sum_over_effects(
        f"Σ_{{l≠{k + 1}}} ({matrix})_{{{k + 1},l}}(({matrix})⁻¹)_{{l,{q + 1}}}",
        "{0}·{1}",
        [
            (f"({matrix})_{{{k + 1},l}}", A[k, others]),
            (f"(({matrix})⁻¹)_{{l,{q + 1}}}", C[others, q]),
        ],
        A[k, others] * C[others, q],
        lambda t: Quantity(name, entry(k, others[t])),
        lambda t: names[others[t]],
    )
    one = "1" if k == q else "0"
    parts = (of_sum(total), at.part(name, *entry(k, k)))
    return Draft(f"[[{one} − {{0}} // {{1}}]]", parts, total, shapes, note="inverse")


def se_value(at: At, k: int) -> float:
    """√ of the diagonal of Var β̂, as the step has it."""
    return math.sqrt(known(at.state.beta_cov)[k, k])


def explain_se(at: At, k: int) -> Draft:
    """√((XᵀV⁻¹X)⁻¹)_kk."""
    return Draft("√{0}", (at.part("inverse", k, k),))


# -- the score of β


def explain_score_beta(at: At, k: int) -> Draft:
    """XᵀV⁻¹(y − Xβ) at the step's own β."""
    return explain_form(at, "", k, "e")


def score_beta_symbol(at: At, k: int) -> str:
    """∂ℓ/∂β_k."""
    return f"∂ℓ/∂β{sub(effect(at, k))}"


# -- groups


def explain_u(at: At, j: int) -> Draft:
    """λ_j times the mean residual; 0 before anything is predicted."""
    if at.state.shrinkage is None:
        return Draft(rows=at.rows_of(j), note="u_start")
    parts = (at.part("shrinkage", j), at.part("mean_residuals", j))
    return Draft("{0}·{1}", parts, rows=at.rows_of(j))


def explain_shrinkage(at: At, j: int) -> Draft:
    """n_jτ²/(n_jτ² + σ²)."""
    parts = (at.part("size", j), at.part("tau2"), at.part("sigma2"))
    return Draft("[[{0}·{1} // {0}·{1} + {2}]]", parts, rows=at.rows_of(j))


def explain_mean_residual(at: At, j: int) -> Draft:
    """The mean of y − Xβ̂ over the group."""
    return explain_mean(at, "r", j)


# -- least squares


def ols_entry(at: At) -> tuple[Floats, Floats]:
    """XᵀX and its inverse, of the model at σ² = 1 and τ² = 0."""
    from solver.criterion import Criterion

    unit = Criterion(at.moments, "reml", 1.0, 0.0)
    return unit.information_beta, unit.beta_cov


def explain_ols_beta(at: At, k: int) -> Draft:
    """Row k of (XᵀX)⁻¹ times Xᵀy."""
    p, n = at.problem.p, at.problem.n
    row = ols_entry(at)[1][k]
    right = np.array([at.table["cross"].value(at, q, "y") for q in range(p)])
    inverse = f"((XᵀX)⁻¹){sub(f'{k + 1},l')}"
    total = at.sum_over_effects(
        f"Σ_l {inverse}(Xᵀy)_l",
        "{0}·{1}",
        [(inverse, row), ("(Xᵀy)_l", right)],
        row * right,
        lambda q: Quantity("cross", (q, "y")),
        factors=lambda q: (Quantity("ols_inverse", (k, q)), Quantity("cross", (q, "y"))),
    )
    cells = tuple(at.part("ols_inverse", k, q) for q in range(p) if p <= 4)
    shapes = f"({p}×{n} · {n}×{p})⁻¹ · {p}×{n} · {n}×1"
    return Draft("{0}", (of_sum(total), *cells), total, shapes)


def explain_ols_inverse(at: At, k: int, q: int) -> Draft:
    """An entry of (XᵀX)⁻¹."""
    return _inverse(at, *ols_entry(at), k, q, "cross", (), "XᵀX")


def ols_se_value(at: At, k: int) -> float:
    """s·√((XᵀX)⁻¹)_kk."""
    return math.sqrt(at.table["ols_sigma2"].value(at) * ols_entry(at)[1][k, k])


def explain_ols_se(at: At, k: int) -> Draft:
    """√(s²·((XᵀX)⁻¹)_kk)."""
    return Draft("√({0}·{1})", (at.part("ols_sigma2"), at.part("ols_inverse", k, k)))


def ols_sigma2_value(at: At) -> float:
    """RSS/(n − p)."""
    return at.table["cross"].value(at, "o", "o") / (at.problem.n - at.problem.p)


def explain_ols_sigma2(at: At) -> Draft:
    """RSS/(n − p)."""
    parts = (at.part("cross", "o", "o"), at.part("n"), at.part("p"))
    return Draft("[[{0} // {1} − {2}]]", parts)


TABLE = {
    "beta": Declared(
        beta_symbol,
        lambda at, k: float(at.state.beta[k]),
        explain_beta,
        "beta",
        ("effect",),
        False,
    ),
    "beta_hat": Declared(
        beta_symbol, lambda at, k: float(at.criterion.beta[k]), explain_beta_hat, kinds=("effect",)
    ),
    "inverse": Declared(
        inverse_symbol,
        lambda at, k, q: float(at.criterion.beta_cov[k, q]),
        explain_inverse,
        kinds=("effect", "effect"),
    ),
    "se": Declared(
        lambda at, k: f"SE(β̂{sub(effect(at, k))})",
        se_value,
        explain_se,
        "beta_cov",
        ("effect",),
        False,
    ),
    "score_beta": Declared(
        score_beta_symbol,
        lambda at, k: float(known(at.state.score_beta)[k]),
        explain_score_beta,
        "score_beta",
        ("effect",),
        False,
    ),
    "u": Declared(
        lambda at, j: f"û{sub(group(at, j))}",
        lambda at, j: float(at.state.u[j]),
        explain_u,
        "u",
        ("group",),
        False,
    ),
    "shrinkage": Declared(
        lambda at, j: f"λ{sub(group(at, j))}",
        lambda at, j: float(known(at.state.shrinkage)[j]),
        explain_shrinkage,
        "shrinkage",
        ("group",),
        False,
    ),
    "mean_residuals": Declared(
        lambda at, j: f"r̄{sub(group(at, j))}",
        lambda at, j: float(known(at.state.mean_residuals)[j]),
        explain_mean_residual,
        "mean_residuals",
        ("group",),
        False,
    ),
    "ols_beta": Declared(
        lambda at, k: f"β{sub(effect(at, k))}",
        lambda at, k: float(at.coefficients("o")[k]),
        explain_ols_beta,
        "",
        ("effect",),
        False,
    ),
    "ols_inverse": Declared(
        lambda at, k, q: f"((XᵀX)⁻¹){sub(f'{k + 1},{q + 1}')}",
        lambda at, k, q: float(ols_entry(at)[1][k, q]),
        explain_ols_inverse,
        "",
        ("effect", "effect"),
        False,
    ),
    "ols_se": Declared(
        lambda at, k: f"SE(β{sub(effect(at, k))})",
        ols_se_value,
        explain_ols_se,
        "",
        ("effect",),
        False,
    ),
    "ols_sigma2": Declared(lambda at: "s²", ols_sigma2_value, explain_ols_sigma2, "", (), False),
}
