"""What a report says: data and choices, results, plots, every step, and code to repeat it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mlm_gui.place import place_of
from mlm_gui.report.blocks import Block, Code, Content, Facts, Figure, Heading, Paragraph, Table
from mlm_gui.report.results import result_blocks
from mlm_gui.report.walk import walk
from solver import Analysis, Step, results
from solver.data.examples import load_example
from solver.data.preparation import Account, Preparation
from solver.data.simulation import Simulation
from solver.data.sources import ExampleSource
from solver.errors import Refusal
from solver.exports.code_export import CodeLanguage, export_code
from solver.fit import Fit
from solver.formatting import number, quoted, short
from solver.formula import parse_formula
from solver.lessons import step_lessons, words
from solver.saving.session_file import Notes

NAME = 40
"""Characters of a name that are shown."""

LANGUAGES: tuple[tuple[str, CodeLanguage, str], ...] = (
    ("Python with StepREML", "stepreml", "python"),
    ("R with lme4", "r", "r"),
    ("Python with statsmodels", "statsmodels", "python"),
)
"""The programs whose code a report has, and the languages they are written in."""

PLOTS = {
    "group_lines": "The data at the end of the run: the least-squares line that ignores the groups "
    "(dashed), Xβ (dashes and dots), and the line of each group, moved from Xβ by û_j.",
    "likelihood": "The log-likelihood and its parts by iteration.",
    "surface": "The log-likelihood over the two variances: lines of equal height, with the path "
    "of the iterations.",
    "shrinkage": "Each group's mean residual (circle) and how far it shrinks towards 0 to become "
    "û_j (arrowhead).",
    "caterpillar": "The predicted intercept of each group with its 95 % interval, in their order.",
    "residuals_fitted": "Residuals against fitted values: no pattern should be left.",
    "qq_residuals": "Residuals against normal quantiles: a straight line if they are normal.",
}
"""The plots of a report, and what they show."""


NO_NOTES = Notes()


def content(analysis: Analysis, run: Sequence[Step], notes: Notes = NO_NOTES) -> Content:
    """A report of a whole run.

    Parameters
    ----------
    analysis : Analysis
    run : sequence of Step
        All its steps; the last has an outcome.
    notes : Notes, optional
        What the reader wrote, and the bookmarked steps.
    """
    choices, fit = analysis.choices, Fit(run[-1])
    method = words()["methods"][choices.options.method]
    blocks: list[Block] = [
        *_notes(notes, run),
        Heading(1, "Data and choices"),
        *_data(analysis),
        *_choices(fit),
        Heading(1, "Results"),
        *result_blocks(results(fit)),
        Heading(1, "Plots"),
        *(Figure(name, f"{caption} ({method['name']})") for name, caption in PLOTS.items()),
        Heading(1, "The walk"),
        *walk(run),
        Heading(1, "Code that gets the same answer"),
        *_code(analysis, fit),
    ]
    subtitle = f"{choices.source.title}, by {method['long']} ({method['name']})"
    return Content(short(fit.problem.formula, 160), subtitle, blocks)


def _notes(notes: Notes, run: Sequence[Step]) -> Iterator[Block]:
    """What the reader wrote, on the whole and on the bookmarked steps of this run."""
    marked = [(run[index], text) for index, text in notes.steps if index < len(run)]
    general = [line for line in notes.general.splitlines() if line.strip()]
    if not (general or marked):
        return
    yield Heading(1, "Notes")
    yield from (Paragraph(line, plain=True) for line in general)
    if marked:
        yield Facts(tuple((_place(step), text.strip() or "bookmark") for step, text in marked))


def _place(step: Step) -> str:
    return f"{step_lessons()[step.name].title}, {place_of(step)}"


def _data(analysis: Analysis) -> Iterator[Block]:
    problem, choices = analysis.problem, analysis.choices
    parsed = parse_formula(choices.formula)
    pairs = [("Data", choices.source.title)]
    if isinstance(choices.source, ExampleSource):
        example = load_example(choices.source.name)
        pairs += [("Title", example.title), ("Source", " ".join(example.source.split()))]
    if isinstance(choices.source, Simulation):
        pairs.append(("Drawn from", _truth(choices.source)))
    pairs += [
        ("Model", problem.formula),
        ("Response", parsed.response_text),
        ("Groups", f"{problem.group}, J = {problem.J}"),
        ("Rows used", f"n = {problem.n}"),
    ]
    if choices.preparation != Preparation():
        pairs += [_account(account) for account in analysis.prepared.accounts]
    if choices.preparation.named:
        pairs.append(("Labels for codes", ", ".join(map(quoted, choices.preparation.named))))
    if problem.rows_dropped:
        counts = ", ".join(f"{count} in {quoted(name)}" for name, count in problem.missing.items())
        codes = ", or was set to missing" if choices.preparation.missing else ""
        said = f"{problem.rows_dropped}, because a value is missing{codes}: {counts}"
        pairs.append(("Rows left out", said))
    else:
        pairs.append(("Rows left out", "none: every row has a value in each column used"))
    yield Facts(tuple((name, text) for name, text in pairs))
    yield _columns(analysis)


def _truth(source: Simulation) -> str:
    """The true parameters of simulated data."""
    return (
        f"β = ({number(source.intercept)}, {number(source.slope)}), σ² = {number(source.sigma2)}, "
        f"τ² = {number(source.tau2)}, {source.groups} groups of {source.smallest} to "
        f"{source.largest} rows, seed {source.seed}"
    )


def _account(account: Account) -> tuple[str, str]:
    """What was done to the table first, and how much it touched."""
    column = quoted(account.column)
    match account.what:
        case "missing":
            said = f"{account.value} in {column} stands for no answer: {account.rows} values"
            return "Reserve code", f"{said} set to missing"
        case "levels":
            return "Levels chosen", f"{column}: {account.rows} rows with other values left out"
    of = f"whole groups of {column}" if account.column else "rows"
    return "Random sample", f"of {of}: {account.rows} rows left out"


def _columns(analysis: Analysis) -> Table:
    """The response and the columns of X, in numbers."""
    problem = analysis.problem
    columns = [(problem.response, problem.y)]
    columns += [
        (name, problem.X[:, k])
        for k, name in enumerate(problem.fixed_names[:30])
        if np.ptp(problem.X[:, k])
    ]
    rows = tuple(
        (short(name, NAME), *(number(float(f(values))) for f in (np.mean, _sd, np.min, np.max)))
        for name, values in columns
    )
    heads = ("variable", "mean", "SD", "least", "greatest")
    return Table(heads, rows, (1, 2, 3, 4), "The variables of the model, over the rows used.")


def _sd(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1))


def _choices(fit: Fit) -> Iterator[Block]:
    options, said = fit.options, words()
    method = said["methods"][options.method]
    parts = fit.state.loglik_parts
    kind = options.start if isinstance(options.start, str) else "given"
    first = said["starts"][kind]
    if kind == "given":
        first += f": σ² = {number(options.start[0])}, τ² = {number(options.start[1])}"  # type: ignore[arg-type]
    free = "n − p" if options.method == "reml" else "n"
    yield Heading(2, "How it is fitted")
    yield Facts(
        (
            ("Criterion", f"{method['long']} ({method['name']}), {method['loglik']}"),
            ("Algorithm", said["algorithms"][options.algorithm]),
            ("Start", first),
            ("Tolerance", number(options.tolerance, 3)),
            ("Iteration limit", str(options.max_iterations)),
            (
                "Constants",
                f"the log-likelihood holds its constant −½({free}) log 2π = "
                f"{number(parts.constant, 8)}",
            ),
        ),
        plain=False,
    )


def _code(analysis: Analysis, fit: Fit) -> Iterator[Block]:
    source = analysis.choices.source
    stem = source.name if isinstance(source, ExampleSource) else "data"
    yield Paragraph("The choices above, in the words of three programs.")
    for title, language, kind in LANGUAGES:
        yield Heading(2, title)
        try:
            script = export_code(language, analysis, fit, stem)
        except (Refusal, OSError) as refusal:
            yield Paragraph(str(refusal), plain=True)
            continue
        if script.files:
            yield Paragraph(
                f"It reads {', '.join(script.files)}, which “Save code…” in the File menu writes "
                "beside it.",
                plain=True,
            )
        yield Code(script.text, kind)
