"""How a number looks: four significant digits, and a true minus sign."""

from __future__ import annotations

import math
import re
import unicodedata

MINUS = "−"

LEAST_P = 0.0001
"""A p-value below this is not told more exactly: no model is true to so many digits."""


def number(value: float | None, digits: int = 4) -> str:
    """A number for a reader, with ``digits`` significant digits.

    Very large and very small ones are written as powers of ten (3.2·10⁻⁸), and whole numbers
    without decimals; None and nan are an en dash.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    limit = max(digits + 2, 6)
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if value == round(value) and abs(value) < 10.0**limit:
        text = f"{value:.0f}"
    elif -4 <= int(power) < limit:
        text = f"{value:.{max(digits - 1 - int(power), 0)}f}"
    else:
        text = f"{mantissa}·10{str(int(power)).translate(_SUPERSCRIPT)}"
    return text.replace("-", MINUS)


def as_typed(value: float) -> str:
    """A value of the data as a reader would type it: no more digits than it has, seven at most."""
    text = number(value, 7)
    return text.rstrip("0").rstrip(".") if "." in text and "·" not in text else text


def p_value(p: float) -> str:
    """A p-value for a reader: three significant digits, and "< 0.0001" for what is less."""
    return f"< {LEAST_P}" if p < LEAST_P else number(p, 3)


def p_equation(p: float) -> str:
    """A p-value as a reader quotes it: "p = 0.0123", or "p < 0.0001"."""
    said = p_value(p)
    return f"p {said}" if said.startswith("<") else f"p = {said}"


def exact(value: float | None) -> str:
    """A number with all its digits, for a tooltip."""
    return "–" if value is None else repr(float(value)).replace("-", MINUS)


def sure(value: float) -> str:
    """A number with the 15 digits that a double is sure of: a sum of whole numbers stays whole."""
    return f"{value:.15g}".replace("-", MINUS)


def signed(value: float, digits: int = 3) -> str:
    """A change: always with its sign; empty where there is none."""
    if value == 0:
        return ""
    return f"{'+' if value > 0 else MINUS}{number(abs(value), digits)}"


def short(text: str, most: int) -> str:
    """A text on one line, the middle of a long one left out."""
    text = "".join(c if c.isprintable() else "·" for c in text)
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-((most - 1) // 2) :]}"


def quoted(value: object) -> str:
    """A name, or a value from the data, in single quotes and without its back-quotes."""
    text = str(value)
    return f"'{short(text[1:-1] if re.fullmatch('`[^`]+`', text) else text, 60)}'"


def width(text: str) -> int:
    """How many columns of a terminal a text takes: marks above letters none, wide letters two."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def padded(text: str, to: int, right: bool = False) -> str:
    """A text with blanks after it, or before it, up to a width."""
    blanks = " " * (to - width(text))
    return blanks + text if right else text + blanks


_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
