"""From what the reader names, a file or an example, to the problem to be fitted."""

from __future__ import annotations

import os
from pathlib import Path

from solver.analysis import Analysis, Choices, analyse
from solver.errors import Refusal
from solver.examples import example_names, load_example
from solver.formatting import quoted
from solver.sources import ExampleSource, FileSource
from solver.state import Options


def load(data: str, formula: str | None = None, options: Options | None = None) -> Analysis:
    """A file under a formula, or a built-in example, ready to be fitted.

    Parameters
    ----------
    data : str
        Path of a file, or name of an example.
    formula : str, optional
        The model; an example has its own.
    options : Options, optional

    Raises
    ------
    Refusal
        When the data or the formula cannot be used; names the file.
    """
    options = options or Options()
    if data in example_names() and not Path(data).is_file():
        formula = load_example(data).formula if formula is None else formula
        return analyse(Choices(ExampleSource(data), formula, options=options))
    if not Path(data).suffix and not Path(data).exists() and os.sep not in data:
        raise Refusal(f"There is neither a file nor an example '{data}'. {_near_example(data)}")
    source = FileSource(data)
    table = source.read()
    if formula is None:
        columns = ", ".join(map(quoted, table.frame.columns[:8])) + " …" * (
            len(table.frame.columns) > 8
        )
        raise Refusal(
            f"{source.title} needs a formula, such as "
            f'"response ~ predictor + (1 | group)". Its columns: {columns}.'
        )
    return analyse(Choices(source, formula, options=options), table)


def _near_example(name: str) -> str:
    try:
        load_example(name)
    except Refusal as refusal:
        return str(refusal).partition(". ")[2]
    return ""
