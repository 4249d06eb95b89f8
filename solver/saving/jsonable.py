"""Values of the engine as values that JSON has."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

PIECE = 5000
"""Entries of a list that are encoded at once."""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def jsonable(value: Any, exact: bool = False) -> Any:
    """Arrays as lists and records as objects.

    Parameters
    ----------
    value
    exact
        What JSON has no number for (∞, nan) becomes ``{"$float": "inf"}`` and can be read back;
        without, it becomes null.
    """
    if isinstance(value, np.ndarray):
        finite = value.dtype.kind in "biuU" or (
            value.dtype.kind == "f" and np.isfinite(value).all()
        )
        return value.tolist() if finite else jsonable(value.tolist(), exact)
    if isinstance(value, np.generic):
        return jsonable(value.item(), exact)
    if isinstance(value, Mapping):
        return {str(key): jsonable(item, exact) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item, exact) for item in value]
    if is_dataclass(value):
        return {item.name: jsonable(getattr(value, item.name), exact) for item in fields(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": repr(value)} if exact else None
    return value


def to_json(value: Any) -> bytes:
    """One line of JSON that :func:`from_json` reads back exactly."""
    pieces = _pieces(jsonable(value, exact=True))
    return b"".join(piece.encode("utf-8", "surrogatepass") for piece in pieces)


def from_json(line: bytes) -> Any:
    """What :func:`to_json` wrote, ∞ and nan as floats again.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    try:
        return json.loads(line.decode("utf-8", "surrogatepass"), object_hook=_float)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _pieces(value: Any) -> Iterator[str]:
    """JSON in pieces: one long list at a time would hold up every other thread."""
    if isinstance(value, dict) and value:
        for k, (key, item) in enumerate(value.items()):
            yield f"{', ' if k else '{'}{_encode(key)}: "
            yield from _pieces(item)
        yield "}"
    elif isinstance(value, list) and value and isinstance(value[0], list):
        for k, item in enumerate(value):
            yield ", " if k else "["
            yield from _pieces(item)
        yield "]"
    elif isinstance(value, list) and len(value) > PIECE:
        for start in range(0, len(value), PIECE):
            yield f"{', ' if start else '['}{_encode(value[start : start + PIECE])[1:-1]}"
        yield "]"
    else:
        yield _encode(value)


def _float(found: dict[str, Any]) -> Any:
    if found.keys() == {"$float"} and found["$float"] in ("inf", "-inf", "nan"):
        return float(found["$float"])
    return found
