"""A formula in plain characters, such as ``(MSB − MSW)/n₀``, as Typst sets it, with fractions."""

from __future__ import annotations

import re
import unicodedata

from solver.practice.tokens import SUB, SUPER

_TOKEN = re.compile(
    r"(?P<derivative>∂(?P<of>\([^()]*\)|ℓ(?:_R)?)/∂(?P<by>[^\s=]+))"
    r"|(?P<word>[A-Za-z]{2,}(?=\b|[(|\s])|[A-Z]{3})"
    r"|(?P<letter>[A-Za-zα-ωΑ-Ωℓ][\u0302\u0304]?)"
    r"|(?P<above>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]+)"
    r"|(?P<below>_[a-z]{1,2}(?![a-z])|_[A-Za-zα-ω]|_\d{1,3}|[₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ]+)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<half>½)"
    r"|(?P<wide>\s{2,})"
    r"|(?P<space>\s)"
    r"|(?P<sign>[-+−=·×/()\[\],|∂Σ]|→)"
)

_WORDS = ("log", "tr", "det", "exp", "diag", "Var", "Cov", "MSW", "MSB", "ICC")

LONGEST = 4
"""Capital letters side by side that may be a product."""

_ABOVE = {**SUPER, "ᵀ": "upright(T)", "⁻": "−"}


def typst_math(text: str) -> str | None:
    """The formula as Typst's mathematics; None where it is not understood as one."""
    inside = _inside(text)
    return None if inside is None else f"$display({inside})$"


def _inside(text: str) -> str | None:
    at, parts = 0, []
    plain = unicodedata.normalize("NFD", text)
    while at < len(plain):
        found = _TOKEN.match(plain, at)
        part = _part(found) if found else None
        if found is None or part is None:
            return None
        parts.append(part)
        at = found.end()
    return " ".join(filter(None, parts))


def _part(found: re.Match[str]) -> str | None:
    text = found[0]
    match found.lastgroup:
        case "derivative" | "of" | "by":
            of, by = _inside(found["of"]), _inside(found["by"])
            return f"frac(∂ {of}, ∂ {by})" if of and by else None
        case "word":
            if text in _WORDS:
                return f'op("{text}")'
            return " ".join(text) if len(text) <= LONGEST and not text.islower() else None
        case "letter":
            mark = {"\u0302": "hat", "\u0304": "macron"}.get(text[1:])
            return f"{mark}({text[0]})" if mark else text
        case "above":
            return f"^({' '.join(_ABOVE[c] for c in text)})"
        case "below":
            return f"_({' '.join(SUB.get(c, c) for c in text.removeprefix('_'))})"
        case "half":
            return "frac(1, 2)"
        case "wide":
            return "quad"
        case "space":
            return ""
    return "\\," if text == "," else text
