"""A Jupyter notebook that goes through a fit step by step and checks every number literally."""

from __future__ import annotations

import json
import re
from typing import Any

from solver.analysis import Analysis
from solver.exports.code_export import Script, choices_code, expected_lines, template
from solver.fit import Fit
from solver.lessons import step_formulas, step_lessons, words
from solver.state import STEP_NAMES
from solver.walk import outcome_text

LITERAL = 400
"""Rows up to which n × n matrices are written out."""

_STARTS = {
    "moments": """\
msw = ((r - Z @ group_means) ** 2).sum() / (n - J)
msb = (group_sizes * group_means**2).sum() / (J - 1)
n0 = (n - (group_sizes**2).sum() / n) / (J - 1)
check("sigma2, MSW", step.state.sigma2, msw)
check("tau2, (MSB - MSW)/n0", step.state.tau2, max((msb - msw) / n0, 0.01 * msw))""",
    "half": """\
check("sigma2, s2/2", step.state.sigma2, r @ r / (n - p) / 2)
check("tau2, s2/2", step.state.tau2, r @ r / (n - p) / 2)""",
    "given": 'print("sigma2 and tau2 as given:", step.state.sigma2, step.state.tau2)',
}


def export_notebook(analysis: Analysis, fit: Fit, stem: str = "data") -> Script:
    """Write a notebook of a fit.

    Parameters
    ----------
    analysis : Analysis
        The reader's choices, all of which the notebook repeats.
    fit : Fit
        Its estimates stand at the end.
    stem : str
        What a file beside the notebook is called, before its end.

    Returns
    -------
    Script
        Its text is the notebook's JSON, format 4.5.
    """
    chosen = choices_code(analysis, stem)
    said = _said(analysis, fit) | {
        "choices": chosen.text,
        "imports": f"{chosen.models}, analyse, fit, steps\n{chosen.parts}",
    }
    small = analysis.problem.n <= LITERAL
    text = template("notebook.txt").substitute(said)
    cells = [
        _cell(kind, body, k)
        for k, (kind, size, body) in enumerate(
            re.findall(r"^%% (text|code) ?(small|large)?\n(.*?)(?=^%% |\Z)", text, re.M | re.S)
        )
        if size in ("", "small" if small else "large")
    ]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return Script(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", chosen.files)


def _cell(kind: str, body: str, place: int) -> dict[str, Any]:
    """A cell of text or of code, its text line by line."""
    cell: dict[str, Any] = {
        "cell_type": "markdown" if kind == "text" else "code",
        "id": f"cell-{place}",
        "metadata": {},
        "source": body.strip().splitlines(keepends=True),
    }
    return cell if kind == "text" else cell | {"execution_count": None, "outputs": []}


def _said(analysis: Analysis, fit: Fit) -> dict[str, str]:
    """The words of the cells: those of the lessons, and those of this fit."""
    options, problem = fit.options, fit.problem
    method = words()["methods"][options.method]
    kind = options.start if isinstance(options.start, str) else "given"
    said = {
        "title": f"{_marked(problem.formula)}, by {method['name']}",
        "about": f"Data: {_marked(analysis.choices.source.title)}, {problem.n} rows in "
        f"{problem.J} groups of {_marked(problem.group)}.",
        "n": str(problem.n),
        "method": method["name"],
        "long": method["long"],
        "start": _STARTS[kind],
        "outcome": outcome_text(fit.state),
        "expected": "\n".join(line.removeprefix("# ") for line in expected_lines(fit)),
    }
    for name in STEP_NAMES:
        lesson = step_lessons()[name]
        _, latex = step_formulas(name, options.start, options.algorithm, options.method)
        said[f"title_{name}"] = lesson.title
        said[f"sentence_{name}"] = lesson.sentence
        said[f"more_{name}"] = lesson.more
        said[f"latex_{name}"] = "\n\n".join(f"$${formula}$$" for formula in latex)
    return said


def _marked(text: str) -> str:
    """A text as Markdown writes it: as code, whatever stands in it."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"
