"""The fixed effects by kind, told by the names of X's columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["intercept", "slope", "level", "indicator", "interaction", "transformed"]
"""A column of ones, a variable, a category against its reference, one by itself, or something
made of these."""

_LEVEL = re.compile(r"(?P<leaf>.+)\[(?P<coding>[A-Z]?\.)?(?P<level>[^\[\]]+)\]")
_CODED = re.compile(r"C\((?P<name>`[^`]+`|[^,()]+)(?:, ?(?P<coding>.+))?\)")
_PLAIN = re.compile(r"`[^`]+`|[^\W\d][\w.]*")
_REFERENCE = re.compile(r"Treatment\((?:reference=)?['\"]?(.+?)['\"]?\)")


@dataclass(frozen=True)
class Term:
    """A fixed effect.

    Attributes
    ----------
    name : str
        The column's name.
    kind : Kind
    variable : str
        The variable, without back-quotes; the name where there is not one variable.
    level, reference : str
        The category, and the one that it is compared with; empty where it is not in the name.
    """

    name: str
    kind: Kind
    variable: str
    level: str = ""
    reference: str = ""


def term_of(name: str) -> Term:
    """What kind of term a column of X belongs to."""
    if name == "(Intercept)":
        return Term(name, "intercept", "")
    if len(factors(name)) > 1:
        return Term(name, "interaction", name)
    level = _LEVEL.fullmatch(name)
    if level:
        coded = _CODED.fullmatch(level["leaf"])
        variable = coded["name"] if coded else level["leaf"]
        if level["coding"] not in ("T.", None) or not _PLAIN.fullmatch(variable):
            return Term(name, "transformed", name)
        reference = _REFERENCE.fullmatch((coded and coded["coding"]) or "")
        given = reference[1] if reference else ""
        kind: Kind = "level" if level["coding"] else "indicator"
        return Term(name, kind, variable.strip("`"), level["level"], given)
    if _PLAIN.fullmatch(name):
        return Term(name, "slope", name.strip("`"))
    return Term(name, "transformed", name)


def factors(name: str) -> list[str]:
    """The parts that a column is the product of: what stands between its colons."""
    hidden = re.sub(r"`[^`]*`|\[[^\]]*\]|\([^)]*\)", lambda found: "·" * len(found[0]), name)
    ends = [found.start() for found in re.finditer(":", hidden)]
    starts = [0, *(end + 1 for end in ends)]
    return [name[start:end] for start, end in zip(starts, [*ends, len(name)], strict=True)]
