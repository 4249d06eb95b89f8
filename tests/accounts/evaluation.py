"""Evaluates the formulas of accounts from their text, as a careful student would."""

from __future__ import annotations

import math
import re
import string

from scipy import special

from solver.accounts import Account, Part, Sum

CLOSE = 1e-9

_NAMES = {
    "sqrt": math.sqrt,
    "log": math.log,
    "max": max,
    "abs": abs,
    "pi": math.pi,
    "P_t": lambda df, t: special.stdtr(df, -t),
    "P_chi": lambda x: special.chdtrc(1, x),
    "t_975": lambda df: special.stdtrit(df, 0.975),
}


def python(template: str) -> str:
    """A template as an expression with names v0, v1 … in its holes."""
    holes = string.Formatter().parse(template)
    text = "".join(f"{literal}{f' v{name} ' if name else ''}" for literal, name, _, _ in holes)
    text = text.replace("[[", "((").replace("]]", "))").replace(" // ", ")/(")
    text = re.sub(r"\|([^|]+)\|", r"abs(\1)", text)
    for sign, meaning in {
        "·": "*", "−": "-", "²": "**2", "³": "**3", "½": "0.5", "^": "**", "10⁻⁹": "1e-9",
        "2π": "2*pi", "P_χ**2": "P_chi", "t_{0.975}": "t_975",
    }.items():  # fmt: skip
        text = text.replace(sign, meaning)
    return re.sub(r"√ *(v\d+|\()", lambda found: f"sqrt{_opened(found[1])}", text)


def _opened(text: str) -> str:
    return text if text == "(" else f"({text})"


def evaluated(template: str, values: list[float]) -> float:
    """The number that a template makes of the values in its holes."""
    names = {f"v{k}": value for k, value in enumerate(values)}
    return float(eval(python(template), {"__builtins__": {}}, _NAMES | names))


def tolerance(template: str, values: list[float], sizes: list[float] | None = None) -> float:
    """How far rounding of values of these sizes may move the number."""
    value = evaluated(template, values)
    moved = abs(value)
    for k, each in enumerate(values):
        change = 1e-7 * max(abs(each), sizes[k] if sizes else 0.0)
        if not change or math.isnan(change):
            continue
        try:
            near = evaluated(template, [*values[:k], each + change, *values[k + 1 :]])
        except (ValueError, ZeroDivisionError):
            continue
        moved += abs(near - value) / 1e-7
    return CLOSE * moved


def size_of(total: Sum) -> float:
    """What the terms come to without their signs."""
    return sum(abs(each.value) for each in total.addends) + abs(total.left_out_sum)


def room(told: Account) -> float:
    """How far rounding may move the value of an account."""
    if told.template:
        values = [part.value for part in told.parts]
        inner = told.sum and told.sum.symbol
        sizes = [
            size_of(told.sum) if told.sum and part.symbol == inner else abs(part.value)
            for part in told.parts
        ]
        return tolerance(told.template, values, sizes)
    return CLOSE * (size_of(told.sum) if told.sum else abs(told.value))


def close(a: float, b: float, within: float) -> bool:
    """Whether two numbers are the same but for rounding."""
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= within + 1e-300


def check(told: Account) -> None:
    """Formula, sum and terms all give the value."""
    values = [part.value for part in told.parts]
    if told.template:
        found = evaluated(told.template, values)
        assert close(found, told.value, room(told)), (told.text(), found)
    if told.sum is not None:
        check_sum(told.sum)
        if not told.template:
            assert close(told.sum.total, told.value, room(told)), told.text()
        else:
            check_hole(told, told.sum)
    assert told.template or told.sum or told.note, told.quantity


def check_hole(told: Account, total: Sum) -> None:
    """The sum that is listed is the one in the formula, or the value itself."""
    inside = [p.value for p in told.parts if p.symbol == total.symbol]
    value = (inside or [told.value])[0]
    assert close(total.total, value, CLOSE * size_of(total)), told.text()


def check_sum(total: Sum) -> None:
    """Each term is what its values make."""
    for each in total.addends:
        if total.term and each.values:
            found = evaluated(total.term, list(each.values))
            size = tolerance(total.term, list(each.values))
            assert close(found, each.value, size), (total.symbol, each, found)


def check_part(part: Part, told: Account) -> None:
    """A part has the value that its own account gives."""
    assert close(part.value, told.value, room(told)), (part, told.text())
