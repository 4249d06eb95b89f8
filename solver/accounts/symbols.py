"""How numbers are written: y₁₂, β₁, û of a group."""

from __future__ import annotations

from solver.accounts.account import Part
from solver.accounts.at import At, Column

SHORT = 4
"""Characters of a group's label that stand as a subscript; else it is j."""

POWER = {1: "", 2: "²", 3: "³"}

RESIDUAL = ("r", "e", "o")


def sub(text: object) -> str:
    """A subscript."""
    return f"_{{{text}}}"


def effect(at: At, k: int) -> int:
    """The number of a fixed effect in a formula: 0 for the intercept."""
    return k if at.problem.fixed_names[:1] == ("(Intercept)",) else k + 1


def group(at: At, j: int) -> str:
    """A group's label where it is short, else j."""
    label = at.problem.group_labels[j]
    return label if label.isalnum() and len(label) <= SHORT else "j"


def letter(column: Column) -> str:
    """The letter of a column."""
    if isinstance(column, int):
        return "x"
    return "μ̂" if column == "m" else "r" if column in RESIDUAL else "y"


def cell(at: At, column: Column, index: object, bar: str = "") -> str:
    """An entry of a column: y₁₂, x₁₂,₁, or a mean with a bar over its letter."""
    which = f",{effect(at, column)}" if isinstance(column, int) else ""
    return f"{'μ̄' if bar and column == 'm' else letter(column) + bar}{sub(f'{index}{which}')}"


def mean(at: At, column: Column, index: object) -> str:
    """A group's mean."""
    return cell(at, column, index, "\u0304")


def older(part: Part) -> Part:
    """A number as it was before: τ²_{old}, ℓ_{R,old}."""
    letter, below, index = part.symbol.partition("_")
    return part._replace(symbol=f"{letter}{sub(f'{index},old' if below else 'old')}")
