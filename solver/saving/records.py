"""Reads records – choices, and all that they hold – from values that JSON has, or says where not.

The other way is :func:`solver.saving.jsonable.jsonable`. A dataclass is an object with an entry
for every field; a union of dataclasses is told by the field ``kind``, so a further source of data
only needs to be one of :data:`solver.data.sources.Source`.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from solver.errors import Refusal
from solver.formatting import quoted

LARGEST = 2**64
"""A whole number beyond this does not stand for a float."""


def program_version() -> str:
    """The version of this program."""
    try:
        return version("stepreml")
    except PackageNotFoundError:
        return "(run from its source)"


def check_format(content: Any, format: str, newest: int, file: str) -> dict[str, Any]:
    """The content of a file, if it is of a format, and of a version that can be read.

    Raises
    ------
    Refusal
        When it is not.
    """
    if not isinstance(content, dict) or content.get("format") != format:
        raise Refusal(f"{file} is not a {format} file. Choose one that StepREML saved.")
    found = content.get("version")
    if not isinstance(found, int) or found < 1:
        raise Refusal(f"{file} does not say which version of the {format} format it has.")
    if found > newest:
        raise Refusal(
            f"{file} was saved by a newer StepREML ({format} format {found}; this one reads up to "
            f"{newest}). Update StepREML to open it."
        )
    return content


def restore(kind: Any, value: Any, where: str) -> Any:
    """A value of a type from its JSON.

    Parameters
    ----------
    kind : type
        A dataclass, an enum, int, float, str, bool, None, or a Literal, Union, tuple or Mapping
        of such.
    value
        As ``json`` reads it.
    where : str
        The place of the value, for messages.

    Raises
    ------
    Refusal
        When the value is not of that type; says where.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), value, where)
    if origin is Literal:
        if value in get_args(kind) and isinstance(value, str):
            return value
    elif origin is tuple:
        if isinstance(value, list):
            return _tuple(get_args(kind), value, where)
    elif origin is not None and issubclass(origin, Mapping):
        if isinstance(value, dict):
            _, of = get_args(kind)
            return {key: restore(of, item, f"{where}.{key}") for key, item in value.items()}
    elif is_dataclass(kind):
        if isinstance(value, dict):
            return _dataclass(kind, value, where)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        if value in [member.value for member in kind]:
            return kind(value)
    elif _is(kind, value):
        return value
    raise Refusal(f"{where} is {_shown(value)}, which cannot stand there.")


def _is(kind: Any, value: Any) -> bool:
    """Whether a value is plainly of a type; whole numbers are numbers, truth values are not."""
    if kind is float and type(value) is int:
        return abs(value) < LARGEST
    return value is None if kind is type(None) else type(value) is kind


def _one_of(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    tagged = {
        get_args(get_type_hints(kind)["kind"])[0]: kind
        for kind in kinds
        if is_dataclass(kind) and "kind" in get_type_hints(kind)
    }
    if tagged and isinstance(value, dict):
        tag = value.get("kind")
        if not isinstance(tag, str) or tag not in tagged:
            raise Refusal(f"{where}.kind is {_shown(tag)}; known are {', '.join(tagged)}.")
        return restore(tagged[tag], value, where)
    records = [kind for kind in kinds if is_dataclass(kind)]
    if len(records) == 1 and isinstance(value, dict):
        return restore(records[0], value, where)
    refusal = None
    for kind in kinds:
        try:
            return restore(kind, value, where)
        except Refusal as error:
            refusal = error
    assert refusal is not None
    raise refusal


def _tuple(kinds: tuple[Any, ...], value: list[Any], where: str) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    if len(kinds) != len(value):
        raise Refusal(f"{where} has {len(value)} entries; {len(kinds)} are needed.")
    return tuple(
        restore(kind, item, f"{where}[{k}]")
        for k, (kind, item) in enumerate(zip(kinds, value, strict=True))
    )


def _dataclass(kind: Any, value: dict[str, Any], where: str) -> Any:
    names = [item.name for item in fields(kind)]
    unknown = [name for name in value if name not in names]
    if unknown:
        raise Refusal(f"{where} has an entry {quoted(unknown[0])}, which is not known.")
    for name in names:
        if name not in value:
            raise Refusal(f"{where} lacks its entry {quoted(name)}.")
    hints = get_type_hints(kind)
    entries = {name: restore(hints[name], value[name], f"{where}.{name}") for name in names}
    try:
        return kind(**{item.name: entries[item.name] for item in fields(kind) if item.init})
    except Refusal as refusal:
        raise Refusal(f"{where}: {refusal}") from None


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return quoted(value)
