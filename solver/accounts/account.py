"""What is told of a number: its formula, the numbers put in, its sum by terms, and where it began.

A formula is a template such as ``{0}/({0} + {1})`` whose holes are :class:`Part` s: with their
symbols in the holes it is the formula, with their values it is the number: what is shown is true.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from solver.explanations import factor
from solver.formatting import number
from solver.moments import Codes
from solver.quantity import Quantity

TERMS = 12
"""Terms of a sum that are shown one by one."""


class Part(NamedTuple):
    """A number that goes into another.

    Attributes
    ----------
    symbol : str
    value : float
    quantity : Quantity or None
        How to ask for it; None for the sum whose terms are listed.
    step : int
        The index of the step at which to ask.
    """

    symbol: str
    value: float
    quantity: Quantity | None = None
    step: int = 0


class Addend(NamedTuple):
    """One term of a sum.

    Attributes
    ----------
    label : str
        A group, an observation's number, or what it is.
    values : tuple of float
        The numbers that the term is made of, in the order of the sum's heads.
    value : float
    group : int or None
    quantity : Quantity or None
        What the term can be followed into.
    factors : tuple of Quantity or None
        What each of the numbers can be followed into; empty where none can.
    """

    label: str
    values: tuple[float, ...]
    value: float
    group: int | None = None
    quantity: Quantity | None = None
    factors: tuple[Quantity | None, ...] = ()


@dataclass(frozen=True)
class Sum:
    """A sum by its terms.

    Attributes
    ----------
    over : {"group", "observation", "fixed effect", "part"}
        What a term belongs to.
    symbol : str
        The sum in symbols.
    term : str
        A template that makes a term of its values.
    heads : tuple of str
        The symbols of those values.
    addends : tuple of Addend
        All terms, or the :data:`TERMS` that are largest in size.
    left_out, left_out_sum : int, float
        How many more there are, and what they add up to.
    index : int
        The step at which to ask for the terms' quantities.
    """

    over: str
    symbol: str
    term: str
    heads: tuple[str, ...]
    addends: tuple[Addend, ...]
    left_out: int = 0
    left_out_sum: float = 0.0
    index: int = 0

    @property
    def total(self) -> float:
        """What all terms add up to."""
        return math.fsum([*(each.value for each in self.addends), self.left_out_sum])


@dataclass(frozen=True, eq=False)
class Account:
    """A number, explained.

    Attributes
    ----------
    quantity : Quantity
    index : int
        The step at which it was asked for.
    made_at : int or None
        The step that made it; None for what is given: the data, and what the reader chose.
    symbol, name : str
        In symbols and in words.
    value : float
    template : str
        The formula with a hole for each part; empty for what has none.
    parts : tuple of Part
        What goes in.
    sum : Sum or None
        The sum that is one of the parts, or the whole formula where there is no template.
    shapes : str
        The sizes of the matrices that are multiplied: ``2×7 · 7×7 · 7×1``.
    rows : slice or (…,) array of int
        Positions of the observations that it depends on once σ², τ², β and u are given.
    note : str
        What else is true: how it is found where no formula gives it, and what was chosen.
    concluded : bool
        Whether it is no part of a step, but computed from the estimates that the last one left.
    profiled : bool
        Whether only σ² and τ² of that step go into it, and β is the best for these.
    """

    quantity: Quantity
    index: int
    made_at: int | None
    symbol: str
    name: str
    value: float
    template: str
    parts: tuple[Part, ...]
    sum: Sum | None
    shapes: str
    rows: slice | Codes
    note: str
    concluded: bool
    profiled: bool

    @property
    def formula(self) -> str:
        """The right side in symbols; empty where there is none."""
        if self.template:
            return plain(self.template).format(*(part.symbol for part in self.parts))
        return self.sum.symbol if self.sum else ""

    def numbers(self, digits: int = 4) -> str:
        """The right side with this state's numbers; empty where the sum is the whole of it."""
        template = plain(self.template)
        texts = (
            (number if f"|{{{k}}}|" in template else factor)(part.value, digits)
            for k, part in enumerate(self.parts)
        )
        return template.format(*texts)

    def text(self, digits: int = 4) -> str:
        """Symbol, formula, numbers and value on one line."""
        sides = [self.symbol, self.formula, self.numbers(digits), number(self.value, digits)]
        return " = ".join(dict.fromkeys(filter(None, sides)))


def plain(template: str) -> str:
    """A template with its fractions on one line: ``[[a // b]]`` is a over b."""
    text = ""
    for k, piece in enumerate(template.replace("]]", "[[").split("[[")):
        top, over, bottom = piece.partition(" // ")
        text += f"{_bracketed(top)}/{_bracketed(bottom)}" if k % 2 and over else piece
    return text


def _bracketed(text: str) -> str:
    return f"({text})" if any(sign in text for sign in (" + ", " − ", "·")) else text
