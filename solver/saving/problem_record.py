"""A problem as values that JSON has, and back: the arrays bit for bit, with their moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from solver.data.meanings import Meaning
from solver.errors import Refusal
from solver.moments import Moments
from solver.problem import Problem
from solver.saving.records import restore

_ARRAYS = ("y", "X", "codes", "group_values", "rows")
_PLAIN = {
    "response": str,
    "group": str,
    "fixed_names": tuple[str, ...],
    "formula": str,
    "rows_dropped": int,
    "missing": Mapping[str, int],
    "meanings": Mapping[str, Meaning],
}
_COUNTS = ("n", "p", "J")


def problem_record(problem: Problem) -> dict[str, Any]:
    """Every field of a problem, ready for JSON; floats are exact."""
    return {
        **{name: _array(getattr(problem, name)) for name in _ARRAYS},
        **{name: getattr(problem, name) for name in _PLAIN},
        "group_labels": problem.group_labels,
        "moments": {
            item.name: _array(getattr(problem.moments, item.name)) for item in fields(Moments)
        },
    }


def restore_problem(record: Any, where: str) -> Problem:
    """A problem from its record; nothing is read or reduced again.

    Raises
    ------
    Refusal
        When the record is not one of a problem.
    """
    if not isinstance(record, dict):
        raise Refusal(f"{where} is not there.")
    found = {name: _restored(record.get(name), f"{where}.{name}") for name in _ARRAYS}
    plain = {
        name: restore(kind, record.get(name), f"{where}.{name}") for name, kind in _PLAIN.items()
    }
    reduced = _moments(record.get("moments"), f"{where}.moments")
    problem = Problem(
        **found,
        **plain,
        moments=reduced,
    )
    if not _fits(problem):
        raise Refusal(f"{where} has arrays that do not fit each other.")
    return problem


def _moments(record: Any, where: str) -> Moments:
    if not isinstance(record, dict):
        raise Refusal(f"{where} are not there.")
    entries: dict[str, Any] = {}
    for item in fields(Moments):
        value, place = record.get(item.name), f"{where}.{item.name}"
        if item.name in _COUNTS:
            entries[item.name] = restore(int, value, place)
        elif item.name == "log_det_T":
            entries[item.name] = restore(float, value, place)
        else:
            entries[item.name] = _restored(value, place)
    return Moments(**entries)


def _fits(problem: Problem) -> bool:
    m, codes = problem.moments, problem.codes
    n, p, J = len(problem.y), len(problem.fixed_names), len(problem.group_values)
    K = len(m.sizes)
    shapes: list[tuple[tuple[int, ...], list[Any]]] = [
        ((n,), [problem.y, codes]),
        ((n, p), [problem.X]),
        ((p,), [m.gamma]),
        ((p, p), [m.T, m.T_inverse]),
        ((J,), [m.group_sizes, problem.group_values]),
        ((J, p + 1), [m.means]),
        ((p + 1, p + 1), [m.within]),
        ((K,), [m.sizes, m.counts]),
        ((K, p + 1, p + 1), [m.between]),
    ]
    numbers = [problem.y, problem.X, *(getattr(m, name) for name in ("means", "within", "T"))]
    return (
        (m.n, m.p, m.J) == (n, p, J)
        and min(n, p, J) > 0
        and all(array.shape == shape for shape, arrays in shapes for array in arrays)
        and all(array.dtype == np.float64 for array in numbers)
        and codes.dtype.kind == "i"
        and codes.min() >= 0
        and codes.max() < J
    )


def _array(value: Any) -> Any:
    """An array as its kind of number, its order in memory and its values; others as they are."""
    if not isinstance(value, np.ndarray):
        return value
    kind = {"U": "str", "O": "object"}.get(value.dtype.kind, value.dtype.name)
    by_columns = value.flags.f_contiguous and not value.flags.c_contiguous
    if by_columns:
        return {"kind": kind, "order": "F", "values": value.T}
    return {"kind": kind, "order": "C", "values": value}


def _restored(record: Any, where: str) -> Any:
    if record is None and where.endswith(".rows"):
        return None
    try:
        array = np.array(record["values"], dtype=record["kind"])
        array = array.T if record["order"] == "F" else array
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Refusal(f"{where} is not an array.") from None
    array.setflags(write=False)
    return array
