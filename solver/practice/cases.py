"""The data of an exercise, drawn from a seed, and what letters stand for in them."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from solver.criterion import Criterion
from solver.data.examples import load_example
from solver.errors import Refusal
from solver.formatting import number
from solver.moments import Floats
from solver.practice.exercise import Exercise, Family
from solver.practice.values import Identity, Value
from solver.problem import Problem
from solver.start import method_of_moments, ols_variance
from solver.state import Kind, Options, Outcome, StepName
from solver.step import Step
from solver.steps import steps
from solver.trace import Trace

HANDOUT = 0
"""The seed that stands for the lecture's own seven people."""

ATTEMPTS = 2000

LEAST_VARIANCE = 0.05
"""Of the residuals: on a line that fits exactly nothing can be estimated."""


@dataclass(frozen=True, eq=False)
class Case:
    """One data set.

    Attributes
    ----------
    family, seed : Family, int
    problem : Problem
    given : (σ², τ²)
        Small whole numbers, for exercises that give the variances.
    """

    family: Family
    seed: int
    problem: Problem = field(repr=False)
    given: tuple[int, int]

    @cached_property
    def trace(self) -> Trace:
        """The REML fit by Fisher scoring, from the method of moments."""
        return Trace(steps(self.problem))

    @cached_property
    def _given_trace(self) -> Trace:
        return Trace(steps(self.problem, Options(start=self.given)))

    def step(self, name: StepName, start: str = "moments") -> Step:
        """The step of that name in the first iteration."""
        trace = self._given_trace if start == "given" else self.trace
        return next(step for step in trace if step.name == name)

    @property
    def predictor(self) -> str:
        """Name of the predictor."""
        return self.problem.fixed_names[1]

    def facts(self, exercise: Exercise) -> dict[str, str]:
        """What the placeholders of an exercise's texts stand for."""
        p, step = self.problem, self.step(exercise.step, exercise.start)
        at = step.matrix("V")
        b = step.state.beta
        return {
            "n": str(p.n), "p": str(p.p), "J": str(p.J), "n_minus_p": str(p.n - p.p),
            "n_minus_J": str(p.n - p.J), "y": p.response, "x": self.predictor, "group": p.group,
            "groups": _listed(p.group_labels),
            "sizes": _listed([f"{size:.0f}" for size in p.group_sizes]),
            "sigma2": number(at.sigma2, 6), "tau2": number(at.tau2, 6),
            "new_sigma2": number(step.state.sigma2, 6), "new_tau2": number(step.state.tau2, 6),
            "b0": number(float(b[0]), 6), "b1": number(float(b[1]), 6),
            "first": p.group_labels[0], "first_size": f"{p.group_sizes[0]:.0f}",
            "seed": str(self.seed),
        }  # fmt: skip

    def letters(self, exercise: Exercise) -> dict[str, Value]:
        """What the letters of formulas stand for at an exercise's step; all of it written out."""
        step = self.step(exercise.step, exercise.start)
        at = step.matrix("V")
        return letters(
            self.problem.y, self.problem.X, step.matrix("Z").dense(), step.state.beta,
            step.state.u, at.sigma2, at.tau2,
        )  # fmt: skip


def letters(
    y: Floats, X: Floats, Z: Floats, beta: Floats, u: Floats, sigma2: float, tau2: float
) -> dict[str, Value]:
    """The letters of the model with literal matrices."""
    n, p = X.shape
    J = Z.shape[1]
    V = tau2 * Z @ Z.T + sigma2 * np.eye(n)
    H = X @ np.linalg.inv(X.T @ X) @ X.T
    inverse = np.linalg.inv(V)
    P = inverse - inverse @ X @ np.linalg.inv(X.T @ inverse @ X) @ X.T @ inverse
    column = {"y": y, "β": beta, "u": u, "r": y - X @ beta, "e": np.ones(n)}
    return {
        **{name: np.asarray(value, float)[:, None] for name, value in column.items()},
        "θ": np.array([[sigma2], [tau2]]), "X": X, "Z": Z, "V": V, "H": H, "P": P,
        "σ": float(np.sqrt(sigma2)), "τ": float(np.sqrt(tau2)),
        "n": float(n), "p": float(p), "J": float(J), "I": Identity(1.0),
    }  # fmt: skip


@lru_cache(maxsize=1024)
def case(family: Family, seed: int) -> Case:
    """The data of a family from a seed: small integers in unequal groups.

    Seed 0 of ``people`` and of ``line`` is the lecture's example. τ̂² lies inside the model, except
    in the family ``boundary`` and in about half of ``mixed``; the first update needs no guard.
    """
    family = "people" if family == "none" else family
    if family in ("people", "line") and seed == HANDOUT:
        return Case(family, seed, _handout(), (2, 4))
    source = random.Random(f"{family}/{seed}")
    shown: Family = family
    if family == "mixed":
        shown = source.choice(("unequal", "boundary"))
    for _ in range(ATTEMPTS):
        drawn = _drawn(shown, source)
        if drawn is not None and _fits(drawn):
            return replace(drawn, family=family, seed=seed)
    raise AssertionError(f"no data for {family} from seed {seed}")


def _handout() -> Problem:
    example = load_example("handout")
    with example.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    names, values = rows[0], np.array(rows[1:], float)
    return Problem.from_arrays(
        values[:, 0],
        np.column_stack([np.ones(len(values)), values[:, 1]]),
        values[:, 2].astype(int),
        fixed_names=("(Intercept)", names[1]),
        response=names[0],
        group=names[2],
    )


_SIZES: dict[Family, tuple[tuple[int, ...], ...]] = {
    "people": ((2, 3, 2), (3, 2, 2), (2, 2, 3), (2, 4, 2), (3, 2, 3), (1, 3, 3), (2, 3, 4)),
    "line": ((2, 1, 2), (1, 2, 1), (2, 2, 2)),
    "unequal": ((1, 3, 5), (5, 2, 3), (2, 5, 2), (4, 1, 4), (3, 5, 1), (2, 1, 4, 3)),
    "boundary": ((2, 3, 2), (3, 2, 4), (2, 4, 2), (1, 3, 5), (4, 1, 4)),
    "balanced": ((2, 2, 2), (3, 3, 3), (2, 2, 2, 2)),
}


def _drawn(family: Family, source: random.Random) -> Case | None:
    sizes = source.choice(_SIZES[family])
    J, n = len(sizes), sum(sizes)
    codes = np.repeat(np.arange(J), sizes)
    labels = np.array(sorted(source.sample(range(1, 10), J)))
    x = [source.randint(1, 9) for _ in range(n)]
    spread = 0 if family == "boundary" else 3
    intercepts = [source.gauss(8, spread) for _ in range(J)]
    y = [round(intercepts[j] + 0.6 * x[i] + source.gauss(0, 1.4)) for i, j in enumerate(codes)]
    sigma2, tau2 = source.sample(range(1, 7), 2)
    if min(y) < 1 or max(y) > 25 or len(set(x)) < 4:
        return None
    try:
        problem = Problem.from_arrays(
            y,
            np.column_stack([np.ones(n), x]),
            labels[codes],
            fixed_names=("(Intercept)", "HOURS"),
            response="LOOK",
            group="INDUSTRY",
        )
    except Refusal:
        return None
    return Case(family, 0, problem, (sigma2, tau2))


def _fits(drawn: Case) -> bool:
    """Whether the data show what they are for; the quickest questions first."""
    if drawn.family == "line":
        return ols_variance(drawn.problem.moments) > LEAST_VARIANCE
    if drawn.family == "boundary":
        promising = method_of_moments(drawn.problem.moments).estimate < 0
        return promising and drawn.trace.exhaust().state.outcome is Outcome.BOUNDARY
    at = drawn.step("update_variances").state
    before, trial = at.updated_from, at.trials[-1]
    if before is None or len(at.trials) > 1 or (trial.kind, trial.factor) != (Kind.STEP, 1):
        return False
    if drawn.family in ("people", "unequal"):
        score, u = drawn.step("score_beta").state.score_beta, at.u
        moved = abs(at.tau2 / before.tau2 - 1) > 0.01
        if score is None or abs(score).min() < 1e-3 or abs(u).min() < 0.02 or not moved:
            return False
    at_zero = Criterion(drawn.problem.moments, "reml", ols_variance(drawn.problem.moments), 0.0)
    rises_from_zero = at_zero.score[1] > 0
    return bool(rises_from_zero and 0.15 < at.icc < 0.97)


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
