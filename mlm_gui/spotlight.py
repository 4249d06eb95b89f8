"""One symbol lit wherever it stands: in formulas, above matrices and in the group lines."""

from __future__ import annotations

import re
from typing import NamedTuple


class Lit(NamedTuple):
    """Where a symbol stands.

    Attributes
    ----------
    latex : str
        A pattern of it in LaTeX.
    matrices : tuple of str
        Matrices that it makes, beside those that have it in their names.
    layers : frozenset of str
        What of the group lines shows it.
    """

    latex: str
    matrices: tuple[str, ...]
    layers: frozenset[str]


_INDEX = r"(?:_\{[^{}]*\}|_\w)?"

SYMBOLS = {
    "σ²": Lit(r"\\sigma\^2(?:_0)?", ("V", "V⁻¹", "I"), frozenset({"data", "blup"})),
    "τ²": Lit(r"\\tau\^2(?:_0)?", ("V", "V⁻¹", "ZZᵀ"), frozenset({"blup", "fixed"})),
    "β": Lit(rf"(?:\\hat\s*)?\\beta{_INDEX}", (), frozenset({"fixed", "ols"})),
    "u": Lit(
        rf"(?:\\hat\s+)?(?<![a-z\\])u{_INDEX}(?![a-z])",
        ("λ", "r̄"),
        frozenset({"blup", "fixed", "arrows"}),
    ),
}
"""The symbols that can be lit, in their order."""


def after(symbol: str) -> str:
    """The symbol to light next; empty after the last."""
    names = ["", *SYMBOLS]
    return names[(names.index(symbol) + 1) % len(names)]


def coloured(latex: str, symbol: str) -> str:
    r"""LaTeX with a symbol in the accent's colour: ``{\color{accent} …}`` for the typesetter."""
    if not symbol:
        return latex
    return re.sub(SYMBOLS[symbol].latex, lambda found: rf"{{\color{{accent}} {found[0]}}}", latex)


def lights_matrix(name: str, symbol: str) -> bool:
    """Whether a matrix has to do with a symbol."""
    return bool(symbol) and (symbol in name or name in SYMBOLS[symbol].matrices)
