"""The steps of a run as a report shows them: what is done, the formula, and its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mlm_gui.report.blocks import (
    Beside,
    Block,
    Formula,
    Heading,
    Matrix,
    Paragraph,
    Table,
    Worked,
)
from mlm_gui.widgets.trials import factor_text
from solver import Refusal, Step
from solver.fit import Fit
from solver.formatting import number, short
from solver.lessons import step_formulas, step_lessons, words
from solver.moments import Floats
from solver.start import method_of_moments
from solver.state import STEP_NAMES, State, Trial
from solver.walk import outcome_text

FIRST, LAST = 2, 1
"""Iterations at the start and at the end of a long run whose steps are all shown."""

WHOLE = 5
"""Iterations up to which all steps of all are shown."""

LONG = 8
"""Rows and columns of a matrix, and rows of a vector, that are written out."""

WIDE = 5
"""Columns from which on the entries of a matrix have three digits."""

FIXED = ("y", "X", "Z")
"""Matrices that stay the same; they are shown at the first step."""

GROUPS = 12
"""Groups whose numbers are shown at a step."""

EFFECTS = 30
"""Fixed effects whose numbers are shown at a step."""

NAME = 32
"""Characters of a name that are shown."""

TRIALS = 8
"""Trials of one update that are shown."""


def walk(run: Sequence[Step]) -> Iterator[Block]:
    """Every step of the first and last iterations, and a table of all iterations."""
    last = run[-1].iteration
    full = full_iterations(last)
    yield Paragraph(_plan(last, full))
    seen: set[str] = set()
    shown = None
    for step in run:
        if step.iteration not in full and step.iteration:
            continue
        if shown is not None and step.iteration > shown + 1:
            first, skipped = shown + 1, step.iteration - 1
            said = f"iteration {first}" if first == skipped else f"iterations {first} to {skipped}"
            yield Paragraph(
                f"The steps of {said} are the same with other numbers; the table of iterations "
                "below has a row for each.",
                "aside",
            )
        if step.iteration != shown:
            yield Heading(2, f"Iteration {step.iteration}" if step.iteration else "The start")
        shown = step.iteration
        yield from _step(step, step.name not in seen)
        seen.add(step.name)
    yield Heading(2, "All iterations")
    yield _iterations(run)


def full_iterations(last: int) -> frozenset[int]:
    """The iterations whose steps are all shown, of a run with so many."""
    if last <= WHOLE:
        return frozenset(range(1, last + 1))
    return frozenset([*range(1, FIRST + 1), *range(last - LAST + 1, last + 1)])


def _plan(last: int, full: frozenset[int]) -> str:
    if len(full) == last:
        return "Every step of the run follows, in the order in which it was taken."
    return (
        f"The run took {last} iterations. The steps of the first {FIRST} and of the last follow in "
        "full; of those between, a table has the numbers."
    )


def _step(step: Step, explained: bool) -> Iterator[Block]:
    lesson, options = step_lessons()[step.name], step.options
    place = STEP_NAMES.index(step.name) + 1
    yield Heading(3, f"{place} · {lesson.title}", f"step {step.index}")
    if explained:
        yield Paragraph(lesson.sentence, "lead")
        plain, latex = step_formulas(step.name, options.start, options.algorithm, options.method)
        yield Formula(tuple(latex), tuple(plain))
    yield from _numbers(step)
    if explained:
        yield from _matrices(step)
        for line in lesson.more.splitlines():
            yield Paragraph(line, "aside")


def _numbers(step: Step) -> Iterator[Block]:
    state = step.state
    match step.name:
        case "initialize":
            yield from _start(step)
            yield _effects("β = (XᵀX)⁻¹Xᵀy = ", step, state.beta)
        case "score_beta":
            assert state.score_beta is not None
            yield _effects("∂ℓ/∂β = XᵀV⁻¹(y − Xβ) = ", step, state.score_beta)
        case "estimate_beta":
            yield from _estimate(step)
        case "predict_u":
            yield from _predict(step)
        case "update_variances":
            yield from _update(step)
        case "check_convergence":
            yield from _check(step)


def _start(step: Step) -> Iterator[Block]:
    state, start = step.state, step.options.start
    if start == "moments":
        moments = method_of_moments(step.problem.moments)
        yield _line(f"σ²_0 = MSW = {_n(moments.msw)},   MSB = {_n(moments.msb)}")
        yield _line(
            f"(MSB − MSW)/n_0 = ({_n(moments.msb)} − {_n(moments.msw)})/{_n(moments.n0)} = "
            f"{_n(moments.estimate)}"
        )
    yield _line(f"σ²_0 = {_n(state.sigma2)},   τ²_0 = {_n(state.tau2)}")
    yield _line(f"ICC = τ²/(τ² + σ²) = {_n(state.icc)},   {_loglik(step)}")


def _estimate(step: Step) -> Iterator[Block]:
    state, p = step.state, step.problem.p
    assert state.beta_cov is not None
    assert state.score_beta is not None
    if 0 < p <= 3:
        cross, right = step.matrix("XᵀV⁻¹X").block(), step.matrix("XᵀV⁻¹y").block()
        yield Worked(
            (
                "β̂ = ", replace(_matrix(cross), inverse=True), _matrix(right), " = ",
                _matrix(state.beta[:, None], step.problem.fixed_names),
            )
        )  # fmt: skip
        yield Worked(("Var β̂ = ", _matrix(state.beta_cov)))
    se = Fit(step).se
    rows = [
        (short(name, NAME), _n(beta), _n(error))
        for name, beta, error in zip(
            step.problem.fixed_names, state.beta.tolist(), se.tolist(), strict=True
        )
    ]
    caption = f"The first {EFFECTS} of {p} fixed effects." if p > EFFECTS else ""
    yield Table(("fixed effect", "β̂", "SE"), tuple(rows[:EFFECTS]), (1, 2), caption)
    yield _effects("XᵀV⁻¹(y − Xβ̂) = ", step, state.score_beta, ", 0 up to rounding")


def _predict(step: Step) -> Iterator[Block]:
    state, problem = step.state, step.problem
    assert state.shrinkage is not None
    assert state.mean_residuals is not None
    size, share = problem.group_sizes[0], state.shrinkage[0]
    label = short(problem.group_labels[0], 8)
    yield Worked(
        (
            f"λ_{{{label}}} = {_n(size)} · {_n(state.tau2)}/({_n(size)} · {_n(state.tau2)} + "
            f"{_n(state.sigma2)}) = {_n(share)},   û_{{{label}}} = {_n(share)} · "
            f"{_factor(state.mean_residuals[0])} = {_n(state.u[0])}",
        )
    )
    shown = range(min(problem.J, GROUPS))
    rows = tuple(
        (
            short(problem.group_labels[j], NAME), _n(problem.group_sizes[j]),
            _n(state.mean_residuals[j]), _n(state.shrinkage[j]), _n(state.u[j]),
        )
        for j in shown
    )  # fmt: skip
    rest = problem.J - len(rows)
    caption = f"The first {len(rows)} of {problem.J} groups." if rest else ""
    heads = (short(problem.group, NAME), "n_j", "r̄_j", "λ_j", "û_j")
    yield Table(heads, rows, (1, 2, 3, 4), caption)


def _update(step: Step) -> Iterator[Block]:
    state, at = step.state, step.state.updated_from
    assert at is not None
    assert state.score is not None
    assert state.full_step is not None
    P = "P" if at.method == "reml" else "V⁻¹"
    for k, name in enumerate("στ"):
        yield _line(
            f"s_{name} = −½[tr({P}V_{name}) − yᵀPV_{name}Py] = −½[{_n(at.traces[k])} − "
            f"{_factor(at.quadratics[k])}] = {_n(state.score[k])}"
        )
    full = _matrix(state.full_step[:, None], ("σ²", "τ²"))
    if state.information is None:
        yield Worked(("full step = ", full))
    elif at.tau2 == 0 and state.score[1] <= 0:
        yield Worked(
            ("full step = ", full, " : τ² stays at 0, because its score points out of the model")
        )
    else:
        information = replace(_matrix(state.information, ("σ²", "τ²")), inverse=True)
        yield Worked(("ℐ⁻¹s = ", information, _matrix(state.score[:, None]), " = ", full))
    yield _trials(step)
    yield _line(f"σ² = {_n(state.sigma2)},   τ² = {_n(state.tau2)},   {_loglik(step)}")


def _trials(step: Step) -> Table:
    trials = step.state.trials
    half = TRIALS // 2
    shown = trials if len(trials) <= TRIALS else (*trials[:half], *trials[-half:])
    caption = "Guard trials: every candidate for the next variances."
    if len(shown) < len(trials):
        caption += f" The first and last {half} of {len(trials)} are shown."
    heads = ("trial", "factor", "σ²", "τ²", words()["methods"][step.options.method]["loglik"], "")
    rows = tuple(map(_trial, shown))
    lit = len(rows) - 1 if trials[-1].refused is None else None
    return Table(heads, rows, (1, 2, 3, 4), caption, lit)


def _trial(trial: Trial) -> tuple[str, ...]:
    said = words()
    verdict = f"✗ {said['refused'][trial.refused]}" if trial.refused else "✓ accepted"
    return (
        said["trials"][trial.kind], factor_text(trial.factor), _n(trial.sigma2), _n(trial.tau2),
        number(trial.loglik, 8), verdict,
    )  # fmt: skip


def _check(step: Step) -> Iterator[Block]:
    said = words()["rules"]
    rows = tuple(
        (said[rule.name], number(rule.value, 3), number(rule.tolerance, 3),
         "✓ met" if rule.met else "✗ not met")
        for rule in step.state.rules
    )  # fmt: skip
    yield Table(("rule", "value", "at most", ""), rows, (1, 2), "Convergence rules.")
    if step.state.outcome is not None:
        yield Paragraph(outcome_text(step.state), "verdict")


def _iterations(run: Sequence[Step]) -> Table:
    """One row an iteration; of a very long run the first and last hundred."""
    ends = [run[0], *(step for step in run if step.name == STEP_NAMES[-1])]
    symbol = words()["methods"][run[0].options.method]["loglik"]
    shown = ends if len(ends) <= 200 else ends[:100] + ends[-100:]
    caption = "The variances and the log-likelihood after each iteration."
    if len(shown) < len(ends):
        caption += f" Of {len(ends)} rows the first and last hundred are shown."
    rows = tuple(
        (
            str(step.iteration), number(step.state.loglik, 9), number(step.state.sigma2, 6),
            number(step.state.tau2, 6), number(step.state.icc, 4),
            _factor_taken(step.state), str(len(step.state.trials) or "–"),
        )
        for step in shown
    )  # fmt: skip
    heads = ("iteration", symbol, "σ²", "τ²", "ICC", "factor", "trials")
    return Table(heads, rows, tuple(range(7)), caption)


def _factor_taken(state: State) -> str:
    return "–" if not state.trials else factor_text(state.trials[-1].factor)


def _matrices(step: Step) -> Iterator[Block]:
    """The step's matrices that are small enough for a page and not shown yet."""
    shown: list[Worked] = []
    for name in step_lessons()[step.name].matrices:
        try:
            matrix = step.matrix(name)
        except Refusal:
            continue
        rows, columns = matrix.shape
        known = step.name == "estimate_beta" or (name in FIXED and step.name != "initialize")
        if known or rows > LONG or columns > LONG:
            continue
        heads = tuple(short(label, 14) for label in matrix.column_labels())
        labels = tuple(short(label, 14) for label in matrix.row_labels())
        digits = 3 if columns > WIDE else 4
        entries = _matrix(matrix.block(), labels, heads if any(heads) else (), digits)
        shown.append(Worked((f"{matrix.letter} = ", entries)))
    if shown:
        yield Beside(tuple(shown))


def _effects(name: str, step: Step, values: Floats, after: str = "") -> Worked:
    """A vector with a row for each fixed effect."""
    names, p = step.problem.fixed_names, step.problem.p
    shown = p if p <= LONG else LONG - 2
    rest = f" and {p - shown} more" if shown < p else ""
    vector = _matrix(values[:shown, None], tuple(short(name, NAME) for name in names[:shown]))
    return Worked((name, vector, rest + after) if rest + after else (name, vector))


def _matrix(
    values: Floats,
    row_heads: Sequence[str] = (),
    column_heads: Sequence[str] = (),
    digits: int = 5,
) -> Matrix:
    rows = tuple(tuple(number(v, digits) for v in row) for row in np.asarray(values).tolist())
    return Matrix(rows, tuple(row_heads), tuple(column_heads))


def _line(text: str) -> Worked:
    return Worked((text,))


def _loglik(step: Step) -> str:
    method = words()["methods"][step.options.method]
    return f"{method['loglik']} = {number(step.state.loglik, 8)} ({method['name']})"


def _n(value: float | None) -> str:
    return number(None if value is None else float(value), 5)


def _factor(value: float) -> str:
    """A number after another sign: in brackets when it has a sign of its own."""
    return f"({_n(value)})" if value < 0 else _n(value)
