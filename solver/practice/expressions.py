"""What a student types, read as mathematics: numbers, fractions, symbols and matrix formulas.

>>> read("tau^2+sigma2").text
'τ² + σ²'
>>> read("X'inv(V)(y - X beta)").text
'XᵀV⁻¹(y − Xβ)'

Nothing that is typed is ever run: it becomes a tree of the few kinds below, or a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from solver.errors import Refusal
from solver.formatting import quoted
from solver.practice.tokens import SUB, SUPER, VULGAR, Token, tokens

LONGEST, LARGEST_POWER = 300, 40
"""Characters that are read, and the largest power."""


@dataclass(frozen=True)
class Number:
    """A number, exact, and as it was typed."""

    value: Fraction
    typed: str


@dataclass(frozen=True)
class Name:
    """A letter, with an index perhaps: ``τ``, ``y_51``, ``E(v)``."""

    name: str


@dataclass(frozen=True)
class Operation:
    """``+``, ``−``, ``·`` or ``/`` between two, or ``neg`` of one."""

    sign: str
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Power:
    """A power; −1 of a matrix is its inverse, and ``T`` stands for transposed."""

    base: Tree
    power: int | str


@dataclass(frozen=True)
class Call:
    """A function, such as ``log``, ``tr``, ``det`` or ``inv``, of one argument."""

    function: str
    argument: Tree


Tree = Number | Name | Operation | Power | Call


class Expression(NamedTuple):
    """What was read, and how it was understood."""

    tree: Tree
    text: str


@lru_cache(maxsize=4096)
def read(typed: str, whole: tuple[str, ...] = ()) -> Expression:
    """Read what was typed.

    Parameters
    ----------
    typed : str
        In Unicode (``τ²+σ²``, ``XᵀV⁻¹y``) or in plain characters (``tau^2 + sigma2``,
        ``X'V^-1 y``); ``1,5`` and ``1.5`` are the same number.
    whole : tuple of str
        Names with brackets that stand for one thing, such as ``E(v)``.

    Raises
    ------
    Refusal
        When it cannot be read, with a sentence that says where.
    """
    if len(typed) > LONGEST:
        raise Refusal(f"This is longer than {LONGEST} characters. Write it shorter.")
    if not typed.strip():
        raise Refusal("Nothing stands here yet.")
    tree = _Parser(list(tokens(typed, whole))).whole()
    return Expression(tree, written(tree))


class _Parser:
    """Sums of products of powers; what stands side by side is multiplied."""

    def __init__(self, parts: list[Token]) -> None:
        self._tokens, self._at, self._bars, self._depth = parts, 0, 0, 0

    def whole(self) -> Tree:
        tree = self._sum()
        if self._at < len(self._tokens):
            raise Refusal(f"{quoted(self._tokens[self._at].text)} stands where nothing fits it.")
        return tree

    @property
    def _next(self) -> Token:
        end = Token("end", "the end", False)
        return self._tokens[self._at] if self._at < len(self._tokens) else end

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _sum(self) -> Tree:
        self._depth += 1
        if self._depth > 25:
            raise Refusal("There are too many brackets within brackets. Write it simpler.")
        tree = self._signed()
        while self._next.kind in "+-":
            sign = self._take().kind
            tree = Operation(sign, (tree, self._signed()))
        self._depth -= 1
        return tree

    def _signed(self) -> Tree:
        minus = False
        while self._next.kind in ("+", "-"):
            minus ^= self._take().kind == "-"
        tree = self._product()
        return Operation("neg", (tree,)) if minus else tree

    def _product(self) -> Tree:
        tree = self._powers()
        while True:
            kind = self._next.kind
            if kind in ("*", "/"):
                self._take()
                minus = self._next.kind == "-"
                if minus:
                    self._take()
                right = self._powers()
                right = Operation("neg", (right,)) if minus else right
                tree = Operation(kind, (tree, right))
            elif self._begins(kind):
                tree = Operation("*", (tree, self._powers()))
            else:
                return tree

    def _begins(self, kind: str) -> bool:
        return kind in ("number", "name", "square", "function", "(") or (
            kind == "|" and not self._bars
        )

    def _powers(self) -> Tree:
        tree = self._atom()
        while self._next.kind == "power":
            text = self._take().text
            for part in re.findall(r"-?\d+|T", text) or [text]:
                if part == "T":
                    tree = Power(tree, "T")
                    continue
                if part == "-" or abs(int(part)) > LARGEST_POWER:
                    raise Refusal(f"The power {quoted(part)} is not understood here.")
                tree = Power(tree, int(part))
        return tree

    def _atom(self) -> Tree:
        token = self._take()
        match token.kind:
            case "number":
                if len(token.text) > 40:
                    raise Refusal("A number has more than 40 digits. Write fewer.")
                return Number(Fraction(VULGAR.get(token.text, token.text)), token.text)
            case "name":
                return Name(token.text)
            case "square":
                return Power(Name(token.text), 2)
            case "function":
                return Call(token.text, self._argument(token.text))
            case "(":
                bars, self._bars = self._bars, 0
                tree = self._sum()
                self._close(")", "The bracket that opens is never closed.")
                self._bars = bars
                return tree
            case "|":
                self._bars += 1
                tree = self._sum()
                self._close("|", "The bar | that opens a determinant is never closed.")
                self._bars -= 1
                return Call("det", tree)
        if token.kind == "end":
            raise Refusal("Something is missing at the end.")
        raise Refusal(f"Something is missing before {quoted(token.text)}.")

    def _argument(self, function: str) -> Tree:
        if self._next.kind in ("(", "|"):
            return self._powers()
        tree = self._powers()
        while self._next.kind in ("name", "square") and (
            not self._next.spaced or self._next.text == "π"
        ):
            tree = Operation("*", (tree, self._powers()))
        return tree

    def _close(self, kind: str, otherwise: str) -> None:
        if self._take().kind != kind:
            raise Refusal(otherwise)


def written(tree: Tree) -> str:
    """A tree as a textbook sets it, on one line."""
    return _written(tree)[0]


_SUPERSCRIPT = {plain: sign for sign, plain in SUPER.items()}
_SUBSCRIPT = {plain: sign for sign, plain in SUB.items()}
SUM, PRODUCT, ATOM = 0, 1, 2


def _written(tree: Tree) -> tuple[str, int]:
    """The text, and how tightly it holds together."""
    match tree:
        case Number():
            return tree.typed, ATOM
        case Name():
            letter, _, index = tree.name.partition("_")
            return letter + _index(index), ATOM
        case Power():
            text, bond = _written(tree.base)
            twice = isinstance(tree.base, Power) and "T" not in (tree.power, tree.base.power)
            whole = bond == ATOM and not twice and not isinstance(tree.base, Call)
            inner = text if whole else f"({text})"
            return inner + "".join(_SUPERSCRIPT[c] for c in str(tree.power)), ATOM
        case Call():
            text = written(tree.argument)
            if tree.function == "det":
                return f"|{text}|", ATOM
            if tree.function == "inv":
                return _written(Power(tree.argument, -1))
            if tree.function == "log" and _written(tree.argument)[1] == ATOM:
                return f"log {text}" if not text.startswith("|") else f"log{text}", PRODUCT
            return f"{'√' if tree.function == 'sqrt' else tree.function}({text})", ATOM
        case Operation(sign="neg", parts=(part,)):
            text, bond = _written(part)
            return f"−{text}" if bond > SUM else f"−({text})", SUM
        case Operation(parts=(left, right)):
            return _two(tree.sign, _written(left), _written(right))
    raise AssertionError(tree)


def _two(sign: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    if sign in "+-":
        second = (
            f"({right[0]})" if right[1] == SUM and (sign == "-" or right[0][0] == "−") else right[0]
        )
        return f"{left[0]} {'+' if sign == '+' else '−'} {second}", SUM
    first, second = (f"({text})" if bond == SUM else text for text, bond in (left, right))
    if sign == "/":
        second = f"({second})" if right[1] == PRODUCT else second
        return f"{first}/{second}", PRODUCT
    if second[0] in "0123456789½¼¾⅓⅔" or re.search(r"/[\d.]+$", first):
        return f"{first}·{second}", PRODUCT
    apart = second.startswith("log") or re.search(r"_[a-zα-ω]+$", first)
    return f"{first}{' ' if apart else ''}{second}", PRODUCT


def _index(index: str) -> str:
    if all(c in _SUBSCRIPT for c in index):
        return "".join(_SUBSCRIPT[c] for c in index)
    return f"_{index}"
