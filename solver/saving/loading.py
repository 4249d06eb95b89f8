"""From what the reader names – a table, an example, a session, a trace – to what is fitted."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from solver.analysis import Analysis, Choices, analyse
from solver.data.examples import example_names, load_example
from solver.data.preparation import Preparation
from solver.data.sources import ExampleSource, FileSource
from solver.data.tables import Table
from solver.errors import Refusal
from solver.formatting import quoted
from solver.saving.session_file import Manifest, is_session, read_session
from solver.saving.trace_file import is_trace, read_trace
from solver.state import Options
from solver.trace import Trace


@dataclass(frozen=True, eq=False)
class Opened:
    """What the reader opened.

    Attributes
    ----------
    analysis : Analysis
    manifest : Manifest or None
        Where the reader was, with notes and layout, when it is a session.
    trace : Trace or None
        The run itself, when it is a trace: it is shown, not fitted.
    notice : str
        What the reader should know about the file; empty in general.
    """

    analysis: Analysis
    manifest: Manifest | None = None
    trace: Trace | None = None
    notice: str = ""


def open_any(data: str, formula: str | None = None, options: Options | None = None) -> Opened:
    """A table under a formula, an example, a session or a trace.

    Parameters
    ----------
    data : str
        Path of a file, or name of an example.
    formula : str, optional
        The model; examples, sessions and traces have their own.
    options : Options, optional
        Sessions and traces have their own.

    Raises
    ------
    Refusal
        When the data or the formula cannot be used; names the file.
    """
    if not is_saved(data):
        return Opened(load(data, formula, options))
    if formula is not None:
        raise Refusal(f"{Path(data).name} has its own formula. Leave the other one out.")
    if is_session(data):
        manifest, analysis = read_session(data)
        return Opened(analysis, manifest)
    replay = read_trace(data)
    return Opened(replay.analysis, None, replay.trace, replay.notice)


def is_saved(data: str) -> bool:
    """Whether what the reader names is a session or a trace, and no table."""
    return is_session(data) or is_trace(data)


def as_it_is(table: Table) -> Preparation:
    """Do nothing to a table."""
    return Preparation()


def load(
    data: str,
    formula: str | None = None,
    options: Options | None = None,
    prepare: Callable[[Table], Preparation] = as_it_is,
) -> Analysis:
    """A file under a formula, or a built-in example, ready to be fitted.

    Parameters
    ----------
    data : str
        Path of a file, or name of an example.
    formula : str, optional
        The model; an example has its own.
    options : Options, optional
    prepare : callable, optional
        What is to be done to the table once it is read.

    Raises
    ------
    Refusal
        When the data or the formula cannot be used; names the file.
    """
    options = options or Options()
    if data in example_names() and not Path(data).is_file():
        example = ExampleSource(data)
        formula = load_example(data).formula if formula is None else formula
        if prepare is as_it_is:
            return analyse(Choices(example, formula, options=options))
        table = example.read()
        return analyse(Choices(example, formula, prepare(table), options), table)
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
    return analyse(Choices(source, formula, prepare(table), options), table)


def _near_example(name: str) -> str:
    try:
        load_example(name)
    except Refusal as refusal:
        return str(refusal).partition(". ")[2]
    return ""
