"""A run as a file: JSON lines that open again and replay, without the data being fitted again.

The first line is the header, and describes everything but the run::

    {"format": "StepREML trace", "version": 1, "program": "0.1.0",
     "choices": {"source": …, "formula": …, "preparation": …, "options": …},
     "problem": {"y": …, "X": …, "codes": …, "group_values": …, "moments": …, …}}

``problem`` has the fields of :class:`~solver.problem.Problem` and its ``moments`` those of
:class:`~solver.moments.Moments`; an array is ``{"kind": …, "order": …, "values": …}``, a matrix a
list of rows, or of columns where the order is "F". Then follows a line for every step, as
:func:`solver.saving.step_record.step_record` gives it: index, iteration, name, σ², τ², the
log-likelihood with its parts and every quantity known so far, with ``unchanged``, the names of the
quantities that the step left alone. The last line is

    {"end": true, "sha256": …}

with the sum of all bytes before it. Numbers have all their digits; ∞ and nan, which JSON lacks,
are ``{"$float": "inf"}``. A file without its last line was cut off, and opens up to its last whole
step. The version is raised when a file that this program writes could not be read by the one
before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from solver.analysis import Analysis, Choices
from solver.criterion import Criterion
from solver.errors import Refusal
from solver.saving.atomic import replacing
from solver.saving.jsonable import from_json, to_json
from solver.saving.problem_record import problem_record, restore_problem
from solver.saving.records import check_format, program_version, restore
from solver.saving.step_record import restore_place, restore_state, step_record, unchanged
from solver.step import Step
from solver.trace import Trace

FORMAT, VERSION = "StepREML trace", 1
SUFFIX = ".trace.jsonl"
AGREES = 1e-9
"""How far the log-likelihood of a step may be from the one on its line, relatively."""


@dataclass(frozen=True, eq=False)
class Replay:
    """A run read from a file.

    Attributes
    ----------
    analysis : Analysis
        The choices and the problem; its table is wherever it came from.
    trace : Trace
        The steps, as they were.
    notice : str
        What the reader should know: that the file was cut off. Empty otherwise.
    """

    analysis: Analysis
    trace: Trace
    notice: str


def is_trace(path: str | Path) -> bool:
    """Whether a file is a trace, by its name or its first bytes."""
    path = Path(path)
    if path.name.endswith(SUFFIX):
        return True
    begins = f'{{"format": "{FORMAT}"'.encode()
    try:
        with path.open("rb") as file:
            return file.read(len(begins)) == begins
    except (OSError, ValueError):
        return False


def write_trace(path: str | Path, analysis: Analysis, steps: Iterable[Step]) -> None:
    """Write a run: the file is whole, or as it was.

    Parameters
    ----------
    path
    analysis : Analysis
        What was fitted.
    steps : iterable of Step
        The run, such as a :class:`~solver.trace.Trace`, which is taken to its end.

    Raises
    ------
    Refusal
        When the file cannot be written.
    """
    header = {
        "format": FORMAT,
        "version": VERSION,
        "program": program_version(),
        "choices": analysis.choices,
        "problem": problem_record(analysis.problem),
    }
    import hashlib

    checksum = hashlib.sha256()
    with replacing(path) as file:

        def write(content: dict[str, Any]) -> None:
            line = to_json(content) + b"\n"
            checksum.update(line)
            file.write(line)

        write(header)
        old = None
        for step in steps:
            write({**step_record(step), "unchanged": unchanged(step.state, old)})
            old = step.state
        write({"end": True, "sha256": checksum.hexdigest()})


def read_trace(path: str | Path) -> Replay:
    """Read a run that :func:`write_trace` wrote.

    Raises
    ------
    Refusal
        When the file cannot be read, is of another kind, was saved by a newer program or was
        changed since; says where. One that was cut off opens up to its last whole step.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path} cannot be read ({error.strerror or error}).") from error
    *lines, rest = content.split(b"\n")
    if not lines:
        lines, rest = [rest], b""
    try:
        header = from_json(lines[0])
    except ValueError:
        start = content.startswith(b'{"format": "' + FORMAT.encode())
        why = "was cut off within its first line" if start else f"is not a {FORMAT} file"
        raise Refusal(f"{path.name} {why}. Save the trace again.") from None
    check_format(header, FORMAT, VERSION, path.name)
    whole = not rest and _sealed(content, lines, path.name)
    choices = restore(Choices, header.get("choices"), f"{path.name}: choices")
    problem = restore_problem(header.get("problem"), f"{path.name}: problem")
    analysis = Analysis(choices, problem)
    steps = _steps(lines[1:-1] if whole else lines[1:], analysis, path.name)
    trace = Trace(iter(steps))
    trace.exhaust()
    notice = ""
    if not whole:
        last = steps[-1].index
        notice = f"{path.name} was cut off: the run is shown up to step {last}, its last whole one."
    return Replay(analysis, trace, notice)


def _sealed(content: bytes, lines: list[bytes], file: str) -> bool:
    """Whether the file has its last line; refuses one whose sum is another."""
    import hashlib

    try:
        end = from_json(lines[-1])
    except ValueError:
        return False
    if not isinstance(end, dict) or "end" not in end:
        return False
    before = content[: len(content) - len(lines[-1]) - 1]
    if end.get("sha256") != hashlib.sha256(before).hexdigest():
        raise Refusal(
            f"{file} was changed after it was saved, or damaged on its way: its check sum does not "
            "agree. Save the trace again."
        )
    return True


def _steps(lines: list[bytes], analysis: Analysis, file: str) -> list[Step]:
    problem, options = analysis.problem, analysis.choices.options

    @cache
    def point(sigma2: float, tau2: float) -> Criterion:
        if not (0 < sigma2 < math.inf and 0 <= tau2 < math.inf):
            raise Refusal("Variances outside the model.")
        return Criterion(problem.moments, options.method, sigma2, tau2)

    steps: list[Step] = []
    for number, line in enumerate(lines):
        where = f"{file}, line {number + 2}"
        try:
            record = from_json(line)
            if not isinstance(record, dict):
                raise ValueError(line)
            index, iteration, name = restore_place(record, where)
            old = steps[-1].state if steps else None
            state = restore_state(record, old, point, where)
            step = Step(index, iteration, name, state, problem, options)
            _check(step, record, number)
        except (Refusal, ValueError, TypeError, ArithmeticError):
            raise Refusal(f"{where} is damaged. Save the trace again.") from None
        steps.append(step)
    if not steps:
        raise Refusal(f"{file} was cut off before its first step. Save the trace again.")
    return steps


def _check(step: Step, record: dict[str, Any], number: int) -> None:
    """Refuse a step that contradicts itself."""
    problem, state = step.problem, step.state
    with np.errstate(all="ignore"):
        loglik = state.loglik
    shapes = [
        ((problem.p,), (state.beta, state.score_beta)),
        ((problem.J,), (state.u, state.shrinkage)),
    ]
    if (
        step.index != number
        or not math.isclose(loglik, record.get("loglik", math.nan), rel_tol=AGREES, abs_tol=AGREES)
        or any(
            array is not None and array.shape != shape
            for shape, arrays in shapes
            for array in arrays
        )
    ):
        raise ValueError(step.index)
