"""The formula of an account, typeset: in symbols, and with numbers that can be followed."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from mlm_gui.widgets.mathlayout import Box
from mlm_gui.widgets.maths import Line, Maths
from solver.accounts.account import Account

HOLE = "{}"

GUARD, MOST = 2, 8
"""Digits that a number put in has beyond those of the value, and how many at most."""


def account_lines(account: Account, maths: Maths) -> list[Line]:
    """Symbol and formula; the same with numbers; the value."""
    value = maths.number(account.value, digits=digits_of(account))
    symbols = [maths.formula(braced(part.symbol)) for part in account.parts]
    lines = []
    if account.formula:
        template = account.template or HOLE
        boxes = symbols if account.template else [maths.formula(braced(account.formula))]
        head = "" if account.formula == account.symbol else f"{braced(account.symbol)} = "
        lines.append(_line(maths, head, template, boxes))
        if account.template and not _is_alone(account):
            lines.append(_line(maths, " = ", account.template, numbers(account, maths)))
        return [*lines, maths.line(" = {}", value)]
    return [maths.line(f"{braced(account.symbol)} = {{}}", value)]


def braced(symbol: str) -> str:
    """A symbol whose subscripts of one letter end there: n_jx is n_j times x."""
    return _ONE_LETTER.sub(r"_{\1}", symbol)


_ONE_LETTER = re.compile(r"_(\w)")


def digits_of(account: Account) -> int:
    """Significant digits: of a log-likelihood four would show nothing."""
    shown = (*account.quantity.place, account.quantity.name)
    return 7 if {"loglik", "cutoff", "deviance"} & set(map(str, shown)) else 4


def numbers(account: Account, maths: Maths) -> list[Box]:
    """The numbers that go in, from which a calculator gets the digits of the value that are shown.

    Each has as key which part it is.
    """
    boxes = []
    digits = min(digits_of(account) + GUARD, MOST)
    for k, part in enumerate(account.parts):
        bare = f"|{{{k}}}|" in account.template
        box = maths.number(part.value, factor=not bare, digits=digits)
        if part.quantity is not None:
            box.key = k
        boxes.append(box)
    return boxes


def _is_alone(account: Account) -> bool:
    """Whether the formula is one number, which is the value."""
    return account.template == "{0}"


def _line(maths: Maths, head: str, template: str, boxes: Sequence[Box]) -> Line:
    pattern, holes = "", []
    for literal, name, _, _ in string.Formatter().parse(template):
        pattern += literal
        if name is not None:
            pattern += HOLE
            holes.append(boxes[int(name or 0)])
    outer, inner = "", []
    for k, piece in enumerate(pattern.replace("]]", "[[").split("[[")):
        own, holes = holes[: piece.count(HOLE)], holes[piece.count(HOLE) :]
        top, over, bottom = piece.partition(" // ")
        if k % 2 and over:
            upper, lower = own[: top.count(HOLE)], own[top.count(HOLE) :]
            outer += HOLE
            inner.append(maths.fraction(maths.formula(top, *upper), maths.formula(bottom, *lower)))
        else:
            outer += piece
            inner += own
    return maths.line(head + outer, *inner)
