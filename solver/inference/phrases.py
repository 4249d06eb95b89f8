"""Sentences of ``assets/lessons/sentences.toml`` with their gaps filled."""

from solver.formatting import MINUS, number
from solver.lessons import sentence_templates

DIGITS = 3
"""Significant digits in a sentence."""


def rounded(value: float) -> str:
    """A number as it stands in a sentence."""
    return number(float(value), DIGITS)


def signed(value: float) -> str:
    """The same with its sign."""
    return f"{'+' if value > 0 else MINUS}{number(abs(value), DIGITS)}"


def percents(*parts: float) -> list[str]:
    """Parts of a whole with as many decimals, one where a part is near 0 or 1."""
    decimals = 1 if min(parts) < 0.1 or max(parts) > 0.9 else 0
    return [f"{100 * part:.{decimals}f} %" for part in parts]


def count(value: float) -> str:
    """A count, its thousands apart."""
    return f"{value:,.0f}".replace(",", "\u202f") if value >= 10_000 else f"{value:.0f}"


def say(name: str, /, **gaps: str) -> str:
    """A sentence by its name, its gaps filled."""
    return _filled(sentence_templates()["sentences"][name], gaps)


def part(name: str, /, **gaps: str) -> str:
    """A part of a sentence by its name, its gaps filled."""
    return _filled(sentence_templates()["parts"][name], gaps)


def _filled(template: str, gaps: dict[str, str]) -> str:
    return template.format(**gaps)
