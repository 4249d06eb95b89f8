"""A step as a person reads it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from solver.errors import Refusal
from solver.formatting import number, padded, short, signed, width
from solver.lessons import StepLesson, step_formulas, step_lessons, words
from solver.moments import Floats
from solver.state import STEP_NAMES, State, Trial
from solver.step import Step

Numbers = Sequence[float] | Sequence[str] | Floats

WIDTH = 78
CORNER = 7
"""Rows and columns of a matrix that are printed: all of a small one, the corner of a large one."""

NAME = 32
"""Characters of a name that are printed."""


def step_text(new: Step, old: Step | None) -> str:
    """A step for the terminal: name, one sentence, formula, numbers and matrices.

    Parameters
    ----------
    new : Step
        The step to print.
    old : Step or None
        The one before, to say what has changed.
    """
    lesson = step_lessons()[new.name]
    before = old.state if old else None
    options = new.options
    formulas, _ = step_formulas(new.name, options.start, options.algorithm, options.method)
    blocks = [
        _heading(new, lesson),
        textwrap.fill(lesson.sentence, WIDTH, initial_indent="  ", subsequent_indent="  "),
        "\n".join(f"      {line}" for line in formulas),
        _headline(new, before),
        *_numbers(new),
        *_matrices(new, lesson),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def outcome_text(state: State) -> str:
    """Why a run ended, in a sentence; empty while it goes on."""
    return str(words()["outcomes"][state.outcome]) if state.outcome else ""


def _heading(step: Step, lesson: StepLesson) -> str:
    left = f"── {STEP_NAMES.index(step.name) + 1} · {lesson.title} "
    right = f" iteration {step.iteration} · step {step.index} ──"
    return left + "─" * max(WIDTH - len(left) - len(right), 2) + right


def _headline(new: Step, before: State | None) -> str:
    """σ², τ², ICC and ℓ, with their change."""
    method = words()["methods"][new.options.method]
    entries = [
        ("σ²", new.state.sigma2, before and before.sigma2, 5),
        ("τ²", new.state.tau2, before and before.tau2, 5),
        ("ICC", new.state.icc, before and before.icc, 4),
        (method["loglik"], new.state.loglik, before and before.loglik, 8),
    ]
    cells = []
    for symbol, value, previous, digits in entries:
        change = ""
        if isinstance(previous, float) and previous != value:
            change = f" ({signed(value - previous, 2)})"
        cells.append(f"{symbol} = {number(value, digits)}{change}")
    return textwrap.fill(
        "   ".join(cell.replace(" ", "\0") for cell in [*cells, f"[{method['name']}]"]),
        WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
    ).replace("\0", " ")


def _numbers(step: Step) -> Iterator[str]:
    """The quantities that the step is about."""
    state = step.state
    names = step.problem.fixed_names
    match step.name:
        case "initialize" | "score_beta" | "estimate_beta":
            columns: dict[str, Numbers] = {"β": state.beta}
            if step.name == "score_beta" and state.score_beta is not None:
                columns["∂ℓ/∂β"] = state.score_beta
            if step.name == "estimate_beta" and state.score_beta is not None:
                assert state.beta_cov is not None
                columns = {"β̂": state.beta, "SE": np.sqrt(np.diag(state.beta_cov))}
                columns["∂ℓ/∂β, 0 but for rounding"] = state.score_beta
            yield table(names, columns)
        case "predict_u":
            yield _groups(step)
        case "update_variances":
            yield from _update(step)
        case "check_convergence":
            yield _rules(state)
            if state.outcome:
                yield textwrap.fill(
                    outcome_text(state), WIDTH, initial_indent="  ", subsequent_indent="  "
                )


def _groups(step: Step) -> str:
    problem, state = step.problem, step.state
    assert state.mean_residuals is not None
    assert state.shrinkage is not None
    shown = slice(0, CORNER)
    text = table(
        problem.group_labels[shown],
        {
            "n": problem.group_sizes[shown],
            "mean residual": state.mean_residuals[shown],
            "λ": state.shrinkage[shown],
            "û": state.u[shown],
        },
        head=problem.group,
    )
    rest = problem.J - CORNER
    return text + (f"\n  … and {rest} more group{'s' if rest > 1 else ''}" if rest > 0 else "")


def _update(step: Step) -> Iterator[str]:
    state = step.state
    assert state.score is not None
    assert state.full_step is not None
    columns: dict[str, Numbers] = {"score s": state.score}
    if state.information is not None:
        columns |= {"I, σ²": state.information[:, 0], "I, τ²": state.information[:, 1]}
    columns["full step"] = state.full_step
    yield table(("σ²", "τ²"), columns)
    rows = [_trial(trial) for trial in _folded(state.trials)]
    loglik = words()["methods"][step.options.method]["loglik"]
    yield _aligned(["trial", "factor", "σ²", "τ²", loglik, ""], rows, text_last=True)


def _folded(trials: tuple[Trial, ...]) -> Iterator[Trial]:
    """The trials, of a long run of halvings only the first two and the last two."""
    yield from trials if len(trials) <= 6 else (*trials[:2], *trials[-2:])


def _trial(trial: Trial) -> list[str]:
    said = words()
    verdict = said["refused"][trial.refused] if trial.refused else "accepted"
    return [
        said["trials"][trial.kind],
        number(trial.factor, 3),
        number(trial.sigma2, 5),
        number(trial.tau2, 5),
        number(trial.loglik, 8),
        verdict,
    ]


def _rules(state: State) -> str:
    said = words()["rules"]
    rows = [
        [
            said[rule.name],
            number(rule.value, 3),
            number(rule.tolerance, 2),
            "✓" if rule.met else "✗",
        ]
        for rule in state.rules
    ]
    return _aligned(["rule", "value", "tolerance", "met"], rows, text_last=True)


def _matrices(step: Step, lesson: StepLesson) -> Iterator[str]:
    """The step's matrices, those that are there: whole if they are small, else their corner."""
    before = step.state.updated_from
    if step.name == "update_variances" and before is not None:
        yield (
            f"  The matrices at the σ² = {number(before.sigma2, 5)}, τ² = {number(before.tau2, 5)} "
            "that the step started from:"
        )
    for name in lesson.matrices:
        try:
            matrix = step.matrix(name)
        except Refusal:
            continue
        rows, columns = (min(size, CORNER) for size in matrix.shape)
        block = matrix.block(slice(0, rows), slice(0, columns))
        cells = [[number(float(value), 4) for value in row] for row in block]
        title = f"{matrix.name} ({matrix.shape[0]}×{matrix.shape[1]})"
        yield _bracketed(title, cells, matrix.shape)


def _bracketed(title: str, cells: list[list[str]], shape: tuple[int, int]) -> str:
    """A corner of a matrix between brackets, as many columns of it as a line holds."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    room = WIDTH - (len(f"  {title} = [  ]") if shape[0] == 1 else len("    ⎡  ⎤"))
    while sum(widths) + 2 * len(widths) > room:
        widths.pop()
    hidden = len(widths) < shape[1]
    if len(cells) < shape[0]:
        cells = [*cells, ["⋮"] * len(widths)]
    lines = [
        "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=False)) + "  …" * hidden
        for row in cells
    ]
    if len(lines) == 1:
        return f"  {title} = [ {lines[0]} ]"
    ends = [("⎡", "⎤"), *[("⎢", "⎥")] * (len(lines) - 2), ("⎣", "⎦")]
    body = (f"    {a} {line} {b}" for (a, b), line in zip(ends, lines, strict=True))
    return "\n".join([f"  {title}", *body])


def table(
    names: Sequence[str], columns: Mapping[str, Numbers], head: str = "", digits: int = 5
) -> str:
    """Named rows of numbers, or of texts in their place, under column heads, decimals aligned."""
    texts = [
        _decimals([v if isinstance(v, str) else number(float(v), digits) for v in values])
        for values in columns.values()
    ]
    rows = [[short(name, NAME), *cells] for name, *cells in zip(names, *texts, strict=True)]
    return _aligned([short(head, NAME), *columns], rows)


def _decimals(texts: list[str]) -> list[str]:
    """Pad numbers so that their points stand below each other."""
    tails = [len(text) - text.find(".") if "." in text else 0 for text in texts]
    return [text + " " * (max(tails) - tail) for text, tail in zip(texts, tails, strict=True)]


def _aligned(heads: list[str], rows: list[list[str]], text_last: bool = False) -> str:
    """Columns below their heads: the first to the left, numbers to the right."""
    widths = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    last = len(heads) - 1 if text_last else 0

    def line(cells: list[str]) -> str:
        first, *rest = (
            padded(cell, to, right=k not in (0, last))
            for k, (cell, to) in enumerate(zip(cells, widths, strict=True))
        )
        return f"  {first}  {'  '.join(rest)}".rstrip()

    return "\n".join(map(line, [heads, *rows]))
