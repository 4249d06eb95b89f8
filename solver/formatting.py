"""How a number looks: four significant digits, and a true minus sign."""

from __future__ import annotations

import math

MINUS = "−"


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
    exponent = math.floor(math.log10(abs(value)))
    if value == round(value) and exponent < max(digits + 2, 6):
        text = f"{value:.0f}"
    elif -4 <= exponent < max(digits + 2, 6):
        text = f"{value:.{max(digits - 1 - exponent, 0)}f}"
    else:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa}·10{str(int(power)).translate(_SUPERSCRIPT)}"
    return text.replace("-", MINUS)


def exact(value: float | None) -> str:
    """A number with all its digits, for a tooltip."""
    return "–" if value is None else repr(float(value)).replace("-", MINUS)


def signed(value: float, digits: int = 3) -> str:
    """A change: always with its sign, and an arrow that says the same."""
    if value == 0:
        return "±0"
    arrow, sign = ("▲", "+") if value > 0 else ("▼", MINUS)
    return f"{arrow} {sign}{number(abs(value), digits)}"


_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
