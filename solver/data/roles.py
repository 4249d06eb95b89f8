"""The parts that columns play in a model, and the formula that says the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from solver.data.columns import Column
from solver.formula import NAME, column_of, parse_formula

WEIGHTS = re.compile(r"(^|_)(wt|wgt|weight|poids|pond)s?(_|\d|$)|weight$|poids$", re.I)
"""Names of survey weights, which are no response or predictor."""

IDENTIFIERS = re.compile(
    r"^(id|.*_id|recnum|rec_?no|row(_?\d*)?|index|obs|pumfid|unnamed.*)$", re.I
)
"""Names of record numbers."""

GROUPINGS = re.compile(
    r"school|class|county|district|region|prov|state|country|city|village|neighbo|industr|sector"
    r"|occup|branche|firm|compan|employ|depart|dept|faculty|team|unit|site|cent(er|re)|hospital"
    r"|clinic|ward|doctor|patient|person|subject|participant|animal|litter|plot|block|batch|lab"
    r"|rail|machine|family|household|cluster|group|ecole|commune|strat|^g$|^j$",
    re.I,
)
"""Words in the names of groupings."""

SOUGHT = ("industr", "school", "class", "county", "subject", "patient", "hospital", "depart")
"""Those that make a grouping more likely than a survey's other codes."""


@dataclass(frozen=True)
class Roles:
    """Which column is the response, which are predictors, and which says the group.

    Attributes
    ----------
    response, group : str
        Empty while not chosen.
    predictors : tuple of str
    categories : frozenset of str
        Predictors whose numbers are names of categories: ``C(x)``.
    """

    response: str = ""
    predictors: tuple[str, ...] = ()
    group: str = ""
    categories: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether they make a model."""
        return bool(self.response and self.group)


def formula_of(roles: Roles) -> str:
    """The formula of the roles; empty as long as there is no response or no group."""
    if not roles.complete:
        return ""
    terms = [
        f"C({written(name)})" if name in roles.categories else written(name)
        for name in roles.predictors
    ]
    fixed = " + ".join(terms or ["1"])
    return f"{written(roles.response)} ~ {fixed} + (1 | {written(roles.group)})"


def written(name: str) -> str:
    """A column's name as a formula has it: in back-quotes where it is no plain word."""
    return name if re.fullmatch(NAME, name) else f"`{name}`"


def roles_of(formula: str) -> Roles | None:
    """The roles that a formula gives to columns; None where it says more than roles can.

    Roles say which columns are used, not what is made of them: interactions, functions other than
    ``C(x)`` and models without an intercept have no roles.

    Raises
    ------
    Refusal
        When the formula does not parse.
    """
    parsed = parse_formula(formula)
    if not isinstance(parsed.response, ast.Name) or () not in parsed.fixed:
        return None
    predictors, categories = [], []
    for term in parsed.fixed:
        match term:
            case ():
                continue
            case (ast.Name() as name,):
                predictors.append(column_of(name))
            case (ast.Call(func=ast.Name(id="C"), args=[ast.Name() as name], keywords=[]),):
                predictors.append(column_of(name))
                categories.append(column_of(name))
            case _:
                return None
    if len(set(predictors)) < len(predictors):
        return None
    return Roles(column_of(parsed.response), tuple(predictors), parsed.group, frozenset(categories))


def suggest(columns: Sequence[Column]) -> Roles:
    """Guess the roles, for a reader to correct.

    The group is the column whose name and values are most like those of a grouping, the response
    the first number, and the predictor the number nearest to it.
    """
    group = max(columns, key=_like_a_group, default=None)
    if group is None or _like_a_group(group) <= 0:
        group = None
    measured = [c for c in columns if c is not group and _measured(c)]
    numbers = [c for c in measured if c.kind == "number"] or measured[:1]
    response = numbers[0] if numbers else None
    others = numbers[1:] or [c for c in measured if c is not response]
    near = others[0].name if others else ""
    return Roles(
        response.name if response else "",
        (near,) if near else (),
        group.name if group else "",
    )


def _measured(column: Column) -> bool:
    """Whether a column may hold a response or a numeric predictor."""
    named = WEIGHTS.search(column.name) or IDENTIFIERS.fullmatch(column.name)
    return column.numeric and column.kind in ("number", "code") and not named


def _like_a_group(column: Column) -> float:
    """How much a column looks like a grouping; 0 if it cannot be one."""
    whole = column.kind in ("code", "category") or (
        column.kind in ("number", "text") and 3 * column.distinct <= column.rows
    )
    if not whole or column.distinct < 3 or 2 * column.distinct > column.rows:
        return 0.0
    if WEIGHTS.search(column.name) or (column.kind == "number" and not _coded(column)):
        return 0.0
    name = column.name.lower()
    score = 1.0 if column.kind == "category" else 0.5
    score += 2.0 * bool(GROUPINGS.search(name)) + 1.0 * any(word in name for word in SOUGHT)
    score += 1.0 * bool(column.value_labels) + 0.5 * (column.distinct >= 5)
    return score


def _coded(column: Column) -> bool:
    """Whether a column of many numbers may be one of codes: whole, and never below zero."""
    return (
        column.low >= 0
        and all(float(value).is_integer() for value, _ in column.frequent)
        and bool(GROUPINGS.search(column.name))
    )
